//! Work teams.

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing, things},
    users::UserRef,
};

const TEAM: Facts =
    Facts { name: "/name", detail: &[("division", "/division/id"), ("members", "/memberCount")] };

impl Reader {
    /// Reads the teams of the organization, with `division` and `members`, the number of members.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `groups:team:view`.
    pub async fn teams(&self) -> Result<Vec<Thing>, Error> {
        let call = |after: Option<&str>| self.after(Call::get("read teams", "/api/v2/teams", &[]), after);
        Ok(things(self.cursor_list(&call).await?, TEAM))
    }

    /// Reads the members of a team.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) if there is no such team; [`Forbidden`](crate::Disposition::Forbidden) without
    /// `groups:team:view`.
    pub async fn team_members(&self, team: &str) -> Result<Vec<UserRef>, Error> {
        let template = "/api/v2/teams/{teamId}/members";
        let call = |after: Option<&str>| {
            let call =
                Call::get("read team members", template, &[Segment::Id(team)]).query("expand", "entities");
            self.after(call, after)
        };
        self.cursor_list(&call).await
    }

    /// Asks for a page of a list after a cursor.
    pub(crate) fn after(&self, call: Call, after: Option<&str>) -> Call {
        let call = call.query("pageSize", self.page_size().to_string());
        match after {
            Some(after) => call.query("after", after),
            None => call,
        }
    }
}
