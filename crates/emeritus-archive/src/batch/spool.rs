//! A batch on local disk: files of a month, written by a thread of their own while records still come.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::SerializedFileWriter;
use sha2::{Digest as _, Sha256};

use super::BatchError;
use crate::buffer::{Rows, Values};
use crate::encode::GROUP_ROWS;
use crate::encode::group::Group;
use crate::encode::press::Press;
use crate::participation::{self, Bounds, Participations};
use crate::schema::LAYOUT;
use crate::time::month;
use crate::{encode, flat};

/// How many bytes of records wait in memory before those of the fullest month are encoded.
const WAITING: usize = 1024 * 1024;
/// How many bytes of records the row groups in the making are of, before the largest is written.
const ENCODED: usize = 36 * 1024 * 1024;
/// How many row groups are in the making. Each costs some five megabytes before its first record. Records come in
/// order of start, but for a few at the border of two months; where they do not, row groups are small.
const GROUPS: usize = 2;
/// How many rows of participations make a row group.
const PARTICIPATIONS: usize = 64 * 1024;
/// How many of them wait in all months.
const PARTICIPATIONS_WAITING: usize = 64 * 1024;
/// After how many records it is looked whether it is time.
const LOOK_EVERY: u64 = 64;
/// After how many records of other months one is taken to be over, and what waits of it is written.
const OVER_AFTER: u64 = 1024;
/// After how many row buffers of other months its file is completed. What comes later gets another.
const COMPLETE_AFTER: u64 = 64;

/// How many of them wait to be encoded.
const JOBS: usize = 2;

/// What waits of a month's records.
#[derive(Debug)]
struct Waiting {
    rows: Rows,
    /// How many records there were when the last of this month came.
    touched: u64,
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
    /// It has no name: whatever ends this process, nothing of it stays behind.
    pub(super) file: File,
    pub(super) rows: u64,
    /// Over the hashes of its records, in order.
    pub(super) order: [u8; 32],
    pub(super) bounds: Option<Bounds>,
}

/// Files in the making.
#[derive(Debug)]
pub(super) struct Spool {
    conversations: BTreeMap<String, Waiting>,
    participations: BTreeMap<String, Participations>,
    records: u64,
    jobs: Option<SyncSender<Job>>,
    emptied: Receiver<Rows>,
    writer: Option<JoinHandle<Result<Vec<Written>, BatchError>>>,
}

impl Spool {
    pub(super) fn new() -> Result<Self, BatchError> {
        let (jobs, work) = sync_channel(JOBS);
        let (back, emptied) = channel();
        let writer = std::thread::Builder::new()
            .name("archive-writer".to_owned())
            .spawn(move || write(&work, &back))
            .map_err(BatchError::Spool)?;
        Ok(Self {
            conversations: BTreeMap::new(),
            participations: BTreeMap::new(),
            records: 0,
            jobs: Some(jobs),
            emptied,
            writer: Some(writer),
        })
    }

    /// Where a record goes that began at an instant.
    pub(super) fn conversations(&mut self, instant: i64) -> &mut Rows {
        let emptied = &self.emptied;
        let waiting = self.conversations.entry(month(instant)).or_insert_with(|| Waiting {
            rows: emptied.try_recv().unwrap_or_else(|_| Rows::new(&LAYOUT)),
            touched: 0,
        });
        waiting.touched = self.records;
        &mut waiting.rows
    }

    /// Where the participations of a conversation go that began at an instant.
    pub(super) fn participations(&mut self, instant: i64) -> &mut Participations {
        self.participations.entry(month(instant)).or_default()
    }

    /// Has something written when much waits.
    pub(super) fn relieve(&mut self) -> Result<(), BatchError> {
        self.records += 1;
        if !self.records.is_multiple_of(LOOK_EVERY) {
            return Ok(());
        }
        let parts: usize = self.participations.values().map(Participations::len).sum();
        let fullest = self.participations.iter().max_by_key(|(_, waiting)| waiting.len());
        if let Some((name, waiting)) = fullest
            && (waiting.len() >= PARTICIPATIONS || parts >= PARTICIPATIONS_WAITING)
        {
            let name = name.clone();
            self.write_participations(name)?;
        }
        let over = |waiting: &Waiting| self.records - waiting.touched >= OVER_AFTER;
        let mut ready: Vec<String> = Vec::new();
        ready.extend(
            self.conversations.iter().filter(|(_, waiting)| over(waiting)).map(|(name, _)| name.clone()),
        );
        let sizes = self.conversations.iter().map(|(name, waiting)| (waiting.rows.size(), name));
        if ready.is_empty() && sizes.clone().map(|(size, _)| size).sum::<usize>() >= WAITING {
            ready.extend(sizes.max().map(|(_, name)| name.clone()));
        }
        ready.into_iter().try_for_each(|name| self.write_conversations(name))
    }

    fn write_conversations(&mut self, month: String) -> Result<(), BatchError> {
        let waiting = self.conversations.remove(&month);
        waiting.map_or(Ok(()), |waiting| self.send(Job::Conversations(month, waiting.rows)))
    }

    fn write_participations(&mut self, month: String) -> Result<(), BatchError> {
        let waiting = self.participations.remove(&month).filter(|waiting| waiting.len() > 0);
        waiting.map_or(Ok(()), |waiting| self.send(Job::Participations(month, waiting)))
    }

    fn send(&mut self, job: Job) -> Result<(), BatchError> {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if sent { Ok(()) } else { self.join().map(drop) }
    }

    /// Writes what waits, and returns all files.
    pub(super) fn close(mut self) -> Result<Vec<Written>, BatchError> {
        while let Some(month) = self.conversations.keys().next().cloned() {
            self.write_conversations(month)?;
        }
        while let Some(month) = self.participations.keys().next().cloned() {
            self.write_participations(month)?;
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
    rows: u64,
    order: Sha256,
    bounds: Option<Bounds>,
    group: Option<Group>,
    /// How many jobs there were when it was added to last.
    touched: u64,
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

/// Writes row groups while they are too large, the largest first, or too many, the one first that was longest left alone.
fn relieve(open: &mut BTreeMap<(Kind, String), Open>) -> Result<(), BatchError> {
    loop {
        let size: usize = open.values().map(Open::size).sum();
        let mut groups = open.values_mut().filter(|open| open.group.is_some());
        let next = if size >= ENCODED {
            groups.max_by_key(|open| open.size())
        } else if groups.by_ref().count() > GROUPS {
            open.values_mut().filter(|open| open.group.is_some()).min_by_key(|open| open.touched)
        } else {
            return Ok(());
        };
        next.map_or(Ok(()), Open::close_group)?;
    }
}

fn write(work: &Receiver<Job>, back: &std::sync::mpsc::Sender<Rows>) -> Result<Vec<Written>, BatchError> {
    let mut open: BTreeMap<(Kind, String), Open> = BTreeMap::new();
    let press = Press::default();
    let (mut jobs, mut written) = (0, Vec::new());
    while let Ok(job) = work.recv() {
        jobs += 1;
        match job {
            Job::Conversations(month, mut rows) => {
                let file = file(&mut open, Kind::Conversations, month)?;
                file.touched = jobs;
                file.rows += rows.count() as u64;
                if let Some((Values::Strings(hashes), ..)) = rows.column(LAYOUT.hash) {
                    file.order.update(&hashes.bytes);
                }
                if file.group.as_ref().is_some_and(|group| group.rows + rows.count() > GROUP_ROWS) {
                    file.close_group()?;
                }
                file.group.get_or_insert_with(|| Group::new(&press)).add(&mut rows).map_err(broken)?;
                relieve(&mut open)?;
                rows.clear();
                // Nobody may want it any more.
                drop(back.send(rows));
                // What a file will say of its row groups at its end is held until then.
                let is_over = |(kind, _): &(Kind, String), open: &mut Open| {
                    *kind == Kind::Conversations && jobs - open.touched >= COMPLETE_AFTER
                };
                for ((kind, month), open) in open.extract_if(.., is_over) {
                    written.push(complete(kind, month, open)?);
                }
            }
            Job::Participations(month, mut participations) => {
                let file = file(&mut open, Kind::Participations, month)?;
                file.rows += participations.len() as u64;
                participations.sort();
                file.bounds = match (file.bounds.take(), participations.bounds()) {
                    (Some(old), Some(new)) => Some(old.and(new)),
                    (old, new) => old.or(new),
                };
                participations.write(&mut file.file).map_err(broken)?;
            }
        }
    }
    for ((kind, month), open) in open {
        written.push(complete(kind, month, open)?);
    }
    Ok(written)
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
            let writer = BufWriter::new(tempfile::tempfile().map_err(BatchError::Spool)?);
            let (schema, properties): (_, WriterPropertiesPtr) = match kind {
                Kind::Conversations => (LAYOUT.parquet(), encode::CONVERSATIONS.clone()),
                Kind::Participations => {
                    (flat::parquet(participation::COLUMNS), participation::PROPERTIES.clone())
                }
            };
            let file = SerializedFileWriter::new(writer, schema, properties).map_err(broken)?;
            let (order, bounds, group) = (Sha256::new(), None, None);
            Ok(entry.insert(Open { file, rows: 0, order, bounds, group, touched: 0 }))
        }
    }
}

fn complete(kind: Kind, month: String, mut open: Open) -> Result<Written, BatchError> {
    open.close_group()?;
    let writer = open.file.into_inner().map_err(broken)?;
    let file = writer.into_inner().map_err(|error| BatchError::Spool(error.into_error()))?;
    Ok(Written {
        kind,
        month,
        file,
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
