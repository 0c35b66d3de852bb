//! What a details query can be restricted to, and what it refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{AGGREGATES, FEBRUARY, Org, at, of_user};

#[test]
fn the_tutorials_invented_fields_are_refused() {
    let org = Org::new();
    for field in ["dateFrom", "dateTo", "groupBy", "size", "metricNames", "filter"] {
        let mut body = json!({ "interval": "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z" });
        body[field] = json!([]);
        let (status, error) = org.query(&body);
        assert_eq!((status, error["code"].as_str()), (400, Some("bad.request")), "{field}");
        assert!(error["message"].as_str().unwrap().contains(field), "{error}");
    }
    assert_eq!(org.query(&json!({})).0, 400, "the interval is required");
}

#[test]
fn user_id_is_no_dimension_of_conversation_filters() {
    let org = Org::new();
    let filter = json!([{ "type": "and", "predicates": [{ "dimension": "userId", "value": "x" }] }]);
    let (status, error) = org.query(&json!({ "interval": FEBRUARY, "conversationFilters": filter }));
    assert_eq!((status, error["code"].as_str()), (400, Some("invalid.value")));
}

#[test]
fn filters_join_by_and_and_or_over_two_levels() {
    let org = Org::new();
    let (ada, bea) = (org.agent("Ada", 2_000), org.agent("Bea", 2_000));
    let predicate = |user: &str| json!({ "dimension": "userId", "value": user });
    let media = |media: &str| json!({ "dimension": "mediaType", "value": media });
    let ids = |filters: Value| -> BTreeSet<String> {
        org.walk(&json!({ "interval": FEBRUARY, "segmentFilters": filters }), 100).0.into_iter().collect()
    };
    let (of_ada, of_bea) = (
        ids(json!([{ "type": "and", "predicates": [predicate(&ada)] }])),
        ids(json!([{ "type": "and", "predicates": [predicate(&bea)] }])),
    );
    let both: BTreeSet<String> = of_ada.union(&of_bea).cloned().collect();
    assert_eq!(ids(json!([{ "type": "or", "predicates": [predicate(&ada), predicate(&bea)] }])), both);
    assert!(ids(json!([{ "type": "and", "predicates": [predicate(&ada), predicate(&bea)] }])).is_empty());
    let mails = ids(json!([{ "type": "and", "predicates": [predicate(&ada), media("email")] }]));
    let is_mail = |id: &&String| {
        let record = org.emulator.conversation(id).unwrap();
        record["participants"].to_string().contains("\"mediaType\":\"email\"")
    };
    assert_eq!(mails, of_ada.iter().filter(is_mail).cloned().collect());
    assert!(!mails.is_empty() && mails.len() < of_ada.len());
    let clauses = json!([{ "type": "and", "clauses": [
        { "type": "or", "predicates": [predicate(&ada), predicate(&bea)] },
        { "type": "or", "predicates": [media("email")] },
    ] }]);
    assert_eq!(ids(clauses), both.iter().filter(is_mail).cloned().collect());
}

#[test]
fn a_filter_on_the_record_alone_agrees_with_the_records() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let body = |dimension: &str, operator: &str, value: Option<&str>| {
        let mut body = of_user(&ada, FEBRUARY);
        let mut predicate = json!({ "dimension": dimension, "operator": operator });
        if let Some(value) = value {
            predicate["value"] = json!(value);
        }
        body["segmentFilters"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "type": "and", "predicates": [predicate] }));
        body
    };
    let all = org.walk(&of_user(&ada, FEBRUARY), 100).0;
    let having = |needle: &str| -> Vec<String> {
        let has = |id: &&String| org.emulator.conversation(id).unwrap().to_string().contains(needle);
        all.iter().filter(has).cloned().collect()
    };
    let held = org.walk(&body("segmentType", "matches", Some("hold")), 100).0;
    assert_eq!(held, having("\"segmentType\":\"hold\""));
    assert!(!held.is_empty() && held.len() < all.len());
    assert_eq!(org.walk(&body("subject", "exists", None), 100).0, having("\"subject\":"));
    assert_eq!(org.walk(&body("wrapUpCode", "exists", None), 100).0, having("\"wrapUpCode\":"));
}

#[test]
fn live_conversations_are_those_whose_end_does_not_exist() {
    let org = Org::new();
    let ada = org.agent("Ada", 3_000);
    let emulator = &org.emulator;
    let bea = emulator.user("Bea").live_call().add();
    let today = "2026-03-15T00:00:00Z/2026-03-16T00:00:00Z";
    let open = |user: &str, operator: &str, interval: &str| {
        let mut body = of_user(user, interval);
        let predicate = json!({ "dimension": "conversationEnd", "operator": operator });
        body["conversationFilters"] = json!([{ "type": "and", "predicates": [predicate] }]);
        org.walk(&body, 100).0
    };
    let live = emulator.conversations_of(&bea);
    assert_eq!(live.len(), 1);
    assert_eq!(open(&bea, "notExists", today), live);
    assert!(open(&bea, "exists", today).is_empty());
    assert!(emulator.conversation(&live[0]).unwrap().get("conversationEnd").is_none());
    assert!(open(&ada, "notExists", FEBRUARY).is_empty());
    assert_eq!(open(&ada, "exists", FEBRUARY), org.walk(&of_user(&ada, FEBRUARY), 100).0);
    emulator.clock().advance(std::time::Duration::from_secs(60));
    emulator.end_live(&bea);
    assert!(open(&bea, "notExists", today).is_empty());
    assert_eq!(open(&bea, "exists", today), live);
}

#[test]
fn somebody_without_a_session_or_a_segment_is_found_alone_and_among_others() {
    let org = Org::new();
    let (ada, bea) = (org.agent("Ada", 0), org.agent("Bea", 0));
    let mut ids = Vec::new();
    let own = [
        json!({}),
        json!({ "sessions": null }),
        json!({ "sessions": [] }),
        json!({ "sessions": [{ "mediaType": "voice" }] }),
        json!({ "sessions": [{ "mediaType": "voice", "segments": [] }] }),
        json!({ "segments": [{ "segmentType": "interact" }] }),
    ];
    for (place, own) in own.into_iter().enumerate() {
        let mut participant = own;
        participant["userId"] = ada.to_uppercase().into();
        let record = json!({
            "conversationId": format!("00000000-0000-4000-8000-{place:012}"),
            "conversationStart": "2026-02-03T10:00:00Z",
            "conversationEnd": "2026-02-03T10:05:00Z",
            "participants": [participant],
        });
        ids.push(org.emulator.add_conversation(&record).unwrap());
    }
    let predicate = |user: &str| json!({ "dimension": "userId", "value": user });
    let found = |kind: &str, predicates: Value| {
        let filters = json!([{ "type": kind, "predicates": predicates }]);
        org.walk(&json!({ "interval": FEBRUARY, "segmentFilters": filters }), 100).0
    };
    assert_eq!(found("and", json!([predicate(&ada)])), ids);
    assert_eq!(found("or", json!([predicate(&ada), predicate(&bea)])), ids);
    let voice = json!({ "dimension": "mediaType", "value": "voice" });
    assert_eq!(found("and", json!([predicate(&ada), voice])), ids[3..5]);
    assert!(found("and", json!([predicate(&bea)])).is_empty());
}

#[test]
fn a_conversation_can_be_asked_for_by_id() {
    let org = Org::new();
    let ada = org.agent("Ada", 50);
    let ids = org.emulator.conversations_of(&ada);
    let truth = org.emulator.conversation(&ids[7]).unwrap();
    assert_eq!(org.get(&format!("/api/v2/analytics/conversations/{}/details", ids[7])), (200, truth.clone()));
    let several =
        format!("/api/v2/analytics/conversations/details?id={},{}&id={}", ids[7], uuid::Uuid::nil(), ids[8]);
    let (status, answer) = org.get(&several);
    assert_eq!((status, answer["conversations"].as_array().unwrap().len()), (200, 2));
    assert_eq!(answer["conversations"][0], truth);
    assert_eq!(org.get(&format!("/api/v2/analytics/conversations/{}/details", uuid::Uuid::nil())).0, 404);
    let mut body = json!({ "interval": FEBRUARY });
    let start = at(truth["conversationStart"].as_str().unwrap());
    body["interval"] = json!(format!("{start}/{start}"));
    body["conversationFilters"] =
        json!([{ "type": "and", "predicates": [{ "dimension": "conversationId", "value": ids[7] }] }]);
    assert_eq!(org.walk(&body, 25).0, [ids[7].clone()]);
}

#[test]
fn what_is_not_emulated_says_so_instead_of_answering_wrongly() {
    let org = Org::new();
    let interval = "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z";
    let aggregations = json!({ "interval": interval, "aggregations": [{ "type": "termFrequency" }] });
    assert_eq!(org.query(&aggregations).0, 501);
    let metric = json!({ "interval": interval, "metrics": ["tAbandon"] });
    assert_eq!(org.post(AGGREGATES, &metric).0, 501);
}
