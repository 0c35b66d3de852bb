//! Tokens: asked for once, shared, renewed in time.

use std::time::Duration;

use futures_util::future::join_all;
use genesys::{Disposition, Effect, ErrorKind, Limits};
use serde_json::json;

use crate::vendor::{Reply, USER, Vendor, error_body, outcome};

fn tokens(vendor: &Vendor) -> usize {
    vendor.asked().iter().filter(|asked| asked.is_token()).count()
}

#[test]
fn a_token_is_asked_for_by_client_credentials() {
    let vendor = Vendor::script(vec![Reply::user()]);
    vendor.clock.run(vendor.reader().user(USER, &[])).unwrap();
    let asked = vendor.asked();
    let login = &asked[0];
    assert_eq!((login.method.as_str(), login.host.as_str()), ("POST", "http://127.0.0.1:2"));
    assert_eq!(login.target, "/oauth/token");
    // base64 of client-1:canary-secret
    assert_eq!(login.authorization, "Basic Y2xpZW50LTE6Y2FuYXJ5LXNlY3JldA==");
    assert_eq!(login.body, "grant_type=client_credentials");
    assert_eq!(login.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked[1].authorization, "Bearer token-1");
}

#[test]
fn callers_at_the_same_time_share_one_token() {
    let mut issued = 0;
    let vendor = Vendor::with_login(move |asked, _| {
        if asked.is_token() {
            issued += 1;
            Reply::token(issued).after(Duration::from_secs(2))
        } else {
            Reply::user()
        }
    });
    let reader = vendor.reader();
    let results = vendor.clock.run(join_all((0..20).map(|_| reader.user(USER, &[]))));
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((tokens(&vendor), vendor.calls().len()), (1, 20));
}

#[test]
fn a_token_is_renewed_before_it_expires() {
    let mut issued = 0;
    let vendor = Vendor::with_login(move |asked, _| {
        if asked.is_token() {
            issued += 1;
            Reply::json(200, &json!({ "access_token": format!("token-{issued}"), "expires_in": 600 }))
        } else {
            Reply::user()
        }
    });
    let reader = vendor.reader();
    for seconds in [0, 500, 39, 2] {
        vendor.clock.advance(Duration::from_secs(seconds));
        vendor.clock.run(reader.user(USER, &[])).unwrap();
    }
    let used: Vec<_> = vendor.calls().into_iter().map(|call| call.authorization).collect();
    assert_eq!(used, ["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"]);
}

#[test]
fn a_token_without_a_stated_life_is_taken_to_last_a_day() {
    let vendor = Vendor::with_login(|asked, _| {
        if asked.is_token() { Reply::json(200, &json!({ "access_token": "t" })) } else { Reply::user() }
    });
    let reader = vendor.reader();
    for hours in [0, 23, 1] {
        vendor.clock.advance(Duration::from_secs(hours * 3_600));
        vendor.clock.run(reader.user(USER, &[])).unwrap();
    }
    assert_eq!(tokens(&vendor), 2);
}

#[test]
fn a_refused_token_is_renewed_once_for_all_callers() {
    let vendor = Vendor::new(|asked, _| {
        if asked.authorization == "Bearer token-1" {
            Reply::json(401, &error_body(401, "bad.credentials", "")).after(Duration::from_millis(5))
        } else {
            Reply::user()
        }
    });
    let reader = vendor.reader();
    let results = vendor.clock.run(join_all((0..10).map(|_| reader.user(USER, &[]))));
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((tokens(&vendor), vendor.calls().len()), (2, 20));
}

#[test]
fn a_second_refusal_is_an_error() {
    let vendor = Vendor::script(vec![Reply::json(401, &error_body(401, "bad.credentials", ""))]);
    let error = outcome(vendor.clock.run(vendor.writer().send(&Effect::delete_user(USER))));
    assert_eq!(error.disposition(), Disposition::Reauthenticate);
    assert_eq!((tokens(&vendor), vendor.calls().len()), (2, 2));
}

#[test]
fn refused_credentials_are_not_tried_again() {
    for (status, body) in [
        (400, json!({ "error": "invalid_client", "description": "client not found" })),
        (401, error_body(401, "bad.credentials", "")),
    ] {
        let vendor = Vendor::with_login(move |_, _| Reply::json(status, &body));
        let error = outcome(vendor.clock.run(vendor.reader().user(USER, &[])));
        assert_eq!(error.disposition(), Disposition::Reauthenticate);
        assert!(matches!(error.kind(), ErrorKind::CredentialsRefused(refusal) if refusal.status == status));
        assert_eq!(vendor.asked().len(), 1);
    }
}

#[test]
fn a_login_service_that_is_down_is_asked_again_and_leaves_the_effect_unsent() {
    let vendor = Vendor::with_login(|_, _| Reply::json(503, &error_body(503, "service.unavailable", "")));
    let limits = Limits { max_attempts: 3, ..Limits::default() };
    let error = outcome(vendor.clock.run(vendor.client(limits).writer().send(&Effect::delete_user(USER))));
    assert_eq!(error.disposition(), Disposition::NotSent);
    assert_eq!((tokens(&vendor), vendor.calls().len()), (3, 0));
}

#[test]
fn a_login_service_that_recovers_is_enough() {
    for failure in [Reply::Reset, Reply::Hang, Reply::text(200, "text/html", "<p>"), Reply::empty(502)] {
        let vendor = Vendor::with_login(move |asked, number| match (asked.is_token(), number) {
            (true, 0) => failure.clone(),
            (true, _) => Reply::token(1),
            (false, _) => Reply::user(),
        });
        vendor.clock.run(vendor.reader().user(USER, &[])).unwrap();
        assert_eq!(tokens(&vendor), 2);
    }
}
