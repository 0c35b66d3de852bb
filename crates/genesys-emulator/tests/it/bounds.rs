//! What the control interface takes: no number without a bound, no time outside the calendar, nobody from elsewhere.

use axum::body::Body;
use genesys_emulator::{Clock, Emulator, Settings};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::vendor::{Answer, Vendor};

fn send(vendor: &Vendor, method: &str, path: &str, body: &Value) -> Answer {
    let body = Body::from(body.to_string());
    vendor.send(Request::builder().method(method).uri(path).body(body).unwrap()).unwrap()
}

#[test]
fn every_number_has_a_bound_and_one_beyond_it_is_told_with_the_fields_name() {
    let vendor = Vendor::documented();
    let id = vendor.emulator.user("Ada").add();
    let history = format!("/_emulator/users/{id}/conversations");
    let conversations = |count: u64, from: &str, to: &str| json!({ "count": count, "from": from, "to": to });
    let (y2020, y2025) = ("2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
    let fault = |kind: &str, field: &str, value: Value| {
        let mut fault = json!({ "kind": kind });
        fault[field] = value;
        fault
    };
    let faults = "/_emulator/faults";
    let cases = [
        ("POST", history.as_str(), conversations(1_000_001, y2020, y2025), "count"),
        ("POST", &history, conversations(u64::MAX, y2020, y2025), "count"),
        ("POST", &history, conversations(1, "-009999-01-02T00:00:00Z", y2025), "from"),
        ("POST", &history, conversations(1, y2020, "9999-12-30T00:00:00Z"), "to"),
        ("POST", "/_emulator/retired", json!({ "inactive": 10_001 }), "inactive"),
        ("POST", "/_emulator/retired", json!({ "deleted": 4_000_000_000_u32 }), "deleted"),
        ("POST", "/_emulator/retired", json!({ "leftovers": 10_001 }), "leftovers"),
        ("POST", "/_emulator/clock", json!({ "advance_s": 3_153_600_001_u64 }), "advance_s"),
        ("POST", "/_emulator/clock", json!({ "advance_s": u64::MAX }), "advance_s"),
        ("PUT", "/_emulator/prepared", json!({ "most_bytes": u64::MAX }), "most_bytes"),
        ("PUT", "/_emulator/switches", json!({ "search_lag_s": u64::MAX }), "search_lag_s"),
        (
            "PUT",
            "/_emulator/switches",
            json!({ "jobs_interval_max_days": 100_000_001 }),
            "jobs_interval_max_days",
        ),
        ("POST", faults, fault("hang-before", "duration_ms", json!(u64::MAX)), "duration_ms"),
        ("POST", faults, fault("analytics-lag", "duration_ms", json!(315_360_000_001_u64)), "duration_ms"),
        ("POST", faults, fault("clock-jump", "by_s", json!(i64::MIN)), "by_s"),
        ("POST", faults, fault("too-many-requests", "retry_after_s", json!(u64::MAX)), "retry_after_s"),
        ("POST", faults, fault("server-error", "status", json!(200)), "status"),
        ("POST", faults, fault("server-error", "status", json!(1_000)), "status"),
        ("POST", faults, fault("reset-before", "nth", json!(0)), "nth"),
        ("POST", faults, fault("reset-before", "nth", json!(vec![1; 1_001])), "nth"),
        ("POST", faults, fault("reset-before", "from", json!(0)), "from"),
        ("POST", faults, fault("reset-before", "times", json!(u64::MAX)), "times"),
    ];
    for (method, path, body, field) in cases {
        let answer = send(&vendor, method, path, &body);
        assert_eq!((answer.status, &answer.body["field"]), (400, &json!(field)), "{body}: {}", answer.text);
    }
    let user = json!({ "id": "00000000-0000-4000-8000-000000000001", "name": "Bo", "version": u32::MAX });
    assert_eq!(send(&vendor, "POST", "/_emulator/import/users", &user).body["field"], "version");
    assert_eq!(vendor.emulator.faults_set(), 0);
    assert_eq!(vendor.emulator.user_ids(), [id]);
}

#[test]
fn an_organization_has_no_more_conversations_than_a_machine_can_bear() {
    let clock = Clock::virtual_at("2026-03-02T09:00:00Z".parse().unwrap());
    let full = Vendor::new(Settings { users: 30, conversations: 19_999_990, clock, ..Settings::default() });
    let id = full.emulator.user_ids().remove(0);
    let path = format!("/_emulator/users/{id}/conversations");
    let more = json!({ "count": 1_000, "from": "2025-01-01T00:00:00Z", "to": "2025-06-01T00:00:00Z" });
    let before = full.emulator.conversation_count();
    assert_eq!(send(&full, "POST", &path, &more).body["field"], "count");
    assert_eq!(full.emulator.conversation_count(), before);
}

#[test]
fn no_more_faults_can_be_set_than_anybody_needs_and_those_that_happened_make_room() {
    let vendor = Vendor::documented();
    let fault = json!({ "kind": "server-error", "status": 503 });
    for set in 1..=10_000 {
        let answer = send(&vendor, "POST", "/_emulator/faults", &fault);
        assert_eq!(answer.body, json!({ "kind": "server-error", "times": 1, "set": set }));
    }
    assert_eq!(send(&vendor, "POST", "/_emulator/faults", &fault).body["field"], "kind");
    assert_eq!(vendor.get("/api/v2/groups").status, 503);
    assert_eq!(send(&vendor, "POST", "/_emulator/faults", &fault).body["set"], 10_000);
}

#[test]
fn a_fault_that_was_set_is_told() {
    let vendor = Vendor::documented();
    let endless = send(&vendor, "POST", "/_emulator/faults", &json!({ "kind": "not-found-404", "times": 0 }));
    assert_eq!(
        (endless.status, endless.body),
        (201, json!({ "kind": "not-found-404", "times": 0, "set": 1 }))
    );
}

#[test]
fn no_clock_leaves_the_calendar() {
    let year = |clock: &Clock| clock.now().strftime("%Y").to_string();
    for clock in [Clock::real(), Clock::virtual_at("2026-03-02T09:00:00Z".parse().unwrap())] {
        for _ in 0..3 {
            clock.advance(std::time::Duration::MAX);
            clock.jump(SignedDuration::MAX);
        }
        assert_eq!(year(&clock), "2500");
        for _ in 0..3 {
            clock.jump(SignedDuration::MIN);
        }
        assert_eq!(year(&clock), "1970");
    }
}

#[test]
fn an_organization_at_the_end_of_time_answers_as_ever() {
    let clock = Clock::virtual_at("2026-03-02T09:00:00Z".parse().unwrap());
    let vendor = Vendor::new(Settings { clock: clock.clone(), ..Settings::default() });
    let id = vendor.emulator.user("Ada").live_call().in_queue("billing").add();
    for _ in 0..12 {
        send(&vendor, "POST", "/_emulator/clock", &json!({ "advance_s": 3_153_600_000_u64 }));
    }
    assert_eq!(clock.now(), "2500-01-01T00:00:00Z".parse::<Timestamp>().unwrap());
    let set = json!({ "search_lag_s": 100_000_000, "agent_status_lag_s": 100_000_000, "jobs_lag_s": 100_000_000,
        "analytics_lag_s": 100_000_000, "jobs_expire_s": 100_000_000 });
    assert_eq!(send(&vendor, "PUT", "/_emulator/switches", &set).status, 200);
    let again = Vendor {
        token: crate::vendor::issue(
            &vendor.emulator,
            &vendor.emulator.client_id(),
            &vendor.emulator.client_secret(),
        ),
        ..vendor
    };
    assert_eq!(again.get(&format!("/api/v2/users/{id}")).status, 200);
    assert_eq!(again.get(&format!("/api/v2/users/{id}/queues")).status, 200);
    assert_eq!(
        again.patch(&format!("/api/v2/users/{id}"), &json!({ "version": 1, "title": "x" })).status,
        200
    );
    let query = json!({ "interval": "2499-12-01T00:00:00Z/2499-12-05T00:00:00Z" });
    assert_eq!(again.post("/api/v2/analytics/conversations/details/query", &query).status, 200);
    assert_eq!(again.post("/api/v2/analytics/conversations/details/jobs", &query).status, 202);
    assert_eq!(send(&again, "GET", "/_emulator/organization", &json!({})).status, 200);
}

#[test]
fn the_control_interface_is_for_this_machine_and_no_page_from_elsewhere() {
    let vendor = Vendor::documented();
    let asked = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/_emulator/faults");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = vendor.send(request.body(Body::from(r#"{"kind":"reset-before"}"#)).unwrap()).unwrap();
        (answer.status, answer.body["field"].as_str().map(str::to_owned))
    };
    assert_eq!(asked(&[("host", "127.0.0.1:8080")]), (201, None));
    assert_eq!(asked(&[("host", "localhost:1"), ("origin", "http://localhost:1")]), (201, None));
    assert_eq!(asked(&[("host", "rebound.example")]), (403, Some("Host".to_owned())));
    let elsewhere = [("host", "127.0.0.1:8080"), ("origin", "https://attacker.example")];
    assert_eq!(asked(&elsewhere), (403, Some("Origin".to_owned())));
    assert_eq!(vendor.emulator.faults_set(), 2, "what is refused is not done");
}

#[test]
fn virtual_time_is_said_in_every_answer_of_the_vendors_and_real_time_is_not() {
    let at = |clock: Clock| Vendor::new(Settings { clock, ..Settings::default() });
    let vendor = at(Clock::virtual_at("2026-03-02T09:00:00Z".parse().unwrap()));
    for path in ["/api/v2/groups", "/api/v2/nowhere"] {
        assert_eq!(vendor.get(path).header("emeritus-emulator-clock"), "virtual", "{path}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let emulator = Emulator::new(Settings::default());
    let request = Request::get("/api/v2/groups").body(Body::empty()).unwrap();
    let answer = runtime.block_on(crate::vendor::exchange(&emulator, request)).unwrap();
    assert_eq!((answer.status, answer.header("emeritus-emulator-clock")), (401, ""));
}

#[test]
fn an_imported_record_is_served_with_the_digits_in_which_it_came() {
    let vendor = Vendor::as_reported();
    let clock = vendor.emulator.clock();
    let ada = vendor.emulator.user("Ada").add();
    let attributes = format!(r#""attributes":{{"score":"1.50","long":"{}"}}"#, "ü".repeat(2_000));
    let rest = |attributes: &str, user: &str, name: &str| {
        format!(
            r#"{{"conversationId":"00000000-0000-4000-8000-000000000007","zeta":4.882369517683983001,"mos":0.10,"big":123456789012345678901,"conversationStart":"2026-02-03T10:00:00.000Z","conversationEnd":"2026-02-03T10:05:00.000Z","participants":[{{{user}"participantName":"{name}","purpose":"agent"{attributes},"sessions":[{{"metrics":[{{"name":"tTalk","value":1.50}}]}}]}}]}}"#
        )
    };
    let user = format!(r#""userId":"{ada}","#);
    let came = rest(&format!(",{attributes}"), &user, "Ada");
    vendor.emulator.import_conversations(&came).unwrap();
    let query = json!({ "interval": "2026-02-01T00:00:00Z/2026-02-05T00:00:00Z" });
    let queried = || vendor.post("/api/v2/analytics/conversations/details/query", &query).text;
    let without = rest("", &user, "Ada");
    assert!(queried().contains(&without), "{}", queried());
    let job = vendor.post("/api/v2/analytics/conversations/details/jobs", &query).body["jobId"].clone();
    clock.advance(std::time::Duration::from_secs(60));
    let results = format!("/api/v2/analytics/conversations/details/jobs/{}/results", job.as_str().unwrap());
    let cut = format!(r#","attributes":{{"score":"1.50","long":"{}"}}"#, "ü".repeat(1_024));
    let results = vendor.get(&results);
    assert!(results.text.contains(&rest(&cut, &user, "Ada")), "{}", results.text);
    // A deleted person's name and id go, in this world; nothing else does.
    vendor.deactivate(&ada);
    assert_eq!(vendor.delete(&format!("/api/v2/users/{ada}")).status, 204);
    clock.advance(std::time::Duration::from_hours(1));
    assert!(queried().contains(&rest("", "", "Deleted User")), "{}", queried());
    let kept = vendor.emulator.conversation("00000000-0000-4000-8000-000000000007").unwrap();
    assert_eq!(kept["participants"][0]["userId"], ada.as_str());
}
