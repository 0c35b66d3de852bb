//! A vendor that answers as a test says, and remembers what it was asked.

use std::{
    convert::Infallible,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use genesys::{
    BoxError, Client, Clock as _, Credentials, Endpoint, Error, Limits, Reader, Transport, Writer,
};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::TestClock;

pub(crate) const USER: &str = "a1b2c3d4-0000-4000-8000-000000000001";

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) at: Timestamp,
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) target: String,
    pub(crate) authorization: String,
    pub(crate) content_type: Option<String>,
    pub(crate) accept_encoding: Option<String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn is_token(&self) -> bool {
        self.target == "/oauth/token"
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A part of a body.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Bytes(Bytes),
    Pause(Duration),
    Break,
}

/// What the vendor does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer { status: u16, headers: Vec<(&'static str, String)>, pieces: Vec<Piece>, delay: Duration },
    Refuse,
    Reset,
    Hang,
}

impl Reply {
    pub(crate) fn text(status: u16, kind: &str, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type", kind.to_owned())],
            pieces: vec![Piece::Bytes(Bytes::copy_from_slice(body.as_bytes()))],
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::Answer { status, headers: Vec::new(), pieces: Vec::new(), delay: Duration::ZERO }
    }

    pub(crate) fn user() -> Self {
        Self::json(200, &json!({ "id": USER, "version": 3, "state": "active" }))
    }

    pub(crate) fn token(number: usize) -> Self {
        Self::json(200, &json!({ "access_token": format!("token-{number}"), "expires_in": 86_400 }))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }

    pub(crate) fn after(mut self, wait: Duration) -> Self {
        if let Self::Answer { delay, .. } = &mut self {
            *delay = wait;
        }
        self
    }

    pub(crate) fn pieces(mut self, list: Vec<Piece>) -> Self {
        if let Self::Answer { pieces, .. } = &mut self {
            *pieces = list;
        }
        self
    }
}

type Handler = Box<dyn FnMut(&Asked, usize) -> Reply + Send>;

#[derive(Clone)]
pub(crate) struct Vendor {
    pub(crate) clock: TestClock,
    asked: Arc<Mutex<Vec<Asked>>>,
    handler: Arc<Mutex<Handler>>,
}

impl Vendor {
    /// Answers API requests by `handler`, which is given the request and how many came before it; issues tokens.
    pub(crate) fn new(mut handler: impl FnMut(&Asked, usize) -> Reply + Send + 'static) -> Self {
        let (mut tokens, mut calls) = (0, 0);
        Self::with_login(move |asked, _| {
            if asked.is_token() {
                tokens += 1;
                Reply::token(tokens)
            } else {
                calls += 1;
                handler(asked, calls - 1)
            }
        })
    }

    /// Answers everything, token requests too, by `handler`.
    pub(crate) fn with_login(handler: impl FnMut(&Asked, usize) -> Reply + Send + 'static) -> Self {
        Self {
            clock: TestClock::new(),
            asked: Arc::default(),
            handler: Arc::new(Mutex::new(Box::new(handler))),
        }
    }

    /// Gives one reply after another, and the last one from then on.
    pub(crate) fn script(replies: Vec<Reply>) -> Self {
        Self::new(move |_, number| replies[number.min(replies.len() - 1)].clone())
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// What was asked of the API, token requests left out.
    pub(crate) fn calls(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| !asked.is_token()).collect()
    }

    pub(crate) fn transport(&self) -> Transport {
        let vendor = self.clone();
        Transport::over(tower::service_fn(move |request| vendor.clone().answer(request)))
    }

    pub(crate) fn client(&self, limits: Limits) -> Client {
        let endpoint = Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:2").unwrap();
        Client::new(endpoint, credentials(), self.transport(), Arc::new(self.clock.clone()), limits)
    }

    pub(crate) fn reader(&self) -> Reader {
        self.client(Limits::default()).reader()
    }

    pub(crate) fn writer(&self) -> Writer {
        self.client(Limits::default()).writer()
    }

    async fn answer(
        self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<impl http_body::Body<Data = Bytes, Error = BoxError> + Send>, io::Error> {
        let reply = self.note(request).await;
        let (status, headers, pieces, delay) = match reply {
            Reply::Answer { status, headers, pieces, delay } => (status, headers, pieces, delay),
            Reply::Refuse => return Err(io::ErrorKind::ConnectionRefused.into()),
            Reply::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
            Reply::Hang => std::future::pending().await,
        };
        if delay > Duration::ZERO {
            self.clock.sleep(delay).await;
        }
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        let clock = self.clock;
        let pieces = stream::unfold((pieces.into_iter(), clock), |(mut pieces, clock)| async move {
            loop {
                match pieces.next()? {
                    Piece::Bytes(bytes) => return Some((Ok(Frame::data(bytes)), (pieces, clock))),
                    Piece::Pause(pause) => clock.sleep(pause).await,
                    Piece::Break => {
                        let error = io::Error::from(io::ErrorKind::ConnectionReset);
                        return Some((Err(BoxError::from(error)), (pieces, clock)));
                    }
                }
            }
        });
        Ok(response.body(StreamBody::new(pieces)).unwrap())
    }

    async fn note(&self, request: Request<Full<Bytes>>) -> Reply {
        let (head, body) = request.into_parts();
        let body: Result<_, Infallible> = body.collect().await;
        let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let asked = Asked {
            at: self.clock.now(),
            method: head.method.to_string(),
            host: format!("{}://{}", head.uri.scheme_str().unwrap(), head.uri.authority().unwrap()),
            target: head.uri.path_and_query().unwrap().to_string(),
            authorization: header("authorization").unwrap_or_default(),
            content_type: header("content-type"),
            accept_encoding: header("accept-encoding"),
            body: String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap(),
        };
        let number = {
            let mut list = self.asked.lock().unwrap();
            list.push(asked.clone());
            list.len() - 1
        };
        (self.handler.lock().unwrap())(&asked, number)
    }
}

pub(crate) fn credentials() -> Credentials {
    Credentials { client_id: "client-1".to_owned(), client_secret: "canary-secret".to_owned().into() }
}

/// Limits under which nothing is repeated.
pub(crate) fn once() -> Limits {
    Limits { max_attempts: 1, ..Limits::default() }
}

/// The vendor's error body.
pub(crate) fn error_body(status: u16, code: &str, message: &str) -> Value {
    json!({ "status": status, "code": code, "message": message, "contextId": "ctx-1", "details": [], "errors": [] })
}

pub(crate) fn outcome<T: std::fmt::Debug>(result: Result<T, Error>) -> Error {
    result.expect_err("the call should fail")
}
