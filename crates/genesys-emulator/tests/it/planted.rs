//! The list of everything that hangs on a person.

use std::collections::{BTreeMap, BTreeSet};

use genesys_emulator::{Baggage, Emulator, Preset, Settings};

use crate::vendor::{Vendor, settings};

#[test]
fn what_was_arranged_is_listed_and_nothing_else() {
    let vendor = Vendor::documented();
    let boss = vendor.emulator.user("Boss").add();
    let ada = vendor
        .emulator
        .user("Ada")
        .manager(&boss)
        .in_queue("billing")
        .with_role("agent")
        .skill("spanish", 2.0)
        .in_group("Desk")
        .station("Desk 7")
        .in_team("Blue")
        .greeting("Away")
        .evaluates(&boss)
        .finished_evaluation()
        .add();
    let planted = vendor.emulator.planted(&ada);
    assert!(planted.is_sorted());
    let named: Vec<(&str, &str)> = planted.iter().map(|held| (held.kind, held.name.as_str())).collect();
    assert_eq!(
        named,
        [
            ("evaluations", "INPROGRESS"),
            ("greetings", "Away"),
            ("groups", "Desk"),
            ("licences", "Genesys Cloud CX 3"),
            ("queues", "billing"),
            ("roles", "agent"),
            ("skills", "spanish"),
            ("stations", "Desk 7"),
            ("stations", "Desk 7"),
            ("superiors", "Boss"),
            ("team", "Blue"),
        ]
    );
    let stations: BTreeSet<_> = planted
        .iter()
        .filter(|held| held.kind == "stations")
        .map(|held| held.id.split(':').next().unwrap())
        .collect();
    assert_eq!(stations, BTreeSet::from(["associated", "default"]));
    let of_boss: Vec<_> = vendor.emulator.planted(&boss).into_iter().map(|held| held.kind).collect();
    assert_eq!(of_boss, ["direct_reports", "evaluations", "licences"]);
    assert_eq!(vendor.emulator.planted("nobody"), []);
}

/// Every kind of thing that can hang on a person.
const KINDS: [&str; 34] = [
    "calibrations",
    "call_forwarding",
    "coaching",
    "dashboards",
    "direct_reports",
    "direct_routing_backup",
    "evaluations",
    "extensions",
    "flows",
    "greetings",
    "group_ownership",
    "groups",
    "languages",
    "learning",
    "licences",
    "management_unit",
    "numbers",
    "oauth_clients",
    "out_of_office",
    "phones",
    "queues",
    "recording_policies",
    "roles",
    "routing_rules",
    "schedules",
    "skill_groups",
    "skills",
    "stations",
    "superiors",
    "team",
    "trustors",
    "utilization",
    "voicemail",
    "work_items",
];

fn kinds(emulator: &Emulator, user: &str) -> BTreeSet<&'static str> {
    emulator.planted(user).into_iter().map(|held| held.kind).collect()
}

fn generated(baggage: Baggage, users: u32) -> Emulator {
    Emulator::new(Settings { baggage, users, seed: 7, ..settings(Preset::Documented) })
}

#[test]
fn the_heaviest_person_has_something_of_every_kind() {
    let emulator = Vendor::documented().emulator;
    let heavy = emulator.heaviest_person();
    assert_eq!(kinds(&emulator, &heavy), BTreeSet::from(KINDS));
    let truth = emulator.truth(&heavy).unwrap();
    assert!(truth.queues.iter().any(|queue| queue.by_group));
    assert!(truth.queues.iter().any(|queue| !queue.joined));
    assert!(truth.effective_roles.contains("employee"), "a role by a group");
    assert!(truth.grants.len() > 1);
}

#[test]
fn somebody_who_is_there_can_be_given_everything() {
    let emulator = generated(Baggage::None, 20);
    for user in emulator.user_ids() {
        if emulator.truth(&user).unwrap().state == "active" {
            emulator.give_everything(&user);
            assert_eq!(kinds(&emulator, &user), BTreeSet::from(KINDS));
        }
    }
}

#[test]
fn with_full_baggage_everybody_has_everything_but_people() {
    let emulator = generated(Baggage::Full, 60);
    let people = ["direct_reports", "superiors"];
    let mut left = 0;
    for user in emulator.user_ids() {
        let mut held = kinds(&emulator, &user);
        if emulator.truth(&user).unwrap().state == "active" {
            held.extend(people);
            assert_eq!(held, BTreeSet::from(KINDS));
        } else {
            assert_ne!(held, BTreeSet::new());
            left += 1;
        }
    }
    assert!(left > 0);
}

#[test]
fn realistic_baggage_differs_from_person_to_person_and_follows_from_the_seed() {
    let emulator = generated(Baggage::Realistic, 120);
    let again = generated(Baggage::Realistic, 120);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut loads = BTreeSet::new();
    for user in emulator.user_ids() {
        let held = emulator.planted(&user);
        assert_eq!(held, again.planted(&user));
        loads.insert(held.len());
        for kind in kinds(&emulator, &user) {
            *seen.entry(kind).or_default() += 1;
        }
    }
    assert!(loads.len() > 10, "{loads:?}");
    assert!(seen["phones"] > 30 && seen["phones"] < 110, "{seen:?}");
    assert!(seen["call_forwarding"] < 40, "{seen:?}");
    assert_eq!(emulator.client_secret(), generated(Baggage::None, 120).client_secret());
}

#[test]
fn those_who_left_are_as_many_as_asked_and_hold_what_is_told() {
    let vendor = Vendor::documented();
    let held = vendor.emulator.add_retired(30, 20, 12, 5);
    let count =
        |state: &str| vendor.get(&format!("/api/v2/users?state={state}&pageSize=100")).body["total"].clone();
    assert_eq!((count("inactive"), count("deleted"), count("active")), (30.into(), 20.into(), 0.into()));
    assert_eq!(held.len(), 12);
    let mut found = 0;
    for user in vendor.emulator.user_ids() {
        let planted = vendor.emulator.planted(&user);
        let told =
            held.iter().find(|leftovers| leftovers.user == user).map(|leftovers| leftovers.things.clone());
        assert_eq!(planted, told.unwrap_or_default());
        found += usize::from(!planted.is_empty());
    }
    assert_eq!(found, 12);
    let things: Vec<_> = held.iter().flat_map(|leftovers| &leftovers.things).collect();
    for kind in ["phones", "numbers", "extensions", "roles", "queues", "groups", "stations"] {
        assert!(things.iter().any(|thing| thing.kind == kind), "{kind}");
    }
    assert_eq!(Vendor::documented().emulator.add_retired(30, 20, 12, 5).len(), held.len());
}
