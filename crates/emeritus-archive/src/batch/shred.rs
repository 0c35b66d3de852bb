//! From parsed records to the spool, on a thread of its own: while it puts one chunk of records into columns, the
//! caller parses the next.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use super::known::Known;
use super::spool::{Spool, Written};
use super::{BatchError, OTHER_NAMES};
use crate::canonical;
use crate::privacy::Groups;
use crate::record::{self, RecordError, Shredder};
use crate::tape::{Tape, Value};

/// Bytes of records that go to the thread together.
const CHUNK: usize = 128 * 1024;

/// How many of them wait for it, so that neither side waits for the other's worst moment.
const CHUNKS: usize = 4;

/// Records that have been parsed.
#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    tape: Tape,
    records: Vec<(Range<usize>, Value)>,
    /// What is left out from here on.
    known: Option<Known>,
}

impl Chunk {
    fn push(&mut self, source: &[u8]) -> Result<(), RecordError> {
        let root = self.tape.append(source)?;
        record::heading(&self.tape.record(source, root))?;
        let from = self.bytes.len();
        self.bytes.extend_from_slice(source);
        self.records.push((from..self.bytes.len(), root));
        Ok(())
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.tape.clear();
        self.records.clear();
    }
}

/// What became of a batch's records.
#[derive(Debug)]
pub(super) struct Shredded {
    pub(super) files: Vec<Written>,
    pub(super) duplicates: u64,
    pub(super) already_there: u64,
    pub(super) other_fields: BTreeMap<String, u64>,
}

/// The thread, and the chunk that is filled for it.
#[derive(Debug)]
pub(super) struct Shredding {
    chunk: Chunk,
    work: Option<SyncSender<Chunk>>,
    emptied: Receiver<Chunk>,
    thread: Option<JoinHandle<Result<Shredded, BatchError>>>,
}

impl Shredding {
    pub(super) fn new(groups: Groups) -> Result<Self, BatchError> {
        let spool = Spool::new()?;
        let (work, chunks) = sync_channel(CHUNKS);
        let (back, emptied) = channel();
        let thread = std::thread::Builder::new()
            .name("archive-columns".to_owned())
            .spawn(move || Worker::new(groups, spool).run(&chunks, &back))
            .map_err(BatchError::Spool)?;
        Ok(Self { chunk: Chunk::default(), work: Some(work), emptied, thread: Some(thread) })
    }

    /// Parses a record. Whether it can be archived is known at once; the rest is done on the thread.
    pub(super) fn add(&mut self, source: &[u8]) -> Result<Result<(), RecordError>, BatchError> {
        if let Err(refused) = self.chunk.push(source) {
            return Ok(Err(refused));
        }
        if self.chunk.bytes.len() >= CHUNK {
            self.send()?;
        }
        Ok(Ok(()))
    }

    /// Leaves out what is known, before the first record comes.
    pub(super) fn skip(&mut self, known: Known) {
        self.chunk.known = Some(known);
    }

    fn send(&mut self) -> Result<(), BatchError> {
        let fresh = self.emptied.try_recv().unwrap_or_default();
        let full = std::mem::replace(&mut self.chunk, fresh);
        let sent = self.work.as_ref().is_some_and(|work| work.send(full).is_ok());
        if sent { Ok(()) } else { self.join().map(drop) }
    }

    /// Waits for what was added.
    pub(super) fn finish(mut self) -> Result<Shredded, BatchError> {
        if !self.chunk.records.is_empty() {
            self.send()?;
        }
        self.work = None;
        self.join()
    }

    fn join(&mut self) -> Result<Shredded, BatchError> {
        let gone = || BatchError::Spool(std::io::Error::other("the thread of columns is gone"));
        self.thread.take().ok_or_else(gone)?.join().map_err(|_| gone())?
    }
}

struct Worker {
    shredder: Shredder,
    /// Of the form in which a record is kept.
    tape: Tape,
    spool: Spool,
    known: Known,
    /// Beginning of the hash of each record, by conversation.
    seen: HashMap<[u64; 2], u64>,
    duplicates: u64,
    already_there: u64,
    other_fields: BTreeMap<String, u64>,
}

impl Worker {
    fn new(groups: Groups, spool: Spool) -> Self {
        Self {
            shredder: Shredder::new(groups),
            tape: Tape::default(),
            spool,
            known: Known::default(),
            seen: HashMap::new(),
            duplicates: 0,
            already_there: 0,
            other_fields: BTreeMap::new(),
        }
    }

    fn run(mut self, chunks: &Receiver<Chunk>, back: &Sender<Chunk>) -> Result<Shredded, BatchError> {
        while let Ok(mut chunk) = chunks.recv() {
            if let Some(known) = chunk.known.take() {
                self.known = known;
            }
            for (place, root) in &chunk.records {
                let source = chunk.bytes.get(place.clone()).unwrap_or_default();
                self.take(&chunk.tape.record(source, *root))?;
            }
            chunk.clear();
            // Nobody may want it any more.
            drop(back.send(chunk));
        }
        Ok(Shredded {
            files: self.spool.close()?,
            duplicates: self.duplicates,
            already_there: self.already_there,
            other_fields: self.other_fields,
        })
    }

    fn take(&mut self, record: &record::Record<'_>) -> Result<(), BatchError> {
        // It had one when it was parsed.
        let Ok((heading, root)) = record::heading(record) else { return Ok(()) };
        let key = key(heading.id);
        let before = self.seen.get(&key).copied();
        if before.is_some() || !self.known.is_empty() {
            let hash = self.shredder.hash(record, root);
            if before == Some(beginning(hash)) {
                self.duplicates += 1;
                return Ok(());
            }
            if self.known.holds(&hash) {
                self.already_there += u64::from(before.is_none());
                self.seen.insert(key, beginning(hash));
                return Ok(());
            }
        }
        let hash = self.shredder.add(record, root, self.spool.conversations(heading.start));
        if before.is_none() {
            // Of a conversation that changed while the batch was read, both records are kept, and one part each. A row
            // says what the record that is kept says, nothing of what is left out.
            match self.shredder.odd_form() {
                None => self.spool.participations(heading.start).add(record, root, heading),
                Some(form) => {
                    if let Ok(kept) = self.tape.read(form)
                        && let Ok((as_kept, root)) = record::heading(&kept)
                    {
                        self.spool.participations(heading.start).add(&kept, root, as_kept);
                    }
                }
            }
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
}

fn beginning(hash: [u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// A conversation's id as two numbers: exact for UUIDs, by hash for any other.
fn key(id: &[u8]) -> [u64; 2] {
    let bytes = record::uuid(id).unwrap_or_else(|| {
        let hash = canonical::sha256(id);
        hash.first_chunk().copied().unwrap_or_default()
    });
    let halves = u128::from_be_bytes(bytes);
    [
        u64::try_from(halves >> 64).unwrap_or_default(),
        u64::try_from(halves & u128::from(u64::MAX)).unwrap_or_default(),
    ]
}
