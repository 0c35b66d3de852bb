//! Retired and put back amid single faults at every call site, and with processes that die at random: the
//! organization ends as it was.

use emeritus::event::Outcome;
use emeritus::id::RunId;
use emeritus::policy::{Policy, Strictness};
use genesys_emulator::{FaultRule, Matching, Occurrence, OrganizationTruth, Preset};

use super::{heavy, same, settled, takes_everything};
use crate::crashes::{mortal, mortal_executor};
use crate::faults::{applies, of_the_vendor, of_the_way};
use crate::share::Share;
use crate::world::{Attempt, World};

/// A strict policy: what a fault hides from the plan stops it, and it is made again.
fn world(preset: Preset, deletes: bool) -> World {
    let mut world = heavy(preset);
    world.policy = Policy { unknown: Strictness::Block, ..takes_everything() };
    if deletes { world.deleting() } else { world }
}

/// Goes on, as an operator would, until the retirement is over; returns its run.
fn retired(world: &World, context: &str) -> RunId {
    for _ in 0..6 {
        let executor = world.executor();
        let run = executor.runs().unwrap().into_iter().next();
        let Some(run) = run else {
            drop(world.run(world.retirement(&executor)));
            continue;
        };
        match run.outcome() {
            // A cut that was refused for good was taken back: it is tried again from the start.
            Some(Outcome::Failed) => {
                let Attempt::Ran(ran) = world.run(world.retirement(&executor)) else { continue };
                return ran.unwrap().state.run().clone();
            }
            Some(_) => return run.run().clone(),
            None => drop(world.run(executor.resume(run.run(), true)).unwrap()),
        }
    }
    panic!("{context}: the retirement does not end")
}

/// Goes on until the restore is over; a first try may have died or been turned away.
fn restored(world: &World, from: &RunId, context: &str) {
    for _ in 0..6 {
        let executor = world.executor();
        let last = executor.runs().unwrap().into_iter().next_back().unwrap();
        if last.run() == from {
            drop(world.run(world.restoration(&executor, from)));
        } else if last.outcome().is_none() {
            drop(world.run(executor.resume(last.run(), true)).unwrap());
        } else {
            return;
        }
    }
    panic!("{context}: the restore does not end")
}

fn as_before(world: &World, run: &RunId, before: &OrganizationTruth, context: &str) {
    let state = world.executor().run(run).unwrap();
    let foretold = &state.plan().losses;
    let after = settled(world.emulator.organization_truth(), &world.ada, foretold);
    same(&after, &settled(before.clone(), &world.ada, foretold), context);
}

/// One fault at each call site of a retirement and a restore, of another kind each time.
fn one_fault_each(preset: Preset, deletes: bool) {
    let reference = world(preset, deletes);
    let run = retired(&reference, "reference");
    restored(&reference, &run, "reference");
    let requests = reference.emulator.requests();
    let kinds: Vec<_> = of_the_way().into_iter().chain(of_the_vendor()).collect();
    let (mut fired, mut missed) = (0, 0);
    let rows = Share::of_this_run().rows();
    for (number, request) in (1..).zip(&requests).filter(|_| rows.take()) {
        // Seven is prime to the number of kinds, so that neighbours meet kinds that are nothing alike.
        let turned = (0..kinds.len()).map(|step| &kinds[(number as usize * 7 + step) % kinds.len()]);
        let Some(kind) = turned.into_iter().find(|kind| applies(kind, request)) else { continue };
        let context = format!(
            "{preset} deletes {deletes} {} at call {number} {} {}",
            kind.name(),
            request.method,
            request.path
        );
        let world = world(preset, deletes);
        let before = world.emulator.organization_truth();
        let matching = Matching { occurrence: Occurrence::Numbers(vec![number]), ..Matching::default() };
        world.emulator.fault(FaultRule { matching, kind: kind.clone(), times: Some(1) });
        let run = retired(&world, &context);
        restored(&world, &run, &context);
        if world.emulator.faults_fired().is_empty() {
            missed += 1
        } else {
            fired += 1
        }
        as_before(&world, &run, &before, &context);
    }
    println!("{fired} fired, {missed} could not be reached");
    assert!(fired > 0 && fired * 10 >= (fired + missed) * 7, "{fired} fired, {missed} missed");
}

#[test]
fn single_faults_while_a_documented_person_is_kept_and_put_back() {
    one_fault_each(Preset::Documented, false);
}

#[test]
fn single_faults_while_a_documented_person_is_deleted_and_put_back() {
    one_fault_each(Preset::Documented, true);
}

#[test]
fn single_faults_while_a_reported_person_is_kept_and_put_back() {
    one_fault_each(Preset::AsReported, false);
}

#[test]
fn single_faults_while_a_reported_person_is_deleted_and_put_back() {
    one_fault_each(Preset::AsReported, true);
}

#[test]
fn processes_that_die_at_random_leave_the_organization_as_it_was() {
    let mut died: usize = 0;
    let variants = [
        (Preset::Documented, false),
        (Preset::Documented, true),
        (Preset::AsReported, false),
        (Preset::AsReported, true),
    ];
    let share = Share::of_this_run();
    let rows = share.rows();
    let seeds = (0_u64..60).zip(variants.into_iter().cycle());
    for (seed, (preset, deletes)) in seeds.filter(|_| rows.take()) {
        let context = format!("{preset} deletes {deletes} seed {seed}");
        let world = world(preset, deletes);
        let before = world.emulator.organization_truth();
        let side = if seed.is_multiple_of(2) { emeritus::Side::Before } else { emeritus::Side::After };
        let (executor, dead) = mortal_executor(&world, 50 + seed * 37 % 100, side);
        died += usize::from(world.run(mortal(world.retirement(&executor), &dead)).is_none());
        drop(executor);
        let run = retired(&world, &context);
        let (executor, dead) = mortal_executor(&world, 40 + seed * 53 % 100, side);
        died += usize::from(world.run(mortal(world.restoration(&executor, &run), &dead)).is_none());
        drop(executor);
        restored(&world, &run, &context);
        as_before(&world, &run, &before, &context);
    }
    assert!(died >= share.at_least(90), "only {died} processes died");
}
