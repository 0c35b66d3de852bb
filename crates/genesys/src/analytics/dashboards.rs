//! Dashboards that users keep for themselves.

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing},
};

const DASHBOARD: Facts = Facts {
    name: "/name",
    detail: &[("public", "/publicDashboard"), ("shared", "/shared"), ("modified", "/dateModified")],
};

impl Reader {
    /// Reads a user's dashboards, with `public`, `shared` and `modified`. The vendor leaves out deleted ones.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `analytics:dashboardConfigurations:viewPrivate`.
    pub async fn dashboards(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/analytics/reporting/settings/users/{userId}/dashboards";
        self.list_things(&Call::get("read dashboards", template, &[Segment::Id(user)]), DASHBOARD).await
    }
}
