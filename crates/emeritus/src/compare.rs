//! A person now, field by field against a snapshot.

use std::collections::BTreeMap;

use emeritus_core::event::Difference;
use emeritus_core::holding::{Kind, Loss, Thing};
use emeritus_core::inventory::{Inventory, Named, Part, Proficiency, Via};

/// The entries of a field by what tells them apart, each with the words for people.
type Entries = BTreeMap<String, String>;

/// Returns the fields in which a person differs from the snapshot. What the snapshot does not know, and what the
/// plan said would not come back, was foretold.
pub(crate) fn differences(aim: &Inventory, now: &Inventory, losses: &[Loss]) -> Vec<Difference> {
    let mut compared = Compared { losses, found: Vec::new() };
    let (a, b) = (&aim.account, &now.account);
    compared.one("state", Some(a.state.to_string()), Some(b.state.to_string()));
    compared.one("e-mail", Some(a.email.to_string()), Some(b.email.to_string()));
    compared.one("name", Some(a.name.to_string()), Some(b.name.to_string()));
    compared.field(Kind::Division.label(), Some(division(aim)), Some(division(now)));
    compared.field(Kind::Roles.label(), roles(aim), roles(now));
    compared.field(Kind::Queues.label(), queues(aim), queues(now));
    compared.field(Kind::Skills.label(), levels(&aim.skills), levels(&now.skills));
    compared.field(Kind::Languages.label(), levels(&aim.languages), levels(&now.languages));
    let groups = |inventory: &Inventory| inventory.groups.known().map(|groups| named(groups));
    compared.field(Kind::Groups.label(), groups(aim), groups(now));
    let reports = |inventory: &Inventory| inventory.direct_reports.known().map(|people| named(people));
    compared.field(Kind::DirectReports.label(), reports(aim), reports(now));
    let manager = |inventory: &Inventory| Some(named(inventory.manager.known()?.as_slice()));
    compared.field("manager", manager(aim), manager(now));
    compared.field(Kind::Stations.label(), station(aim, true), station(now, true));
    compared.field("associated station", station(aim, false), station(now, false));
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        // A snapshot of an earlier release has no such field.
        if aim.held.contains_key(&kind) {
            compared.field(kind.label(), things(aim, kind), things(now, kind));
        }
    }
    compared.found
}

struct Compared<'a> {
    losses: &'a [Loss],
    found: Vec<Difference>,
}

impl Compared<'_> {
    fn one(&mut self, name: &str, expected: Option<String>, found: Option<String>) {
        let entries = |word: Option<String>| word.map(|word| BTreeMap::from([(word.clone(), word)]));
        self.field(name, entries(expected), entries(found));
    }

    /// Compares a field, entry by entry: a difference is foretold when each of its entries is.
    fn field(&mut self, name: &str, expected: Option<Entries>, found: Option<Entries>) {
        if expected == found {
            return;
        }
        let foretold = match (&expected, &found) {
            (None, _) => true,
            (Some(_), None) => self.is_lost(name, ""),
            (Some(expected), Some(found)) => {
                let mut missing = expected.iter().filter(|(id, words)| found.get(*id) != Some(*words));
                let mut added = found.iter().filter(|(id, _)| !expected.contains_key(*id));
                let is_lost = |(id, _): (&String, &String)| self.is_lost(name, id);
                missing.all(is_lost) && added.all(is_lost)
            }
        };
        self.found.push(Difference {
            field: name.to_owned(),
            foretold,
            expected: words(expected),
            found: words(found),
        });
    }

    /// Returns whether the plan said that this would not come back, or that it would stay though the snapshot does not
    /// name it; without an id, that of all of the field.
    fn is_lost(&self, name: &str, id: &str) -> bool {
        self.losses.iter().any(|loss| loss.part == name && (loss.id.is_empty() || loss.id == id))
    }
}

fn words(entries: Option<Entries>) -> String {
    match entries {
        None => "unknown".to_owned(),
        Some(entries) if entries.is_empty() => "none".to_owned(),
        Some(entries) => entries.into_values().collect::<Vec<_>>().join(", "),
    }
}

fn named<I: std::fmt::Display>(things: &[Named<I>]) -> Entries {
    things.iter().map(|thing| (thing.id.to_string(), thing.name.to_string())).collect()
}

fn division(inventory: &Inventory) -> Entries {
    named(inventory.account.division.as_slice())
}

/// Inherited roles come and go with their group, which is compared by itself.
fn roles(inventory: &Inventory) -> Option<Entries> {
    let direct = inventory.grants.known()?.iter().filter(|grant| grant.via == Via::Direct);
    Some(
        direct
            .map(|grant| {
                let id = format!("{}/{}", grant.role.id, grant.division.id);
                (id, format!("{} in {}", grant.role.name, grant.division.name))
            })
            .collect(),
    )
}

fn queues(inventory: &Inventory) -> Option<Entries> {
    let held = inventory.queues.known()?.iter();
    Some(
        held.map(|held| {
            let joined = if held.joined { "joined" } else { "not joined" };
            let ring = held.ring.map(|ring| format!(", ring {ring}")).unwrap_or_default();
            (held.queue.id.to_string(), format!("{} ({joined}{ring})", held.queue.name))
        })
        .collect(),
    )
}

fn levels(part: &Part<Vec<Proficiency>>) -> Option<Entries> {
    let held = part.known()?.iter();
    Some(
        held.map(|held| (held.skill.id.to_string(), format!("{} {}", held.skill.name, held.level))).collect(),
    )
}

/// The station of a phone that was given back has the name it had, and another id.
fn station(inventory: &Inventory, default: bool) -> Option<Entries> {
    let held = inventory.stations.known()?;
    let station = if default { &held.default } else { &held.associated };
    let id =
        |station: &Named<_>| if default { station.name.as_str().to_owned() } else { station_id(station) };
    Some(station.iter().map(|station| (id(station), station.name.to_string())).collect())
}

fn station_id(station: &Named<emeritus_core::id::StationId>) -> String {
    station.id.to_string()
}

fn things(inventory: &Inventory, kind: Kind) -> Option<Entries> {
    let things = inventory.things(kind)?.iter();
    Some(things.map(|thing| (told_apart_by(kind, thing), said_of(thing))).collect())
}

fn told_apart_by(kind: Kind, thing: &Thing) -> String {
    if kind == Kind::Phones { thing.name.as_str().to_owned() } else { thing.id.clone() }
}

/// A setting differs also when it is there and says something else.
fn said_of(thing: &Thing) -> String {
    let on = thing.detail.get(Thing::ON).map(|on| if *on == "no" { " (off)" } else { "" });
    format!("{thing}{}", on.unwrap_or_default())
}
