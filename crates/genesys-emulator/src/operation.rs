//! One operation of the vendor's API: where it is, which permissions it needs, and the function that does it.
//!
//! Operations are synchronous functions over the world: whatever the network does to a request, the world
//! changes in one step or not at all.

use std::{collections::BTreeMap, sync::LazyLock};

use http::Method;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{
    preset::Switches,
    query::{Query, decode},
    reply::{Failure, Reply},
    route,
    wire::page::PageRequest,
    world::World,
};

/// Permissions that an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A valid token is enough.
    Nothing,
    /// At least one of these.
    Any(&'static [&'static str]),
    /// Each of these.
    All(&'static [&'static str]),
}

/// An operation; parameters of its path stand in braces.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) need: Need,
    pub(crate) run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
}

impl Operation {
    pub(crate) const fn get(
        path: &'static str,
        need: Need,
        run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
    ) -> Self {
        Self { method: Method::GET, path, need, run }
    }

    pub(crate) const fn post(
        path: &'static str,
        need: Need,
        run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
    ) -> Self {
        Self { method: Method::POST, path, need, run }
    }

    pub(crate) const fn put(
        path: &'static str,
        need: Need,
        run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
    ) -> Self {
        Self { method: Method::PUT, path, need, run }
    }

    pub(crate) const fn patch(
        path: &'static str,
        need: Need,
        run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
    ) -> Self {
        Self { method: Method::PATCH, path, need, run }
    }

    pub(crate) const fn delete(
        path: &'static str,
        need: Need,
        run: fn(&mut Call<'_>) -> Result<Reply, Failure>,
    ) -> Self {
        Self { method: Method::DELETE, path, need, run }
    }
}

/// One request on its way through an operation.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    /// The switches as this call sees them; a fault may have changed them for it alone.
    pub(crate) switches: &'a Switches,
    pub(crate) now: Timestamp,
    /// The address without its query, still encoded.
    pub(crate) path: &'a str,
    pub(crate) params: Vec<String>,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    pub(crate) if_match: Option<&'a str>,
    pub(crate) token: &'a str,
}

impl Call<'_> {
    /// Returns the n-th parameter of the path, decoded.
    pub(crate) fn param(&self, n: usize) -> &str {
        self.params.get(n).map_or("", String::as_str)
    }

    /// Reads the body as `T`. It has been held to the vendor's schema already, so `T` names only what is used.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(self.body).map_err(Failure::bad_request)
    }

    /// Returns the page asked for, of at most `max` items.
    pub(crate) fn page(&self, max: usize) -> Result<PageRequest, Failure> {
        PageRequest::read(self.query, max)
    }
}

/// What stands at a method and an address.
pub(crate) enum Found {
    Operation(&'static Operation, Vec<String>),
    /// The address exists, with other methods.
    OtherMethod,
    Nothing,
}

/// Returns every permission that something here asks for.
pub(crate) fn permissions() -> impl Iterator<Item = &'static str> {
    let of = |entry: &'static Entry| match entry.operation.need {
        Need::Nothing => &[][..],
        Need::Any(list) | Need::All(list) => list,
    };
    OPERATIONS.values().flatten().flat_map(of).copied().chain([route::users::ASSIGN_EXTENSION])
}

/// An operation with its template cut into segments.
struct Entry {
    segments: Vec<&'static str>,
    operation: Operation,
}

/// Operations by the number of segments in their paths; of the same number, those with fewer parameters first.
static OPERATIONS: LazyLock<BTreeMap<usize, Vec<Entry>>> = LazyLock::new(|| {
    let mut table: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
    for operation in route::operations() {
        let segments: Vec<&str> = operation.path.split('/').collect();
        table.entry(segments.len()).or_default().push(Entry { segments, operation });
    }
    for entries in table.values_mut() {
        entries.sort_by_key(|entry| entry.segments.iter().filter(|segment| is_parameter(segment)).count());
    }
    table
});

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

/// Finds the operation for `path`; where several templates fit, the one with most literal segments is meant.
pub(crate) fn find(method: &Method, path: &str) -> Found {
    let given: Vec<&str> = path.split('/').collect();
    let mut other_method = false;
    for entry in OPERATIONS.get(&given.len()).into_iter().flatten() {
        let mut pairs = entry.segments.iter().zip(&given);
        if !pairs.all(
            |(expected, segment)| {
                if is_parameter(expected) { !segment.is_empty() } else { expected == segment }
            },
        ) {
            continue;
        }
        if entry.operation.method == *method {
            let both = entry.segments.iter().zip(&given);
            let params =
                both.filter(|(expected, _)| is_parameter(expected)).map(|(_, segment)| decode(segment));
            return Found::Operation(&entry.operation, params.collect());
        }
        other_method = true;
    }
    if other_method { Found::OtherMethod } else { Found::Nothing }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// What the vendor's API description says that each operation needs.
    #[derive(serde::Deserialize)]
    struct Contract {
        operations: BTreeMap<String, BTreeSet<String>>,
    }

    #[test]
    fn each_operation_needs_what_the_vendor_says() {
        let contract: Contract =
            serde_json::from_str(include_str!("../../../contract/permissions.json")).unwrap();
        let named = |entry: &Entry| {
            let operation = &entry.operation;
            let needs = match operation.need {
                Need::Nothing => BTreeSet::new(),
                // All of one is any of it; no operation in use needs two at once.
                Need::All(list) => {
                    assert_eq!(list.len(), 1, "{}", operation.path);
                    list.iter().map(|&name| name.to_owned()).collect()
                }
                Need::Any(list) => list.iter().map(|&name| name.to_owned()).collect(),
            };
            (format!("{} {}", operation.method, operation.path), needs)
        };
        let served: BTreeMap<_, _> = OPERATIONS.values().flatten().map(named).collect();
        assert_eq!(served, contract.operations);
    }
}
