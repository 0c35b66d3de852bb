//! What is archived of a person is the same whether they were archived alone or together with others.

use std::collections::BTreeMap;

use genesys_emulator::Preset;
use serde_json::Value;

use super::{five, organization, read, shapes};
use crate::desk::Desk;

/// The records that name a person, by id.
fn of<'a>(records: &'a [Value], person: &str) -> BTreeMap<&'a str, &'a Value> {
    let names = |record: &&Value| {
        let mut parts = record["participants"].as_array().into_iter().flatten();
        parts.any(|part| part["userId"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(person)))
    };
    records.iter().filter(names).map(|record| (record["conversationId"].as_str().unwrap(), record)).collect()
}

fn in_company(preset: Preset) {
    let organization = organization(preset);
    let users = five(&organization);
    for shape in shapes(&users) {
        organization.emulator.add_conversation(&shape.record).unwrap();
    }
    let desk = Desk::at(&organization);
    let archive = |name: String, people: &[String], groups: &[&str]| {
        let place = desk.path().join(name).display().to_string();
        let people: Vec<_> = people.iter().map(String::as_str).collect();
        desk.json(&[&["archive", "--json", "--archive", &place], groups, &people[..]].concat());
        read(&place)
    };
    for (name, groups) in [("all", &["--groups", "attributes,addresses,names,notes"][..]), ("none", &[])] {
        let two = archive(format!("{name}-two"), &users[..2], groups);
        let five = archive(format!("{name}-five"), &users, groups);
        let mut found = 0;
        for (place, user) in users.iter().enumerate() {
            let alone = archive(format!("{name}-{place}"), std::slice::from_ref(user), groups);
            let expected = of(&alone, user);
            let ids: Vec<_> = alone
                .iter()
                .map(|record| &record["conversationId"])
                .filter(|id| !expected.contains_key(id.as_str().unwrap()))
                .collect();
            assert_eq!(expected.len(), alone.len(), "records of {place} name them, but {ids:?}");
            found += expected.len();
            assert_eq!(of(&five, user), expected, "{place} among five, {name}");
            if place < 2 {
                assert_eq!(of(&two, user), expected, "{place} among two, {name}");
            }
        }
        assert!(found >= 42, "{found}");
    }
}

#[test]
fn as_documented_company_changes_nothing_of_a_persons_archive() {
    in_company(Preset::Documented);
}

#[test]
fn as_reported_company_changes_nothing_of_a_persons_archive() {
    in_company(Preset::AsReported);
}
