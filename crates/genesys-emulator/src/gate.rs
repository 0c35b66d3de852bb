//! What every request passes: it is read and numbered, a fault may befall it, it is admitted or refused, the
//! operation is carried out in one step under the world's lock, and the answer is sent the way the fault says.

mod admit;
mod respond;

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::{BodyExt as _, Limited};

pub use self::respond::ConnectionReset;
pub(crate) use self::{
    admit::{Reading, execute, missing_permissions, too_many_requests},
    respond::{Answer, Manner},
};
use crate::{
    Emulator,
    emulator::State,
    fault::{self, Armed, FaultKind},
    query::Query,
    reply::{Failure, Reply},
    world::access::Allowance,
};

/// The largest body that the vendor takes, in bytes.
const LARGEST_BODY: usize = 512_000;

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) number: u64,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) query_text: String,
    pub(crate) body: Bytes,
    pub(crate) too_large: bool,
    pub(crate) content_type: Option<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) basic: Option<String>,
    pub(crate) if_match: Option<String>,
}

impl Arrival {
    /// Returns `None` when the body could not be read to its end: nobody is there to be answered.
    async fn read(request: Request<Body>) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let text = |name: header::HeaderName| parts.headers.get(name)?.to_str().ok().map(str::to_owned);
        let authorization = text(header::AUTHORIZATION);
        let scheme = |name: &str| {
            let (scheme, rest) = authorization.as_deref()?.split_once(' ')?;
            scheme.eq_ignore_ascii_case(name).then(|| rest.trim().to_owned())
        };
        let (body, too_large) = match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(collected) => (collected.to_bytes(), false),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => (Bytes::new(), true),
            Err(_) => return None,
        };
        let query_text = parts.uri.query().unwrap_or("").to_owned();
        Some(Self {
            number: 0,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: Query::parse(&query_text),
            query_text,
            body,
            too_large,
            content_type: text(header::CONTENT_TYPE),
            bearer: scheme("Bearer"),
            basic: scheme("Basic"),
            if_match: text(header::IF_MATCH),
        })
    }

    /// Returns whether the request asks to be carried out, rather than only told something.
    pub(crate) fn is_read(&self) -> bool {
        self.method == Method::GET
    }
}

/// Answers one request to the vendor.
pub(crate) async fn answer(emulator: Emulator, request: Request<Body>) -> Response<Body> {
    let Some(mut arrival) = Arrival::read(request).await else {
        return Answer::reset().into_response(&emulator.clock());
    };
    let armed = {
        let mut state = emulator.state();
        state.carry_out_late(emulator.clock().now());
        state.take_in(&mut arrival, &emulator)
    };
    let armed = match armed {
        Some(Armed { kind: FaultKind::HangBefore(wait), .. }) => {
            // Noted before the wait: a caller who gives up ends this future inside it.
            emulator.clock().sleep(wait).await;
            None
        }
        other => other,
    };
    let answer = perform(&emulator, &arrival, armed.as_ref());
    if let Manner::After(wait) = answer.manner {
        emulator.clock().sleep(wait).await;
    }
    answer.into_response(&emulator.clock())
}

/// Carries a request out, in one step.
fn perform(emulator: &Emulator, arrival: &Arrival, armed: Option<&Armed>) -> Answer {
    let mut state = emulator.state();
    let revision = state.world.revision();
    let done = match armed {
        Some(armed) => fault::apply(&mut state, &emulator.clock(), arrival, armed),
        None => Done::plainly(state.handle(arrival, emulator.clock().now())),
    };
    let changed = state.world.revision() != revision + done.foreign_changes;
    let now = emulator.clock().now();
    let happened = armed.filter(|_| done.fault_happened);
    if let Some(armed) = happened {
        state.faults.fire(armed, arrival, now, changed);
    }
    let context_id = state.correlation.uuid();
    let answer = Answer::of(done, context_id);
    let status = if answer.manner == Manner::Reset { 0 } else { answer.status };
    state.log.close(arrival.number, status, changed, happened.map(|armed| armed.kind.name()));
    answer
}

/// What the vendor has to say to a request, and how it is to be delivered.
pub(crate) struct Done {
    pub(crate) result: Result<Reply, Failure>,
    pub(crate) allowance: Option<Allowance>,
    pub(crate) manner: Manner,
    /// How many changes of the world somebody else made meanwhile.
    pub(crate) foreign_changes: u64,
    /// Some faults need circumstances (a second page, an earlier write) that a request may not offer.
    pub(crate) fault_happened: bool,
}

impl Done {
    pub(crate) fn plainly((result, allowance): (Result<Reply, Failure>, Option<Allowance>)) -> Self {
        Self { result, allowance, manner: Manner::Plain, foreign_changes: 0, fault_happened: false }
    }

    /// An answer with the fault that was set for it.
    pub(crate) fn faulty(result: Result<Reply, Failure>, allowance: Option<Allowance>) -> Self {
        Self { fault_happened: true, ..Self::plainly((result, allowance)) }
    }

    /// No answer at all.
    pub(crate) fn unanswered() -> Self {
        Self::faulty(Ok(Reply::empty(200)), None).with(Manner::Reset)
    }

    /// Marks the fault as having happened.
    pub(crate) fn with(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self.fault_happened = true;
        self
    }
}

impl State {
    /// Numbers a request, notes it, and chooses what is to go wrong with it.
    fn take_in(&mut self, arrival: &mut Arrival, emulator: &Emulator) -> Option<Armed> {
        let now = emulator.clock().now();
        let client = self.client_id(arrival, now);
        arrival.number = self.log.open(arrival, client.as_deref(), now);
        let armed = self.faults.choose(arrival, client.as_deref())?;
        if let FaultKind::HangBefore(_) = armed.kind {
            self.faults.fire(&armed, arrival, now, false);
            self.log.close(arrival.number, 0, false, Some(armed.kind.name()));
        }
        Some(armed)
    }
}
