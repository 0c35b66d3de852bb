//! Lists that do not add up.

use genesys_emulator::{FaultKind, FaultRule};
use serde_json::json;

use crate::vendor::Vendor;

fn five_users() -> (Vendor, Vec<String>) {
    let vendor = Vendor::documented();
    let ids = (0..5).map(|n| vendor.emulator.user(&format!("u{n}")).title("t").add()).collect();
    (vendor, ids)
}

fn page(vendor: &Vendor, number: u32) -> (Vec<String>, u64) {
    let answer = vendor.get(&format!("/api/v2/users?pageSize=2&pageNumber={number}"));
    assert_eq!(answer.body["pageNumber"], number);
    (answer.ids(), answer.body["total"].as_u64().unwrap())
}

#[test]
fn a_page_is_served_twice() {
    let (vendor, ids) = five_users();
    vendor.emulator.fault(FaultRule::new(FaultKind::DuplicatePage).on("GET", "/api/v2/users"));
    assert_eq!(page(&vendor, 1), (ids[..2].to_vec(), 5));
    assert_eq!(page(&vendor, 2), (ids[..2].to_vec(), 5));
    assert_eq!(page(&vendor, 2), (ids[2..4].to_vec(), 5));
    assert_eq!(vendor.emulator.faults_fired().len(), 1);
}

#[test]
fn pages_shift_when_something_is_inserted_before_them() {
    let (vendor, ids) = five_users();
    vendor.emulator.fault(FaultRule::new(FaultKind::PageDrift).on("GET", "/api/v2/users"));
    assert_eq!(page(&vendor, 1), (ids[..2].to_vec(), 5));
    assert_eq!(page(&vendor, 2), (ids[1..3].to_vec(), 6));
    assert_eq!(vendor.emulator.faults_fired()[0].kind, "page-drift");
}

#[test]
fn the_last_page_is_missing() {
    let (vendor, ids) = five_users();
    vendor.emulator.fault(FaultRule::new(FaultKind::MissingLastPage).on("GET", "/api/v2/users"));
    assert_eq!(page(&vendor, 2), (ids[2..4].to_vec(), 5));
    assert_eq!(page(&vendor, 3), (vec![], 5));
    assert_eq!(page(&vendor, 3), (ids[4..].to_vec(), 5));
}

#[test]
fn pages_asked_for_in_a_body_go_wrong_the_same_way() {
    let (vendor, ids) = five_users();
    vendor.emulator.fault(FaultRule::new(FaultKind::DuplicatePage).on("POST", "/api/v2/users/search"));
    let body = json!({
        "pageSize": 2, "pageNumber": 2,
        "query": [{ "fields": ["title"], "value": "t", "type": "EXACT" }],
    });
    assert_eq!(vendor.post("/api/v2/users/search", &body).ids(), ids[..2]);
    assert_eq!(vendor.post("/api/v2/users/search", &body).ids(), ids[2..4]);
}

#[test]
fn pages_of_conversations_go_wrong_the_same_way() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let (from, to) = ("2026-02-10T00:00:00Z".parse().unwrap(), "2026-03-01T00:00:00Z".parse().unwrap());
    vendor.emulator.give_history(&id, 5, from, to);
    let path = "/api/v2/analytics/conversations/details/query";
    let page = |number: u32| -> Vec<String> {
        let query = json!({
            "interval": "2026-02-05T00:00:00.000Z/2026-03-03T00:00:00.000Z",
            "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": id }] }],
            "paging": { "pageSize": 2, "pageNumber": number },
        });
        let body = vendor.post(path, &query).body;
        let list = body["conversations"].as_array().unwrap();
        list.iter().map(|conversation| conversation["conversationId"].as_str().unwrap().to_owned()).collect()
    };
    let clean = [page(1), page(2), page(3)];
    vendor.emulator.fault(FaultRule::new(FaultKind::DuplicatePage).on("POST", path));
    assert_eq!(page(2), clean[0]);
    vendor.emulator.fault(FaultRule::new(FaultKind::PageDrift).on("POST", path));
    assert_eq!(page(2), [clean[0][1].clone(), clean[1][0].clone()]);
    vendor.emulator.fault(FaultRule::new(FaultKind::MissingLastPage).on("POST", path));
    assert_eq!(page(2), clean[1]);
    assert_eq!(page(3), [] as [String; 0]);
    assert_eq!(page(3), clean[2]);
}

#[test]
fn a_first_page_cannot_be_the_one_before() {
    let (vendor, ids) = five_users();
    vendor.emulator.fault(FaultRule::new(FaultKind::DuplicatePage));
    assert_eq!(page(&vendor, 1), (ids[..2].to_vec(), 5));
    assert_eq!(vendor.emulator.faults_fired(), []);
}
