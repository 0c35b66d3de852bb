//! Faults over the control interface.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Fields, Refusal, bounds, entities};
use crate::{Emulator, FaultKind, FaultRule, Matching, Occurrence};

/// Names of the kinds, in the words of [`FaultKind::name`].
const KINDS: &str = "too-many-requests, server-error, gateway-timeout-504, connect-refused, reset-before, \
    reset-after-commit, hang-before, hang-after-commit, commit-late, token-expired-401, forbidden-403, not-found-404, \
    in-use-409, version-race, version-clash-412, version-clash-400, slow-body, truncated-json, cut-off-body, \
    html-page-200, duplicate-page, page-drift, missing-last-page, stale-read, duplicate-delivery, redirect, \
    oversized-body, job-fails, analytics-lag, clock-jump";

pub(super) async fn fired(State(emulator): State<Emulator>) -> Response {
    entities(&emulator.faults_fired()).into_response()
}

pub(super) async fn clear(State(emulator): State<Emulator>) -> StatusCode {
    emulator.clear_faults();
    StatusCode::NO_CONTENT
}

/// Sets a fault: `kind` with what it needs, and `method`, `path`, `client`, `nth` (a number or several), `from`,
/// `times` (1 unless said otherwise; 0 is without end). Answers what was set, and how many are set now.
pub(super) async fn add(
    State(emulator): State<Emulator>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let kind = kind(&mut fields)?;
    let occurrence = match (fields.take::<Numbers>("nth")?, fields.number("from", &bounds::NUMBERS)?) {
        (Some(numbers), None) => Occurrence::Numbers(numbers.0),
        (None, Some(first)) => Occurrence::From(first),
        (None, None) => Occurrence::Every,
        (Some(_), Some(_)) => return Err(Refusal::of("from", "cannot stand beside nth")),
    };
    let matching = Matching {
        method: fields.take("method")?,
        path: fields.take("path")?,
        occurrence,
        client: fields.take("client")?,
    };
    let times = match fields.number("times", &bounds::TIMES)? {
        None => Some(1),
        Some(0) => None,
        Some(times) => Some(times),
    };
    fields.end()?;
    let (name, set) = (kind.name(), emulator.faults_set() + 1);
    if set > bounds::FAULTS {
        let most = bounds::FAULTS;
        return Err(Refusal::of(
            "kind",
            format_args!("no more than {most} can be set; DELETE takes them back"),
        ));
    }
    emulator.fault(FaultRule { matching, kind, times });
    Ok((StatusCode::CREATED, Json(json!({ "kind": name, "times": times.unwrap_or(0), "set": set }))))
}

/// One number, or several.
struct Numbers(Vec<u32>);

impl<'de> serde::Deserialize<'de> for Numbers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let mut value = serde_json::Value::deserialize(deserializer)?;
        let list = value.as_array_mut().map(std::mem::take).unwrap_or_else(|| vec![value]);
        if list.len() > bounds::NUMBERS_IN_ALL {
            return Err(D::Error::custom(format_args!("no more than {} numbers", bounds::NUMBERS_IN_ALL)));
        }
        let number = |value: serde_json::Value| {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.filter(|number| bounds::NUMBERS.contains(number)).ok_or_else(|| {
                D::Error::custom(format_args!("{value} is no number of a request, which is counted from 1"))
            })
        };
        Ok(Self(list.into_iter().map(number).collect::<Result<_, _>>()?))
    }
}

fn kind(fields: &mut Fields) -> Result<FaultKind, Refusal> {
    let name: String = fields.need("kind")?;
    Ok(match name.as_str() {
        "too-many-requests" => {
            FaultKind::TooManyRequests { retry_after: fields.number("retry_after_s", &bounds::SECONDS)? }
        }
        "server-error" => FaultKind::ServerError {
            status: fields.number("status", &bounds::STATUSES)?.unwrap_or(500),
            committed: fields.take("committed")?.unwrap_or(false),
        },
        "gateway-timeout-504" => FaultKind::GatewayTimeout504,
        "connect-refused" => FaultKind::ConnectRefused,
        "reset-before" => FaultKind::ResetBefore,
        "reset-after-commit" => FaultKind::ResetAfterCommit,
        "hang-before" => FaultKind::HangBefore(duration(fields)?),
        "hang-after-commit" => FaultKind::HangAfterCommit(duration(fields)?),
        "commit-late" => FaultKind::CommitLate(duration(fields)?),
        "token-expired-401" => FaultKind::TokenExpired401,
        "forbidden-403" => FaultKind::Forbidden403 { permission: fields.need("permission")? },
        "not-found-404" => FaultKind::NotFound404,
        "in-use-409" => FaultKind::InUse409,
        "version-race" => FaultKind::VersionRace,
        "version-clash-412" => FaultKind::VersionClash412,
        "version-clash-400" => FaultKind::VersionClash400,
        "slow-body" => FaultKind::SlowBody { byte_every: duration(fields)? },
        "truncated-json" => FaultKind::TruncatedJson,
        "cut-off-body" => FaultKind::CutOffBody,
        "html-page-200" => FaultKind::HtmlPage200,
        "duplicate-page" => FaultKind::DuplicatePage,
        "page-drift" => FaultKind::PageDrift,
        "missing-last-page" => FaultKind::MissingLastPage,
        "stale-read" => FaultKind::StaleRead,
        "duplicate-delivery" => FaultKind::DuplicateDelivery,
        "redirect" => FaultKind::Redirect { location: fields.need("location")? },
        "oversized-body" => FaultKind::OversizedBody,
        "job-fails" => FaultKind::JobFails,
        "analytics-lag" => FaultKind::AnalyticsLag(duration(fields)?),
        "clock-jump" => {
            let by_s = fields.need_number("by_s", &bounds::SECONDS_EITHER_WAY)?;
            FaultKind::ClockJump(SignedDuration::from_secs(by_s))
        }
        _ => return Err(Refusal::of("kind", format_args!("is {name:?}; it can be {KINDS}"))),
    })
}

fn duration(fields: &mut Fields) -> Result<Duration, Refusal> {
    fields.need_number("duration_ms", &bounds::MILLISECONDS).map(Duration::from_millis)
}
