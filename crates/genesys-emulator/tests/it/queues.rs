//! Queues, their members, skills and languages.

use std::slice::from_ref;

use serde_json::json;

use crate::vendor::Vendor;

fn queue(vendor: &Vendor, name: &str) -> String {
    vendor.id_of("/api/v2/routing/queues", name)
}

#[test]
fn a_users_queues_are_the_joined_ones_unless_said_otherwise() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").in_queue("sales").joined(false).add();
    let names = |query: &str| -> Vec<String> {
        let body = vendor.get(&format!("/api/v2/users/{id}/queues{query}")).body;
        let entities = body["entities"].as_array().unwrap();
        entities
            .iter()
            .map(|queue| format!("{} {}", queue["name"].as_str().unwrap(), queue["joined"]))
            .collect()
    };
    assert_eq!(names(""), ["billing true"]);
    assert_eq!(names("?joined=true"), ["billing true"]);
    assert_eq!(names("?joined=false"), ["sales false"]);
    vendor.emulator.set_switch("queues_unfiltered", "all").unwrap();
    assert_eq!(names(""), ["billing true", "sales false"]);
}

#[test]
fn members_are_added_changed_and_removed() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").add();
    let bo = vendor.emulator.user("Bo").add();
    let members = format!("/api/v2/routing/queues/{}/members", queue(&vendor, "billing"));
    assert_eq!(vendor.post(&members, &json!([{ "id": bo }])).status, 204);
    let mut expected = vec![id.clone(), bo.clone()];
    expected.sort();
    let listed = vendor.get(&members);
    assert_eq!(listed.ids(), expected);
    assert_eq!((listed.body.get("total"), listed.body.get("pageCount")), (None, None));
    let changed = vendor.patch(&members, &json!([{ "id": bo, "joined": false, "ringNumber": 3 }]));
    assert_eq!(changed.ids(), from_ref(&bo));
    let truth = vendor.emulator.truth(&bo).unwrap();
    assert_eq!((truth.queues[0].joined, truth.queues[0].ring_number), (false, 3));
    assert_eq!(vendor.get(&format!("{members}?joined=false")).ids(), from_ref(&bo));
    assert_eq!(vendor.post(&format!("{members}?delete=true"), &json!([{ "id": bo }])).status, 204);
    assert!(vendor.emulator.truth(&bo).unwrap().queues.is_empty());
    assert_eq!(vendor.delete(&format!("{members}/{id}")).status, 204);
    assert!(vendor.emulator.truth(&id).unwrap().queues.is_empty());
    assert_eq!(vendor.delete(&format!("{members}/{id}")).status, 404);
}

#[test]
fn removing_someone_who_is_no_member_by_a_list_changes_nothing() {
    let vendor = Vendor::documented();
    vendor.emulator.user("Ada").in_queue("billing").add();
    let bo = vendor.emulator.user("Bo").add();
    let members = format!("/api/v2/routing/queues/{}/members", queue(&vendor, "billing"));
    vendor.emulator.forget_requests();
    assert_eq!(vendor.post(&format!("{members}?delete=true"), &json!([{ "id": bo }])).status, 204);
    assert!(!vendor.emulator.requests()[0].changed);
}

#[test]
fn a_user_joins_and_leaves_without_ceasing_to_be_a_member() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").add();
    let queue = queue(&vendor, "billing");
    let path = format!("/api/v2/users/{id}/queues");
    let answer = vendor.patch(&format!("{path}/{queue}"), &json!({ "joined": false }));
    assert_eq!((answer.status, &answer.body["joined"]), (200, &json!(false)));
    let answer = vendor.patch(&path, &json!([{ "id": queue, "name": "billing", "joined": true }]));
    assert_eq!(answer.body["entities"][0]["joined"], true);
    assert!(vendor.emulator.truth(&id).unwrap().queues[0].joined);
    assert_eq!(vendor.patch(&format!("{path}/none"), &json!({ "joined": true })).status, 404);
}

#[test]
fn queues_are_listed_by_name_and_division() {
    let vendor = Vendor::documented();
    vendor.emulator.user("Ada").in_division("East").in_queue("east desk").in_queue("east sales").add();
    vendor.emulator.user("Bo").in_queue("front desk").add();
    let names = |query: &str| -> Vec<String> {
        let body = vendor.get(&format!("/api/v2/routing/queues?{query}")).body;
        body["entities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|queue| queue["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("name=*desk"), ["east desk", "front desk"]);
    assert_eq!(names("name=east%20*&sortOrder=desc"), ["east sales", "east desk"]);
    let east = vendor.get("/api/v2/authorization/divisions?name=East").ids().remove(0);
    assert_eq!(names(&format!("divisionId={east}")), ["east desk", "east sales"]);
    let read = vendor.get(&format!("/api/v2/routing/queues/{}", queue(&vendor, "front desk"))).body;
    assert_eq!((&read["memberCount"], &read["joinedMemberCount"]), (&json!(1), &json!(1)));
    assert_eq!(vendor.get("/api/v2/routing/queues/none").code(), "resource.not.found");
}

#[test]
fn skills_are_added_replaced_and_removed() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").skill("french", 1.0).skill("spanish", 4.0).add();
    let path = format!("/api/v2/users/{id}/routingskills");
    let [french, spanish] = ["french", "spanish"].map(|name| vendor.id_of("/api/v2/routing/skills", name));
    let held = || -> Vec<(String, f64)> {
        let skills = vendor.emulator.truth(&id).unwrap().skills;
        let mut held: Vec<_> = skills.into_iter().map(|held| (held.skill, held.proficiency)).collect();
        held.sort_by(|a, b| a.0.cmp(&b.0));
        held
    };
    assert_eq!(vendor.get(&path).body["total"], 2);
    assert_eq!(vendor.delete(&format!("{path}/{french}")).status, 200);
    assert_eq!(held(), [("spanish".to_owned(), 4.0)]);
    let added = vendor.post(&path, &json!({ "id": french, "proficiency": 2.0 }));
    assert_eq!((added.status, &added.body["name"]), (200, &json!("french")));
    vendor.put(&format!("{path}/{french}"), &json!({ "proficiency": 3.0 }));
    vendor.patch(&format!("{path}/bulk"), &json!([{ "id": spanish, "proficiency": 5.0 }]));
    assert_eq!(held(), [("french".to_owned(), 3.0), ("spanish".to_owned(), 5.0)]);
    vendor.put(&format!("{path}/bulk"), &json!([{ "id": french, "proficiency": 1.0 }]));
    assert_eq!(held(), [("french".to_owned(), 1.0)]);
    vendor.put(&format!("{path}/bulk"), &json!([]));
    assert!(held().is_empty());
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 1);
}

#[test]
fn languages_are_added_and_removed() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").language("en", 5.0).add();
    let path = format!("/api/v2/users/{id}/routinglanguages");
    let language = vendor.id_of("/api/v2/routing/languages", "en");
    assert_eq!(vendor.get(&path).body["entities"][0]["name"], "en");
    assert_eq!(vendor.delete(&format!("{path}/{language}")).status, 204);
    assert_eq!(vendor.delete(&format!("{path}/{language}")).status, 404);
    vendor.patch(&format!("{path}/bulk"), &json!([{ "id": language, "proficiency": 2.0 }]));
    vendor.patch(&format!("{path}/{language}"), &json!({ "proficiency": 3.0 }));
    assert_eq!(vendor.emulator.truth(&id).unwrap().languages[0].proficiency, 3.0);
}

#[test]
fn learning_makes_a_new_version_only_where_the_switch_says_so() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").skill("french", 1.0).add();
    let skill = vendor.id_of("/api/v2/routing/skills", "french");
    vendor.emulator.set_switch("skills_bump_version", "true").unwrap();
    vendor.delete(&format!("/api/v2/users/{id}/routingskills/{skill}"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 2);
}

#[test]
fn what_belongs_to_a_deleted_user_can_be_hidden() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").add();
    vendor.delete(&format!("/api/v2/users/{id}"));
    let parts =
        ["queues", "routingskills", "routinglanguages", "station", "externalid", "presences/purecloud"];
    let statuses = || parts.map(|part| vendor.get(&format!("/api/v2/users/{id}/{part}")).status);
    assert_eq!(statuses(), [200; 6]);
    vendor.emulator.set_switch("parts_of_deleted", "not-found").unwrap();
    assert_eq!(statuses(), [404; 6]);
    assert_eq!(vendor.get(&format!("/api/v2/authorization/subjects/{id}")).status, 404);
}
