//! Queues and their members.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    queue_routing::{MemberGroup, QueueRouting},
    reference::Reference,
    time::instant,
    user::{Expand, RoutingStatus, UserPayload, routing_status},
};
use crate::world::{
    directory::Directory,
    queue::{MemberBy, Membership, Queue},
};

/// `Queue`, and `UserQueue` where `joined` is said.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueuePayload {
    id: String,
    name: String,
    division: Reference,
    date_created: String,
    date_modified: String,
    member_count: usize,
    user_member_count: usize,
    joined_member_count: usize,
    member_groups: Vec<MemberGroup>,
    #[serde(flatten)]
    routing: QueueRouting,
    skill_evaluation_method: &'static str,
    enable_transcription: bool,
    enable_manual_assignment: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<bool>,
    self_uri: String,
}

impl QueuePayload {
    pub(crate) fn of(directory: &Directory, queue: &Queue, joined: Option<bool>) -> Self {
        let members = directory.members_of(queue);
        Self {
            id: queue.id.clone(),
            name: queue.name.clone(),
            division: directory.division_reference(&queue.division),
            date_created: instant(queue.created),
            date_modified: instant(queue.modified),
            member_count: members.len(),
            user_member_count: members.iter().filter(|(_, _, by)| *by == MemberBy::User).count(),
            joined_member_count: members.iter().filter(|(_, membership, _)| membership.joined).count(),
            member_groups: MemberGroup::all(directory, &queue.member_groups),
            routing: QueueRouting::of(directory, queue),
            skill_evaluation_method: "BEST",
            enable_transcription: false,
            enable_manual_assignment: false,
            joined,
            self_uri: format!("/api/v2/routing/queues/{}", queue.id),
        }
    }
}

/// `QueueMember`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueMember<'a> {
    id: &'a str,
    name: &'a str,
    user: UserPayload<'a>,
    ring_number: u32,
    joined: bool,
    member_by: &'static str,
    routing_status: RoutingStatus<'a>,
    self_uri: String,
}

impl<'a> QueueMember<'a> {
    /// Returns `None` when there is no such user.
    pub(crate) fn of(
        directory: &'a Directory,
        queue: &Queue,
        (user, membership, by): &(String, Membership, MemberBy),
        expand: &Expand,
        now: Timestamp,
    ) -> Option<Self> {
        let user = directory.users.get(user)?;
        Some(Self {
            id: &user.id,
            name: &user.name,
            user: UserPayload::of(directory, user, expand, now),
            ring_number: membership.ring_number,
            joined: membership.joined,
            member_by: by.word(),
            routing_status: routing_status(directory, user, now),
            self_uri: format!("/api/v2/routing/queues/{}/members/{}", queue.id, user.id),
        })
    }
}

/// `WritableEntity`.
#[derive(Deserialize)]
pub(crate) struct WritableEntity {
    pub(crate) id: String,
}

/// `QueueMember` in a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberChange {
    pub(crate) id: Option<String>,
    pub(crate) joined: Option<bool>,
    pub(crate) ring_number: Option<u32>,
}

/// `UserQueue` in a request, of which only `joined` is the user's to change.
#[derive(Deserialize)]
pub(crate) struct UserQueueChange {
    pub(crate) id: Option<String>,
    pub(crate) joined: Option<bool>,
}
