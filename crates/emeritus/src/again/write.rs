//! Writing down what a later proof found: one record in the journal of the run, then the evidence beside the sealed
//! one.

use emeritus_core::again::{self, LaterProof};
use emeritus_core::event::{Event, Record};
use emeritus_core::index::IndexRow;

use super::reading::Task;
use super::{AgainError, Reproved, Whose};
use crate::lease::Lease;
use crate::{Emeritus, Notice};

impl Emeritus {
    /// Appends a proof to the journal of its run and writes its evidence. Returns `None` when the due point was
    /// answered by somebody else meanwhile.
    pub(super) fn write_down(
        &self,
        task: &Task,
        proof: LaterProof,
        whose: Whose,
    ) -> Result<Option<Reproved>, AgainError> {
        let plan = task.state.plan();
        let run = task.state.run();
        let lease = Lease::take(&self.home, &plan.organization.id, &plan.subject.id);
        let lease = lease.map_err(AgainError::Lease)?;
        // Read again under the lease: what is due is decided by what is in the journal now.
        let mut state = self.run(run).map_err(AgainError::Journal)?;
        let at = self.now();
        let due = again::due(&state, at);
        if whose == Whose::Due && due.is_none() {
            return Ok(None);
        }
        let proof = LaterProof { due, ..proof };
        let event = Event::ProvedAgain { proof: Box::new(proof.clone()) };
        let after = state.sequence();
        // An event that cannot follow must never reach the disk.
        let record = Record { sequence: after + 1, at, event };
        state.apply(&record).map_err(AgainError::Illegal)?;
        let pen = self.journal.take_over(run).map_err(AgainError::Journal)?;
        self.journal.append(&pen, &record, &IndexRow::of(&state)).map_err(AgainError::Journal)?;
        (self.watch)(&Notice::Event(&record));
        drop(lease);
        self.write_again(run).map_err(AgainError::Evidence)?;
        Ok(Some(Reproved { state, proof }))
    }
}
