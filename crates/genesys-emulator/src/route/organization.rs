//! The organization itself, and how long it keeps its history.

use serde::Serialize;

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::time::instant,
};

pub(super) fn operations() -> Vec<Operation> {
    let view_retention = Need::Any(&["analytics:dataRetention:view"]);
    vec![
        Operation::get("/api/v2/organizations/me", Need::Nothing, me),
        Operation::get("/api/v2/analytics/dataretention/settings", view_retention, retention),
    ]
}

/// `Organization`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationPayload<'a> {
    id: &'a str,
    name: &'a str,
    default_language: &'static str,
    default_country_code: &'static str,
    third_party_org_name: String,
    domain: String,
    version: u32,
    state: &'static str,
    product_platform: &'static str,
    self_uri: String,
}

fn me(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let organization = &call.world.directory.organization;
    Reply::ok(&OrganizationPayload {
        id: &organization.id,
        name: &organization.name,
        default_language: "en-US",
        default_country_code: "US",
        third_party_org_name: organization.name.to_lowercase().replace(' ', "-"),
        domain: "emulated.example".to_owned(),
        version: organization.version,
        state: "active",
        product_platform: "GenesysCloud",
        self_uri: format!("/api/v2/organizations/{}", organization.id),
    })
}

/// `AnalyticsDataRetentionResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Retention {
    retention_days: u32,
    date_created: String,
    date_modified: String,
}

fn retention(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let organization = &call.world.directory.organization;
    Reply::ok(&Retention {
        retention_days: organization.retention_days,
        date_created: instant(organization.created),
        date_modified: instant(organization.created),
    })
}
