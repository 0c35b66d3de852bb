//! The planner: an inventory and a policy in, an ordered plan with findings out. The only place with judgement.

mod findings;
mod kept;
mod lift;
mod losses;
mod release;
mod restore;
mod retire;

use jiff::{SignedDuration, Timestamp};

use crate::finding::{Finding, Severity};
use crate::forecast::Calendar;
use crate::holding::{Kind, Loss};
use crate::id::RunId;
use crate::inventory::{AccountState, Grant, Inventory, Part, Via, Why};
use crate::plan::{HistoryScope, OnRefusal, PLAN_FORMAT, Plan, Purpose, Step, StepKind, Subject, Undo};
use crate::policy::{LiveWork, Mode, Policy, Treatment};

pub(crate) use kept::NOT_REACHABLE;
pub use restore::{Aim, Survey, plan_restore, plan_revival, plan_revival_of};

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A hold below zero.
    #[error("the hold of {hold} lies in the past: use 0 or more")]
    NegativeHold {
        /// What was asked.
        hold: jiff::SignedDuration,
    },
    /// Something that the policy asks for cannot be done to things of this kind.
    #[error("{} cannot be {asked}: allowed: {}", kind.name(), allowed.join(", "))]
    Treatment {
        /// The kind.
        kind: Kind,
        /// What was asked.
        asked: &'static str,
        /// What can be.
        allowed: Vec<&'static str>,
    },
    /// A person who is to be deleted is not expected back.
    #[error("a person who is expected back is not deleted: take the return date away, or the delete")]
    ReturnsDeleted,
    /// The return lies in the past.
    #[error("the return at {returns_at} lies in the past: name a later day")]
    ReturnsInPast {
        /// When.
        returns_at: Timestamp,
    },
    /// The snapshot is of another organization.
    #[error("the snapshot is of organization {snapshot}, these credentials are of {found}")]
    OtherOrganization {
        /// Which organization the snapshot is of.
        snapshot: crate::id::OrganizationId,
        /// Which was found.
        found: crate::id::OrganizationId,
    },
    /// The snapshot is of another person.
    #[error("the snapshot is of {snapshot}, the person found is {found}")]
    OtherPerson {
        /// Whom the snapshot is of.
        snapshot: crate::id::UserId,
        /// Who was found.
        found: crate::id::UserId,
    },
    /// An override names what does not block this person.
    #[error("`{given}` does not block this plan, so there is nothing to lift; what blocks it: {blocking}")]
    NotBlocking {
        /// What was given.
        given: String,
        /// What does block it.
        blocking: String,
    },
    /// An override names more than one block.
    #[error("`{given}` names more than one block: name the one you mean by its id, out of {ids}")]
    Ambiguous {
        /// What was given.
        given: String,
        /// The ids.
        ids: String,
    },
    /// A date lies outside what a calendar can hold.
    #[error("a point in time of the plan lies outside the calendar")]
    Calendar(#[source] jiff::Error),
    /// A part cannot be written as JSON.
    #[error("the inventory cannot be put into canonical form")]
    Canonical(#[source] serde_json::Error),
}

/// Returns the plan that retires a person: the same arguments give the same plan, to the byte.
///
/// # Errors
/// Refuses a policy that makes no sense. What speaks against retiring the person is not an error but a fatal
/// finding, which keeps the plan from being approved.
pub fn plan(
    inventory: &Inventory,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    plan_foreseeing(inventory, history, &Outlook::default(), policy, now)
}

/// Returns the steps that retire a person, whatever speaks against them.
#[must_use]
pub fn retirement_steps(inventory: &Inventory, policy: &Policy) -> Vec<Step> {
    retire::steps(inventory, policy)
}

fn retirement(
    inventory: &Inventory,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    if let Mode::Delete { hold } = policy.mode
        && hold.is_negative()
    {
        return Err(PlanError::NegativeHold { hold });
    }
    let hold = if let Mode::Delete { hold } = policy.mode { hold } else { SignedDuration::ZERO };
    let wait = if let LiveWork::Drain { up_to } = policy.live_work { up_to } else { SignedDuration::ZERO };
    for length in [hold, wait] {
        now.checked_add(length).map_err(PlanError::Calendar)?;
    }
    check(policy, now)?;
    let steps = retire::steps(inventory, policy);
    let findings = findings::of_retirement(inventory, policy, &steps);
    let losses = losses::of_retirement(inventory, policy, &steps);
    assemble(Purpose::Retire, inventory, history, policy, now, Content { steps, findings, losses })
}

/// A permission without which a restore could not give something back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Which.
    pub permission: String,
    /// What could not be given back, for people.
    pub what: Vec<String>,
}

/// What is known, before a plan is carried out, of what will become of it: of its history, and of a restore.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// What the client lacks to give back what the plan takes away.
    pub unrestorable: Vec<Lacking>,
    /// Why it is not known what the client may do, if it is not: then more may be lacking.
    pub rights_unknown: Option<Why>,
    /// How much of it began on each day, by the vendor's aggregates. They count connections, so it is an estimate.
    pub calendar: Part<Calendar>,
    /// When the person is expected back, if they are away and an earlier run says so.
    pub awaited: Option<Awaited>,
}

/// When somebody who is away returns, by an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The run that says so.
    pub run: RunId,
    /// The day.
    pub at: Timestamp,
}

impl Default for Outlook {
    /// Nothing that speaks against a plan.
    fn default() -> Self {
        Self {
            unrestorable: Vec::new(),
            rights_unknown: None,
            calendar: Part::Known(Calendar::default()),
            awaited: None,
        }
    }
}

/// As [`plan()`], with what is known of the history beforehand: what will soon be gone is a finding.
///
/// # Errors
/// As [`plan()`].
pub fn plan_foreseeing(
    inventory: &Inventory,
    history: &HistoryScope,
    outlook: &Outlook,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let mut plan = retirement(inventory, history, policy, now)?;
    if !plan.steps.is_empty() {
        plan.findings.extend(findings::of_history(outlook, &history.told(), policy, now));
        plan.findings.extend(findings::of_restore(outlook, policy));
        plan.findings.extend(outlook.awaited.as_ref().filter(|_| plan.deletes()).map(findings::not_awaited));
    }
    lift::lift(plan)
}

/// Refuses a policy that asks for what cannot be done.
fn check(policy: &Policy, now: Timestamp) -> Result<(), PlanError> {
    if let Some(returns_at) = policy.returns_at {
        if matches!(policy.mode, Mode::Delete { .. }) {
            return Err(PlanError::ReturnsDeleted);
        }
        if returns_at <= now {
            return Err(PlanError::ReturnsInPast { returns_at });
        }
    }
    for (kind, treatment) in &policy.treatments {
        let (asked, possible) = match treatment {
            Treatment::Keep => ("kept", *kind != Kind::Roles),
            Treatment::Block => ("block", true),
            Treatment::Release => ("released", kind.can_be_released()),
            Treatment::Reassign { .. } => ("reassigned", kind.can_be_reassigned()),
        };
        if !possible {
            return Err(PlanError::Treatment { kind: *kind, asked, allowed: kind.treatments() });
        }
    }
    Ok(())
}

fn assemble(
    purpose: Purpose,
    inventory: &Inventory,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
    Content { steps, mut findings, losses }: Content,
) -> Result<Plan, PlanError> {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let account = &inventory.account;
    Ok(Plan {
        format: PLAN_FORMAT,
        purpose,
        organization: inventory.organization.clone(),
        emulated: inventory.emulated,
        subject: Subject {
            id: account.id.clone(),
            email: account.email.clone(),
            name: account.name.clone(),
            state: account.state,
            version: account.version,
        },
        policy: policy.clone(),
        made_at: now,
        expires_at: now.checked_add(policy.plan_valid_for).map_err(PlanError::Calendar)?,
        inventory_digest: inventory.digest().map_err(PlanError::Canonical)?,
        history: history.clone(),
        steps,
        findings,
        losses,
    })
}

/// What a planner came to.
struct Content {
    steps: Vec<Step>,
    findings: Vec<Finding>,
    losses: Vec<Loss>,
}

/// Collects steps and numbers them.
#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    fn push(&mut self, kind: StepKind, undo: Undo, on_refusal: OnRefusal, why: impl Into<String>) {
        self.push_movable(kind, undo, on_refusal, false, why);
    }

    fn push_movable(
        &mut self,
        kind: StepKind,
        undo: Undo,
        on_refusal: OnRefusal,
        may_precede_cut: bool,
        why: impl Into<String>,
    ) {
        let place = u16::try_from(self.0.len() + 1).unwrap_or(u16::MAX);
        let id = crate::id::StepId(place);
        self.0.push(Step { id, kind, undo, on_refusal, may_precede_cut, why: why.into() });
    }
}

/// Returns the role grants that a state change takes and that can be given again one by one.
fn direct_grants(inventory: &Inventory) -> Vec<Grant> {
    let grants = inventory.grants.known().map(Vec::as_slice).unwrap_or_default();
    grants.iter().filter(|grant| grant.via == Via::Direct).cloned().collect()
}

/// Returns how the account is brought back from `inactive` or `deleted` to the state of the inventory.
fn back_to(inventory: &Inventory, from: AccountState) -> Vec<StepKind> {
    let to = inventory.account.state;
    let mut kinds = vec![StepKind::SetState { from, to, reason: None }];
    let grants = direct_grants(inventory);
    if to == AccountState::Active && !grants.is_empty() {
        kinds.push(StepKind::GrantRoles { grants });
    }
    kinds
}

/// Returns whether any finding keeps the plan from being approved.
#[must_use]
pub fn is_blocked(plan: &Plan) -> bool {
    plan.findings.iter().any(|finding| finding.severity == Severity::Fatal)
}
