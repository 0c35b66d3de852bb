//! Finding everybody who is gone and still holds something.

use std::collections::BTreeSet;

use emeritus::inventory::AccountState;
use genesys_emulator::{Clock, Preset, Settings};

use crate::cost::Organization;
use crate::world::NOW;

const INACTIVE: u32 = 15_000;
const DELETED: u32 = 10_000;

fn crowd(preset: Preset, switches: &[(&str, &str)]) -> (Organization, Vec<genesys_emulator::Leftovers>) {
    let settings = Settings {
        preset,
        seed: 9,
        clock: Clock::virtual_at(NOW.parse().unwrap()),
        rate_per_minute: 1_000_000,
        ..Settings::default()
    };
    let organization = Organization::of(settings);
    for (name, value) in switches {
        organization.emulator.set_switch(name, value).unwrap();
    }
    let held = organization.emulator.add_retired(INACTIVE, DELETED, 400, 3);
    (organization, held)
}

/// Whoever holds which kind of thing, and which one where its id is the same on both sides.
type Held = BTreeSet<(String, &'static str, String)>;

fn id_of(kind: &str, id: &str) -> String {
    // A grant and a station have no id of their own: what they are of is compared.
    if matches!(kind, "roles" | "stations") { String::new() } else { id.to_owned() }
}

fn found(adoption: &emeritus::Adoption) -> Held {
    let each = adoption.leavers.iter().flat_map(|leaver| {
        let id = leaver.person.id.to_string();
        leaver
            .leftovers
            .iter()
            .map(move |(kind, thing)| (id.clone(), kind.name(), id_of(kind.name(), &thing.id)))
    });
    each.collect()
}

fn planted(held: &[genesys_emulator::Leftovers]) -> Held {
    let looked_for = ["stations", "phones", "numbers", "extensions", "queues", "groups", "roles"];
    let each = held.iter().flat_map(|holder| {
        let things = holder.things.iter().filter(|thing| looked_for.contains(&thing.kind));
        things.map(|thing| (holder.user.clone(), thing.kind, id_of(thing.kind, &thing.id)))
    });
    each.collect()
}

#[test]
fn one_walk_over_25_000_people_finds_every_leftover_and_nothing_else() {
    let (organization, held) = crowd(Preset::Documented, &[]);
    let (adoption, stats) = organization.counted(organization.emeritus.leavers());
    let adoption = adoption.unwrap();
    assert_eq!((adoption.inactive, adoption.deleted), (u64::from(INACTIVE), u64::from(DELETED)));
    assert_eq!(adoption.unknown, []);
    let (found, planted) = (found(&adoption), planted(&held));
    assert!(planted.len() > 800, "{}", planted.len());
    assert_eq!(planted.difference(&found).collect::<Vec<_>>(), Vec::<&_>::new());
    assert_eq!(found.difference(&planted).collect::<Vec<_>>(), Vec::<&_>::new());
    // A hundred a page, and perhaps one more to learn that it was the last.
    assert!((250..=252).contains(&stats.walk), "{stats:?}");
    assert!(stats.total() - stats.walk < 60, "{stats:?}");
}

#[test]
fn where_any_state_leaves_out_the_deleted_they_are_walked_over_too() {
    let (organization, held) = crowd(Preset::Documented, &[("any_lists_deleted", "false")]);
    let (adoption, _) = organization.counted(organization.emeritus.leavers());
    let adoption = adoption.unwrap();
    assert_eq!((adoption.inactive, adoption.deleted), (u64::from(INACTIVE), u64::from(DELETED)));
    assert_eq!(found(&adoption), planted(&held));
    assert!(adoption.leavers.iter().any(|leaver| leaver.person.state == AccountState::Deleted));
}
