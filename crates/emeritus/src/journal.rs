//! The journal: append-only, hash-chained, one SQLite file. An append is durable when it returns; an append that
//! fails ends this process's right to append, because after a failed fsync nobody knows what is on disk.

mod chain;
mod check;
mod error;
mod failpoint;
mod index;
mod ledger;
mod migrate;
mod open;
mod rows;

use std::cell::Cell;
use std::path::Path;

use emeritus_core::event::{EVENT_FORMAT, Record};
use emeritus_core::id::{OrganizationId, RunId, UserId};
use emeritus_core::index::IndexRow;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

pub(crate) use chain::hex;
pub use check::Checked;
pub use error::JournalError;
use error::doing;
pub use failpoint::{Failpoint, Side};
pub use index::IndexedRun;
pub(crate) use index::by_person;
use ledger::{Ledger, RunRow};
use open::Files;
pub(crate) use rows::Sums;

/// The right to append to one run, taken by one executor.
#[derive(Debug)]
pub struct Pen {
    run: RunId,
    epoch: i64,
    /// Once an append was refused, the run is somebody else's.
    ended: Cell<bool>,
}

impl Pen {
    fn new(run: &RunId, epoch: i64) -> Self {
        Self { run: run.clone(), epoch, ended: Cell::new(false) }
    }
}

/// The journal.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    files: Files,
    may_write: bool,
    poisoned: Cell<bool>,
    failpoint: Failpoint,
}

impl Journal {
    /// Opens the journal, and makes it when it is not there. There is no fallback: without a journal there is no
    /// run.
    ///
    /// # Errors
    /// Fails when the file cannot be opened, is not a journal, is damaged, or cannot be written durably.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Ok(Self::of(open::writable(path, true)?, true))
    }

    /// As [`Journal::open`], of one that is there.
    ///
    /// # Errors
    /// As [`Journal::open`], and when there is none.
    pub fn open_existing(path: &Path) -> Result<Self, JournalError> {
        Ok(Self::of(open::writable(path, false)?, true))
    }

    /// Opens a journal that is there, to read it. Where it lies nothing need be writable, and then nothing is written.
    ///
    /// # Errors
    /// There is none, or it cannot be read, is not a journal, or is damaged.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        if open::is_writable(path) {
            return Self::open_existing(path);
        }
        Ok(Self::of(open::copied(path)?, false))
    }

    fn of((connection, files): (Connection, Files), may_write: bool) -> Self {
        let (poisoned, failpoint) = (Cell::new(false), Failpoint::never());
        Self { connection, files, may_write, poisoned, failpoint }
    }

    /// Makes this journal fail at one append: for the tests of what a crash leaves behind.
    #[must_use]
    pub fn with_failpoint(mut self, failpoint: Failpoint) -> Self {
        self.failpoint = failpoint;
        self
    }

    /// Opens a run with its first event, after which its row in the index is `row`, and takes the pen.
    ///
    /// # Errors
    /// Fails when it could not be made durable; then nothing may be sent.
    pub fn begin(
        &self,
        (run, organization, user): (&RunId, &OrganizationId, &UserId),
        record: &Record,
        row: &IndexRow,
    ) -> Result<Pen, JournalError> {
        self.durably(|connection| {
            let event = chain::Row::of(run, record, &chain::root(run))?;
            let begun = RunRow {
                id: run.to_string(),
                organization: organization.to_string(),
                user: user.to_string(),
                epoch: 1,
                events: 1,
                head: event.hash.clone(),
            };
            let mut ledger = Ledger::open(connection)?;
            ledger.add_run(&begun)?;
            insert(connection, run, &event)?;
            index::put(connection, &begun, row)?;
            ledger.close()
        })?;
        Ok(Pen::new(run, 1))
    }

    /// Takes the pen of a run from whoever held it before.
    ///
    /// # Errors
    /// Fails when the run does not exist or the takeover could not be made durable.
    pub fn take_over(&self, run: &RunId) -> Result<Pen, JournalError> {
        let epoch = self.durably(|connection| {
            let row = rows::run(connection, run)?;
            let row = RunRow { epoch: row.epoch + 1, ..row };
            let mut ledger = Ledger::open(connection)?;
            ledger.change_run(&row)?;
            ledger.close()?;
            Ok(row.epoch)
        })?;
        Ok(Pen::new(run, epoch))
    }

    /// Appends one event, after which the run's row in the index is `row`. When this returns, both are on disk.
    ///
    /// # Errors
    /// Refuses when somebody else appended or took the run over: this pen is worth nothing then. After any other error
    /// nothing more is appended by this process. After either, the caller must send nothing more.
    pub fn append(&self, pen: &Pen, record: &Record, row: &IndexRow) -> Result<(), JournalError> {
        let taken_over = || JournalError::TakenOver { run: pen.run.clone() };
        if pen.ended.get() {
            return Err(taken_over());
        }
        let appended = self.durably(|connection| {
            let before = rows::run(connection, &pen.run)?;
            if before.epoch != pen.epoch || before.events + 1 != record.sequence {
                return Err(taken_over());
            }
            let event = chain::Row::of(&pen.run, record, &before.head)?;
            let after = RunRow { events: record.sequence, head: event.hash.clone(), ..before };
            let mut ledger = Ledger::open(connection)?;
            ledger.change_run(&after)?;
            insert(connection, &pen.run, &event)?;
            index::put(connection, &after, row)?;
            ledger.close()
        });
        pen.ended.set(appended.as_ref().is_err_and(JournalError::is_refusal));
        appended
    }

    fn durably<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if !self.may_write {
            return Err(JournalError::ReadOnly);
        }
        if self.poisoned.get() {
            return Err(JournalError::Poisoned);
        }
        // Poisoned until proven otherwise: whichever way this is left, an error stays an error.
        self.poisoned.set(true);
        self.failpoint.pass(Side::Before)?;
        // `unchecked` only in that the borrow is not checked at compile time; there is one writer, this one.
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let outcome = match begun {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                Err(JournalError::Busy)
            }
            Err(error) => return Err(doing("written")(error)),
            Ok(transaction) => match write(&transaction) {
                Ok(written) => transaction.commit().map_err(doing("made durable")).map(|()| written),
                // What is refused is rolled back, and the journal is as it was.
                Err(refusal) if refusal.is_refusal() => {
                    transaction.rollback().map_err(doing("rolled back"))?;
                    Err(refusal)
                }
                Err(error) => return Err(error),
            },
        };
        if outcome.as_ref().is_err_and(|error| !error.is_refusal()) {
            return outcome;
        }
        // On disk, but under the name that everybody will look for?
        self.files.are_there()?;
        self.failpoint.pass(Side::After)?;
        self.poisoned.set(false);
        outcome
    }

    /// Reads everything in one transaction: nothing is added between two looks.
    fn at_once<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let transaction = self.connection.unchecked_transaction().map_err(doing("read"))?;
        read(&transaction)
    }

    /// Returns the records of a run, each checked against the chain, and all of them against their count.
    ///
    /// # Errors
    /// Refuses damage anywhere: a record is never skipped.
    pub fn records(&self, run: &RunId) -> Result<Vec<Record>, JournalError> {
        self.at_once(|connection| chain::whole(connection, run, &rows::run(connection, run)?))
    }

    /// Returns the hash of a run's last record: it stands for all of them.
    ///
    /// # Errors
    /// Fails when the run does not exist.
    pub fn head(&self, run: &RunId) -> Result<String, JournalError> {
        self.at_once(|connection| Ok(rows::run(connection, run)?.head))
    }

    /// Returns the hash of one of a run's records: it stands for all up to it.
    ///
    /// # Errors
    /// Fails when there is no such record.
    pub fn hash_at(&self, run: &RunId, sequence: u64) -> Result<String, JournalError> {
        let rows = self.at_once(|connection| chain::rows(connection, run))?;
        let row = rows.into_iter().find(|row| row.sequence == sequence);
        row.map(|row| row.hash).ok_or_else(|| JournalError::NoSuchRun { run: run.clone() })
    }

    /// Returns every run, the oldest first; of one person when they are named.
    ///
    /// # Errors
    /// Fails when the journal cannot be read, or a run of it is lost.
    pub fn runs(&self, of: Option<(&OrganizationId, &UserId)>) -> Result<Vec<RunId>, JournalError> {
        let runs = self.at_once(rows::runs)?;
        let is_meant = |row: &&RunRow| {
            of.is_none_or(|(organization, user)| {
                row.organization == organization.as_str() && row.user == user.as_str()
            })
        };
        runs.iter().filter(is_meant).map(RunRow::run).collect()
    }

    /// Returns how every run stands, the oldest first, by the index.
    ///
    /// # Errors
    /// Fails when the journal cannot be read, or the index does not fit it.
    pub fn index(&self) -> Result<Vec<IndexedRun>, JournalError> {
        self.at_once(index::all)
    }

    /// Makes the index again from the events.
    ///
    /// # Errors
    /// The events are damaged, or it could not be made durable.
    pub fn make_index(&self) -> Result<(), JournalError> {
        self.durably(|connection| index::make(connection))
    }

    /// Reads the whole journal: every entry, every row, every event, against one another.
    ///
    /// # Errors
    /// Anything of it is damaged, or cannot be read.
    pub fn check(&self) -> Result<Checked, JournalError> {
        self.at_once(check::whole)
    }

    /// Keeps what an organization has taught us.
    ///
    /// # Errors
    /// Fails when it could not be made durable.
    pub fn learn(
        &self,
        organization: &OrganizationId,
        name: &str,
        run: &RunId,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        self.durably(|connection| {
            if rows::lessons(connection)?.contains(&(organization.to_string(), name.to_owned())) {
                return Ok(());
            }
            let at = at.to_string();
            let mut ledger = Ledger::open(connection)?;
            let entry = ledger.lesson([organization.as_str(), name, run.as_str(), &at])?;
            connection
                .execute(
                    "INSERT INTO lesson (organization, name, run, at, entry) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![organization.as_str(), name, run.as_str(), at, entry],
                )
                .map_err(doing("written"))?;
            ledger.close()
        })
    }

    /// Returns whether an organization has taught us this.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn has_learnt(&self, organization: &OrganizationId, name: &str) -> Result<bool, JournalError> {
        let lessons = self.at_once(rows::lessons)?;
        Ok(lessons.contains(&(organization.to_string(), name.to_owned())))
    }

    /// Keeps the sums of the evidence files that are made of a run, in one folder of its directory. Nothing is written
    /// when they are those that are kept already.
    pub(crate) fn keep_sums(&self, run: &RunId, folder: &str, sums: &Sums) -> Result<(), JournalError> {
        let known = self.at_once(|connection| rows::evidence(connection, run, folder))?;
        if known.as_ref().is_some_and(|(_, known)| known == sums) {
            return Ok(());
        }
        let files =
            serde_json::to_string(sums).map_err(|_| error::broken("a list of sums cannot be written"))?;
        self.durably(|connection| {
            rows::run(connection, run)?;
            let last = rows::evidence(connection, run, folder)?.map_or(0, |(number, _)| number);
            let mut ledger = Ledger::open(connection)?;
            ledger.add_evidence(run.as_str(), folder, last + 1, &files)?;
            ledger.close()
        })
    }

    /// Returns the sums of the evidence that was made last of a run, if it was since journals keep them.
    pub(crate) fn sums(&self, run: &RunId, folder: &str) -> Result<Option<Sums>, JournalError> {
        let known = self.at_once(|connection| rows::evidence(connection, run, folder))?;
        Ok(known.map(|(_, sums)| sums))
    }
}

fn insert(connection: &Connection, run: &RunId, row: &chain::Row) -> Result<(), JournalError> {
    connection
        .execute(
            "INSERT INTO event (run, sequence, format, at, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![run.as_str(), row.sequence.cast_signed(), EVENT_FORMAT, row.at, row.body, row.hash],
        )
        .map_err(doing("written"))?;
    Ok(())
}
