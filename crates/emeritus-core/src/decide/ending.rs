//! How a run that reached its end may be called. No word is larger than what was seen.

use crate::census::Verdict;
use crate::event::{Outcome, Place};
use crate::plan::Purpose;
use crate::state::{Progress, RunState};

pub(super) fn outcome(state: &RunState) -> Outcome {
    let plan = state.plan();
    if plan.steps.is_empty() {
        return Outcome::Skipped;
    }
    let unseen = plan.steps.iter().any(|step| {
        matches!(state.progress(Place::forward(step.id)), Some(Progress::Done { verified: false, .. }))
    });
    let unproved =
        state.last_proof().is_some_and(|comparison| matches!(comparison.verdict, Verdict::NotComparable(_)));
    // What could not be read may still be held: then the person is not seen to have let go of everything.
    let unread = plan.purpose == Purpose::Retire
        && (state.snapshot().queues.known().is_none() || state.snapshot().stations.known().is_none());
    let differs = state.differences().iter().any(|difference| !difference.foretold);
    if unseen || unproved || unread || differs { Outcome::WrittenNotVerified } else { Outcome::Verified }
}
