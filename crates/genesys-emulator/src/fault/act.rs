//! Carrying a request out while something goes wrong with it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{Armed, FaultKind, page};
use crate::{
    Clock,
    emulator::State,
    gate::{Arrival, Done, Manner, Reading, execute, missing_permissions, too_many_requests},
    preset::VersionClash,
    reply::{Failure, Reply},
    route::users::refusal::{in_use, stale_version},
    world::access::Allowance,
};

/// Carries `arrival` out with the fault that was chosen for it.
pub(crate) fn apply(state: &mut State, clock: &Clock, arrival: &Arrival, armed: &Armed) -> Done {
    let now = clock.now();
    let whole = Manner::Plain;
    match &armed.kind {
        FaultKind::ConnectRefused | FaultKind::ResetBefore => Done::unanswered(),
        FaultKind::CommitLate(after) => hold_back(state, arrival, now, *after),
        FaultKind::TooManyRequests { retry_after } => {
            refuse(state, arrival, now, too_many_requests(*retry_after))
        }
        FaultKind::ServerError { committed: false, status } => {
            refuse(state, arrival, now, server_error(*status))
        }
        FaultKind::ServerError { committed: true, status } => {
            hide(state, arrival, now, server_error(*status))
        }
        FaultKind::GatewayTimeout504 => refuse(state, arrival, now, server_error(504)),
        FaultKind::Forbidden403 { permission } => refuse(state, arrival, now, forbidden(permission)),
        FaultKind::NotFound404 => refuse(state, arrival, now, Failure::not_found()),
        FaultKind::InUse409 => refuse(state, arrival, now, in_use(1, 1)),
        FaultKind::VersionClash412 => {
            refuse(state, arrival, now, stale_version(VersionClash::Precondition412))
        }
        FaultKind::VersionClash400 => refuse(state, arrival, now, stale_version(VersionClash::BadRequest400)),
        FaultKind::Redirect { location } => refuse(state, arrival, now, redirect(location)),
        FaultKind::HtmlPage200 => html(state, arrival, now),
        FaultKind::TokenExpired401 => expire(state, arrival, now),
        // Over before the request is looked at.
        FaultKind::HangBefore(_) => deliver(state, arrival, now, whole),
        FaultKind::HangAfterCommit(wait) => deliver(state, arrival, now, Manner::After(*wait)),
        FaultKind::ResetAfterCommit => deliver(state, arrival, now, Manner::Reset),
        FaultKind::SlowBody { byte_every } => deliver(state, arrival, now, Manner::Trickle(*byte_every)),
        FaultKind::TruncatedJson => deliver(state, arrival, now, Manner::Truncated),
        FaultKind::CutOffBody => deliver(state, arrival, now, Manner::CutOff),
        FaultKind::OversizedBody => deliver(state, arrival, now, Manner::Padded),
        FaultKind::DuplicateDelivery => {
            drop(state.handle(arrival, now));
            deliver(state, arrival, now, whole)
        }
        FaultKind::ClockJump(by) => {
            clock.jump(*by);
            deliver(state, arrival, clock.now(), whole)
        }
        FaultKind::VersionRace => race(state, arrival, now),
        FaultKind::StaleRead => look_back(state, arrival, now),
        FaultKind::JobFails => doom(state, arrival, now),
        FaultKind::AnalyticsLag(lag) => lagging(state, arrival, now, lag.as_secs()),
        FaultKind::DuplicatePage => page::with(state, arrival, now, page::Flaw::Duplicate),
        FaultKind::PageDrift => page::with(state, arrival, now, page::Flaw::Drift),
        FaultKind::MissingLastPage => page::with(state, arrival, now, page::Flaw::LastMissing),
    }
}

fn redirect(location: &str) -> Failure {
    let mut failure = Failure::new(307, "temporary.redirect", "Temporary Redirect");
    failure.location = Some(location.to_owned());
    failure
}

fn forbidden(permission: &str) -> Failure {
    missing_permissions(permission).param("permissions", permission)
}

/// Carries the request out and answers `failure` all the same.
fn hide(state: &mut State, arrival: &Arrival, now: Timestamp, failure: Failure) -> Done {
    let (_, allowance) = state.handle(arrival, now);
    Done::faulty(Err(failure), allowance)
}

fn hold_back(state: &mut State, arrival: &Arrival, now: Timestamp, after: Duration) -> Done {
    let due = now.saturating_add(after).unwrap_or(Timestamp::MAX);
    state.late.push((due, arrival.clone()));
    Done::unanswered()
}

/// Carries the request out while conversations show later than the switch says.
fn lagging(state: &mut State, arrival: &Arrival, now: Timestamp, lag_s: u64) -> Done {
    let usual = state.switches.analytics_lag_s;
    state.switches.analytics_lag_s = usual.saturating_add(lag_s);
    let done = deliver(state, arrival, now, Manner::Plain);
    state.switches.analytics_lag_s = usual;
    done
}

/// Answers `failure` without carrying the request out. A request that would be refused for its token or its
/// rate anyway is refused for that, and the fault does not happen.
fn refuse(state: &mut State, arrival: &Arrival, now: Timestamp, failure: Failure) -> Done {
    match count(state, arrival, now) {
        None => Done::faulty(Err(failure), None),
        Some((allowance, None)) => Done::faulty(Err(failure), Some(allowance)),
        Some((allowance, Some(refused))) => Done::plainly((Err(refused), Some(allowance))),
    }
}

/// Answers a page of HTML without carrying the request out.
fn html(state: &mut State, arrival: &Arrival, now: Timestamp) -> Done {
    let done = refuse(state, arrival, now, Failure::new(200, "html", ""));
    if done.fault_happened { done.with(Manner::Html) } else { done }
}

/// Takes the token back. Happens only where there was one.
fn expire(state: &mut State, arrival: &Arrival, now: Timestamp) -> Done {
    let held = state.world.access.tokens.remove(arrival.bearer.as_deref().unwrap_or(""));
    let done = Done::plainly(state.handle(arrival, now));
    if held.is_some() { done.with(Manner::Plain) } else { done }
}

/// Counts the request; `None` for the token call, which has no bearer token.
fn count(state: &mut State, arrival: &Arrival, now: Timestamp) -> Option<(Allowance, Option<Failure>)> {
    if !arrival.path.starts_with("/api/") {
        return None;
    }
    let (admitted, allowance) = state.admit(arrival, now);
    Some((allowance, admitted.err().filter(|failure| matches!(failure.status, 401 | 429))))
}

/// Carries the request out and delivers the answer in `manner`.
fn deliver(state: &mut State, arrival: &Arrival, now: Timestamp, manner: Manner) -> Done {
    Done::plainly(state.handle(arrival, now)).with(manner)
}

/// Lets the details job that the request submits fail. Happens only where it submits one.
fn doom(state: &mut State, arrival: &Arrival, now: Timestamp) -> Done {
    let done = Done::plainly(state.handle(arrival, now));
    let answer =
        done.result.as_ref().ok().and_then(|reply| serde_json::from_slice::<Value>(&reply.body).ok());
    let job = answer.as_ref().and_then(|answer| answer.get("jobId")).and_then(Value::as_str);
    if job.is_some_and(|job| state.world.jobs.let_fail(job)) { done.with(Manner::Plain) } else { done }
}

/// Lets somebody else change the user in the address first. Happens only where there is one.
fn race(state: &mut State, arrival: &Arrival, now: Timestamp) -> Done {
    let user = arrival.path.split('/').find(|segment| state.world.directory.users.contains_key(*segment));
    let Some(user) = user else { return Done::plainly(state.handle(arrival, now)) };
    let before = state.world.revision();
    state.world.directory.edit_user(user, now, state.switches.search_lag_s, |_| {});
    let foreign_changes = state.world.revision() - before;
    Done { foreign_changes, ..deliver(state, arrival, now, Manner::Plain) }
}

/// Answers a read from the directory as it was before the last write.
fn look_back(state: &mut State, arrival: &Arrival, now: Timestamp) -> Done {
    let Some(before) = state.world.before_last_write.clone().filter(|_| arrival.is_read()) else {
        return Done::plainly(state.handle(arrival, now));
    };
    let present = std::mem::replace(&mut state.world.directory, (*before).clone());
    let done = deliver(state, arrival, now, Manner::Plain);
    state.world.directory = present;
    done
}

fn server_error(status: u16) -> Failure {
    match status {
        408 => Failure::new(
            408,
            "client.timeout",
            "The client did not produce a request within the server timeout limit.",
        ),
        502 => Failure::new(502, "bad.gateway", "Bad Gateway"),
        503 => Failure::new(
            503,
            "service.unavailable",
            "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance).",
        ),
        504 => Failure::new(504, "request.timeout", "The request timed out."),
        other => Failure { status: other, ..Failure::internal() },
    }
}

impl State {
    /// Carries out requests that a fault held back until now.
    pub(crate) fn carry_out_late(&mut self, now: Timestamp) {
        let held = std::mem::take(&mut self.late);
        let (due, later): (Vec<_>, Vec<_>) = held.into_iter().partition(|(at, _)| *at <= now);
        self.late = later;
        for (at, arrival) in due {
            let revision = self.world.revision();
            let (result, _) = self.handle(&arrival, at);
            let status = result.map_or_else(|failure| failure.status, |reply| reply.status);
            let changed = self.world.revision() != revision;
            self.log.close(arrival.number, status, changed, None);
            self.faults.committed_after_all(arrival.number, changed);
        }
    }

    /// Carries a request out with another query or body than it came with.
    pub(super) fn handle_as(&mut self, arrival: &Arrival, now: Timestamp) -> Result<Reply, Failure> {
        let (operation, params) = match self.admit(arrival, now) {
            (Ok(admitted), _) => admitted,
            (Err(failure), _) => return Err(failure),
        };
        let switches = self.switches.clone();
        let reading = Reading { query: &arrival.query, body: &arrival.body, switches: &switches };
        execute(&mut self.world, arrival, operation, params, &reading, now)
    }
}
