//! What a look at the account itself showed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::StepFailure;
use crate::inventory::AccountState;

/// What looking at an account showed. That it is nowhere, that its state is not stated, that no two readings agreed
/// and that nobody could read it are four things, and none of them is a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountSeen {
    /// It is in this state.
    In {
        /// Which.
        state: AccountState,
        /// The vendor's version number, if the record had one.
        version: Option<i64>,
    },
    /// There is no such account in any state.
    NotFound,
    /// The record names no state.
    NotStated,
    /// As often as patience asks it was read, and no two readings in a row said the same.
    Unsettled,
    /// It could not be read.
    Unreadable(StepFailure),
}

impl AccountSeen {
    /// Returns the state, if one was seen.
    #[must_use]
    pub fn state(&self) -> Option<AccountState> {
        match self {
            Self::In { state, .. } => Some(*state),
            Self::NotFound | Self::NotStated | Self::Unsettled | Self::Unreadable(_) => None,
        }
    }
}

impl fmt::Display for AccountSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In { state, .. } => write!(f, "{state}"),
            Self::NotFound => f.write_str("not found in any state"),
            Self::NotStated => f.write_str("in a state that the vendor did not state"),
            Self::Unsettled => f.write_str("in one state by one reading and in another by the next"),
            Self::Unreadable(why) => write!(f, "in a state that could not be read ({})", why.detail),
        }
    }
}
