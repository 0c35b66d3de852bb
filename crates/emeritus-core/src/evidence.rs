//! The evidence of a run: what was done, by whom, when, what was observed, and what was not checked.
//!
//! It is made from the records of the run's journal and from nothing else, so that it can be made again at any
//! time and comes out the same. Its invariant: no sentence in it says more than a record shows. "Seen" stands for
//! an observation, "accepted" for the vendor's word, and what nobody looked at is listed as not checked.

mod clocks;
mod held;
mod later;
mod limits;
mod readings;
mod steps;
mod summary;
mod timeline;
mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::again::LaterProof;
use crate::census::{CensusSummary, Control, NotCompared, Verdict};
use crate::event::{AccountSeen, Completeness, Difference, Event, Outcome, Place, Record, StepFailure};
use crate::finding::Finding;
use crate::forecast::Forecast;
use crate::id::{OrganizationId, PlanDigest, RunId};
use crate::inventory::{AccountState, Inventory, Named};
use crate::overrides::Override;
use crate::plan::{Approval, HistoryScope, Plan, Purpose, Subject};
use crate::policy::Mode;
use crate::state::{IllegalEvent, RunState};

pub use clocks::apart;
pub(crate) use words::why_not_comparable;
pub use words::{count, grouped, moment, span};

/// The format of stored evidence; raised when its shape changes.
pub const EVIDENCE_FORMAT: u32 = 1;

/// Why no evidence can be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvidenceError {
    /// There is no record.
    #[error("there is no record to make evidence from")]
    Empty,
    /// The records do not follow from one another.
    #[error("the records do not follow from one another")]
    Illegal(#[source] IllegalEvent),
    /// The run was begun with another plan than the one that was approved.
    #[error("plan {approved} was approved, the run was begun with plan {actual}")]
    OtherPlan {
        /// What the approval names.
        approved: PlanDigest,
        /// What the plan's digest is.
        actual: PlanDigest,
    },
    /// The plan cannot be written in canonical form.
    #[error("the plan cannot be put into canonical form")]
    Canonical,
}

/// The evidence of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// [`EVIDENCE_FORMAT`] when it was stored.
    pub format: u32,
    /// Whether all of this happened in an emulated organization, and so says nothing about a real one.
    pub emulated: bool,
    /// What the run shows, in one line for people.
    pub headline: String,
    /// What else a reader must know first, a sentence each.
    pub summary: Vec<String>,
    /// The run.
    pub run: RunId,
    /// Where.
    pub organization: Named<OrganizationId>,
    /// What the run was for.
    pub purpose: Purpose,
    /// How far it was to go.
    pub mode: Mode,
    /// Whom it was about.
    pub subject: Subject,
    /// Who approved which plan, when and how.
    pub approval: Approval,
    /// The blocks that somebody lifted, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// When the run began, by the executor's clock.
    pub started_at: Timestamp,
    /// When its last record was written.
    pub last_at: Timestamp,
    /// How it ended, or that it is stuck; `None` while it is under way.
    pub outcome: Option<Outcome>,
    /// Where and why a person is needed, if one is.
    pub stuck: Option<Halt>,
    /// Until when the run waits, if it does.
    pub waiting: Option<Wait>,
    /// When access was observed to have ended; `None` when the run was not to end it, as of a deleted account.
    pub cut: Option<Cut>,
    /// What the last look at the account itself showed, after everything else; `None` when nobody looked, as releases
    /// before did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountLook>,
    /// How far back history was read, and why no further.
    pub history: HistoryScope,
    /// Every reading of the person's history, in order: the one before the first write, then each proof.
    pub readings: Vec<Reading>,
    /// Every proof that was made again after the run was over, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Later>,
    /// What will become of the history that the run sealed, by the organization's own retention; set by whoever keeps
    /// the census files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// Every step, each followed by the parts of its undo that were begun.
    pub steps: Vec<StepEntry>,
    /// Everything that happened, in order.
    pub timeline: Vec<Moment>,
    /// What the planner had noticed when the plan was approved.
    pub findings: Vec<Finding>,
    /// What was not checked and what the proof does not cover, a sentence each.
    pub not_checked: Vec<String>,
    /// What a restore does not bring back, a sentence each.
    pub will_not_come_back: Vec<String>,
    /// The fields in which a restored person differs from the snapshot.
    pub differences: Vec<Difference>,
    /// What the person held before the first write, in short.
    pub held: Vec<Held>,
    /// Requests sent, as far as executors stopped in good order and counted them.
    pub calls: u64,
    /// Whether an executor did not count its requests: it was killed, or is still at work. There were more then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub calls_not_all_counted: bool,
    /// How many records this was made from.
    pub records: u64,
    /// The hash of the last of these records, which stands for all of them; set by whoever keeps the journal.
    pub journal_head: Option<String>,
    /// The release that began the run.
    pub engine: String,
    /// The plan in full, so that its digest can be computed again.
    pub plan: Plan,
    /// What the person held before the first write, in full.
    pub snapshot: Inventory,
}

/// Where and why a run needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// Which action.
    pub place: Place,
    /// The action, for people.
    pub what: String,
    /// Why.
    pub failure: StepFailure,
}

/// A wait that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The waiting step, for people.
    pub what: String,
    /// Until when.
    pub until: Timestamp,
}

/// When access was observed to have ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The first moment at which the account had been seen inactive and the revocation of its tokens to hold.
    pub at: Option<Timestamp>,
    /// When the account was first seen inactive.
    pub inactive_seen_at: Option<Timestamp>,
    /// Whether it was inactive before the run, so that the run did not have to make it so.
    pub was_inactive: bool,
    /// When the vendor accepted that the tokens be revoked.
    pub tokens_accepted_at: Option<Timestamp>,
    /// When it was first seen to hold: nobody can list another person's tokens, so what is seen is that none was
    /// issued since.
    pub tokens_seen_at: Option<Timestamp>,
}

/// A look at the account itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLook {
    /// When it was written down.
    pub at: Timestamp,
    /// The state that was asked for.
    pub asked: AccountState,
    /// What was seen.
    pub seen: AccountSeen,
}

/// One reading of a person's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its record.
    pub sequence: u64,
    /// When it was written down.
    pub at: Timestamp,
    /// When in the run it was, for people.
    pub what: String,
    /// Which action.
    pub place: Place,
    /// The number of the reading of this action, from 1.
    pub reading: u16,
    /// Its figures: window, conversations, open ones, Merkle root.
    pub census: CensusSummary,
    /// How it was made sure to be whole.
    pub completeness: Completeness,
    /// What the control query saw.
    pub control: Control,
    /// The earlier reading that it was compared with: `before the first write`. `None` for the first reading, and
    /// where the records hold no such reading.
    pub against: Option<String>,
    /// What the comparison shows, with all ids; `None` for the first reading.
    pub verdict: Option<Verdict>,
    /// Conversations that only this reading has.
    pub added: u64,
    /// Conversations that were open in the earlier reading: of these only the presence was compared.
    pub by_presence: u64,
    /// What one of the two readings, or both, do not state, and which therefore was not compared.
    #[serde(default, skip_serializing_if = "NotCompared::is_empty")]
    pub not_compared: NotCompared,
}

/// A proof that was made again after the run was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// Its record.
    pub sequence: u64,
    /// When it was written down.
    pub at: Timestamp,
    /// What was found.
    pub proof: LaterProof,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// Done, and seen afterwards.
    Verified,
    /// Seen to be so before anything was sent.
    AlreadySo,
    /// The vendor accepted it; it was not seen afterwards.
    AcceptedNotSeen,
    /// Refused for good, or not possible.
    Refused,
    /// Tried, and so far certainly not done.
    NotDone,
    /// The answer was lost, and it is not known whether it was done.
    OutcomeUnknown,
    /// Done, then taken back, and the taking back was seen.
    Undone,
    /// A wait or a repeated reading that is not over.
    UnderWay,
    /// A reading, wait or comparison that is over.
    Done,
    /// The run did not come to it.
    NotReached,
}

/// One step, or one part of its undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepEntry {
    /// Which action.
    pub place: Place,
    /// What it does.
    pub what: String,
    /// Why it is there.
    pub why: String,
    /// What became of it.
    pub outcome: StepOutcome,
    /// Requests that were announced for it; for a proof, its readings.
    pub attempts: u64,
    /// When it was first seen to be so.
    pub seen_at: Option<Timestamp>,
    /// What kept it from being done, if anything did.
    pub failure: Option<StepFailure>,
    /// More for people: a verdict, a deadline.
    pub detail: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The record that says so.
    pub sequence: u64,
    /// When, by the executor's clock. Order rests on the records, not on this.
    pub at: Timestamp,
    /// What, for people.
    pub what: String,
    /// More, for people.
    pub detail: Option<String>,
    /// Who, where a person is named.
    pub who: Option<String>,
    /// Which try.
    pub attempt: Option<u16>,
    /// The vendor's correlation id.
    pub correlation_id: Option<String>,
}

/// One kind of thing that the person held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which kind.
    pub what: String,
    /// What there was of it; empty when there was none, and when it is unknown.
    pub names: Vec<String>,
    /// Why it is unknown, if it is. Never to be taken for "none".
    pub unknown: Option<String>,
}

/// Returns the evidence of a run from its records, all of them and in order. Without an outcome it is the evidence
/// of a run that is still under way. [`Evidence::journal_head`] is left to the caller.
///
/// # Errors
/// Refuses records that do not follow from one another, and a run that was begun with a plan that nobody approved.
pub fn evidence(records: &[Record]) -> Result<Evidence, EvidenceError> {
    let state = RunState::fold(records).map_err(EvidenceError::Illegal)?.ok_or(EvidenceError::Empty)?;
    let (plan, approval) = (state.plan(), state.approved().approval());
    let actual = plan.digest().map_err(|_| EvidenceError::Canonical)?;
    if approval.digest != actual {
        return Err(EvidenceError::OtherPlan { approved: approval.digest.clone(), actual });
    }
    let story = Story { state: &state, records };
    let cut = steps::cut(&story);
    let readings = readings::readings(&story);
    let later = later::later(&story);
    Ok(Evidence {
        format: EVIDENCE_FORMAT,
        emulated: plan.emulated,
        headline: summary::headline(&story, &readings, &later),
        summary: summary::sentences(&story, cut.as_ref(), &later),
        run: state.run().clone(),
        organization: plan.organization.clone(),
        purpose: plan.purpose.clone(),
        mode: plan.policy.mode,
        subject: plan.subject.clone(),
        approval: approval.clone(),
        overrides: plan.policy.overrides.clone(),
        started_at: state.started_at(),
        last_at: state.last_at(),
        outcome: state.outcome().or_else(|| state.stuck().map(|_| Outcome::Stuck)),
        stuck: state.stuck().map(|(place, failure)| Halt {
            place: *place,
            what: story.name(*place),
            failure: failure.clone(),
        }),
        waiting: steps::waiting(&story),
        cut,
        account: state.account_seen().map(|(at, seen)| AccountLook {
            at: *at,
            asked: state.asked_state(),
            seen: seen.clone(),
        }),
        history: plan.history.clone(),
        readings,
        later,
        forecast: None,
        steps: steps::table(&story),
        timeline: timeline::timeline(&story),
        findings: plan.findings.clone(),
        not_checked: limits::not_checked(&story),
        will_not_come_back: limits::will_not_come_back(&story),
        differences: state.differences().to_vec(),
        held: held::held(state.snapshot()),
        calls: state.calls(),
        calls_not_all_counted: !state.calls_are_counted(),
        records: state.sequence(),
        journal_head: None,
        engine: story.engine().to_owned(),
        plan: plan.clone(),
        snapshot: state.snapshot().clone(),
    })
}

/// The records of a run with the state that they fold to.
struct Story<'a> {
    state: &'a RunState,
    records: &'a [Record],
}

impl Story<'_> {
    /// Returns the release that began the run.
    fn engine(&self) -> &str {
        let Some(Event::Started { engine, .. }) = self.records.first().map(|record| &record.event) else {
            return "";
        };
        engine
    }
}
