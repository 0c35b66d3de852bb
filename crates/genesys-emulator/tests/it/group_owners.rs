//! Groups are changed by their version, and found by search.

use std::slice::from_ref;

use serde_json::json;

use crate::vendor::Vendor;

#[test]
fn an_update_takes_a_version_and_changes_only_what_is_sent() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").owns_group("Desk").in_group("Desk").add();
    let bo = vendor.emulator.user("Bo").add();
    let path = format!("/api/v2/groups/{}", vendor.id_of("/api/v2/groups", "Desk"));
    let before = vendor.get(&path).body;
    assert_eq!(before["owners"][0]["id"], ada.as_str());
    let version = before["version"].as_u64().unwrap();
    let answer =
        vendor.put(&path, &json!({ "version": version, "ownerIds": [bo], "visibility": "ownerIds" }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let after = vendor.get(&path).body;
    assert_eq!((&after["owners"][0]["id"], &after["version"]), (&json!(bo), &json!(version + 1)));
    assert_eq!((&after["visibility"], &after["name"]), (&json!("owners"), &before["name"]));
    assert_eq!(after["memberCount"], 1);
    assert!(vendor.emulator.truth(&ada).unwrap().owned_groups.is_empty());
    let listed = vendor.get("/api/v2/groups?pageSize=100").body["entities"].as_array().unwrap().clone();
    assert!(listed.iter().any(|group| group["owners"][0]["id"] == bo.as_str()));
}

#[test]
fn a_stale_version_of_a_group_changes_nothing() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").owns_group("Desk").add();
    let path = format!("/api/v2/groups/{}", vendor.id_of("/api/v2/groups", "Desk"));
    let stale = vendor.put(&path, &json!({ "version": 99, "ownerIds": [] }));
    assert_eq!((stale.status, stale.code()), (409, "general.conflict"));
    assert_eq!(vendor.put(&path, &json!({ "ownerIds": [] })).status, 400);
    let version = vendor.get(&path).body["version"].clone();
    let nobody = json!({ "version": version, "ownerIds": ["nobody"] });
    assert_eq!(vendor.put(&path, &nobody).status, 400);
    assert_eq!(vendor.emulator.truth(&ada).unwrap().owned_groups.len(), 1);
    assert_eq!(vendor.put("/api/v2/groups/none", &json!({ "version": 1 })).status, 404);
    let reported = Vendor::as_reported();
    reported.emulator.user("Ada").owns_group("Desk").add();
    let path = format!("/api/v2/groups/{}", reported.id_of("/api/v2/groups", "Desk"));
    assert_eq!(reported.put(&path, &json!({ "version": 99 })).status, 412);
}

#[test]
fn groups_are_found_by_name_id_and_owner() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").owns_group("Front desk").in_group("Back office").add();
    let desk = vendor.id_of("/api/v2/groups", "Front desk");
    let find = |fields: &[&str], value: &str, kind: &str| {
        let query = json!([{ "fields": fields, "value": value, "type": kind }]);
        vendor.post("/api/v2/groups/search", &json!({ "query": query, "pageSize": 10 }))
    };
    assert_eq!(find(&["name"], "front desk", "EXACT").ids(), from_ref(&desk));
    assert_eq!(find(&["name"], "front", "STARTS_WITH").ids(), from_ref(&desk));
    assert_eq!(find(&["id"], &desk, "EXACT").ids(), from_ref(&desk));
    assert_eq!(find(&["ownerIds"], &ada, "EXACT").ids(), from_ref(&desk));
    assert_eq!(find(&["name"], "desk", "EXACT").body["total"], 0);
    assert_eq!(find(&["description"], "x", "EXACT").status, 501);
    let all = vendor.post("/api/v2/groups/search", &json!({ "pageSize": 1 })).body;
    assert_eq!((all["total"].as_u64().unwrap() >= 2, all["nextPage"].is_string()), (true, true));
}

#[test]
fn a_queue_names_the_groups_of_its_rings_and_no_person() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").preferred_in("billing").in_team("Blue").add();
    vendor.emulator.put_group_in_queue("Blue", "billing");
    let queue = vendor.id_of("/api/v2/routing/queues", "billing");
    let read = vendor.get(&format!("/api/v2/routing/queues/{queue}"));
    let ring = &read.body["bullseye"]["rings"][0]["memberGroups"][0];
    assert_eq!((&ring["name"], &ring["type"]), (&json!("billing preferred"), &json!("GROUP")));
    assert_eq!(read.body["routingRules"][0]["operator"], "ANY");
    assert_eq!(read.body["memberGroups"][0]["type"], "TEAM");
    assert!(!read.text.contains(&ada));
    let held = vendor.emulator.truth(&ada).unwrap().queues;
    assert_eq!((held.len(), held[0].by_group, held[0].ring_number), (1, true, 1));
    let team = vendor.id_of("/api/v2/teams", "Blue");
    vendor.emulator.delete_group("billing preferred");
    assert_eq!(vendor.emulator.truth(&ada).unwrap().queues.len(), 1, "by the team");
    vendor.delete(&format!("/api/v2/teams/{team}/members?id={ada}"));
    assert!(vendor.emulator.truth(&ada).unwrap().queues.is_empty());
}
