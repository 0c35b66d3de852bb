//! Everything that hangs on a person: found, taken away, and put back exactly, whatever the vendor does where its
//! documentation leaves room.

mod access;
mod adopt;
mod back;
mod crowd;
mod found;
mod obstacles;
mod unlucky;

use std::time::Duration;

use emeritus::holding::Kind;
use emeritus::holding::Loss;
use emeritus::policy::{Policy, Treatment};
use genesys_emulator::{HeldReported, OrganizationTruth, Preset, Switches};

use crate::world::{EMAIL, World};

/// A world in which Ada holds at least one of everything.
pub(crate) fn heavy(preset: Preset) -> World {
    let world = World::small(preset);
    let emulator = &world.emulator;
    let backup = emulator.user("Mary Somerville").email("mary@example.test").in_queue("engines").add();
    emulator.skill_group("Engineers", "analytical engine", 2);
    emulator
        .user("Ada Lovelace")
        .id(&world.ada)
        .email(EMAIL)
        .in_division("Support")
        .in_queue("billing")
        .in_queue("returns")
        .joined(false)
        .with_role_in("Agent", "Support")
        .with_role("Reporter")
        .skill("analytical engine", 4.0)
        .skill("poetry", 1.0)
        .language("en", 5.0)
        .language("fr", 3.0)
        .in_group("Engine room")
        .in_group("Book club")
        .owns_group("Book club")
        .in_team("Difference")
        .utilization(3)
        .direct_routing_backup(&backup)
        .call_forwarding("+4917012345")
        .out_of_office()
        .preferred_in("billing")
        .web_rtc_phone("Ada WebRTC")
        .did("+493055501")
        .extension("1815")
        .external_number("+491709999")
        .work_item("Refund 17")
        .closed_work_item("Refund 3")
        .greeting("Away")
        .voicemail(3)
        .trustor("Partner Org")
        .oauth_client("Exporter")
        .licence("cx3")
        .pending_evaluation()
        .evaluates(&backup)
        .calibration()
        .coaching()
        .learning("Course")
        .management_unit("North")
        .schedule(Duration::from_hours(24), Duration::from_hours(8))
        .named_by_flow("Main IVR")
        .dashboard("Mine")
        .named_by_recording_policy("Keep all")
        .add();
    emulator.put_group_in_queue("Engine room", "engines");
    emulator.user("Bea").email("bea@example.test").manager(&world.ada).add();
    world
}

/// A policy that takes away whatever can be taken away.
pub(crate) fn takes_everything() -> Policy {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.can_be_released());
    Policy { treatments: kinds.map(|kind| (kind, Treatment::Release)).collect(), ..Policy::default() }
}

/// The organization without what the restorability report of the retirement named beforehand: tokens, presence, the
/// station in use, licences, the ids of a phone that was made anew, and what a delete may take for good.
pub(crate) fn settled(truth: OrganizationTruth, subject: &str, foretold: &[Loss]) -> OrganizationTruth {
    let mut truth = truth;
    let lost = |part: &str| foretold.iter().any(|loss| loss.part == part);
    if let Some(user) = truth.users.get_mut(subject) {
        user.state_reason = None;
        user.title = None;
        user.numbers = sorted(&user.numbers);
        user.extensions = sorted(&user.extensions);
        if lost("tokens and sessions") {
            user.tokens = 0;
        }
        if lost("presence") {
            user.presence.clear();
        }
        if lost("associated station") {
            user.associated_station = None;
        }
        if lost("licence") {
            user.licences.clear();
        }
        if lost("live interactions") {
            user.live.clear();
        }
        reported(&mut user.reported, lost);
    }
    if lost("coaching appointment") {
        // An appointment is in the calendar of everybody who was to come.
        truth.users.values_mut().for_each(|user| user.reported.coaching.clear());
    }
    for (name, phone) in truth.phones.iter_mut().filter(|(_, phone)| phone.user.as_deref() == Some(subject)) {
        if foretold.iter().any(|loss| loss.part == "phone" && loss.name == *name) {
            phone.id.clear();
            phone.station_id = None;
        }
    }
    truth
}

fn reported(held: &mut HeldReported, lost: impl Fn(&str) -> bool) {
    if lost("greeting") {
        held.greetings.clear();
    }
    if lost("voicemail") {
        held.voicemails = 0;
    }
    if lost("learning assignment") {
        held.learning.clear();
    }
    if lost("management unit") {
        held.management_unit = None;
        held.shifts.clear();
    }
    if lost("dashboard") {
        held.dashboards.clear();
    }
}

/// In which order a profile lists its numbers means nothing: each has its own kind.
fn sorted(numbers: &[String]) -> Vec<String> {
    let mut numbers = numbers.to_vec();
    numbers.sort();
    numbers
}

pub(crate) fn same(after: &OrganizationTruth, before: &OrganizationTruth, context: &str) {
    if after != before {
        let (after, before) = (format!("{after:#?}"), format!("{before:#?}"));
        let lines = before.lines().zip(after.lines()).filter(|(was, now)| was != now);
        let differ: Vec<_> = lines.take(20).collect();
        panic!("{context}: not as before: {differ:#?}");
    }
}

/// The other values of every switch that has words for values.
pub(crate) fn other_values(switches: &Switches) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (name, now) in switches.list() {
        let Err(error) = switches.clone().set(name, "no such value") else { continue };
        let text = error.to_string();
        let Some((_, allowed)) = text.split_once("it can be ") else { continue };
        let words = allowed.split([' ', ',']).filter(|word| !word.is_empty() && *word != "or");
        for word in words {
            let mut probe = switches.clone();
            // Of a number only the bound is named, and no vendor is three years late.
            if word.parse::<u64>().is_err() && word != now && probe.set(name, word).is_ok() {
                found.push((name, word.to_owned()));
            }
        }
    }
    found
}
