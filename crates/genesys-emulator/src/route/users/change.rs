//! Changing a user: either the state, or everything else.

use serde_json::Value;

use super::in_use;
use crate::{
    operation::Call,
    reply::Failure,
    wire::user_change::UpdateUser,
    world::user::{Address, State, User},
};

/// Moves a user to another state. Restoring a deleted one is nothing else.
pub(crate) fn set_state(
    call: &mut Call<'_>,
    id: &str,
    state: State,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let present = call.world.directory.users.get(id).ok_or_else(Failure::not_found)?.state;
    if state == State::Deleted {
        return Err(Failure::bad_request("A user is deleted by DELETE, not by a state."));
    }
    if state == present && reason.is_none() && !call.switches.same_state_bumps_version {
        return Ok(());
    }
    if state == State::Inactive && present == State::Active && call.switches.in_use_refused {
        let (queues, live) = call.world.in_use(id, call.now);
        if queues + live > 0 {
            return Err(in_use(queues, live));
        }
    }
    call.world.set_state(id, state, reason, call.switches, call.now);
    Ok(())
}

/// Changes everything but the state.
pub(super) fn apply(call: &mut Call<'_>, id: &str, mut wanted: UpdateUser) -> Result<(), Failure> {
    let directory = &call.world.directory;
    if let Some(manager) = wanted.manager.as_deref().filter(|manager| !manager.is_empty())
        && directory.users.get(manager).is_none_or(|manager| manager.state == State::Deleted)
    {
        return Err(Failure::bad_request("manager names no user."));
    }
    if let Some(email) = &wanted.email
        && directory.users.values().any(|user| user.id != id && user.email.eq_ignore_ascii_case(email))
    {
        return Err(super::conflict(call.switches.email_conflict, "A user with this email already exists."));
    }
    let addresses: Option<Vec<Address>> =
        wanted.addresses.take().map(|list| list.into_iter().map(|change| change.into_address()).collect());
    if let Some(addresses) = &addresses {
        super::addresses::check_permission(call, id, addresses)?;
        super::addresses::check(call, id, addresses)?;
    }
    call.world.directory.edit_user(id, call.now, call.switches.search_lag_s, |user| {
        overwrite(user, wanted);
        set(&mut user.addresses, addresses);
    });
    super::addresses::enter(call, id);
    if let Some(user) = call.world.directory.users.get(id).cloned() {
        call.world.introduce(&user);
    }
    Ok(())
}

fn overwrite(user: &mut User, wanted: UpdateUser) {
    set(&mut user.name, wanted.name);
    set(&mut user.email, wanted.email);
    set(&mut user.username, wanted.username);
    set(&mut user.acd_auto_answer, wanted.acd_auto_answer);
    set(&mut user.title, wanted.title.map(Some));
    set(&mut user.department, wanted.department.map(Some));
    set(&mut user.preferred_name, wanted.preferred_name.map(Some));
    set(&mut user.manager, wanted.manager.map(|manager| Some(manager).filter(|manager| !manager.is_empty())));
    if let Some(employer) = wanted.employer_info {
        let present = &mut user.employer;
        set(&mut present.official_name, employer.official_name.map(Some));
        set(&mut present.employee_id, employer.employee_id.map(Some));
        set(&mut present.employee_type, employer.employee_type.map(Some));
        set(&mut present.date_hire, employer.date_hire.map(Some));
    }
    let mut keep = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            user.unmodelled.insert(name.to_owned(), value);
        }
    };
    keep("profileSkills", wanted.profile_skills.map(Value::from));
    keep("certifications", wanted.certifications.map(Value::from));
    keep("images", wanted.images);
    keep("locations", wanted.locations);
    keep("biography", wanted.biography);
}

fn set<T>(field: &mut T, wanted: Option<T>) {
    if let Some(value) = wanted {
        *field = value;
    }
}
