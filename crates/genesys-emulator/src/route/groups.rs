//! Directory groups and their members.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        group::{GroupMembersUpdate, GroupPayload},
        page::Listing,
        user::{Expand, UserPayload},
    },
    world::{
        group::Group,
        user::{State, User},
    },
};

/// The most members that one request may add or remove.
const MOST_MEMBERS: usize = 50;

pub(super) fn operations() -> Vec<Operation> {
    let members = "/api/v2/groups/{groupId}/members";
    vec![
        Operation::get("/api/v2/groups", Need::Nothing, list),
        Operation::get("/api/v2/groups/{groupId}", Need::Nothing, read),
        Operation::get(members, Need::Nothing, list_members),
        Operation::post(members, Need::Nothing, add_members),
        Operation::delete(members, Need::Nothing, remove_members),
    ]
}

pub(super) fn group<'a>(call: &'a Call<'_>) -> Result<&'a Group, Failure> {
    call.world.directory.groups.get(call.param(0)).ok_or_else(|| {
        Failure::new(404, "general.resource.not.found", "Unable to find a group with that groupId")
    })
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let ids = call.query.many("id");
    let mut groups: Vec<&Group> = call
        .world
        .directory
        .groups
        .values()
        .filter(|group| ids.is_empty() || ids.contains(&group.id.as_str()))
        .collect();
    groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&Listing::of(page, &groups, call.path, call.query, |group| GroupPayload::of(group)))
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    Reply::ok(&GroupPayload::of(group(call)?))
}

fn list_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let expand = Expand::read(call.query)?;
    let directory = &call.world.directory;
    let members: Vec<&User> = group(call)?
        .members
        .iter()
        .filter_map(|id| directory.users.get(id))
        .filter(|user| user.state != State::Deleted)
        .collect();
    Reply::ok(&Listing::of(page, &members, call.path, call.query, |user| {
        UserPayload::of(directory, user, &expand, call.now)
    }))
}

fn add_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let wanted: GroupMembersUpdate = call.read()?;
    let group = group(call)?;
    if wanted.version.is_some_and(|version| version != group.version) {
        return Err(Failure::new(
            409,
            "general.conflict",
            "The version supplied does not match the current version of the group",
        ));
    }
    let id = group.id.clone();
    change(call, &id, &wanted.member_ids, true)
}

fn remove_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let ids: Vec<String> = call.query.many("ids").into_iter().map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(Failure::bad_request("ids is required."));
    }
    let id = group(call)?.id.clone();
    change(call, &id, &ids, false)
}

fn change(call: &mut Call<'_>, group: &str, users: &[String], add: bool) -> Result<Reply, Failure> {
    if users.len() > MOST_MEMBERS {
        return Err(Failure::bad_request("Only 50 members can be changed at a time."));
    }
    if let Some(unknown) = users.iter().find(|id| !call.world.directory.users.contains_key(*id)) {
        return Err(Failure::bad_request(format_args!("[{unknown}] is no user.")));
    }
    call.world.directory.change_members(group, users, add, call.now);
    Ok(Reply { status: 202, ..Reply::json("{}") })
}
