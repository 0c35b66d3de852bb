//! Whether access has ended is looked at, and what is seen there has a say in what may follow.

use emeritus_core::event::{Event, FailureCode, Outcome, Place, Sight};
use emeritus_core::evidence::evidence;
use emeritus_core::holding::Kind;
use emeritus_core::inventory::{AccountState, Inventory};
use emeritus_core::plan::StepKind;
use emeritus_core::policy::{Mode, Policy, Treatment};
use jiff::SignedDuration;

use crate::person::{With as _, ada, approved, planned};
use crate::rehearsal::{Luck, Rehearsal, ended, places};
use crate::scenario::bound;
use crate::world::World;

fn deleting() -> Policy {
    Policy { mode: Mode::Delete { hold: SignedDuration::from_hours(1) }, ..Policy::default() }
}

/// A run in which the `nth` request, look or reading goes as it is told.
fn run(person: &Inventory, policy: &Policy, nth: usize, luck: Luck) -> Rehearsal {
    let plan = planned(person, policy);
    let mut script = vec![Luck::Well; nth];
    script[0] = luck;
    let mut run = Rehearsal::begin(&approved(&plan), person, World::of(person, 4), script);
    run.run(bound(&plan));
    run
}

/// Baseline, cut and its look, tokens and their look: the look at the access is the sixth.
const LOOK: usize = 6;

#[test]
fn access_that_is_not_seen_to_have_ended_is_not_called_verified() {
    let run = run(&ada(), &Policy::default(), LOOK, Luck::Bad);
    assert_eq!(ended(&run), Some(Outcome::WrittenNotVerified));
    let evidence = evidence(&run.records).unwrap();
    assert_eq!(evidence.cut.unwrap().at, None, "the look outweighs what the steps showed");
    let last = evidence.summary.last().unwrap();
    assert_eq!(
        last,
        "That access has ended was not seen: last token is one since the cut, not none since the cut."
    );
    assert!(!evidence.summary.iter().any(|sentence| sentence.contains("Access ended")));
}

#[test]
fn nobody_is_deleted_whose_access_is_not_seen_to_have_ended() {
    let run = run(&ada(), &deleting(), LOOK, Luck::Bad);
    let state = run.state();
    let (place, failure) = state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::Differs);
    assert!(failure.detail.starts_with("not deleted: access is not seen to have ended (last token is"));
    assert!(matches!(state.kind(*place), Some(StepKind::Hold { .. })), "before the hold, not after it");
    assert_eq!(run.world.account, AccountState::Inactive);

    let mut freed = run.freed();
    freed.run(bound(state.plan()));
    assert_eq!(ended(&freed), Some(Outcome::Verified), "a person lets it go on, and it is looked at again");
    assert_eq!(freed.world.account, AccountState::Deleted);
}

#[test]
fn a_look_that_still_finds_access_keeps_the_delete_from_being_sent_however_often_it_is_freed() {
    let policy = deleting();
    // The station is not taken away and stays in use.
    let policy = Policy { treatments: [(Kind::Stations, Treatment::Keep)].into(), ..policy };
    let person = ada().at_stations("Desk 4", "");
    let mut run = run(&person, &policy, LOOK, Luck::Well);
    for _ in 0..3 {
        assert_eq!(run.state().stuck().unwrap().1.code, FailureCode::Differs);
        let looks =
            run.records.iter().filter(|record| matches!(record.event, Event::Compared { .. })).count();
        run = run.freed();
        run.run(1_000);
        let again =
            run.records.iter().filter(|record| matches!(record.event, Event::Compared { .. })).count();
        assert_eq!(again, looks + 1, "it is looked at anew");
        assert_eq!(run.world.account, AccountState::Inactive);
    }
    run.world.stations.clear();
    let mut run = run.freed();
    run.run(1_000);
    assert_eq!((ended(&run), run.world.account), (Some(Outcome::Verified), AccountState::Deleted));
}

#[test]
fn a_look_that_could_not_be_had_needs_a_person_and_keeps_the_delete_back() {
    let kept = run(&ada(), &Policy::default(), LOOK, Luck::Refused);
    assert_eq!(kept.state().stuck().unwrap().1.code, FailureCode::Unclear);
    let deleted = run(&ada(), &deleting(), LOOK, Luck::Refused);
    assert_eq!(deleted.state().stuck().unwrap().1.code, FailureCode::DependsOnRefused);
    assert_eq!(deleted.world.account, AccountState::Inactive);
}

#[test]
fn a_kind_that_is_released_and_was_not_read_keeps_a_run_from_being_verified() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        let of = |policy: &Policy| ended(&run(&ada().unread(kind), policy, LOOK, Luck::Well));
        let released = kind.default_treatment() == Treatment::Release;
        let expected = if released { Outcome::WrittenNotVerified } else { Outcome::Verified };
        assert_eq!(of(&Policy::default()), Some(expected), "{kind}");
        let keeping = Policy { treatments: [(kind, Treatment::Keep)].into(), ..Policy::default() };
        assert_eq!(of(&keeping), Some(Outcome::Verified), "{kind} is kept, so nothing is claimed of it");
    }
}

#[test]
fn what_was_not_read_of_a_deleted_person_counts_only_where_it_outlives_the_delete() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held() && *kind != Kind::Team) {
        if kind.default_treatment() != Treatment::Release {
            continue;
        }
        let person = ada().deleted().with(Kind::Team, "One").unread(kind);
        let run = run(&person, &Policy::default(), LOOK, Luck::Well);
        let counts = kind.outlives_delete();
        let expected = if counts { Outcome::WrittenNotVerified } else { Outcome::Verified };
        assert_eq!(ended(&run), Some(expected), "{kind}");
        assert_eq!(evidence(&run.records).unwrap().cut, None, "no access was to be ended");
    }
}

#[test]
fn when_an_effect_was_seen_is_known_from_the_state() {
    let run = run(&ada(), &Policy::default(), LOOK, Luck::Well);
    let state = run.state();
    let cut = places(state.plan(), |kind| matches!(kind, StepKind::SetState { .. }))[0];
    let seen = run.records.iter().find(|record| {
        matches!(&record.event, Event::Observed { place, sight: Sight::Applied, .. } if *place == cut)
    });
    assert_eq!(state.seen_at(cut), Some(seen.unwrap().at));
    assert_eq!(state.seen_at(Place { undo: Some(0), ..cut }), None);
}
