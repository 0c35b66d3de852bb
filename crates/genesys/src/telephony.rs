//! Stations: the phones that users are reached at.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
};

/// The stations of a user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserStations {
    /// The one in use.
    pub associated_station: Option<Station>,
    /// The one that calls go to.
    pub effective_station: Option<Station>,
    /// The one to use unless another is chosen.
    pub default_station: Option<Station>,
    /// The one used last.
    pub last_associated_station: Option<Station>,
}

/// A station.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// Id.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Kind, as the vendor spells it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Since when it is associated.
    pub associated_date: Option<Timestamp>,
}

impl Reader {
    /// Reads the stations of a user.
    ///
    /// # Errors
    /// As any read.
    pub async fn station(&self, user: &str) -> Result<UserStations, Error> {
        let template = "/api/v2/users/{userId}/station";
        self.read(&Call::get("read station", template, &[Segment::Id(user)])).await
    }
}
