//! Stations, and the stations of a user.

use serde::Serialize;

use super::{reference::Reference, time::instant};
use crate::world::{
    directory::{Directory, Station},
    user::{Since, User},
};

/// `UserStations`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserStations {
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_station: Option<UserStation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_station: Option<UserStation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_station: Option<UserStation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_associated_station: Option<UserStation>,
}

/// `UserStation`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserStation {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_user: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_user: Option<Reference>,
}

impl UserStations {
    pub(crate) fn of(directory: &Directory, user: &User) -> Self {
        let default =
            user.default_station.as_deref().and_then(|id| directory.stations.get(id)).map(|station| {
                UserStation { default_user: Some(Reference::user(&user.id)), ..plain(station) }
            });
        let associated =
            user.associated_station.as_ref().and_then(|since| associated(directory, user, since));
        let last = user.last_associated_station.as_ref().or(user.associated_station.as_ref());
        Self {
            effective_station: associated.clone().or_else(|| default.clone()),
            associated_station: associated,
            default_station: default,
            last_associated_station: last
                .and_then(|since| directory.stations.get(&since.word).map(|station| (station, since)))
                .map(|(station, since)| UserStation {
                    associated_date: Some(instant(since.at)),
                    ..plain(station)
                }),
        }
    }
}

fn associated(directory: &Directory, user: &User, since: &Since) -> Option<UserStation> {
    let station = directory.stations.get(&since.word)?;
    Some(UserStation {
        associated_user: Some(Reference::user(&user.id)),
        associated_date: Some(instant(since.at)),
        ..plain(station)
    })
}

fn plain(station: &Station) -> UserStation {
    UserStation {
        id: station.id.clone(),
        name: station.name.clone(),
        kind: kind(station),
        associated_user: None,
        associated_date: None,
        default_user: None,
    }
}

fn kind(station: &Station) -> &'static str {
    if station.web_rtc_user.is_some() { "inin_webrtc_softphone" } else { "inin_remote" }
}

/// `Station`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StationPayload {
    id: String,
    name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_rtc_user_id: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    self_uri: String,
}

impl StationPayload {
    pub(crate) fn of(station: &Station, user: Option<&User>) -> Self {
        Self {
            id: station.id.clone(),
            name: station.name.clone(),
            status: if user.is_some() { "ASSOCIATED" } else { "AVAILABLE" },
            user_id: user.map(|user| user.id.clone()),
            web_rtc_user_id: station.web_rtc_user.clone(),
            kind: kind(station),
            self_uri: format!("/api/v2/stations/{}", station.id),
        }
    }
}
