//! One request before it has a host: method, path, query and body. Paths are filled from a template, so that errors can name
//! the call without naming whom it was about.

use bytes::Bytes;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value put into a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Segment<'a> {
    /// An id of the vendor.
    Id(&'a str),
    /// Free text, such as the key of an external id.
    Text(&'a str),
}

/// The path argument cannot be what it should be, so nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSegment;

/// A request that is yet to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) path: Result<String, BadSegment>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Bytes>,
    pub(crate) is_effect: bool,
}

impl Call {
    /// A read without a body.
    pub(crate) fn get(operation: &'static str, template: &'static str, segments: &[Segment<'_>]) -> Self {
        Self {
            operation,
            method: Method::GET,
            template,
            path: fill(template, segments),
            query: Vec::new(),
            body: None,
            is_effect: false,
        }
    }

    /// A read that states its question in a body.
    pub(crate) fn ask(operation: &'static str, template: &'static str, body: &Value) -> Self {
        Self::ask_of(operation, template, &[], body)
    }

    /// A read of something that states its question in a body.
    pub(crate) fn ask_of(
        operation: &'static str,
        template: &'static str,
        segments: &[Segment<'_>],
        body: &Value,
    ) -> Self {
        Self {
            method: Method::POST,
            body: Some(body.to_string().into()),
            ..Self::get(operation, template, segments)
        }
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Returns path and query as sent.
    pub(crate) fn target(&self) -> Result<String, BadSegment> {
        let path = self.path.as_ref().map_err(|bad| *bad)?;
        Ok(join(path, &self.query))
    }
}

/// Returns `path` with its query appended.
pub(crate) fn join(path: &str, query: &[(&'static str, String)]) -> String {
    let mut target = path.to_owned();
    for (position, (name, value)) in query.iter().enumerate() {
        target.push(if position == 0 { '?' } else { '&' });
        target.push_str(name);
        target.push('=');
        target.extend(utf8_percent_encode(value, RESERVED));
    }
    target
}

/// Replaces each `{…}` of the template, in order.
///
/// An id that is empty or a word would turn a call on one thing into another call (`/users/` lists, `/users/bulk` edits many,
/// `/tokens/me` is the caller's own), so such ids are refused.
pub(crate) fn fill(template: &str, segments: &[Segment<'_>]) -> Result<String, BadSegment> {
    let mut path = String::with_capacity(template.len() + 36 * segments.len());
    let mut segments = segments.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, behind) = after.split_once('}').ok_or(BadSegment)?;
        path.push_str(before);
        match segments.next().ok_or(BadSegment)? {
            Segment::Id(id) if is_id(id) => path.push_str(id),
            Segment::Text(text) if !matches!(*text, "" | "." | "..") => {
                path.extend(utf8_percent_encode(text, RESERVED));
            }
            Segment::Id(_) | Segment::Text(_) => return Err(BadSegment),
        }
        rest = behind;
    }
    path.push_str(rest);
    Ok(path)
}

fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let word = id.bytes().all(|byte| byte.is_ascii_alphabetic());
    let dots = id.bytes().all(|byte| byte == b'.');
    (1..=128).contains(&id.len()) && id.bytes().all(plain) && !word && !dots
}
