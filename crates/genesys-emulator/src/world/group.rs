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
    /// Fields that nothing here acts on, served back as they came.
    pub(crate) unmodelled: serde_json::Map<String, serde_json::Value>,
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
            unmodelled: serde_json::Map::new(),
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

    /// Changes a group and makes a new version of it; returns `None` when there is none.
    pub(crate) fn edit_group(
        &mut self,
        id: &str,
        now: Timestamp,
        edit: impl FnOnce(&mut Group),
    ) -> Option<&Group> {
        let group = self.groups.get_mut(id)?;
        edit(group);
        group.version += 1;
        group.modified = now;
        self.changed();
        self.groups.get(id)
    }

    /// Takes an owner out of a group, where the user is one.
    pub(crate) fn disown(&mut self, group: &str, user: &str, now: Timestamp) {
        if self.groups.get(group).is_some_and(|group| group.owners.contains(user)) {
            self.edit_group(group, now, |group| {
                group.owners.remove(user);
            });
        }
    }
}
