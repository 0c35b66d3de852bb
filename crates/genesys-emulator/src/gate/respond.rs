//! An answer on its way out: its headers, and how its bytes are delivered.

use std::{convert::Infallible, io, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::Done;
use crate::{Clock, wire::time::header_date, world::access::Allowance};

const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");
const RATE_COUNT: HeaderName = HeaderName::from_static("inin-ratelimit-count");
const RATE_ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
const RATE_RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");

/// Marks, in the extensions of a response, that no answer is to reach the caller: whoever carries the response
/// has to drop the connection. Carried without a connection, reading the body fails at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionReset;

/// How an answer's bytes are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Whole and at once.
    Plain,
    /// Whole, after a wait.
    After(Duration),
    /// Not at all.
    Reset,
    /// Half of it, then the connection breaks.
    CutOff,
    /// Half of it, as if that were all.
    Truncated,
    /// A byte at a time, with this long between two.
    Trickle(Duration),
    /// Followed by more white space than anybody should read.
    Padded,
    /// A page of HTML instead.
    Html,
}

/// A finished answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) manner: Manner,
    body: Bytes,
    context_id: String,
    allowance: Option<Allowance>,
    retry_after_s: Option<u64>,
    location: Option<String>,
}

const HTML: &str = "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>One moment</h1>\
    <p>This site is checking your connection.</p></body></html>";

/// White space that follows a padded answer: this many chunks of this many bytes.
const PADDING_CHUNKS: usize = 1_024;
const PADDING_CHUNK: &[u8] = &[b' '; 65_536];

impl Answer {
    pub(super) fn of(done: Done, context_id: String) -> Self {
        let (status, body, retry_after_s, location) = match done.result {
            Ok(reply) => (reply.status, reply.body, None, None),
            Err(failure) => {
                (failure.status, failure.body(&context_id), failure.retry_after_s, failure.location)
            }
        };
        Self {
            status,
            manner: done.manner,
            body,
            context_id,
            allowance: done.allowance,
            retry_after_s,
            location,
        }
    }

    /// No answer.
    pub(super) fn reset() -> Self {
        Self {
            status: 200,
            manner: Manner::Reset,
            body: Bytes::new(),
            context_id: String::new(),
            allowance: None,
            retry_after_s: None,
            location: None,
        }
    }

    pub(super) fn into_response(self, clock: &Clock) -> Response<Body> {
        let date = header_date(clock.now());
        let html = self.manner == Manner::Html;
        let empty = self.body.is_empty() && !html;
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert("x-genesys-emulator", HeaderValue::from_static("1"));
        if clock.is_virtual() {
            headers.insert("emeritus-emulator-clock", HeaderValue::from_static("virtual"));
        }
        let mut put = |name: HeaderName, value: Option<String>| {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        };
        put(header::DATE, Some(date));
        let kind = if html { "text/html; charset=utf-8" } else { "application/json" };
        put(header::CONTENT_TYPE, (!empty).then(|| kind.to_owned()));
        put(header::RETRY_AFTER, self.retry_after_s.map(|seconds| seconds.to_string()));
        put(header::LOCATION, self.location.clone());
        put(CORRELATION_ID, Some(self.context_id.clone()));
        if let Some(allowance) = self.allowance {
            put(RATE_COUNT, Some(allowance.count.to_string()));
            put(RATE_ALLOWED, Some(allowance.allowed.to_string()));
            put(RATE_RESET, Some(allowance.reset_s.to_string()));
        }
        if self.manner == Manner::Reset {
            response.extensions_mut().insert(ConnectionReset);
        }
        *response.body_mut() = self.into_body(clock);
        response
    }

    fn into_body(self, clock: &Clock) -> Body {
        let half = self.body.slice(..self.body.len() / 2);
        match self.manner {
            Manner::Plain | Manner::After(_) => Body::from(self.body),
            Manner::Reset => Body::from_stream(stream::iter([broken()])),
            Manner::CutOff => Body::from_stream(stream::iter([Ok(half), broken()])),
            Manner::Truncated => Body::from(half),
            Manner::Html => Body::from(HTML),
            Manner::Padded => {
                let padding = stream::repeat(Bytes::from_static(PADDING_CHUNK)).take(PADDING_CHUNKS);
                Body::from_stream(stream::iter([self.body]).chain(padding).map(Ok::<_, Infallible>))
            }
            Manner::Trickle(wait) => {
                let clock = clock.clone();
                let bytes = (0..self.body.len()).map(move |at| self.body.slice(at..=at));
                Body::from_stream(stream::iter(bytes).then(move |byte| {
                    let slept = clock.sleep(wait);
                    async move {
                        slept.await;
                        Ok::<_, Infallible>(byte)
                    }
                }))
            }
        }
    }
}

fn broken() -> Result<Bytes, io::Error> {
    Err(io::Error::new(io::ErrorKind::ConnectionReset, "the emulated vendor reset the connection"))
}
