//! Two clocks: this machine's and the vendor's. Neither is trusted alone with what cannot be taken back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Further apart than this, nothing is written: a hold or a window counted on either clock could be wrong by as much.
pub const BOUND: SignedDuration = SignedDuration::from_mins(5);

/// The present moment as both clocks have it. A clock alone is both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// By the clock that is behind: what may not happen too early waits for this one.
    pub earliest: Timestamp,
    /// By the clock that is ahead: what has to have an end ends by this one.
    pub latest: Timestamp,
}

impl From<Timestamp> for Now {
    fn from(now: Timestamp) -> Self {
        Self { earliest: now, latest: now }
    }
}

/// What was seen of the vendor's clock before anything was written, as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clocks {
    /// Both clocks were seen, and are no further apart than [`BOUND`].
    Agree {
        /// What the vendor's said, to the second.
        vendor: Timestamp,
        /// How far this machine's was ahead of it; negative when it was behind.
        ahead: SignedDuration,
    },
    /// An emulated organization on this machine lives in virtual time, and there is no other.
    Virtual {
        /// What it said, to the second.
        vendor: Timestamp,
    },
    /// The vendor's could not be told; a person is put back all the same, since nothing is lost by that.
    Unknown,
}
