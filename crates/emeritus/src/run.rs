//! The loop: decide, write the intent down, do it once, look at what happened, write that down. The only place
//! that changes an organization.

mod access;
mod act;
mod clocks;
mod prove;

pub(crate) use act::IN_USE_BLOCKS_CUT;

use emeritus_core::decide::{Action, decide};
use emeritus_core::event::{Event, Record};
use emeritus_core::id::RunId;
use emeritus_core::index::IndexRow;
use emeritus_core::state::RunState;
use jiff::{SignedDuration, Timestamp};

use crate::journal::{JournalError, Pen};
use crate::{Emeritus, Notice};

/// A hold longer than this ends the process instead of keeping it waiting; `resume` goes on later.
const LONGEST_WAIT_HERE: SignedDuration = SignedDuration::from_mins(2);

/// A bound on the actions of one run: far above what any plan needs, so that a fault of ours ends.
const MAX_ACTIONS: u32 = 20_000;

/// The run could not go on. What happened so far is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The journal failed: nothing more was sent.
    #[error("the journal failed, so nothing more was sent")]
    Journal(#[source] JournalError),
    /// An event of ours does not follow: a fault of this program.
    #[error("a fault of this program: an event does not follow")]
    Illegal(#[source] emeritus_core::state::IllegalEvent),
    /// The census files could not be stored.
    #[error("the run's directory could not be used")]
    Directory(#[source] std::io::Error),
    /// The run did not come to an end.
    #[error("a fault of this program: the run took more than {MAX_ACTIONS} actions")]
    Endless,
}

/// Why a run rests although it is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Until when nothing may happen.
    pub until: Timestamp,
    /// Why, for people.
    pub why: &'static str,
}

/// One executor at work on one run.
pub(crate) struct Executor<'a> {
    pub(crate) emeritus: &'a Emeritus,
    pub(crate) pen: Pen,
    pub(crate) state: RunState,
    pub(crate) run: RunId,
    /// For how long it was waited here without the organization's clock moving: an emulated one may stand still.
    pub(crate) stood_still: SignedDuration,
    pub(crate) aim: Option<emeritus_core::Inventory>,
}

impl Executor<'_> {
    /// Goes on until the run is over, stuck, or held for longer than a process should wait.
    pub(crate) async fn drive(&mut self) -> Result<Option<Pause>, DriveError> {
        let calls_before = self.emeritus.client.calls();
        let outcome = self.until_rest().await;
        if outcome.is_ok() {
            let calls = self.emeritus.client.calls() - calls_before;
            self.append(Event::Counted { calls })?;
        }
        outcome
    }

    async fn until_rest(&mut self) -> Result<Option<Pause>, DriveError> {
        let mut has_waited = false;
        for _ in 0..MAX_ACTIONS {
            let now = self.now();
            // The action borrows the state, which appending changes; a step's data is small.
            let action = decide(&self.state, now);
            match action {
                Action::Rest => return Ok(None),
                Action::Finish { outcome } => self.append(Event::Finished { outcome })?,
                Action::Stop { place, failure } => self.append(Event::Stuck { place, failure })?,
                Action::Unwind { because } => self.append(Event::Unwinding { because })?,
                Action::GiveUpSeeing { place } => self.append(Event::NotSeen { place })?,
                Action::BeginWait { step, until, why } => {
                    self.append(Event::Waiting { step, until, why: why.to_owned() })?;
                }
                Action::EndWait { step } => self.end_hold(step).await?,
                Action::Hold { step: _, until } => {
                    let why = "the account is held before it is deleted";
                    let left = until.duration_since(now.earliest);
                    // A clock that did not move while the other one did is not waited for a second time.
                    if left > LONGEST_WAIT_HERE || has_waited {
                        return Ok(Some(Pause { until, why }));
                    }
                    has_waited = true;
                    self.pause(left, why).await;
                }
                Action::AwaitIdle { step, until } => self.await_idle(step, until).await?,
                Action::Perform { place, attempt, kind } => {
                    let kind = kind.clone();
                    self.perform(place, attempt, &kind).await?;
                }
                Action::Observe { place, kind, looks, accepted } => {
                    let kind = kind.clone();
                    self.observe(place, &kind, looks, accepted).await?;
                }
                Action::Measure { step } => self.measure(step).await?,
                Action::Prove { place, reading } => self.prove(place, reading).await?,
                Action::CheckAccess { step } => self.check_access(step).await?,
                Action::SeeAccount { expected } => {
                    let (user, patience) =
                        (&self.state.plan().subject.id, &self.state.plan().policy.patience);
                    let seen = self.emeritus.see_account(user, expected, patience).await;
                    self.append(Event::AccountSeen { seen })?;
                }
                Action::Compare { step } => self.compare(step).await?,
            }
        }
        Err(DriveError::Endless)
    }

    /// Writes an event down and takes it into the state. When this returns, it is on disk.
    pub(crate) fn append(&mut self, event: Event) -> Result<(), DriveError> {
        let after = self.state.sequence();
        // Checked before it is written: an event that cannot follow must never reach the disk.
        let mut next = self.state.clone();
        let at = self.emeritus.now();
        let record = Record { sequence: after + 1, at, event };
        next.apply(&record).map_err(DriveError::Illegal)?;
        let journal = &self.emeritus.journal;
        journal.append(&self.pen, &record, &IndexRow::of(&next)).map_err(DriveError::Journal)?;
        self.state = next;
        (self.emeritus.watch)(&Notice::Event(&record));
        Ok(())
    }

    pub(crate) async fn pause(&self, length: SignedDuration, why: &str) {
        let until = self.emeritus.clock.now().checked_add(length).unwrap_or(Timestamp::MAX);
        if let Ok(length) = std::time::Duration::try_from(length) {
            (self.emeritus.watch)(&Notice::Pausing { why, until });
            self.emeritus.clock.sleep(length).await;
        }
    }
}
