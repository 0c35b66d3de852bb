//! The world that the seed documents report.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::vendor::{Answer, Vendor};

fn with_if_match(vendor: &Vendor, method: &str, path: &str, tag: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", vendor.token))
        .header("content-type", "application/json")
        .header("if-match", tag)
        .body(Body::from(body.to_owned()))
        .unwrap();
    vendor.send(request).unwrap()
}

#[test]
fn a_stale_if_match_fails_the_precondition() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}");
    let body = r#"{"version":1,"state":"inactive"}"#;
    let stale = with_if_match(&vendor, "PATCH", &path, "\"9\"", body);
    assert_eq!((stale.status, stale.code()), (412, "precondition.failed"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "active");
    assert_eq!(with_if_match(&vendor, "PATCH", &path, "1", body).status, 200);
    assert_eq!(with_if_match(&vendor, "DELETE", &path, "1", "").status, 412);
    assert_eq!(with_if_match(&vendor, "DELETE", &path, "W/\"2\"", "").status, 204);
}

#[test]
fn the_documented_world_does_not_look_at_if_match() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    assert_eq!(with_if_match(&vendor, "DELETE", &format!("/api/v2/users/{id}"), "9", "").status, 200);
}

#[test]
fn a_stale_version_in_the_body_fails_the_precondition_too() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").add();
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 9, "state": "inactive" }));
    assert_eq!(answer.status, 412);
    assert!(answer.body["message"].as_str().unwrap().contains("does not match the current version"));
}

#[test]
fn a_version_clash_can_be_told_as_a_bad_request() {
    let vendor = Vendor::documented();
    vendor.emulator.set_switch("version_clash", "bad-request-400").unwrap();
    let id = vendor.emulator.user("Ada").add();
    let answer = vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 9, "state": "inactive" }));
    assert_eq!(answer.status, 400);
    assert!(answer.body["message"].as_str().unwrap().contains("does not match the current version"));
}

#[test]
fn who_is_in_a_queue_cannot_be_deactivated() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").in_queue("billing").joined(false).with_role("agent").add();
    let before = vendor.emulator.truth(&id).unwrap();
    let answer = vendor.deactivate(&id);
    assert_eq!((answer.status, answer.code()), (409, "user.in.use"));
    let message = answer.body["message"].as_str().unwrap();
    assert!(
        message.contains("in use") && message.contains("active interactions") && message.contains("queue")
    );
    assert_eq!(vendor.emulator.truth(&id).unwrap(), before);
    let put = json!({ "state": "inactive", "version": 1 });
    assert_eq!(vendor.put(&format!("/api/v2/users/{id}/state"), &put).code(), "user.in.use");
    let queue = vendor.id_of("/api/v2/routing/queues", "billing");
    vendor.delete(&format!("/api/v2/routing/queues/{queue}/members/{id}"));
    assert_eq!(vendor.deactivate(&id).status, 200);
}

#[test]
fn who_is_on_a_call_cannot_be_deactivated_until_it_ends() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").live_call().add();
    assert_eq!(vendor.deactivate(&id).code(), "user.in.use");
    vendor.emulator.end_live(&id);
    assert_eq!(vendor.deactivate(&id).status, 200);
}

#[test]
fn an_active_user_cannot_be_deleted_and_an_inactive_one_leaves_without_a_body() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}");
    let refused = vendor.delete(&path);
    assert_eq!((refused.status, refused.code()), (409, "user.in.use"));
    assert!(refused.body["message"].as_str().unwrap().contains("deactivated first"));
    vendor.deactivate(&id);
    let answer = vendor.delete(&path);
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "deleted");
}

#[test]
fn who_is_inactive_and_still_on_a_call_or_in_a_queue_cannot_be_deleted() {
    let vendor = Vendor::as_reported();
    let on_a_call = vendor.emulator.user("Ada").live_call().inactive().add();
    let in_a_queue = vendor.emulator.user("Bo").in_queue("billing").inactive().add();
    for id in [&on_a_call, &in_a_queue] {
        assert_eq!(vendor.delete(&format!("/api/v2/users/{id}")).code(), "user.in.use");
        assert_eq!(vendor.emulator.truth(id).unwrap().state, "inactive");
    }
    vendor.emulator.end_live(&on_a_call);
    assert_eq!(vendor.delete(&format!("/api/v2/users/{on_a_call}")).status, 204);
}

#[test]
fn the_history_of_a_deleted_user_is_severed_until_the_user_is_put_back() {
    let vendor = Vendor::as_reported();
    let id = vendor.emulator.user("Ada").add();
    let now = vendor.emulator.clock().now();
    let from = now - jiff::SignedDuration::from_hours(24 * 20);
    vendor.emulator.give_history(&id, 12, from, now - jiff::SignedDuration::from_hours(24));
    let query = json!({
        "interval": "2026-02-05T00:00:00.000Z/2026-03-03T00:00:00.000Z",
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": id }] }],
        "paging": { "pageSize": 100, "pageNumber": 1 },
    });
    let hits = || {
        let body = vendor.post("/api/v2/analytics/conversations/details/query", &query).body;
        body["conversations"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(hits(), 12);
    vendor.deactivate(&id);
    assert_eq!(hits(), 12);
    vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!(hits(), 0);
    assert_eq!(vendor.emulator.conversations_of(&id).len(), 12);
    vendor.set_state(&id, "inactive");
    assert_eq!(hits(), 12);
}
