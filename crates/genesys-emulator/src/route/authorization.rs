//! Roles, and who is granted them where.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    operation::{Call, Need, Operation},
    preset::Finds,
    reply::{Failure, Reply},
    wire::{
        access::{AuthzSubject, RoleDivisionGrants, RolePayload, UserAuthorization},
        page::Listing,
        reference::Reference,
    },
    world::{directory::Role, grant::Grant, user::State},
};

const VIEW_GRANTS: Need = Need::Any(&["authorization:grant:view"]);
const ADD_GRANTS: Need = Need::All(&["authorization:grant:add"]);
const DELETE_GRANTS: Need = Need::All(&["authorization:grant:delete"]);

pub(super) fn operations() -> Vec<Operation> {
    let subject = "/api/v2/authorization/subjects/{subjectId}";
    let one = "/api/v2/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}";
    let roles_of = "/api/v2/users/{subjectId}/roles";
    vec![
        Operation::get(subject, VIEW_GRANTS, grants),
        Operation::post("/api/v2/authorization/subjects/{subjectId}/bulkadd", ADD_GRANTS, add),
        Operation::post("/api/v2/authorization/subjects/{subjectId}/bulkremove", DELETE_GRANTS, remove_many),
        Operation::delete(one, DELETE_GRANTS, remove),
        Operation::get(roles_of, VIEW_GRANTS, roles_of_user),
        Operation::put(roles_of, Need::Any(&["authorization:grant:add"]), set_roles_of_user),
        Operation::get("/api/v2/authorization/roles", Need::Any(&["authorization:role:view"]), roles),
        Operation::get("/api/v2/authorization/roles/{roleId}/users", Need::Nothing, users_of_role),
    ]
}

/// What can be granted a role: a user, a group or an OAuth client, by name.
fn subject_name(call: &Call<'_>) -> Result<String, Failure> {
    let id = call.param(0);
    let directory = &call.world.directory;
    if let Some(user) = directory.users.get(id) {
        let hidden = user.state == State::Deleted && call.switches.parts_of_deleted == Finds::NotFound;
        return if hidden { Err(Failure::not_found()) } else { Ok(user.name.clone()) };
    }
    let group = directory.groups.get(id).map(|group| group.name.clone());
    let client = || call.world.access.clients.get(id).map(|client| client.name.clone());
    group.or_else(client).ok_or_else(Failure::not_found)
}

fn grants(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let name = subject_name(call)?;
    let with_duplicates = call.query.flag("includeDuplicates")?.unwrap_or(false);
    let full_roles = call.query.flag("includeFullRoles")?.unwrap_or(false);
    let directory = &call.world.directory;
    let mut grants: Vec<&Grant> = directory.grants_of(call.param(0));
    if !with_duplicates {
        let mut seen = BTreeSet::new();
        grants.retain(|grant| seen.insert((&grant.role, &grant.division)));
    }
    Reply::ok(&AuthzSubject::of(directory, call.param(0), &name, &grants, full_roles))
}

fn read_pairs(call: &Call<'_>) -> Result<RoleDivisionGrants, Failure> {
    let wanted: RoleDivisionGrants = call.read()?;
    let directory = &call.world.directory;
    for pair in &wanted.grants {
        if !directory.roles.contains_key(&pair.role_id) {
            return Err(Failure::bad_request(format_args!("[{}] is no role.", pair.role_id)));
        }
        if !directory.divisions.contains_key(&pair.division_id) {
            return Err(Failure::bad_request(format_args!("[{}] is no division.", pair.division_id)));
        }
    }
    Ok(wanted)
}

fn add(call: &mut Call<'_>) -> Result<Reply, Failure> {
    subject_name(call)?;
    let subject = call.param(0).to_owned();
    for pair in read_pairs(call)?.grants {
        call.world.directory.grant(&subject, &pair.role_id, &pair.division_id, call.now);
    }
    Ok(Reply::empty(204))
}

fn remove_many(call: &mut Call<'_>) -> Result<Reply, Failure> {
    subject_name(call)?;
    let subject = call.param(0).to_owned();
    for pair in read_pairs(call)?.grants {
        call.world.directory.revoke(&subject, &pair.role_id, &pair.division_id);
    }
    Ok(Reply::empty(204))
}

fn remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    subject_name(call)?;
    let (subject, division, role) =
        (call.param(0).to_owned(), call.param(1).to_owned(), call.param(2).to_owned());
    if call.world.directory.revoke(&subject, &role, &division) {
        Ok(Reply::empty(204))
    } else {
        Err(Failure::not_found())
    }
}

fn roles_of_user(call: &mut Call<'_>) -> Result<Reply, Failure> {
    subject_name(call)?;
    Reply::ok(&UserAuthorization::of(&call.world.directory, call.param(0)))
}

/// Sets the roles of a user, each granted in the user's division; those not named go.
fn set_roles_of_user(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let wanted: Vec<String> = call.read()?;
    let user = call.subject()?;
    let (id, division) = (user.id.clone(), user.division.clone());
    if let Some(unknown) = wanted.iter().find(|role| !call.world.directory.roles.contains_key(*role)) {
        return Err(Failure::bad_request(format_args!("[{unknown}] is no role.")));
    }
    let directory = &mut call.world.directory;
    let present: Vec<(String, String)> = directory
        .own_grants_of(&id)
        .into_iter()
        .filter(|grant| !wanted.contains(&grant.role))
        .map(|grant| (grant.role.clone(), grant.division.clone()))
        .collect();
    for (role, division) in present {
        directory.revoke(&id, &role, &division);
    }
    for role in &wanted {
        directory.grant(&id, role, &division, call.now);
    }
    Reply::ok(&UserAuthorization::of(&call.world.directory, &id))
}

fn roles(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let ids = call.query.many("id");
    if ids.len() > 100 {
        return Err(Failure::new(400, "max.role.ids", "Only 100 roles can be requested at a time."));
    }
    let counted = call.query.flag("userCount")?.unwrap_or(true);
    let name = call.query.one("name").map(str::to_lowercase);
    let directory = &call.world.directory;
    let mut roles: Vec<&Role> = directory
        .roles
        .values()
        .filter(|role| ids.is_empty() || ids.contains(&role.id.as_str()))
        .filter(|role| {
            name.as_ref().is_none_or(|name| role.name.to_lowercase().starts_with(name.trim_end_matches('*')))
        })
        .collect();
    roles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&Listing::of(page, &roles, call.path, call.query, |role| {
        let count = || directory.holders_of(&role.id).len();
        RolePayload::of(role, counted.then(count))
    }))
}

/// `UserReferenceEntityListing`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserReferences {
    entities: Vec<Reference>,
    page_size: usize,
    page_number: usize,
    total: usize,
    page_count: usize,
}

fn users_of_role(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    if !call.world.directory.roles.contains_key(call.param(0)) {
        return Err(Failure::not_found());
    }
    let holders: Vec<&str> = call.world.directory.holders_of(call.param(0)).into_iter().collect();
    Reply::ok(&UserReferences {
        entities: page.slice(&holders).iter().map(|id| Reference::user(id)).collect(),
        page_size: page.size,
        page_number: page.number,
        total: holders.len(),
        page_count: page.count(holders.len()),
    })
}
