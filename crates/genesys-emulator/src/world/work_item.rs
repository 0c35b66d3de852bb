//! Work items.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::directory::Directory;

/// How far a work item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Open,
    Closed,
}

impl Progress {
    /// The vendor's category of a status.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Closed => "Closed",
        }
    }
}

/// A piece of work that somebody can be assigned.
#[derive(Clone, Debug)]
pub(crate) struct WorkItem {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) priority: i64,
    pub(crate) progress: Progress,
    pub(crate) assignee: Option<String>,
    pub(crate) preferred_agents: BTreeSet<String>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

impl Directory {
    /// Changes a work item; returns `None` when there is none.
    pub(crate) fn edit_work_item(
        &mut self,
        id: &str,
        now: Timestamp,
        edit: impl FnOnce(&mut WorkItem),
    ) -> Option<&WorkItem> {
        let item = self.work_items.get_mut(id)?;
        edit(item);
        item.modified = now;
        self.changed();
        self.work_items.get(id)
    }

    /// Returns the work items that somebody is assigned, finished ones too.
    pub(crate) fn work_items_of(&self, user: &str) -> Vec<&WorkItem> {
        self.work_items.values().filter(|item| item.assignee.as_deref() == Some(user)).collect()
    }
}
