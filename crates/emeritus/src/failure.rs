//! What a failed call means for a step, a part of the inventory, or a reading of history: as data.

use emeritus_core::event::{Answer, FailureCode, StepFailure};
use emeritus_core::inventory::{Part, Why};
use genesys::{Disposition, Error, ErrorKind};

/// Returns the failure as the journal keeps it.
pub(crate) fn step_failure(error: &Error, code: FailureCode) -> StepFailure {
    StepFailure {
        code,
        status: error.status(),
        vendor_code: error.code().map(str::to_owned),
        correlation_id: error.correlation_id().map(str::to_owned),
        detail: error.to_string(),
    }
}

/// Returns what the answer to an effect says about the effect. `removes` tells whether finding nothing is what
/// the effect wanted.
pub(crate) fn answer(error: &Error, removes: bool) -> Answer {
    let refused = |code| Answer::Refused(step_failure(error, code));
    match error.disposition() {
        Disposition::Absent if removes => {
            Answer::Absent { correlation_id: error.correlation_id().map(str::to_owned) }
        }
        Disposition::VersionClash => refused(FailureCode::VersionClash),
        Disposition::InUse => refused(FailureCode::InUse),
        Disposition::Forbidden => refused(FailureCode::Forbidden),
        Disposition::Absent | Disposition::Conflict | Disposition::Refused | Disposition::Reauthenticate => {
            refused(FailureCode::Refused)
        }
        Disposition::RetryAfter(_) | Disposition::NotSent => refused(FailureCode::NotSent),
        Disposition::OutcomeUnknown | Disposition::BadAnswer => {
            Answer::Unknown(step_failure(error, FailureCode::OutcomeUnknown))
        }
    }
}

/// Returns the part as far as it could be read.
pub(crate) fn part<T>(read: Result<T, Error>) -> Part<T> {
    match read {
        Ok(value) => Part::Known(value),
        Err(error) => Part::Unknown(why(&error)),
    }
}

/// Returns why something could not be read.
pub(crate) fn why(error: &Error) -> Why {
    if let ErrorKind::Incomplete { expected, unique } = error.kind() {
        return Why::Incomplete { stated: expected.unwrap_or_default(), read: *unique };
    }
    if error.disposition() == Disposition::Forbidden {
        return Why::Forbidden { permissions: error.missing_permissions().to_vec() };
    }
    let code = match (error.code(), error.status()) {
        (Some(code), _) => code.to_owned(),
        (None, Some(status)) => format!("status {status}"),
        (None, None) => error.operation().to_owned(),
    };
    Why::Unreadable { code }
}
