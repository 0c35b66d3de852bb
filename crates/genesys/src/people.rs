//! All people of the organization, in one walk. The vendor's list of users by page ends at 10,000 of those who are not active;
//! the list by cursor does not.

use std::ops::ControlFlow;

use crate::{
    cursor::Each,
    error::Error,
    reader::Reader,
    request::Call,
    users::{Expand, User},
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

impl Reader {
    /// Walks over people page by page and returns how many there were. Each is handed over once, in the vendor's order, also
    /// when met twice because the list changed meanwhile; who changes state during the walk may be missed. `each` ends the
    /// walk early with [`ControlFlow::Break`].
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
    ) -> Result<u64, Error> {
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
        let each: Each<'_, User> = each;
        Ok(Box::pin(self.follow(&call, each)).await?.unique)
    }
}
