//! Results page by page: order, limits, cursors, and pages that go wrong.

use genesys_emulator::{FaultKind, FaultRule};
use serde_json::{Value, json};

use super::{FEBRUARY, JOBS, Org, at, ids, of_user, seconds};

#[test]
fn pages_of_any_size_hold_the_same_conversations_in_the_same_order() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let job = org.run(&of_user(&ada, FEBRUARY));
    let (whole, pages) = org.fetch(&job, 1_000);
    assert_eq!(pages, 1);
    for size in [1, 7, 33] {
        let (read, pages) = org.fetch(&job, size);
        assert_eq!(read, whole, "pages of {size}");
        assert_eq!(u64::from(pages), (whole.len() as u64).div_ceil(size));
    }
}

#[test]
fn results_can_be_had_backwards_and_by_end() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let mut body = of_user(&ada, "2026-02-10T11:00:00Z/2026-03-01T00:00:00Z");
    let forwards = org.job(&body);
    body["order"] = json!("desc");
    let mut backwards = ids(&org.fetch(&org.run(&body), 7).0);
    backwards.reverse();
    assert_eq!(backwards, forwards);
    body["orderBy"] = json!("conversationEnd");
    let (by_end, _) = org.fetch(&org.run(&body), 7);
    let ends: Vec<&str> = by_end.iter().map(|record| record["conversationEnd"].as_str().unwrap()).collect();
    assert!(ends.is_sorted_by(|a, b| a >= b));
    let mut same = ids(&by_end);
    same.sort();
    backwards.sort();
    assert_eq!(same, backwards);
}

#[test]
fn a_limit_ends_the_results() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let all = org.job(&of_user(&ada, FEBRUARY));
    let mut body = of_user(&ada, FEBRUARY);
    for limit in [1, 10, 20, 21] {
        body["limit"] = json!(limit);
        let (read, pages) = org.fetch(&org.run(&body), 10);
        assert_eq!(ids(&read), all[..limit], "{limit}");
        assert_eq!(pages as usize, limit.div_ceil(10));
    }
}

#[test]
fn a_cursor_is_good_for_its_job_and_for_a_while() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let (one, other) = (org.run(&of_user(&ada, FEBRUARY)), org.run(&of_user(&ada, FEBRUARY)));
    let cursor = org.results(&one, "pageSize=5").body["cursor"].as_str().unwrap().to_owned();
    let second = org.results(&one, &format!("pageSize=5&cursor={cursor}"));
    assert_eq!(second.status, 200);
    let again = org.results(&one, &format!("pageSize=5&cursor={cursor}"));
    assert_eq!(again.body["conversations"], second.body["conversations"], "a cursor can be used again");
    for wrong in [&cursor[..cursor.len() - 2], "bm9uc2Vuc2U", "%00", "first"] {
        let refused = org.results(&one, &format!("cursor={wrong}"));
        assert_eq!((refused.status, refused.code()), (400, "bad.request"), "{wrong}");
    }
    assert_eq!(org.results(&other, &format!("cursor={cursor}")).status, 400, "another job's");
    org.emulator.clock().advance(seconds(3_600));
    assert_eq!(org.results(&one, &format!("cursor={cursor}")).status, 200);
    org.emulator.clock().advance(seconds(1));
    let stale = org.results(&one, &format!("cursor={cursor}"));
    assert_eq!((stale.status, stale.body["message"].as_str()), (400, Some("The cursor has expired.")));
    assert_eq!(
        org.fetch(&one, 100).0.len(),
        org.job(&of_user(&ada, FEBRUARY)).len(),
        "from the start it goes"
    );
}

#[test]
fn two_million_conversations_of_one_person_are_held_by_nobody() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    let pieces = org.emulator.history_pieces();
    org.emulator.give_history(&ada, 2_000_000, at("2021-03-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
    org.emulator.set_switch("jobs_interval_max_days", "3650").unwrap();
    let job = org.run(&of_user(&ada, "2021-01-01T00:00:00Z/2026-03-02T00:00:00Z"));
    let first = org.results(&job, "pageSize=50").body;
    let second = org.results(&job, &format!("pageSize=50&cursor={}", first["cursor"].as_str().unwrap())).body;
    let read =
        [ids(first["conversations"].as_array().unwrap()), ids(second["conversations"].as_array().unwrap())];
    let month = of_user(&ada, "2021-03-01T00:00:00Z/2021-03-08T00:00:00Z");
    let (_, page) = org
        .query(&json!({ "interval": month["interval"], "segmentFilters": month["segmentFilters"],
        "paging": { "pageSize": 100, "pageNumber": 1 } }));
    assert!(page["totalHits"].as_u64().unwrap() > 5_000);
    assert_eq!(ids(page["conversations"].as_array().unwrap()), read.concat());
    assert_eq!(org.emulator.history_pieces(), pieces + 1);
}

/// Pages that were answered before are handed on; nothing that changes the answer may go unnoticed.
#[test]
fn a_page_that_is_asked_for_again_is_what_it_would_be_anew() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let job = org.run(&of_user(&ada, FEBRUARY));
    let results = |org: &Org| org.results(&job, "pageSize=10").text;
    let query = |org: &Org| org.vendor.post(super::super::QUERY, &of_user(&ada, FEBRUARY)).body;
    let (page, found) = (results(&org), query(&org));
    let (_, held) = org.emulator.prepared_bytes();
    assert!(held >= page.len());
    assert_eq!((results(&org), query(&org)), (page.clone(), found.clone()));
    assert_eq!(org.emulator.prepared_bytes().1, held, "nothing was made anew");
    org.emulator.limit_prepared_bytes(0);
    assert_eq!((results(&org), query(&org)), (page.clone(), found.clone()), "made anew it is the same");
    org.emulator.limit_prepared_bytes(64 << 20);
    assert_eq!(query(&org), found);
    assert!(org.emulator.remove_conversation(found["conversations"][0]["conversationId"].as_str().unwrap()));
    assert_eq!(query(&org)["totalHits"].as_u64().unwrap() + 1, found["totalHits"].as_u64().unwrap());
    org.emulator.set_switch("total_hits", "approximate").unwrap();
    let total = query(&org)["totalHits"].as_u64().unwrap();
    assert!(total != found["totalHits"].as_u64().unwrap() - 1, "{total}");
    org.emulator.clock().advance(seconds(1_801));
    let later: Value = serde_json::from_str(&results(&org)).unwrap();
    assert_ne!(later["cursor"], serde_json::from_str::<Value>(&page).unwrap()["cursor"], "a fresh cursor");
}

#[test]
fn pages_by_cursor_go_wrong_as_others_do() {
    let org = Org::new();
    let ada = org.agent("Ada", 2_000);
    let mut body = of_user(&ada, FEBRUARY);
    body["limit"] = json!(6);
    let job = org.run(&body);
    let path = format!("{JOBS}/*/results");
    let page = |cursor: &Value| {
        let cursor = cursor.as_str().unwrap_or("");
        let page = org.results(&job, &format!("pageSize=2&cursor={cursor}")).body;
        (ids(page["conversations"].as_array().unwrap()), page["cursor"].clone())
    };
    let (first, to_second) = page(&Value::Null);
    let (second, to_third) = page(&to_second);
    let (third, none) = page(&to_third);
    assert!(none.is_null());
    org.emulator.fault(FaultRule::new(FaultKind::DuplicatePage).on("GET", &path));
    assert_eq!(page(&Value::Null).0, first, "the first page has none before it");
    let (twice, onwards) = page(&to_second);
    assert_eq!(twice, first);
    assert_eq!(page(&onwards).0, third, "the cursor goes on");
    org.emulator.fault(FaultRule::new(FaultKind::DuplicatePage).on("GET", &path));
    assert_eq!(page(&to_third).0, second);
    org.emulator.fault(FaultRule::new(FaultKind::PageDrift).on("GET", &path));
    assert_eq!(page(&to_third).0, [second[1].clone(), third[0].clone()]);
    org.emulator.fault(FaultRule::new(FaultKind::MissingLastPage).on("GET", &path));
    assert_eq!(page(&to_second).0, second);
    assert_eq!(page(&to_third), (Vec::new(), Value::Null));
    assert_eq!(page(&to_third).0, third);
    assert_eq!(org.emulator.faults_fired().len(), 4);
}
