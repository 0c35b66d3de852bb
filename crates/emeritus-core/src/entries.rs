//! What a person holds, thing by thing, so that two inventories can be held against each other: which things the one
//! names and the other does not.

use std::collections::BTreeMap;

use crate::holding::{Kind, Thing};
use crate::inventory::{Grant, Inventory, Via};
use crate::text::Text;

/// Things by the label of their part and what tells them apart in it, each with its name for people.
pub(crate) type Entries = BTreeMap<(&'static str, String), String>;

/// The part of the person's manager, who is no [`Kind`].
pub(crate) const MANAGER: &str = "manager";

/// Returns what a person holds of the kinds that are asked for, as far as it was read.
pub(crate) fn of(inventory: &Inventory, wanted: impl Fn(Kind) -> bool) -> Entries {
    let mut entries = Entries::new();
    for kind in Kind::ALL.into_iter().filter(|kind| wanted(*kind)) {
        entries.extend(held(inventory, kind).into_iter().map(|(id, name)| ((kind.label(), id), name)));
    }
    let manager = inventory.manager.known().and_then(Option::as_ref);
    entries.extend(manager.map(|manager| ((MANAGER, manager.id.to_string()), manager.name.to_string())));
    entries
}

/// Returns what `whole` names and `other` does not, of what a retirement takes. What `other` could not read counts as
/// not named there: nobody knows that it is held.
pub(crate) fn missing(whole: &Inventory, other: &Inventory) -> Entries {
    let mut named = of(whole, Kind::can_be_released);
    let there = of(other, Kind::can_be_released);
    named.retain(|thing, _| !there.contains_key(thing));
    named
}

fn held(inventory: &Inventory, kind: Kind) -> Vec<(String, String)> {
    if kind.is_in_held() {
        let told_apart =
            |thing: &Thing| if kind == Kind::Phones { thing.name.as_str() } else { &thing.id }.to_owned();
        let things = inventory.things(kind).unwrap_or_default().iter();
        return things.map(|thing| (told_apart(thing), thing.to_string())).collect();
    }
    let named = |id: &dyn std::fmt::Display, name: &Text| (id.to_string(), name.to_string());
    if kind == Kind::Roles {
        // Inherited roles come and go with their group, which is compared by itself.
        let direct = inventory.grants.known().into_iter().flatten().filter(|held| held.via == Via::Direct);
        let words = |grant: &Grant| format!("{} in {}", grant.role.name, grant.division.name);
        return direct
            .map(|grant| (format!("{}/{}", grant.role.id, grant.division.id), words(grant)))
            .collect();
    }
    if kind == Kind::Queues {
        let held = inventory.queues.known().into_iter().flatten();
        return held.map(|held| named(&held.queue.id, &held.queue.name)).collect();
    }
    if kind == Kind::Skills || kind == Kind::Languages {
        let part = if kind == Kind::Skills { &inventory.skills } else { &inventory.languages };
        return part
            .known()
            .into_iter()
            .flatten()
            .map(|held| named(&held.skill.id, &held.skill.name))
            .collect();
    }
    if kind == Kind::Groups {
        let held = inventory.groups.known().into_iter().flatten();
        return held.map(|group| named(&group.id, &group.name)).collect();
    }
    if kind == Kind::DirectReports {
        let held = inventory.direct_reports.known().into_iter().flatten();
        return held.map(|person| named(&person.id, &person.name)).collect();
    }
    // The station of a phone that was given back has the name it had, and another id. The division is always one.
    let station = inventory.stations.known().and_then(|held| held.default.as_ref());
    let station = station.filter(|_| kind == Kind::Stations);
    station.map(|station| (station.name.as_str().to_owned(), station.name.to_string())).into_iter().collect()
}

/// Returns things in words: the first few by name, and how many more.
pub(crate) fn words(entries: &Entries) -> String {
    const NAMED: usize = 8;
    let mut named: Vec<_> = entries
        .iter()
        .take(NAMED)
        .map(|((part, id), name)| {
            let name = if name.is_empty() || id == Thing::OWN { "" } else { name };
            format!("{part} {name}").trim_end().to_owned()
        })
        .collect();
    if let Some(more) = entries.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    named.join(", ")
}
