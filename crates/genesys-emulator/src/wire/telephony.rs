//! Phones, numbers and extensions.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{reference::Reference, time::instant};
use crate::world::{
    directory::Directory,
    personal::Document,
    telephony::{Phone, Pool, derived_id},
    user::User,
};

/// `DID` and `Extension`, which differ in the name of the number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PooledNumber<'a> {
    id: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    did_pool: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_pool: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_type: Option<&'static str>,
    state: &'static str,
    version: u32,
    self_uri: String,
}

/// The id of the organization's one pool of a kind.
pub(crate) fn pool_id(directory: &Directory, pool: Pool) -> String {
    pool.id(&directory.organization.id, "pool")
}

impl<'a> PooledNumber<'a> {
    pub(crate) fn of(directory: &Directory, pool: Pool, number: &'a str, owner: Option<&User>) -> Self {
        let id = pool.id(&directory.organization.id, number);
        let pools = pool_id(directory, pool);
        let is_did = pool == Pool::Dids;
        Self {
            name: number,
            phone_number: is_did.then_some(number),
            number: (!is_did).then_some(number),
            did_pool: is_did.then(|| Reference::new(&pools, None, "telephony/providers/edges/didpools")),
            extension_pool: (!is_did)
                .then(|| Reference::new(&pools, None, "telephony/providers/edges/extensionpools")),
            owner: owner.map(|user| Reference::new(&user.id, Some(&user.name), "users")),
            owner_type: owner.map(|_| "USER"),
            state: "active",
            version: 1,
            self_uri: format!(
                "/api/v2/telephony/providers/edges/{}/{id}",
                if is_did { "dids" } else { "extensions" }
            ),
            id,
        }
    }
}

/// What the emulator says of a phone or a line itself, whatever was sent.
pub(crate) const MADE_HERE: [&str; 15] = [
    "id",
    "version",
    "state",
    "dateCreated",
    "dateModified",
    "createdBy",
    "createdByApp",
    "modifiedBy",
    "modifiedByApp",
    "status",
    "secondaryStatus",
    "userAgentInfo",
    "loggedInUser",
    "defaultForUser",
    "selfUri",
];

/// Returns a phone as the vendor's `Phone`.
pub(crate) fn phone(directory: &Directory, seats: &Seats<'_>, phone: &Phone) -> Document {
    let mut written = phone.document.clone();
    let mut set = |name: &str, value: Value| {
        written.insert(name.to_owned(), value);
    };
    let created = instant(phone.created);
    set("id", json!(phone.id));
    set("name", json!(phone.name));
    set("version", json!(1));
    set("state", json!("active"));
    set("dateCreated", json!(created));
    set("dateModified", json!(created));
    set("selfUri", json!(format!("/api/v2/telephony/providers/edges/phones/{}", phone.id)));
    let sent = phone.document.get("lines").and_then(Value::as_array);
    let lines: Vec<Value> = sent
        .into_iter()
        .flatten()
        .zip(&phone.lines)
        .map(|(line, id)| Value::Object(self::line(seats, phone, line, id)))
        .collect();
    set("lines", Value::Array(lines));
    if let Some(user) = &phone.web_rtc_user {
        let name = directory.users.get(user).map(|user| user.name.as_str());
        set("webRtcUser", json!(Reference::new(user, name, "users")));
    }
    written
}

fn line(seats: &Seats<'_>, phone: &Phone, sent: &Value, id: &str) -> Document {
    let mut line = sent.as_object().cloned().unwrap_or_default();
    line.insert("id".to_owned(), json!(id));
    line.insert("state".to_owned(), json!("active"));
    line.entry("name").or_insert_with(|| json!(phone.name));
    let mut user = |name: &str, user: Option<&User>| {
        if let Some(user) = user {
            line.insert(name.to_owned(), json!(Reference::new(&user.id, Some(&user.name), "users")));
        }
    };
    user("defaultForUser", seats.default_for(phone));
    user("loggedInUser", seats.logged_in(phone));
    line
}

/// Whose default each station is, and with whom it is associated.
pub(crate) struct Seats<'a> {
    default: BTreeMap<&'a str, &'a User>,
    associated: BTreeMap<&'a str, &'a User>,
}

impl<'a> Seats<'a> {
    pub(crate) fn of(directory: &'a Directory) -> Self {
        let users = || directory.users.values();
        let default = users().filter_map(|user| Some((user.default_station.as_deref()?, user)));
        let associated =
            users().filter_map(|user| Some((user.associated_station.as_ref()?.word.as_str(), user)));
        Self { default: default.collect(), associated: associated.collect() }
    }

    /// Returns the user whose default station is the phone's.
    pub(crate) fn default_for(&self, phone: &Phone) -> Option<&'a User> {
        self.default.get(phone.station.as_deref()?).copied()
    }

    /// Returns the user with whom a station is associated.
    pub(crate) fn associated_with(&self, station: &str) -> Option<&'a User> {
        self.associated.get(station).copied()
    }

    fn logged_in(&self, phone: &Phone) -> Option<&'a User> {
        self.associated_with(phone.station.as_deref()?)
    }
}

/// The settings of a WebRTC phone, as a site that has one base for all of them has it.
pub(crate) fn web_rtc_document(organization: &str, name: &str) -> (Document, (String, Option<String>)) {
    let site = (derived_id(organization, "site", "Main Site"), Some("Main Site".to_owned()));
    let base = derived_id(organization, "phonebase", "WebRTC phones");
    let line_base = derived_id(organization, "linebase", "WebRTC phones");
    let mut document = Map::new();
    document.insert("site".to_owned(), json!({ "id": site.0, "name": site.1 }));
    document.insert("phoneBaseSettings".to_owned(), json!({ "id": base, "name": "WebRTC phones" }));
    document.insert(
        "lines".to_owned(),
        json!([{ "name": format!("{name}_1"), "lineBaseSettings": { "id": line_base } }]),
    );
    (document, site)
}
