//! Roles, grants and permissions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::time::instant;
use crate::world::{
    directory::{Directory, Division, Role},
    grant::Grant,
};

/// `UserAuthorization`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserAuthorization {
    roles: Vec<DomainRole>,
    unused_roles: Vec<DomainRole>,
    permissions: Vec<String>,
    permission_policies: Vec<Policy>,
}

#[derive(Serialize)]
struct DomainRole {
    id: String,
    name: String,
}

/// `DomainPermissionPolicy` and `ResourcePermissionPolicy`, as far as they say the same.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    domain: String,
    entity_name: String,
    action_set: Vec<String>,
    allow_conditions: bool,
}

impl UserAuthorization {
    pub(crate) fn of(directory: &Directory, subject: &str) -> Self {
        let roles = directory.roles_of(subject);
        let permissions: BTreeSet<&String> = roles.iter().flat_map(|role| &role.permissions).collect();
        Self {
            roles: roles
                .iter()
                .map(|role| DomainRole { id: role.id.clone(), name: role.name.clone() })
                .collect(),
            unused_roles: Vec::new(),
            permissions: permissions.iter().map(|permission| (*permission).clone()).collect(),
            permission_policies: policies(permissions.into_iter()),
        }
    }
}

/// Returns permissions as policies, one for each pair of domain and entity.
fn policies<'a>(permissions: impl Iterator<Item = &'a String>) -> Vec<Policy> {
    let mut actions: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for permission in permissions {
        let mut parts = permission.splitn(3, ':');
        if let (Some(domain), Some(entity), Some(action)) = (parts.next(), parts.next(), parts.next()) {
            actions.entry((domain, entity)).or_default().push(action.to_owned());
        }
    }
    actions
        .into_iter()
        .map(|((domain, entity), action_set)| Policy {
            domain: domain.to_owned(),
            entity_name: entity.to_owned(),
            action_set,
            allow_conditions: false,
        })
        .collect()
}

/// `DomainOrganizationRole`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RolePayload {
    id: String,
    name: String,
    description: String,
    permission_policies: Vec<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_count: Option<usize>,
    default: bool,
    base: bool,
    self_uri: String,
}

impl RolePayload {
    pub(crate) fn of(role: &Role, user_count: Option<usize>) -> Self {
        Self {
            id: role.id.clone(),
            name: role.name.clone(),
            description: format!("{} role", role.name),
            permission_policies: policies(role.permissions.iter()),
            user_count,
            default: false,
            base: false,
            self_uri: format!("/api/v2/authorization/roles/{}", role.id),
        }
    }
}

/// `AuthzSubject`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthzSubject {
    id: String,
    name: String,
    grants: Vec<AuthzGrant>,
    version: u32,
    self_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthzGrant {
    subject_id: String,
    division: AuthzDivision,
    role: AuthzGrantRole,
    grant_made_at: String,
}

/// `AuthzDivision`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthzDivision {
    id: String,
    name: String,
    description: String,
    home_division: bool,
    self_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthzGrantRole {
    id: String,
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<Vec<GrantPolicy>>,
    default: bool,
    self_uri: String,
}

/// `AuthzGrantPolicy`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrantPolicy {
    actions: Vec<String>,
    domain: String,
    entity_name: String,
}

impl AuthzDivision {
    pub(crate) fn of(division: &Division) -> Self {
        Self {
            id: division.id.clone(),
            name: division.name.clone(),
            description: division.description.clone(),
            home_division: division.home,
            self_uri: format!("/api/v2/authorization/divisions/{}", division.id),
        }
    }
}

impl AuthzSubject {
    pub(crate) fn of(
        directory: &Directory,
        id: &str,
        name: &str,
        grants: &[&Grant],
        full_roles: bool,
    ) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            grants: grants.iter().filter_map(|grant| authz_grant(directory, grant, full_roles)).collect(),
            version: 1,
            self_uri: format!("/api/v2/authorization/subjects/{id}"),
        }
    }
}

fn authz_grant(directory: &Directory, grant: &Grant, full_roles: bool) -> Option<AuthzGrant> {
    let role = directory.roles.get(&grant.role)?;
    let policies = full_roles.then(|| {
        policies(role.permissions.iter())
            .into_iter()
            .map(|policy| GrantPolicy {
                actions: policy.action_set,
                domain: policy.domain,
                entity_name: policy.entity_name,
            })
            .collect()
    });
    Some(AuthzGrant {
        subject_id: grant.subject.clone(),
        division: AuthzDivision::of(directory.divisions.get(&grant.division)?),
        role: AuthzGrantRole {
            id: role.id.clone(),
            name: role.name.clone(),
            description: format!("{} role", role.name),
            policies,
            default: false,
            self_uri: format!("/api/v2/authorization/roles/{}", role.id),
        },
        grant_made_at: instant(grant.made_at),
    })
}

/// `RoleDivisionGrants`.
#[derive(Deserialize)]
pub(crate) struct RoleDivisionGrants {
    pub(crate) grants: Vec<RoleDivision>,
}

/// `RoleDivisionPair` and `RoleDivision`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleDivision {
    pub(crate) role_id: String,
    pub(crate) division_id: String,
}
