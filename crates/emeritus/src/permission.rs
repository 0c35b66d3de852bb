//! Which permission is needed to do what. The permission itself stands beside its endpoint in the client; here is which
//! endpoints each thing takes that this program does. Doctor, the role to be made, the pages and the plan take it from here.

mod reading;
mod restore;
mod rights;
mod uses;

use emeritus_core::holding::Kind;
use genesys::{Needs, PermissionPolicy};

pub(crate) use restore::lacking;
pub(crate) use rights::Rights;
pub(crate) use uses::{Probe, probes};
pub use uses::{Use, Without};

use uses::USES;

/// An endpoint that something takes, or a part of one that takes a permission of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// The endpoint of this method and path.
    Call(&'static str, &'static str),
    /// Changing a user's addresses where an extension is among them.
    Extensions,
}

impl Takes {
    /// Returns the permissions of which any one is enough; none where a token is.
    pub(crate) fn any_of(self) -> &'static [&'static str] {
        let needs = match self {
            Self::Call(method, template) => Needs::of(method, template),
            Self::Extensions => Some(Needs::of_extensions()),
        };
        // A test holds every endpoint of this crate to the client's list.
        needs.map_or(&[], Needs::any_of)
    }

    /// Returns the permission that is documented for it; `None` where a token is enough.
    pub(crate) fn documented(self, all: &[&'static str]) -> Option<&'static str> {
        let any_of = self.any_of();
        any_of.iter().find(|permission| all.contains(permission)).or(any_of.first()).copied()
    }
}

/// Returns the permissions with which everything works, in the order of what they are for: none of them can be left out
/// without something being refused.
#[must_use]
pub fn documented() -> Vec<&'static str> {
    let mut endpoints: Vec<_> = USES.iter().flat_map(|one| one.takes).map(|takes| takes.any_of()).collect();
    // What leaves no choice comes first, so that no second permission is asked for where one is enough for both.
    endpoints.sort_by_key(|any_of| any_of.len());
    let mut chosen: Vec<&'static str> = Vec::new();
    for any_of in endpoints {
        if let Some(first) = any_of.first()
            && !any_of.iter().any(|permission| chosen.contains(permission))
        {
            chosen.push(first);
        }
    }
    let place = |permission: &&'static str| {
        USES.iter()
            .position(|one| one.takes.iter().any(|takes| takes.documented(&chosen) == Some(permission)))
    };
    let mut ordered = chosen.clone();
    ordered.sort_by_key(place);
    ordered
}

/// Returns what a documented permission is for.
#[must_use]
pub fn uses_of(permission: &str) -> Vec<&'static Use> {
    let all = documented();
    let is_for = |one: &&Use| one.takes.iter().any(|takes| takes.documented(&all) == Some(permission));
    USES.iter().filter(is_for).collect()
}

/// Returns the permissions of which each would do for some of what a documented one is for.
#[must_use]
pub fn enough_for_some(permission: &str) -> Vec<&'static str> {
    let all = documented();
    let takes = USES.iter().flat_map(|one| one.takes);
    let takes = takes.filter(|takes| takes.documented(&all) == Some(permission));
    let mut others: Vec<_> = takes.flat_map(|takes| takes.any_of()).copied().collect();
    others.retain(|other| *other != permission);
    others.sort_unstable();
    others.dedup();
    others
}

/// Returns the documented permissions as the vendor's role takes them, by domain and entity.
#[must_use]
pub fn role() -> Vec<PermissionPolicy> {
    let mut policies: Vec<PermissionPolicy> = Vec::new();
    let mut permissions = documented();
    permissions.sort_unstable();
    for permission in permissions {
        let mut parts = permission.splitn(3, ':');
        let (Some(domain), Some(entity), Some(action)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let is_same = |policy: &&mut PermissionPolicy| {
            policy.domain.as_deref() == Some(domain) && policy.entity_name.as_deref() == Some(entity)
        };
        match policies.iter_mut().find(is_same) {
            Some(policy) => policy.action_set.push(action.to_owned()),
            None => policies.push(PermissionPolicy {
                domain: Some(domain.to_owned()),
                entity_name: Some(entity.to_owned()),
                action_set: vec![action.to_owned()],
            }),
        }
    }
    policies
}

/// Returns the permission by which things of a kind are read; empty where a valid token is enough.
pub(crate) fn of_kind(kind: Kind) -> &'static str {
    first(reading::reading(kind))
}

/// Returns the permission by which a part that is no kind of thing is read; empty where a valid token is enough.
pub(crate) fn of_others() -> impl Iterator<Item = (&'static str, &'static str)> {
    reading::OTHERS.iter().map(|(part, takes)| (*part, first(*takes)))
}

fn first(takes: Takes) -> &'static str {
    takes.any_of().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_named_here_is_one_that_the_client_calls() {
        let kinds = Kind::ALL.into_iter().map(reading::reading);
        let others = reading::OTHERS.iter().map(|(_, takes)| *takes);
        let all = USES.iter().flat_map(|one| one.takes).copied().chain(kinds).chain(others);
        for takes in all.chain(restore::everything()) {
            if let Takes::Call(method, template) = takes {
                assert!(Needs::of(method, template).is_some(), "{method} {template}");
            }
        }
    }

    #[test]
    fn each_documented_permission_is_for_something_that_no_other_allows() {
        let all = documented();
        for permission in &all {
            let without = |takes: &Takes| {
                let any_of = takes.any_of();
                !any_of.is_empty() && !any_of.iter().any(|one| one != permission && all.contains(one))
            };
            assert!(USES.iter().flat_map(|one| one.takes).any(without), "{permission} can be left out");
        }
        let missing = |takes: &Takes| {
            let any_of = takes.any_of();
            !any_of.is_empty() && !any_of.iter().any(|one| all.contains(one))
        };
        assert!(!USES.iter().flat_map(|one| one.takes).any(missing));
    }
}
