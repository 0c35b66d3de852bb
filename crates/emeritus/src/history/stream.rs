//! Every record of some people, in the vendor's own bytes, once each, without holding them.
//!
//! The window is taken in stretches that do not overlap, and a record belongs to the stretch in which its conversation
//! began. So what was handed on has to be remembered for one stretch only, whoever the conversation is shared with.

use std::collections::{BTreeMap, HashSet};

use emeritus_core::census::{MAX_DAYS, RECORD, Slice, UnreadPlace, Window, slices};
use emeritus_core::event::Completeness;
use emeritus_core::id::UserId;
use genesys::Reader;
use uuid::Uuid;

use super::job::JobError;
use super::lake::{self, Intake, Manner, Overlap};
use super::leaf::Head;
use super::pick::Picker;
use super::slice::{self, Piece};
use super::{Choice, Note, Progress, RecordsError, Source};

/// What was handed on, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamed {
    /// How many records.
    pub records: u64,
    /// How many of them were read by query, which gives no participant's attributes.
    pub by_query: u64,
    /// Where from.
    pub source: Source,
    /// How they were made sure to be all.
    pub completeness: Completeness,
    /// What was not as the size of the history suggested.
    pub notes: Vec<Note>,
    /// Records that could not be handed on: they are larger than an answer may be.
    pub unread: Vec<UnreadPlace>,
}

/// Takes the vendor's bytes of one conversation.
pub(crate) type Sink<'a, E> = &'a mut (dyn FnMut(&[u8]) -> Result<(), E> + Send);

/// Hands records on, once each.
struct Outlet<'a, E> {
    users: &'a [UserId],
    window: Window,
    stretch: Slice,
    /// What was handed on of this stretch.
    met: HashSet<Uuid>,
    /// What was handed on of a stretch that was given up.
    before: HashSet<Uuid>,
    /// What could not be handed on, since it is larger than an answer may be.
    unread: BTreeMap<Uuid, UnreadPlace>,
    records: u64,
    /// How many of them by query.
    by_query: u64,
    /// How the lake's last month is read: where by both, what a job gave of it must be remembered.
    overlap: Overlap,
    completeness: Completeness,
    sink: Sink<'a, E>,
}

impl<'a, E: Send> Outlet<'a, E> {
    fn new(users: &'a [UserId], window: Window, overlap: Overlap, sink: Sink<'a, E>) -> Self {
        Self {
            users,
            window,
            stretch: Slice { from: window.from, to: window.from },
            met: HashSet::new(),
            before: HashSet::new(),
            unread: BTreeMap::new(),
            records: 0,
            by_query: 0,
            overlap,
            completeness: Completeness::ByCount,
            sink,
        }
    }

    /// Hands a record on, if it belongs to the stretch and the window and was not handed on before.
    fn hand_on(&mut self, head: &Head, record: &[u8]) -> Result<(), RecordsError<E>> {
        let Slice { from, to } = self.stretch;
        // One that does not tell when it began belongs to where the vendor found it.
        let belongs =
            head.start.is_none_or(|start| from <= start && start < to && self.window.contains(start));
        if belongs && !self.before.contains(&head.key) && self.met.insert(head.key) {
            (self.sink)(record).map_err(RecordsError::Sink)?;
            self.records += 1;
        }
        Ok(())
    }

    fn too_large(&mut self, head: &Head) {
        let unread = UnreadPlace { conversation: head.conversation.clone(), place: RECORD.to_owned() };
        self.unread.insert(head.key, unread);
    }

    /// Gives a stretch up: it is read from its beginning by other means. Returns what is left to read.
    fn give_up(&mut self) -> Window {
        self.before.extend(self.met.drain());
        Window { from: self.window.from.max(self.stretch.from), to: self.window.to }
    }

    async fn by_query(
        &mut self,
        reader: &Reader,
        window: Window,
        progress: Progress<'_>,
    ) -> Result<(), RecordsError<E>> {
        let plan = slices(&window, MAX_DAYS);
        let (mut done, of) = (0, plan.len() as u64);
        for slice in plan {
            self.begin(slice);
            Box::pin(self.query(reader, slice)).await?;
            done += 1;
            progress(done, of, self.records);
        }
        Ok(())
    }
}

impl<E: Send> Intake for Outlet<'_, E> {
    type Error = RecordsError<E>;

    fn begin(&mut self, stretch: Slice) {
        self.stretch = stretch;
        match self.overlap {
            Overlap::ByQuery => self.met.clear(),
            Overlap::ByBoth => self.before.extend(self.met.drain()),
        }
    }

    fn take(&mut self, _: Slice, head: Head, record: &[u8]) -> Result<(), RecordsError<E>> {
        self.hand_on(&head, record)
    }

    async fn query(&mut self, reader: &Reader, slice: Slice) -> Result<(), RecordsError<E>> {
        let users = self.users;
        for part in users.chunks(reader.limits().users_per_filter.max(1)) {
            let part: Vec<&str> = part.iter().map(UserId::as_str).collect();
            let mut see = |_: Slice, piece: Piece<'_>| match piece {
                Piece::Record(record) => {
                    let (head, handed_on) = (Head::of(record), self.records);
                    self.hand_on(&head, record)?;
                    self.by_query += self.records - handed_on;
                    Ok::<_, RecordsError<E>>((head.key, ()))
                }
                Piece::TooLarge(head) => {
                    self.too_large(head);
                    Ok((head.key, ()))
                }
            };
            let read = Box::pin(slice::read(reader, &part, slice, &mut see)).await?;
            if read.completeness == Completeness::ByTwoReadings {
                self.completeness = Completeness::ByTwoReadings;
            }
        }
        Ok(())
    }

    fn taken(&self) -> u64 {
        self.records
    }
}

/// Hands on every record of the conversations that the people took part in and that began in the window, once each.
///
/// A record is handed on when it is read, before it is known whether the reading is whole; when this fails, it is not.
pub(crate) async fn records<E: Send>(
    reader: &Reader,
    users: &[UserId],
    window: Window,
    choice: Choice,
    sink: Sink<'_, E>,
    progress: Progress<'_>,
) -> Result<Streamed, RecordsError<E>> {
    let mut source = Source::Query;
    let ids: Vec<&str> = users.iter().map(UserId::as_str).collect();
    let mut picker = Picker::new(choice);
    let mut outlet = Outlet::new(users, window, picker.overlap(), sink);
    let mut left = window;
    // A job names as many people as a filter may; more of them are read by query, part by part.
    let fits = users.len() <= reader.limits().users_per_filter;
    let windows = vec![window; users.len()];
    let mut picked = if fits { Box::pin(picker.pick(reader, &ids, &windows)).await } else { None };
    while let Some((sizes, days)) = picked.take() {
        outlet.completeness = Completeness::ByJob;
        let manner = Manner { sizes: &sizes, days, overlap: picker.overlap() };
        let read = lake::read(reader, &ids, left, &manner, &mut outlet, progress);
        match Box::pin(read).await {
            Ok(()) => source = Source::Job,
            Err(JobError::Other(error @ (RecordsError::Sink(_) | RecordsError::NoJob { .. }))) => {
                return Err(error);
            }
            Err(JobError::Other(RecordsError::History(error))) => {
                picker.note(&format!("read by query: {}", crate::error_chain(&error)));
                left = outlet.give_up();
            }
            Err(JobError::Trouble(trouble)) => {
                left = outlet.give_up();
                picked = picker.after(sizes, &trouble, days, &windows, reader.limits());
            }
        }
    }
    if source == Source::Query && choice == Choice::JobAlone {
        let why = if fits { picker.last_note() } else { "they are too many people for one job".to_owned() };
        return Err(RecordsError::NoJob { why });
    }
    if source == Source::Query {
        outlet.completeness = Completeness::ByCount;
        Box::pin(outlet.by_query(reader, left, progress)).await?;
    }
    let Outlet { records, by_query, completeness, unread, .. } = outlet;
    let unread = unread.into_values().collect();
    Ok(Streamed { records, by_query, source, completeness, notes: picker.notes, unread })
}
