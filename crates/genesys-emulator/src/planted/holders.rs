//! What stands with other things than the people it hangs on, by those people: looked through once for as many
//! people as are asked for.

use std::collections::BTreeMap;

use crate::world::{
    World,
    access::OauthClient,
    telephony::Phone,
    user::{State, User},
    work_item::{Progress, WorkItem},
};

/// Who holds what, in one world at one moment.
pub(crate) struct Holders<'a> {
    clients: BTreeMap<&'a str, Vec<&'a OauthClient>>,
    phones: BTreeMap<&'a str, Vec<&'a Phone>>,
    /// Phones by their stations.
    stations: BTreeMap<&'a str, &'a Phone>,
    items: BTreeMap<&'a str, Vec<&'a WorkItem>>,
    reports: BTreeMap<&'a str, Vec<&'a User>>,
}

fn by_holder<'a, T>(
    things: impl Iterator<Item = &'a T>,
    holder: impl Fn(&'a T) -> Option<&'a String>,
) -> BTreeMap<&'a str, Vec<&'a T>> {
    let mut held: BTreeMap<&str, Vec<&T>> = BTreeMap::new();
    for thing in things {
        if let Some(holder) = holder(thing) {
            held.entry(holder).or_default().push(thing);
        }
    }
    held
}

fn of<'a, T>(held: &'a BTreeMap<&str, Vec<&'a T>>, user: &str) -> impl Iterator<Item = &'a T> {
    held.get(user).into_iter().flatten().copied()
}

impl<'a> Holders<'a> {
    /// Looks through `world`.
    pub(crate) fn of(world: &'a World) -> Self {
        let directory = &world.directory;
        let phones = || directory.telephony.phones.values();
        let there = directory.users.values().filter(|user| user.state != State::Deleted);
        let open = directory.work_items.values().filter(|item| item.progress == Progress::Open);
        Self {
            clients: by_holder(world.access.clients.values(), |client| client.created_by.as_ref()),
            phones: by_holder(phones(), |phone| phone.web_rtc_user.as_ref()),
            stations: phones().filter_map(|phone| Some((phone.station.as_deref()?, phone))).collect(),
            items: by_holder(open, |item| item.assignee.as_ref()),
            reports: by_holder(there, |user| user.manager.as_ref()),
        }
    }

    /// Returns the OAuth clients that a user created.
    pub(super) fn clients(&self, user: &User) -> impl Iterator<Item = &OauthClient> {
        of(&self.clients, &user.id)
    }

    /// Returns a user's phones: for WebRTC, and by the default station.
    pub(super) fn phones(&self, user: &User) -> impl Iterator<Item = &Phone> {
        let default = user.default_station.as_deref().and_then(|id| self.stations.get(id)).copied();
        of(&self.phones, &user.id).chain(default)
    }

    /// Returns the open work items that a user is assigned.
    pub(super) fn items(&self, user: &User) -> impl Iterator<Item = &WorkItem> {
        of(&self.items, &user.id)
    }

    /// Returns who reports to a user, deleted ones left out.
    pub(super) fn reports(&self, user: &User) -> impl Iterator<Item = &User> {
        of(&self.reports, &user.id)
    }
}
