//! What no run may do without a look at the account: write to somebody who is not in the state that it believes in, and
//! end in a word that its last look does not bear out.

use super::Action;
use crate::event::{FailureCode, Outcome, Place, StepFailure};
use crate::inventory::AccountState;
use crate::plan::{Purpose, StepKind};
use crate::state::RunState;

/// Returns what comes before an effect is sent, if anything does. A person who works is not relieved of what they work
/// with on the strength of an older picture of somebody who had left.
pub(super) fn before<'a>(state: &RunState, place: Place, kind: &StepKind) -> Option<Action<'a>> {
    let believed = state.believed_state();
    let concerned = state.plan().purpose == Purpose::Retire && place.undo.is_none() && kind.is_effect();
    // What changes the account itself is guarded by a look of its own, right before it is sent.
    if !concerned || kind.is_guarded() || believed == AccountState::Active {
        return None;
    }
    if !state.is_looked_at() {
        return Some(Action::SeeAccount { expected: believed });
    }
    let (_, seen) = state.account_seen()?;
    let works = seen.state() == Some(AccountState::Active) && state.standing_look().is_some();
    works.then(|| Action::Stop { place, failure: active(believed) })
}

/// Returns how a run ends that would end so: by the last look at the account, which is had first.
pub(super) fn finish<'a>(state: &RunState, outcome: Outcome) -> Action<'a> {
    let plan = state.plan();
    let expected = state.state_at_end(outcome);
    let Some(seen) = state.standing_look() else { return Action::SeeAccount { expected } };
    if seen.state() == Some(expected) {
        return Action::Finish { outcome };
    }
    // Somebody who was to be gone works: that is for a person to look at, and neither written nor taken back.
    let works = plan.purpose == Purpose::Retire && seen.state() == Some(AccountState::Active);
    let last = plan.steps.last().map(|step| Place::forward(step.id));
    match (outcome, last) {
        (Outcome::ProofBroken | Outcome::Stuck, _) => Action::Finish { outcome },
        (_, Some(place)) if works => Action::Stop { place, failure: active(expected) },
        // Nothing was done, and what was to be so is not.
        (_, None) => Action::Finish { outcome: Outcome::Failed },
        (Outcome::Verified | Outcome::WrittenNotVerified | Outcome::Failed | Outcome::Skipped, Some(_)) => {
            Action::Finish { outcome: Outcome::WrittenNotVerified }
        }
    }
}

fn active(expected: AccountState) -> StepFailure {
    StepFailure::of(FailureCode::Drift, format!("the account is active, expected {expected}"))
}
