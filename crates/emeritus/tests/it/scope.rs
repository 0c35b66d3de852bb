//! How far back a history is read where the organization states no limit: as far as the vendor's aggregates count
//! anything, and a month more.

use std::sync::{Arc, Mutex};

use emeritus::plan::{Bound, HistoryScope};
use emeritus::retention::Retention;
use emeritus::{Failpoint, Planned, Recheck};
use genesys_emulator::Preset;
use jiff::{SignedDuration, Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::{Value, json};

use crate::between::{Answered, between};
use crate::world::{NOW, World, file};

const SETTINGS: &str = "v2/analytics/dataretention/settings";
const AGGREGATES: &str = "v2/analytics/conversations/aggregates/query";

/// Five years, which are read at least.
const FIVE_YEARS: u32 = 1_830;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn back(days: u32) -> Timestamp {
    at(NOW) - SignedDuration::from_hours(24 * i64::from(days))
}

/// The beginning of a month of UTC, or of one before it.
fn month(of: Timestamp, before: i64) -> Timestamp {
    let first = of.to_zoned(TimeZone::UTC).date().first_of_month();
    first.checked_sub(before.months()).unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// An organization that keeps conversations for the life of its contract, and says so.
fn no_limit(answered: &Answered<'_>) -> Option<(u16, Value)> {
    (answered.path == SETTINGS).then(|| (200, json!({})))
}

/// When the first of her conversations began.
fn first_conversation(world: &World) -> Timestamp {
    let ids = world.emulator.conversations_of(&world.ada);
    let began =
        |id: &String| at(world.emulator.conversation(id).unwrap()["conversationStart"].as_str().unwrap());
    ids.iter().map(began).min().unwrap()
}

fn plan(
    world: &World,
    change: impl Fn(&Answered<'_>) -> Option<(u16, Value)> + Send + Sync + 'static,
) -> Planned {
    world.plan(&world.executor_over(between(world, change), Failpoint::never()))
}

fn counted(first: Option<Timestamp>) -> Bound {
    Bound::Counted { first, asked_from: at("2010-01-01T00:00:00Z") }
}

#[test]
fn without_a_limit_history_goes_back_to_the_first_month_that_counts_and_a_month_more() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = World::of_a_decade(preset);
        let first = first_conversation(&world);
        assert!(first < back(FIVE_YEARS), "older than what is read where nothing is known");
        let executor = world.executor_over(between(&world, no_limit), Failpoint::never());
        let planned = world.plan(&executor);
        let expected = HistoryScope {
            from: month(first, 1),
            bound: counted(Some(month(first, 0))),
            retention: Some(Retention::NoLimit),
        };
        assert_eq!(planned.plan.history, expected);
        let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
        let (census, ..) = report.state.baseline().unwrap();
        let all = world.emulator.conversations_of(&world.ada).len() as u64;
        assert_eq!((census.conversations, census.window.from), (all, expected.from));
        let evidence = file(&report.evidence_dir.join("evidence.json"));
        let said = serde_json::to_value(expected.bound).unwrap();
        assert_eq!(evidence["history"]["bound"], said, "{}", evidence["history"]);
    }
}

#[test]
fn a_vendor_that_counts_no_more_than_a_year_at_once_is_asked_year_by_year() {
    let world = World::of_a_decade(Preset::Documented);
    let first = first_conversation(&world);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&asked);
    let planned = plan(&world, move |answered| {
        if answered.path != AGGREGATES {
            return no_limit(answered);
        }
        let (from, to) = answered.sent["interval"].as_str().unwrap().split_once('/').unwrap();
        let (from, to) = (at(from), at(to));
        if to.duration_since(from) > SignedDuration::from_hours(24 * 366) {
            return Some((400, json!({ "code": "bad.request", "message": "the interval is too long" })));
        }
        taken.lock().unwrap().push((from, to));
        None
    });
    let scope = &planned.plan.history;
    assert_eq!((scope.from, scope.bound), (month(first, 1), counted(Some(month(first, 0)))));
    let asked = asked.lock().unwrap();
    let years = asked.windows(2).take_while(|pair| pair[0].1 == pair[1].0).count() + 1;
    assert_eq!((asked[0].0, years, asked[years - 1].1 >= at(NOW)), (at("2010-01-01T00:00:00Z"), 17, true));
}

#[test]
fn of_somebody_of_whom_nothing_is_counted_five_years_are_read() {
    let world = World::with(Preset::Documented, 0);
    let scope = plan(&world, no_limit).plan.history;
    assert_eq!((scope.from, scope.bound), (back(FIVE_YEARS), counted(None)));
}

#[test]
fn where_the_aggregates_cannot_be_asked_five_years_are_read_and_that_is_said() {
    for (status, refused, words) in [(403, true, "may not be asked"), (500, false, "could not be asked")] {
        let world = World::of_a_decade(Preset::Documented);
        let planned = plan(&world, move |answered| {
            let fails = answered.path == AGGREGATES;
            if fails { Some((status, json!({ "code": "none" }))) } else { no_limit(answered) }
        });
        let scope = &planned.plan.history;
        let bound = Bound::Uncounted { days: FIVE_YEARS, refused };
        assert_eq!((scope.from, scope.bound), (back(FIVE_YEARS), bound), "{status}");
        assert!(scope.why().contains(words), "{}", scope.why());
    }
}

#[test]
fn a_length_of_time_that_is_stated_is_the_bound() {
    let world = World::of_a_decade(Preset::Documented);
    let scope = world.plan(&world.executor()).plan.history;
    assert_eq!((scope.from, scope.bound), (back(3_400), Bound::Retention { days: 3_400 }));
}
