//! Ground truth about the whole organization, for comparison before and after.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::{HeldQueue, UserTruth};
use crate::{
    wire::telephony::Seats,
    world::{World, directory::Directory, queue::MemberBy, telephony::Pool, user::User},
};

/// What an organization holds, without versions and times of change, so that two can be compared field by field.
///
/// People are called by their ids, everything else by its name. Ids of what a restore has to make anew stand in
/// fields of their own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrganizationTruth {
    /// Everybody, by id. Their `version` is 0 here, whatever it is.
    pub users: BTreeMap<String, UserTruth>,
    /// Id of the manager, by the id of whoever has one.
    pub managers: BTreeMap<String, String>,
    /// Queues by name.
    pub queues: BTreeMap<String, QueueTruth>,
    /// Groups by name.
    pub groups: BTreeMap<String, GroupTruth>,
    /// Ids of the members of each team, by the team's name.
    pub teams: BTreeMap<String, BTreeSet<String>>,
    /// Phones by name.
    pub phones: BTreeMap<String, PhoneTruth>,
    /// Id of whoever has it, by number of the organization's own.
    pub numbers: BTreeMap<String, Option<String>>,
    /// Id of whoever has it, by extension.
    pub extensions: BTreeMap<String, Option<String>>,
    /// Work items by id.
    pub work_items: BTreeMap<String, WorkItemTruth>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueueTruth {
    /// How each member is in the queue, by the member's id.
    pub members: BTreeMap<String, HeldQueue>,
    /// Names of the groups, teams and skill groups whose members are members.
    pub member_groups: BTreeSet<String>,
    /// The same for each ring of the bullseye.
    pub rings: Vec<BTreeSet<String>>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupTruth {
    /// Ids of the members.
    pub members: BTreeSet<String>,
    /// Ids of the owners.
    pub owners: BTreeSet<String>,
}

/// A phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneTruth {
    /// Id of the user whom a WebRTC phone is for.
    pub user: Option<String>,
    /// Name of the site.
    pub site: String,
    /// Id of the user whose default station is the phone's.
    pub default_for: Option<String>,
    /// Id; another one after the phone was made anew.
    pub id: String,
    /// Id of the station; another one after the phone was made anew.
    pub station_id: Option<String>,
}

/// A work item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkItemTruth {
    /// Name.
    pub name: String,
    /// Id of the user who is assigned.
    pub assignee: Option<String>,
    /// `Open` or `Closed`.
    pub progress: String,
}

/// Returns what `world` holds at `now`.
pub(crate) fn of(world: &World, now: Timestamp) -> OrganizationTruth {
    let directory = &world.directory;
    let users = directory.users.keys().filter_map(|id| super::of(world, id, now));
    let managers =
        directory.users.values().filter_map(|user| Some((user.id.clone(), user.manager.clone()?))).collect();
    let numbers = |pool: Pool| {
        let owner = |user: Option<&User>| user.map(|user| user.id.clone());
        let all = directory.numbers(pool).into_iter();
        all.map(|(number, user)| (number.to_owned(), owner(user))).collect()
    };
    let group = |group: &crate::world::group::Group| GroupTruth {
        members: group.members.clone(),
        owners: group.owners.clone(),
    };
    let team = |id: &String| {
        let members = directory.users.values().filter(|user| user.team.as_ref() == Some(id));
        members.map(|user| user.id.clone()).collect()
    };
    OrganizationTruth {
        users: users.map(|user| (user.id.clone(), UserTruth { version: 0, ..user })).collect(),
        managers,
        queues: directory.queues.values().map(|held| (held.name.clone(), queue(directory, held))).collect(),
        groups: directory.groups.values().map(|held| (held.name.clone(), group(held))).collect(),
        teams: directory.teams.values().map(|held| (held.name.clone(), team(&held.id))).collect(),
        phones: phones(directory),
        numbers: numbers(Pool::Dids),
        extensions: numbers(Pool::Extensions),
        work_items: work_items(directory),
    }
}

fn queue(directory: &Directory, queue: &crate::world::queue::Queue) -> QueueTruth {
    let names = |groups: &BTreeSet<String>| {
        let name =
            |id: &String| directory.group_of_any_kind(id).map_or(id.as_str(), |(name, _)| name).to_owned();
        groups.iter().map(name).collect()
    };
    let members = directory.members_of(queue).into_iter();
    QueueTruth {
        members: members
            .map(|(user, membership, by)| {
                let held = HeldQueue {
                    queue: queue.name.clone(),
                    joined: membership.joined,
                    ring_number: membership.ring_number,
                    by_group: by == MemberBy::Group,
                };
                (user, held)
            })
            .collect(),
        member_groups: names(&queue.member_groups),
        rings: queue.rings.iter().map(names).collect(),
    }
}

fn phones(directory: &Directory) -> BTreeMap<String, PhoneTruth> {
    let (phones, seats) = (directory.telephony.phones.values(), Seats::of(directory));
    phones
        .map(|phone| {
            let truth = PhoneTruth {
                user: phone.web_rtc_user.clone(),
                site: phone.site_name().to_owned(),
                default_for: seats.default_for(phone).map(|user| user.id.clone()),
                id: phone.id.clone(),
                station_id: phone.station.clone(),
            };
            (phone.name.clone(), truth)
        })
        .collect()
}

fn work_items(directory: &Directory) -> BTreeMap<String, WorkItemTruth> {
    let items = directory.work_items.values();
    items
        .map(|item| {
            let truth = WorkItemTruth {
                name: item.name.clone(),
                assignee: item.assignee.clone(),
                progress: item.progress.word().to_owned(),
            };
            (item.id.clone(), truth)
        })
        .collect()
}
