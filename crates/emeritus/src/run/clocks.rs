//! The two clocks within a run.

use emeritus_core::clocks::{Clocks, Now};
use emeritus_core::event::{Event, FailureCode, Place, StepFailure};
use emeritus_core::id::StepId;
use jiff::Timestamp;

use super::{DriveError, Executor};
use crate::vendor_clock::{ClockError, permit, puts_back};

impl Executor<'_> {
    /// Returns what time it is. What was waited for here has passed, whether or not the organization's clock moved.
    pub(super) fn now(&self) -> Now {
        let now = self.emeritus.by_both();
        let latest = now.latest.checked_add(self.stood_still).unwrap_or(Timestamp::MAX);
        Now { latest, ..now }
    }

    /// Writes down what was seen of the clocks.
    pub(crate) fn append_clocks(&mut self, clocks: Clocks) -> Result<(), DriveError> {
        self.append(Event::ClocksSeen { clocks })
    }

    /// Returns whether the clocks allow that an effect is sent; if not, a person is needed. The undo of a delete that
    /// history did not survive waits for no clock.
    pub(super) async fn clocks_allow(&mut self, place: Place) -> Result<bool, DriveError> {
        if place.undo.is_some() {
            return Ok(true);
        }
        let seen = permit(puts_back(&self.state.plan().purpose), self.emeritus.agree().await);
        match seen {
            Ok(_) => Ok(true),
            Err(error) => self.stop_at_clocks(place, &error).map(|()| false),
        }
    }

    /// Takes a hold to be over when the vendor's clock, asked now, says so too.
    pub(super) async fn end_hold(&mut self, step: StepId) -> Result<(), DriveError> {
        let clocks = match self.emeritus.agree_anew().await {
            Ok(clocks) => clocks,
            Err(error) => return self.stop_at_clocks(Place::forward(step), &error),
        };
        let until = self.state.waits_until(step);
        if until.is_some_and(|until| self.now().earliest < until) {
            return Ok(());
        }
        self.append_clocks(clocks)?;
        self.append(Event::Waited { step })
    }

    fn stop_at_clocks(&mut self, place: Place, error: &ClockError) -> Result<(), DriveError> {
        match error {
            ClockError::Vendor(error) => self.stop(place, error),
            ClockError::Differ { .. } | ClockError::Unknown { .. } => {
                let failure = StepFailure::of(FailureCode::Clocks, error.to_string());
                self.append(Event::Stuck { place, failure })
            }
        }
    }
}
