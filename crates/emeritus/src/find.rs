//! Finding one person: by id, e-mail, external id or employee id, in every state. Exactly one match, compared
//! again on what was asked; anything else is a stop that lists what was found.

use std::fmt;

use emeritus_core::id::UserId;
use emeritus_core::inventory::AccountState;
use emeritus_core::text::Text;
use genesys::{Disposition, Reader, State, User};

use crate::Emeritus;
use crate::alike::{may_be_misspelt, people_like};

/// How a person is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// By the vendor's id.
    Id(UserId),
    /// By e-mail address.
    Email(String),
    /// By an external id.
    External {
        /// The authority.
        authority: String,
        /// The key.
        key: String,
    },
    /// By employee id.
    Employee(String),
}

/// A text that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` names nobody: give an e-mail address, a user id, `external:AUTHORITY:KEY` or `employee:ID`"
)]
pub struct NotAName {
    /// What was given.
    pub text: String,
}

impl Who {
    /// Parses `ada@example.com`, a user id, `external:AUTHORITY:KEY` or `employee:ID`.
    ///
    /// # Errors
    /// Refuses anything else.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let text = text.trim();
        let bad = || NotAName { text: text.to_owned() };
        if let Some(rest) = text.strip_prefix("external:") {
            let (authority, key) = rest.split_once(':').ok_or_else(bad)?;
            if authority.is_empty() || key.is_empty() {
                return Err(bad());
            }
            return Ok(Self::External { authority: authority.to_owned(), key: key.to_owned() });
        }
        if let Some(id) = text.strip_prefix("employee:") {
            return if id.is_empty() { Err(bad()) } else { Ok(Self::Employee(id.to_owned())) };
        }
        if text.contains('@') {
            return Ok(Self::Email(text.to_owned()));
        }
        // A user id is a UUID; anything looser would turn a mistyped name into a question about nobody.
        let id = uuid::Uuid::try_parse(text).map_err(|_| bad())?;
        UserId::parse(id.hyphenated().to_string()).map(Self::Id).map_err(|_| bad())
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "user id {id}"),
            Self::Email(email) => write!(f, "e-mail {email}"),
            Self::External { authority, key } => write!(f, "external id {authority}:{key}"),
            Self::Employee(id) => write!(f, "employee id {id}"),
        }
    }
}

/// A person that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// The state of their account.
    pub state: AccountState,
    /// Their e-mail address.
    pub email: Text,
    /// Their name.
    pub name: Text,
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} <{}> {}", self.state, self.name, self.email, self.id)
    }
}

/// Not exactly one person was found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// Nobody.
    #[error("nobody in this organization, in any state, has {who}")]
    Nobody {
        /// Who was asked for.
        who: Who,
        /// Whom they may have meant, the likeliest first.
        like: Vec<Person>,
    },
    /// Several.
    #[error("{} people have {who}: {}", .found.len(), list(.found))]
    Several {
        /// Who was asked for.
        who: Who,
        /// Whom was found.
        found: Vec<Person>,
    },
    /// The vendor's record lacks what every user has.
    #[error("the record of user {user} lacks its {field}")]
    Malformed {
        /// Of whom.
        user: String,
        /// What.
        field: &'static str,
    },
    /// The vendor could not be asked.
    #[error("could not look for {who}")]
    Vendor {
        /// Who was asked for.
        who: Who,
        /// Why.
        #[source]
        source: genesys::Error,
    },
}

fn list(found: &[Person]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Emeritus {
    /// Returns the one person who is named so, in whatever state.
    ///
    /// # Errors
    /// Nobody, or several, for example a live account and the deleted one that had its e-mail before: name the
    /// one you mean by id.
    pub async fn find(&self, who: &Who) -> Result<Person, FindError> {
        let found = candidates(&self.reader, who)
            .await
            .map_err(|source| FindError::Vendor { who: who.clone(), source })?;
        let mut people = found.iter().map(person).collect::<Result<Vec<_>, _>>()?;
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people.dedup_by(|a, b| a.id == b.id);
        match people.len() {
            0 => {
                // It helps and proves nothing: where it cannot be looked for, nobody was found all the same.
                let like = match may_be_misspelt(who) {
                    Some(text) => people_like(&self.reader, text).await.unwrap_or_default(),
                    None => Vec::new(),
                };
                Err(FindError::Nobody { who: who.clone(), like })
            }
            1 => Ok(people.remove(0)),
            _ => Err(FindError::Several { who: who.clone(), found: people }),
        }
    }
}

async fn candidates(reader: &Reader, who: &Who) -> Result<Vec<User>, genesys::Error> {
    match who {
        Who::Id(id) => Ok(either_state(reader, id.as_str(), &[]).await?.into_iter().collect()),
        // The search index lags behind writes, so each hit is read again and compared again.
        Who::Email(email) => {
            let mut users = current(reader, reader.users_by_email(email).await?).await?;
            users.retain(|user| {
                user.email.as_deref().is_some_and(|found| found.trim().eq_ignore_ascii_case(email))
            });
            Ok(users)
        }
        Who::Employee(id) => current(reader, reader.users_by_employee_id(id).await?).await,
        Who::External { authority, key } => match reader.user_by_external_id(authority, key).await {
            Ok(user) => current(reader, vec![user]).await,
            Err(error) if error.disposition() == Disposition::Absent => Ok(Vec::new()),
            Err(error) => Err(error),
        },
    }
}

async fn current(reader: &Reader, hits: Vec<User>) -> Result<Vec<User>, genesys::Error> {
    let mut users = Vec::with_capacity(hits.len());
    for hit in hits {
        users.extend(either_state(reader, &hit.id, &[]).await?);
    }
    Ok(users)
}

/// Returns a user whether deleted or not: a deleted one answers 404 unless asked for as deleted.
pub(crate) async fn either_state(
    reader: &Reader,
    id: &str,
    expand: &[genesys::Expand],
) -> Result<Option<User>, genesys::Error> {
    match reader.user(id, expand).await {
        Ok(user) => return Ok(Some(user)),
        Err(error) if error.disposition() == Disposition::Absent => {}
        Err(error) => return Err(error),
    }
    match reader.deleted_user(id, expand).await {
        Ok(user) => Ok(Some(user)),
        Err(error) if error.disposition() == Disposition::Absent => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn account_state(state: State) -> AccountState {
    match state {
        State::Active => AccountState::Active,
        State::Inactive => AccountState::Inactive,
        State::Deleted => AccountState::Deleted,
    }
}

pub(crate) fn person(user: &User) -> Result<Person, FindError> {
    let lacks = |field| FindError::Malformed { user: user.id.clone(), field };
    Ok(Person {
        id: UserId::parse(user.id.clone()).map_err(|_| lacks("id"))?,
        state: account_state(user.state.ok_or_else(|| lacks("state"))?),
        email: user.email.clone().unwrap_or_default().into(),
        name: user.name.clone().unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_not_taken_for_an_id() {
        for text in ["", "ada", "external:", "external:a", "external::k", "employee:", "1234"] {
            assert!(Who::parse(text).is_err(), "{text}");
        }
        let id = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
        assert_eq!(Who::parse(&id.to_uppercase()).unwrap(), Who::Id(UserId::parse(id).unwrap()));
        assert_eq!(Who::parse(" a@x.example ").unwrap(), Who::Email("a@x.example".to_owned()));
        assert_eq!(Who::parse("employee:77").unwrap(), Who::Employee("77".to_owned()));
    }
}
