//! People who were made inactive or deleted by other means are relieved of what they still hold by the ordinary plan.

use emeritus::event::Outcome;
use emeritus::id::UserId;
use emeritus::{Recheck, Scans, Who};
use genesys_emulator::Preset;

use crate::world::World;

#[test]
fn a_list_of_holders_that_may_not_be_read_is_unknown_and_the_rest_is_found() {
    let world = World::small(Preset::Documented);
    world.emulator.add_retired(30, 20, 25, 3);
    world.emulator.deny(&["telephony:plugin:all"]);
    let executor = world.executor();
    let adoption = world.run(executor.leavers()).unwrap();
    let unknown: Vec<_> = adoption.unknown.iter().map(|(kind, _)| kind.name()).collect();
    assert!(unknown.contains(&"phones"), "{unknown:?}");
    assert!(!adoption.leavers.is_empty());
}

#[test]
fn what_is_left_is_finished_by_the_same_plan_and_journal() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = World::small(preset);
        world.emulator.add_retired(12, 12, 16, 5);
        let executor = world.executor();
        let before = world.run(executor.leavers()).unwrap();
        assert!(before.leavers.len() >= 10, "{}", before.leavers.len());
        let scans = Scans::default();
        for leaver in &before.leavers {
            let who = Who::Id(UserId::parse(leaver.person.id.to_string()).unwrap());
            world.run(executor.collect_with(&leaver.person.id, &scans)).unwrap();
            let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
            let text = planned.plan.to_string();
            let ran = world.start(&executor, planned, Recheck::WhenOld).unwrap();
            let outcome = ran.state.outcome();
            let done =
                matches!(outcome, Some(Outcome::Verified | Outcome::WrittenNotVerified | Outcome::Skipped));
            assert!(done, "{preset} {}: {:?} {:?}\n{text}", leaver.person, outcome, ran.state.stuck());
        }
        let after = world.run(executor.leavers()).unwrap();
        // An extension or number of somebody deleted is freed by nobody but the vendor: it is only listed.
        for leaver in &after.leavers {
            let left: Vec<_> = leaver.leftovers.iter().map(|(kind, _)| kind.name()).collect();
            let deleted = leaver.person.state == emeritus::inventory::AccountState::Deleted;
            let listed = ["numbers", "extensions", "stations"];
            assert!(deleted && left.iter().all(|kind| listed.contains(kind)), "{}: {left:?}", leaver.person);
        }
    }
}
