//! Virtual time.

use std::{
    cell::RefCell,
    future::{Future as _, pending, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use futures_util::{future::join3, future::select};
use genesys_emulator::Clock;
use jiff::{SignedDuration, Timestamp};

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn time_stands_still_until_it_is_moved() {
    let clock = Clock::virtual_at(start());
    assert_eq!(clock.now(), start());
    clock.advance(90 * SECOND);
    assert_eq!(clock.now(), start() + SignedDuration::from_secs(90));
}

#[test]
fn a_run_jumps_to_the_next_timer_and_wakes_in_order() {
    let clock = Clock::virtual_at(start());
    let woken = RefCell::new(Vec::new());
    let sleeper = |name: &'static str, seconds: u32| {
        let (clock, woken) = (&clock, &woken);
        async move {
            clock.sleep(seconds * SECOND).await;
            woken.borrow_mut().push((name, clock.now().duration_since(start()).as_secs()));
        }
    };
    clock.run(join3(sleeper("late", 86_400), sleeper("early", 5), sleeper("equal", 5)));
    assert_eq!(*woken.borrow(), [("early", 5), ("equal", 5), ("late", 86_400)]);
}

#[test]
fn a_timeout_ends_what_would_hang_longer() {
    let clock = Clock::virtual_at(start());
    clock.run(select(pin!(clock.sleep(30 * SECOND)), pin!(clock.sleep(3_600 * SECOND))));
    assert_eq!(clock.now().duration_since(start()).as_secs(), 30);
    // The longer sleep is gone and holds nothing up.
    clock.run(clock.sleep(SECOND));
    assert_eq!(clock.now().duration_since(start()).as_secs(), 31);
}

#[test]
fn a_sleep_that_is_dropped_leaves_no_timer() {
    let clock = Clock::virtual_at(start());
    clock.run(select(pin!(clock.sleep(30 * SECOND)), pin!(clock.sleep(3_600 * SECOND))));
    let message = std::panic::catch_unwind(|| clock.run(pending::<()>())).unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    assert!(message.contains("deadlock in virtual time at 2026-03-02T09:00:30Z"), "{message}");
}

#[test]
fn advancing_wakes_what_is_due() {
    let clock = Clock::virtual_at(start());
    let mut sleep = pin!(clock.sleep(10 * SECOND));
    let mut poll = || {
        let mut done = false;
        clock.run(poll_fn(|context| {
            done = sleep.as_mut().poll(context).is_ready();
            Poll::Ready(())
        }));
        done
    };
    assert!(!poll());
    clock.advance(9 * SECOND);
    assert!(!poll());
    clock.advance(SECOND);
    assert!(poll());
}

#[test]
fn a_jump_moves_the_wall_and_no_timer() {
    let clock = Clock::virtual_at(start());
    clock.jump(SignedDuration::from_hours(-2));
    assert_eq!(clock.now(), start() - SignedDuration::from_hours(2));
    clock.run(clock.sleep(5 * SECOND));
    assert_eq!(clock.now(), start() - SignedDuration::from_hours(2) + SignedDuration::from_secs(5));
}

#[test]
fn waiting_for_nothing_is_told_as_a_deadlock() {
    let clock = Clock::virtual_at(start());
    let message = std::panic::catch_unwind(|| clock.run(pending::<()>())).unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    assert!(message.contains("deadlock in virtual time at 2026-03-02T09:00:00Z"), "{message}");
}

#[test]
fn a_future_that_wakes_itself_needs_no_timer() {
    let clock = Clock::virtual_at(start());
    let mut left = 3;
    let turns = clock.run(poll_fn(|context| {
        left -= 1;
        if left == 0 {
            return Poll::Ready("done");
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }));
    assert_eq!((turns, clock.now()), ("done", start()));
}

#[test]
fn the_walls_time_can_be_moved_ahead() {
    let clock = Clock::real();
    let before = clock.now();
    clock.advance(3_600 * SECOND);
    let moved = clock.now().duration_since(before).as_secs();
    assert!((3_600..3_660).contains(&moved), "{moved}");
}
