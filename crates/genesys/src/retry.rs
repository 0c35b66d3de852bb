//! The one policy for repeating a call: a count, a time, and a pause that grows, with jitter.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    clock::{after, until},
    limits::Limits,
};

/// Jitter for all calls of a client, repeatable from a seed.
#[derive(Debug)]
pub(crate) struct Jitter {
    state: AtomicU64,
}

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// Returns a duration between zero and `most`, by SplitMix64.
    fn up_to(&self, most: Duration) -> Duration {
        let step = 0x9E37_79B9_7F4A_7C15_u64;
        let mut z = self.state.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let millis = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(z % millis.saturating_add(1))
    }
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    made: u32,
    most: u32,
    deadline: Timestamp,
}

impl Attempts {
    pub(crate) fn begin(limits: &Limits, now: Timestamp) -> Self {
        Self { made: 0, most: limits.max_attempts, deadline: after(now, limits.max_elapsed) }
    }

    pub(crate) fn deadline(&self) -> Timestamp {
        self.deadline
    }

    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    pub(crate) fn count_one(&mut self) {
        self.made += 1;
    }

    /// Returns how long to pause before the next attempt; `None` when attempts or time are used up.
    ///
    /// At least `asked`, the vendor's own word, is waited.
    pub(crate) fn pause(
        &self,
        limits: &Limits,
        jitter: &Jitter,
        asked: Option<Duration>,
        now: Timestamp,
    ) -> Option<Duration> {
        if self.made >= self.most {
            return None;
        }
        let pause = backoff(limits, jitter, self.made).max(asked.unwrap_or(Duration::ZERO));
        (pause < until(now, self.deadline)).then_some(pause)
    }
}

/// Returns the pause after the `made`-th attempt: full jitter under a doubling bound.
pub(crate) fn backoff(limits: &Limits, jitter: &Jitter, made: u32) -> Duration {
    let doubled =
        limits.backoff.saturating_mul(1_u32.checked_shl(made.saturating_sub(1)).unwrap_or(u32::MAX));
    jitter.up_to(doubled.min(limits.max_backoff))
}
