//! The sealed census of a run: where it is, and what can be shown from it.

use std::path::PathBuf;

use emeritus_core::census::{CensusSummary, Hash, InclusionProof, Leaf, Verdict, includes};
use emeritus_core::event::Place;
use emeritus_core::id::{OrganizationId, RunId};
use emeritus_core::plan::StepKind;
use emeritus_core::state::RunState;
use uuid::Uuid;

use crate::Emeritus;
use crate::collect::CollectError;
use crate::history::{self, FileError, HistoryError};
use crate::journal::JournalError;
use crate::vendor_clock::ClockError;

/// The history could not be proved again.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The run.
    #[error("the run could not be read")]
    Journal(#[source] JournalError),
    /// It never read a history.
    #[error("run {run} has no census")]
    NoCensus {
        /// Which.
        run: RunId,
    },
    /// What must still be there is counted from today, and the clocks do not agree what today is.
    #[error("no proof is made on a clock that may be wrong")]
    Clocks(#[source] ClockError),
    /// The organization could not be read.
    #[error("could not see which organization this is")]
    Organization(#[source] CollectError),
    /// The credentials are of another organization.
    #[error("the run is of organization {sealed_in}, these credentials are of {actual}")]
    OtherOrganization {
        /// The run's.
        sealed_in: OrganizationId,
        /// The other.
        actual: OrganizationId,
    },
    /// The history could not be read.
    #[error("the history could not be read")]
    History(#[source] HistoryError),
    /// The census file is not what was sealed.
    #[error("the sealed census could not be used")]
    File(#[source] FileError),
}

/// Shows that one conversation is in the sealed census of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// What the census says of the conversation.
    pub leaf: Leaf,
    /// Its hash.
    pub hash: Hash,
    /// The census's root.
    pub root: Hash,
    /// The path from the one to the other.
    pub proof: InclusionProof,
}

impl Emeritus {
    /// Returns the proof that a conversation is in the sealed census of a run, or `None` when it is not in it.
    ///
    /// # Errors
    /// The run read no history, or its census file was changed.
    pub fn membership(&self, run: &RunId, conversation: Uuid) -> Result<Option<Membership>, ProveError> {
        let state = self.run(run).map_err(ProveError::Journal)?;
        let (path, summary) = self.sealed(&state).ok_or_else(|| ProveError::NoCensus { run: run.clone() })?;
        let mut leaf = None;
        let census = history::read_file(&path, &summary, |found| {
            if found.conversation == conversation {
                leaf = Some(found.clone());
            }
        })
        .map_err(ProveError::File)?;
        let (Some(leaf), Some(proof)) = (leaf, census.membership(conversation)) else { return Ok(None) };
        let hash = leaf.hash().map_err(|source| ProveError::File(FileError::Json(source)))?;
        let root = census.root();
        Ok(includes(&root, hash, &proof).then_some(Membership { leaf, hash, root, proof }))
    }

    /// Returns the file and the figures of the last census of a run that was whole.
    pub(crate) fn sealed(&self, state: &RunState) -> Option<(PathBuf, CensusSummary)> {
        let steps = &state.plan().steps;
        let proved = steps.iter().rev().find_map(|step| {
            let (_, comparison) = state.proof(Place::forward(step.id))?;
            let whole = !matches!(comparison.verdict, Verdict::Broken { .. });
            whole.then(|| (step.id, comparison.after.clone()))
        });
        let (step, summary) = proved.or_else(|| {
            let baseline = steps.iter().find(|step| step.kind == StepKind::Baseline)?;
            Some((baseline.id, state.baseline()?.0.clone()))
        })?;
        Some((self.home.census(state.run(), Place::forward(step)), summary))
    }
}
