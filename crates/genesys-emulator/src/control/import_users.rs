//! Taking recorded users in, as the vendor's JSON, one a line.
//!
//! What the emulator acts on becomes part of its world: groups, roles, skills, languages and the team of a user
//! come with the user where they are not there yet. Fields that nothing here knows are kept and served back.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{Fields, Refusal, bounds};
use crate::{
    Emulator,
    world::{
        World,
        directory::{Division, Named, Role},
        group::Group,
        user::{Address, Employer, State as UserState, User},
    },
};

/// Fields of a user that the emulator makes from what else it holds.
const MADE_HERE: [&str; 7] =
    ["chat", "primaryContactInfo", "selfUri", "routingStatus", "presence", "conversationSummary", "station"];

/// Takes users in; answers how many, or 400 with the line and the field that stopped it.
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

/// Something with an id, as users refer to it.
#[derive(Deserialize)]
struct Reference {
    id: String,
    name: Option<String>,
    proficiency: Option<f64>,
}

impl Reference {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contact {
    address: Option<String>,
    extension: Option<String>,
    media_type: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    country_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmployerInfo {
    official_name: Option<String>,
    employee_id: Option<String>,
    employee_type: Option<String>,
    date_hire: Option<String>,
}

#[derive(Deserialize)]
struct Authorization {
    #[serde(default)]
    roles: Vec<Reference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastToken {
    date_issued: Timestamp,
}

/// What a user refers to; it is all read before any of it is taken in.
struct Holdings {
    division: Option<Reference>,
    groups: Vec<Reference>,
    roles: Vec<Reference>,
    skills: Vec<Reference>,
    languages: Vec<Reference>,
    team: Option<Reference>,
}

fn take_in(emulator: &Emulator, line: &[u8]) -> Result<(), Refusal> {
    let now = emulator.clock().now();
    let mut fields = Fields::read(line)?;
    let holdings = Holdings {
        division: fields.take("division")?,
        groups: fields.take("groups")?.unwrap_or_default(),
        roles: fields.take::<Authorization>("authorization")?.map_or_else(Vec::new, |held| held.roles),
        skills: fields.take("skills")?.unwrap_or_default(),
        languages: fields.take("languages")?.unwrap_or_default(),
        team: fields.take("team")?,
    };
    let user = read_user(fields, now)?;
    settle(&mut emulator.state().world, user, &holdings, now);
    Ok(())
}

fn read_user(mut fields: Fields, now: Timestamp) -> Result<User, Refusal> {
    let id: uuid::Uuid = fields.need("id")?;
    let (name, email): (String, String) = (fields.need("name")?, fields.take("email")?.unwrap_or_default());
    let mut user = User::new(id.to_string(), &name, &email, "", now);
    user.username = fields.take("username")?.unwrap_or(email);
    user.state = fields.take("state")?.unwrap_or(UserState::Active);
    user.version = fields.number("version", &bounds::VERSIONS)?.unwrap_or(1);
    user.title = fields.take("title")?;
    user.department = fields.take("department")?;
    user.preferred_name = fields.take("preferredName")?;
    user.acd_auto_answer = fields.take("acdAutoAnswer")?.unwrap_or(false);
    user.manager = fields.take::<Reference>("manager")?.map(|manager| manager.id);
    user.last_login = fields.take("dateLastLogin")?;
    user.last_token_issued = fields.take::<LastToken>("lastTokenIssued")?.map(|last| last.date_issued);
    user.created = fields.take("dateWelcomeSent")?.unwrap_or(now);
    if let Some(employer) = fields.take::<EmployerInfo>("employerInfo")? {
        user.employer = Employer {
            official_name: employer.official_name,
            employee_id: employer.employee_id,
            employee_type: employer.employee_type,
            date_hire: employer.date_hire,
        };
    }
    let addresses: Vec<Contact> = fields.take("addresses")?.unwrap_or_default();
    user.addresses = addresses.into_iter().map(address).collect();
    let mut rest = fields.into_rest();
    for made in MADE_HERE {
        rest.remove(made);
    }
    user.unmodelled = rest;
    Ok(user)
}

fn address(contact: Contact) -> Address {
    Address {
        address: contact.address,
        extension: contact.extension,
        media_type: contact.media_type.unwrap_or_else(|| "PHONE".to_owned()),
        kind: contact.kind.unwrap_or_else(|| "WORK".to_owned()),
        country_code: contact.country_code,
    }
}

fn settle(world: &mut World, mut user: User, holdings: &Holdings, now: Timestamp) {
    let directory = &mut world.directory;
    user.division = match &holdings.division {
        Some(division) => {
            directory.divisions.entry(division.id.clone()).or_insert_with(|| Division {
                id: division.id.clone(),
                name: division.name().to_owned(),
                description: format!("{} division", division.name()),
                home: false,
            });
            division.id.clone()
        }
        None => directory.home_division().to_owned(),
    };
    user.skills = proficiencies(&mut directory.skills, &holdings.skills, now);
    user.languages = proficiencies(&mut directory.languages, &holdings.languages, now);
    user.team = holdings.team.as_ref().map(|team| shelve(&mut directory.teams, team, now));
    for group in &holdings.groups {
        let absent = || Group::new(group.id.clone(), group.name(), now);
        directory.groups.entry(group.id.clone()).or_insert_with(absent);
        directory.change_members(&group.id, std::slice::from_ref(&user.id), true, now);
    }
    for role in &holdings.roles {
        directory.roles.entry(role.id.clone()).or_insert_with(|| Role {
            id: role.id.clone(),
            name: role.name().to_owned(),
            permissions: Vec::new(),
        });
        directory.grant(&user.id, &role.id, &user.division, now);
    }
    directory.changed();
    world.introduce(&user);
    world.directory.users.insert(user.id.clone(), user);
}

fn proficiencies(
    shelf: &mut BTreeMap<String, Named>,
    held: &[Reference],
    now: Timestamp,
) -> BTreeMap<String, f64> {
    held.iter().map(|held| (shelve(shelf, held, now), held.proficiency.unwrap_or(0.0))).collect()
}

/// Puts what a user refers to on its shelf, if it is not there yet; returns its id.
fn shelve(shelf: &mut BTreeMap<String, Named>, held: &Reference, now: Timestamp) -> String {
    let absent = || Named { id: held.id.clone(), name: held.name().to_owned(), created: now };
    shelf.entry(held.id.clone()).or_insert_with(absent);
    held.id.clone()
}
