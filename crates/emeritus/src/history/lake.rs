//! A window by job as far as the lake reaches, and by query from there on.
//!
//! The lake lags, and of a conversation that was going on at its end it has a part only. So the latest month that it has is
//! left to the query, and so are the months in which it has a conversation as open. What a job gives and what a query gives
//! are then two disjoint sets of beginnings, cut at UTC midnight.

use std::collections::BTreeSet;

use emeritus_core::census::{MAX_DAYS, Slice, Window, slices};
use genesys::Reader;

use super::job::{self, JobError, Trouble};
use super::leaf::Head;
use super::pick::{OVERLAP, Sizes};
use super::{HistoryError, Progress};

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

/// The parts of a window: by job, and by query.
struct Parts {
    by_job: Vec<Slice>,
    by_query: Vec<Slice>,
}

/// Reads people's conversations of a window. `days` is the longest stretch of one job.
pub(super) async fn read<I: Intake>(
    reader: &Reader,
    users: &[&str],
    window: Window,
    sizes: &Sizes,
    days: Option<u16>,
    intake: &mut I,
    progress: Progress<'_>,
) -> Result<(), JobError<I::Error>> {
    let parts = Box::pin(parts(reader, window, sizes, days)).await?;
    let (mut done, of) = (0, (parts.by_job.len() + parts.by_query.len()) as u64);
    for stretch in parts.by_job {
        intake.begin(stretch);
        let within = slices(&Window { from: stretch.from, to: stretch.to }, MAX_DAYS);
        let mut open = BTreeSet::new();
        let mut see = |record: &[u8]| {
            let head = Head::of(stretch, record)?;
            if head.open {
                open.insert(within.partition_point(|slice| slice.to <= head.start));
            } else {
                intake.take(stretch, head, record)?;
            }
            Ok::<_, I::Error>(head.conversation)
        };
        Box::pin(job::read(reader, users, stretch, &mut see)).await?;
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

/// Asks how far the lake reaches, and parts the window there, less the overlap.
async fn parts<X>(
    reader: &Reader,
    window: Window,
    sizes: &Sizes,
    days: Option<u16>,
) -> Result<Parts, JobError<X>> {
    let all = slices(&window, MAX_DAYS);
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Ok(Parts { by_job: Vec::new(), by_query: Vec::new() });
    };
    let reach = Box::pin(reader.data_availability()).await.map_err(Trouble::Failed)?;
    let reach = reach.ok_or(Trouble::Behind(None))?;
    // Cut at the midnight before the overlap, which is where a slice that contains the moment begins.
    let cut = slices(&Window { from: reach - OVERLAP, to: reach }, 1);
    let cut = cut.first().map_or(reach - OVERLAP, |day| day.from).min(last.to);
    if cut <= first.from {
        return Err(Trouble::Behind(Some(reach)).into());
    }
    let by_query =
        if cut < last.to { slices(&Window { from: cut, to: last.to }, MAX_DAYS) } else { Vec::new() };
    Ok(Parts { by_job: sizes.stretches(Slice { from: first.from, to: cut }, days), by_query })
}
