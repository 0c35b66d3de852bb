//! What a user is to learn: learning assignments and coaching appointments.

use crate::{
    error::Error,
    reader::Reader,
    request::Call,
    thing::{Facts, Thing},
};

const ASSIGNMENT: Facts = Facts {
    name: "/module/name",
    detail: &[("state", "/state"), ("due", "/dateRecommendedForCompletion"), ("overdue", "/isOverdue")],
};

const APPOINTMENT: Facts = Facts {
    name: "/name",
    detail: &[("state", "/status"), ("start", "/dateStart"), ("facilitator", "/facilitator/id")],
};

impl Reader {
    /// Reads a user's learning assignments in every state, named by the module, with `state`, `due` and `overdue`.
    ///
    /// # Errors
    /// As any list.
    pub async fn learning_assignments(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let call =
            Call::get("read learning assignments", "/api/v2/learning/assignments", &[]).query("userId", user);
        self.list_things(&call, ASSIGNMENT).await
    }

    /// Reads a user's coaching appointments in every state, with `state`, `start` and `facilitator`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `coaching:appointment:view`.
    pub async fn coaching_appointments(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let call = Call::get("read coaching appointments", "/api/v2/coaching/appointments", &[])
            .query("userIds", user);
        self.list_things(&call, APPOINTMENT).await
    }
}
