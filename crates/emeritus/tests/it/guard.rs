//! The look right before the account itself is changed. One answer that lies, whichever look it is an answer to, neither
//! makes the change happen nor keeps it from happening.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use emeritus::event::Outcome;
use emeritus::policy::Mode;
use emeritus::{Emeritus, Failpoint, Recheck};
use genesys::{Effect, State};
use genesys_emulator::Preset;
use jiff::SignedDuration;
use serde_json::json;

use crate::between::between;
use crate::world::World;

/// Somebody between who tells one lie about the account, from when on they are armed.
struct Liar {
    executor: Emeritus,
    armed: Arc<AtomicBool>,
    told: Arc<AtomicBool>,
}

impl Liar {
    /// One who lies in the answer to the look of this number, from 0.
    fn at(world: &World, number: u32, lie: &'static str) -> Self {
        let (armed, told) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (is_armed, tells, looks) = (Arc::clone(&armed), Arc::clone(&told), AtomicU32::new(0));
        let path = format!("v2/users/{}", world.ada);
        let transport = between(world, move |answered| {
            let is_look = answered.method == "GET"
                && answered.path.split('?').next() == Some(&path)
                && answered.status == 200
                && is_armed.load(Ordering::SeqCst);
            if !is_look || looks.fetch_add(1, Ordering::SeqCst) != number {
                return None;
            }
            tells.store(true, Ordering::SeqCst);
            let mut body = answered.body.clone();
            body["state"] = json!(lie);
            Some((200, body))
        });
        Self { executor: world.executor_over(transport, Failpoint::never()), armed, told }
    }

    fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    fn has_told(&self) -> bool {
        self.told.load(Ordering::SeqCst)
    }
}

fn sent(world: &World, methods: &[&str]) -> usize {
    let account = [format!("/api/v2/users/{}", world.ada), format!("/api/v2/users/{}/state", world.ada)];
    let changed = world.emulator.requests().into_iter().filter(|request| request.changed);
    changed.filter(|one| methods.contains(&one.method.as_str()) && account.contains(&one.path)).count()
}

/// Retires Ada once for each look that there is; of each one answer is a lie.
fn retired_past(lies: &[&'static str], world: impl Fn() -> World, end: &str) {
    for lie in lies {
        let mut looks = 0;
        loop {
            let world = world();
            let liar = Liar::at(&world, looks, lie);
            let planned = world.plan(&liar.executor);
            liar.arm();
            let report = world.start(&liar.executor, planned, Recheck::WhenOld).unwrap();
            if !liar.has_told() {
                break;
            }
            let state = &report.state;
            assert_eq!(
                (state.outcome(), world.truth().state.as_str(), state.stuck()),
                (Some(Outcome::Verified), end, None),
                "{lie} at look {looks}"
            );
            assert_eq!(sent(&world, &["PUT", "PATCH"]), 1, "{lie} at look {looks}: one cut");
            assert_eq!(sent(&world, &["DELETE"]), usize::from(end == "deleted"), "{lie} at look {looks}");
            looks += 1;
        }
        assert!(looks > 3, "{looks} looks");
    }
}

#[test]
fn one_look_that_lies_neither_makes_a_cut_nor_stops_it() {
    retired_past(&["active", "inactive", "deleted"], || World::small(Preset::Documented), "inactive");
}

#[test]
fn one_look_that_lies_neither_makes_a_delete_nor_stops_it() {
    let world = || World::small(Preset::Documented).deleting();
    retired_past(&["active", "inactive", "deleted"], world, "deleted");
}

/// Somebody who works again at the end of a hold, and one answer that still shows them as they were.
#[test]
fn one_look_that_is_old_deletes_nobody_who_works_again() {
    let hold = SignedDuration::from_hours(24);
    let mut looks = 0;
    loop {
        let mut world = World::small(Preset::Documented);
        world.policy.mode = Mode::Delete { hold };
        let begun = world.retire().unwrap();
        world.by_hand(|user, version| Effect::set_state(user, version, State::Active));
        world.emulator.clock().advance((hold * 2).try_into().unwrap());
        let liar = Liar::at(&world, looks, "inactive");
        liar.arm();
        let report = world.run(liar.executor.resume(begun.state.run(), false)).unwrap();
        let state = &report.state;
        assert_eq!(world.truth().state, "active", "a lie at look {looks}: {:?}", state.outcome());
        assert!(state.outcome().is_none() && state.stuck().is_some(), "look {looks}: {:?}", state.outcome());
        if !liar.has_told() {
            break;
        }
        looks += 1;
    }
    assert!(looks > 0);
}
