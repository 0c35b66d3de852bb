//! One executor per person: a lock file that the operating system frees when its holder dies, however it dies.
//! The journal's epoch fences off a holder that only seemed dead.

use std::fs::{File, TryLockError};
use std::io;
use std::time::Duration;

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

/// How often a lock is tried that somebody has, and the pause between: whoever only looks whether it is held has it for
/// an instant.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

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
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
        Err(LeaseError::Held { user: user.clone() })
    }

    /// Returns whether somebody is at work on a person, `None` where that cannot be told.
    pub(crate) fn is_held(home: &Home, organization: &OrganizationId, user: &UserId) -> Option<bool> {
        match File::open(home.lock(&format!("{organization}.{user}"))) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Some(false),
                Err(TryLockError::WouldBlock) => Some(true),
                Err(TryLockError::Error(_)) => None,
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(false),
            Err(_) => None,
        }
    }
}
