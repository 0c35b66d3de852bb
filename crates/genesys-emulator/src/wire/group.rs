//! Directory groups.

use serde::{Deserialize, Serialize};

use super::{reference::Reference, time::instant};
use crate::world::group::Group;

/// `Group`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupPayload<'a> {
    id: &'a str,
    name: &'a str,
    date_modified: String,
    member_count: usize,
    state: &'static str,
    version: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    rules_visible: bool,
    visibility: &'static str,
    roles_enabled: bool,
    include_owners: bool,
    calls_enabled: bool,
    owners: Vec<Reference>,
    self_uri: String,
}

impl<'a> GroupPayload<'a> {
    pub(crate) fn of(group: &'a Group) -> Self {
        Self {
            id: &group.id,
            name: &group.name,
            date_modified: instant(group.modified),
            member_count: group.members.len(),
            state: "active",
            version: group.version,
            kind: "official",
            rules_visible: true,
            visibility: "public",
            roles_enabled: group.roles_enabled,
            include_owners: false,
            calls_enabled: false,
            owners: group.owners.iter().map(|owner| Reference::user(owner)).collect(),
            self_uri: format!("/api/v2/groups/{}", group.id),
        }
    }
}

/// `GroupMembersUpdate`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupMembersUpdate {
    pub(crate) member_ids: Vec<String>,
    pub(crate) version: Option<u32>,
}
