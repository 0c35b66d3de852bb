//! Requests, as far as the executors of a run counted them: each counts its own when it stops in good order.

use super::RunState;

/// The count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Calls {
    sum: u64,
    /// Whether the latest executor has counted.
    is_counted: bool,
    /// Whether one before it never did.
    is_short: bool,
}

impl Calls {
    pub(super) fn begin(&mut self) {
        self.is_short |= !self.is_counted;
        self.is_counted = false;
    }

    pub(super) fn end(&mut self, calls: u64) {
        self.sum += calls;
        self.is_counted = true;
    }

    pub(super) fn counted(self) -> u64 {
        self.sum
    }

    pub(super) fn are_all(self) -> bool {
        self.is_counted && !self.is_short
    }
}

impl RunState {
    /// Returns how many requests were counted so far.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.counted()
    }

    /// Returns whether every executor counted its requests. One that was killed did not, and one at work has not yet.
    #[must_use]
    pub fn calls_are_counted(&self) -> bool {
        self.calls.are_all()
    }
}
