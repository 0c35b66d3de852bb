//! Requests that the vendor does not understand.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::vendor::Vendor;

fn patch(vendor: &Vendor, id: &str, kind: &str, body: String) -> (u16, Value) {
    let request = Request::patch(format!("/api/v2/users/{id}"))
        .header("authorization", format!("Bearer {}", vendor.token))
        .header("content-type", kind)
        .body(Body::from(body))
        .unwrap();
    let answer = vendor.send(request).unwrap();
    (answer.status, answer.body)
}

#[test]
fn a_field_that_the_vendor_does_not_have_is_refused_by_name() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    for field in ["status", "isActive", "userType"] {
        let answer =
            vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 1, field: "inactive" }));
        assert_eq!((answer.status, answer.code()), (400, "bad.request"));
        assert!(answer.body["message"].as_str().unwrap().contains(field), "{}", answer.text);
    }
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 1);
}

#[test]
fn the_tutorials_search_is_refused() {
    let vendor = Vendor::documented();
    let answer = vendor.post("/api/v2/users/search", &json!({ "query": "email:a@x.example", "size": 1 }));
    assert_eq!((answer.status, answer.code()), (400, "bad.request"));
}

#[test]
fn a_field_of_another_type_is_refused() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let answer =
        vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": "1", "state": "inactive" }));
    assert_eq!(answer.status, 400);
    let queue = vendor.patch(&format!("/api/v2/users/{id}/queues"), &json!([{ "id": "x", "joind": true }]));
    assert_eq!(queue.status, 400);
    assert!(queue.text.contains("joind"));
}

#[test]
fn null_is_as_good_as_absent() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").title("Lead").add();
    let path = format!("/api/v2/users/{id}");
    let answer =
        vendor.patch(&path, &json!({ "version": 1, "title": null, "department": "Sales", "state": null }));
    assert_eq!((answer.status, &answer.body["title"]), (200, &json!("Lead")), "{}", answer.text);
    assert_eq!(vendor.patch(&path, &json!({ "version": null, "title": "x" })).status, 400);
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    assert_eq!(patch(&vendor, &id, "application/json", "{".to_owned()).0, 400);
    let (status, body) =
        patch(&vendor, &id, "text/plain", "{\"version\":1,\"state\":\"inactive\"}".to_owned());
    assert_eq!((status, &body["code"]), (415, &json!("unsupported.media.type")));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "active");
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let body = |title: usize| json!({ "version": 1, "title": "x".repeat(title) }).to_string();
    let frame = body(0).len();
    let (status, answer) = patch(&vendor, &id, "application/json", body(512_001 - frame));
    assert_eq!((status, &answer["code"]), (413, &json!("request.entity.too.large")));
    assert_eq!(answer["message"], "The request is over the size limit. Maximum bytes: 512000");
    assert_eq!(patch(&vendor, &id, "application/json", body(512_000 - frame)).0, 200);
}

#[test]
fn unknown_addresses_and_methods_are_told_apart() {
    let vendor = Vendor::documented();
    assert_eq!(vendor.get("/api/v2/routing/users/x/queues").status, 404);
    assert_eq!(vendor.get("/api/v2/interactions").status, 404);
    assert_eq!(vendor.put("/api/v2/users/x", &json!({})).status, 405);
}

#[test]
fn a_user_context_cannot_be_had_by_a_client() {
    let vendor = Vendor::documented();
    let answer = vendor.get("/api/v2/users/me");
    assert_eq!((answer.status, answer.code()), (400, "not.a.user"));
}

#[test]
fn a_proficiency_stays_within_the_five_stars() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").skill("spanish", 3.0).add();
    let skill = vendor.id_of("/api/v2/routing/skills", "spanish");
    let path = format!("/api/v2/users/{id}/routingskills");
    assert_eq!(vendor.post(&path, &json!({ "id": skill, "proficiency": 5.5 })).status, 400);
    assert_eq!(vendor.post(&path, &json!({ "id": "none", "proficiency": 1.0 })).status, 400);
    assert_eq!(vendor.emulator.truth(&id).unwrap().skills[0].proficiency, 3.0);
}
