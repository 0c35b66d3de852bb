//! What an operation answers: a [`Reply`], or a [`Failure`] in the vendor's words.

use std::fmt::Display;

use bytes::Bytes;
use serde::Serialize;

use crate::wire::error::ErrorBody;

/// A good answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Reply {
    /// 200 with `payload`.
    pub(crate) fn ok(payload: &impl Serialize) -> Result<Self, Failure> {
        Self::with(200, payload)
    }

    /// `status` with `payload`.
    pub(crate) fn with(status: u16, payload: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_vec(payload).map_err(|_| Failure::internal())?;
        Ok(Self { status, body: body.into() })
    }

    /// `status` without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: Bytes::new() }
    }

    /// 200 with a body that is JSON already.
    pub(crate) fn json(body: impl Into<Bytes>) -> Self {
        Self { status: 200, body: body.into() }
    }
}

/// A refusal, with the vendor's code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Names of the values in the message.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Whole seconds for `Retry-After`.
    pub(crate) retry_after_s: Option<u64>,
    /// For `Location`.
    pub(crate) location: Option<String>,
    /// The body of a failed token call is not the usual one.
    pub(crate) oauth: bool,
}

impl Failure {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            params: Vec::new(),
            retry_after_s: None,
            location: None,
            oauth: false,
        }
    }

    pub(crate) fn param(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// 400, with what was wrong.
    pub(crate) fn bad_request(what: impl Display) -> Self {
        Self::new(
            400,
            "bad.request",
            format!("The request could not be understood by the server due to malformed syntax. {what}"),
        )
    }

    /// 400 for a value outside an enumeration or of another type.
    pub(crate) fn invalid_value(value: &str, kind: &str, allowed: &str) -> Self {
        Self::new(
            400,
            "invalid.value",
            format!("Value [{value}] is not valid for field type [{kind}]. Allowable values are: {allowed}"),
        )
        .param("value", value)
        .param("type", kind)
        .param("allowableValues", allowed)
    }

    /// 400 for a date that is not ISO-8601.
    pub(crate) fn invalid_date() -> Self {
        Self::new(
            400,
            "invalid.date",
            "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ",
        )
    }

    /// 404 for anything without a message of its own.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "not.found", "The requested resource was not found.")
    }

    /// 404 for a user read by id.
    pub(crate) fn no_such_user() -> Self {
        Self::new(404, "general.resource.not.found", "Unable to find a user with that userId")
    }

    /// 501: the vendor has it, this emulator does not, and says so rather than answer wrongly.
    pub(crate) fn not_emulated(what: impl Display) -> Self {
        Self::new(501, "emulator.not.implemented", format!("The emulator does not implement {what}."))
    }

    /// 500 without a cause that a caller could act on.
    pub(crate) fn internal() -> Self {
        Self::new(
            500,
            "internal.server.error",
            "The server encountered an unexpected condition which prevented it from fulfilling the request.",
        )
    }

    /// The vendor's error body, told under `context_id`.
    pub(crate) fn body(&self, context_id: &str) -> Bytes {
        let written = if self.oauth {
            serde_json::to_vec(&serde_json::json!({
                "error": self.code,
                "description": self.message,
                "error_description": self.message,
            }))
        } else {
            serde_json::to_vec(&ErrorBody::of(self, context_id))
        };
        written.unwrap_or_default().into()
    }
}
