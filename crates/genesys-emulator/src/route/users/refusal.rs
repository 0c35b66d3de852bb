//! Refusals to change a user: the version is stale, the user is in use, the e-mail is taken.

use crate::{
    operation::Call,
    preset::{Obey, VersionClash},
    reply::Failure,
    world::user::User,
};

/// The vendor's words for a stale version.
const STALE: &str = "The version supplied does not match the current version of the user";

/// A stale version, told in the way of `clash`.
pub(crate) fn stale_version(clash: VersionClash) -> Failure {
    conflict(clash, STALE)
}

/// A conflict, told in the way of `clash`.
pub(crate) fn conflict(clash: VersionClash, message: &str) -> Failure {
    match clash {
        VersionClash::Conflict409 => Failure::new(409, "general.conflict", message),
        VersionClash::BadRequest400 => Failure::new(400, "bad.request", message),
        VersionClash::Precondition412 => Failure::new(412, "precondition.failed", message),
    }
}

/// The reported 409 for a user in queues or in live interactions.
pub(crate) fn in_use(queues: usize, interactions: usize) -> Failure {
    Failure::new(
        409,
        "user.in.use",
        format!(
            "The user is in use: active interactions ({interactions}) or queue assignments ({queues}) must be ended first."
        ),
    )
}

/// Refuses a `version` in the body that is not the user's.
pub(crate) fn check_version(call: &Call<'_>, user: &User, version: u32) -> Result<(), Failure> {
    if version == user.version { Ok(()) } else { Err(stale_version(call.switches.version_clash)) }
}

/// Refuses an `If-Match` that is not the user's version, where the header counts at all.
pub(crate) fn check_if_match(call: &Call<'_>, user: &User) -> Result<(), Failure> {
    let Some(tag) = call.if_match.filter(|_| call.switches.if_match == Obey::Enforced) else { return Ok(()) };
    let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
    if tag == "*" || tag == user.version.to_string() {
        return Ok(());
    }
    Err(stale_version(VersionClash::Precondition412))
}
