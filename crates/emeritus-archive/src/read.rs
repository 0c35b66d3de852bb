//! Questions that need no other engine: one conversation, one person's, everybody's by month.
//!
//! Partitions, bounds in the log, bounds of row groups and pages, and Bloom filters are looked at first, in this
//! order, so that only pages are fetched in which the answer may be.

mod account;
mod census;
mod coverage;
mod find;
mod history;
mod recount;
mod scan;
mod tally;
mod verify;
mod versions;

use std::sync::Arc;

pub use account::Account;
pub use census::{CensusEntry, CensusPart};
pub use coverage::Coverage;
pub use find::Archived;
pub use history::HistoryFilter;
pub(crate) use scan::{each_record, records_in, records_of};
pub use tally::Tally;
pub use verify::{Checked, Unfit};
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
    /// The archive's parts do not fit each other.
    #[error("the archive does not fit together")]
    Unfit(#[from] Unfit),
    /// A batch's entry in the log has no manifest that can be read.
    #[error("{path} has no manifest that can be read")]
    NoManifest {
        /// The file in the table of batches.
        path: String,
    },
}

pub(crate) async fn open(archive: &Archive, table: &Table, file: &Add) -> Result<StoredFile, FileError> {
    let path = table.object(&file.decoded_path());
    let size = u64::try_from(file.size).unwrap_or(0);
    let stored = StoredFile::open(Arc::clone(&archive.store), path, size).await?;
    stored.has_columns((table.definition.columns)(), table.definition.least)?;
    Ok(stored)
}

/// Begins work that is a processor's, beside whoever asks, whatever runtime that is. Its outcome is there to wait for.
pub(crate) fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> impl Future<Output = T> {
    let begun = tokio::task::spawn_blocking(work);
    async { begun.await.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic())) }
}
