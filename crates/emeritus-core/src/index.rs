//! What a journal keeps of each run beside its events, so that nobody has to fold them all to find the few that matter:
//! whose it is, how it stands, what is due. It selects and claims nothing: what is said of a person is said by
//! [`Standing`](crate::person::Standing), from the events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::again;
use crate::event::Outcome;
use crate::id::OrganizationId;
use crate::person;
use crate::plan::Purpose;
use crate::state::RunState;

/// What a run is for, without what it works from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// To retire somebody.
    Retire,
    /// To put somebody back from a snapshot.
    Restore,
    /// To bring back an account that no run has taken away.
    Revive,
}

/// One run in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexRow {
    /// What the run is for.
    pub aim: Aim,
    /// The person's e-mail address, as [`email_tag`] has it: enough to find them, and no address.
    pub email: String,
    /// How it ended; `None` while it is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Whether it needs a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_stuck: bool,
    /// Whether it brought the account back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_back: bool,
    /// Whether later proofs can be held against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_sealed: bool,
    /// From when on a later proof is due that nobody has made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_due: Option<Timestamp>,
    /// When its plan says that the person returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_at: Option<Timestamp>,
}

impl IndexRow {
    /// Returns the row of a run.
    #[must_use]
    pub fn of(run: &RunState) -> Self {
        let plan = run.plan();
        let aim = match plan.purpose {
            Purpose::Retire => Aim::Retire,
            Purpose::Restore { .. } => Aim::Restore,
            Purpose::Revive => Aim::Revive,
        };
        Self {
            aim,
            email: email_tag(&plan.organization.id, &plan.subject.email),
            outcome: run.outcome(),
            is_stuck: run.stuck().is_some(),
            is_back: aim != Aim::Retire && person::is_back(run).is_some(),
            is_sealed: run.is_sealed(),
            proof_due: again::first_unanswered(run).map(|due| due.at),
            returns_at: plan.policy.returns_at,
        }
    }

    /// Returns whether the run is not over.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }
}

/// Returns what stands for an e-mail address of an organization, capitals aside.
#[must_use]
pub fn email_tag(organization: &OrganizationId, email: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"emeritus email v1\0")
        .chain_update(organization.as_str())
        .chain_update([0])
        .chain_update(email.trim().to_lowercase())
        .finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns whether a person may be expected back, by their runs, the oldest first: one says when, and none has brought
/// them back since.
pub fn may_be_expected<'a>(rows: impl DoubleEndedIterator<Item = &'a IndexRow>) -> bool {
    rows.rev().take_while(|row| !row.is_back).any(|row| row.returns_at.is_some())
}

/// Returns whether a person may be away, or about to be, by their runs, the oldest first.
pub fn may_be_away<'a>(rows: impl DoubleEndedIterator<Item = &'a IndexRow>) -> bool {
    let mut retirements = rows.rev().take_while(|row| !row.is_back).filter(|row| row.aim == Aim::Retire);
    retirements.any(|row| !matches!(row.outcome, Some(Outcome::Failed | Outcome::Skipped)))
}
