//! The journal: append-only, hash-chained, one SQLite file. An append is durable when it returns; an append that
//! fails ends this process's right to append, because after a failed fsync nobody knows what is on disk.

mod chain;

pub(crate) use chain::hex;
mod failpoint;

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use emeritus_core::event::{EVENT_FORMAT, Event, Record};
use emeritus_core::id::{OrganizationId, RunId, UserId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

pub use failpoint::{Failpoint, Side};

const SCHEMA: &str = include_str!("journal/schema.sql");
const APPLICATION_ID: i32 = 0x454d_5254; // "EMRT"
const BUSY: Duration = Duration::from_secs(15);

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
    /// The file is of something else, or of a later release.
    #[error("{what}: this release reads journal format 1")]
    Foreign {
        /// What was found.
        what: &'static str,
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

/// The right to append to one run, taken by one executor.
#[derive(Debug, Clone)]
pub struct Pen {
    run: RunId,
    epoch: i64,
}

/// The journal.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    poisoned: Cell<bool>,
    failpoint: Failpoint,
}

fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> JournalError {
    move |source| JournalError::Database { doing, source }
}

impl Journal {
    /// Opens the journal, and makes it when it is not there. There is no fallback: without a journal there is no
    /// run.
    ///
    /// # Errors
    /// Fails when the file cannot be opened or is not a journal of this format.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut connection = Connection::open(path).map_err(doing("opened"))?;
        connection.busy_timeout(BUSY).map_err(doing("opened"))?;
        let id: i32 = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(doing("opened"))?;
        let version: i64 = connection
            .pragma_query_value(None, "schema_version", |row| row.get(0))
            .map_err(doing("opened"))?;
        if version > 0 && id != APPLICATION_ID {
            return Err(JournalError::Foreign { what: "the file is not a journal" });
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(doing("opened"))?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(doing("opened"))?;
        connection.pragma_update(None, "foreign_keys", true).map_err(doing("opened"))?;
        Self::make(&mut connection)?;
        Ok(Self { connection, poisoned: Cell::new(false), failpoint: Failpoint::never() })
    }

    /// Makes this journal fail at one append: for the tests of what a crash leaves behind.
    #[must_use]
    pub fn with_failpoint(mut self, failpoint: Failpoint) -> Self {
        self.failpoint = failpoint;
        self
    }

    fn make(connection: &mut Connection) -> Result<(), JournalError> {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing("opened"))?;
        let made: bool = transaction
            .query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'meta')", [], |row| {
                row.get(0)
            })
            .map_err(doing("opened"))?;
        if made {
            let format: Option<String> = transaction
                .query_row("SELECT value FROM meta WHERE name = 'format'", [], |row| row.get(0))
                .optional()
                .map_err(doing("opened"))?;
            if format.as_deref() != Some("1") {
                return Err(JournalError::Foreign { what: "the journal is of a later release" });
            }
            return Ok(());
        }
        transaction.execute_batch(SCHEMA).map_err(doing("created"))?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(doing("created"))?;
        transaction.commit().map_err(doing("created"))
    }

    /// Opens a run with its first event and takes the pen.
    ///
    /// # Errors
    /// Fails when it could not be made durable; then nothing may be sent.
    pub fn begin(
        &self,
        (run, organization, user): (&RunId, &OrganizationId, &UserId),
        at: Timestamp,
        event: Event,
    ) -> Result<(Pen, Record), JournalError> {
        let pen = Pen { run: run.clone(), epoch: 1 };
        let record = Record { sequence: 1, at, event };
        self.durably(|connection| {
            connection
                .execute(
                    "INSERT INTO run (id, organization, user, epoch) VALUES (?1, ?2, ?3, 1)",
                    params![run.as_str(), organization.as_str(), user.as_str()],
                )
                .map_err(doing("written"))?;
            insert(connection, run, &record, &chain::root(run))
        })?;
        Ok((pen, record))
    }

    /// Takes the pen of a run from whoever held it before.
    ///
    /// # Errors
    /// Fails when the run does not exist or the takeover could not be made durable.
    pub fn take_over(&self, run: &RunId) -> Result<Pen, JournalError> {
        let mut epoch = None;
        self.durably(|connection| {
            epoch = connection
                .query_row(
                    "UPDATE run SET epoch = epoch + 1 WHERE id = ?1 RETURNING epoch",
                    [run.as_str()],
                    |row| row.get(0),
                )
                .optional()
                .map_err(doing("written"))?;
            Ok(())
        })?;
        let epoch = epoch.ok_or_else(|| JournalError::NoSuchRun { run: run.clone() })?;
        Ok(Pen { run: run.clone(), epoch })
    }

    /// Appends one event after the record `after`. When this returns, the event is on disk.
    ///
    /// # Errors
    /// Refuses when somebody else appended or took the run over. After any error nothing more is appended, and
    /// the caller must send nothing more.
    pub fn append(&self, pen: &Pen, after: u64, at: Timestamp, event: Event) -> Result<Record, JournalError> {
        let record = Record { sequence: after + 1, at, event };
        self.durably(|connection| {
            let epoch: i64 = connection
                .query_row("SELECT epoch FROM run WHERE id = ?1", [pen.run.as_str()], |row| row.get(0))
                .map_err(doing("read"))?;
            let last = last(connection, &pen.run)?;
            match last {
                Some((sequence, hash)) if epoch == pen.epoch && sequence == after => {
                    insert(connection, &pen.run, &record, &hash)
                }
                _ => Err(JournalError::TakenOver { run: pen.run.clone() }),
            }
        })?;
        Ok(record)
    }

    fn durably(
        &self,
        write: impl FnOnce(&Connection) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        if self.poisoned.get() {
            return Err(JournalError::Poisoned);
        }
        // Poisoned until proven otherwise: whichever way this is left, an error stays an error.
        self.poisoned.set(true);
        self.failpoint.pass(Side::Before)?;
        // `unchecked` only in that the borrow is not checked at compile time; there is one writer, this one.
        let transaction =
            rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
                .map_err(doing("written"))?;
        write(&transaction)?;
        transaction.commit().map_err(doing("made durable"))?;
        self.failpoint.pass(Side::After)?;
        self.poisoned.set(false);
        Ok(())
    }

    /// Returns the records of a run, each checked against the chain.
    ///
    /// # Errors
    /// Refuses damage anywhere: a record is never skipped.
    pub fn records(&self, run: &RunId) -> Result<Vec<Record>, JournalError> {
        let mut statement = self
            .connection
            .prepare("SELECT sequence, format, at, body, hash FROM event WHERE run = ?1 ORDER BY sequence")
            .map_err(doing("read"))?;
        let rows = statement
            .query_map([run.as_str()], |row| {
                Ok(chain::Row {
                    sequence: row.get::<_, i64>(0)?.unsigned_abs(),
                    format: row.get(1)?,
                    at: row.get(2)?,
                    body: row.get(3)?,
                    hash: row.get(4)?,
                })
            })
            .map_err(doing("read"))?;
        let rows = rows.collect::<Result<Vec<_>, _>>().map_err(doing("read"))?;
        if rows.is_empty() {
            return Err(JournalError::NoSuchRun { run: run.clone() });
        }
        chain::check(run, rows)
    }

    /// Returns the hash of a run's last record: it stands for all of them.
    ///
    /// # Errors
    /// Fails when the run does not exist.
    pub fn head(&self, run: &RunId) -> Result<String, JournalError> {
        let last = last(&self.connection, run)?;
        last.map(|(_, hash)| hash).ok_or_else(|| JournalError::NoSuchRun { run: run.clone() })
    }

    /// Returns the hash of one of a run's records: it stands for all up to it.
    ///
    /// # Errors
    /// Fails when there is no such record.
    pub fn hash_at(&self, run: &RunId, sequence: u64) -> Result<String, JournalError> {
        let hash = self
            .connection
            .query_row(
                "SELECT hash FROM event WHERE run = ?1 AND sequence = ?2",
                params![run.as_str(), sequence.cast_signed()],
                |row| row.get(0),
            )
            .optional()
            .map_err(doing("read"))?;
        hash.ok_or_else(|| JournalError::NoSuchRun { run: run.clone() })
    }

    /// Returns every run, the oldest first; of one person when they are named.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn runs(&self, of: Option<(&OrganizationId, &UserId)>) -> Result<Vec<RunId>, JournalError> {
        let (organization, user) = match of {
            Some((organization, user)) => (Some(organization.as_str()), Some(user.as_str())),
            None => (None, None),
        };
        let mut statement = self
            .connection
            .prepare(
                "SELECT id FROM run WHERE (?1 IS NULL OR organization = ?1) AND (?2 IS NULL OR user = ?2) ORDER BY id",
            )
            .map_err(doing("read"))?;
        let rows = statement
            .query_map(params![organization, user], |row| row.get::<_, String>(0))
            .map_err(doing("read"))?;
        let mut runs = Vec::new();
        for id in rows {
            let id = id.map_err(doing("read"))?;
            runs.push(RunId::parse(id).map_err(|_| JournalError::Foreign { what: "a run has no valid id" })?);
        }
        Ok(runs)
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
            connection
                .execute(
                    "INSERT INTO lesson (organization, name, run, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                    params![organization.as_str(), name, run.as_str(), at.to_string()],
                )
                .map_err(doing("written"))?;
            Ok(())
        })
    }

    /// Returns whether an organization has taught us this.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn has_learnt(&self, organization: &OrganizationId, name: &str) -> Result<bool, JournalError> {
        self.connection
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM lesson WHERE organization = ?1 AND name = ?2)",
                params![organization.as_str(), name],
                |row| row.get(0),
            )
            .map_err(doing("read"))
    }
}

fn last(connection: &Connection, run: &RunId) -> Result<Option<(u64, String)>, JournalError> {
    connection
        .query_row(
            "SELECT sequence, hash FROM event WHERE run = ?1 ORDER BY sequence DESC LIMIT 1",
            [run.as_str()],
            |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)),
        )
        .optional()
        .map_err(doing("read"))
}

fn insert(connection: &Connection, run: &RunId, record: &Record, previous: &str) -> Result<(), JournalError> {
    let row = chain::Row::of(run, record, previous)?;
    connection
        .execute(
            "INSERT INTO event (run, sequence, format, at, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![run.as_str(), row.sequence.cast_signed(), EVENT_FORMAT, row.at, row.body, row.hash],
        )
        .map_err(doing("written"))?;
    Ok(())
}
