//! What this program does at the vendor, each with the endpoints that it takes.

mod table;

use super::Takes;

pub(super) use table::USES;

/// Something that is done at the vendor.
#[derive(Debug)]
pub struct Use {
    /// What, for people, after "needed to".
    pub what: &'static str,
    /// What happens without the permission.
    pub without: Without,
    pub(super) takes: &'static [Takes],
    pub(super) probe: Option<Probe>,
}

/// What happens to somebody who is to be retired when something is not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Without {
    /// No retirement comes to a good end.
    Stops,
    /// Who holds such a thing could not be given it back, and so is not retired unless that is overridden.
    NoRestore,
    /// Nobody can be deleted.
    NoDelete,
    /// The part is unknown, and so neither released nor given back.
    Unknown,
    /// The step is refused.
    Refused,
    /// Less can be said.
    LessSaid,
}

impl Without {
    /// Returns what happens, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stops => "no retirement comes to a good end without it",
            Self::NoRestore => {
                "without it who holds such things is not retired, since no restore could be made"
            }
            Self::NoDelete => "nobody is deleted without it",
            Self::Unknown => "unknown without it",
            Self::Refused => "refused without it",
            Self::LessSaid => "not known without it, which is then said",
        }
    }

    /// Returns whether a retirement by the usual policy needs it.
    #[must_use]
    pub fn is_needed(self) -> bool {
        match self {
            Self::Stops | Self::NoRestore => true,
            Self::NoDelete | Self::Unknown | Self::Refused | Self::LessSaid => false,
        }
    }
}

/// A read that shows whether the client may make it, whatever it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Probe {
    People,
    Stations,
    Queues,
    Skills,
    Grants,
    Roles,
    Details,
    Retention,
    Aggregates,
    AgentStatus,
    OwnClient,
    Extensions,
}

impl Probe {
    /// Returns the endpoint that it calls.
    pub(crate) fn takes(self) -> Takes {
        match self {
            Self::People => Takes::Call("POST", "/api/v2/users/search"),
            Self::Stations => Takes::Call("GET", "/api/v2/users/{userId}/station"),
            Self::Queues => Takes::Call("GET", "/api/v2/users/{userId}/queues"),
            Self::Skills => Takes::Call("GET", "/api/v2/routing/skills"),
            Self::Grants => Takes::Call("GET", "/api/v2/authorization/subjects/{subjectId}"),
            Self::Roles => Takes::Call("GET", "/api/v2/authorization/roles"),
            Self::Details => Takes::Call("POST", "/api/v2/analytics/conversations/details/query"),
            Self::Retention => Takes::Call("GET", "/api/v2/analytics/dataretention/settings"),
            Self::Aggregates => Takes::Call("POST", "/api/v2/analytics/conversations/aggregates/query"),
            Self::AgentStatus => Takes::Call("GET", "/api/v2/analytics/agents/{userId}/status"),
            Self::OwnClient => Takes::Call("GET", "/api/v2/oauth/clients/{clientId}"),
            Self::Extensions => Takes::Call("GET", "/api/v2/telephony/providers/edges/extensions"),
        }
    }
}

impl Use {
    /// Returns the endpoints that it takes, by method and path with the arguments left out.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.takes.iter().map(|takes| match takes {
            Takes::Call(method, template) => (*method, *template),
            Takes::Extensions => ("PATCH", "/api/v2/users/{userId}"),
        })
    }

    /// Returns what of it takes a permission, where `all` are documented.
    pub(crate) fn takes(&self, permission: &str, all: &[&'static str]) -> Vec<Takes> {
        let takes = self.takes.iter().copied();
        takes.filter(|takes| takes.documented(all) == Some(permission)).collect()
    }

    pub(crate) fn probe(&self) -> Option<Probe> {
        self.probe
    }
}

/// Returns the probes that there are.
pub(crate) fn probes() -> impl Iterator<Item = Probe> {
    USES.iter().filter_map(|one| one.probe)
}
