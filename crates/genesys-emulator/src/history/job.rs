//! One details job: what it asks for, what it found the organization to be, and its results page by page.
//!
//! Its results are of what the history was at the instant of submission, however long they are read. They are not
//! held: a page is selected again from that history, from the place that the cursor names.

use std::sync::Arc;

use uuid::Uuid;

use super::filter::Filters;
use super::query::{BY_SEGMENTS, QueryError, by_segments, interval, refuse_unemulated, whole_days};
use super::select::Hit;
use super::show::View;
use super::{History, cursor::Place};
use crate::generate::calendar::DAY_MS;
use crate::wire::analytics::request::{DetailsJob, Order, OrderBy};

/// The vendor's limits on details jobs, as the switches have them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JobLimits {
    pub(crate) interval_max_days: u64,
    pub(crate) predicates_max: u64,
    pub(crate) concurrent_max: u64,
    pub(crate) page_max: u64,
    pub(crate) queue_ms: i64,
    pub(crate) run_ms: i64,
    pub(crate) expire_ms: i64,
    pub(crate) cursor_ms: i64,
}

/// Why a details job, or a page of its results, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JobError {
    /// What it asks for is refused.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// As many as may are waiting or running.
    #[error("{max} jobs are waiting or running; the next is done in {free_in_s} s")]
    TooMany { max: u64, free_in_s: u64 },
    /// It is not there, or no longer.
    #[error("there is no such job")]
    Unknown,
    /// It has no results.
    #[error("the job is {}", state.word())]
    NoResults { state: JobState },
    /// The cursor was not given out for this job.
    #[error("the cursor is not one of this job's")]
    ForeignCursor,
    /// The cursor was given out too long ago.
    #[error("the cursor has expired")]
    StaleCursor,
}

/// How far a details job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Queued,
    Pending,
    Failed,
    Cancelled,
    Fulfilled,
    Expired,
}

impl JobState {
    /// The vendor's word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Pending => "PENDING",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Fulfilled => "FULFILLED",
            Self::Expired => "EXPIRED",
        }
    }

    /// Whether it waits or runs.
    pub(crate) const fn is_unfinished(self) -> bool {
        matches!(self, Self::Queued | Self::Pending)
    }
}

/// One details job; instants are in milliseconds since the epoch.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) submitted: i64,
    pub(super) begins: i64,
    pub(crate) done: i64,
    pub(crate) expires: i64,
    pub(super) cancelled: Option<i64>,
    pub(super) fails: bool,
    selection: Selection,
    /// What the results are of; given up once nobody can ask for it any more.
    pub(super) snapshot: Option<Snapshot>,
}

/// The history and how it was looked at when a job was submitted.
#[derive(Debug)]
pub(super) struct Snapshot {
    history: Arc<History>,
    view: View,
}

/// Which conversations a job means, and in which order.
#[derive(Debug)]
struct Selection {
    filters: Filters,
    from: i64,
    to: i64,
    /// Whether conversations that began before the interval and reached into it are meant.
    overlapping: bool,
    by_end: bool,
    descending: bool,
    limit: u64,
}

/// A page of results.
#[derive(Debug)]
pub(crate) struct JobPage {
    pub(crate) records: Vec<Vec<u8>>,
    /// Where the next page begins, if there is one.
    pub(super) next: Option<Place>,
    /// Everything earlier is in the results, in milliseconds since the epoch.
    pub(crate) available: i64,
}

impl Job {
    /// Checks what is asked for; `view` is how the data lake sees `history` now.
    pub(super) fn new(
        query: DetailsJob,
        limits: &JobLimits,
        history: &Arc<History>,
        view: View,
        now: i64,
    ) -> Result<Self, QueryError> {
        let selection = Selection::new(query, limits)?;
        let begins = now.saturating_add(limits.queue_ms);
        let done = begins.saturating_add(limits.run_ms);
        Ok(Self {
            submitted: now,
            begins,
            done,
            expires: done.saturating_add(limits.expire_ms),
            cancelled: None,
            fails: false,
            selection,
            snapshot: Some(Snapshot { history: Arc::clone(history), view }),
        })
    }

    /// How far the job is at `now`.
    pub(crate) fn state(&self, now: i64) -> JobState {
        if self.cancelled.is_some() {
            JobState::Cancelled
        } else if now < self.begins {
            JobState::Queued
        } else if now < self.done {
            JobState::Pending
        } else if self.fails {
            JobState::Failed
        } else if now < self.expires {
            JobState::Fulfilled
        } else {
            JobState::Expired
        }
    }

    /// When the job came to an end, if it has.
    pub(crate) fn completed(&self, now: i64) -> Option<i64> {
        self.cancelled.or_else(|| (!self.state(now).is_unfinished()).then_some(self.done))
    }

    /// The results from `place` on, `size` at most.
    pub(super) fn page(&self, place: Place, size: u64, now: i64) -> Result<JobPage, JobError> {
        let state = self.state(now);
        let snapshot = self.snapshot.as_ref().filter(|_| state == JobState::Fulfilled);
        let Snapshot { history, view } = snapshot.ok_or(JobError::NoResults { state })?;
        let left = self.selection.limit.saturating_sub(place.served);
        let size = usize::try_from(size.min(left)).unwrap_or(usize::MAX);
        // One more than is asked for tells whether there is a next page.
        let mut hits = self.selection.hits(history, view, place.after, size.saturating_add(1));
        let more = hits.len() > size;
        hits.truncate(size);
        let served = place.served.saturating_add(hits.len() as u64);
        let last = hits.last().map(|hit| (hit.start, history.id(hit.key)));
        Ok(JobPage {
            records: hits.iter().filter_map(|hit| history.record(hit.key, view)).collect(),
            next: last
                .filter(|_| more && served < self.selection.limit)
                .map(|after| Place { served, after: Some(after) }),
            available: view.as_of,
        })
    }
}

impl Selection {
    fn new(query: DetailsJob, limits: &JobLimits) -> Result<Self, QueryError> {
        refuse_unemulated(&[
            (!query.evaluation_filters.is_empty(), "evaluation filters"),
            (!query.survey_filters.is_empty(), "survey filters"),
            (!query.resolution_filters.is_empty(), "resolution filters"),
            (by_segments(query.order_by), BY_SEGMENTS),
        ])?;
        let filters = Filters::new(query.segment_filters, query.conversation_filters, limits.predicates_max)?;
        let (from, to) = interval(&query.interval)?;
        let max_days = i64::try_from(limits.interval_max_days).unwrap_or(i64::MAX);
        if to - from > max_days.saturating_mul(DAY_MS) {
            return Err(QueryError::LongInterval { max_days });
        }
        let limit = match query.limit {
            None => u64::MAX,
            Some(given) => {
                u64::try_from(given).ok().filter(|limit| *limit > 0).ok_or(QueryError::Limit { given })?
            }
        };
        let by_day = query.start_of_day_interval_matching == Some(true);
        let (from, to) = if by_day { whole_days(from, to) } else { (from, to) };
        Ok(Self {
            filters,
            from,
            to,
            overlapping: !by_day,
            by_end: query.order_by == OrderBy::ConversationEnd,
            descending: query.order == Order::Desc,
            limit,
        })
    }

    /// The next `want` conversations behind `after`, a conversation and what the order has of it.
    ///
    /// What a [`Hit`] calls its start is here what the results are ordered by.
    fn hits(&self, history: &History, view: &View, after: Option<(i64, Uuid)>, want: usize) -> Vec<Hit> {
        let after = after.and_then(|(at, id)| Some(Hit { start: at, key: history.key(id)? }));
        if self.by_end {
            return self.hits_by_end(history, view, after, want);
        }
        let mut found = Vec::new();
        if !self.descending && after.is_none_or(|after| after.start < self.from) {
            found.extend(behind(self.earlier(history, view), after, false));
        }
        // A busy person's years are walked day by day, a quiet one's in longer and longer strides.
        let mut stride = DAY_MS;
        let mut rest = self.rest(after);
        while found.len() < want && rest.0 < rest.1 {
            let stretch = if self.descending {
                (rest.1.saturating_sub(stride).max(rest.0), rest.1)
            } else {
                (rest.0, rest.0.saturating_add(stride).min(rest.1))
            };
            rest = if self.descending { (rest.0, stretch.0) } else { (stretch.1, rest.1) };
            let hits = history.select(&self.filters, stretch.0, stretch.1, view);
            if hits.len() < want / 4 + 1 {
                stride = stride.saturating_mul(4);
            }
            found.extend(behind(hits, after, self.descending));
        }
        if self.descending && found.len() < want {
            found.extend(behind(self.earlier(history, view), after, true));
        }
        found.truncate(want);
        found
    }

    /// The part of the interval that is still to be looked at behind `after`.
    fn rest(&self, after: Option<Hit>) -> (i64, i64) {
        match after {
            None => (self.from, self.to),
            Some(after) if self.descending => (self.from, self.to.min(after.start.saturating_add(1))),
            Some(after) => (self.from.max(after.start), self.to),
        }
    }

    /// What began before the interval and is meant.
    fn earlier(&self, history: &History, view: &View) -> Vec<Hit> {
        if self.overlapping { history.going_on_at(&self.filters, self.from, view) } else { Vec::new() }
    }

    /// By end, conversations are scattered over the interval, so all of them are selected for each page.
    fn hits_by_end(&self, history: &History, view: &View, after: Option<Hit>, want: usize) -> Vec<Hit> {
        let mut hits = self.earlier(history, view);
        hits.extend(history.select(&self.filters, self.from, self.to, view));
        for hit in &mut hits {
            hit.start = history.end_seen(hit.key, view);
        }
        hits.sort();
        behind(hits, after, self.descending).take(want).collect()
    }
}

/// Those of `hits`, which are in ascending order, that come behind `after`, in the order asked for.
fn behind(mut hits: Vec<Hit>, after: Option<Hit>, descending: bool) -> impl Iterator<Item = Hit> {
    if descending {
        hits.reverse();
    }
    hits.into_iter()
        .filter(move |hit| after.is_none_or(|after| if descending { *hit < after } else { *hit > after }))
}
