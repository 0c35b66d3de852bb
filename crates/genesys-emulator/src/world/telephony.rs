//! Phones, and the pools of numbers and extensions that users' addresses are taken from.

mod phones;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use self::phones::Phones;
use super::{
    directory::{Directory, Station},
    user::User,
};

/// A phone. One for WebRTC brings a station of its own.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Id of the site, and its name where somebody said it.
    pub(crate) site: (String, Option<String>),
    pub(crate) web_rtc_user: Option<String>,
    /// Ids of the lines, in the order of those in `document`.
    pub(crate) lines: Vec<String>,
    pub(crate) station: Option<String>,
    pub(crate) created: Timestamp,
    /// The phone as it was sent; what nothing here acts on is served back from it.
    pub(crate) document: Map<String, Value>,
}

impl Phone {
    /// Name of the site, or its id where nobody said a name.
    pub(crate) fn site_name(&self) -> &str {
        self.site.1.as_deref().unwrap_or(&self.site.0)
    }
}

/// Which pool a number stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pool {
    Dids,
    Extensions,
}

/// Phones and pools.
#[derive(Clone, Debug, Default)]
pub(crate) struct Telephony {
    pub(crate) phones: Phones,
    /// Numbers that the organization owns, whoever uses them.
    pub(crate) dids: BTreeSet<String>,
    /// Extensions that have been in use, whoever uses them.
    pub(crate) extensions: BTreeSet<String>,
}

impl Pool {
    /// What `address` takes from the pool.
    fn part(self, address: &super::user::Address) -> Option<&String> {
        match self {
            Self::Dids => address.address.as_ref().filter(|_| address.media_type == "PHONE"),
            Self::Extensions => address.extension.as_ref(),
        }
    }

    /// What `user` has that could stand in the pool.
    pub(crate) fn parts(self, user: &User) -> impl Iterator<Item = &String> {
        user.addresses.iter().filter_map(move |address| self.part(address))
    }

    /// The id of what has no name but its number, the same in every world with the same organization.
    pub(crate) fn id(self, organization: &str, number: &str) -> String {
        derived_id(
            organization,
            match self {
                Self::Dids => "did",
                Self::Extensions => "extension",
            },
            number,
        )
    }
}

/// An id made from what it is the id of, so that reading it takes nothing from the world's chance.
pub(crate) fn derived_id(organization: &str, kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{organization}/{kind}/{name}"));
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

impl Directory {
    /// Returns the numbers of a pool with the users who have them. An extension that somebody has is in the pool.
    pub(crate) fn numbers(&self, pool: Pool) -> BTreeMap<&str, Option<&User>> {
        let known = match pool {
            Pool::Dids => &self.telephony.dids,
            Pool::Extensions => &self.telephony.extensions,
        };
        let mut numbers: BTreeMap<&str, Option<&User>> =
            known.iter().map(|number| (number.as_str(), None)).collect();
        for user in self.users.values() {
            for number in pool.parts(user) {
                match pool {
                    Pool::Extensions => {
                        numbers.insert(number, Some(user));
                    }
                    Pool::Dids => {
                        if let Some(owner) = numbers.get_mut(number.as_str()) {
                            *owner = Some(user);
                        }
                    }
                }
            }
        }
        numbers
    }

    /// Returns the pool numbers and extensions among the addresses that somebody other than `user` has.
    pub(crate) fn taken<'a>(
        &self,
        user: &str,
        addresses: &'a [super::user::Address],
    ) -> Option<(&'a String, &User)> {
        let others = || self.users.values().filter(|other| other.id != user);
        addresses.iter().find_map(|address| {
            [Pool::Extensions, Pool::Dids].into_iter().find_map(|pool| {
                let number = pool.part(address)?;
                if pool == Pool::Dids && !self.telephony.dids.contains(number) {
                    return None;
                }
                let owner = others().find(|other| pool.parts(other).any(|held| held == number))?;
                Some((number, owner))
            })
        })
    }

    /// Returns the phones that are `user`'s: for WebRTC, or by the station that is the user's default.
    pub(crate) fn phones_of(&self, user: &User) -> Vec<&Phone> {
        let phones = &self.telephony.phones;
        let by_station = user.default_station.as_ref().and_then(|station| phones.of_station(station));
        let others = by_station.filter(|phone| phone.web_rtc_user.as_ref() != Some(&user.id));
        phones.for_user(&user.id).chain(others).collect()
    }

    /// Adds a phone, and the station it brings under `station_id` if it is for WebRTC.
    pub(crate) fn add_phone(&mut self, mut phone: Phone, station_id: String) {
        if phone.web_rtc_user.is_some() {
            let station = Station {
                id: station_id.clone(),
                name: phone.name.clone(),
                web_rtc_user: phone.web_rtc_user.clone(),
            };
            self.stations.insert(station_id.clone(), station);
            phone.station = Some(station_id);
        }
        self.telephony.phones.insert(phone.id.clone(), phone);
        self.changed();
    }

    /// Removes a phone with its station, which nobody has from then on. Returns whether there was one.
    pub(crate) fn remove_phone(&mut self, id: &str) -> bool {
        let Some(phone) = self.telephony.phones.remove(id) else { return false };
        if let Some(station) = &phone.station {
            self.stations.remove(station);
            for user in self.users.values_mut() {
                user.default_station.take_if(|held| held == station);
                user.associated_station.take_if(|held| held.word == *station);
                user.last_associated_station.take_if(|held| held.word == *station);
            }
        }
        self.changed();
        true
    }
}
