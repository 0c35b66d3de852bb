//! Access tokens by OAuth client credentials: one in memory, renewed before it expires and after a refusal, once for all
//! callers that need it at the same moment.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{
    answer::{Failure, unreadable},
    clock::after,
    disposition::is_repeatable,
    error::ErrorKind,
    exchange::{Outgoing, Wire},
    retry::{Attempts, Jitter},
};

/// The vendor's default lifetime of a token, used where the answer states none.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A token is renewed this long before it expires, or a tenth of its life if that is less.
const LONGEST_MARGIN: Duration = Duration::from_secs(300);

/// An OAuth client of the organization, with the grant "client credentials".
#[derive(Clone)]
pub struct Credentials {
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: SecretString,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

pub(crate) struct Auth {
    credentials: Credentials,
    token: Mutex<Option<Token>>,
    requests: AtomicU64,
}

struct Token {
    secret: SecretString,
    generation: u64,
    renew_at: Timestamp,
}

/// A header to send, and which token it is, so that only that one is given up after a refusal.
pub(crate) struct Bearer {
    pub(crate) header: HeaderValue,
    pub(crate) generation: u64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretText,
    expires_in: Option<u64>,
}

/// Text that goes from the parser into a secret without a copy that outlives it.
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl Auth {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, token: Mutex::new(None), requests: AtomicU64::new(0) }
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.credentials.client_id
    }

    pub(crate) fn token_requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns the current token, asking for a new one if there is none or it is about to expire. Callers that come while
    /// it is being asked for wait for the same one.
    pub(crate) async fn bearer(&self, wire: &Wire, jitter: &Jitter) -> Result<Bearer, Failure> {
        let mut current = self.token.lock().await;
        let usable = current.as_ref().is_some_and(|token| wire.clock.now() < token.renew_at);
        if !usable {
            let generation = current.as_ref().map_or(0, |token| token.generation + 1);
            *current = Some(self.ask(wire, jitter, generation).await?);
        }
        let token = current.as_ref().ok_or(ErrorKind::HostRefused)?;
        let header = sensitive(&format!("Bearer {}", token.secret.expose_secret()))
            .ok_or_else(|| no_token(ErrorKind::UnexpectedShape { line: 1, column: 1 }))?;
        Ok(Bearer { header, generation: token.generation })
    }

    /// Gives up the token that was refused, unless another caller already renewed it.
    pub(crate) async fn give_up(&self, generation: u64) {
        if let Some(token) = self.token.lock().await.as_mut().filter(|token| token.generation == generation) {
            token.renew_at = Timestamp::MIN;
        }
    }

    /// Asks for a token. Doing so changes nothing at the vendor, so it is repeated like a read.
    async fn ask(&self, wire: &Wire, jitter: &Jitter, generation: u64) -> Result<Token, Failure> {
        let mut attempts = Attempts::begin(&wire.limits, wire.clock.now());
        loop {
            attempts.count_one();
            let failure = match self.ask_once(wire, generation).await {
                Ok(token) => return Ok(token),
                Err(failure) => failure,
            };
            let Failure { kind, correlation_id } = failure;
            let asked = if let ErrorKind::Rejected(rejection) = &kind { rejection.retry_after } else { None };
            let pause = is_repeatable(&kind, false)
                .then(|| attempts.pause(&wire.limits, jitter, asked, wire.clock.now()))
                .flatten();
            match (pause, kind) {
                (Some(pause), _) => wire.clock.sleep(pause).await,
                (None, ErrorKind::Rejected(rejection)) if matches!(rejection.status, 400 | 401 | 403) => {
                    return Err(Failure { kind: ErrorKind::CredentialsRefused(rejection), correlation_id });
                }
                (None, kind) => return Err(Failure { correlation_id, ..no_token(kind) }),
            }
        }
    }

    async fn ask_once(&self, wire: &Wire, generation: u64) -> Result<Token, Failure> {
        let Credentials { client_id, client_secret } = &self.credentials;
        let pair = SecretString::from(format!("{client_id}:{}", client_secret.expose_secret()));
        let encoded = SecretString::from(STANDARD.encode(pair.expose_secret()));
        let outgoing = Outgoing {
            method: Method::POST,
            url: format!("{}/oauth/token", wire.endpoint.login_url()),
            authorization: sensitive(&format!("Basic {}", encoded.expose_secret()))
                .ok_or(ErrorKind::InvalidId)?,
            content_type: "application/x-www-form-urlencoded",
            body: Some(Bytes::from_static(b"grant_type=client_credentials")),
        };
        let asked_at = wire.clock.now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        let success = wire.exchange(outgoing, &|_, _| {}).await?.into_result()?;
        let answer: TokenAnswer =
            serde_json::from_slice(&success.body).map_err(|error| unreadable(success.status, &error))?;
        let lifetime = answer.expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs);
        let margin = LONGEST_MARGIN.min(lifetime / 10);
        Ok(Token { secret: answer.access_token.0, generation, renew_at: after(asked_at, lifetime - margin) })
    }
}

fn no_token(kind: ErrorKind) -> Failure {
    ErrorKind::NoToken(Box::new(kind)).into()
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
