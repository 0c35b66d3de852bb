//! Going forward: the steps in order, unless the vendor says that the person is in use.

use super::{Action, Next, OnRefusal, act, ending};
use crate::census::Verdict;
use crate::clocks::Now;
use crate::event::{Because, FailureCode, Outcome, Place, StepFailure};
use crate::plan::{Since, Step, StepKind};
use crate::state::{Progress, RunState};

pub(super) fn next(state: &RunState, now: Now) -> Action<'_> {
    let mut refused: Option<(Place, StepFailure)> = None;
    for step in in_order(state) {
        let place = Place::forward(step.id);
        // A hold serves the delete alone, so what stands against the delete is told before the waiting, not after it.
        if matches!(step.kind, StepKind::Hold { .. } | StepKind::Delete)
            && let Some(action) = before_delete(state, step, refused.as_ref())
        {
            return action;
        }
        match act(state, place, &step.kind, now) {
            Next::Act(action) => return action,
            Next::Settled => {
                if let Some(action) = after_proof(state, step) {
                    return action;
                }
            }
            Next::Failed(failure) => match step.on_refusal {
                OnRefusal::Unwind => {
                    return Action::Unwind { because: Because::Refused { step: step.id, failure } };
                }
                OnRefusal::Stop => return Action::Stop { place, failure },
                OnRefusal::GoOn => refused = refused.or(Some((place, failure))),
            },
        }
    }
    match refused {
        Some((place, failure)) => Action::Stop { place, failure },
        None => Action::Finish { outcome: ending::outcome(state) },
    }
}

/// Returns the steps in the order in which they are due. When the vendor has answered "in use" to the cut, what
/// may precede it comes first: the plan was approved with that in it.
fn in_order(state: &RunState) -> Vec<&Step> {
    let steps = &state.plan().steps;
    let Some(cut) = steps.iter().position(|step| {
        matches!(step.kind, StepKind::SetState { .. })
            && matches!(
                state.progress(Place::forward(step.id)),
                Some(Progress::Pending { last: Some(failure), .. }) if failure.code == FailureCode::InUse
            )
    }) else {
        return steps.iter().collect();
    };
    let (before, from_cut) = steps.split_at(cut);
    let (early, late): (Vec<_>, Vec<_>) = from_cut.iter().partition(|step| step.may_precede_cut);
    before.iter().chain(early).chain(late).collect()
}

/// Returns what keeps the delete from being sent, or the hold before it from being begun, if anything does.
fn before_delete<'a>(
    state: &'a RunState,
    delete: &Step,
    refused: Option<&(Place, StepFailure)>,
) -> Option<Action<'a>> {
    let place = Place::forward(delete.id);
    let stop = |code, detail: String| Some(Action::Stop { place, failure: StepFailure::of(code, detail) });
    // Once it was sent, the question is no longer whether it may be.
    if !matches!(state.progress(place), Some(Progress::Pending { .. })) {
        return None;
    }
    if let Some((place, failure)) = refused {
        return stop(
            FailureCode::DependsOnRefused,
            format!("not deleted: {place} was refused ({})", failure.detail),
        );
    }
    let unseen = state.plan().steps.iter().take_while(|step| step.id < delete.id).find(|step| {
        step.kind.is_effect()
            && !matches!(state.progress(Place::forward(step.id)), Some(Progress::Done { verified: true, .. }))
    });
    if let Some(step) = unseen {
        return stop(
            FailureCode::NotSeen,
            format!("not deleted: step {} was not seen to have worked", step.id),
        );
    }
    if let Some(difference) = state.differences().iter().find(|difference| !difference.foretold) {
        let text = format!("{} is {}, not {}", difference.field, difference.found, difference.expected);
        return stop(FailureCode::Differs, format!("not deleted: access is not seen to have ended ({text})"));
    }
    match state.last_proof().map(|comparison| &comparison.verdict) {
        Some(Verdict::Intact | Verdict::NoHistoryFound) => None,
        Some(Verdict::NotComparable(_)) | None => stop(
            FailureCode::NotComparable,
            "not deleted: the proof after the cut allows no statement".to_owned(),
        ),
        Some(Verdict::Broken { .. }) => Some(Action::Finish { outcome: Outcome::ProofBroken }),
    }
}

/// Returns what a proof calls for, once it is settled.
fn after_proof<'a>(state: &RunState, step: &Step) -> Option<Action<'a>> {
    let StepKind::Prove { since } = step.kind else { return None };
    let (_, comparison) = state.proof(Place::forward(step.id))?;
    let Verdict::Broken { .. } = comparison.verdict else { return None };
    Some(match since {
        Since::Delete => Action::Unwind { because: Because::ProofBroken { step: step.id } },
        Since::Cut | Since::Hold | Since::PutBack => Action::Finish { outcome: Outcome::ProofBroken },
    })
}
