//! How a queue chooses among its members: the parts of `Queue` that name groups, never a person.

use serde::Serialize;
use serde_json::{Value, json};

use crate::world::{directory::Directory, queue::Queue, skill_group::GroupKind};

/// `MemberGroup`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberGroup {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    member_count: usize,
    self_uri: String,
}

impl MemberGroup {
    /// Returns those of `groups` that are still there.
    pub(crate) fn all<'a>(directory: &Directory, groups: impl IntoIterator<Item = &'a String>) -> Vec<Self> {
        groups.into_iter().filter_map(|id| Self::of(directory, id)).collect()
    }

    fn of(directory: &Directory, id: &str) -> Option<Self> {
        let (name, kind) = directory.group_of_any_kind(id)?;
        let (kind, place) = match kind {
            GroupKind::Group => ("GROUP", "groups"),
            GroupKind::Team => ("TEAM", "teams"),
            GroupKind::SkillGroup => ("SKILLGROUP", "routing/skillgroups"),
        };
        Some(Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            member_count: directory.belonging(id).len(),
            self_uri: format!("/api/v2/{place}/{id}"),
        })
    }
}

/// `routingRules`, `bullseye` and `directRouting`, each only where the queue has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueRouting {
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_rules: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bullseye: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_routing: Option<Value>,
}

impl QueueRouting {
    pub(crate) fn of(directory: &Directory, queue: &Queue) -> Self {
        let rules = || json!([{ "operator": "ANY", "waitSeconds": 30.0 }]);
        let rings = || {
            let ring = |groups| {
                json!({
                    "expansionCriteria": [{ "type": "TIMEOUT_SECONDS", "threshold": 30.0 }],
                    "actions": { "skillsToRemove": [] },
                    "memberGroups": MemberGroup::all(directory, groups),
                })
            };
            json!({ "rings": queue.rings.iter().map(ring).collect::<Vec<_>>() })
        };
        Self {
            routing_rules: queue.prefers_agents.then(rules),
            bullseye: (!queue.rings.is_empty()).then(rings),
            direct_routing: queue.direct_routing_backup.as_ref().map(
                |backup| json!({ "backupQueueId": backup, "waitForAgent": true, "agentWaitSeconds": 600 }),
            ),
        }
    }
}
