//! Stations: the phones that users are reached at. Behind them are phones, which the organization sets up, and the numbers that
//! are dialled.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    error::Error,
    odd,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
};

mod numbers;
mod phones;

pub use numbers::Number;

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
    #[serde(default, deserialize_with = "odd::instant")]
    pub associated_date: Option<Timestamp>,
}

/// A station and who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationHolder {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Kind, as the vendor spells it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `AVAILABLE` or `ASSOCIATED`.
    pub status: Option<String>,
    /// Id of the user who is associated with it.
    pub user_id: Option<String>,
    /// Id of the user whose WebRTC phone it is.
    pub web_rtc_user_id: Option<String>,
}

impl Entry for StationHolder {
    fn key(&self) -> &str {
        &self.id
    }
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

    /// Reads the stations of a user's WebRTC phone, whoever is associated with them. The vendor's list does not say since when
    /// they are.
    ///
    /// # Errors
    /// As any list.
    pub async fn stations_of_web_rtc_user(&self, user: &str) -> Result<Vec<Station>, Error> {
        let call = |page: u32| {
            let call = Call::get("read stations", "/api/v2/stations", &[]).query("webRtcUserId", user);
            self.on_page(call, page)
        };
        let found = self.list::<StationHolder>(&call).await?.into_iter();
        Ok(found
            .map(|station| Station {
                id: Some(station.id),
                name: station.name,
                kind: station.kind,
                associated_date: None,
            })
            .collect())
    }

    /// Reads a station with who holds it; `None` if there is none.
    ///
    /// # Errors
    /// As any list.
    pub async fn station_by_id(&self, id: &str) -> Result<Option<StationHolder>, Error> {
        let call = |page: u32| {
            let call = Call::get("read station by id", "/api/v2/stations", &[]).query("id", id);
            self.on_page(call, page)
        };
        Ok(self.list::<StationHolder>(&call).await?.into_iter().find(|station| station.id == id))
    }
}
