//! Teams and their members.

use serde::{Deserialize, Serialize};

use super::{reference::Reference, time::instant};
use crate::world::{
    directory::{Directory, Named},
    user::User,
};

/// `Team`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TeamPayload<'a> {
    id: &'a str,
    name: &'a str,
    division: Reference,
    date_created: String,
    date_modified: String,
    member_count: usize,
    self_uri: String,
}

impl<'a> TeamPayload<'a> {
    pub(crate) fn of(directory: &Directory, team: &'a Named) -> Self {
        Self {
            id: &team.id,
            name: &team.name,
            division: directory.division_reference(directory.home_division()),
            date_created: instant(team.created),
            date_modified: instant(team.created),
            member_count: directory.members_of_team(&team.id).len(),
            self_uri: format!("/api/v2/teams/{}", team.id),
        }
    }
}

/// `UserReferenceWithName`, whose name is there where somebody asks for it.
pub(crate) fn member(user: &User, with_name: bool) -> Reference {
    Reference::new(&user.id, with_name.then_some(user.name.as_str()), "users")
}

/// `TeamMembers`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TeamMembers {
    #[serde(default)]
    pub(crate) member_ids: Vec<String>,
}

/// `TeamMemberAddListingResponse`.
#[derive(Default, Serialize)]
pub(crate) struct TeamMembersAdded {
    pub(crate) entities: Vec<Reference>,
    pub(crate) failures: Vec<TeamAddMemberFailure>,
}

/// `TeamAddMemberFailure`.
#[derive(Serialize)]
pub(crate) struct TeamAddMemberFailure {
    pub(crate) id: String,
    pub(crate) reason: &'static str,
}
