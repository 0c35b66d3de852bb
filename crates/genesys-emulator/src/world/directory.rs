//! The directory: users and everything they can be given.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    grant::Grant, group::Group, index::SearchIndex, queue::Queue, reported::Reported, session::Session,
    skill_group::SkillGroup, telephony::Telephony, user::User, work_item::WorkItem,
};

/// The organization itself.
#[derive(Clone, Debug)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) created: Timestamp,
    /// Days for which conversation detail is kept.
    pub(crate) retention_days: u32,
}

/// A division; the Home division takes in the deleted.
#[derive(Clone, Debug)]
pub(crate) struct Division {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) home: bool,
}

/// A role with its permissions, written `domain:entity:action`.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) permissions: Vec<String>,
}

/// An ACD skill, a language, a team: an id and a name.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
}

/// A telephone that a user can be associated with.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) web_rtc_user: Option<String>,
}

/// Users and what they are given.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) organization: Organization,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) divisions: BTreeMap<String, Division>,
    pub(crate) roles: BTreeMap<String, Role>,
    /// Grants by subject, oldest first.
    pub(crate) grants: BTreeMap<String, Vec<Grant>>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) queues: BTreeMap<String, Queue>,
    pub(crate) skills: BTreeMap<String, Named>,
    pub(crate) languages: BTreeMap<String, Named>,
    pub(crate) teams: BTreeMap<String, Named>,
    pub(crate) stations: BTreeMap<String, Station>,
    pub(crate) skill_groups: BTreeMap<String, SkillGroup>,
    pub(crate) telephony: Telephony,
    pub(crate) work_items: BTreeMap<String, WorkItem>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) reported: Reported,
    pub(crate) index: SearchIndex,
    revision: u64,
}

impl Directory {
    /// Returns an organization with a Home division and nobody in it.
    pub(crate) fn new(organization: Organization, home_division: Division) -> Self {
        Self {
            organization,
            users: BTreeMap::new(),
            divisions: BTreeMap::from([(home_division.id.clone(), home_division)]),
            roles: BTreeMap::new(),
            grants: BTreeMap::new(),
            groups: BTreeMap::new(),
            queues: BTreeMap::new(),
            skills: BTreeMap::new(),
            languages: BTreeMap::new(),
            teams: BTreeMap::new(),
            stations: BTreeMap::new(),
            skill_groups: BTreeMap::new(),
            telephony: Telephony::default(),
            work_items: BTreeMap::new(),
            sessions: Vec::new(),
            reported: Reported::default(),
            index: SearchIndex::default(),
            revision: 0,
        }
    }

    /// Returns a number that grows with every change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Notes that something changed.
    pub(crate) fn changed(&mut self) {
        self.revision += 1;
    }

    /// Returns the id of the Home division.
    pub(crate) fn home_division(&self) -> &str {
        self.divisions.values().find(|division| division.home).map_or("", |division| division.id.as_str())
    }

    /// Changes a user and makes a new version of it; the search index follows after `lag_s`.
    ///
    /// Returns `None` when there is no such user.
    pub(crate) fn edit_user(
        &mut self,
        id: &str,
        now: Timestamp,
        lag_s: u64,
        edit: impl FnOnce(&mut User),
    ) -> Option<&User> {
        let user = self.users.get_mut(id)?;
        let before = user.clone();
        edit(user);
        user.version = before.version + 1;
        self.index.record(&before, user, now, lag_s);
        self.revision += 1;
        self.users.get(id)
    }

    /// Changes what belongs to a user without making a new version of it.
    pub(crate) fn adjust_user(&mut self, id: &str, adjust: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(id) {
            let before = user.clone();
            adjust(user);
            if *user != before {
                self.revision += 1;
            }
        }
    }

    /// Returns the users who report to `id`, deleted ones left out.
    pub(crate) fn reports_of(&self, id: &str) -> Vec<&User> {
        self.users
            .values()
            .filter(|user| user.manager.as_deref() == Some(id) && user.state != super::user::State::Deleted)
            .collect()
    }

    /// Returns the managers of `id` upwards; a circle ends where it closes.
    pub(crate) fn superiors_of(&self, id: &str) -> Vec<&User> {
        let mut above: Vec<&User> = Vec::new();
        let mut below = self.users.get(id);
        while let Some(manager) =
            below.and_then(|user| user.manager.as_ref()).and_then(|manager| self.users.get(manager))
        {
            if above.iter().any(|user| user.id == manager.id) || manager.id == id {
                break;
            }
            above.push(manager);
            below = Some(manager);
        }
        above
    }

    /// Returns the user whom a station is associated with.
    pub(crate) fn associated_user(&self, station: &str) -> Option<&User> {
        self.users
            .values()
            .find(|user| user.associated_station.as_ref().is_some_and(|since| since.word == station))
    }
}
