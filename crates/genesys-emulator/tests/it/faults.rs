//! Each kind of fault: it happens, it is on record, and the vendor committed or did not as the kind says.

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use genesys_emulator::{ConnectionReset, FaultKind, FaultRule, RandomFaults};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use serde_json::json;
use tower::ServiceExt as _;

use crate::vendor::{Answer, Lost, Vendor, exchange, issue};

const SECOND: Duration = Duration::from_secs(1);

/// An organization in which the next PATCH of Ada goes wrong.
fn patching(kind: FaultKind) -> (Vendor, String) {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").with_role("agent").add();
    vendor.emulator.fault(FaultRule::new(kind).on("PATCH", "/api/v2/users/{userId}"));
    vendor.emulator.forget_requests();
    (vendor, id)
}

fn deactivate(vendor: &Vendor, id: &str) -> Result<Answer, Lost> {
    let body = json!({ "version": 1, "state": "inactive" });
    vendor.try_call("PATCH", &format!("/api/v2/users/{id}"), Some(&body))
}

/// Checks that exactly one fault happened, and whether the vendor committed.
fn happened(vendor: &Vendor, id: &str, kind: &str, committed: bool) {
    let fired = vendor.emulator.faults_fired();
    assert_eq!(fired.len(), 1, "{fired:?}");
    assert_eq!(
        (fired[0].kind.as_str(), fired[0].method.as_str(), fired[0].committed),
        (kind, "PATCH", committed)
    );
    let state = vendor.emulator.truth(id).unwrap().state;
    assert_eq!(state, if committed { "inactive" } else { "active" });
    let log = vendor.emulator.requests();
    let record = log.iter().find(|record| record.number == fired[0].number).unwrap();
    assert_eq!((record.fault.as_deref(), record.changed), (Some(kind), committed));
}

#[test]
fn refusals_do_not_commit() {
    let cases: Vec<(FaultKind, u16, &str)> = vec![
        (FaultKind::TooManyRequests { retry_after: Some(7) }, 429, "too.many.requests"),
        (FaultKind::ServerError { status: 500, committed: false }, 500, "internal.server.error"),
        (FaultKind::ServerError { status: 503, committed: false }, 503, "service.unavailable"),
        (FaultKind::ServerError { status: 408, committed: false }, 408, "client.timeout"),
        (FaultKind::GatewayTimeout504, 504, "request.timeout"),
        (FaultKind::TokenExpired401, 401, "bad.credentials"),
        (
            FaultKind::Forbidden403 { permission: "directory:user:edit".to_owned() },
            403,
            "missing.permissions",
        ),
        (FaultKind::NotFound404, 404, "not.found"),
        (FaultKind::InUse409, 409, "user.in.use"),
        (FaultKind::VersionClash412, 412, "precondition.failed"),
        (FaultKind::VersionClash400, 400, "bad.request"),
        (
            FaultKind::Redirect { location: "https://elsewhere.example/".to_owned() },
            307,
            "temporary.redirect",
        ),
    ];
    for (kind, status, code) in cases {
        let (vendor, id) = patching(kind.clone());
        let answer = deactivate(&vendor, &id).unwrap();
        assert_eq!((answer.status, answer.code()), (status, code), "{kind:?}");
        happened(&vendor, &id, kind.name(), false);
    }
}

#[test]
fn a_fault_happens_once_and_the_next_request_goes_well() {
    let (vendor, id) = patching(FaultKind::GatewayTimeout504);
    assert_eq!(deactivate(&vendor, &id).unwrap().status, 504);
    assert_eq!(deactivate(&vendor, &id).unwrap().status, 200);
    assert_eq!(vendor.emulator.faults_fired().len(), 1);
}

#[test]
fn too_many_requests_comes_with_and_without_retry_after() {
    let (vendor, id) = patching(FaultKind::TooManyRequests { retry_after: Some(7) });
    assert_eq!(deactivate(&vendor, &id).unwrap().header("retry-after"), "7");
    let (vendor, id) = patching(FaultKind::TooManyRequests { retry_after: None });
    assert_eq!(deactivate(&vendor, &id).unwrap().headers.get("retry-after"), None);
}

#[test]
fn a_missing_permission_and_a_redirect_say_which_and_where() {
    let (vendor, id) = patching(FaultKind::Forbidden403 { permission: "a:b:c".to_owned() });
    assert_eq!(deactivate(&vendor, &id).unwrap().body["messageParams"]["permissions"], "a:b:c");
    let (vendor, id) = patching(FaultKind::Redirect { location: "https://elsewhere.example/".to_owned() });
    assert_eq!(deactivate(&vendor, &id).unwrap().header("location"), "https://elsewhere.example/");
}

#[test]
fn an_expired_token_stays_expired() {
    let (vendor, id) = patching(FaultKind::TokenExpired401);
    assert_eq!(deactivate(&vendor, &id).unwrap().status, 401);
    assert_eq!(vendor.get("/api/v2/users").status, 401);
    let emulator = vendor.emulator.clone();
    let token = issue(&emulator, &emulator.client_id(), &emulator.client_secret());
    assert_eq!(deactivate(&Vendor { emulator, token }, &id).unwrap().status, 200);
}

#[test]
fn a_server_error_after_the_commit_hides_what_was_done() {
    let (vendor, id) = patching(FaultKind::ServerError { status: 503, committed: true });
    assert_eq!(deactivate(&vendor, &id).unwrap().status, 503);
    happened(&vendor, &id, "server-error", true);
}

#[test]
fn a_reset_leaves_no_answer_before_and_after_the_commit() {
    for (kind, committed) in [
        (FaultKind::ConnectRefused, false),
        (FaultKind::ResetBefore, false),
        (FaultKind::ResetAfterCommit, true),
    ] {
        let (vendor, id) = patching(kind.clone());
        assert_eq!(deactivate(&vendor, &id).unwrap_err(), Lost);
        happened(&vendor, &id, kind.name(), committed);
        assert_eq!(vendor.emulator.requests()[0].status, 0);
    }
}

#[test]
fn a_reset_is_marked_for_whoever_carries_the_answer() {
    let (vendor, id) = patching(FaultKind::ResetBefore);
    let request = vendor.request("PATCH", &format!("/api/v2/users/{id}"), Some(&json!({ "version": 1 })));
    let response = vendor.emulator.clock().run(vendor.emulator.router().oneshot(request)).unwrap();
    assert_eq!(response.extensions().get::<ConnectionReset>(), Some(&ConnectionReset));
    assert!(vendor.emulator.clock().run(response.into_body().collect()).is_err());
}

/// Deactivates with a timeout of the caller's; `None` is the timeout.
fn with_timeout(vendor: &Vendor, id: &str, timeout: Duration) -> Option<u16> {
    let body = json!({ "version": 1, "state": "inactive" });
    let request = vendor.request("PATCH", &format!("/api/v2/users/{id}"), Some(&body));
    let clock = vendor.emulator.clock();
    clock.run(async {
        let call = pin!(exchange(&vendor.emulator, request));
        match select(call, pin!(clock.sleep(timeout))).await {
            Either::Left((answer, _)) => Some(answer.unwrap().status),
            Either::Right(_) => None,
        }
    })
}

#[test]
fn who_gives_up_before_the_vendor_looks_has_prevented_it() {
    let (vendor, id) = patching(FaultKind::HangBefore(60 * SECOND));
    assert_eq!(with_timeout(&vendor, &id, 30 * SECOND), None);
    vendor.emulator.clock().advance(3_600 * SECOND);
    happened(&vendor, &id, "hang-before", false);
    assert_eq!(vendor.emulator.requests()[0].status, 0);
}

#[test]
fn who_waits_through_the_hang_is_answered() {
    let (vendor, id) = patching(FaultKind::HangBefore(60 * SECOND));
    assert_eq!(with_timeout(&vendor, &id, 90 * SECOND), Some(200));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "inactive");
    assert_eq!(vendor.emulator.faults_fired().len(), 1);
}

#[test]
fn who_gives_up_after_the_commit_has_prevented_nothing() {
    let (vendor, id) = patching(FaultKind::HangAfterCommit(60 * SECOND));
    assert_eq!(with_timeout(&vendor, &id, 30 * SECOND), None);
    happened(&vendor, &id, "hang-after-commit", true);
}

#[test]
fn a_late_commit_comes_when_nobody_waits_for_it_any_more() {
    let (vendor, id) = patching(FaultKind::CommitLate(45 * SECOND));
    assert_eq!(deactivate(&vendor, &id).unwrap_err(), Lost);
    assert_eq!(vendor.get(&format!("/api/v2/users/{id}")).body["state"], "active");
    vendor.emulator.clock().advance(45 * SECOND);
    assert_eq!(vendor.get(&format!("/api/v2/users/{id}")).body["state"], "inactive");
    assert!(vendor.emulator.requests()[0].changed);
    assert!(vendor.emulator.faults_fired()[0].committed);
}

#[test]
fn the_truth_shows_a_late_commit_without_another_request() {
    let (vendor, id) = patching(FaultKind::CommitLate(45 * SECOND));
    assert_eq!(deactivate(&vendor, &id).unwrap_err(), Lost);
    vendor.emulator.clock().advance(45 * SECOND);
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "inactive");
}

#[test]
fn garbled_answers_hide_what_was_done() {
    let (vendor, id) = patching(FaultKind::TruncatedJson);
    let answer = deactivate(&vendor, &id).unwrap();
    assert_eq!((answer.status, answer.body.is_null()), (200, true));
    assert!(answer.text.starts_with("{\"id\""));
    happened(&vendor, &id, "truncated-json", true);

    let (vendor, id) = patching(FaultKind::CutOffBody);
    assert_eq!(deactivate(&vendor, &id).unwrap_err(), Lost);
    happened(&vendor, &id, "cut-off-body", true);

    let (vendor, id) = patching(FaultKind::OversizedBody);
    assert!(deactivate(&vendor, &id).unwrap().text.len() > 64 * 1024 * 1024);
    happened(&vendor, &id, "oversized-body", true);
}

#[test]
fn a_page_of_html_is_no_answer() {
    let (vendor, id) = patching(FaultKind::HtmlPage200);
    let answer = deactivate(&vendor, &id).unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(answer.text.starts_with("<!DOCTYPE html>"));
    happened(&vendor, &id, "html-page-200", false);
}

#[test]
fn a_slow_body_takes_its_time_for_each_byte() {
    let (vendor, id) = patching(FaultKind::SlowBody { byte_every: SECOND });
    let before = vendor.emulator.clock().now();
    let answer = deactivate(&vendor, &id).unwrap();
    let took = vendor.emulator.clock().now().duration_since(before).as_secs();
    assert_eq!(took, i64::try_from(answer.text.len()).unwrap());
    assert_eq!(answer.body["state"], "inactive");
    happened(&vendor, &id, "slow-body", true);
}

#[test]
fn somebody_elses_change_comes_first_in_a_race() {
    let (vendor, id) = patching(FaultKind::VersionRace);
    let answer = deactivate(&vendor, &id).unwrap();
    assert_eq!((answer.status, answer.code()), (409, "general.conflict"));
    let truth = vendor.emulator.truth(&id).unwrap();
    assert_eq!((truth.state.as_str(), truth.version), ("active", 2));
    let fired = &vendor.emulator.faults_fired()[0];
    assert_eq!((fired.kind.as_str(), fired.committed), ("version-race", false));
    assert!(!vendor.emulator.requests()[0].changed);
}

#[test]
fn a_stale_read_shows_the_world_before_the_last_write() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let path = format!("/api/v2/users/{id}");
    vendor.emulator.fault(FaultRule::new(FaultKind::StaleRead).on("GET", "/api/v2/users/*"));
    assert_eq!(vendor.get(&path).body["version"], 1);
    assert_eq!(vendor.emulator.faults_fired(), []);
    vendor.deactivate(&id);
    let stale = vendor.get(&path).body;
    assert_eq!((&stale["state"], &stale["version"]), (&json!("active"), &json!(1)));
    assert_eq!(vendor.emulator.faults_fired()[0].kind, "stale-read");
    assert_eq!(vendor.get(&path).body["state"], "inactive");
    assert_eq!(vendor.emulator.truth(&id).unwrap().version, 2);
}

#[test]
fn a_request_delivered_twice_is_answered_the_second_time() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    vendor.emulator.fault(FaultRule::new(FaultKind::DuplicateDelivery).on("DELETE", "/api/v2/users/*"));
    let answer = vendor.delete(&format!("/api/v2/users/{id}"));
    assert_eq!((answer.status, answer.code()), (404, "user.not.found.on.delete"));
    assert_eq!(vendor.emulator.truth(&id).unwrap().state, "deleted");
    assert!(vendor.emulator.faults_fired()[0].committed);
}

#[test]
fn the_clock_can_jump_with_a_request() {
    let (vendor, id) = patching(FaultKind::ClockJump(SignedDuration::from_hours(-3)));
    let answer = deactivate(&vendor, &id).unwrap();
    assert_eq!((answer.status, answer.header("date")), (200, "Mon, 02 Mar 2026 06:00:00 GMT"));
    happened(&vendor, &id, "clock-jump", true);
}

#[test]
fn analytics_can_lag_for_one_request() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").live_call().add();
    vendor.emulator.clock().advance(60 * SECOND);
    let query = json!({
        "interval": "2026-03-02T00:00:00.000Z/2026-03-03T00:00:00.000Z",
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": id }] }],
    });
    let path = "/api/v2/analytics/conversations/details/query";
    let hits = || vendor.post(path, &query).body["conversations"].as_array().map_or(0, Vec::len);
    vendor.emulator.fault(FaultRule::new(FaultKind::AnalyticsLag(300 * SECOND)).on("POST", path));
    assert_eq!([hits(), hits()], [0, 1]);
    assert_eq!(vendor.emulator.switches().analytics_lag_s, 0);
}

#[test]
fn rules_choose_by_method_path_number_and_client() {
    let vendor = Vendor::documented();
    let other = vendor.with_permissions(&[]);
    let statuses = |vendor: &Vendor, n: usize| -> Vec<u16> {
        (0..n).map(|_| vendor.get("/api/v2/groups").status).collect()
    };
    let rule = || FaultRule::new(FaultKind::NotFound404).on("GET", "/api/v2/groups");
    vendor.emulator.fault(rule().nth(2));
    assert_eq!(statuses(&vendor, 3), [200, 404, 200]);
    vendor.emulator.clear_faults();
    vendor.emulator.fault(rule().times(2));
    assert_eq!(statuses(&vendor, 3), [404, 404, 200]);
    let mut limited = rule().always();
    limited.matching.client = Some(vendor.emulator.client_id());
    vendor.emulator.fault(limited);
    assert_eq!((statuses(&vendor, 2), statuses(&other, 2)), (vec![404, 404], vec![200, 200]));
    assert_eq!(vendor.post("/api/v2/groups", &json!({})).status, 405);
    vendor.emulator.clear_faults();
    assert_eq!(statuses(&vendor, 1), [200]);
    assert_eq!(vendor.emulator.faults_fired().len(), 5);
}

#[test]
fn the_token_call_can_go_wrong_too() {
    let vendor = Vendor::documented();
    vendor.emulator.fault(
        FaultRule::new(FaultKind::ServerError { status: 503, committed: false }).on("POST", "/oauth/token"),
    );
    let request =
        crate::vendor::token_request(&vendor.emulator.client_id(), &vendor.emulator.client_secret());
    assert_eq!(vendor.send(request).unwrap().status, 503);
}

#[test]
fn chance_is_the_same_for_the_same_seed_and_ends_when_it_should() {
    let run = |seed: u64, at_most: Option<u32>| -> Vec<u16> {
        let vendor = Vendor::documented();
        vendor.emulator.random_faults(RandomFaults {
            seed,
            per_thousand: 300,
            kinds: vec![FaultKind::NotFound404, FaultKind::GatewayTimeout504],
            at_most,
        });
        (0..60).map(|_| vendor.get("/api/v2/groups").status).collect()
    };
    let bad = |statuses: &[u16]| statuses.iter().filter(|status| **status != 200).count();
    assert_eq!(run(1, None), run(1, None));
    assert_ne!(run(1, None), run(2, None));
    assert!((8..30).contains(&bad(&run(1, None))));
    assert!(run(1, None).contains(&504) && run(1, None).contains(&404));
    assert_eq!(bad(&run(1, Some(3))), 3);
}

#[test]
fn a_fault_that_never_came_about_is_not_on_record() {
    let vendor = Vendor::documented();
    vendor.emulator.fault(FaultRule::new(FaultKind::VersionRace));
    vendor.get("/api/v2/groups");
    assert_eq!(vendor.emulator.faults_fired(), []);
    assert_eq!(vendor.emulator.requests().last().unwrap().fault, None);
}
