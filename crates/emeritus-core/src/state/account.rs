//! The state of the account itself: what was asked for, what a run believes, and what was seen last.

use jiff::Timestamp;

use super::{Progress, RunState};
use crate::event::{AccountSeen, Event, Outcome, Place, Record, Sight};
use crate::inventory::AccountState;
use crate::plan::StepKind;

/// What looks at the account showed, and whether they still stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Looks {
    last: Option<(Timestamp, AccountSeen)>,
    /// Nothing happened since the last one that could have changed anything.
    stands: bool,
    /// There was one since the run began, was taken up again or was let go on.
    since_taken_up: bool,
}

impl Looks {
    /// Takes an event in. `leaves` is the state in which the step that it is about leaves the account: that such a step
    /// was seen to hold is a look too, though not the last one.
    pub(super) fn take(&mut self, record: &Record, leaves: Option<AccountState>) {
        match &record.event {
            Event::AccountSeen { seen } => {
                *self = Self { last: Some((record.at, seen.clone())), stands: true, since_taken_up: true };
            }
            Event::Counted { .. }
            | Event::ProvedAgain { .. }
            | Event::ClocksSeen { .. }
            | Event::Finished { .. } => {}
            Event::Started { .. } | Event::Resumed { .. } | Event::Freed => {
                self.stands = false;
                self.since_taken_up = false;
            }
            Event::Observed { sight: Sight::Applied, facts, .. } if leaves.is_some() => {
                let version = facts.get("version").and_then(|version| version.parse().ok());
                let seen = leaves.map(|state| (record.at, AccountSeen::In { state, version }));
                *self = Self { last: seen, stands: false, since_taken_up: true };
            }
            Event::Intended { .. }
            | Event::Answered { .. }
            | Event::Observed { .. }
            | Event::NotSeen { .. }
            | Event::Waiting { .. }
            | Event::Waited { .. }
            | Event::Measured { .. }
            | Event::Proved { .. }
            | Event::Unreadable { .. }
            | Event::Compared { .. }
            | Event::Unwinding { .. }
            | Event::Stuck { .. } => self.stands = false,
        }
    }
}

impl RunState {
    /// Returns the state in which the plan leaves the account.
    #[must_use]
    pub fn asked_state(&self) -> AccountState {
        self.plan().aimed_state()
    }

    /// Returns the state in which the account is, as far as the steps that were seen to hold can tell.
    #[must_use]
    pub fn believed_state(&self) -> AccountState {
        let done = self.plan().steps.iter().filter(|step| {
            matches!(self.progress(Place::forward(step.id)), Some(Progress::Done { verified: true, .. }))
        });
        let mut left = done.filter_map(|step| step.kind.leaves_account());
        left.next_back().unwrap_or(self.plan().subject.state)
    }

    /// Returns the state in which a run that ends so leaves the account.
    #[must_use]
    pub fn state_at_end(&self, outcome: Outcome) -> AccountState {
        match (outcome, self.unwinding()) {
            (Outcome::Failed, _) => self.plan().subject.state,
            // What takes a delete back makes the account inactive.
            (Outcome::ProofBroken, Some(_)) => AccountState::Inactive,
            (Outcome::ProofBroken, None) => self.believed_state(),
            (Outcome::Verified | Outcome::WrittenNotVerified | Outcome::Skipped | Outcome::Stuck, _) => {
                self.asked_state()
            }
        }
    }

    /// Returns what the last look at the account showed, with when.
    #[must_use]
    pub fn account_seen(&self) -> Option<&(Timestamp, AccountSeen)> {
        self.looks.last.as_ref()
    }

    /// Returns what the last look at the account showed, if nothing happened since.
    #[must_use]
    pub fn standing_look(&self) -> Option<&AccountSeen> {
        self.looks.last.as_ref().filter(|_| self.looks.stands).map(|(_, seen)| seen)
    }

    /// Returns whether the account was looked at since the run began, was taken up again or was let go on.
    #[must_use]
    pub fn is_looked_at(&self) -> bool {
        self.looks.since_taken_up
    }

    /// Returns the state in which the step that an event is about leaves the account, if it changes that.
    pub(super) fn leaves_account(&self, event: &Event) -> Option<AccountState> {
        let Event::Observed { place, .. } = event else { return None };
        self.kind(*place).and_then(StepKind::leaves_account)
    }
}
