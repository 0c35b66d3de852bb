//! Giving back what a person held, kind by kind: what others rest on comes first.

use super::Survey;
use crate::holding::{Kind, Thing};
use crate::inventory::{Inventory, Part, Proficiency, QueueMembership};
use crate::plan::{OnRefusal, StationSlot, StepKind, Undo};
use crate::planner::{Steps, release};

/// The order of giving back: what comes through a group comes with it, a station needs its phone.
const ORDER: [Kind; 16] = [
    Kind::Groups,
    Kind::Team,
    Kind::Phones,
    Kind::Numbers,
    Kind::Extensions,
    Kind::Stations,
    Kind::Queues,
    Kind::Skills,
    Kind::Languages,
    Kind::Utilization,
    Kind::DirectRoutingBackup,
    Kind::CallForwarding,
    Kind::OutOfOffice,
    Kind::GroupOwnership,
    Kind::WorkItems,
    Kind::DirectReports,
];

const WHY: &str = "as in the snapshot";

pub(super) fn give_back(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    own_queues(steps, snapshot, current, survey);
    for kind in ORDER {
        match kind {
            Kind::Groups => groups(steps, snapshot, current, survey),
            Kind::Stations => station(steps, snapshot, current, survey),
            Kind::Queues => queues_through_groups(steps, snapshot, current, survey),
            Kind::Skills => skills(steps, snapshot, current, survey),
            Kind::Languages => languages(steps, snapshot, current, survey),
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
            | Kind::DirectReports
            | Kind::Roles
            | Kind::Division
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
            | Kind::RecordingPolicies => things(steps, kind, snapshot, current, survey),
        }
    }
}

fn things(steps: &mut Steps, kind: Kind, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let held = release::things(current, kind);
    for thing in release::things(snapshot, kind) {
        let is_held = held.iter().any(|now| is_same(kind, &thing, now));
        if is_held || survey.blocks(kind.label(), &thing.id) {
            continue;
        }
        let undo = Undo::By(vec![StepKind::Release { kind, thing: thing.clone() }]);
        steps.push(StepKind::GiveBack { kind, thing }, undo, OnRefusal::GoOn, WHY);
    }
}

/// Returns whether a thing that is held now is the one of the snapshot. A phone that was given back has a new id;
/// of what has a document, all of it counts.
fn is_same(kind: Kind, was: &Thing, now: &Thing) -> bool {
    if kind == Kind::Phones {
        return was.name == now.name;
    }
    was.id == now.id && was.document == now.document && was.is_on() == now.is_on()
}

fn groups(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let held = current.groups.known().map(Vec::as_slice).unwrap_or_default();
    for group in snapshot.groups.known().into_iter().flatten() {
        let is_held = held.iter().any(|other| other.id == group.id);
        if is_held || survey.blocks(Kind::Groups.label(), group.id.as_str()) {
            continue;
        }
        steps.push(
            StepKind::JoinGroup { group: group.clone() },
            Undo::By(vec![StepKind::LeaveGroup { group: group.clone() }]),
            OnRefusal::GoOn,
            "as in the snapshot; what comes through the group comes with it",
        );
    }
}

fn station(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let Some(station) = snapshot.stations.known().and_then(|held| held.default.clone()) else { return };
    let now = current.stations.known().and_then(|held| held.default.as_ref());
    // The station of a phone that was given back has the name it had, and another id.
    let is_held = now.is_some_and(|now| now.id == station.id || now.name == station.name);
    if is_held || survey.blocks(Kind::Stations.label(), station.id.as_str()) {
        return;
    }
    steps.push(
        StepKind::SetStation { slot: StationSlot::Default, station: station.clone() },
        Undo::By(vec![StepKind::ClearStation { slot: StationSlot::Default, station: Some(station) }]),
        OnRefusal::GoOn,
        "the vendor does not bring the default station back",
    );
}

/// Memberships of one's own come before those through a group: who is in a queue already does not join it.
fn own_queues(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let held = current.queues.known().map(Vec::as_slice).unwrap_or_default();
    for was in snapshot.queues.known().into_iter().flatten().filter(|was| !was.via_group) {
        let QueueMembership { queue, joined, ring, .. } = was;
        let now = held.iter().find(|now| now.queue.id == queue.id && !now.via_group);
        if now.is_some_and(|now| now == was) || survey.blocks(Kind::Queues.label(), queue.id.as_str()) {
            continue;
        }
        if now.is_none() {
            steps.push(
                StepKind::JoinQueue { queue: queue.clone() },
                Undo::By(vec![StepKind::LeaveQueue { queue: queue.clone(), joined: *joined }]),
                OnRefusal::GoOn,
                WHY,
            );
        }
        set_joined(steps, was);
        if let Some(ring) = *ring
            && now.and_then(|now| now.ring) != Some(ring)
        {
            let set = StepKind::SetRing { queue: queue.clone(), ring };
            steps.push(set, Undo::Nothing, OnRefusal::GoOn, WHY);
        }
    }
}

/// What comes through a group is not joined; whether work is taken from it is the person's own setting.
fn queues_through_groups(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    let held = current.queues.known().map(Vec::as_slice).unwrap_or_default();
    for was in snapshot.queues.known().into_iter().flatten().filter(|was| was.via_group) {
        let now = held.iter().find(|now| now.queue.id == was.queue.id);
        let as_before = now.is_some_and(|now| now.joined == was.joined);
        if !as_before && !survey.blocks(Kind::Queues.label(), was.queue.id.as_str()) {
            set_joined(steps, was);
        }
    }
}

fn set_joined(steps: &mut Steps, was: &QueueMembership) {
    let joined = StepKind::SetJoined { queue: was.queue.clone(), joined: was.joined };
    steps.push(joined, Undo::Nothing, OnRefusal::GoOn, WHY);
}

fn skills(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    if let Some(skills) = wanted(&snapshot.skills, &current.skills, survey, Kind::Skills) {
        steps.push(StepKind::SetSkills { skills }, Undo::Nothing, OnRefusal::GoOn, WHY);
    }
}

fn languages(steps: &mut Steps, snapshot: &Inventory, current: &Inventory, survey: &Survey) {
    if let Some(languages) = wanted(&snapshot.languages, &current.languages, survey, Kind::Languages) {
        steps.push(StepKind::SetLanguages { languages }, Undo::Nothing, OnRefusal::GoOn, WHY);
    }
}

/// Returns the list to be set, unless it is what is held now.
fn wanted(
    snapshot: &Part<Vec<Proficiency>>,
    current: &Part<Vec<Proficiency>>,
    survey: &Survey,
    kind: Kind,
) -> Option<Vec<Proficiency>> {
    let mut wanted = snapshot.known()?.clone();
    wanted.retain(|held| !survey.blocks(kind.label(), held.skill.id.as_str()));
    (current.known() != Some(&wanted) && !wanted.is_empty()).then_some(wanted)
}
