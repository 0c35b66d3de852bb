//! What there is to say of all runs at once, without folding them all: what is not over, what is due, and the latest.

use std::collections::BTreeSet;

use emeritus_core::id::RunId;
use emeritus_core::index::IndexRow;
use emeritus_core::state::RunState;

use crate::Emeritus;
use crate::journal::{IndexedRun, JournalError, by_person};

/// How many of the latest runs are listed, whatever became of them.
const LATEST: usize = 20;

/// Which runs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those that are not over, that something is due of or missing from, and the latest twenty.
    Current,
    /// All of them.
    Everything,
}

/// The runs that are listed.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The runs, the oldest first.
    pub listed: Vec<RunId>,
    /// How many there are besides.
    pub left_out: u64,
    /// Every run of everybody who is in the list: where a person stands, all their runs together say.
    pub runs: Vec<RunState>,
}

impl Emeritus {
    /// Returns the runs that are listed.
    ///
    /// # Errors
    /// The journal cannot be read, or a run that is looked at is damaged.
    pub fn overview(&self, listed: Listed) -> Result<Overview, JournalError> {
        let (index, now) = (self.index()?, self.now());
        let people = by_person(&index);
        // Of somebody who was put back nothing is due, and nobody awaits them.
        let since_back =
            people.values().flat_map(|runs| runs.iter().rev().take_while(|run| !run.row.is_back));
        let is_awaited =
            |row: &IndexRow| row.returns_at.is_some() || row.proof_due.is_some_and(|at| at <= now);
        let awaited: BTreeSet<_> =
            since_back.filter(|run| is_awaited(&run.row)).map(|run| &run.run).collect();
        let latest = index.len().saturating_sub(LATEST);
        let is_listed = |place: usize, run: &IndexedRun| {
            listed == Listed::Everything
                || place >= latest
                || run.row.is_open()
                || awaited.contains(&run.run)
                || !self.has_evidence(&run.run)
        };
        let shown: Vec<_> = index
            .iter()
            .enumerate()
            .filter(|(place, run)| is_listed(*place, run))
            .map(|(_, run)| run)
            .collect();
        let whose: BTreeSet<_> = shown.iter().map(|run| (&run.organization, &run.user)).collect();
        let runs = people.iter().filter(|(person, _)| whose.contains(*person)).flat_map(|(_, runs)| runs);
        Ok(Overview {
            runs: runs.map(|run| self.run(&run.run)).collect::<Result<_, _>>()?,
            left_out: (index.len() - shown.len()) as u64,
            listed: shown.into_iter().map(|run| run.run.clone()).collect(),
        })
    }
}
