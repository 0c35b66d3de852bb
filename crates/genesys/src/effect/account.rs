//! Effects on an account: its state, its access, its place in the organization.

use http::Method;
use serde_json::{Value, json};

use super::Effect;
use crate::users::{Reason, State};

impl Effect {
    /// Sets a user's state by `PATCH /api/v2/users/{userId}`. Version and state are sent alone, because with a state nothing
    /// else is modifiable. Also restores a deleted user.
    #[must_use]
    pub fn set_state(user: &str, version: i64, state: State) -> Self {
        Self::new("set user state", Method::PATCH, "/api/v2/users/{userId}", &[user])
            .body(&json!({ "version": version, "state": state }))
    }

    /// Sets a user's state with a reason, by `PUT /api/v2/users/{userId}/state`.
    #[must_use]
    pub fn put_state(user: &str, version: i64, state: State, reason: Reason) -> Self {
        Self::new("put user state", Method::PUT, "/api/v2/users/{userId}/state", &[user])
            .body(&json!({ "version": version, "state": state, "stateChangeReason": reason }))
    }

    /// Deletes a user; the vendor keeps the user in the state `deleted`.
    #[must_use]
    pub fn delete_user(user: &str) -> Self {
        Self::new("delete user", Method::DELETE, "/api/v2/users/{userId}", &[user])
    }

    /// Revokes all of a user's access tokens.
    #[must_use]
    pub fn revoke_tokens(user: &str) -> Self {
        Self::new("revoke tokens", Method::DELETE, "/api/v2/tokens/{userId}", &[user])
    }

    /// Grants roles to a user, each a pair of role and division.
    #[must_use]
    pub fn grant_roles(user: &str, grants: &[(&str, &str)]) -> Self {
        let template = "/api/v2/authorization/subjects/{subjectId}/bulkadd";
        Self::new("grant roles", Method::POST, template, &[user])
            .query("subjectType", "PC_USER")
            .body(&pairs(grants))
    }

    /// Removes role grants from a user, each a pair of role and division.
    #[must_use]
    pub fn remove_roles(user: &str, grants: &[(&str, &str)]) -> Self {
        let template = "/api/v2/authorization/subjects/{subjectId}/bulkremove";
        Self::new("remove roles", Method::POST, template, &[user]).body(&pairs(grants))
    }

    /// Moves a user to a division.
    #[must_use]
    pub fn move_to_division(user: &str, division: &str) -> Self {
        let template = "/api/v2/authorization/divisions/{divisionId}/objects/USER";
        Self::new("move to division", Method::POST, template, &[division]).body(&json!([user]))
    }

    /// Sets or clears a user's manager. Clearing sends an empty id, as the vendor's own Terraform provider does.
    #[must_use]
    pub fn set_manager(user: &str, version: i64, manager: Option<&str>) -> Self {
        Self::new("set manager", Method::PATCH, "/api/v2/users/{userId}", &[user])
            .body(&json!({ "version": version, "manager": manager.unwrap_or_default() }))
    }

    /// Replaces a user's addresses: phone numbers, extensions and e-mail addresses, as [`User::addresses`](crate::User) has
    /// them. An extension in them needs `telephony:extension:assign` besides the permission to edit the user.
    #[must_use]
    pub fn set_addresses(user: &str, version: i64, addresses: &Value) -> Self {
        Self::new("set addresses", Method::PATCH, "/api/v2/users/{userId}", &[user])
            .body(&json!({ "version": version, "addresses": addresses }))
    }
}

fn pairs(grants: &[(&str, &str)]) -> Value {
    let pair = |(role, division): &(&str, &str)| json!({ "roleId": role, "divisionId": division });
    json!({ "grants": grants.iter().map(pair).collect::<Vec<_>>() })
}
