//! OAuth clients and tokens.

use serde::Serialize;

use super::{
    access::RoleDivision,
    reference::{NamedEntity, Reference},
    time::instant,
};
use crate::world::access::OauthClient;

/// The answer to a token call.
#[derive(Serialize)]
pub(crate) struct TokenGranted {
    pub(crate) access_token: String,
    pub(crate) token_type: &'static str,
    pub(crate) expires_in: u64,
}

/// `OAuthClient`, and `OrgOAuthClient` where the organization is named.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OauthClientPayload {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_validity_seconds: Option<u64>,
    date_created: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<Reference>,
    authorized_grant_type: &'static str,
    scope: [&'static str; 0],
    role_divisions: Vec<RoleDivision>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<NamedEntity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_uri: Option<String>,
}

impl OauthClientPayload {
    pub(crate) fn of(client: &OauthClient, lifetime_s: u64) -> Self {
        Self {
            id: client.id.clone(),
            name: client.name.clone(),
            access_token_validity_seconds: Some(lifetime_s),
            date_created: instant(client.created),
            date_modified: instant(client.created),
            created_by: client.created_by.as_deref().map(Reference::user),
            authorized_grant_type: "CLIENT-CREDENTIALS",
            scope: [],
            role_divisions: client
                .roles
                .iter()
                .map(|(role_id, division_id)| RoleDivision {
                    role_id: role_id.clone(),
                    division_id: division_id.clone(),
                })
                .collect(),
            state: "active",
            organization: None,
            self_uri: Some(format!("/api/v2/oauth/clients/{}", client.id)),
        }
    }

    /// The form in which a token names its client.
    pub(crate) fn within(self, organization: NamedEntity) -> Self {
        Self { access_token_validity_seconds: None, organization: Some(organization), self_uri: None, ..self }
    }
}

/// `TokenInfo`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenInfo {
    pub(crate) organization: NamedEntity,
    pub(crate) home_organization: NamedEntity,
    pub(crate) authorized_scope: [&'static str; 0],
    #[serde(rename = "OAuthClient")]
    pub(crate) oauth_client: OauthClientPayload,
}
