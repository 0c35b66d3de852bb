//! Windows of history and how they are cut for the vendor: a details query spans 31 days at most when it has a
//! filter, and returns every conversation that began on a UTC day which the interval touches.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Unit};
use serde::{Deserialize, Serialize};

/// The longest interval of a filtered details query, in days.
pub const MAX_DAYS: u16 = 31;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A window over the beginnings of conversations: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// One interval to ask the vendor for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Its beginning: a UTC midnight.
    pub from: Timestamp,
    /// Its end: a UTC midnight.
    pub to: Timestamp,
}

impl Window {
    /// Returns whether a conversation that began then belongs to the window.
    #[must_use]
    pub fn contains(&self, start: Timestamp) -> bool {
        self.from <= start && start < self.to
    }
}

/// Returns the UTC midnight at or before a moment.
fn midnight(moment: Timestamp) -> Timestamp {
    let zoned = moment.to_zoned(TimeZone::UTC);
    zoned
        .round(jiff::ZonedRound::new().smallest(Unit::Day).mode(jiff::RoundMode::Floor))
        .map_or(moment, |day| day.timestamp())
}

/// Returns the intervals that together cover a window, each from midnight to midnight UTC and `days` long at
/// most, in order and without overlap.
#[must_use]
pub fn slices(window: &Window, days: u16) -> Vec<Slice> {
    let mut slices = Vec::new();
    let mut from = midnight(window.from);
    let span = DAY * i32::from(days.clamp(1, MAX_DAYS));
    while from < window.to {
        let end = midnight(window.to);
        let end = if end < window.to { end + DAY } else { end };
        let to = (from + span).min(end);
        slices.push(Slice { from, to });
        from = to;
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn slices_begin_and_end_at_midnight_and_cover_the_window() {
        let window = Window { from: at("2026-01-05T13:00:00Z"), to: at("2026-03-20T08:30:00Z") };
        let slices = slices(&window, MAX_DAYS);
        let text: Vec<_> = slices.iter().map(|slice| format!("{}/{}", slice.from, slice.to)).collect();
        assert_eq!(
            text,
            [
                "2026-01-05T00:00:00Z/2026-02-05T00:00:00Z",
                "2026-02-05T00:00:00Z/2026-03-08T00:00:00Z",
                "2026-03-08T00:00:00Z/2026-03-21T00:00:00Z",
            ]
        );
    }

    #[test]
    fn a_window_that_ends_at_midnight_does_not_ask_for_the_next_day() {
        let window = Window { from: at("2026-01-05T00:00:00Z"), to: at("2026-01-06T00:00:00Z") };
        assert_eq!(slices(&window, 31), [Slice { from: window.from, to: window.to }]);
    }

    #[test]
    fn an_empty_window_needs_no_question() {
        let moment = at("2026-01-05T00:00:00Z");
        assert!(slices(&Window { from: moment, to: moment }, 31).is_empty());
    }
}
