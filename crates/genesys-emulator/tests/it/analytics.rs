//! The analytics calls, as a client sees them.

mod deleted;
mod filters;
mod jobs;
mod sums;
mod window;

use std::time::Duration;

use genesys_emulator::{Clock, Emulator, Settings};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::vendor::{Answer, Vendor};

const QUERY: &str = "/api/v2/analytics/conversations/details/query";
const AGGREGATES: &str = "/api/v2/analytics/conversations/aggregates/query";
const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
const FEBRUARY: &str = "2026-02-01T00:00:00Z/2026-03-01T00:00:00Z";

/// An organization with its time standing still, and somebody who may call it.
struct Org {
    emulator: Emulator,
    vendor: Vendor,
}

impl Org {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let clock = Clock::virtual_at(at("2026-03-15T12:00:00Z"));
        let token_lifetime = Duration::from_secs(1_000 * 86_400);
        let vendor = Vendor::new(Settings { clock, token_lifetime, rate_per_minute: 1_000_000, ..settings });
        Self { emulator: vendor.emulator.clone(), vendor }
    }

    fn query(&self, body: &Value) -> (u16, Value) {
        self.post(QUERY, body)
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.vendor.post(path, body);
        (answer.status, answer.body)
    }

    fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.vendor.get(path);
        (answer.status, answer.body)
    }

    /// A user with `count` conversations in the three years until two weeks ago.
    fn agent(&self, name: &str, count: u64) -> String {
        let user = self.emulator.user(name).add();
        self.emulator.give_history(&user, count, at("2023-03-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
        user
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
            ids.extend(
                conversations.iter().map(|record| record["conversationId"].as_str().unwrap().to_owned()),
            );
        }
        (ids, total)
    }

    /// Submits a details job; returns its id.
    fn submit(&self, body: &Value) -> String {
        let (status, answer) = self.post(JOBS, body);
        assert_eq!(status, 202, "{answer}");
        answer["jobId"].as_str().unwrap().to_owned()
    }

    /// Submits a details job and waits until it is done; returns its id.
    fn run(&self, body: &Value) -> String {
        let job = self.submit(body);
        self.emulator.clock().advance(Duration::from_secs(6));
        job
    }

    fn results(&self, job: &str, query: &str) -> Answer {
        self.vendor.get(&format!("{JOBS}/{job}/results?{query}"))
    }

    /// Records on all pages of a job's results, in the order they came, with the number of pages.
    fn fetch(&self, job: &str, page_size: u64) -> (Vec<Value>, u32) {
        let (mut records, mut cursor) = (Vec::new(), String::new());
        for pages in 1.. {
            let page = self.results(job, &format!("pageSize={page_size}&cursor={cursor}"));
            assert_eq!(page.status, 200, "{}", page.text);
            records.extend(page.body["conversations"].as_array().unwrap().iter().cloned());
            match page.body["cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return (records, pages),
            }
        }
        unreachable!()
    }

    /// Ids in all results of a job that is submitted and waited for.
    fn job(&self, body: &Value) -> Vec<String> {
        ids(&self.fetch(&self.run(body), 100).0)
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

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["conversationId"].as_str().unwrap().to_owned()).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn of_user(user: &str, interval: &str) -> Value {
    json!({
        "interval": interval,
        "segmentFilters": [{ "type": "and", "predicates": [{ "dimension": "userId", "value": user }] }],
    })
}
