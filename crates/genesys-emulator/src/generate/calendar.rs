//! When contact centres are busy: the shape of a week, and the instants of a history laid along it.
//!
//! The n-th of `count` conversations starts where the cumulative load of its period passes n/count, so its instant
//! is found without visiting the ones before it, and an instant's place among them likewise.

use std::sync::LazyLock;

use super::draw::mix;

/// Milliseconds in an hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day.
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The Unix epoch was a Thursday: the first Monday came four days later.
const FIRST_MONDAY_MS: i64 = 4 * DAY_MS;

/// A stretch of the week with one load.
struct Stretch {
    start_ms: i64,
    load: i64,
    before: i64,
}

struct Week {
    stretches: Vec<Stretch>,
    total: i64,
}

static WEEK: LazyLock<Week> = LazyLock::new(|| {
    let weekday = [(0, 1), (7, 6), (8, 20), (18, 8), (21, 2)];
    let weekend = [(0, 1), (8, 4), (19, 1)];
    let mut week = Week { stretches: Vec::new(), total: 0 };
    for day in 0..7 {
        let stretches: &[(i64, i64)] = if day < 5 { &weekday } else { &weekend };
        let ends = stretches.iter().skip(1).map(|(hour, _)| *hour).chain([24]);
        for ((hour, load), end) in stretches.iter().zip(ends) {
            let start_ms = day * DAY_MS + hour * HOUR_MS;
            week.stretches.push(Stretch { start_ms, load: *load, before: week.total });
            week.total += load * (end - hour) * HOUR_MS;
        }
    }
    week
});

/// Load accumulated from the first Monday of 1970 to `at_ms`.
fn load_until(at_ms: i64) -> i64 {
    let since = at_ms - FIRST_MONDAY_MS;
    let (weeks, rest) = (since.div_euclid(WEEK_MS), since.rem_euclid(WEEK_MS));
    let at = WEEK.stretches.partition_point(|stretch| stretch.start_ms <= rest);
    let within = WEEK.stretches.get(at.saturating_sub(1));
    weeks * WEEK.total + within.map_or(0, |stretch| stretch.before + (rest - stretch.start_ms) * stretch.load)
}

/// The instant at which the load reaches `load`.
fn instant_of(load: i64) -> i64 {
    let (weeks, rest) = (load.div_euclid(WEEK.total), load.rem_euclid(WEEK.total));
    let at = WEEK.stretches.partition_point(|stretch| stretch.before <= rest);
    let within = WEEK.stretches.get(at.saturating_sub(1));
    let in_week = within.map_or(0, |stretch| stretch.start_ms + (rest - stretch.before) / stretch.load);
    FIRST_MONDAY_MS + weeks * WEEK_MS + in_week
}

/// The start instants of `count` conversations from `from_ms` to `to_ms`, in order, none held in memory.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    count: u64,
    first_load: i64,
    load: i64,
    from_ms: i64,
    to_ms: i64,
    salt: u64,
}

impl Calendar {
    /// Lays `count` instants over `[from_ms, to_ms)`, a millisecond at least; `salt` decides where in its slot each falls.
    pub(crate) fn new(count: u64, from_ms: i64, to_ms: i64, salt: u64) -> Self {
        let to_ms = to_ms.max(from_ms + 1);
        let first_load = load_until(from_ms);
        let load = load_until(to_ms) - first_load;
        Self { count, first_load, load, from_ms, to_ms, salt }
    }

    /// How many instants there are.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The `index`-th instant, in milliseconds since the epoch.
    pub(crate) fn instant(&self, index: u64) -> i64 {
        let slot = (u128::from(index) << 32) | u128::from(mix(self.salt ^ index) >> 32);
        let width = u128::from(self.load.unsigned_abs());
        let load = (slot * width / (u128::from(self.count.max(1)) << 32)) as i128;
        let load = i64::try_from(load).unwrap_or(self.load).min(self.load);
        instant_of(self.first_load + load).clamp(self.from_ms, self.to_ms - 1)
    }

    /// The indexes whose instants are in `[from_ms, to_ms)`.
    pub(crate) fn between(&self, from_ms: i64, to_ms: i64) -> std::ops::Range<u64> {
        let first = self.first_at(from_ms);
        first..self.first_at(to_ms).max(first)
    }

    /// The first index whose instant is `at_ms` or later.
    fn first_at(&self, at_ms: i64) -> u64 {
        if at_ms <= self.from_ms {
            return 0;
        }
        if at_ms >= self.to_ms {
            return self.count;
        }
        let passed = (load_until(at_ms) - self.first_load).clamp(0, self.load);
        let guess = i128::from(passed) * i128::from(self.count) / i128::from(self.load.max(1));
        let mut index = u64::try_from(guess).unwrap_or(0).saturating_sub(2);
        while index < self.count && self.instant(index) < at_ms {
            index += 1;
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, DAY_MS, instant_of, load_until};

    #[test]
    fn the_first_at_an_instant_is_the_one_that_counting_finds() {
        for (count, days) in [(0, 30), (1, 30), (7, 400), (5_000, 30), (50_000, 3)] {
            let from = 1_700_000_123_456;
            let calendar = Calendar::new(count, from, from + days * DAY_MS, 99);
            let instants: Vec<i64> = (0..count).map(|index| calendar.instant(index)).collect();
            assert!(instants.is_sorted());
            assert!(instants.iter().all(|at| (from..from + days * DAY_MS).contains(at)));
            for step in -2..=200 {
                let at = from + step * days * DAY_MS / 198;
                let counted = instants.partition_point(|instant| *instant < at) as u64;
                assert_eq!(calendar.first_at(at), counted, "{count} in {days} days, step {step}");
            }
        }
    }

    #[test]
    fn load_and_instant_undo_each_other() {
        for at in (0..2_000).map(|step| step * 7_654_321_987) {
            let back = instant_of(load_until(at));
            assert!(at - back < 1, "{at} {back}");
        }
    }
}
