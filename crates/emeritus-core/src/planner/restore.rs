//! The plan that puts a person back from a snapshot, and what it says will not come back.

use jiff::Timestamp;

use super::{PlanError, Steps, assemble, direct_grants};
use crate::finding::{Finding, FindingCode as Code};
use crate::id::RunId;
use crate::inventory::{AccountState, Inventory, Part, Proficiency, QueueMembership};
use crate::plan::{HistoryScope, OnRefusal, Plan, Purpose, StationSlot, StepKind, Undo};
use crate::policy::Policy;

/// Returns the plan that brings a person from what they hold now to what the snapshot holds.
///
/// # Errors
/// Refuses a snapshot of another person.
pub fn plan_restore(
    snapshot: &Inventory,
    current: &Inventory,
    from_run: RunId,
    history: &HistoryScope,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    if snapshot.account.id != current.account.id || snapshot.organization.id != current.organization.id {
        return Err(PlanError::OtherPerson {
            snapshot: snapshot.account.id.clone(),
            found: current.account.id.clone(),
        });
    }
    let mut steps = Steps::default();
    account(&mut steps, snapshot, current);
    roles(&mut steps, snapshot, current);
    routing(&mut steps, snapshot, current);
    people(&mut steps, snapshot, current);
    let findings = limits(snapshot, current, steps.0.is_empty());
    if !steps.0.is_empty() {
        steps.push(
            StepKind::Compare,
            Undo::Nothing,
            OnRefusal::Stop,
            "says field by field whether the person is as before",
        );
    }
    assemble(Purpose::Restore { from_run }, current, history, policy, now, (steps.0, findings))
}

fn account(steps: &mut Steps, snapshot: &Inventory, current: &Inventory) {
    let (from, to) = (current.account.state, snapshot.account.state);
    if from != to && to != AccountState::Deleted {
        steps.push(
            StepKind::SetState { from, to, reason: None },
            Undo::By(vec![StepKind::SetState { from: to, to: from, reason: None }]),
            OnRefusal::Stop,
            "the account has the state it had",
        );
    }
    if let Some(to) = &snapshot.account.division
        && current.account.division.as_ref().map(|division| &division.id) != Some(&to.id)
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

fn roles(steps: &mut Steps, snapshot: &Inventory, current: &Inventory) {
    // Going from inactive to active does not bring roles back; whatever is held by then is granted twice
    // without harm, so only what is certainly there now is left out.
    let held =
        if current.account.state == AccountState::Active { direct_grants(current) } else { Vec::new() };
    let grants: Vec<_> = direct_grants(snapshot).into_iter().filter(|grant| !held.contains(grant)).collect();
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

fn routing(steps: &mut Steps, snapshot: &Inventory, current: &Inventory) {
    let queues = snapshot.queues.known().map(Vec::as_slice).unwrap_or_default();
    let held = current.queues.known().map(Vec::as_slice).unwrap_or_default();
    for QueueMembership { queue, joined, via_group } in queues {
        let now = held.iter().find(|other| other.queue.id == queue.id);
        if *via_group || now.is_some_and(|now| now.joined == *joined) {
            continue;
        }
        if now.is_none() {
            steps.push(
                StepKind::JoinQueue { queue: queue.clone() },
                Undo::By(vec![StepKind::LeaveQueue { queue: queue.clone(), joined: *joined }]),
                OnRefusal::GoOn,
                "as in the snapshot",
            );
        }
        steps.push(
            StepKind::SetJoined { queue: queue.clone(), joined: *joined },
            Undo::Nothing,
            OnRefusal::GoOn,
            "as in the snapshot",
        );
    }
    if let Some(skills) = wanted(&snapshot.skills, &current.skills) {
        steps.push(StepKind::SetSkills { skills }, Undo::Nothing, OnRefusal::GoOn, "as in the snapshot");
    }
    if let Some(languages) = wanted(&snapshot.languages, &current.languages) {
        steps.push(
            StepKind::SetLanguages { languages },
            Undo::Nothing,
            OnRefusal::GoOn,
            "as in the snapshot",
        );
    }
    let stations = snapshot.stations.known().cloned().unwrap_or_default();
    let now = current.stations.known().cloned().unwrap_or_default();
    if let Some(station) = stations.default
        && now.default.as_ref().map(|station| &station.id) != Some(&station.id)
    {
        steps.push(
            StepKind::SetStation { slot: StationSlot::Default, station: station.clone() },
            Undo::By(vec![StepKind::ClearStation { slot: StationSlot::Default, station: Some(station) }]),
            OnRefusal::GoOn,
            "the vendor does not bring the default station back",
        );
    }
}

fn people(steps: &mut Steps, snapshot: &Inventory, current: &Inventory) {
    if let Part::Known(Some(manager)) = &snapshot.manager
        && current.manager.known() != Some(&Some(manager.clone()))
    {
        steps.push(
            StepKind::SetManager { manager: manager.clone() },
            Undo::Nothing,
            OnRefusal::GoOn,
            "as in the snapshot",
        );
    }
    let held = current.groups.known().map(Vec::as_slice).unwrap_or_default();
    for group in snapshot.groups.known().into_iter().flatten() {
        if !held.iter().any(|other| other.id == group.id) {
            steps.push(
                StepKind::JoinGroup { group: group.clone() },
                Undo::Nothing,
                OnRefusal::GoOn,
                "as in the snapshot; what comes through the group comes with it",
            );
        }
    }
}

fn wanted(snapshot: &Part<Vec<Proficiency>>, current: &Part<Vec<Proficiency>>) -> Option<Vec<Proficiency>> {
    let wanted = snapshot.known()?;
    (current.known() != Some(wanted) && !wanted.is_empty()).then(|| wanted.clone())
}

/// What will not come back, and why.
fn limits(snapshot: &Inventory, current: &Inventory, nothing: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    if nothing {
        found.push(Finding::info(Code::NothingToDo, "the person is as in the snapshot"));
    }
    found.push(Finding::info(
        Code::CannotComeBack,
        "tokens and sessions: revoked ones stay revoked, the person logs in again",
    ));
    if let Some(station) = snapshot.stations.known().and_then(|held| held.associated.as_ref()) {
        found.push(Finding::info(
            Code::CannotComeBack,
            format!("associated station {}: chosen by the person at the next login", station.name),
        ));
    }
    if current.account.state == AccountState::Deleted {
        found.push(Finding::warn(
            Code::CannotComeBack,
            "extension and direct number: dropped by the delete, and not part of this release's snapshot",
        ));
    }
    for (part, why) in snapshot.unknown_parts() {
        found.push(Finding::warn(
            Code::CannotComeBack,
            format!("{part}: not in the snapshot ({why}), so it cannot be put back"),
        ));
    }
    found
}
