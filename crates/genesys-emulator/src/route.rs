//! The vendor's operations, a file per family.

use crate::operation::Operation;

pub(crate) mod analytics;
mod authorization;
mod divisions;
mod external_ids;
mod groups;
pub(crate) mod import;
mod languages;
pub(crate) mod oauth;
mod organization;
mod queue_members;
mod queues;
mod reported;
mod search;
mod skills;
mod stations;
mod status;
mod tokens;
mod user_list;
mod user_queues;
mod user_state;
pub(crate) mod users;

/// Returns every operation there is.
pub(crate) fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    all.extend(organization::operations());
    all.extend(oauth::operations());
    all.extend(tokens::operations());
    all.extend(user_list::operations());
    all.extend(search::operations());
    all.extend(users::operations());
    all.extend(user_state::operations());
    all.extend(external_ids::operations());
    all.extend(queues::operations());
    all.extend(queue_members::operations());
    all.extend(user_queues::operations());
    all.extend(skills::operations());
    all.extend(languages::operations());
    all.extend(authorization::operations());
    all.extend(divisions::operations());
    all.extend(groups::operations());
    all.extend(stations::operations());
    all.extend(status::operations());
    all.extend(reported::operations());
    all.extend(analytics::operations());
    all
}
