//! A window by job as far as the lake reaches, and by query from there on.
//!
//! The lake lags, and of a conversation that was going on at its end it has a part only. So the latest month that it has is
//! left to the query, and so are the months in which it has a conversation as open. What a job gives and what a query gives
//! are then two disjoint sets of beginnings, cut at UTC midnight.

use std::collections::{BTreeSet, VecDeque};

use emeritus_core::census::{MAX_DAYS, Slice, Window, slices};
use genesys::{ConversationQuery, ErrorKind, Interval, Reader};
use jiff::Timestamp;

use super::job::{self, JobError, Trouble};
use super::leaf::Head;
use super::pick::{OVERLAP, Sizes};
use super::{HistoryError, Progress};

/// How many jobs the vendor works on side by side. Each takes its time, however little it is to give.
const SIDE_BY_SIDE: usize = 4;

/// What is done with a reading by job.
pub(super) trait Intake: Send {
    /// What can go wrong in it.
    type Error: From<HistoryError> + Send;

    /// A stretch begins; what was taken in of others does not come again.
    fn begin(&mut self, stretch: Slice);

    /// Takes a record of a conversation that had ended, perhaps again.
    ///
    /// # Errors
    /// It cannot be kept.
    fn take(&mut self, slice: Slice, head: Head, record: &[u8]) -> Result<(), Self::Error>;

    /// Reads a slice by query, and takes that in.
    ///
    /// # Errors
    /// It cannot be read, or not be kept.
    fn query(
        &mut self,
        reader: &Reader,
        slice: Slice,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Returns how many conversations were taken in.
    fn taken(&self) -> u64;
}

/// How the last month that the lake has is read: of what went on at its end it has a part only, and some of it comes late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlap {
    /// By query.
    ByQuery,
    /// By job, for what a query does not give, and by query for what the job lacks.
    ByBoth,
}

/// How a window is read by job.
pub(super) struct Manner<'a> {
    pub(super) sizes: &'a Sizes,
    /// The longest stretch of one job.
    pub(super) days: Option<u16>,
    pub(super) overlap: Overlap,
}

/// The parts of a window: by job, and by query.
struct Parts {
    by_job: Vec<Slice>,
    by_query: Vec<Slice>,
}

/// Reads people's conversations of a window.
pub(super) async fn read<I: Intake>(
    reader: &Reader,
    users: &[&str],
    window: Window,
    manner: &Manner<'_>,
    intake: &mut I,
    progress: Progress<'_>,
) -> Result<(), JobError<I::Error>> {
    let parts = Box::pin(parts(reader, window, manner)).await?;
    let mut ahead = VecDeque::new();
    let read = Box::pin(read_parts(reader, users, parts, manner, intake, (&mut ahead, progress))).await;
    // Jobs that nobody waits for any more would keep others from being worked on; failing that, they expire.
    for Ahead { submitted, .. } in ahead {
        if let Ok(job) = submitted {
            drop(Box::pin(reader.cancel_details_job(&job)).await);
        }
    }
    read
}

/// A stretch whose job the vendor works on while others are read.
struct Ahead {
    stretch: Slice,
    submitted: Result<String, genesys::Error>,
}

async fn read_parts<I: Intake>(
    reader: &Reader,
    users: &[&str],
    parts: Parts,
    manner: &Manner<'_>,
    intake: &mut I,
    (ahead, progress): (&mut VecDeque<Ahead>, Progress<'_>),
) -> Result<(), JobError<I::Error>> {
    let (mut done, of) = (0, (parts.by_job.len() + parts.by_query.len()) as u64);
    let mut next = parts.by_job.into_iter();
    loop {
        // Where one is refused, so are the others: what becomes of it is seen first.
        while ahead.len() < SIDE_BY_SIDE && ahead.back().is_none_or(|last: &Ahead| last.submitted.is_ok()) {
            let Some(stretch) = next.next() else { break };
            if manner.days.is_some() && Box::pin(is_empty(reader, users, stretch)).await? {
                done += 1;
                progress(done, of, intake.taken());
                continue;
            }
            let submitted = Box::pin(job::submit(reader, users, stretch)).await.map_err(JobError::Other)?;
            ahead.push_back(Ahead { stretch, submitted });
        }
        let Some(Ahead { stretch, submitted }) = ahead.pop_front() else { break };
        intake.begin(stretch);
        let within = slices(&Window { from: stretch.from, to: stretch.to }, MAX_DAYS);
        let mut open = BTreeSet::new();
        let mut see = |record: &[u8]| {
            let head = Head::of(record);
            let key = head.key;
            match head.start.filter(|_| head.open) {
                Some(start) => {
                    open.insert(within.partition_point(|slice| slice.to <= start));
                }
                None => intake.take(stretch, head, record)?,
            }
            Ok::<_, I::Error>(key)
        };
        Box::pin(job::read(reader, users, stretch, submitted, &mut see)).await?;
        for slice in open.into_iter().filter_map(|place| within.get(place)) {
            intake.query(reader, *slice).await.map_err(JobError::Other)?;
        }
        done += 1;
        progress(done, of, intake.taken());
    }
    for slice in parts.by_query {
        intake.begin(slice);
        intake.query(reader, slice).await.map_err(JobError::Other)?;
        done += 1;
        progress(done, of, intake.taken());
    }
    Ok(())
}

/// Whether a stretch that one query spans has nothing, so that no job is worth its time. A query is ahead of the lake.
async fn is_empty<X>(reader: &Reader, users: &[&str], stretch: Slice) -> Result<bool, JobError<X>> {
    let Ok(interval) = Interval::new(stretch.from, stretch.to) else { return Ok(false) };
    let query = ConversationQuery::new(interval).users(users).page_size(1);
    match Box::pin(reader.details_records(&query)).await {
        Ok(page) => Ok(page.is_empty() && page.total_hits().unwrap_or(0) == 0),
        // One that is too large is something.
        Err(error) if matches!(error.kind(), ErrorKind::Oversized { .. }) => Ok(false),
        Err(error) => Err(Trouble::Failed(error).into()),
    }
}

/// Asks how far the lake reaches, and parts the window there, less the overlap.
async fn parts<X>(reader: &Reader, window: Window, manner: &Manner<'_>) -> Result<Parts, JobError<X>> {
    let all = slices(&window, MAX_DAYS);
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Ok(Parts { by_job: Vec::new(), by_query: Vec::new() });
    };
    let reach = Box::pin(reader.data_availability()).await.map_err(Trouble::Failed)?;
    let reach = reach.ok_or(Trouble::Behind(None))?;
    // Cut at the midnight before the overlap, which is where a slice that contains the moment begins.
    let cut = midnight(reach - OVERLAP);
    let to = match manner.overlap {
        Overlap::ByQuery => cut,
        Overlap::ByBoth => midnight(reach),
    };
    let to = to.min(last.to);
    if to <= first.from {
        return Err(Trouble::Behind(Some(reach)).into());
    }
    let from = cut.max(first.from);
    let by_query = if from < last.to { slices(&Window { from, to: last.to }, MAX_DAYS) } else { Vec::new() };
    Ok(Parts { by_job: manner.sizes.stretches(Slice { from: first.from, to }, manner.days), by_query })
}

/// Returns the UTC midnight at or before a moment.
pub(crate) fn midnight(at: Timestamp) -> Timestamp {
    let day = at.as_second().div_euclid(86_400) * 86_400;
    Timestamp::from_second(day).unwrap_or(at)
}
