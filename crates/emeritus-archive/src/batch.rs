//! Archiving a batch of records: all of it or nothing, and once.
//!
//! Records go to files of their month on local disk first. When the batch ends, each file is put into the store
//! under a name that no reader looks at, read back from there, compared record by record, and given its own name.
//! Only then does a commit name it. The order is conversations, participations, manifest; whoever finds the
//! first without the last makes the rest from the first, so the tables agree whatever happened in between.

mod deliver;
mod known;
mod shred;
mod spool;

use crate::archive::{Archive, is_name};
use crate::log::LogError;
use crate::manifest::Manifest;
use crate::privacy::Groups;
use crate::read::ReadError;
use crate::record::RecordError;
use crate::small::AppendError;
use crate::window::FileError;
use known::Known;
use shred::Shredding;

/// How many records may be added to a batch, those counted that it leaves out.
/// What is remembered of each, to know it again, grows by half a step beyond this.
pub const MAX_RECORDS: u64 = 200_000;

/// How many names of members without a column a manifest lists.
const OTHER_NAMES: usize = 64;

/// What a batch is to be.
#[derive(Debug, Clone, Default)]
pub struct BatchSpec {
    /// Its name: the same name is archived once. Letters, digits, `.`, `_` and `-`, at most 128.
    pub id: String,
    /// The organization's id, of the same characters.
    pub organization: String,
    /// Where the records come from, in the caller's words.
    pub source: String,
    /// The window that was asked for, milliseconds since 1970, its end excluded.
    pub window: (i64, i64),
    /// Ids of the users whose conversations were asked for; empty when it was not by user.
    pub subjects: Vec<String>,
    /// Now, milliseconds since 1970.
    pub now: i64,
    /// What is kept of what may identify people outside the organization.
    pub groups: Groups,
    /// Leave out what the organization's archive already holds, value for value, of the months of the window: then
    /// a later window, or somebody else of the same conversations, adds nothing twice.
    pub skip_archived: bool,
}

/// A batch cannot be archived. Nothing of it counts unless its manifest is there; run it again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// A name cannot be part of a path.
    #[error("{name:?} cannot be the name of a batch or an organization")]
    Name {
        /// The name.
        name: String,
    },
    /// The record cannot be archived; the batch can go on without it.
    #[error("record {number} of the batch cannot be archived")]
    Record {
        /// The record, counted from 1.
        number: u64,
        /// Why.
        #[source]
        source: RecordError,
    },
    /// The batch holds as many records as it may: finish it, and begin another.
    #[error("a batch holds at most {MAX_RECORDS} records")]
    Full,
    /// Local disk failed while the batch was put together.
    #[error("cannot write the batch to local disk")]
    Spool(#[source] std::io::Error),
    /// The manifest cannot be written.
    #[error("cannot write the batch's manifest")]
    Manifest(#[from] AppendError),
    /// A file cannot be encoded.
    #[error("cannot encode the batch as Parquet")]
    Encode(#[source] parquet::errors::ParquetError),
    /// The store failed.
    #[error("the store failed at {path}")]
    Store {
        /// The object.
        path: String,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// A log cannot be read or written.
    #[error("cannot read or write a table's log")]
    Log(#[from] LogError),
    /// A file cannot be read back.
    #[error("cannot read a file back")]
    File(#[from] FileError),
    /// A record of a file cannot be put together.
    #[error("cannot put a record together again")]
    Read(#[from] ReadError),
    /// A file that was read back is not what was written.
    #[error("{path} is not what was written: {fault}")]
    NotWhole {
        /// The file.
        path: String,
        /// What differs.
        fault: Difference,
    },
    /// The batch's manifest is not to be found where its name says it is.
    #[error("the manifest of batch {batch} cannot be found")]
    NoManifest {
        /// The batch.
        batch: String,
    },
}

/// How a file that was read back differs from what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// Its bytes.
    #[error("other bytes")]
    Bytes,
    /// The number of its rows.
    #[error("another number of rows")]
    Rows,
    /// A record put together from the columns has another hash.
    #[error("record {record} has another hash")]
    Hash {
        /// The record, counted from 0.
        record: u64,
    },
    /// The records' hashes in order.
    #[error("other records or another order")]
    Order,
}

/// A batch that was begun.
#[derive(Debug)]
pub enum Begun {
    /// It takes records.
    Open(Box<Batch>),
    /// It has been archived before; this is what it holds.
    Done(Manifest),
}

/// A batch that takes records.
#[derive(Debug)]
pub struct Batch {
    archive: Archive,
    spec: BatchSpec,
    shredding: Shredding,
    added: u64,
}

impl Archive {
    /// Lists the batches of an organization that were cut off so late that their conversations count already: begin
    /// each of them again to complete it.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn unfinished(&self, organization: &str) -> Result<Vec<BatchSpec>, BatchError> {
        deliver::unfinished(self, organization).await
    }

    /// Begins a batch, or finds that it has been archived before. What an earlier run left half done is completed.
    ///
    /// # Errors
    /// When a name cannot be used, or the archive cannot be read.
    pub async fn begin(&self, spec: BatchSpec) -> Result<Begun, BatchError> {
        for name in [&spec.id, &spec.organization] {
            if !is_name(name) {
                return Err(BatchError::Name { name: name.clone() });
            }
        }
        if let Some(manifest) = deliver::resume(self, &spec).await? {
            return Ok(Begun::Done(manifest));
        }
        let mut shredding = Shredding::new(spec.groups)?;
        if spec.skip_archived {
            shredding.skip(Known::of(self, &spec.organization, spec.window).await?);
        }
        Ok(Begun::Open(Box::new(Batch { archive: self.clone(), spec, shredding, added: 0 })))
    }
}

impl Batch {
    /// Adds a record, one JSON object in the vendor's form. A record that was added before, equal in every value,
    /// is counted and left out.
    ///
    /// # Errors
    /// When the record cannot be archived, the batch is full, or local disk fails.
    pub fn add(&mut self, source: &[u8]) -> Result<(), BatchError> {
        if self.added == MAX_RECORDS {
            return Err(BatchError::Full);
        }
        let number = self.added + 1;
        self.shredding.add(source)?.map_err(|source| BatchError::Record { number, source })?;
        self.added = number;
        Ok(())
    }

    /// Archives what was added.
    ///
    /// # Errors
    /// When anything fails on the way. Then the batch does not count; the same batch can be run again.
    pub async fn finish(self) -> Result<Manifest, BatchError> {
        let shredded = self.shredding.finish()?;
        deliver::deliver_all(&self.archive, self.spec, shredded).await
    }

    /// As [`Batch::finish`], but nothing is written, no manifest either, when there is nothing to archive.
    ///
    /// # Errors
    /// As [`Batch::finish`].
    pub async fn finish_unless_empty(self) -> Result<Option<Manifest>, BatchError> {
        let shredded = self.shredding.finish()?;
        if shredded.files.is_empty() {
            return Ok(None);
        }
        deliver::deliver_all(&self.archive, self.spec, shredded).await.map(Some)
    }
}
