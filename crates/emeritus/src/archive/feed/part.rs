//! One piece of people's time from the vendor into a batch.
//!
//! A participant's attributes come with details jobs alone. Where they are wanted, a piece is read by job as far as the
//! vendor's data lake reaches; what came since is read by query and kept without them, in a batch that says so: its time
//! does not count as archived with attributes, so a later call reads it again.

use emeritus_archive::{BatchError, BatchSpec, Begun, Groups};
use emeritus_core::census::Window;
use emeritus_core::id::UserId;
use jiff::Timestamp;

use super::pieces::Piece;
use super::{EMULATED_SOURCE, Fed, FeedError, Gave, Lake, Person, Refused, SOURCE, Task, WithoutAttributes};
use crate::history::{self, Choice, Head, RecordsError, Streamed};
use crate::stats::Phase;
use crate::{Emeritus, Notice};

/// How a part of a piece is read, and what is kept of it.
#[derive(Debug, Clone, Copy)]
struct How {
    choice: Choice,
    groups: Groups,
}

/// What became of a part.
enum Part {
    Read(Gave),
    /// It holds more than a batch may.
    TooMuch,
    /// It was wanted by job alone, and a job is of no use.
    NoJob(String),
}

impl Emeritus {
    /// Returns up to when the vendor's data lake has everything, cut at midnight UTC.
    pub(super) async fn lake(&self) -> Lake {
        match self.reader.data_availability().await {
            Ok(Some(reach)) => Lake::To(history::midnight(reach).as_millisecond()),
            Ok(None) => Lake::Unknown("the vendor does not say how far its data lake reaches".to_owned()),
            Err(error) => {
                Lake::Unknown(format!("how far the vendor's data lake reaches could not be asked: {error}"))
            }
        }
    }

    /// Archives a piece, in parts when it holds more than a batch may. That there is nothing is written down only
    /// when it is believed.
    pub(super) async fn piece(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        let plain = How { choice: Choice::BySize, groups: task.groups };
        match &task.lake {
            None => self.part(task, people, piece, plain, believed, fed).await,
            Some(Lake::Unknown(why)) => self.bare_or_not(task, people, piece, why, believed, fed).await,
            Some(Lake::To(reach)) => {
                let (early, late) = piece.at(*reach);
                let mut gave = Gave::Nothing;
                if let Some(early) = early {
                    gave = Box::pin(self.attributed(task, people, early, believed, fed)).await?;
                }
                if let Some(late) = late {
                    let why = "the vendor's data lake did not have them yet";
                    gave = gave.or(self.bare(task, people, late, why, believed, fed).await?);
                }
                Ok(gave)
            }
        }
    }

    /// Archives a piece with attributes, or without where there is no job that would give them.
    async fn attributed(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        let how = How { choice: Choice::JobAlone, groups: task.groups };
        match Box::pin(self.try_part(task, people, piece, how, believed, fed)).await? {
            Part::Read(gave) => Ok(gave),
            Part::NoJob(why) => self.bare_or_not(task, people, piece, &why, believed, fed).await,
            Part::TooMuch => {
                for half in piece.halves() {
                    Box::pin(self.attributed(task, people, half, true, fed)).await?;
                }
                Ok(Gave::Something)
            }
        }
    }

    /// Archives a piece without the attributes that are wanted, unless it may be archived with them: then it is left as
    /// it is, and that is said. Without them each record would be another version.
    async fn bare_or_not(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        why: &str,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        if !piece.adds_nothing() {
            return self.bare(task, people, piece, why, believed, fed).await;
        }
        let window = piece.window();
        let why = format!("{:.3} to {:.3} was not read again, since {why}", window.from, window.to);
        lacking(fed, 0, window.from, &why);
        Ok(Gave::Nothing)
    }

    /// Archives a piece without the attributes that are wanted, and says so.
    async fn bare(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        why: &str,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        let how = How { choice: Choice::BySize, groups: Groups { attributes: false, ..task.groups } };
        let before = fed.taken;
        let gave = self.part(task, people, piece, how, believed, fed).await?;
        if fed.taken > before {
            lacking(fed, fed.taken - before, piece.window().from, why);
        }
        Ok(gave)
    }

    async fn part(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        how: How,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Gave, FeedError> {
        match Box::pin(self.try_part(task, people, piece, how, believed, fed)).await? {
            Part::Read(gave) => Ok(gave),
            // It was not wanted by job alone.
            Part::NoJob(_) => Ok(Gave::Nothing),
            Part::TooMuch => {
                for half in piece.halves() {
                    Box::pin(self.part(task, people, half, how, true, fed)).await?;
                }
                Ok(Gave::Something)
            }
        }
    }

    async fn try_part(
        &self,
        task: &Task<'_>,
        people: &[Person],
        piece: Piece,
        how: How,
        believed: bool,
        fed: &mut Fed,
    ) -> Result<Part, FeedError> {
        let users: Vec<UserId> = people.iter().map(|person| person.id.clone()).collect();
        let spec = self.spec(task, &users, piece, how);
        let mut batch = match task.archive.begin(spec).await.map_err(FeedError::Batch)? {
            Begun::Done(_) => return Ok(Part::Read(Gave::Something)),
            Begun::Open(batch) => *batch,
        };
        let mut refused = Vec::new();
        let mut sink = |record: &[u8]| match batch.add(record) {
            Err(BatchError::Record { source, .. }) => {
                refused.push(Refused { conversation: Head::of(record).conversation, why: plain(&source) });
                Ok(())
            }
            added => added,
        };
        let read = match self.stream(&users, piece.window(), how.choice, &mut sink).await {
            Ok(read) => read,
            Err(RecordsError::Sink(BatchError::Full)) if piece.is_divisible() => return Ok(Part::TooMuch),
            Err(RecordsError::Sink(error)) => return Err(FeedError::Batch(error)),
            Err(RecordsError::History(error)) => return Err(FeedError::History(error)),
            Err(RecordsError::NoJob { why }) => return Ok(Part::NoJob(why)),
        };
        if how.choice == Choice::JobAlone {
            let why = "they had not ended, or came late, where the vendor's data lake has them";
            if read.by_query > 0 {
                lacking(fed, read.by_query, piece.window().from, why);
            }
        }
        fed.taken += read.records;
        fed.refused.append(&mut refused);
        fed.refused.extend(read.unread.into_iter().map(|unread| Refused {
            conversation: unread.conversation,
            why: "it is larger than an answer of the vendor may be".to_owned(),
        }));
        let finished = if piece.counts_empty() && (believed || read.records > 0) {
            batch.finish().await.map(Some)
        } else {
            batch.finish_unless_empty().await
        };
        fed.added.extend(finished.map_err(FeedError::Batch)?);
        Ok(Part::Read(if read.records > 0 { Gave::Something } else { Gave::Nothing }))
    }

    fn spec(&self, task: &Task<'_>, users: &[UserId], piece: Piece, how: How) -> BatchSpec {
        let subjects: Vec<String> = users.iter().map(ToString::to_string).collect();
        let now = self.now().as_millisecond();
        BatchSpec {
            id: piece.id(&task.organization, &subjects, how.groups, now),
            organization: task.organization.clone(),
            source: if self.client.emulated() { EMULATED_SOURCE } else { SOURCE }.to_owned(),
            window: (piece.from, piece.to),
            subjects,
            now,
            groups: how.groups,
            // What is read again for attributes may be archived without them, and still have none.
            skip_archived: piece.is_again || task.groups.attributes,
        }
    }

    async fn stream(
        &self,
        users: &[UserId],
        window: Window,
        choice: Choice,
        sink: &mut (dyn FnMut(&[u8]) -> Result<(), BatchError> + Send),
    ) -> Result<Streamed, RecordsError<BatchError>> {
        let _phase = self.meter.during(Phase::History);
        let watch = &self.watch;
        let progress = |done, of, found| {
            watch(&Notice::Reading { what: "history", done, of: Some(of), found });
        };
        Box::pin(history::records(&self.reader, users, window, choice, sink, &progress)).await
    }
}

impl Gave {
    fn or(self, other: Self) -> Self {
        if self == Self::Something { self } else { other }
    }
}

/// Counts conversations that were kept without attributes although those are wanted.
fn lacking(fed: &mut Fed, conversations: u64, from: Timestamp, why: &str) {
    let lacking = fed.without_attributes.get_or_insert_with(|| WithoutAttributes {
        conversations: 0,
        from,
        why: String::new(),
    });
    lacking.conversations += conversations;
    lacking.from = lacking.from.min(from);
    if !lacking.why.contains(why) {
        let and = if lacking.why.is_empty() { "" } else { "; " };
        lacking.why = format!("{}{and}{why}", lacking.why);
    }
}

/// A reason may repeat what a record says, and that may be anything.
fn plain(error: &(dyn std::error::Error + 'static)) -> String {
    crate::error_chain(error).chars().filter(|letter| !letter.is_control()).take(200).collect()
}
