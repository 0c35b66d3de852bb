//! Searching users.

use std::{slice::from_ref, time::Duration};

use serde_json::{Value, json};

use crate::vendor::{Answer, Vendor};

const SEARCH: &str = "/api/v2/users/search";

fn by_email(vendor: &Vendor, email: &str, states: &[&str]) -> Answer {
    let mut query = vec![json!({ "fields": ["email"], "value": email, "type": "EXACT" })];
    if !states.is_empty() {
        query.push(json!({ "fields": ["state"], "values": states, "type": "EXACT" }));
    }
    vendor.post(SEARCH, &json!({ "query": query }))
}

#[test]
fn results_come_as_results_with_totals() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").email("ada@x.example").add();
    vendor.emulator.user("Bo").email("bo@x.example").add();
    let answer = by_email(&vendor, "ADA@x.example", &["active"]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.ids(), [id]);
    assert_eq!(answer.body.get("entities"), None);
    assert_eq!((&answer.body["total"], &answer.body["pageCount"]), (&json!(1), &json!(1)));
    assert_eq!(answer.body["types"], json!(["users"]));
}

#[test]
fn which_states_come_without_a_criterion_is_a_switch() {
    let vendor = Vendor::documented();
    for (name, retire) in [("a", ""), ("b", "inactive"), ("c", "deleted")] {
        let user = vendor.emulator.user(name).title("clerk");
        match retire {
            "inactive" => user.inactive().add(),
            "deleted" => user.deleted().add(),
            _ => user.add(),
        };
    }
    let count = |switch: &str| {
        vendor.emulator.set_switch("search_default_states", switch).unwrap();
        let query = json!({ "query": [{ "fields": ["title"], "value": "clerk", "type": "EXACT" }] });
        vendor.post(SEARCH, &query).body["total"].as_u64().unwrap()
    };
    assert_eq!([count("active"), count("active-and-inactive"), count("any")], [1, 2, 3]);
}

#[test]
fn the_index_sees_a_write_only_after_its_lag() {
    let vendor = Vendor::documented();
    vendor.emulator.set_switch("search_lag_s", "180").unwrap();
    let id = vendor.emulator.user("Ada").email("ada@x.example").add();
    assert_eq!(by_email(&vendor, "ada@x.example", &["active"]).ids(), from_ref(&id));
    vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!(by_email(&vendor, "ada@x.example", &["deleted"]).body["total"], 0);
    let stale = by_email(&vendor, "ada@x.example", &["active"]);
    assert_eq!(
        (&stale.body["results"][0]["state"], &stale.body["results"][0]["version"]),
        (&json!("active"), &json!(1))
    );
    vendor.emulator.clock().advance(Duration::from_secs(60));
    vendor.set_state(&id, "inactive");
    vendor.emulator.clock().advance(Duration::from_secs(120));
    assert_eq!(by_email(&vendor, "ada@x.example", &["deleted"]).ids(), from_ref(&id));
    vendor.emulator.clock().advance(Duration::from_secs(60));
    assert_eq!(by_email(&vendor, "ada@x.example", &["deleted"]).body["total"], 0);
    assert_eq!(by_email(&vendor, "ada@x.example", &["inactive"]).ids(), [id]);
}

#[test]
fn a_new_user_is_not_in_the_index_yet() {
    let vendor = Vendor::documented();
    let division = vendor.get("/api/v2/authorization/divisions").ids().remove(0);
    let body = json!({ "name": "Cy", "email": "cy@x.example", "divisionId": division });
    let id = vendor.post("/api/v2/users", &body).body["id"].as_str().unwrap().to_owned();
    assert_eq!(by_email(&vendor, "cy@x.example", &["inactive"]).body["total"], 0);
    vendor.emulator.clock().advance(Duration::from_secs(30));
    assert_eq!(by_email(&vendor, "cy@x.example", &["inactive"]).ids(), [id]);
}

#[test]
fn criteria_are_joined_by_their_operators_and_grouped() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada Byron").title("clerk").employee_id("E1").add();
    let bo = vendor.emulator.user("Bo Byron").title("lead").add();
    let search = |query: Value| {
        let mut ids = vendor.post(SEARCH, &json!({ "query": query })).ids();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let name = |kind: &str, value: &str| json!({ "fields": ["name"], "value": value, "type": kind });
    assert_eq!(search(json!([name("CONTAINS", "byron")])), sorted(vec![ada.clone(), bo.clone()]));
    assert_eq!(search(json!([name("STARTS_WITH", "ad")])), from_ref(&ada));
    assert_eq!(search(json!([name("TERM", "bo")])), from_ref(&bo));
    assert_eq!(search(json!([name("EXACT", "byron")])), [] as [String; 0]);
    let by_employee = json!([{ "fields": ["employerInfo.employeeId"], "value": "E1", "type": "EXACT" }]);
    assert_eq!(search(by_employee), from_ref(&ada));
    let not = json!([
        name("CONTAINS", "byron"),
        { "fields": ["title"], "value": "clerk", "type": "EXACT", "operator": "NOT" },
    ]);
    assert_eq!(search(not), from_ref(&bo));
    let group = json!([{ "type": "EXACT", "group": [
        { "fields": ["title"], "value": "clerk", "type": "EXACT" },
        { "fields": ["title"], "value": "lead", "type": "EXACT", "operator": "OR" },
    ] }]);
    assert_eq!(search(group), sorted(vec![ada, bo]));
}

#[test]
fn what_cannot_be_searched_here_is_refused_rather_than_answered_wrongly() {
    let vendor = Vendor::documented();
    let one = |criterion: Value| vendor.post(SEARCH, &json!({ "query": [criterion] })).status;
    assert_eq!(one(json!({ "fields": ["shoeSize"], "value": "44", "type": "EXACT" })), 400);
    assert_eq!(one(json!({ "fields": ["email"], "type": "EXACT" })), 400);
    assert_eq!(one(json!({ "fields": ["email"], "value": "x", "type": "LIKE" })), 400);
    assert_eq!(one(json!({ "fields": ["email"], "value": "x.*", "type": "REGEX" })), 501);
}

#[test]
fn pages_of_a_search_cover_everybody_once() {
    let vendor = Vendor::documented();
    let mut all: Vec<String> =
        (0..7).map(|n| vendor.emulator.user(&format!("u{n}")).title("t").add()).collect();
    let mut seen = Vec::new();
    for number in 1..=3 {
        let body = json!({
            "pageSize": 3, "pageNumber": number, "sortBy": "name", "sortOrder": "DESC",
            "query": [{ "fields": ["title"], "value": "t", "type": "EXACT" }],
        });
        let answer = vendor.post(SEARCH, &body);
        assert_eq!((answer.body["total"].as_u64(), answer.body["pageCount"].as_u64()), (Some(7), Some(3)));
        assert_eq!(answer.body.get("nextPage").is_some(), number < 3);
        seen.extend(answer.ids());
    }
    all.reverse();
    assert_eq!(seen, all);
}
