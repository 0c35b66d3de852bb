//! The steps of a retirement, in order: history first, access next, then what hangs on it, then the proof.

use super::{Steps, back_to};
use crate::inventory::{AccountState, Inventory, QueueMembership};
use crate::plan::{OnRefusal, Since, StationSlot, Step, StepKind, Undo};
use crate::policy::{CutOrder, LiveWork, Mode, Policy};

pub(super) fn steps(inventory: &Inventory, policy: &Policy) -> Vec<Step> {
    let state = inventory.account.state;
    let deletes = matches!(policy.mode, Mode::Delete { .. });
    if state == AccountState::Deleted || !(has_work(inventory) || deletes) {
        return Vec::new();
    }
    let mut steps = Steps::default();
    steps.push(
        StepKind::Baseline,
        Undo::Nothing,
        OnRefusal::Unwind,
        "what is there before the first write is what every later proof is held against",
    );
    if let LiveWork::Drain { up_to } = policy.live_work {
        steps.push(
            StepKind::AwaitIdle { up_to },
            Undo::Nothing,
            OnRefusal::Unwind,
            "nobody is cut off in the middle of a conversation",
        );
    }
    let active = state == AccountState::Active;
    if active && policy.order == CutOrder::ReleaseFirst {
        leave_queues(
            &mut steps,
            inventory,
            "this organization refuses the cut while the person is in a queue",
        );
    }
    if active {
        steps.push(
            StepKind::SetState { from: state, to: AccountState::Inactive, reason: policy.reason },
            Undo::By(back_to(inventory, AccountState::Inactive)),
            OnRefusal::Unwind,
            "ends every way to log in",
        );
    }
    release(&mut steps, inventory, active && policy.order == CutOrder::CutFirst);
    steps.push(
        StepKind::Prove { since: Since::Cut },
        Undo::Nothing,
        OnRefusal::GoOn,
        "shows that every conversation is still there and still names the person",
    );
    if let Mode::Delete { hold } = policy.mode {
        delete(&mut steps, inventory, hold);
    }
    steps.0
}

/// Returns whether the person still has access or holds anything that a retirement releases.
pub(super) fn has_work(inventory: &Inventory) -> bool {
    let stations = inventory.stations.known();
    let queues = inventory.queues.known();
    inventory.account.state == AccountState::Active
        || stations.is_some_and(|held| held.associated.is_some() || held.default.is_some())
        || queues.is_some_and(|held| held.iter().any(|queue| !queue.via_group))
}

fn release(steps: &mut Steps, inventory: &Inventory, with_queues: bool) {
    steps.push(
        StepKind::RevokeTokens,
        Undo::Irreversible {
            because: "a revoked token cannot be given back; the person logs in again".to_owned(),
        },
        OnRefusal::GoOn,
        "a session that is already open ends too",
    );
    let stations = inventory.stations.known().cloned().unwrap_or_default();
    let slots = [(StationSlot::Associated, stations.associated), (StationSlot::Default, stations.default)];
    for (slot, station) in slots {
        let Some(station) = station else { continue };
        steps.push(
            StepKind::ClearStation { slot, station: Some(station.clone()) },
            Undo::By(vec![StepKind::SetStation { slot, station }]),
            OnRefusal::GoOn,
            "the phone is free for somebody else",
        );
    }
    let inactive = inventory.account.state != AccountState::Active;
    if with_queues || inactive {
        leave_queues(steps, inventory, "no work is routed to the person, and the queue's head count is true");
    }
}

fn leave_queues(steps: &mut Steps, inventory: &Inventory, why: &str) {
    let cut_comes_later = !steps.0.iter().any(|step| matches!(step.kind, StepKind::SetState { .. }));
    let active = inventory.account.state == AccountState::Active;
    // Before the cut nobody may be left half retired; after it the cut stands, whatever else is refused.
    let on_refusal = if active && cut_comes_later { OnRefusal::Unwind } else { OnRefusal::GoOn };
    let queues = inventory.queues.known().map(Vec::as_slice).unwrap_or_default();
    for QueueMembership { queue, joined, via_group } in queues {
        if *via_group {
            continue;
        }
        steps.push_movable(
            StepKind::LeaveQueue { queue: queue.clone(), joined: *joined },
            Undo::By(vec![
                StepKind::JoinQueue { queue: queue.clone() },
                StepKind::SetJoined { queue: queue.clone(), joined: *joined },
            ]),
            on_refusal,
            active,
            why,
        );
    }
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
