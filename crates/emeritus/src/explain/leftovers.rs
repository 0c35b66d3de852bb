//! What somebody still holds of what a retirement can take, in one list, also of the kinds with a part of their own.

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::inventory::{Inventory, Named, Part, Proficiency, Via};

pub(super) fn of(inventory: &Inventory) -> Vec<(Kind, Thing)> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.can_be_released());
    kinds.flat_map(|kind| held(inventory, kind).into_iter().map(move |thing| (kind, thing))).collect()
}

fn held(inventory: &Inventory, kind: Kind) -> Vec<Thing> {
    if kind.is_in_held() {
        return inventory.things(kind).unwrap_or_default().to_vec();
    }
    match kind {
        Kind::Stations => {
            let held = inventory.stations.known().cloned().unwrap_or_default();
            let slots = [("associated", held.associated), ("default", held.default)];
            let slots = slots.into_iter().filter_map(|(slot, station)| Some((slot, station?)));
            slots.map(|(slot, station)| Thing::new(format!("{slot}:{}", station.id), station.name)).collect()
        }
        Kind::Queues => {
            let queues = inventory.queues.known().into_iter().flatten().filter(|queue| !queue.via_group);
            queues.map(|queue| Thing::new(queue.queue.id.as_str(), &queue.queue.name)).collect()
        }
        Kind::Groups => named(&inventory.groups),
        Kind::DirectReports => named(&inventory.direct_reports),
        Kind::Skills => levels(&inventory.skills),
        Kind::Languages => levels(&inventory.languages),
        Kind::Roles => {
            let grants = inventory.grants.known().into_iter().flatten();
            let direct = grants.filter(|grant| grant.via == Via::Direct);
            let thing = |grant: &emeritus_core::inventory::Grant| {
                let id = format!("{}/{}", grant.role.id, grant.division.id);
                Thing::new(id, format!("{} in {}", grant.role.name, grant.division.name))
            };
            direct.map(thing).collect()
        }
        // In the common shape, or never taken.
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
        | Kind::RecordingPolicies => Vec::new(),
    }
}

fn named<I: ToString>(part: &Part<Vec<Named<I>>>) -> Vec<Thing> {
    let held = part.known().into_iter().flatten();
    held.map(|held| Thing::new(held.id.to_string(), &held.name)).collect()
}

fn levels(part: &Part<Vec<Proficiency>>) -> Vec<Thing> {
    let held = part.known().into_iter().flatten();
    held.map(|held| Thing::new(held.skill.id.as_str(), &held.skill.name)).collect()
}
