//! The control interface.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::vendor::{Answer, Vendor};

/// A body, from text or JSON.
struct Text(String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Value> for Text {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

fn send(vendor: &Vendor, method: &str, path: &str, body: impl Into<Text>) -> Answer {
    let request = Request::builder().method(method).uri(path).body(Body::from(body.into().0)).unwrap();
    vendor.send(request).unwrap()
}

#[test]
fn the_vendors_side_alone_has_no_control() {
    let vendor = Vendor::documented();
    let request = Request::get("/_emulator/users").body(Body::empty()).unwrap();
    let response = vendor.emulator.clock().run(vendor.emulator.router().oneshot(request)).unwrap();
    assert_eq!(response.status(), 401);
}

#[test]
fn truth_is_told_without_a_token() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").in_queue("billing").add();
    let body = send(&vendor, "GET", &format!("/_emulator/users/{id}"), "").body;
    assert_eq!(body, serde_json::to_value(vendor.emulator.truth(&id).unwrap()).unwrap());
    assert_eq!(send(&vendor, "GET", "/_emulator/users", "").body["total"], 1);
    assert_eq!(send(&vendor, "GET", "/_emulator/users/nobody", "").status, 404);
    let nowhere = send(&vendor, "GET", "/_emulator/nowhere", "");
    assert_eq!((nowhere.status, nowhere.header("x-genesys-emulator")), (404, "1"));
    let touched = send(&vendor, "POST", &format!("/_emulator/users/{id}/touch"), "").body;
    assert_eq!(touched["version"], 2);
}

#[test]
fn requests_are_told_and_forgotten() {
    let vendor = Vendor::documented();
    vendor.get("/api/v2/groups");
    let body = send(&vendor, "GET", "/_emulator/requests", "").body;
    assert_eq!((&body["total"], &body["entities"][1]["path"]), (&json!(2), &json!("/api/v2/groups")));
    assert_eq!(send(&vendor, "DELETE", "/_emulator/requests", "").status, 204);
    assert_eq!(send(&vendor, "GET", "/_emulator/requests", "").body["total"], 0);
}

#[test]
fn faults_are_set_told_and_taken_back() {
    let vendor = Vendor::documented();
    let fault = json!({ "kind": "server-error", "status": 503, "method": "GET", "path": "/api/v2/groups", "nth": [2, 3], "times": 2 });
    assert_eq!(send(&vendor, "POST", "/_emulator/faults", fault).status, 201);
    let statuses: Vec<u16> = (0..4).map(|_| vendor.get("/api/v2/groups").status).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    let fired = send(&vendor, "GET", "/_emulator/faults", "").body;
    assert_eq!((&fired["total"], &fired["entities"][0]["kind"]), (&json!(2), &json!("server-error")));
    send(&vendor, "POST", "/_emulator/faults", json!({ "kind": "not-found-404", "times": 0 }));
    assert_eq!(vendor.get("/api/v2/groups").status, 404);
    assert_eq!(send(&vendor, "DELETE", "/_emulator/faults", "").status, 204);
    assert_eq!(vendor.get("/api/v2/groups").status, 200);
}

#[test]
fn every_kind_of_fault_can_be_set() {
    let vendor = Vendor::documented();
    let told = send(&vendor, "POST", "/_emulator/faults", json!({ "kind": "gremlin" })).body;
    let kinds = told["message"].as_str().unwrap().split("it can be ").nth(1).unwrap().to_owned();
    assert_eq!(kinds.split(", ").count(), 30);
    for kind in kinds.split(", ") {
        let mut body = json!({ "kind": kind });
        let mut answer = send(&vendor, "POST", "/_emulator/faults", body.clone());
        if answer.status == 400 {
            let field = answer.body["field"].as_str().unwrap().to_owned();
            body[&field] = if field == "permission" || field == "location" { json!("x") } else { json!(5) };
            answer = send(&vendor, "POST", "/_emulator/faults", body.clone());
        }
        assert_eq!(answer.status, 201, "{kind}: {}", answer.text);
    }
}

#[test]
fn wrong_input_is_told_with_the_fields_name() {
    let vendor = Vendor::documented();
    let field = |method: &str, path: &str, body: Value| {
        let answer = send(&vendor, method, path, body);
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.body["field"].as_str().unwrap().to_owned()
    };
    assert_eq!(field("POST", "/_emulator/faults", json!({})), "kind");
    assert_eq!(field("POST", "/_emulator/faults", json!({ "kind": "hang-before" })), "duration_ms");
    assert_eq!(field("POST", "/_emulator/faults", json!({ "kind": "reset-before", "nth": "x" })), "nth");
    assert_eq!(field("POST", "/_emulator/faults", json!({ "kind": "reset-before", "colour": 1 })), "colour");
    assert_eq!(field("POST", "/_emulator/clock", json!({ "advance_s": "soon" })), "advance_s");
    assert_eq!(field("PUT", "/_emulator/switches", json!({ "warp": 9 })), "warp");
    assert_eq!(
        field("PUT", "/_emulator/switches", json!({ "search_lag_s": 1, "put_state": "maybe" })),
        "put_state"
    );
    assert_eq!(vendor.emulator.switches().search_lag_s, 30);
    assert_eq!(field("POST", "/_emulator/clock", json!([])), "body");
}

#[test]
fn time_and_switches_are_told_and_set() {
    let vendor = Vendor::documented();
    let moved = send(&vendor, "POST", "/_emulator/clock", json!({ "advance_s": 90 })).body;
    assert_eq!(moved, json!({ "now": "2026-03-02T09:01:30.000Z" }));
    assert_eq!(send(&vendor, "GET", "/_emulator/clock", "").body, moved);
    let set = json!({ "search-lag-s": 7, "delete_answer": "no-content-204", "skills_bump_version": true });
    let switches = send(&vendor, "PUT", "/_emulator/switches", set).body;
    assert_eq!((&switches["search_lag_s"], &switches["skills_bump_version"]), (&json!("7"), &json!("true")));
    assert_eq!(send(&vendor, "GET", "/_emulator/switches", "").body, switches);
}

#[test]
fn conversations_are_told_removed_and_given_to_others() {
    let vendor = Vendor::documented();
    let ada = vendor.emulator.user("Ada").live_call().parked_email().add();
    let bo = vendor.emulator.user("Bo").add();
    let [first, second] = vendor.emulator.conversations_of(&ada).try_into().unwrap();
    let path = format!("/_emulator/conversations/{first}");
    assert_eq!(send(&vendor, "GET", &path, "").body["conversationId"], first.as_str());
    assert_eq!(send(&vendor, "DELETE", &path, "").status, 204);
    assert_eq!(send(&vendor, "GET", &path, "").status, 404);
    assert_eq!(send(&vendor, "DELETE", &path, "").status, 404);
    let path = format!("/_emulator/conversations/{second}/attribute");
    assert_eq!(send(&vendor, "POST", &path, json!({ "from": ada, "to": bo })).status, 204);
    assert_eq!(send(&vendor, "POST", &path, json!({ "from": ada, "to": bo })).body["field"], "from");
    assert_eq!(vendor.emulator.conversations_of(&ada), [] as [String; 0]);
    assert_eq!(vendor.emulator.conversations_of(&bo), [second]);
}

#[test]
fn users_are_imported_with_fields_that_nothing_here_knows() {
    let vendor = Vendor::documented();
    let id = "8f1c8a5e-7b0a-4a0e-9d5c-0b8f6f1f2a11";
    let lines = [
        json!({
            "id": id, "name": "Ada", "email": "ada@real.example", "state": "inactive", "version": 41,
            "division": { "id": "d1", "name": "East" }, "title": "Lead", "employerInfo": { "employeeId": "E7" },
            "addresses": [{ "address": "+49301", "mediaType": "PHONE", "type": "WORK" }],
            "acdSomethingNew": { "deep": [1, 2] }, "selfUri": "/old", "dateLastLogin": "2025-01-02T03:04:05.678Z",
            "groups": [{ "id": "g1", "name": "Veterans" }], "team": { "id": "t1", "name": "Red" },
            "skills": [{ "id": "s1", "name": "Welsh", "proficiency": 2.5 }], "languages": [{ "id": "l1" }],
            "authorization": { "roles": [{ "id": "r1", "name": "archivist" }] },
        })
        .to_string(),
        String::new(),
        json!({ "id": "00000000-0000-4000-8000-000000000001", "name": "Bo" }).to_string(),
    ];
    let answer = send(&vendor, "POST", "/_emulator/import/users", lines.join("\n"));
    assert_eq!(answer.body, json!({ "imported": 2 }), "{}", answer.text);
    let read = vendor.get(&format!("/api/v2/users/{id}?expand=employerInfo")).body;
    assert_eq!(read["acdSomethingNew"], json!({ "deep": [1, 2] }));
    assert_eq!(read["selfUri"], format!("/api/v2/users/{id}"));
    assert_eq!((&read["version"], &read["state"]), (&json!(41), &json!("inactive")));
    assert_eq!(
        (&read["division"]["name"], &read["employerInfo"]["employeeId"]),
        (&json!("East"), &json!("E7"))
    );
    assert_eq!(read["addresses"][0]["address"], "+49301");
    let truth = vendor.emulator.truth(id).unwrap();
    assert_eq!(
        (truth.groups.into_iter().collect::<Vec<_>>(), truth.team.as_deref()),
        (vec!["Veterans".to_owned()], Some("Red"))
    );
    assert_eq!((truth.skills[0].skill.as_str(), truth.skills[0].proficiency), ("Welsh", 2.5));
    assert_eq!((truth.languages[0].language.as_str(), truth.grants[0].role.as_str()), ("l1", "archivist"));
    let login = vendor.get(&format!("/api/v2/users/{id}?expand=dateLastLogin")).body;
    assert_eq!(login["dateLastLogin"], "2025-01-02T03:04:05.678Z");
}

#[test]
fn an_import_stops_at_the_line_that_is_wrong_and_says_why() {
    let vendor = Vendor::documented();
    let good = json!({ "id": "00000000-0000-4000-8000-000000000001", "name": "Bo" });
    let bad = json!({ "id": "00000000-0000-4000-8000-000000000002", "name": "Cy", "version": "new" });
    let answer = send(&vendor, "POST", "/_emulator/import/users", format!("{good}\n{bad}\n"));
    assert_eq!(answer.status, 400);
    assert_eq!(
        (&answer.body["line"], &answer.body["field"], &answer.body["imported"]),
        (&json!(2), &json!("version"), &json!(1))
    );
    assert_eq!(vendor.emulator.user_ids().len(), 1);
}

#[test]
fn a_user_can_be_given_a_history_and_its_ids_are_told() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/_emulator/users/{id}/conversations");
    let period = json!({ "count": 25, "from": "2025-01-01T00:00:00Z", "to": "2025-06-01T00:00:00Z" });
    assert_eq!(send(&vendor, "POST", &path, period).body["conversations"], 25);
    let told = send(&vendor, "GET", &path, "").body;
    assert_eq!(told["entities"], serde_json::to_value(vendor.emulator.conversations_of(&id)).unwrap());
    let backwards = json!({ "count": 1, "from": "2025-06-01T00:00:00Z", "to": "2025-01-01T00:00:00Z" });
    let refused = send(&vendor, "POST", &path, backwards);
    assert_eq!((refused.status, refused.body["field"].as_str()), (400, Some("to")));
    assert_eq!(
        send(
            &vendor,
            "POST",
            "/_emulator/users/nobody/conversations",
            json!({"count": 1, "from": "2025-01-01T00:00:00Z", "to": "2025-06-01T00:00:00Z"})
        )
        .status,
        404
    );
}
