//! Requests that change vendor state. Each is built by a named constructor and nothing else, so the set of things that this
//! crate can do to an organization is the list of functions in the modules below. Erasure of personal data is not among them.

use std::fmt;

use bytes::Bytes;
use http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::request::{Call, Segment, fill, join};

mod account;
mod groups;
mod routing;
mod settings;
mod telephony;
mod work;

/// One request that changes vendor state. Two effects are equal when the same bytes would be sent.
#[derive(Debug, Clone)]
pub struct Effect {
    call: Call,
}

impl Effect {
    fn new(operation: &'static str, method: Method, template: &'static str, ids: &[&str]) -> Self {
        let segments: Vec<Segment<'_>> = ids.iter().map(|id| Segment::Id(id)).collect();
        let path = fill(template, &segments);
        Self {
            call: Call { operation, method, template, path, query: Vec::new(), body: None, is_effect: true },
        }
    }

    fn body(mut self, body: &Value) -> Self {
        self.call.body = Some(Bytes::from(body.to_string()));
        self
    }

    fn query(mut self, name: &'static str, value: &str) -> Self {
        self.call.query.push((name, value.to_owned()));
        self
    }

    /// Returns what the effect does, in words, for example `leave queue`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.call.operation
    }

    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.call.method.as_str()
    }

    /// Returns path and query as sent. Of an effect that cannot be sent, because an id in it is not one, the path with its
    /// arguments left out.
    #[must_use]
    pub fn path(&self) -> String {
        self.call.target().unwrap_or_else(|_| join(self.call.template, &self.call.query))
    }

    /// Returns the exact bytes of the body; empty if the request has none.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        self.call.body.as_deref().unwrap_or_default()
    }

    /// Returns the SHA-256 of the exact bytes of the body, in lowercase hexadecimal.
    #[must_use]
    pub fn body_sha256(&self) -> String {
        Sha256::digest(self.body_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }
}

impl PartialEq for Effect {
    fn eq(&self, other: &Self) -> bool {
        self.call.method == other.call.method
            && self.path() == other.path()
            && self.body_bytes() == other.body_bytes()
    }
}

impl Eq for Effect {}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}

/// Returns a document without some of its members, and without those that say nothing (null).
fn without(document: &Value, members: &[&str]) -> Value {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|name, value| !value.is_null() && !members.contains(&name.as_str()));
    }
    document
}
