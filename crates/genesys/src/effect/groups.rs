//! Effects on groups and teams.

use http::Method;
use serde_json::json;

use super::Effect;

impl Effect {
    /// Adds a user to a group.
    #[must_use]
    pub fn join_group(group: &str, version: i64, user: &str) -> Self {
        Self::new("join group", Method::POST, "/api/v2/groups/{groupId}/members", &[group])
            .body(&json!({ "memberIds": [user], "version": version }))
    }

    /// Removes a user from a group.
    #[must_use]
    pub fn leave_group(group: &str, user: &str) -> Self {
        Self::new("leave group", Method::DELETE, "/api/v2/groups/{groupId}/members", &[group])
            .query("ids", user)
    }

    /// Replaces the whole list of a group's owners.
    #[must_use]
    pub fn set_group_owners(group: &str, version: i64, owners: &[&str]) -> Self {
        Self::new("set group owners", Method::PUT, "/api/v2/groups/{groupId}", &[group])
            .body(&json!({ "ownerIds": owners, "version": version }))
    }

    /// Adds a user to a team. The vendor may answer with success and name the user among the failures, so this too is known
    /// only by reading it back.
    #[must_use]
    pub fn join_team(team: &str, user: &str) -> Self {
        Self::new("join team", Method::POST, "/api/v2/teams/{teamId}/members", &[team])
            .body(&json!({ "memberIds": [user] }))
    }

    /// Removes a user from a team.
    #[must_use]
    pub fn leave_team(team: &str, user: &str) -> Self {
        Self::new("leave team", Method::DELETE, "/api/v2/teams/{teamId}/members", &[team]).query("id", user)
    }
}
