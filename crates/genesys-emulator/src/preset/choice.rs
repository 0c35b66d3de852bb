//! The words that switches are set to.

/// A switch that cannot be set as asked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SwitchError {
    /// The name belongs to no switch.
    #[error("there is no switch {name:?}")]
    NoSuchSwitch {
        /// The name asked for.
        name: String,
    },
    /// The switch has no such value.
    #[error("the switch {name} cannot be {given:?}; it can be {allowed}")]
    NoSuchValue {
        /// The switch.
        name: &'static str,
        /// The value asked for.
        given: String,
        /// The values that it can have.
        allowed: &'static str,
    },
}

/// The largest number of a switch: three years, where it is of seconds.
const LARGEST_NUMBER: u64 = 100_000_000;

/// A value that a switch can be set to by a word.
pub(crate) trait SwitchValue: Sized {
    fn parse(switch: &'static str, word: &str) -> Result<Self, SwitchError>;
    fn show(&self) -> String;
}

impl SwitchValue for bool {
    fn parse(switch: &'static str, word: &str) -> Result<Self, SwitchError> {
        word.parse().map_err(|_| refuse(switch, word, "true or false"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SwitchValue for u64 {
    fn parse(switch: &'static str, word: &str) -> Result<Self, SwitchError> {
        let number = word.parse().ok().filter(|number| *number <= LARGEST_NUMBER);
        number.ok_or_else(|| refuse(switch, word, "a whole number up to 100000000"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

fn refuse(name: &'static str, given: &str, allowed: &'static str) -> SwitchError {
    SwitchError::NoSuchValue { name, given: given.to_owned(), allowed }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $allowed:literal { $($(#[$case_doc:meta])* $case:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$case_doc])* $case),* }

        impl SwitchValue for $name {
            fn parse(switch: &'static str, word: &str) -> Result<Self, SwitchError> {
                match word {
                    $($word => Ok(Self::$case),)*
                    _ => Err(refuse(switch, word, $allowed)),
                }
            }

            fn show(&self) -> String {
                match self { $(Self::$case => $word),* }.to_owned()
            }
        }
    };
}

choice! {
    /// Whether something sent is taken into account.
    Obey, "ignored or enforced" {
        /// `ignored`: it has no effect.
        Ignored = "ignored",
        /// `enforced`: it is checked, and refused when it is wrong.
        Enforced = "enforced",
    }
}
choice! {
    /// Whether something can be read.
    Finds, "served or not-found" {
        /// `served`: it is there.
        Served = "served",
        /// `not-found`: the answer is 404.
        NotFound = "not-found",
    }
}
choice! {
    /// What becomes of something when its user is retired.
    Fate, "kept or dropped" {
        /// `kept`: it stays as it was.
        Kept = "kept",
        /// `dropped`: it is gone.
        Dropped = "dropped",
    }
}
choice! {
    /// The status by which a conflict is told.
    VersionClash, "conflict-409, bad-request-400 or precondition-412" {
        /// `conflict-409`: 409 `general.conflict`.
        Conflict409 = "conflict-409",
        /// `bad-request-400`: 400 with the conflict's message.
        BadRequest400 = "bad-request-400",
        /// `precondition-412`: 412.
        Precondition412 = "precondition-412",
    }
}
choice! {
    /// What a DELETE of a user answers.
    DeleteAnswer, "empty-object-200 or no-content-204" {
        /// `empty-object-200`: 200 with `{}`.
        EmptyObject200 = "empty-object-200",
        /// `no-content-204`: 204 without a body.
        NoContent204 = "no-content-204",
    }
}
choice! {
    /// Which users are listed when nobody says which.
    ListedStates, "active, active-and-inactive or any" {
        /// `active`: active users.
        Active = "active",
        /// `active-and-inactive`: all but the deleted.
        ActiveAndInactive = "active-and-inactive",
        /// `any`: all.
        Any = "any",
    }
}
choice! {
    /// Which of a user's queues are listed when nobody says which.
    ListedQueues, "joined-only or all" {
        /// `joined-only`: those that the user has joined.
        JoinedOnly = "joined-only",
        /// `all`: all that the user is a member of.
        All = "all",
    }
}
choice! {
    /// The body of a failed token call.
    TokenError, "oauth or error-body" {
        /// `oauth`: `error` and `error_description`, as RFC 6749 has it.
        Oauth = "oauth",
        /// `error-body`: the error body of every other operation.
        ErrorBody = "error-body",
    }
}
choice! {
    /// What conversation records call a deleted participant.
    NameOfDeleted, "kept or deleted-user" {
        /// `kept`: the name that the record was written with.
        Kept = "kept",
        /// `deleted-user`: "Deleted User".
        DeletedUser = "deleted-user",
    }
}
choice! {
    /// How far the organization's dependency tracking is.
    DependencyTracking, "operational, building or not-built" {
        /// `operational`: it knows everything.
        Operational = "operational",
        /// `building`: it answers 206 with what it knows so far.
        Building = "building",
        /// `not-built`: it answers 206 with nothing.
        NotBuilt = "not-built",
    }
}
choice! {
    /// The status of an answer about a details job that is not done.
    JobAnswer, "ok-200 or accepted-202" {
        /// `ok-200`: 200, as of one that is done.
        Ok200 = "ok-200",
        /// `accepted-202`: 202.
        Accepted202 = "accepted-202",
    }
}
choice! {
    /// The status by which one details job too many is refused.
    JobRefusal, "too-many-requests-429 or bad-request-400" {
        /// `too-many-requests-429`: 429, with `Retry-After`.
        TooManyRequests429 = "too-many-requests-429",
        /// `bad-request-400`: 400.
        BadRequest400 = "bad-request-400",
    }
}
choice! {
    /// How far a total can be trusted.
    Totals, "exact or approximate" {
        /// `exact`: it is the number of hits.
        Exact = "exact",
        /// `approximate`: its order of magnitude is right.
        Approximate = "approximate",
    }
}
