//! The organization on a socket: the only place where a connection can really be reset.

use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use futures_util::stream;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::Instant,
};
use tower::ServiceExt as _;

use crate::ConnectionReset;

/// How long answers under way may take after the order to stop.
const GRACE: Duration = Duration::from_secs(3);

/// How long a request may take to come.
#[derive(Clone, Copy)]
struct Limits {
    /// Its head, the wait for it on an open connection included.
    head: Duration,
    /// Its body. What is imported may take longer, but not a single piece of it.
    body: Duration,
}

const LIMITS: Limits = Limits { head: Duration::from_secs(45), body: Duration::from_secs(30) };

/// The pause after a connection could not be accepted, for which this machine lacks something.
const SCARCE: Duration = Duration::from_millis(200);

pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(LIMITS, listener, router, shutdown).await;
    Ok(())
}

async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let (stop, stopped) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    drop(connections.spawn(connection(limits, stream, router.clone(), stopped.clone())));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(_) => tokio::time::sleep(SCARCE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    stop.send_replace(true);
    let all_done = async { while connections.join_next().await.is_some() {} };
    // What is not done by then is cut off.
    drop(tokio::time::timeout(GRACE, all_done).await);
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(limits: Limits, stream: TcpStream, router: Router, mut stop: watch::Receiver<bool>) {
    let cut = Arc::new(AtomicBool::new(false));
    let line = TokioIo::new(Line { stream, cut: Arc::clone(&cut) });
    let service = hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
        let (router, cut) = (router.clone(), Arc::clone(&cut));
        async move {
            let (head, body) = request.into_parts();
            let body = in_time(Body::new(body), head.uri.path(), limits.body);
            let Ok(response) = router.oneshot(http::Request::from_parts(head, body)).await;
            if response.extensions().get::<ConnectionReset>().is_some() {
                cut.store(true, Ordering::SeqCst);
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let mut served = pin!(builder.serve_connection(line, service));
    tokio::select! {
        // How a connection ends is the client's affair.
        _ = served.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => served.as_mut().graceful_shutdown(),
    }
    drop(served.await);
}

/// Returns a body that fails when it takes too long to come.
fn in_time(body: Body, path: &str, limit: Duration) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let by_piece = path.starts_with("/_emulator/import/");
    let pieces = stream::try_unfold((body, Instant::now() + limit), move |(mut body, until)| async move {
        let until = if by_piece { Instant::now() + limit } else { until };
        loop {
            let late = |_| io::Error::from(io::ErrorKind::TimedOut);
            let frame = tokio::time::timeout_at(until, body.frame()).await.map_err(late)?;
            let Some(frame) = frame else { return Ok(None) };
            // Trailers say nothing here.
            let Ok(piece) = frame.map_err(io::Error::other)?.into_data() else { continue };
            return Ok::<Option<(Bytes, _)>, io::Error>(Some((piece, (body, until))));
        }
    });
    Body::from_stream(pieces)
}

/// A connection that writes nothing more, and is reset, once it is cut.
struct Line {
    stream: TcpStream,
    cut: Arc<AtomicBool>,
}

impl Line {
    fn check(&self) -> io::Result<()> {
        if self.cut.load(Ordering::SeqCst) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Drop for Line {
    /// Closing a socket that does not linger sends a reset instead of an orderly end.
    fn drop(&mut self) {
        if self.cut.load(Ordering::SeqCst) {
            // It can fail only on a socket that is gone already.
            drop(self.stream.set_zero_linger());
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use futures_util::StreamExt as _;

    use super::*;

    const IMPORT: &str = "/_emulator/import/conversations";

    /// Sends the beginning of a request and returns what comes back until the connection ends.
    async fn answer_to(begun: &'static str) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = Limits { head: Duration::from_millis(40), body: Duration::from_millis(40) };
        let router = Router::new().fallback(|body: Bytes| async move { body });
        let client = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(begun.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        });
        let (told, stop) = tokio::sync::oneshot::channel::<()>();
        let serving = serve_within(limits, listener, router, async { drop(stop.await) });
        let ((), answer) = tokio::join!(serving, async {
            let answer = client.await.unwrap();
            drop(told);
            answer
        });
        answer.expect("the connection is ended, not left open")
    }

    #[tokio::test]
    async fn half_a_request_is_cut_off() {
        for begun in ["", "GET /api/v2/users HTTP/1.1\r\nhost: 127.0", "GET / HTTP/1.1\r\nhost: x\r\n"] {
            assert_eq!(answer_to(begun).await, "", "{begun:?}");
        }
        let no_body = answer_to("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf").await;
        assert!(no_body.starts_with("HTTP/1.1 400"), "{no_body}");
        let whole = "POST /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\nwhole";
        assert!(answer_to(whole).await.ends_with("whole"));
    }

    #[tokio::test]
    async fn a_body_may_take_so_long_and_an_import_longer_while_it_goes_on() {
        let slowly = |pieces: usize| {
            let pieces = stream::iter(0..pieces).then(|_| async {
                tokio::time::sleep(Duration::from_millis(1)).await;
                Ok::<_, Infallible>(Bytes::from_static(b"x"))
            });
            Body::from_stream(pieces)
        };
        let read = async |body: Body| body.collect().await.map(|whole| whole.to_bytes().len()).ok();
        let (short, long) = (Duration::from_millis(30), Duration::from_secs(60));
        assert_eq!(read(in_time(slowly(100_000), "/api/v2/users", short)).await, None);
        assert_eq!(read(in_time(slowly(5), "/api/v2/users", long)).await, Some(5));
        assert_eq!(read(in_time(slowly(5), IMPORT, long)).await, Some(5));
        let never = || Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        for path in ["/api/v2/users", IMPORT] {
            assert_eq!(read(in_time(never(), path, short)).await, None, "{path}");
        }
    }
}
