//! `RoutingSkill` and `Language`.

use serde::Serialize;

use super::time::instant;
use crate::world::directory::Named;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedPayload<'a> {
    id: &'a str,
    name: &'a str,
    date_modified: String,
    state: &'static str,
    version: &'static str,
    self_uri: String,
}

impl<'a> NamedPayload<'a> {
    /// `kind` is the last part of the address: `skills` or `languages`.
    pub(crate) fn of(named: &'a Named, kind: &str) -> Self {
        Self {
            id: &named.id,
            name: &named.name,
            date_modified: instant(named.created),
            state: "active",
            version: "1",
            self_uri: format!("/api/v2/routing/{kind}/{}", named.id),
        }
    }
}
