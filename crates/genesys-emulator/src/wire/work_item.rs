//! Work items.

use serde::{Deserialize, Deserializer, Serialize};

use super::{reference::Reference, time::instant};
use crate::world::{directory::Directory, telephony::derived_id, work_item::WorkItem};

/// `Workitem`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkItemPayload<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    division: Reference,
    priority: i64,
    #[serde(rename = "type")]
    kind: Reference,
    workbin: Reference,
    status: Reference,
    status_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<Reference>,
    preferred_agents: Vec<Reference>,
    date_created: String,
    date_modified: String,
    self_uri: String,
}

/// The ids of the organization's one workbin and its one type of work.
pub(crate) fn workbin_and_type(directory: &Directory) -> (String, String) {
    let id = |kind: &str| derived_id(&directory.organization.id, kind, "Back office");
    (id("workbin"), id("worktype"))
}

impl<'a> WorkItemPayload<'a> {
    pub(crate) fn of(directory: &Directory, item: &'a WorkItem) -> Self {
        let (workbin, kind) = workbin_and_type(directory);
        let status = item.progress.word();
        let status_id = derived_id(&directory.organization.id, "workstatus", status);
        let user =
            |id: &str| Reference::new(id, directory.users.get(id).map(|user| user.name.as_str()), "users");
        Self {
            id: &item.id,
            name: &item.name,
            description: item.description.as_deref(),
            division: directory.division_reference(directory.home_division()),
            priority: item.priority,
            kind: Reference::new(&kind, Some("Back office"), "taskmanagement/worktypes"),
            workbin: Reference::new(&workbin, Some("Back office"), "taskmanagement/workbins"),
            status: Reference::new(
                &status_id,
                Some(status),
                &format!("taskmanagement/worktypes/{kind}/statuses"),
            ),
            status_category: status,
            assignee: item.assignee.as_deref().map(user),
            preferred_agents: item.preferred_agents.iter().map(|id| Reference::user(id)).collect(),
            date_created: instant(item.created),
            date_modified: instant(item.modified),
            self_uri: format!("/api/v2/taskmanagement/workitems/{}", item.id),
        }
    }
}

/// `WorkitemQueryPostRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkItemQuery {
    pub(crate) page_size: Option<usize>,
    pub(crate) select: Option<String>,
    #[serde(default)]
    pub(crate) filters: Vec<WorkItemFilter>,
    pub(crate) after: Option<String>,
    pub(crate) sort: Option<WorkItemSort>,
}

/// `WorkitemFilter`.
#[derive(Deserialize)]
pub(crate) struct WorkItemFilter {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) operator: String,
    #[serde(default)]
    pub(crate) values: Vec<String>,
}

/// `WorkitemQuerySort`.
#[derive(Deserialize)]
pub(crate) struct WorkItemSort {
    pub(crate) name: Option<String>,
    pub(crate) ascending: Option<bool>,
}

/// `WorkitemPostQueryEntityListing`.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkItems<'a> {
    pub(crate) entities: Vec<WorkItemPayload<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    pub(crate) self_uri: &'a str,
}

/// `WorkitemUpdate`, as far as it is emulated; an assignee of `null` is another thing than none said.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkItemChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) priority: Option<i64>,
    #[serde(default, deserialize_with = "said")]
    pub(crate) assignee_id: Option<Option<String>>,
    pub(crate) preferred_agent_ids: Option<Vec<String>>,
    #[serde(flatten)]
    pub(crate) others: serde_json::Map<String, serde_json::Value>,
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
