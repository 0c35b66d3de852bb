//! Switches and the clock over the control interface.

use std::{collections::BTreeMap, time::Duration};

use axum::{Json, body::Bytes, extract::State};
use serde_json::{Value, json};

use super::{Fields, Refusal, bounds};
use crate::{Emulator, wire::time::instant};

pub(super) async fn list(State(emulator): State<Emulator>) -> Json<BTreeMap<&'static str, String>> {
    Json(emulator.switches().list().into_iter().collect())
}

/// Sets the switches named in an object of names and values; all of them, or none when one cannot be.
pub(super) async fn set(
    State(emulator): State<Emulator>,
    body: Bytes,
) -> Result<Json<BTreeMap<&'static str, String>>, Refusal> {
    let wanted = Fields::read(&body)?.into_rest();
    let mut switches = emulator.switches();
    for (name, value) in &wanted {
        let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        switches.set(name, &word).map_err(|error| Refusal::of(name, error))?;
    }
    emulator.set_switches(switches);
    Ok(list(State(emulator)).await)
}

pub(super) async fn now(State(emulator): State<Emulator>) -> Json<Value> {
    Json(json!({ "now": instant(emulator.clock().now()) }))
}

/// Advances the clock by `advance_s` seconds.
pub(super) async fn advance(State(emulator): State<Emulator>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let seconds = fields.need_number("advance_s", &bounds::SECONDS)?;
    fields.end()?;
    emulator.clock().advance(Duration::from_secs(seconds));
    Ok(now(State(emulator)).await)
}
