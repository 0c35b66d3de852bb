//! Recording policies.

use super::{LARGEST_PAGE, page_of, refuse};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::reported::policy,
    world::reported::Policy,
};

pub(super) fn operations() -> Vec<Operation> {
    let view = Need::Any(&["recording:retentionPolicy:view"]);
    vec![Operation::get("/api/v2/recording/crossplatform/mediaretentionpolicies", view, policies)]
}

/// There is no filter by user: whoever wants to know reads them all.
fn policies(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse(call, &["previousPage", "nextPage", "sortBy", "deleteDaysThreshold"])?;
    let page = call.page(LARGEST_PAGE)?;
    let short = call.query.flag("summary")?.unwrap_or(false);
    let enabled = call.query.flag("enabled")?;
    let broken = call.query.flag("hasErrors")?.unwrap_or(false);
    let name = call.query.one("name").map(str::to_lowercase);
    let mut found: Vec<(usize, &Policy)> = call
        .world
        .directory
        .reported
        .policies
        .values()
        .filter(|held| !broken && enabled.is_none_or(|enabled| enabled == held.enabled))
        .filter(|held| name.as_ref().is_none_or(|name| held.name.to_lowercase().contains(name)))
        .enumerate()
        .collect();
    found.sort_by(|(_, a), (_, b)| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Reply::ok(&page_of(call, page, &found, |(order, held)| policy(held, *order, short)))
}
