//! A data lake in front of the emulated organization: the vendor's details jobs, made from the organization's own records,
//! going wrong as a test says.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::Body;
use genesys_emulator::Emulator;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

/// What goes wrong with one job after another; jobs beyond the list go well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It ends in this state.
    Ends(&'static str),
    /// It never ends.
    Never,
    /// Its results are gone after so many pages.
    GoneAfter(usize),
    /// It is expired when it is looked at after the last page.
    ExpiredAtTheEnd,
    /// Each page of the first pass begins with the last record of the one before.
    Repeats,
    /// Each page of each pass does, and leaves another record out.
    RepeatsOthers,
    /// The last page leads to the second.
    Circle,
    /// Its results say that the lake reaches to this many days before now.
    Reaches(i64),
    /// Its results do not say how far the lake reaches.
    Silent,
    /// A conversation of somebody else is among its results.
    Stranger,
}

pub(crate) struct Settings {
    pub(crate) lag: SignedDuration,
    pub(crate) days_max: i64,
    pub(crate) forbidden: bool,
    pub(crate) mishaps: VecDeque<Mishap>,
}

struct Job {
    mishap: Option<Mishap>,
    submitted: Timestamp,
    records: Vec<Value>,
    pages: usize,
    passes: usize,
}

struct State {
    settings: Settings,
    jobs: Vec<Job>,
    asked: Vec<String>,
}

/// The vendor with its lake.
#[derive(Clone)]
pub(crate) struct Lake {
    emulator: Emulator,
    router: axum::Router,
    state: Arc<Mutex<State>>,
}

fn at(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

impl Lake {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        let settings = Settings {
            lag: SignedDuration::from_hours(7),
            days_max: i64::MAX,
            forbidden: false,
            mishaps: VecDeque::new(),
        };
        let state = State { settings, jobs: Vec::new(), asked: Vec::new() };
        Self { emulator: emulator.clone(), router: emulator.router(), state: Arc::new(Mutex::new(state)) }
    }

    pub(crate) fn emulator(&self) -> Emulator {
        self.emulator.clone()
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state.lock().unwrap().settings);
    }

    pub(crate) fn mishaps(&self, mishaps: &[Mishap]) {
        self.set(|settings| settings.mishaps = mishaps.iter().copied().collect());
    }

    /// What was asked of jobs since the last time, and of all else of analytics, in words.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    pub(crate) fn count(asked: &[String], what: &str) -> usize {
        asked.iter().filter(|asked| asked.as_str() == what).count()
    }

    fn answer(&self, method: &str, target: &str, body: &[u8]) -> Option<(u16, Value)> {
        let mut state = self.state.lock().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some(rest) = path.strip_prefix(JOBS) else {
            if let Some(what) = path.strip_prefix("/api/v2/analytics/conversations/") {
                state.asked.push(what.to_owned());
            }
            return None;
        };
        if state.settings.forbidden {
            return Some((403, json!({ "code": "missing.permissions" })));
        }
        let now = self.emulator.clock().now();
        let reach = now - state.settings.lag;
        let rest = rest.trim_start_matches('/');
        if method == "POST" {
            state.asked.push("submit".to_owned());
            return Some(self.submit(&mut state, &serde_json::from_slice(body).unwrap(), now, reach));
        }
        if rest == "availability" {
            state.asked.push("availability".to_owned());
            return Some((200, json!({ "dataAvailabilityDate": reach })));
        }
        let (id, results) = rest.split_once('/').unwrap_or((rest, ""));
        let number: usize = id.rsplit('-').next().unwrap().parse().unwrap();
        let what = if method == "DELETE" {
            "cancel"
        } else if results.is_empty() {
            "look"
        } else {
            "page"
        };
        state.asked.push(what.to_owned());
        let job = &mut state.jobs[number];
        Some(match what {
            "cancel" => (202, json!({})),
            "look" => job.status(now),
            _ => job.page(query, now, reach),
        })
    }

    fn submit(&self, state: &mut State, body: &Value, now: Timestamp, reach: Timestamp) -> (u16, Value) {
        let (from, to) = body["interval"].as_str().unwrap().split_once('/').unwrap();
        let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
        if to.duration_since(from).as_hours() / 24 > state.settings.days_max {
            return (400, json!({ "code": "bad.request" }));
        }
        assert_eq!(body["startOfDayIntervalMatching"], true, "as a query does");
        let predicates = body["segmentFilters"][0]["predicates"].as_array().unwrap();
        let ids: BTreeSet<String> = predicates
            .iter()
            .flat_map(|user| self.emulator.conversations_of(user["value"].as_str().unwrap()))
            .collect();
        let mut records: Vec<Value> = ids.iter().filter_map(|id| self.emulator.conversation(id)).collect();
        records.retain(|record| {
            let start = at(&record["conversationStart"]).unwrap();
            from <= start && start < to && start <= reach
        });
        for record in &mut records {
            // The lake has not seen the end of what went on when it was filled.
            if at(&record["conversationEnd"]).is_some_and(|end| end > reach) {
                record.as_object_mut().unwrap().remove("conversationEnd");
            }
        }
        records.sort_by_key(|record| at(&record["conversationStart"]));
        let mishap = state.settings.mishaps.pop_front();
        if mishap == Some(Mishap::Stranger) {
            records.push(json!({
                "conversationId": "ffffffff-0000-4000-8000-00000000000f",
                "conversationStart": from, "conversationEnd": from, "participants": [],
            }));
        }
        state.jobs.push(Job { mishap, submitted: now, records, pages: 0, passes: 0 });
        (200, json!({ "jobId": format!("0b5c0000-0000-4000-8000-{}", state.jobs.len() - 1) }))
    }
}

impl Job {
    fn status(&self, now: Timestamp) -> (u16, Value) {
        let is_done = now.duration_since(self.submitted) >= SignedDuration::from_secs(6);
        let state = match self.mishap {
            Some(Mishap::Never) => "PENDING",
            Some(Mishap::Ends(state)) if is_done => state,
            Some(Mishap::ExpiredAtTheEnd) if self.passes > 0 => "EXPIRED",
            _ if is_done => "FULFILLED",
            _ => "PENDING",
        };
        (if is_done { 200 } else { 202 }, json!({ "state": state }))
    }

    fn page(&mut self, query: &str, now: Timestamp, reach: Timestamp) -> (u16, Value) {
        let parameter = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            value.map(|value| value.parse::<usize>().unwrap())
        };
        let (size, start) = (parameter("pageSize").unwrap(), parameter("cursor").unwrap_or(0));
        self.pages += 1;
        if matches!(self.mishap, Some(Mishap::GoneAfter(pages)) if self.pages > pages) {
            return (404, json!({ "code": "not.found" }));
        }
        let end = (start + size).min(self.records.len());
        let repeats = match self.mishap {
            Some(Mishap::Repeats) => self.passes == 0,
            Some(Mishap::RepeatsOthers) => true,
            _ => false,
        };
        let begin = start.saturating_sub(usize::from(repeats));
        let mut records = self.records[begin..end].to_vec();
        if self.mishap == Some(Mishap::RepeatsOthers) && start == 0 {
            records.remove(self.passes);
        }
        let last = end == self.records.len();
        self.passes += usize::from(last);
        let cursor = match self.mishap {
            Some(Mishap::Circle) if last => Some(size.min(end)),
            _ => (!last).then_some(end),
        };
        let stated = match self.mishap {
            Some(Mishap::Reaches(days)) => Some(now - SignedDuration::from_hours(24 * days)),
            Some(Mishap::Silent) => None,
            _ => Some(reach),
        };
        let mut page = json!({ "conversations": records });
        page["cursor"] = cursor.map_or(Value::Null, |cursor| json!(cursor.to_string()));
        page["dataAvailabilityDate"] = json!(stated);
        (200, page)
    }
}

impl tower::Service<Request<Full<bytes::Bytes>>> for Lake {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<bytes::Bytes>>) -> Self::Future {
        let mut lake = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let target = head.uri.path_and_query().unwrap().to_string();
            if let Some((status, answer)) = lake.answer(head.method.as_str(), &target, &body) {
                let response = Response::builder().status(status).header("content-type", "application/json");
                return Ok(response.body(Body::from(answer.to_string())).unwrap());
            }
            tower::Service::call(&mut lake.router, Request::from_parts(head, Full::new(body))).await
        })
    }
}
