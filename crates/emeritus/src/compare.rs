//! A person now, field by field against a snapshot.

use emeritus_core::event::Difference;
use emeritus_core::inventory::{Grant, Inventory, Part, Proficiency, Via};

/// Returns the fields in which a person differs from the snapshot. What the snapshot does not know, and what
/// the vendor never gives back, was foretold.
pub(crate) fn differences(aim: &Inventory, now: &Inventory) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut field = |name: &str, expected: Option<String>, actual: Option<String>, foretold: bool| {
        if expected != actual {
            found.push(Difference {
                field: name.to_owned(),
                foretold: foretold || expected.is_none(),
                expected: expected.unwrap_or_else(|| "unknown".to_owned()),
                found: actual.unwrap_or_else(|| "unknown".to_owned()),
            });
        }
    };
    let (a, b) = (&aim.account, &now.account);
    field("state", Some(a.state.to_string()), Some(b.state.to_string()), false);
    field("e-mail", Some(a.email.clone()), Some(b.email.clone()), false);
    field("name", Some(a.name.clone()), Some(b.name.clone()), false);
    let division =
        |inventory: &Inventory| inventory.account.division.as_ref().map(|division| division.name.clone());
    field("division", division(aim), division(now), false);
    field("roles", list(&aim.grants, grant), list(&now.grants, grant), false);
    let queue = |held: &emeritus_core::inventory::QueueMembership| {
        let joined = if held.joined { "joined" } else { "not joined" };
        Some(format!("{} ({joined})", held.queue.name))
    };
    field("queues", list(&aim.queues, queue), list(&now.queues, queue), false);
    field("skills", list(&aim.skills, level), list(&now.skills, level), false);
    field("languages", list(&aim.languages, level), list(&now.languages, level), false);
    let group = |held: &emeritus_core::inventory::Named<_>| Some(held.name.clone());
    field("groups", list(&aim.groups, group), list(&now.groups, group), false);
    let manager = |inventory: &Inventory| {
        let known = inventory.manager.known()?;
        Some(known.as_ref().map_or_else(|| "none".to_owned(), |manager| manager.name.clone()))
    };
    field("manager", manager(aim), manager(now), false);
    let station = |inventory: &Inventory, default: bool| {
        let held = inventory.stations.known()?;
        let station = if default { &held.default } else { &held.associated };
        Some(station.as_ref().map_or_else(|| "none".to_owned(), |station| station.name.clone()))
    };
    field("default station", station(aim, true), station(now, true), false);
    field("associated station", station(aim, false), station(now, false), true);
    found
}

fn list<T>(part: &Part<Vec<T>>, each: impl Fn(&T) -> Option<String>) -> Option<String> {
    let mut names: Vec<_> = part.known()?.iter().filter_map(each).collect();
    names.sort();
    Some(if names.is_empty() { "none".to_owned() } else { names.join(", ") })
}

/// Inherited roles come and go with their group, which is compared by itself.
fn grant(grant: &Grant) -> Option<String> {
    (grant.via == Via::Direct).then(|| format!("{} in {}", grant.role.name, grant.division.name))
}

fn level(skill: &Proficiency) -> Option<String> {
    Some(format!("{} {}", skill.skill.name, skill.level))
}
