//! Identifiers: newtypes, parsed once at the edge, so that a queue can never be handed over as a user.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that cannot be an identifier of the vendor: it would not survive in a URL path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an identifier: expected 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct NotAnId {
    /// What was given.
    pub text: String,
}

fn check(text: &str) -> Result<(), NotAnId> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let whole = (1..=64).contains(&text.len()) && text.bytes().all(legal) && !text.bytes().all(|b| b == b'.');
    if whole { Ok(()) } else { Err(NotAnId { text: text.chars().take(80).collect() }) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an identifier.
            ///
            /// # Errors
            /// Refuses a text that is empty, too long, or holds a character that a URL path would change.
            pub fn parse(text: impl Into<String>) -> Result<Self, NotAnId> {
                let text = text.into();
                check(&text)?;
                Ok(Self(text))
            }

            /// Returns the identifier as the vendor spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/// A user of the organization.
    UserId);
id!(/// An organization.
    OrganizationId);
id!(/// A division.
    DivisionId);
id!(/// A routing queue.
    QueueId);
id!(/// A role.
    RoleId);
id!(/// A routing skill or language.
    SkillId);
id!(/// A group.
    GroupId);
id!(/// A station.
    StationId);
id!(/// A conversation.
    ConversationId);
id!(/// One execution of one approved plan.
    RunId);

/// The place of a step in its plan, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub u16);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The SHA-256 of a plan's canonical form, in hexadecimal: what an approval binds to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub String);

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_cannot_leave_its_place_in_a_path() {
        for text in ["", "a/b", "..", "a?b", "a b", "ü", &"x".repeat(65)] {
            assert!(UserId::parse(text).is_err(), "{text}");
        }
        assert_eq!(UserId::parse("9c0a-1.x_y").unwrap().as_str(), "9c0a-1.x_y");
    }
}
