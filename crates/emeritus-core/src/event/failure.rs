//! Why something did not happen, as the journal keeps it.

use serde::{Deserialize, Serialize};

/// Why something did not happen, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFailure {
    /// A stable code.
    pub code: FailureCode,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's error code, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_code: Option<String>,
    /// The vendor's correlation id, for a support case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// For people: what was expected and what was seen. No personal data, no token.
    pub detail: String,
}

impl StepFailure {
    /// Returns a failure without an answer of the vendor's.
    #[must_use]
    pub fn of(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { code, status: None, vendor_code: None, correlation_id: None, detail: detail.into() }
    }
}

/// The codes of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCode {
    /// Somebody changed the account between reading and writing.
    VersionClash,
    /// The vendor says that the person is in use.
    InUse,
    /// A permission is missing.
    Forbidden,
    /// The vendor refused for another reason.
    Refused,
    /// The request certainly never left, or was turned away unperformed.
    NotSent,
    /// The vendor does not offer this call here; another way is tried.
    NotOffered,
    /// The answer was lost; nobody knows yet whether it happened.
    OutcomeUnknown,
    /// It was accepted, but never seen afterwards.
    NotSeen,
    /// It could not be found out whether it happened.
    Unclear,
    /// The organization changed since the inventory.
    Drift,
    /// The person was still in a conversation when the wait ended.
    LiveWork,
    /// The history could not be read.
    HistoryUnreadable,
    /// The proof allows no statement, so nothing may be deleted on it.
    NotComparable,
    /// A step that this one depends on was refused.
    DependsOnRefused,
    /// Something in the restored person differs from the snapshot.
    Differs,
    /// This machine's clock and the vendor's are too far apart, or the vendor's could not be told.
    Clocks,
}

impl FailureCode {
    /// Returns whether the vendor certainly did not do it and the same thing may be tried again.
    #[must_use]
    pub fn may_try_again(self) -> bool {
        matches!(self, Self::VersionClash | Self::InUse | Self::NotSent | Self::NotOffered)
    }
}
