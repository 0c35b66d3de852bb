//! Lists of users, by page number and by cursor.

use serde::Serialize;

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::Listing,
        user::{Expand, UserPayload},
    },
    world::user::{State, User},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/users", Need::Nothing, by_page),
        Operation::get("/api/v2/users/query", Need::Any(&["directory:user:view"]), by_cursor),
    ]
}

/// The most users that one request may name.
const MOST_IDS: usize = 100;
/// Beyond as many users the vendor refuses to list the inactive.
const MOST_INACTIVE: usize = 10_000;
/// The largest page of users.
const LARGEST_PAGE: usize = 500;

/// Returns the users in the state that the query asks for, by name.
fn wanted<'a>(call: &'a Call<'_>) -> Result<Vec<&'a User>, Failure> {
    let state = match call.query.one("state").unwrap_or("active") {
        "active" => Some(State::Active),
        "inactive" => Some(State::Inactive),
        "deleted" => Some(State::Deleted),
        "any" => None,
        other => return Err(Failure::invalid_value(other, "String", "active, inactive, deleted, any")),
    };
    let mut users: Vec<&User> = call
        .world
        .directory
        .users
        .values()
        .filter(|user| match state {
            Some(state) => user.state == state,
            None => user.state != State::Deleted || call.switches.any_lists_deleted,
        })
        .collect();
    users.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    if matches!(call.query.one("sortOrder"), Some("descending" | "DESC")) {
        users.reverse();
    }
    Ok(users)
}

fn by_page(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    let expand = Expand::read(call.query)?;
    let ids = call.query.many("id");
    if ids.len() > MOST_IDS {
        return Err(Failure::new(400, "max.user.ids", "Only 100 users can be requested at a time."));
    }
    if call.query.one("state") == Some("inactive") && page.size.saturating_mul(page.number) > MOST_INACTIVE {
        return Err(Failure::bad_request("Inactive users can be listed up to 10000 only."));
    }
    let mut users = wanted(call)?;
    if !ids.is_empty() {
        users.retain(|user| ids.contains(&user.id.as_str()));
    }
    let directory = &call.world.directory;
    Reply::ok(&Listing::of(page, &users, call.path, call.query, |user| {
        UserPayload::of(directory, user, &expand, call.now)
    }))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CursorListing<'a> {
    entities: Vec<UserPayload<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_uri: Option<String>,
    self_uri: String,
    results: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The cursor is the id of the last user of the page before.
fn by_cursor(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    let expand = Expand::read(call.query)?;
    let users = wanted(call)?;
    let start = match call.query.one("cursor") {
        None => 0,
        Some(cursor) => {
            let last = users.iter().position(|user| user.id == cursor);
            last.ok_or_else(|| Failure::bad_request("cursor is not valid."))? + 1
        }
    };
    let rest = users.get(start..).unwrap_or_default();
    let shown = rest.get(..page.size.min(rest.len())).unwrap_or_default();
    let cursor = shown.last().filter(|_| shown.len() < rest.len()).map(|user| user.id.clone());
    Reply::ok(&CursorListing {
        entities: shown
            .iter()
            .map(|user| UserPayload::of(&call.world.directory, user, &expand, call.now))
            .collect(),
        next_uri: cursor
            .as_ref()
            .map(|cursor| format!("{}?{}", call.path, call.query.with("cursor", cursor))),
        self_uri: call.path.to_owned(),
        results: shown.len(),
        cursor,
    })
}
