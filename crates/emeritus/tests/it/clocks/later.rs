//! What comes after a run, proofs and the archive, on clocks that are wrong; and that an answer of some time ago is no clock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use emeritus::archive::{Archive, Feed, FeedError, Groups, Location, RosterSyncError};
use emeritus::event::{Event, FailureCode, Record};
use emeritus::{ClockError, Emeritus, Notice, Person, ProveAllError, Who, Whose};
use genesys_emulator::Preset;
use jiff::SignedDuration;
use tempfile::TempDir;

use super::{DAY, MINUTE, Machine, at, executor, plainly};
use crate::world::{EMAIL, World, is_effect};

fn empty() -> (TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
    (folder, archive)
}

fn ada(world: &World, executor: &Emeritus) -> Person {
    world.run(executor.find(&Who::parse(EMAIL).unwrap())).unwrap()
}

#[test]
fn nobody_is_proved_again_on_a_clock_that_is_wrong() {
    let world = World::small(Preset::Documented);
    let machine = Machine::of(&world);
    let retired = world.retire_by(&at(&world, &machine)).unwrap();
    machine.set(DAY * 730);
    let executor = at(&world, &machine);
    let records = executor.records(retired.state.run()).unwrap();
    let mut told = 0;
    let proved = world.run(executor.prove_again(Whose::Everybody, |_, _| told += 1));
    assert!(matches!(proved, Err(ProveAllError::Clocks(ClockError::Differ { .. }))), "{proved:?}");
    assert!(world.run(executor.prove(retired.state.run())).is_err());
    assert_eq!((told, executor.records(retired.state.run()).unwrap()), (0, records));
}

#[test]
fn nothing_is_archived_on_a_clock_that_is_wrong() {
    let world = World::small(Preset::Documented);
    let machine = Machine::of(&world);
    let person = ada(&world, &at(&world, &machine));
    let (folder, archive) = empty();
    let feed = Feed { people: vec![person], from: None, to: None, groups: Groups::default(), again: false };
    for ahead in [DAY * 730, -DAY * 730] {
        machine.set(ahead);
        let executor = at(&world, &machine);
        let fed = world.run(Box::pin(executor.archive(&archive, &feed)));
        assert!(matches!(fed, Err(FeedError::Clocks(ClockError::Differ { .. }))), "{fed:?}");
        let synced = world.run(Box::pin(executor.sync_roster(&archive)));
        assert!(matches!(synced, Err(RosterSyncError::Clocks(ClockError::Differ { .. }))), "{synced:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// This machine's clock is set after the vendor last answered, so that the next effect is the first to be asked for: what
/// came before says nothing of the present.
#[test]
fn an_answer_of_more_than_a_minute_ago_does_not_tell_the_time() {
    let mut noticed = 0;
    for number in 0.. {
        let world = World::small(Preset::Documented);
        let machine = Machine::of(&world);
        let (set, emulator) = (machine.clone(), world.emulator.clone());
        let (looks, sent) = (AtomicU32::new(0), Arc::new(Mutex::new(None)));
        let before = Arc::clone(&sent);
        let watch: emeritus::Watch = Arc::new(move |notice: &Notice<'_>| {
            let Notice::Event(Record { event: Event::Observed { .. }, .. }) = notice else { return };
            if looks.fetch_add(1, Ordering::SeqCst) == number {
                set.set(DAY);
                *before.lock().unwrap() =
                    Some(emulator.requests().iter().filter(|one| is_effect(one)).count());
            }
        });
        let report = world.retire_by(&executor(&world, &machine, plainly(), watch)).unwrap();
        let Some(sent) = *sent.lock().unwrap() else { break };
        assert_eq!(world.effects().len(), sent, "after look {number}");
        noticed +=
            u32::from(report.state.stuck().is_some_and(|(_, stuck)| stuck.code == FailureCode::Clocks));
    }
    assert!(noticed > 3, "{noticed}");
}

/// What has not come yet by one of the clocks does not count as archived: whatever happens in it would be missing for ever.
#[test]
fn time_that_has_not_come_by_both_clocks_is_not_archived() {
    let second = SignedDuration::from_secs(1);
    for ahead in [MINUTE * 4, -MINUTE * 4] {
        let world = World::small(Preset::Documented);
        let executor = at(&world, &Machine::of(&world).ahead_by(ahead));
        let people = vec![ada(&world, &executor)];
        let (_folder, archive) = empty();
        let now = world.emulator.clock().now();
        let behind = now.min(now + ahead);
        for end in [None, Some(behind + DAY)] {
            let (people, groups) = (people.clone(), Groups::default());
            let feed = Feed { people, from: Some(behind + second), to: end, groups, again: false };
            let fed = world.run(Box::pin(executor.archive(&archive, &feed)));
            let Err(FeedError::Empty { to, .. }) = fed else { panic!("{fed:?}") };
            assert!(behind - second <= to && to <= behind, "{to} is not {behind}");
        }
    }
}
