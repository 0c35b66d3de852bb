//! The plan: an immutable, ordered intent for one person, named by its digest. Whoever executes it has nothing
//! left to choose.

mod display;
mod operator;
mod step;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::finding::{Finding, Severity};
use crate::holding::Loss;
use crate::id::{OrganizationId, PlanDigest, RunId, StepId, UserId};
use crate::inventory::{AccountState, Named};
use crate::policy::Policy;
use crate::retention::Retention;
use crate::text::Text;

pub use operator::{Operator, Stated};
pub use step::{OnRefusal, Since, StationSlot, Step, StepKind, Undo};

/// The format of a stored plan; raised when its shape changes.
pub const PLAN_FORMAT: u32 = 1;

/// What a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// End a person's access.
    Retire,
    /// Put a person back from the snapshot of an earlier run.
    Restore {
        /// The run whose snapshot is the aim.
        from_run: RunId,
        /// What that snapshot is to the person.
        #[serde(default, skip_serializing_if = "Basis::is_whole")]
        basis: Basis,
    },
    /// Bring back an account of which there is no snapshot: the account alone, since nothing else is known.
    Revive,
}

/// What the snapshot that a restore works from is to the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What they were before they first left, over all runs since they were last put back.
    #[default]
    Whole,
    /// What the first run found of somebody whose account was not active any more: nobody knows what they were before.
    Found {
        /// What the account is to be, once somebody has said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountChoice>,
    },
    /// What they were when a run began that was asked for by name, and not what they were before they first left.
    Named {
        /// What the account is to be, if somebody said it; without it, what it was when that run began.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountChoice>,
    },
}

impl Basis {
    fn is_whole(&self) -> bool {
        *self == Self::Whole
    }
}

/// What an account is to be, where no snapshot says that it was active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountChoice {
    /// Active.
    Active,
    /// What it was when the run began.
    AsFound,
}

/// Whom a plan is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The only key of an effect.
    pub id: UserId,
    /// For people.
    pub email: Text,
    /// For people.
    pub name: Text,
    /// The state it was planned from.
    pub state: AccountState,
    /// The version it was planned from.
    pub version: i64,
}

/// How far back history is read, and why no further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryScope {
    /// The first moment.
    pub from: Timestamp,
    /// Why it begins there.
    pub bound: Bound,
    /// What the organization said of how long it keeps conversations when the plan was made. Plans of releases that did
    /// not write it down lack it: read it with [`HistoryScope::told`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

impl HistoryScope {
    /// Returns what the organization said of its retention when the plan was made.
    #[must_use]
    pub fn told(&self) -> Retention {
        match (&self.retention, self.bound) {
            (Some(retention), _) => retention.clone(),
            (None, Bound::Retention { days }) => Retention::Days(days),
            (
                None,
                Bound::Stated | Bound::Default { .. } | Bound::Counted { .. } | Bound::Uncounted { .. },
            ) => Retention::NotTold,
        }
    }
}

/// Why history is read no further back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The organization keeps no more (`GET /analytics/dataretention/settings`).
    Retention {
        /// Days.
        days: u32,
    },
    /// The operator asked for this start.
    Stated,
    /// No length of time is known for which the organization keeps data, so this default was taken.
    Default {
        /// Days.
        days: u32,
    },
    /// The organization does not say how long it keeps data, so the vendor's aggregates were asked how far the history goes:
    /// it is read from a month before the first in which they count anything, and for five years at least.
    Counted {
        /// When the first month begins in which anything is counted; `None` where nothing is.
        first: Option<Timestamp>,
        /// How far back they were asked.
        asked_from: Timestamp,
    },
    /// The organization does not say how long it keeps data, and the aggregates could not be asked, so this default was taken.
    Uncounted {
        /// Days.
        days: u32,
        /// Whether the client may not ask (`analytics:conversationAggregate:view`).
        refused: bool,
    },
}

/// An immutable ordered intent for one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_FORMAT`] when it was stored.
    pub format: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Where.
    pub organization: Named<OrganizationId>,
    /// Whether that is an emulated organization.
    pub emulated: bool,
    /// Whom.
    pub subject: Subject,
    /// By which rules.
    pub policy: Policy,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it may be approved and started.
    pub expires_at: Timestamp,
    /// The digest of the inventory that it rests on.
    pub inventory_digest: String,
    /// How far back history is read.
    pub history: HistoryScope,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What the planner noticed.
    pub findings: Vec<Finding>,
    /// What a restore will not bring back, or not as it was. Everything else it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<Loss>,
}

/// Who approved a plan, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The digest that was approved.
    pub digest: PlanDigest,
    /// Who: the name that the machine gives for the user who ran it; of older releases, what `$USER` said.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How.
    pub means: Means,
    /// What the machine says of who ran it. `None` of older releases, and of callers who do not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// What was stated with it, and not checked.
    #[serde(default, skip_serializing_if = "Stated::is_empty")]
    pub stated: Stated,
}

/// How an approval was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A person answered at a terminal.
    Asked,
    /// A person typed the e-mail address of the person to be deleted.
    TypedEmail,
    /// `--yes` on the command line.
    Flag,
    /// A plan file was handed over to be run.
    PlanFile,
}

/// Why an approval does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// There are fatal findings.
    #[error("the plan has {count} fatal finding(s), the first: {first}")]
    Fatal {
        /// How many.
        count: usize,
        /// The first.
        first: String,
    },
    /// Another plan was approved.
    #[error("the approval is for plan {approved}, this is plan {actual}")]
    OtherPlan {
        /// The approved digest.
        approved: PlanDigest,
        /// The plan's digest.
        actual: PlanDigest,
    },
    /// Too late.
    #[error("the plan expired at {expired_at}")]
    Expired {
        /// When.
        expired_at: Timestamp,
    },
    /// A format of another release.
    #[error("the plan has format {format}, this release reads format {PLAN_FORMAT}")]
    Format {
        /// What the plan says.
        format: u32,
    },
    /// It cannot be written in canonical form.
    #[error("the plan cannot be put into canonical form")]
    Canonical,
}

/// A plan together with an approval that fits it. Only these are run, and [`Plan::approve`] alone makes one: of what is
/// read from anywhere else, only an event of a journal gives one back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApprovedPlan {
    plan: Plan,
    approval: Approval,
}

impl Plan {
    /// Returns the digest that an approval binds to.
    ///
    /// # Errors
    /// Fails only when the plan cannot be written as JSON.
    pub fn digest(&self) -> Result<PlanDigest, serde_json::Error> {
        crate::digest_of("emeritus plan v1", self).map(PlanDigest)
    }

    /// Returns the plan as approved.
    ///
    /// # Errors
    /// Refuses fatal findings, an approval of another plan, and a plan that expired: make a new plan.
    pub fn approve(self, approval: Approval) -> Result<ApprovedPlan, ApprovalError> {
        if self.format != PLAN_FORMAT {
            return Err(ApprovalError::Format { format: self.format });
        }
        let mut fatal = self.findings.iter().filter(|finding| finding.severity == Severity::Fatal);
        if let Some(first) = fatal.next() {
            let first = first.text.clone();
            return Err(ApprovalError::Fatal { count: 1 + fatal.count(), first });
        }
        let (at, approved) = (approval.at, ApprovedPlan { plan: self, approval });
        approved.holds(at)?;
        Ok(approved)
    }

    /// Returns whether the plan deletes the account.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.kind, StepKind::Delete))
    }

    /// Returns the state that the account has once every step is done.
    #[must_use]
    pub fn aimed_state(&self) -> AccountState {
        let aimed = self
            .steps
            .iter()
            .rev()
            .find_map(|step| if let StepKind::SetState { to, .. } = step.kind { Some(to) } else { None });
        if self.deletes() { AccountState::Deleted } else { aimed.unwrap_or(self.subject.state) }
    }

    /// Returns in words what a restore makes of the person: only what they were before they first left, with an active
    /// account, is called restored.
    #[must_use]
    pub fn restored_words(&self) -> Option<String> {
        let Purpose::Restore { from_run, basis } = &self.purpose else { return None };
        Some(match (basis, self.aimed_state()) {
            (Basis::Whole, AccountState::Active) => "Restored".to_owned(),
            (Basis::Whole | Basis::Found { .. } | Basis::Named { .. }, state) => {
                format!("Put back as run {from_run} found them, the account {state}")
            }
        })
    }

    /// Returns a step by its id.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl ApprovedPlan {
    /// Returns the plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the approval.
    #[must_use]
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// Looks whether the approval is of this plan, and whether the plan may be started at this moment.
    ///
    /// # Errors
    /// It is of another plan, or the plan expired.
    pub fn holds(&self, now: Timestamp) -> Result<(), ApprovalError> {
        let Ok(actual) = self.plan.digest() else { return Err(ApprovalError::Canonical) };
        if self.approval.digest != actual {
            return Err(ApprovalError::OtherPlan { approved: self.approval.digest.clone(), actual });
        }
        if now >= self.plan.expires_at {
            return Err(ApprovalError::Expired { expired_at: self.plan.expires_at });
        }
        Ok(())
    }

    /// Reads what an event of a journal has: it was approved when it was written, by the rules of its release.
    pub(crate) fn from_event<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Self>, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            plan: Plan,
            approval: Approval,
        }
        let Written { plan, approval } = Written::deserialize(from)?;
        Ok(Box::new(Self { plan, approval }))
    }
}
