//! What is repeated, how often, and what is never repeated.

use std::time::Duration;

use genesys::{Clock as _, Disposition, Effect, Limits};
use serde_json::json;

use crate::vendor::{Piece, Reply, USER, Vendor, error_body, outcome};

fn passing_failures() -> Vec<Reply> {
    let error = |status| Reply::json(status, &error_body(status, "some.code", ""));
    vec![
        error(429),
        error(408),
        error(500),
        error(502),
        error(503),
        error(504),
        Reply::Refuse,
        Reply::Reset,
        Reply::Hang,
        Reply::text(200, "text/html", "<html></html>"),
        Reply::json(200, &json!({})).pieces(vec![Piece::Bytes("{".into())]),
        Reply::json(200, &json!({})).pieces(vec![Piece::Break]),
    ]
}

#[test]
fn a_read_is_repeated_after_each_failure_that_may_pass() {
    for failure in passing_failures() {
        let vendor = Vendor::script(vec![failure.clone(), Reply::user()]);
        let user = vendor.clock.run(vendor.reader().user(USER, &[]));
        assert_eq!(user.unwrap().id, USER, "{failure:?}");
        assert_eq!(vendor.calls().len(), 2, "{failure:?}");
    }
}

#[test]
fn a_read_is_not_repeated_after_an_answer_that_will_not_change() {
    for status in [301, 400, 403, 404, 409, 412, 413, 422] {
        let vendor = Vendor::script(vec![Reply::json(status, &error_body(status, "some.code", ""))]);
        outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
        assert_eq!(vendor.calls().len(), 1, "{status}");
    }
}

#[test]
fn an_effect_is_sent_once_unless_it_was_certainly_not_performed() {
    for (failure, sends) in [
        (Reply::json(429, &error_body(429, "too.many.requests", "")), 2),
        (Reply::json(401, &error_body(401, "bad.credentials", "")), 2),
        (Reply::Refuse, 2),
        (Reply::Reset, 1),
        (Reply::Hang, 1),
        (Reply::json(302, &json!({})), 1),
        (Reply::json(400, &error_body(400, "bad.request", "")), 1),
        (Reply::json(404, &error_body(404, "not.found", "")), 1),
        (Reply::json(408, &error_body(408, "client.timeout", "")), 1),
        (Reply::json(409, &error_body(409, "general.conflict", "")), 1),
        (Reply::json(500, &error_body(500, "internal.server.error", "")), 1),
        (Reply::json(503, &error_body(503, "service.unavailable", "")).header("retry-after", &1), 1),
        (Reply::text(200, "text/html", "<html></html>"), 1),
        (Reply::json(200, &json!({})).pieces(vec![Piece::Break]), 1),
    ] {
        let vendor = Vendor::script(vec![failure.clone(), Reply::json(200, &json!({}))]);
        let sent = vendor.clock.run(vendor.writer().send(&Effect::delete_user(USER)));
        assert_eq!(sent.is_ok(), sends == 2, "{failure:?}");
        assert_eq!(vendor.calls().len(), sends, "{failure:?}");
    }
}

#[test]
fn repetition_ends_with_the_count_of_attempts() {
    let vendor = Vendor::script(vec![Reply::Reset]);
    let limits = Limits { max_attempts: 4, ..Limits::default() };
    let error = outcome(vendor.clock.run(vendor.client(limits).reader().user(USER, &[])));
    assert_eq!((error.attempts(), vendor.calls().len()), (4, 4));
    assert_eq!(
        error.to_string(),
        "could not read user: the connection failed before the answer arrived \
         (GET /api/v2/users/{userId}, 4 attempts)"
    );
}

#[test]
fn repetition_ends_with_the_time_of_the_call() {
    let vendor = Vendor::script(vec![Reply::Hang]);
    let limits = Limits { max_attempts: 1_000, max_elapsed: Duration::from_secs(100), ..Limits::default() };
    let began = vendor.clock.now();
    outcome(vendor.clock.run(vendor.client(limits).reader().user(USER, &[])));
    let took = vendor.clock.now().duration_since(began).as_secs();
    assert!((90..=130).contains(&took), "took {took} s with attempts of 30 s");
}

#[test]
fn the_pause_grows_is_bounded_and_repeats_with_its_seed() {
    let times = |seed| {
        let vendor = Vendor::script(vec![Reply::Reset]);
        let limits = Limits {
            max_attempts: 40,
            max_elapsed: Duration::from_secs(100_000),
            jitter_seed: seed,
            ..Limits::default()
        };
        outcome(vendor.clock.run(vendor.client(limits).reader().user(USER, &[])));
        let at: Vec<_> = vendor.calls().iter().map(|call| call.at).collect();
        at.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_millis()).collect::<Vec<_>>()
    };
    let pauses = times(1);
    assert_eq!(pauses, times(1));
    assert_ne!(pauses, times(2));
    for (made, pause) in pauses.iter().enumerate() {
        let bound = 500_i128.checked_shl(u32::try_from(made.min(20)).unwrap()).unwrap().min(30_000);
        assert!((0..=bound).contains(pause), "pause {made} is {pause} ms, bound {bound}");
    }
    assert!(pauses.iter().any(|pause| *pause > 4_000), "{pauses:?}");
}

#[test]
fn an_error_tells_the_correlation_id_and_the_missing_permissions() {
    let text = "Unable to perform the requested action. You are missing the following permission(s): \
                directory:user:delete, authorization:grant:view.";
    let body = error_body(403, "missing.permissions", text);
    let vendor = Vendor::script(vec![Reply::json(403, &body).header("ININ-Correlation-Id", "c0ffee-1")]);
    let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
    assert_eq!(error.disposition(), Disposition::Forbidden);
    assert_eq!(error.missing_permissions(), ["directory:user:delete", "authorization:grant:view"]);
    assert_eq!(error.correlation_id(), Some("c0ffee-1"));
    assert_eq!((error.status(), error.code()), (Some(403), Some("missing.permissions")));
    assert_eq!(
        error.to_string(),
        "could not read user: status 403 missing.permissions, missing directory:user:delete, \
         authorization:grant:view (GET /api/v2/users/{userId}, correlation id c0ffee-1)"
    );
}

#[test]
fn missing_permissions_are_found_in_brackets_and_in_parameters() {
    let body = json!({
        "status": 403,
        "code": "missing.any.permissions",
        "message": "You must have at least one of the following permissions assigned: [admin, directory:user:edit]",
        "messageParams": { "permissions": "[directory:organization:admin]" },
        "contextId": "ctx-9",
    });
    let vendor = Vendor::script(vec![Reply::json(403, &body)]);
    let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
    assert_eq!(error.missing_permissions(), ["admin", "directory:user:edit", "directory:organization:admin"]);
    assert_eq!(error.correlation_id(), Some("ctx-9"));

    let vendor = Vendor::script(vec![Reply::json(400, &body)]);
    let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
    assert_eq!(error.missing_permissions(), [""; 0], "only a 403 is about permissions");
}
