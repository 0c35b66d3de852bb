//! Putting a person back.

use emeritus::event::Outcome;
use genesys_emulator::{Preset, UserTruth};

use crate::world::World;

/// What a restore promises to put back; versions count on, and the station in use is the person's own choice.
fn comparable(truth: UserTruth) -> UserTruth {
    UserTruth { version: 0, associated_station: None, state_reason: None, presence: String::new(), ..truth }
}

#[test]
fn a_person_who_was_kept_comes_back_as_they_were() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = World::new(preset);
        let before = world.truth();
        let retired = world.retire().unwrap();
        assert_ne!(comparable(world.truth()), comparable(before.clone()));
        let restored = world.restore(retired.state.run()).unwrap();
        assert_eq!(restored.state.outcome(), Some(Outcome::Verified), "{:?}", restored.state);
        let mut after = comparable(world.truth());
        after.tokens = before.tokens;
        assert_eq!(after, comparable(before));
    }
}

#[test]
fn a_person_who_was_deleted_comes_back_as_they_were() {
    let world = World::new(Preset::Documented).deleting();
    let before = world.truth();
    let retired = world.retire().unwrap();
    assert_eq!(world.truth().state, "deleted");
    let restored = world.restore(retired.state.run()).unwrap();
    assert_eq!(
        restored.state.outcome(),
        Some(Outcome::Verified),
        "{:?} {:?}",
        restored.state.stuck(),
        restored.state.differences()
    );
    let mut after = comparable(world.truth());
    after.tokens = before.tokens;
    assert_eq!(after, comparable(before));
}

#[test]
fn what_cannot_come_back_is_said_before_and_is_no_surprise_after() {
    let world = World::new(Preset::Documented);
    let retired = world.retire().unwrap();
    let executor = world.executor();
    let planned =
        world.run(executor.plan_restore(Some(retired.state.run()), None, world.policy.clone())).unwrap();
    let text = planned.plan.to_string();
    assert!(text.contains("associated station desk 7: chosen by the person"), "{text}");
    assert!(text.contains("tokens and sessions"), "{text}");
    let restored = world.start(&executor, planned, emeritus::Recheck::WhenOld).unwrap();
    let differences = restored.state.differences();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!((differences[0].field.as_str(), differences[0].foretold), ("associated station", true));
}

#[test]
fn restoring_somebody_who_is_already_back_changes_nothing() {
    let world = World::new(Preset::Documented);
    let retired = world.retire().unwrap();
    world.restore(retired.state.run()).unwrap();
    let changes = world.changes().len();
    let again = world.restore(retired.state.run()).unwrap();
    assert_eq!(again.state.outcome(), Some(Outcome::Skipped), "{}", again.state.plan());
    assert_eq!(world.changes().len(), changes);
}
