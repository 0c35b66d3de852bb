//! What went wrong, in values. An error holds no personal data and no secret: of the vendor's answer it keeps the status, the
//! code, the names of missing permissions and the correlation id, never the message or the body.

use std::{fmt, time::Duration};

use http::Method;

use crate::{
    disposition::{self, Disposition},
    permission::Needs,
    transport::BoxError,
};

/// A call that did not succeed.
#[derive(Debug)]
pub struct Error(Box<Facts>);

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) is_effect: bool,
    pub(crate) attempts: u32,
    pub(crate) correlation_id: Option<String>,
    pub(crate) kind: ErrorKind,
}

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// The vendor answered, and not with success.
    #[error("{0}")]
    Rejected(Rejection),
    /// The body of the answer is not JSON, for example a gateway's HTML page.
    #[error("the answer ({status}) is not JSON")]
    NotJson {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The body ended before its stated length, or its transfer failed.
    #[error("the answer ({status}) was cut off")]
    CutOff {
        /// HTTP status of the answer.
        status: u16,
    },
    /// The body is larger than [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
    #[error("the answer ({status}) is larger than {limit} bytes")]
    Oversized {
        /// HTTP status of the answer.
        status: u16,
        /// The limit in bytes.
        limit: usize,
        /// The id of the first conversation in it, where its beginning tells one: a page of one names what is too large.
        first: Option<Box<str>>,
    },
    /// The body is JSON, but not of the documented shape.
    #[error("the answer has an unexpected shape at line {line}, column {column}")]
    UnexpectedShape {
        /// Line in the body, from 1.
        line: usize,
        /// Column in the body, from 1.
        column: usize,
    },
    /// No connection was made: the vendor saw nothing.
    #[error("the vendor could not be reached")]
    Unreachable(#[source] BoxError),
    /// The connection failed after bytes may have left.
    #[error("the connection failed before the answer arrived")]
    Lost(#[source] BoxError),
    /// No answer in time; the request may have been performed.
    #[error("no {awaited} within {} ms", .limit.as_millis())]
    TimedOut {
        /// What was waited for.
        awaited: Awaited,
        /// How long.
        limit: Duration,
    },
    /// The pages of a list do not add up, after reading it as often as allowed.
    #[error("the list is incomplete: {unique} entries, {} stated", Stated(.expected))]
    Incomplete {
        /// The vendor's total, if it stated one.
        expected: Option<u64>,
        /// Distinct entries received.
        unique: u64,
    },
    /// The list has more pages than [`Limits::max_pages`](crate::Limits::max_pages).
    #[error("the list has more than {limit} pages")]
    TooManyPages {
        /// The limit.
        limit: u32,
    },
    /// The vendor's request budget would not allow the call before its deadline. Nothing was sent.
    #[error("the request budget is used up for another {} s", .wait.as_secs())]
    BudgetExhausted {
        /// How long until a request is allowed.
        wait: Duration,
    },
    /// The login service refused the credentials. Nothing was sent to the API.
    #[error("the login service refused the credentials ({0})")]
    CredentialsRefused(Rejection),
    /// The login service gave no token, for a reason that may pass. Nothing was sent to the API.
    #[error("the login service gave no token")]
    NoToken(#[source] Box<Self>),
    /// The target is not a host that may be given credentials. Nothing was sent.
    #[error("the host may not be given credentials")]
    HostRefused,
    /// An id in the call is empty, a word, or has characters that no id has. Nothing was sent.
    #[error("an id in the call is not an id")]
    InvalidId,
}

/// What a timeout was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// The head of the answer.
    Head,
    /// The next piece of the body.
    Body,
    /// The whole answer.
    Whole,
}

/// An answer that is not success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// HTTP status.
    pub status: u16,
    /// The vendor's code, for example `general.conflict`.
    pub code: Option<String>,
    /// What the message says, as far as it decides anything.
    pub says: Says,
    /// Permissions that a 403 names as missing, for example `directory:user:edit`.
    pub permissions: Vec<String>,
    /// `Retry-After` of the answer.
    pub retry_after: Option<Duration>,
}

/// What the text of a rejection says. The text itself is not kept: it may name people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Nothing that decides.
    Nothing,
    /// The version supplied is not the current one.
    VersionMismatch,
    /// The subject is in use: on a queue or in live work.
    InUse,
}

impl Error {
    pub(crate) fn new(facts: Facts) -> Self {
        Self(Box::new(facts))
    }

    /// Returns why the call did not succeed.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns what the caller may conclude and do. See [`Disposition`].
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        disposition::disposition(&self.0.kind, self.0.is_effect)
    }

    /// Returns what was attempted, in words, for example `read user`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// Returns the path with its arguments left out, for example `/api/v2/users/{userId}`.
    #[must_use]
    pub fn path_template(&self) -> &'static str {
        self.0.template
    }

    /// Returns whether the call was one that changes vendor state.
    #[must_use]
    pub fn is_effect(&self) -> bool {
        self.0.is_effect
    }

    /// Returns the HTTP status of the API's last answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            ErrorKind::Rejected(rejection) => Some(rejection.status),
            ErrorKind::NotJson { status }
            | ErrorKind::CutOff { status }
            | ErrorKind::Oversized { status, .. } => Some(*status),
            ErrorKind::UnexpectedShape { .. }
            | ErrorKind::Unreachable(_)
            | ErrorKind::Lost(_)
            | ErrorKind::TimedOut { .. }
            | ErrorKind::Incomplete { .. }
            | ErrorKind::TooManyPages { .. }
            | ErrorKind::BudgetExhausted { .. }
            | ErrorKind::CredentialsRefused(_)
            | ErrorKind::NoToken(_)
            | ErrorKind::HostRefused
            | ErrorKind::InvalidId => None,
        }
    }

    /// Returns the vendor's code, if its answer had one that is a code and not prose.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.rejection().and_then(|rejection| rejection.code.as_deref())
    }

    /// Returns the permissions that a 403 named as missing; empty if it named none.
    #[must_use]
    pub fn missing_permissions(&self) -> &[String] {
        self.rejection().map_or(&[], |rejection| &rejection.permissions)
    }

    /// Returns what the call takes by the vendor's description: also where a 403 names nothing.
    #[must_use]
    pub fn needs(&self) -> Option<Needs> {
        Needs::of(self.method(), self.path_template())
    }

    /// Returns the vendor's id of the exchange (`ININ-Correlation-Id`), which its support asks for.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// Returns how many times the call was attempted.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    fn rejection(&self) -> Option<&Rejection> {
        if let ErrorKind::Rejected(rejection) = &self.0.kind { Some(rejection) } else { None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { operation, method, template, attempts, correlation_id, kind, .. } = &*self.0;
        write!(f, "could not {operation}: {kind} ({method} {template}")?;
        if *attempts > 1 {
            write!(f, ", {attempts} attempts")?;
        }
        if let Some(id) = correlation_id {
            write!(f, ", correlation id {id}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.0.kind)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        match self.says {
            Says::Nothing => {}
            Says::VersionMismatch => f.write_str(", the version is not the current one")?,
            Says::InUse => f.write_str(", it is in use")?,
        }
        if !self.permissions.is_empty() {
            write!(f, ", missing {}", self.permissions.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head => "answer",
            Self::Body => "further part of the answer",
            Self::Whole => "complete answer",
        })
    }
}

struct Stated<'a>(&'a Option<u64>);

impl fmt::Display for Stated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(total) => write!(f, "{total}"),
            None => f.write_str("none"),
        }
    }
}
