//! The evidence files of a run: `evidence.json`, `report.html` and `SHA256SUMS` over them and the readings of the
//! history. They are made from the journal and can be made again; the journal has the sums of what was made. Proofs that
//! were made again after the run was over are evidence of their own, beside the sealed one.

mod check;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use emeritus_core::census::CensusSummary;
use emeritus_core::event::{Event, Place, Record};
use emeritus_core::forecast::{Calendar, Forecast};
use emeritus_core::id::RunId;
use emeritus_core::plan::{StepKind, Undo};
use emeritus_core::state::RunState;
use sha2::{Digest as _, Sha256};

use crate::Emeritus;
use crate::history::FileError;
use crate::home::{private, write_whole};
use crate::journal::{JournalError, Sums, hex};

pub use check::FileCheck;

const SUMS: &str = "SHA256SUMS";

/// The folder of later proofs, beside what was sealed.
pub(crate) const AGAIN: &str = "again";

/// The evidence could not be made or checked.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[source] JournalError),
    /// The records make no evidence.
    #[error("the records of the run make no evidence")]
    Records(#[source] emeritus_core::evidence::EvidenceError),
    /// It cannot be written as JSON.
    #[error("the evidence cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// The page could not be rendered.
    #[error("the report could not be rendered")]
    Report(#[source] askama::Error),
    /// A file could not be read or written.
    #[error("{} could not be read or written", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A reading of the history is not the one that the journal has the root of, so it is not sealed.
    #[error("{name} is not what the journal says of it, so nothing was sealed")]
    Census {
        /// The name of the file.
        name: String,
        /// What is wrong with it.
        #[source]
        source: FileError,
    },
    /// A line of the list of sums is not one.
    #[error("{} line {line} is not a sum", .path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
}

impl Emeritus {
    /// Writes the evidence of a run and returns its directory: what was sealed when the run rested, and, in a folder
    /// of their own, what the proofs that were made again since then show.
    ///
    /// # Errors
    /// There is no such run, its journal is damaged, or a file cannot be written.
    pub fn write_evidence(&self, run: &RunId) -> Result<PathBuf, EvidenceError> {
        let records = self.journal.records(run).map_err(EvidenceError::Journal)?;
        let sealed = sealed_part(&records);
        self.write_story(run, sealed, "")?;
        if sealed.len() < records.len() {
            self.write_again(run)?;
        }
        Ok(self.home.run_dir(run))
    }

    /// Returns whether the evidence of a run was written, to the end.
    #[must_use]
    pub fn has_evidence(&self, run: &RunId) -> bool {
        self.home.run_dir(run).join(SUMS).exists()
    }

    /// Writes what the later proofs of a run show beside its sealed evidence, which is left as it is.
    pub(crate) fn write_again(&self, run: &RunId) -> Result<PathBuf, EvidenceError> {
        let records = self.journal.records(run).map_err(EvidenceError::Journal)?;
        self.write_story(run, &records, AGAIN)?;
        Ok(self.home.run_dir(run).join(AGAIN))
    }

    /// Returns when the conversations of the sealed census began, and what will become of them by the retention that
    /// was stated last. Without a census that fits the journal there is neither.
    fn outlook_of(&self, records: &[Record]) -> Result<(Calendar, Option<Forecast>), EvidenceError> {
        let mut calendar = Calendar::default();
        let state = RunState::fold(records)
            .map_err(emeritus_core::evidence::EvidenceError::Illegal)
            .map_err(EvidenceError::Records)?;
        let Some(state) = state else { return Ok((calendar, None)) };
        let Some((path, summary)) = self.sealed(&state) else { return Ok((calendar, None)) };
        if crate::history::read_file(&path, &summary, |leaf| calendar.add(leaf.start, 1)).is_err() {
            return Ok((Calendar::default(), None));
        }
        let later = state.later_proofs().last().and_then(|(_, proof)| proof.forecast.clone());
        let at_the_seal = || Forecast::of(&calendar, &state.plan().history.told(), state.last_at());
        let forecast = later.unwrap_or_else(at_the_seal);
        Ok((calendar, Some(forecast)))
    }

    /// Makes the files of a story: everything that is in evidence and follows from the journal.
    fn story(&self, run: &RunId, records: &[Record]) -> Result<[(&'static str, Vec<u8>); 2], EvidenceError> {
        let mut evidence = emeritus_core::evidence::evidence(records).map_err(EvidenceError::Records)?;
        let (calendar, forecast) = self.outlook_of(records)?;
        evidence.forecast = forecast;
        let head = self.journal.hash_at(run, evidence.records).map_err(EvidenceError::Journal)?;
        evidence.journal_head = Some(head);
        let mut json = serde_json::to_vec_pretty(&evidence).map_err(EvidenceError::Json)?;
        json.push(b'\n');
        let page = crate::report::html(&evidence, &calendar).map_err(EvidenceError::Report)?;
        Ok([("evidence.json", json), ("report.html", page.into_bytes())])
    }

    /// Writes the files of a story into a folder of the run's directory, their sums into the journal before.
    fn write_story(&self, run: &RunId, records: &[Record], folder: &str) -> Result<(), EvidenceError> {
        let directory = self.home.run_dir(run).join(folder);
        let file = |path: &Path, source| EvidenceError::File { path: path.to_owned(), source };
        private(&directory).map_err(|source| file(&directory, source))?;
        let story = self.story(run, records)?;
        let mut sums: Sums = story.iter().map(|(name, bytes)| ((*name).to_owned(), sum_of(bytes))).collect();
        // The readings are beside the sealed story. One that is not what was read then is never sealed anew.
        for (name, summary) in self.census_files(records)? {
            let path = self.home.run_dir(run).join(&name);
            crate::history::read_file(&path, &summary, |_| ())
                .map_err(|source| EvidenceError::Census { name: name.clone(), source })?;
            if folder.is_empty() {
                let sum = sum(&path).map_err(|source| file(&path, source))?;
                sums.insert(name, sum);
            }
        }
        let list: String = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        sums.insert(SUMS.to_owned(), sum_of(list.as_bytes()));
        self.journal.keep_sums(run, folder, &sums).map_err(EvidenceError::Journal)?;
        for (name, bytes) in
            story.iter().map(|(name, bytes)| (*name, bytes.as_slice())).chain([(SUMS, list.as_bytes())])
        {
            let path = directory.join(name);
            write_whole(&path, bytes).map_err(|source| file(&path, source))?;
        }
        Ok(())
    }

    /// Returns the readings of a run's history, by the names of their files.
    fn census_files(&self, records: &[Record]) -> Result<Vec<(String, CensusSummary)>, EvidenceError> {
        let state = RunState::fold(records)
            .map_err(emeritus_core::evidence::EvidenceError::Illegal)
            .map_err(EvidenceError::Records)?;
        let Some(state) = state else { return Ok(Vec::new()) };
        let name = |place| {
            let path = self.home.census(state.run(), place);
            path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        };
        let mut found = Vec::new();
        for step in &state.plan().steps {
            if let (StepKind::Baseline, Some((summary, ..))) = (&step.kind, state.baseline()) {
                found.push((name(Place::forward(step.id)), summary.clone()));
            }
            let parts = match &step.undo {
                Undo::By(kinds) => kinds.len(),
                Undo::Nothing | Undo::Irreversible { .. } => 0,
            };
            for undo in std::iter::once(None).chain((0..=u8::MAX).take(parts).map(Some)) {
                let place = Place { step: step.id, undo };
                if let Some((_, comparison)) = state.proof(place) {
                    found.push((name(place), comparison.after.clone()));
                }
            }
        }
        Ok(found)
    }
}

/// Returns the records that the sealed evidence is made of: those before anything was proved again.
fn sealed_part(records: &[Record]) -> &[Record] {
    let is_later = |record: &Record| matches!(record.event, Event::ProvedAgain { .. });
    let sealed = records.iter().position(is_later).unwrap_or(records.len());
    records.get(..sealed).unwrap_or_default()
}

fn sum_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn sum(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hasher.update(part);
    }
    Ok(hex(&hasher.finalize()))
}
