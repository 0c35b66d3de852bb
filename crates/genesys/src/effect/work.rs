//! Effects on work items.

use http::Method;
use serde_json::json;

use super::Effect;

impl Effect {
    /// Assigns a work item to a user, without alerting anybody, or to nobody. Nobody is written as `null`, which is how the
    /// vendor's SDK clears a property (`ApiNullValue`).
    #[must_use]
    pub fn assign_work_item(item: &str, user: Option<&str>) -> Self {
        let template = "/api/v2/taskmanagement/workitems/{workitemId}";
        Self::new("assign work item", Method::PATCH, template, &[item]).body(&json!({ "assigneeId": user }))
    }
}
