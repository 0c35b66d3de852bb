//! Languages: the organization's, and those of a user.

use super::skills::{check_post, check_proficiency};
use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        page::{Listing, PageRequest},
        proficiency::{ProficiencyPost, ProficiencyPut, UserRoutingLanguage},
    },
};

const ASSIGN: Need = Need::Any(&["routing:skill:assign", "routing:language:assign"]);

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v2/users/{userId}/routinglanguages";
    let one = "/api/v2/users/{userId}/routinglanguages/{languageId}";
    vec![
        Operation::get("/api/v2/routing/languages", Need::Nothing, list_named),
        Operation::get(all, Need::Nothing, list),
        Operation::post(all, ASSIGN, add),
        Operation::patch("/api/v2/users/{userId}/routinglanguages/bulk", ASSIGN, add_many),
        Operation::patch(one, ASSIGN, change),
        Operation::delete(one, ASSIGN, remove),
    ]
}

fn list_named(call: &mut Call<'_>) -> Result<Reply, Failure> {
    call.named_reply(&call.world.directory.languages, "languages")
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let page = call.page(100)?;
    let user = call.subject()?.id.clone();
    answer_list(call, &user, page)
}

fn answer_list(call: &Call<'_>, user: &str, page: PageRequest) -> Result<Reply, Failure> {
    let user = call.world.directory.users.get(user).ok_or_else(Failure::not_found)?;
    let languages = UserRoutingLanguage::all(&call.world.directory, user);
    Reply::ok(&Listing::of(page, &languages, call.path, call.query, Clone::clone))
}

fn answer_one(call: &Call<'_>, user: &str, language: &str) -> Result<Reply, Failure> {
    let user = call.world.directory.users.get(user).ok_or_else(Failure::not_found)?;
    let languages = UserRoutingLanguage::all(&call.world.directory, user);
    Reply::ok(languages.iter().find(|held| held.id == language).ok_or_else(Failure::not_found)?)
}

fn add(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let post: ProficiencyPost = call.read()?;
    let user = call.subject()?.id.clone();
    check_post(&call.world.directory.languages, &post)?;
    call.retrain(&user, |user| {
        user.languages.insert(post.id.clone(), post.proficiency);
    });
    answer_one(call, &user, &post.id)
}

fn add_many(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let posts: Vec<ProficiencyPost> = call.read()?;
    let user = call.subject()?.id.clone();
    posts.iter().try_for_each(|post| check_post(&call.world.directory.languages, post))?;
    call.retrain(&user, |user| {
        user.languages.extend(posts.into_iter().map(|post| (post.id, post.proficiency)));
    });
    answer_list(call, &user, PageRequest { size: 100, number: 1 })
}

fn change(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let put: ProficiencyPut = call.read()?;
    let user = call.subject()?;
    let (id, language) = (user.id.clone(), call.param(1).to_owned());
    if !user.languages.contains_key(&language) {
        return Err(Failure::not_found());
    }
    if let Some(proficiency) = put.proficiency {
        check_proficiency(proficiency)?;
        call.retrain(&id, |user| {
            user.languages.insert(language.clone(), proficiency);
        });
    }
    answer_one(call, &id, &language)
}

fn remove(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let (id, language) = (user.id.clone(), call.param(1).to_owned());
    if !user.languages.contains_key(&language) {
        return Err(Failure::not_found());
    }
    call.retrain(&id, |user| {
        user.languages.remove(&language);
    });
    Ok(Reply::empty(204))
}
