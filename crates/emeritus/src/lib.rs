//! Durable retirement of Genesys Cloud users: collect what a person holds, plan, run the approved plan, observe
//! what happened, prove that history is whole, keep the evidence. For people who embed it, and for the command
//! line over it.
//!
//! It knows nothing of terminals and servers: it neither prints nor reads the environment. Whoever wants to
//! follow a run hands in a [`Watch`].
//!
//! Start with `run.rs`, the loop; everything else serves it.

mod adopt;
mod again;
mod alike;
pub mod archive;
mod collect;
mod compare;
mod day;
mod doctor;
mod execution;
mod explain;
mod failure;
mod find;
mod guard;
mod history;
mod home;
mod journal;
mod lease;
mod length;
mod observe;
mod overview;
pub mod people;
mod perform;
pub mod permission;
mod planning;
mod policy_file;
mod proof;
mod report;
mod run;
mod scope;
mod seal;
mod standing;
mod stats;
mod survey;
mod vendor_clock;

use std::sync::Arc;

use emeritus_core::event::Record;
use emeritus_core::id::RunId;
use jiff::Timestamp;

pub use adopt::{AdoptError, Adoption, Leaver, OddPerson};
pub use again::{AgainError, ProveAllError, Reproved, Whose};
pub use collect::{CollectError, Scans};
pub use day::{Day, NotADay};
pub use doctor::{Check, CheckVerdict, Trouble};
pub use emeritus_core::plan::Purpose;
pub use emeritus_core::{
    Inventory, Plan, Policy, RunState, again as later, census, clocks, decide, event, evidence, finding,
    forecast, holding, id, index, inventory, overrides, person, plan, planner, policy, retention, state,
    text,
};
pub use execution::{Recheck, RunError, RunReport};
pub use explain::{Cause, Evaluations, ExplainError, Explanation};
pub use find::{FindError, NotAName, Person, Who};
pub use genesys::Clock;
pub use history::{Choice, HistoryError, Note, Reading, RecordsError, Source, Span, Streamed, Wanted};
pub use home::{Home, HomeError, write_private};
pub use journal::{Checked, Failpoint, IndexedRun, Journal, JournalError, Pen, Side};
pub use lease::LeaseError;
pub use length::{Length, NotALength};
pub use overview::{Listed, Overview};
pub use planning::{Planned, PlanningError};
pub use policy_file::{PolicyFile, PolicyFileError, ReassignError, Wish};
pub use proof::{Membership, ProveError};
pub use run::{DriveError, Pause};
pub use seal::{EvidenceError, FileCheck};
pub use standing::{RunsHere, StandingError};
pub use stats::Stats;
pub use vendor_clock::ClockError;

/// The release that writes journals and evidence.
const ENGINE: &str = concat!("emeritus ", env!("CARGO_PKG_VERSION"));

/// What a run tells whoever follows it.
#[derive(Debug)]
pub enum Notice<'a> {
    /// This is in the journal now.
    Event(&'a Record),
    /// A long reading goes on.
    Reading {
        /// Of what.
        what: &'static str,
        /// How many parts are done.
        done: u64,
        /// Of how many.
        of: Option<u64>,
        /// How many entries were found so far.
        found: u64,
    },
    /// Nothing happens for a while.
    Pausing {
        /// Why.
        why: &'a str,
        /// Until when.
        until: Timestamp,
    },
}

/// Is told what goes on.
pub type Watch = Arc<dyn Fn(&Notice<'_>) + Send + Sync>;

/// An organization, a state directory and a journal: everything that a retirement needs.
pub struct Emeritus {
    client: genesys::Client,
    reader: genesys::Reader,
    writer: genesys::Writer,
    clock: Arc<dyn Clock>,
    home: Home,
    journal: Journal,
    watch: Watch,
    meter: stats::Meter,
}

impl Emeritus {
    /// Opens the journal of a state directory for an organization.
    ///
    /// # Errors
    /// Fails when the journal cannot be opened. There is no run without one.
    pub fn open(
        client: genesys::Client,
        clock: Arc<dyn Clock>,
        home: Home,
        watch: Watch,
    ) -> Result<Self, JournalError> {
        let journal = Journal::open(&home.journal())?;
        Ok(Self::with_journal(client, clock, home, journal, watch))
    }

    /// As [`Emeritus::open`], of a state directory that has a journal: none is made where only one that exists can be
    /// meant.
    ///
    /// # Errors
    /// As [`Emeritus::open`], and when there is no journal.
    pub fn open_existing(
        client: genesys::Client,
        clock: Arc<dyn Clock>,
        home: Home,
        watch: Watch,
    ) -> Result<Self, JournalError> {
        let journal = Journal::open_existing(&home.journal())?;
        Ok(Self::with_journal(client, clock, home, journal, watch))
    }

    /// As [`Emeritus::open`], to read only: nothing is made, and nothing need be writable.
    ///
    /// # Errors
    /// There is no journal, or it cannot be read or is damaged.
    pub fn open_to_read(
        client: genesys::Client,
        clock: Arc<dyn Clock>,
        home: Home,
        watch: Watch,
    ) -> Result<Self, JournalError> {
        let journal = Journal::read(&home.journal())?;
        Ok(Self::with_journal(client, clock, home, journal, watch))
    }

    /// As [`Emeritus::open`], with a journal that was opened before.
    #[must_use]
    pub fn with_journal(
        client: genesys::Client,
        clock: Arc<dyn Clock>,
        home: Home,
        journal: Journal,
        watch: Watch,
    ) -> Self {
        let (reader, writer) = (client.reader(), client.writer());
        let meter = stats::Meter::new(client.clone());
        Self { client, reader, writer, clock, home, journal, watch, meter }
    }

    /// Returns how many requests were sent so far, by what they were for.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.meter.stats()
    }

    /// Returns the state of a run.
    ///
    /// # Errors
    /// There is no such run, or its journal is damaged.
    pub fn run(&self, run: &RunId) -> Result<RunState, JournalError> {
        state_of(&self.journal, run)
    }

    /// Returns the state of every run, the oldest first: every event of the journal is read.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn runs(&self) -> Result<Vec<RunState>, JournalError> {
        self.journal.runs(None)?.iter().map(|run| self.run(run)).collect()
    }

    /// Returns how every run stands, the oldest first, by the index: no event is read.
    ///
    /// # Errors
    /// The journal cannot be read, or the index does not fit it.
    pub fn index(&self) -> Result<Vec<IndexedRun>, JournalError> {
        self.journal.index()
    }

    /// Makes the index again from the events, once everything else is found to be whole.
    ///
    /// # Errors
    /// Anything else is damaged, or the index could not be written.
    pub fn make_index(&self) -> Result<(), JournalError> {
        self.journal.make_index()
    }

    /// Returns whether any run was ever made from this state directory.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is lost.
    pub fn has_runs(&self) -> Result<bool, JournalError> {
        Ok(!self.journal.runs(None)?.is_empty())
    }

    /// Returns the records of a run.
    ///
    /// # Errors
    /// There is no such run, or its journal is damaged.
    pub fn records(&self, run: &RunId) -> Result<Vec<Record>, JournalError> {
        self.journal.records(run)
    }

    /// Reads the whole journal, everything in it against everything else.
    ///
    /// # Errors
    /// Anything of it is damaged, or cannot be read.
    pub fn check_journal(&self) -> Result<Checked, JournalError> {
        self.journal.check()
    }

    /// Returns the state directory.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }
}

fn state_of(journal: &Journal, run: &RunId) -> Result<RunState, JournalError> {
    let records = journal.records(run)?;
    RunState::fold(&records)
        .map_err(|source| JournalError::Illegal { run: run.clone(), source })?
        .ok_or_else(|| JournalError::NoSuchRun { run: run.clone() })
}

/// Returns an error with everything beneath it on one line.
pub(crate) fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
