//! The list of everything that hangs on a person, for comparison with what an inventory finds.

mod holders;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::holders::Holders;
use crate::world::{World, personal::Document, queue::Queue, reported::Own, telephony::Pool, user::User};

/// One thing that hangs on a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Planted {
    /// What it is: `roles`, `queues`, `greetings` and so on.
    pub kind: &'static str,
    /// Its id, or `own` where the person can only have one and it has no id.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// The id of what has none.
const OWN: &str = "own";

fn planted(kind: &'static str, id: impl Into<String>, name: impl Into<String>) -> Planted {
    Planted { kind, id: id.into(), name: name.into() }
}

/// Returns everything that hangs on a user at `now`, sorted; nothing for a user who does not exist.
pub(crate) fn of(world: &World, user_id: &str, now: Timestamp) -> Vec<Planted> {
    of_one(world, &Holders::of(world), user_id, now)
}

/// As [`of`], for one of many: `holders` are those of `world`.
pub(crate) fn of_one(world: &World, holders: &Holders<'_>, user_id: &str, now: Timestamp) -> Vec<Planted> {
    let Some(user) = world.directory.users.get(user_id) else { return Vec::new() };
    let mut all = BTreeSet::new();
    access(world, holders, user, &mut all);
    routing(world, user, &mut all);
    people(world, holders, user, &mut all);
    telephony(world, holders, user, &mut all);
    work(world, holders, user, &mut all);
    reported(world, user, now, &mut all);
    open(world, user, &mut all);
    all.into_iter().collect()
}

/// Roles of the user's own, licences, OAuth clients.
fn access(world: &World, holders: &Holders<'_>, user: &User, all: &mut BTreeSet<Planted>) {
    let directory = &world.directory;
    for grant in directory.own_grants_of(&user.id) {
        let role = directory.roles.get(&grant.role).map_or(grant.role.as_str(), |role| role.name.as_str());
        all.insert(planted("roles", format!("{}/{}", grant.role, grant.division), role));
    }
    all.extend(user.licences.iter().map(|licence| planted("licences", licence, licence)));
    all.extend(holders.clients(user).map(|client| planted("oauth_clients", &client.id, &client.name)));
}

/// Queues, skills, languages, stations.
fn routing(world: &World, user: &User, all: &mut BTreeSet<Planted>) {
    let directory = &world.directory;
    all.extend(
        directory
            .queues_of(&user.id)
            .into_iter()
            .map(|(queue, ..)| planted("queues", &queue.id, &queue.name)),
    );
    for (kind, held, shelf) in
        [("skills", &user.skills, &directory.skills), ("languages", &user.languages, &directory.languages)]
    {
        let name = |id: &String| shelf.get(id).map_or_else(|| id.clone(), |named| named.name.clone());
        all.extend(held.keys().map(|id| planted(kind, id, name(id))));
    }
    let station =
        |id: &str| directory.stations.get(id).map_or_else(|| id.to_owned(), |held| held.name.clone());
    if let Some(id) = &user.default_station {
        all.insert(planted("stations", format!("default:{id}"), station(id)));
    }
    if let Some(since) = &user.associated_station {
        all.insert(planted("stations", format!("associated:{}", since.word), station(&since.word)));
    }
}

/// Phones, numbers of the organization's own, extensions, and what happens to calls.
fn telephony(world: &World, holders: &Holders<'_>, user: &User, all: &mut BTreeSet<Planted>) {
    let directory = &world.directory;
    all.extend(holders.phones(user).map(|phone| planted("phones", &phone.id, &phone.name)));
    let pooled = Pool::Dids.parts(user).filter(|number| directory.telephony.dids.contains(*number));
    all.extend(pooled.map(|number| planted("numbers", number, number)));
    all.extend(Pool::Extensions.parts(user).map(|number| planted("extensions", number, number)));
    let is_on = |setting: &Option<Document>, name: &str| {
        setting.as_ref().is_some_and(|own| own.get(name) == Some(&Value::Bool(true)))
    };
    if is_on(&user.personal.call_forwarding, "enabled") {
        all.insert(planted("call_forwarding", OWN, "call forwarding"));
    }
    if is_on(&user.personal.out_of_office, "active") {
        all.insert(planted("out_of_office", OWN, "out of office"));
    }
}

/// How work comes to the user, and what work waits.
fn work(world: &World, holders: &Holders<'_>, user: &User, all: &mut BTreeSet<Planted>) {
    let directory = &world.directory;
    if user.personal.utilization.is_some() {
        all.insert(planted("utilization", OWN, "utilization"));
    }
    if user.personal.direct_routing_backup.is_some() {
        all.insert(planted("direct_routing_backup", OWN, "direct routing backup"));
    }
    let by_skill = directory.skill_groups_of(user);
    all.extend(by_skill.into_iter().map(|group| planted("skill_groups", &group.id, &group.name)));
    let in_ring =
        |queue: &Queue| queue.rings.iter().flatten().any(|group| directory.belongs(group, &user.id));
    let queues = directory.queues.values().filter(|queue| in_ring(queue));
    all.extend(queues.map(|queue| planted("routing_rules", &queue.id, &queue.name)));
    all.extend(holders.items(user).map(|item| planted("work_items", &item.id, &item.name)));
}

/// Groups, the team, managers upwards and reports.
fn people(world: &World, holders: &Holders<'_>, user: &User, all: &mut BTreeSet<Planted>) {
    let directory = &world.directory;
    all.extend(
        directory.groups_of(&user.id).into_iter().map(|group| planted("groups", &group.id, &group.name)),
    );
    all.extend(
        directory
            .groups
            .values()
            .filter(|group| group.owners.contains(&user.id))
            .map(|group| planted("group_ownership", &group.id, &group.name)),
    );
    if let Some(id) = &user.team {
        let name = directory.teams.get(id).map_or(id.as_str(), |team| team.name.as_str());
        all.insert(planted("team", id, name));
    }
    all.extend(
        directory
            .superiors_of(&user.id)
            .into_iter()
            .map(|manager| planted("superiors", &manager.id, &manager.name)),
    );
    let reports = holders.reports(user);
    all.extend(reports.map(|report| planted("direct_reports", &report.id, &report.name)));
}

/// What belongs to the user alone and can only be read.
fn reported(world: &World, user: &User, now: Timestamp, all: &mut BTreeSet<Planted>) {
    let reported = &world.directory.reported;
    let nothing = Own::default();
    let own = reported.own(&user.id).unwrap_or(&nothing);
    all.extend(own.greetings.iter().map(|held| planted("greetings", &held.id, &held.name)));
    all.extend(own.trustors.iter().map(|held| planted("trustors", &held.id, &held.name)));
    all.extend(own.dashboards.iter().map(|held| planted("dashboards", &held.id, &held.name)));
    if !own.voicemail.is_empty() {
        all.insert(planted("voicemail", OWN, format!("{} messages", own.voicemail.len())));
    }
    if let Some(unit) = own.unit.as_ref().and_then(|id| reported.units.get(id)) {
        all.insert(planted("management_unit", &unit.id, &unit.name));
        let coming = own.shifts.iter().filter(|shift| now < shift.ends);
        all.extend(coming.map(|shift| planted("schedules", &shift.id, shift.begins.to_string())));
    }
    all.extend(reported.flows.of(&user.id).map(|flow| planted("flows", &flow.id, &flow.name)));
    all.extend(
        reported.policies_of(&user.id).map(|policy| planted("recording_policies", &policy.id, &policy.name)),
    );
}

/// What waits for somebody: evaluations, calibrations, coaching, learning.
fn open(world: &World, user: &User, all: &mut BTreeSet<Planted>) {
    let reported = &world.directory.reported;
    all.extend(
        reported
            .evaluations
            .of(&user.id)
            .filter(|held| held.is_open())
            .map(|held| planted("evaluations", &held.id, held.status.word())),
    );
    all.extend(
        reported.calibrations.of(&user.id).map(|held| planted("calibrations", &held.id, &held.form.name)),
    );
    all.extend(
        reported
            .appointments
            .of(&user.id)
            .filter(|held| held.completed.is_none())
            .map(|held| planted("coaching", &held.id, &held.name)),
    );
    all.extend(reported.assignments.of(&user.id).filter(|held| held.completed.is_none()).map(|held| {
        let module = reported.modules.get(&held.module).unwrap_or(&held.module);
        planted("learning", &held.id, module)
    }));
}
