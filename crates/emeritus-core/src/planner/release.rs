//! The steps that take away what a person holds: kind by kind, telephony first, each with its way back.

use super::Steps;
use crate::holding::{Kind, Thing};
use crate::inventory::{AccountState, Inventory, Named, QueueMembership};
use crate::plan::{OnRefusal, StationSlot, StepKind, Undo};
use crate::policy::{Policy, Treatment};

/// Adds the steps for every kind but those that have been released before the cut.
pub(super) fn everything(steps: &mut Steps, inventory: &Inventory, policy: &Policy, released: &[Kind]) {
    let deleted = inventory.account.state == AccountState::Deleted;
    for kind in Kind::ALL {
        if (deleted && !kind.outlives_delete()) || released.contains(&kind) {
            continue;
        }
        match policy.treatment(kind) {
            Treatment::Keep | Treatment::Block => {}
            Treatment::Release => release(steps, inventory, kind),
            Treatment::Reassign { to } => reassign(steps, inventory, kind, &to),
        }
    }
}

/// Adds the steps that take a person out of every queue, and returns the kinds that this released.
pub(super) fn out_of_queues(steps: &mut Steps, inventory: &Inventory, policy: &Policy) -> Vec<Kind> {
    let mut kinds = Kind::ALL.to_vec();
    kinds.retain(|kind| holds_in_queues(*kind) && policy.treatment(*kind) == Treatment::Release);
    for kind in &kinds {
        release(steps, inventory, *kind);
    }
    kinds
}

/// Returns whether things of this kind can keep a person in a queue: a membership of their own, or the group, team or
/// skill through which there is one, which may stand beside their own and not show.
fn holds_in_queues(kind: Kind) -> bool {
    matches!(kind, Kind::Queues | Kind::Groups | Kind::Team | Kind::Skills)
}

fn release(steps: &mut Steps, inventory: &Inventory, kind: Kind) {
    match kind {
        Kind::Stations => stations(steps, inventory),
        Kind::Queues => queues(steps, inventory),
        Kind::Groups => groups(steps, inventory),
        Kind::Skills => skills(steps, inventory),
        Kind::Languages => languages(steps, inventory),
        Kind::Roles => roles(steps, inventory),
        Kind::Phones
        | Kind::Numbers
        | Kind::Extensions
        | Kind::CallForwarding
        | Kind::GroupOwnership
        | Kind::Team
        | Kind::Utilization
        | Kind::DirectRoutingBackup
        | Kind::OutOfOffice
        | Kind::WorkItems
        | Kind::DirectReports => {
            for thing in things(inventory, kind).into_iter().filter(Thing::is_on) {
                let back = StepKind::GiveBack { kind, thing: thing.clone() };
                add(steps, inventory, kind, StepKind::Release { kind, thing }, vec![back]);
            }
        }
        // Nothing takes these away; a policy that says so is refused before it comes here.
        Kind::Division
        | Kind::Greetings
        | Kind::Voicemail
        | Kind::SkillGroups
        | Kind::RoutingRules
        | Kind::Superiors
        | Kind::Trustors
        | Kind::OauthClients
        | Kind::Licences
        | Kind::Evaluations
        | Kind::Calibrations
        | Kind::Coaching
        | Kind::Learning
        | Kind::ManagementUnit
        | Kind::Schedules
        | Kind::Flows
        | Kind::Dashboards
        | Kind::RecordingPolicies => {}
    }
}

fn reassign(steps: &mut Steps, inventory: &Inventory, kind: Kind, to: &Named<crate::id::UserId>) {
    if !kind.can_be_reassigned() {
        return;
    }
    let account = &inventory.account;
    let from = Named { id: account.id.clone(), name: account.name.clone() };
    for thing in things(inventory, kind) {
        let hand = |from: &Named<_>, to: &Named<_>| StepKind::Reassign {
            kind,
            thing: thing.clone(),
            from: from.clone(),
            to: to.clone(),
        };
        add(steps, inventory, kind, hand(&from, to), vec![hand(to, &from)]);
    }
}

/// Before the cut nobody may be left half retired; after it the cut stands, whatever else is refused.
fn add(steps: &mut Steps, inventory: &Inventory, kind: Kind, step: StepKind, undo: Vec<StepKind>) {
    let active = inventory.account.state == AccountState::Active;
    let cut = steps.0.iter().any(|step| matches!(step.kind, StepKind::SetState { .. }));
    let on_refusal = if active && !cut { OnRefusal::Unwind } else { OnRefusal::GoOn };
    let may_precede_cut = active && holds_in_queues(kind);
    let why = if active && !cut {
        "this organization refuses the cut while the person is in a queue"
    } else {
        kind.why_released()
    };
    steps.push_movable(step, Undo::By(undo), on_refusal, may_precede_cut, why);
}

/// Returns what the inventory holds of a kind, as things: also of the kinds that have a part of their own.
pub(super) fn things(inventory: &Inventory, kind: Kind) -> Vec<Thing> {
    if kind != Kind::DirectReports {
        return inventory.things(kind).map(<[Thing]>::to_vec).unwrap_or_default();
    }
    let people = inventory.direct_reports.known().into_iter().flatten();
    people.map(|person| Thing::new(person.id.as_str(), person.name.as_str())).collect()
}

fn stations(steps: &mut Steps, inventory: &Inventory) {
    let stations = inventory.stations.known().cloned().unwrap_or_default();
    let slots = [(StationSlot::Associated, stations.associated), (StationSlot::Default, stations.default)];
    for (slot, station) in slots {
        let Some(station) = station else { continue };
        let back = StepKind::SetStation { slot, station: station.clone() };
        let clear = StepKind::ClearStation { slot, station: Some(station) };
        add(steps, inventory, Kind::Stations, clear, vec![back]);
    }
}

fn groups(steps: &mut Steps, inventory: &Inventory) {
    for group in inventory.groups.known().into_iter().flatten() {
        let back = StepKind::JoinGroup { group: group.clone() };
        add(steps, inventory, Kind::Groups, StepKind::LeaveGroup { group: group.clone() }, vec![back]);
    }
}

fn skills(steps: &mut Steps, inventory: &Inventory) {
    let Some(skills) = inventory.skills.known().filter(|held| !held.is_empty()) else { return };
    let back = StepKind::SetSkills { skills: skills.clone() };
    add(steps, inventory, Kind::Skills, StepKind::SetSkills { skills: Vec::new() }, vec![back]);
}

fn languages(steps: &mut Steps, inventory: &Inventory) {
    for language in inventory.languages.known().into_iter().flatten() {
        let back = StepKind::SetLanguages { languages: vec![language.clone()] };
        let remove = StepKind::RemoveLanguage { language: language.clone() };
        add(steps, inventory, Kind::Languages, remove, vec![back]);
    }
}

/// The cut takes the roles of an active account by itself.
fn roles(steps: &mut Steps, inventory: &Inventory) {
    let grants = super::direct_grants(inventory);
    if inventory.account.state == AccountState::Active || grants.is_empty() {
        return;
    }
    let back = StepKind::GrantRoles { grants: grants.clone() };
    add(steps, inventory, Kind::Roles, StepKind::RevokeRoles { grants }, vec![back]);
}

fn queues(steps: &mut Steps, inventory: &Inventory) {
    let queues = inventory.queues.known().map(Vec::as_slice).unwrap_or_default();
    for QueueMembership { queue, joined, via_group, ring } in queues {
        if *via_group {
            continue;
        }
        let mut back = vec![
            StepKind::JoinQueue { queue: queue.clone() },
            StepKind::SetJoined { queue: queue.clone(), joined: *joined },
        ];
        back.extend(ring.map(|ring| StepKind::SetRing { queue: queue.clone(), ring }));
        let leave = StepKind::LeaveQueue { queue: queue.clone(), joined: *joined };
        add(steps, inventory, Kind::Queues, leave, back);
    }
}
