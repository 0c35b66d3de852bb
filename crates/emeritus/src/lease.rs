//! One executor per person: a lock file that the operating system frees when its holder dies, however it dies.
//! The journal's epoch fences off a holder that only seemed dead.

use std::fs::{File, TryLockError};
use std::io;

use emeritus_core::id::{OrganizationId, UserId};

use crate::home::{Home, private_file};

/// The lease could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Somebody else has it.
    #[error("another executor is at work on user {user}")]
    Held {
        /// On whom.
        user: UserId,
    },
    /// The lock file could not be used.
    #[error("the lock of user {user} could not be taken")]
    Lock {
        /// Of whom.
        user: UserId,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Held while somebody works on a person.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Dropping it frees the lock.
    _file: File,
}

impl Lease {
    pub(crate) fn take(
        home: &Home,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Self, LeaseError> {
        let failed = |source| LeaseError::Lock { user: user.clone(), source };
        let file = private_file(&home.lock(&format!("{organization}.{user}"))).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LeaseError::Held { user: user.clone() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
