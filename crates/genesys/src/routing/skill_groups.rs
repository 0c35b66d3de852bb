//! Skill groups: groups whose members the vendor finds by their skills.

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing, things},
};

const SKILL_GROUP: Facts =
    Facts { name: "/name", detail: &[("division", "/division/id"), ("members", "/memberCount")] };

impl Reader {
    /// Reads the skill groups that a user's skills make the user a member of, with `division` and `members`, the number of
    /// members. There is no leaving one but by losing the skills.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `routing:skillGroup:view`.
    pub async fn skill_groups(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/users/{userId}/skillgroups";
        let call = |after: Option<&str>| {
            self.after(Call::get("read skill groups", template, &[Segment::Id(user)]), after)
        };
        Ok(things(self.cursor_list(&call).await?, SKILL_GROUP))
    }
}
