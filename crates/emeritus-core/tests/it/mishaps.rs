//! What goes wrong, named: the tutorial's mistakes that must stay impossible, and every pair of mishaps there is.

use std::collections::BTreeMap;

use emeritus_core::census::Verdict;
use emeritus_core::event::{Event, FailureCode, Outcome};
use emeritus_core::inventory::{AccountState, Inventory};
use emeritus_core::plan::StepKind;
use emeritus_core::policy::{CutOrder, LiveWork, Mode, Policy};
use jiff::SignedDuration;

use crate::person::{With as _, ada};
use crate::rehearsal::{Luck, Rehearsal, ended, places};
use crate::scenario::{HOLD, Scenario, bound, checked};
use crate::world::World;

const MISHAPS: [Luck; 13] = [
    Luck::VersionClash,
    Luck::InUse,
    Luck::NotSent,
    Luck::Refused,
    Luck::DeclinedAfter,
    Luck::DeclinedBefore,
    Luck::LostAfter,
    Luck::LostBefore,
    Luck::AcceptedInVain,
    Luck::DiesAfter,
    Luck::DiesBefore,
    Luck::Unclear,
    Luck::Bad,
];

#[test]
fn no_pair_of_mishaps_breaks_a_promise_or_stops_a_run_that_a_person_lets_go_on() {
    let person = active_in_billing();
    let releasing = Policy { order: CutOrder::ReleaseFirst, ..Policy::default() };
    let (mut reached, mut fired, mut runs) = (BTreeMap::<String, u32>::new(), 0, 0);
    for (policy, severs) in
        [(deleting(SignedDuration::ZERO), true), (deleting(HOLD), false), (releasing, false)]
    {
        let world = World { severs, ..World::of(&person, 4) };
        let base = Scenario::new(person.clone(), &policy, world, Vec::new());
        let places = base.played().draws;
        let pairs = (0..places).flat_map(|first| (first + 1..=places).map(move |second| (first, second)));
        for (first, second) in pairs {
            for (one, two) in MISHAPS.iter().flat_map(|one| MISHAPS.iter().map(move |two| (*one, *two))) {
                let mut script = vec![Luck::Well; second + 1];
                script[second - first] = one;
                script[0] = two;
                let scenario = Scenario { script, ..base.clone() };
                let run = scenario.played();
                checked(&run, &scenario);
                let end = ending(&run);
                if end.starts_with("stuck") {
                    let mut freed = run.freed();
                    freed.run(bound(scenario.plan()));
                    checked(&freed, &scenario);
                    assert_eq!(freed.state().stuck(), None, "a person let it go on, and nothing went wrong");
                }
                assert!(run.script.len() < second - first + 1, "the first mishap was not reached");
                runs += 1;
                fired += u32::from(run.script.is_empty());
                *reached.entry(end).or_default() += 1;
            }
        }
    }
    assert!(fired > runs / 2, "only {fired} of {runs} runs came to the second mishap");
    let reached: Vec<_> = reached.into_keys().collect();
    assert_eq!(
        reached,
        [
            "failed",
            "proof-broken",
            "stuck: DependsOnRefused",
            "stuck: Differs",
            "stuck: Forbidden",
            "stuck: HistoryUnreadable",
            "stuck: NotSeen",
            "stuck: Unclear",
            "verified",
            "written-not-verified",
        ]
    );
}

fn ending(run: &Rehearsal) -> String {
    let state = run.state();
    match (state.outcome(), state.stuck()) {
        (Some(outcome), _) => outcome.name().to_owned(),
        (None, Some((_, failure))) => format!("stuck: {:?}", failure.code),
        (None, None) => "not at rest".to_owned(),
    }
}

fn active_in_billing() -> Inventory {
    ada().in_queue("Billing", true).at_stations("Desk 4", "")
}

fn deleting(hold: SignedDuration) -> Policy {
    Policy { mode: Mode::Delete { hold }, ..Policy::default() }
}

fn play(policy: &Policy, change: impl FnOnce(&mut World), script: &[Luck]) -> (Scenario, Rehearsal) {
    let person = active_in_billing();
    let mut world = World::of(&person, 5);
    change(&mut world);
    let script = script.iter().rev().copied().collect();
    let scenario = Scenario::new(person, policy, world, script);
    let rehearsal = scenario.played();
    checked(&rehearsal, &scenario);
    (scenario, rehearsal)
}

#[test]
fn a_run_without_a_mishap_is_verified() {
    for policy in [Policy::default(), deleting(SignedDuration::ZERO), deleting(HOLD)] {
        let (scenario, run) = play(&policy, |_| {}, &[]);
        assert_eq!(ended(&run), Some(Outcome::Verified));
        let once: BTreeMap<_, _> =
            places(scenario.plan(), StepKind::is_effect).into_iter().map(|at| (at, 1)).collect();
        assert_eq!(run.performed, once, "each effect exactly once");
    }
}

#[test]
fn retries_that_run_out_never_fall_through_to_the_delete() {
    // The tutorial's loop went on to DELETE an active user after three refusals of the PATCH.
    for luck in [Luck::NotSent, Luck::VersionClash, Luck::InUse, Luck::LostBefore] {
        let mut script = vec![Luck::Well];
        for _ in 0..20 {
            script.push(luck);
            if luck == Luck::LostBefore {
                script.push(Luck::Well);
            }
        }
        let (_, run) = play(&deleting(SignedDuration::ZERO), |_| {}, &script);
        assert_eq!(run.world.account, AccountState::Active, "{luck:?}");
        assert_ne!(ended(&run), Some(Outcome::Verified));
        let sent = run.records.iter().filter(|record| matches!(record.event, Event::Intended { .. })).count();
        assert!(sent > 1, "it was tried more than once");
    }
}

#[test]
fn a_cut_that_is_refused_for_good_leaves_everything_as_it_was() {
    let (scenario, run) = play(&deleting(SignedDuration::ZERO), |_| {}, &[Luck::Well, Luck::Refused]);
    assert_eq!((ended(&run), &run.world), (Some(Outcome::Failed), &scenario.world));
}

#[test]
fn queues_are_left_first_where_the_vendor_answers_that_the_person_is_in_use() {
    let (_, run) = play(&Policy::default(), |world| world.holds_in_queue = true, &[]);
    assert_eq!(ended(&run), Some(Outcome::Verified));
    let state = run.state();
    let mut names = Vec::new();
    for record in &run.records {
        if let Event::Intended { place, attempt, .. } = &record.event {
            names.push(format!("{} (try {attempt})", state.kind(*place).unwrap()));
        }
    }
    assert_eq!(
        names,
        [
            "set state active -> inactive (try 1)",
            "leave queue Billing (try 1)",
            "set state active -> inactive (try 2)",
            "revoke all tokens (try 1)",
            "clear associated station Desk 4 (try 1)",
        ]
    );
}

#[test]
fn queues_left_for_a_cut_that_then_fails_are_joined_again() {
    let script = [Luck::Well, Luck::InUse, Luck::Well, Luck::Well, Luck::Refused];
    let (scenario, run) = play(&Policy::default(), |_| {}, &script);
    assert_eq!((ended(&run), &run.world), (Some(Outcome::Failed), &scenario.world));
    assert!(run.performed.keys().any(|place| place.undo.is_some()), "the queue was left and joined again");
}

#[test]
fn history_that_a_delete_severs_brings_the_person_back() {
    let (_, run) = play(&deleting(SignedDuration::ZERO), |world| world.severs = true, &[]);
    assert_eq!(ended(&run), Some(Outcome::ProofBroken));
    assert_eq!(run.world.account, AccountState::Inactive);
    let state = run.state();
    let Verdict::Broken { missing, .. } = &state.last_proof().unwrap().verdict else { panic!() };
    assert_eq!(missing.len(), 5, "what was seen before the put-back stands");
}

#[test]
fn a_proof_that_lacks_something_once_is_read_again_before_it_counts() {
    let (_, run) = play(&Policy::default(), |world| world.severs = true, &[]);
    assert_eq!(ended(&run), Some(Outcome::Verified), "nothing was deleted, so nothing is severed");
    let readings = run.records.iter().filter(|record| matches!(record.event, Event::Proved { .. })).count();
    assert_eq!(readings, 1);
    let (_, run) = play(&deleting(SignedDuration::ZERO), |world| world.severs = true, &[]);
    let after_delete = run
        .records
        .iter()
        .filter(|record| matches!(&record.event, Event::Proved { reading, .. } if *reading == 3))
        .count();
    assert_eq!(after_delete, 1, "three readings, then it counts");
}

#[test]
fn nothing_is_deleted_where_no_history_could_have_been_seen() {
    let (_, run) = play(
        &deleting(SignedDuration::ZERO),
        |world| {
            world.conversations.clear();
            world.sees_others = false;
        },
        &[],
    );
    let state = run.state();
    let (_, failure) = state.stuck().unwrap();
    assert_eq!((failure.code, run.world.account), (FailureCode::NotComparable, AccountState::Inactive));
}

#[test]
fn a_step_that_was_refused_is_told_before_the_hold_and_not_after_it() {
    // Well: baseline, cut and its look, tokens and their look, station and its look; then the queue is refused.
    let script = [Luck::Well; 7].into_iter().chain([Luck::Refused]).collect::<Vec<_>>();
    let (_, run) = play(&deleting(HOLD), |_| {}, &script);
    let state = run.state();
    assert_eq!(state.stuck().unwrap().1.code, FailureCode::DependsOnRefused);
    let waited = run.records.iter().any(|record| matches!(record.event, Event::Waiting { .. }));
    assert!(!waited, "a person is asked at once, not when the hold is over");
}

#[test]
fn live_work_that_does_not_end_turns_the_run_back() {
    let up_to = SignedDuration::from_mins(2);
    let policy = Policy { live_work: LiveWork::Drain { up_to }, ..Policy::default() };
    let script: Vec<_> = [Luck::Well].into_iter().chain([Luck::Bad; 40]).collect();
    let (scenario, run) = play(&policy, |_| {}, &script);
    assert_eq!((ended(&run), &run.world), (Some(Outcome::Failed), &scenario.world));
}
