//! Directory groups.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::directory::Directory;

/// A group of users; its roles and its queues reach its members.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) members: BTreeSet<String>,
    pub(crate) owners: BTreeSet<String>,
    pub(crate) roles_enabled: bool,
    pub(crate) modified: Timestamp,
}

impl Group {
    /// Returns a group without members.
    pub(crate) fn new(id: String, name: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            version: 1,
            members: BTreeSet::new(),
            owners: BTreeSet::new(),
            roles_enabled: true,
            modified: now,
        }
    }
}

impl Directory {
    /// Returns the groups that `user` is a member of.
    pub(crate) fn groups_of(&self, user: &str) -> Vec<&Group> {
        self.groups.values().filter(|group| group.members.contains(user)).collect()
    }

    /// Adds or removes members; makes a new version when that changes anything.
    pub(crate) fn change_members(&mut self, group: &str, users: &[String], add: bool, now: Timestamp) {
        let Some(group) = self.groups.get_mut(group) else { return };
        let mut changed = false;
        for user in users {
            changed |= if add { group.members.insert(user.clone()) } else { group.members.remove(user) };
        }
        if changed {
            group.version += 1;
            group.modified = now;
            self.changed();
        }
    }
}
