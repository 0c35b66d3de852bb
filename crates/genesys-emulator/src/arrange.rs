//! Arranging a test's world in prose.

pub(crate) mod belongings;
mod events;
mod reported;

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    Emulator,
    preset::Switches,
    world::{
        World,
        directory::{Named, Role, Station},
        group::Group,
        queue::{Membership, Queue},
        session::Session,
        user::{Since, State, User},
    },
};

/// A user to be added to an organization; what it names and is not there yet comes with it.
///
/// ```
/// # let emulator = genesys_emulator::Emulator::new(genesys_emulator::Settings::default());
/// let ada = emulator.user("Ada").email("ada@x.example").in_queue("billing").joined(true).with_role("agent").add();
/// assert_eq!(emulator.truth(&ada).unwrap().queues[0].queue, "billing");
/// ```
#[must_use = "the user is there only after `add`"]
pub struct UserBuilder {
    emulator: Emulator,
    user: User,
    id: Option<String>,
    division: Option<String>,
    queues: Vec<(String, bool)>,
    roles: Vec<(String, Option<String>)>,
    skills: Vec<(String, f64)>,
    languages: Vec<(String, f64)>,
    groups: Vec<String>,
    station: Option<String>,
    team: Option<String>,
    live: Vec<Live>,
    retired: Option<State>,
    also: Vec<Also>,
}

/// Something that is done to the world once the user is in it.
type Also = Box<dyn FnOnce(&mut World, &str, Timestamp) + Send>;

struct Live {
    media: &'static str,
    segment: &'static str,
    lasts: Option<Duration>,
}

impl UserBuilder {
    pub(crate) fn new(emulator: Emulator, name: &str) -> Self {
        let now = emulator.clock().now();
        let email = format!("{}@emulated.example", name.to_lowercase().replace(' ', "."));
        let mut user = User::new(String::new(), name, &email, "", now);
        user.presence.word = "Available".to_owned();
        user.tokens = 1;
        user.last_login = Some(now);
        user.last_token_issued = Some(now);
        user.licences.insert("Genesys Cloud CX 3".to_owned());
        Self {
            emulator,
            user,
            id: None,
            division: None,
            queues: Vec::new(),
            roles: Vec::new(),
            skills: Vec::new(),
            languages: Vec::new(),
            groups: Vec::new(),
            station: None,
            team: None,
            live: Vec::new(),
            retired: None,
            also: Vec::new(),
        }
    }

    /// Gives a certain id, instead of the next one of the seed.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Sets the e-mail; without it, it is made from the name.
    pub fn email(mut self, email: &str) -> Self {
        self.user.email = email.to_owned();
        self.user.username = email.to_owned();
        self
    }

    /// Puts the user into the division called `name`.
    pub fn in_division(mut self, name: &str) -> Self {
        self.division = Some(name.to_owned());
        self
    }

    /// Makes the user a member of the queue called `name`, joined.
    pub fn in_queue(mut self, name: &str) -> Self {
        self.queues.push((name.to_owned(), true));
        self
    }

    /// Says whether the user has joined the queue named last.
    pub fn joined(mut self, joined: bool) -> Self {
        if let Some((_, present)) = self.queues.last_mut() {
            *present = joined;
        }
        self
    }

    /// Grants the role called `name` in the user's division.
    pub fn with_role(mut self, name: &str) -> Self {
        self.roles.push((name.to_owned(), None));
        self
    }

    /// Grants the role called `name` in the division called `division`.
    pub fn with_role_in(mut self, name: &str, division: &str) -> Self {
        self.roles.push((name.to_owned(), Some(division.to_owned())));
        self
    }

    /// Gives the ACD skill called `name`, from 0 to 5.
    pub fn skill(mut self, name: &str, proficiency: f64) -> Self {
        self.skills.push((name.to_owned(), proficiency));
        self
    }

    /// Gives the language called `name`, from 0 to 5.
    pub fn language(mut self, name: &str, proficiency: f64) -> Self {
        self.languages.push((name.to_owned(), proficiency));
        self
    }

    /// Puts the user into the group called `name`.
    pub fn in_group(mut self, name: &str) -> Self {
        self.groups.push(name.to_owned());
        self
    }

    /// Puts the user into the team called `name`.
    pub fn in_team(mut self, name: &str) -> Self {
        self.team = Some(name.to_owned());
        self
    }

    /// Makes the station called `name` the user's default, and associates it.
    pub fn station(mut self, name: &str) -> Self {
        self.station = Some(name.to_owned());
        self
    }

    /// Makes the user with the id `manager` the manager.
    pub fn manager(mut self, manager: &str) -> Self {
        self.user.manager = Some(manager.to_owned());
        self
    }

    /// Sets the title.
    pub fn title(mut self, title: &str) -> Self {
        self.user.title = Some(title.to_owned());
        self
    }

    /// Sets the department.
    pub fn department(mut self, department: &str) -> Self {
        self.user.department = Some(department.to_owned());
        self
    }

    /// Sets the employer's number for the user.
    pub fn employee_id(mut self, id: &str) -> Self {
        self.user.employer.employee_id = Some(id.to_owned());
        self
    }

    /// Gives an external id under an authority.
    pub fn external_id(mut self, authority: &str, key: &str) -> Self {
        self.user.external_ids.insert(authority.to_owned(), key.to_owned());
        self
    }

    /// Sets how many tokens of the user's own work; without it, one.
    pub fn tokens(mut self, tokens: u32) -> Self {
        self.user.tokens = tokens;
        self
    }

    /// Puts the user on a call that goes on until somebody ends it.
    pub fn live_call(self) -> Self {
        self.live("voice", "interact", None)
    }

    /// Puts the user on a call that ends by itself after `lasts`.
    pub fn live_call_for(self, lasts: Duration) -> Self {
        self.live("voice", "interact", Some(lasts))
    }

    /// Gives the user a parked e-mail.
    pub fn parked_email(self) -> Self {
        self.live("email", "parked", None)
    }

    fn live(mut self, media: &'static str, segment: &'static str, lasts: Option<Duration>) -> Self {
        self.live.push(Live { media, segment, lasts });
        self
    }

    /// Has something done to the world once the user is in it, and before the user is retired.
    fn also(mut self, then: impl FnOnce(&mut World, &str, Timestamp) + Send + 'static) -> Self {
        self.also.push(Box::new(then));
        self
    }

    /// Adds the user as one who was deactivated before.
    pub fn inactive(mut self) -> Self {
        self.retired = Some(State::Inactive);
        self
    }

    /// Adds the user as one who was deleted before.
    pub fn deleted(mut self) -> Self {
        self.retired = Some(State::Deleted);
        self
    }

    /// Adds the user, known to the search index at once; returns the user's id.
    pub fn add(self) -> String {
        let now = self.emulator.clock().now();
        let emulator = self.emulator.clone();
        let mut state = emulator.state();
        let state = &mut *state;
        let switches = Switches { search_lag_s: 0, ..state.switches.clone() };
        self.settle(&mut state.world, &switches, now)
    }

    fn settle(mut self, world: &mut World, switches: &Switches, now: Timestamp) -> String {
        let id = self.id.take().unwrap_or_else(|| world.ids.uuid());
        self.user.id.clone_from(&id);
        let division = match self.division.take() {
            Some(name) => division(world, &name),
            None => world.directory.home_division().to_owned(),
        };
        self.user.division.clone_from(&division);
        for (name, proficiency) in &self.skills {
            let skill = named(world, name, now, |world| &mut world.directory.skills);
            self.user.skills.insert(skill, *proficiency);
        }
        for (name, proficiency) in &self.languages {
            let language = named(world, name, now, |world| &mut world.directory.languages);
            self.user.languages.insert(language, *proficiency);
        }
        if let Some(name) = &self.station {
            let station = station(world, name);
            self.user.default_station = Some(station.clone());
            self.user.associated_station = Some(Since { word: station, at: now });
        }
        if let Some(name) = &self.team {
            self.user.team = Some(named(world, name, now, |world| &mut world.directory.teams));
        }
        world.introduce(&self.user);
        world.directory.users.insert(id.clone(), self.user);
        world.directory.changed();
        for (name, joined) in &self.queues {
            let queue = queue(world, name, &division, now);
            let membership = Membership { joined: *joined, ring_number: 1 };
            world.directory.enter_queue(&queue, &id, membership, now);
        }
        for (name, within) in &self.roles {
            let role = role(world, name);
            let within =
                within.as_deref().map_or_else(|| division.clone(), |name| self::division(world, name));
            world.directory.grant(&id, &role, &within, now);
        }
        for name in &self.groups {
            let group = group(world, name, now);
            world.directory.change_members(&group, std::slice::from_ref(&id), true, now);
        }
        for live in &self.live {
            let queue = world.directory.queues_of(&id).first().map(|(queue, ..)| queue.id.clone());
            begin(world, &id, queue, live, now);
        }
        for then in self.also {
            then(world, &id, now);
        }
        if let Some(state) = self.retired {
            world.set_state(&id, state, None, switches, now);
        }
        id
    }
}

fn begin(world: &mut World, user: &str, queue: Option<String>, live: &Live, now: Timestamp) {
    let Some(conversation) = world.begin_conversation(user, live.media, now) else { return };
    let ends = live.lasts.and_then(|lasts| now.checked_add(lasts).ok());
    let session = Session {
        conversation: conversation.clone(),
        id: world.ids.uuid(),
        user: user.to_owned(),
        media: live.media.to_owned(),
        segment: live.segment.to_owned(),
        direction: "inbound".to_owned(),
        queue,
        began: now,
        ends,
    };
    if let Some(end) = ends {
        world.end_conversation(&conversation, end);
    }
    world.directory.sessions.push(session);
    world.directory.adjust_user(user, |user| {
        user.routing_status = Since { word: "INTERACTING".to_owned(), at: now };
    });
}

pub(crate) fn division(world: &mut World, name: &str) -> String {
    let present = world.directory.divisions.values().find(|division| division.name == name);
    if let Some(division) = present {
        return division.id.clone();
    }
    let id = world.ids.uuid();
    let division = crate::world::directory::Division {
        id: id.clone(),
        name: name.to_owned(),
        description: format!("{name} division"),
        home: false,
    };
    world.directory.divisions.insert(id.clone(), division);
    id
}

pub(crate) fn queue(world: &mut World, name: &str, division: &str, now: Timestamp) -> String {
    if let Some(queue) = world.directory.queues.values().find(|queue| queue.name == name) {
        return queue.id.clone();
    }
    let id = world.ids.uuid();
    world.directory.queues.insert(id.clone(), Queue::new(id.clone(), name, division, now));
    id
}

pub(crate) fn role(world: &mut World, name: &str) -> String {
    if let Some(role) = world.directory.roles.values().find(|role| role.name == name) {
        return role.id.clone();
    }
    let id = world.ids.uuid();
    let permissions =
        if name == "admin" { vec!["*:*:*".to_owned()] } else { vec!["routing:queue:view".to_owned()] };
    world.directory.roles.insert(id.clone(), Role { id: id.clone(), name: name.to_owned(), permissions });
    id
}

pub(crate) fn group(world: &mut World, name: &str, now: Timestamp) -> String {
    if let Some(group) = world.directory.groups.values().find(|group| group.name == name) {
        return group.id.clone();
    }
    let id = world.ids.uuid();
    world.directory.groups.insert(id.clone(), Group::new(id.clone(), name, now));
    id
}

pub(crate) fn station(world: &mut World, name: &str) -> String {
    if let Some(station) = world.directory.stations.values().find(|station| station.name == name) {
        return station.id.clone();
    }
    let id = world.ids.uuid();
    let station = Station { id: id.clone(), name: name.to_owned(), web_rtc_user: None };
    world.directory.stations.insert(id.clone(), station);
    id
}

pub(crate) type Shelf = fn(&mut World) -> &mut std::collections::BTreeMap<String, Named>;

pub(crate) fn named(world: &mut World, name: &str, now: Timestamp, shelf: Shelf) -> String {
    if let Some(named) = shelf(world).values().find(|named| named.name == name) {
        return named.id.clone();
    }
    let id = world.ids.uuid();
    shelf(world).insert(id.clone(), Named { id: id.clone(), name: name.to_owned(), created: now });
    id
}
