//! What the journal says of itself: every write is stated in one chain of entries, and how many there are, and the
//! hash of the last, stands outside of them. A lost page, or a page that hides some of its rows, does not fit.

use emeritus_core::id::{OrganizationId, RunId, UserId};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::chain::hex;
use super::error::{JournalError, broken, doing};

/// The entry that a format is stated by: the first of every journal.
pub(super) const FORMAT: &str = r#"["meta","format","2"]"#;

/// Returns the text that states a row: its table and everything in it, as a JSON array.
fn statement<const N: usize>(parts: [&str; N]) -> String {
    // Of an array of texts, each is as it is in any JSON: there is nothing that could fail.
    serde_json::to_string(parts.as_slice()).unwrap_or_default()
}

fn entry_hash(previous: &str, number: i64, what: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"emeritus journal v2\0")
        .chain_update(previous)
        .chain_update(number.to_be_bytes())
        .chain_update(what)
        .finalize();
    hex(&digest)
}

/// A run, as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunRow {
    pub(super) id: String,
    pub(super) organization: String,
    pub(super) user: String,
    pub(super) epoch: i64,
    pub(super) events: u64,
    pub(super) head: String,
}

impl RunRow {
    pub(super) fn statement(&self) -> String {
        let (epoch, events) = (self.epoch.to_string(), self.events.to_string());
        statement(["run", &self.id, &self.organization, &self.user, &epoch, &events, &self.head])
    }

    pub(super) fn run(&self) -> Result<RunId, JournalError> {
        RunId::parse(self.id.clone()).map_err(|_| broken("a run has no valid id"))
    }

    pub(super) fn organization(&self) -> Result<OrganizationId, JournalError> {
        OrganizationId::parse(self.organization.clone())
            .map_err(|_| broken(format!("run {} is of no valid organization", self.id)))
    }

    pub(super) fn user(&self) -> Result<UserId, JournalError> {
        UserId::parse(self.user.clone())
            .map_err(|_| broken(format!("run {} is about no valid user", self.id)))
    }

    /// Takes the row that an entry states, if it states a run.
    pub(super) fn stated(what: &str) -> Option<Self> {
        let parts: Vec<String> = serde_json::from_str(what).ok()?;
        let [table, id, organization, user, epoch, events, head] = <[String; 7]>::try_from(parts).ok()?;
        let (epoch, events) = (epoch.parse().ok()?, events.parse().ok()?);
        (table == "run").then_some(Self { id, organization, user, epoch, events, head })
    }
}

pub(super) fn lesson_statement([organization, name, run, at]: [&str; 4]) -> String {
    statement(["lesson", organization, name, run, at])
}

pub(super) fn evidence_statement(run: &str, folder: &str, number: i64, files: &str) -> String {
    statement(["evidence", run, folder, &number.to_string(), files])
}

/// The count of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) entries: i64,
    pub(super) hash: String,
    pub(super) runs: i64,
    pub(super) lessons: i64,
    pub(super) evidence: i64,
}

impl Head {
    /// Reads the head and holds it against the last entry: in constant time, however long the journal is.
    pub(super) fn read(connection: &Connection) -> Result<Self, JournalError> {
        let head = connection
            .query_row("SELECT entries, hash, runs, lessons, evidence FROM head WHERE only = 1", [], |row| {
                Ok(Self {
                    entries: row.get(0)?,
                    hash: row.get(1)?,
                    runs: row.get(2)?,
                    lessons: row.get(3)?,
                    evidence: row.get(4)?,
                })
            })
            .optional()
            .map_err(doing("read"))?
            .ok_or_else(|| broken("its count of entries is gone"))?;
        let last: Option<i64> = connection
            .query_row("SELECT max(number) FROM entry", [], |row| row.get(0))
            .map_err(doing("read"))?;
        if last != Some(head.entries) {
            let last = last.unwrap_or_default();
            return Err(broken(format!("it counts {} entries, and the last is {last}", head.entries)));
        }
        let entry = |number: i64| {
            connection
                .query_row("SELECT what, hash FROM entry WHERE number = ?1", [number], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
                })
                .optional()
                .map_err(doing("read"))
        };
        let previous = entry(head.entries - 1)?.map(|(_, hash)| hash);
        if previous.is_none() && head.entries > 1 {
            return Err(broken("its last entry but one is gone"));
        }
        let fits = entry(head.entries)?.is_some_and(|(what, hash)| {
            hash == head.hash && hash == entry_hash(&previous.unwrap_or_default(), head.entries, &what)
        });
        if fits { Ok(head) } else { Err(broken("its last entry does not fit its head")) }
    }

    /// Begins the chain of a journal that has none yet.
    pub(super) fn begin(connection: &Connection) -> Result<Ledger<'_>, JournalError> {
        let head = Self { entries: 0, hash: String::new(), runs: 0, lessons: 0, evidence: 0 };
        connection
            .execute(
                "INSERT INTO head (only, entries, hash, runs, lessons, evidence) VALUES (1, 0, '', 0, 0, 0)",
                [],
            )
            .map_err(doing("written"))?;
        let mut ledger = Ledger { connection, head };
        ledger.state(FORMAT)?;
        Ok(ledger)
    }
}

/// The chain, while something is added to it.
pub(super) struct Ledger<'c> {
    connection: &'c Connection,
    head: Head,
}

impl<'c> Ledger<'c> {
    pub(super) fn open(connection: &'c Connection) -> Result<Self, JournalError> {
        Ok(Self { connection, head: Head::read(connection)? })
    }

    fn state(&mut self, what: &str) -> Result<i64, JournalError> {
        let number = self.head.entries + 1;
        let hash = entry_hash(&self.head.hash, number, what);
        self.connection
            .execute(
                "INSERT INTO entry (number, what, hash) VALUES (?1, ?2, ?3)",
                params![number, what, hash],
            )
            .map_err(doing("written"))?;
        self.head.entries = number;
        self.head.hash = hash;
        Ok(number)
    }

    /// Writes the row of a new run.
    pub(super) fn add_run(&mut self, row: &RunRow) -> Result<(), JournalError> {
        let entry = self.state(&row.statement())?;
        self.connection
            .execute(
                "INSERT INTO run (id, organization, user, epoch, events, head, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![row.id, row.organization, row.user, row.epoch, row.events.cast_signed(), row.head, entry],
            )
            .map_err(doing("written"))?;
        self.head.runs += 1;
        Ok(())
    }

    /// Writes how far a run has come, or who has it.
    pub(super) fn change_run(&mut self, row: &RunRow) -> Result<(), JournalError> {
        let entry = self.state(&row.statement())?;
        let changed = self
            .connection
            .execute(
                "UPDATE run SET epoch = ?2, events = ?3, head = ?4, entry = ?5 WHERE id = ?1",
                params![row.id, row.epoch, row.events.cast_signed(), row.head, entry],
            )
            .map_err(doing("written"))?;
        if changed == 1 { Ok(()) } else { Err(broken(format!("the row of run {} cannot be found", row.id))) }
    }

    /// States a row that an older format wrote, and that is to be kept.
    pub(super) fn keep_run(&mut self, row: &RunRow) -> Result<(), JournalError> {
        self.change_run(row)?;
        self.head.runs += 1;
        Ok(())
    }

    /// States a lesson and returns the entry that does.
    pub(super) fn lesson(&mut self, parts: [&str; 4]) -> Result<i64, JournalError> {
        self.head.lessons += 1;
        self.state(&lesson_statement(parts))
    }

    /// Writes the sums of the evidence of a run.
    pub(super) fn add_evidence(
        &mut self,
        run: &str,
        folder: &str,
        number: i64,
        files: &str,
    ) -> Result<(), JournalError> {
        let entry = self.state(&evidence_statement(run, folder, number, files))?;
        self.connection
            .execute(
                "INSERT INTO evidence (run, folder, number, files, entry) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![run, folder, number, files, entry],
            )
            .map_err(doing("written"))?;
        self.head.evidence += 1;
        Ok(())
    }

    pub(super) fn close(self) -> Result<(), JournalError> {
        let Head { entries, hash, runs, lessons, evidence } = self.head;
        let changed = self
            .connection
            .execute(
                "UPDATE head SET entries = ?1, hash = ?2, runs = ?3, lessons = ?4, evidence = ?5 WHERE only = 1",
                params![entries, hash, runs, lessons, evidence],
            )
            .map_err(doing("written"))?;
        if changed == 1 { Ok(()) } else { Err(broken("its count of entries is gone")) }
    }
}

/// Walks the whole chain; `each` sees every entry. Returns the head that it comes to, without the counts of rows.
pub(super) fn walk(
    connection: &Connection,
    mut each: impl FnMut(i64, &str) -> Result<(), JournalError>,
) -> Result<(i64, String), JournalError> {
    let mut statement = connection
        .prepare("SELECT number, what, hash FROM entry NOT INDEXED ORDER BY number")
        .map_err(doing("read"))?;
    let mut rows = statement.query([]).map_err(doing("read"))?;
    let (mut number, mut previous) = (0, String::new());
    while let Some(row) = rows.next().map_err(doing("read"))? {
        let entry: (i64, String, String) =
            (|| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))().map_err(doing("read"))?;
        number += 1;
        if entry.0 != number {
            return Err(broken(format!("entry {number} is missing")));
        }
        if entry.2 != entry_hash(&previous, number, &entry.1) {
            return Err(broken(format!("entry {number} is not what was written")));
        }
        each(number, &entry.1)?;
        previous = entry.2;
    }
    Ok((number, previous))
}
