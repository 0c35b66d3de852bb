//! Phones by id, by whom they are for, and by the station they bring.

use std::collections::{BTreeMap, BTreeSet};

use super::Phone;

/// All phones. Who has one, and which station is whose, is found without looking at each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phones {
    by_id: BTreeMap<String, Phone>,
    by_user: BTreeMap<String, BTreeSet<String>>,
    by_station: BTreeMap<String, String>,
}

impl Phones {
    /// Adds a phone, or puts it in place of the one with its id.
    pub(crate) fn insert(&mut self, id: String, phone: Phone) {
        self.remove(&id);
        if let Some(user) = &phone.web_rtc_user {
            self.by_user.entry(user.clone()).or_default().insert(id.clone());
        }
        if let Some(station) = &phone.station {
            self.by_station.insert(station.clone(), id.clone());
        }
        self.by_id.insert(id, phone);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Phone> {
        let phone = self.by_id.remove(id)?;
        if let Some(held) = phone.web_rtc_user.as_ref().and_then(|user| self.by_user.get_mut(user)) {
            held.remove(id);
        }
        if let Some(station) = &phone.station {
            self.by_station.remove(station);
        }
        Some(phone)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Phone> {
        self.by_id.get(id)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Phone> {
        self.by_id.values()
    }

    /// Returns the WebRTC phones for `user`.
    pub(crate) fn for_user(&self, user: &str) -> impl Iterator<Item = &Phone> {
        self.by_user.get(user).into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// Returns the phone that brought `station`.
    pub(crate) fn of_station(&self, station: &str) -> Option<&Phone> {
        self.by_station.get(station).and_then(|id| self.by_id.get(id))
    }
}
