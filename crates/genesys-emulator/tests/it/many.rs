//! An organization of 25,000 people who left, read to the end.

use std::collections::{BTreeMap, BTreeSet};

use genesys_emulator::{Preset, Settings};

use crate::vendor::{Vendor, settings};

const INACTIVE: u32 = 15_000;
const DELETED: u32 = 10_000;

fn crowd() -> (Vendor, Vec<genesys_emulator::Leftovers>) {
    let vendor = Vendor::new(Settings { rate_per_minute: 1_000_000, ..settings(Preset::Documented) });
    let held = vendor.emulator.add_retired(INACTIVE, DELETED, 400, 3);
    (vendor, held)
}

/// Everything in the pages of a list.
fn all(vendor: &Vendor, first: &str) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let mut body = vendor.get(&path).body;
        next = body["nextUri"].as_str().map(str::to_owned);
        if let serde_json::Value::Array(entities) = body["entities"].take() {
            found.extend(entities);
        }
    }
    found
}

#[test]
fn one_walk_by_cursor_finds_everybody_beyond_the_ten_thousand_of_the_list() {
    let (vendor, _) = crowd();
    let walked = all(&vendor, "/api/v2/users/query?state=inactive&pageSize=500&expand=groups,authorization");
    let ids: BTreeSet<&str> = walked.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!((walked.len(), ids.len()), (15_000, 15_000));
    assert!(walked.iter().all(|user| user["state"] == "inactive"));
    let any = all(&vendor, "/api/v2/users/query?state=any&pageSize=500");
    assert_eq!(any.len(), 25_000);
    assert_eq!(vendor.get("/api/v2/users?state=inactive&pageSize=500&pageNumber=20").status, 200);
    assert_eq!(vendor.get("/api/v2/users?state=inactive&pageSize=500&pageNumber=21").status, 400);
    assert_eq!(vendor.get("/api/v2/users?state=deleted&pageSize=500&pageNumber=20").status, 200);
}

/// The lists of what is given to people, read without asking for each person, show every leftover of their kinds.
#[test]
fn shared_lists_find_every_leftover() {
    let (vendor, held) = crowd();
    let mut found: BTreeSet<(String, &str, String)> = BTreeSet::new();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let edges = "/api/v2/telephony/providers/edges";
    for phone in all(&vendor, &format!("{edges}/phones?pageSize=100")) {
        found.insert((text(&phone["webRtcUser"]["id"]), "phones", text(&phone["id"])));
    }
    for number in all(&vendor, &format!("{edges}/dids?pageSize=100")) {
        found.insert((text(&number["owner"]["id"]), "numbers", text(&number["phoneNumber"])));
    }
    for number in all(&vendor, &format!("{edges}/extensions?pageSize=100")) {
        found.insert((text(&number["owner"]["id"]), "extensions", text(&number["number"])));
    }
    let queue = vendor.id_of("/api/v2/routing/queues", "Billing");
    for member in all(&vendor, &format!("/api/v2/routing/queues/{queue}/members?pageSize=100")) {
        found.insert((text(&member["id"]), "queues", queue.clone()));
    }
    let mut planted: BTreeSet<(String, &str, String)> = BTreeSet::new();
    for leftovers in &held {
        for thing in &leftovers.things {
            if ["phones", "numbers", "extensions", "queues"].contains(&thing.kind) {
                planted.insert((leftovers.user.clone(), thing.kind, thing.id.clone()));
            }
        }
    }
    assert_eq!(found, planted);
    let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
    planted.iter().for_each(|(_, kind, _)| *of_kind.entry(kind).or_default() += 1);
    assert!(of_kind.len() == 4 && of_kind.values().all(|many| *many > 50), "{of_kind:?}");
}
