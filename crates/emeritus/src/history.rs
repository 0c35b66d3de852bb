//! Reading people's history: by details queries cut at UTC midnight within the vendor's limits, or by details jobs, whichever
//! takes fewer requests; de-duplicated, made sure to be whole, in bounded memory.
//!
//! Start with [`census`]; `pick.rs` has the rule by which the source is chosen.

mod by_job;
mod error;
mod file;
mod job;
mod lake;
mod leaf;
mod ledger;
mod pick;
mod query;
mod slice;
mod span;
mod stream;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use emeritus_core::census::{Census, Window};
use emeritus_core::event::Completeness;
use emeritus_core::id::UserId;
use genesys::Reader;

pub use error::{HistoryError, RecordsError};
pub(crate) use file::{FileError, read_file};
use job::JobError;
pub(crate) use lake::midnight;
pub(crate) use leaf::Head;
use pick::Picker;
pub use span::Span;
pub(crate) use span::{control, span};
pub use stream::Streamed;
pub(crate) use stream::records;

/// Where a history is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Details queries: up to date, a hundred conversations a request, and a request for every 31 days.
    Query,
    /// Details jobs of the vendor's data lake, and details queries for what the lake may not have yet.
    Job,
}

/// How the source is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// By the requests that it would take.
    BySize,
    /// This one. Where a job is of no use, a query is still taken, and a note says why.
    Always(Source),
    /// Details jobs for all that the lake has, since they alone carry attributes. Where a job is of no use, it is an error.
    JobAlone,
}

/// One person whose census is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Who.
    pub user: UserId,
    /// Of which time.
    pub window: Window,
    /// The file that the leaves are written to.
    pub path: PathBuf,
}

/// Something about a reading that is not as the size of the history suggested. It takes nothing from the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

/// A census with how it was made sure to be whole.
#[derive(Debug)]
pub struct Reading {
    /// The census.
    pub census: Census,
    /// How.
    pub completeness: Completeness,
    /// Where it was read from.
    pub source: Source,
    /// What was not as the size of the history suggested.
    pub notes: Vec<Note>,
}

/// Is told how many parts are done, of how many, and how many conversations were found.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64, u64, u64) + Send + Sync);

/// Reads a person's conversations in a window, writes each leaf to a file, and returns the census. `progress`
/// is told how many parts are done, of how many, and how many conversations were read.
pub(crate) async fn census(
    reader: &Reader,
    user: &UserId,
    window: Window,
    path: &Path,
    choice: Choice,
    progress: impl Fn(u64, u64, u64) + Send + Sync,
) -> Result<Reading, HistoryError> {
    let wanted = [Wanted { user: user.clone(), window, path: path.to_owned() }];
    let mut picker = Picker::new(choice);
    let read = Box::pin(together(reader, &wanted, &mut picker, &progress)).await;
    read.into_iter().next().expect("one census was wanted")
}

/// Reads the censuses of people, in the order in which they are wanted. As many of them as the vendor may be asked for at
/// once share a job, where that takes fewer requests; what the job gives is dealt to whose it is. The figures of a census
/// are in memory, about 110 bytes a conversation, so who wants thousands of people asks for them in parts.
pub(crate) async fn censuses(
    reader: &Reader,
    wanted: &[Wanted],
    choice: Choice,
    progress: Progress<'_>,
) -> Vec<Result<Reading, HistoryError>> {
    let mut picker = Picker::new(choice);
    let mut readings = Vec::with_capacity(wanted.len());
    let mut left = wanted;
    while !left.is_empty() {
        let (group, rest) = left.split_at(shared(left, reader.limits().users_per_filter.max(1)));
        readings.append(&mut Box::pin(together(reader, group, &mut picker, progress)).await);
        left = rest;
    }
    readings
}

/// Returns how many of the first can share a job: everybody once.
fn shared(wanted: &[Wanted], most: usize) -> usize {
    let mut met = BTreeSet::new();
    wanted.iter().take(most).take_while(|wanted| met.insert(&wanted.user)).count()
}

async fn together(
    reader: &Reader,
    wanted: &[Wanted],
    picker: &mut Picker,
    progress: Progress<'_>,
) -> Vec<Result<Reading, HistoryError>> {
    let users: Vec<&str> = wanted.iter().map(|wanted| wanted.user.as_str()).collect();
    let windows: Vec<Window> = wanted.iter().map(|wanted| wanted.window).collect();
    let mut picked = Box::pin(picker.pick(reader, &users, &windows)).await;
    while let Some((sizes, days)) = picked.take() {
        match Box::pin(by_job::read(reader, wanted, &sizes, days, progress)).await {
            Ok((ledger, completeness)) => {
                let notes = std::mem::take(&mut picker.notes);
                let closed = ledger.close().into_iter();
                let reading =
                    |census| Reading { census, completeness, source: Source::Job, notes: notes.clone() };
                return closed.map(|census| census.map(&reading)).collect();
            }
            Err(JobError::Other(error)) => {
                picker.note(&format!("read by query: {}", crate::error_chain(&error)));
            }
            Err(JobError::Trouble(trouble)) => {
                picked = picker.after(sizes, &trouble, days, &windows, reader.limits());
            }
        }
    }
    let notes = std::mem::take(&mut picker.notes);
    let mut readings = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        readings.push(alone(reader, wanted, &notes, progress).await);
    }
    readings
}

async fn alone(
    reader: &Reader,
    wanted: &Wanted,
    notes: &[Note],
    progress: Progress<'_>,
) -> Result<Reading, HistoryError> {
    let (ledger, completeness) = Box::pin(query::read(reader, wanted, progress)).await?;
    let census = ledger.close().into_iter().next().expect("one census was opened")?;
    Ok(Reading { census, completeness, source: Source::Query, notes: notes.to_vec() })
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl crate::Emeritus {
    /// Reads the censuses of people, in the order in which they are wanted, and writes each to its file.
    pub async fn censuses(&self, wanted: &[Wanted], choice: Choice) -> Vec<Result<Reading, HistoryError>> {
        let _phase = self.meter.during(crate::stats::Phase::History);
        let watch = &self.watch;
        let progress = |done, of, found| {
            watch(&crate::Notice::Reading { what: "history", done, of: Some(of), found });
        };
        Box::pin(censuses(&self.reader, wanted, choice, &progress)).await
    }

    /// Hands on every record of the conversations that people took part in and that began in a window, in the vendor's
    /// own bytes, once each, without holding them.
    ///
    /// # Errors
    /// The history cannot be read to its end, or the sink fails. What was handed on by then may not be everything.
    pub async fn conversations<E: Send>(
        &self,
        users: &[UserId],
        window: Window,
        choice: Choice,
        sink: &mut (dyn FnMut(&[u8]) -> Result<(), E> + Send),
    ) -> Result<Streamed, RecordsError<E>> {
        let _phase = self.meter.during(crate::stats::Phase::History);
        let watch = &self.watch;
        let progress = |done, of, found| {
            watch(&crate::Notice::Reading { what: "history", done, of: Some(of), found });
        };
        Box::pin(records(&self.reader, users, window, choice, sink, &progress)).await
    }
}
