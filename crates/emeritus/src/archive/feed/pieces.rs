//! What of a person's time is read, and in which pieces: a batch each. Pieces are cut where years begin (UTC), so that
//! the same time makes the same batches again.

use std::collections::BTreeMap;
use std::ops::Range;

use emeritus_archive::Groups;
use emeritus_core::census::Window;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use sha2::{Digest as _, Sha256};

const DAY_MS: i64 = 86_400_000;

/// How far before the end of what is archived it is read again: what came late at the vendor came within days.
const LATE_MS: i64 = 3 * DAY_MS;

/// A stretch of time that becomes a batch; milliseconds since 1970, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Piece {
    pub(super) from: i64,
    pub(super) to: i64,
    /// Whether some of it was read before.
    pub(super) is_again: bool,
    /// How much of it was not.
    new_ms: i64,
}

/// A window in milliseconds.
pub(super) fn ms(window: Window) -> Range<i64> {
    window.from.as_millisecond()..window.to.as_millisecond()
}

/// What is read of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pieces {
    /// What is not covered yet, each with the days before it: the same for many people.
    pub(super) new: Vec<Piece>,
    /// The days of conversations that were open.
    pub(super) open: Vec<Piece>,
}

/// Returns the pieces of a person. Where what is covered is read `again`, it is, in pieces of its own.
pub(super) fn of(
    covered: &[Range<i64>],
    gaps: &[Range<i64>],
    open: &BTreeMap<String, i64>,
    window: Window,
    again: bool,
) -> Pieces {
    let mut pieces = Pieces::default();
    for range in covered.iter().filter(|_| again) {
        let (from, to) = (range.start.max(ms(window).start), range.end.min(ms(window).end));
        pieces.new.extend(years(from, to).map(|(from, to)| Piece { from, to, is_again: true, new_ms: 0 }));
    }
    for gap in gaps {
        let before = covered.iter().find(|covered| covered.end == gap.start);
        // What is before it is read in pieces of its own, where all of it is.
        let back = before.filter(|_| !again).map_or(0, |before| LATE_MS.min(before.end - before.start));
        let goes_on = again && before.is_some();
        pieces.new.extend(years(gap.start - back, gap.end).map(|(from, to)| Piece {
            from,
            to,
            is_again: goes_on || from < gap.start,
            new_ms: (to - from.max(gap.start)).max(0),
        }));
    }
    pieces.new.sort_unstable();
    let window = ms(window);
    let mut days: Vec<i64> = open.values().map(|start| start.div_euclid(DAY_MS) * DAY_MS).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        let (from, to) = (day.max(window.start), (day + DAY_MS).min(window.end));
        let is_read = pieces.new.iter().any(|piece| piece.from <= from && to <= piece.to);
        if from < to && !is_read {
            pieces.open.push(Piece { from, to, is_again: true, new_ms: 0 });
        }
    }
    pieces
}

/// What of the covered time in a window is in no piece.
pub(super) fn passed_over(covered: &[Range<i64>], pieces: &Pieces, window: Window) -> Vec<Range<i64>> {
    let mut read: Vec<&Piece> = pieces.new.iter().chain(&pieces.open).collect();
    read.sort_unstable();
    let mut passed_over = Vec::new();
    for range in covered {
        let mut from = range.start.max(ms(window).start);
        let to = range.end.min(ms(window).end);
        for piece in &read {
            if piece.from >= to {
                break;
            }
            if piece.from > from {
                passed_over.push(from..piece.from);
            }
            from = from.max(piece.to);
        }
        if from < to {
            passed_over.push(from..to);
        }
    }
    passed_over
}

/// A stretch of time, cut where years begin.
fn years(from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
    let mut next = from;
    std::iter::from_fn(move || {
        let begin = (next < to).then_some(next)?;
        next = year_after(begin).unwrap_or(to).min(to);
        Some((begin, next))
    })
}

fn year_after(instant: i64) -> Option<i64> {
    let at = Timestamp::from_millisecond(instant).ok()?.to_zoned(TimeZone::UTC);
    let next = at.date().first_of_year().checked_add(1.year()).ok()?;
    Some(next.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

impl Piece {
    pub(super) fn window(self) -> Window {
        let moment = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
        Window { from: moment(self.from), to: moment(self.to) }
    }

    /// Whether it says something that nothing was found: a new day at least.
    pub(super) fn counts_empty(self) -> bool {
        !self.is_again || self.new_ms >= DAY_MS
    }

    /// What of it is before a moment, and what is not.
    pub(super) fn at(self, moment: i64) -> (Option<Self>, Option<Self>) {
        let part = |from: i64, to: i64| {
            let new_ms = (to - from.max(self.to - self.new_ms)).max(0);
            (from < to).then_some(Self { from, to, is_again: self.is_again, new_ms })
        };
        let moment = moment.clamp(self.from, self.to);
        (part(self.from, moment), part(moment, self.to))
    }

    /// Whether all of it was read before.
    pub(super) fn adds_nothing(self) -> bool {
        self.is_again && self.new_ms == 0
    }

    pub(super) fn is_divisible(self) -> bool {
        self.to - self.from >= 2 * DAY_MS
    }

    /// Two pieces in its place, cut at midnight.
    pub(super) fn halves(self) -> [Self; 2] {
        let middle = (self.from + (self.to - self.from) / 2).div_euclid(DAY_MS) * DAY_MS;
        let middle = middle.max(self.from + 1);
        let part = |from: i64, to: i64| {
            let new_ms = (to - from.max(self.to - self.new_ms)).max(0);
            Self { from, to, is_again: self.is_again, new_ms }
        };
        [part(self.from, middle), part(middle, self.to)]
    }

    /// The name of its batch: the same for the same people, time and groups. What is read again finds something else
    /// each time, and is another batch each time.
    pub(super) fn id(self, organization: &str, subjects: &[String], groups: Groups, now: i64) -> String {
        let day = |instant: i64| {
            Timestamp::from_millisecond(instant).unwrap_or_default().strftime("%Y%m%d").to_string()
        };
        let groups = [groups.attributes, groups.addresses, groups.names, groups.notes];
        let mut hash = Sha256::new();
        for part in std::iter::once(organization).chain(subjects.iter().map(String::as_str)) {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update(self.from.to_be_bytes());
        hash.update(self.to.to_be_bytes());
        hash.update(groups.map(u8::from));
        if self.is_again {
            hash.update(now.to_be_bytes());
        }
        let hash: String = hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}-{hash}", day(self.from), day(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn window(from: &str, to: &str) -> Window {
        Window { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn what_was_never_read_is_cut_where_years_begin() {
        let window = window("2023-05-01T00:00:00Z", "2025-02-03T04:05:06Z");
        let whole = ms(window);
        let pieces = of(&[], std::slice::from_ref(&whole), &BTreeMap::new(), window, false).new;
        let cuts: Vec<_> = pieces.iter().map(|piece| (piece.from, piece.to)).collect();
        let (first, second) = (at("2024-01-01T00:00:00Z"), at("2025-01-01T00:00:00Z"));
        assert_eq!(cuts, [(ms(window).start, first), (first, second), (second, ms(window).end)]);
        assert!(pieces.iter().all(|piece| !piece.is_again && piece.counts_empty()));
    }

    #[test]
    fn what_follows_is_read_with_the_days_before_it_and_with_those_of_open_conversations() {
        let whole = window("2025-01-01T00:00:00Z", "2025-06-30T12:00:00Z");
        let first = at("2025-01-01T00:00:00Z")..at("2025-06-29T12:00:00Z");
        let (covered, gap) = (std::slice::from_ref(&first), first.end..ms(whole).end);
        let open = BTreeMap::from([
            ("a".to_owned(), at("2025-02-03T04:05:06Z")),
            ("b".to_owned(), at("2025-02-03T23:00:00Z")),
            ("c".to_owned(), at("2025-06-28T01:00:00Z")),
        ]);
        let Pieces { new, open } = of(covered, std::slice::from_ref(&gap), &open, whole, false);
        let pieces = [new, open].concat();
        let cuts: Vec<_> = pieces.iter().map(|piece| (piece.from, piece.to, piece.counts_empty())).collect();
        assert_eq!(
            cuts,
            [
                (at("2025-06-26T12:00:00Z"), ms(whole).end, true),
                (at("2025-02-03T00:00:00Z"), at("2025-02-04T00:00:00Z"), false),
            ]
        );
        assert!(pieces.iter().all(|piece| piece.is_again));
        let gap = first.end..first.end + 1000;
        let soon = of(covered, std::slice::from_ref(&gap), &BTreeMap::new(), whole, false);
        assert!(!soon.new[0].counts_empty(), "a minute later nothing is said when nothing is found");
    }

    #[test]
    fn what_is_covered_is_passed_over_unless_it_is_read_again() {
        let whole = window("2023-11-01T00:00:00Z", "2025-06-30T00:00:00Z");
        let first = at("2023-01-01T00:00:00Z")..at("2025-06-20T00:00:00Z");
        let (covered, gap) = (std::slice::from_ref(&first), first.end..ms(whole).end);
        let pieces = |again| of(covered, std::slice::from_ref(&gap), &BTreeMap::new(), whole, again);
        let late = at("2025-06-17T00:00:00Z");
        assert_eq!(
            passed_over(covered, &pieces(false), whole),
            vec![Range { start: ms(whole).start, end: late }]
        );
        assert_eq!(passed_over(covered, &pieces(true), whole), []);
        let again: Vec<_> =
            pieces(true).new.iter().map(|piece| (piece.from, piece.to, piece.is_again)).collect();
        let (y24, y25) = (at("2024-01-01T00:00:00Z"), at("2025-01-01T00:00:00Z"));
        assert_eq!(
            again,
            [
                (ms(whole).start, y24, true),
                (y24, y25, true),
                (y25, first.end, true),
                (gap.start, gap.end, true)
            ]
        );
    }

    #[test]
    fn a_piece_is_cut_where_the_lake_ends() {
        let piece = Piece { from: 0, to: 9 * DAY_MS, is_again: true, new_ms: 2 * DAY_MS };
        let (early, late) = piece.at(4 * DAY_MS);
        assert_eq!(early, Some(Piece { to: 4 * DAY_MS, new_ms: 0, ..piece }));
        assert_eq!(late, Some(Piece { from: 4 * DAY_MS, ..piece }));
        assert_eq!(piece.at(-1), (None, Some(piece)));
        assert_eq!(piece.at(10 * DAY_MS), (Some(piece), None));
    }

    #[test]
    fn the_same_people_and_time_make_the_same_batch() {
        let piece = Piece { from: 0, to: 10 * DAY_MS, is_again: false, new_ms: 10 * DAY_MS };
        let one = ["a".to_owned()];
        let none = Groups::default();
        assert_eq!(piece.id("o", &one, none, 1), piece.id("o", &one, none, 2));
        assert!(piece.id("o", &one, none, 1).starts_with("19700101-19700111-"));
        let others = [
            piece.id("p", &one, none, 1),
            piece.id("o", &["b".to_owned()], none, 1),
            piece.id("o", &one, Groups::ALL, 1),
            Piece { to: 11 * DAY_MS, ..piece }.id("o", &one, none, 1),
            Piece { is_again: true, ..piece }.id("o", &one, none, 1),
            Piece { is_again: true, ..piece }.id("o", &one, none, 2),
        ];
        let mut ids = others.to_vec();
        ids.push(piece.id("o", &one, none, 1));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7);
    }

    #[test]
    fn halves_meet_at_midnight() {
        let piece = Piece { from: 5, to: 9 * DAY_MS, is_again: false, new_ms: 9 * DAY_MS - 5 };
        let [early, late] = piece.halves();
        assert_eq!((early.from, early.to, late.from, late.to), (5, 4 * DAY_MS, 4 * DAY_MS, 9 * DAY_MS));
        assert!(!Piece { to: DAY_MS, ..piece }.is_divisible());
    }
}
