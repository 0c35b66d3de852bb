//! One user: read, create, change, delete.

mod addresses;
mod change;
pub(crate) mod refusal;

use self::{
    change::{apply, set_state},
    refusal::{check_if_match, check_version, conflict, in_use},
};
use crate::{
    operation::{Call, Need, Operation},
    preset::{DeleteAnswer, Finds, Obey},
    reply::{Failure, Reply},
    wire::{
        user::{Expand, UserPayload},
        user_change::{CreateUser, UpdateUser},
    },
    world::user::{State, User},
};

pub(crate) use self::addresses::ASSIGN_EXTENSION;
pub(super) use self::change::set_state as change_state;

const EDIT: Need = Need::Any(&["admin", "directory:user:edit", "directory:organization:admin"]);
const DELETE: Need = Need::Any(&["admin", "directory:user:delete", "directory:organization:admin"]);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/api/v2/users", Need::Any(&["directory:user:add"]), create),
        Operation::get("/api/v2/users/me", Need::Nothing, me),
        Operation::get("/api/v2/users/{userId}", Need::Nothing, read),
        Operation::patch("/api/v2/users/{userId}", EDIT, update),
        Operation::delete("/api/v2/users/{userId}", DELETE, delete),
        Operation::get("/api/v2/users/{userId}/directreports", Need::Nothing, direct_reports),
        Operation::get("/api/v2/users/{userId}/superiors", Need::Nothing, superiors),
    ]
}

impl Call<'_> {
    /// Returns the user whom the first parameter of the path names, for reading what belongs to the user.
    pub(crate) fn subject(&self) -> Result<&User, Failure> {
        let user = self.world.directory.users.get(self.param(0)).ok_or_else(Failure::not_found)?;
        if user.state == State::Deleted && self.switches.parts_of_deleted == Finds::NotFound {
            return Err(Failure::not_found());
        }
        Ok(user)
    }

    /// Returns `user` as the answer to this call.
    pub(crate) fn user_reply(&self, id: &str, expand: &Expand) -> Result<Reply, Failure> {
        let user = self.world.directory.users.get(id).ok_or_else(Failure::no_such_user)?;
        Reply::ok(&UserPayload::of(&self.world.directory, user, expand, self.now))
    }
}

fn me(_: &mut Call<'_>) -> Result<Reply, Failure> {
    Err(Failure::new(
        400,
        "not.a.user",
        "This request requires a user context. Client credentials cannot be used for requests to this resource.",
    ))
}

fn read(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let expand = Expand::read(call.query)?;
    let user = call.world.directory.users.get(call.param(0)).ok_or_else(Failure::no_such_user)?;
    let deleted = user.state == State::Deleted;
    let found = match call.query.one("state").unwrap_or("active") {
        "active" => !deleted,
        "deleted" => deleted || call.switches.deleted_query_finds_live == Finds::Served,
        other => return Err(Failure::invalid_value(other, "String", "active, deleted")),
    };
    if !found {
        return Err(Failure::no_such_user());
    }
    call.user_reply(&user.id, &expand)
}

fn create(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let wanted: CreateUser = call.read()?;
    let directory = &call.world.directory;
    if !directory.divisions.contains_key(&wanted.division_id) {
        return Err(Failure::bad_request("divisionId names no division."));
    }
    if directory.users.values().any(|user| user.email.eq_ignore_ascii_case(&wanted.email)) {
        return Err(conflict(call.switches.email_conflict, "A user with this email already exists."));
    }
    let id = call.world.ids.uuid();
    let mut user = User::new(id.clone(), &wanted.name, &wanted.email, &wanted.division_id, call.now);
    user.state = wanted.state.unwrap_or(State::Inactive);
    user.title = wanted.title;
    user.department = wanted.department;
    user.addresses =
        wanted.addresses.unwrap_or_default().into_iter().map(|change| change.into_address()).collect();
    addresses::check(call, &id, &user.addresses)?;
    call.world.introduce(&user);
    call.world.directory.index.record_new(&user, call.now, call.switches.search_lag_s);
    call.world.directory.users.insert(id.clone(), user);
    addresses::enter(call, &id);
    call.world.directory.changed();
    call.user_reply(&id, &Expand::default())
}

fn update(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    let wanted: UpdateUser = call.read()?;
    let user = call.world.directory.users.get(&id).ok_or_else(Failure::not_found)?;
    if user.state == State::Deleted && wanted.state.is_none() {
        return Err(Failure::not_found());
    }
    check_if_match(call, user)?;
    let version = wanted.version.ok_or_else(|| Failure::bad_request("version is required."))?;
    check_version(call, user, version)?;
    match wanted.state {
        Some(_)
            if wanted.changes_more_than_state()
                && call.switches.other_fields_with_state == Obey::Enforced =>
        {
            return Err(Failure::bad_request("If state is specified, it is the only modifiable field."));
        }
        Some(state) => set_state(call, &id, state, None)?,
        None => apply(call, &id, wanted)?,
    }
    call.user_reply(&id, &Expand::default())
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    let live = call.world.directory.users.get(&id).filter(|user| user.state != State::Deleted);
    let user =
        live.ok_or_else(|| Failure::new(404, "user.not.found.on.delete", "User not found on delete."))?;
    check_if_match(call, user)?;
    if user.is_active() && call.switches.delete_while_active_refused {
        return Err(Failure::new(
            409,
            "user.in.use",
            "The user is in use: an active user cannot be deleted and must be deactivated first.",
        ));
    }
    if call.switches.in_use_refused {
        let (queues, live) = call.world.in_use(&id, call.now);
        if queues + live > 0 {
            return Err(in_use(queues, live));
        }
    }
    call.world.set_state(&id, State::Deleted, None, call.switches, call.now);
    match call.switches.delete_answer {
        DeleteAnswer::EmptyObject200 => Ok(Reply::json("{}")),
        DeleteAnswer::NoContent204 => Ok(Reply::empty(204)),
    }
}

fn direct_reports(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let expand = Expand::read(call.query)?;
    let reports = call.world.directory.reports_of(&call.subject()?.id);
    let payloads: Vec<_> = reports
        .into_iter()
        .map(|user| UserPayload::of(&call.world.directory, user, &expand, call.now))
        .collect();
    Reply::ok(&payloads)
}

fn superiors(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let expand = Expand::read(call.query)?;
    let above = call.world.directory.superiors_of(&call.subject()?.id);
    let payloads: Vec<_> = above
        .into_iter()
        .map(|user| UserPayload::of(&call.world.directory, user, &expand, call.now))
        .collect();
    Reply::ok(&payloads)
}
