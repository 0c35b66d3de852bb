//! The account as it was seen last, and what keeps a run from being called verified: never more than was looked at.

use emeritus::RunState;
use emeritus::decide::{Unverified, unverified};
use emeritus::event::{AccountSeen, Outcome};
use emeritus::evidence::moment;
use emeritus::inventory::AccountState;
use emeritus::plan::Purpose;
use jiff::Timestamp;
use serde::Serialize;

use super::row;

/// The account at the last look.
#[derive(Debug, Serialize)]
pub(crate) struct AccountObject {
    /// `None` where no state was seen; `seen` says what was.
    state: Option<AccountState>,
    version: Option<i64>,
    at: Timestamp,
    seen: String,
    asked: AccountState,
}

impl AccountObject {
    pub(crate) fn of(state: &RunState) -> Option<Self> {
        let (at, seen) = state.account_seen()?;
        let version = if let AccountSeen::In { version, .. } = seen { *version } else { None };
        Some(Self {
            state: seen.state(),
            version,
            at: *at,
            seen: seen.to_string(),
            asked: state.asked_state(),
        })
    }

    /// Returns when the account was looked at.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns what was seen, and when.
    pub(crate) fn text(&self) -> String {
        format!("{} at the last look, {}", self.seen, moment(self.at))
    }
}

/// Something that was not verified.
#[derive(Debug, Serialize)]
pub(super) struct NotVerified {
    what: String,
    why: String,
}

impl NotVerified {
    pub(super) fn of(reason: &Unverified) -> Self {
        Self { what: reason.what(), why: reason.why() }
    }
}

/// Returns what keeps a run that is over from being called verified.
pub(super) fn not_verified(state: &RunState) -> Vec<Unverified> {
    if state.outcome() == Some(Outcome::WrittenNotVerified) { unverified(state) } else { Vec::new() }
}

pub(super) fn row_of(state: &RunState) -> Option<String> {
    AccountObject::of(state).map(|account| row("account", account.text()))
}

/// Returns the words for a run whose last look at the account shows another state than it was to end in.
pub(super) fn unlike(state: &RunState) -> Option<String> {
    let (_, seen) = state.account_seen()?;
    let asked = state.asked_state();
    let purpose = &state.plan().purpose;
    let works = *purpose == Purpose::Retire && seen.state() == Some(AccountState::Active);
    let is_over = match state.outcome() {
        Some(Outcome::WrittenNotVerified) => true,
        // Where there was nothing to do and nothing to turn back, it was to be so already.
        Some(Outcome::Failed) => state.unwinding().is_none(),
        Some(Outcome::Verified | Outcome::Skipped | Outcome::Stuck | Outcome::ProofBroken) => false,
        None => state.stuck().is_some() && works,
    };
    if !is_over || seen.state() == Some(asked) {
        return None;
    }
    let not = match purpose {
        Purpose::Retire => "NOT RETIRED",
        Purpose::Restore { .. } => "NOT RESTORED",
        Purpose::Revive => "NOT REVIVED",
    };
    Some(match seen.state() {
        Some(AccountState::Inactive | AccountState::Deleted) if *purpose == Purpose::Retire => {
            format!("The account is {seen}, not {asked} as asked for")
        }
        Some(_) => format!("{not}: the account is {seen}, not {asked}"),
        None => format!("Written, but whether the account is {asked} was not seen: it was {seen}"),
    })
}

/// Returns what a run that did everything brought about, by what was seen last.
pub(super) fn done(state: &RunState) -> String {
    let plan = state.plan();
    let seen = state.account_seen().and_then(|(_, seen)| seen.state());
    match (&plan.purpose, seen.unwrap_or_else(|| state.asked_state())) {
        (Purpose::Restore { .. }, _) => {
            return plan.restored_words().unwrap_or_else(|| "Put back".to_owned());
        }
        (Purpose::Revive, _) => "Revived (the account alone)",
        (Purpose::Retire, AccountState::Deleted) if plan.deletes() => "Retired and deleted",
        (Purpose::Retire, AccountState::Deleted) => "Retired (the account was deleted before)",
        (Purpose::Retire, AccountState::Inactive) => "Retired (inactive, account kept)",
        (Purpose::Retire, AccountState::Active) => "Not retired (active)",
    }
    .to_owned()
}

/// What helps where something was not verified: reading the history again does not read a part.
pub(super) fn next(state: &RunState) -> Option<String> {
    let (run, found) = (state.run(), not_verified(state));
    let has = |wanted: fn(&Unverified) -> bool| found.iter().any(wanted);
    if has(|reason| matches!(reason, Unverified::Account { .. })) {
        return Some(format!(
            "next: look at the account, then plan again; `emeritus evidence {run}` says what was seen"
        ));
    }
    if has(|reason| matches!(reason, Unverified::History(_))) {
        return Some(format!("next: `emeritus prove {run}`"));
    }
    if has(|reason| matches!(reason, Unverified::Part { .. })) {
        return Some(
            "next: `emeritus doctor` names the permissions; then retire again, which reads it".to_owned(),
        );
    }
    Some(format!("next: look at what is named above; `emeritus evidence {run}` has the details"))
}
