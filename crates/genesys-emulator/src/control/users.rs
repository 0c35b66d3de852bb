//! Users over the control interface: ground truth, and other people's edits.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};

use super::{Refusal, entities};
use crate::{Emulator, UserTruth};

pub(super) async fn list(State(emulator): State<Emulator>) -> Response {
    let users: Vec<UserTruth> = emulator.user_ids().iter().filter_map(|id| emulator.truth(id)).collect();
    entities(&users).into_response()
}

pub(super) async fn read(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Json<UserTruth>, Refusal> {
    emulator.truth(&id).map(Json).ok_or_else(|| Refusal::absent("user"))
}

pub(super) async fn touch(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Json<UserTruth>, Refusal> {
    emulator.touch(&id);
    read(State(emulator), Path(id)).await
}

pub(super) async fn end_live(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Json<UserTruth>, Refusal> {
    emulator.end_live(&id);
    read(State(emulator), Path(id)).await
}
