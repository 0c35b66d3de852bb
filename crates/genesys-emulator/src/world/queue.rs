//! Queues and their members.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::directory::Directory;

/// A queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) division: String,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// Members of their own, by user.
    pub(crate) members: BTreeMap<String, Membership>,
    /// Groups whose members are members too.
    pub(crate) member_groups: BTreeSet<String>,
    /// Groups in each ring of the bullseye, from the innermost.
    pub(crate) rings: Vec<BTreeSet<String>>,
    /// Whether preferred agents are tried first.
    pub(crate) prefers_agents: bool,
    /// Where what waits for one agent goes in the end.
    pub(crate) direct_routing_backup: Option<String>,
    /// Who of the members by group has joined.
    pub(crate) joined_by_group: BTreeSet<String>,
}

/// How a user is in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) joined: bool,
    pub(crate) ring_number: u32,
}

/// Why a user is in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MemberBy {
    User,
    Group,
}

impl MemberBy {
    /// The vendor's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

impl Queue {
    /// Returns a queue without members.
    pub(crate) fn new(id: String, name: &str, division: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            division: division.to_owned(),
            created: now,
            modified: now,
            members: BTreeMap::new(),
            member_groups: BTreeSet::new(),
            rings: Vec::new(),
            prefers_agents: false,
            direct_routing_backup: None,
            joined_by_group: BTreeSet::new(),
        }
    }
}

impl Directory {
    /// Returns how `user` is in `queue`; a membership of the user's own counts before one by group.
    pub(crate) fn membership(&self, queue: &Queue, user: &str) -> Option<(Membership, MemberBy)> {
        if let Some(&membership) = queue.members.get(user) {
            return Some((membership, MemberBy::User));
        }
        let ring = (1..).zip(&queue.rings).find(|(_, groups)| groups.iter().any(|id| self.belongs(id, user)));
        let by_group = ring.is_some() || queue.member_groups.iter().any(|group| self.belongs(group, user));
        by_group.then(|| {
            let joined = queue.joined_by_group.contains(user);
            (Membership { joined, ring_number: ring.map_or(1, |(number, _)| number) }, MemberBy::Group)
        })
    }

    /// Returns the queues that `user` is in, by name.
    pub(crate) fn queues_of(&self, user: &str) -> Vec<(&Queue, Membership, MemberBy)> {
        let mut queues: Vec<_> = self
            .queues
            .values()
            .filter_map(|queue| self.membership(queue, user).map(|(membership, by)| (queue, membership, by)))
            .collect();
        queues.sort_by(|(a, ..), (b, ..)| a.name.cmp(&b.name));
        queues
    }

    /// Returns the members of a queue, by user id.
    pub(crate) fn members_of(&self, queue: &Queue) -> Vec<(String, Membership, MemberBy)> {
        let groups = queue.member_groups.iter().chain(queue.rings.iter().flatten());
        let by_groups = groups.flat_map(|group| self.belonging(group));
        let users: BTreeSet<&String> = queue.members.keys().chain(by_groups).collect();
        users
            .into_iter()
            .filter_map(|user| {
                self.membership(queue, user).map(|(membership, by)| (user.clone(), membership, by))
            })
            .collect()
    }

    /// Puts a user into a queue; returns `false` when there is no such queue.
    pub(crate) fn enter_queue(
        &mut self,
        queue: &str,
        user: &str,
        membership: Membership,
        now: Timestamp,
    ) -> bool {
        let Some(queue) = self.queues.get_mut(queue) else { return false };
        if !queue.members.contains_key(user) {
            queue.members.insert(user.to_owned(), membership);
            queue.modified = now;
            self.changed();
        }
        true
    }

    /// Takes a user's own membership away; one by group stays. Returns whether there was one.
    pub(crate) fn leave_queue(&mut self, queue: &str, user: &str, now: Timestamp) -> bool {
        let Some(queue) = self.queues.get_mut(queue) else { return false };
        let left = queue.members.remove(user).is_some();
        if left {
            queue.modified = now;
            self.changed();
        }
        left
    }

    /// Changes whether a member has joined, and the ring; returns `false` for someone who is no member.
    pub(crate) fn set_membership(
        &mut self,
        queue_id: &str,
        user: &str,
        joined: Option<bool>,
        ring_number: Option<u32>,
    ) -> bool {
        let Some((present, by)) = self.queues.get(queue_id).and_then(|queue| self.membership(queue, user))
        else {
            return false;
        };
        let wanted = Membership {
            joined: joined.unwrap_or(present.joined),
            ring_number: ring_number.unwrap_or(present.ring_number),
        };
        if wanted == present {
            return true;
        }
        if let Some(queue) = self.queues.get_mut(queue_id) {
            match by {
                MemberBy::User => {
                    queue.members.insert(user.to_owned(), wanted);
                }
                MemberBy::Group if wanted.joined => {
                    queue.joined_by_group.insert(user.to_owned());
                }
                MemberBy::Group => {
                    queue.joined_by_group.remove(user);
                }
            }
            self.changed();
        }
        true
    }
}
