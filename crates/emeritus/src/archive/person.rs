//! Finding a person in the roster: by id, e-mail or employee id, in whatever state, by what was ever true of them.
//! Exactly one match; anything else is a stop that lists what was found.

use std::collections::BTreeMap;
use std::fmt;

use emeritus_archive::{PersonVersion, Roster};

/// How a person is named to the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// By user id.
    Id(String),
    /// By e-mail address.
    Email(String),
    /// By employee id.
    Employee(String),
}

/// Not exactly one person of the roster is meant.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The text names nobody.
    #[error("`{text}` names nobody: give a user id, an e-mail address or an employee id")]
    NotAName {
        /// What was given.
        text: String,
    },
    /// Nobody has it, or ever had.
    #[error("nobody in the roster has, or ever had, {called}")]
    Nobody {
        /// Who was asked for.
        called: Called,
    },
    /// Several have it, or had.
    #[error("{} people in the roster have, or had, {called}: {}", .found.len(), list(.found))]
    Several {
        /// Who was asked for.
        called: Called,
        /// Whom was found, each as last seen.
        found: Vec<PersonVersion>,
    },
}

fn list(found: &[PersonVersion]) -> String {
    let one = |version: &PersonVersion| {
        let person = &version.person;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} <{}> {}", text(&person.state), text(&person.name), text(&person.email), person.id)
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Called {
    /// Parses a user id, an e-mail address, `employee:ID`, or anything else as an employee id.
    ///
    /// # Errors
    /// Refuses an empty text, and external ids: the roster does not hold them.
    pub fn parse(text: &str) -> Result<Self, ResolveError> {
        let text = text.trim();
        let employee = text.strip_prefix("employee:");
        if text.is_empty() || employee == Some("") || text.starts_with("external:") {
            return Err(ResolveError::NotAName { text: text.to_owned() });
        }
        if let Some(id) = employee {
            return Ok(Self::Employee(id.to_owned()));
        }
        if text.contains('@') {
            return Ok(Self::Email(text.to_owned()));
        }
        Ok(match uuid::Uuid::try_parse(text) {
            Ok(id) => Self::Id(id.hyphenated().to_string()),
            Err(_) => Self::Employee(text.to_owned()),
        })
    }

    fn is(&self, version: &PersonVersion) -> bool {
        let person = &version.person;
        match self {
            Self::Id(id) => person.id == *id,
            Self::Email(email) => {
                person.email.as_deref().is_some_and(|found| found.trim().eq_ignore_ascii_case(email))
            }
            Self::Employee(id) => person.employee_id.as_deref().is_some_and(|found| found.trim() == id),
        }
    }
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "user id {id}"),
            Self::Email(email) => write!(f, "e-mail {email}"),
            Self::Employee(id) => write!(f, "employee id {id}"),
        }
    }
}

/// Returns the one person who is called so, as last seen.
///
/// # Errors
/// Nobody, or several: two people may have had one e-mail address after the other. Name the one you mean by id.
pub fn resolve<'a>(roster: &'a Roster, called: &Called) -> Result<&'a PersonVersion, ResolveError> {
    let mut found: BTreeMap<&str, &PersonVersion> = BTreeMap::new();
    for version in roster.iter().filter(|version| called.is(version)) {
        let id = version.person.id.as_str();
        let last = roster.versions(id).last().unwrap_or(version);
        found.insert(id, last);
    }
    let mut people = found.into_values();
    match (people.next(), people.next()) {
        (None, _) => Err(ResolveError::Nobody { called: called.clone() }),
        (Some(only), None) => Ok(only),
        (Some(one), Some(other)) => Err(ResolveError::Several {
            called: called.clone(),
            found: [one, other].into_iter().chain(people).cloned().collect(),
        }),
    }
}
