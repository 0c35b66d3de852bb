//! The state of a user with the reason why it changed.

use super::users::{change_state, refusal::check_version};
use crate::{
    operation::{Call, Need, Operation},
    preset::{Finds, Obey},
    reply::{Failure, Reply},
    wire::{time::instant, user_change::UserState},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/users/{userId}/state", Need::Any(&["directory:userStateChange:view"]), read),
        Operation::put("/api/v2/users/{userId}/state", Need::Any(&["directory:user:edit"]), write),
    ]
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    answer(call, &call.subject()?.id)
}

fn write(call: &mut Call<'_>) -> Result<Reply, Failure> {
    if call.switches.put_state == Finds::NotFound {
        return Err(Failure::not_found());
    }
    let id = call.param(0).to_owned();
    let wanted: UserState = call.read()?;
    let user = call.world.directory.users.get(&id).ok_or_else(Failure::not_found)?;
    if let Some(version) = wanted.version.filter(|_| call.switches.put_state_version == Obey::Enforced) {
        check_version(call, user, version)?;
    }
    let state = wanted.state.ok_or_else(|| Failure::bad_request("state is required."))?;
    change_state(call, &id, state, wanted.state_change_reason.as_deref())?;
    answer(call, &id)
}

fn answer(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let user = call.world.directory.users.get(id).ok_or_else(Failure::not_found)?;
    Reply::ok(&UserState {
        state: Some(user.state),
        version: Some(user.version),
        state_change_reason: user.state_reason.clone(),
        state_change_date: user.state_changed.map(instant),
    })
}
