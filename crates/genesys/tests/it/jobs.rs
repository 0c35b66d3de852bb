//! Details jobs and aggregates: how they are asked, and what of the answers is taken for what.

use std::time::Duration;

use genesys::{
    AggregateQuery, Disposition, ErrorKind, Granularity, Interval, JobQuery, JobState, Limits, Order,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::vendor::{Reply, USER, Vendor, outcome};

const JOB: &str = "0b5c0000-0000-4000-8000-00000000000a";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn quarter() -> Interval {
    Interval::new(at("2026-01-01T00:00:00Z"), at("2026-04-01T00:00:00Z")).unwrap()
}

fn status(state: &str) -> Reply {
    Reply::json(200, &json!({ "state": state }))
}

#[test]
fn a_job_is_submitted_in_the_vendors_form() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "jobId": JOB }))]);
    let query = JobQuery::new(quarter()).users(&[USER, "u-2"]).start_of_day().order(Order::Descending);
    assert_eq!(vendor.clock.run(vendor.reader().submit_details_job(&query)).unwrap(), JOB);
    let call = vendor.calls().remove(0);
    assert_eq!(
        (call.method.as_str(), call.target.as_str()),
        ("POST", "/api/v2/analytics/conversations/details/jobs")
    );
    let predicate =
        |user| json!({ "type": "dimension", "dimension": "userId", "operator": "matches", "value": user });
    assert_eq!(
        call.json(),
        json!({
            "interval": "2026-01-01T00:00:00.000Z/2026-04-01T00:00:00.000Z",
            "order": "desc",
            "orderBy": "conversationStart",
            "startOfDayIntervalMatching": true,
            "segmentFilters": [{ "type": "or", "predicates": [predicate(USER), predicate("u-2")] }],
        })
    );
    let vendor = Vendor::script(vec![Reply::json(200, &json!({ "jobId": JOB }))]);
    vendor.clock.run(vendor.reader().submit_details_job(&JobQuery::new(quarter()))).unwrap();
    let body = vendor.calls()[0].json();
    assert_eq!((&body["startOfDayIntervalMatching"], &body["segmentFilters"]), (&json!(false), &Value::Null));
}

#[test]
fn a_job_whose_submission_was_not_answered_is_submitted_again() {
    let vendor = Vendor::script(vec![
        Reply::Reset,
        Reply::json(503, &json!({})),
        Reply::json(200, &json!({ "jobId": JOB })),
    ]);
    assert_eq!(vendor.clock.run(vendor.reader().submit_details_job(&JobQuery::new(quarter()))).unwrap(), JOB);
    assert_eq!(vendor.calls().len(), 3);
}

#[test]
fn a_job_without_an_id_is_no_job() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({}))]);
    let error = outcome(vendor.clock.run(vendor.reader().submit_details_job(&JobQuery::new(quarter()))));
    assert_eq!(error.disposition(), Disposition::BadAnswer);
}

#[test]
fn every_state_of_a_job_is_known_and_no_other() {
    for (word, state, is_final) in [
        ("QUEUED", JobState::Queued, false),
        ("PENDING", JobState::Pending, false),
        ("FAILED", JobState::Failed, true),
        ("CANCELLED", JobState::Cancelled, true),
        ("FULFILLED", JobState::Fulfilled, true),
        ("EXPIRED", JobState::Expired, true),
    ] {
        for http in [200, 202] {
            let answer = json!({ "state": word, "expirationDate": "2026-03-09T00:00:00Z" });
            let vendor = Vendor::script(vec![Reply::json(http, &answer)]);
            let status = vendor.clock.run(vendor.reader().details_job(JOB)).unwrap();
            assert_eq!((status.state, status.state.is_final()), (state, is_final));
            assert_eq!(status.expires, Some(at("2026-03-09T00:00:00Z")));
        }
    }
    for answer in [json!({ "state": "DONE" }), json!({ "state": null }), json!({})] {
        let vendor = Vendor::script(vec![Reply::json(200, &answer)]);
        assert!(vendor.clock.run(vendor.reader().details_job(JOB)).is_err());
    }
}

#[test]
fn a_job_is_looked_at_less_and_less_often_until_it_is_done() {
    let vendor = Vendor::new(|_, call| status(["QUEUED", "PENDING", "FULFILLED"][(call / 3).min(2)]));
    let done = vendor.clock.run(vendor.reader().await_details_job(JOB)).unwrap();
    assert_eq!(done.state, JobState::Fulfilled);
    let looks: Vec<_> = vendor.calls().iter().map(|call| call.at).collect();
    let pauses: Vec<_> = looks.windows(2).map(|two| two[1].duration_since(two[0]).as_secs()).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30]);
}

#[test]
fn a_job_that_never_ends_is_waited_for_as_long_as_allowed() {
    let vendor = Vendor::script(vec![status("PENDING")]);
    let limits = Limits { job_wait: Duration::from_secs(100), ..Limits::default() };
    let left = vendor.clock.run(vendor.client(limits).reader().await_details_job(JOB)).unwrap();
    assert_eq!(left.state, JobState::Pending);
    let looks: Vec<_> = vendor.calls().iter().map(|call| call.at).collect();
    assert_eq!(
        looks[looks.len() - 1].duration_since(looks[0]).as_secs(),
        100,
        "and looked at once more then"
    );
}

#[test]
fn results_are_read_from_cursor_to_cursor() {
    let vendor = Vendor::script(vec![
        Reply::json(
            200,
            &json!({ "conversations": [{ "conversationId": "c-1" }], "cursor": "a+b/c=",
            "dataAvailabilityDate": "2026-03-01T00:00:00Z" }),
        ),
        Reply::json(200, &json!({ "conversations": [{ "conversationId": "c-2" }] })),
    ]);
    let reader = vendor.reader();
    let first = vendor.clock.run(reader.details_job_results(JOB, None, 500)).unwrap();
    assert_eq!((first.len(), first.cursor()), (1, Some("a+b/c=")));
    assert_eq!(first.data_availability(), Some(at("2026-03-01T00:00:00Z")));
    let last = vendor.clock.run(reader.details_job_results(JOB, first.cursor(), 500)).unwrap();
    assert_eq!((last.len(), last.cursor()), (1, None));
    let path = format!("/api/v2/analytics/conversations/details/jobs/{JOB}/results?pageSize=500");
    let targets: Vec<_> = vendor.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(targets, [path.clone(), format!("{path}&cursor=a%2Bb%2Fc%3D")]);
}

#[test]
fn results_that_are_not_ready_are_no_results() {
    for reply in [Reply::json(202, &json!({})), Reply::empty(202), Reply::empty(204)] {
        let vendor = Vendor::script(vec![reply]);
        let error = outcome(vendor.clock.run(vendor.reader().details_job_results(JOB, None, 500)));
        assert!(matches!(error.kind(), ErrorKind::Incomplete { .. }), "{error}");
    }
}

#[test]
fn a_job_that_is_gone_counts_as_cancelled() {
    for (reply, cancelled) in [
        (Reply::empty(200), true),
        (Reply::json(202, &json!({})), true),
        (Reply::empty(204), true),
        (Reply::json(404, &json!({ "code": "not.found" })), true),
        (Reply::json(403, &json!({ "code": "missing.permissions" })), false),
    ] {
        let vendor = Vendor::script(vec![reply]);
        assert_eq!(vendor.clock.run(vendor.reader().cancel_details_job(JOB)).is_ok(), cancelled);
        let call = vendor.calls().remove(0);
        assert_eq!(call.method, "DELETE");
        assert_eq!(call.target, format!("/api/v2/analytics/conversations/details/jobs/{JOB}"));
    }
}

#[test]
fn aggregates_are_asked_by_user_and_month() {
    let vendor = Vendor::script(vec![Reply::json(200, &json!({}))]);
    let query = AggregateQuery::new(quarter(), &[USER, "u-2"], Granularity::Month);
    assert_eq!(vendor.clock.run(vendor.reader().conversation_aggregates(&query)).unwrap(), []);
    let predicate =
        |user| json!({ "type": "dimension", "dimension": "userId", "operator": "matches", "value": user });
    assert_eq!(
        vendor.calls()[0].json(),
        json!({
            "interval": "2026-01-01T00:00:00.000Z/2026-04-01T00:00:00.000Z",
            "granularity": "P1M",
            "groupBy": ["userId"],
            "metrics": ["tHandle", "tTalk", "tAlert"],
            "filter": { "type": "or", "predicates": [predicate(USER), predicate("u-2")] },
        })
    );
}

#[test]
fn aggregates_are_told_by_user_and_period() {
    let january = "2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z";
    let february = "2026-02-01T00:00:00.000Z/2026-03-01T00:00:00.000Z";
    let metric = |name: &str, stats: Value| json!({ "metric": name, "stats": stats });
    let answer = json!({ "results": [
        { "group": { "userId": USER, "mediaType": "voice" }, "data": [
            { "interval": january, "metrics": [
                metric("nConnected", json!({ "count": 7 })),
                metric("tAlert", json!({ "count": 6 })),
                metric("tHandle", json!({ "count": 5, "sum": 61_500.0, "max": 9 })),
                metric("tAcw", json!({ "count": 1 })),
                json!({ "metric": "nOffered" }),
            ] },
            { "interval": february, "metrics": [metric("nConnected", json!({ "count": 7 })), metric("tAlert", json!({ "count": 0 }))] },
        ] },
        { "group": { "userId": "u-2" } },
    ] });
    let vendor = Vendor::script(vec![Reply::json(200, &answer)]);
    let query = AggregateQuery::new(quarter(), &[USER], Granularity::Day);
    let told = vendor.clock.run(vendor.reader().conversation_aggregates(&query)).unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|part| {
            let from = part.interval.start().to_string();
            (part.user.as_str(), from, part.is_any, part.handled, part.handle_time.as_millis())
        })
        .collect();
    let expected =
        [(USER, "2026-01-01T00:00:00Z", true, 5, 61_500), (USER, "2026-02-01T00:00:00Z", false, 0, 0)];
    assert_eq!(told, expected.map(|(user, from, any, h, ms)| (user, from.to_owned(), any, h, ms)));
    assert_eq!(vendor.calls()[0].json()["granularity"], "P1D");
}

#[test]
fn aggregates_of_nobody_or_of_no_time_are_refused() {
    let january = "2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z";
    for result in [
        json!({ "group": {}, "data": [] }),
        json!({ "group": { "userId": USER }, "data": [{ "interval": "January" }] }),
        json!({ "group": { "userId": USER }, "data": [{ "interval": "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z" }] }),
        json!({ "group": { "userId": USER }, "data": [{ "interval": january, "metrics": [
            { "metric": "tHandle", "stats": { "sum": -1.0 } }] }] }),
    ] {
        let vendor = Vendor::script(vec![Reply::json(200, &json!({ "results": [result] }))]);
        let query = AggregateQuery::new(quarter(), &[USER], Granularity::Month);
        let error = outcome(vendor.clock.run(vendor.reader().conversation_aggregates(&query)));
        assert_eq!(error.disposition(), Disposition::BadAnswer, "{result}");
    }
}
