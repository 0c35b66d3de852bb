//! The details query: conversations that started on the days an interval touches, a page at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use super::filter::Filters;
use super::select::Hit;
use super::show::View;
use super::{History, Key};
use crate::generate::calendar::DAY_MS;
use crate::wire::analytics::request::{DetailsQuery, Order, OrderBy, Paging};

/// Longest interval of a query without filters, in days.
const DAYS_UNFILTERED: i64 = 7;
/// Longest interval of a query with a filter, in days.
const DAYS_FILTERED: i64 = 31;
const PAGE_SIZE: i64 = 25;

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// The interval is not two instants with a slash between.
    #[error("the interval {given:?} is not two ISO-8601 instants with a slash between them")]
    UnreadableInterval { given: String },
    /// The interval ends before it begins.
    #[error("the interval {given:?} ends before it begins")]
    BackwardInterval { given: String },
    /// The interval is longer than the vendor takes.
    #[error("the interval must not be longer than {max_days} days")]
    LongInterval { max_days: i64 },
    /// The page is too large, or has no size.
    #[error("the page size must be between 1 and {max}, not {given}")]
    PageSize { given: i64, max: u64 },
    /// Pages count from 1.
    #[error("the page number must be at least 1, not {given}")]
    PageNumber { given: i64 },
    /// A limit of nothing.
    #[error("the limit must be at least 1, not {given}")]
    Limit { given: i64 },
    /// The page lies beyond the hits that can be paged through.
    #[error("pagination may not exceed {max} results")]
    TooDeep { max: u64 },
    /// More predicates than accepted.
    #[error("{given} predicates are more than the {max} accepted")]
    TooManyPredicates { given: u64, max: u64 },
    /// A clause that says nothing.
    #[error("a clause has no predicates")]
    EmptyClause,
    /// A predicate on no dimension.
    #[error("a predicate names no dimension")]
    NoDimension,
    /// A predicate on a dimension that filters of this kind do not have.
    #[error("there is no dimension {given:?} here")]
    UnknownDimension { given: String, allowed: &'static [&'static str] },
    /// A predicate that matches nothing in particular.
    #[error("the predicate on {dimension} has no value")]
    NoValue { dimension: String },
    /// Something the vendor does and this emulator does not.
    #[error("the emulator does not implement {what}")]
    NotEmulated { what: &'static str },
}

/// The vendor's limits, as the switches have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Limits {
    pub(crate) page_max: u64,
    pub(crate) hits_max: u64,
    pub(crate) predicates_max: u64,
    pub(crate) totals: TotalHits,
}

/// How far `totalHits` can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TotalHits {
    /// To the last one.
    Exact,
    /// To its first digit.
    Approximate,
}

/// A page of records as JSON text, and how many there are in all.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) records: Vec<Vec<u8>>,
    pub(crate) total_hits: u64,
    /// Whether a later instant would show the same.
    pub(crate) lasting: bool,
}

/// Which records stand on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    skip: u64,
    take: u64,
}

/// Selections of the latest queries: a client walks through the pages of one.
#[derive(Debug, Default)]
pub(crate) struct Queries {
    slots: VecDeque<Remembered>,
}

#[derive(Debug)]
struct Remembered {
    asked: String,
    revision: u64,
    view: View,
    /// Whether a later instant would show the same.
    lasting: bool,
    hits: Arc<[Hit]>,
}

impl Queries {
    const SLOTS: usize = 8;

    fn recall(&self, asked: &str, revision: u64, view: &View) -> Option<(Arc<[Hit]>, bool)> {
        let fits = |slot: &&Remembered| {
            let same_moment = slot.view.as_of == view.as_of || (slot.lasting && slot.view.as_of < view.as_of);
            slot.revision == revision && same_moment && slot.view.shows_people_as(view) && slot.asked == asked
        };
        self.slots.iter().find(fits).map(|slot| (Arc::clone(&slot.hits), slot.lasting))
    }

    fn remember(&mut self, remembered: Remembered) {
        self.slots.truncate(Self::SLOTS - 1);
        self.slots.push_front(remembered);
    }
}

impl History {
    /// Answers a details query.
    ///
    /// # Errors
    /// When the vendor would refuse it, or when it asks for something that is not emulated.
    pub(crate) fn details(
        &self,
        queries: &mut Queries,
        query: DetailsQuery,
        limits: &Limits,
        view: &View,
    ) -> Result<Page, QueryError> {
        refuse_unemulated(&[
            (!query.evaluation_filters.is_empty(), "evaluation filters"),
            (!query.survey_filters.is_empty(), "survey filters"),
            (!query.resolution_filters.is_empty(), "resolution filters"),
            (!query.aggregations.is_empty(), "aggregations of a details query"),
            (by_segments(query.order_by), BY_SEGMENTS),
        ])?;
        let window = window(query.paging, limits)?;
        let filters = Filters::new(query.segment_filters, query.conversation_filters, limits.predicates_max)?;
        let max_days = if filters.is_empty() { DAYS_UNFILTERED } else { DAYS_FILTERED };
        let (from, to) = interval(&query.interval)?;
        if to - from > max_days * DAY_MS {
            return Err(QueryError::LongInterval { max_days });
        }
        let (hits, lasting) = self.hits(queries, query.order_by, &filters, whole_days(from, to), view);
        let keys = page(&hits, window, query.order == Order::Desc);
        Ok(Page {
            records: keys.filter_map(|key| self.record(key, view)).collect(),
            total_hits: stated(hits.len() as u64, limits.totals),
            lasting,
        })
    }

    fn hits(
        &self,
        queries: &mut Queries,
        order_by: OrderBy,
        filters: &Filters,
        days: (i64, i64),
        view: &View,
    ) -> (Arc<[Hit]>, bool) {
        let asked = format!("{days:?} {order_by:?} {filters:?}");
        if let Some(found) = queries.recall(&asked, self.revision, view) {
            return found;
        }
        let (from, to) = days;
        let mut hits = self.select(filters, from, to, view);
        if order_by == OrderBy::ConversationEnd {
            hits.sort_by_cached_key(|hit| (self.end_seen(hit.key, view), hit.key));
        }
        let lasting =
            to <= view.as_of && self.all_settled(&hits, view.as_of) && self.nothing_is_to_arrive(view);
        let hits: Arc<[Hit]> = hits.into();
        let (revision, view) = (self.revision, view.clone());
        queries.remember(Remembered { asked, revision, view, lasting, hits: Arc::clone(&hits) });
        (hits, lasting)
    }
}

/// What [`by_segments`] asks for, in words.
pub(super) const BY_SEGMENTS: &str = "ordering by segments";

/// Whether an order is by segments, which is not emulated.
pub(super) const fn by_segments(order_by: OrderBy) -> bool {
    matches!(order_by, OrderBy::SegmentStart | OrderBy::SegmentEnd)
}

/// Refuses the first thing that is asked for and not emulated.
pub(super) fn refuse_unemulated(refused: &[(bool, &'static str)]) -> Result<(), QueryError> {
    match refused.iter().find(|(asked, _)| *asked) {
        Some((_, what)) => Err(QueryError::NotEmulated { what }),
        None => Ok(()),
    }
}

fn window(paging: Option<Paging>, limits: &Limits) -> Result<Window, QueryError> {
    let paging = paging.unwrap_or(Paging { page_size: PAGE_SIZE, page_number: 1 });
    let (size, number) = (paging.page_size, paging.page_number);
    let take = u64::try_from(size).ok().filter(|size| (1..=limits.page_max).contains(size));
    let take = take.ok_or(QueryError::PageSize { given: size, max: limits.page_max })?;
    let number = u64::try_from(number).ok().filter(|number| *number > 0);
    let number = number.ok_or(QueryError::PageNumber { given: paging.page_number })?;
    let skip = take.saturating_mul(number - 1);
    if skip.saturating_add(take) > limits.hits_max {
        return Err(QueryError::TooDeep { max: limits.hits_max });
    }
    Ok(Window { skip, take })
}

fn page(hits: &[Hit], window: Window, descending: bool) -> impl Iterator<Item = Key> {
    let count = hits.len();
    let skip = usize::try_from(window.skip).unwrap_or(count).min(count);
    let take = usize::try_from(window.take).unwrap_or(count).min(count - skip);
    let range = if descending { count - skip - take..count - skip } else { skip..skip + take };
    let on_page = hits.get(range).unwrap_or_default();
    let (mut forward, mut backward) = (on_page.iter(), on_page.iter().rev());
    std::iter::from_fn(move || if descending { backward.next() } else { forward.next() }).map(|hit| hit.key)
}

/// Reads `from/to`, both in milliseconds since the epoch.
pub(super) fn interval(text: &str) -> Result<(i64, i64), QueryError> {
    let read = |part: &str| part.trim().parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond());
    let ends = text.split_once('/').and_then(|(from, to)| read(from).zip(read(to)));
    let (from, to) = ends.ok_or_else(|| QueryError::UnreadableInterval { given: text.to_owned() })?;
    if to < from {
        return Err(QueryError::BackwardInterval { given: text.to_owned() });
    }
    Ok((from, to))
}

/// The UTC days that the interval touches, from midnight to midnight.
pub(super) fn whole_days(from: i64, to: i64) -> (i64, i64) {
    let first = from.div_euclid(DAY_MS);
    let last = (to - 1).div_euclid(DAY_MS).max(first);
    (first * DAY_MS, (last + 1) * DAY_MS)
}

/// The number of hits as it is told.
fn stated(hits: u64, totals: TotalHits) -> u64 {
    match totals {
        TotalHits::Exact => hits,
        TotalHits::Approximate => {
            let magnitude = 10_u64.pow(hits.checked_ilog10().unwrap_or(0));
            hits.div_ceil(magnitude) * magnitude
        }
    }
}
