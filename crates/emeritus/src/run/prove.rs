//! Reading history within a run: the baseline, the proofs against it, and the comparison after a restore.

use std::path::PathBuf;

use emeritus_core::census::{Census, CensusSummary, Control, Verdict, Window, compare};
use emeritus_core::event::{Event, FailureCode, Place, StepFailure};
use emeritus_core::id::StepId;
use emeritus_core::plan::StepKind;

use super::{DriveError, Executor};
use crate::history::{self, Choice, HistoryError, Reading, Source};
use crate::stats::Phase;
use crate::{Notice, compare as comparing, failure};

impl Executor<'_> {
    fn census_file(&self, place: Place) -> PathBuf {
        self.emeritus.home.census(&self.run, place)
    }

    /// Reads the history up to now by the clock that is ahead, so never to before the vendor's now, and in any case up to
    /// `at_least`: a clock that was set back must not narrow the window.
    async fn read_history(
        &self,
        place: Place,
        at_least: Option<jiff::Timestamp>,
        choice: Choice,
    ) -> Result<Reading, HistoryError> {
        let plan = self.state.plan();
        let now = self.emeritus.by_both().latest;
        let window = Window { from: plan.history.from, to: at_least.map_or(now, |to| to.max(now)) };
        let watch = &self.emeritus.watch;
        history::census(
            &self.emeritus.reader,
            &plan.subject.id,
            window,
            &self.census_file(place),
            choice,
            |done, of, found| watch(&Notice::Reading { what: "history", done, of: Some(of), found }),
        )
        .await
    }

    pub(super) async fn measure(&mut self, step: StepId) -> Result<(), DriveError> {
        let _phase = self.emeritus.meter.during(Phase::History);
        crate::home::private(&self.emeritus.home.run_dir(&self.run)).map_err(DriveError::Directory)?;
        let place = Place::forward(step);
        let event = match self.read_history(place, None, Choice::BySize).await {
            Ok(reading) => Event::Measured {
                step,
                control: self.control(&reading.census).await,
                census: reading.census.summary(),
                completeness: reading.completeness,
            },
            Err(error) => Event::Unreadable { place, failure: unreadable(&error) },
        };
        self.append(event)
    }

    async fn control(&self, census: &Census) -> Control {
        if census.is_empty() {
            history::control(&self.emeritus.reader, census.window()).await
        } else {
            Control::NotNeeded
        }
    }

    pub(super) async fn prove(&mut self, place: Place, reading: u16) -> Result<(), DriveError> {
        let _phase = self.emeritus.meter.during(Phase::History);
        let patience = self.state.plan().policy.patience.clone();
        if reading > 1 {
            self.pause(patience.proof_pause, "something is missing: reading the history again").await;
        }
        let before = match self.baseline_of(place) {
            Ok(before) => before,
            Err(error) => {
                return self.append(Event::Unreadable { place, failure: unreadable(&error) });
            }
        };
        // What a change did minutes ago is not in the vendor's data lake, so a proof of it is read by query.
        let up_to_date = Choice::Always(Source::Query);
        let event = match self.read_history(place, Some(before.window().to), up_to_date).await {
            Ok(after) => {
                let control = self.control(&before).await;
                let comparison = compare(&before, &after.census, control);
                Event::Proved { place, reading, comparison, completeness: after.completeness }
            }
            Err(error) => Event::Unreadable { place, failure: unreadable(&error) },
        };
        self.append(event)
    }

    /// Returns the census that a proof is held against: the latest one before it that was not broken.
    fn baseline_of(&self, place: Place) -> Result<Census, HistoryError> {
        let (from, summary) = self.census_before(place).ok_or_else(|| {
            HistoryError::File(history::FileError::Io {
                path: self.census_file(place),
                source: std::io::Error::from(std::io::ErrorKind::NotFound),
            })
        })?;
        history::read_file(&self.census_file(from), &summary, |_| ()).map_err(HistoryError::File)
    }

    /// Returns why a delete could not be proved afterwards: what its proof would be held against is gone, or is not what
    /// was read. That has to be found out before it is sent.
    pub(super) fn unprovable(&self, place: Place, kind: &StepKind) -> Option<StepFailure> {
        if *kind != StepKind::Delete {
            return None;
        }
        self.baseline_of(place).err().map(|error| unreadable(&error))
    }

    fn census_before(&self, place: Place) -> Option<(Place, CensusSummary)> {
        let steps = &self.state.plan().steps;
        let earlier = steps.iter().rev().filter(|step| step.id < place.step).find_map(|step| {
            let place = Place::forward(step.id);
            let (_, comparison) = self.state.proof(place)?;
            let whole = !matches!(comparison.verdict, Verdict::Broken { .. });
            whole.then(|| (place, comparison.after.clone()))
        });
        let first = || {
            let baseline = steps.iter().find(|step| step.kind == StepKind::Baseline)?;
            let (summary, _, _) = self.state.baseline()?;
            Some((Place::forward(baseline.id), summary.clone()))
        };
        earlier.or_else(first)
    }

    pub(super) async fn compare(&mut self, step: StepId) -> Result<(), DriveError> {
        let user = self.state.plan().subject.id.clone();
        let place = Place::forward(step);
        let aim = self.aim.clone().unwrap_or_else(|| self.state.snapshot().clone());
        let event = match self.emeritus.collect(&user).await {
            Ok(now) => Event::Compared {
                step,
                differences: comparing::differences(&aim, &now, &self.state.plan().losses),
            },
            Err(error) => Event::Unreadable {
                place,
                failure: StepFailure::of(FailureCode::Unclear, crate::error_chain(&error)),
            },
        };
        self.append(event)
    }
}

fn unreadable(error: &HistoryError) -> StepFailure {
    let detail = crate::error_chain(error);
    match error.vendor() {
        Some(source) => {
            StepFailure { detail, ..failure::step_failure(source, FailureCode::HistoryUnreadable) }
        }
        None => StepFailure::of(FailureCode::HistoryUnreadable, format!("{detail} ({})", error.code())),
    }
}
