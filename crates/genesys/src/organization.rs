//! The organization, and the OAuth clients in it.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
    users::UserRef,
};

/// The organization that the credentials belong to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// The organization's short name.
    pub third_party_org_name: Option<String>,
    /// Domain.
    pub domain: Option<String>,
    /// State, as the vendor spells it.
    pub state: Option<String>,
}

/// An OAuth client. Its secret is never read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OAuthClient {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Grant, as the vendor spells it, for example `CLIENT-CREDENTIALS`.
    pub authorized_grant_type: Option<String>,
    /// Lifetime of its tokens, in seconds.
    pub access_token_validity_seconds: Option<u64>,
    /// State, as the vendor spells it.
    pub state: Option<String>,
    /// Who created it.
    pub created_by: Option<UserRef>,
    /// When it was created.
    pub date_created: Option<Timestamp>,
    /// Roles that it acts with. With the grant "client credentials" these decide, not scopes.
    #[serde(default)]
    pub role_divisions: Vec<RoleDivision>,
}

/// A role in a division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleDivision {
    /// Id of the role.
    pub role_id: String,
    /// Id of the division; `*` means all divisions.
    pub division_id: String,
}

impl Reader {
    /// Reads the organization that the credentials belong to.
    ///
    /// # Errors
    /// As any read.
    pub async fn organization(&self) -> Result<Organization, Error> {
        self.read(&Call::get("read organization", "/api/v2/organizations/me", &[])).await
    }

    /// Reads an OAuth client.
    ///
    /// # Errors
    /// As any read.
    pub async fn oauth_client(&self, id: &str) -> Result<OAuthClient, Error> {
        self.read(&Call::get("read OAuth client", "/api/v2/oauth/clients/{clientId}", &[Segment::Id(id)]))
            .await
    }
}
