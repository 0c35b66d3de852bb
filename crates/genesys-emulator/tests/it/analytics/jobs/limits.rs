//! What a job may ask for, and how many there may be.

use genesys_emulator::{FaultKind, FaultRule};
use serde_json::json;

use super::{FEBRUARY, JOBS, Org, of_user, seconds, state};

#[test]
fn one_job_too_many_is_refused_until_one_is_done() {
    let org = Org::new();
    org.emulator.set_switch("jobs_concurrent_max", "2").unwrap();
    let body = json!({ "interval": FEBRUARY });
    org.submit(&body);
    org.emulator.clock().advance(seconds(1));
    org.submit(&body);
    let refused = org.vendor.post(JOBS, &body);
    assert_eq!((refused.status, refused.header("retry-after")), (429, "2"));
    org.emulator.set_switch("jobs_concurrent_refusal", "bad-request-400").unwrap();
    let refused = org.vendor.post(JOBS, &body);
    assert_eq!((refused.status, refused.code()), (400, "bad.request"));
    org.emulator.clock().advance(seconds(2));
    let third = org.submit(&body);
    assert_eq!(org.post(JOBS, &body).0, 400);
    assert_eq!(org.vendor.delete(&format!("{JOBS}/{third}")).status, 204);
    org.submit(&body);
}

#[test]
fn a_job_spans_31_days_at_most_unless_switched() {
    let org = Org::new();
    let years = json!({ "interval": "2023-01-01T00:00:00Z/2026-03-01T00:00:00Z" });
    assert_eq!(org.post(JOBS, &json!({ "interval": "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z" })).0, 202);
    assert_eq!(org.post(JOBS, &json!({ "interval": "2026-01-01T00:00:00Z/2026-02-01T00:00:01Z" })).0, 400);
    assert_eq!(org.post(JOBS, &years).0, 400);
    let ada = org.agent("Ada", 600);
    org.emulator.set_switch("jobs_interval_max_days", "3650").unwrap();
    assert_eq!(org.job(&years), org.emulator.conversations_of(&ada));
    assert_eq!(org.job(&of_user(&ada, years["interval"].as_str().unwrap())).len(), 600);
}

#[test]
fn what_a_query_refuses_a_job_refuses() {
    let org = Org::new();
    let interval = "2026-02-01T00:00:00Z/2026-02-02T00:00:00Z";
    for (body, status) in [
        (json!({ "interval": "yesterday" }), 400),
        (json!({ "interval": "2026-02-02T00:00:00Z/2026-02-01T00:00:00Z" }), 400),
        (json!({}), 400),
        (json!({ "interval": interval, "paging": { "pageSize": 25, "pageNumber": 1 } }), 400),
        (json!({ "interval": interval, "limit": 0 }), 400),
        (json!({ "interval": interval, "orderBy": "segmentStart" }), 501),
        (
            json!({ "interval": interval, "conversationFilters": [
                { "type": "and", "predicates": [{ "dimension": "userId", "value": "x" }] }] }),
            400,
        ),
    ] {
        assert_eq!(org.post(JOBS, &body).0, status, "{body}");
    }
}

#[test]
fn a_page_is_at_most_as_large_as_the_switch_says() {
    let org = Org::new();
    let ada = org.agent("Ada", 6_000);
    let job = org.run(&of_user(&ada, FEBRUARY));
    let size = |query: &str| org.results(&job, query).body["conversations"].as_array().map(Vec::len);
    assert!(size("").unwrap() > 100);
    assert!(size("pageSize=1000").unwrap() > 100);
    assert_eq!(org.results(&job, "pageSize=1001").status, 400);
    assert_eq!(org.results(&job, "pageSize=0").status, 400);
    assert_eq!(org.results(&job, "pageSize=many").status, 400);
    org.emulator.set_switch("jobs_page_max", "40").unwrap();
    assert_eq!((size(""), size("pageSize=3")), (Some(40), Some(3)));
    assert_eq!(org.results(&job, "pageSize=41").status, 400);
}

#[test]
fn an_unfinished_or_unknown_job_has_no_results() {
    let org = Org::new();
    let job = org.submit(&json!({ "interval": FEBRUARY }));
    let early = org.results(&job, "");
    assert_eq!((early.status, early.code()), (400, "bad.request"));
    assert_eq!(early.body["message"], "The job has no results: it is QUEUED.");
    assert_eq!(org.results("00000000-0000-4000-8000-000000000009", "").status, 404);
    assert_eq!(state(&org, "availability-of-nothing").0, 404);
}

#[test]
fn a_job_without_hits_has_one_page_with_nothing_on_it() {
    let org = Org::new();
    let job = org.run(&json!({ "interval": FEBRUARY }));
    let page = org.results(&job, "").body;
    assert_eq!(page["conversations"], json!([]));
    assert!(page.get("cursor").is_none());
}

#[test]
fn jobs_need_the_permissions_of_the_query() {
    let org = Org::new();
    let job = org.run(&json!({ "interval": FEBRUARY }));
    let paths = [("GET", format!("{JOBS}/{job}")), ("GET", format!("{JOBS}/{job}/results"))];
    let of_agents = org.vendor.with_permissions(&["analytics:agentConversationDetail:view"]);
    let none = org.vendor.with_permissions(&["directory:user:view"]);
    for (method, path) in &paths {
        assert_eq!(of_agents.call(method, path, None).status, 200, "{path}");
        assert_eq!(none.call(method, path, None).status, 403, "{path}");
    }
    assert_eq!(none.post(JOBS, &json!({ "interval": FEBRUARY })).status, 403);
    assert_eq!(none.delete(&paths[0].1).status, 403);
    assert_eq!(of_agents.get(&format!("{JOBS}/availability")).status, 403);
    assert_eq!(of_agents.delete(&paths[0].1).status, 204);
}

#[test]
fn a_fault_lets_the_job_fail_that_its_request_submits() {
    let org = Org::new();
    org.emulator.fault(FaultRule::new(FaultKind::JobFails).on("POST", JOBS));
    let (doomed, good) =
        (org.submit(&json!({ "interval": FEBRUARY })), org.run(&json!({ "interval": FEBRUARY })));
    let (status, failed) = state(&org, &doomed);
    assert_eq!((status, failed["state"].as_str()), (200, Some("FAILED")));
    assert!(failed["errorMessage"].is_string() && failed.get("expirationDate").is_none());
    assert_eq!(org.results(&doomed, "").status, 400);
    assert_eq!(state(&org, &good).1["state"], "FULFILLED");
    let fired = org.emulator.faults_fired();
    assert_eq!((fired.len(), fired[0].kind.as_str()), (1, "job-fails"));
}
