//! Time as a value that is handed around: the wall's, with an offset, or virtual.
//!
//! Invariant: virtual time only moves by [`Clock::advance`] or by [`Clock::run`] jumping to the next timer,
//! so a run in virtual time is the same every time. Whatever is asked of it, the time told is from 1970 to 2500: so
//! nothing that is counted from it leaves the calendar.

mod sleep;

use std::{
    collections::BTreeMap,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use self::sleep::Sleep;

/// The first instant that a clock tells.
pub(crate) const EARLIEST: Timestamp = Timestamp::UNIX_EPOCH;

/// The last one: the beginning of the year 2500.
pub(crate) const LATEST: Timestamp = Timestamp::constant(16_725_225_600, 0);

/// The time of an emulated organization, cheap to clone; clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Arc<Source>,
}

#[derive(Debug)]
enum Source {
    Real { offset_ms: AtomicI64 },
    Virtual(Mutex<VirtualTime>),
}

/// `elapsed_at` only grows and orders the timers; `shift` is how far the wall shown to callers is off it.
#[derive(Debug)]
struct VirtualTime {
    elapsed_at: Timestamp,
    shift: SignedDuration,
    timers: BTreeMap<TimerKey, Waker>,
    next_sequence: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TimerKey {
    deadline: Timestamp,
    sequence: u64,
}

impl Clock {
    /// Returns the wall's time, which [`advance`](Self::advance) can move ahead of it.
    pub fn real() -> Self {
        Self { source: Arc::new(Source::Real { offset_ms: AtomicI64::new(0) }) }
    }

    /// Returns a time that stands at `start` until it is moved.
    pub fn virtual_at(start: Timestamp) -> Self {
        let time = VirtualTime {
            elapsed_at: start,
            shift: SignedDuration::ZERO,
            timers: BTreeMap::new(),
            next_sequence: 0,
        };
        Self { source: Arc::new(Source::Virtual(Mutex::new(time))) }
    }

    /// Returns whether the time is virtual. Every answer says so (`Emeritus-Emulator-Clock: virtual`): there its `Date` has
    /// nothing to do with the wall's time.
    pub fn is_virtual(&self) -> bool {
        matches!(&*self.source, Source::Virtual(_))
    }

    /// Returns the present instant.
    pub fn now(&self) -> Timestamp {
        match &*self.source {
            Source::Real { offset_ms } => {
                within(Timestamp::now(), SignedDuration::from_millis(offset_ms.load(Ordering::SeqCst)))
            }
            Source::Virtual(time) => {
                let time = lock(time);
                within(time.elapsed_at, time.shift)
            }
        }
    }

    /// Returns a future that is ready once `duration` has passed. Dropping it leaves no timer behind.
    ///
    /// On the wall's time it needs a tokio runtime with timers; on virtual time it needs none.
    pub fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        Sleep::new(self.clone(), duration)
    }

    /// Moves the time ahead. On virtual time this wakes every sleep that becomes due; sleeps on the wall's
    /// time still last as long as they were asked to.
    pub fn advance(&self, duration: Duration) {
        match &*self.source {
            Source::Real { offset_ms } => {
                let step = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
                move_by(offset_ms, step);
            }
            Source::Virtual(time) => {
                let due = {
                    let mut time = lock(time);
                    let target = time.elapsed_at.saturating_add(duration).unwrap_or(Timestamp::MAX);
                    time.reach(target.min(LATEST))
                };
                due.into_iter().for_each(Waker::wake);
            }
        }
    }

    /// Moves the wall that callers see, forwards or backwards, without any time passing: no sleep becomes due.
    pub fn jump(&self, by: SignedDuration) {
        match &*self.source {
            Source::Real { offset_ms } => {
                move_by(offset_ms, by);
            }
            Source::Virtual(time) => {
                let mut time = lock(time);
                time.shift = time.shift.saturating_add(by).clamp(-WHOLE, WHOLE);
            }
        }
    }

    /// Drives `future` to its end on this thread, jumping to the next timer whenever nothing else can move.
    ///
    /// No runtime is needed. Everything that `future` waits for must be woken by itself or by this clock.
    ///
    /// # Panics
    /// When the clock is the wall's, and when `future` waits while no timer is set: nothing could wake it.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let Source::Virtual(time) = &*self.source else {
            panic!("Clock::run drives virtual time; this clock is the wall's");
        };
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            if woken.0.swap(false, Ordering::SeqCst) {
                continue;
            }
            let due = lock(time).reach_next();
            assert!(
                !due.is_empty(),
                "deadlock in virtual time at {}: the future waits, nobody woke it and no timer is set",
                self.now()
            );
            due.into_iter().for_each(Waker::wake);
            woken.0.store(false, Ordering::SeqCst);
        }
    }
}

impl VirtualTime {
    /// Moves to `target` and returns the wakers of the timers due by then, earliest first.
    fn reach(&mut self, target: Timestamp) -> Vec<Waker> {
        self.elapsed_at = self.elapsed_at.max(target);
        let later = self.timers.split_off(&TimerKey { deadline: self.elapsed_at, sequence: u64::MAX });
        std::mem::replace(&mut self.timers, later).into_values().collect()
    }

    fn reach_next(&mut self) -> Vec<Waker> {
        match self.timers.keys().next().copied() {
            Some(key) => self.reach(key.deadline),
            None => Vec::new(),
        }
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// As far as a clock can be moved: from one end of what it tells to the other.
const WHOLE: SignedDuration = SignedDuration::from_secs(16_725_225_600);

fn within(at: Timestamp, shift: SignedDuration) -> Timestamp {
    let end = if shift.is_negative() { EARLIEST } else { LATEST };
    at.checked_add(shift).unwrap_or(end).clamp(EARLIEST, LATEST)
}

fn move_by(offset_ms: &AtomicI64, by: SignedDuration) {
    let whole = i64::try_from(WHOLE.as_millis()).unwrap_or(i64::MAX);
    let by = i64::try_from(by.as_millis()).unwrap_or(if by.is_negative() { -whole } else { whole });
    let moved = |offset: i64| Some(offset.saturating_add(by).clamp(-whole, whole));
    // It gives a new offset for every old one.
    let _always = offset_ms.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
}

/// The clock's state is valid after every statement, so a panic elsewhere does not spoil it.
fn lock(time: &Mutex<VirtualTime>) -> MutexGuard<'_, VirtualTime> {
    time.lock().unwrap_or_else(PoisonError::into_inner)
}
