//! The hash chain: each record's hash covers the one before it, the run's id begins it.

use emeritus_core::event::{EVENT_FORMAT, Event, Record};
use emeritus_core::id::RunId;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::error::{JournalError, doing};
use super::ledger::RunRow;

/// A record as it is stored.
pub(super) struct Row {
    pub(super) sequence: u64,
    pub(super) format: u32,
    pub(super) at: String,
    pub(super) body: String,
    pub(super) hash: String,
}

/// Returns what stands before the first record of a run.
pub(super) fn root(run: &RunId) -> String {
    hex(&Sha256::new().chain_update(b"emeritus run v1\0").chain_update(run.as_str()).finalize())
}

fn hash(previous: &str, sequence: u64, at: &str, body: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"emeritus event v1\0")
        .chain_update(previous)
        .chain_update(sequence.to_be_bytes())
        .chain_update(at)
        .chain_update([0])
        .chain_update(body)
        .finalize();
    hex(&digest)
}

impl Row {
    pub(super) fn of(run: &RunId, record: &Record, previous: &str) -> Result<Self, JournalError> {
        let damaged = |how| JournalError::Damaged { run: run.clone(), sequence: record.sequence, how };
        let body =
            serde_json::to_string(&record.event).map_err(|_| damaged("it cannot be written as JSON"))?;
        let at = record.at.to_string();
        let hash = hash(previous, record.sequence, &at, &body);
        Ok(Self { sequence: record.sequence, format: EVENT_FORMAT, at, body, hash })
    }
}

/// Returns the stored records of a run, as they are.
pub(super) fn rows(connection: &Connection, run: &RunId) -> Result<Vec<Row>, JournalError> {
    let mut statement = connection
        .prepare("SELECT sequence, format, at, body, hash FROM event WHERE run = ?1 ORDER BY sequence")
        .map_err(doing("read"))?;
    let rows = statement
        .query_map([run.as_str()], |row| {
            Ok(Row {
                sequence: row.get::<_, i64>(0)?.unsigned_abs(),
                format: row.get(1)?,
                at: row.get(2)?,
                body: row.get(3)?,
                hash: row.get(4)?,
            })
        })
        .map_err(doing("read"))?;
    rows.collect::<Result<_, _>>().map_err(doing("read"))
}

/// Returns the records of a run: all that its row counts, each checked.
pub(super) fn whole(
    connection: &Connection,
    run: &RunId,
    stated: &RunRow,
) -> Result<Vec<Record>, JournalError> {
    let rows = rows(connection, run)?;
    let head = rows.last().map(|row| row.hash.clone());
    let records = check(run, rows)?;
    let damaged = |sequence, how| Err(JournalError::Damaged { run: run.clone(), sequence, how });
    let there = records.len() as u64;
    if there < stated.events {
        return damaged(there + 1, "it is gone");
    }
    if there > stated.events || head.as_ref() != Some(&stated.head) {
        return damaged(there, "it is not the last that was written");
    }
    Ok(records)
}

pub(super) fn check(run: &RunId, rows: Vec<Row>) -> Result<Vec<Record>, JournalError> {
    let mut previous = root(run);
    let mut records = Vec::with_capacity(rows.len());
    for (row, expected) in rows.into_iter().zip(1_u64..) {
        let damaged = |how| JournalError::Damaged { run: run.clone(), sequence: expected, how };
        if row.sequence != expected {
            return Err(damaged("a record is missing before it"));
        }
        if row.format != EVENT_FORMAT {
            return Err(damaged("it is of another format"));
        }
        if row.hash != hash(&previous, row.sequence, &row.at, &row.body) {
            return Err(damaged("its hash does not fit"));
        }
        let event: Event = serde_json::from_str(&row.body).map_err(|_| damaged("it is not an event"))?;
        let at = row.at.parse().map_err(|_| damaged("its time is not a time"))?;
        records.push(Record { sequence: row.sequence, at, event });
        previous = row.hash;
    }
    Ok(records)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").expect("a String takes any text");
        text
    })
}
