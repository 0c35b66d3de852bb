//! Proving again, outside a run: the history now against the sealed census of a run that is over.

use emeritus_core::census::{Comparison, Hash, InclusionProof, Leaf, Verdict, Window, compare, includes};
use emeritus_core::event::Place;
use emeritus_core::id::RunId;
use emeritus_core::plan::StepKind;
use emeritus_core::state::RunState;
use uuid::Uuid;

use crate::history::{self, FileError, HistoryError};
use crate::journal::JournalError;
use crate::{Emeritus, Notice};

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
    /// Reads the history of a run's person again and compares it with the run's sealed census, over the sealed
    /// window.
    ///
    /// # Errors
    /// The run read no history, its census file was changed, or the history cannot be read.
    pub async fn prove(&self, run: &RunId) -> Result<Comparison, ProveError> {
        let _phase = self.meter.during(crate::stats::Phase::History);
        let state = self.run(run).map_err(ProveError::Journal)?;
        let (path, summary) = self.sealed(&state).ok_or_else(|| ProveError::NoCensus { run: run.clone() })?;
        let before = history::read_file(&path, &summary, |_| ()).map_err(ProveError::File)?;
        let window = Window { from: summary.window.from, to: summary.window.to };
        let scratch = self.home.run_dir(run).join("census-again.partial-jsonl");
        let watch = &self.watch;
        let reading = history::census(
            &self.reader,
            &state.plan().subject.id,
            window,
            &scratch,
            history::Choice::BySize,
            |done, of, found| watch(&Notice::Reading { what: "history", done, of: Some(of), found }),
        )
        .await;
        // The scratch file is no evidence; that it is gone or stays changes nothing.
        drop(std::fs::remove_file(&scratch));
        let reading = reading.map_err(ProveError::History)?;
        let control = if before.is_empty() {
            history::control(&self.reader, &window).await
        } else {
            emeritus_core::census::Control::NotNeeded
        };
        Ok(compare(&before, &reading.census, control))
    }

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
    fn sealed(&self, state: &RunState) -> Option<(std::path::PathBuf, emeritus_core::census::CensusSummary)> {
        let directory = self.home.run_dir(state.run());
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
        Some((directory.join(format!("census-{:02}.jsonl", step.0)), summary))
    }
}
