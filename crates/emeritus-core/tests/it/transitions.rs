//! Every event that may not follow is refused, and leaves the state as it was.

use std::collections::BTreeMap;

use emeritus_core::RunState;
use emeritus_core::census::{Control, compare};
use emeritus_core::event::{
    Answer, Because, Completeness, EffectRecord, Event, FailureCode, Outcome, Place, Record, Sight,
    StepFailure,
};
use emeritus_core::id::StepId;
use emeritus_core::plan::{Plan, StepKind};
use emeritus_core::policy::{LiveWork, Mode, Policy};
use emeritus_core::state::{IllegalEvent, Progress};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::person::{With as _, ada, approved, now, planned, run_id};
use crate::rehearsal::places;
use crate::world::World;

fn plan() -> Plan {
    let policy = Policy {
        mode: Mode::Delete { hold: SignedDuration::from_hours(1) },
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(5) },
        ..Policy::default()
    };
    planned(&ada().in_queue("Billing", true), &policy)
}

/// A run of that plan after these events.
fn after(events: &[Event]) -> RunState {
    let started = Event::Started {
        run: run_id(),
        plan: Box::new(approved(&plan())),
        snapshot: Box::new(ada()),
        engine: "0.1.0".to_owned(),
    };
    let events = std::iter::once(started).chain(events.iter().cloned());
    let records: Vec<_> =
        events.zip(1..).map(|(event, sequence)| Record { sequence, at: now(), event }).collect();
    RunState::fold(&records).unwrap().unwrap()
}

/// Applies one event and returns what came of it; a refused one must change nothing.
fn then(state: &RunState, event: Event) -> Result<RunState, IllegalEvent> {
    let mut next = state.clone();
    let result = next.apply(&Record { sequence: state.sequence() + 1, at: now(), event });
    if result.is_err() {
        assert_eq!(next, *state, "a refused event changed the state");
    }
    result.map(|()| next)
}

fn step(wanted: impl Fn(&StepKind) -> bool) -> Place {
    places(&plan(), wanted)[0]
}

fn cut() -> Place {
    step(|kind| matches!(kind, StepKind::SetState { .. }))
}

fn failed(code: FailureCode) -> StepFailure {
    StepFailure::of(code, "as the test has it")
}

fn intended(place: Place, attempt: u16) -> Event {
    let effect =
        EffectRecord { method: "PATCH".to_owned(), path: "/x".to_owned(), body_sha256: "0".repeat(64) };
    Event::Intended { place, attempt, effect }
}

fn answered(place: Place, answer: Answer) -> Event {
    Event::Answered { place, attempt: 1, answer }
}

fn accepted() -> Answer {
    Answer::Accepted { status: 200, correlation_id: None }
}

fn seen(place: Place, sight: Sight) -> Event {
    Event::Observed { place, sight, facts: BTreeMap::new() }
}

fn census() -> emeritus_core::census::Census {
    World::of(&ada(), 2).census()
}

/// Every event that can be about an action, with a short name.
fn events(place: Place) -> Vec<(&'static str, Event)> {
    let step = place.step;
    let again = Event::Answered { place, attempt: 2, answer: accepted() };
    let control = Control::NotNeeded;
    let completeness = Completeness::ByCount;
    let comparison = compare(&census(), &census(), control);
    vec![
        ("intended 1", intended(place, 1)),
        ("intended 2", intended(place, 2)),
        ("accepted 1", answered(place, accepted())),
        ("accepted 2", again),
        ("absent", answered(place, Answer::Absent { correlation_id: None })),
        ("try again", answered(place, Answer::Refused(failed(FailureCode::VersionClash)))),
        ("refused", answered(place, Answer::Refused(failed(FailureCode::Forbidden)))),
        ("declined", answered(place, Answer::Declined(failed(FailureCode::Forbidden)))),
        ("lost", answered(place, Answer::Unknown(failed(FailureCode::OutcomeUnknown)))),
        ("applied", seen(place, Sight::Applied)),
        ("not applied", seen(place, Sight::NotApplied)),
        ("unclear", seen(place, Sight::Unclear)),
        ("not seen", Event::NotSeen { place }),
        ("waiting", Event::Waiting { step, until: now(), why: "x".to_owned() }),
        ("waited", Event::Waited { step }),
        ("measured", Event::Measured { step, census: census().summary(), control, completeness }),
        ("proved 1", Event::Proved { place, reading: 1, comparison: comparison.clone(), completeness }),
        ("proved 2", Event::Proved { place, reading: 2, comparison, completeness }),
        ("unreadable", Event::Unreadable { place, failure: failed(FailureCode::HistoryUnreadable) }),
        ("compared", Event::Compared { step, differences: Vec::new() }),
    ]
}

fn short(progress: &Progress) -> String {
    match progress {
        Progress::Pending { attempts, .. } => format!("pending {attempts}"),
        Progress::Intended { attempt } => format!("intended {attempt}"),
        Progress::Unknown { attempt, looks } => format!("unknown {attempt}/{looks}"),
        Progress::Declined { attempt, looks, .. } => format!("declined {attempt}/{looks}"),
        Progress::Written { attempt, looks } => format!("written {attempt}/{looks}"),
        Progress::Underway { readings } => format!("underway {readings}"),
        Progress::Done { verified: true, attempts } => format!("done {attempts}"),
        Progress::Done { verified: false, attempts } => format!("unseen {attempts}"),
        Progress::Refused { attempts, .. } => format!("refused {attempts}"),
    }
}

/// What each event makes of each progress; `-` where it is refused.
fn table(place: Place, rows: &[(&str, &[Event])]) -> String {
    let names: Vec<_> = rows.iter().map(|(name, _)| format!("{name:<13}")).collect();
    let mut lines = vec![format!("{:<12}{}", "", names.concat())];
    for (name, event) in events(place) {
        let cells = rows.iter().map(|(_, before)| match then(&after(before), event.clone()) {
            Ok(next) => format!("{:<13}", short(next.progress(place).unwrap())),
            Err(IllegalEvent::Transition { .. }) => format!("{:<13}", "-"),
            Err(other) => panic!("{other}"),
        });
        lines.push(format!("{name:<12}{}", cells.collect::<String>()));
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_effect_is_announced_answered_and_seen_in_that_order_only() {
    let at = cut();
    let sent = intended(at, 1);
    let clash = answered(at, Answer::Refused(failed(FailureCode::VersionClash)));
    let declined = answered(at, Answer::Declined(failed(FailureCode::Forbidden)));
    let lost = answered(at, Answer::Unknown(failed(FailureCode::OutcomeUnknown)));
    let refused = answered(at, Answer::Refused(failed(FailureCode::Forbidden)));
    let ok = answered(at, accepted());
    let rows: &[(&str, &[Event])] = &[
        ("fresh", &[]),
        ("intended", std::slice::from_ref(&sent)),
        ("tried", &[sent.clone(), clash]),
        ("unknown", &[sent.clone(), lost]),
        ("declined", &[sent.clone(), declined]),
        ("written", &[sent.clone(), ok.clone()]),
        ("done", &[sent.clone(), ok.clone(), seen(at, Sight::Applied)]),
        ("unseen", &[sent.clone(), ok, Event::NotSeen { place: at }]),
        ("refused", &[sent.clone(), refused]),
    ];
    assert_snapshot!(table(at, rows), @r"
                fresh        intended     tried        unknown      declined     written      done         unseen       refused
    intended 1  intended 1   -            -            -            -            -            -            -            -
    intended 2  -            -            intended 2   -            -            -            -            -            -
    accepted 1  -            written 1/0  -            -            -            -            -            -            -
    accepted 2  -            -            -            -            -            -            -            -            -
    absent      -            written 1/0  -            -            -            -            -            -            -
    try again   -            pending 1    -            -            -            -            -            -            -
    refused     -            refused 1    -            -            -            -            -            -            -
    declined    -            declined 1/0 -            -            -            -            -            -            -
    lost        -            unknown 1/0  -            -            -            -            -            -            -
    applied     done 0       done 1       done 1       done 1       done 1       done 1       -            -            -
    not applied -            pending 1    -            pending 1    refused 1    written 1/1  -            -            -
    unclear     -            unknown 1/1  -            unknown 1/1  declined 1/1 written 1/1  -            -            -
    not seen    -            -            -            -            -            unseen 1     -            -            -
    waiting     -            -            -            -            -            -            -            -            -
    waited      -            -            -            -            -            -            -            -            -
    measured    -            -            -            -            -            -            -            -            -
    proved 1    -            -            -            -            -            -            -            -            -
    proved 2    -            -            -            -            -            -            -            -            -
    unreadable  -            -            -            -            -            -            -            -            -
    compared    -            -            -            -            -            -            -            -            -
    ");
}

#[test]
fn a_baseline_is_read_once_or_not_at_all() {
    let baseline = step(|kind| matches!(kind, StepKind::Baseline));
    assert_snapshot!(table(baseline, &[("fresh", &[])]), @r"
                fresh
    intended 1  -
    intended 2  -
    accepted 1  -
    accepted 2  -
    absent      -
    try again   -
    refused     -
    declined    -
    lost        -
    applied     -
    not applied -
    unclear     -
    not seen    -
    waiting     -
    waited      -
    measured    done 0
    proved 1    -
    proved 2    -
    unreadable  refused 0
    compared    -
    ");
}

#[test]
fn a_proof_is_read_again_in_order_only() {
    let proof = step(|kind| matches!(kind, StepKind::Prove { .. }));
    let comparison = compare(&census(), &census(), Control::NotNeeded);
    let proved = Event::Proved { place: proof, reading: 1, comparison, completeness: Completeness::ByCount };
    assert_snapshot!(table(proof, &[("fresh", &[]), ("read", &[proved])]), @r"
                fresh        read
    intended 1  -            -
    intended 2  -            -
    accepted 1  -            -
    accepted 2  -            -
    absent      -            -
    try again   -            -
    refused     -            -
    declined    -            -
    lost        -            -
    applied     -            -
    not applied -            -
    unclear     -            -
    not seen    -            -
    waiting     -            -
    waited      -            -
    measured    -            -
    proved 1    underway 1   -
    proved 2    -            underway 2
    unreadable  refused 0    refused 1
    compared    -            -
    ");
}

#[test]
fn a_wait_begins_and_ends_once() {
    let wait = step(|kind| matches!(kind, StepKind::AwaitIdle { .. }));
    let waiting = Event::Waiting { step: wait.step, until: now(), why: "x".to_owned() };
    assert_snapshot!(table(wait, &[("fresh", &[]), ("waiting", &[waiting])]), @r"
                fresh        waiting
    intended 1  -            -
    intended 2  -            -
    accepted 1  -            -
    accepted 2  -            -
    absent      -            -
    try again   -            -
    refused     -            -
    declined    -            -
    lost        -            -
    applied     -            -
    not applied -            -
    unclear     -            -
    not seen    -            -
    waiting     underway 0   -
    waited      -            done 0
    measured    -            -
    proved 1    -            -
    proved 2    -            -
    unreadable  refused 0    refused 0
    compared    -            -
    ");
}

#[test]
fn a_run_starts_once_and_counts_without_gaps() {
    let state = after(&[]);
    let started = Event::Started {
        run: run_id(),
        plan: Box::new(approved(&plan())),
        snapshot: Box::new(ada()),
        engine: "0.1.0".to_owned(),
    };
    assert_eq!(then(&state, started.clone()).unwrap_err(), IllegalEvent::Start { sequence: 2 });
    let record = |sequence, event| Record { sequence, at: now(), event };
    let fold = |records: &[Record]| RunState::fold(records).unwrap_err();
    assert_eq!(fold(&[record(1, Event::Freed)]), IllegalEvent::Start { sequence: 1 });
    assert_eq!(fold(&[record(2, started.clone())]), IllegalEvent::Sequence { expected_after: 0, found: 2 });
    let resumed = || Event::Resumed { engine: "0.1.0".to_owned() };
    for found in [1, 3] {
        let refused = fold(&[record(1, started.clone()), record(found, resumed())]);
        assert_eq!(refused, IllegalEvent::Sequence { expected_after: 1, found });
    }
    assert_eq!(RunState::fold(&[]).unwrap(), None);
}

#[test]
fn an_event_about_a_step_that_the_plan_does_not_have_is_refused() {
    let nowhere = [
        Place::forward(StepId(0)),
        Place::forward(StepId(99)),
        Place { step: cut().step, undo: Some(9) },
        // Tokens cannot be given back, so there is no undo to be announced.
        Place { step: step(|kind| matches!(kind, StepKind::RevokeTokens)).step, undo: Some(0) },
    ];
    for place in nowhere {
        let expected = IllegalEvent::NoSuchPlace { sequence: 2, place };
        assert_eq!(then(&after(&[]), intended(place, 1)).unwrap_err(), expected);
        let stuck = Event::Stuck { place, failure: failed(FailureCode::Unclear) };
        assert_eq!(then(&after(&[]), stuck).unwrap_err(), expected);
    }
}

/// One event of every kind that a run under way may see.
fn any_events() -> Vec<Event> {
    let mut all: Vec<_> = events(cut()).into_iter().map(|(_, event)| event).collect();
    let because = Because::ProofBroken { step: StepId(1) };
    all.extend([
        Event::Unwinding { because },
        Event::Stuck { place: cut(), failure: failed(FailureCode::Unclear) },
        Event::Finished { outcome: Outcome::Verified },
    ]);
    all
}

#[test]
fn after_the_end_there_are_notes_only() {
    let over = after(&[Event::Finished { outcome: Outcome::Verified }]);
    for event in any_events().into_iter().chain([Event::Freed]) {
        assert_eq!(then(&over, event).unwrap_err(), IllegalEvent::Over { sequence: 3 });
    }
    assert_eq!(then(&over, Event::Counted { calls: 7 }).unwrap().calls(), 7);
    assert!(then(&over, Event::Resumed { engine: "0.1.0".to_owned() }).is_ok());
}

#[test]
fn a_stuck_run_goes_on_only_when_a_person_lets_it() {
    let stuck = after(&[Event::Stuck { place: cut(), failure: failed(FailureCode::Unclear) }]);
    for event in any_events() {
        assert_eq!(then(&stuck, event).unwrap_err(), IllegalEvent::Waits { sequence: 3 });
    }
    let freed = then(&stuck, Event::Freed).unwrap();
    assert_eq!(freed.stuck(), None);
    assert!(then(&freed, intended(cut(), 1)).is_ok());
    assert_eq!(then(&after(&[]), Event::Freed).unwrap_err(), IllegalEvent::NotStuck { sequence: 2 });
}

#[test]
fn calls_of_several_executors_add_up() {
    let state = after(&[Event::Counted { calls: 40 }]);
    assert_eq!(then(&state, Event::Counted { calls: 2 }).unwrap().calls(), 42);
}
