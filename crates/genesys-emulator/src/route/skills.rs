//! ACD skills: the organization's, and those of a user.

use std::collections::BTreeMap;

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        named::NamedPayload,
        page::{Listing, PageRequest},
        proficiency::{ProficiencyPost, ProficiencyPut, UserRoutingSkill},
    },
    world::{directory::Named, user::User},
};

const ASSIGN: Need = Need::All(&["routing:skill:assign"]);
const ASSIGN_MANY: Need = Need::Any(&["routing:skill:assign"]);

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v2/users/{userId}/routingskills";
    let bulk = "/api/v2/users/{userId}/routingskills/bulk";
    let one = "/api/v2/users/{userId}/routingskills/{skillId}";
    vec![
        Operation::get("/api/v2/routing/skills", Need::Any(&["routing:skill:view"]), list_named),
        Operation::get(all, Need::Nothing, list),
        Operation::post(all, ASSIGN, add),
        Operation::put(bulk, ASSIGN_MANY, replace),
        Operation::patch(bulk, ASSIGN_MANY, add_many),
        Operation::put(one, ASSIGN, change),
        Operation::delete(one, ASSIGN, remove),
    ]
}

impl Call<'_> {
    /// Changes what a user is good at; a new version is made only where the switch says so.
    pub(super) fn retrain(&mut self, user: &str, change: impl FnOnce(&mut User)) {
        if self.switches.skills_bump_version {
            self.world.directory.edit_user(user, self.now, self.switches.search_lag_s, change);
        } else {
            self.world.directory.adjust_user(user, change);
        }
    }

    /// Returns a page of the skills or languages in `shelf`, by name.
    pub(super) fn named_reply(
        &self,
        shelf: &BTreeMap<String, Named>,
        kind: &'static str,
    ) -> Result<Reply, Failure> {
        let page = self.page(500)?;
        let ids = self.query.many("id");
        let name = self.query.one("name").map(str::to_lowercase);
        let mut items: Vec<&Named> = shelf
            .values()
            .filter(|item| ids.is_empty() || ids.contains(&item.id.as_str()))
            .filter(|item| {
                name.as_ref()
                    .is_none_or(|name| item.name.to_lowercase().starts_with(name.trim_end_matches('*')))
            })
            .collect();
        items.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Reply::ok(&Listing::of(page, &items, self.path, self.query, |item| NamedPayload::of(item, kind)))
    }
}

/// Refuses what is not there and what lies outside the vendor's five stars.
pub(super) fn check_post(shelf: &BTreeMap<String, Named>, post: &ProficiencyPost) -> Result<(), Failure> {
    if !shelf.contains_key(&post.id) {
        return Err(Failure::bad_request(format_args!("[{}] does not exist.", post.id)));
    }
    check_proficiency(post.proficiency)
}

pub(super) fn check_proficiency(proficiency: f64) -> Result<(), Failure> {
    if (0.0..=5.0).contains(&proficiency) {
        return Ok(());
    }
    Err(Failure::invalid_value(&proficiency.to_string(), "Double", "0.0 to 5.0"))
}

fn list_named(call: &mut Call<'_>) -> Result<Reply, Failure> {
    call.named_reply(&call.world.directory.skills, "skills")
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(100)?;
    let user = call.subject()?.id.clone();
    answer_list(call, &user, page)
}

fn answer_list(call: &Call<'_>, user: &str, page: PageRequest) -> Result<Reply, Failure> {
    let user = call.world.directory.users.get(user).ok_or_else(Failure::not_found)?;
    let skills = UserRoutingSkill::all(&call.world.directory, user);
    Reply::ok(&Listing::of(page, &skills, call.path, call.query, Clone::clone))
}

fn answer_one(call: &Call<'_>, user: &str, skill: &str) -> Result<Reply, Failure> {
    let user = call.world.directory.users.get(user).ok_or_else(Failure::not_found)?;
    let skills = UserRoutingSkill::all(&call.world.directory, user);
    Reply::ok(skills.iter().find(|held| held.id == skill).ok_or_else(Failure::not_found)?)
}

fn add(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let post: ProficiencyPost = call.read()?;
    let user = call.subject()?.id.clone();
    check_post(&call.world.directory.skills, &post)?;
    call.retrain(&user, |user| {
        user.skills.insert(post.id.clone(), post.proficiency);
    });
    answer_one(call, &user, &post.id)
}

fn add_many(call: &mut Call<'_>) -> Result<Reply, Failure> {
    many(call, |user, posts| user.skills.extend(posts))
}

fn replace(call: &mut Call<'_>) -> Result<Reply, Failure> {
    many(call, |user, posts| user.skills = posts.collect())
}

fn many(
    call: &mut Call<'_>,
    change: fn(&mut User, &mut dyn Iterator<Item = (String, f64)>),
) -> Result<Reply, Failure> {
    let posts: Vec<ProficiencyPost> = call.read()?;
    let user = call.subject()?.id.clone();
    posts.iter().try_for_each(|post| check_post(&call.world.directory.skills, post))?;
    call.retrain(&user, |user| change(user, &mut posts.into_iter().map(|post| (post.id, post.proficiency))));
    answer_list(call, &user, PageRequest { size: 100, number: 1 })
}

fn change(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let put: ProficiencyPut = call.read()?;
    let user = call.subject()?;
    let (id, skill) = (user.id.clone(), call.param(1).to_owned());
    if !user.skills.contains_key(&skill) {
        return Err(Failure::not_found());
    }
    if let Some(proficiency) = put.proficiency {
        check_proficiency(proficiency)?;
        call.retrain(&id, |user| {
            user.skills.insert(skill.clone(), proficiency);
        });
    }
    answer_one(call, &id, &skill)
}

fn remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let (id, skill) = (user.id.clone(), call.param(1).to_owned());
    if !user.skills.contains_key(&skill) {
        return Err(Failure::not_found());
    }
    call.retrain(&id, |user| {
        user.skills.remove(&skill);
    });
    Ok(Reply::empty(200))
}
