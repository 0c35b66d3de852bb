//! The steps of a retirement, in order: history first, access next, then what hangs on it, then the proof.

use super::{Steps, back_to, release};
use crate::holding::Kind;
use crate::inventory::{AccountState, Inventory};
use crate::plan::{OnRefusal, Since, Step, StepKind, Undo};
use crate::policy::{CutOrder, LiveWork, Mode, Policy};

pub(super) fn steps(inventory: &Inventory, policy: &Policy) -> Vec<Step> {
    let state = inventory.account.state;
    let deletes = matches!(policy.mode, Mode::Delete { .. }) && state != AccountState::Deleted;
    if state != AccountState::Active && !deletes && !has_leftovers(inventory, policy) {
        return Vec::new();
    }
    let mut steps = Steps::default();
    steps.push(
        StepKind::Baseline,
        Undo::Nothing,
        OnRefusal::Unwind,
        "what is there before the first write is what every later proof is held against",
    );
    let released =
        if state == AccountState::Deleted { Vec::new() } else { cut(&mut steps, inventory, policy) };
    release::everything(&mut steps, inventory, policy, &released);
    if state != AccountState::Deleted {
        steps.push(
            StepKind::CheckAccess,
            Undo::Nothing,
            OnRefusal::GoOn,
            "an accepted request is not yet an access that has ended",
        );
    }
    steps.push(
        StepKind::Prove { since: Since::Cut },
        Undo::Nothing,
        OnRefusal::GoOn,
        "shows that every conversation is still there and still names the person",
    );
    if let (Mode::Delete { hold }, true) = (policy.mode, deletes) {
        delete(&mut steps, inventory, hold);
    }
    steps.0
}

/// Returns whether somebody who is no longer active still holds anything that the policy takes away.
pub(super) fn has_leftovers(inventory: &Inventory, policy: &Policy) -> bool {
    let mut steps = Steps::default();
    release::everything(&mut steps, inventory, policy, &[]);
    !steps.0.is_empty()
}

/// Ends access: the state, then the tokens. Returns the kinds that had to be released first.
fn cut(steps: &mut Steps, inventory: &Inventory, policy: &Policy) -> Vec<Kind> {
    let state = inventory.account.state;
    let mut released = Vec::new();
    if let LiveWork::Drain { up_to } = policy.live_work {
        steps.push(
            StepKind::AwaitIdle { up_to },
            Undo::Nothing,
            OnRefusal::Unwind,
            "nobody is cut off in the middle of a conversation",
        );
    }
    if state == AccountState::Active {
        if policy.order == CutOrder::ReleaseFirst {
            released = release::out_of_queues(steps, inventory, policy);
        }
        steps.push(
            StepKind::SetState { from: state, to: AccountState::Inactive, reason: policy.reason },
            Undo::By(back_to(inventory, AccountState::Inactive)),
            OnRefusal::Unwind,
            "ends every way to log in",
        );
    }
    steps.push(
        StepKind::RevokeTokens,
        Undo::Irreversible {
            because: "a revoked token cannot be given back; the person logs in again".to_owned(),
        },
        OnRefusal::GoOn,
        "a session that is already open ends too",
    );
    released
}

fn delete(steps: &mut Steps, inventory: &Inventory, hold: jiff::SignedDuration) {
    if hold.is_positive() {
        steps.push(
            StepKind::Hold { length: hold },
            Undo::Nothing,
            OnRefusal::Stop,
            "a mistake can still be put right without loss",
        );
        steps.push(
            StepKind::Prove { since: Since::Hold },
            Undo::Nothing,
            OnRefusal::Stop,
            "what is deleted must still be whole on the day of the delete",
        );
    }
    let mut undo =
        vec![StepKind::SetState { from: AccountState::Deleted, to: AccountState::Inactive, reason: None }];
    undo.extend(inventory.account.division.clone().map(|to| StepKind::MoveDivision { to }));
    undo.push(StepKind::Prove { since: Since::PutBack });
    steps.push(
        StepKind::Delete,
        Undo::By(undo),
        OnRefusal::Stop,
        "asked for; the account becomes a tombstone that can be restored",
    );
    steps.push(
        StepKind::Prove { since: Since::Delete },
        Undo::Nothing,
        OnRefusal::Stop,
        "if anything is missing now, the person is put back",
    );
}
