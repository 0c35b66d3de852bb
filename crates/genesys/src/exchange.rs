//! One exchange: a request goes out once, an answer comes back within its limits. The only place that attaches an
//! `Authorization` header, and it asks [`Endpoint::may_carry_credentials`] first.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Full};

use crate::{
    answer::{Answer, number, oversized},
    clock::Clock,
    date::VendorDate,
    endpoint::Endpoint,
    error::{Awaited, ErrorKind},
    gzip,
    limits::Limits,
    transport::{AnswerBody, SendFailure, Transport},
};

/// How much of an answer that is too large is looked at, in bytes.
const BEGINNING: usize = 64 << 10;

const USER_AGENT: &str = concat!("genesys/", env!("CARGO_PKG_VERSION"));

/// A request with a host.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) authorization: HeaderValue,
    pub(crate) content_type: &'static str,
    pub(crate) body: Option<Bytes>,
}

/// The wire and what was observed on it.
pub(crate) struct Wire {
    pub(crate) endpoint: Endpoint,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    transport: Transport,
    marked_emulated: AtomicBool,
    vendor_date: Mutex<VendorDate>,
    calls: AtomicU64,
}

impl Wire {
    pub(crate) fn new(
        endpoint: Endpoint,
        transport: Transport,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        Self {
            endpoint,
            clock,
            limits,
            transport,
            marked_emulated: AtomicBool::new(false),
            vendor_date: Mutex::new(VendorDate::default()),
            calls: AtomicU64::new(0),
        }
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn emulated(&self) -> bool {
        self.endpoint.is_loopback() || self.marked_emulated.load(Ordering::Relaxed)
    }

    pub(crate) fn vendor_date(&self) -> VendorDate {
        *self.vendor_date.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends once and receives the whole answer. `seen` is given the head as soon as it arrives.
    pub(crate) async fn exchange(
        &self,
        outgoing: Outgoing,
        seen: &(dyn Fn(u16, &HeaderMap) + Sync),
    ) -> Result<Answer, ErrorKind> {
        let limit = self.limits.total_timeout;
        let whole = Box::pin(self.send_and_receive(outgoing, seen));
        self.within(limit, whole).await.unwrap_or(Err(ErrorKind::TimedOut { awaited: Awaited::Whole, limit }))
    }

    async fn send_and_receive(
        &self,
        outgoing: Outgoing,
        seen: &(dyn Fn(u16, &HeaderMap) + Sync),
    ) -> Result<Answer, ErrorKind> {
        let request = self.seal(outgoing)?;
        let limit = self.limits.read_timeout;
        let sent = self.within(limit, self.transport.send(request)).await;
        let response = match sent {
            Some(Ok(response)) => response,
            Some(Err(SendFailure::Never(error))) => return Err(ErrorKind::Unreachable(error)),
            Some(Err(SendFailure::Lost(error))) => return Err(ErrorKind::Lost(error)),
            None => return Err(ErrorKind::TimedOut { awaited: Awaited::Head, limit }),
        };
        let (head, body) = response.into_parts();
        self.observe(&head.headers);
        seen(head.status.as_u16(), &head.headers);
        let body = self.receive(head.status.as_u16(), &head.headers, body).await;
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Attaches the credentials, if the target may have them.
    fn seal(&self, outgoing: Outgoing) -> Result<Request<Full<Bytes>>, ErrorKind> {
        let uri: Uri = outgoing.url.parse().map_err(|_| ErrorKind::InvalidId)?;
        if !self.endpoint.may_carry_credentials(&uri) {
            return Err(ErrorKind::HostRefused);
        }
        let mut request = Request::new(Full::new(outgoing.body.clone().unwrap_or_default()));
        *request.method_mut() = outgoing.method;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, outgoing.authorization);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        if !self.endpoint.is_loopback() || self.limits.gzip_over_loopback {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if outgoing.body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(outgoing.content_type));
        }
        Ok(request)
    }

    async fn receive(&self, status: u16, headers: &HeaderMap, body: AnswerBody) -> Result<Bytes, ErrorKind> {
        let limit = self.limits.max_body_bytes;
        let stated = number(headers, header::CONTENT_LENGTH.as_str());
        let too_much =
            stated.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit));
        // Of what is too much only the beginning is received, which may tell whose it is.
        let accepted = if too_much { BEGINNING.min(limit) } else { limit };
        let mut body = pin!(body);
        let stated_size = stated.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut received = BytesMut::with_capacity(stated_size.min(accepted));
        loop {
            let silence = self.limits.read_timeout;
            match self.within(silence, body.frame()).await {
                None => return Err(ErrorKind::TimedOut { awaited: Awaited::Body, limit: silence }),
                Some(None) => break,
                Some(Some(Err(_))) => return Err(ErrorKind::CutOff { status }),
                Some(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if received.len() + data.len() > accepted {
                        received.extend_from_slice(data.get(..BEGINNING.min(data.len())).unwrap_or_default());
                        let beginning = gzip::beginning(headers, &received, BEGINNING);
                        return Err(oversized(status, limit, &beginning));
                    }
                    received.extend_from_slice(&data);
                }
            }
        }
        let complete = stated.is_none_or(|length| usize::try_from(length) == Ok(received.len()));
        if !complete {
            return Err(ErrorKind::CutOff { status });
        }
        gzip::plain(status, headers, received.freeze(), limit)
    }

    fn observe(&self, headers: &HeaderMap) {
        if headers.contains_key("x-genesys-emulator") {
            self.marked_emulated.store(true, Ordering::Relaxed);
        }
        let date = VendorDate::of(headers, self.clock.now(), self.endpoint.is_loopback());
        *self.vendor_date.lock().unwrap_or_else(PoisonError::into_inner) = date;
    }

    /// Returns what the future gives, unless the clock passes `limit` first.
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        future: impl Future<Output = T> + Send,
    ) -> Option<T> {
        match select(pin!(future), self.clock.sleep(limit)).await {
            Either::Left((value, _)) => Some(value),
            Either::Right(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, pin::Pin};

    use http::Response;
    use jiff::Timestamp;

    use super::*;
    use crate::region::Region;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(std::future::pending())
        }
    }

    /// Nothing outside this crate can name a target, so the guard is tested from inside.
    #[tokio::test]
    async fn a_request_to_another_host_is_not_sent() {
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        let transport = Transport::over(tower::service_fn(move |_: Request<Full<Bytes>>| {
            counter.fetch_add(1, Ordering::Relaxed);
            async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
        }));
        let wire =
            Wire::new(Endpoint::region(Region::UsEast1), transport, Arc::new(Still), Limits::default());
        for (url, sends) in [
            ("https://evil.example/api/v2/users", 0),
            ("http://api.mypurecloud.com/api/v2/users", 0),
            ("https://api.mypurecloud.de/api/v2/users", 0),
            ("https://api.mypurecloud.com/api/v2/users", 1),
        ] {
            let outgoing = Outgoing {
                method: Method::GET,
                url: url.to_owned(),
                authorization: HeaderValue::from_static("Bearer t"),
                content_type: "application/json",
                body: None,
            };
            let answer = wire.exchange(outgoing, &|_, _| {}).await;
            assert_eq!(sent.load(Ordering::Relaxed), sends, "{url}");
            assert_eq!(matches!(answer, Err(ErrorKind::HostRefused)), sends == 0, "{url}");
        }
    }
}
