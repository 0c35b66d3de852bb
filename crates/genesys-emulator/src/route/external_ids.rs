//! External ids: names that other systems have for users.

use serde::{Deserialize, Serialize};

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::user::Expand,
    world::user::State,
};

const EDIT: Need = Need::Any(&["directory:user:edit"]);

pub(super) fn operations() -> Vec<Operation> {
    let one = "/api/v2/users/{userId}/externalid/{authorityName}/{externalKey}";
    vec![
        Operation::get("/api/v2/users/externalid/{authorityName}/{externalKey}", Need::Nothing, find),
        Operation::get("/api/v2/users/{userId}/externalid", Need::Nothing, list),
        Operation::post("/api/v2/users/{userId}/externalid", EDIT, add),
        Operation::delete(one, EDIT, remove),
    ]
}

/// `UserExternalIdentifier`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExternalId {
    authority_name: String,
    external_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_uri: Option<String>,
}

fn find(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let expand = Expand::read(call.query)?;
    let (authority, key) = (call.param(0), call.param(1));
    let user = call.world.directory.users.values().find(|user| {
        user.state != State::Deleted && user.external_ids.get(authority).is_some_and(|held| held == key)
    });
    call.user_reply(&user.ok_or_else(Failure::not_found)?.id, &expand)
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let ids: Vec<ExternalId> = user
        .external_ids
        .iter()
        .map(|(authority, key)| ExternalId {
            authority_name: authority.clone(),
            external_key: key.clone(),
            self_uri: Some(format!("/api/v2/users/{}/externalid/{authority}/{key}", user.id)),
        })
        .collect();
    Reply::ok(&ids)
}

fn add(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.subject()?.id.clone();
    let wanted: ExternalId = call.read()?;
    let taken = call.world.directory.users.values().any(|user| {
        user.id != id && user.external_ids.get(&wanted.authority_name) == Some(&wanted.external_key)
    });
    if taken {
        return Err(Failure::new(409, "general.conflict", "The external id belongs to another user."));
    }
    call.world.directory.adjust_user(&id, |user| {
        user.external_ids.insert(wanted.authority_name, wanted.external_key);
    });
    list(call)
}

fn remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let (id, authority, key) = (user.id.clone(), call.param(1).to_owned(), call.param(2).to_owned());
    if user.external_ids.get(&authority) != Some(&key) {
        return Err(Failure::not_found());
    }
    call.world.directory.adjust_user(&id, |user| {
        user.external_ids.remove(&authority);
    });
    Ok(Reply::empty(204))
}
