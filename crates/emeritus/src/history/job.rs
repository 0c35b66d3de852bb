//! One details job, from its submission to its last page.
//!
//! The vendor states no total for a job. Its results are taken for whole when they were followed to the page that names no
//! further one, no conversation came twice or two passes gave the same ones, the job still stands as fulfilled after that,
//! and the lake says of the results themselves that it was complete to the end of the stretch.

use std::collections::HashSet;
use std::fmt;

use emeritus_core::census::Slice;
use genesys::{Disposition, Error, ErrorKind, Interval, JobQuery, JobState, Reader};
use jiff::Timestamp;
use uuid::Uuid;

use super::HistoryError;

/// How often a job is submitted whose results do not last.
const SUBMISSIONS: u32 = 3;

/// How often results are followed to their end while conversations come twice.
const PASSES: u32 = 3;

/// Why a job was of no use. Nothing is lost by it but time: the same conversations can be had by query.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The vendor does not take a job of this form, for example one that spans so much.
    Refused(Error),
    /// A call about it failed.
    Failed(Error),
    /// It came to an end without results, each time.
    Ended(JobState),
    /// It did not end in time.
    Unending,
    /// The lake was not complete to the end of the stretch, or does not say so.
    Behind(Option<Timestamp>),
    /// Its pages kept giving conversations twice, and others each time.
    Unsteady,
    /// Its cursors led in a circle.
    Circle,
    /// A page of one record is larger than an answer may be, and where the results go on stands in it.
    TooLarge,
}

/// Why a reading by job was given up.
pub(super) enum JobError<X> {
    /// The job.
    Trouble(Trouble),
    /// What was made of its results.
    Other(X),
}

/// Shown each record; returns its id.
pub(super) type See<'a, X> = &'a mut (dyn FnMut(&[u8]) -> Result<Uuid, X> + Send);

/// One pass over the results.
struct Pass {
    ids: HashSet<Uuid>,
    repeats: bool,
    complete_to: Option<Timestamp>,
}

/// What to do about results that could not be used.
enum Again<X> {
    Submit(Trouble),
    Smaller,
    Give(JobError<X>),
}

impl<X> From<Trouble> for JobError<X> {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl<X> From<JobError<X>> for Again<X> {
    fn from(error: JobError<X>) -> Self {
        Self::Give(error)
    }
}

fn query<X: From<HistoryError>>(users: &[&str], stretch: Slice) -> Result<JobQuery, X> {
    let interval = Interval::new(stretch.from, stretch.to)
        .map_err(|_| HistoryError::Malformed { slice: stretch, field: "interval" })?;
    Ok(JobQuery::new(interval).users(users).start_of_day())
}

/// Lets the vendor begin the job of a stretch, which is [`read`] later.
pub(super) async fn submit<X: From<HistoryError>>(
    reader: &Reader,
    users: &[&str],
    stretch: Slice,
) -> Result<Result<String, Error>, X> {
    Ok(Box::pin(reader.submit_details_job(&query(users, stretch)?)).await)
}

/// Reads the conversations of people that began in a stretch as one job, the one that was submitted or, where that comes to
/// nothing, another. `see` may be shown a record several times.
pub(super) async fn read<X: From<HistoryError> + Send>(
    reader: &Reader,
    users: &[&str],
    stretch: Slice,
    submitted: Result<String, Error>,
    see: See<'_, X>,
) -> Result<(), JobError<X>> {
    let query = query(users, stretch).map_err(JobError::Other)?;
    let mut submitted = Some(submitted);
    let mut last = Trouble::Unending;
    for _ in 0..SUBMISSIONS {
        let job = match submitted.take() {
            Some(first) => first,
            None => Box::pin(reader.submit_details_job(&query)).await,
        };
        let job = job.map_err(refused)?;
        let status = Box::pin(reader.await_details_job(&job)).await.map_err(Trouble::Failed)?;
        last = match status.state {
            JobState::Fulfilled => match Box::pin(results(reader, &job, stretch, see)).await {
                Ok(()) => return Ok(()),
                Err(Again::Submit(trouble)) => trouble,
                Err(Again::Give(error)) => return Err(error),
                Err(Again::Smaller) => Trouble::Unsteady,
            },
            state @ (JobState::Failed | JobState::Cancelled | JobState::Expired) => Trouble::Ended(state),
            JobState::Queued | JobState::Pending => {
                // A job that nobody waits for would keep others from being worked on; failing that, it expires.
                drop(Box::pin(reader.cancel_details_job(&job)).await);
                return Err(Trouble::Unending.into());
            }
        };
    }
    Err(last.into())
}

/// Follows results to their end until they can be relied on.
async fn results<X: Send>(
    reader: &Reader,
    job: &str,
    stretch: Slice,
    see: See<'_, X>,
) -> Result<(), Again<X>> {
    let mut size = reader.limits().job_page_size.max(1);
    let mut before: Option<HashSet<Uuid>> = None;
    let mut passes = 0;
    while passes < PASSES {
        let pass = match Box::pin(follow(reader, job, size, see)).await {
            // Whether a cursor fits pages of another size is undocumented, so they are read from the first again.
            Err(Again::Smaller) if size > 1 => {
                size /= 2;
                continue;
            }
            other => other?,
        };
        passes += 1;
        if pass.complete_to.is_none_or(|to| to < stretch.to) {
            return Err(JobError::from(Trouble::Behind(pass.complete_to)).into());
        }
        if !pass.repeats || before.as_ref() == Some(&pass.ids) {
            let status = Box::pin(reader.details_job(job)).await.map_err(again)?;
            let stands = status.state == JobState::Fulfilled;
            return if stands { Ok(()) } else { Err(Again::Submit(Trouble::Ended(status.state))) };
        }
        before = Some(pass.ids);
    }
    Err(JobError::from(Trouble::Unsteady).into())
}

async fn follow<X: Send>(reader: &Reader, job: &str, size: u32, see: See<'_, X>) -> Result<Pass, Again<X>> {
    let mut pass = Pass { ids: HashSet::new(), repeats: false, complete_to: None };
    let mut cursors = HashSet::new();
    let mut cursor: Option<String> = None;
    loop {
        let page =
            Box::pin(reader.details_job_results(job, cursor.as_deref(), size)).await.map_err(|error| {
                let large = matches!(error.kind(), ErrorKind::Oversized { .. });
                match (large, size) {
                    (true, 1) => JobError::from(Trouble::TooLarge).into(),
                    (true, _) => Again::Smaller,
                    (false, _) => again(error),
                }
            })?;
        for record in page.records() {
            let id = see(record).map_err(|error| Again::Give(JobError::Other(error)))?;
            pass.repeats |= !pass.ids.insert(id);
        }
        // Of dates that differ the earliest counts: the pages are one reading.
        pass.complete_to = match (pass.complete_to, page.data_availability()) {
            (Some(known), Some(stated)) => Some(known.min(stated)),
            (known, stated) => known.or(stated),
        };
        match page.cursor() {
            None => return Ok(pass),
            Some(next) if cursors.insert(next.to_owned()) => cursor = Some(next.to_owned()),
            Some(_) => return Err(JobError::from(Trouble::Circle).into()),
        }
    }
}

fn refused(error: Error) -> Trouble {
    if error.disposition() == Disposition::Refused { Trouble::Refused(error) } else { Trouble::Failed(error) }
}

/// Results that are gone, or were not whole, may be had from another job; whatever else fails would fail again.
fn again<X>(error: Error) -> Again<X> {
    match error.disposition() {
        Disposition::Absent | Disposition::Refused | Disposition::BadAnswer | Disposition::Conflict => {
            Again::Submit(Trouble::Failed(error))
        }
        Disposition::RetryAfter(_)
        | Disposition::Reauthenticate
        | Disposition::VersionClash
        | Disposition::InUse
        | Disposition::Forbidden
        | Disposition::NotOffered
        | Disposition::NotSent
        | Disposition::OutcomeUnknown => Again::Give(Trouble::Failed(error).into()),
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) | Self::Failed(error) => write!(f, "{error}"),
            Self::Ended(state) => write!(f, "the vendor's job ended as {state:?}"),
            Self::Unending => f.write_str("the vendor's job did not end in time"),
            Self::Behind(Some(to)) => write!(f, "the results of the vendor's job reach to {to} only"),
            Self::Behind(None) => {
                f.write_str("the results of the vendor's job do not say how far they reach")
            }
            Self::Unsteady => f.write_str("the pages of the vendor's job were different ones each time"),
            Self::TooLarge => f.write_str("a record of the vendor's job is larger than an answer may be"),
            Self::Circle => f.write_str("the pages of the vendor's job lead in a circle"),
        }
    }
}
