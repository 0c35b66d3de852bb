//! Arranging what hangs on a person: settings, telephony, groups of their own, work.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{UserBuilder, group, named, queue};
use crate::world::{World, personal::Document, skill_group::SkillGroup, user::Address, work_item::Progress};

pub(crate) fn document(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

fn phone_number(number: &str) -> Address {
    Address {
        address: Some(number.to_owned()),
        extension: None,
        media_type: "PHONE".to_owned(),
        kind: "WORK".to_owned(),
        country_code: None,
    }
}

impl UserBuilder {
    /// Lets the user take at most so many calls at once, instead of what the organization says.
    pub fn utilization(mut self, max_calls: u32) -> Self {
        let own = json!({ "utilization": { "call": {
            "maximumCapacity": max_calls,
            "interruptableMediaTypes": ["email"],
            "includeNonAcd": false,
        } } });
        self.user.personal.utilization = Some(document(own));
        self
    }

    /// Makes the user with the id `backup` take what is routed to this one directly.
    pub fn direct_routing_backup(mut self, backup: &str) -> Self {
        self.user.personal.direct_routing_backup = Some(backup_by(backup));
        self
    }

    /// Makes this user take what is routed directly to the user with the id `user`.
    pub fn direct_routing_backup_for(self, user: &str) -> Self {
        let other = user.to_owned();
        self.also(move |world, id, _| {
            world.directory.adjust_user(&other, |user| {
                user.personal.direct_routing_backup = Some(backup_by(id));
            });
        })
    }

    /// Forwards the user's calls to `number`.
    pub fn call_forwarding(mut self, number: &str) -> Self {
        let own = json!({
            "enabled": true,
            "calls": [{ "targets": [{ "type": "PHONENUMBER", "value": number }] }],
            "voicemail": "NONE",
        });
        self.user.personal.call_forwarding = Some(document(own));
        self
    }

    /// Sets the user out of office, until further notice.
    pub fn out_of_office(mut self) -> Self {
        self.user.personal.out_of_office = Some(document(json!({ "active": true, "indefinite": true })));
        self
    }

    /// Makes the user an owner of the group called `name`.
    pub fn owns_group(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, id, now| {
            let group = group(world, &name, now);
            if let Some(group) = world.directory.groups.get_mut(&group) {
                group.owners.insert(id.to_owned());
            }
        })
    }

    /// Puts the user among those whom the queue called `queue` tries first: a group in its innermost ring.
    ///
    /// The vendor's queue names groups, never a person.
    pub fn preferred_in(self, queue: &str) -> Self {
        let queue = queue.to_owned();
        self.also(move |world, id, now| prefer(world, &queue, id, now))
    }

    /// Makes a skill group called `name` of everybody who has the skill called `skill`.
    pub fn skill_group(self, name: &str, skill: &str) -> Self {
        let (name, skill) = (name.to_owned(), skill.to_owned());
        self.also(move |world, _, now| add_skill_group(world, &name, &skill, 0, now))
    }

    /// Gives a WebRTC phone; its station becomes the user's default.
    pub fn web_rtc_phone(self, name: &str) -> Self {
        let name = name.to_owned();
        self.also(move |world, id, now| world.add_web_rtc_phone(&name, id, now))
    }

    /// Gives a number that is the organization's.
    pub fn did(self, number: &str) -> Self {
        let own = number.to_owned();
        self.external_number(number).also(move |world, _, _| {
            world.directory.telephony.dids.insert(own);
        })
    }

    /// Gives a number that is not the organization's, such as a mobile.
    pub fn external_number(mut self, number: &str) -> Self {
        self.user.addresses.push(phone_number(number));
        self
    }

    /// Gives a telephone extension.
    pub fn extension(mut self, extension: &str) -> Self {
        self.user.addresses.push(Address {
            address: None,
            extension: Some(extension.to_owned()),
            media_type: "PHONE".to_owned(),
            kind: "WORK".to_owned(),
            country_code: None,
        });
        self
    }

    /// Assigns an open work item.
    pub fn work_item(self, name: &str) -> Self {
        self.working_on(name, Progress::Open)
    }

    /// Assigns a work item that is done.
    pub fn closed_work_item(self, name: &str) -> Self {
        self.working_on(name, Progress::Closed)
    }

    fn working_on(self, name: &str, progress: Progress) -> Self {
        let name = name.to_owned();
        self.also(move |world, id, now| world.add_work_item(&name, progress, id, now))
    }
}

/// Settings by which `user` is the backup.
pub(crate) fn backup_by(user: &str) -> Document {
    document(json!({ "userId": user, "waitForAgent": true, "agentWaitSeconds": 120 }))
}

pub(crate) fn prefer(world: &mut World, name: &str, user: &str, now: Timestamp) {
    let division = world.directory.users.get(user).map(|user| user.division.clone()).unwrap_or_default();
    let queue = queue(world, name, &division, now);
    let group = group(world, &format!("{name} preferred"), now);
    world.directory.change_members(&group, &[user.to_owned()], true, now);
    if let Some(queue) = world.directory.queues.get_mut(&queue) {
        queue.prefers_agents = true;
        match queue.rings.first_mut() {
            Some(ring) => {
                ring.insert(group);
            }
            None => queue.rings.push(BTreeSet::from([group])),
        }
    }
}

/// Makes a skill group, and the skill if it is not there yet.
pub(crate) fn add_skill_group(world: &mut World, name: &str, skill: &str, at_least: u8, now: Timestamp) {
    let skill = named(world, skill, now, |world| &mut world.directory.skills);
    if world.directory.skill_groups.values().any(|group| group.name == name) {
        return;
    }
    let id = world.ids.uuid();
    let group = SkillGroup { id: id.clone(), name: name.to_owned(), skill, at_least, created: now };
    world.directory.skill_groups.insert(id, group);
}

/// The id of what is called `name` among things with ids and names.
pub(super) fn called<T>(shelf: &BTreeMap<String, T>, name: impl Fn(&T) -> bool) -> Option<String> {
    shelf.iter().find(|(_, held)| name(held)).map(|(id, _)| id.clone())
}
