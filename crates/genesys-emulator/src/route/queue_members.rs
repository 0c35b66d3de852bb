//! Members of queues.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::{Listing, PageRequest},
        queue::{MemberChange, QueueMember, WritableEntity},
        user::Expand,
    },
    world::queue::{MemberBy, Membership},
};

const VIEW: Need = Need::Any(&[
    "routing:queue:view",
    "routing:queue:edit",
    "routing:queue:readonly",
    "routing:queueMember:manage",
]);
const EDIT: Need = Need::Any(&["routing:queue:edit", "routing:queueMember:manage"]);

/// The most members that one request may add, change or remove.
const MOST_MEMBERS: usize = 100;

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v2/routing/queues/{queueId}/members";
    let one = "/api/v2/routing/queues/{queueId}/members/{memberId}";
    vec![
        Operation::get(all, VIEW, list),
        Operation::post(all, EDIT, add_or_remove),
        Operation::patch(all, EDIT, change_many),
        Operation::delete(one, EDIT, remove),
        Operation::patch(one, EDIT, change_one),
    ]
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(100)?;
    let by = match call.query.one("memberBy") {
        None => None,
        Some("user") => Some(MemberBy::User),
        Some("group") => Some(MemberBy::Group),
        Some(other) => return Err(Failure::invalid_value(other, "String", "user, group")),
    };
    let joined = call.query.flag("joined")?;
    render(call, page, |_, membership, member_by| {
        by.is_none_or(|by| by == member_by) && joined.is_none_or(|joined| joined == membership.joined)
    })
}

fn render(
    call: &Call<'_>,
    page: PageRequest,
    keep: impl Fn(&str, Membership, MemberBy) -> bool,
) -> Result<Reply, Failure> {
    let expand = Expand::read(call.query)?;
    let queue = call.queue()?;
    let directory = &call.world.directory;
    let members: Vec<_> = directory
        .members_of(queue)
        .into_iter()
        .filter(|(user, membership, by)| directory.users.contains_key(user) && keep(user, *membership, *by))
        .collect();
    let listing = Listing::of(page, &members, call.path, call.query, |member| {
        QueueMember::of(directory, queue, member, &expand, call.now)
    });
    Reply::ok(&listing.without_totals())
}

fn add_or_remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let members: Vec<WritableEntity> = call.read()?;
    let remove = call.query.flag("delete")?.unwrap_or(false);
    let queue = call.queue()?.id.clone();
    limit(members.len())?;
    if let Some(unknown) = members.iter().find(|member| !call.world.directory.users.contains_key(&member.id))
    {
        return Err(Failure::bad_request(format_args!("[{}] is no user.", unknown.id)));
    }
    for member in &members {
        if remove {
            call.world.directory.leave_queue(&queue, &member.id, call.now);
        } else {
            let membership = Membership { joined: true, ring_number: 1 };
            call.world.directory.enter_queue(&queue, &member.id, membership, call.now);
        }
    }
    Ok(Reply::empty(204))
}

fn limit(members: usize) -> Result<(), Failure> {
    if members > MOST_MEMBERS {
        return Err(Failure::bad_request("Only 100 members can be changed at a time."));
    }
    Ok(())
}

fn change_many(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let changes: Vec<MemberChange> = call.read()?;
    let queue = call.queue()?.id.clone();
    limit(changes.len())?;
    let mut changed = Vec::with_capacity(changes.len());
    for change in changes {
        let id = change.id.ok_or_else(|| Failure::bad_request("id is required."))?;
        if !call.world.directory.set_membership(&queue, &id, change.joined, change.ring_number) {
            return Err(Failure::bad_request(format_args!("[{id}] is no member.")));
        }
        changed.push(id);
    }
    render(call, PageRequest { size: MOST_MEMBERS, number: 1 }, |user, _, _| {
        changed.iter().any(|id| id == user)
    })
}

fn change_one(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let change: MemberChange = call.read()?;
    let queue = call.queue()?.id.clone();
    let member = call.param(1).to_owned();
    if call.world.directory.set_membership(&queue, &member, change.joined, change.ring_number) {
        Ok(Reply::empty(204))
    } else {
        Err(Failure::not_found())
    }
}

/// A membership by group is not the queue's to end; asking for it changes nothing.
fn remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let queue = call.queue()?;
    let member = call.param(1).to_owned();
    let (id, present) = (queue.id.clone(), call.world.directory.membership(queue, &member));
    match present {
        None => Err(Failure::not_found()),
        Some((_, MemberBy::Group)) => {
            Err(Failure::bad_request("The member is in the queue by a group and leaves it with the group."))
        }
        Some((_, MemberBy::User)) => {
            call.world.directory.leave_queue(&id, &member, call.now);
            Ok(Reply::empty(204))
        }
    }
}
