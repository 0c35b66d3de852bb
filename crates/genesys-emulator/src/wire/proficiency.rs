//! ACD skills and languages of users, with how good the users are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::world::{
    directory::{Directory, Named},
    user::User,
};

/// `UserRoutingSkill`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRoutingSkill {
    pub(crate) id: String,
    name: String,
    proficiency: f64,
    state: &'static str,
    skill_uri: String,
    self_uri: String,
}

/// `UserRoutingLanguage`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRoutingLanguage {
    pub(crate) id: String,
    name: String,
    proficiency: f64,
    state: &'static str,
    language_uri: String,
    self_uri: String,
}

impl UserRoutingSkill {
    /// Returns every skill of `user`, by name.
    pub(crate) fn all(directory: &Directory, user: &User) -> Vec<Self> {
        by_name(&directory.skills, &user.skills)
            .into_iter()
            .map(|(id, name, proficiency)| Self {
                name,
                proficiency,
                state: "active",
                skill_uri: format!("/api/v2/routing/skills/{id}"),
                self_uri: format!("/api/v2/users/{}/routingskills/{id}", user.id),
                id,
            })
            .collect()
    }
}

impl UserRoutingLanguage {
    /// Returns every language of `user`, by name.
    pub(crate) fn all(directory: &Directory, user: &User) -> Vec<Self> {
        by_name(&directory.languages, &user.languages)
            .into_iter()
            .map(|(id, name, proficiency)| Self {
                name,
                proficiency,
                state: "active",
                language_uri: format!("/api/v2/routing/languages/{id}"),
                self_uri: format!("/api/v2/users/{}/routinglanguages/{id}", user.id),
                id,
            })
            .collect()
    }
}

fn by_name(shelf: &BTreeMap<String, Named>, held: &BTreeMap<String, f64>) -> Vec<(String, String, f64)> {
    let mut all: Vec<_> = held
        .iter()
        .map(|(id, &proficiency)| {
            let name = shelf.get(id).map_or_else(|| id.clone(), |named| named.name.clone());
            (id.clone(), name, proficiency)
        })
        .collect();
    all.sort_by(|(_, a, _), (_, b, _)| a.cmp(b));
    all
}

/// `UserRoutingSkillPost` and `UserRoutingLanguagePost`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProficiencyPost {
    pub(crate) id: String,
    pub(crate) proficiency: f64,
}

/// `UserRoutingSkill` in a request; only the proficiency can be changed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProficiencyPut {
    pub(crate) proficiency: Option<f64>,
}
