//! Somebody between the client and the emulated organization: an answer is changed on its way back, after the request
//! was performed, or never arrives.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use genesys::Transport;
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;

use crate::world::World;

/// What was asked, and what the vendor answered.
pub(crate) struct Answered<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The body of the request.
    pub(crate) sent: Value,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// The status of an answer that never arrives.
pub(crate) const LOST: u16 = 0;

type Change = dyn Fn(&Answered<'_>) -> Option<(u16, Value)> + Send + Sync;

#[derive(Clone)]
struct Between {
    router: axum::Router,
    change: Arc<Change>,
}

/// The organization as it is seen from behind somebody who changes answers.
pub(crate) fn between(
    world: &World,
    change: impl Fn(&Answered<'_>) -> Option<(u16, Value)> + Send + Sync + 'static,
) -> Transport {
    Transport::over(Between { router: world.emulator.router(), change: Arc::new(change) })
}

impl tower::Service<Request<Full<bytes::Bytes>>> for Between {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Full<bytes::Bytes>>) -> Self::Future {
        let mut between = self.clone();
        request.headers_mut().remove(header::ACCEPT_ENCODING);
        Box::pin(async move {
            let (method, target) = (request.method().to_string(), request.uri().to_string());
            let sent = request.body().clone().collect().await.unwrap().to_bytes();
            let answer = tower::Service::call(&mut between.router, request).await?;
            let (mut head, body) = answer.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let path = target.split_once("/api/").map_or(target.as_str(), |(_, rest)| rest);
            let answered = Answered {
                method: &method,
                path,
                sent: serde_json::from_slice(&sent).unwrap_or(Value::Null),
                status: head.status.as_u16(),
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            };
            let Some((status, changed)) = (between.change)(&answered) else {
                return Ok(Response::from_parts(head, Body::from(body)));
            };
            if status == LOST {
                return std::future::pending().await;
            }
            head.status = status.try_into().unwrap();
            head.headers.remove(header::CONTENT_LENGTH);
            Ok(Response::from_parts(head, Body::from(changed.to_string())))
        })
    }
}
