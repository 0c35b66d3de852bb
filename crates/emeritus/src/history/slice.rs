//! One interval, read to its end. A list is whole when the unique ids equal the stated total and the totals of
//! all pages agree; where the vendor's total is only approximate, two full readings of the same set are.

use std::collections::BTreeMap;

use emeritus_core::census::{Leaf, Slice};
use emeritus_core::event::Completeness;
use emeritus_core::id::UserId;
use genesys::{ConversationQuery, Interval, Reader};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{HistoryError, leaf};

/// How often a slice is read before it counts as never adding up.
const READINGS: u32 = 5;

/// The vendor's ceiling for paging through one query.
const MAX_HITS: u64 = 100_000;

/// A bound on pages, should the vendor never return an empty one: twice the ceiling in pages of 100.
const MAX_PAGES: u32 = 2_000;

pub(super) struct SliceReading {
    pub(super) leaves: Vec<Leaf>,
    pub(super) completeness: Completeness,
}

struct Pass {
    leaves: BTreeMap<Uuid, Leaf>,
    totals: Vec<u64>,
}

impl Pass {
    fn adds_up(&self) -> bool {
        let unique = self.leaves.len() as u64;
        !self.totals.is_empty() && self.totals.iter().all(|total| *total == unique)
    }
}

pub(super) async fn read(reader: &Reader, user: &UserId, slice: Slice) -> Result<SliceReading, HistoryError> {
    let mut done = SliceReading { leaves: Vec::new(), completeness: Completeness::ByCount };
    // A slice beyond the ceiling is halved until it fits; a day is the smallest.
    let mut todo = vec![slice];
    while let Some(slice) = todo.pop() {
        match whole(reader, user, slice).await {
            Ok(mut part) => {
                done.leaves.append(&mut part.leaves);
                if part.completeness == Completeness::ByTwoReadings {
                    done.completeness = Completeness::ByTwoReadings;
                }
            }
            Err(HistoryError::TooMany { slice, hits }) => match halves(slice) {
                Some((early, late)) => todo.extend([late, early]),
                None => return Err(HistoryError::TooMany { slice, hits }),
            },
            Err(error) => return Err(error),
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

async fn whole(reader: &Reader, user: &UserId, slice: Slice) -> Result<SliceReading, HistoryError> {
    let mut before: Option<Pass> = None;
    for _ in 0..READINGS {
        let pass = pass(reader, user, slice).await?;
        let agrees = before.as_ref().is_some_and(|before| before.leaves == pass.leaves);
        if pass.adds_up() || agrees {
            let completeness =
                if pass.adds_up() { Completeness::ByCount } else { Completeness::ByTwoReadings };
            return Ok(SliceReading { leaves: pass.leaves.into_values().collect(), completeness });
        }
        before = Some(pass);
    }
    let (stated, read) = before
        .map_or((0, 0), |pass| (pass.totals.last().copied().unwrap_or_default(), pass.leaves.len() as u64));
    Err(HistoryError::Incomplete { slice, stated, read })
}

/// Reads all pages once.
async fn pass(reader: &Reader, user: &UserId, slice: Slice) -> Result<Pass, HistoryError> {
    let vendor = |source| HistoryError::Vendor { slice, source };
    let interval = Interval::new(slice.from, slice.to)
        .map_err(|_| HistoryError::Malformed { slice, field: "interval" })?;
    let mut pass = Pass { leaves: BTreeMap::new(), totals: Vec::new() };
    for number in 1..=MAX_PAGES {
        let query = ConversationQuery::new(interval).user(user.as_str()).page(number);
        let page = reader.details_page(&query).await.map_err(vendor)?;
        if let Some(hits) = page.total_hits {
            if hits > MAX_HITS {
                return Err(HistoryError::TooMany { slice, hits });
            }
            pass.totals.push(hits);
        }
        let empty = page.conversations.is_empty();
        for conversation in page.conversations {
            let leaf = leaf(user, slice, conversation)?;
            pass.leaves.insert(leaf.conversation, leaf);
        }
        // With a stated total, reaching it ends the walk; without one only an empty page does.
        if empty || pass.adds_up() {
            break;
        }
    }
    Ok(pass)
}
