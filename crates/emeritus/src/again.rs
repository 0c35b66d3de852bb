//! Proving again everybody who was retired: their history now, against what their run sealed, as far back as the
//! vendor must still keep it. One person who cannot be proved does not stop the others, and nothing is written to the
//! journal but what was found.

mod reading;
mod write;

use std::collections::BTreeSet;
use std::time::Duration;

use emeritus_core::again::{self, LaterProof};
use emeritus_core::id::RunId;
use emeritus_core::person::Standing;
use emeritus_core::retention::Retention;
use emeritus_core::state::{IllegalEvent, RunState};
use jiff::SignedDuration;

use crate::collect::CollectError;
use crate::journal::{IndexedRun, JournalError};
use crate::lease::LeaseError;
use crate::proof::ProveError;
use crate::seal::EvidenceError;
use crate::vendor_clock::ClockError;
use crate::{Emeritus, Notice};
use reading::Task;

/// How many people are read together at most: jobs are shared, and aggregates are asked for a hundred at once.
const TOGETHER: usize = 50;

/// How many sealed conversations are read together at most, so that what is held in memory stays bounded.
const CONVERSATIONS_TOGETHER: u64 = 500_000;

/// Who is proved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everybody who is retired.
    Everybody,
    /// Everybody of whom a due point is open.
    Due,
}

/// One person, proved again.
#[derive(Debug)]
pub struct Reproved {
    /// The retirement, with this proof in it.
    pub state: RunState,
    /// What was found.
    pub proof: LaterProof,
}

/// One person could not be proved again.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// The history could not be read, or not be held against what was sealed.
    #[error("could not prove the history again")]
    Prove(#[source] ProveError),
    /// Somebody is at work on the person.
    #[error("could not get to work on this person")]
    Lease(#[source] LeaseError),
    /// It could not be written down, and so does not count.
    #[error("what was found could not be written down")]
    Journal(#[source] JournalError),
    /// The run is not what it was when the reading began.
    #[error("what was found does not follow in the journal of the run")]
    Illegal(#[source] IllegalEvent),
    /// It is in the journal; its files could not be written.
    #[error("the evidence of the proof could not be written")]
    Evidence(#[source] EvidenceError),
}

/// Nobody could be proved again.
#[derive(Debug, thiserror::Error)]
pub enum ProveAllError {
    /// The journal could not be read.
    #[error("the runs could not be read")]
    Journal(#[source] JournalError),
    /// The clocks do not allow that anything is written.
    #[error("nobody was proved again")]
    Clocks(#[source] ClockError),
    /// The organization could not be read.
    #[error("could not see which organization this is")]
    Organization(#[source] CollectError),
}

impl Emeritus {
    /// Reads the history of a run's person again and compares it with what the run sealed, as far back as the vendor
    /// must still keep it. Nothing is written down.
    ///
    /// # Errors
    /// The run read no history, its census file was changed, or the history cannot be read.
    pub async fn prove(&self, run: &RunId) -> Result<LaterProof, ProveError> {
        let state = self.run(run).map_err(ProveError::Journal)?;
        let actual = self.organization().await.map_err(ProveError::Organization)?.id;
        let sealed_in = state.plan().organization.id.clone();
        // Another organization knows nothing of the person, and would seem to have lost everything.
        if actual != sealed_in {
            return Err(ProveError::OtherOrganization { sealed_in, actual });
        }
        let retention = self.retention_now().await;
        self.agree().await.map_err(ProveError::Clocks)?;
        let mut task = Task::of(self, state, &retention)?;
        self.read_until_sure(std::slice::from_mut(&mut task)).await;
        let found = self.found(&mut task).await;
        task.clear();
        let proof = found?;
        let due = again::due(&task.state, self.now());
        Ok(LaterProof { due, ..proof })
    }

    /// Returns the retirements of this state directory that can be proved again: the latest of each person who was not
    /// put back since.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn standing(&self, whose: Whose) -> Result<Vec<RunState>, JournalError> {
        let now = self.now();
        let is_due = |run: &&IndexedRun| run.row.proof_due.is_some_and(|at| at <= now);
        let may_be = |run: &&IndexedRun| run.row.is_sealed && (whose == Whose::Everybody || is_due(run));
        let mut runs = self.runs_of_those(|runs| runs.iter().any(may_be))?;
        // The oldest run first, whoever it is about.
        runs.sort_by(|one, other| one.run().cmp(other.run()));
        let everybody = Standing::of_everybody(&runs);
        let proved: BTreeSet<_> =
            everybody.iter().filter_map(Standing::proved_against).map(RunState::run).collect();
        let mut standing: Vec<_> = runs.iter().filter(|run| proved.contains(run.run())).cloned().collect();
        if whose == Whose::Due {
            standing.retain(|run| again::due(run, now).is_some());
        }
        Ok(standing)
    }

    /// Proves again everybody who is retired, or everybody who is due. What is found is in the journal, and the
    /// evidence of it is written, before `tell` hears of it. Returns how many people of other organizations were left
    /// out.
    ///
    /// # Errors
    /// The journal or the organization cannot be read. That one person cannot be proved is told, and is no error.
    pub async fn prove_again(
        &self,
        whose: Whose,
        mut tell: impl FnMut(&RunState, Result<Reproved, AgainError>),
    ) -> Result<u64, ProveAllError> {
        if self.standing(Whose::Everybody).map_err(ProveAllError::Journal)?.is_empty() {
            return Ok(0);
        }
        let here = self.organization().await.map_err(ProveAllError::Organization)?.id;
        self.agree().await.map_err(ProveAllError::Clocks)?;
        // What is due is told only now: both clocks are known to say the same.
        let mut standing = self.standing(whose).map_err(ProveAllError::Journal)?;
        let everybody = standing.len();
        standing.retain(|run| run.plan().organization.id == here);
        let elsewhere = (everybody - standing.len()) as u64;
        let retention = self.retention_now().await;
        let mut standing = standing.into_iter().peekable();
        while standing.peek().is_some() {
            let (mut tasks, mut conversations) = (Vec::new(), 0);
            while tasks.len() < TOGETHER && conversations < CONVERSATIONS_TOGETHER {
                let Some(state) = standing.next() else { break };
                match Task::of(self, state.clone(), &retention) {
                    Ok(task) => {
                        conversations += task.conversations();
                        tasks.push(task);
                    }
                    Err(error) => tell(&state, Err(AgainError::Prove(error))),
                }
            }
            self.read_until_sure(&mut tasks).await;
            self.second_opinions(&mut tasks).await;
            for mut task in tasks {
                let found = self.found(&mut task).await;
                task.clear();
                let written = match found {
                    Ok(proof) => self.write_down(&task, proof, whose),
                    Err(error) => Err(AgainError::Prove(error)),
                };
                match written {
                    Ok(Some(reproved)) => tell(&task.state, Ok(reproved)),
                    // Another executor has answered the due point meanwhile.
                    Ok(None) => {}
                    Err(error) => tell(&task.state, Err(error)),
                }
            }
        }
        Ok(elsewhere)
    }

    /// Returns what the organization says of how long it keeps its history, now.
    async fn retention_now(&self) -> Retention {
        let _phase = self.meter.during(crate::stats::Phase::Find);
        self.retention().await
    }

    async fn pause_before_another_reading(&self, length: SignedDuration) {
        let until = self.clock.now() + length;
        let why = "something is missing: reading the history again";
        if let Ok(length) = Duration::try_from(length) {
            (self.watch)(&Notice::Pausing { why, until });
            self.clock.sleep(length).await;
        }
    }
}
