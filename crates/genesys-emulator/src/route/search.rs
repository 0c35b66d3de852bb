//! `POST /users/search`, over an index that lags behind.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    operation::{Call, Need, Operation},
    preset::ListedStates,
    reply::{Failure, Reply},
    wire::{
        page::PageRequest,
        search::{Criterion, Kind, Operator, SortOrder, UserSearchRequest, UsersSearchResponse},
        user::{Expand, UserPayload},
    },
    world::user::{State, User},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![Operation::post("/api/v2/users/search", Need::Any(&["directory:user:view"]), search)]
}

/// The largest page of a search.
const LARGEST_PAGE: usize = 100;

fn search(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let request: UserSearchRequest = call.read()?;
    let page =
        PageRequest::check(request.page_size.unwrap_or(25), request.page_number.unwrap_or(1), LARGEST_PAGE)?;
    let expand = Expand::of(request.expand.iter().flatten().map(String::as_str))?;
    let criteria = request.query.as_deref().unwrap_or_default();
    criteria.iter().try_for_each(check)?;
    let states_said = criteria.iter().any(names_state);
    let directory = &call.world.directory;
    let mut hits: Vec<&User> = directory
        .users
        .values()
        .filter_map(|user| directory.index.seen(user, call.now))
        .filter(|user| states_said || by_default(user, call.switches.search_default_states))
        .filter(|user| all_hold(criteria, user))
        .collect();
    let sort_by = request.sort_by.as_deref().unwrap_or("name");
    hits.sort_by(|a, b| (values(a, sort_by), &a.id).cmp(&(values(b, sort_by), &b.id)));
    if request.sort_order == Some(SortOrder::Descending) {
        hits.reverse();
    }
    let pages = page.count(hits.len());
    let token = |number: usize| URL_SAFE_NO_PAD.encode(format!("pageSize={}&pageNumber={number}", page.size));
    Reply::ok(&UsersSearchResponse {
        total: hits.len(),
        page_count: pages,
        page_size: page.size,
        page_number: page.number,
        previous_page: (page.number > 1).then(|| token(page.number - 1)),
        current_page: token(page.number),
        next_page: (page.number < pages).then(|| token(page.number + 1)),
        types: ["users"],
        results: page
            .slice(&hits)
            .iter()
            .map(|user| UserPayload::of(directory, user, &expand, call.now))
            .collect(),
    })
}

fn by_default(user: &User, listed: ListedStates) -> bool {
    match listed {
        ListedStates::Active => user.state == State::Active,
        ListedStates::ActiveAndInactive => user.state != State::Deleted,
        ListedStates::Any => true,
    }
}

fn names_state(criterion: &Criterion) -> bool {
    criterion.fields.iter().any(|field| field == "state")
        || criterion.group.as_deref().unwrap_or_default().iter().any(names_state)
}

/// Fields that can be searched here.
const FIELDS: [&str; 14] = [
    "id",
    "name",
    "email",
    "username",
    "state",
    "title",
    "department",
    "divisionId",
    "division.id",
    "manager",
    "managerId",
    "employerInfo.employeeId",
    "externalIds.externalKey",
    "addresses",
];

fn check(criterion: &Criterion) -> Result<(), Failure> {
    if let Some(group) = &criterion.group {
        return group.iter().try_for_each(check);
    }
    match criterion.kind {
        Kind::Exact | Kind::StartsWith | Kind::Contains | Kind::Term | Kind::Terms => {
            if criterion.value.is_none() && criterion.values.is_none() {
                return Err(Failure::bad_request("a criterion needs value or values."));
            }
        }
        Kind::RequiredFields | Kind::MatchAll => {}
        other @ (Kind::Regex
        | Kind::QueryString
        | Kind::Range
        | Kind::LessThan
        | Kind::LessThanEqualTo
        | Kind::GreaterThan
        | Kind::GreaterThanEqualTo) => {
            return Err(Failure::not_emulated(format_args!("search criteria of type {other:?}")));
        }
    }
    match criterion.fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
        Some(field) => Err(Failure::bad_request(format_args!("[{field}] cannot be searched."))),
        None => Ok(()),
    }
}

/// Joins criteria one after the other, each by its own operator; AND where it has none.
fn all_hold(criteria: &[Criterion], user: &User) -> bool {
    let mut result: Option<bool> = None;
    for criterion in criteria {
        let holds = match &criterion.group {
            Some(group) => all_hold(group, user),
            None => holds(criterion, user),
        };
        result = Some(match (criterion.operator.unwrap_or(Operator::And), result) {
            (Operator::And, before) => before.unwrap_or(true) && holds,
            (Operator::Or, before) => before.unwrap_or(false) || holds,
            (Operator::Not, before) => before.unwrap_or(true) && !holds,
        });
    }
    result.unwrap_or(true)
}

fn holds(criterion: &Criterion, user: &User) -> bool {
    let present: Vec<String> = criterion.fields.iter().flat_map(|field| values(user, field)).collect();
    let asked: Vec<String> = criterion
        .value
        .iter()
        .chain(criterion.values.iter().flatten())
        .map(|value| value.to_lowercase())
        .collect();
    let any =
        |fits: fn(&str, &str) -> bool| present.iter().any(|held| asked.iter().any(|value| fits(held, value)));
    match criterion.kind {
        Kind::MatchAll => true,
        Kind::RequiredFields => criterion.fields.iter().all(|field| !values(user, field).is_empty()),
        Kind::StartsWith => any(|held, value| held.starts_with(value)),
        Kind::Contains => any(|held, value| held.contains(value)),
        Kind::Term | Kind::Terms => {
            any(|held, value| held == value || held.split_whitespace().any(|word| word == value))
        }
        Kind::Exact
        | Kind::Regex
        | Kind::QueryString
        | Kind::Range
        | Kind::LessThan
        | Kind::LessThanEqualTo
        | Kind::GreaterThan
        | Kind::GreaterThanEqualTo => any(|held, value| held == value),
    }
}

/// Returns what a user has in a field, in lower case.
fn values(user: &User, field: &str) -> Vec<String> {
    let optional = |value: &Option<String>| value.iter().map(|text| text.to_lowercase()).collect();
    match field {
        "id" => vec![user.id.to_lowercase()],
        "name" => vec![user.name.to_lowercase()],
        "email" => vec![user.email.to_lowercase()],
        "username" => vec![user.username.to_lowercase()],
        "state" => vec![user.state.word().to_owned()],
        "title" => optional(&user.title),
        "department" => optional(&user.department),
        "divisionId" | "division.id" => vec![user.division.to_lowercase()],
        "manager" | "managerId" => optional(&user.manager),
        "employerInfo.employeeId" => optional(&user.employer.employee_id),
        "externalIds.externalKey" => user.external_ids.values().map(|key| key.to_lowercase()).collect(),
        "addresses" => user
            .addresses
            .iter()
            .flat_map(|address| address.address.iter().chain(&address.extension))
            .map(|text| text.to_lowercase())
            .collect(),
        _ => Vec::new(),
    }
}
