//! Numbers and extensions given to a user: taken from the pools, if nobody else has them.

use super::refusal::conflict;
use crate::{
    gate::missing_permissions,
    operation::{Call, Need},
    reply::Failure,
    world::{telephony::Pool, user::Address},
};

/// The vendor's own permission for giving and taking extensions.
pub(crate) const ASSIGN_EXTENSION: &str = "telephony:extension:assign";

/// Refuses a change of extensions by a client that may make none. The vendor says so of PATCH only.
pub(super) fn check_permission(call: &Call<'_>, user: &str, wanted: &[Address]) -> Result<(), Failure> {
    let directory = &call.world.directory;
    let extensions = |addresses: &[Address]| {
        let mut all: Vec<String> = addresses.iter().filter_map(|address| address.extension.clone()).collect();
        all.sort_unstable();
        all
    };
    let present = directory.users.get(user).map_or_else(Vec::new, |user| extensions(&user.addresses));
    let client = call.world.access.client_of(Some(call.token), call.now);
    let may_assign = client.is_ok_and(|client| client.lacks(Need::All(&[ASSIGN_EXTENSION])).is_empty());
    if extensions(wanted) != present && !may_assign {
        return Err(missing_permissions(ASSIGN_EXTENSION).param("permissions", ASSIGN_EXTENSION));
    }
    Ok(())
}

/// Refuses addresses that somebody else has.
pub(super) fn check(call: &Call<'_>, user: &str, wanted: &[Address]) -> Result<(), Failure> {
    match call.world.directory.taken(user, wanted) {
        None => Ok(()),
        Some((number, _)) => {
            let message = format!("The number or extension [{number}] is assigned to somebody else.");
            Err(conflict(call.switches.number_conflict, &message))
        }
    }
}

/// Notes that extensions are in use, so that the pool has them from then on.
pub(super) fn enter(call: &mut Call<'_>, user: &str) {
    let directory = &mut call.world.directory;
    if let Some(user) = directory.users.get(user) {
        directory.telephony.extensions.extend(Pool::Extensions.parts(user).cloned());
    }
}
