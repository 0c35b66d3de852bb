//! How far one action has come: the transition table.

use crate::event::{Answer, Event, FailureCode, Sight, StepFailure};

/// How far one action of a run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Not begun, or certainly not done yet.
    Pending {
        /// How many tries there were.
        attempts: u16,
        /// Why the last one did not do it.
        last: Option<StepFailure>,
    },
    /// About to be sent; without an answer nobody knows whether it was.
    Intended {
        /// Which try.
        attempt: u16,
    },
    /// The answer was lost.
    Unknown {
        /// Which try.
        attempt: u16,
        /// How often it was looked at without a clear result.
        looks: u16,
    },
    /// Refused for the last time, and not yet looked at: whoever refused may not be who performs.
    Declined {
        /// Which try.
        attempt: u16,
        /// How often it was looked at without a clear result.
        looks: u16,
        /// Why.
        failure: StepFailure,
    },
    /// Accepted, not yet seen.
    Written {
        /// Which try.
        attempt: u16,
        /// How often it was looked for.
        looks: u16,
    },
    /// A wait or a repeated reading is under way.
    Underway {
        /// How often it was read.
        readings: u16,
    },
    /// Done.
    Done {
        /// Whether it was seen afterwards.
        verified: bool,
        /// How many requests it took; 0 when it was already so.
        attempts: u16,
    },
    /// Refused for good.
    Refused {
        /// How many tries there were.
        attempts: u16,
        /// Why.
        failure: StepFailure,
    },
}

impl Progress {
    pub(super) fn fresh() -> Self {
        Self::Pending { attempts: 0, last: None }
    }

    /// Returns whether the action is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Returns whether a request of this action may have changed the organization.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        match self {
            Self::Pending { .. } | Self::Underway { .. } | Self::Refused { .. } => false,
            Self::Intended { .. } | Self::Unknown { .. } | Self::Declined { .. } | Self::Written { .. } => {
                true
            }
            Self::Done { attempts, .. } => *attempts > 0,
        }
    }

    /// What was refused may be tried afresh. What was accepted and never seen is no better than an answer that was
    /// lost: it is looked at again, and tried again only if it certainly is not there. One try is counted for it,
    /// since a request may have done it.
    pub(super) fn freed(&self) -> Self {
        match self {
            Self::Refused { failure, .. } => Self::Pending { attempts: 0, last: Some(failure.clone()) },
            Self::Pending { last, .. } => Self::Pending { attempts: 0, last: last.clone() },
            Self::Unknown { .. } | Self::Written { .. } | Self::Done { verified: false, .. } => {
                Self::Unknown { attempt: 1, looks: 0 }
            }
            Self::Declined { attempt, failure, .. } => {
                Self::Declined { attempt: *attempt, looks: 0, failure: failure.clone() }
            }
            Self::Underway { .. } => Self::Underway { readings: 0 },
            Self::Intended { .. } | Self::Done { verified: true, .. } => self.clone(),
        }
    }

    /// Returns the progress after an event, or `None` when it cannot follow.
    pub(super) fn next(&self, event: &Event) -> Option<Self> {
        match event {
            Event::Intended { attempt, .. } => self.intended(*attempt),
            Event::Answered { attempt, answer, .. } => self.answered(*attempt, answer),
            Event::Observed { sight, .. } => self.observed(*sight),
            Event::NotSeen { .. } => {
                let Self::Written { attempt, .. } = self else { return None };
                Some(Self::Done { verified: false, attempts: *attempt })
            }
            Event::Waiting { .. } => {
                matches!(self, Self::Pending { .. }).then_some(Self::Underway { readings: 0 })
            }
            Event::Waited { .. } => {
                matches!(self, Self::Underway { .. }).then_some(Self::Done { verified: true, attempts: 0 })
            }
            Event::Measured { .. } | Event::Compared { .. } => {
                matches!(self, Self::Pending { .. }).then_some(Self::Done { verified: true, attempts: 0 })
            }
            Event::Proved { reading, .. } => self.proved(*reading),
            Event::Unreadable { failure, .. } => {
                let (Self::Pending { attempts, .. } | Self::Underway { readings: attempts }) = self else {
                    return None;
                };
                Some(Self::Refused { attempts: *attempts, failure: failure.clone() })
            }
            Event::Started { .. }
            | Event::Resumed { .. }
            | Event::AccountSeen { .. }
            | Event::Unwinding { .. }
            | Event::Stuck { .. }
            | Event::Freed
            | Event::Finished { .. }
            | Event::Counted { .. }
            | Event::ClocksSeen { .. }
            | Event::ProvedAgain { .. } => None,
        }
    }

    fn intended(&self, attempt: u16) -> Option<Self> {
        let Self::Pending { attempts, .. } = self else { return None };
        (attempt == attempts + 1).then_some(Self::Intended { attempt })
    }

    fn answered(&self, attempt: u16, answer: &Answer) -> Option<Self> {
        let Self::Intended { attempt: open } = self else { return None };
        if *open != attempt {
            return None;
        }
        Some(match answer {
            Answer::Accepted { .. } | Answer::Absent { .. } => Self::Written { attempt, looks: 0 },
            Answer::Refused(failure) if failure.code.may_try_again() => {
                Self::Pending { attempts: attempt, last: Some(failure.clone()) }
            }
            Answer::Refused(failure) => Self::Refused { attempts: attempt, failure: failure.clone() },
            Answer::Declined(failure) => Self::Declined { attempt, looks: 0, failure: failure.clone() },
            Answer::Unknown(_) => Self::Unknown { attempt, looks: 0 },
        })
    }

    fn observed(&self, sight: Sight) -> Option<Self> {
        match (self, sight) {
            // Seen before anything was sent: it was already so.
            (Self::Pending { attempts, .. }, Sight::Applied) => {
                Some(Self::Done { verified: true, attempts: *attempts })
            }
            (
                Self::Intended { attempt }
                | Self::Unknown { attempt, .. }
                | Self::Declined { attempt, .. }
                | Self::Written { attempt, .. },
                Sight::Applied,
            ) => Some(Self::Done { verified: true, attempts: *attempt }),
            (Self::Intended { attempt } | Self::Unknown { attempt, .. }, Sight::NotApplied) => {
                let failure = StepFailure::of(
                    FailureCode::OutcomeUnknown,
                    "the answer was lost; two reads that agree show that it was not done",
                );
                Some(Self::Pending { attempts: *attempt, last: Some(failure) })
            }
            (Self::Declined { attempt, failure, .. }, Sight::NotApplied) => {
                Some(Self::Refused { attempts: *attempt, failure: failure.clone() })
            }
            (Self::Declined { attempt, looks, failure }, Sight::Unclear) => {
                Some(Self::Declined { attempt: *attempt, looks: looks + 1, failure: failure.clone() })
            }
            (Self::Written { attempt, looks }, Sight::NotApplied | Sight::Unclear) => {
                Some(Self::Written { attempt: *attempt, looks: looks + 1 })
            }
            (Self::Intended { attempt }, Sight::Unclear) => {
                Some(Self::Unknown { attempt: *attempt, looks: 1 })
            }
            (Self::Unknown { attempt, looks }, Sight::Unclear) => {
                Some(Self::Unknown { attempt: *attempt, looks: looks + 1 })
            }
            (Self::Pending { .. }, Sight::NotApplied | Sight::Unclear)
            | (Self::Underway { .. } | Self::Done { .. } | Self::Refused { .. }, _) => None,
        }
    }

    fn proved(&self, reading: u16) -> Option<Self> {
        let before = match self {
            Self::Pending { .. } => 0,
            Self::Underway { readings } => *readings,
            Self::Intended { .. }
            | Self::Unknown { .. }
            | Self::Declined { .. }
            | Self::Written { .. }
            | Self::Done { .. }
            | Self::Refused { .. } => return None,
        };
        (reading == before + 1).then_some(Self::Underway { readings: reading })
    }
}
