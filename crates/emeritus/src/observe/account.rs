//! Looking at the account itself: which state it is in, by readings that agree.

use emeritus_core::event::{AccountSeen, FailureCode};
use emeritus_core::id::UserId;
use emeritus_core::inventory::AccountState;
use emeritus_core::policy::Patience;
use genesys::Reader;
use jiff::{SignedDuration, Timestamp};

use crate::failure;
use crate::find::{account_state, either_state};
use crate::{Emeritus, Notice};

impl Emeritus {
    /// Looks at an account. One reading that shows what is expected is enough; anything else is read again, the
    /// staleness bound apart, until two readings in a row agree.
    pub(crate) async fn see_account(
        &self,
        user: &UserId,
        expected: AccountState,
        patience: &Patience,
    ) -> AccountSeen {
        let mut before = once(&self.reader, user).await;
        if before.state() == Some(expected) {
            return before;
        }
        for _ in 1..patience.observations.max(2) {
            self.wait(patience.staleness, "the account is not as expected: looking again").await;
            let now = once(&self.reader, user).await;
            if agree(&before, &now) {
                return now;
            }
            before = now;
        }
        match before {
            AccountSeen::Unreadable(_) => before,
            AccountSeen::In { .. }
            | AccountSeen::NotFound
            | AccountSeen::NotStated
            | AccountSeen::Unsettled => AccountSeen::Unsettled,
        }
    }

    async fn wait(&self, length: SignedDuration, why: &str) {
        let until = self.clock.now().checked_add(length).unwrap_or(Timestamp::MAX);
        if let Ok(length) = std::time::Duration::try_from(length) {
            (self.watch)(&Notice::Pausing { why, until });
            self.clock.sleep(length).await;
        }
    }
}

/// Two readings that failed agree on nothing; a version that moved is no other state.
fn agree(one: &AccountSeen, other: &AccountSeen) -> bool {
    match (one, other) {
        (AccountSeen::In { state: one, .. }, AccountSeen::In { state: other, .. }) => one == other,
        (AccountSeen::NotFound, AccountSeen::NotFound) | (AccountSeen::NotStated, AccountSeen::NotStated) => {
            true
        }
        (
            AccountSeen::In { .. }
            | AccountSeen::NotFound
            | AccountSeen::NotStated
            | AccountSeen::Unsettled
            | AccountSeen::Unreadable(_),
            _,
        ) => false,
    }
}

async fn once(reader: &Reader, user: &UserId) -> AccountSeen {
    match either_state(reader, user.as_str(), &[]).await {
        Ok(Some(record)) => match record.state.map(account_state) {
            Some(state) => AccountSeen::In { state, version: record.version },
            None => AccountSeen::NotStated,
        },
        Ok(None) => AccountSeen::NotFound,
        Err(error) => AccountSeen::Unreadable(failure::step_failure(&error, FailureCode::Unclear)),
    }
}
