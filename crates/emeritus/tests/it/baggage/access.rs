//! That access has ended is looked at, not taken for granted: any sign of the person after the cut keeps a run from
//! being called verified, and an account from being deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use emeritus::event::{Event, FailureCode, Outcome};
use emeritus::{Notice, Recheck, RunReport};
use genesys_emulator::{Emulator, Preset};

use crate::world::World;

/// Retires Ada, and lets something happen once when her tokens were seen to be revoked.
fn retired_amid(world: &World, happens: impl Fn(&Emulator, &str) + Send + Sync + 'static) -> RunReport {
    let (emulator, ada) = (world.emulator.clone(), world.ada.clone());
    let once = AtomicBool::new(false);
    let executor = world.executor_watched(Arc::new(move |notice: &Notice<'_>| {
        let Notice::Event(record) = notice else { return };
        let revoked =
            matches!(&record.event, Event::Observed { facts, .. } if facts.contains_key("last token issued"));
        if revoked && !once.swap(true, Ordering::SeqCst) {
            happens(&emulator, &ada);
        }
    }));
    let planned = world.plan(&executor);
    world.start(&executor, planned, Recheck::WhenOld).unwrap()
}

#[test]
fn somebody_who_logs_in_after_the_cut_is_seen_and_the_run_is_not_called_verified() {
    let world = World::small(Preset::Documented);
    let report = retired_amid(&world, |emulator, ada| {
        emulator.clock().jump(jiff::SignedDuration::from_secs(5));
        emulator.log_in(ada);
    });
    assert_eq!(report.state.outcome(), Some(Outcome::WrittenNotVerified), "{:?}", report.state.stuck());
    let signs: Vec<_> = report.state.differences().iter().map(|sign| sign.field.as_str()).collect();
    assert_eq!(signs, ["token issued since the cut", "presence since the cut"]);
}

#[test]
fn somebody_whose_access_is_not_seen_to_have_ended_is_not_deleted() {
    let world = World::small(Preset::Documented).deleting();
    let report = retired_amid(&world, |emulator, ada| {
        emulator.clock().jump(jiff::SignedDuration::from_secs(5));
        emulator.log_in(ada);
    });
    let (_, failure) = report.state.stuck().expect("a person is asked");
    assert_eq!(failure.code, FailureCode::Differs, "{failure:?}");
    assert_eq!(world.truth().state, "inactive");
}

#[test]
fn a_station_that_is_taken_again_is_a_sign_too() {
    let world = World::small(Preset::Documented);
    let station = world.truth().associated_station.unwrap();
    let seen = Arc::new(AtomicBool::new(false));
    let (emulator, ada, name, once) =
        (world.emulator.clone(), world.ada.clone(), station.clone(), Arc::clone(&seen));
    let executor = world.executor_watched(Arc::new(move |notice: &Notice<'_>| {
        let Notice::Event(record) = notice else { return };
        // The queues come after the stations: by now both slots have been seen empty.
        let left = matches!(&record.event, Event::Observed { facts, .. } if facts.contains_key("member"));
        if left && !once.swap(true, Ordering::SeqCst) {
            assert!(emulator.take_station(&name, &ada));
        }
    }));
    let planned = world.plan(&executor);
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert!(seen.load(Ordering::SeqCst));
    assert_eq!(report.state.outcome(), Some(Outcome::WrittenNotVerified));
    let signs: Vec<_> = report.state.differences().iter().collect();
    assert_eq!((signs.len(), signs[0].field.as_str(), &signs[0].found), (1, "station in use", &station));
}
