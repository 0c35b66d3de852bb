//! Every wait for an answer ends.

use std::time::Duration;

use genesys::{Awaited, Clock as _, Disposition, Effect, ErrorKind, Limits};
use serde_json::json;

use crate::vendor::{Piece, Reply, USER, Vendor, once, outcome};

fn awaited(kind: &ErrorKind) -> Option<Awaited> {
    if let ErrorKind::TimedOut { awaited, .. } = kind { Some(*awaited) } else { None }
}

#[test]
fn silence_before_the_head_ends_after_the_read_timeout() {
    let vendor = Vendor::script(vec![Reply::Hang]);
    let began = vendor.clock.now();
    let error = outcome(vendor.clock.run(vendor.client(once()).writer().send(&Effect::delete_user(USER))));
    assert_eq!(awaited(error.kind()), Some(Awaited::Head));
    assert_eq!(error.disposition(), Disposition::OutcomeUnknown);
    assert_eq!(vendor.clock.now().duration_since(began).as_secs(), 30);
}

#[test]
fn silence_within_the_body_ends_after_the_read_timeout() {
    let pieces =
        vec![Piece::Bytes("{".into()), Piece::Pause(Duration::from_secs(1_000)), Piece::Bytes("}".into())];
    let vendor = Vendor::script(vec![Reply::json(200, &json!({})).pieces(pieces)]);
    let began = vendor.clock.now();
    let error = outcome(vendor.clock.run(vendor.client(once()).reader().user(USER, &[])));
    assert_eq!(awaited(error.kind()), Some(Awaited::Body));
    assert_eq!(vendor.clock.now().duration_since(began).as_secs(), 30);
}

#[test]
fn a_body_that_trickles_ends_after_the_total_timeout() {
    let trickle = |_| [Piece::Bytes(" ".into()), Piece::Pause(Duration::from_secs(1))];
    let vendor =
        Vendor::script(vec![Reply::json(200, &json!({})).pieces((0..500).flat_map(trickle).collect())]);
    let began = vendor.clock.now();
    let error = outcome(vendor.clock.run(vendor.client(once()).writer().send(&Effect::delete_user(USER))));
    assert_eq!(awaited(error.kind()), Some(Awaited::Whole));
    assert_eq!(error.disposition(), Disposition::OutcomeUnknown);
    assert_eq!(vendor.clock.now().duration_since(began).as_secs(), 90);
}

#[test]
fn an_answer_just_in_time_is_taken() {
    let slow = Duration::from_secs(29);
    let pieces = vec![
        Piece::Pause(slow),
        Piece::Bytes("{\"id\":".into()),
        Piece::Pause(slow),
        Piece::Bytes("\"u-1\"}".into()),
    ];
    let vendor = Vendor::script(vec![Reply::json(200, &json!({})).pieces(pieces).after(slow)]);
    let user = vendor.clock.run(vendor.client(once()).reader().user(USER, &[])).unwrap();
    assert_eq!(user.id, "u-1");
}

#[test]
fn a_body_beyond_the_limit_is_not_read_to_its_end() {
    let piece = Piece::Bytes(vec![b' '; 1_000].into());
    let vendor = Vendor::script(vec![Reply::json(200, &json!({})).pieces(vec![piece; 50])]);
    let limits = Limits { max_body_bytes: 10_000, ..Limits::default() };
    let error = outcome(vendor.clock.run(vendor.client(limits).reader().user(USER, &[])));
    assert!(matches!(error.kind(), ErrorKind::Oversized { limit: 10_000, status: 200, .. }));
    // It would be as large the next time.
    assert_eq!(vendor.calls().len(), 1);
}

#[test]
fn a_body_at_the_limit_is_read() {
    let body = format!("{{\"id\":\"u-1\"}}{}", " ".repeat(88));
    let vendor = Vendor::script(vec![Reply::text(200, "application/json", &body)]);
    let limits = Limits { max_body_bytes: 100, ..Limits::default() };
    assert_eq!(vendor.clock.run(vendor.client(limits.clone()).reader().user(USER, &[])).unwrap().id, "u-1");

    let vendor = Vendor::script(vec![Reply::text(200, "application/json", &format!("{body} "))]);
    let error = outcome(vendor.clock.run(vendor.client(limits).reader().user(USER, &[])));
    assert!(matches!(error.kind(), ErrorKind::Oversized { limit: 100, .. }));
}
