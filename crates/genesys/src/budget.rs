//! The request budget of one token, shared by all its callers: no request is sent that the vendor would turn away.
//!
//! The vendor counts requests per token in windows of a minute and states, on every answer, how many it counted
//! (`inin-ratelimit-count`), how many it allows (`inin-ratelimit-allowed`) and in how many seconds the window ends
//! (`inin-ratelimit-reset`); its refusal names whole seconds to wait (`Retry-After`). Requests that the vendor counted and
//! this process did not send belong to others that share the token, and are kept in the same log.
//!
//! Invariant: in any minute, own requests and those known of others together stay under the allowance, less a reserve for
//! what is under way elsewhere; and none is sent before a `Retry-After` has passed.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use jiff::Timestamp;

use crate::{
    answer::{number, seconds},
    clock::{after, until},
};

/// The vendor's minute, and a second for the way there.
const WINDOW: Duration = Duration::from_secs(61);

/// The vendor's headers are whole seconds, which may have been rounded down.
const ROUNDING: Duration = Duration::from_secs(1);

/// No stated end of a window is believed to be further away.
const LONGEST_RESET: Duration = Duration::from_secs(120);

/// Part of the allowance, in percent, that is left unused while others share the token.
const RESERVE_SHARED_PERCENT: u64 = 10;

/// The same while nobody else is known to.
const RESERVE_ALONE_PERCENT: u64 = 2;

/// The state of a budget, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetStatus {
    /// Requests of the last minute: own ones, and what the vendor's headers told of others.
    pub used: u64,
    /// Requests that may be used in a minute: the vendor's allowance less a reserve.
    pub usable: u64,
}

#[derive(Debug)]
pub(crate) struct Budget {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    allowed: u64,
    sent: VecDeque<Timestamp>,
    /// Number of the next own request.
    next: u64,
    others: VecDeque<(Timestamp, u64)>,
    not_before: Timestamp,
    seen: Option<Seen>,
}

/// The vendor's count, as of one own request.
#[derive(Debug, Clone, Copy)]
struct Seen {
    ticket: u64,
    count: u64,
    resets_at: Timestamp,
}

/// Permission to send one request; its number in the order of sending.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket(u64);

impl Budget {
    pub(crate) fn new(requests_per_minute: u32) -> Self {
        Self {
            state: Mutex::new(State {
                allowed: u64::from(requests_per_minute),
                sent: VecDeque::new(),
                next: 0,
                others: VecDeque::new(),
                not_before: Timestamp::MIN,
                seen: None,
            }),
        }
    }

    /// Takes permission to send one request now, or returns when to ask again.
    pub(crate) fn take(&self, now: Timestamp) -> Result<Ticket, Timestamp> {
        let mut state = self.lock();
        state.forget(now);
        if let Some(at) = state.blocked_until(now) {
            return Err(at);
        }
        let ticket = Ticket(state.next);
        state.next += 1;
        state.sent.push_back(now);
        Ok(ticket)
    }

    /// Learns from the head of the answer to a request.
    pub(crate) fn learn(&self, ticket: Ticket, headers: &HeaderMap, status: u16, now: Timestamp) {
        let mut state = self.lock();
        if let Some(allowed) = number(headers, "inin-ratelimit-allowed").filter(|allowed| *allowed > 0) {
            state.allowed = allowed;
        }
        let count = number(headers, "inin-ratelimit-count");
        let reset = seconds(headers, "inin-ratelimit-reset");
        if let (Some(count), Some(reset)) = (count, reset) {
            let resets_at = after(now, reset.min(LONGEST_RESET) + ROUNDING);
            state.count(Seen { ticket: ticket.0, count, resets_at }, now);
        }
        let asked = seconds(headers, "retry-after");
        if let Some(wait) = asked.or(reset.filter(|_| status == 429)) {
            state.not_before = state.not_before.max(after(now, wait + ROUNDING));
        }
    }

    pub(crate) fn status(&self, now: Timestamp) -> BudgetStatus {
        let mut state = self.lock();
        state.forget(now);
        BudgetStatus { used: state.used(), usable: state.usable() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn used(&self) -> u64 {
        let others: u64 = self.others.iter().map(|(_, count)| count).sum();
        others + u64::try_from(self.sent.len()).unwrap_or(u64::MAX)
    }

    fn usable(&self) -> u64 {
        let percent = if self.others.is_empty() { RESERVE_ALONE_PERCENT } else { RESERVE_SHARED_PERCENT };
        let reserve = (self.allowed * percent).div_ceil(100).max(1);
        self.allowed.saturating_sub(reserve).max(1)
    }

    fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        if now < self.not_before {
            return Some(self.not_before);
        }
        let usable = self.usable();
        if let Some(seen) = self.seen.filter(|seen| now < seen.resets_at) {
            let since = self.next.saturating_sub(seen.ticket + 1);
            if seen.count + since >= usable {
                return Some(seen.resets_at);
            }
        }
        if self.used() < usable {
            return None;
        }
        let own = self.sent.front().copied();
        let other = self.others.front().map(|(at, _)| *at);
        let oldest = own.into_iter().chain(other).min()?;
        Some(after(oldest, WINDOW))
    }

    /// Takes in the vendor's count, and books what it counted beyond our own requests to others.
    fn count(&mut self, seen: Seen, now: Timestamp) {
        if self.seen.is_some_and(|known| known.ticket > seen.ticket) {
            return;
        }
        // The window began a minute before its end; the tolerance is for the rounding.
        let opened =
            seen.resets_at.saturating_sub(jiff::SignedDuration::from_secs(62)).unwrap_or(Timestamp::MIN);
        let later = self.next.saturating_sub(seen.ticket + 1);
        let own = self.sent.iter().filter(|at| **at >= opened).count();
        let own = u64::try_from(own).unwrap_or(u64::MAX).saturating_sub(later);
        let booked: u64 = self.others.iter().filter(|(at, _)| *at >= opened).map(|(_, count)| count).sum();
        let unknown = seen.count.saturating_sub(own).saturating_sub(booked);
        if unknown > 0 {
            self.others.push_back((now, unknown));
        }
        self.seen = Some(seen);
    }

    fn forget(&mut self, now: Timestamp) {
        self.follow_clock_back(now);
        while self.sent.front().is_some_and(|at| after(*at, WINDOW) <= now) {
            self.sent.pop_front();
        }
        while self.others.front().is_some_and(|(at, _)| after(*at, WINDOW) <= now) {
            self.others.pop_front();
        }
    }

    /// When the clock was set back, everything noted moves with it, so that no wait grows by the jump.
    fn follow_clock_back(&mut self, now: Timestamp) {
        let newest = self.sent.back().copied().into_iter().chain(self.others.back().map(|(at, _)| *at)).max();
        let Some(newest) = newest.filter(|newest| *newest > now) else { return };
        let back = |at: Timestamp| {
            let wait = until(now, newest);
            jiff::SignedDuration::try_from(wait).ok().and_then(|by| at.checked_sub(by).ok()).unwrap_or(now)
        };
        self.sent.iter_mut().for_each(|at| *at = back(*at));
        self.others.iter_mut().for_each(|(at, _)| *at = back(*at));
        self.not_before = back(self.not_before);
        if let Some(seen) = &mut self.seen {
            seen.resets_at = back(seen.resets_at);
        }
    }
}
