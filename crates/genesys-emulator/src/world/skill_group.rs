//! Skill groups, and belonging to a group of any kind: of people named, a team, or by rule.

use jiff::Timestamp;

use super::{directory::Directory, user::State, user::User};

/// A group of everybody who has a skill; nobody is put into it, and nobody is taken out.
#[derive(Clone, Debug)]
pub(crate) struct SkillGroup {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) skill: String,
    /// The least proficiency.
    pub(crate) at_least: u8,
    pub(crate) created: Timestamp,
}

impl SkillGroup {
    /// Returns whether the rule takes `user` in.
    pub(crate) fn takes(&self, user: &User) -> bool {
        user.skills.get(&self.skill).is_some_and(|held| *held >= f64::from(self.at_least))
    }
}

/// What kind of group an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    Group,
    Team,
    SkillGroup,
}

impl Directory {
    /// Returns the skill groups that take `user` in, by name.
    pub(crate) fn skill_groups_of(&self, user: &User) -> Vec<&SkillGroup> {
        let mut groups: Vec<&SkillGroup> =
            self.skill_groups.values().filter(|group| group.takes(user)).collect();
        groups.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        groups
    }

    /// Returns the name and the kind of a group, a team or a skill group.
    pub(crate) fn group_of_any_kind(&self, id: &str) -> Option<(&str, GroupKind)> {
        let group = self.groups.get(id).map(|group| (group.name.as_str(), GroupKind::Group));
        let team = || self.teams.get(id).map(|team| (team.name.as_str(), GroupKind::Team));
        let by_skill = || self.skill_groups.get(id).map(|group| (group.name.as_str(), GroupKind::SkillGroup));
        group.or_else(team).or_else(by_skill)
    }

    /// Returns the id of the group, team or skill group called `name`.
    pub(crate) fn group_called(&self, name: &str) -> Option<String> {
        let groups = self.groups.values().map(|group| (&group.name, &group.id));
        let teams = self.teams.values().map(|team| (&team.name, &team.id));
        let by_skill = self.skill_groups.values().map(|group| (&group.name, &group.id));
        groups.chain(teams).chain(by_skill).find(|(held, _)| *held == name).map(|(_, id)| id.clone())
    }

    /// Returns whether `user` belongs to a group, a team or a skill group.
    pub(crate) fn belongs(&self, group: &str, user: &str) -> bool {
        if let Some(group) = self.groups.get(group) {
            return group.members.contains(user);
        }
        let Some(user) = self.users.get(user) else { return false };
        match self.skill_groups.get(group) {
            Some(by_skill) => by_skill.takes(user),
            None => user.team.as_deref() == Some(group),
        }
    }

    /// Returns those who belong to a group, a team or a skill group.
    pub(crate) fn belonging(&self, group: &str) -> Vec<&String> {
        match self.groups.get(group) {
            Some(group) => group.members.iter().collect(),
            None => self.users.keys().filter(|user| self.belongs(group, user)).collect(),
        }
    }

    /// Returns the members of a team, deleted ones left out, by name.
    pub(crate) fn members_of_team(&self, team: &str) -> Vec<&User> {
        let mut members: Vec<&User> = self
            .users
            .values()
            .filter(|user| user.team.as_deref() == Some(team) && user.state != State::Deleted)
            .collect();
        members.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        members
    }
}
