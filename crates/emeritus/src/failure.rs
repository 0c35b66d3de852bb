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

/// How an effect was asked for, as far as its answer depends on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Finding nothing is what the effect wanted.
    pub(crate) removes: bool,
    /// There is another call for the same, should this one not be offered here.
    pub(crate) has_other_way: bool,
    /// It is not tried again.
    pub(crate) for_the_last_time: bool,
}

/// Returns what the answer to an effect says about the effect. That it was refused is somebody's word: the next try
/// looks first, and after the last one looking decides.
pub(crate) fn answer(error: &Error, asked: Asked) -> Answer {
    let disposition = error.disposition();
    let code = match disposition {
        Disposition::Absent if asked.removes => {
            return Answer::Absent { correlation_id: error.correlation_id().map(str::to_owned) };
        }
        Disposition::OutcomeUnknown | Disposition::BadAnswer => {
            return Answer::Unknown(step_failure(error, FailureCode::OutcomeUnknown));
        }
        Disposition::Absent | Disposition::NotOffered if asked.has_other_way => FailureCode::NotOffered,
        Disposition::VersionClash => FailureCode::VersionClash,
        Disposition::InUse => FailureCode::InUse,
        Disposition::Forbidden => FailureCode::Forbidden,
        Disposition::RetryAfter(_) | Disposition::NotSent => FailureCode::NotSent,
        Disposition::Absent
        | Disposition::NotOffered
        | Disposition::Conflict
        | Disposition::Refused
        | Disposition::Reauthenticate => FailureCode::Refused,
    };
    let failure = step_failure(error, code);
    let is_last_word = asked.for_the_last_time || !code.may_try_again();
    if is_last_word && disposition.is_hearsay() {
        Answer::Declined(failure)
    } else {
        Answer::Refused(failure)
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
