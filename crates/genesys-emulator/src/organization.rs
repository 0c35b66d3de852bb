//! Founding an organization: the generated directory and history, and the first OAuth client.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    Settings, carry, generate,
    history::{History, Jobs, Queries},
    prepared::Prepared,
    world::{
        World,
        access::{Access, OauthClient},
        directory::{Directory, Division, Named, Organization, Role, Station},
        group::Group,
        ids::Ids,
        queue::{Membership, Queue},
        user::{Address, Since, State, User},
    },
};

/// Makes the world that `settings` describe; returns the first OAuth client with it.
pub(crate) fn found(settings: &Settings) -> (World, OauthClient) {
    let now = settings.clock.now();
    let people = usize::try_from(settings.users).unwrap_or(usize::MAX);
    let organization = generate::organization(settings.seed, people);
    let mut history = History::new(settings.seed, &organization);
    if settings.conversations > 0 {
        let span = SignedDuration::from_hours(24 * 365).saturating_mul(i32::from(settings.years.max(1)));
        let from = now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        history.populate(&organization, settings.conversations, from.as_millisecond(), now.as_millisecond());
    }
    let mut world = World {
        directory: directory(&organization, settings, now),
        history: Arc::new(history),
        queries: Queries::default(),
        prepared: Prepared::new(settings.prepared_bytes),
        jobs: Jobs::default(),
        access: Access::new(settings.rate_per_minute, settings.token_lifetime),
        ids: Ids::new(settings.seed),
        before_last_write: None,
    };
    world.take_part_in_what_goes_on(now);
    let permissions = settings.permissions.as_ref().map(|list| list.iter().cloned().collect());
    let client = add_client(&mut world, "Emeritus", permissions, now);
    // After the client, whose id and secret are the same with and without baggage.
    carry::everybody(&mut world, settings.baggage, settings.seed, now);
    (world, client)
}

/// Who made the OAuth clients: somebody of the vendor's who is nobody's colleague.
const INSTALLER: &str = "00000000-0000-4000-8000-0000000000a1";

/// Adds an OAuth client with a role of its own that carries `permissions`, granted in the Home division.
pub(crate) fn add_client(
    world: &mut World,
    name: &str,
    permissions: Option<BTreeSet<String>>,
    now: Timestamp,
) -> OauthClient {
    let home = world.directory.home_division().to_owned();
    let role = Role {
        id: world.ids.uuid(),
        name: format!("{name} client"),
        permissions: match &permissions {
            Some(list) => list.iter().cloned().collect(),
            None => vec!["*:*:*".to_owned()],
        },
    };
    let client = OauthClient {
        id: world.ids.uuid(),
        secret: world.ids.secret(),
        name: name.to_owned(),
        permissions,
        denied: BTreeSet::new(),
        roles: vec![(role.id.clone(), home.clone())],
        created: now,
        created_by: Some(INSTALLER.to_owned()),
    };
    world.directory.grant(&client.id, &role.id, &home, now);
    world.directory.roles.insert(role.id.clone(), role);
    world.access.clients.insert(client.id.clone(), client.clone());
    client
}

fn directory(organization: &generate::Organization, settings: &Settings, now: Timestamp) -> Directory {
    let mut divisions = organization.divisions.iter().map(|division| Division {
        id: division.id.to_string(),
        name: division.name.clone(),
        description: format!("{} division", division.name),
        home: division.home,
    });
    let home = divisions.next().unwrap_or_else(|| Division {
        id: Uuid::from_u64_pair(settings.seed, 1).to_string(),
        name: "Home".to_owned(),
        description: "Home division".to_owned(),
        home: true,
    });
    let itself = Organization {
        id: organization.id.to_string(),
        name: settings.organization_name.clone(),
        version: 1,
        created: now,
        retention_days: settings.retention_days,
    };
    let mut directory = Directory::new(itself, home);
    directory.divisions.extend(divisions.map(|division| (division.id.clone(), division)));
    directory.roles = organization
        .roles
        .iter()
        .map(|role| Role {
            id: role.id.to_string(),
            name: role.name.clone(),
            permissions: role.permissions.clone(),
        })
        .map(|role| (role.id.clone(), role))
        .collect();
    directory.queues = organization
        .queues
        .iter()
        .map(|queue| Queue::new(queue.id.to_string(), &queue.name, &queue.division.to_string(), now))
        .map(|queue| (queue.id.clone(), queue))
        .collect();
    directory.skills = named(&organization.skills, now);
    directory.languages = named(&organization.languages, now);
    directory.groups = organization.groups.iter().map(|group| group_of(group, now)).collect();
    directory.stations = organization
        .stations
        .iter()
        .map(|station| Station { id: station.id.to_string(), name: station.name.clone(), web_rtc_user: None })
        .map(|station| (station.id.clone(), station))
        .collect();
    for person in &organization.people {
        settle(&mut directory, person, now);
    }
    directory
}

fn named(list: &[generate::Named], now: Timestamp) -> BTreeMap<String, Named> {
    list.iter()
        .map(|named| Named { id: named.id.to_string(), name: named.name.clone(), created: now })
        .map(|named| (named.id.clone(), named))
        .collect()
}

fn group_of(group: &generate::Named, now: Timestamp) -> (String, Group) {
    let id = group.id.to_string();
    (id.clone(), Group::new(id, &group.name, now))
}

/// Puts a generated person into the directory, with everything the person is given.
fn settle(directory: &mut Directory, person: &generate::Person, now: Timestamp) {
    let user = user(person, now);
    for queue in &person.queues {
        let membership = Membership { joined: user.state == State::Active, ring_number: 1 };
        directory.enter_queue(&queue.to_string(), &user.id, membership, now);
    }
    for group in &person.groups {
        directory.change_members(&group.to_string(), std::slice::from_ref(&user.id), true, now);
    }
    for grant in &person.roles {
        directory.grant(&user.id, &grant.role.to_string(), &grant.division.to_string(), now);
    }
    if let Some(station) = person.station.and_then(|station| directory.stations.get_mut(&station.to_string()))
    {
        station.web_rtc_user = Some(user.id.clone());
    }
    directory.users.insert(user.id.clone(), user);
}

fn user(person: &generate::Person, now: Timestamp) -> User {
    let ago = |days: u32| {
        now.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
    };
    let state = match person.state {
        generate::PersonState::Active => State::Active,
        generate::PersonState::Inactive => State::Inactive,
        generate::PersonState::Deleted => State::Deleted,
    };
    let division = person.division.to_string();
    let mut user =
        User::new(person.id.to_string(), &person.name, &person.email, &division, ago(person.hired_days_ago));
    user.state = state;
    user.version = if state == State::Active { 3 } else { 4 };
    user.manager = person.manager.map(|manager| manager.to_string());
    user.title = Some(person.title.clone());
    user.department = Some(person.department.clone());
    user.employer.employee_id = Some(person.employee_id.clone());
    user.external_ids.insert("hr".to_owned(), person.external_id.clone());
    user.licences.insert("Genesys Cloud CX 3".to_owned());
    user.skills = person.skills.iter().map(|skill| (skill.id.to_string(), f64::from(skill.level))).collect();
    user.languages = person
        .languages
        .iter()
        .map(|language| (language.id.to_string(), f64::from(language.level)))
        .collect();
    user.state_changed = person.left_days_ago.map(ago);
    let last_seen = ago(person.left_days_ago.unwrap_or(0));
    user.last_login = Some(last_seen);
    user.last_token_issued = Some(last_seen);
    if state != State::Deleted {
        user.addresses.push(Address {
            address: None,
            extension: Some(person.extension.clone()),
            media_type: "PHONE".to_owned(),
            kind: "WORK".to_owned(),
            country_code: None,
        });
        user.default_station = person.station.map(|station| station.to_string());
    }
    if state == State::Active {
        user.tokens = 1;
        user.associated_station = person.station.map(|station| Since { word: station.to_string(), at: now });
        user.presence = Since { word: "Available".to_owned(), at: now };
    }
    user
}
