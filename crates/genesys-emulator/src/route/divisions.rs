//! Divisions, and moving things between them.

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{access::AuthzDivision, page::Listing},
    world::directory::Division,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/authorization/divisions", Need::Nothing, list),
        Operation::post(
            "/api/v2/authorization/divisions/{divisionId}/objects/{objectType}",
            Need::Nothing,
            move_objects,
        ),
    ]
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(500)?;
    let ids = call.query.many("id");
    let name = call.query.one("name").map(str::to_lowercase);
    let mut divisions: Vec<&Division> = call
        .world
        .directory
        .divisions
        .values()
        .filter(|division| ids.is_empty() || ids.contains(&division.id.as_str()))
        .filter(|division| {
            name.as_ref().is_none_or(|name| division.name.to_lowercase().contains(name.as_str()))
        })
        .collect();
    divisions.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&Listing::of(page, &divisions, call.path, call.query, |division| AuthzDivision::of(division)))
}

fn move_objects(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let ids: Vec<String> = call.read()?;
    let division = call.param(0).to_owned();
    if !call.world.directory.divisions.contains_key(&division) {
        return Err(Failure::not_found());
    }
    if call.param(1) != "USER" {
        return Err(Failure::not_emulated(format_args!("moving objects of type {}", call.param(1))));
    }
    if let Some(unknown) = ids.iter().find(|id| !call.world.directory.users.contains_key(*id)) {
        return Err(Failure::bad_request(format_args!("[{unknown}] is no user.")));
    }
    for id in &ids {
        let is_there = call.world.directory.users.get(id).is_some_and(|user| user.division == division);
        if !is_there {
            call.world.directory.edit_user(id, call.now, call.switches.search_lag_s, |user| {
                user.division.clone_from(&division);
            });
        }
    }
    Ok(Reply::empty(200))
}
