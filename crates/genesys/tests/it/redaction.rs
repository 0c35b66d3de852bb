//! No secret, and nothing of the vendor's prose, in errors or debug output.

use std::error::Error as _;

use genesys::{Effect, Error, Limits};
use serde_json::json;

use crate::vendor::{Piece, Reply, USER, Vendor, credentials, once, outcome};

/// The secret and the token, raw, in Base64 and percent-encoded; and the personal data of the replies.
const CANARIES: [&str; 7] = [
    "canary-secret",
    "Y2FuYXJ5LXNlY3JldA",
    "canary%2Dsecret",
    "token-1",
    "dG9rZW4tMQ",
    "alice@example.com",
    "Alice Example",
];

fn assert_clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

fn assert_error_is_clean(error: &Error) {
    assert_clean(&error.to_string());
    assert_clean(&format!("{error:?} {error:#?}"));
    let mut source = error.source();
    while let Some(cause) = source {
        assert_clean(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

#[test]
fn errors_hold_no_secret_and_no_prose() {
    let prose = "Alice Example <alice@example.com> used token-1 and canary-secret";
    let body = |status: u16| {
        json!({
            "status": status,
            "code": prose,
            "message": prose,
            "messageParams": { "user": prose, "permissions": "directory:user:edit" },
            "contextId": prose,
            "entityName": "Alice Example",
            "errors": [{ "message": prose, "code": "alice@example.com" }],
        })
    };
    let mut replies: Vec<Reply> = [301, 400, 401, 403, 404, 409, 412, 429, 500]
        .into_iter()
        .map(|status| Reply::json(status, &body(status)).header("inin-correlation-id", &prose))
        .collect();
    replies.push(Reply::text(200, "text/html", prose));
    replies.push(Reply::text(200, "application/json", prose));
    replies.push(Reply::json(200, &json!({ "id": USER, "state": "alice@example.com" })));
    replies.push(Reply::json(200, &json!({ "id": { "Alice Example": 1 } })));
    replies.push(Reply::json(200, &json!({})).pieces(vec![Piece::Bytes("{\"name\":\"Alice Example".into())]));
    replies.extend([Reply::Refuse, Reply::Reset, Reply::Hang]);
    for reply in replies {
        let vendor = Vendor::script(vec![reply]);
        let client = vendor.client(once());
        assert_error_is_clean(&outcome(vendor.clock.run(client.reader().user(USER, &[]))));
        let by_key = client.reader();
        let read = vendor.clock.run(by_key.user_by_external_id("hr", "alice@example.com"));
        assert_error_is_clean(&outcome(read));
        let search = vendor.clock.run(by_key.users_by_email("alice@example.com"));
        if let Err(error) = search {
            assert_error_is_clean(&error);
        }
        if let Err(error) = vendor.clock.run(client.writer().send(&Effect::delete_user(USER))) {
            assert_error_is_clean(&error);
        }
    }
}

#[test]
fn errors_of_the_login_service_hold_no_secret() {
    for reply in [
        Reply::json(
            400,
            &json!({ "error": "invalid_client", "error_description": "canary-secret is wrong" }),
        ),
        Reply::json(401, &json!({ "message": "canary-secret is wrong" })),
        Reply::text(200, "text/plain", "canary-secret"),
        Reply::json(200, &json!({ "token": "canary-secret" })),
        Reply::json(200, &json!({ "access_token": "canary-secret\n", "expires_in": 5 })),
        Reply::json(200, &json!({ "access_token": "canary-secret", "expires_in": "canary-secret" })),
        Reply::Reset,
    ] {
        let vendor = Vendor::with_login(move |_, _| reply.clone());
        let error = outcome(vendor.clock.run(vendor.client(once()).reader().user(USER, &[])));
        assert_error_is_clean(&error);
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let vendor = Vendor::script(vec![Reply::user()]);
    let client = vendor.client(Limits::default());
    vendor.clock.run(client.reader().user(USER, &[])).unwrap();
    assert_clean(&format!("{client:?} {:?} {:?} {:?}", client.reader(), client.writer(), vendor.transport()));
    assert_clean(&format!("{:?} {:?}", credentials(), client.endpoint()));
    assert!(format!("{:?}", credentials()).contains("client-1"));
}
