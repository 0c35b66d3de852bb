//! The organization, the OAuth clients in it, what its users are licensed for and which others trust them.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    error::Error,
    odd,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing},
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
    #[serde(default, deserialize_with = "odd::instant")]
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

#[derive(Deserialize)]
struct LicenseUser {
    licenses: Vec<License>,
}

#[derive(Deserialize)]
struct License {
    id: String,
}

const TRUSTOR: Facts =
    Facts { name: "/organization/name", detail: &[("enabled", "/enabled"), ("created", "/dateCreated")] };

impl Entry for OAuthClient {
    fn key(&self) -> &str {
        &self.id
    }
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

    /// Reads the OAuth clients of the organization, each with who created it: whose they are cannot be asked for in any other
    /// way. The vendor gives them in one piece.
    ///
    /// # Errors
    /// As any read; [`BadAnswer`](crate::Disposition::BadAnswer) if it is not the whole list.
    /// [`Forbidden`](crate::Disposition::Forbidden) without `oauth:client:view`.
    pub async fn oauth_clients(&self) -> Result<Vec<OAuthClient>, Error> {
        self.list_in_one(&Call::get("read OAuth clients", "/api/v2/oauth/clients", &[])).await
    }

    /// Reads the ids of the licences that a user takes up. They follow from the user's roles.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `authorization:license:view` or `authorization:grant:add`.
    pub async fn licences(&self, user: &str) -> Result<Vec<String>, Error> {
        let template = "/api/v2/license/users/{userId}";
        let found: LicenseUser =
            self.read(&Call::get("read licences", template, &[Segment::Id(user)])).await?;
        Ok(found.licenses.into_iter().map(|license| license.id).collect())
    }

    /// Reads the other organizations that trust a user, with `enabled` and `created`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `authorization:orgTrustor:view`.
    pub async fn trustors(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/users/{userId}/trustors";
        self.list_things(&Call::get("read trustors", template, &[Segment::Id(user)]), TRUSTOR).await
    }
}
