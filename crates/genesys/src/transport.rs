//! The way out: any `tower::Service` that speaks HTTP. Only here is the service's type generic; it is boxed at once, so the
//! rest of the crate is compiled once.

use std::{error::Error as StdError, fmt, io, sync::Arc, sync::OnceLock};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use tower::{Service, ServiceExt as _, util::BoxCloneSyncService};

use crate::{limits::Limits, proxy::Proxy};

/// An error of any service or body.
pub type BoxError = Box<dyn StdError + Send + Sync>;

pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, BoxError>;

type BoxedService = BoxCloneSyncService<Request<Full<Bytes>>, Response<AnswerBody>, SendFailure>;

/// What carries requests to the vendor. Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    service: BoxedService,
}

/// The transport could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The HTTP client could not be built.
    #[error("could not set up the HTTP client")]
    Build(#[source] reqwest::Error),
}

/// States that a request was not sent: no byte of it reached the vendor.
///
/// A service whose error is this, or has it among its sources, tells the client that repeating is safe. Refused
/// connections ([`io::ErrorKind::ConnectionRefused`]) are recognised without it.
#[derive(Debug, thiserror::Error)]
#[error("the request was never sent")]
pub struct NeverSent(#[source] pub BoxError);

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum SendFailure {
    Never(BoxError),
    Lost(BoxError),
}

impl Transport {
    /// Wraps a service. An `axum::Router` fits.
    ///
    /// Errors count as "lost" (the request may have been performed) unless they are recognised as [`NeverSent`].
    pub fn over<S, B, E>(service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = E> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
        E: Into<BoxError> + 'static,
    {
        let service = service
            .map_response(|response| response.map(|body| body.map_err(Into::into).boxed_unsync()))
            .map_err(|error: E| sort(error.into()));
        Self { service: BoxCloneSyncService::new(service) }
    }

    /// Returns the transport over the network with the default connect timeout.
    ///
    /// TLS by rustls with the platform's certificates; no redirects, no cookies, no proxy from the environment, and no
    /// repetition below this crate's own policy.
    ///
    /// # Errors
    /// The HTTP client could not be built. A machine without certificates shows only when a TLS host is first called.
    pub fn network() -> Result<Self, TransportError> {
        Self::network_with(&Limits::default())
    }

    /// Returns the transport over the network with the connect timeout of `limits`; see [`Transport::network`].
    ///
    /// # Errors
    /// As [`Transport::network`].
    pub fn network_with(limits: &Limits) -> Result<Self, TransportError> {
        Self::network_by(limits, None)
    }

    /// As [`Transport::network_with`], by a proxy: cleartext, which goes to loopback only, never takes it.
    ///
    /// # Errors
    /// As [`Transport::network`].
    pub fn network_by(limits: &Limits, proxy: Option<Proxy>) -> Result<Self, TransportError> {
        install_crypto();
        let connect_timeout = limits.connect_timeout;
        // Cleartext goes to loopback only and must work on a machine without certificates.
        let cleartext = builder(connect_timeout)
            .tls_certs_only(std::iter::empty())
            .build()
            .map_err(TransportError::Build)?;
        let tls: Arc<OnceLock<reqwest::Client>> = Arc::default();
        Ok(Self::over(tower::service_fn(move |request: Request<Full<Bytes>>| {
            let (cleartext, tls, proxy) = (cleartext.clone(), Arc::clone(&tls), proxy.clone());
            async move {
                let client = if request.uri().scheme_str() == Some("https") {
                    tls_client(&tls, connect_timeout, proxy.as_ref())?
                } else {
                    cleartext
                };
                let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap))
                    .map_err(|error| NeverSent(error.without_url().into()))?;
                match client.execute(request).await {
                    Ok(response) => Ok(Response::<reqwest::Body>::from(response)),
                    Err(error) if error.is_connect() || error.is_builder() => {
                        Err(BoxError::from(NeverSent(error.without_url().into())))
                    }
                    Err(error) => Err(error.without_url().into()),
                }
            }
        })))
    }

    pub(crate) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<AnswerBody>, SendFailure> {
        let mut service = self.service.clone();
        let ready = service.ready().await.map_err(SendFailure::before_sending)?;
        ready.call(request).await
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

impl SendFailure {
    fn before_sending(self) -> Self {
        match self {
            Self::Never(error) | Self::Lost(error) => Self::Never(error),
        }
    }
}

fn builder(connect_timeout: std::time::Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
}

fn tls_client(
    cell: &OnceLock<reqwest::Client>,
    connect_timeout: std::time::Duration,
    proxy: Option<&Proxy>,
) -> Result<reqwest::Client, NeverSent> {
    if let Some(client) = cell.get() {
        return Ok(client.clone());
    }
    let built = builder(connect_timeout).https_only(true);
    let built = proxy.map(Proxy::inner).into_iter().fold(built, reqwest::ClientBuilder::proxy);
    let built = built.build().map_err(|error| NeverSent(error.into()))?;
    Ok(cell.get_or_init(|| built).clone())
}

fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only if another thread installed one in between, which serves as well.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

fn sort(error: BoxError) -> SendFailure {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error.as_ref());
    while let Some(current) = cause {
        if current.is::<NeverSent>() || current.downcast_ref::<io::Error>().is_some_and(refused) {
            return SendFailure::Never(error);
        }
        cause = current.source();
    }
    SendFailure::Lost(error)
}

fn refused(error: &io::Error) -> bool {
    // Other network errors can also strike an open connection, after bytes have left.
    error.kind() == io::ErrorKind::ConnectionRefused
}
