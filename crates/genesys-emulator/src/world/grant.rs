//! Role grants: which subject has which role in which division.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    directory::{Directory, Role},
    user::User,
};

/// A role granted to a user, a group or an OAuth client, in a division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) subject: String,
    pub(crate) role: String,
    pub(crate) division: String,
    pub(crate) made_at: Timestamp,
}

impl Directory {
    /// Grants a role; one that is there already stays as it is.
    pub(crate) fn grant(&mut self, subject: &str, role: &str, division: &str, now: Timestamp) {
        let of_subject = self.grants.entry(subject.to_owned()).or_default();
        if !of_subject.iter().any(|grant| grant.role == role && grant.division == division) {
            of_subject.push(Grant {
                subject: subject.to_owned(),
                role: role.to_owned(),
                division: division.to_owned(),
                made_at: now,
            });
            self.changed();
        }
    }

    /// Takes a role away; returns whether it was there.
    pub(crate) fn revoke(&mut self, subject: &str, role: &str, division: &str) -> bool {
        let Some(of_subject) = self.grants.get_mut(subject) else { return false };
        let before = of_subject.len();
        of_subject.retain(|grant| !(grant.role == role && grant.division == division));
        let removed = of_subject.len() != before;
        if removed {
            self.changed();
        }
        removed
    }

    /// Takes every role away that was granted to `subject` itself.
    pub(crate) fn revoke_all(&mut self, subject: &str) {
        if self.grants.remove(subject).is_some_and(|held| !held.is_empty()) {
            self.changed();
        }
    }

    /// Returns who has a role, each once, by id: active users, by groups too.
    pub(crate) fn holders_of(&self, role: &str) -> BTreeSet<&str> {
        let is_active = |id: &str| self.users.get(id).is_some_and(User::is_active);
        let mut holders = BTreeSet::new();
        for (subject, grants) in &self.grants {
            if !grants.iter().any(|grant| grant.role == role) {
                continue;
            }
            if let Some(group) = self.groups.get(subject).filter(|group| group.roles_enabled) {
                holders.extend(group.members.iter().map(String::as_str).filter(|member| is_active(member)));
            } else if is_active(subject) {
                holders.insert(subject.as_str());
            }
        }
        holders
    }

    /// Returns what `subject` is granted: its own grants, then those of its groups. A user who is not active
    /// has none, also not by way of groups.
    pub(crate) fn grants_of(&self, subject: &str) -> Vec<&Grant> {
        let by_groups = match self.users.get(subject) {
            Some(user) if !user.is_active() => return self.own_grants_of(subject),
            Some(_) => self.groups_of(subject),
            None => Vec::new(),
        };
        let mut grants = self.own_grants_of(subject);
        grants.extend(
            by_groups
                .iter()
                .filter(|group| group.roles_enabled)
                .flat_map(|group| self.own_grants_of(&group.id)),
        );
        grants
    }

    /// Returns what was granted to `subject` itself.
    pub(crate) fn own_grants_of(&self, subject: &str) -> Vec<&Grant> {
        self.grants.get(subject).into_iter().flatten().collect()
    }

    /// Returns the roles of `subject`, each once.
    pub(crate) fn roles_of(&self, subject: &str) -> Vec<&Role> {
        let ids: BTreeSet<&str> = self.grants_of(subject).iter().map(|grant| grant.role.as_str()).collect();
        ids.into_iter().filter_map(|id| self.roles.get(id)).collect()
    }
}
