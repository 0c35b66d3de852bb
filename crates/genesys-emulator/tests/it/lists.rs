//! Lists of users.

use std::slice::from_ref;

use genesys_emulator::{Preset, Settings};
use serde_json::json;

use crate::vendor::{Vendor, settings};

fn of_each_state() -> (Vendor, [String; 3]) {
    let vendor = Vendor::documented();
    let ids = [
        vendor.emulator.user("a").add(),
        vendor.emulator.user("b").inactive().add(),
        vendor.emulator.user("c").deleted().add(),
    ];
    (vendor, ids)
}

#[test]
fn active_users_are_listed_unless_another_state_is_asked_for() {
    let (vendor, [a, b, c]) = of_each_state();
    for path in ["/api/v2/users", "/api/v2/users/query"] {
        let sorted = |mut ids: Vec<String>| {
            ids.sort();
            ids
        };
        assert_eq!(vendor.get(path).ids(), from_ref(&a));
        assert_eq!(vendor.get(&format!("{path}?state=inactive")).ids(), from_ref(&b));
        assert_eq!(vendor.get(&format!("{path}?state=deleted")).ids(), from_ref(&c));
        let all = sorted(vec![a.clone(), b.clone(), c.clone()]);
        assert_eq!(sorted(vendor.get(&format!("{path}?state=any")).ids()), all);
        assert_eq!(vendor.get(&format!("{path}?state=archived")).status, 400);
    }
    vendor.emulator.set_switch("any_lists_deleted", "false").unwrap();
    assert_eq!(vendor.get("/api/v2/users?state=any").ids(), [a, b]);
}

#[test]
fn pages_have_addresses_and_totals() {
    let vendor = Vendor::documented();
    let all: Vec<String> = (0..5).map(|n| vendor.emulator.user(&format!("u{n}")).add()).collect();
    let first = vendor.get("/api/v2/users?pageSize=2&expand=groups");
    assert_eq!(first.ids(), all[..2]);
    assert_eq!(
        (&first.body["total"], &first.body["pageCount"], &first.body["pageSize"], &first.body["pageNumber"]),
        (&json!(5), &json!(3), &json!(2), &json!(1))
    );
    assert_eq!(first.body.get("previousUri"), None);
    let mut seen = first.ids();
    let mut next = first.body["nextUri"].as_str().map(str::to_owned);
    while let Some(path) = next {
        let page = vendor.get(&path);
        seen.extend(page.ids());
        next = page.body["nextUri"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, all);
    assert_eq!(vendor.get("/api/v2/users?pageSize=2&pageNumber=9").ids(), [] as [String; 0]);
}

#[test]
fn pages_outside_the_limits_are_refused() {
    let vendor = Vendor::documented();
    for query in ["pageSize=0", "pageSize=501", "pageNumber=0", "pageSize=many"] {
        assert_eq!(vendor.get(&format!("/api/v2/users?{query}")).status, 400, "{query}");
    }
    assert_eq!(vendor.get("/api/v2/users?state=inactive&pageSize=500&pageNumber=20").status, 200);
    assert_eq!(vendor.get("/api/v2/users?state=inactive&pageSize=500&pageNumber=21").status, 400);
}

#[test]
fn at_most_a_hundred_users_are_asked_for_by_id() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("a").add();
    vendor.emulator.user("b").add();
    assert_eq!(vendor.get(&format!("/api/v2/users?id={id}")).ids(), from_ref(&id));
    let many = vec![id.as_str(); 101].join(",");
    let answer = vendor.get(&format!("/api/v2/users?id={many}"));
    assert_eq!((answer.status, answer.code()), (400, "max.user.ids"));
}

fn walk(vendor: &Vendor, query: &str, mut between: impl FnMut(&[String])) -> Vec<String> {
    let mut seen = Vec::new();
    let mut next = Some(format!("/api/v2/users/query?{query}"));
    while let Some(path) = next {
        let page = vendor.get(&path);
        seen.extend(page.ids());
        assert_eq!(page.body["results"], page.ids().len());
        assert_eq!(page.body.get("cursor").is_some(), page.body.get("nextUri").is_some());
        next = page.body["nextUri"].as_str().map(str::to_owned);
        between(&seen);
    }
    seen
}

#[test]
fn a_cursor_leads_through_everybody_once() {
    let vendor = Vendor::documented();
    let mut all: Vec<String> = (0..5).map(|n| vendor.emulator.user(&format!("u{n}")).add()).collect();
    all.sort();
    assert_eq!(walk(&vendor, "pageSize=2", |_| {}), all);
    all.reverse();
    assert_eq!(walk(&vendor, "pageSize=2&sortOrder=DESC", |_| {}), all);
    assert_eq!(vendor.get("/api/v2/users/query?cursor=nonsense").status, 400);
    assert_eq!(vendor.get("/api/v2/users/query?pageSize=501").status, 400);
    assert_eq!(vendor.with_permissions(&[]).get("/api/v2/users/query").status, 403);
}

#[test]
fn a_cursor_stays_good_while_people_change_and_go() {
    let vendor = Vendor::documented();
    let mut all: Vec<String> = (0..6).map(|n| vendor.emulator.user(&format!("u{n}")).add()).collect();
    all.sort();
    let seen = walk(&vendor, "pageSize=2", |seen| {
        if seen.len() == 2 {
            // The one whom the cursor names goes, and one ahead is renamed to the front of any list by name.
            vendor.delete(&format!("/api/v2/users/{}", all[1]));
            let version = vendor.emulator.truth(&all[4]).unwrap().version;
            let body = json!({ "version": version, "name": "AAA" });
            assert_eq!(vendor.patch(&format!("/api/v2/users/{}", all[4]), &body).status, 200);
        }
    });
    assert_eq!(seen, all);
}

#[test]
fn expand_adds_what_it_names_and_nothing_else() {
    let vendor = Vendor::documented();
    let id = vendor
        .emulator
        .user("Ada")
        .in_group("g")
        .in_team("red")
        .with_role("agent")
        .skill("spanish", 4.0)
        .language("en", 5.0)
        .station("desk-7")
        .employee_id("E1")
        .live_call()
        .add();
    let path = format!("/api/v2/users/{id}");
    let parts = [
        "groups",
        "team",
        "authorization",
        "skills",
        "languages",
        "station",
        "employerInfo",
        "conversationSummary",
        "presence",
        "routingStatus",
        "dateLastLogin",
    ];
    let plain = vendor.get(&path).body;
    for part in parts {
        assert_eq!(plain.get(part), None, "{part}");
        assert!(vendor.get(&format!("{path}?expand={part}")).body.get(part).is_some(), "{part}");
    }
    let full = vendor.get(&format!("{path}?expand={},lasttokenissued", parts.join(","))).body;
    assert_eq!(full["conversationSummary"]["call"]["contactCenter"], json!({ "active": 1, "acw": 0 }));
    assert_eq!(full["authorization"]["roles"][0]["name"], "agent");
    assert_eq!(full["skills"][0]["proficiency"], 4.0);
    assert_eq!(full["station"]["associatedStation"]["name"], "desk-7");
    assert_eq!(full["employerInfo"], json!({ "employeeId": "E1" }));
    assert_eq!(full["lastTokenIssued"]["dateIssued"], "2026-03-02T09:00:00.000Z");
    assert_eq!(full["routingStatus"]["status"], "INTERACTING");
    assert_eq!(vendor.get(&format!("{path}?expand=everything")).status, 400);
}

#[test]
fn external_ids_find_their_users() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").external_id("hr", "7").add();
    assert_eq!(vendor.get("/api/v2/users/externalid/hr/7").body["id"], id.as_str());
    assert_eq!(vendor.get("/api/v2/users/externalid/hr/8").status, 404);
    let path = format!("/api/v2/users/{id}/externalid");
    assert_eq!(vendor.get(&path).body[0]["externalKey"], "7");
    vendor.post(&path, &json!({ "authorityName": "ad", "externalKey": "x y" }));
    assert_eq!(vendor.get("/api/v2/users/externalid/ad/x%20y").body["id"], id.as_str());
    assert_eq!(vendor.delete(&format!("{path}/hr/7")).status, 204);
    assert_eq!(vendor.emulator.truth(&id).unwrap().external_ids.into_keys().collect::<Vec<_>>(), ["ad"]);
    vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!(vendor.get("/api/v2/users/externalid/ad/x%20y").status, 404);
}

#[test]
fn an_organization_is_the_same_for_the_same_seed() {
    let make = |seed| Vendor::new(Settings { seed, users: 30, ..settings(Preset::Documented) });
    let list = |vendor: &Vendor| vendor.get("/api/v2/users?state=any&pageSize=100").text;
    let (one, two, three) = (make(7), make(7), make(8));
    assert_eq!(list(&one), list(&two));
    assert_ne!(list(&one), list(&three));
    assert_eq!(one.token, two.token);
    assert_eq!(one.emulator.user_ids().len(), 30);
}
