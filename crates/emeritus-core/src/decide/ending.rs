//! How a run that reached its end may be called. No word is larger than what was seen.

use std::fmt;

use crate::census::{NotComparable, Verdict};
use crate::event::{AccountSeen, Difference, Outcome, Place};
use crate::holding::Kind;
use crate::inventory::{AccountState, Why};
use crate::plan::Purpose;
use crate::policy::Treatment;
use crate::state::{Progress, RunState};

/// Something that keeps a run from being called verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverified {
    /// The last look at the account does not show what was asked for.
    Account {
        /// What was asked for.
        asked: AccountState,
        /// What was seen; `None` when nobody looked, as in releases before.
        seen: Option<AccountSeen>,
    },
    /// The vendor accepted a step, and it was not seen afterwards.
    Step {
        /// Which.
        place: Place,
        /// What it does, for people.
        does: String,
    },
    /// Access, or what was put back, was seen to be otherwise.
    Differs(Difference),
    /// The proof allows no statement.
    History(NotComparable),
    /// A part that is taken away was not read.
    Part {
        /// Which.
        kind: Kind,
        /// Why.
        why: Why,
        /// Whether it is gone all the same, and only cannot be given back.
        is_gone: bool,
    },
}

impl Unverified {
    /// Returns what was not verified, for people and scripts: a part, a step, the account.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Account { .. } => "account".to_owned(),
            Self::Step { place, does } => format!("{place}, {does}"),
            Self::Differs(difference) => difference.field.clone(),
            Self::History(_) => "history".to_owned(),
            Self::Part { kind, .. } => kind.label().to_owned(),
        }
    }

    /// Returns why.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::Account { asked, seen: Some(seen) } => format!("is {seen}, not {asked}"),
            Self::Account { asked, seen: None } => {
                format!("was not looked at last of all, so not seen {asked}")
            }
            Self::Step { .. } => "accepted, and not seen afterwards".to_owned(),
            Self::Differs(Difference { expected, found, .. }) => format!("is {found}, not {expected}"),
            Self::History(why) => crate::evidence::why_not_comparable(why),
            Self::Part { why, is_gone: true, .. } => format!("not read, so it cannot be given back: {why}"),
            Self::Part { why, is_gone: false, .. } => format!("not read, so perhaps still held: {why}"),
        }
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.why())
    }
}

pub(super) fn outcome(state: &RunState) -> Outcome {
    if state.plan().steps.is_empty() {
        Outcome::Skipped
    } else if of_the_run(state).is_empty() {
        Outcome::Verified
    } else {
        Outcome::WrittenNotVerified
    }
}

/// Returns everything that keeps a run from being called verified. A run that is called so has none.
#[must_use]
pub fn unverified(state: &RunState) -> Vec<Unverified> {
    let asked = state.asked_state();
    let seen = state.account_seen().map(|(_, seen)| seen.clone());
    let mut found = Vec::new();
    if seen.as_ref().and_then(AccountSeen::state) != Some(asked) {
        found.push(Unverified::Account { asked, seen });
    }
    found.extend(of_the_run(state));
    found
}

/// All of it but the account, at which the run looks last.
fn of_the_run(state: &RunState) -> Vec<Unverified> {
    let plan = state.plan();
    let unseen = plan.steps.iter().filter(|step| {
        matches!(state.progress(Place::forward(step.id)), Some(Progress::Done { verified: false, .. }))
    });
    let mut found: Vec<_> = unseen
        .map(|step| Unverified::Step { place: Place::forward(step.id), does: step.kind.to_string() })
        .collect();
    let differs = state.differences().iter().filter(|difference| !difference.foretold);
    found.extend(differs.cloned().map(Unverified::Differs));
    if let Some(Verdict::NotComparable(why)) = state.last_proof().map(|comparison| &comparison.verdict) {
        found.push(Unverified::History(why.clone()));
    }
    if plan.purpose == Purpose::Retire {
        found.extend(unread(state));
    }
    found
}

/// Returns the parts that the policy takes away and that could not be read: the person is not seen to have let go of
/// them. Roles go with the cut whether they were read or not, and then nobody can give them back.
fn unread(state: &RunState) -> Vec<Unverified> {
    let (snapshot, policy) = (state.snapshot(), &state.plan().policy);
    let deleted = snapshot.account.state == AccountState::Deleted;
    let active = snapshot.account.state == AccountState::Active;
    let unknown = snapshot.unknown_parts();
    let due = Kind::ALL.into_iter().filter(|kind| {
        let due = !matches!(policy.treatment(*kind), Treatment::Keep | Treatment::Block);
        due && (!deleted || kind.outlives_delete())
    });
    due.filter_map(|kind| {
        let (_, why) = unknown.iter().find(|(part, _)| *part == kind.label())?;
        Some(Unverified::Part { kind, why: (*why).clone(), is_gone: active && kind == Kind::Roles })
    })
    .collect()
}
