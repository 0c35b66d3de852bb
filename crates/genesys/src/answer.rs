//! Reads an answer: success with a body, or why not. Of the vendor's error body only what is safe to keep is kept.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::error::{ErrorKind, Rejection, Says};

/// What came back: always a head, and a body unless its transfer failed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, ErrorKind>,
}

/// An answer with a success status, whose body is complete.
#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) status: u16,
    pub(crate) correlation_id: Option<String>,
    pub(crate) body: Bytes,
}

/// A failure together with the vendor's id of the exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) correlation_id: Option<String>,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, correlation_id: None }
    }
}

impl Answer {
    /// Decides on the status, and on the body where the status is not the whole story.
    ///
    /// 401, 403 and 429 are decided on the head alone: they are given before a request is performed, and a broken page from
    /// a gateway changes nothing about that. For any other status a body that is not JSON is not the vendor's word.
    pub(crate) fn into_result(self) -> Result<Success, Failure> {
        let status = self.status.as_u16();
        let retry_after = retry_after(&self.headers);
        let header_id =
            self.headers.get("inin-correlation-id").and_then(|id| id.to_str().ok()).and_then(token);
        let rejected = |body: Option<&Value>| {
            let kind = ErrorKind::Rejected(rejection(status, retry_after, body));
            let context = body.and_then(|body| body.get("contextId")).and_then(Value::as_str).and_then(token);
            Failure { kind, correlation_id: header_id.clone().or(context) }
        };
        if matches!(status, 401 | 403 | 429) {
            let parsed = self.body.ok().and_then(|body| serde_json::from_slice::<Value>(&body).ok());
            return Err(rejected(parsed.as_ref()));
        }
        if self.status.is_redirection() || self.status.is_informational() {
            return Err(rejected(None));
        }
        let fail = |kind| Failure { kind, correlation_id: header_id.clone() };
        let body = self.body.map_err(fail)?;
        if !body.is_empty() && !says_json(&self.headers) {
            return Err(fail(ErrorKind::NotJson { status }));
        }
        if self.status.is_success() {
            return Ok(Success { status, correlation_id: header_id, body });
        }
        if body.is_empty() {
            return Err(rejected(None));
        }
        let parsed: Value = serde_json::from_slice(&body).map_err(|_| fail(ErrorKind::NotJson { status }))?;
        Err(rejected(Some(&parsed)))
    }
}

/// Returns why a body that was received whole could not be read. The parser's own message quotes values, so it is dropped.
pub(crate) fn unreadable(status: u16, error: &serde_json::Error) -> ErrorKind {
    match error.classify() {
        serde_json::error::Category::Data => {
            ErrorKind::UnexpectedShape { line: error.line(), column: error.column() }
        }
        serde_json::error::Category::Syntax
        | serde_json::error::Category::Eof
        | serde_json::error::Category::Io => ErrorKind::NotJson { status },
    }
}

/// How many bytes after the name of a member its value is looked for in, where the value is an id.
const ROOM_FOR_AN_ID: usize = 128;

/// Returns that a body is too large, with the id of the first conversation that its beginning tells of.
pub(crate) fn oversized(status: u16, limit: usize, beginning: &[u8]) -> ErrorKind {
    const NAME: &[u8] = b"\"conversationId\"";
    let at = beginning.windows(NAME.len()).position(|window| window == NAME);
    let rest = at.and_then(|at| beginning.get(at + NAME.len()..)).unwrap_or_default();
    let rest = String::from_utf8_lossy(rest.get(..ROOM_FOR_AN_ID).unwrap_or(rest));
    let value = rest.trim_start().strip_prefix(':').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let first = value.and_then(|value| token(value.split_once('"')?.0)).map(String::into_boxed_str);
    ErrorKind::Oversized { status, limit, first }
}

/// Returns a header's whole seconds.
pub(crate) fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    number(headers, name).map(Duration::from_secs)
}

/// Returns a header's whole number.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    seconds(headers, header::RETRY_AFTER.as_str())
}

fn says_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.to_str().is_ok_and(|kind| kind.to_ascii_lowercase().contains("json")))
}

/// Keeps a correlation id only if it looks like one.
fn token(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

/// Keeps a code only if it looks like one: `general.conflict`, never prose.
fn code(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    ((1..=80).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

fn rejection(status: u16, retry_after: Option<Duration>, body: Option<&Value>) -> Rejection {
    let mut texts = Vec::new();
    let mut codes = Vec::new();
    if let Some(body) = body {
        gather(body, &mut texts, &mut codes, 0);
    }
    let permissions = if status == 403 { permissions(&texts) } else { Vec::new() };
    Rejection {
        status,
        says: says(&texts, &codes, status == 409),
        code: codes.iter().find_map(|text| code(text)),
        permissions,
        retry_after,
    }
}

/// Collects messages and codes of the vendor's error body, of the errors nested in it, and of OAuth's form.
fn gather<'a>(body: &'a Value, texts: &mut Vec<&'a str>, codes: &mut Vec<&'a str>, depth: u8) {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    texts.extend(
        ["message", "messageWithParams", "error_description", "description"].into_iter().filter_map(text),
    );
    codes.extend(["code", "errorCode", "error"].into_iter().filter_map(text));
    if let Some(params) = body.get("messageParams").and_then(Value::as_object) {
        texts.extend(params.values().filter_map(Value::as_str));
    }
    if depth < 3 {
        for list in ["errors", "details"] {
            for nested in body.get(list).and_then(Value::as_array).into_iter().flatten() {
                gather(nested, texts, codes, depth + 1);
            }
        }
    }
}

/// `is_conflict`: other refusals may speak of queues too, for example of the permission to edit them.
fn says(texts: &[&str], codes: &[&str], is_conflict: bool) -> Says {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let codes: Vec<String> = codes.iter().map(|code| code.to_lowercase()).collect();
    let any = |list: &[String], parts: &[&str]| {
        list.iter().any(|text| parts.iter().any(|part| text.contains(part)))
    };
    if any(&texts, &["does not match the current version"]) {
        Says::VersionMismatch
    } else if is_conflict
        && (any(&codes, &["in.use", "in_use", "inuse"])
            || any(&texts, &["in use", "active interaction", "active conversation", "queue"]))
    {
        Says::InUse
    } else {
        Says::Nothing
    }
}

/// Picks what has the form of a permission (`domain:entity:action`, or `admin`) out of the texts.
fn permissions(texts: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        // The prose before the colon of "…the following permission(s): %s" has no names in it.
        for word in text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '(' | ')' | '"' | '\''))
        {
            let word = word.trim_end_matches('.');
            if is_permission(word) && !found.iter().any(|known| known == word) {
                found.push(word.to_owned());
            }
        }
    }
    found
}

fn is_permission(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*'))
    };
    (parts.len() == 3 && parts.iter().all(plain)) || word == "admin"
}
