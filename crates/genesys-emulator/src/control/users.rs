//! Users over the control interface: ground truth, other people's edits, import.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};

use super::{Fields, Refusal, entities};
use crate::{
    Emulator, UserTruth,
    world::{
        World,
        user::{Address, State as UserState, User},
    },
};

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

/// Takes users in, as the vendor's JSON, one a line. Answers how many, or 400 with the line that stopped it.
pub(super) async fn import(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let mut imported = 0_u64;
    for (number, line) in (1_u64..).zip(body.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Err(refusal) = take_in(&emulator, line) {
            let told = json!({
                "line": number,
                "field": refusal.field,
                "message": refusal.message,
                "imported": imported,
            });
            return (StatusCode::BAD_REQUEST, Json(told)).into_response();
        }
        imported += 1;
    }
    Json(json!({ "imported": imported })).into_response()
}

fn take_in(emulator: &Emulator, line: &[u8]) -> Result<(), Refusal> {
    let now = emulator.clock().now();
    let mut fields = Fields::read(line)?;
    let id: uuid::Uuid = fields.need("id")?;
    let mut state = emulator.state();
    let division = division(&mut state.world, fields.take("division")?.as_ref());
    let (name, email): (String, String) = (fields.need("name")?, fields.take("email")?.unwrap_or_default());
    let mut user = User::new(id.to_string(), &name, &email, &division, now);
    user.username = fields.take("username")?.unwrap_or(email);
    user.state = fields.take("state")?.unwrap_or(UserState::Active);
    user.version = fields.take("version")?.unwrap_or(1);
    user.title = fields.take("title")?;
    user.department = fields.take("department")?;
    user.preferred_name = fields.take("preferredName")?;
    user.acd_auto_answer = fields.take("acdAutoAnswer")?.unwrap_or(false);
    user.manager =
        fields.take::<Map<String, Value>>("manager")?.as_ref().and_then(|manager| text(manager, "id"));
    if let Some(employer) = fields.take::<Map<String, Value>>("employerInfo")? {
        user.employer.official_name = text(&employer, "officialName");
        user.employer.employee_id = text(&employer, "employeeId");
        user.employer.employee_type = text(&employer, "employeeType");
        user.employer.date_hire = text(&employer, "dateHire");
    }
    let addresses: Vec<Map<String, Value>> = fields.take("addresses")?.unwrap_or_default();
    user.addresses = addresses.iter().map(address).collect();
    let mut rest = fields.into_rest();
    for made in MADE_HERE {
        rest.remove(made);
    }
    user.unmodelled = rest;
    state.world.introduce(&user);
    state.world.directory.users.insert(user.id.clone(), user);
    state.world.directory.changed();
    Ok(())
}

/// Fields of a user that the emulator makes from what else it holds.
const MADE_HERE: [&str; 13] = [
    "chat",
    "primaryContactInfo",
    "selfUri",
    "routingStatus",
    "presence",
    "conversationSummary",
    "station",
    "authorization",
    "groups",
    "team",
    "skills",
    "languages",
    "lastTokenIssued",
];

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn address(fields: &Map<String, Value>) -> Address {
    Address {
        address: text(fields, "address"),
        extension: text(fields, "extension"),
        media_type: text(fields, "mediaType").unwrap_or_else(|| "PHONE".to_owned()),
        kind: text(fields, "type").unwrap_or_else(|| "WORK".to_owned()),
        country_code: text(fields, "countryCode"),
    }
}

/// Returns the id of an imported user's division, which comes with the user if it is new.
fn division(world: &mut World, given: Option<&Map<String, Value>>) -> String {
    let Some(id) = given.and_then(|given| text(given, "id")) else {
        return world.directory.home_division().to_owned();
    };
    let name = given.and_then(|given| text(given, "name")).unwrap_or_else(|| id.clone());
    world.directory.divisions.entry(id.clone()).or_insert_with(|| crate::world::directory::Division {
        id: id.clone(),
        description: format!("{name} division"),
        name,
        home: false,
    });
    id
}
