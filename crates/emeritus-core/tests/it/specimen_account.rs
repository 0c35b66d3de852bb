//! What a look at the account, and a refusal that is looked at, add to a journal; and a part that was left out.

use emeritus_core::event::{AccountSeen, Answer, Event, FailureCode, Place, StepFailure};
use emeritus_core::id::StepId;
use emeritus_core::inventory::{AccountState, Inventory, Part, Why};

use crate::person::ada;
use crate::rehearsal::failure;

pub(crate) fn account_journal() -> Vec<Event> {
    let place = Place::forward(StepId(2));
    let looks = [
        AccountSeen::In { state: AccountState::Active, version: Some(7) },
        AccountSeen::In { state: AccountState::Inactive, version: None },
        AccountSeen::In { state: AccountState::Deleted, version: Some(9) },
        AccountSeen::NotFound,
        AccountSeen::NotStated,
        AccountSeen::Unsettled,
        AccountSeen::Unreadable(StepFailure::of(FailureCode::Unclear, "timed out")),
    ];
    let mut events: Vec<_> = looks.into_iter().map(|seen| Event::AccountSeen { seen }).collect();
    let answer = Answer::Declined(failure(FailureCode::Forbidden));
    events.push(Event::Answered { place, attempt: 1, answer });
    events
}

pub(crate) fn left_out_inventory() -> Inventory {
    let mut ada = ada();
    ada.presence = Part::Unknown(Why::NotTold { absent: "the presence".to_owned() });
    ada
}
