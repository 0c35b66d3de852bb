//! Reading the whole journal: every entry, every row, every event, against one another.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::error::{JournalError, broken, doing};
use super::ledger::{self, Head, RunRow};
use super::{index, migrate, rows};

/// What a reading of the whole journal found. There is none of one that is damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Runs.
    pub runs: u64,
    /// Their events.
    pub events: u64,
    /// What organizations have taught.
    pub lessons: u64,
    /// Entries: every write is one.
    pub entries: u64,
    /// The hash of the last entry, which stands for all of them. Written down elsewhere, it shows later that nothing up
    /// to it was changed.
    pub head: String,
}

/// Reads everything. The connection must be in a transaction, so that nothing is added meanwhile.
pub(super) fn whole(connection: &Connection) -> Result<Checked, JournalError> {
    migrate::sound(connection)?;
    let head = Head::read(connection)?;
    let mut stated: BTreeMap<String, RunRow> = BTreeMap::new();
    let (mut lessons, mut evidence) = (0_u64, 0_u64);
    let end = ledger::walk(connection, |number, what| {
        if let Some(row) = RunRow::stated(what) {
            follows(connection, number, stated.get(&row.id), &row)?;
            stated.insert(row.id.clone(), row);
        } else if what.starts_with("[\"lesson\",") {
            lessons += 1;
        } else if what.starts_with("[\"evidence\",") {
            evidence += 1;
        } else if what != ledger::FORMAT || number != 1 {
            return Err(broken(format!("entry {number} states nothing that there is")));
        }
        Ok(())
    })?;
    if end != (head.entries, head.hash.clone()) {
        return Err(broken("its entries do not come to its head"));
    }
    let runs = rows::runs(connection)?;
    if !runs.iter().eq(stated.values()) {
        return Err(broken("its runs are not those that were written"));
    }
    let (mut events, indexed) = (0, index::all(connection)?);
    for (row, indexed) in runs.iter().zip(&indexed) {
        events += row.events;
        // Each run is one that can have happened, and the index says of it what its events say.
        if index::from_events(connection, row)? != indexed.row {
            return Err(JournalError::Index { run: row.id.clone() });
        }
    }
    let there = rows::lessons(connection)?.len() as u64;
    let count =
        |table: &str| connection.query_row(table, [], |row| row.get::<_, i64>(0)).map_err(doing("read"));
    let stored = (count("SELECT count(*) FROM event")?, count("SELECT count(*) FROM evidence NOT INDEXED")?);
    let counted = (i64::try_from(events), i64::try_from(evidence));
    if there != lessons || stored.1 != head.evidence || counted != (Ok(stored.0), Ok(stored.1)) {
        return Err(broken("it has rows that were not written, or lacks some that were"));
    }
    let entries = head.entries.unsigned_abs();
    Ok(Checked { runs: runs.len() as u64, events, lessons, entries, head: head.hash })
}

/// What is written of a run is that it began, that it has one more event, or that somebody else has it.
fn follows(
    connection: &Connection,
    number: i64,
    before: Option<&RunRow>,
    row: &RunRow,
) -> Result<(), JournalError> {
    let event = |sequence: u64| {
        let sequence = sequence.cast_signed();
        connection
            .query_row(
                "SELECT hash FROM event WHERE run = ?1 AND sequence = ?2",
                params![row.id, sequence],
                |row| row.get::<_, String>(0),
            )
            .is_ok_and(|hash| hash == row.head)
    };
    let fits = match before {
        None => event(row.events),
        Some(before) => {
            let same =
                RunRow { epoch: row.epoch, events: row.events, head: row.head.clone(), ..before.clone() };
            let appended = row.epoch == before.epoch && row.events == before.events + 1 && event(row.events);
            let taken =
                row.epoch == before.epoch + 1 && row.events == before.events && row.head == before.head;
            same == *row && (appended || taken)
        }
    };
    if fits { Ok(()) } else { Err(broken(format!("entry {number} does not follow from those before it"))) }
}
