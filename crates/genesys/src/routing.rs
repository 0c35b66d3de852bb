//! Queues, ACD skills and languages.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    authorization::DivisionRef,
    error::Error,
    odd,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing},
    users::UserRef,
};

mod queues;
mod skill_groups;

pub use queues::QueueRules;

const NAMED: Facts = Facts { name: "/name", detail: &[("state", "/state")] };

/// A queue that a user is a member of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserQueue {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether the member is active on the queue.
    pub joined: Option<bool>,
    /// Division of the queue.
    pub division: Option<DivisionRef>,
    /// Groups whose members are members of the queue.
    pub member_groups: Option<Vec<MemberGroup>>,
    /// Rings of bullseye routing, whose groups bring their members onto the queue too.
    pub bullseye: Option<Value>,
    /// Rules of conditional group routing, whose groups do the same.
    pub conditional_group_routing: Option<Value>,
}

impl UserQueue {
    /// Returns whether somebody could be a member of the queue through a group.
    #[must_use]
    pub fn may_come_through_group(&self) -> bool {
        let has_groups = self.member_groups.as_ref().is_none_or(|groups| !groups.is_empty());
        has_groups || self.bullseye.is_some() || self.conditional_group_routing.is_some()
    }
}

/// A group that brings its members onto a queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MemberGroup {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `TEAM`, `GROUP` or `SKILLGROUP`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// A member of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueMember {
    /// Id of the user.
    pub id: String,
    /// Name of the user.
    pub name: Option<String>,
    /// The user.
    pub user: Option<UserRef>,
    /// Bullseye ring.
    pub ring_number: Option<i64>,
    /// Whether the member is active on the queue.
    pub joined: Option<bool>,
    /// `user` or `group`, where given.
    pub member_by: Option<String>,
}

/// How a user is a member of a queue. Leaving works for a membership of one's own; one through a group ends with the group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberBy {
    /// By own membership.
    pub user: bool,
    /// Through a group.
    pub group: bool,
    /// The ring of bullseye routing in which an own membership stands, where the vendor says.
    pub ring: Option<i64>,
}

/// An ACD skill of a user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct UserSkill {
    /// Id of the skill.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Proficiency, 0 to 5.
    pub proficiency: Option<f64>,
    /// State of the skill.
    pub state: Option<String>,
}

/// An ACD language of a user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct UserLanguage {
    /// Id of the language.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Proficiency, 0 to 5.
    pub proficiency: Option<f64>,
    /// State of the language.
    pub state: Option<String>,
}

/// A user's routing status. The vendor answers `OFF_QUEUE` also for users who do not exist, so it proves nothing about them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingStatus {
    /// Id of the user.
    pub user_id: Option<String>,
    /// `OFF_QUEUE`, `IDLE`, `INTERACTING`, `NOT_RESPONDING` or `COMMUNICATING`.
    pub status: Option<String>,
    /// Since when.
    #[serde(default, deserialize_with = "odd::instant")]
    pub start_time: Option<Timestamp>,
}

impl Entry for UserQueue {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Entry for QueueMember {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Entry for UserSkill {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Entry for UserLanguage {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Reader {
    /// Reads the queues that a user is a member of, joined or not.
    ///
    /// Both are asked for: `joined` has the default `true`, so a single question may leave out the queues from which
    /// the user takes no work.
    ///
    /// # Errors
    /// As any list.
    pub async fn user_queues(&self, user: &str) -> Result<Vec<UserQueue>, Error> {
        let mut queues: Vec<UserQueue> = Vec::new();
        for joined in [true, false] {
            let call = |page: u32| {
                let template = "/api/v2/users/{userId}/queues";
                self.paged("read user queues", template, user, page)
                    .query("joined", if joined { "true" } else { "false" })
            };
            for queue in self.list::<UserQueue>(&call).await? {
                if !queues.iter().any(|known| known.id == queue.id) {
                    queues.push(UserQueue { joined: queue.joined.or(Some(joined)), ..queue });
                }
            }
        }
        Ok(queues)
    }

    /// Reads a queue's members, joined or not, at most 100 to a page. In which ring of a queue with bullseye routing a
    /// user stands is told here, member by member.
    ///
    /// # Errors
    /// As any list.
    pub async fn queue_members(&self, queue: &str) -> Result<Vec<QueueMember>, Error> {
        self.list_of("read queue members", "/api/v2/routing/queues/{queueId}/members", queue).await
    }

    /// Reads how a user is a member of a queue: both its lists of members are read whole, so this costs a call for every
    /// hundred members.
    ///
    /// # Errors
    /// As any list.
    pub async fn queue_member_by(&self, queue: &str, user: &str) -> Result<MemberBy, Error> {
        let mut by = MemberBy { user: false, group: false, ring: None };
        for kind in ["user", "group"] {
            let call = |page: u32| {
                let template = "/api/v2/routing/queues/{queueId}/members";
                self.paged("read queue members", template, queue, page).query("memberBy", kind)
            };
            let members: Vec<QueueMember> = self.list(&call).await?;
            let member = members.iter().find(|member| member.id == user);
            if kind == "user" {
                (by.user, by.ring) = (member.is_some(), member.and_then(|member| member.ring_number));
            } else {
                by.group = member.is_some();
            }
        }
        Ok(by)
    }

    /// Reads a user's ACD skills.
    ///
    /// # Errors
    /// As any list.
    pub async fn user_skills(&self, user: &str) -> Result<Vec<UserSkill>, Error> {
        self.list_of("read user skills", "/api/v2/users/{userId}/routingskills", user).await
    }

    /// Reads a user's ACD languages.
    ///
    /// # Errors
    /// As any list.
    pub async fn user_languages(&self, user: &str) -> Result<Vec<UserLanguage>, Error> {
        self.list_of("read user languages", "/api/v2/users/{userId}/routinglanguages", user).await
    }

    /// Reads the ACD skills that the organization has, with `state`.
    ///
    /// # Errors
    /// As any list.
    pub async fn skills(&self) -> Result<Vec<Thing>, Error> {
        self.list_things(&Call::get("read skills", "/api/v2/routing/skills", &[]), NAMED).await
    }

    /// Reads the ACD languages that the organization has, with `state`.
    ///
    /// # Errors
    /// As any list.
    pub async fn languages(&self) -> Result<Vec<Thing>, Error> {
        self.list_things(&Call::get("read languages", "/api/v2/routing/languages", &[]), NAMED).await
    }

    /// Reads a user's routing status.
    ///
    /// # Errors
    /// As any read.
    pub async fn routing_status(&self, user: &str) -> Result<RoutingStatus, Error> {
        let template = "/api/v2/users/{userId}/routingstatus";
        self.read(&Call::get("read routing status", template, &[Segment::Id(user)])).await
    }

    pub(crate) async fn list_of<T: Entry>(
        &self,
        operation: &'static str,
        template: &'static str,
        id: &str,
    ) -> Result<Vec<T>, Error> {
        self.list(&|page| self.paged(operation, template, id, page)).await
    }

    fn paged(&self, operation: &'static str, template: &'static str, id: &str, page: u32) -> Call {
        self.on_page(Call::get(operation, template, &[Segment::Id(id)]), page)
    }
}
