//! One interval by details query, read to its end. A list is whole when the unique ids equal the stated total and the
//! totals of all pages agree; where the vendor's total is only approximate, two full readings of the same set are.

use std::collections::BTreeMap;

use emeritus_core::census::Slice;
use emeritus_core::event::Completeness;
use genesys::{ConversationQuery, Interval, Reader};
use jiff::SignedDuration;
use uuid::Uuid;

use super::HistoryError;

/// How often a slice is read before it counts as never adding up.
const READINGS: u32 = 5;

/// The vendor's ceiling for paging through one query.
const MAX_HITS: u64 = 100_000;

/// A bound on pages, should the vendor never return an empty one: twice the ceiling in pages of 100.
const MAX_PAGES: u32 = 2_000;

/// Looks at a record: its id, and what of it two readings must agree on.
pub(super) type See<'a, T, X> = &'a mut (dyn FnMut(Slice, &[u8]) -> Result<(Uuid, T), X> + Send);

pub(super) struct SliceReading<T> {
    pub(super) found: Vec<T>,
    pub(super) completeness: Completeness,
}

struct Pass<T> {
    found: BTreeMap<Uuid, T>,
    totals: Vec<u64>,
}

/// Why a slice was not read.
enum Unread<X> {
    /// It must be cut.
    TooMany(u64),
    Other(X),
}

impl<X: From<HistoryError>> From<HistoryError> for Unread<X> {
    fn from(error: HistoryError) -> Self {
        Self::Other(error.into())
    }
}

impl<T> Pass<T> {
    fn adds_up(&self) -> bool {
        let unique = self.found.len() as u64;
        !self.totals.is_empty() && self.totals.iter().all(|total| *total == unique)
    }
}

/// Reads the conversations of people that began in a slice. A reading that did not add up is repeated, so `see` may be
/// shown a record several times; what it made of the last, whole reading is returned.
pub(super) async fn read<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<SliceReading<T>, X>
where
    T: PartialEq + Send,
    X: From<HistoryError> + Send,
{
    let mut done = SliceReading { found: Vec::new(), completeness: Completeness::ByCount };
    // A slice beyond the ceiling is halved until it fits; a day is the smallest.
    let mut todo = vec![slice];
    while let Some(slice) = todo.pop() {
        match Box::pin(whole(reader, users, slice, see)).await {
            Ok(mut part) => {
                done.found.append(&mut part.found);
                if part.completeness == Completeness::ByTwoReadings {
                    done.completeness = Completeness::ByTwoReadings;
                }
            }
            Err(Unread::TooMany(hits)) => match halves(slice) {
                Some((early, late)) => todo.extend([late, early]),
                None => return Err(HistoryError::TooMany { slice, hits }.into()),
            },
            Err(Unread::Other(error)) => return Err(error),
        }
    }
    Ok(done)
}

fn halves(slice: Slice) -> Option<(Slice, Slice)> {
    let days = slice.to.duration_since(slice.from).as_hours() / 24;
    if days < 2 {
        return None;
    }
    let middle = slice.from + SignedDuration::from_hours(24 * (days / 2));
    Some((Slice { to: middle, ..slice }, Slice { from: middle, ..slice }))
}

async fn whole<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<SliceReading<T>, Unread<X>>
where
    T: PartialEq + Send,
    X: From<HistoryError> + Send,
{
    let mut before: Option<Pass<T>> = None;
    for _ in 0..READINGS {
        let pass = Box::pin(pass(reader, users, slice, see)).await?;
        let agrees = before.as_ref().is_some_and(|before| before.found == pass.found);
        if pass.adds_up() || agrees {
            let completeness =
                if pass.adds_up() { Completeness::ByCount } else { Completeness::ByTwoReadings };
            return Ok(SliceReading { found: pass.found.into_values().collect(), completeness });
        }
        before = Some(pass);
    }
    let (stated, read) = before
        .map_or((0, 0), |pass| (pass.totals.last().copied().unwrap_or_default(), pass.found.len() as u64));
    Err(HistoryError::Incomplete { slice, stated, read }.into())
}

/// Reads all pages once.
async fn pass<T, X>(
    reader: &Reader,
    users: &[&str],
    slice: Slice,
    see: See<'_, T, X>,
) -> Result<Pass<T>, Unread<X>>
where
    T: Send,
    X: From<HistoryError> + Send,
{
    let vendor = |source| HistoryError::Vendor { slice, source };
    let interval = Interval::new(slice.from, slice.to)
        .map_err(|_| HistoryError::Malformed { slice, field: "interval" })?;
    let mut pass = Pass { found: BTreeMap::new(), totals: Vec::new() };
    for number in 1..=MAX_PAGES {
        let query = ConversationQuery::new(interval).users(users).page(number);
        let page = Box::pin(reader.details_records(&query)).await.map_err(vendor)?;
        if let Some(hits) = page.total_hits() {
            if hits > MAX_HITS {
                return Err(Unread::TooMany(hits));
            }
            pass.totals.push(hits);
        }
        for record in page.records() {
            let (conversation, seen) = see(slice, record).map_err(Unread::Other)?;
            pass.found.insert(conversation, seen);
        }
        // With a stated total, reaching it ends the walk; without one only an empty page does.
        if page.is_empty() || pass.adds_up() {
            break;
        }
    }
    Ok(pass)
}
