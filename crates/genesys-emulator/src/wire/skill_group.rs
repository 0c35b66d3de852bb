//! Skill groups.

use serde::Serialize;
use serde_json::{Value, json};

use super::{reference::Reference, time::instant};
use crate::world::{directory::Directory, skill_group::SkillGroup};

/// `SkillGroup`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkillGroupPayload<'a> {
    id: &'a str,
    name: &'a str,
    division: Reference,
    member_count: usize,
    date_created: String,
    date_modified: String,
    status: &'static str,
    skill_conditions: Value,
    self_uri: String,
}

impl<'a> SkillGroupPayload<'a> {
    pub(crate) fn of(directory: &Directory, group: &'a SkillGroup) -> Self {
        let skill = directory.skills.get(&group.skill).map_or("", |skill| skill.name.as_str());
        Self {
            id: &group.id,
            name: &group.name,
            division: directory.division_reference(directory.home_division()),
            member_count: directory.users.values().filter(|user| group.takes(user)).count(),
            date_created: instant(group.created),
            date_modified: instant(group.created),
            status: "Complete",
            skill_conditions: json!([{
                "routingSkillConditions": [{
                    "routingSkill": skill,
                    "comparator": "GreaterThanOrEqualTo",
                    "proficiency": group.at_least,
                }],
                "operation": "And",
            }]),
            self_uri: format!("/api/v2/routing/skillgroups/{}", group.id),
        }
    }
}
