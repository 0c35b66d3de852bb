//! Aggregates, and how far the data reaches.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{AGGREGATES, Org};

#[test]
fn availability_is_now_less_the_lag_of_the_data_lake() {
    let org = Org::new();
    org.emulator.set_switch("jobs_lag_s", "3600").unwrap();
    let (status, answer) = org.get("/api/v2/analytics/conversations/details/jobs/availability");
    assert_eq!((status, answer), (200, json!({ "dataAvailabilityDate": "2026-03-15T11:00:00.000Z" })));
}

#[test]
fn aggregates_are_the_sums_of_the_records_by_the_month_they_were_emitted_in() {
    let org = Org::new();
    let (ada, bea) = (org.agent("Ada", 3_000), org.agent("Bea", 500));
    let interval = "2025-01-01T00:00:00.000Z/2026-01-01T00:00:00.000Z";
    let body = json!({
        "interval": interval, "granularity": "P1M", "groupBy": ["userId"], "metrics": ["tAlert", "tTalk", "tHandle", "nConnected"],
        "filter": { "type": "or", "predicates": [{ "dimension": "userId", "value": ada }] },
    });
    let (status, answer) = org.post(AGGREGATES, &body);
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
            let within =
                emitted.iter().filter(|(metric, at, _)| metric == name && (from..to).contains(&at.as_str()));
            within.fold((0_u64, 0_i64), |(count, sum), (_, _, value)| (count + 1, sum + value))
        };
        assert_eq!(month["metrics"].as_array().unwrap().len(), 3, "nConnected is no agent's: {month}");
        for (place, name) in ["tAlert", "tTalk", "tHandle"].into_iter().enumerate() {
            let (times, took) = sum(name);
            let metric = &month["metrics"][place];
            assert!(times > 0 && metric["metric"] == name, "{metric}");
            assert_eq!((&metric["stats"]["count"], &metric["stats"]["sum"]), (&json!(times), &json!(took)));
        }
    }
    let connected = json!({ "interval": interval, "metrics": ["nConnected"], "groupBy": ["userId"] });
    assert_eq!(org.post(AGGREGATES, &connected).1, json!({}));
    let all = json!({ "interval": interval, "metrics": ["tHandle"], "groupBy": ["userId"] });
    let (_, answer) = org.post(AGGREGATES, &all);
    let users: BTreeSet<&str> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["group"]["userId"].as_str().unwrap())
        .collect();
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
