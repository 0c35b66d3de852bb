//! Every record of some people, in the vendor's own bytes, once each, without holding them.
//!
//! The window is taken in stretches that do not overlap, and a record belongs to the stretch in which its conversation
//! began. So what was handed on has to be remembered for one stretch only, whoever the conversation is shared with.

use std::collections::HashSet;

use emeritus_core::census::{MAX_DAYS, Slice, Window, slices};
use emeritus_core::event::Completeness;
use emeritus_core::id::UserId;
use genesys::Reader;
use uuid::Uuid;

use super::leaf::Head;
use super::{Choice, Note, Progress, RecordsError, Source, slice};

/// What was handed on, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamed {
    /// How many records.
    pub records: u64,
    /// Where from.
    pub source: Source,
    /// How they were made sure to be all.
    pub completeness: Completeness,
    /// What was not as the size of the history suggested.
    pub notes: Vec<Note>,
}

/// Takes the vendor's bytes of one conversation.
pub(crate) type Sink<'a, E> = &'a mut (dyn FnMut(&[u8]) -> Result<(), E> + Send);

/// Hands records on, once each.
pub(super) struct Outlet<'a, E> {
    window: Window,
    met: HashSet<Uuid>,
    records: u64,
    sink: Sink<'a, E>,
}

impl<'a, E> Outlet<'a, E> {
    pub(super) fn new(window: Window, sink: Sink<'a, E>) -> Self {
        Self { window, met: HashSet::new(), records: 0, sink }
    }

    /// Hands a record on, if it belongs to the stretch and the window and was not handed on before.
    pub(super) fn hand_on(
        &mut self,
        stretch: Slice,
        head: Head,
        record: &[u8],
    ) -> Result<(), RecordsError<E>> {
        let belongs =
            stretch.from <= head.start && head.start < stretch.to && self.window.contains(head.start);
        if belongs && self.met.insert(head.conversation) {
            (self.sink)(record).map_err(RecordsError::Sink)?;
            self.records += 1;
        }
        Ok(())
    }

    /// Begins a stretch: what was handed on does not come again.
    pub(super) fn begin(&mut self) {
        self.met.clear();
    }

    pub(super) fn records(&self) -> u64 {
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
    let mut outlet = Outlet::new(window, sink);
    let completeness = by_query(reader, users, window, &mut outlet, progress).await?;
    let records = outlet.records();
    let notes = match choice {
        Choice::BySize | Choice::Always(Source::Query) => Vec::new(),
        Choice::Always(Source::Job) => vec![Note("read by query".to_owned())],
    };
    Ok(Streamed { records, source: Source::Query, completeness, notes })
}

async fn by_query<E: Send>(
    reader: &Reader,
    users: &[UserId],
    window: Window,
    outlet: &mut Outlet<'_, E>,
    progress: Progress<'_>,
) -> Result<Completeness, RecordsError<E>> {
    let plan = slices(&window, MAX_DAYS);
    let (mut done, of) = (0, plan.len() as u64);
    let mut completeness = Completeness::ByCount;
    for stretch in plan {
        outlet.begin();
        for part in users.chunks(reader.limits().users_per_filter.max(1)) {
            let part: Vec<&str> = part.iter().map(UserId::as_str).collect();
            let mut see = |slice: Slice, record: &[u8]| {
                let head = Head::of(slice, record)?;
                outlet.hand_on(stretch, head, record)?;
                Ok::<_, RecordsError<E>>((head.conversation, ()))
            };
            let read = Box::pin(slice::read(reader, &part, stretch, &mut see)).await?;
            if read.completeness == Completeness::ByTwoReadings {
                completeness = Completeness::ByTwoReadings;
            }
        }
        done += 1;
        progress(done, of, outlet.records());
    }
    Ok(completeness)
}
