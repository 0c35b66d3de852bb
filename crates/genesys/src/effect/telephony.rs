//! Effects on stations and phones.

use http::Method;
use serde_json::Value;

use super::{Effect, without};

impl Effect {
    /// Ends a user's association with the station in use.
    #[must_use]
    pub fn disassociate_station(user: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/associatedstation";
        Self::new("disassociate station", Method::DELETE, template, &[user])
    }

    /// Clears a user's default station.
    #[must_use]
    pub fn clear_default_station(user: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/defaultstation";
        Self::new("clear default station", Method::DELETE, template, &[user])
    }

    /// Associates a user with a station.
    #[must_use]
    pub fn associate_station(user: &str, station: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/associatedstation/{stationId}";
        Self::new("associate station", Method::PUT, template, &[user, station])
    }

    /// Sets a user's default station.
    #[must_use]
    pub fn set_default_station(user: &str, station: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/defaultstation/{stationId}";
        Self::new("set default station", Method::PUT, template, &[user, station])
    }

    /// Sets up a phone like one that was read before. It is a new phone: what the vendor gives to each by itself is left out,
    /// namely ids, versions, dates, authors and state, and of the phone its status, its device and its Edges; of its lines
    /// also who is logged in and whose default they are.
    #[must_use]
    pub fn create_phone(phone: &Value) -> Self {
        let mut body = without(phone, &GIVEN);
        if let Some(fields) = body.as_object_mut() {
            fields.retain(|name, _| !PHONE_GIVEN.contains(&name.as_str()));
            if let Some(Value::Array(lines)) = fields.get_mut("lines") {
                for line in lines {
                    *line = without(&without(line, &GIVEN), &LINE_GIVEN);
                }
            }
        }
        Self::new("create phone", Method::POST, "/api/v2/telephony/providers/edges/phones", &[]).body(&body)
    }

    /// Removes a phone, and with it its stations.
    #[must_use]
    pub fn delete_phone(phone: &str) -> Self {
        let template = "/api/v2/telephony/providers/edges/phones/{phoneId}";
        Self::new("delete phone", Method::DELETE, template, &[phone])
    }
}

/// What the vendor gives to every phone and every line.
const GIVEN: [&str; 10] = [
    "id",
    "selfUri",
    "version",
    "state",
    "dateCreated",
    "dateModified",
    "createdBy",
    "createdByApp",
    "modifiedBy",
    "modifiedByApp",
];

/// What it gives to phones besides: what it found when they registered.
const PHONE_GIVEN: [&str; 5] = ["status", "secondaryStatus", "userAgentInfo", "primaryEdge", "secondaryEdge"];

/// What it gives to lines besides.
const LINE_GIVEN: [&str; 4] = ["loggedInUser", "defaultForUser", "primaryEdge", "secondaryEdge"];
