//! Reading people's histories again, and holding each against its sealed census. What lacks something is read again
//! with the others that do, as often as a live proof would.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use emeritus_core::again::{
    self, Beyond, LaterProof, LaterVerdict, Lost, LostConversation, Resolution, SecondOpinion, Source,
};
use emeritus_core::census::{
    Census, CensusBuilder, CensusSummary, Comparison, Control, Leaf, Verdict, Window, compare,
};
use emeritus_core::event::Completeness;
use emeritus_core::forecast::{Calendar, Forecast};
use emeritus_core::inventory::Why;
use emeritus_core::retention::Retention;
use emeritus_core::state::RunState;
use genesys::{AggregateQuery, Granularity, Interval};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use uuid::Uuid;

use crate::failure::why;
use crate::find::either_state;
use crate::history::{self, Choice, FileError, HistoryError, Reading, Wanted};
use crate::proof::ProveError;
use crate::stats::Phase;
use crate::{Emeritus, Notice};

/// What the vendor may put in the place of a name that it has forgotten.
const PLACEHOLDER: &str = "Deleted User";

/// One person to be proved again.
pub(super) struct Task {
    pub(super) state: RunState,
    /// The sealed census file, and what the journal says of it.
    sealed: (PathBuf, CensusSummary),
    /// What of its window is compared.
    window: Window,
    beyond: Option<Beyond>,
    /// Where the reading of today is put while it is compared.
    scratch: PathBuf,
    read: Option<Result<Read, HistoryError>>,
    readings: u16,
    second_opinion: Option<SecondOpinion>,
    no_second_opinion: Option<Why>,
    forecast: Forecast,
}

/// What was read, without the conversations: they are in the scratch file.
struct Read {
    comparison: Comparison,
    completeness: Completeness,
    source: Source,
}

impl Task {
    /// Returns what is to be done for a person. The sealed census is read once, whole, so that one that was changed is
    /// found out before anybody is asked for anything.
    pub(super) fn of(
        emeritus: &Emeritus,
        state: RunState,
        retention: &Retention,
    ) -> Result<Self, ProveError> {
        let sealed =
            emeritus.sealed(&state).ok_or_else(|| ProveError::NoCensus { run: state.run().clone() })?;
        // What the organization said when the plan was made stands until it says something else.
        let then = state.plan().history.told();
        let days = retention.days().or(then.days());
        let horizon = days.map(|days| (days, horizon(emeritus.now(), days)));
        let horizon = horizon.filter(|(_, until)| *until > sealed.1.window.from);
        let (mut conversations, mut calendar) = (0, Calendar::default());
        let count = |leaf: &Leaf| {
            calendar.add(leaf.start, 1);
            conversations += u64::from(horizon.is_some_and(|(_, until)| leaf.start < until));
        };
        history::read_file(&sealed.0, &sealed.1, count).map_err(ProveError::File)?;
        let forecast = Forecast::after(&calendar, &then, retention, emeritus.now());
        let Window { from, to } = sealed.1.window;
        let window = Window { from: horizon.map_or(from, |(_, until)| until.min(to)), to };
        let beyond = horizon
            .filter(|_| conversations > 0 || window.from >= window.to)
            .map(|(retention_days, until)| Beyond { retention_days, until, conversations });
        let folder = emeritus.home().run_dir(state.run()).join(crate::seal::AGAIN);
        Ok(Self {
            scratch: folder.join("census.partial"),
            state,
            sealed,
            window,
            beyond,
            read: None,
            readings: 0,
            second_opinion: None,
            no_second_opinion: None,
            forecast,
        })
    }

    /// Returns how many conversations were sealed.
    pub(super) fn conversations(&self) -> u64 {
        self.sealed.1.conversations
    }

    /// Takes the scratch file away. It is no evidence; that it is gone or stays changes nothing.
    pub(super) fn clear(&self) {
        drop(std::fs::remove_file(&self.scratch));
    }

    /// Returns the sealed census as far as it is compared.
    fn before(&self) -> Result<Census, FileError> {
        let mut cut = CensusBuilder::new(self.window);
        let mut failed = None;
        let whole = history::read_file(&self.sealed.0, &self.sealed.1, |leaf| {
            if let Err(error) = cut.add(leaf) {
                failed = Some(error);
            }
        })?;
        match failed {
            Some(error) => Err(FileError::Json(error)),
            None if self.window == *whole.window() => Ok(whole),
            None => Ok(cut.finish()),
        }
    }

    /// Returns what is to be read of the person, `None` where nothing is left that could be asked for.
    fn wanted(&self) -> Option<Wanted> {
        if self.window.from >= self.window.to {
            return None;
        }
        let folder = self.scratch.parent().map_or(Ok(()), crate::home::private);
        // Where there is no folder there will be no file, and that says why.
        drop(folder);
        let user = self.state.plan().subject.id.clone();
        Some(Wanted { user, window: self.window, path: self.scratch.clone() })
    }

    fn is_broken(&self) -> bool {
        let verdict = match &self.read {
            Some(Ok(read)) => &read.comparison.verdict,
            Some(Err(_)) | None => return false,
        };
        matches!(verdict, Verdict::Broken { .. })
    }

    /// Returns what is lost in particular, from the sealed file and the reading of today.
    fn lost(
        &self,
        missing: &[Uuid],
        altered: &[Uuid],
        after: &CensusSummary,
    ) -> Result<LaterVerdict, FileError> {
        let (missing, altered): (BTreeSet<_>, BTreeSet<_>) =
            (missing.iter().collect(), altered.iter().collect());
        let (mut gone, mut changed, mut named) = (Vec::new(), Vec::new(), BTreeSet::new());
        history::read_file(&self.sealed.0, &self.sealed.1, |leaf| {
            let lost = LostConversation { conversation: leaf.conversation, start: leaf.start };
            if missing.contains(&leaf.conversation) {
                gone.push(lost);
            } else if altered.contains(&leaf.conversation) {
                changed.push(lost);
                if carries_a_name(leaf) {
                    named.insert(leaf.conversation);
                }
            }
        })?;
        let mut nameless = 0;
        if !altered.is_empty() {
            history::read_file(&self.scratch, after, |leaf| {
                nameless += u64::from(named.contains(&leaf.conversation) && !carries_a_name(leaf));
            })?;
        }
        Ok(LaterVerdict::Broken { missing: Lost::of(gone), altered: Lost::of(changed), nameless })
    }
}

/// Returns the first moment of which everything must still be kept: the vendor goes by days.
fn horizon(now: Timestamp, days: u32) -> Timestamp {
    let oldest = now - SignedDuration::from_hours(24 * i64::from(days));
    let day = oldest.to_zoned(jiff::tz::TimeZone::UTC).start_of_day();
    let day = day.and_then(|day| if day.timestamp() < oldest { day.checked_add(1.day()) } else { Ok(day) });
    day.map_or(oldest, |day| day.timestamp())
}

fn is_a_name(name: &str) -> bool {
    !name.trim().is_empty() && !name.trim().eq_ignore_ascii_case(PLACEHOLDER)
}

fn carries_a_name(leaf: &Leaf) -> bool {
    leaf.participation.iter().any(|part| part.name.as_deref().is_some_and(is_a_name))
}

impl Emeritus {
    /// Reads everybody's history; and again, with a pause between, of whom something is missing, as often as their own
    /// policy asks for. What a job of the vendor's data lake lacks may only have been late, so every further reading is by
    /// query.
    pub(super) async fn read_until_sure(&self, tasks: &mut [Task]) {
        let _phase = self.meter.during(Phase::History);
        let mut again: Vec<_> = tasks.iter_mut().collect();
        let mut choice = Choice::BySize;
        while !again.is_empty() {
            for together in again.chunks_mut(self.reader.limits().users_per_filter.max(1)) {
                Box::pin(self.read(together, choice)).await;
            }
            choice = Choice::Always(history::Source::Query);
            again.retain(|task| {
                task.is_broken() && task.readings < task.state.plan().policy.patience.proof_readings
            });
            let pauses = again.iter().map(|task| task.state.plan().policy.patience.proof_pause);
            if let Some(pause) = pauses.max() {
                self.pause_before_another_reading(pause).await;
            }
        }
    }

    /// Reads the history of people together, and compares it for each.
    async fn read(&self, tasks: &mut [&mut Task], choice: Choice) {
        let watch = &self.watch;
        let told = |done, of, found| watch(&Notice::Reading { what: "history", done, of: Some(of), found });
        let wanted: Vec<Wanted> = tasks.iter().filter_map(|task| task.wanted()).collect();
        let readings = Box::pin(history::censuses(&self.reader, &wanted, choice, &told)).await;
        let mut readings = readings.into_iter();
        for task in tasks {
            task.readings += 1;
            let reading = if task.wanted().is_some() { readings.next() } else { None };
            task.read = Some(self.compared(task, reading).await);
        }
    }

    async fn compared(
        &self,
        task: &Task,
        reading: Option<Result<Reading, HistoryError>>,
    ) -> Result<Read, HistoryError> {
        let before = task.before().map_err(HistoryError::File)?;
        let Some(reading) = reading else {
            // Nothing is left that could be asked for.
            let comparison = compare(&before, &before, Control::NotNeeded);
            return Ok(Read { comparison, completeness: Completeness::ByCount, source: Source::Query });
        };
        let Reading { census, completeness, source, notes: _ } = reading?;
        let blind = before.is_empty() || census.is_empty();
        let control =
            if blind { history::control(&self.reader, &task.window).await } else { Control::NotNeeded };
        let comparison = compare(&before, &census, control);
        let source = match source {
            history::Source::Query => Source::Query,
            history::Source::Job => Source::Job,
        };
        Ok(Read { comparison, completeness, source })
    }

    /// Asks for what the vendor's aggregates say, in one question for everybody. Where they say nothing the first opinion
    /// stands alone, and why is kept.
    pub(super) async fn second_opinions(&self, tasks: &mut [Task]) {
        let _phase = self.meter.during(Phase::History);
        let windows = tasks.iter().map(|task| whole_months(task.window));
        let windows: Vec<_> = windows.collect();
        let known = || windows.iter().flatten();
        let (Some(from), Some(to)) =
            (known().map(|window| window.from).min(), known().map(|window| window.to).max())
        else {
            return;
        };
        let Ok(interval) = Interval::new(from, to) else { return };
        let users: Vec<_> = tasks.iter().map(|task| task.state.plan().subject.id.clone()).collect();
        let users: Vec<_> = users.iter().map(emeritus_core::id::UserId::as_str).collect();
        let query = AggregateQuery::new(interval, &users, Granularity::Month);
        let told = match self.reader.conversation_aggregates(&query).await {
            Ok(told) => told,
            Err(error) => {
                let refused = tasks.iter_mut().zip(windows).filter(|(_, window)| window.is_some());
                refused.for_each(|(task, _)| task.no_second_opinion = Some(why(&error)));
                return;
            }
        };
        let mut handled: BTreeMap<(&str, Timestamp), u64> = BTreeMap::new();
        for month in &told {
            *handled.entry((month.user.as_str(), month.interval.start())).or_default() += month.handled;
        }
        for (task, window) in tasks.iter_mut().zip(windows) {
            let Some(window) = window else { continue };
            let user = task.state.plan().subject.id.clone();
            let months = handled.range((user.as_str(), window.from)..(user.as_str(), window.to));
            let handled = Some(months.map(|(_, handled)| handled).sum());
            task.second_opinion = Some(SecondOpinion { window, connected: None, handled });
        }
    }

    /// Returns what the reading of a person shows.
    pub(super) async fn found(&self, task: &mut Task) -> Result<LaterProof, ProveError> {
        let read = match task.read.take() {
            Some(Ok(read)) => read,
            Some(Err(error)) => return Err(ProveError::History(error)),
            None => return Err(ProveError::NoCensus { run: task.state.run().clone() }),
        };
        let Read { comparison, completeness, source } = read;
        let mut failed = None;
        let verdict = again::judge(&comparison, task.beyond.as_ref(), |missing, altered| {
            task.lost(missing, altered, &comparison.after).unwrap_or_else(|error| {
                failed = Some(error);
                LaterVerdict::Intact
            })
        });
        if let Some(error) = failed {
            return Err(ProveError::File(error));
        }
        Ok(LaterProof {
            due: None,
            verdict,
            sealed: task.sealed.1.clone(),
            beyond: task.beyond,
            added: comparison.added,
            open_before: comparison.open_before,
            control: comparison.control,
            before: comparison.before,
            after: comparison.after,
            readings: task.readings,
            source,
            completeness,
            person: self.resolution(task.state.plan().subject.id.as_str()).await,
            second_opinion: task.second_opinion,
            no_second_opinion: task.no_second_opinion.clone(),
            forecast: Some(task.forecast.clone()),
            not_compared: comparison.not_compared,
        })
    }

    /// Asks for a person by their id, as of everybody and as of a deleted one.
    async fn resolution(&self, user: &str) -> Resolution {
        let _phase = self.meter.during(Phase::Find);
        match either_state(&self.reader, user, &[]).await {
            Ok(Some(record)) if record.name.as_deref().is_some_and(is_a_name) => Resolution::Resolves,
            Ok(Some(_)) => Resolution::Nameless,
            Ok(None) => Resolution::Nobody,
            Err(error) => Resolution::NotAsked { code: crate::failure::why(&error).to_string() },
        }
    }
}

/// Returns the calendar months that lie wholly in a window, if any does: the aggregates are asked for by month.
fn whole_months(window: Window) -> Option<Window> {
    let month = |at: Timestamp, later: bool| {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC);
        let first = day.first_of_month().and_then(|day| day.start_of_day()).ok()?;
        let first = if later && first.timestamp() < at { first.checked_add(1.month()).ok()? } else { first };
        Some(first.timestamp())
    };
    let (from, to) = (month(window.from, true)?, month(window.to, false)?);
    (from < to).then_some(Window { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_must_still_be_there_begins_with_a_whole_day() {
        assert_eq!(horizon(at("2026-12-31T09:30:00Z"), 30), at("2026-12-02T00:00:00Z"));
        assert_eq!(horizon(at("2026-12-31T00:00:00Z"), 30), at("2026-12-01T00:00:00Z"));
    }

    #[test]
    fn aggregates_are_asked_for_whole_months_only() {
        let window = |from, to| Window { from: at(from), to: at(to) };
        assert_eq!(
            whole_months(window("2026-01-05T00:00:00Z", "2026-04-30T23:00:00Z")),
            Some(window("2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z"))
        );
        assert_eq!(whole_months(window("2026-01-05T00:00:00Z", "2026-02-20T00:00:00Z")), None);
        let whole = window("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        assert_eq!(whole_months(whole), Some(whole));
    }

    #[test]
    fn a_placeholder_is_no_name() {
        assert!(is_a_name("Ada Byron"));
        for none in ["", " ", "Deleted User", "deleted user "] {
            assert!(!is_a_name(none), "{none}");
        }
    }
}
