//! Who takes what is routed to a person directly when the person does not.

use serde_json::{Value, json};

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    world::{personal::Personal, user::State},
};

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/routing/users/{userId}/directroutingbackup/settings";
    vec![
        Operation::get(of_user, Need::Any(&["routing:directRoutingBackup:view"]), read),
        Operation::put(of_user, Need::Any(&["routing:directRoutingBackup:edit"]), write),
        Operation::delete(of_user, Need::Any(&["routing:directRoutingBackup:delete"]), clear),
    ]
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let mut answer = user.personal.direct_routing_backup.clone().ok_or_else(Failure::not_found)?;
    let backed_up: Vec<&String> = call
        .world
        .directory
        .users
        .values()
        .filter(|other| {
            let backup = other.personal.direct_routing_backup.as_ref().and_then(|own| own.get("userId"));
            backup.and_then(Value::as_str) == Some(&user.id)
        })
        .map(|other| &other.id)
        .collect();
    answer.insert("backedUpUsers".to_owned(), json!(backed_up));
    Reply::ok(&answer)
}

fn write(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    let wanted = Personal::without(call.read()?, &["backedUpUsers"]);
    let directory = &call.world.directory;
    if let Some(user) = wanted.get("userId").and_then(Value::as_str)
        && directory.users.get(user).is_none_or(|user| user.state == State::Deleted || user.id == id)
    {
        return Err(Failure::bad_request("userId names nobody who could be the backup."));
    }
    if let Some(queue) = wanted.get("queueId").and_then(Value::as_str)
        && !directory.queues.contains_key(queue)
    {
        return Err(Failure::bad_request("queueId names no queue."));
    }
    if let Some(seconds) = wanted.get("agentWaitSeconds").and_then(Value::as_i64)
        && !(60..=864_000).contains(&seconds)
    {
        return Err(Failure::bad_request("agentWaitSeconds must be between 60 and 864000."));
    }
    call.world.directory.adjust_user(&id, |user| user.personal.direct_routing_backup = Some(wanted));
    read(call)
}

fn clear(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    if user.personal.direct_routing_backup.is_none() {
        return Err(Failure::not_found());
    }
    let id = user.id.clone();
    call.world.directory.adjust_user(&id, |user| user.personal.direct_routing_backup = None);
    Ok(Reply::empty(204))
}
