//! Planted cases of history, and history taken away.

use genesys_emulator::{Emulator, PlantedHistory};
use serde_json::{Value, json};

use crate::vendor::Vendor;

const QUERY: &str = "/api/v2/analytics/conversations/details/query";
const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

struct Planted {
    vendor: Vendor,
    users: [String; 3],
    cases: PlantedHistory,
}

fn planted() -> Planted {
    let vendor = Vendor::documented();
    let users = ["Ada", "Bea", "Cai"].map(|name| vendor.emulator.user(name).add());
    let cases = vendor.emulator.plant_history_cases(&users[0], [&users[1], &users[2]]);
    Planted { vendor, users, cases }
}

fn of_user(user: &str, interval: &str) -> Value {
    json!({
        "interval": interval,
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": user }] }],
    })
}

fn ids(page: &Value) -> Vec<String> {
    let records = page["conversations"].as_array().map_or(&[][..], Vec::as_slice);
    records.iter().map(|record| record["conversationId"].as_str().unwrap().to_owned()).collect()
}

impl Planted {
    fn emulator(&self) -> &Emulator {
        &self.vendor.emulator
    }

    fn queried(&self, user: &str, interval: &str) -> Vec<String> {
        ids(&self.vendor.post(QUERY, &of_user(user, interval)).body)
    }

    fn by_job(&self, user: &str, interval: &str) -> Vec<String> {
        let submitted = self.vendor.post(JOBS, &of_user(user, interval)).body;
        self.emulator().clock().advance(std::time::Duration::from_secs(6));
        ids(&self.vendor.get(&format!("{JOBS}/{}/results", submitted["jobId"].as_str().unwrap())).body)
    }

    fn record(&self, id: &str) -> Value {
        self.emulator().conversation(id).unwrap()
    }

    fn agents(&self, id: &str) -> Vec<String> {
        let record = self.record(id);
        let users = record["participants"].as_array().unwrap().iter().map(|it| &it["userId"]);
        users.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

#[test]
fn each_case_is_what_it_is_called() {
    let all = planted();
    let [ada, bea, cai] = &all.users;
    assert_eq!(all.agents(&all.cases.transfer_chain), [ada.clone(), bea.clone(), cai.clone()]);
    assert_eq!(all.agents(&all.cases.conference), [ada.clone(), bea.clone()]);
    let conference = all.record(&all.cases.conference);
    let spoke = |at: usize| {
        let segment = &conference["participants"][at]["sessions"][0]["segments"][0];
        assert_eq!(segment["conference"], true);
        (
            segment["segmentStart"].as_str().unwrap().to_owned(),
            segment["segmentEnd"].as_str().unwrap().to_owned(),
        )
    };
    let ((_, first_end), (second_start, _)) = (spoke(1), spoke(2));
    assert!(second_start < first_end, "both at once");
    let span = |id: &str| {
        let record = all.record(id);
        let at = |name: &str| record[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        (at("conversationStart"), at("conversationEnd"))
    };
    let (start, end) = span(&all.cases.forty_days);
    assert_eq!(end.duration_since(start).as_hours(), 40 * 24);
    assert_eq!(span(&all.cases.across_midnight).0.to_string(), "2026-02-22T23:50:00Z");
    assert_eq!(span(&all.cases.across_midnight).1.to_string(), "2026-02-23T00:20:00Z");
    let mut truth = all.emulator().conversations_of(ada);
    truth.sort();
    let mut named = all.cases.ids().map(str::to_owned).to_vec();
    named.sort();
    assert_eq!(truth, named);
    assert_eq!(all.emulator().conversations_of(cai), *std::slice::from_ref(&all.cases.transfer_chain));
}

#[test]
fn a_job_has_what_reached_into_its_window_and_a_query_has_not() {
    let all = planted();
    let ada = &all.users[0];
    assert_eq!(all.cases.window_from.to_string(), "2026-02-10T00:00:00Z");
    let window = "2026-02-10T00:00:00Z/2026-02-12T00:00:00Z";
    assert!(all.queried(ada, window).is_empty());
    let (early, open) = (all.cases.into_window.clone(), all.cases.forty_days.clone());
    assert_eq!(all.by_job(ada, window), [open, early]);
}

#[test]
fn late_data_is_seen_by_queries_first_and_by_jobs_later_still() {
    let all = planted();
    let ada = &all.users[0];
    let (late, days) = (&all.cases.late, "2026-02-28T00:00:00Z/2026-03-01T00:00:00Z");
    let one = format!("/api/v2/analytics/conversations/{late}/details");
    let handled = || {
        let body = json!({
            "interval": days, "metrics": ["tHandle"],
            "filter": { "type": "and", "predicates": [{ "dimension": "userId", "value": ada }] },
        });
        let sums = all.vendor.post("/api/v2/analytics/conversations/aggregates/query", &body).body;
        sums["results"][0]["data"][0]["metrics"][0]["stats"]["count"].as_u64().unwrap_or(0)
    };
    assert_eq!((all.queried(ada, days).len(), all.by_job(ada, days).len(), handled()), (0, 0, 0));
    assert_eq!(all.vendor.get(&one).status, 404);
    all.emulator().clock().advance(std::time::Duration::from_secs(3_600));
    assert_eq!(all.queried(ada, days), *std::slice::from_ref(late));
    assert_eq!((all.vendor.get(&one).status, handled()), (200, 1));
    assert!(all.by_job(ada, days).is_empty());
    all.emulator().clock().advance(std::time::Duration::from_secs(2 * 86_400));
    // The token has run out meanwhile.
    let token =
        crate::vendor::issue(all.emulator(), &all.emulator().client_id(), &all.emulator().client_secret());
    let all = Planted { vendor: Vendor { token, ..all.vendor }, ..all };
    assert_eq!(all.by_job(&all.users[0], days), *std::slice::from_ref(&all.cases.late));
}

#[test]
fn after_a_wipe_there_is_nothing_and_no_id_comes_again() {
    let all = planted();
    let ada = &all.users[0];
    let (from, to) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-03-01T00:00:00Z".parse().unwrap());
    all.emulator().give_history(ada, 500, from, to);
    let before = all.emulator().conversations_of(ada);
    let job = all.vendor.post(JOBS, &of_user(ada, "2026-02-01T00:00:00Z/2026-03-01T00:00:00Z")).body;
    all.emulator().wipe_history();
    assert_eq!(all.emulator().conversation_count(), 0);
    assert!(all.emulator().conversations_of(ada).is_empty());
    assert!(all.queried(ada, "2026-02-01T00:00:00Z/2026-03-01T00:00:00Z").is_empty());
    assert!(all.by_job(ada, "2026-02-01T00:00:00Z/2026-03-01T00:00:00Z").is_empty());
    assert!(before.iter().all(|id| all.emulator().conversation(id).is_none()));
    assert_eq!(all.vendor.get(&format!("{JOBS}/{}", job["jobId"].as_str().unwrap())).status, 404);
    all.emulator().give_history(ada, 500, from, to);
    let after = all.emulator().conversations_of(ada);
    assert_eq!(after.len(), 500);
    assert!(after.iter().all(|id| !before.contains(id)));
}

#[test]
fn the_control_interface_plants_delays_and_wipes() {
    let vendor = Vendor::documented();
    let [ada, bea, cai] = ["Ada", "Bea", "Cai"].map(|name| vendor.emulator.user(name).add());
    let cases = format!("/_emulator/users/{ada}/history-cases");
    let planted = vendor.post(&cases, &json!({ "colleagues": [bea, cai] }));
    assert_eq!(planted.status, 200, "{}", planted.text);
    let chain = planted.body["transfer_chain"].as_str().unwrap();
    assert!(vendor.emulator.conversation(chain).is_some());
    assert_eq!(vendor.post(&cases, &json!({ "colleagues": [bea, "nobody"] })).status, 400);
    assert_eq!(
        vendor.post("/_emulator/users/nobody/history-cases", &json!({ "colleagues": [bea, cai] })).status,
        404
    );
    let shown = format!("/api/v2/analytics/conversations/{chain}/details");
    assert_eq!(vendor.get(&shown).status, 200);
    let arrival = json!({ "in_queries": "2026-03-02T10:00:00Z", "in_jobs": "2026-03-03T00:00:00Z" });
    assert_eq!(vendor.put(&format!("/_emulator/conversations/{chain}/arrival"), &arrival).status, 204);
    assert_eq!(vendor.put(&format!("/_emulator/conversations/{ada}/arrival"), &arrival).status, 404);
    assert_eq!(vendor.get(&shown).status, 404);
    let most = vendor.put("/_emulator/prepared", &json!({ "most_bytes": 1_000 })).body;
    assert_eq!(most["most_bytes"], 1_000);
    assert!(most["held_bytes"].as_u64().unwrap() <= 1_000);
    assert_eq!(vendor.get("/_emulator/prepared").body, most);
    assert_eq!(vendor.delete("/_emulator/conversations").status, 204);
    assert_eq!(vendor.emulator.conversation_count(), 0);
}
