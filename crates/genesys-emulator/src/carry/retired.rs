//! Many people who left, some of whom still hold something: what a clean-up has to find.

use jiff::{SignedDuration, Timestamp};

use super::{DRAWS, telephony::work_phone};
use crate::{
    Planted, arrange,
    generate::{draw::Draw, names},
    planted,
    world::{
        World,
        queue::Membership,
        user::{State, User},
    },
};

/// What somebody who left still holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Leftovers {
    /// Id of whoever left.
    pub user: String,
    /// What is still there, sorted.
    pub things: Vec<Planted>,
}

/// One thing that can be left behind; each is a bit of a draw.
const THINGS: [fn(&mut World, &str, State, Timestamp); 6] = [phone, number, extension, role, queue, group];

fn phone(world: &mut World, id: &str, state: State, now: Timestamp) {
    let name = format!("{id} - WebRTC");
    world.add_web_rtc_phone(&name, id, now);
    // Deleting somebody takes the default station away, and leaves the phone.
    if state == State::Deleted {
        world.directory.adjust_user(id, |user| user.default_station = None);
    }
}

fn number(world: &mut World, id: &str, _: State, _: Timestamp) {
    let pool = &mut world.directory.telephony.dids;
    let number = format!("+1317{:07}", 2_000_000 + pool.len());
    pool.insert(number.clone());
    world.directory.adjust_user(id, |user| user.addresses.push(work_phone(Some(number), None)));
}

/// Only who is inactive can keep an extension.
fn extension(world: &mut World, id: &str, state: State, _: Timestamp) {
    if state == State::Inactive {
        let pool = &mut world.directory.telephony.extensions;
        let extension = format!("{}", 300_000 + pool.len());
        pool.insert(extension.clone());
        world.directory.adjust_user(id, |user| user.addresses.push(work_phone(None, Some(extension))));
    }
}

/// Only who is inactive can have been given a role since.
fn role(world: &mut World, id: &str, state: State, now: Timestamp) {
    if state == State::Inactive {
        let role = arrange::role(world, "Agent");
        let home = world.directory.home_division().to_owned();
        world.directory.grant(id, &role, &home, now);
    }
}

fn queue(world: &mut World, id: &str, _: State, now: Timestamp) {
    let home = world.directory.home_division().to_owned();
    let queue = arrange::queue(world, "Billing", &home, now);
    world.directory.enter_queue(&queue, id, Membership { joined: false, ring_number: 1 }, now);
}

fn group(world: &mut World, id: &str, _: State, now: Timestamp) {
    let group = arrange::group(world, "Early Shift", now);
    world.directory.change_members(&group, &[id.to_owned()], true, now);
}

/// Lets somebody who left hold one or several things.
pub(super) fn leave_behind(world: &mut World, id: &str, state: State, draw: &mut Draw, now: Timestamp) {
    let mut chosen = draw.between(1, (1 << THINGS.len()) - 1);
    // Of an extension and a role alone nothing would be left of a deleted person.
    if state == State::Deleted {
        chosen |= 1;
    }
    for (bit, give) in THINGS.iter().enumerate() {
        if chosen & (1 << bit) != 0 {
            give(world, id, state, now);
        }
    }
}

/// Adds people who left, and lets some of them, by chance, hold something; returns who holds what.
pub(crate) fn add(
    world: &mut World,
    (inactive, deleted): (u32, u32),
    leftovers: u32,
    seed: u64,
    now: Timestamp,
) -> Vec<Leftovers> {
    let many = u64::from(inactive) + u64::from(deleted);
    let home = world.directory.home_division().to_owned();
    let mut holders = Vec::new();
    let mut to_choose = u64::from(leftovers).min(many);
    for at in 0..many {
        let mut draw = Draw::new(seed, [DRAWS, at, 2]);
        // The two states take turns as long as there are some of both.
        let state = if (at + 1) * u64::from(inactive) / many > at * u64::from(inactive) / many {
            State::Inactive
        } else {
            State::Deleted
        };
        let user = leaver(&mut draw, at, state, &home, now);
        let id = user.id.clone();
        world.introduce(&user);
        world.directory.users.insert(id.clone(), user);
        // Each as likely as the next, and in the end exactly as many as asked for.
        if draw.below(many - at) < to_choose {
            to_choose -= 1;
            leave_behind(world, &id, state, &mut draw, now);
            holders.push(id);
        }
    }
    world.directory.changed();
    let held = planted::Holders::of(world);
    let things = |user: &str| planted::of_one(world, &held, user, now);
    holders.into_iter().map(|user| Leftovers { things: things(&user), user }).collect()
}

fn leaver(draw: &mut Draw, at: u64, state: State, home: &str, now: Timestamp) -> User {
    let id = draw.uuid().to_string();
    let first = draw.pick(names::FIRST).copied().unwrap_or_default();
    let last = draw.pick(names::LAST).copied().unwrap_or_default();
    let short = id.get(..8).unwrap_or_default();
    let email = format!("{}.{}.{short}.{at}@example.test", first.to_lowercase(), last.to_lowercase());
    let days = i64::try_from(draw.between(20, 900)).unwrap_or(20);
    let left = now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let mut user = User::new(id, &format!("{first} {last}"), &email, home, left);
    user.state = state;
    user.version = 4;
    user.state_changed = Some(left);
    user.last_login = Some(left);
    user.last_token_issued = Some(left);
    user
}
