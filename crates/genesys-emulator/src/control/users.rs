//! Users over the control interface: ground truth, and other people's edits.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Fields, Refusal, bounds, entities};
use crate::{Emulator, OrganizationTruth, UserTruth};

pub(super) async fn list(State(emulator): State<Emulator>) -> Response {
    let users: Vec<UserTruth> = emulator.user_ids().iter().filter_map(|id| emulator.truth(id)).collect();
    entities(&users).into_response()
}

pub(super) async fn organization(State(emulator): State<Emulator>) -> Json<OrganizationTruth> {
    Json(emulator.organization_truth())
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

/// The ids of every conversation of a user, by ground truth.
pub(super) async fn conversations(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let user = emulator.truth(&id).ok_or_else(|| Refusal::absent("user"))?;
    Ok(entities(&emulator.conversations_of(&user.id)).into_response())
}

/// Gives a user `count` past conversations that start between `from` and `to`.
pub(super) async fn give_history(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let count = fields.need_number("count", &bounds::CONVERSATIONS)?;
    let (from, to) = (fields.need_instant("from")?, fields.need_instant("to")?);
    fields.end()?;
    if emulator.conversation_count().saturating_add(count) > bounds::CONVERSATIONS_IN_ALL {
        let most = bounds::CONVERSATIONS_IN_ALL;
        return Err(Refusal::of(
            "count",
            format_args!("the organization would have more than {most} of them"),
        ));
    }
    if from >= to {
        return Err(Refusal::of("to", "must be later than from"));
    }
    let user = emulator.truth(&id).ok_or_else(|| Refusal::absent("user"))?;
    // Conversation records name people by UUID only.
    let key = uuid::Uuid::try_parse(&user.id)
        .map_err(|_| Refusal::of("id", "is no UUID, so it can have no history"))?;
    emulator.give_history(&key.to_string(), count, from, to);
    Ok(Json(json!({ "conversations": emulator.conversations_of(&user.id).len() })))
}
