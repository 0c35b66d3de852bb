//! What history there is and when it is seen, over the control interface.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};

use super::{Fields, Refusal};
use crate::{Emulator, PlantedHistory};

/// Takes every conversation away.
pub(super) async fn wipe(State(emulator): State<Emulator>) -> StatusCode {
    emulator.wipe_history();
    StatusCode::NO_CONTENT
}

/// Lets a conversation be seen by queries from `in_queries` on, and by details jobs from `in_jobs` on.
pub(super) async fn delay(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let mut fields = Fields::read(&body)?;
    let (in_queries, in_jobs) = (fields.need_instant("in_queries")?, fields.need_instant("in_jobs")?);
    fields.end()?;
    if emulator.delay_conversation(&id, in_queries, in_jobs) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::absent("conversation"))
    }
}

/// Gives a user one conversation of each kind that reading a history goes wrong with, with two `colleagues`.
pub(super) async fn plant(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<PlantedHistory>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let colleagues: [String; 2] = fields.need("colleagues")?;
    fields.end()?;
    let is_known = |id: &str| uuid::Uuid::try_parse(id).is_ok() && emulator.truth(id).is_some();
    if !is_known(&id) {
        return Err(Refusal::absent("user"));
    }
    let [first, second] = &colleagues;
    if !is_known(first) || !is_known(second) {
        return Err(Refusal::of("colleagues", "must be ids of two users"));
    }
    Ok(Json(emulator.plant_history_cases(&id, [first, second])))
}
