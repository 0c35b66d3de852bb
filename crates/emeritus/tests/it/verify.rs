//! The invariants, held against the organization's own ground truth and the journal, never through our client.

use std::collections::BTreeMap;

use emeritus::census::Verdict;
use emeritus::event::{Answer, Event, FailureCode, Outcome, Place, Record, Sight};
use emeritus::plan::StepKind;
use emeritus::state::{Progress, RunState};
use genesys_emulator::{RequestRecord, UserTruth};
use jiff::SignedDuration;

use crate::world::{World, is_effect};

/// Checks everything that holds after any run, however it went. `before` is the person before it.
pub(crate) fn invariants(world: &World, before: &UserTruth, context: &str) {
    let records = world.records();
    let requests = world.emulator.requests();
    let effects: Vec<_> = requests.iter().filter(|request| is_effect(request)).collect();
    rate(&requests, context);
    let Some(state) = RunState::fold(&records).unwrap() else {
        assert!(effects.is_empty(), "{context}: an effect without a run");
        return;
    };
    intent_first(&records, &effects, context);
    at_most_once(&state, &effects, context);
    nothing_resent_while_unknown(&records, context);
    three_outcomes(&state, context);
    order(&records, &effects, context);
    no_false_word(world, &state, before, context);
    no_vacuous_proof(world, &records, context);
    only_the_plan(world, &state, &requests, context);
    full_window(&state, &records, context);
}

/// I2: the run is of the approved plan for this person, and whatever changed, changed under their id.
fn only_the_plan(world: &World, state: &RunState, requests: &[RequestRecord], context: &str) {
    assert_eq!(state.plan().subject.id.as_str(), world.ada, "{context}: another person's plan");
    assert_eq!(state.plan().digest().unwrap(), state.approved().approval().digest, "{context}: not approved");
    // The put-back names the person in the body alone.
    let in_body = |request: &RequestRecord| request.method == "POST";
    for request in requests.iter().filter(|request| is_effect(request) && !in_body(request)) {
        assert!(request.path.contains(&world.ada), "{context}: {} {}", request.method, request.path);
    }
}

/// I9, I10: every reading begins where the plan says, none is narrower than the one it is held against, and
/// nothing is called broken before it was read as often as patience asks.
fn full_window(state: &RunState, records: &[Record], context: &str) {
    let patience = &state.plan().policy.patience;
    for record in records {
        let window = if let Event::Measured { census, .. } = &record.event {
            census.window
        } else if let Event::Proved { comparison, .. } = &record.event {
            let (before, after) = (comparison.before.window, comparison.after.window);
            assert!(before.to <= after.to, "{context}: a narrower reading");
            after
        } else {
            continue;
        };
        assert_eq!(window.from, state.plan().history.from, "{context}: a later beginning");
    }
    if state.outcome() == Some(Outcome::ProofBroken) {
        let last = records.iter().rev().find_map(|record| {
            if let Event::Proved { place, reading, comparison, .. } = &record.event
                && place.undo.is_none()
                && matches!(comparison.verdict, Verdict::Broken { .. })
            {
                Some(*reading)
            } else {
                None
            }
        });
        assert_eq!(last, Some(patience.proof_readings), "{context}: broken after too few readings");
    }
}

/// I1: each effect that the vendor received had a durable intent: same method, path and body, written before.
fn intent_first(records: &[Record], effects: &[&RequestRecord], context: &str) {
    let intent = |record: &Record| {
        if let Event::Intended { effect, .. } = &record.event {
            Some((record.at, effect.clone()))
        } else {
            None
        }
    };
    let mut intents: Vec<_> = records.iter().filter_map(intent).collect();
    for request in effects {
        let found = intents.iter().position(|(at, effect)| {
            *at <= request.at
                && effect.method == request.method
                && effect.path == request.path
                && effect.body_sha256 == request.body_sha256
        });
        // One intent covers what the client may repeat under it: what the vendor certainly did not perform.
        let performed = request.changed || matches!(request.status, 200..=299);
        match found {
            Some(place) if performed && request.fault.as_deref() != Some("duplicate-delivery") => {
                intents.remove(place);
            }
            Some(_) => {}
            None => panic!("{context}: no intent before {} {}", request.method, request.path),
        }
    }
}

/// I3: per action, the vendor changes at most once.
fn at_most_once(state: &RunState, effects: &[&RequestRecord], context: &str) {
    let mut changes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    // In a version race it is somebody else who changes the person.
    let ours =
        |request: &&&RequestRecord| request.changed && request.fault.as_deref() != Some("version-race");
    for request in effects.iter().filter(ours) {
        *changes.entry((&request.method, &request.path)).or_default() += 1;
    }
    for ((method, path), count) in changes {
        let states = state.plan().steps.iter().filter(|step| matches!(step.kind, StepKind::SetState { .. }));
        let put_back = usize::from(state.unwinding().is_some());
        let allowed = match method {
            // The cut, and the put-back after a broken proof, or the undo of a refused cut.
            "PATCH" | "PUT" if path.starts_with("/api/v2/users/") => states.count() + put_back,
            _ => 1,
        };
        assert!(count <= allowed, "{context}: {count} changes by {method} {path}");
    }
}

/// I3: between a lost answer and the next intent for the same action there is an observation.
fn nothing_resent_while_unknown(records: &[Record], context: &str) {
    let mut unknown: BTreeMap<Place, bool> = BTreeMap::new();
    for record in records {
        if let Event::Intended { place, .. } = &record.event {
            assert!(!unknown.get(place).copied().unwrap_or(false), "{context}: resent while unknown");
            unknown.insert(*place, true);
        } else if let Event::Answered { place, answer, .. } = &record.event {
            unknown.insert(*place, matches!(answer, Answer::Unknown(_) | Answer::Declined(_)));
        } else if let Event::Observed { place, sight: Sight::Applied | Sight::NotApplied, .. } = &record.event
        {
            unknown.insert(*place, false);
        }
    }
}

/// I4: no ended run has an intent without an outcome; what is unknown is stuck, with a reason.
fn three_outcomes(state: &RunState, context: &str) {
    let open: Vec<_> = state
        .plan()
        .steps
        .iter()
        .map(|step| Place::forward(step.id))
        .filter(|place| {
            matches!(
                state.progress(*place),
                Some(
                    Progress::Intended { .. }
                        | Progress::Unknown { .. }
                        | Progress::Declined { .. }
                        | Progress::Written { .. }
                )
            )
        })
        .collect();
    if state.outcome().is_some() {
        assert_eq!(open, [], "{context}: ended with an open intent");
    } else {
        let (_, failure) = state.stuck().unwrap_or_else(|| panic!("{context}: neither over nor stuck"));
        assert!(!failure.detail.is_empty(), "{context}: stuck without a reason");
    }
}

/// I6: a DELETE of the account is sent only after the baseline, the cut as seen, and a proof.
fn order(records: &[Record], effects: &[&RequestRecord], context: &str) {
    let deletes = |request: &&&RequestRecord| -> bool {
        request.method == "DELETE"
            && request.path.matches('/').count() == 4
            && request.path.contains("/users/")
    };
    if !effects.iter().any(|request| deletes(&request)) {
        return;
    }
    // By sequence, not by time: clocks jump.
    let intends = |record: &&Record| {
        matches!(&record.event, Event::Intended { effect, .. }
            if effect.method == "DELETE" && effect.path.starts_with("/api/v2/users/") && effect.path.matches('/').count() == 4)
    };
    let before: Vec<_> = records.iter().take_while(|record| !intends(record)).collect();
    let has = |wanted: &dyn Fn(&Event) -> bool| before.iter().any(|record| wanted(&record.event));
    assert!(has(&|event| matches!(event, Event::Measured { .. })), "{context}: DELETE before the baseline");
    assert!(
        has(&|event| matches!(event, Event::Proved { comparison, .. }
            if matches!(comparison.verdict, Verdict::Intact | Verdict::NoHistoryFound))),
        "{context}: DELETE without a proof"
    );
    assert!(
        has(&|event| matches!(event, Event::Observed { sight: Sight::Applied, facts, .. }
            if facts.get("state").is_some_and(|state| state == "inactive"))),
        "{context}: DELETE before the cut was seen"
    );
}

/// I5, I11: what the outcome says is what the organization holds.
fn no_false_word(world: &World, state: &RunState, before: &UserTruth, context: &str) {
    let truth = world.truth();
    match state.outcome() {
        Some(Outcome::Verified) => {
            let expected = if state.plan().deletes() { "deleted" } else { "inactive" };
            assert_eq!(truth.state, expected, "{context}");
            assert!(truth.queues.is_empty(), "{context}: verified, but in a queue");
            assert!(truth.associated_station.is_none(), "{context}: verified, but at a station");
            assert_eq!(truth.tokens, 0, "{context}: verified, but with tokens");
        }
        Some(Outcome::Failed) => {
            let settled = |truth: &UserTruth| UserTruth {
                version: 0,
                state_reason: None,
                title: None,
                ..truth.clone()
            };
            assert_eq!(settled(&truth), settled(before), "{context}: failed, but not taken back");
        }
        Some(Outcome::ProofBroken) => {
            assert_eq!(truth.state, "inactive", "{context}: proof broken, not put back");
            assert_eq!(truth.division, before.division, "{context}");
        }
        Some(Outcome::WrittenNotVerified) => assert_ne!(truth.state, "active", "{context}"),
        Some(Outcome::Skipped) => panic!("{context}: skipped somebody with work"),
        Some(Outcome::Stuck) | None => {}
    }
    for step in &state.plan().steps {
        let done =
            matches!(state.progress(Place::forward(step.id)), Some(Progress::Done { verified: true, .. }));
        if done && matches!(step.kind, StepKind::SetState { .. }) && state.outcome() != Some(Outcome::Failed)
        {
            assert_ne!(truth.state, "active", "{context}: the cut was seen, but is not there");
        }
    }
}

/// I7, I8: "intact" only of as many as there are, and never of none.
fn no_vacuous_proof(world: &World, records: &[Record], context: &str) {
    let there = world.emulator.conversations_of(&world.ada).len() as u64;
    for record in records {
        if let Event::Measured { census, .. } = &record.event {
            assert!(census.conversations <= there, "{context}: counted more than there are");
            let lag = context.contains("analytics-lag");
            assert!(lag || census.conversations == there, "{context}: counted fewer than there are");
        } else if let Event::Proved { comparison, .. } = &record.event
            && comparison.verdict == Verdict::Intact
        {
            assert!(comparison.before.conversations > 0, "{context}: intact of nothing");
            assert!(comparison.after.conversations >= comparison.before.conversations, "{context}");
        }
    }
}

/// I19: never more than the budget in any sixty seconds.
fn rate(requests: &[RequestRecord], context: &str) {
    let api: Vec<_> = requests.iter().filter(|request| request.path.starts_with("/api/")).collect();
    for (last, request) in api.iter().enumerate().skip(300) {
        let span = request.at.duration_since(api[last - 300].at);
        assert!(span >= SignedDuration::from_secs(60), "{context}: 301 requests in {span:#}");
    }
}

/// Returns why a run is stuck, for the tally of a matrix.
pub(crate) fn stuck_code(state: &RunState) -> Option<FailureCode> {
    state.stuck().map(|(_, failure)| failure.code)
}

/// The faults that lose the answer to a request which may have been performed, whether or not it has a body.
const LOSES_THE_ANSWER: [&str; 9] = [
    "server-error",
    "gateway-timeout-504",
    "reset-before",
    "reset-after-commit",
    "hang-before",
    "hang-after-commit",
    "commit-late",
    "html-page-200",
    "oversized-body",
];

/// I4: an effect whose answer was lost is journalled as unknown, never as refused or not sent.
pub(crate) fn a_lost_answer_is_called_unknown(records: &[Record], request: &RequestRecord, context: &str) {
    let fault = request.fault.as_deref().unwrap_or_default();
    if is_effect(request) && LOSES_THE_ANSWER.contains(&fault) {
        let unknown = records
            .iter()
            .any(|record| matches!(&record.event, Event::Answered { answer: Answer::Unknown(_), .. }));
        assert!(unknown, "{context}: a lost answer was not called unknown");
    }
}
