//! The skill groups that take a user in. Nothing takes a user out of one but the loss of the skill.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{cursor::CursorListing, skill_group::SkillGroupPayload},
};

pub(super) fn operations() -> Vec<Operation> {
    let of_user = "/api/v2/users/{userId}/skillgroups";
    vec![Operation::get(of_user, Need::Any(&["routing:skillGroup:view"]), list)]
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let directory = &call.world.directory;
    let groups = directory.skill_groups_of(call.subject()?);
    Reply::ok(&CursorListing::of(
        call,
        &groups,
        |group| &group.id,
        |group| SkillGroupPayload::of(directory, group),
    )?)
}
