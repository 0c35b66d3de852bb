//! The control interface under `/_emulator/`: ground truth, the request log, faults, time, switches, imports.
//!
//! It is not the vendor's: no token, no rate limit, no faults. Wrong input is told as 400 with the field's name.

mod baggage;
mod bounds;
mod door;
mod faults;
mod histories;
mod import_users;
mod prepared;
mod switches;
mod users;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode},
    middleware::{from_fn, map_response},
    response::{IntoResponse, Response},
    routing::{any, delete, get, post, put},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Emulator, route::import};

/// The routes of the control interface.
pub(crate) fn router(emulator: &Emulator) -> Router {
    Router::new()
        .route("/_emulator/users", get(users::list))
        .route("/_emulator/organization", get(users::organization))
        .route("/_emulator/users/{id}", get(users::read))
        .route("/_emulator/users/{id}/touch", post(users::touch))
        .route("/_emulator/users/{id}/end-live", post(users::end_live))
        .route("/_emulator/users/{id}/conversations", get(users::conversations).post(users::give_history))
        .route("/_emulator/users/{id}/baggage", get(baggage::list).post(baggage::give_everything))
        .route("/_emulator/retired", post(baggage::add_retired))
        .route("/_emulator/permissions", put(baggage::deny))
        .route("/_emulator/import/users", post(import_users::import))
        .route("/_emulator/import/conversations", post(import_conversations))
        .route("/_emulator/conversations", delete(histories::wipe))
        .route("/_emulator/conversations/{id}", get(conversation).delete(remove_conversation))
        .route("/_emulator/conversations/{id}/arrival", put(histories::delay))
        .route("/_emulator/users/{id}/history-cases", post(histories::plant))
        .route("/_emulator/conversations/{id}/attribute", post(reattribute))
        .route("/_emulator/prepared", get(prepared::told).put(prepared::limit))
        .route("/_emulator/requests", get(requests).delete(forget_requests))
        .route("/_emulator/faults", get(faults::fired).post(faults::add).delete(faults::clear))
        .route("/_emulator/clock", get(switches::now).post(switches::advance))
        .route("/_emulator/switches", get(switches::list).put(switches::set))
        .route("/_emulator/{*rest}", any(|| async { Refusal::absent("address") }))
        .layer(from_fn(door::check))
        .layer(map_response(mark))
        .with_state(emulator.clone())
}

async fn mark(mut response: Response) -> Response {
    response.headers_mut().insert("x-genesys-emulator", HeaderValue::from_static("1"));
    response
}

/// A refusal by the control interface.
pub(crate) struct Refusal {
    status: StatusCode,
    field: String,
    message: String,
}

impl Refusal {
    pub(crate) fn of(field: &str, message: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::BAD_REQUEST, field: field.to_owned(), message: message.to_string() }
    }

    pub(crate) fn absent(what: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            field: what.to_owned(),
            message: format!("there is no such {what}"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "field": self.field, "message": self.message }))).into_response()
    }
}

/// A JSON object, read field by field so that a wrong one can be named.
pub(crate) struct Fields {
    rest: Map<String, Value>,
}

impl Fields {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(rest)) => Ok(Self { rest }),
            Ok(_) => Err(Refusal::of("body", "must be a JSON object")),
            Err(error) => Err(Refusal::of("body", error)),
        }
    }

    /// Takes a field out; `None` when it is absent or null.
    pub(crate) fn take<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        match self.rest.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|error| Refusal::of(name, error)),
        }
    }

    /// Takes a field out that must be there.
    pub(crate) fn need<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Result<T, Refusal> {
        self.take(name)?.ok_or_else(|| Refusal::of(name, "is required"))
    }

    /// Refuses fields that nobody took.
    pub(crate) fn end(self) -> Result<(), Refusal> {
        match self.rest.keys().next() {
            Some(name) => Err(Refusal::of(name, "is not known here")),
            None => Ok(()),
        }
    }

    /// Returns the fields that nobody took.
    pub(crate) fn into_rest(self) -> Map<String, Value> {
        self.rest
    }
}

async fn requests(State(emulator): State<Emulator>) -> impl IntoResponse {
    entities(&emulator.requests())
}

async fn forget_requests(State(emulator): State<Emulator>) -> StatusCode {
    emulator.forget_requests();
    StatusCode::NO_CONTENT
}

async fn conversation(State(emulator): State<Emulator>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let record = emulator.conversation(&id).ok_or_else(|| Refusal::absent("conversation"))?;
    Ok(Json(record).into_response())
}

async fn remove_conversation(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    if emulator.remove_conversation(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::absent("conversation"))
    }
}

async fn reattribute(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    body: axum::body::Bytes,
) -> Result<StatusCode, Refusal> {
    let mut fields = Fields::read(&body)?;
    let (from, to): (String, String) = (fields.need("from")?, fields.need("to")?);
    fields.end()?;
    if emulator.reattribute_conversation(&id, &from, &to) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::of("from", "has no part in such a conversation"))
    }
}

async fn import_conversations(State(emulator): State<Emulator>, body: axum::body::Body) -> Response {
    import::conversations(&emulator, body).await
}

/// A list, as this interface writes it.
pub(crate) fn entities<T: Serialize>(items: &[T]) -> Json<Value> {
    Json(json!({ "total": items.len(), "entities": items }))
}
