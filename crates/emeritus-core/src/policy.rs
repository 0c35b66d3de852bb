//! What must happen to a person and to each kind of thing that they hold.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::holding::Kind;
use crate::id::{ConversationId, UserId};
use crate::inventory::Named;
use crate::overrides::{Block, BlockKind, Override, part_name};

/// Why a person leaves, as the vendor records it (`UserState.stateChangeReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They chose to.
    Voluntary,
    /// The season is over.
    Seasonal,
    /// Leave of absence.
    Leave,
    /// Performance.
    Performance,
    /// Conduct.
    Conduct,
    /// Not stated.
    Unknown,
}

/// How far a retirement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Inactive, history and account kept. The default.
    Keep,
    /// Inactive, then, after a hold, deleted.
    Delete {
        /// How long the account stays inactive before it is deleted.
        hold: SignedDuration,
    },
}

/// What to do with live work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveWork {
    /// Refuse to plan while there is any.
    Block,
    /// Wait until there is none, this long at most; then stop.
    Drain {
        /// The longest wait.
        up_to: SignedDuration,
    },
}

/// What an unknown part of the inventory means for the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// It blocks.
    Block,
    /// It warns, and the evidence lists it as not checked.
    Warn,
}

/// Which goes first, the cut or the leaving of queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutOrder {
    /// Access ends first. The documented vendor allows it, and it is the safer order.
    CutFirst,
    /// Queues are left first, because this organization has answered "in use" to a cut before.
    ReleaseFirst,
}

/// What happens to the things of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Taken away, with the way back in the journal.
    Release,
    /// Left with the person, and listed.
    Keep,
    /// Handed to somebody else.
    Reassign {
        /// To whom.
        to: Named<UserId>,
    },
    /// The plan cannot be approved while there is any.
    Block,
}

/// How long the vendor may show old data, and how patient a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// Two reads this far apart that agree are taken for the truth.
    pub staleness: SignedDuration,
    /// How often an effect is tried when the vendor has certainly refused or not performed it.
    pub attempts: u16,
    /// How often an unclear outcome is looked at before a person is asked.
    pub observations: u16,
    /// How often a proof that lacks something is read again before it counts as broken.
    pub proof_readings: u16,
    /// The pause between two readings of a proof.
    pub proof_pause: SignedDuration,
    /// The pause between two looks at live work.
    pub idle_poll: SignedDuration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            staleness: SignedDuration::from_secs(2),
            attempts: 5,
            observations: 4,
            proof_readings: 3,
            proof_pause: SignedDuration::from_secs(20),
            idle_poll: SignedDuration::from_secs(15),
        }
    }
}

/// Everything that a plan needs to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Keep or delete.
    pub mode: Mode,
    /// The reason to record at the vendor, if any.
    pub reason: Option<Reason>,
    /// Live work.
    pub live_work: LiveWork,
    /// Unknown parts.
    pub unknown: Strictness,
    /// Which goes first.
    pub order: CutOrder,
    /// People who are never retired.
    pub protected: Vec<UserId>,
    /// Of older releases: whether the last holder of any administrative role might go. Stored plans have it, so it is
    /// read and written; nothing asks it. See [`Policy::overrides`].
    pub allow_last_admin: bool,
    /// Delays and limits.
    pub patience: Patience,
    /// How long a plan may wait for its approval.
    pub plan_valid_for: SignedDuration,
    /// What happens to each kind of thing, where it is not [`Kind::default_treatment`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub treatments: BTreeMap<Kind, Treatment>,
    /// When the person is expected back, for a leave or a season.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_at: Option<Timestamp>,
    /// How long after its end a retirement's proof is made again, each time once.
    #[serde(default = "again_after", skip_serializing_if = "is_again_after")]
    pub again_after: Vec<SignedDuration>,
    /// What the vendor drops within this time is worth a finding: archive it first.
    #[serde(default = "archive_warning", skip_serializing_if = "is_archive_warning")]
    pub archive_warning: SignedDuration,
    /// The blocks that somebody lifted, each by name and with a reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

fn archive_warning() -> SignedDuration {
    SignedDuration::from_hours(24 * 90)
}

fn is_archive_warning(length: &SignedDuration) -> bool {
    *length == archive_warning()
}

/// A month, a quarter and a year: by then what a vendor lost by accident has been noticed by nobody else.
fn again_after() -> Vec<SignedDuration> {
    [30, 90, 365].map(|days| SignedDuration::from_hours(24 * days)).to_vec()
}

fn is_again_after(lengths: &[SignedDuration]) -> bool {
    lengths == again_after()
}

impl Policy {
    /// Returns what happens to the things of a kind.
    #[must_use]
    pub fn treatment(&self, kind: Kind) -> Treatment {
        self.treatments.get(&kind).cloned().unwrap_or_else(|| kind.default_treatment())
    }

    /// Returns the override that lifts a block, if somebody lifted it.
    #[must_use]
    pub fn lifted(&self, block: &Block) -> Option<&Override> {
        self.overrides.iter().find(|given| given.lifts(block))
    }

    /// Returns whether a conversation is lifted: the person may be cut off in the middle of it.
    #[must_use]
    pub fn lifts_live(&self, conversation: &ConversationId) -> bool {
        self.lifted(&Block::new(BlockKind::LiveWork, conversation.as_str())).is_some()
    }

    /// Returns whether a part of the inventory is lifted that could not be read.
    #[must_use]
    pub fn lifts_unknown(&self, part: &str) -> bool {
        self.lifted(&Block::new(BlockKind::Unknown, part_name(part))).is_some()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            mode: Mode::Keep,
            reason: None,
            live_work: LiveWork::Block,
            unknown: Strictness::Warn,
            order: CutOrder::CutFirst,
            protected: Vec::new(),
            allow_last_admin: false,
            patience: Patience::default(),
            plan_valid_for: SignedDuration::from_hours(24),
            treatments: BTreeMap::new(),
            returns_at: None,
            again_after: again_after(),
            archive_warning: archive_warning(),
            overrides: Vec::new(),
        }
    }
}
