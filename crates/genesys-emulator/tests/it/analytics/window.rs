//! Which conversations a details query returns, and on which page.

use serde_json::{Value, json};

use super::{FEBRUARY, Org, at, of_user};

#[test]
fn all_pages_of_a_month_are_exactly_the_conversations_that_started_in_it() {
    let org = Org::new();
    let ada = org.agent("Ada", 6_000);
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
    assert!(truth.len() > 100, "{}", truth.len());
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
    assert_eq!(
        found("2026-03-02T01:00:00Z/2026-03-02T02:00:00Z"),
        *std::slice::from_ref(&id),
        "same day, other hours"
    );
    assert_eq!(
        found("2026-03-01T22:00:00Z/2026-03-02T00:00:01Z"),
        *std::slice::from_ref(&id),
        "touches the day"
    );
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
    let empty_filter =
        json!({ "interval": FEBRUARY, "segmentFilters": [{ "type": "and", "predicates": [] }] });
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
fn at_every_instant_queries_agree_with_the_records_about_who_is_in_what() {
    let org = Org::new();
    let emulator = &org.emulator;
    let users = ["Ada", "Bea", "Cai"].map(|name| emulator.user(name).add());
    let [ada, bea, cai] = &users;
    let (from, to) = (at("2026-03-16T06:00:00Z"), at("2026-03-17T18:00:00Z"));
    emulator.give_shared_history(ada, &[bea, cai], 150, from, to);
    emulator.clock().advance(std::time::Duration::from_secs(30 * 86_400));
    let all = emulator.conversations_of(ada);
    assert_eq!(all.len(), 150);
    emulator.clock().jump(jiff::SignedDuration::from_hours(-29 * 24));
    let mut waiting = 0;
    for _ in 0..20 {
        emulator.clock().advance(std::time::Duration::from_secs(2 * 3600));
        let begun: Vec<Value> = all.iter().filter_map(|id| emulator.conversation(id)).collect();
        for user in &users {
            let named = |record: &&Value| record.to_string().contains(&format!("\"userId\":\"{user}\""));
            let truth: Vec<String> = begun
                .iter()
                .filter(named)
                .map(|record| record["conversationId"].as_str().unwrap().to_owned())
                .collect();
            let (ids, total) = org.walk(&of_user(user, "2026-03-16T00:00:00Z/2026-03-18T00:00:00Z"), 100);
            assert_eq!(ids, truth);
            assert_eq!(total, truth.len() as u64);
            assert_eq!(emulator.conversations_of(user), truth);
            waiting += usize::from(user == ada) * (begun.len() - truth.len());
        }
    }
    assert!(waiting > 10, "some had begun before anybody took them: {waiting}");
}

#[test]
fn a_change_between_two_queries_is_seen_by_the_second() {
    let org = Org::new();
    let (ada, bea) = (org.agent("Ada", 2_000), org.agent("Bea", 10));
    let of_ada = || org.walk(&of_user(&ada, FEBRUARY), 25);
    let (mut expected, total) = of_ada();
    assert!(org.emulator.remove_conversation(&expected.remove(5)));
    assert_eq!(of_ada(), (expected.clone(), total - 1));
    assert!(org.emulator.reattribute_conversation(&expected.remove(9), &ada, &bea));
    assert_eq!(of_ada(), (expected.clone(), total - 2));
    expected.insert(0, org.add(&ada, "2026-02-01T00:00:00.000Z"));
    assert_eq!(of_ada(), (expected, total - 1));
}
