//! What can be wrong with a journal.

use std::io;
use std::path::PathBuf;

use emeritus_core::id::RunId;

/// The journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database refused.
    #[error("the journal could not be {doing}")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// The operating system refused.
    #[error("the journal {} could not be {doing}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is none. Nothing is made where only something that exists can be meant.
    #[error("there is no journal at {}", .path.display())]
    Absent {
        /// Where.
        path: PathBuf,
    },
    /// The file is of something else, or of a later release.
    #[error("{what}: this release reads journal formats 1 and 2")]
    Foreign {
        /// What was found.
        what: &'static str,
    },
    /// What makes an append durable could not be switched on, so no append would be.
    #[error(
        "the journal's {setting} is {found}, and has to be {wanted}: what is written would not be durable"
    )]
    NotDurable {
        /// Which setting.
        setting: &'static str,
        /// As it has to be.
        wanted: &'static str,
        /// As it is.
        found: String,
    },
    /// A record is not what was written.
    #[error("event {sequence} of run {run} is damaged: {how}")]
    Damaged {
        /// The run.
        run: RunId,
        /// The first damaged record.
        sequence: u64,
        /// What does not fit.
        how: &'static str,
    },
    /// What the journal says of itself does not fit what is in it.
    #[error("the journal is damaged: {what}")]
    Broken {
        /// What does not fit.
        what: String,
    },
    /// A row of the index does not fit the run. Everything else may be whole: the index is made from it.
    #[error("the journal's index is damaged: the row of run {run} is not what was written")]
    Index {
        /// Which run.
        run: String,
    },
    /// The file was removed, or another was put in its place, while it was open: what is written now is written to
    /// nowhere.
    #[error("{} was removed or replaced while it was in use", .path.display())]
    Gone {
        /// Which file.
        path: PathBuf,
    },
    /// It was opened to be read.
    #[error("the journal was opened to be read, and cannot be written")]
    ReadOnly,
    /// Another process kept it to itself for too long. Nothing was written.
    #[error("another process kept the journal to itself for too long")]
    Busy,
    /// Somebody else has appended, or has taken the run over.
    #[error("run {run} was taken over by another executor")]
    TakenOver {
        /// The run.
        run: RunId,
    },
    /// An earlier append failed.
    #[error("an earlier append failed, so nothing more is written")]
    Poisoned,
    /// A test's failpoint fired.
    #[error("stopped by a failpoint")]
    Failpoint,
    /// There is no such run.
    #[error("there is no run {run}")]
    NoSuchRun {
        /// What was asked for.
        run: RunId,
    },
    /// The events do not follow from one another.
    #[error("the events of run {run} do not follow from one another")]
    Illegal {
        /// The run.
        run: RunId,
        /// Which event.
        #[source]
        source: emeritus_core::state::IllegalEvent,
    },
}

impl JournalError {
    /// Returns whether this is a refusal: the journal works, nothing was written, and other runs may go on.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::TakenOver { .. } | Self::NoSuchRun { .. } | Self::Busy)
    }
}

pub(super) fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> JournalError {
    move |source| JournalError::Database { doing, source }
}

pub(super) fn broken(what: impl Into<String>) -> JournalError {
    JournalError::Broken { what: what.into() }
}
