//! Where a person stands after any sequence of runs, and what a restore then says and does.

use emeritus_core::event::{Difference, Event, Outcome, Place, Record};
use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::holding::Kind;
use emeritus_core::id::{OrganizationId, RunId, StepId};
use emeritus_core::inventory::{AccountState, Inventory};
use emeritus_core::person::{Before, Standing};
use emeritus_core::plan::{AccountChoice, Basis, Plan, Purpose, StepKind};
use emeritus_core::planner::{Aim, Survey, is_blocked};
use emeritus_core::policy::{Mode, Policy};
use emeritus_core::{RunState, plan_restore};
use jiff::SignedDuration;

use crate::person::{With as _, ada, approved, at, colleague, history, now, planned, restored};

/// A run of a plan: begun, and ended in this way, if it was.
fn run(name: &str, plan: &Plan, snapshot: &Inventory, end: Option<Outcome>) -> RunState {
    began(name, plan, snapshot, end.map(|outcome| Event::Finished { outcome }).into_iter().collect())
}

fn began(name: &str, plan: &Plan, snapshot: &Inventory, then: Vec<Event>) -> RunState {
    let started = Event::Started {
        run: RunId::parse(name).unwrap(),
        plan: Box::new(approved(plan)),
        snapshot: Box::new(snapshot.clone()),
        engine: "0.1.0".to_owned(),
    };
    let records: Vec<_> = [started]
        .into_iter()
        .chain(then)
        .zip(1..)
        .map(|(event, sequence)| Record { sequence, at: now(), event })
        .collect();
    RunState::fold(&records).unwrap().unwrap()
}

fn whole_person() -> Inventory {
    ada().in_queue("Billing", true).with(Kind::Groups, "Team").with(Kind::Phones, "Desk phone")
}

fn retirement(name: &str, found: &Inventory, end: Option<Outcome>) -> RunState {
    run(name, &planned(found, &Policy::default()), found, end)
}

/// A retirement that was killed when this many of its effects had been seen.
fn killed(name: &str, found: &Inventory, effects: usize) -> RunState {
    let plan = planned(found, &delete_after_a_day());
    let steps = plan.steps.iter().filter(|step| step.kind.is_effect()).take(effects);
    let seen = steps.map(|step| Event::Observed {
        place: Place::forward(step.id),
        sight: emeritus_core::event::Sight::Applied,
        facts: std::collections::BTreeMap::new(),
    });
    began(name, &plan, found, seen.collect())
}

fn delete_after_a_day() -> Policy {
    Policy { mode: Mode::Delete { hold: SignedDuration::from_hours(24) }, ..Policy::default() }
}

fn deletion(name: &str, found: &Inventory, end: Option<Outcome>) -> RunState {
    run(name, &planned(found, &delete_after_a_day()), found, end)
}

fn restore(name: &str, to: &Inventory, from: &Inventory, end: Option<Outcome>) -> RunState {
    run(name, &restored(to, from), from, end)
}

/// What the person was before, as the name of the run that knows it, or of the one that found nobody knows.
fn before(runs: &[&RunState]) -> String {
    match Standing::of(runs.iter().copied()).before() {
        None => "at work".to_owned(),
        Some(Before::Whole(run)) => run.run().to_string(),
        Some(Before::Unknown(run)) => format!("unknown since {}", run.run()),
    }
}

#[test]
fn what_a_person_was_is_what_the_first_run_of_their_absence_found() {
    use Outcome::{Failed, ProofBroken, Skipped, Stuck, Verified, WrittenNotVerified};
    let (whole, inactive, deleted) =
        (whole_person(), ada().inactive().in_queue("Billing", true), ada().deleted());
    let keep = retirement("1", &whole, Some(Verified));
    let delete = deletion("2", &inactive, Some(Verified));
    let back = restore("3", &whole, &deleted, Some(Verified));
    assert_eq!(before(&[]), "at work");
    assert_eq!(before(&[&keep]), "1");
    assert_eq!(before(&[&keep, &delete]), "1");
    assert_eq!(before(&[&keep, &delete, &back]), "at work");

    let second = whole_person().in_queue("Claims", true);
    let again = retirement("4", &second, Some(Verified));
    assert_eq!(before(&[&keep, &delete, &back, &again]), "4", "the second life");

    for end in [Failed, Skipped] {
        let nothing = retirement("0", &whole, Some(end));
        assert_eq!(before(&[&nothing]), "at work", "{end:?}");
        assert_eq!(before(&[&nothing, &keep]), "1", "{end:?}");
        assert_eq!(before(&[&keep, &retirement("2", &inactive, Some(end))]), "1", "{end:?}");
    }
    for end in [WrittenNotVerified, ProofBroken] {
        assert_eq!(before(&[&retirement("1", &whole, Some(end))]), "1", "{end:?}");
    }
    assert_eq!(before(&[&keep, &restore("3", &whole, &inactive, Some(Failed))]), "1");
    assert_eq!(before(&[&keep, &restore("3", &whole, &inactive, None)]), "1", "not over");
    let in_part = restore("3", &whole, &inactive, Some(WrittenNotVerified));
    let standing = Standing::of([&keep, &in_part]);
    assert_eq!((before(&[&keep, &in_part]), standing.is_away()), ("1".to_owned(), false));
    let lesser = retirement("4", &ada(), Some(Verified));
    assert_eq!(before(&[&keep, &in_part, &lesser]), "1", "they were never wholly back");
    assert_eq!(before(&[&keep, &in_part, &again]), "4", "they had everything again, and more");
    assert_ne!(Stuck, Verified);
}

#[test]
fn a_run_that_was_killed_took_something_only_if_it_may_have_done_something() {
    let whole = whole_person();
    let (early, late) = (killed("1", &whole, 0), killed("1", &whole, 1));
    assert_eq!((before(&[&early]), before(&[&late])), ("at work".to_owned(), "1".to_owned()));
    for run in [&early, &late] {
        assert_eq!(Standing::of([run]).unfinished(), Some(run));
        assert!(Standing::of([run]).is_retired_or_about_to_be());
    }
    assert!(!Standing::of([&early]).is_away() && Standing::of([&late]).is_away());
}

#[test]
fn somebody_made_active_by_another_hand_is_not_wholly_back_while_anything_is_missing() {
    let (whole, inactive) = (whole_person(), ada().inactive());
    let keep = retirement("1", &whole, Some(Outcome::Verified));
    for (found, expected) in [
        (ada(), "1"),
        (ada().in_queue("Claims", true), "1"),
        (whole_person(), "2"),
        (whole_person().in_queue("Claims", true), "2"),
        (whole_person().unread(Kind::Phones), "1"),
    ] {
        assert_eq!(before(&[&keep, &retirement("2", &found, Some(Outcome::Verified))]), expected);
    }
    assert_eq!(before(&[&keep, &retirement("2", &inactive, Some(Outcome::Verified))]), "1");
}

#[test]
fn of_somebody_found_inactive_nobody_knows_what_they_were() {
    let (whole, inactive) = (whole_person(), ada().inactive().in_queue("Billing", true));
    let adopted = retirement("2", &inactive, Some(Outcome::Verified));
    assert_eq!(before(&[&adopted]), "unknown since 2");
    assert_eq!(Standing::of([&adopted]).last_active(), None);
    let keep = retirement("1", &whole, Some(Outcome::Verified));
    let back = restore("1b", &whole, &inactive, Some(Outcome::Verified));
    let standing = Standing::of([&keep, &back, &adopted]);
    assert_eq!(before(&[&keep, &back, &adopted]), "unknown since 2", "somebody else took them away since");
    assert_eq!(standing.last_active(), Some(&keep));
    let twice = [&adopted, &deletion("3", &inactive, Some(Outcome::Verified))];
    assert_eq!(before(&twice), "unknown since 2");
    let again = retirement("4", &whole, Some(Outcome::Verified));
    assert_eq!(before(&[&adopted, &again]), "4", "found active, so this is known");
}

#[test]
fn a_restore_of_somebody_nobody_knows_asks_what_the_account_is_to_be() {
    let (found, current) = (ada().inactive().in_queue("Billing", true), ada().inactive());
    let first = retirement("0", &whole_person(), Some(Outcome::Failed));
    let adopted = retirement("1", &found, Some(Outcome::Verified));
    let standing = Standing::of([&first, &adopted]);
    let plan = |current: &Inventory, account| {
        let aim = Aim {
            snapshot: &found,
            from_run: adopted.run().clone(),
            basis: Basis::Found { account },
            standing: Some(&standing),
        };
        plan_restore(&aim, current, &Survey::default(), &history(), &Policy::default(), now()).unwrap()
    };
    let open = plan(&current, None);
    assert!(is_blocked(&open));
    assert_eq!((open.findings[0].severity, open.findings[0].code), (Severity::Fatal, FindingCode::NotWhole));
    insta::assert_snapshot!(open.findings[0].text, @"nobody knows what this person was before they left: the account was inactive already when run 1 began. What can be given back is what runs of this journal took since then. Say what the account is to be: `--account active` makes it active, `--account as-found` leaves it as it was then. The account was last known active on 2026-11-21 08:59:00 UTC, when run 0 began, with groups Team, phone Desk phone, role grants Agent in Sales besides: `--run 0` puts that back");
    let active = plan(&current, Some(AccountChoice::Active));
    assert!(!is_blocked(&active));
    assert_eq!(active.aimed_state(), AccountState::Active);
    assert_eq!(active.restored_words().unwrap(), "Put back as run 1 found them, the account active");
    let as_found = plan(&current, Some(AccountChoice::AsFound));
    assert!(!is_blocked(&as_found));
    assert!(!as_found.steps.iter().any(|step| matches!(step.kind, StepKind::SetState { .. })));
    assert_eq!(as_found.restored_words().unwrap(), "Put back as run 1 found them, the account inactive");
    for plan in [&open, &active, &as_found] {
        assert!(plan.to_string().contains("join queue Billing"), "{plan}");
    }
    // Who is active by now stays so, and nobody has to be asked.
    let at_work = plan(&ada(), None);
    assert!(!is_blocked(&at_work));
    assert_eq!(at_work.aimed_state(), AccountState::Active);
    let ended = run("2", &active, &current, Some(Outcome::Verified));
    assert_eq!(before(&[&adopted, &ended]), "at work");
    let ended = run("2", &as_found, &current, Some(Outcome::Verified));
    assert_eq!(before(&[&adopted, &ended]), "unknown since 1");
}

#[test]
fn only_what_somebody_was_before_they_first_left_is_called_restored() {
    let whole = restored(&whole_person(), &ada().inactive());
    assert_eq!(whole.restored_words().unwrap(), "Restored");
    // As earlier releases planned it: from a snapshot that says inactive.
    let inactive = restored(&ada().inactive().in_queue("Billing", true), &ada().deleted());
    assert_eq!(inactive.restored_words().unwrap(), "Put back as run run-1 found them, the account inactive");
    assert_eq!(planned(&ada(), &Policy::default()).restored_words(), None);
    let text = serde_json::to_string(&whole.purpose).unwrap();
    assert_eq!(text, r#"{"restore":{"from_run":"run-1"}}"#, "an earlier release reads it");
    assert_eq!(serde_json::from_str::<Purpose>(&text).unwrap(), whole.purpose);
}

#[test]
fn the_day_of_return_outlives_what_is_taken_from_somebody_who_is_away() {
    let leave = Policy { returns_at: Some(at("2027-03-01T00:00:00Z")), ..Policy::default() };
    let away = run("1", &planned(&whole_person(), &leave), &whole_person(), Some(Outcome::Verified));
    let inactive = ada().inactive().in_queue("Claims", true);
    let day = |runs: &[&RunState]| {
        Standing::of(runs.iter().copied()).expected_back().map(|run| run.run().to_string())
    };
    let leftovers = retirement("2", &inactive, Some(Outcome::Verified));
    assert_eq!(day(&[&away]).as_deref(), Some("1"));
    assert_eq!(day(&[&away, &leftovers]).as_deref(), Some("1"));
    let later = run("2", &planned(&inactive, &leave), &inactive, Some(Outcome::Verified));
    assert_eq!(day(&[&away, &later]).as_deref(), Some("2"), "a new day");
    assert_eq!(day(&[&away, &deletion("2", &inactive, Some(Outcome::Verified))]), None);
    assert_eq!(day(&[&away, &retirement("2", &whole_person(), Some(Outcome::Verified))]), None);
    for (end, expected) in [
        (Some(Outcome::Verified), None),
        (Some(Outcome::WrittenNotVerified), None),
        (Some(Outcome::Failed), Some("1")),
        (None, Some("1")),
    ] {
        let back = restore("3", &whole_person(), &ada().inactive(), end);
        assert_eq!(day(&[&away, &back]).as_deref(), expected, "{end:?}");
    }
    let failed = run("1", &planned(&whole_person(), &leave), &whole_person(), Some(Outcome::Failed));
    assert_eq!(day(&[&failed]), None);
}

#[test]
fn a_run_is_given_up_as_soon_as_a_restore_begins_and_not_when_that_was_taken_back() {
    let held = killed("1", &whole_person(), 3);
    for (end, is_given_up) in [
        (None, true),
        (Some(Outcome::Verified), true),
        (Some(Outcome::WrittenNotVerified), true),
        (Some(Outcome::Skipped), true),
        (Some(Outcome::Failed), false),
    ] {
        let back = restore("2", &whole_person(), &ada().inactive(), end);
        let standing = Standing::of([&held, &back]);
        assert_eq!(standing.superseded_by(held.run()), is_given_up.then_some(back.run()), "{end:?}");
        let open = match end {
            None => Some("2"),
            Some(Outcome::Failed) => Some("1"),
            Some(_) => None,
        };
        assert_eq!(standing.unfinished().map(|run| run.run().as_str()), open, "{end:?}");
    }
    let plan = restored(&whole_person(), &ada().inactive());
    let (place, failure) =
        (Place::forward(StepId(1)), crate::rehearsal::failure(emeritus_core::event::FailureCode::Forbidden));
    let stuck = began("2", &plan, &ada().inactive(), vec![Event::Stuck { place, failure }]);
    let again = restore("3", &whole_person(), &ada().inactive(), Some(Outcome::Verified));
    let standing = Standing::of([&held, &stuck, &again]);
    assert_eq!(standing.superseded_by(stuck.run()), Some(again.run()));
    assert_eq!(standing.unfinished(), None);
    let aim =
        Aim { standing: Some(&Standing::of([&held])), ..Aim::whole(held.snapshot(), held.run().clone()) };
    let current = ada().inactive();
    let plan =
        plan_restore(&aim, &current, &Survey::default(), &history(), &Policy::default(), now()).unwrap();
    let said = plan.findings.iter().find(|found| found.code == FindingCode::GivesUp).unwrap();
    assert_eq!(said.text, "run 1 is not over: this gives it up, and it is not resumed after that");
}

#[test]
fn two_organizations_are_two_standings() {
    let mut elsewhere = whole_person();
    elsewhere.organization.id = OrganizationId::parse("o-2").unwrap();
    let runs = [
        retirement("1", &whole_person(), Some(Outcome::Verified)),
        retirement("2", &elsewhere, Some(Outcome::Verified)),
        restore("3", &whole_person(), &ada().inactive(), Some(Outcome::Verified)),
    ];
    let away: Vec<_> = Standing::of_everybody(&runs)
        .iter()
        .map(|person| (person.organization().unwrap().to_string(), person.is_away()))
        .collect();
    assert_eq!(away, [("o-1".to_owned(), false), ("o-2".to_owned(), true)]);
}

#[test]
fn what_others_changed_stays_and_is_said_beforehand() {
    let mut current = ada().inactive().in_queue("Claims", true);
    current.account.name = "Ada King".into();
    current.manager = emeritus_core::inventory::Part::Known(Some(colleague("Grace")));
    let plan = restored(&whole_person(), &current);
    let said: Vec<_> = plan
        .findings
        .iter()
        .filter(|found| found.code == FindingCode::ChangedSince)
        .map(|found| found.text.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "name Ada Byron: somebody made it Ada King since, and it is not changed back",
            "queues Claims: given since by somebody else, and it stays"
        ]
    );
    assert!(plan.losses.iter().any(|loss| loss.part == "queues" && loss.id == "q-claims"));
}

#[test]
fn what_a_later_run_took_besides_is_named() {
    let first = retirement("1", &whole_person(), Some(Outcome::Verified));
    let later = ada().inactive().in_queue("Claims", true);
    let second = retirement("2", &later, Some(Outcome::Verified));
    let standing = Standing::of([&first, &second]);
    let aim = Aim { standing: Some(&standing), ..Aim::whole(first.snapshot(), first.run().clone()) };
    let plan =
        plan_restore(&aim, &ada().inactive(), &Survey::default(), &history(), &Policy::default(), now());
    let plan = plan.unwrap();
    let said: Vec<_> = plan.findings.iter().filter(|found| found.code == FindingCode::ChangedSince).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(
        said[0].text,
        "run 2 took what somebody gave since: queues Claims, which is not put back; `--run 2` puts back what the person \
         was when it began"
    );
}

#[test]
fn a_state_that_was_not_seen_is_no_return() {
    let keep = retirement("1", &whole_person(), Some(Outcome::Verified));
    let plan = restored(&whole_person(), &ada().inactive());
    let compare = plan.steps.last().unwrap().id;
    let state = Difference {
        field: "state".to_owned(),
        expected: "active".to_owned(),
        found: "inactive".to_owned(),
        foretold: false,
    };
    let events = vec![
        Event::Compared { step: compare, differences: vec![state] },
        Event::Finished { outcome: Outcome::WrittenNotVerified },
    ];
    let back = began("2", &plan, &ada().inactive(), events);
    assert!(Standing::of([&keep, &back]).is_away());
}

#[test]
fn a_snapshot_of_another_organization_is_refused() {
    let mut elsewhere = whole_person().inactive();
    elsewhere.organization.id = OrganizationId::parse("o-2").unwrap();
    let snapshot = whole_person();
    let aim = Aim::whole(&snapshot, RunId::parse("1").unwrap());
    let refused = plan_restore(&aim, &elsewhere, &Survey::default(), &history(), &Policy::default(), now());
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the snapshot is of organization o-1, these credentials are of o-2"
    );
}
