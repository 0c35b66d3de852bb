//! One of everything that is stored of the two clocks.

use emeritus_core::clocks::Clocks;
use emeritus_core::event::{Event, FailureCode, Place, StepFailure};
use emeritus_core::id::StepId;
use jiff::SignedDuration;

use crate::person::at;

/// What is seen of the clocks, and a run that stopped at them.
pub(crate) fn clocks_journal() -> Vec<Event> {
    let vendor = at("2026-11-21T09:10:09Z");
    let behind = StepFailure::of(FailureCode::Clocks, "this machine's clock is 730 days behind the vendor's");
    vec![
        Event::ClocksSeen { clocks: Clocks::Agree { vendor, ahead: SignedDuration::from_millis(-1_250) } },
        Event::ClocksSeen { clocks: Clocks::Virtual { vendor } },
        Event::ClocksSeen { clocks: Clocks::Unknown },
        Event::Stuck { place: Place::forward(StepId(2)), failure: behind },
    ]
}
