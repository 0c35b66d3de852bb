//! Pages of records: the vendor's own bytes, and nothing accepted that is not a whole page.

use genesys::{Conversation, ConversationQuery, Disposition, Error, ErrorKind, Interval, Limits, RecordPage};
use serde_json::json;

use crate::vendor::{Piece, Reply, USER, Vendor, once, outcome};

fn query() -> ConversationQuery {
    let interval =
        Interval::new("2026-02-01T00:00:00Z".parse().unwrap(), "2026-03-01T00:00:00Z".parse().unwrap());
    ConversationQuery::new(interval.unwrap())
}

fn read(reply: Reply) -> Result<RecordPage, Error> {
    let vendor = Vendor::script(vec![reply]);
    vendor.clock.run(vendor.client(once()).reader().details_records(&query()))
}

fn text(body: &str) -> Result<RecordPage, Error> {
    read(Reply::text(200, "application/json", body))
}

fn records(page: &RecordPage) -> Vec<&str> {
    page.records().map(|record| std::str::from_utf8(record).unwrap()).collect()
}

#[test]
fn a_record_is_what_the_vendor_sent_to_the_byte() {
    let first = r#"{"conversationId": "c-1",  "conversationStart":"2026-02-03T10:00:00.000Z","x":[1.50,{"}":"]\"{"}],
        "participants":[],"later":null}"#;
    let second = r#"{"conversationId":"c\u002d2","name":"Z\u00fcrich – 東京"}"#;
    let page =
        text(&format!("{{\"totalHits\":2, \"conversations\" :[ {first}\n,\t{second} ],\"more\":{{}}}}"));
    let page = page.unwrap();
    assert_eq!(records(&page), [first, second]);
    assert_eq!((page.len(), page.is_empty(), page.total_hits()), (2, false, Some(2)));
    assert_eq!((page.cursor(), page.data_availability()), (None, None));
    let parsed: Vec<_> = page.records().map(|record| Conversation::parse(record).unwrap()).collect();
    assert_eq!(parsed[0].conversation_start, Some("2026-02-03T10:00:00Z".parse().unwrap()));
    assert_eq!((parsed[0].participants.len(), parsed[1].conversation_id.as_str()), (0, "c-2"));
}

#[test]
fn a_body_in_pieces_is_one_page() {
    let body = r#"{"conversations":[{"conversationId":"c-1"},{"conversationId":"c-2"}]}"#;
    let pieces = body.as_bytes().chunks(7).map(|chunk| Piece::Bytes(bytes::Bytes::copy_from_slice(chunk)));
    let page = read(Reply::json(200, &json!({})).pieces(pieces.collect())).unwrap();
    assert_eq!(records(&page), [r#"{"conversationId":"c-1"}"#, r#"{"conversationId":"c-2"}"#]);
}

#[test]
fn an_empty_result_may_leave_the_list_out() {
    for body in ["{}", r#"{"conversations":[]}"#, r#"{"totalHits":0,"cursor":""}"#] {
        let page = text(body).unwrap();
        assert!(page.is_empty() && page.records().next().is_none() && page.cursor().is_none(), "{body}");
    }
}

#[test]
fn what_is_not_a_list_of_conversations_is_refused() {
    for body in [
        r#"{"conversations":{}}"#,
        r#"{"conversations":[],"conversations":[{}]}"#,
        r#"{"conversations":[],"cursor":7}"#,
        "[]",
    ] {
        let error = outcome(text(body));
        assert!(matches!(error.kind(), ErrorKind::UnexpectedShape { .. }), "{body}: {error}");
        assert_eq!(error.disposition(), Disposition::BadAnswer);
    }
}

#[test]
fn what_is_odd_on_a_page_does_not_cost_the_page() {
    let page = text(
        r#"{"conversations":[{"conversationId":"c-1"},7,null],"totalHits":-1,"dataAvailabilityDate":"soon"}"#,
    );
    let page = page.unwrap();
    assert_eq!(records(&page), [r#"{"conversationId":"c-1"}"#, "7", "null"]);
    assert_eq!((page.total_hits(), page.data_availability()), (None, None), "not told");
    assert!(text(r#"{"conversations":null}"#).unwrap().is_empty());
    let vendor =
        Vendor::script(vec![Reply::json(200, &json!({ "conversations": [{ "conversationId": "c-1" }, 7] }))]);
    let parsed = vendor.clock.run(vendor.reader().details_page(&query())).unwrap();
    assert_eq!(parsed.conversations.len(), 1);
}

#[test]
fn a_record_is_read_around_what_is_odd_in_it() {
    let record = json!({
        "conversationId": "c-1", "conversationStart": "yesterday", "conversationEnd": "2026-02-03T10:0",
        "participants": [
            { "participantId": "p-1", "sessions": null },
            { "participantId": "p-2", "userId": USER, "sessions": [{ "mediaType": "voice" }, { "mediaType": 7 }] },
            null,
        ],
    });
    let parsed = Conversation::parse(record.to_string().as_bytes()).unwrap();
    assert_eq!(
        (parsed.conversation_id.as_str(), parsed.conversation_start, parsed.is_open()),
        ("c-1", None, false)
    );
    let parts: Vec<_> =
        parsed.participants.iter().map(|part| (part.sessions.len(), part.unread.join(" "))).collect();
    assert_eq!(parts, [(0, "sessions".to_owned()), (2, "sessions[].mediaType".to_owned())]);
    assert_eq!(
        parsed.unread,
        [
            "conversationEnd",
            "conversationStart",
            "participants[].sessions",
            "participants[].sessions[].mediaType",
            "participants[]",
        ]
    );
    assert!(Conversation::parse(b"7").is_err());
}

#[test]
fn what_is_not_json_throughout_is_refused() {
    for body in [
        r#"{"conversations":[{"conversationId":"c-1"}"#,
        r#"{"conversations":[{"conversationId":"c-1",}]}"#,
        r#"{"conversations":[{"a":01}]}"#,
        r#"{"conversations":[{}]} {}"#,
        "",
    ] {
        let error = outcome(text(body));
        assert!(matches!(error.kind(), ErrorKind::NotJson { status: 200 }), "{body}: {error}");
    }
    // Not UTF-8, within a record.
    let bytes = [br#"{"conversations":[{"a":""#.as_slice(), &[0xff], br#""}]}"#].concat();
    assert!(read(Reply::json(200, &json!({})).pieces(vec![Piece::Bytes(bytes.into())])).is_err());
}

#[test]
fn a_page_is_read_again_when_it_was_not_json() {
    let whole = Reply::json(200, &json!({ "conversations": [{ "conversationId": "c-1" }] }));
    let vendor = Vendor::script(vec![Reply::text(200, "application/json", r#"{"conversations":[{"#), whole]);
    let page = vendor.clock.run(vendor.reader().details_records(&query())).unwrap();
    assert_eq!((page.len(), vendor.calls().len()), (1, 2));
}

#[test]
fn only_a_whole_page_is_a_page() {
    for status in [201, 202, 204, 206] {
        for body in [r#"{"conversations":[{"conversationId":"c-1"}]}"#, ""] {
            let error = outcome(read(Reply::text(status, "application/json", body)));
            assert!(matches!(error.kind(), ErrorKind::Incomplete { .. }), "{status}: {error}");
        }
    }
}

#[test]
fn a_page_beyond_the_limit_is_refused() {
    let body = json!({ "conversations": [{ "conversationId": "c-1", "filler": "x".repeat(1000) }] });
    for (max_body_bytes, fits) in [(1000, false), (2000, true)] {
        let vendor = Vendor::script(vec![Reply::json(200, &body)]);
        let reader = vendor.client(Limits { max_body_bytes, ..once() }).reader();
        let page = vendor.clock.run(reader.details_records(&query()));
        assert_eq!(page.is_ok(), fits);
        if let Err(error) = page {
            // The beginning tells whose it is.
            let ErrorKind::Oversized { limit: 1000, first, .. } = error.kind() else { panic!("{error}") };
            assert_eq!(first.as_deref(), Some("c-1"));
        }
    }
}

#[test]
fn several_users_are_asked_for_at_once() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({}))]);
    vendor.clock.run(vendor.reader().details_records(&query().users(&[USER, "u-2"]))).unwrap();
    let predicate =
        |user| json!({ "type": "dimension", "dimension": "userId", "operator": "matches", "value": user });
    let filters = json!([{ "type": "or", "predicates": [predicate(USER), predicate("u-2")] }]);
    assert_eq!(vendor.calls()[0].json()["segmentFilters"], filters);
    vendor.clock.run(vendor.reader().details_records(&query().users(&[USER]))).unwrap();
    let filters = json!([{ "type": "and", "predicates": [predicate(USER)] }]);
    assert_eq!(vendor.calls()[1].json()["segmentFilters"], filters);
}

#[test]
fn a_page_shows_nobody_in_debug_output() {
    let body =
        json!({ "conversations": [{ "participants": [{ "participantName": "Ada" }] }], "cursor": "secret" });
    let shown = format!("{:?}", read(Reply::json(200, &body)).unwrap());
    assert!(!shown.contains("Ada") && !shown.contains("secret"), "{shown}");
}
