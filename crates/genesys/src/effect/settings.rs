//! Effects on settings. Those that put a document take the vendor's whole document, as it was read, and send of it what is a
//! setting; what the vendor keeps by itself is left out, as each says, and so are
//! members that are null.

use http::Method;
use serde_json::Value;

use super::{Effect, without};

const UTILIZATION: &str = "/api/v2/routing/users/{userId}/utilization";
const BACKUP: &str = "/api/v2/routing/users/{userId}/directroutingbackup/settings";

impl Effect {
    /// Sets how much work of each medium a user may have at once. Media left out get the organization's setting.
    ///
    /// Left out of the document: `level`, and the `labelName` of each label. Only a document of the level `Agent` is a
    /// user's own; one of the level `Organization` would make the organization's setting the user's own.
    #[must_use]
    pub fn put_utilization(user: &str, utilization: &Value) -> Self {
        let mut body = without(utilization, &["level"]);
        if let Some(Value::Object(labels)) = body.get_mut("labelUtilizations") {
            for (_, label) in labels.iter_mut() {
                *label = without(label, &["labelName"]);
            }
        }
        Self::new("put utilization", Method::PUT, UTILIZATION, &[user]).body(&body)
    }

    /// Removes a user's own setting of how much work to have at once; the organization's holds from then on.
    #[must_use]
    pub fn clear_utilization(user: &str) -> Self {
        Self::new("clear utilization", Method::DELETE, UTILIZATION, &[user])
    }

    /// Sets who takes a user's direct calls and messages when the user does not.
    ///
    /// Left out of the document: `backedUpUsers`, which are the settings of others.
    #[must_use]
    pub fn put_direct_routing_backup(user: &str, backup: &Value) -> Self {
        let body = without(backup, &["backedUpUsers"]);
        Self::new("put direct routing backup", Method::PUT, BACKUP, &[user]).body(&body)
    }

    /// Removes the setting of who takes a user's direct calls and messages; the queue's holds from then on.
    #[must_use]
    pub fn clear_direct_routing_backup(user: &str) -> Self {
        Self::new("clear direct routing backup", Method::DELETE, BACKUP, &[user])
    }

    /// Sets where a user's calls are forwarded to.
    ///
    /// Left out of the document: `id`, `selfUri`, `user` and `modifiedDate`; and `phoneNumber`, the older form of `calls`,
    /// where there are `calls`.
    #[must_use]
    pub fn put_call_forwarding(user: &str, forwarding: &Value) -> Self {
        let mut body = without(forwarding, &["id", "selfUri", "user", "modifiedDate"]);
        let has_calls = body.get("calls").and_then(Value::as_array).is_some_and(|calls| !calls.is_empty());
        if has_calls {
            body = without(&body, &["phoneNumber"]);
        }
        let template = "/api/v2/users/{userId}/callforwarding";
        Self::new("put call forwarding", Method::PUT, template, &[user]).body(&body)
    }

    /// Sets whether and until when a user is out of office.
    ///
    /// Left out of the document: `id`, `selfUri` and `user`.
    #[must_use]
    pub fn put_out_of_office(user: &str, out_of_office: &Value) -> Self {
        let body = without(out_of_office, &["id", "selfUri", "user"]);
        let template = "/api/v2/users/{userId}/outofoffice";
        Self::new("put out of office", Method::PUT, template, &[user]).body(&body)
    }
}
