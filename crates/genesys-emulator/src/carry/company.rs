//! Teams and groups.

use super::Carrier;
use crate::arrange::{self, named};

/// The team of everybody who reports to the same manager.
pub(super) fn team(carrier: &mut Carrier<'_>) {
    if carrier.user().is_none_or(|user| user.team.is_some()) {
        return;
    }
    let lead = carrier.world.directory.users.get(&carrier.colleague);
    let name = lead.map_or_else(|| "Team".to_owned(), |lead| format!("Team {}", lead.name));
    let team = named(carrier.world, &name, carrier.now, |world| &mut world.directory.teams);
    carrier.change(|user| user.team = Some(team));
}

pub(super) fn group(carrier: &mut Carrier<'_>) {
    let now = carrier.now;
    let present: Vec<String> = carrier.world.directory.groups.keys().cloned().collect();
    let chosen = carrier.pick(&present, |carrier| group_called(carrier, "Early Shift"));
    carrier.world.directory.change_members(&chosen, std::slice::from_ref(&carrier.id), true, now);
}

pub(super) fn group_ownership(carrier: &mut Carrier<'_>) {
    let owned = group_called(carrier, "Floor Walkers");
    if let Some(owned) = carrier.world.directory.groups.get_mut(&owned) {
        owned.owners.insert(carrier.id.clone());
    }
}

fn group_called(carrier: &mut Carrier<'_>, name: &str) -> String {
    arrange::group(carrier.world, name, carrier.now)
}
