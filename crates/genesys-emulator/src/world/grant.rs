//! Role grants: which subject has which role in which division.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::directory::{Directory, Role};

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
        let present = self
            .grants
            .iter()
            .any(|grant| grant.subject == subject && grant.role == role && grant.division == division);
        if !present {
            self.grants.push(Grant {
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
        self.retain_grants(|grant| {
            !(grant.subject == subject && grant.role == role && grant.division == division)
        })
    }

    /// Takes every role away that was granted to `subject` itself.
    pub(crate) fn revoke_all(&mut self, subject: &str) {
        self.retain_grants(|grant| grant.subject != subject);
    }

    fn retain_grants(&mut self, keep: impl FnMut(&Grant) -> bool) -> bool {
        let before = self.grants.len();
        self.grants.retain(keep);
        let removed = self.grants.len() != before;
        if removed {
            self.changed();
        }
        removed
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

    fn own_grants_of(&self, subject: &str) -> Vec<&Grant> {
        self.grants.iter().filter(|grant| grant.subject == subject).collect()
    }

    /// Returns the roles of `subject`, each once.
    pub(crate) fn roles_of(&self, subject: &str) -> Vec<&Role> {
        let ids: BTreeSet<&str> = self.grants_of(subject).iter().map(|grant| grant.role.as_str()).collect();
        ids.into_iter().filter_map(|id| self.roles.get(id)).collect()
    }
}
