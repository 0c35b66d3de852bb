//! The pipeline that every call takes: authorise, wait for the budget, send, classify, and repeat where that is safe.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use jiff::Timestamp;

use crate::{
    answer::{Failure, Success, unreadable},
    auth::{Auth, Credentials},
    budget::{Budget, BudgetStatus, Ticket},
    clock::{Clock, after, until},
    date::VendorDate,
    disposition::is_repeatable,
    endpoint::Endpoint,
    error::{Error, ErrorKind, Facts},
    exchange::{Outgoing, Wire},
    limits::Limits,
    reader::Reader,
    request::Call,
    retry::{Attempts, Jitter, backoff},
    transport::Transport,
    writer::Writer,
};

/// A client of one organization. Clones share token, budget and counters.
#[derive(Clone)]
pub struct Client {
    pipeline: Arc<Pipeline>,
}

/// A pause of a call, for people to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When the pause ends.
    pub until: Timestamp,
    /// What it is for.
    pub reason: WaitReason,
}

/// Why a call pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The vendor's request budget is used up for the moment.
    Budget,
    /// The last attempt failed, and the next one follows after a pause.
    Backoff,
    /// The pages of a list did not add up, and it is read again after a pause.
    Reread,
    /// The vendor is at work on a job.
    Job,
}

pub(crate) struct Pipeline {
    pub(crate) wire: Wire,
    auth: Auth,
    budget: Budget,
    /// Whose turn it is to wait for the budget: callers are served in the order in which they came.
    turn: tokio::sync::Mutex<()>,
    jitter: Jitter,
    waiting: Mutex<Option<Waiting>>,
}

/// Reads a received body; the error says why it cannot be used.
pub(crate) type Accept<'a> = &'a mut (dyn FnMut(&Success) -> Result<(), serde_json::Error> + Send);

impl Client {
    /// Returns a client; nothing is sent before the first call.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        credentials: Credentials,
        transport: Transport,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        let pipeline = Pipeline {
            auth: Auth::new(credentials),
            budget: Budget::new(limits.requests_per_minute),
            turn: tokio::sync::Mutex::new(()),
            jitter: Jitter::new(limits.jitter_seed),
            waiting: Mutex::new(None),
            wire: Wire::new(endpoint, transport, clock, limits),
        };
        Self { pipeline: Arc::new(pipeline) }
    }

    /// Returns the half that can only read.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.pipeline))
    }

    /// Returns the half that can change vendor state.
    #[must_use]
    pub fn writer(&self) -> Writer {
        Writer::new(Arc::clone(&self.pipeline))
    }

    /// Returns how many requests were sent to the API, repetitions included, token requests not.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.pipeline.wire.calls()
    }

    /// Returns how many times a token was asked for.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.pipeline.auth.token_requests()
    }

    /// Returns whether results come from an emulator: the endpoint is on this machine, or an answer was marked so.
    #[must_use]
    pub fn emulated(&self) -> bool {
        self.pipeline.wire.emulated()
    }

    /// Returns what the last answer, whatever it was, says of the vendor's clock.
    #[must_use]
    pub fn vendor_date(&self) -> VendorDate {
        self.pipeline.wire.vendor_date()
    }

    /// Returns the id of the OAuth client in use.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.pipeline.auth.client_id()
    }

    /// Returns where requests go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.pipeline.wire.endpoint
    }

    /// Returns the state of the request budget.
    #[must_use]
    pub fn budget(&self) -> BudgetStatus {
        self.pipeline.budget.status(self.pipeline.wire.clock.now())
    }

    /// Returns what the client is pausing for at this moment, if it is.
    #[must_use]
    pub fn waiting(&self) -> Option<Waiting> {
        *self.pipeline.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", self.endpoint()).finish_non_exhaustive()
    }
}

impl Pipeline {
    /// Makes a call, repeating it as far as its kind and the limits allow, until `accept` takes the answer.
    pub(crate) async fn run(&self, call: &Call, accept: Accept<'_>) -> Result<Success, Error> {
        let mut attempts = Attempts::begin(&self.wire.limits, self.wire.clock.now());
        let mut renewed = false;
        loop {
            attempts.count_one();
            let mut refused = None;
            let attempt = Box::pin(self.attempt(call, attempts.deadline(), &mut refused));
            let failure = match attempt.await {
                Ok(success) => match accept(&success) {
                    Ok(()) => return Ok(success),
                    Err(error) => Failure {
                        kind: unreadable(success.status, &error),
                        correlation_id: success.correlation_id,
                    },
                },
                Err(failure) => failure,
            };
            if let Some(generation) = refused.filter(|_| !renewed) {
                renewed = true;
                self.auth.give_up(generation).await;
                continue;
            }
            let asked =
                if let ErrorKind::Rejected(rejection) = &failure.kind { rejection.retry_after } else { None };
            let pause = is_repeatable(&failure.kind, call.is_effect)
                .then(|| attempts.pause(&self.wire.limits, &self.jitter, asked, self.wire.clock.now()))
                .flatten();
            match pause {
                Some(pause) => self.pause(pause, WaitReason::Backoff).await,
                None => return Err(error(call, attempts.made(), failure)),
            }
        }
    }

    /// Returns an error of a call that was answered well, but whose content cannot be accepted.
    pub(crate) fn reject(call: &Call, kind: ErrorKind) -> Error {
        error(call, 1, kind.into())
    }

    /// Pauses before a list is read for the `made + 1`-th time.
    pub(crate) async fn pause_before_reread(&self, made: u32) {
        self.pause(backoff(&self.wire.limits, &self.jitter, made), WaitReason::Reread).await;
    }

    /// Pauses between two looks at a job.
    pub(crate) async fn pause_for_job(&self, pause: Duration) {
        self.pause(pause, WaitReason::Job).await;
    }

    /// Sends once. `refused` is set to the token that the vendor did not accept.
    async fn attempt(
        &self,
        call: &Call,
        deadline: Timestamp,
        refused: &mut Option<u64>,
    ) -> Result<Success, Failure> {
        let target = call.target().map_err(|_| ErrorKind::InvalidId)?;
        let bearer = self.auth.bearer(&self.wire, &self.jitter).await?;
        let ticket = self.ticket(deadline).await?;
        let outgoing = Outgoing {
            method: call.method.clone(),
            url: format!("{}{target}", self.wire.endpoint.api_url()),
            authorization: bearer.header,
            content_type: "application/json",
            body: call.body.clone(),
        };
        self.wire.count_call();
        let seen = |status: u16, headers: &HeaderMap| {
            self.budget.learn(ticket, headers, status, self.wire.clock.now());
        };
        let answer = self.wire.exchange(outgoing, &seen).await?;
        if answer.status == http::StatusCode::UNAUTHORIZED {
            *refused = Some(bearer.generation);
        }
        answer.into_result()
    }

    async fn ticket(&self, deadline: Timestamp) -> Result<Ticket, Failure> {
        let left = until(self.wire.clock.now(), deadline);
        let exhausted = |wait| Failure::from(ErrorKind::BudgetExhausted { wait });
        let _turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) => self.wire.within(left, self.turn.lock()).await.ok_or_else(|| exhausted(left))?,
        };
        loop {
            let now = self.wire.clock.now();
            let at = match self.budget.take(now) {
                Ok(ticket) => return Ok(ticket),
                Err(at) => at,
            };
            let wait = until(now, at);
            if at >= deadline {
                return Err(exhausted(wait));
            }
            self.pause(wait.max(Duration::from_millis(1)), WaitReason::Budget).await;
        }
    }

    async fn pause(&self, pause: Duration, reason: WaitReason) {
        let shown = Shown::new(&self.waiting, Waiting { until: after(self.wire.clock.now(), pause), reason });
        self.wire.clock.sleep(pause).await;
        drop(shown);
    }
}

fn error(call: &Call, attempts: u32, failure: Failure) -> Error {
    Error::new(Facts {
        operation: call.operation,
        method: call.method.clone(),
        template: call.template,
        is_effect: call.is_effect,
        attempts,
        correlation_id: failure.correlation_id,
        kind: failure.kind,
    })
}

/// Shows a pause for as long as it lasts, also when the call is dropped in it.
struct Shown<'a>(&'a Mutex<Option<Waiting>>);

impl<'a> Shown<'a> {
    fn new(place: &'a Mutex<Option<Waiting>>, waiting: Waiting) -> Self {
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(waiting);
        Self(place)
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
