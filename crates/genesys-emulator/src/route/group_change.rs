//! Changing a group, and searching for groups.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::users::refusal::stale_version;
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        group::{GroupPayload, GroupUpdate, GroupsSearchResponse},
        page::PageRequest,
        search::{Criterion, Kind, Operator, SortOrder, UserSearchRequest},
    },
    world::{group::Group, user::State},
};

const EDIT: Need = Need::Any(&["directory:group:edit"]);

/// The largest page of a search.
const LARGEST_PAGE: usize = 100;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::put("/api/v2/groups/{groupId}", EDIT, update),
        Operation::post("/api/v2/groups/search", Need::Nothing, search),
    ]
}

/// What is not sent stays as it is.
fn update(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    let mut wanted: GroupUpdate = call.read()?;
    let group = super::groups::group(call)?;
    let version = wanted.version.ok_or_else(|| Failure::bad_request("version is required."))?;
    if version != group.version {
        return Err(stale_version(call.switches.version_clash));
    }
    if wanted.state.is_some_and(|state| state != "active") {
        return Err(Failure::not_emulated("another state of a group"));
    }
    let is_live =
        |id: &String| call.world.directory.users.get(id).is_some_and(|user| user.state != State::Deleted);
    let new_owners = wanted.owner_ids.iter().flatten().filter(|id| !group.owners.contains(*id));
    if let Some(unknown) = new_owners.into_iter().find(|id| !is_live(id)) {
        return Err(Failure::bad_request(format_args!("[{unknown}] is no user.")));
    }
    wanted.others.retain(|name, value| !["id", "selfUri"].contains(&name.as_str()) && !value.is_null());
    // The vendor calls the same visibility by two names.
    if wanted.others.get("visibility").and_then(Value::as_str) == Some("ownerIds") {
        wanted.others.insert("visibility".to_owned(), json!("owners"));
    }
    call.world.directory.edit_group(&id, call.now, |group| {
        group.name = wanted.name.unwrap_or(std::mem::take(&mut group.name));
        group.roles_enabled = wanted.roles_enabled.unwrap_or(group.roles_enabled);
        if let Some(owners) = wanted.owner_ids {
            group.owners = owners.into_iter().collect();
        }
        group.unmodelled.extend(wanted.others);
    });
    Reply::ok(&GroupPayload::of(super::groups::group(call)?))
}

fn search(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let request: UserSearchRequest = call.read()?;
    let page =
        PageRequest::check(request.page_size.unwrap_or(25), request.page_number.unwrap_or(1), LARGEST_PAGE)?;
    let criteria = request.query.as_deref().unwrap_or_default();
    let mut hits = Vec::new();
    for group in call.world.directory.groups.values() {
        if all_hold(criteria, group)? {
            hits.push(group);
        }
    }
    hits.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    if request.sort_order == Some(SortOrder::Descending) {
        hits.reverse();
    }
    let pages = page.count(hits.len());
    let token = |number: usize| URL_SAFE_NO_PAD.encode(format!("pageSize={}&pageNumber={number}", page.size));
    Reply::ok(&GroupsSearchResponse {
        total: hits.len(),
        page_count: pages,
        page_size: page.size,
        page_number: page.number,
        previous_page: (page.number > 1).then(|| token(page.number - 1)),
        current_page: token(page.number),
        next_page: (page.number < pages).then(|| token(page.number + 1)),
        types: ["groups"],
        results: page.slice(&hits).iter().map(|group| GroupPayload::of(group)).collect(),
    })
}

/// Joins criteria one after the other, each by its own operator; AND where it has none.
fn all_hold(criteria: &[Criterion], group: &Group) -> Result<bool, Failure> {
    let mut result: Option<bool> = None;
    for criterion in criteria {
        let holds = match &criterion.group {
            Some(inner) => all_hold(inner, group)?,
            None => holds(criterion, group)?,
        };
        result = Some(match (criterion.operator.unwrap_or(Operator::And), result) {
            (Operator::And, before) => before.unwrap_or(true) && holds,
            (Operator::Or, before) => before.unwrap_or(false) || holds,
            (Operator::Not, before) => before.unwrap_or(true) && !holds,
        });
    }
    Ok(result.unwrap_or(true))
}

fn holds(criterion: &Criterion, group: &Group) -> Result<bool, Failure> {
    let mut present: Vec<String> = Vec::new();
    for field in &criterion.fields {
        match field.as_str() {
            "id" => present.push(group.id.to_lowercase()),
            "name" => present.push(group.name.to_lowercase()),
            "state" => present.push("active".to_owned()),
            "ownerIds" => present.extend(group.owners.iter().map(|id| id.to_lowercase())),
            other => return Err(Failure::not_emulated(format_args!("a search for groups by {other}"))),
        }
    }
    let asked: Vec<String> =
        criterion.value.iter().chain(criterion.values.iter().flatten()).map(|v| v.to_lowercase()).collect();
    let any =
        |fits: fn(&str, &str) -> bool| present.iter().any(|held| asked.iter().any(|value| fits(held, value)));
    Ok(match criterion.kind {
        Kind::MatchAll => true,
        Kind::Exact => any(|held, value| held == value),
        Kind::StartsWith => any(|held, value| held.starts_with(value)),
        Kind::Contains => any(|held, value| held.contains(value)),
        Kind::Term | Kind::Terms => {
            any(|held, value| held == value || held.split_whitespace().any(|word| word == value))
        }
        other @ (Kind::Regex
        | Kind::RequiredFields
        | Kind::QueryString
        | Kind::Range
        | Kind::LessThan
        | Kind::LessThanEqualTo
        | Kind::GreaterThan
        | Kind::GreaterThanEqualTo) => {
            return Err(Failure::not_emulated(format_args!("search criteria of type {other:?}")));
        }
    })
}
