//! Work items of task management.

use serde_json::json;

use crate::{
    error::Error,
    reader::Reader,
    request::Call,
    thing::{Document, Facts, Thing, things},
};

const WORK_ITEM: Facts = Facts {
    name: "/name",
    detail: &[
        ("state", "/statusCategory"),
        ("due", "/dateDue"),
        ("queue", "/queue/id"),
        ("type", "/type/name"),
    ],
};

/// Categories of a work item that is not closed.
const OPEN: [&str; 4] = ["Open", "InProgress", "Waiting", "Unknown"];

impl Reader {
    /// Reads the work items that are assigned to a user and not closed, with `state`, `due`, `queue` and `type`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `workitems:workitem:view`.
    pub async fn work_items_of(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let call = |after: Option<&str>| {
            let mut body = json!({
                "pageSize": self.page_size(),
                "filters": [
                    { "name": "assigneeId", "type": "String", "operator": "EQ", "values": [user] },
                    { "name": "statusCategory", "type": "String", "operator": "IN", "values": OPEN },
                ],
            });
            if let (Some(after), Some(fields)) = (after, body.as_object_mut()) {
                fields.insert("after".to_owned(), json!(after));
            }
            Call::ask("query work items", "/api/v2/taskmanagement/workitems/query", &body)
        };
        let found: Vec<Document> = self.cursor_list(&call).await?;
        // Closed ones are many and nobody's concern, so they are dropped also where the filter let them through.
        let is_closed = |item: &Document| item.text("/statusCategory").as_deref() == Some("Closed");
        Ok(things(found.into_iter().filter(|item| !is_closed(item)).collect(), WORK_ITEM))
    }
}
