//! Teams and their members. A user is in one team at most.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        cursor::CursorListing,
        team::{TeamAddMemberFailure, TeamMembers, TeamMembersAdded, TeamPayload, member},
    },
    world::{
        directory::{Directory, Named},
        user::State,
    },
};

const VIEW: Need = Need::Any(&["groups:team:view"]);
const ASSIGN: Need = Need::Any(&["groups:team:assign"]);

pub(super) fn operations() -> Vec<Operation> {
    let members = "/api/v2/teams/{teamId}/members";
    vec![
        Operation::get("/api/v2/teams", VIEW, list),
        Operation::get(members, VIEW, list_members),
        Operation::post(members, ASSIGN, add_members),
        Operation::delete(members, ASSIGN, remove_members),
    ]
}

fn team<'a>(call: &'a Call<'_>) -> Result<&'a Named, Failure> {
    call.world.directory.teams.get(call.param(0)).ok_or_else(Failure::not_found)
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let directory = &call.world.directory;
    let name = call.query.one("name").map(str::to_lowercase);
    let mut teams: Vec<&Named> = directory
        .teams
        .values()
        .filter(|team| name.as_ref().is_none_or(|start| team.name.to_lowercase().starts_with(start.as_str())))
        .collect();
    teams.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&CursorListing::of(call, &teams, |team| &team.id, |team| TeamPayload::of(directory, team))?)
}

fn list_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let members = call.world.directory.members_of_team(&team(call)?.id);
    let with_name = call.query.one("expand") == Some("entities");
    Reply::ok(&CursorListing::of(call, &members, |user| &user.id, |user| member(user, with_name))?)
}

fn add_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let team = team(call)?.id.clone();
    let wanted: TeamMembers = call.read()?;
    if wanted.member_ids.is_empty() {
        return Err(Failure::bad_request("memberIds is required."));
    }
    let directory = &mut call.world.directory;
    let mut answer = TeamMembersAdded::default();
    for id in wanted.member_ids {
        match refusal(directory, &team, &id) {
            Some(reason) => answer.failures.push(TeamAddMemberFailure { id, reason }),
            None => {
                directory.adjust_user(&id, |user| user.team = Some(team.clone()));
                answer.entities.extend(directory.users.get(&id).map(|user| member(user, false)));
            }
        }
    }
    Reply::ok(&answer)
}

/// The vendor's reason why a user cannot come into a team.
fn refusal(directory: &Directory, team: &str, user: &str) -> Option<&'static str> {
    match directory.users.get(user).filter(|user| user.state != State::Deleted) {
        None => Some("UserNotFound"),
        Some(user) if user.team.as_deref().is_some_and(|other| other != team) => {
            Some("UserGroupLimitExceeded")
        }
        Some(_) => None,
    }
}

fn remove_members(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let team = team(call)?.id.clone();
    let ids: Vec<String> = call.query.many("id").into_iter().map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(Failure::bad_request("id is required."));
    }
    for id in ids {
        call.world.directory.adjust_user(&id, |user| {
            user.team.take_if(|held| *held == team);
        });
    }
    Ok(Reply::empty(204))
}
