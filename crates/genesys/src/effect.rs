//! Requests that change vendor state. Each is built by a named constructor and nothing else, so the set of things that this
//! crate can do to an organization is the list of functions below. Erasure of personal data is not among them.

use std::fmt;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    request::{Call, Segment, fill, join},
    users::{Reason, State},
};

/// One request that changes vendor state. Two effects are equal when the same bytes would be sent.
#[derive(Debug, Clone)]
pub struct Effect {
    call: Call,
}

impl Effect {
    fn new(operation: &'static str, method: Method, template: &'static str, ids: &[&str]) -> Self {
        let segments: Vec<Segment<'_>> = ids.iter().map(|id| Segment::Id(id)).collect();
        let path = fill(template, &segments);
        Self {
            call: Call { operation, method, template, path, query: Vec::new(), body: None, is_effect: true },
        }
    }

    fn body(mut self, body: &Value) -> Self {
        self.call.body = Some(Bytes::from(body.to_string()));
        self
    }

    fn query(mut self, name: &'static str, value: &str) -> Self {
        self.call.query.push((name, value.to_owned()));
        self
    }

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

    /// Ends a user's association with the station in use.
    #[must_use]
    pub fn disassociate_station(user: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/associatedstation";
        Self::new("disassociate station", Method::DELETE, template, &[user])
    }

    /// Clears a user's default station.
    #[must_use]
    pub fn clear_default_station(user: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/defaultstation";
        Self::new("clear default station", Method::DELETE, template, &[user])
    }

    /// Associates a user with a station.
    #[must_use]
    pub fn associate_station(user: &str, station: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/associatedstation/{stationId}";
        Self::new("associate station", Method::PUT, template, &[user, station])
    }

    /// Sets a user's default station.
    #[must_use]
    pub fn set_default_station(user: &str, station: &str) -> Self {
        let template = "/api/v2/users/{userId}/station/defaultstation/{stationId}";
        Self::new("set default station", Method::PUT, template, &[user, station])
    }

    /// Removes a user from a queue's members.
    #[must_use]
    pub fn leave_queue(queue: &str, user: &str) -> Self {
        let template = "/api/v2/routing/queues/{queueId}/members/{memberId}";
        Self::new("leave queue", Method::DELETE, template, &[queue, user])
    }

    /// Adds a user to a queue's members.
    #[must_use]
    pub fn join_queue(queue: &str, user: &str) -> Self {
        Self::new("join queue", Method::POST, "/api/v2/routing/queues/{queueId}/members", &[queue])
            .body(&json!([{ "id": user }]))
    }

    /// Activates or deactivates a member on a queue ("joined").
    #[must_use]
    pub fn set_queue_joined(user: &str, queue: &str, joined: bool) -> Self {
        let template = "/api/v2/users/{userId}/queues/{queueId}";
        Self::new("set queue joined", Method::PATCH, template, &[user, queue])
            .body(&json!({ "id": queue, "joined": joined }))
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

    /// Replaces the whole list of a user's ACD skills, each a pair of skill and proficiency (0 to 5).
    #[must_use]
    pub fn replace_skills(user: &str, skills: &[(&str, f64)]) -> Self {
        let template = "/api/v2/users/{userId}/routingskills/bulk";
        Self::new("replace skills", Method::PUT, template, &[user]).body(&proficiencies(skills))
    }

    /// Adds or changes ACD languages of a user, each a pair of language and proficiency (0 to 5).
    #[must_use]
    pub fn update_languages(user: &str, languages: &[(&str, f64)]) -> Self {
        let template = "/api/v2/users/{userId}/routinglanguages/bulk";
        Self::new("update languages", Method::PATCH, template, &[user]).body(&proficiencies(languages))
    }

    /// Removes an ACD skill from a user.
    #[must_use]
    pub fn remove_skill(user: &str, skill: &str) -> Self {
        let template = "/api/v2/users/{userId}/routingskills/{skillId}";
        Self::new("remove skill", Method::DELETE, template, &[user, skill])
    }

    /// Removes an ACD language from a user.
    #[must_use]
    pub fn remove_language(user: &str, language: &str) -> Self {
        let template = "/api/v2/users/{userId}/routinglanguages/{languageId}";
        Self::new("remove language", Method::DELETE, template, &[user, language])
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

    /// Returns what the effect does, in words, for example `leave queue`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.call.operation
    }

    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.call.method.as_str()
    }

    /// Returns path and query as sent. Of an effect that cannot be sent, because an id in it is not one, the path with its
    /// arguments left out.
    #[must_use]
    pub fn path(&self) -> String {
        self.call.target().unwrap_or_else(|_| join(self.call.template, &self.call.query))
    }

    /// Returns the exact bytes of the body; empty if the request has none.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        self.call.body.as_deref().unwrap_or_default()
    }

    /// Returns the SHA-256 of the exact bytes of the body, in lowercase hexadecimal.
    #[must_use]
    pub fn body_sha256(&self) -> String {
        Sha256::digest(self.body_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }
}

impl PartialEq for Effect {
    fn eq(&self, other: &Self) -> bool {
        self.call.method == other.call.method
            && self.path() == other.path()
            && self.body_bytes() == other.body_bytes()
    }
}

impl Eq for Effect {}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}

fn pairs(grants: &[(&str, &str)]) -> Value {
    let pair = |(role, division): &(&str, &str)| json!({ "roleId": role, "divisionId": division });
    json!({ "grants": grants.iter().map(pair).collect::<Vec<_>>() })
}

fn proficiencies(list: &[(&str, f64)]) -> Value {
    list.iter().map(|(id, proficiency)| json!({ "id": id, "proficiency": proficiency })).collect()
}
