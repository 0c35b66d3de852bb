//! Archiving a batch of records: all of it or nothing, and once.
//!
//! Records go to files of their month on local disk first. When the batch ends, each file is put into the store
//! under a name that no reader looks at, read back from there, compared record by record, and given its own name.
//! Only then does a commit name it. The order is conversations, participations, manifest; whoever finds the
//! first without the last makes the rest from the first, so the tables agree whatever happened in between.

mod deliver;
mod spool;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::archive::{Archive, is_name};
use crate::canonical;
use crate::log::LogError;
use crate::manifest::Manifest;
use crate::privacy::Groups;
use crate::read::{HeldVersion, ReadError};
use crate::record::{self, RecordError, Shredder};
use crate::small::AppendError;
use crate::tape::Tape;
use crate::window::FileError;
use spool::Spool;

/// How many records a batch may hold.
pub const MAX_RECORDS: u64 = 500_000;

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
    tape: Tape,
    shredder: Shredder,
    spool: Spool,
    /// Beginning of the hash of each record, by conversation.
    seen: HashMap<u128, u64>,
    /// Hashes of records that the archive holds already.
    held: HashSet<[u8; 32]>,
    added: u64,
    duplicates: u64,
    other_fields: BTreeMap<String, u64>,
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
        let mut held = HashSet::new();
        if spec.skip_archived {
            let window = spec.window.0..spec.window.1;
            let take = |version: HeldVersion| held.extend([version.sha256]);
            self.versions(&spec.organization, None, window, take).await?;
        }
        let spool = Spool::new()?;
        Ok(Begun::Open(Box::new(Batch {
            archive: self.clone(),
            tape: Tape::default(),
            shredder: Shredder::new(spec.groups),
            spool,
            spec,
            seen: HashMap::new(),
            held,
            added: 0,
            duplicates: 0,
            other_fields: BTreeMap::new(),
        })))
    }
}

impl Batch {
    /// Adds a record, one JSON object in the vendor's form. A record that was added before, equal in every value,
    /// is counted and left out.
    ///
    /// # Errors
    /// When the record cannot be archived, the batch is full, or local disk fails.
    pub fn add(&mut self, source: &[u8]) -> Result<(), BatchError> {
        if self.added - self.duplicates == MAX_RECORDS {
            return Err(BatchError::Full);
        }
        let number = self.added + 1;
        let refused = |source| BatchError::Record { number, source };
        let record = self.tape.read(source).map_err(|error| refused(error.into()))?;
        let (heading, root) = record::heading(&record).map_err(refused)?;
        self.added += 1;
        let key = key(heading.id);
        let before = self.seen.get(&key).copied();
        if before.is_some() && before == Some(beginning(self.shredder.hash(&record, root))) {
            self.duplicates += 1;
            return Ok(());
        }
        if !self.held.is_empty() && self.held.contains(&self.shredder.hash(&record, root)) {
            self.duplicates += 1;
            return Ok(());
        }
        let rows = self.spool.month(heading.start);
        let hash = self.shredder.add(&record, root, &mut rows.conversations);
        if before.is_none() {
            // Of a conversation that changed while the batch was read, both records are kept, and one part each.
            rows.participations.add(&record, root, heading);
        }
        self.seen.insert(key, beginning(hash));
        for name in self.shredder.others() {
            if let Some(count) = self.other_fields.get_mut(name) {
                *count += 1;
            } else if self.other_fields.len() < OTHER_NAMES {
                self.other_fields.insert(name.clone(), 1);
            }
        }
        self.spool.relieve()
    }

    /// Archives what was added.
    ///
    /// # Errors
    /// When anything fails on the way. Then the batch does not count; the same batch can be run again.
    pub async fn finish(self) -> Result<Manifest, BatchError> {
        let files = self.spool.close()?;
        let draft =
            deliver::Draft { spec: self.spec, duplicates: self.duplicates, other_fields: self.other_fields };
        deliver::deliver(&self.archive, draft, files).await
    }

    /// As [`Batch::finish`], but nothing is written, no manifest either, when there is nothing to archive.
    ///
    /// # Errors
    /// As [`Batch::finish`].
    pub async fn finish_unless_empty(self) -> Result<Option<Manifest>, BatchError> {
        if self.added == self.duplicates { Ok(None) } else { self.finish().await.map(Some) }
    }
}

fn beginning(hash: [u8; 32]) -> u64 {
    hash.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// A conversation's id as a number: exact for UUIDs, by hash for any other.
fn key(id: &[u8]) -> u128 {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16);
    let digits: Vec<u32> = id.iter().filter_map(nibble).collect();
    let lower = id.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f' | b'-'));
    let dashes = [8, 13, 18, 23].iter().all(|&place| id.get(place) == Some(&b'-'));
    if id.len() == 36 && digits.len() == 32 && lower && dashes {
        return digits.iter().fold(0, |number, &digit| number << 4 | u128::from(digit));
    }
    canonical::sha256(id).iter().take(16).fold(0, |number, &byte| number << 8 | u128::from(byte))
}
