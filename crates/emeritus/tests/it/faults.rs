//! The fault matrix: every call of a retirement × every kind of fault that applies to it. Each fault is shown to
//! have fired; each run is resumed until it rests, and held against the organization's ground truth.

use std::collections::BTreeMap;
use std::time::Duration;

use emeritus::event::Outcome;
use genesys_emulator::{FaultKind, FaultRule, Matching, Occurrence, Preset, RequestRecord};
use jiff::SignedDuration;

use crate::share::Share;
use crate::verify;
use crate::world::{Attempt, World, is_effect};

/// Faults in what travels between us and the vendor; they may meet any call.
pub(crate) fn of_the_way() -> Vec<FaultKind> {
    vec![
        FaultKind::TooManyRequests { retry_after: Some(7) },
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::ServerError { status: 500, committed: false },
        FaultKind::ServerError { status: 503, committed: true },
        FaultKind::ServerError { status: 408, committed: true },
        FaultKind::GatewayTimeout504,
        FaultKind::ConnectRefused,
        FaultKind::ResetBefore,
        FaultKind::ResetAfterCommit,
        FaultKind::HangBefore(Duration::from_mins(10)),
        FaultKind::HangAfterCommit(Duration::from_mins(10)),
        FaultKind::SlowBody { byte_every: Duration::from_secs(1) },
        FaultKind::TruncatedJson,
        FaultKind::CutOffBody,
        FaultKind::HtmlPage200,
        FaultKind::OversizedBody,
        FaultKind::DuplicateDelivery,
        FaultKind::Redirect { location: "https://login.attacker.example/".to_owned() },
        FaultKind::ClockJump(SignedDuration::from_secs(-90)),
        FaultKind::ClockJump(SignedDuration::from_secs(90)),
    ]
}

/// Faults in what the vendor answers.
pub(crate) fn of_the_vendor() -> Vec<FaultKind> {
    vec![
        FaultKind::TokenExpired401,
        FaultKind::Forbidden403 { permission: "directory:user:edit".to_owned() },
        FaultKind::NotFound404,
        FaultKind::InUse409,
        FaultKind::VersionRace,
        FaultKind::VersionClash412,
        FaultKind::VersionClash400,
        FaultKind::StaleRead,
        FaultKind::CommitLate(Duration::from_secs(1)),
        FaultKind::DuplicatePage,
        FaultKind::PageDrift,
        FaultKind::MissingLastPage,
        FaultKind::AnalyticsLag(Duration::from_hours(200)),
    ]
}

pub(crate) fn applies(kind: &FaultKind, request: &RequestRecord) -> bool {
    let api = request.path.starts_with("/api/");
    let effect = is_effect(request);
    match kind {
        FaultKind::AnalyticsLag(_) => request.path.ends_with("/details/query"),
        FaultKind::JobFails => request.path.ends_with("/details/jobs"),
        FaultKind::InUse409
        | FaultKind::VersionClash412
        | FaultKind::VersionClash400
        | FaultKind::CommitLate(_) => effect,
        FaultKind::VersionRace => effect && request.path.starts_with("/api/v2/users/"),
        FaultKind::StaleRead
        | FaultKind::DuplicatePage
        | FaultKind::PageDrift
        | FaultKind::MissingLastPage => api && !effect,
        FaultKind::TokenExpired401 | FaultKind::Forbidden403 { .. } => api,
        FaultKind::TooManyRequests { .. }
        | FaultKind::ServerError { .. }
        | FaultKind::GatewayTimeout504
        | FaultKind::ConnectRefused
        | FaultKind::ResetBefore
        | FaultKind::ResetAfterCommit
        | FaultKind::HangBefore(_)
        | FaultKind::HangAfterCommit(_)
        | FaultKind::NotFound404
        | FaultKind::SlowBody { .. }
        | FaultKind::TruncatedJson
        | FaultKind::CutOffBody
        | FaultKind::HtmlPage200
        | FaultKind::DuplicateDelivery
        | FaultKind::Redirect { .. }
        | FaultKind::OversizedBody
        | FaultKind::ClockJump(_) => true,
    }
}

#[derive(Default)]
struct Tally {
    runs: u32,
    fired: u32,
    unreachable: BTreeMap<&'static str, u32>,
    ended: BTreeMap<String, Vec<String>>,
    broken: Vec<String>,
}

impl Tally {
    fn count(&mut self, kind: &FaultKind, context: String, end: Option<String>) {
        self.runs += 1;
        match end {
            // A page fault needs a second page, a stale read an earlier write: counted apart, not as passed.
            None => *self.unreachable.entry(kind.name()).or_default() += 1,
            Some(end) => {
                self.fired += 1;
                self.ended.entry(end).or_default().push(context);
            }
        }
    }
}

fn world(preset: Preset, deletes: bool) -> World {
    let world = World::small(preset);
    if deletes { world.deleting() } else { world }
}

/// Runs the matrix of one variant and returns what it saw.
fn matrix(preset: Preset, deletes: bool, kinds: &[FaultKind]) -> Tally {
    let reference = world(preset, deletes);
    let executor = reference.executor();
    reference.plan(&executor);
    let planning = u32::try_from(reference.emulator.requests().len()).unwrap();
    drop(executor);
    let reference = world(preset, deletes);
    let executor = reference.executor();
    let report = reference.run(reference.retirement(&executor)).report();
    assert!(report.state.outcome().is_some());
    let requests = reference.emulator.requests();
    let mut tally = Tally::default();
    let rows = Share::of_this_run().rows();
    for (number, request) in (1..).zip(&requests) {
        for (place, kind) in kinds.iter().enumerate().filter(|(_, kind)| applies(kind, request)) {
            // Before the approval nothing has been written and nothing can be lost: there each call meets every
            // sixth kind, and each kind every sixth call.
            if number <= planning && !(place + number as usize).is_multiple_of(6) {
                continue;
            }
            if !rows.take() {
                continue;
            }
            let context = format!(
                "{preset} {} {} at call {number} {} {}",
                if deletes { "delete" } else { "keep" },
                kind.name(),
                request.method,
                request.path
            );
            let run = || one(preset, deletes, kind, number, &context);
            match std::panic::catch_unwind(run) {
                Ok(end) => tally.count(kind, context, end),
                Err(_) => tally.broken.push(context),
            }
        }
    }
    tally
}

/// Returns how a run with one fault ended, or `None` when the fault could not be reached.
fn one(preset: Preset, deletes: bool, kind: &FaultKind, number: u32, context: &str) -> Option<String> {
    let world = world(preset, deletes);
    let before = world.truth();
    let matching = Matching { occurrence: Occurrence::Numbers(vec![number]), ..Matching::default() };
    world.emulator.fault(FaultRule { matching, kind: kind.clone(), times: Some(1) });
    let executor = world.executor();
    let attempt = world.run(world.retirement(&executor));
    drop(executor);
    if world.emulator.faults_fired().is_empty() {
        return None;
    }
    if let Some(request) = world.emulator.requests().iter().find(|request| request.fault.is_some()) {
        verify::a_lost_answer_is_called_unknown(&world.records(), request, context);
    }
    let ended = match attempt {
        Attempt::NotPlanned | Attempt::NotApproved => {
            assert!(world.effects().is_empty(), "{context}: an effect without an approved plan");
            "no plan".to_owned()
        }
        Attempt::Ran(ran) => {
            let report = ran.unwrap_or_else(|error| panic!("{context}: {error:?}"));
            verify::invariants(&world, &before, context);
            // A person looks at what is stuck and lets it go on: faults are over, so it must come to an end.
            let state = if report.state.stuck().is_some() {
                let executor = world.executor();
                world.run(executor.resume(report.state.run(), true)).unwrap().state
            } else {
                report.state
            };
            verify::invariants(&world, &before, context);
            match (state.outcome(), verify::stuck_code(&state)) {
                (Some(outcome), _) => outcome.name().to_owned(),
                (None, Some(code)) => format!("{code:?}"),
                (None, None) => panic!("{context}: neither over nor stuck"),
            }
        }
    };
    if deletes && preset == Preset::AsReported {
        assert_ne!(ended, Outcome::Verified.name(), "{context}: a severed history was called verified");
    }
    Some(ended)
}

/// Every fault of a kind that can meet any call has fired; most runs come to the proper end.
fn accept(tally: &Tally, proper: &str) {
    println!("{} runs, {} fired, unreachable {:?}", tally.runs, tally.fired, tally.unreachable);
    for (end, contexts) in &tally.ended {
        println!("{}: {end}", contexts.len());
        let shown = if end == proper { &[] } else { contexts.as_slice() };
        shown.iter().for_each(|context| println!("    {context}"));
    }
    assert!(tally.broken.is_empty(), "broken: {:#?}", tally.broken);
    let reached: Vec<_> = tally.unreachable.keys().copied().collect();
    let may_miss = ["duplicate-page", "missing-last-page", "page-drift", "stale-read"];
    assert!(reached.iter().all(|kind| may_miss.contains(kind)), "never fired: {:?}", tally.unreachable);
    let ended = tally.ended.get(proper).map_or(0, Vec::len);
    assert!(
        tally.fired > 0 && ended * 10 >= tally.fired as usize * 8,
        "only {ended} of {} ended {proper}",
        tally.fired
    );
}

#[test]
fn faults_of_the_way_while_deleting_as_documented() {
    accept(&matrix(Preset::Documented, true, &of_the_way()), "verified");
}

#[test]
fn faults_of_the_vendor_while_deleting_as_documented() {
    accept(&matrix(Preset::Documented, true, &of_the_vendor()), "verified");
}

#[test]
fn faults_of_the_way_while_keeping_as_reported() {
    accept(&matrix(Preset::AsReported, false, &of_the_way()), "verified");
}

#[test]
fn faults_of_the_vendor_while_keeping_as_reported() {
    accept(&matrix(Preset::AsReported, false, &of_the_vendor()), "verified");
}

#[test]
fn faults_of_the_way_while_a_severed_history_is_put_back() {
    accept(&matrix(Preset::AsReported, true, &of_the_way()), "proof-broken");
}

#[test]
fn faults_of_the_vendor_while_a_severed_history_is_put_back() {
    accept(&matrix(Preset::AsReported, true, &of_the_vendor()), "proof-broken");
}
