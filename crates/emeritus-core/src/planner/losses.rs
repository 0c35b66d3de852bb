//! The restorability report: what a restore will not bring back, said before anything is written.

use crate::holding::{Kind, Loss};
use crate::inventory::{AccountState, Inventory};
use crate::plan::{Step, StepKind};
use crate::policy::{Mode, Policy};

/// Kinds that no step of ours gives back. The vendor does not say whether they outlive a delete.
const NOT_OURS: [Kind; 10] = [
    Kind::Greetings,
    Kind::Voicemail,
    Kind::Trustors,
    Kind::Evaluations,
    Kind::Calibrations,
    Kind::Coaching,
    Kind::Learning,
    Kind::ManagementUnit,
    Kind::Schedules,
    Kind::Dashboards,
];

/// Returns what this retirement takes for good.
pub(super) fn of_retirement(inventory: &Inventory, policy: &Policy, steps: &[Step]) -> Vec<Loss> {
    if steps.is_empty() {
        return Vec::new();
    }
    let deleted = inventory.account.state == AccountState::Deleted;
    let mut found = if deleted { Vec::new() } else { always(inventory) };
    for step in steps {
        if let StepKind::Release { kind: Kind::Phones, thing } = &step.kind {
            let because =
                "given back as a new phone of the same settings: its id and its station's id are new";
            found.push(of(Kind::Phones.label(), &thing.id, &thing.name, because));
        }
    }
    if matches!(policy.mode, Mode::Delete { .. }) && !deleted {
        found.extend(by_delete(inventory));
    }
    unknown(inventory, "not read", &mut found);
    found
}

/// Returns what a delete may take, and nothing gives back.
pub(super) fn by_delete(inventory: &Inventory) -> Vec<Loss> {
    let held = NOT_OURS.into_iter();
    let held = held.filter(|kind| inventory.things(*kind).is_some_and(|things| !things.is_empty()));
    let because = "the vendor does not say whether it outlives a delete, and nothing gives it back";
    held.map(|kind| of(kind.label(), "", "", because)).collect()
}

/// Returns what is lost with any cut.
pub(super) fn always(inventory: &Inventory) -> Vec<Loss> {
    let mut found =
        vec![of("tokens and sessions", "", "", "revoked ones stay revoked; the person logs in again")];
    found.push(of("presence", "", "", "the person sets it when they log in"));
    if let Some(station) = inventory.stations.known().and_then(|held| held.associated.as_ref()) {
        let because = "chosen by the person at the next login";
        found.push(of("associated station", station.id.as_str(), &station.name, because));
    }
    if inventory.things(Kind::Licences).is_some_and(|held| !held.is_empty()) {
        let because = "the vendor assigns them by role and log-in; nobody gives one back by itself";
        found.push(of(Kind::Licences.label(), "", "", because));
    }
    let live = inventory.live.known().into_iter().chain(inventory.open_conversations.known());
    if live.flatten().next().is_some() {
        found.push(of("live interactions", "", "", "a conversation that ends is not taken up again"));
    }
    found
}

/// Returns what could not be read and therefore cannot be given back.
pub(super) fn unknown(inventory: &Inventory, how: &str, found: &mut Vec<Loss>) {
    let given_back = ["manager", "direct reports", "role grants", "queues", "skills", "languages", "groups"];
    for (part, why) in inventory.unknown_parts() {
        let ours = Kind::ALL.into_iter().any(|kind| kind.label() == part && kind.can_be_released());
        if ours || given_back.contains(&part) || part == "stations" {
            found.push(of(part, "", "", &format!("{how} ({why}), so it cannot be given back")));
        }
    }
}

pub(super) fn of(part: &str, id: &str, name: &str, because: &str) -> Loss {
    Loss { part: part.to_owned(), id: id.to_owned(), name: name.into(), because: because.to_owned() }
}
