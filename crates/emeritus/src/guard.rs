//! The look right before the account itself is changed: anything that differs from what was approved, beyond
//! this run's own changes, stops the step.

use emeritus_core::id::UserId;
use emeritus_core::inventory::{AccountState, Inventory, Part, Via};
use emeritus_core::plan::{Purpose, StepKind};
use emeritus_core::policy::LiveWork;
use emeritus_core::state::RunState;
use genesys::{Error, Reader, User};

use crate::collect;
use crate::find::{account_state, either_state};

/// What the look showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    /// As approved.
    Clear,
    /// It is already as the step would leave it.
    AlreadySo {
        /// The state that was read.
        state: AccountState,
        /// The version that was read.
        version: i64,
    },
    /// Something differs.
    Drift {
        /// What, for people.
        what: Vec<String>,
    },
    /// The person is in a conversation that nobody lifted.
    Busy {
        /// Which, for people.
        what: String,
    },
    /// Whether the person is in a conversation could not be read.
    Unread {
        /// Why, for people.
        why: String,
    },
}

/// Looks. Steps that do not change the account itself are not guarded.
pub(crate) async fn look(
    reader: &Reader,
    user: &UserId,
    kind: &StepKind,
    state: &RunState,
) -> Result<Guard, Error> {
    let (from, to) = if let StepKind::SetState { from, to, .. } = kind {
        (*from, *to)
    } else if *kind == StepKind::Delete {
        (AccountState::Inactive, AccountState::Deleted)
    } else {
        return Ok(Guard::Clear);
    };
    let Some(record) = either_state(reader, user.as_str(), &[]).await? else {
        return Ok(Guard::Drift { what: vec!["the account is not found in any state".to_owned()] });
    };
    let now = record.state.map(account_state);
    if now == Some(to) {
        return Ok(Guard::AlreadySo { state: to, version: record.version.unwrap_or_default() });
    }
    let mut what = Vec::new();
    if now != Some(from) {
        let found = now.map_or_else(|| "not stated".to_owned(), |state| state.to_string());
        what.push(format!("state is {found}, expected {from}"));
    }
    let retires = state.plan().purpose == Purpose::Retire;
    if retires && from != AccountState::Deleted {
        differences(&record, state.snapshot(), &mut what);
    }
    if *kind == StepKind::Delete {
        what.extend(new_roles(reader, user, state.snapshot()).await?);
    }
    if !what.is_empty() {
        return Ok(Guard::Drift { what });
    }
    let cuts = retires && (from, to) == (AccountState::Active, AccountState::Inactive);
    Ok(if cuts { live_work(reader, user, state).await } else { Guard::Clear })
}

/// Work that began since the plan was made is not cut off in the middle. A plan that was approved though nobody could read
/// the agent status was approved without this look, and one that waits has looked already.
async fn live_work(reader: &Reader, user: &UserId, state: &RunState) -> Guard {
    let policy = &state.plan().policy;
    if state.snapshot().live.known().is_none() || matches!(policy.live_work, LiveWork::Drain { .. }) {
        return Guard::Clear;
    }
    match collect::live::live(reader, user).await {
        Part::Known(live) => {
            let going_on = live.iter().filter(|live| !policy.lifts_live(&live.conversation));
            let list: Vec<_> = going_on.map(|live| format!("{} {}", live.media, live.conversation)).collect();
            if list.is_empty() {
                return Guard::Clear;
            }
            Guard::Busy { what: format!("in {} conversation(s) now: {}", list.len(), list.join(", ")) }
        }
        Part::Unknown(why) => {
            Guard::Unread { why: format!("whether the person is in a conversation now: {why}") }
        }
    }
}

/// A version alone is not drift: profile edits raise it. What the plan rests on is.
fn differences(record: &User, snapshot: &Inventory, what: &mut Vec<String>) {
    let account = &snapshot.account;
    let email = record.email.as_deref().unwrap_or_default();
    if !email.eq_ignore_ascii_case(&account.email) {
        what.push("the e-mail address changed".to_owned());
    }
    if record.name.as_deref().unwrap_or_default() != account.name {
        what.push("the name changed".to_owned());
    }
    let division = record.division.as_ref().map(|division| division.id.as_str());
    if division != account.division.as_ref().map(|division| division.id.as_str()) {
        what.push("the division changed".to_owned());
    }
}

/// A role given since the cut says that somebody wants this person to work.
async fn new_roles(reader: &Reader, user: &UserId, snapshot: &Inventory) -> Result<Vec<String>, Error> {
    let Some(known) = snapshot.grants.known() else { return Ok(Vec::new()) };
    let held = reader.subject_grants(user.as_str()).await?;
    let held = held.iter().filter_map(|grant| collect::to_grant(grant, user));
    Ok(held
        .filter(|grant| grant.via == Via::Direct && !known.contains(grant))
        .map(|grant| format!("a role was given since: {} in {}", grant.role.name, grant.division.name))
        .collect())
}
