//! Which of many runs are listed, and who is found among them: nobody whom somebody has to look at is left out.

use std::collections::BTreeSet;

use emeritus::id::{RunId, UserId};
use emeritus::policy::{Mode, Policy};
use emeritus::{Emeritus, Listed, Recheck, RunState, RunsHere, Who};
use genesys::{Effect, State};
use genesys_emulator::Preset;
use jiff::SignedDuration;

use crate::lives::another_organization;
use crate::world::World;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn retire(world: &World, user: &str, policy: Policy) -> RunId {
    let executor = world.executor();
    let planned = world.run(executor.plan(&Who::parse(user).unwrap(), policy, None)).unwrap();
    world.start(&executor, planned, Recheck::WhenOld).unwrap().state.run().clone()
}

fn restore(world: &World, user: &str) -> RunId {
    let executor = world.executor();
    let who = Who::parse(user).unwrap();
    let planned = world.run(executor.plan_restore(None, Some(&who), Policy::default())).unwrap();
    world.start(&executor, planned, Recheck::WhenOld).unwrap().state.run().clone()
}

fn person(world: &World, name: &str) -> String {
    world.emulator.user(name).in_queue("billing").add()
}

fn returning(world: &World) -> Policy {
    Policy { returns_at: Some(world.emulator.clock().now() + DAY * 900), ..Policy::default() }
}

fn held() -> Policy {
    Policy { mode: Mode::Delete { hold: DAY * 900 }, ..Policy::default() }
}

fn listed(executor: &Emeritus) -> (BTreeSet<RunId>, u64) {
    let overview = executor.overview(Listed::Current).unwrap();
    (overview.listed.into_iter().collect(), overview.left_out)
}

fn due(executor: &Emeritus, run: &RunId) -> jiff::Timestamp {
    let index = executor.index().unwrap();
    index.iter().find(|one| one.run == *run).unwrap().row.proof_due.unwrap()
}

#[test]
fn of_many_runs_those_are_listed_that_are_open_due_expected_or_without_evidence_and_the_latest() {
    let world = World::small(Preset::Documented);
    let retired = |name: &str, policy: Policy| retire(&world, &person(&world, name), policy);
    let expected = retired("Bea", returning(&world));
    let open = retired("Cora", held());
    let unwritten = retired("Dora", Policy::default());
    let plain = retired("Edda", Policy::default());
    let fay = person(&world, "Fay");
    let put_back = [retire(&world, &fay, returning(&world)), restore(&world, &fay)];
    let executor = world.executor();
    let folder = world.home.path().join("runs").join(unwritten.as_str());
    for name in ["SHA256SUMS", "report.html", "evidence.json"] {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    let latest: Vec<_> = (0..20).map(|_| retire(&world, &world.ada, Policy::default())).collect();
    let wanted: BTreeSet<_> = [&expected, &open, &unwritten].into_iter().chain(&latest).cloned().collect();
    let left_out = 1 + put_back.len() as u64;
    assert_eq!(listed(&executor), (wanted.clone(), left_out));

    // Whoever is listed is there with every run of theirs.
    let overview = executor.overview(Listed::Everything).unwrap();
    assert_eq!((overview.listed.len(), overview.runs.len(), overview.left_out), (26, 26, 0));
    let shown = executor.overview(Listed::Current).unwrap();
    assert_eq!(shown.runs.iter().map(RunState::run).cloned().collect::<BTreeSet<_>>(), wanted);

    // A moment before it is due, and then.
    let moment = SignedDuration::from_secs(1);
    let until = due(&executor, &plain) - moment - world.emulator.clock().now();
    world.emulator.clock().advance(until.try_into().unwrap());
    assert!(!listed(&executor).0.contains(&plain));
    world.emulator.clock().advance((moment * 2).try_into().unwrap());
    assert!(listed(&executor).0.contains(&plain));
    world.emulator.clock().advance(DAY.try_into().unwrap());
    assert!(!listed(&executor).0.contains(&put_back[0]), "nothing is due of somebody who is back");
}

fn expected(executor: &Emeritus) -> Vec<RunId> {
    executor.expected_back().unwrap().iter().map(RunState::run).cloned().collect()
}

#[test]
fn whoever_is_away_is_found_whatever_came_before_and_after() {
    let world = World::small(Preset::Documented);
    // Away, and somebody looked for leftovers since.
    let ada = retire(&world, &world.ada, returning(&world));
    retire(&world, &world.ada, Policy::default());
    // Away for the second time, with a day to come back only now.
    let bea = person(&world, "Bea");
    retire(&world, &bea, Policy::default());
    restore(&world, &bea);
    let again = retire(&world, &bea, returning(&world));
    // In a hold; and one who was put back.
    let cora = person(&world, "Cora");
    retire(&world, &cora, held());
    let dora = person(&world, "Dora");
    retire(&world, &dora, returning(&world));
    restore(&world, &dora);
    let executor = world.executor();
    assert_eq!(expected(&executor).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([ada, again]));
    let mut away: Vec<_> = [&world.ada, &bea, &cora].map(|id| UserId::parse(id.clone()).unwrap()).into();
    away.sort();
    assert_eq!(world.run(executor.retired_people()).unwrap(), away);
}

fn found(runs: &RunsHere) -> (Vec<RunId>, u64) {
    (runs.here.iter().map(RunState::run).cloned().collect(), runs.elsewhere)
}

#[test]
fn what_needs_somebody_is_not_gone_on_with_and_what_is_of_elsewhere_is_counted() {
    let mut world = World::small(Preset::Documented);
    let short = Policy { mode: Mode::Delete { hold: DAY }, ..Policy::default() };
    let stuck = retire(&world, &world.ada, short);
    world.by_hand(|user, version| Effect::set_state(user, version, State::Active));
    world.emulator.clock().advance((DAY * 2).try_into().unwrap());
    let report = world.run(world.executor().resume(&stuck, false)).unwrap();
    assert!(report.state.stuck().is_some(), "{:?}", report.state.outcome());
    let open = retire(&world, &person(&world, "Bea"), held());
    let due = retire(&world, &person(&world, "Cora"), returning(&world));
    let executor = world.executor();
    assert_eq!(executor.unfinished().unwrap().len(), 2);
    assert_eq!(found(&world.run(executor.to_resume()).unwrap()), (vec![open], 0));
    world.emulator.clock().advance((DAY * 901).try_into().unwrap());
    assert_eq!(found(&world.run(executor.due_back()).unwrap()), (vec![due], 0));

    world.emulator = another_organization();
    world.emulator.clock().advance((DAY * 904).try_into().unwrap());
    let executor = world.executor();
    assert_eq!(found(&world.run(executor.to_resume()).unwrap()), (vec![], 1));
    assert_eq!(found(&world.run(executor.due_back()).unwrap()), (vec![], 1));
}
