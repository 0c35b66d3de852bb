//! Greetings, voicemail, trustors and dashboards of one user.

use super::{LARGEST_PAGE, list, page_of, refuse};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::PageRequest,
        reported::{dashboard, greeting, mailbox, message, trustor, voicemail_policy},
    },
    world::reported::Dashboard,
};

pub(super) fn operations() -> Vec<Operation> {
    let policy = Need::Any(&["telephony:plugin:all", "voicemail:userPolicy:viewOther"]);
    let mailbox = Need::Any(&["voicemail:mailbox:viewOther"]);
    let messages = Need::Any(&["voicemail:voicemail:viewOther"]);
    let trustors = Need::All(&["authorization:orgTrustor:view"]);
    let dashboards = Need::All(&["analytics:dashboardConfigurations:viewPrivate"]);
    let dashboards_of = "/api/v2/analytics/reporting/settings/users/{userId}/dashboards";
    vec![
        Operation::get("/api/v2/users/{userId}/greetings", Need::Nothing, greetings_of),
        Operation::get("/api/v2/voicemail/userpolicies/{userId}", policy, policy_of),
        Operation::get("/api/v2/voicemail/users/{userId}/mailbox", mailbox, mailbox_of),
        Operation::get("/api/v2/voicemail/users/{userId}/messages", messages, messages_of),
        Operation::get("/api/v2/users/{userId}/trustors", trustors, trustors_of),
        Operation::get(dashboards_of, dashboards, dashboards_of_user),
    ]
}

fn greetings_of(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let own = call.world.directory.reported.own(&call.subject()?.id);
    list(call, own.map_or(&[], |own| own.greetings.as_slice()), greeting)
}

fn policy_of(call: &mut Call<'_>) -> Result<Reply, Failure> {
    Reply::ok(&voicemail_policy(call.subject()?.created))
}

fn mailbox_of(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    Reply::ok(&mailbox(&user.id, call.world.directory.reported.own(&user.id), user.created))
}

fn messages_of(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = &call.subject()?.id;
    let own = call.world.directory.reported.own(user);
    list(call, own.map_or(&[], |own| own.voicemail.as_slice()), |held| message(user, held))
}

fn trustors_of(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let own = call.world.directory.reported.own(&call.subject()?.id);
    list(call, own.map_or(&[], |own| own.trustors.as_slice()), trustor)
}

/// The page is of fifty unless said otherwise, unlike most of the vendor's lists.
fn dashboards_of_user(call: &mut Call<'_>) -> Result<Reply, Failure> {
    refuse(call, &["deletedOnly"])?;
    let user = &call.subject()?.id;
    let size = call.query.number("pageSize")?.unwrap_or(50);
    let page = PageRequest::check(size, call.query.number("pageNumber")?.unwrap_or(1), LARGEST_PAGE)?;
    let (public, favourite) = (call.query.flag("publicOnly")?, call.query.flag("favoriteOnly")?);
    let name = call.query.one("name").map(str::to_lowercase);
    let own = call.world.directory.reported.own(user);
    let mut dashboards: Vec<&Dashboard> = own
        .into_iter()
        .flat_map(|own| &own.dashboards)
        .filter(|held| held.public || public != Some(true))
        .filter(|held| held.favourite || favourite != Some(true))
        .filter(|held| name.as_ref().is_none_or(|name| held.name.to_lowercase().contains(name)))
        .collect();
    dashboards.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    if call.query.one("sortBy").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        dashboards.reverse();
    }
    Reply::ok(&page_of(call, page, &dashboards, |held| dashboard(user, held)))
}
