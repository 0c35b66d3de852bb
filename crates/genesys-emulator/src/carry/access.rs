//! Roles, licences, OAuth clients, trust.

use super::Carrier;
use crate::arrange::{division, group, role};

/// A role in a division besides the person's own, and one in the person's own.
pub(super) fn roles(carrier: &mut Carrier<'_>) {
    let now = carrier.now;
    let evaluator = role(carrier.world, "Quality Evaluator");
    let north = division(carrier.world, "North");
    carrier.world.directory.grant(&carrier.id, &evaluator, &north, now);
    let agent = role(carrier.world, "Agent");
    carrier.world.directory.grant(&carrier.id, &agent, &carrier.division, now);
}

/// A role that comes with a group.
pub(super) fn role_by_group(carrier: &mut Carrier<'_>) {
    let now = carrier.now;
    let mentors = group(carrier.world, "Mentors", now);
    let employee = role(carrier.world, "employee");
    let home = carrier.world.directory.home_division().to_owned();
    carrier.world.directory.grant(&mentors, &employee, &home, now);
    carrier.world.directory.change_members(&mentors, std::slice::from_ref(&carrier.id), true, now);
}

pub(super) fn oauth_client(carrier: &mut Carrier<'_>) {
    let name = format!("{} export", carrier.tag);
    carrier.world.plant_oauth_client(&carrier.id, &name, carrier.now);
}

pub(super) fn licence(carrier: &mut Carrier<'_>) {
    carrier.change(|user| {
        user.licences.insert("Workforce Engagement".to_owned());
    });
}

pub(super) fn trustor(carrier: &mut Carrier<'_>) {
    carrier.world.plant_trustor(&carrier.id, "Partner Care", carrier.now);
}
