//! Groups of users.

use serde::Deserialize;

use crate::{
    error::Error,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
    users::UserRef,
};

/// A reference to a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupRef {
    /// Id.
    pub id: String,
    /// Name, where given.
    pub name: Option<String>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Version, to be sent back when members are added.
    pub version: Option<i64>,
    /// State, as the vendor spells it.
    pub state: Option<String>,
    /// Kind, as the vendor spells it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Number of members.
    pub member_count: Option<i64>,
    /// Whether roles are passed on to the members.
    pub roles_enabled: Option<bool>,
    /// Owners.
    pub owners: Option<Vec<UserRef>>,
}

impl Entry for Group {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Reader {
    /// Reads a group.
    ///
    /// # Errors
    /// As any read.
    pub async fn group(&self, id: &str) -> Result<Group, Error> {
        self.read(&Call::get("read group", "/api/v2/groups/{groupId}", &[Segment::Id(id)])).await
    }

    /// Reads the groups of the organization, with their owners: who owns what cannot be asked for in any other way.
    ///
    /// # Errors
    /// As any list.
    pub async fn all_groups(&self) -> Result<Vec<Group>, Error> {
        self.list(&|page| self.on_page(Call::get("read groups", "/api/v2/groups", &[]), page)).await
    }
}
