//! The evidence files of a run: `evidence.json`, `report.html` and `SHA256SUMS` over everything in the run's
//! directory. They are made from the journal and can be made again. Proofs that were made again after the run was over
//! are evidence of their own, beside the sealed one.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use emeritus_core::event::{Event, Record};
use emeritus_core::forecast::{Calendar, Forecast};
use emeritus_core::id::RunId;
use emeritus_core::state::RunState;
use sha2::{Digest as _, Sha256};

use crate::Emeritus;
use crate::home::{private, write_whole};
use crate::journal::{JournalError, hex};

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
    /// A line of the list of sums is none.
    #[error("{} line {line} is not a sum", .path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
}

/// What became of one evidence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileCheck {
    /// As sealed.
    Whole {
        /// Its name.
        name: String,
    },
    /// Changed.
    Changed {
        /// Its name.
        name: String,
    },
    /// Gone.
    Missing {
        /// Its name.
        name: String,
    },
    /// Not in the list.
    Unlisted {
        /// Its name.
        name: String,
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
        let is_later = |record: &&Record| matches!(record.event, Event::ProvedAgain { .. });
        let sealed = records.iter().position(|record| is_later(&record)).unwrap_or(records.len());
        let directory = self.home.run_dir(run);
        self.write_story(run, records.get(..sealed).unwrap_or_default(), &directory)?;
        if sealed < records.len() {
            self.write_again(run)?;
        }
        Ok(directory)
    }

    /// Writes what the later proofs of a run show beside its sealed evidence, which is left as it is.
    pub(crate) fn write_again(&self, run: &RunId) -> Result<PathBuf, EvidenceError> {
        let records = self.journal.records(run).map_err(EvidenceError::Journal)?;
        let directory = self.home.run_dir(run).join(AGAIN);
        self.write_story(run, &records, &directory)?;
        Ok(directory)
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

    fn write_story(&self, run: &RunId, records: &[Record], directory: &Path) -> Result<(), EvidenceError> {
        let mut evidence = emeritus_core::evidence::evidence(records).map_err(EvidenceError::Records)?;
        let (calendar, forecast) = self.outlook_of(records)?;
        evidence.forecast = forecast;
        let head = self.journal.hash_at(run, evidence.records).map_err(EvidenceError::Journal)?;
        evidence.journal_head = Some(head);
        let file = |path: &Path, source| EvidenceError::File { path: path.to_owned(), source };
        private(directory).map_err(|source| file(directory, source))?;
        let mut json = serde_json::to_vec_pretty(&evidence).map_err(EvidenceError::Json)?;
        json.push(b'\n');
        let page = crate::report::html(&evidence, &calendar).map_err(EvidenceError::Report)?;
        for (name, bytes) in [("evidence.json", json.as_slice()), ("report.html", page.as_bytes())] {
            let path = directory.join(name);
            write_whole(&path, bytes).map_err(|source| file(&path, source))?;
        }
        let sums = directory.join(SUMS);
        let list = listed(directory).map_err(|source| file(directory, source))?;
        let mut text = String::new();
        for name in list {
            let path = directory.join(&name);
            let sum = sum(&path).map_err(|source| file(&path, source))?;
            text.push_str(&sum);
            text.push_str("  ");
            text.push_str(&name);
            text.push('\n');
        }
        write_whole(&sums, text.as_bytes()).map_err(|source| file(&sums, source))
    }

    /// Holds the evidence files of a run against their sums.
    ///
    /// # Errors
    /// The list of sums cannot be read.
    pub fn verify_evidence(&self, run: &RunId) -> Result<Vec<FileCheck>, EvidenceError> {
        let directory = self.home.run_dir(run);
        let mut checks = verify(&directory, "")?;
        let again = directory.join(AGAIN);
        // A folder without a list is one whose first proof was cut off: the journal has what counts.
        if again.join(SUMS).exists() {
            checks.extend(verify(&again, "again/")?);
        }
        Ok(checks)
    }
}

/// Holds the files of a directory against its sums.
fn verify(directory: &Path, prefix: &str) -> Result<Vec<FileCheck>, EvidenceError> {
    let path = directory.join(SUMS);
    let text =
        fs::read_to_string(&path).map_err(|source| EvidenceError::File { path: path.clone(), source })?;
    let mut present =
        listed(directory).map_err(|source| EvidenceError::File { path: directory.to_owned(), source })?;
    let mut checks = Vec::new();
    for (line, entry) in (1..).zip(text.lines()) {
        let (expected, name) = entry
            .split_once("  ")
            .filter(|(sum, name)| sum.len() == 64 && !name.is_empty() && !name.contains('/'))
            .ok_or_else(|| EvidenceError::Line { path: path.clone(), line })?;
        present.retain(|other| other != name);
        let told = format!("{prefix}{name}");
        checks.push(match sum(&directory.join(name)) {
            Ok(actual) if actual == expected => FileCheck::Whole { name: told },
            Ok(_) => FileCheck::Changed { name: told },
            Err(error) if error.kind() == io::ErrorKind::NotFound => FileCheck::Missing { name: told },
            Err(source) => return Err(EvidenceError::File { path: directory.join(name), source }),
        });
    }
    let unlisted = present.into_iter().map(|name| FileCheck::Unlisted { name: format!("{prefix}{name}") });
    checks.extend(unlisted);
    Ok(checks)
}

/// Returns the names of the files that the sums cover, sorted.
fn listed(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The folder of later proofs has a list of its own.
        if entry.file_type()?.is_dir() {
            continue;
        }
        if name != SUMS && !name.ends_with(".partial") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
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
