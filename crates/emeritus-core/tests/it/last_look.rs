//! No run ends in a word that its last look at the account does not bear out.

use emeritus_core::decide::{Unverified, unverified};
use emeritus_core::event::{AccountSeen, Event, FailureCode, Outcome, Place};
use emeritus_core::evidence::evidence;
use emeritus_core::holding::Kind;
use emeritus_core::inventory::{AccountState, Inventory, Part};
use emeritus_core::plan::StepKind;
use emeritus_core::policy::{Mode, Policy};
use jiff::SignedDuration;

use crate::person::{With as _, ada, approved, forbidden, planned};
use crate::rehearsal::{Luck, Rehearsal, ended, places};
use crate::scenario::bound;
use crate::world::World;

/// A run on this person that went well, to its end.
fn run(person: &Inventory, policy: &Policy) -> Rehearsal {
    let plan = planned(person, policy);
    let mut run = Rehearsal::begin(&approved(&plan), person, World::of(person, 4), Vec::new());
    run.run(bound(&plan));
    run
}

/// The run as it was after its last record of a kind, taken up again by another process.
fn taken_up_after(run: &Rehearsal, wanted: impl Fn(&Event) -> bool) -> Rehearsal {
    let last = run.records.iter().rposition(|record| wanted(&record.event)).unwrap();
    run.crashed_after(last + 1)
}

fn is_proof(event: &Event) -> bool {
    matches!(event, Event::Proved { .. })
}

fn seen(run: &Rehearsal) -> Option<AccountState> {
    let state = run.state();
    state.account_seen().and_then(|(_, seen)| seen.state())
}

/// Somebody who had left already, and is still in a queue and a group.
fn left(state: AccountState) -> Inventory {
    let mut person = ada().in_queue("Billing", true);
    person.account.state = state;
    person
}

fn deleting() -> Policy {
    Policy { mode: Mode::Delete { hold: SignedDuration::ZERO }, ..Policy::default() }
}

#[test]
fn the_last_thing_before_a_good_word_is_a_look_at_the_account() {
    let cases = [
        (ada(), Policy::default(), AccountState::Inactive),
        (ada(), deleting(), AccountState::Deleted),
        (left(AccountState::Inactive), Policy::default(), AccountState::Inactive),
        (left(AccountState::Deleted), Policy::default(), AccountState::Deleted),
    ];
    for (person, policy, state) in cases {
        let run = run(&person, &policy);
        let [.., look, end] = run.records.as_slice() else { panic!("too short") };
        let expected = AccountSeen::In { state, version: Some(7) };
        assert_eq!(look.event, Event::AccountSeen { seen: expected.clone() });
        assert_eq!(end.event, Event::Finished { outcome: Outcome::Verified });
        assert_eq!(unverified(&run.state()), [], "verified, so there is nothing to name");
        let account = evidence(&run.records).unwrap().account.unwrap();
        assert_eq!((account.asked, account.seen), (state, expected));
    }
}

#[test]
fn somebody_who_is_active_again_at_the_end_is_for_a_person_to_look_at() {
    for (person, policy) in
        [(ada(), Policy::default()), (ada(), deleting()), (left(AccountState::Deleted), Policy::default())]
    {
        let mut run = taken_up_after(&run(&person, &policy), is_proof);
        run.world.account = AccountState::Active;
        run.run(200);
        let state = run.state();
        let (_, failure) = state.stuck().expect("a person is asked");
        assert_eq!(
            (ended(&run), failure.code, seen(&run)),
            (None, FailureCode::Drift, Some(AccountState::Active))
        );
        assert!(failure.detail.starts_with("the account is active, expected "), "{}", failure.detail);
        let headline = evidence(&run.records).unwrap().headline;
        assert!(headline.starts_with("The account was active at the last look, not "), "{headline}");

        let mut still = run.freed();
        still.run(200);
        assert_eq!(
            still.state().stuck().unwrap().1.code,
            FailureCode::Drift,
            "freeing alone changes nothing"
        );
        run.world.account = run.state().asked_state();
        let mut back = run.freed();
        back.run(200);
        assert_eq!(ended(&back), Some(Outcome::Verified), "it is as asked for again, and that was seen");
    }
}

#[test]
fn nothing_is_taken_from_somebody_who_works_again_by_a_run_that_is_taken_up() {
    let cut = |event: &Event| matches!(event, Event::Observed { facts, .. } if facts.get("state").is_some_and(|state| state == "inactive"));
    let started = |event: &Event| matches!(event, Event::Started { .. });
    for (person, after) in [
        (ada().in_queue("Billing", true), &cut as &dyn Fn(&Event) -> bool),
        (left(AccountState::Inactive), &started),
        (left(AccountState::Deleted), &started),
    ] {
        let whole = run(&person, &Policy::default());
        let first = whole.records.iter().position(|record| after(&record.event)).unwrap();
        let mut run = whole.crashed_after(first + 1);
        run.world.account = AccountState::Active;
        let before = run.performed.clone();
        run.run(200);
        assert_eq!(run.performed, before, "nothing was sent");
        assert_eq!(run.state().stuck().unwrap().1.code, FailureCode::Drift);
    }
}

#[test]
fn another_state_than_the_one_asked_for_is_named_and_not_verified() {
    for (policy, found) in [(Policy::default(), AccountState::Deleted), (deleting(), AccountState::Inactive)]
    {
        let mut run = taken_up_after(&run(&ada(), &policy), is_proof);
        run.world.account = found;
        run.run(200);
        assert_eq!(ended(&run), Some(Outcome::WrittenNotVerified));
        let asked = run.state().asked_state();
        let seen = Some(AccountSeen::In { state: found, version: Some(7) });
        let reasons = unverified(&run.state());
        assert_eq!(reasons, [Unverified::Account { asked, seen }]);
        assert_eq!(reasons[0].to_string(), format!("account: is {found}, not {asked}"));
    }
}

#[test]
fn nothing_to_do_rests_on_a_look_too() {
    for person in [ada().inactive(), ada().deleted()] {
        let state = person.account.state;
        let plan = planned(&person, &Policy::default());
        assert_eq!(plan.steps, []);
        let begin = || Rehearsal::begin(&approved(&plan), &person, World::of(&person, 4), Vec::new());
        let mut fine = begin();
        fine.run(10);
        assert_eq!((ended(&fine), seen(&fine)), (Some(Outcome::Skipped), Some(state)));
        let mut works = begin();
        works.world.account = AccountState::Active;
        works.run(10);
        assert_eq!((ended(&works), seen(&works)), (Some(Outcome::Failed), Some(AccountState::Active)));
        let headline = evidence(&works.records).unwrap().headline;
        assert_eq!(
            headline,
            format!("The account was active at the last look, not {state}. Nothing was done.")
        );
    }
}

#[test]
fn a_run_that_turned_back_and_left_the_account_otherwise_does_not_say_that_nothing_was_changed() {
    let plan = planned(&ada(), &Policy::default());
    // The baseline, then the cut: refused, and a look that shows it is not there. By the end it is.
    let script = vec![Luck::Refused, Luck::Well];
    let mut run = Rehearsal::begin(&approved(&plan), &ada(), World::of(&ada(), 4), script);
    run.run(200);
    assert_eq!(ended(&run), Some(Outcome::Failed));
    let mut late = taken_up_after(&run, |event| matches!(event, Event::Unwinding { .. }));
    late.world.account = AccountState::Inactive;
    late.run(200);
    assert_eq!(ended(&late), Some(Outcome::WrittenNotVerified));
    assert_eq!(seen(&late), Some(AccountState::Inactive));
}

#[test]
fn roles_that_could_not_be_read_cannot_be_given_back_and_are_named() {
    let mut person = ada();
    person.grants = Part::Unknown(forbidden("authorization:grant:view"));
    let run = run(&person, &Policy::default());
    assert_eq!(ended(&run), Some(Outcome::WrittenNotVerified));
    let why = forbidden("authorization:grant:view");
    assert_eq!(unverified(&run.state()), [Unverified::Part { kind: Kind::Roles, why, is_gone: true }]);
    let last = evidence(&run.records).unwrap().summary.pop().unwrap();
    assert_eq!(
        last,
        "Not read, so it cannot be given back: role grants (needs permission authorization:grant:view)."
    );
}

#[test]
fn a_last_refusal_is_believed_only_when_looking_bears_it_out() {
    let plan = planned(&ada(), &Policy::default());
    let cut = places(&plan, |kind| matches!(kind, StepKind::SetState { .. }))[0];
    for (luck, outcome, account) in [
        (Luck::DeclinedAfter, Outcome::Verified, AccountState::Inactive),
        (Luck::DeclinedBefore, Outcome::Failed, AccountState::Active),
    ] {
        let script = vec![luck, Luck::Well];
        let mut run = Rehearsal::begin(&approved(&plan), &ada(), World::of(&ada(), 4), script);
        run.run(200);
        assert_eq!((ended(&run), run.world.account), (Some(outcome), account));
        let looked = run
            .records
            .iter()
            .any(|record| matches!(record.event, Event::Observed { place, .. } if place == cut));
        assert!(looked, "the refusal was looked at");
        assert!(run.performed.get(&cut).copied().unwrap_or(0) <= 1, "and never sent again");
    }
}

#[test]
fn what_a_look_at_a_refusal_cannot_show_needs_a_person() {
    let plan = planned(&ada(), &Policy::default());
    let mut script = vec![Luck::Unclear; 4];
    script.extend([Luck::DeclinedAfter, Luck::Well]);
    let mut run = Rehearsal::begin(&approved(&plan), &ada(), World::of(&ada(), 4), script);
    run.run(200);
    let state = run.state();
    let (place, failure) = state.stuck().unwrap();
    assert!(matches!(state.kind(*place), Some(StepKind::SetState { .. })));
    assert_eq!(failure.code, FailureCode::Forbidden);
    assert!(failure.detail.ends_with("looking did not show whether it was done all the same"));
    let mut freed = run.freed();
    freed.run(200);
    assert_eq!(ended(&freed), Some(Outcome::Verified), "it is looked at again, and it was done");
    assert_eq!(freed.performed[&Place::forward(place.step)], 1);
}
