//! Which source takes fewer requests, from how many conversations there are.
//!
//! A query gives a hundred conversations a request and needs one for each person and 31 days, found or not. A job gives a
//! thousand a request, for many people at once, but has to be submitted and looked at, and the latest month is read by
//! query besides, because the lake may not have it yet. The rule and its figures are in docs/decisions/0011.

use emeritus_core::census::{MAX_DAYS, Slice, Window, slices};
use genesys::{Aggregate, AggregateQuery, Error, Granularity, Interval, Limits, Reader};
use jiff::{SignedDuration, Timestamp};

use super::job::Trouble;
use super::lake::Overlap;
use super::{Choice, Note, Source};

/// As many windows of 31 days are read by query without asking how much there is.
const FEW_WINDOWS: u64 = 6;

/// Requests for one job besides the pages of its results: submitted, looked at while it is worked on, looked at after the
/// last page.
const JOB_REQUESTS: u64 = 10;

/// Requests for every reading by job: how far the lake reaches.
const REACH_REQUESTS: u64 = 1;

/// A job has to take less than this part of the requests, since it also takes its time.
const WORTH: u64 = 2;

/// Most conversations expected of one job: their ids are in memory at a time.
const MOST_OF_A_JOB: u64 = 250_000;

/// How long before the end of the lake the last conversations are read by query: what began earlier and went on longer is
/// looked up by query too, where the lake has it as open.
pub(super) const OVERLAP: SignedDuration = SignedDuration::from_hours(24 * 31);

/// How many conversations people handled, by month: about how many records there are, and rather fewer than more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) months: Vec<Aggregate>,
}

/// Returns the window that covers all windows.
pub(super) fn hull(windows: &[Window]) -> Option<Window> {
    let from = windows.iter().map(|window| window.from).min()?;
    let to = windows.iter().map(|window| window.to).max()?;
    Some(Window { from, to })
}

fn count(windows: impl IntoIterator<Item = Window>) -> u64 {
    windows.into_iter().map(|window| slices(&window, MAX_DAYS).len() as u64).sum()
}

/// Returns whether it is worth a request to know how much there is.
pub(super) fn worth_asking(windows: &[Window]) -> bool {
    count(windows.iter().copied()) > FEW_WINDOWS
}

impl Sizes {
    /// Asks how many conversations people had in each month.
    pub(super) async fn ask(reader: &Reader, users: &[&str], window: Window) -> Result<Self, Error> {
        let mut months = Vec::new();
        let (Some(first), Some(last)) =
            (slices(&window, MAX_DAYS).first().copied(), slices(&window, MAX_DAYS).last().copied())
        else {
            return Ok(Self::default());
        };
        let Ok(interval) = Interval::new(first.from, last.to) else { return Ok(Self::default()) };
        for part in users.chunks(reader.limits().users_per_filter.max(1)) {
            let query = AggregateQuery::new(interval, part, Granularity::Month);
            months.append(&mut Box::pin(reader.conversation_aggregates(&query)).await?);
        }
        Ok(Self { months })
    }

    /// Returns how many conversations there are from a moment on, by months.
    fn since(&self, from: Timestamp) -> u64 {
        self.months.iter().filter(|month| month.interval.end() > from).map(|month| month.handled).sum()
    }

    /// Returns whether a job takes so few requests that it is taken. `days` is the longest stretch of one job.
    pub(super) fn say_job(&self, windows: &[Window], limits: &Limits, days: Option<u16>) -> bool {
        let Some(hull) = hull(windows) else { return false };
        let recent_from = hull.to - OVERLAP;
        let (all, recent) = (self.since(hull.from), self.since(recent_from));
        let page = u64::from(limits.details_page_size.max(1));
        let by_query = count(windows.iter().copied()) + all / page;
        let jobs = self.stretches(Slice { from: hull.from, to: recent_from }, days).len() as u64;
        let job_pages = (all - recent) / u64::from(limits.job_page_size.max(1)) + jobs;
        let late = count([Window { from: recent_from.max(hull.from), to: hull.to }]) + recent / page;
        let by_job = REACH_REQUESTS + jobs * JOB_REQUESTS + job_pages + late;
        jobs > 0 && by_job * WORTH <= by_query
    }

    /// Cuts a stretch, from midnight to midnight, into those of single jobs: none longer than `days`, and at the end of a
    /// month where one would give too many conversations.
    pub(super) fn stretches(&self, whole: Slice, days: Option<u16>) -> Vec<Slice> {
        if whole.from >= whole.to {
            return Vec::new();
        }
        if let Some(days) = days {
            return slices(&Window { from: whole.from, to: whole.to }, days);
        }
        let mut ends: Vec<Timestamp> = self.months.iter().map(|month| month.interval.end()).collect();
        ends.retain(|end| whole.from < *end && *end < whole.to);
        ends.sort_unstable();
        ends.dedup();
        ends.push(whole.to);
        let mut stretches = Vec::new();
        let (mut from, mut to, mut within) = (whole.from, whole.from, 0);
        for end in ends {
            let more: u64 = self
                .months
                .iter()
                .filter(|month| to < month.interval.end() && month.interval.end() <= end)
                .map(|month| month.handled)
                .sum();
            if within > 0 && within + more > MOST_OF_A_JOB {
                stretches.push(Slice { from, to });
                (from, within) = (to, 0);
            }
            (to, within) = (end, within + more);
        }
        stretches.push(Slice { from, to });
        stretches
    }
}

/// Chooses for one reading after another, and remembers what the vendor did not take.
pub(super) struct Picker {
    choice: Choice,
    /// The longest stretch of one job, once the vendor refused a longer one.
    days: Option<u16>,
    pub(super) notes: Vec<Note>,
}

impl Picker {
    pub(super) fn new(choice: Choice) -> Self {
        Self { choice, days: None, notes: Vec::new() }
    }

    pub(super) fn note(&mut self, text: &str) {
        self.notes.push(Note(text.to_owned()));
    }

    /// Returns how to read by job, or `None` to read by query.
    pub(super) async fn pick(
        &mut self,
        reader: &Reader,
        users: &[&str],
        windows: &[Window],
    ) -> Option<(Sizes, Option<u16>)> {
        match self.choice {
            Choice::Always(Source::Query) => return None,
            Choice::Always(Source::Job) | Choice::JobAlone => return Some((Sizes::default(), self.days)),
            Choice::BySize => {}
        }
        let window = hull(windows).filter(|_| worth_asking(windows))?;
        match Box::pin(Sizes::ask(reader, users, window)).await {
            Ok(sizes) => sizes.say_job(windows, reader.limits(), self.days).then_some((sizes, self.days)),
            Err(error) => {
                self.note(&format!("read by query, since how much there is could not be asked: {error}"));
                None
            }
        }
    }

    /// Returns how the lake's last month is read.
    pub(super) fn overlap(&self) -> Overlap {
        if self.choice == Choice::JobAlone { Overlap::ByBoth } else { Overlap::ByQuery }
    }

    /// Returns the latest note.
    pub(super) fn last_note(&self) -> String {
        self.notes
            .last()
            .map_or_else(String::new, |note| note.0.trim_start_matches("read by query: ").to_owned())
    }

    /// Returns how to read by job after all, or `None` to read by query, which a note then explains.
    pub(super) fn after(
        &mut self,
        sizes: Sizes,
        trouble: &Trouble,
        days: Option<u16>,
        windows: &[Window],
        limits: &Limits,
    ) -> Option<(Sizes, Option<u16>)> {
        let is_shorter = matches!(trouble, Trouble::Refused(_)) && days.is_none();
        if is_shorter {
            self.days = Some(MAX_DAYS);
            let wanted = self.choice != Choice::BySize || sizes.say_job(windows, limits, self.days);
            if wanted {
                return Some((sizes, self.days));
            }
        }
        self.note(&format!("read by query: {trouble}"));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Five years with this many conversations in each month.
    fn five_years(each: u64) -> (Window, Sizes) {
        let month = |place: i32| {
            let (year, month) = (2020 + place / 12, place % 12 + 1);
            at(&format!("{year}-{month:02}-01T00:00:00Z"))
        };
        let months = (0..60).map(|place| Aggregate {
            user: "u".to_owned(),
            interval: Interval::new(month(place), month(place + 1)).unwrap(),
            handled: each,
            handle_time: std::time::Duration::ZERO,
            is_any: each > 0,
        });
        (Window { from: month(0), to: month(60) }, Sizes { months: months.collect() })
    }

    #[test]
    fn few_windows_are_not_worth_asking_about() {
        let (window, _) = five_years(0);
        let days = |days: i64| Window { to: window.from + SignedDuration::from_hours(24 * days), ..window };
        assert!(!worth_asking(&[days(31 * 6)]));
        assert!(worth_asking(&[days(31 * 6 + 1)]));
        assert!(!worth_asking(&[days(60), days(90)]));
        assert!(worth_asking(&[days(60), days(90), days(60)]), "several people together");
    }

    #[test]
    fn a_long_history_is_read_by_job_also_when_it_is_thin() {
        let limits = Limits::default();
        for (each, taken) in [(0, true), (10, true), (5_000, true)] {
            let (window, sizes) = five_years(each);
            assert_eq!(sizes.say_job(&[window], &limits, None), taken, "{each} a month");
        }
    }

    #[test]
    fn a_short_history_is_read_by_query_unless_it_is_thick() {
        let limits = Limits::default();
        let (window, sizes) = five_years(100);
        let year = Window { to: at("2021-01-01T00:00:00Z"), ..window };
        let first = |sizes: &Sizes| Sizes { months: sizes.months.iter().take(12).cloned().collect() };
        assert!(!first(&sizes).say_job(&[year], &limits, None));
        let (_, sizes) = five_years(5_000);
        assert!(first(&sizes).say_job(&[year], &limits, None));
    }

    #[test]
    fn where_a_job_may_span_a_month_only_it_takes_many_conversations_or_many_people() {
        let limits = Limits::default();
        let (window, sizes) = five_years(500);
        assert!(!sizes.say_job(&[window], &limits, Some(31)));
        assert!(sizes.say_job(&[window; 100], &limits, Some(31)));
        let (window, sizes) = five_years(5_000);
        assert!(sizes.say_job(&[window], &limits, Some(31)));
    }

    #[test]
    fn a_job_is_cut_where_it_would_give_too_many() {
        let (window, sizes) = five_years(50_000);
        let whole = Slice { from: window.from, to: window.to };
        let stretches = sizes.stretches(whole, None);
        assert_eq!(stretches.len(), 12, "five months each");
        assert_eq!((stretches[0].from, stretches[11].to), (whole.from, whole.to));
        assert!(stretches.windows(2).all(|two| two[0].to == two[1].from));
        let (_, thin) = five_years(10);
        assert_eq!(thin.stretches(whole, None), [whole]);
        assert_eq!(Sizes::default().stretches(whole, None), [whole]);
        assert_eq!(Sizes::default().stretches(Slice { to: whole.from, ..whole }, None), []);
    }
}
