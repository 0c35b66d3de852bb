//! The steps that take away what a person holds: kind by kind, telephony first, each with its way back.

use super::Steps;
use crate::holding::{Kind, Thing};
use crate::inventory::{AccountState, Inventory, Named, QueueMembership};
use crate::plan::{OnRefusal, StationSlot, StepKind, Undo};
use crate::policy::{Policy, Treatment};

/// Adds the steps for every kind; queues only if they have not been left before.
pub(super) fn everything(steps: &mut Steps, inventory: &Inventory, policy: &Policy, with_queues: bool) {
    let deleted = inventory.account.state == AccountState::Deleted;
    for kind in Kind::ALL {
        if (deleted && !kind.outlives_delete()) || (kind == Kind::Queues && !with_queues) {
            continue;
        }
        match policy.treatment(kind) {
            Treatment::Keep | Treatment::Block => {}
            Treatment::Release => release(steps, inventory, kind),
            Treatment::Reassign { to } => reassign(steps, inventory, kind, &to),
        }
    }
}

fn release(steps: &mut Steps, inventory: &Inventory, kind: Kind) {
    match kind {
        Kind::Stations => stations(steps, inventory),
        Kind::Queues => queues(steps, inventory, kind.why_released()),
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
                add(steps, StepKind::Release { kind, thing }, Undo::By(vec![back]), kind);
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
        add(steps, hand(&from, to), Undo::By(vec![hand(to, &from)]), kind);
    }
}

fn add(steps: &mut Steps, step: StepKind, undo: Undo, kind: Kind) {
    steps.push(step, undo, OnRefusal::GoOn, kind.why_released());
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
        add(steps, clear, Undo::By(vec![back]), Kind::Stations);
    }
}

fn groups(steps: &mut Steps, inventory: &Inventory) {
    for group in inventory.groups.known().into_iter().flatten() {
        let back = StepKind::JoinGroup { group: group.clone() };
        add(steps, StepKind::LeaveGroup { group: group.clone() }, Undo::By(vec![back]), Kind::Groups);
    }
}

fn skills(steps: &mut Steps, inventory: &Inventory) {
    let Some(skills) = inventory.skills.known().filter(|held| !held.is_empty()) else { return };
    let back = StepKind::SetSkills { skills: skills.clone() };
    add(steps, StepKind::SetSkills { skills: Vec::new() }, Undo::By(vec![back]), Kind::Skills);
}

fn languages(steps: &mut Steps, inventory: &Inventory) {
    for language in inventory.languages.known().into_iter().flatten() {
        let back = StepKind::SetLanguages { languages: vec![language.clone()] };
        let remove = StepKind::RemoveLanguage { language: language.clone() };
        add(steps, remove, Undo::By(vec![back]), Kind::Languages);
    }
}

/// The cut takes the roles of an active account by itself.
fn roles(steps: &mut Steps, inventory: &Inventory) {
    let grants = super::direct_grants(inventory);
    if inventory.account.state == AccountState::Active || grants.is_empty() {
        return;
    }
    let back = StepKind::GrantRoles { grants: grants.clone() };
    add(steps, StepKind::RevokeRoles { grants }, Undo::By(vec![back]), Kind::Roles);
}

pub(super) fn queues(steps: &mut Steps, inventory: &Inventory, why: &str) {
    let cut_comes_later = !steps.0.iter().any(|step| matches!(step.kind, StepKind::SetState { .. }));
    let active = inventory.account.state == AccountState::Active;
    // Before the cut nobody may be left half retired; after it the cut stands, whatever else is refused.
    let on_refusal = if active && cut_comes_later { OnRefusal::Unwind } else { OnRefusal::GoOn };
    let queues = inventory.queues.known().map(Vec::as_slice).unwrap_or_default();
    for QueueMembership { queue, joined, via_group } in queues {
        if *via_group {
            continue;
        }
        steps.push_movable(
            StepKind::LeaveQueue { queue: queue.clone(), joined: *joined },
            Undo::By(vec![
                StepKind::JoinQueue { queue: queue.clone() },
                StepKind::SetJoined { queue: queue.clone(), joined: *joined },
            ]),
            on_refusal,
            active,
            why,
        );
    }
}
