//! The one place that turns HTTP facts into meaning. Nobody else looks at status codes.

use std::time::Duration;

use crate::error::{ErrorKind, Rejection, Says};

/// What a failed call means for the caller.
///
/// Where it says that nothing was changed, of an effect that is the word of whoever answered, and a gateway can say it as
/// well as the vendor: see [`Disposition::is_hearsay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Nothing was changed; the same call may succeed later, after the given time if the vendor named one. For an effect
    /// this is certain (the vendor turned it away unperformed); for a read it includes every failure that may pass.
    RetryAfter(Option<Duration>),
    /// The credentials are no longer accepted, also after one renewal. Nothing was changed.
    Reauthenticate,
    /// The subject does not exist, or not in the state that was asked for. For a removal the caller decides whether that is
    /// success.
    Absent,
    /// The version supplied is not the current one: read again, decide again. Nothing was changed.
    VersionClash,
    /// The vendor refuses because the subject is on a queue or in live work. Nothing was changed.
    InUse,
    /// Another conflict. Nothing was changed.
    Conflict,
    /// A permission is missing; see [`Error::missing_permissions`](crate::Error::missing_permissions). Nothing was changed.
    Forbidden,
    /// The vendor understood and declined, or redirected a read. Nothing was changed, and repeating is of no use.
    Refused,
    /// The call is not offered here. Nothing was changed; another call may do the same.
    NotOffered,
    /// No byte of the request reached the vendor.
    NotSent,
    /// The effect may or may not have been performed: look before acting again. Never the disposition of a read.
    OutcomeUnknown,
    /// A read was answered, but the answer cannot be relied on: not JSON, cut off, too large, of another shape, or a list
    /// whose pages do not add up. Never the disposition of an effect.
    BadAnswer,
}

impl Disposition {
    /// Returns whether, of an effect, "nothing was changed" rests on an answer alone. Whatever stands between the caller
    /// and the vendor can give such an answer after the vendor performed the effect, so the caller looks before it
    /// believes it.
    ///
    /// A limit that was reached is not: the client itself has repeated the call, as the vendor documents.
    #[must_use]
    pub fn is_hearsay(self) -> bool {
        match self {
            Self::Reauthenticate
            | Self::Absent
            | Self::VersionClash
            | Self::InUse
            | Self::Conflict
            | Self::Forbidden
            | Self::Refused
            | Self::NotOffered => true,
            Self::RetryAfter(_) | Self::NotSent | Self::OutcomeUnknown | Self::BadAnswer => false,
        }
    }
}

/// Returns the meaning of a failure of a read or of an effect.
pub(crate) fn disposition(kind: &ErrorKind, is_effect: bool) -> Disposition {
    match kind {
        ErrorKind::Rejected(rejection) => rejected(rejection, is_effect),
        ErrorKind::NotJson { .. }
        | ErrorKind::CutOff { .. }
        | ErrorKind::Oversized { .. }
        | ErrorKind::UnexpectedShape { .. }
        | ErrorKind::Incomplete { .. }
        | ErrorKind::TooManyPages { .. } => {
            if is_effect {
                Disposition::OutcomeUnknown
            } else {
                Disposition::BadAnswer
            }
        }
        ErrorKind::Lost(_) | ErrorKind::TimedOut { .. } => passing(is_effect, None),
        ErrorKind::BudgetExhausted { wait } => Disposition::RetryAfter(Some(*wait)),
        ErrorKind::CredentialsRefused(_) => Disposition::Reauthenticate,
        ErrorKind::Unreachable(_) | ErrorKind::NoToken(_) | ErrorKind::HostRefused | ErrorKind::InvalidId => {
            Disposition::NotSent
        }
    }
}

/// Returns whether the client may repeat the call by itself.
///
/// A read repeats whatever may pass. An effect repeats only what the vendor certainly did not perform.
pub(crate) fn is_repeatable(kind: &ErrorKind, is_effect: bool) -> bool {
    match kind {
        ErrorKind::NotJson { .. } | ErrorKind::CutOff { .. } => !is_effect,
        // Their own limits are used up, or they do not change by repeating.
        ErrorKind::BudgetExhausted { .. }
        | ErrorKind::NoToken(_)
        | ErrorKind::CredentialsRefused(_)
        | ErrorKind::HostRefused
        | ErrorKind::InvalidId
        | ErrorKind::Oversized { .. }
        | ErrorKind::UnexpectedShape { .. }
        | ErrorKind::Incomplete { .. }
        | ErrorKind::TooManyPages { .. } => false,
        ErrorKind::Rejected(_)
        | ErrorKind::Unreachable(_)
        | ErrorKind::Lost(_)
        | ErrorKind::TimedOut { .. } => {
            matches!(disposition(kind, is_effect), Disposition::RetryAfter(_) | Disposition::NotSent)
        }
    }
}

fn rejected(rejection: &Rejection, is_effect: bool) -> Disposition {
    match rejection.status {
        // A redirect to a success page may follow a performed effect (303 says so), hence unknown.
        100..=399 if is_effect => Disposition::OutcomeUnknown,
        100..=399 => Disposition::Refused,
        400 if rejection.says == Says::VersionMismatch => Disposition::VersionClash,
        401 => Disposition::Reauthenticate,
        403 => Disposition::Forbidden,
        404 | 410 => Disposition::Absent,
        405 | 501 => Disposition::NotOffered,
        409 => conflict(rejection),
        412 => Disposition::VersionClash,
        429 => Disposition::RetryAfter(rejection.retry_after),
        // 499 is a gateway's note that the requester went away: the request had reached it.
        408 | 499 | 500 | 502.. => passing(is_effect, rejection.retry_after),
        0..=99 | 400..=498 => Disposition::Refused,
    }
}

/// A 409 is documented for one thing, the stale version with code `general.conflict`; the official tool reads the message.
fn conflict(rejection: &Rejection) -> Disposition {
    match rejection.says {
        Says::VersionMismatch => Disposition::VersionClash,
        Says::InUse => Disposition::InUse,
        Says::Nothing if rejection.code.as_deref() == Some("general.conflict") => Disposition::VersionClash,
        Says::Nothing => Disposition::Conflict,
    }
}

fn passing(is_effect: bool, retry_after: Option<Duration>) -> Disposition {
    if is_effect { Disposition::OutcomeUnknown } else { Disposition::RetryAfter(retry_after) }
}
