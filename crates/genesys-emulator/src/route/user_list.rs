//! Lists of users, by page number and by cursor.

use std::{collections::BTreeSet, ops::Bound};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
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

/// Returns which users the query asks for, by their state.
fn wanted_states(call: &Call<'_>) -> Result<impl Fn(&User) -> bool + use<>, Failure> {
    let state = match call.query.one("state").unwrap_or("active") {
        "active" => Some(State::Active),
        "inactive" => Some(State::Inactive),
        "deleted" => Some(State::Deleted),
        "any" => None,
        other => return Err(Failure::invalid_value(other, "String", "active, inactive, deleted, any")),
    };
    let deleted_too = call.switches.any_lists_deleted;
    Ok(move |user: &User| match state {
        Some(state) => user.state == state,
        None => user.state != State::Deleted || deleted_too,
    })
}

fn descending(call: &Call<'_>) -> bool {
    matches!(call.query.one("sortOrder"), Some("descending" | "DESC"))
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
    let is_wanted = wanted_states(call)?;
    let directory = &call.world.directory;
    let mut users: Vec<&User> = if ids.is_empty() {
        directory.users.values().filter(|user| is_wanted(user)).collect()
    } else {
        let ids: BTreeSet<&str> = ids.into_iter().collect();
        ids.into_iter().filter_map(|id| directory.users.get(id)).filter(|user| is_wanted(user)).collect()
    };
    let descending = descending(call);
    page.put_in_order(&mut users, |a, b| {
        let order = (&a.name, &a.id).cmp(&(&b.name, &b.id));
        if descending { order.reverse() } else { order }
    });
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

/// Goes through users by id, from the one named by the cursor on: who changes or goes meanwhile does not shift
/// anybody to another page, and a page costs no more for standing behind many others.
fn by_cursor(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(LARGEST_PAGE)?;
    let expand = Expand::read(call.query)?;
    let is_wanted = wanted_states(call)?;
    let last = call.query.one("cursor").map(last_seen).transpose()?;
    let last = last.as_deref();
    let users = &call.world.directory.users;
    let walk: Box<dyn Iterator<Item = &User>> = if descending(call) {
        let to = last.map_or(Bound::Unbounded, Bound::Excluded);
        Box::new(users.range::<str, _>((Bound::Unbounded, to)).rev().map(|(_, user)| user))
    } else {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        Box::new(users.range::<str, _>((from, Bound::Unbounded)).map(|(_, user)| user))
    };
    let mut walk = walk.filter(|user| is_wanted(user));
    let shown: Vec<&User> = walk.by_ref().take(page.size).collect();
    let more = walk.next().is_some();
    let cursor = shown.last().filter(|_| more).map(|user| cursor_after(&user.id));
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

/// What a cursor says before the id; a caller has no business reading it.
const CURSOR: &str = "after:";

fn cursor_after(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{CURSOR}{id}"))
}

fn last_seen(cursor: &str) -> Result<String, Failure> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let id = text.as_deref().and_then(|text| text.strip_prefix(CURSOR)).map(str::to_owned);
    id.ok_or_else(|| Failure::bad_request("cursor is not valid."))
}
