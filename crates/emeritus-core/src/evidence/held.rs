//! What the person held before the first write, in short.

use std::fmt::Display;

use super::Held;
use crate::inventory::{
    Grant, Inventory, LiveInteraction, Named, Part, Proficiency, QueueMembership, Stations, Via,
};

pub(super) fn held(snapshot: &Inventory) -> Vec<Held> {
    let division = snapshot.account.division.iter().map(name).collect();
    let mut rows = vec![
        Held { what: "division".to_owned(), names: division, unknown: None },
        row("role grants", &snapshot.grants, |grants| grants.iter().map(grant).collect()),
        row("last holder of", &snapshot.last_holder_of, |roles| names(roles)),
        row("queues", &snapshot.queues, |queues| queues.iter().map(queue).collect()),
        row("skills", &snapshot.skills, |skills| skills.iter().map(proficiency).collect()),
        row("languages", &snapshot.languages, |languages| languages.iter().map(proficiency).collect()),
        row("groups", &snapshot.groups, |groups| names(groups)),
        row("stations", &snapshot.stations, stations),
        row("manager", &snapshot.manager, |manager| manager.iter().map(name).collect()),
        row("direct reports", &snapshot.direct_reports, |people| names(people)),
        row("live interactions", &snapshot.live, |live| live.iter().map(interaction).collect()),
        row("open conversations", &snapshot.open_conversations, |open| {
            open.iter().map(interaction).collect()
        }),
        row("presence", &snapshot.presence, |presence| presence.iter().cloned().collect()),
        row("last login", &snapshot.last_login, |at| at.iter().copied().map(super::moment).collect()),
        row("last token", &snapshot.last_token, |at| at.iter().copied().map(super::moment).collect()),
    ];
    rows.extend(snapshot.held.iter().map(|(kind, part)| {
        row(kind.label(), part, |things| things.iter().map(ToString::to_string).collect())
    }));
    rows
}

fn row<T>(what: &str, part: &Part<T>, names: impl FnOnce(&T) -> Vec<String>) -> Held {
    Held {
        what: what.to_owned(),
        names: part.known().map(names).unwrap_or_default(),
        unknown: part.unknown().map(ToString::to_string),
    }
}

fn names<I: Display>(things: &[Named<I>]) -> Vec<String> {
    things.iter().map(name).collect()
}

/// Returns a thing's name, or its id where the vendor gave none.
fn name<I: Display>(thing: &Named<I>) -> String {
    if thing.name.is_empty() { thing.id.to_string() } else { thing.name.to_string() }
}

fn grant(grant: &Grant) -> String {
    let via = match grant.via {
        Via::Direct => "",
        Via::Group(_) => " (through a group)",
    };
    format!("{} in {}{via}", name(&grant.role), name(&grant.division))
}

fn queue(membership: &QueueMembership) -> String {
    let work = if membership.joined { "" } else { ", taking no work" };
    let via = if membership.via_group { " (through a group)" } else { "" };
    format!("{}{work}{via}", name(&membership.queue))
}

fn proficiency(held: &Proficiency) -> String {
    format!("{} {:.1}", name(&held.skill), held.level)
}

fn stations(stations: &Stations) -> Vec<String> {
    let associated = stations.associated.iter().map(|station| format!("{} (in use)", name(station)));
    let default = stations.default.iter().map(|station| format!("{} (default)", name(station)));
    associated.chain(default).collect()
}

fn interaction(live: &LiveInteraction) -> String {
    format!("{} {}", live.media, live.conversation)
}
