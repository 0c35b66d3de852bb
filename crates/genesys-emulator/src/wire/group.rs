//! Directory groups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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
    roles_enabled: bool,
    owners: Vec<Reference>,
    /// What is always there, and what somebody set instead of it.
    #[serde(flatten)]
    settings: Map<String, Value>,
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
            roles_enabled: group.roles_enabled,
            owners: group.owners.iter().map(|owner| Reference::user(owner)).collect(),
            settings: settings(group),
            self_uri: format!("/api/v2/groups/{}", group.id),
        }
    }
}

fn settings(group: &Group) -> Map<String, Value> {
    let plain = [
        ("rulesVisible", json!(true)),
        ("visibility", json!("public")),
        ("includeOwners", json!(false)),
        ("callsEnabled", json!(false)),
    ];
    let mut settings: Map<String, Value> =
        plain.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    settings.extend(group.unmodelled.clone());
    settings
}

/// `GroupUpdate`: what is not said stays as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupUpdate {
    pub(crate) version: Option<u32>,
    pub(crate) name: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) roles_enabled: Option<bool>,
    pub(crate) owner_ids: Option<Vec<String>>,
    #[serde(flatten)]
    pub(crate) others: Map<String, Value>,
}

/// `GroupsSearchResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupsSearchResponse<'a> {
    pub(crate) total: usize,
    pub(crate) page_count: usize,
    pub(crate) page_size: usize,
    pub(crate) page_number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous_page: Option<String>,
    pub(crate) current_page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_page: Option<String>,
    pub(crate) types: [&'static str; 1],
    pub(crate) results: Vec<GroupPayload<'a>>,
}

/// `GroupMembersUpdate`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupMembersUpdate {
    pub(crate) member_ids: Vec<String>,
    pub(crate) version: Option<u32>,
}
