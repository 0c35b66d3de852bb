//! Tokens, permissions, rate limits, and what every answer carries.

use std::time::Duration;

use axum::body::Body;
use genesys_emulator::{Preset, Settings};
use http::Request;
use serde_json::json;

use crate::vendor::{Vendor, exchange, settings, token_request};

#[test]
fn a_token_is_given_for_client_credentials() {
    let vendor = Vendor::documented();
    let emulator = &vendor.emulator;
    let request = token_request(&emulator.client_id(), &emulator.client_secret());
    let answer = vendor.send(request).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["token_type"], "bearer");
    assert_eq!(answer.body["expires_in"], 86_400);
    let again = Vendor {
        emulator: emulator.clone(),
        token: answer.body["access_token"].as_str().unwrap().to_owned(),
    };
    assert_eq!(again.get("/api/v2/organizations/me").body["id"], emulator.organization_id().as_str());
}

#[test]
fn wrong_credentials_are_told_in_the_form_that_the_switch_says() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.client_id();
    let oauth = vendor.send(token_request(&id, "wrong")).unwrap();
    assert_eq!((oauth.status, &oauth.body["error"]), (401, &json!("invalid_client")));
    vendor.emulator.set_switch("token_error", "error-body").unwrap();
    let body = vendor.send(token_request(&id, "wrong")).unwrap();
    assert_eq!((body.status, body.code()), (401, "bad.credentials"));
}

#[test]
fn another_grant_is_refused() {
    let vendor = Vendor::documented();
    let request = Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("grant_type=password"))
        .unwrap();
    let answer = vendor.send(request).unwrap();
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("unsupported_grant_type")));
}

#[test]
fn without_a_token_nothing_is_told() {
    let vendor = Vendor::documented();
    let request = Request::get("/api/v2/users").body(Body::empty()).unwrap();
    let missing = vendor.send(request).unwrap();
    assert_eq!((missing.status, missing.code()), (401, "authentication.required"));
    let wrong = Vendor { emulator: vendor.emulator.clone(), token: "nonsense".to_owned() };
    let answer = wrong.get("/api/v2/users");
    assert_eq!((answer.status, answer.code()), (401, "bad.credentials"));
}

#[test]
fn a_token_runs_out() {
    let vendor =
        Vendor::new(Settings { token_lifetime: Duration::from_secs(300), ..settings(Preset::Documented) });
    vendor.emulator.clock().advance(Duration::from_secs(299));
    assert_eq!(vendor.get("/api/v2/users").status, 200);
    vendor.emulator.clock().advance(Duration::from_secs(1));
    let answer = vendor.get("/api/v2/users");
    assert_eq!((answer.status, answer.code()), (401, "bad.credentials"));
}

#[test]
fn a_missing_permission_is_named() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let limited = vendor.with_permissions(&["directory:user:edit"]);
    let answer = limited.get("/api/v2/routing/queues");
    assert_eq!((answer.status, answer.code()), (403, "missing.permissions"));
    assert_eq!(
        answer.body["message"],
        "Unable to perform the requested action. You are missing the following permission(s): routing:queue:view"
    );
    assert_eq!(answer.body["messageParams"]["permissions"], "routing:queue:view");
    assert_eq!(limited.deactivate(&id).status, 200);
}

#[test]
fn of_several_permissions_one_is_enough_and_none_is_told() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let limited = vendor.with_permissions(&["routing:queue:view"]);
    let before = vendor.emulator.truth(&id).unwrap();
    let answer = limited.delete(&format!("/api/v2/users/{id}"));
    assert_eq!((answer.status, answer.code()), (403, "missing.any.permissions"));
    assert_eq!(
        answer.body["message"],
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: \
         admin, directory:user:delete, directory:organization:admin"
    );
    assert_eq!(vendor.emulator.truth(&id).unwrap(), before);
    let other = vendor.with_permissions(&["directory:organization:admin"]);
    assert_eq!(other.delete(&format!("/api/v2/users/{id}")).status, 200);
}

#[test]
fn a_star_in_a_permission_covers_every_value_at_its_place() {
    let vendor = Vendor::documented();
    assert_eq!(vendor.with_permissions(&["routing:*:*"]).get("/api/v2/routing/queues").status, 200);
    assert_eq!(vendor.with_permissions(&["routing:*:edit"]).get("/api/v2/routing/queues").status, 403);
}

#[test]
fn the_first_clients_permissions_can_be_limited_too() {
    let vendor = Vendor::new(Settings {
        permissions: Some(vec!["oauth:client:view".to_owned()]),
        ..settings(Preset::Documented)
    });
    assert_eq!(vendor.get("/api/v2/routing/queues").status, 403);
    assert_eq!(vendor.get("/api/v2/oauth/clients").status, 200);
}

#[test]
fn every_answer_says_where_it_is_from_and_how_the_rate_stands() {
    let vendor = Vendor::documented();
    for (path, status) in
        [("/api/v2/organizations/me", 200), ("/api/v2/users/nobody", 404), ("/api/v2/nowhere", 404)]
    {
        let answer = vendor.get(path);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-genesys-emulator"), "1");
        assert_eq!(answer.header("date"), "Mon, 02 Mar 2026 09:00:00 GMT");
        assert_eq!(answer.header("inin-ratelimit-allowed"), "300");
        assert_eq!(answer.header("inin-ratelimit-reset"), "60");
        assert_eq!(answer.header("inin-correlation-id").len(), 36);
        if status != 200 {
            assert_eq!(answer.body["contextId"], answer.header("inin-correlation-id"));
            assert_eq!(answer.body["status"], status);
            assert_eq!(answer.body["errors"], json!([]));
            assert_eq!(answer.body["details"], json!([]));
        }
    }
    assert_eq!(vendor.get("/api/v2/users").header("inin-ratelimit-count"), "4");
}

#[test]
fn a_token_that_is_too_fast_waits_whole_seconds() {
    let vendor = Vendor::new(Settings { rate_per_minute: 3, ..settings(Preset::Documented) });
    for count in ["1", "2", "3"] {
        assert_eq!(vendor.get("/api/v2/users").header("inin-ratelimit-count"), count);
    }
    vendor.emulator.clock().advance(Duration::from_millis(20_500));
    let refused = vendor.get("/api/v2/users");
    assert_eq!((refused.status, refused.code()), (429, "too.many.requests"));
    assert_eq!(refused.header("retry-after"), "40");
    assert_eq!(refused.body["message"], "Rate limit exceeded the maximum. Retry the request in [40] seconds");
    vendor.emulator.clock().advance(Duration::from_millis(39_500));
    assert_eq!(vendor.get("/api/v2/users").header("inin-ratelimit-count"), "1");
}

#[test]
fn each_token_has_its_own_rate() {
    let vendor = Vendor::new(Settings { rate_per_minute: 1, ..settings(Preset::Documented) });
    vendor.get("/api/v2/users");
    assert_eq!(vendor.get("/api/v2/users").status, 429);
    assert_eq!(vendor.with_permissions(&[]).get("/api/v2/users").status, 200);
}

#[test]
fn a_token_names_its_client_and_a_client_its_roles() {
    let vendor = Vendor::documented();
    let limited = vendor.with_permissions(&["authorization:role:view", "oauth:client:view"]);
    let mine = limited.get("/api/v2/tokens/me").body;
    let client = mine["OAuthClient"]["id"].as_str().unwrap();
    assert_eq!(mine["organization"]["id"], vendor.emulator.organization_id().as_str());
    let read = limited.get(&format!("/api/v2/oauth/clients/{client}")).body;
    assert_eq!(read["authorizedGrantType"], "CLIENT-CREDENTIALS");
    let role = read["roleDivisions"][0]["roleId"].as_str().unwrap();
    let roles = limited.get(&format!("/api/v2/authorization/roles?id={role}")).body;
    assert_eq!(
        roles["entities"][0]["permissionPolicies"],
        json!([
            { "domain": "authorization", "entityName": "role", "actionSet": ["view"], "allowConditions": false },
            { "domain": "oauth", "entityName": "client", "actionSet": ["view"], "allowConditions": false },
        ])
    );
    limited.delete("/api/v2/tokens/me");
    assert_eq!(limited.get("/api/v2/tokens/me").status, 401);
}

#[test]
fn the_request_log_says_what_was_asked_and_what_changed() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    vendor.emulator.forget_requests();
    vendor.get(&format!("/api/v2/users/{id}?expand=groups"));
    vendor.deactivate(&id);
    vendor.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 1, "state": "active" }));
    let log = vendor.emulator.requests();
    let seen: Vec<_> =
        log.iter().map(|record| (record.method.as_str(), record.status, record.changed)).collect();
    assert_eq!(seen, [("GET", 200, false), ("PATCH", 200, true), ("PATCH", 409, false)]);
    assert_eq!(log[0].query, "expand=groups");
    assert_eq!(log[0].path, format!("/api/v2/users/{id}"));
    assert_eq!(log[0].client_id, Some(vendor.emulator.client_id()));
    assert_eq!(log[0].token_tail.as_deref(), vendor.token.get(vendor.token.len() - 4..));
    assert_eq!(log[0].body_sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_ne!(log[1].body_sha256, log[2].body_sha256);
    assert!(log.windows(2).all(|pair| pair[0].number + 1 == pair[1].number));
}

#[test]
fn requests_at_once_are_carried_out_one_after_the_other() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}");
    let body = json!({ "version": 1, "state": "inactive" });
    let statuses = vendor.emulator.clock().run(async {
        let one = exchange(&vendor.emulator, vendor.request("PATCH", &path, Some(&body)));
        let two = exchange(&vendor.emulator, vendor.request("PATCH", &path, Some(&body)));
        let (one, two) = futures_util::future::join(one, two).await;
        [one.unwrap().status, two.unwrap().status]
    });
    assert_eq!(statuses, [200, 409]);
}
