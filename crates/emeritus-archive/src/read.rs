//! Questions that need no other engine: one conversation, one person's, everybody's by month.
//!
//! Partitions, bounds in the log, bounds of row groups and pages, and Bloom filters are looked at first, in this
//! order, so that only pages are fetched in which the answer may be.

mod census;
mod coverage;
mod find;
mod history;
mod scan;
mod tally;
mod versions;

use std::sync::Arc;

pub use census::{CensusEntry, CensusPart};
pub use coverage::Coverage;
pub use find::Archived;
pub use history::{HistoryFilter, Participation};
pub(crate) use scan::{each_record, records_in, records_of};
pub use tally::Tally;
pub use versions::HeldVersion;

use crate::archive::Archive;
use crate::log::{Add, LogError, Table};
use crate::window::{FileError, StoredFile};

/// How many files are read side by side.
const AT_ONCE: usize = 16;

/// A question cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A log cannot be read.
    #[error("cannot read a table's log")]
    Log(#[from] LogError),
    /// A file cannot be read.
    #[error("cannot read a file of the archive")]
    File(#[from] FileError),
    /// A record cannot be put together, or is not the one whose hash stands beside it.
    #[error("row {row} of {path} is not the record that was archived")]
    Damaged {
        /// The file.
        path: String,
        /// The row, counted from 0.
        row: u64,
    },
    /// A batch's entry in the log has no manifest that can be read.
    #[error("{path} has no manifest that can be read")]
    NoManifest {
        /// The file in the table of batches.
        path: String,
    },
}

pub(crate) async fn open(archive: &Archive, table: &Table, file: &Add) -> Result<StoredFile, FileError> {
    let path = table.object(&file.decoded_path());
    StoredFile::open(Arc::clone(&archive.store), path, u64::try_from(file.size).unwrap_or(0)).await
}

/// Begins work that is a processor's, beside whoever asks, whatever runtime that is. Its outcome is there to wait for.
pub(crate) fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> impl Future<Output = T> {
    let begun = tokio::task::spawn_blocking(work);
    async { begun.await.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic())) }
}
