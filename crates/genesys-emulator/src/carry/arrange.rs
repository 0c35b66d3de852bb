//! Loading people, for those who hold the organization.

use super::{Leftovers, everything, retired};
use crate::Emulator;

impl Emulator {
    /// Adds somebody on whom something of every kind hangs; returns the user's id.
    pub fn heaviest_person(&self) -> String {
        self.user("Hedda Heavy").title("Team Lead").station("Desk 1").with_everything().add()
    }

    /// Gives somebody who is there something of every kind that can hang on a person, with the people whom that
    /// takes: a manager and somebody who reports to the user, where there are none yet.
    pub fn give_everything(&self, user_id: &str) {
        let now = self.clock().now();
        everything(&mut self.state().world, user_id, now);
    }

    /// Adds people who left, `leftovers` of whom still hold phones, numbers, extensions, roles, queues, groups or
    /// stations; returns who holds what. Equal seeds add the same people.
    pub fn add_retired(&self, inactive: u32, deleted: u32, leftovers: u32, seed: u64) -> Vec<Leftovers> {
        let now = self.clock().now();
        retired::add(&mut self.state().world, (inactive, deleted), leftovers, seed, now)
    }
}
