//! What keeps an event from following.

use crate::event::Place;

/// An event that cannot follow.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IllegalEvent {
    /// The first event must start the run, and only the first.
    #[error("event {sequence}: a run starts once, with its first event")]
    Start {
        /// Where.
        sequence: u64,
    },
    /// There is a gap or a repetition.
    #[error("event {found} follows event {expected_after}")]
    Sequence {
        /// The last good one.
        expected_after: u64,
        /// What came.
        found: u64,
    },
    /// The plan has no such step.
    #[error("event {sequence}: the plan has no {place}")]
    NoSuchPlace {
        /// Where.
        sequence: u64,
        /// What was named.
        place: Place,
    },
    /// The step is not where this event could happen.
    #[error("event {sequence}: `{event}` cannot follow for {place}")]
    Transition {
        /// Where.
        sequence: u64,
        /// What was named.
        place: Place,
        /// The event's name.
        event: &'static str,
    },
    /// The run is over.
    #[error("event {sequence}: the run is finished")]
    Over {
        /// Where.
        sequence: u64,
    },
    /// Only a retirement that is over, and that read a history, is proved again.
    #[error("event {sequence}: there is no finished retirement with a history to prove again")]
    NothingSealed {
        /// Where.
        sequence: u64,
    },
    /// The run is stuck, and nobody let it go on.
    #[error("event {sequence}: the run waits for a person")]
    Waits {
        /// Where.
        sequence: u64,
    },
    /// Somebody let a run go on that was not stuck.
    #[error("event {sequence}: the run is not stuck")]
    NotStuck {
        /// Where.
        sequence: u64,
    },
}
