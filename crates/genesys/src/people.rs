//! All people of the organization, in one walk. The vendor's list of users by page ends at 10,000 of those who are not active;
//! the list by cursor does not.

use std::ops::ControlFlow;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    cursor::Each,
    error::Error,
    page::Entry,
    reader::Reader,
    request::Call,
    users::{Expand, Met, User},
};

/// Whom a walk over people meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleState {
    /// Those who are active.
    Active,
    /// Those who are inactive.
    Inactive,
    /// Those who are deleted.
    Deleted,
    /// Everybody.
    Any,
}

impl PeopleState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
            Self::Any => "any",
        }
    }
}

/// How a walk over people went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// How many entries there were, each once.
    pub people: u64,
    /// How many of them nobody can be made of: they have no id. They were not handed over.
    pub nameless: u64,
}

/// An entry of the walk, or what stands in its place.
struct Entrant {
    user: Option<User>,
    key: String,
}

impl<'de> Deserialize<'de> for Entrant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Value::deserialize(deserializer)?;
        let id = entry.get("id").and_then(Value::as_str).map(ToOwned::to_owned);
        Ok(match id {
            Some(key) => Self { user: Met::of(entry).ok().map(|Met(user)| user), key },
            None => {
                let digest = Sha256::digest(entry.to_string());
                Self { user: None, key: digest.iter().map(|byte| format!("{byte:02x}")).collect() }
            }
        })
    }
}

impl Entry for Entrant {
    fn key(&self) -> &str {
        &self.key
    }
}

impl Reader {
    /// Walks over people page by page and returns how many there were. Each is handed over once, in the vendor's order, also
    /// when met twice because the list changed meanwhile; who changes state during the walk may be missed. `each` ends the
    /// walk early with [`ControlFlow::Break`].
    ///
    /// What is odd of one person does not keep the others from being handed over: [`User::unread`] names it.
    ///
    /// Of the people themselves nothing is kept but their ids. A page has a hundred people, which is what the vendor
    /// allows where presences and the like are asked for; [`Limits::max_pages`](crate::Limits::max_pages) bounds the walk.
    ///
    /// # Errors
    /// As any read, and then `each` has seen a part of the people. [`BadAnswer`](crate::Disposition::BadAnswer) if the
    /// vendor's cursors lead in a circle or there are more pages than allowed. [`Forbidden`](crate::Disposition::Forbidden)
    /// without `directory:user:view` in all divisions.
    pub async fn people(
        &self,
        state: PeopleState,
        expand: &[Expand],
        each: &mut (dyn FnMut(Vec<User>) -> ControlFlow<()> + Send),
    ) -> Result<Walked, Error> {
        let call = |cursor: Option<&str>| {
            let call = Call::get("walk over people", "/api/v2/users/query", &[])
                .query("pageSize", self.page_size().to_string())
                .query("state", state.as_str());
            let call = if expand.is_empty() { call } else { call.query("expand", Expand::join(expand)) };
            match cursor {
                Some(cursor) => call.query("cursor", cursor),
                None => call,
            }
        };
        let mut nameless = 0;
        let mut hand_over = |entrants: Vec<Entrant>| {
            let met = entrants.len();
            let people: Vec<User> = entrants.into_iter().filter_map(|entrant| entrant.user).collect();
            nameless += (met - people.len()) as u64;
            if people.is_empty() { ControlFlow::Continue(()) } else { each(people) }
        };
        let hand_over: Each<'_, Entrant> = &mut hand_over;
        let people = Box::pin(self.follow(&call, hand_over)).await?.unique;
        Ok(Walked { people, nameless })
    }
}
