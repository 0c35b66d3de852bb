//! Which groups of columns are kept.

use serde::{Deserialize, Serialize};

use crate::schema::Privacy;

/// The groups that are on; all are off by default.
///
/// What is off is left out before anything is written, and before the record's hash is taken: then "lossless"
/// is said of what was kept, and the manifest says which groups those are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Groups {
    /// [`Privacy::Attributes`] is on.
    pub attributes: bool,
    /// [`Privacy::Addresses`] is on.
    pub addresses: bool,
    /// [`Privacy::Names`] is on.
    pub names: bool,
    /// [`Privacy::Notes`] is on.
    pub notes: bool,
}

impl Groups {
    /// All groups: the record as the vendor has it.
    pub const ALL: Self = Self { attributes: true, addresses: true, names: true, notes: true };

    /// Whether a group is on.
    #[must_use]
    pub const fn keeps(self, group: Privacy) -> bool {
        match group {
            Privacy::Attributes => self.attributes,
            Privacy::Addresses => self.addresses,
            Privacy::Names => self.names,
            Privacy::Notes => self.notes,
        }
    }
}

/// Purposes of participants that are part of the organization: their name is not a customer's.
pub(crate) const OF_THE_ORGANIZATION: &[&[u8]] = &[
    b"acd",
    b"agent",
    b"botflow",
    b"campaign",
    b"dialer",
    b"group",
    b"ivr",
    b"queue",
    b"station",
    b"user",
    b"voicemail",
    b"workflow",
];
