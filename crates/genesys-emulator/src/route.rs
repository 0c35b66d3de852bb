//! The vendor's operations, a file per family.

use crate::operation::Operation;

pub(crate) mod analytics;
mod authorization;
mod call_forwarding;
mod details_jobs;
mod direct_backup;
mod divisions;
mod external_ids;
mod group_change;
mod groups;
pub(crate) mod import;
mod languages;
mod numbers;
pub(crate) mod oauth;
mod organization;
mod out_of_office;
mod phones;
mod queue_members;
mod queues;
mod reported;
mod search;
mod skill_groups;
mod skills;
mod stations;
mod status;
mod teams;
mod tokens;
mod user_list;
mod user_queues;
mod user_state;
pub(crate) mod users;
mod utilization;
mod work_items;

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
    all.extend(group_change::operations());
    all.extend(teams::operations());
    all.extend(skill_groups::operations());
    all.extend(utilization::operations());
    all.extend(direct_backup::operations());
    all.extend(call_forwarding::operations());
    all.extend(out_of_office::operations());
    all.extend(numbers::operations());
    all.extend(phones::operations());
    all.extend(work_items::operations());
    all.extend(stations::operations());
    all.extend(status::operations());
    all.extend(reported::operations());
    all.extend(analytics::operations());
    all.extend(details_jobs::operations());
    all
}
