//! What people carry: something of every kind, given to one person, or by chance to a whole organization.
//!
//! What is given follows from the seed and the person alone, so that equal settings give equal worlds.

mod access;
mod arrange;
mod company;
mod reported;
mod retired;
mod routing;
mod telephony;

use jiff::Timestamp;

pub use self::retired::Leftovers;
use crate::{
    generate::draw::Draw,
    world::{
        World,
        user::{State, User},
    },
};

/// How much generated people carry besides what their work gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Baggage {
    /// Queues, skills, languages, groups, roles and a station, as their work needs them.
    #[default]
    None,
    /// Each person a part of everything, as often as one meets it; who left has left a little behind.
    Realistic,
    /// Everybody something of every kind; who left has left something behind.
    Full,
}

/// Somebody who is given things.
struct Carrier<'a> {
    world: &'a mut World,
    id: String,
    /// Tells this person's things from others'.
    tag: String,
    division: String,
    /// Somebody else to have things in common with.
    colleague: String,
    draw: Draw,
    now: Timestamp,
}

/// A kind of thing, how many of a thousand people have it, and how to give it.
struct Thing {
    per_mille: u64,
    give: fn(&mut Carrier<'_>),
}

const fn thing(per_mille: u64, give: fn(&mut Carrier<'_>)) -> Thing {
    Thing { per_mille, give }
}

/// Everything that can be given without changing to whom others report.
const THINGS: &[Thing] = &[
    thing(150, access::roles),
    thing(250, access::role_by_group),
    thing(30, access::oauth_client),
    thing(300, access::licence),
    thing(10, access::trustor),
    thing(150, routing::queues),
    thing(250, routing::queue_by_group),
    thing(100, routing::skills),
    thing(60, routing::preferred),
    thing(100, routing::utilization),
    thing(100, routing::direct_backup),
    thing(200, routing::work_item),
    thing(850, company::team),
    thing(500, company::group),
    thing(50, company::group_ownership),
    thing(700, telephony::phone),
    thing(350, telephony::number),
    thing(900, telephony::extension),
    thing(100, telephony::call_forwarding),
    thing(60, telephony::out_of_office),
    thing(300, reported::greetings),
    thing(400, reported::voicemail),
    thing(300, reported::evaluated),
    thing(80, reported::evaluates),
    thing(40, reported::calibration),
    thing(200, reported::coaching),
    thing(500, reported::learning),
    thing(800, reported::schedules),
    thing(30, reported::flows),
    thing(200, reported::dashboards),
    thing(50, reported::recording_policy),
];

/// Things of a key space that no other draws are made from.
const DRAWS: u64 = 100;

impl<'a> Carrier<'a> {
    /// Returns the carrier for a user who exists.
    fn of(world: &'a mut World, id: &str, colleague: &str, draw: Draw, now: Timestamp) -> Option<Self> {
        let user = world.directory.users.get(id)?;
        let tag = user.email.split('@').next().unwrap_or_default().to_owned();
        let division = user.division.clone();
        Some(Self { world, id: id.to_owned(), tag, division, colleague: colleague.to_owned(), draw, now })
    }

    fn user(&self) -> Option<&User> {
        self.world.directory.users.get(&self.id)
    }

    fn change(&mut self, change: impl FnOnce(&mut User)) {
        self.world.directory.adjust_user(&self.id, change);
    }

    /// Returns one of what there is, or `otherwise` where there is nothing.
    fn pick(&mut self, from: &[String], otherwise: impl FnOnce(&mut Self) -> String) -> String {
        match self.draw.pick(from) {
            Some(id) => id.clone(),
            None => otherwise(self),
        }
    }
}

/// Gives a user something of every kind, with the people whom that takes; does nothing for one who does not exist.
pub(crate) fn everything(world: &mut World, id: &str, now: Timestamp) {
    let Some(user) = world.directory.users.get(id) else { return };
    let (name, manager, division) = (user.name.clone(), user.manager.clone(), user.division.clone());
    let reports = world.directory.reports_of(id).len();
    let manager = manager.unwrap_or_else(|| {
        let manager = newcomer(world, &format!("Manager of {name}"), &division, now);
        world.directory.adjust_user(id, |user| user.manager = Some(manager.clone()));
        manager
    });
    if reports == 0 {
        let report = newcomer(world, &format!("Report of {name}"), &division, now);
        world.directory.adjust_user(&report, |user| user.manager = Some(id.to_owned()));
    }
    let draw = Draw::new(0, [DRAWS, 0, 0]);
    if let Some(mut carrier) = Carrier::of(world, id, &manager, draw, now) {
        THINGS.iter().for_each(|thing| (thing.give)(&mut carrier));
    }
    world.directory.changed();
}

/// Gives the people of a generated organization what they carry.
pub(crate) fn everybody(world: &mut World, baggage: Baggage, seed: u64, now: Timestamp) {
    if baggage == Baggage::None {
        return;
    }
    let people: Vec<(String, State, Option<String>)> = world
        .directory
        .users
        .values()
        .map(|user| (user.id.clone(), user.state, user.manager.clone()))
        .collect();
    // By id, and the ids follow from the seed: the order is the same in every world of the same settings.
    for (at, (id, state, manager)) in people.iter().enumerate() {
        let mut draw = Draw::new(seed, [DRAWS, at as u64, 1]);
        if *state != State::Active {
            let leaves = baggage == Baggage::Full || draw.chance(300);
            if leaves {
                retired::leave_behind(world, id, *state, &mut draw, now);
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| people.get(at)).or(people.last());
        let other = before.map_or(id, |(other, ..)| other);
        let colleague = manager.as_ref().unwrap_or(other);
        if let Some(mut carrier) = Carrier::of(world, id, colleague, draw, now) {
            for thing in THINGS {
                let has = carrier.draw.chance(thing.per_mille);
                if has || baggage == Baggage::Full {
                    (thing.give)(&mut carrier);
                }
            }
        }
    }
    world.directory.changed();
}

/// Adds an active user of whom only the name matters; returns the id.
fn newcomer(world: &mut World, name: &str, division: &str, now: Timestamp) -> String {
    let id = world.ids.uuid();
    let email =
        format!("{}.{}@emulated.example", name.to_lowercase().replace(' ', "."), world.directory.users.len());
    let user = User::new(id.clone(), name, &email, division, now);
    world.introduce(&user);
    world.directory.users.insert(id.clone(), user);
    id
}
