//! Faults: single answers that go wrong in the ways networks and vendors do, each with a known effect on
//! what the vendor committed.

mod act;
mod page;
mod rule;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use self::rule::{FaultRule, Matching, Occurrence, RandomFaults};
pub(crate) use self::{
    act::apply,
    rule::{Armed, Faults},
};

/// What goes wrong. "Committed" says whether the vendor did what the request asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 429, with or without `Retry-After` in whole seconds. Not committed.
    TooManyRequests {
        /// Seconds for the header; `None` leaves it out.
        retry_after: Option<u64>,
    },
    /// A 5xx (or 408) answer, before or after the vendor committed.
    ServerError {
        /// The status to answer.
        status: u16,
        /// Whether the request is carried out first.
        committed: bool,
    },
    /// 504 `request.timeout`. Not committed.
    GatewayTimeout504,
    /// The vendor cannot be reached. It is told by a reset, as [`ResetBefore`](Self::ResetBefore) is.
    ConnectRefused,
    /// The connection is reset before the vendor sees the request. Not committed.
    ResetBefore,
    /// The connection is reset after the vendor carried the request out. Committed.
    ResetAfterCommit,
    /// The request waits this long before the vendor looks at it; whoever gives up earlier prevented it.
    HangBefore(Duration),
    /// The vendor carries the request out at once and answers only after this long. Committed.
    HangAfterCommit(Duration),
    /// The connection is reset, and the vendor carries the request out this much later. Committed, late.
    CommitLate(Duration),
    /// 401, and the token is no longer good. Not committed.
    TokenExpired401,
    /// 403 `missing.permissions` naming `permission`. Not committed.
    Forbidden403 {
        /// The permission that is said to be missing.
        permission: String,
    },
    /// 404, though what was asked for may exist. Not committed.
    NotFound404,
    /// 409 saying that the user is in use. Not committed.
    InUse409,
    /// Somebody else changes the user in the address just before the request is looked at.
    VersionRace,
    /// 412, whatever version was sent. Not committed.
    VersionClash412,
    /// 400 "does not match the current version", whatever version was sent. Not committed.
    VersionClash400,
    /// The answer's bytes come one at a time. Committed.
    SlowBody {
        /// Time between two bytes.
        byte_every: Duration,
    },
    /// The answer ends in the middle of its JSON, with a fitting `Content-Length`. Committed.
    TruncatedJson,
    /// The connection breaks in the middle of the answer. Committed.
    CutOffBody,
    /// 200 with a page of HTML instead of the answer. Not committed.
    HtmlPage200,
    /// Page n has the items of page n-1. Only for pages after the first.
    DuplicatePage,
    /// Something was inserted before page n, so its first item is the last of page n-1. Only after the first.
    PageDrift,
    /// The last page is empty, though the total says otherwise. Only for a last page with items.
    MissingLastPage,
    /// The answer is what it would have been before the last write. Only for reads after a write.
    StaleRead,
    /// The request reaches the vendor twice; the answer is that of the second time.
    DuplicateDelivery,
    /// 307 to `location`. Not committed.
    Redirect {
        /// Where to.
        location: String,
    },
    /// The answer is followed by 64 MiB of white space. Committed.
    OversizedBody,
    /// The details job that the request submits fails, once it has run. Committed.
    JobFails,
    /// Conversations of the last part of the query's time are not there yet.
    AnalyticsLag(Duration),
    /// The organization's clock jumps, forwards or backwards, just before the request is looked at.
    ClockJump(SignedDuration),
}

impl FaultKind {
    /// Returns the name by which the control interface and the request log call this kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::ServerError { .. } => "server-error",
            Self::GatewayTimeout504 => "gateway-timeout-504",
            Self::ConnectRefused => "connect-refused",
            Self::ResetBefore => "reset-before",
            Self::ResetAfterCommit => "reset-after-commit",
            Self::HangBefore(_) => "hang-before",
            Self::HangAfterCommit(_) => "hang-after-commit",
            Self::CommitLate(_) => "commit-late",
            Self::TokenExpired401 => "token-expired-401",
            Self::Forbidden403 { .. } => "forbidden-403",
            Self::NotFound404 => "not-found-404",
            Self::InUse409 => "in-use-409",
            Self::VersionRace => "version-race",
            Self::VersionClash412 => "version-clash-412",
            Self::VersionClash400 => "version-clash-400",
            Self::SlowBody { .. } => "slow-body",
            Self::TruncatedJson => "truncated-json",
            Self::CutOffBody => "cut-off-body",
            Self::HtmlPage200 => "html-page-200",
            Self::DuplicatePage => "duplicate-page",
            Self::PageDrift => "page-drift",
            Self::MissingLastPage => "missing-last-page",
            Self::StaleRead => "stale-read",
            Self::DuplicateDelivery => "duplicate-delivery",
            Self::Redirect { .. } => "redirect",
            Self::OversizedBody => "oversized-body",
            Self::JobFails => "job-fails",
            Self::AnalyticsLag(_) => "analytics-lag",
            Self::ClockJump(_) => "clock-jump",
        }
    }
}

/// A fault that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FiredFault {
    /// Number of the request, as in the request log.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Name of the kind, as [`FaultKind::name`] has it.
    pub kind: String,
    /// Method of the request.
    pub method: String,
    /// Path of the request.
    pub path: String,
    /// Whether the vendor's state changed in spite of it.
    pub committed: bool,
}
