//! The stored vocabulary of the journal. What is written here is read by every later release: a change of
//! shape raises [`EVENT_FORMAT`] and keeps reading the old one.

mod account;
mod failure;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::again::LaterProof;
use crate::census::{CensusSummary, Comparison};
use crate::clocks::Clocks;
use crate::id::{RunId, StepId};
use crate::inventory::Inventory;
use crate::plan::ApprovedPlan;

pub use account::AccountSeen;
pub use failure::{FailureCode, StepFailure};

/// The format of a stored event.
pub const EVENT_FORMAT: u32 = 1;

/// Which action of a run an event is about: a step, or one part of its undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The step.
    pub step: StepId,
    /// `None` for the step itself, otherwise the part of its undo, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<u8>,
}

impl Place {
    /// Returns the place of a step going forward.
    #[must_use]
    pub fn forward(step: StepId) -> Self {
        Self { step, undo: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.undo {
            None => write!(f, "step {}", self.step),
            Some(_) => write!(f, "undo of step {}", self.step),
        }
    }
}

/// The request that an intent is about. Its body is named by digest only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectRecord {
    /// HTTP method.
    pub method: String,
    /// Path, with ids.
    pub path: String,
    /// SHA-256 of the exact bytes of the body.
    pub body_sha256: String,
}

/// The vendor's answer to an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Accepted; not yet seen.
    Accepted {
        /// HTTP status.
        status: u16,
        /// For a support case.
        correlation_id: Option<String>,
    },
    /// What was to be removed is not there.
    Absent {
        /// For a support case.
        correlation_id: Option<String>,
    },
    /// Certainly not done, or to be tried again after the account was looked at.
    Refused(StepFailure),
    /// Somebody on the way said no, and that is the last word: whether it was done all the same is seen by looking.
    Declined(StepFailure),
    /// Lost. It may have been done.
    Unknown(StepFailure),
}

/// What looking showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// The organization is as the effect would leave it.
    Applied,
    /// It is as before the effect, by two reads that agree.
    NotApplied,
    /// It could not be told.
    Unclear,
}

/// Why a run ended, or could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was done and read back.
    Verified,
    /// It is done as far as the vendor says, but something was not seen to be so. What, says
    /// [`unverified`](crate::decide::unverified).
    WrittenNotVerified,
    /// It could not be done, and what had been done was taken back.
    Failed,
    /// There was nothing to do, and the account was seen to be so.
    Skipped,
    /// A person is needed.
    Stuck,
    /// History is missing or no longer names the person.
    ProofBroken,
}

impl Outcome {
    /// Returns the outcome's stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::WrittenNotVerified => "written-not-verified",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Stuck => "stuck",
            Self::ProofBroken => "proof-broken",
        }
    }
}

/// Why a run goes backward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// A step before the cut was refused for good.
    Refused {
        /// Which.
        step: StepId,
        /// Why.
        failure: StepFailure,
    },
    /// The proof after the delete is broken.
    ProofBroken {
        /// The proof.
        step: StepId,
    },
}

/// One thing that happened, or is about to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A run begins. Everything that it needs is in here: plan, approval and snapshot.
    Started {
        /// The run.
        run: RunId,
        /// The plan with its approval.
        #[serde(deserialize_with = "ApprovedPlan::from_event")]
        plan: Box<ApprovedPlan>,
        /// What the person held before the first write; what a restore works from.
        snapshot: Box<Inventory>,
        /// The release that wrote it.
        engine: String,
    },
    /// An executor took the run over.
    Resumed {
        /// The release.
        engine: String,
    },
    /// An effect is about to be sent. Durable before its first byte leaves.
    Intended {
        /// Which action.
        place: Place,
        /// The attempt number, from 1.
        attempt: u16,
        /// The request.
        effect: EffectRecord,
    },
    /// The answer came, or was lost.
    Answered {
        /// Which action.
        place: Place,
        /// Which try.
        attempt: u16,
        /// What.
        answer: Answer,
    },
    /// Somebody looked.
    Observed {
        /// Which action.
        place: Place,
        /// What was seen.
        sight: Sight,
        /// The facts that were read, for the evidence.
        facts: BTreeMap<String, String>,
    },
    /// The vendor accepted it, but it was never seen; the run goes on and says so.
    NotSeen {
        /// Which action.
        place: Place,
    },
    /// A wait began.
    Waiting {
        /// Which step.
        step: StepId,
        /// Until when.
        until: Timestamp,
        /// Why, for people.
        why: String,
    },
    /// The wait is over.
    Waited {
        /// Which step.
        step: StepId,
    },
    /// The baseline was read.
    Measured {
        /// Which step.
        step: StepId,
        /// The figures.
        census: CensusSummary,
        /// What the control query saw.
        control: crate::census::Control,
        /// How the census was made sure to be whole.
        completeness: Completeness,
    },
    /// The history was read again and compared.
    Proved {
        /// Which action.
        place: Place,
        /// The number of the reading, from 1.
        reading: u16,
        /// The comparison.
        comparison: Comparison,
        /// How the second census was made sure to be whole.
        completeness: Completeness,
    },
    /// A history could not be read, or not to the end.
    Unreadable {
        /// Which action.
        place: Place,
        /// Why.
        failure: StepFailure,
    },
    /// The restored person was compared with the snapshot.
    Compared {
        /// Which step.
        step: StepId,
        /// The fields that differ, with both values.
        differences: Vec<Difference>,
    },
    /// The account itself was looked at: before the first write, when a run is taken up again, and last of all.
    AccountSeen {
        /// What was seen.
        seen: AccountSeen,
    },
    /// The run turns back.
    Unwinding {
        /// Why.
        because: Because,
    },
    /// The run cannot go on without a person.
    Stuck {
        /// Where.
        place: Place,
        /// Why.
        failure: StepFailure,
    },
    /// A person looked at it and lets it go on.
    Freed,
    /// The run is over.
    Finished {
        /// How.
        outcome: Outcome,
    },
    /// How many requests this executor sent, retries included. Written when it stops in good order.
    Counted {
        /// Requests.
        calls: u64,
    },
    /// What was seen of the vendor's clock before anything was written, or before a hold was taken to be over.
    ClocksSeen {
        /// What.
        clocks: Clocks,
    },
    /// The history of a person whose retirement is over was read again and compared with what the run sealed.
    ProvedAgain {
        /// What was found.
        proof: Box<LaterProof>,
    },
}

impl Event {
    /// Returns the event's name, as it is stored.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Resumed { .. } => "resumed",
            Self::Intended { .. } => "intended",
            Self::Answered { .. } => "answered",
            Self::Observed { .. } => "observed",
            Self::NotSeen { .. } => "not_seen",
            Self::Waiting { .. } => "waiting",
            Self::Waited { .. } => "waited",
            Self::Measured { .. } => "measured",
            Self::Proved { .. } => "proved",
            Self::Unreadable { .. } => "unreadable",
            Self::Compared { .. } => "compared",
            Self::AccountSeen { .. } => "account_seen",
            Self::Unwinding { .. } => "unwinding",
            Self::Stuck { .. } => "stuck",
            Self::Freed => "freed",
            Self::Finished { .. } => "finished",
            Self::Counted { .. } => "counted",
            Self::ClocksSeen { .. } => "clocks_seen",
            Self::ProvedAgain { .. } => "proved_again",
        }
    }
}

/// How a census was made sure to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// In every slice the unique ids equal the stated total, and the totals agree over the pages.
    ByCount,
    /// In some slices the stated total never agreed; two full readings gave the same set.
    ByTwoReadings,
    /// By jobs, for which the vendor states no total, each followed to its last page, and for the latest month by count.
    ByJob,
}

/// A field in which a restored person differs from the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which.
    pub field: String,
    /// In the snapshot.
    pub expected: String,
    /// Now.
    pub found: String,
    /// Whether the plan said beforehand that it would not come back.
    pub foretold: bool,
}

/// An event with its place and time in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its place in the run, from 1 without gaps. Order rests on this alone.
    pub sequence: u64,
    /// When it was written, by the executor's clock. For people: no order is taken from it.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}
