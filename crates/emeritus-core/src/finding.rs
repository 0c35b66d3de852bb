//! What the planner noticed: each finding has a severity, a stable code and a sentence for people.

use serde::{Deserialize, Serialize};

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
    /// Something changed since the snapshot that this run did not change.
    ChangedSince,
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
}

impl Finding {
    pub(crate) fn info(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Info, code, text: text.into() }
    }

    pub(crate) fn warn(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Warn, code, text: text.into() }
    }

    pub(crate) fn fatal(code: FindingCode, text: impl Into<String>) -> Self {
        Self { severity: Severity::Fatal, code, text: text.into() }
    }
}
