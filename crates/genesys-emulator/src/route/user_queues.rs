//! The queues of a user.

use crate::{
    operation::{Call, Need, Operation},
    preset::ListedQueues,
    reply::{Failure, Reply},
    wire::{
        page::{Listing, PageRequest},
        queue::{QueuePayload, UserQueueChange},
    },
};

const JOIN: Need = Need::Any(&["routing:queue:join", "routing:queueMember:manage"]);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/users/{userId}/queues", Need::Any(&["routing:queue:view"]), list),
        Operation::patch("/api/v2/users/{userId}/queues", JOIN, join_many),
        Operation::patch("/api/v2/users/{userId}/queues/{queueId}", JOIN, join_one),
    ]
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(100)?;
    let joined = match (call.query.flag("joined")?, call.switches.queues_unfiltered) {
        (Some(joined), _) => Some(joined),
        (None, ListedQueues::JoinedOnly) => Some(true),
        (None, ListedQueues::All) => None,
    };
    let user = call.subject()?.id.clone();
    render(call, &user, page, |_, is_joined| joined.is_none_or(|joined| joined == is_joined))
}

fn render(
    call: &Call<'_>,
    user: &str,
    page: PageRequest,
    keep: impl Fn(&str, bool) -> bool,
) -> Result<Reply, Failure> {
    let divisions = call.query.many("divisionId");
    let directory = &call.world.directory;
    let queues: Vec<_> = directory
        .queues_of(user)
        .into_iter()
        .filter(|(queue, membership, _)| keep(&queue.id, membership.joined))
        .filter(|(queue, ..)| divisions.is_empty() || divisions.contains(&queue.division.as_str()))
        .collect();
    Reply::ok(&Listing::of(page, &queues, call.path, call.query, |(queue, membership, _)| {
        QueuePayload::of(directory, queue, Some(membership.joined))
    }))
}

fn join_many(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let changes: Vec<UserQueueChange> = call.read()?;
    let user = call.subject()?.id.clone();
    let mut changed = Vec::with_capacity(changes.len());
    for change in changes {
        let id = change.id.ok_or_else(|| Failure::bad_request("id is required."))?;
        if !call.world.directory.set_membership(&id, &user, change.joined, None) {
            return Err(Failure::bad_request(format_args!("The user is no member of queue [{id}].")));
        }
        changed.push(id);
    }
    let page = PageRequest { size: changed.len().max(1), number: 1 };
    render(call, &user, page, |queue, _| changed.iter().any(|id| id == queue))
}

fn join_one(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let change: UserQueueChange = call.read()?;
    let user = call.subject()?.id.clone();
    let id = call.param(1).to_owned();
    if !call.world.directory.set_membership(&id, &user, change.joined, None) {
        return Err(Failure::not_found());
    }
    let directory = &call.world.directory;
    let queue = directory.queues.get(&id).ok_or_else(Failure::not_found)?;
    let joined = directory.membership(queue, &user).map(|(membership, _)| membership.joined);
    Reply::ok(&QueuePayload::of(directory, queue, joined))
}
