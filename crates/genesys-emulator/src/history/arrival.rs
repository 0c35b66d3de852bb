//! Conversations that come to be seen later than they took place.

use uuid::Uuid;

use super::show::{Form, View};
use super::{History, Key};

/// When a conversation comes to be seen, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    in_queries: i64,
    in_jobs: i64,
}

impl History {
    /// Lets a conversation be seen by queries and by jobs from these instants on; returns whether it is there.
    pub(crate) fn delay(&mut self, id: Uuid, in_queries: i64, in_jobs: i64) -> bool {
        let is_there = self.key(id).is_some();
        if is_there {
            self.arrivals.insert(id, Arrival { in_queries, in_jobs });
            self.revision += 1;
        }
        is_there
    }

    /// Whether a conversation has come to be seen by the view's instant.
    pub(super) fn has_arrived(&self, key: Key, view: &View) -> bool {
        if self.arrivals.is_empty() {
            return true;
        }
        self.arrivals.get(&self.id(key)).is_none_or(|arrival| match view.form {
            Form::Whole => true,
            Form::Query => arrival.in_queries <= view.as_of,
            Form::Job => arrival.in_jobs <= view.as_of,
        })
    }

    /// Whether every conversation has come to be seen by queries.
    pub(super) fn nothing_is_to_arrive(&self, view: &View) -> bool {
        self.arrivals.values().all(|arrival| arrival.in_queries <= view.as_of)
    }
}
