//! Tokens: a user's, all taken back at once; and the caller's own.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        oauth::{OauthClientPayload, TokenInfo},
        reference::NamedEntity,
    },
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/tokens/me", Need::Nothing, mine),
        Operation::delete("/api/v2/tokens/me", Need::Nothing, drop_mine),
        Operation::delete("/api/v2/tokens/{userId}", Need::Any(&["oauth:token:delete"]), drop_all),
    ]
}

fn mine(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let access = &call.world.access;
    let client = access.client_of(Some(call.token), call.now).map_err(|_| Failure::not_found())?;
    let itself = &call.world.directory.organization;
    let organization = NamedEntity { id: itself.id.clone(), name: itself.name.clone() };
    Reply::ok(&TokenInfo {
        organization: organization.clone(),
        home_organization: organization.clone(),
        authorized_scope: [],
        oauth_client: OauthClientPayload::of(client, access.token_lifetime.as_secs()).within(organization),
    })
}

fn drop_mine(call: &mut Call<'_>) -> Result<Reply, Failure> {
    call.world.access.tokens.remove(call.token);
    Ok(Reply::empty(200))
}

fn drop_all(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    if !call.world.directory.users.contains_key(&id) {
        return Err(Failure::not_found());
    }
    call.world.directory.adjust_user(&id, |user| user.tokens = 0);
    Ok(Reply::empty(204))
}
