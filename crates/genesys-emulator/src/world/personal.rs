//! Settings that a person has of their own, in place of the organization's.

use serde_json::{Map, Value};

/// A document of the vendor's, kept as it was sent.
pub(crate) type Document = Map<String, Value>;

/// What a person has set for themselves; `None` where the organization's default holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Personal {
    /// How much of each medium at once.
    pub(crate) utilization: Option<Document>,
    /// Who takes what is routed to the person directly.
    pub(crate) direct_routing_backup: Option<Document>,
    pub(crate) call_forwarding: Option<Document>,
    pub(crate) out_of_office: Option<Document>,
}

impl Personal {
    /// Returns the document with some names taken out: those that the emulator makes itself.
    pub(crate) fn without(mut document: Document, names: &[&str]) -> Document {
        document.retain(|name, value| !names.contains(&name.as_str()) && !value.is_null());
        document
    }
}
