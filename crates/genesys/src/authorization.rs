//! Divisions, roles and who holds them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    odd,
    page::Entry,
    reader::Reader,
    request::{Call, Segment},
    users::{RoleRef, UserRef},
};

/// A reference to a division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DivisionRef {
    /// Id; `*` in a grant means all divisions.
    pub id: String,
    /// Name, where given.
    pub name: Option<String>,
}

/// A division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Division {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether it is the organization's Home division, where deleted users go.
    pub home_division: Option<bool>,
}

/// What a user, group or client holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    // Left out it would say nothing, and must not pass for "none".
    grants: Vec<Grant>,
}

/// A role held in a division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Who was granted the role: the user, or a group that passes it on.
    pub subject_id: Option<String>,
    /// Role.
    pub role: Option<RoleRef>,
    /// Division.
    pub division: Option<DivisionRef>,
    /// When it was granted.
    #[serde(default, deserialize_with = "odd::instant")]
    pub grant_made_at: Option<Timestamp>,
}

impl Grant {
    /// Returns whether the grant was made to the user, rather than inherited from a group. A grant that does not say to whom
    /// it was made counts as the user's own.
    #[must_use]
    pub fn is_direct(&self, user: &str) -> bool {
        self.subject_id.as_deref().is_none_or(|subject| subject == user)
    }
}

/// A role of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Id of the vendor's default role that it is, for example `admin`.
    pub default_role_id: Option<String>,
    /// Number of users who hold it, where given.
    pub user_count: Option<i64>,
    /// Permissions in the older form, for example `admin`.
    pub permissions: Option<Vec<String>>,
    /// Permissions.
    pub permission_policies: Option<Vec<PermissionPolicy>>,
}

/// A permission of a role: actions on an entity of a domain. `*` stands for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionPolicy {
    /// Domain, for example `directory`.
    pub domain: Option<String>,
    /// Entity, for example `user`.
    pub entity_name: Option<String>,
    /// Actions, for example `delete`.
    #[serde(default)]
    pub action_set: Vec<String>,
}

impl PermissionPolicy {
    /// Returns whether the policy includes a permission such as `directory:user:delete`.
    #[must_use]
    pub fn includes(&self, permission: &str) -> bool {
        let mut parts = permission.splitn(3, ':');
        let (Some(domain), Some(entity), Some(action)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let is = |held: &str, wanted: &str| held == "*" || held.eq_ignore_ascii_case(wanted);
        self.domain.as_deref().is_some_and(|held| is(held, domain))
            && self.entity_name.as_deref().is_some_and(|held| is(held, entity))
            && self.action_set.iter().any(|held| is(held, action))
    }
}

impl Entry for Division {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Entry for Role {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Reader {
    /// Reads the divisions of the organization.
    ///
    /// # Errors
    /// As any list.
    pub async fn divisions(&self) -> Result<Vec<Division>, Error> {
        self.list(&|page| self.numbered("read divisions", "/api/v2/authorization/divisions", page)).await
    }

    /// Reads what a user, group or client holds: own grants and those inherited from groups, a role held both ways twice.
    ///
    /// # Errors
    /// As any read.
    pub async fn subject_grants(&self, subject: &str) -> Result<Vec<Grant>, Error> {
        let template = "/api/v2/authorization/subjects/{subjectId}";
        let call =
            Call::get("read grants", template, &[Segment::Id(subject)]).query("includeDuplicates", "true");
        Ok(self.read::<Subject>(&call).await?.grants)
    }

    /// Reads the roles of the organization.
    ///
    /// # Errors
    /// As any list.
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        self.list(&|page| self.numbered("read roles", "/api/v2/authorization/roles", page)).await
    }

    /// Reads the users who hold a role.
    ///
    /// # Errors
    /// As any list.
    pub async fn role_users(&self, role: &str) -> Result<Vec<UserRef>, Error> {
        self.list_of("read role users", "/api/v2/authorization/roles/{roleId}/users", role).await
    }

    fn numbered(&self, operation: &'static str, template: &'static str, page: u32) -> Call {
        self.on_page(Call::get(operation, template, &[]), page)
    }
}
