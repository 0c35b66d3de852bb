//! How many bytes of answered pages are kept, over the control interface.

use axum::{Json, body::Bytes, extract::State};
use serde_json::{Value, json};

use super::{Fields, Refusal, bounds};
use crate::Emulator;

pub(super) async fn told(State(emulator): State<Emulator>) -> Json<Value> {
    let (most, held) = emulator.prepared_bytes();
    Json(json!({ "most_bytes": most, "held_bytes": held }))
}

pub(super) async fn limit(State(emulator): State<Emulator>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let most = fields.need_number("most_bytes", &bounds::BYTES)?;
    fields.end()?;
    emulator.limit_prepared_bytes(most);
    Ok(told(State(emulator)).await)
}
