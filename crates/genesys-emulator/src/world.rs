//! The emulated organization as plain state: no JSON, no HTTP, no clock of its own.
//!
//! Invariant: every change of vendor state goes through a method of [`Directory`] or of the history that
//! raises the revision, so that the gate can say of each request whether it changed anything.

pub(crate) mod access;
mod conversation;
pub(crate) mod directory;
pub(crate) mod grant;
pub(crate) mod group;
pub(crate) mod ids;
pub(crate) mod index;
pub(crate) mod lifecycle;
pub(crate) mod personal;
mod plant;
pub(crate) mod queue;
mod release;
pub(crate) mod reported;
pub(crate) mod session;
pub(crate) mod skill_group;
pub(crate) mod telephony;
pub(crate) mod user;
pub(crate) mod work_item;

use std::sync::Arc;

use self::{access::Access, directory::Directory, ids::Ids};
use crate::history::{History, Jobs, Queries};
use crate::prepared::Prepared;

/// Everything the vendor holds.
pub(crate) struct World {
    /// People and what they are given: users, queues, groups, roles, stations, live interactions.
    pub(crate) directory: Directory,
    /// Conversations. Shared with the details jobs whose results are of what it was when they were submitted: a
    /// change makes a new one where there are such jobs.
    pub(crate) history: Arc<History>,
    /// What the latest details queries selected.
    pub(crate) queries: Queries,
    /// Pages of records that were answered.
    pub(crate) prepared: Prepared,
    /// Details jobs.
    pub(crate) jobs: Jobs,
    /// OAuth clients, tokens, rate limits.
    pub(crate) access: Access,
    /// Where new ids come from.
    pub(crate) ids: Ids,
    /// The directory before the last change, kept only while a fault may want to serve it.
    pub(crate) before_last_write: Option<Arc<Directory>>,
}

impl World {
    /// Returns a number that grows with every change of vendor state.
    pub(crate) fn revision(&self) -> u64 {
        self.directory.revision() + self.history.revision()
    }

    /// Returns the conversations, to be changed.
    pub(crate) fn history_mut(&mut self) -> &mut History {
        Arc::make_mut(&mut self.history)
    }
}
