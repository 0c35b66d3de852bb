//! Two hundred people with everything that people carry: each retired and put back, each in a world with another of
//! its open questions answered the other way.

use emeritus::event::Outcome;
use emeritus::finding::Severity;
use emeritus::id::UserId;
use emeritus::overrides::Override;
use emeritus::plan::{Plan, Purpose};
use emeritus::policy::{LiveWork, Mode, Policy};
use emeritus::{Recheck, Who};
use genesys_emulator::{Baggage, Preset, Switches};
use jiff::SignedDuration;

use super::{other_values, same, settled, takes_everything};
use crate::share::Share;
use crate::world::World;

/// How many people there are.
const PEOPLE: u32 = 200;

/// Returns the policy of the n-th person: each mode with each extent, in turn.
fn policy(number: usize) -> Policy {
    let base = if number.is_multiple_of(2) { Policy::default() } else { takes_everything() };
    let deletes = number % 4 >= 2;
    Policy {
        mode: if deletes { Mode::Delete { hold: SignedDuration::ZERO } } else { Mode::Keep },
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) },
        ..base
    }
}

/// Retires and restores every person whose number leaves `rest` when divided by four.
fn crowd(preset: Preset, rest: usize) {
    let world = World::crowded(preset, PEOPLE, Baggage::Full);
    let defaults = world.emulator.switches();
    let mut values = other_values(&Switches::of(preset));
    // With this one a policy has to leave the notice alone: see `back`.
    values.retain(|(name, _)| *name != "out_of_office_of_others_refused");
    let mut people: Vec<_> = world.emulator.user_ids();
    people.retain(|id| world.emulator.truth(id).is_some_and(|truth| truth.state == "active"));
    assert!(people.len() >= PEOPLE as usize, "only {} people", people.len());
    let mut carried = 0;
    let share = Share::of_this_run();
    let rows = share.rows();
    for (number, person) in people.iter().take(PEOPLE as usize).enumerate() {
        if number % 4 != rest || !rows.take() {
            continue;
        }
        let (name, value) = &values[(number / 4 * 7 + rest) % values.len()];
        let context = format!("{preset} person {number} {person} with {name} = {value}");
        world.emulator.set_switches(defaults.clone());
        world.emulator.set_switch(name, value).unwrap();
        world.emulator.end_live(person);
        carried += world.emulator.planted(person).len();
        there_and_back(&world, person, &policy(number), &context);
    }
    assert!(carried > share.at_least(50) * 20, "they carried only {carried} things");
}

/// Returns the policy of a plan with everything lifted that keeps the plan from being approved, each by its name.
fn lifting(plan: &Plan) -> Policy {
    let fatal = plan.findings.iter().filter(|finding| finding.severity == Severity::Fatal);
    let blocks = fatal.flat_map(|finding| &finding.blocks);
    let overrides = blocks.map(|block| Override::new(block, "they leave all the same", "a test").unwrap());
    Policy { overrides: overrides.collect(), ..plan.policy.clone() }
}

fn there_and_back(world: &World, person: &str, policy: &Policy, context: &str) {
    let before = world.emulator.organization_truth();
    let executor = world.executor();
    let who = Who::Id(UserId::parse(person.to_owned()).unwrap());
    let policy = &lifting(&world.run(executor.plan(&who, policy.clone(), None)).unwrap().plan);
    let planned = world.run(executor.plan(&who, policy.clone(), None)).unwrap();
    assert!(!emeritus::planner::is_blocked(&planned.plan), "{context}: {}", planned.plan);
    let retired = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    let outcome = retired.state.outcome();
    assert!(
        matches!(outcome, Some(Outcome::Verified | Outcome::ProofBroken | Outcome::WrittenNotVerified)),
        "{context}: {outcome:?} {:?}\n{}",
        retired.state.stuck(),
        retired.state.plan()
    );
    let again = Policy { overrides: Vec::new(), ..policy.clone() };
    let planned = world.run(executor.plan_restore(Some(retired.state.run()), None, again)).unwrap();
    assert!(matches!(planned.plan.purpose, Purpose::Restore { .. }));
    let restored = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(
        restored.state.outcome(),
        Some(Outcome::Verified),
        "{context}: {:?} {:#?}\n{}",
        restored.state.stuck(),
        restored.state.differences(),
        restored.state.plan()
    );
    let foretold = &retired.state.plan().losses;
    let after = settled(world.emulator.organization_truth(), person, foretold);
    same(&after, &settled(before, person, foretold), context);
}

#[test]
fn a_first_quarter_of_a_documented_crowd_comes_back_exactly() {
    crowd(Preset::Documented, 0);
}

#[test]
fn a_second_quarter_of_a_documented_crowd_comes_back_exactly() {
    crowd(Preset::Documented, 1);
}

#[test]
fn a_third_quarter_of_a_documented_crowd_comes_back_exactly() {
    crowd(Preset::Documented, 2);
}

#[test]
fn a_fourth_quarter_of_a_documented_crowd_comes_back_exactly() {
    crowd(Preset::Documented, 3);
}

#[test]
fn a_first_quarter_of_a_reported_crowd_comes_back_exactly() {
    crowd(Preset::AsReported, 0);
}

#[test]
fn a_second_quarter_of_a_reported_crowd_comes_back_exactly() {
    crowd(Preset::AsReported, 1);
}

#[test]
fn a_third_quarter_of_a_reported_crowd_comes_back_exactly() {
    crowd(Preset::AsReported, 2);
}

#[test]
fn a_fourth_quarter_of_a_reported_crowd_comes_back_exactly() {
    crowd(Preset::AsReported, 3);
}
