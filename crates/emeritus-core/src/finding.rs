//! What the planner noticed: each finding has a severity, a stable code and a sentence for people.

use serde::{Deserialize, Serialize};

use crate::overrides::{Block, BlockKind};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth a look before approving.
    Warn,
    /// The plan cannot be approved.
    Fatal,
}

/// What was noticed. The codes are stable; new ones may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// The person is in a conversation now.
    LiveInteraction,
    /// The policy protects the person.
    ProtectedUser,
    /// The person made the OAuth client that Emeritus runs as.
    OwnClient,
    /// The person is the last holder of an administrative role.
    LastAdmin,
    /// The account is not active any more, and yet something is left.
    LeftoversOfInactive,
    /// There is nothing to do.
    NothingToDo,
    /// A part of the inventory could not be read.
    UnknownPart,
    /// People report to this person.
    HasDirectReports,
    /// A queue membership comes through a group.
    QueueThroughGroup,
    /// Roles are lost when the account becomes inactive.
    RolesLost,
    /// A delete moves the account to the Home division and drops number and default station.
    DeleteLoses,
    /// Something in the snapshot cannot be put back.
    CannotComeBack,
    /// Somebody else changed something since the snapshot, and it stays as they left it.
    ChangedSince,
    /// The snapshot is not what the person was before they first left, or nobody knows what they were.
    NotWhole,
    /// Another run of this person is not over, and this gives it up.
    GivesUp,
    /// Things of a kind stay with the person.
    Kept,
    /// The policy allows no retirement while the person holds this.
    PolicyBlocks,
    /// The vendor gives no way to read or change it.
    NotReachable,
    /// Another account uses the person's e-mail address by now.
    TwinAccount,
    /// The person is expected back.
    Returns,
    /// Conversations are soon gone at the vendor, or out of reach of its views: archive them first.
    ArchiveFirst,
    /// A restore could not give back what the plan takes away: the client lacks a permission.
    Restore,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// What it is.
    pub code: FindingCode,
    /// For people: what, which, and what to do.
    pub text: String,
    /// What somebody may lift to get past it, each by its name; of a warning, what would stop the run later, or was
    /// lifted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
}

impl FindingCode {
    /// Returns as what the finding may be lifted. `None` where nobody may, and where there is nothing to lift.
    #[must_use]
    pub fn lifted_as(self) -> Option<BlockKind> {
        match self {
            Self::LiveInteraction => Some(BlockKind::LiveWork),
            Self::LastAdmin => Some(BlockKind::LastAdmin),
            Self::UnknownPart => Some(BlockKind::Unknown),
            Self::PolicyBlocks => Some(BlockKind::Policy),
            Self::TwinAccount => Some(BlockKind::Twin),
            Self::Restore => Some(BlockKind::Restore),
            Self::ProtectedUser
            | Self::OwnClient
            | Self::LeftoversOfInactive
            | Self::NothingToDo
            | Self::HasDirectReports
            | Self::QueueThroughGroup
            | Self::RolesLost
            | Self::DeleteLoses
            | Self::CannotComeBack
            | Self::ChangedSince
            | Self::NotWhole
            | Self::GivesUp
            | Self::Kept
            | Self::NotReachable
            | Self::Returns
            | Self::ArchiveFirst => None,
        }
    }
}

impl Finding {
    pub(crate) fn info(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Info, code, text: text.into(), blocks: Vec::new() }
    }

    pub(crate) fn warn(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Warn, code, text: text.into(), blocks: Vec::new() }
    }

    pub(crate) fn fatal(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Fatal, code, text: text.into(), blocks: Vec::new() }
    }

    /// Returns the finding with what can be lifted to get past it. What nobody may lift has no name to lift it by.
    pub(crate) fn of(mut self, names: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        if let Some(kind) = self.code.lifted_as() {
            self.blocks.extend(names.into_iter().map(|(name, id)| Block { kind, name, id }));
        }
        self
    }
}
