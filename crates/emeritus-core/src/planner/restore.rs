//! The plan that puts a person back from a snapshot, and what it says will not come back.

mod basis;
mod things;

use jiff::Timestamp;

use super::{Content, PlanError, Steps, assemble, direct_grants, lift::lift, losses};
use crate::finding::{Finding, FindingCode as Code};
use crate::holding::{Kind, Loss};
use crate::id::{RunId, UserId};
use crate::inventory::{AccountState, Inventory, Named, Part};
use crate::person::Standing;
use crate::plan::{AccountChoice, Basis, HistoryScope, OnRefusal, Plan, Purpose, StepKind, Undo};
use crate::policy::Policy;

/// What a restore aims at.
#[derive(Debug, Clone)]
pub struct Aim<'a> {
    /// What the person held before the first write of a run.
    pub snapshot: &'a Inventory,
    /// That run.
    pub from_run: RunId,
    /// What that is to the person.
    pub basis: Basis,
    /// Where the person stands, for what has to be said of it.
    pub standing: Option<&'a Standing<'a>>,
}

impl<'a> Aim<'a> {
    /// Returns the aim to bring a person back to what they were before they first left.
    #[must_use]
    pub fn whole(snapshot: &'a Inventory, from_run: RunId) -> Self {
        Self { snapshot, from_run, basis: Basis::Whole, standing: None }
    }

    /// Returns the state that the account is to have. A restore takes no access away: who is active stays so.
    fn state(&self, current: &Inventory) -> AccountState {
        let wanted = match self.basis {
            Basis::Found { account: Some(AccountChoice::Active) }
            | Basis::Named { account: Some(AccountChoice::Active) } => AccountState::Active,
            Basis::Whole | Basis::Found { .. } | Basis::Named { .. } => self.snapshot.account.state,
        };
        wanted.min(current.account.state)
    }
}

/// What was found about the things of a snapshot when the restore was planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// What cannot be given back, and why: the queue was deleted, the number is somebody else's.
    pub obstacles: Vec<Loss>,
    /// Another account that uses the person's e-mail address by now.
    pub twin: Option<Named<UserId>>,
}

impl Survey {
    /// Returns whether something stands in the way of giving this thing back.
    pub(super) fn blocks(&self, part: &str, id: &str) -> bool {
        self.obstacles.iter().any(|loss| loss.part == part && (loss.id == id || loss.id.is_empty()))
    }
}

/// Returns the plan that brings a person from what they hold now to what the snapshot holds.
///
/// # Errors
/// Refuses a snapshot of another person.
pub fn plan_restore(
    aim: &Aim<'_>,
    current: &Inventory,
    survey: &Survey,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let snapshot = aim.snapshot;
    if snapshot.organization.id != current.organization.id {
        return Err(PlanError::OtherOrganization {
            snapshot: snapshot.organization.id.clone(),
            found: current.organization.id.clone(),
        });
    }
    if snapshot.account.id != current.account.id {
        return Err(PlanError::OtherPerson {
            snapshot: snapshot.account.id.clone(),
            found: current.account.id.clone(),
        });
    }
    let mut steps = Steps::default();
    let to = aim.state(current);
    account(&mut steps, to, snapshot, current, survey);
    roles(&mut steps, to, snapshot, current, survey);
    things::give_back(&mut steps, snapshot, current, survey);
    manager(&mut steps, snapshot, current, survey);
    let mut findings = twin(survey);
    findings.extend(basis::findings(aim, current));
    if steps.0.is_empty() {
        findings.push(Finding::info(Code::NothingToDo, "the person is as in the snapshot"));
    } else {
        steps.push(
            StepKind::Compare,
            Undo::Nothing,
            OnRefusal::Stop,
            "says field by field whether the person is as before",
        );
    }
    for loss in &survey.obstacles {
        findings.push(Finding::warn(Code::CannotComeBack, loss.to_string()));
    }
    let mut lost = what_is_lost(snapshot, survey, &steps);
    if current.account.state == AccountState::Deleted {
        lost.extend(losses::by_delete(snapshot));
    }
    let since = basis::changed_since(snapshot, current);
    findings.extend(since.iter().map(|loss| Finding::info(Code::ChangedSince, loss.to_string())));
    lost.extend(since);
    let purpose = Purpose::Restore { from_run: aim.from_run.clone(), basis: aim.basis };
    let content = Content { steps: steps.0, findings, losses: lost };
    lift(assemble(purpose, current, history, policy, now, content)?)
}

/// Returns the plan that brings an account back of which there is no snapshot.
///
/// # Errors
/// Refuses only what no calendar can hold.
pub fn plan_revival(
    current: &Inventory,
    survey: &Survey,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    plan_revival_of(None, current, survey, history, policy, now)
}

/// As [`plan_revival`], of somebody whom runs were about that are no ground for a restore: who was put back, or never
/// left by one.
///
/// # Errors
/// As [`plan_revival`].
pub fn plan_revival_of(
    standing: Option<&Standing<'_>>,
    current: &Inventory,
    survey: &Survey,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let mut steps = Steps::default();
    let mut findings = twin(survey);
    findings.extend(standing.and_then(basis::gives_up));
    let from = current.account.state;
    if from == AccountState::Active {
        findings.push(Finding::info(Code::NothingToDo, "the account is already active"));
    } else {
        steps.push(
            StepKind::SetState { from, to: AccountState::Active, reason: None },
            Undo::By(vec![StepKind::SetState { from: AccountState::Active, to: from, reason: None }]),
            OnRefusal::Stop,
            "the account that exists is revived, so that its history stays with it and no twin is made",
        );
        findings.push(Finding::warn(Code::CannotComeBack, basis::no_snapshot(standing)));
    }
    let everything = losses::of("everything but the account", "", "", "there is no snapshot of it");
    let content = Content { steps: steps.0, findings, losses: vec![everything] };
    lift(assemble(Purpose::Revive, current, history, policy, now, content)?)
}

fn twin(survey: &Survey) -> Vec<Finding> {
    let found = survey.twin.as_ref().map(|twin| {
        let text = format!(
            "the account {} ({}) uses the person's e-mail address by now: give one of the two another address first",
            twin.name, twin.id
        );
        Finding::fatal(Code::TwinAccount, text).of([(twin.id.to_string(), None)])
    });
    found.into_iter().collect()
}

fn account(steps: &mut Steps, to: AccountState, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let from = current.account.state;
    if from != to {
        steps.push(
            StepKind::SetState { from, to, reason: None },
            Undo::By(vec![StepKind::SetState { from: to, to: from, reason: None }]),
            OnRefusal::Stop,
            if to == snapshot.account.state { "the account has the state it had" } else { "asked for" },
        );
    }
    if let Some(to) = &snapshot.account.division
        && current.account.division.as_ref().map(|division| &division.id) != Some(&to.id)
        && !survey.blocks(Kind::Division.label(), to.id.as_str())
    {
        let undo = current.account.division.clone().map(|to| StepKind::MoveDivision { to });
        steps.push(
            StepKind::MoveDivision { to: to.clone() },
            undo.map_or(Undo::Nothing, |kind| Undo::By(vec![kind])),
            OnRefusal::GoOn,
            "a deleted account was moved to the Home division",
        );
    }
}

fn roles(steps: &mut Steps, to: AccountState, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    // Going from inactive to active does not bring roles back; whatever is held by then is granted twice
    // without harm, so only what is certainly there now is left out.
    let held = if current.account.state == to { direct_grants(current) } else { Vec::new() };
    let mut grants = direct_grants(snapshot);
    grants.retain(|grant| {
        let id = format!("{}/{}", grant.role.id, grant.division.id);
        !held.contains(grant) && !survey.blocks(Kind::Roles.label(), &id)
    });
    if !grants.is_empty() {
        steps.push(
            StepKind::GrantRoles { grants },
            Undo::Irreversible {
                because: "roles that were held before are not told from those given".to_owned(),
            },
            OnRefusal::GoOn,
            "roles are lost when an account becomes inactive",
        );
    }
}

fn manager(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    if let Part::Known(Some(manager)) = &snapshot.manager
        && current.manager.known().and_then(Option::as_ref).map(|now| &now.id) != Some(&manager.id)
        && !survey.blocks("manager", manager.id.as_str())
    {
        steps.push(
            StepKind::SetManager { manager: manager.clone() },
            Undo::Nothing,
            OnRefusal::GoOn,
            "as in the snapshot",
        );
    }
}

fn what_is_lost(snapshot: &Inventory, survey: &Survey, steps: &Steps) -> Vec<Loss> {
    let mut found = losses::always(snapshot);
    for step in &steps.0 {
        if let StepKind::GiveBack { kind: Kind::Phones, thing } = &step.kind {
            let because =
                "given back as a new phone of the same settings: its id and its station's id are new";
            found.push(losses::of(Kind::Phones.label(), &thing.id, &thing.name, because));
        }
    }
    if snapshot.held.is_empty() {
        let because = "the snapshot was taken by a release that did not read it";
        found.push(losses::of("telephony, teams and other holdings", "", "", because));
    }
    losses::unknown(snapshot, "not in the snapshot", &mut found);
    found.extend(survey.obstacles.iter().cloned());
    found
}
