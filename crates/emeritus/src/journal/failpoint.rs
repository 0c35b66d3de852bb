//! A place in the journal where a test stops the process in its tracks.

use std::cell::Cell;

use super::JournalError;

/// On which side of the write the failpoint lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The event is not written.
    Before,
    /// The event is on disk, and nothing after it happens.
    After,
}

/// Fails one append, counted from 1 since the journal was opened.
#[derive(Debug)]
pub struct Failpoint {
    at: Option<(u64, Side)>,
    passed: Cell<u64>,
}

impl Failpoint {
    /// Never fires.
    #[must_use]
    pub fn never() -> Self {
        Self { at: None, passed: Cell::new(0) }
    }

    /// Fires at the n-th durable write.
    #[must_use]
    pub fn at(write: u64, side: Side) -> Self {
        Self { at: Some((write, side)), passed: Cell::new(0) }
    }

    pub(super) fn pass(&self, side: Side) -> Result<(), JournalError> {
        if side == Side::Before {
            self.passed.set(self.passed.get() + 1);
        }
        if self.at == Some((self.passed.get(), side)) { Err(JournalError::Failpoint) } else { Ok(()) }
    }
}
