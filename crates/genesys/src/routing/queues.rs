//! Queues as they are set up: whom and which groups their rules name.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::MemberGroup;
use crate::{
    error::Error,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
};

/// A queue and whom its rules name.
///
/// The vendor's schema lets a queue name groups, and users nowhere: whom a ring of bullseye routing prefers stands with the
/// members ([`QueueMember::ring_number`](crate::QueueMember::ring_number)), and preferred agents stand with a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Queue")]
pub struct QueueRules {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Groups whose members are members of the queue.
    pub member_groups: Vec<MemberGroup>,
    /// Groups that rings of bullseye routing and the rules of conditional groups name.
    pub rule_groups: Vec<MemberGroup>,
    /// Ids of users whom the rules name all the same, in a property that the schema does not know: what stands in a rule
    /// under a name with `user` or `agent` in it. Each once, in the order of the ids; empty as far as the schema goes.
    pub preferred_users: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Queue {
    id: String,
    name: Option<String>,
    #[serde(default)]
    member_groups: Vec<MemberGroup>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The parts of a queue that decide who is offered work.
const RULES: [&str; 6] = [
    "routingRules",
    "bullseye",
    "agentOwnedRouting",
    "directRouting",
    "conditionalGroupRouting",
    "conditionalGroupActivation",
];

/// Where a rule lists groups: in a ring, and in a conditional rule.
const GROUPS: [&str; 2] = ["memberGroups", "groups"];

impl From<Queue> for QueueRules {
    fn from(queue: Queue) -> Self {
        let mut named = Named::default();
        for rule in RULES.iter().filter_map(|part| queue.rest.get(*part)) {
            named.look(rule);
        }
        Self {
            id: queue.id,
            name: queue.name,
            member_groups: queue.member_groups,
            rule_groups: named.groups,
            preferred_users: named.users.into_iter().collect(),
        }
    }
}

#[derive(Default)]
struct Named {
    groups: Vec<MemberGroup>,
    users: BTreeSet<String>,
}

impl Named {
    fn look(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if GROUPS.contains(&name.as_str()) {
                        self.take_groups(field);
                    } else if is_of_users(name) {
                        self.take_users(field);
                    } else {
                        self.look(field);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn take_groups(&mut self, list: &Value) {
        let groups = list.as_array().into_iter().flatten();
        for group in groups.filter_map(|group| serde_json::from_value::<MemberGroup>(group.clone()).ok()) {
            if !self.groups.contains(&group) {
                self.groups.push(group);
            }
        }
    }

    fn take_users(&mut self, value: &Value) {
        match value {
            Value::String(id) => {
                self.users.insert(id.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| self.take_users(item)),
            Value::Object(fields) => match fields.get("id") {
                Some(id) => self.take_users(id),
                None => self.look(value),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn is_of_users(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("user") || name.contains("agent")
}

impl Entry for QueueRules {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Reader {
    /// Reads the queues of the organization.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `routing:queue:view`.
    pub async fn all_queues(&self) -> Result<Vec<QueueRules>, Error> {
        self.list(&|page| self.on_page(Call::get("read queues", "/api/v2/routing/queues", &[]), page)).await
    }

    /// Reads a queue.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) if there is none; [`Forbidden`](crate::Disposition::Forbidden) without
    /// `routing:queue:view`.
    pub async fn queue(&self, id: &str) -> Result<QueueRules, Error> {
        self.read(&Call::get("read queue", "/api/v2/routing/queues/{queueId}", &[Segment::Id(id)])).await
    }
}
