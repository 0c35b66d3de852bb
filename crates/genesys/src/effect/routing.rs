//! Effects on queues, skills and languages.

use http::Method;
use serde_json::{Value, json};

use super::Effect;

impl Effect {
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

    /// Puts a member of a queue into a ring of its bullseye routing, from 1.
    #[must_use]
    pub fn set_ring(queue: &str, user: &str, ring: u32) -> Self {
        let template = "/api/v2/routing/queues/{queueId}/members/{memberId}";
        Self::new("set ring", Method::PATCH, template, &[queue, user])
            .body(&json!({ "id": user, "ringNumber": ring }))
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
}

fn proficiencies(list: &[(&str, f64)]) -> Value {
    list.iter().map(|(id, proficiency)| json!({ "id": id, "proficiency": proficiency })).collect()
}
