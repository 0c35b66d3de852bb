//! What a run may do next, from its plan, its state and the time. No input, no output, no memory: the same
//! arguments give the same answer, live and after a crash.

mod account;
mod ending;
mod forward;

pub use ending::{Unverified, unverified};

use jiff::{SignedDuration, Timestamp};

use crate::census::Verdict;
use crate::clocks::Now;
use crate::event::{Because, FailureCode, Outcome, Place, StepFailure};
use crate::id::StepId;
use crate::inventory::AccountState;
use crate::plan::{OnRefusal, StepKind, Undo};
use crate::state::{Progress, RunState};

/// The next thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<'a> {
    /// Write the intent down, send the effect once, write the answer down.
    Perform {
        /// Which action.
        place: Place,
        /// Which try.
        attempt: u16,
        /// What.
        kind: &'a StepKind,
    },
    /// Look whether an effect is there.
    Observe {
        /// Which action.
        place: Place,
        /// What.
        kind: &'a StepKind,
        /// How often it was looked at before.
        looks: u16,
        /// Whether the vendor accepted it, so that only seeing it is missing.
        accepted: bool,
    },
    /// Read the baseline census.
    Measure {
        /// Which step.
        step: StepId,
    },
    /// Read the history again and compare.
    Prove {
        /// Which action.
        place: Place,
        /// The number of the reading.
        reading: u16,
    },
    /// See that access has ended.
    CheckAccess {
        /// Which step.
        step: StepId,
    },
    /// Compare the person with the snapshot.
    Compare {
        /// Which step.
        step: StepId,
    },
    /// Write down that a wait begins.
    BeginWait {
        /// Which step.
        step: StepId,
        /// Until when.
        until: Timestamp,
        /// Why, for people.
        why: &'static str,
    },
    /// Look whether the person is idle; if not, pause and decide again.
    AwaitIdle {
        /// Which step.
        step: StepId,
        /// The deadline.
        until: Timestamp,
    },
    /// Nothing may happen before then.
    Hold {
        /// Which step.
        step: StepId,
        /// Until when.
        until: Timestamp,
    },
    /// Write down that a wait is over.
    EndWait {
        /// Which step.
        step: StepId,
    },
    /// Look at the account itself, and write down what was seen.
    SeeAccount {
        /// The state that it should be in. Another is read again before it counts.
        expected: AccountState,
    },
    /// Write down that an accepted effect was never seen, and go on.
    GiveUpSeeing {
        /// Which action.
        place: Place,
    },
    /// Write down that the run turns back.
    Unwind {
        /// Why.
        because: Because,
    },
    /// Write down that a person is needed.
    Stop {
        /// Where.
        place: Place,
        /// Why.
        failure: StepFailure,
    },
    /// Write down how the run ended.
    Finish {
        /// How.
        outcome: Outcome,
    },
    /// The run is over, or a person has to look at it first.
    Rest,
}

/// Returns the next thing to do.
#[must_use]
pub fn decide(state: &RunState, now: impl Into<Now>) -> Action<'_> {
    let now = now.into();
    if state.outcome().is_some() || state.stuck().is_some() {
        return Action::Rest;
    }
    let action = match state.unwinding() {
        Some(because) => back(state, because, now),
        None => forward::next(state, now),
    };
    if let Action::Finish { outcome } = action {
        return account::finish(state, outcome);
    }
    if let Action::Perform { place, kind, .. } = &action
        && let Some(first) = account::before(state, *place, kind)
    {
        return first;
    }
    action
}

/// Going back: the undo parts of every step concerned, the last step first.
fn back<'a>(state: &'a RunState, because: &Because, now: Now) -> Action<'a> {
    for step in state.plan().steps.iter().rev() {
        let concerned = match because {
            Because::ProofBroken { .. } => matches!(step.kind, StepKind::Delete),
            Because::Refused { .. } => {
                state.progress(Place::forward(step.id)).is_some_and(Progress::may_have_changed)
            }
        };
        let Undo::By(kinds) = &step.undo else { continue };
        if !concerned {
            continue;
        }
        for (part, kind) in (0..=u8::MAX).zip(kinds) {
            let place = Place { step: step.id, undo: Some(part) };
            match act(state, place, kind, now) {
                Next::Settled => {}
                Next::Act(action) => return action,
                // What cannot be read again does not keep the person from being put back.
                Next::Failed(_) if !kind.is_effect() => {}
                Next::Failed(failure) => return Action::Stop { place, failure },
            }
        }
    }
    let outcome = match because {
        Because::Refused { .. } => Outcome::Failed,
        Because::ProofBroken { .. } => Outcome::ProofBroken,
    };
    Action::Finish { outcome }
}

/// What one action calls for.
enum Next<'a> {
    /// Nothing more.
    Settled,
    /// This.
    Act(Action<'a>),
    /// It cannot be done.
    Failed(StepFailure),
}

/// Returns what one action calls for. Every kind of step is named here.
fn act<'a>(state: &'a RunState, place: Place, kind: &'a StepKind, now: Now) -> Next<'a> {
    let Some(progress) = state.progress(place) else { return Next::Settled };
    match progress {
        Progress::Done { .. } => return Next::Settled,
        Progress::Refused { failure, .. } => return Next::Failed(failure.clone()),
        Progress::Pending { .. }
        | Progress::Intended { .. }
        | Progress::Unknown { .. }
        | Progress::Declined { .. }
        | Progress::Written { .. }
        | Progress::Underway { .. } => {}
    }
    let step = place.step;
    match kind {
        StepKind::Baseline => Next::Act(Action::Measure { step }),
        StepKind::CheckAccess => Next::Act(Action::CheckAccess { step }),
        StepKind::Compare => Next::Act(Action::Compare { step }),
        StepKind::Prove { .. } => prove(state, place, progress),
        StepKind::AwaitIdle { up_to } => match state.waits_until(step) {
            None => {
                let until = later(now.latest, *up_to);
                Next::Act(Action::BeginWait { step, until, why: "live work has to end" })
            }
            Some(until) if now.latest < until => Next::Act(Action::AwaitIdle { step, until }),
            Some(until) => Next::Failed(StepFailure::of(
                FailureCode::LiveWork,
                format!("live work was not seen to end by {until}, when the wait was over"),
            )),
        },
        StepKind::Hold { length } => match state.waits_until(step) {
            None => Next::Act(Action::BeginWait {
                step,
                until: later(now.latest, *length),
                why: "the account is held before it is deleted",
            }),
            // Over when both clocks say so.
            Some(until) if now.earliest < until => Next::Act(Action::Hold { step, until }),
            Some(_) => Next::Act(Action::EndWait { step }),
        },
        StepKind::SetState { .. }
        | StepKind::RevokeTokens
        | StepKind::ClearStation { .. }
        | StepKind::LeaveQueue { .. }
        | StepKind::Delete
        | StepKind::MoveDivision { .. }
        | StepKind::GrantRoles { .. }
        | StepKind::SetSkills { .. }
        | StepKind::SetLanguages { .. }
        | StepKind::JoinQueue { .. }
        | StepKind::SetJoined { .. }
        | StepKind::SetRing { .. }
        | StepKind::SetStation { .. }
        | StepKind::SetManager { .. }
        | StepKind::JoinGroup { .. }
        | StepKind::LeaveGroup { .. }
        | StepKind::RevokeRoles { .. }
        | StepKind::RemoveLanguage { .. }
        | StepKind::Release { .. }
        | StepKind::GiveBack { .. }
        | StepKind::Reassign { .. } => effect(state, place, kind, progress),
    }
}

/// The planner refuses what no calendar can hold; a plan from elsewhere waits until the end of time instead.
fn later(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_add(length).unwrap_or(Timestamp::MAX)
}

fn effect<'a>(state: &'a RunState, place: Place, kind: &'a StepKind, progress: &Progress) -> Next<'a> {
    let patience = &state.plan().policy.patience;
    match progress {
        Progress::Pending { attempts, last } => match last {
            Some(failure) if *attempts >= patience.attempts => Next::Failed(failure.clone()),
            _ => Next::Act(Action::Perform { place, attempt: attempts + 1, kind }),
        },
        Progress::Intended { .. } => Next::Act(Action::Observe { place, kind, looks: 0, accepted: false }),
        Progress::Unknown { looks, .. } if *looks < patience.observations => {
            Next::Act(Action::Observe { place, kind, looks: *looks, accepted: false })
        }
        Progress::Unknown { .. } => Next::Act(Action::Stop {
            place,
            failure: StepFailure::of(
                FailureCode::Unclear,
                "the answer was lost and looking did not show whether it was done",
            ),
        }),
        Progress::Declined { looks, .. } if *looks < patience.observations => {
            Next::Act(Action::Observe { place, kind, looks: *looks, accepted: false })
        }
        Progress::Declined { failure, .. } => {
            let detail = format!("{}; looking did not show whether it was done all the same", failure.detail);
            Next::Act(Action::Stop { place, failure: StepFailure { detail, ..failure.clone() } })
        }
        Progress::Written { looks, .. } if *looks < patience.observations => {
            Next::Act(Action::Observe { place, kind, looks: *looks, accepted: true })
        }
        // An undo that was not seen must not pass for one: nobody is left half put back without being told of.
        Progress::Written { .. } if kind.is_guarded() || place.undo.is_some() => Next::Act(Action::Stop {
            place,
            failure: StepFailure::of(
                FailureCode::NotSeen,
                "accepted by the vendor, but never seen afterwards",
            ),
        }),
        Progress::Written { .. } => Next::Act(Action::GiveUpSeeing { place }),
        Progress::Underway { .. } | Progress::Done { .. } | Progress::Refused { .. } => Next::Settled,
    }
}

fn prove<'a>(state: &'a RunState, place: Place, progress: &Progress) -> Next<'a> {
    let Progress::Underway { readings } = progress else {
        return Next::Act(Action::Prove { place, reading: 1 });
    };
    let broken =
        state.proof(place).is_none_or(|(_, comparison)| matches!(comparison.verdict, Verdict::Broken { .. }));
    // One reading may be stale: what lacks something is read again before anybody is alarmed.
    if broken && *readings < state.plan().policy.patience.proof_readings {
        return Next::Act(Action::Prove { place, reading: readings + 1 });
    }
    Next::Settled
}
