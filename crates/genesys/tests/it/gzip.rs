//! What travels is smaller than what is meant, and is held to the same limits.

use std::{io::Write as _, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use genesys::{Client, Endpoint, ErrorKind, Limits, Region, User};

use crate::vendor::{Piece, Reply, USER, Vendor, credentials, outcome};

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn answer(encoding: &str, body: Vec<u8>) -> Reply {
    let length = body.len();
    Reply::json(200, &serde_json::Value::Null)
        .header("content-encoding", encoding)
        .header("content-length", &length)
        .pieces(vec![Piece::Bytes(Bytes::from(body))])
}

fn limits(max_body_bytes: usize) -> Limits {
    Limits { max_body_bytes, max_attempts: 1, ..Limits::default() }
}

/// Reads a user from a region whose answer is this.
fn read(reply: Reply, limits: Limits) -> (Vendor, Result<User, genesys::Error>) {
    let vendor = Vendor::script(vec![reply]);
    let endpoint = Endpoint::region(Region::EuCentral1);
    let clock = Arc::new(vendor.clock.clone());
    let client = Client::new(endpoint, credentials(), vendor.transport(), clock, limits);
    let read = vendor.clock.run(client.reader().user(USER, &[]));
    (vendor, read)
}

#[test]
fn a_region_is_asked_for_gzip_and_loopback_is_not() {
    let (vendor, read) = read(Reply::user(), limits(1000));
    assert_eq!(read.unwrap().id, USER);
    assert!(vendor.asked().iter().all(|asked| asked.accept_encoding.as_deref() == Some("gzip")));

    let vendor = Vendor::script(vec![Reply::user()]);
    vendor.clock.run(vendor.reader().user(USER, &[])).unwrap();
    assert!(vendor.asked().iter().all(|asked| asked.accept_encoding.is_none()));
}

#[test]
fn a_packed_answer_says_what_a_plain_one_says() {
    let body = format!("{{\"id\":\"{USER}\",\"name\":\"{}\"}}", "Ada ".repeat(200));
    for encoding in ["gzip", "GZIP"] {
        let (_, user) = read(answer(encoding, packed(&body)), limits(1000));
        assert_eq!(user.unwrap().name, Some("Ada ".repeat(200)), "{encoding}");
    }
    let (_, user) = read(answer("identity", body.into_bytes()), limits(1000));
    assert_eq!(user.unwrap().id, USER);
}

#[test]
fn the_limit_is_on_what_is_meant() {
    let body = format!("{{\"id\":\"u-1\"}}{}", " ".repeat(88));
    let (_, user) = read(answer("gzip", packed(&body)), limits(100));
    assert_eq!(user.unwrap().id, "u-1");

    // A megabyte of nothing travels as a thousand bytes.
    let bomb = packed(&" ".repeat(1 << 20));
    assert!(bomb.len() < 2_000, "{}", bomb.len());
    for (body, limit) in [(packed(&format!("{body} ")), 100), (bomb, 1 << 19)] {
        let (_, user) = read(answer("gzip", body), limits(limit));
        let error = outcome(user);
        assert!(matches!(error.kind(), ErrorKind::Oversized { status: 200, limit: of, .. } if *of == limit));
    }
}

#[test]
fn what_is_cut_off_or_damaged_on_the_way_is_not_an_answer() {
    let body = packed("{\"id\":\"u-1\"}");
    let short = body[..body.len() - 9].to_vec();
    let mut damaged = body.clone();
    // The checksum stands before the length, at the end.
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    for body in [short, damaged, b"{\"id\":\"u-1\"}".to_vec()] {
        let (_, user) = read(answer("gzip", body), limits(1000));
        assert!(matches!(outcome(user).kind(), ErrorKind::CutOff { status: 200 }));
    }
    let (_, user) = read(answer("br", body), limits(1000));
    assert!(matches!(outcome(user).kind(), ErrorKind::NotJson { status: 200 }));
}
