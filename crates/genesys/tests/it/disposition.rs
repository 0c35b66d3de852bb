//! Every status and every body that decides, as a read and as an effect.

use std::{ops::RangeInclusive, time::Duration};

use genesys::{
    Disposition::{
        self, Absent, BadAnswer, Conflict, Forbidden, InUse, NotOffered, NotSent, OutcomeUnknown,
        Reauthenticate, Refused, RetryAfter, VersionClash,
    },
    Effect,
};
use serde_json::json;

use crate::vendor::{Piece, Reply, USER, Vendor, error_body, once, outcome};

/// Disposition of a read and of an effect for a reply; nothing is repeated.
fn both(reply: &Reply) -> (Disposition, Disposition) {
    let vendor = Vendor::script(vec![reply.clone()]);
    let client = vendor.client(once());
    let read = vendor.clock.run(client.reader().user(USER, &[]));
    let write = vendor.clock.run(client.writer().send(&Effect::delete_user(USER)));
    (outcome(read).disposition(), outcome(write).disposition())
}

fn check(rows: &[(RangeInclusive<u16>, Disposition, Disposition)], reply: impl Fn(u16) -> Reply) -> usize {
    let mut checked = 0;
    for (statuses, read, effect) in rows {
        for status in statuses.clone() {
            assert_eq!(both(&reply(status)), (*read, *effect), "status {status}");
            checked += 1;
        }
    }
    checked
}

fn plain_rows() -> Vec<(RangeInclusive<u16>, Disposition, Disposition)> {
    vec![
        (100..=199, Refused, OutcomeUnknown),
        (300..=399, Refused, OutcomeUnknown),
        (400..=400, Refused, Refused),
        (401..=401, Reauthenticate, Reauthenticate),
        (402..=402, Refused, Refused),
        (403..=403, Forbidden, Forbidden),
        (404..=404, Absent, Absent),
        (405..=405, NotOffered, NotOffered),
        (406..=407, Refused, Refused),
        (408..=408, RetryAfter(None), OutcomeUnknown),
        (409..=409, Conflict, Conflict),
        (410..=410, Absent, Absent),
        (411..=411, Refused, Refused),
        (412..=412, VersionClash, VersionClash),
        (413..=428, Refused, Refused),
        (429..=429, RetryAfter(None), RetryAfter(None)),
        (430..=498, Refused, Refused),
        (499..=500, RetryAfter(None), OutcomeUnknown),
        (501..=501, NotOffered, NotOffered),
        (502..=599, RetryAfter(None), OutcomeUnknown),
    ]
}

#[test]
fn every_status_with_a_vendor_error_body_has_one_meaning() {
    let checked = check(&plain_rows(), |status| {
        Reply::json(status, &error_body(status, "bad.request", "It did not work"))
    });
    assert_eq!(checked, 400, "all statuses from 100 to 599 but the successes");
}

#[test]
fn every_status_with_an_empty_body_means_the_same() {
    check(&plain_rows(), Reply::empty);
}

#[test]
fn a_page_that_is_not_json_is_not_the_vendors_word() {
    let rows = [
        (400..=400, BadAnswer, OutcomeUnknown),
        (401..=401, Reauthenticate, Reauthenticate),
        (402..=402, BadAnswer, OutcomeUnknown),
        (403..=403, Forbidden, Forbidden),
        (404..=428, BadAnswer, OutcomeUnknown),
        (429..=429, RetryAfter(None), RetryAfter(None)),
        (430..=599, BadAnswer, OutcomeUnknown),
        (200..=200, BadAnswer, OutcomeUnknown),
        (300..=399, Refused, OutcomeUnknown),
    ];
    check(&rows, |status| Reply::text(status, "text/html", "<html><body>404 not found</body></html>"));
}

#[test]
fn a_stale_version_is_a_clash_in_each_of_its_forms() {
    let clash = (VersionClash, VersionClash);
    let text = "The version supplied does not match the current version of the user";
    assert_eq!(both(&Reply::json(409, &error_body(409, "general.conflict", text))), clash);
    assert_eq!(both(&Reply::json(409, &error_body(409, "general.conflict", ""))), clash);
    assert_eq!(both(&Reply::json(409, &error_body(409, "something.else", text))), clash);
    assert_eq!(both(&Reply::json(400, &error_body(400, "bad.request", text))), clash);
    assert_eq!(both(&Reply::json(412, &error_body(412, "precondition.failed", "If-Match"))), clash);
    let nested = json!({ "status": 400, "errors": [{ "message": text }] });
    assert_eq!(both(&Reply::json(400, &nested)), clash);
}

#[test]
fn a_conflict_that_says_in_use_is_not_a_clash() {
    let in_use = (InUse, InUse);
    for (code, text) in [
        ("user.in.use", ""),
        ("general.conflict", "User is in use"),
        ("conflict", "User has active interactions"),
        ("conflict", "User is a member of a queue"),
    ] {
        assert_eq!(both(&Reply::json(409, &error_body(409, code, text))), in_use, "{code} {text}");
    }
    // Only a conflict can be one of use; elsewhere the words decide nothing.
    assert_eq!(both(&Reply::json(400, &error_body(400, "bad.request", "queue"))), (Refused, Refused));
}

#[test]
fn a_success_that_cannot_be_read_is_unknown_after_a_write() {
    let cut = |pieces| Reply::json(200, &json!({})).pieces(pieces);
    let half = Piece::Bytes("{\"id\":".into());
    assert_eq!(both(&cut(vec![half.clone()])), (BadAnswer, OutcomeUnknown));
    assert_eq!(both(&cut(vec![half.clone(), Piece::Break])), (BadAnswer, OutcomeUnknown));
    let short = cut(vec![Piece::Bytes("{}".into())]).header("content-length", &40);
    assert_eq!(both(&short), (BadAnswer, OutcomeUnknown));
    let large = Reply::empty(200).header("content-length", &(1_u64 << 40));
    assert_eq!(both(&large), (BadAnswer, OutcomeUnknown));
    // The text happens to be JSON, but is declared to be something else.
    assert_eq!(both(&Reply::text(200, "text/html", "{}")), (BadAnswer, OutcomeUnknown));
    // The type is not stated, but the text is not JSON.
    assert_eq!(both(&Reply::empty(200).pieces(vec![Piece::Bytes("ok".into())])), (BadAnswer, OutcomeUnknown));
}

#[test]
fn an_error_that_is_cut_off_is_unknown_after_a_write_unless_its_head_decides() {
    let reply = |status| {
        Reply::json(status, &json!({}))
            .pieces(vec![Piece::Bytes("{\"code\":\"general.".into()), Piece::Break])
    };
    assert_eq!(both(&reply(409)), (BadAnswer, OutcomeUnknown));
    assert_eq!(both(&reply(404)), (BadAnswer, OutcomeUnknown));
    assert_eq!(both(&reply(500)), (BadAnswer, OutcomeUnknown));
    assert_eq!(both(&reply(403)), (Forbidden, Forbidden));
    assert_eq!(both(&reply(429)), (RetryAfter(None), RetryAfter(None)));
}

#[test]
fn a_body_of_another_shape_is_a_bad_answer_and_an_effect_does_not_depend_on_it() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "id": 7 }))]);
    let client = vendor.client(once());
    let read = outcome(vendor.clock.run(client.reader().user(USER, &[])));
    assert_eq!(read.disposition(), BadAnswer);
    let receipt = vendor.clock.run(client.writer().send(&Effect::delete_user(USER))).unwrap();
    assert_eq!(receipt.body, Some(json!({ "id": 7 })));
}

#[test]
fn failures_of_the_connection_tell_never_sent_from_lost() {
    assert_eq!(both(&Reply::Refuse), (NotSent, NotSent));
    assert_eq!(both(&Reply::Reset), (RetryAfter(None), OutcomeUnknown));
    assert_eq!(both(&Reply::Hang), (RetryAfter(None), OutcomeUnknown));
}

#[test]
fn a_refusal_by_rate_tells_how_long() {
    let reply = Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &17);
    let wait = RetryAfter(Some(Duration::from_secs(17)));
    assert_eq!(both(&reply), (wait, wait));
    let busy = Reply::json(503, &error_body(503, "service.unavailable", "")).header("retry-after", &5);
    assert_eq!(both(&busy), (RetryAfter(Some(Duration::from_secs(5))), OutcomeUnknown));
}

#[test]
fn an_id_that_is_not_one_is_never_sent() {
    let vendor = Vendor::script(vec![Reply::user()]);
    let client = vendor.client(once());
    for id in ["", "me", "bulk", "search", ".", "..", "a/b", "a?b", "a b", "%2e%2e", "a#1"] {
        let read = outcome(vendor.clock.run(client.reader().user(id, &[])));
        let write = outcome(vendor.clock.run(client.writer().send(&Effect::delete_user(id))));
        let tokens = outcome(vendor.clock.run(client.writer().send(&Effect::revoke_tokens(id))));
        for error in [read, write, tokens] {
            assert_eq!(error.disposition(), NotSent, "{id:?}");
        }
    }
    assert_eq!(vendor.asked(), []);
}

#[test]
fn whatever_somebody_on_the_way_can_say_as_well_is_hearsay() {
    for status in (400..=599).filter(|status| *status != 429) {
        let (_, effect) = both(&Reply::json(status, &error_body(status, "gateway.says.so", "no")));
        assert!(effect.is_hearsay() || effect == OutcomeUnknown, "status {status}: {effect:?}");
    }
    for certain in [NotSent, RetryAfter(None)] {
        assert!(!certain.is_hearsay(), "{certain:?}");
    }
}
