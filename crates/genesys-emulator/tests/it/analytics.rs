//! The analytics calls, as a client sees them.

use std::collections::BTreeSet;

use genesys_emulator::{Clock, Emulator, Preset, Settings};
use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const QUERY: &str = "/api/v2/analytics/conversations/details/query";
const AGGREGATES: &str = "/api/v2/analytics/conversations/aggregates/query";

/// An organization with its time standing still, and a token for it.
struct Org {
    emulator: Emulator,
    token: String,
}

impl Org {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let clock = Clock::virtual_at(at("2026-03-15T12:00:00Z"));
        let emulator = Emulator::new(Settings { clock, rate_per_minute: 1_000_000, ..settings });
        let (id, secret) = (emulator.client_id(), emulator.client_secret());
        let token = token(&emulator, &id, &secret);
        Self { emulator, token }
    }

    /// A user with `count` conversations in the three years until two weeks ago.
    fn agent(&self, name: &str, count: u64) -> String {
        let user = self.emulator.user(name).add();
        self.emulator.give_history(&user, count, at("2023-03-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
        user
    }

    fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        self.call_as(&self.token, method, path, body)
    }

    fn call_as(&self, token: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let body = if method == Method::GET { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(axum::body::Body::from(body))
            .unwrap();
        send(&self.emulator, request)
    }

    fn query(&self, body: &Value) -> (u16, Value) {
        self.call(Method::POST, QUERY, body)
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, &Value::Null)
    }

    /// Ids on all pages of a query, in the order they came, with the total of the first page.
    fn walk(&self, body: &Value, page_size: u64) -> (Vec<String>, u64) {
        let (mut ids, mut total) = (Vec::new(), 0);
        for number in 1.. {
            let mut body = body.clone();
            body["paging"] = json!({ "pageSize": page_size, "pageNumber": number });
            let (status, page) = self.query(&body);
            assert_eq!(status, 200, "{page}");
            if number == 1 {
                total = page["totalHits"].as_u64().unwrap();
            }
            let Some(conversations) = page.get("conversations").and_then(Value::as_array) else { break };
            ids.extend(conversations.iter().map(|record| record["conversationId"].as_str().unwrap().to_owned()));
        }
        (ids, total)
    }

    /// A minimal record that starts at `start`, handled by `user`.
    fn add(&self, user: &str, start: &str) -> String {
        let id = self.emulator.conversation_count() + 1;
        let record = json!({
            "conversationId": format!("00000000-0000-4000-8000-{id:012}"),
            "conversationStart": start,
            "conversationEnd": start,
            "participants": [{
                "participantId": "p", "userId": user, "participantName": "Ada", "purpose": "agent",
                "sessions": [{ "sessionId": "s", "mediaType": "voice", "segments": [
                    { "segmentStart": start, "segmentEnd": start, "segmentType": "interact" }] }],
            }],
        });
        self.emulator.add_conversation(&record).unwrap()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn send(emulator: &Emulator, request: Request<axum::body::Body>) -> (u16, Value) {
    let clock = emulator.clock();
    clock.run(async {
        let response = emulator.router().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    })
}

fn token(emulator: &Emulator, id: &str, secret: &str) -> String {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/oauth/token")
        .header(header::AUTHORIZATION, format!("Basic {}", base64(format!("{id}:{secret}").as_bytes())))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("grant_type=client_credentials"))
        .unwrap();
    let (status, body) = send(emulator, request);
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn of_user(user: &str, interval: &str) -> Value {
    json!({
        "interval": interval,
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": user }] }],
    })
}

const FEBRUARY: &str = "2026-02-01T00:00:00Z/2026-03-01T00:00:00Z";

#[test]
fn all_pages_of_a_month_are_exactly_the_conversations_that_started_in_it() {
    let org = Org::new();
    let ada = org.agent("Ada", 20_000);
    let (ids, total) = org.walk(&of_user(&ada, FEBRUARY), 100);
    let month = at("2026-02-01T00:00:00Z")..at("2026-03-01T00:00:00Z");
    let truth: Vec<String> = org
        .emulator
        .conversations_of(&ada)
        .into_iter()
        .filter(|id| {
            let record = org.emulator.conversation(id).unwrap();
            month.contains(&at(record["conversationStart"].as_str().unwrap()))
        })
        .collect();
    assert!(truth.len() > 300, "{}", truth.len());
    assert_eq!(ids, truth);
    assert_eq!(total, truth.len() as u64);
}

#[test]
fn a_page_is_25_by_default_and_100_at_most() {
    let org = Org::new();
    let ada = org.agent("Ada", 20_000);
    let (_, page) = org.query(&of_user(&ada, FEBRUARY));
    assert_eq!(page["conversations"].as_array().unwrap().len(), 25);
    let mut body = of_user(&ada, FEBRUARY);
    body["paging"] = json!({ "pageSize": 100, "pageNumber": 1 });
    assert_eq!(org.query(&body).1["conversations"].as_array().unwrap().len(), 100);
    for (size, number) in [(101, 1), (0, 1), (-1, 1), (25, 0)] {
        body["paging"] = json!({ "pageSize": size, "pageNumber": number });
        let (status, error) = org.query(&body);
        assert_eq!((status, error["code"].as_str()), (400, Some("invalid.value")), "{size} {number}");
    }
    org.emulator.set_switch("details_page_max", "500").unwrap();
    body["paging"] = json!({ "pageSize": 500, "pageNumber": 1 });
    assert!(org.query(&body).1["conversations"].as_array().unwrap().len() > 100);
}

#[test]
fn an_empty_answer_has_no_list_at_all_unless_switched() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), (200, json!({ "totalHits": 0 })));
    org.emulator.set_switch("empty_details_omits_list", "false").unwrap();
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), (200, json!({ "conversations": [], "totalHits": 0 })));
}

#[test]
fn a_conversation_matches_by_the_utc_day_of_its_start() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    let id = org.add(&ada, "2026-03-02T23:50:00.000Z");
    let found = |interval: &str| org.walk(&of_user(&ada, interval), 25).0;
    assert_eq!(found("2026-03-02T01:00:00Z/2026-03-02T02:00:00Z"), [id.clone()], "same day, other hours");
    assert_eq!(found("2026-03-01T22:00:00Z/2026-03-02T00:00:01Z"), [id.clone()], "touches the day");
    assert_eq!(found("2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"), [""; 0], "ends where the day begins");
    assert_eq!(found("2026-03-03T00:00:00Z/2026-03-04T00:00:00Z"), [""; 0], "the next day");
    assert_eq!(found("2026-03-03T00:30:00+01:00/2026-03-03T00:40:00+01:00"), [id], "days are UTC's");
}

#[test]
fn adjacent_intervals_that_share_a_day_return_its_conversations_twice() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    let id = org.add(&ada, "2026-03-02T12:00:00.000Z");
    let first = org.walk(&of_user(&ada, "2026-03-01T00:00:00Z/2026-03-02T10:00:00Z"), 25).0;
    let second = org.walk(&of_user(&ada, "2026-03-02T10:00:00Z/2026-03-03T00:00:00Z"), 25).0;
    assert_eq!((first, second), (vec![id.clone()], vec![id]));
}

#[test]
fn an_interval_is_at_most_31_days_with_a_filter_and_7_without() {
    let org = Org::new();
    let ada = org.agent("Ada", 100);
    let status = |body: &Value| org.query(body).0;
    assert_eq!(status(&of_user(&ada, "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z")), 200);
    assert_eq!(status(&of_user(&ada, "2026-01-01T00:00:00Z/2026-02-01T00:00:01Z")), 400);
    assert_eq!(status(&json!({ "interval": "2026-01-01T00:00:00Z/2026-01-08T00:00:00Z" })), 200);
    assert_eq!(status(&json!({ "interval": "2026-01-01T00:00:00Z/2026-01-08T00:00:01Z" })), 400);
    let empty_filter = json!({ "interval": FEBRUARY, "segmentFilters": [{ "type": "and", "predicates": [] }] });
    assert_eq!(status(&empty_filter), 400, "a filter that says nothing is none");
}

#[test]
fn unreadable_and_backward_intervals_are_refused() {
    let org = Org::new();
    for interval in ["2026-01-01", "yesterday/today", "2026-01-01T00:00:00Z", ""] {
        let (status, error) = org.query(&json!({ "interval": interval }));
        assert_eq!((status, error["code"].as_str()), (400, Some("invalid.date")), "{interval}");
    }
    let backward = json!({ "interval": "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z" });
    assert_eq!(org.query(&backward).0, 400);
}

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
fn paging_beyond_the_ceiling_is_refused_in_the_vendors_words() {
    let org = Org::new();
    let ada = org.agent("Ada", 100);
    let mut body = of_user(&ada, FEBRUARY);
    body["paging"] = json!({ "pageSize": 100, "pageNumber": 1000 });
    assert_eq!(org.query(&body).0, 200);
    body["paging"] = json!({ "pageSize": 100, "pageNumber": 1001 });
    let (status, error) = org.query(&body);
    assert_eq!((status, error["message"].as_str()), (400, Some("Pagination may not exceed 100000 results.")));
}

#[test]
fn order_is_by_start_and_can_be_turned_round() {
    let org = Org::new();
    let ada = org.agent("Ada", 5_000);
    let (ascending, _) = org.walk(&of_user(&ada, FEBRUARY), 100);
    let mut body = of_user(&ada, FEBRUARY);
    body["order"] = json!("desc");
    let (mut descending, _) = org.walk(&body, 7);
    descending.reverse();
    assert!(ascending.len() > 50);
    assert_eq!(ascending, descending);
    body["orderBy"] = json!("conversationEnd");
    let (by_end, _) = org.walk(&body, 100);
    let ends: Vec<Value> =
        by_end.iter().map(|id| org.emulator.conversation(id).unwrap()["conversationEnd"].clone()).collect();
    assert!(ends.is_sorted_by(|a, b| a.as_str() >= b.as_str()));
    assert_eq!(by_end.len(), ascending.len());
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
        body["segmentFilters"].as_array_mut().unwrap().push(json!({ "type": "and", "predicates": [predicate] }));
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
fn an_open_conversation_is_found_only_by_the_day_it_started_on() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").parked_email().add();
    org.emulator.clock().advance(std::time::Duration::from_secs(40 * 86_400));
    let open = org.emulator.conversations_of(&ada);
    let recent = "2026-04-20T00:00:00Z/2026-04-25T00:00:00Z";
    assert!(org.walk(&of_user(&ada, recent), 25).0.is_empty());
    assert_eq!(org.walk(&of_user(&ada, "2026-03-15T00:00:00Z/2026-03-16T00:00:00Z"), 25).0, open);
    let record = org.emulator.conversation(&open[0]).unwrap();
    assert!(record.get("conversationEnd").is_none());
    assert!(record.to_string().contains("\"segmentType\":\"parked\""));
}

#[test]
fn a_conversation_can_be_asked_for_by_id() {
    let org = Org::new();
    let ada = org.agent("Ada", 50);
    let ids = org.emulator.conversations_of(&ada);
    let truth = org.emulator.conversation(&ids[7]).unwrap();
    assert_eq!(org.get(&format!("/api/v2/analytics/conversations/{}/details", ids[7])), (200, truth.clone()));
    let several = format!("/api/v2/analytics/conversations/details?id={},{}&id={}", ids[7], uuid::Uuid::nil(), ids[8]);
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
fn availability_is_now_less_the_lag_of_the_data_lake() {
    let org = Org::new();
    org.emulator.set_switch("jobs_lag_s", "3600").unwrap();
    let (status, answer) = org.get("/api/v2/analytics/conversations/details/jobs/availability");
    assert_eq!((status, answer), (200, json!({ "dataAvailabilityDate": "2026-03-15T11:00:00.000Z" })));
}

#[test]
fn analytics_lag_hides_what_happened_within_it() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").live_call_for(std::time::Duration::from_secs(300)).add();
    let today = of_user(&ada, "2026-03-15T00:00:00Z/2026-03-16T00:00:00Z");
    org.emulator.set_switch("analytics_lag_s", "600").unwrap();
    assert!(org.walk(&today, 25).0.is_empty(), "just begun");
    org.emulator.clock().advance(std::time::Duration::from_secs(700));
    let (_, page) = org.query(&today);
    assert_eq!(page["totalHits"], 1);
    assert!(page["conversations"][0].get("conversationEnd").is_none(), "it ended, but within the lag");
    assert!(org.emulator.conversation(page["conversations"][0]["conversationId"].as_str().unwrap()).unwrap()
        ["conversationEnd"].is_string());
    org.emulator.clock().advance(std::time::Duration::from_secs(300));
    let (_, page) = org.query(&today);
    assert_eq!(page["conversations"][0]["conversationEnd"], "2026-03-15T12:05:00.000Z");
}

#[test]
fn approximate_totals_keep_the_order_of_magnitude_only() {
    let org = Org::new();
    let ada = org.agent("Ada", 20_000);
    let (ids, exact) = org.walk(&of_user(&ada, FEBRUARY), 100);
    assert_eq!(ids.len() as u64, exact);
    org.emulator.set_switch("total_hits", "approximate").unwrap();
    let (same, stated) = org.walk(&of_user(&ada, FEBRUARY), 100);
    assert_eq!(same, ids);
    assert_ne!(stated, exact);
    assert!(stated / 2 <= exact && exact <= stated * 2);
}

#[test]
fn history_is_read_with_either_of_two_permissions_and_no_other() {
    let org = Org::new();
    let ada = org.agent("Ada", 10);
    let body = of_user(&ada, FEBRUARY);
    for (permission, expected) in [
        ("analytics:conversationDetail:view", 200),
        ("analytics:agentConversationDetail:view", 200),
        ("analytics:conversationAggregate:view", 403),
    ] {
        let (id, secret) = org.emulator.add_client(permission, &[permission]);
        let token = token(&org.emulator, &id, &secret);
        assert_eq!(org.call_as(&token, Method::POST, QUERY, &body).0, expected, "{permission}");
    }
}

#[test]
fn documented_history_of_a_deleted_user_stays_as_it_was() {
    let org = Org::new();
    let ada = org.agent("Ada", 5_000);
    let before = org.query(&of_user(&ada, FEBRUARY));
    delete(&org, &ada);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), before);
    assert!(before.1["totalHits"].as_u64().unwrap() > 50);
}

#[test]
fn as_reported_history_of_a_deleted_user_seems_gone_and_comes_back_on_restore() {
    let org = Org::with(Settings { preset: Preset::AsReported, ..Settings::default() });
    let (ada, bea) = (org.agent("Ada", 2_000), org.agent("Bea", 2_000));
    let before = org.query(&of_user(&ada, FEBRUARY));
    let of_bea = org.query(&of_user(&bea, FEBRUARY));
    let one = before.1["conversations"][0]["conversationId"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/analytics/conversations/{one}/details");
    delete(&org, &ada);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), (200, json!({ "totalHits": 0 })));
    let (_, seen) = org.get(&path);
    let agent = |record: &Value| {
        let participants = record["participants"].as_array().unwrap().iter();
        participants.clone().find(|participant| participant["purpose"] == "agent").unwrap().clone()
    };
    assert_eq!(agent(&seen)["participantName"], "Deleted User");
    assert!(agent(&seen).get("userId").is_none());
    assert_eq!(org.query(&of_user(&bea, FEBRUARY)), of_bea, "others are as they were");
    assert_eq!(org.emulator.conversation(&one).unwrap(), before.1["conversations"][0], "nothing was changed");
    restore(&org, &ada);
    assert_eq!(org.query(&of_user(&ada, FEBRUARY)), before);
}

fn delete(org: &Org, user: &str) {
    set_state(org, user, "inactive", "");
    let (status, answer) = org.call(Method::DELETE, &format!("/api/v2/users/{user}"), &Value::Null);
    assert!(status == 200 || status == 204, "{status} {answer}");
}

fn restore(org: &Org, user: &str) {
    set_state(org, user, "active", "?state=deleted");
}

fn set_state(org: &Org, user: &str, state: &str, query: &str) {
    let (_, present) = org.get(&format!("/api/v2/users/{user}{query}"));
    let body = json!({ "version": present["version"], "state": state });
    let (status, answer) = org.call(Method::PATCH, &format!("/api/v2/users/{user}"), &body);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn aggregates_are_the_sums_of_the_records_by_the_month_they_were_emitted_in() {
    let org = Org::new();
    let (ada, bea) = (org.agent("Ada", 3_000), org.agent("Bea", 500));
    let interval = "2025-01-01T00:00:00.000Z/2026-01-01T00:00:00.000Z";
    let body = json!({
        "interval": interval, "granularity": "P1M", "groupBy": ["userId"], "metrics": ["nConnected", "tHandle"],
        "filter": { "type": "or", "predicates": [{ "dimension": "userId", "value": ada }] },
    });
    let (status, answer) = org.call(Method::POST, AGGREGATES, &body);
    assert_eq!(status, 200, "{answer}");
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "only the user asked for");
    assert_eq!(results[0]["group"], json!({ "userId": ada }));
    let data = results[0]["data"].as_array().unwrap();
    assert_eq!(data.len(), 12);
    assert_eq!(data[1]["interval"], "2025-02-01T00:00:00.000Z/2025-03-01T00:00:00.000Z");
    let emitted = metrics_of(&org, &ada);
    for month in data {
        let (from, to) = month["interval"].as_str().unwrap().split_once('/').unwrap();
        let sum = |name: &str| {
            let within = emitted.iter().filter(|(metric, at, _)| metric == name && from <= at && &**at < to);
            within.fold((0_u64, 0_i64), |(count, sum), (_, _, value)| (count + 1, sum + value))
        };
        let (connected, _) = sum("nConnected");
        let (handled, handling) = sum("tHandle");
        assert_eq!(month["metrics"][0], json!({ "metric": "nConnected", "stats": { "count": connected } }));
        assert_eq!(month["metrics"][1]["stats"]["count"], handled);
        assert_eq!(month["metrics"][1]["stats"]["sum"], handling);
    }
    let all = json!({ "interval": interval, "metrics": ["nConnected"], "groupBy": ["userId"] });
    let (_, answer) = org.call(Method::POST, AGGREGATES, &all);
    let users: BTreeSet<&str> =
        answer["results"].as_array().unwrap().iter().map(|result| result["group"]["userId"].as_str().unwrap()).collect();
    assert_eq!(users, BTreeSet::from([ada.as_str(), bea.as_str()]));
}

/// Name, emit date and value of every metric of a user's own sessions.
fn metrics_of(org: &Org, user: &str) -> Vec<(String, String, i64)> {
    let mut all = Vec::new();
    for id in org.emulator.conversations_of(user) {
        let record = org.emulator.conversation(&id).unwrap();
        for participant in record["participants"].as_array().unwrap() {
            if participant.get("userId").and_then(Value::as_str) != Some(user) {
                continue;
            }
            for session in participant["sessions"].as_array().unwrap() {
                for metric in session["metrics"].as_array().unwrap() {
                    all.push((
                        metric["name"].as_str().unwrap().to_owned(),
                        metric["emitDate"].as_str().unwrap().to_owned(),
                        metric["value"].as_i64().unwrap(),
                    ));
                }
            }
        }
    }
    all
}

#[test]
fn what_is_not_emulated_says_so_instead_of_answering_wrongly() {
    let org = Org::new();
    let interval = "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z";
    let aggregations = json!({ "interval": interval, "aggregations": [{ "type": "termFrequency" }] });
    assert_eq!(org.query(&aggregations).0, 501);
    let metric = json!({ "interval": interval, "metrics": ["tAbandon"] });
    assert_eq!(org.call(Method::POST, AGGREGATES, &metric).0, 501);
}
