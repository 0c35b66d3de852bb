//! How much a person's history is, and whether the client can see anybody's.

use std::collections::BTreeSet;

use emeritus_core::census::{Control, MAX_DAYS, Window, slices};
use emeritus_core::id::UserId;
use futures_util::{StreamExt as _, stream};
use genesys::{ConversationQuery, Disposition, Interval, Reader};
use jiff::SignedDuration;

use super::HistoryError;
use super::leaf::People;
use super::query::{SIDE_BY_SIDE, found};

/// The longest interval of an unfiltered details query, in days.
const CONTROL_DAYS: i64 = 7;

/// How many such intervals the control query tries, the latest first.
const CONTROL_INTERVALS: i32 = 5;

/// What a window holds of a person, without the conversations themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// How many conversations.
    pub conversations: u64,
    /// How many of them began at or after a moment of interest.
    pub recent: u64,
    /// When the first began.
    pub first: Option<jiff::Timestamp>,
    /// When the last began.
    pub last: Option<jiff::Timestamp>,
}

/// Reads a person's conversations in a window, counts them, and keeps none.
pub(crate) async fn span(
    reader: &Reader,
    user: &UserId,
    window: Window,
    recent_from: jiff::Timestamp,
    progress: impl Fn(u64, u64, u64),
) -> Result<Span, HistoryError> {
    let plan = slices(&window, MAX_DAYS);
    let of = plan.len() as u64;
    let people = People::new(std::iter::once(user));
    let mut read = stream::iter(plan).map(|slice| found(reader, &people, slice)).buffered(SIDE_BY_SIDE);
    // A conversation is found by the day on which it began, so neighbouring slices may both have it.
    let mut met = BTreeSet::new();
    let mut span = Span { conversations: 0, recent: 0, first: None, last: None };
    let mut done = 0;
    while let Some(slice) = read.next().await {
        for (_, leaf) in slice?.found.into_iter().flat_map(|found| found.leaves) {
            if met.insert(leaf.conversation) {
                span.conversations += 1;
                span.recent += u64::from(leaf.start >= recent_from);
                span.first = Some(span.first.map_or(leaf.start, |first| first.min(leaf.start)));
                span.last = span.last.max(Some(leaf.start));
            }
        }
        done += 1;
        progress(done, of, span.conversations);
    }
    Ok(span)
}

/// Asks, with the same token and within the window, whether any conversation of anybody can be seen: without
/// that, an empty census says nothing.
pub(crate) async fn control(reader: &Reader, window: &Window) -> Control {
    let mut unseen = Control::SeesNothing;
    let week = SignedDuration::from_hours(24 * (CONTROL_DAYS - 1));
    for back in 0..CONTROL_INTERVALS {
        let to = window.to - week * back;
        let from = (to - week).max(window.from);
        let Ok(interval) = Interval::new(from, to) else { break };
        match reader.details_page(&ConversationQuery::new(interval).page_size(1)).await {
            Ok(page) if page.conversations.is_empty() => {}
            Ok(page) => {
                let seen = page.total_hits.unwrap_or(0).max(page.conversations.len() as u64);
                return Control::Sees { conversations: seen };
            }
            // That nothing was seen is said only where every answer said so.
            Err(error) if error.disposition() == Disposition::Forbidden => return Control::Refused,
            Err(_) => unseen = Control::Unreadable,
        }
    }
    unseen
}
