//! Policy files: what an organization decided beforehand about everybody who leaves, as TOML. Every refusal names
//! the line, what stands there, and what may.

mod keys;

use std::collections::BTreeMap;

use emeritus_core::holding::Kind;
use emeritus_core::id::UserId;
use emeritus_core::inventory::{AccountState, Named};
use emeritus_core::policy::{LiveWork, Reason, Strictness, Treatment};
use jiff::{SignedDuration, Timestamp};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Emeritus;
use crate::find::{FindError, Person, Who};

/// What a policy file says. What it does not say is left to the command line and to the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyFile {
    /// Whether the account is deleted in the end.
    pub deletes: Option<bool>,
    /// How long it is held before that.
    pub hold: Option<SignedDuration>,
    /// The reason to record at the vendor.
    pub reason: Option<Reason>,
    /// Live work.
    pub live_work: Option<LiveWork>,
    /// Unknown parts.
    pub unknown: Option<Strictness>,
    /// People who are never retired.
    pub protected: Vec<UserId>,
    /// When the person is expected back.
    pub returns: Option<Timestamp>,
    /// When a retirement's proof is made again, counted from its end.
    pub again_after: Option<Vec<SignedDuration>>,
    /// What the vendor drops within this time is worth a finding.
    pub archive_warning: Option<SignedDuration>,
    /// What happens to things of a kind.
    pub things: BTreeMap<Kind, Wish>,
}

/// What a policy file wants to happen to things of a kind: a [`Treatment`] whose successor is not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Taken away.
    Release,
    /// Left with the person.
    Keep,
    /// No retirement while there is any.
    Block,
    /// Handed to somebody.
    Reassign(Who),
}

/// A policy file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFileError {
    /// It is not TOML.
    #[error("line {line} is not TOML: {message}")]
    Syntax {
        /// Where.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A section or key that there is not.
    #[error("line {line}: there is no `{key}`; possible here: {allowed}")]
    UnknownKey {
        /// Where.
        line: usize,
        /// What was given, with its section.
        key: String,
        /// What may be given.
        allowed: String,
    },
    /// What was a key of older releases and let everybody through. A block is lifted for one person, by its name.
    #[error(
        "line {line}: `{key}` is gone: it is lifted for one person at a time, with a reason, by --override \
         last-admin=ROLE --because TEXT"
    )]
    Gone {
        /// Where.
        line: usize,
        /// The key, with its section.
        key: String,
    },
    /// A key with a value that it cannot have.
    #[error("line {line}: `{key}` cannot be {given}; possible: {allowed}")]
    Value {
        /// Where.
        line: usize,
        /// The key, with its section.
        key: String,
        /// What was given.
        given: String,
        /// What may be given.
        allowed: String,
    },
}

/// The person whom a policy names as a successor cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum ReassignError {
    /// Not exactly one person.
    #[error("the policy hands {} to {who}", kind.label())]
    Find {
        /// Things of which kind.
        kind: Kind,
        /// To whom.
        who: Who,
        /// Why they were not found.
        #[source]
        source: Box<FindError>,
    },
    /// Somebody who is gone too.
    #[error("the policy hands {} to {person}, who is not active", kind.label())]
    NotActive {
        /// Things of which kind.
        kind: Kind,
        /// To whom.
        person: Person,
    },
    /// The person who leaves.
    #[error("the policy hands {} to the person who leaves: {person}", kind.label())]
    Themselves {
        /// Things of which kind.
        kind: Kind,
        /// To whom.
        person: Person,
    },
}

impl PolicyFile {
    /// Reads the text of a policy file.
    ///
    /// # Errors
    /// Refuses a key that there is not and a value that a key cannot have: nothing of a policy is ever guessed.
    pub fn parse(text: &str) -> Result<Self, PolicyFileError> {
        let line_of = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        let document = DeTable::parse(text).map_err(|error| PolicyFileError::Syntax {
            line: line_of(error.span().map_or(0, |span| span.start)),
            message: error.message().replace('\n', ", "),
        })?;
        let mut file = Self::default();
        for (section, content) in document.get_ref() {
            let name = section.get_ref().as_ref();
            let allowed = "the tables [retire], [proof], [archive] and [things]";
            let line = line_of(section.span().start);
            let (true, DeValue::Table(table)) = (keys::SECTIONS.contains(&name), content.get_ref()) else {
                return Err(PolicyFileError::UnknownKey {
                    line,
                    key: name.to_owned(),
                    allowed: allowed.to_owned(),
                });
            };
            for (key, value) in table {
                let entry = keys::Entry {
                    section: name,
                    key: key.get_ref(),
                    key_line: line_of(key.span().start),
                    value: value.get_ref(),
                    line: line_of(value.span().start),
                };
                entry.read_into(&mut file)?;
            }
        }
        Ok(file)
    }
}

impl Emeritus {
    /// Returns what a policy file wants to happen to each kind of thing, with the successors looked up. Reads only.
    ///
    /// # Errors
    /// A successor is not found exactly once, is not active, or is the person who leaves.
    pub async fn treatments(
        &self,
        wishes: &BTreeMap<Kind, Wish>,
        leaver: Option<&UserId>,
    ) -> Result<BTreeMap<Kind, Treatment>, ReassignError> {
        let mut known: Vec<(Who, Person)> = Vec::new();
        let mut treatments = BTreeMap::new();
        for (kind, wish) in wishes {
            let treatment = match wish {
                Wish::Release => Treatment::Release,
                Wish::Keep => Treatment::Keep,
                Wish::Block => Treatment::Block,
                Wish::Reassign(who) => {
                    let person = match known.iter().find(|(named, _)| named == who) {
                        Some((_, person)) => person.clone(),
                        None => self.find(who).await.map_err(|source| ReassignError::Find {
                            kind: *kind,
                            who: who.clone(),
                            source: Box::new(source),
                        })?,
                    };
                    let to = successor(*kind, &person, leaver)?;
                    known.push((who.clone(), person));
                    Treatment::Reassign { to }
                }
            };
            treatments.insert(*kind, treatment);
        }
        Ok(treatments)
    }
}

fn successor(kind: Kind, person: &Person, leaver: Option<&UserId>) -> Result<Named<UserId>, ReassignError> {
    if leaver == Some(&person.id) {
        return Err(ReassignError::Themselves { kind, person: person.clone() });
    }
    if person.state != AccountState::Active {
        return Err(ReassignError::NotActive { kind, person: person.clone() });
    }
    Ok(Named { id: person.id.clone(), name: person.name.clone() })
}

/// Returns a value as it may be quoted in a message.
fn quoted(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(value) => value.to_string(),
        DeValue::Integer(_) | DeValue::Float(_) => "a number".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Returns the texts of a list, if it is one of texts alone.
fn texts<'a>(value: &'a DeValue<'_>) -> Option<Vec<&'a str>> {
    let list = value.as_array()?;
    list.iter().map(Spanned::get_ref).map(DeValue::as_str).collect()
}

#[cfg(test)]
mod tests;
