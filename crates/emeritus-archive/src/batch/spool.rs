//! A batch on local disk: files of a month, written by a thread of their own while records still come.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::SerializedFileWriter;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::BatchError;
use crate::buffer::{Rows, Values};
use crate::encode::GROUP_ROWS;
use crate::encode::group::Group;
use crate::participation::{self, Bounds, Participations};
use crate::schema::LAYOUT;
use crate::time::month;
use crate::{encode, flat};

/// How many bytes of records wait in memory before those of the fullest month are encoded.
const WAITING: usize = 2 * 1024 * 1024;
/// How many bytes of records the row groups in the making are of, before the largest is written.
const ENCODED: usize = 26 * 1024 * 1024;
/// How many row groups are in the making.
const GROUPS: usize = 8;
/// How many rows of participations make a row group.
const PARTICIPATIONS: usize = 48 * 1024;
/// How many of them wait in all months.
const PARTICIPATIONS_WAITING: usize = 96 * 1024;
/// After how many records it is looked whether it is time.
const LOOK_EVERY: u32 = 64;

/// What waits of a month.
#[derive(Debug)]
pub(super) struct Month {
    pub(super) conversations: Rows,
    pub(super) participations: Participations,
}

#[derive(Debug)]
enum Job {
    Conversations(String, Rows),
    Participations(String, Participations),
}

/// Which table a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Conversations,
    Participations,
}

/// A file that is complete, on local disk.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) kind: Kind,
    pub(super) month: String,
    pub(super) file: NamedTempFile,
    pub(super) rows: u64,
    /// Over the hashes of its records, in order.
    pub(super) order: [u8; 32],
    pub(super) bounds: Option<Bounds>,
}

/// Files in the making.
#[derive(Debug)]
pub(super) struct Spool {
    months: BTreeMap<String, Month>,
    since_look: u32,
    jobs: Option<SyncSender<Job>>,
    emptied: Receiver<Rows>,
    writer: Option<JoinHandle<Result<Vec<Written>, BatchError>>>,
}

impl Spool {
    pub(super) fn new() -> Result<Self, BatchError> {
        let (jobs, work) = sync_channel(1);
        let (back, emptied) = channel();
        let writer = std::thread::Builder::new()
            .name("archive-writer".to_owned())
            .spawn(move || write(&work, &back))
            .map_err(BatchError::Spool)?;
        Ok(Self { months: BTreeMap::new(), since_look: 0, jobs: Some(jobs), emptied, writer: Some(writer) })
    }

    /// What waits of the month of an instant.
    pub(super) fn month(&mut self, instant: i64) -> &mut Month {
        let emptied = &self.emptied;
        self.months.entry(month(instant)).or_insert_with(|| Month {
            conversations: emptied.try_recv().unwrap_or_else(|_| Rows::new(&LAYOUT)),
            participations: Participations::default(),
        })
    }

    /// Has something written when much waits.
    pub(super) fn relieve(&mut self) -> Result<(), BatchError> {
        self.since_look += 1;
        if self.since_look < LOOK_EVERY {
            return Ok(());
        }
        self.since_look = 0;
        let mut jobs = Vec::new();
        let parts: usize = self.months.values().map(|month| month.participations.len()).sum();
        let fullest = self.months.iter_mut().max_by_key(|(_, month)| month.participations.len());
        if let Some((name, month)) = fullest
            && (month.participations.len() >= PARTICIPATIONS || parts >= PARTICIPATIONS_WAITING)
        {
            jobs.push(Job::Participations(name.clone(), std::mem::take(&mut month.participations)));
        }
        let sizes = self.months.iter().map(|(name, month)| (month.conversations.size(), name));
        let waiting: usize = sizes.clone().map(|(size, _)| size).sum();
        if waiting >= WAITING
            && let Some((_, name)) = sizes.max()
            && let (name, Some(month)) = (name.clone(), self.months.get_mut(&name.clone()))
        {
            let fresh = self.emptied.try_recv().unwrap_or_else(|_| Rows::new(&LAYOUT));
            jobs.push(Job::Conversations(name, std::mem::replace(&mut month.conversations, fresh)));
        }
        jobs.into_iter().try_for_each(|job| self.send(job))
    }

    fn send(&mut self, job: Job) -> Result<(), BatchError> {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if sent { Ok(()) } else { self.join().map(drop) }
    }

    /// Writes what waits, and returns all files.
    pub(super) fn close(mut self) -> Result<Vec<Written>, BatchError> {
        for (name, month) in std::mem::take(&mut self.months) {
            if month.conversations.count() > 0 {
                self.send(Job::Conversations(name.clone(), month.conversations))?;
            }
            if month.participations.len() > 0 {
                self.send(Job::Participations(name, month.participations))?;
            }
        }
        self.jobs = None;
        self.join()
    }

    fn join(&mut self) -> Result<Vec<Written>, BatchError> {
        let gone = || BatchError::Spool(std::io::Error::other("the writing thread is gone"));
        self.writer.take().ok_or_else(gone)?.join().map_err(|_| gone())?
    }
}

/// A file in the making.
struct Open {
    file: SerializedFileWriter<BufWriter<File>>,
    named: NamedTempFile,
    rows: u64,
    order: Sha256,
    bounds: Option<Bounds>,
    group: Option<Group>,
}

impl Open {
    fn size(&self) -> usize {
        self.group.as_ref().map_or(0, |group| group.size)
    }

    /// Writes the row group in the making.
    fn close_group(&mut self) -> Result<(), BatchError> {
        self.group.take().map_or(Ok(()), |group| group.close(&mut self.file)).map_err(broken)
    }
}

/// Writes the largest row groups while they are too many or too large.
fn relieve(open: &mut BTreeMap<(Kind, String), Open>) -> Result<(), BatchError> {
    loop {
        let size: usize = open.values().map(Open::size).sum();
        let groups = open.values().filter(|open| open.group.is_some()).count();
        if size < ENCODED && groups <= GROUPS {
            return Ok(());
        }
        if let Some(largest) = open.values_mut().max_by_key(|open| open.size()) {
            largest.close_group()?;
        }
    }
}

fn write(work: &Receiver<Job>, back: &std::sync::mpsc::Sender<Rows>) -> Result<Vec<Written>, BatchError> {
    let mut open: BTreeMap<(Kind, String), Open> = BTreeMap::new();
    while let Ok(job) = work.recv() {
        match job {
            Job::Conversations(month, mut rows) => {
                let file = file(&mut open, Kind::Conversations, month)?;
                file.rows += rows.count() as u64;
                if let Some((Values::Strings(hashes), ..)) = rows.column(LAYOUT.hash) {
                    file.order.update(&hashes.bytes);
                }
                if file.group.as_ref().is_some_and(|group| group.rows + rows.count() > GROUP_ROWS) {
                    file.close_group()?;
                }
                file.group.get_or_insert_with(Group::new).add(&mut rows).map_err(broken)?;
                relieve(&mut open)?;
                rows.clear();
                // Nobody may want it any more.
                drop(back.send(rows));
            }
            Job::Participations(month, mut participations) => {
                let file = file(&mut open, Kind::Participations, month)?;
                file.rows += participations.len() as u64;
                let (rows, bounds) = participations.sorted();
                file.bounds = match (file.bounds.take(), bounds) {
                    (Some(old), Some(new)) => Some(old.and(new)),
                    (old, new) => old.or(new),
                };
                rows.write(&mut file.file).map_err(broken)?;
            }
        }
    }
    open.into_iter().map(|((kind, month), open)| complete(kind, month, open)).collect()
}

fn file(
    open: &mut BTreeMap<(Kind, String), Open>,
    kind: Kind,
    month: String,
) -> Result<&mut Open, BatchError> {
    use std::collections::btree_map::Entry;
    match open.entry((kind, month)) {
        Entry::Occupied(entry) => Ok(entry.into_mut()),
        Entry::Vacant(entry) => {
            let named = NamedTempFile::with_prefix("emeritus-").map_err(BatchError::Spool)?;
            let writer = BufWriter::new(named.reopen().map_err(BatchError::Spool)?);
            let (schema, properties): (_, WriterPropertiesPtr) = match kind {
                Kind::Conversations => (LAYOUT.parquet(), encode::CONVERSATIONS.clone()),
                Kind::Participations => {
                    (flat::parquet(participation::COLUMNS), participation::PROPERTIES.clone())
                }
            };
            let file = SerializedFileWriter::new(writer, schema, properties).map_err(broken)?;
            Ok(entry.insert(Open { file, named, rows: 0, order: Sha256::new(), bounds: None, group: None }))
        }
    }
}

fn complete(kind: Kind, month: String, mut open: Open) -> Result<Written, BatchError> {
    open.close_group()?;
    let mut writer = open.file.into_inner().map_err(broken)?;
    writer.flush().map_err(BatchError::Spool)?;
    Ok(Written {
        kind,
        month,
        file: open.named,
        rows: open.rows,
        order: open.order.finalize().into(),
        bounds: open.bounds,
    })
}

/// Parquet's writer wraps what the disk says.
fn broken(error: parquet::errors::ParquetError) -> BatchError {
    let parquet::errors::ParquetError::External(source) = error else { return BatchError::Encode(error) };
    match source.downcast::<std::io::Error>() {
        Ok(source) => BatchError::Spool(*source),
        Err(source) => BatchError::Encode(parquet::errors::ParquetError::External(source)),
    }
}
