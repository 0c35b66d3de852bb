//! How a run that reached its end may be called. No word is larger than what was seen.

use crate::census::Verdict;
use crate::event::{Outcome, Place};
use crate::holding::Kind;
use crate::inventory::AccountState;
use crate::plan::Purpose;
use crate::policy::Treatment;
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
    let unread = plan.purpose == Purpose::Retire && !unread(state).is_empty();
    let differs = state.differences().iter().any(|difference| !difference.foretold);
    if unseen || unproved || unread || differs { Outcome::WrittenNotVerified } else { Outcome::Verified }
}

/// Returns the parts that the policy takes away and that could not be read.
pub(crate) fn unread(state: &RunState) -> Vec<&'static str> {
    let (snapshot, policy) = (state.snapshot(), &state.plan().policy);
    let deleted = snapshot.account.state == AccountState::Deleted;
    let unknown: Vec<_> = snapshot.unknown_parts().into_iter().map(|(part, _)| part).collect();
    let mut kinds = Kind::ALL.to_vec();
    kinds.retain(|kind| {
        let due = !matches!(policy.treatment(*kind), Treatment::Keep | Treatment::Block);
        due && (!deleted || kind.outlives_delete()) && unknown.contains(&kind.label())
    });
    // The cut itself takes the roles of an active account.
    kinds.retain(|kind| *kind != Kind::Roles || snapshot.account.state != AccountState::Active);
    kinds.into_iter().map(Kind::label).collect()
}
