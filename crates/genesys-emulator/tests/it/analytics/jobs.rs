//! Details jobs: what they find, when, for how long, and page by page.

mod limits;
mod pages;

use std::time::Duration;

use serde_json::{Value, json};

use super::{FEBRUARY, JOBS, Org, at, ids, of_user};

fn state(org: &Org, job: &str) -> (u16, Value) {
    org.get(&format!("{JOBS}/{job}"))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn of_days(user: &str, interval: &str) -> Value {
    let mut body = of_user(user, interval);
    body["startOfDayIntervalMatching"] = json!(true);
    body
}

#[test]
fn a_job_waits_runs_is_fulfilled_and_expires_by_the_organizations_clock() {
    let org = Org::new();
    let ada = org.agent("Ada", 100);
    let clock = org.emulator.clock();
    let job = org.submit(&of_user(&ada, FEBRUARY));
    let queued = json!({ "state": "QUEUED", "submissionDate": "2026-03-15T12:00:00.000Z" });
    assert_eq!(state(&org, &job), (202, queued));
    clock.advance(seconds(1));
    assert_eq!(state(&org, &job).1["state"], "PENDING");
    clock.advance(seconds(1));
    assert_eq!(state(&org, &job).0, 202);
    clock.advance(seconds(1));
    let fulfilled = json!({
        "state": "FULFILLED",
        "submissionDate": "2026-03-15T12:00:00.000Z",
        "completionDate": "2026-03-15T12:00:03.000Z",
        "expirationDate": "2026-03-16T12:00:03.000Z",
    });
    assert_eq!(state(&org, &job), (200, fulfilled));
    clock.advance(seconds(86_400 - 1));
    assert_eq!(org.results(&job, "").status, 200);
    clock.advance(seconds(1));
    assert_eq!(state(&org, &job).1["state"], "EXPIRED");
    assert_eq!(org.results(&job, "").status, 404);
}

#[test]
fn an_unfinished_job_is_told_with_200_where_switched() {
    let org = Org::new();
    org.emulator.set_switch("jobs_unfinished_answer", "ok-200").unwrap();
    let (status, answer) =
        org.post(JOBS, &json!({ "interval": "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z" }));
    assert_eq!(status, 200);
    let (status, answer) = state(&org, answer["jobId"].as_str().unwrap());
    assert_eq!((status, answer["state"].as_str()), (200, Some("QUEUED")));
}

#[test]
fn by_start_of_day_a_job_finds_what_the_query_finds() {
    let org = Org::new();
    let ada = org.agent("Ada", 6_000);
    let (queried, _) = org.walk(&of_user(&ada, FEBRUARY), 100);
    assert!(queried.len() > 100);
    assert_eq!(org.job(&of_days(&ada, FEBRUARY)), queried);
    let hours = "2026-02-10T09:00:00Z/2026-02-11T10:00:00Z";
    assert_eq!(org.job(&of_days(&ada, hours)), org.walk(&of_user(&ada, hours), 100).0, "whole days");
}

/// The ground truth, record by record, instead of what another route makes of it.
fn overlapping(org: &Org, user: &str, from: &str, to: &str) -> Vec<String> {
    let all = org.emulator.conversations_of(user).into_iter();
    let records = all.map(|id| org.emulator.conversation(&id).unwrap());
    let reaches = |record: &Value| {
        let instant = |name: &str| record[name].as_str().map(at);
        instant("conversationStart").unwrap() < at(to)
            && instant("conversationEnd").is_none_or(|end| end > at(from))
    };
    ids(&records.filter(reaches).collect::<Vec<_>>())
}

#[test]
fn a_job_finds_what_was_going_on_in_its_interval() {
    let org = Org::new();
    let ada = org.agent("Ada", 6_000);
    let open = org.emulator.conversations_of(&org.emulator.user("Bea").parked_email().add());
    for (from, to) in [
        ("2026-02-10T11:00:00Z", "2026-02-11T09:30:00Z"),
        ("2026-02-10T11:00:00Z", "2026-02-10T11:05:00Z"),
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
    ] {
        let found = org.job(&of_user(&ada, &format!("{from}/{to}")));
        assert_eq!(found, overlapping(&org, &ada, from, to), "{from} {to}");
    }
    let began_earlier = overlapping(&org, &ada, "2026-02-10T11:00:00Z", "2026-02-10T11:05:00Z");
    let on_the_minute = org.walk(&of_user(&ada, "2026-02-10T00:00:00Z/2026-02-11T00:00:00Z"), 100).0;
    assert!(!began_earlier.is_empty() && began_earlier.len() < on_the_minute.len());
    org.emulator.clock().advance(seconds(40 * 86_400));
    let later = json!({ "interval": "2026-04-20T00:00:00Z/2026-04-21T00:00:00Z" });
    assert_eq!(org.job(&later), open, "still open, and nothing else");
}

#[test]
fn a_given_record_that_began_long_before_is_found_by_its_end() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    let mut record = json!({
        "conversationId": "00000000-0000-4000-8000-000000000001",
        "conversationStart": "2025-12-20T08:00:00.000Z",
        "conversationEnd": "2026-02-02T08:00:00.000Z",
        "participants": [{ "participantId": "p", "userId": ada, "purpose": "agent", "sessions": [] }],
    });
    let id = org.emulator.add_conversation(&record).unwrap();
    assert_eq!(org.job(&of_user(&ada, FEBRUARY)), *std::slice::from_ref(&id));
    assert_eq!(org.job(&json!({ "interval": FEBRUARY })), [id]);
    assert!(org.job(&of_days(&ada, FEBRUARY)).is_empty());
    assert!(org.job(&of_user(&ada, "2026-02-03T00:00:00Z/2026-03-01T00:00:00Z")).is_empty());
    record["conversationEnd"] = json!("2026-01-31T23:59:00.000Z");
    org.emulator.add_conversation(&record).unwrap();
    assert!(org.job(&of_user(&ada, FEBRUARY)).is_empty());
}

#[test]
fn nothing_later_than_the_data_lake_has_is_in_the_results() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").live_call_for(seconds(300)).add();
    let today = of_user(&ada, "2026-03-15T00:00:00Z/2026-03-16T00:00:00Z");
    org.emulator.set_switch("jobs_lag_s", "7200").unwrap();
    assert!(org.job(&today).is_empty());
    assert_eq!(org.walk(&today, 25).0.len(), 1, "the query is ahead of the data lake");
    org.emulator.clock().advance(seconds(7_200));
    let early = org.run(&today);
    let (records, _) = org.fetch(&early, 100);
    assert_eq!(records.len(), 1);
    assert!(records[0].get("conversationEnd").is_none(), "the end is later than the data lake");
    let page = org.results(&early, "");
    assert_eq!(page.body["dataAvailabilityDate"], "2026-03-15T12:00:06.000Z");
    org.emulator.clock().advance(seconds(600));
    let (later, _) = org.fetch(&org.run(&today), 100);
    assert_eq!(later[0]["conversationEnd"], "2026-03-15T12:05:00.000Z");
    assert_eq!(org.fetch(&early, 100).0, records, "the earlier job's results stay what they were");
}

#[test]
fn results_are_of_what_was_there_when_the_job_was_submitted() {
    let org = Org::new();
    let ada = org.agent("Ada", 3_000);
    let job = org.run(&of_user(&ada, FEBRUARY));
    let (before, _) = org.fetch(&job, 100);
    let gone = before[3]["conversationId"].as_str().unwrap();
    let bea = org.emulator.user("Bea").add();
    assert!(org.emulator.remove_conversation(gone));
    assert!(org.emulator.reattribute_conversation(before[4]["conversationId"].as_str().unwrap(), &ada, &bea));
    org.add(&ada, "2026-02-10T10:00:00.000Z");
    assert_eq!(org.fetch(&job, 7).0, before);
    let after = org.job(&of_user(&ada, FEBRUARY));
    assert_eq!(after.len(), before.len() - 1, "one removed, one given away, one added");
    assert!(!after.contains(&gone.to_owned()));
}

#[test]
fn attributes_are_in_results_of_jobs_only_and_not_longer_than_1024_characters() {
    let org = Org::new();
    let ada = org.agent("Ada", 6_000);
    let (records, _) = org.fetch(&org.run(&of_user(&ada, FEBRUARY)), 100);
    let customers = records.iter().map(|record| &record["participants"][0]["attributes"]);
    let lengths: Vec<usize> = customers
        .flat_map(|attributes| attributes.as_object().unwrap().values())
        .map(|value| value.as_str().unwrap().chars().count())
        .collect();
    assert_eq!(lengths.iter().max(), Some(&1_024));
    assert!(lengths.iter().filter(|length| **length < 64).count() > 300);
    assert!(!org.query(&of_user(&ada, FEBRUARY)).1.to_string().contains("\"attributes\""));
    let without = |mut record: Value| {
        for participant in record["participants"].as_array_mut().unwrap() {
            participant.as_object_mut().unwrap().remove("attributes");
        }
        record
    };
    let shown = org.emulator.conversation(records[5]["conversationId"].as_str().unwrap()).unwrap();
    assert_eq!(without(records[5].clone()), shown, "and the rest is the same record");
}

#[test]
fn attributes_of_a_given_record_are_cut_by_jobs_and_left_out_by_queries() {
    let org = Org::new();
    let ada = org.emulator.user("Ada").add();
    let given = json!({
        "conversationId": "00000000-0000-4000-8000-000000000001",
        "conversationStart": "2026-02-10T08:00:00.000Z",
        "conversationEnd": "2026-02-10T08:01:00.000Z",
        "participants": [{
            "participantId": "p", "userId": ada, "purpose": "agent",
            "attributes": { "short": "as it is", "long": "ü".repeat(2_000) },
            "sessions": [{ "sessionId": "s", "mediaType": "voice", "segments": [] }],
        }],
    });
    org.emulator.add_conversation(&given).unwrap();
    assert_eq!(org.emulator.conversation("00000000-0000-4000-8000-000000000001").unwrap(), given);
    let (records, _) = org.fetch(&org.run(&of_user(&ada, FEBRUARY)), 100);
    let attributes = &records[0]["participants"][0]["attributes"];
    assert_eq!(*attributes, json!({ "short": "as it is", "long": "ü".repeat(1_024) }));
    let (_, page) = org.query(&of_user(&ada, FEBRUARY));
    assert_eq!(page["conversations"][0]["participants"][0]["purpose"], "agent");
    assert!(page["conversations"][0]["participants"][0].get("attributes").is_none());
}

#[test]
fn a_cancelled_job_has_no_results_and_a_finished_one_is_gone() {
    let org = Org::new();
    let ada = org.agent("Ada", 100);
    let job = org.submit(&of_user(&ada, FEBRUARY));
    let path = format!("{JOBS}/{job}");
    assert_eq!(org.vendor.delete(&path).status, 204);
    let (_, cancelled) = state(&org, &job);
    assert_eq!(cancelled["state"], "CANCELLED");
    assert_eq!(cancelled["completionDate"], "2026-03-15T12:00:00.000Z");
    org.emulator.clock().advance(seconds(10));
    assert_eq!(state(&org, &job).1["state"], "CANCELLED");
    assert_eq!(org.results(&job, "").status, 400);
    let done = org.run(&of_user(&ada, FEBRUARY));
    assert_eq!(org.vendor.delete(&format!("{JOBS}/{done}")).status, 204);
    assert_eq!(state(&org, &done).0, 404);
    assert_eq!(org.vendor.delete(&format!("{JOBS}/{done}")).status, 404);
}
