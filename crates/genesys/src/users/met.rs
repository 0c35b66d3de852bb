//! Users read around what is odd of their record: an empty date must not keep a person from being retired, nor one odd
//! person everybody else from being met.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::User;
use crate::{
    odd::{self, Around, Place},
    page::Entry,
};

/// What nothing is decided without: read as documented, or not at all.
const DECISIVE: [&str; 2] = ["state", "version"];

/// A user who is asked for, read around what is not of the documented form and decides nothing.
pub(crate) struct Asked(pub(crate) User);

/// A user among others: whatever is odd of one must not keep the others from being read.
pub(crate) struct Met(pub(crate) User);

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Met(user) = Met::deserialize(deserializer)?;
        match user.unread.iter().find(|member| DECISIVE.contains(&member.as_str())) {
            Some(member) => Err(D::Error::custom(format_args!("`{member}` is not of the documented form"))),
            None => Ok(Self(user)),
        }
    }
}

impl<'de> Deserialize<'de> for Met {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Met {
    pub(crate) fn of(record: Value) -> Result<Self, serde_json::Error> {
        // Half a list would be taken for the list.
        let (mut user, unread) = odd::of_value::<User>(record, Around::TheMember)?;
        user.unread = unread.iter().map(Place::name).collect();
        Ok(Self(user))
    }
}

impl Entry for Met {
    fn key(&self) -> &str {
        &self.0.id
    }
}
