//! What others do to an organization while somebody is away.

use super::belongings::{add_skill_group, called};
use crate::{
    Emulator,
    world::user::{Address, Since},
};

impl Emulator {
    /// Makes a skill group called `name` of everybody who has the skill called `skill`, at `at_least` or better.
    pub fn skill_group(&self, name: &str, skill: &str, at_least: u8) {
        let now = self.clock().now();
        let world = &mut self.state().world;
        add_skill_group(world, name, skill, at_least, now);
        world.directory.changed();
    }

    /// Adds a number to the organization's own, for somebody to be given.
    pub fn add_did(&self, number: &str) {
        let directory = &mut self.state().world.directory;
        directory.telephony.dids.insert(number.to_owned());
        directory.changed();
    }

    /// Gives one of the organization's numbers to the user with the id `user`, and takes it from whoever has it.
    pub fn give_number(&self, number: &str, user: &str) {
        self.give(
            user,
            |address| address.address.take_if(|held| held == number).is_some(),
            || Address {
                address: Some(number.to_owned()),
                extension: None,
                media_type: "PHONE".to_owned(),
                kind: "WORK".to_owned(),
                country_code: None,
            },
        );
        self.state().world.directory.telephony.dids.insert(number.to_owned());
    }

    /// Gives an extension to the user with the id `user`, and takes it from whoever has it.
    pub fn give_extension(&self, extension: &str, user: &str) {
        self.give(
            user,
            |address| address.extension.take_if(|held| held == extension).is_some(),
            || Address {
                address: None,
                extension: Some(extension.to_owned()),
                media_type: "PHONE".to_owned(),
                kind: "WORK".to_owned(),
                country_code: None,
            },
        );
        self.state().world.directory.telephony.extensions.insert(extension.to_owned());
    }

    fn give(&self, user: &str, take: impl Fn(&mut Address) -> bool, make: impl FnOnce() -> Address) {
        let now = self.clock().now();
        let mut state = self.state();
        let lag_s = state.switches.search_lag_s;
        let directory = &mut state.world.directory;
        for id in directory.users.keys().cloned().collect::<Vec<_>>() {
            let held =
                directory.users.get(&id).is_some_and(|user| user.addresses.clone().iter_mut().any(&take));
            if held {
                directory.edit_user(&id, now, lag_s, |user| {
                    user.addresses.retain_mut(|address| {
                        !take(address) || address.address.is_some() || address.extension.is_some()
                    });
                });
            }
        }
        directory.edit_user(user, now, lag_s, |user| user.addresses.push(make()));
    }

    /// Deletes the queue called `name`. Returns whether there was one.
    pub fn delete_queue(&self, name: &str) -> bool {
        let directory = &mut self.state().world.directory;
        let Some(id) = called(&directory.queues, |queue| queue.name == name) else { return false };
        directory.queues.remove(&id);
        directory.changed();
        true
    }

    /// Deletes the group called `name`, with what it gave. Returns whether there was one.
    pub fn delete_group(&self, name: &str) -> bool {
        let directory = &mut self.state().world.directory;
        let Some(id) = called(&directory.groups, |group| group.name == name) else { return false };
        directory.groups.remove(&id);
        directory.revoke_all(&id);
        for queue in directory.queues.values_mut() {
            queue.member_groups.remove(&id);
            for ring in &mut queue.rings {
                ring.remove(&id);
            }
        }
        directory.changed();
        true
    }

    /// Deletes the team called `name`; its members are in none. Returns whether there was one.
    pub fn delete_team(&self, name: &str) -> bool {
        let directory = &mut self.state().world.directory;
        let Some(id) = called(&directory.teams, |team| team.name == name) else { return false };
        directory.teams.remove(&id);
        for user in directory.users.values_mut() {
            user.team.take_if(|held| *held == id);
        }
        directory.changed();
        true
    }

    /// Associates the station called `name` with the user with the id `user`, and with nobody else, and makes it
    /// that user's default. Returns whether there is such a station.
    pub fn take_station(&self, name: &str, user: &str) -> bool {
        let now = self.clock().now();
        let directory = &mut self.state().world.directory;
        let Some(id) = called(&directory.stations, |station| station.name == name) else { return false };
        for other in directory.users.values_mut() {
            other.associated_station.take_if(|held| held.word == id);
            other.default_station.take_if(|held| *held == id);
        }
        directory.adjust_user(user, |user| {
            user.default_station = Some(id.clone());
            user.associated_station = Some(Since { word: id, at: now });
        });
        directory.changed();
        true
    }

    /// Has the user with the id `user` log in: a token is issued, and the presence becomes Available.
    pub fn log_in(&self, user: &str) {
        let now = self.clock().now();
        let directory = &mut self.state().world.directory;
        directory.adjust_user(user, |user| {
            user.tokens += 1;
            user.last_token_issued = Some(now);
            user.presence = Since { word: "Available".to_owned(), at: now };
        });
        directory.changed();
    }
}
