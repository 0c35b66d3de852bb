//! Proofs made again, after a retirement is over: when one is due, and what one found.
//!
//! The history of the day is held against what the run sealed, as far back as the vendor must still keep it. A due
//! point is answered by the first proof made after it that allows a statement, and is then never due again.

mod lost;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::census::{CensusSummary, Comparison, Control, NotComparable, NotCompared, Verdict, Window};
use crate::event::Completeness;
use crate::forecast::Forecast;
use crate::inventory::Why;
use crate::state::RunState;

pub use lost::{LOST_NAMED, Lost, LostConversation};

/// A point in time at which a retirement is to be proved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// How long after the end of the run.
    pub after: SignedDuration,
    /// When that was.
    pub at: Timestamp,
}

/// By which of the vendor's ways a history was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Details queries.
    Query,
    /// An asynchronous details job.
    Job,
}

/// What the vendor's own retention took out of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beyond {
    /// How many days the organization keeps (`GET /analytics/dataretention/settings`).
    pub retention_days: u32,
    /// What began before this moment need not be there any more.
    pub until: Timestamp,
    /// How many conversations of the sealed census began before it.
    pub conversations: u64,
}

/// What asking for the person by their id gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// An account with a name.
    Resolves,
    /// An account without the person's name.
    Nameless,
    /// Nobody, in any state.
    Nobody,
    /// It could not be asked.
    NotAsked {
        /// A stable code of the failure.
        code: String,
    },
}

/// What the vendor's aggregates say of the same window: another count by another way, and not of conversations but of
/// times that the person handled something. One conversation can have several, and what nobody handled has none, so the
/// figures are for being held against each other over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondOpinion {
    /// The window.
    pub window: Window,
    /// How often the vendor counts a connection (`nConnected`), in proofs of the releases that asked for it: in the records
    /// that metric is the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<u64>,
    /// How often the person handled something (`tHandle`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<u64>,
}

/// What a later proof shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaterVerdict {
    /// Every sealed conversation that must still be there is, and names the person as before.
    Intact,
    /// Some are not.
    Broken {
        /// Sealed, and not there any more.
        missing: Lost,
        /// There, but the person's part in it is not what it was.
        altered: Lost,
        /// How many of those do not carry the person's name any more.
        nameless: u64,
    },
    /// There was none, and the control query does see others'.
    NoHistoryFound,
    /// All that was sealed is older than what the vendor must still keep.
    BeyondRetention,
    /// No statement can be made.
    NotComparable(NotComparable),
}

impl LaterVerdict {
    /// Returns the verdict's stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Broken { .. } => "broken",
            Self::NoHistoryFound => "no-history-found",
            Self::BeyondRetention => "beyond-retention",
            Self::NotComparable(_) => "not-comparable",
        }
    }

    /// Returns whether anything was shown: what allows no statement answers no due point.
    #[must_use]
    pub fn is_statement(&self) -> bool {
        match self {
            Self::Intact | Self::Broken { .. } | Self::NoHistoryFound | Self::BeyondRetention => true,
            Self::NotComparable(_) => false,
        }
    }
}

/// One proof made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterProof {
    /// Which due point it answers; `None` when none was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// What it shows.
    pub verdict: LaterVerdict,
    /// The census that the run sealed, whole.
    pub sealed: CensusSummary,
    /// What of it was left out, since the vendor need not keep it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Beyond>,
    /// What of it was compared.
    pub before: CensusSummary,
    /// What was read now.
    pub after: CensusSummary,
    /// Conversations that only the later reading has.
    pub added: u64,
    /// Conversations that were open when they were sealed: of these only the presence was compared.
    pub open_before: u64,
    /// What the control query saw.
    pub control: Control,
    /// How many readings it took: what lacks something is read again before it counts.
    pub readings: u16,
    /// How the last of them was read.
    pub source: Source,
    /// How the last of them was made sure to be whole.
    pub completeness: Completeness,
    /// What asking for the person gave.
    pub person: Resolution,
    /// What the vendor's aggregates say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_opinion: Option<SecondOpinion>,
    /// Why the vendor's aggregates say nothing, where they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_second_opinion: Option<Why>,
    /// What will become of what was sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// What one reading or both do not state, and which therefore was not compared.
    #[serde(default, skip_serializing_if = "NotCompared::is_empty")]
    pub not_compared: NotCompared,
}

impl LaterProof {
    /// Returns whether somebody must look: history shrank, names somebody else, or the id resolves to no name.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        let broken = matches!(self.verdict, LaterVerdict::Broken { .. });
        broken || matches!(self.person, Resolution::Nameless | Resolution::Nobody)
    }
}

/// Returns what a comparison with the sealed census shows. `broken` is asked for the particulars of what is lost.
///
/// A reading that finds nothing at all where there was something counts only when the same client does see the
/// conversations of others: perhaps it has lost the right to see any.
pub fn judge(
    comparison: &Comparison,
    beyond: Option<&Beyond>,
    broken: impl FnOnce(&[Uuid], &[Uuid]) -> LaterVerdict,
) -> LaterVerdict {
    let sees_others = matches!(comparison.control, Control::Sees { .. });
    let nothing_left = comparison.before.conversations == 0;
    match &comparison.verdict {
        Verdict::Intact => LaterVerdict::Intact,
        Verdict::Broken { .. } if comparison.after.conversations == 0 && !sees_others => {
            LaterVerdict::NotComparable(NotComparable::ControlSawNothing)
        }
        Verdict::Broken { missing, altered } => broken(missing, altered),
        Verdict::NoHistoryFound | Verdict::NotComparable(NotComparable::ControlSawNothing)
            if nothing_left && beyond.is_some() =>
        {
            LaterVerdict::BeyondRetention
        }
        Verdict::NoHistoryFound => LaterVerdict::NoHistoryFound,
        Verdict::NotComparable(why) => LaterVerdict::NotComparable(why.clone()),
    }
}

/// Returns the due points of a run that no proof has answered, nor a later one, whether they have come or not.
fn unanswered(state: &RunState) -> impl Iterator<Item = Due> {
    let end = state.is_sealed().then(|| state.finished_at()).flatten();
    let statements = state.later_proofs().iter().filter(|(_, proof)| proof.verdict.is_statement());
    let answered = statements.filter_map(|(_, proof)| proof.due).map(|due| due.after).max();
    let points = state.plan().policy.again_after.iter().filter_map(move |after| {
        let at = end?.checked_add(*after).ok()?;
        Some(Due { after: *after, at })
    });
    points.filter(move |due| answered.is_none_or(|answered| due.after > answered))
}

/// Returns the due point of a run that is open: the latest that has passed, unless a proof has answered it or a later
/// one. Several that passed unanswered are caught up with by one proof.
#[must_use]
pub fn due(state: &RunState, now: Timestamp) -> Option<Due> {
    unanswered(state).filter(|due| due.at <= now).max_by_key(|due| due.after)
}

/// Returns the first due point of a run that no proof has answered: a proof is due from then on.
#[must_use]
pub(crate) fn first_unanswered(state: &RunState) -> Option<Due> {
    unanswered(state).min_by_key(|due| due.after)
}

/// Returns the next due point of a run that has not come yet.
#[must_use]
pub fn next_due(state: &RunState, now: Timestamp) -> Option<Due> {
    let end = state.is_sealed().then(|| state.finished_at()).flatten()?;
    let points = state.plan().policy.again_after.iter().filter_map(|after| {
        let at = end.checked_add(*after).ok()?;
        (at > now).then_some(Due { after: *after, at })
    });
    points.min_by_key(|due| due.after)
}
