//! What hangs on people, over the control interface.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{Fields, Refusal, bounds, entities};
use crate::Emulator;

/// Everything that hangs on a user, by ground truth.
pub(super) async fn list(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let user = emulator.truth(&id).ok_or_else(|| Refusal::absent("user"))?;
    Ok(entities(&emulator.planted(&user.id)).into_response())
}

/// Gives a user something of every kind, and answers what hangs on the user then.
pub(super) async fn give_everything(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    emulator.give_everything(&id);
    list(State(emulator), Path(id)).await
}

/// Adds people who left, and answers who of them holds what.
pub(super) async fn add_retired(State(emulator): State<Emulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let mut people =
        |name: &str| -> Result<u32, Refusal> { Ok(fields.number(name, &bounds::PEOPLE)?.unwrap_or(0)) };
    let (inactive, deleted, leftovers) = (people("inactive")?, people("deleted")?, people("leftovers")?);
    let seed = fields.take("seed")?.unwrap_or(1);
    fields.end()?;
    Ok(entities(&emulator.add_retired(inactive, deleted, leftovers, seed)).into_response())
}

/// Takes exactly these permissions away from the first OAuth client.
pub(super) async fn deny(State(emulator): State<Emulator>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let denied: Vec<String> = fields.need("denied")?;
    fields.end()?;
    emulator.deny(&denied.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(Json(json!({ "denied": denied })))
}
