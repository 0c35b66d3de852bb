//! How far back a history is read. Where the organization states no length of time for which it keeps conversations, the
//! vendor keeps them for the life of the contract, so no number of days is the whole of it: then the vendor's aggregates
//! are asked for the first month in which they count anything of the people.

use emeritus_core::plan::{Bound, HistoryScope};
use emeritus_core::retention::Retention;
use genesys::{Aggregate, AggregateQuery, Disposition, Error, Granularity, Interval};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};

use crate::Emeritus;
use crate::failure::why;

/// How far back history is read at least when the organization does not say how long it keeps it. Aggregates count late, and
/// by another day than the one on which a conversation began, so that they count nothing proves nothing.
const DEFAULT_DAYS: u32 = 5 * 366;

/// How far back the aggregates are asked: before the vendor had customers.
const ASKED_FROM: Date = date(2010, 1, 1);

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Returns the beginning of the month before the one that a moment is in.
fn a_month_before(at: Timestamp) -> Option<Timestamp> {
    midnight(at.to_zoned(TimeZone::UTC).date().first_of_month().checked_sub(1.month()).ok()?)
}

impl Emeritus {
    /// Returns from when on people's history is read, and why from then: as the operator asked, as far as the organization
    /// keeps it, or as far as the vendor's aggregates count anything of them and a month more.
    pub(crate) async fn history_scope(&self, since: Option<Timestamp>, users: &[&str]) -> HistoryScope {
        let back = |days: u32| self.now() - SignedDuration::from_hours(24 * i64::from(days));
        let retention = self.retention().await;
        let (from, bound) = match (since, retention.days()) {
            (Some(from), _) => (from, Bound::Stated),
            (None, Some(days)) => (back(days), Bound::Retention { days }),
            (None, None) if users.is_empty() => (back(DEFAULT_DAYS), Bound::Default { days: DEFAULT_DAYS }),
            (None, None) => self.counted(users, back(DEFAULT_DAYS)).await,
        };
        HistoryScope { from, bound, retention: Some(retention) }
    }

    /// Returns what the organization says of how long it keeps its history, now.
    pub(crate) async fn retention(&self) -> Retention {
        match self.reader.retention_settings().await {
            Ok(kept) => Retention::stated(kept.retention_days),
            Err(error) => Retention::Unknown(why(&error)),
        }
    }

    async fn counted(&self, users: &[&str], at_least: Timestamp) -> (Timestamp, Bound) {
        let Some(asked_from) = midnight(ASKED_FROM) else {
            return (at_least, Bound::Default { days: DEFAULT_DAYS });
        };
        match Box::pin(self.first_counted(users, asked_from)).await {
            Ok(first) => {
                let before = first.and_then(a_month_before).map_or(at_least, |before| before.min(at_least));
                (before, Bound::Counted { first, asked_from })
            }
            Err(error) => {
                let refused = error.disposition() == Disposition::Forbidden;
                (at_least, Bound::Uncounted { days: DEFAULT_DAYS, refused })
            }
        }
    }

    /// Returns the beginning of the first month in which the aggregates count anything of any of the people.
    async fn first_counted(&self, users: &[&str], from: Timestamp) -> Result<Option<Timestamp>, Error> {
        let now = self.by_both().latest;
        let mut first: Option<Timestamp> = None;
        for part in users.chunks(self.reader.limits().users_per_filter.max(1)) {
            let told = match Box::pin(self.months(part, from, now)).await {
                // How long an interval of aggregates may be is not documented.
                Err(error) if error.disposition() == Disposition::Refused => {
                    Box::pin(self.years(part, from, now)).await?
                }
                told => told?,
            };
            let counted = told.iter().filter(|month| month.is_any).map(|month| month.interval.start()).min();
            first = first.into_iter().chain(counted).min();
        }
        Ok(first)
    }

    async fn months(&self, users: &[&str], from: Timestamp, to: Timestamp) -> Result<Vec<Aggregate>, Error> {
        let Ok(interval) = Interval::new(from, to) else { return Ok(Vec::new()) };
        self.reader.conversation_aggregates(&AggregateQuery::new(interval, users, Granularity::Month)).await
    }

    async fn years(&self, users: &[&str], from: Timestamp, to: Timestamp) -> Result<Vec<Aggregate>, Error> {
        let mut told = Vec::new();
        let mut from = from;
        while from < to {
            let day = from.to_zoned(TimeZone::UTC).date().checked_add(1.year()).ok();
            let next = day.and_then(midnight).unwrap_or(to).min(to);
            told.append(&mut Box::pin(self.months(users, from, next)).await?);
            from = next;
        }
        Ok(told)
    }
}
