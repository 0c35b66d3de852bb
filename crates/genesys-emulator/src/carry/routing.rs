//! Queues, skills, and how work comes to a person.

use serde_json::json;

use super::Carrier;
use crate::{
    arrange::{
        belongings::{add_skill_group, backup_by, document, prefer},
        group, named, queue,
    },
    world::{queue::Membership, work_item::Progress},
};

/// Two queues: one joined, one not.
pub(super) fn queues(carrier: &mut Carrier<'_>) {
    for (name, joined) in [("Billing", true), ("Claims", false)] {
        let queue = queue(carrier.world, name, &carrier.division, carrier.now);
        let membership = Membership { joined, ring_number: 1 };
        carrier.world.directory.enter_queue(&queue, &carrier.id, membership, carrier.now);
    }
}

/// A queue that comes with a group.
pub(super) fn queue_by_group(carrier: &mut Carrier<'_>) {
    let queue = queue(carrier.world, "Retention", &carrier.division, carrier.now);
    let shift = group(carrier.world, "Late Shift", carrier.now);
    carrier.world.directory.change_members(&shift, std::slice::from_ref(&carrier.id), true, carrier.now);
    if let Some(queue) = carrier.world.directory.queues.get_mut(&queue) {
        queue.member_groups.insert(shift);
    }
}

/// A skill, the skill group that takes in whoever has it, and a language.
pub(super) fn skills(carrier: &mut Carrier<'_>) {
    let now = carrier.now;
    let skill = named(carrier.world, "Escalations", now, |world| &mut world.directory.skills);
    let language = named(carrier.world, "Swedish", now, |world| &mut world.directory.languages);
    add_skill_group(carrier.world, "Escalation desk", "Escalations", 3, now);
    let level = if carrier.draw.chance(500) { 4.0 } else { 3.5 };
    carrier.change(|user| {
        user.skills.insert(skill, level);
        user.languages.insert(language, 5.0);
    });
}

/// The innermost ring of a queue.
pub(super) fn preferred(carrier: &mut Carrier<'_>) {
    prefer(carrier.world, "Complaints", &carrier.id, carrier.now);
}

pub(super) fn utilization(carrier: &mut Carrier<'_>) {
    let calls = 1 + carrier.draw.below(3);
    let own = json!({ "utilization": { "call": {
        "maximumCapacity": calls,
        "interruptableMediaTypes": ["email"],
        "includeNonAcd": false,
    } } });
    carrier.change(|user| user.personal.utilization = Some(document(own)));
}

pub(super) fn direct_backup(carrier: &mut Carrier<'_>) {
    let backup = backup_by(&carrier.colleague);
    carrier.change(|user| user.personal.direct_routing_backup = Some(backup));
}

/// Work that waits, and work that is done.
pub(super) fn work_item(carrier: &mut Carrier<'_>) {
    for (what, progress) in [("Call back", Progress::Open), ("Archive", Progress::Closed)] {
        let name = format!("{what}: {}", carrier.tag);
        carrier.world.add_work_item(&name, progress, &carrier.id, carrier.now);
    }
}
