//! Holding the evidence files of a run against the journal: against the sums that it keeps of what was made, and where
//! an earlier release made them, against what follows from it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use emeritus_core::event::Record;
use emeritus_core::id::RunId;

use super::{AGAIN, EvidenceError, SUMS, sealed_part, sum, sum_of};
use crate::Emeritus;
use crate::history::FileError;
use crate::journal::Sums;

/// What became of one evidence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileCheck {
    /// As the journal says.
    Whole {
        /// Its name.
        name: String,
    },
    /// Not as the journal says.
    Changed {
        /// Its name.
        name: String,
    },
    /// As its own list of sums says, and not what this release makes of the journal. It was changed together with its
    /// list, or an earlier release made it, which kept no sums in the journal.
    Differs {
        /// Its name.
        name: String,
    },
    /// Gone, or never written.
    Missing {
        /// Its name.
        name: String,
    },
    /// Nothing that the journal knows of.
    Unlisted {
        /// Its name.
        name: String,
    },
}

impl FileCheck {
    fn of(name: String, found: io::Result<String>, expected: &str) -> io::Result<Self> {
        Ok(match found {
            Ok(sum) if sum == expected => Self::Whole { name },
            Ok(_) => Self::Changed { name },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Missing { name },
            Err(error) => return Err(error),
        })
    }
}

impl Emeritus {
    /// Holds the evidence files of a run against the journal.
    ///
    /// # Errors
    /// The journal of the run is damaged, or a file cannot be read.
    pub fn verify_evidence(&self, run: &RunId) -> Result<Vec<FileCheck>, EvidenceError> {
        let records = self.journal.records(run).map_err(EvidenceError::Journal)?;
        let sealed = sealed_part(&records);
        let mut checks = self.verify_folder(run, sealed, "")?;
        // A folder that the journal knows no sums of, and that has no list, is one whose first proof was cut off before
        // anything was made: the journal has what counts.
        let again = self.home.run_dir(run).join(AGAIN).join(SUMS);
        let made = self.journal.sums(run, AGAIN).map_err(EvidenceError::Journal)?.is_some();
        if made || again.exists() {
            checks.extend(self.verify_folder(run, &records, AGAIN)?);
        }
        Ok(checks)
    }

    fn verify_folder(
        &self,
        run: &RunId,
        records: &[Record],
        folder: &str,
    ) -> Result<Vec<FileCheck>, EvidenceError> {
        let directory = self.home.run_dir(run).join(folder);
        let told = |name: &str| told(folder, name);
        let failed = |source| EvidenceError::File { path: directory.clone(), source };
        let mut checks = BTreeMap::new();
        let expected = match self.journal.sums(run, folder).map_err(EvidenceError::Journal)? {
            Some(sums) => sums,
            None => self.by_list(run, records, folder, &mut checks)?,
        };
        for (name, expected) in &expected {
            let check = FileCheck::of(told(name), sum(&directory.join(name)), expected).map_err(failed)?;
            checks.entry(name.clone()).or_insert(check);
        }
        if folder.is_empty() {
            self.readings(records, &directory, &mut checks)?;
        }
        let mut others = present(&directory).map_err(failed)?;
        others.retain(|name| !checks.contains_key(name));
        others.sort();
        let unlisted = others.into_iter().map(|name| FileCheck::Unlisted { name: told(&name) });
        Ok(checks.into_values().chain(unlisted).collect())
    }

    /// The readings of the history have their roots in the events, whatever any sum says.
    fn readings(
        &self,
        records: &[Record],
        directory: &Path,
        checks: &mut BTreeMap<String, FileCheck>,
    ) -> Result<(), EvidenceError> {
        for (name, summary) in self.census_files(records)? {
            let path = directory.join(&name);
            let check = match crate::history::read_file(&path, &summary, |_| ()) {
                Ok(_) => continue,
                Err(FileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                    FileCheck::Missing { name: name.clone() }
                }
                Err(FileError::Io { source, .. }) => return Err(EvidenceError::File { path, source }),
                Err(FileError::Line { .. } | FileError::Changed { .. } | FileError::Json(_)) => {
                    FileCheck::Changed { name: name.clone() }
                }
            };
            checks.insert(name, check);
        }
        Ok(())
    }

    /// What an earlier release made is held against its own list of sums, and what follows from the journal against that
    /// too.
    fn by_list(
        &self,
        run: &RunId,
        records: &[Record],
        folder: &str,
        checks: &mut BTreeMap<String, FileCheck>,
    ) -> Result<Sums, EvidenceError> {
        let directory = self.home.run_dir(run).join(folder);
        let path = directory.join(SUMS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                checks.insert(SUMS.to_owned(), FileCheck::Missing { name: told(folder, SUMS) });
                String::new()
            }
            Err(source) => return Err(EvidenceError::File { path, source }),
        };
        let mut sums = Sums::new();
        for (line, entry) in (1..).zip(text.lines()) {
            let (sum, name) = entry
                .split_once("  ")
                .filter(|(sum, name)| sum.len() == 64 && !name.is_empty() && !name.contains('/'))
                .ok_or_else(|| EvidenceError::Line { path: path.clone(), line })?;
            sums.insert(name.to_owned(), sum.to_owned());
        }
        for (name, bytes) in self.story(run, records)? {
            let made = sum_of(&bytes);
            let found = sum(&directory.join(name)).ok();
            if found.as_ref() == sums.get(name) && found.is_some_and(|found| found != made) {
                checks.insert(name.to_owned(), FileCheck::Differs { name: told(folder, name) });
            }
            sums.entry(name.to_owned()).or_insert(made);
        }
        // The list itself is what everything was held against.
        checks.entry(SUMS.to_owned()).or_insert_with(|| FileCheck::Whole { name: told(folder, SUMS) });
        Ok(sums)
    }
}

/// Returns how a file is called: by its place in the run's directory.
fn told(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Returns the names of the files of a directory, its folders apart.
fn present(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_dir() && !name.ends_with(".partial") {
            names.push(name);
        }
    }
    Ok(names)
}
