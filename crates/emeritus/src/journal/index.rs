//! The index of runs: a row each, written with the event that it follows from. It is outside the chain and has a digest
//! of its own, so that a flipped bit in it is found, and it can be made again from the events.

use std::collections::BTreeMap;

use emeritus_core::id::{OrganizationId, RunId, UserId};
use emeritus_core::index::IndexRow;
use emeritus_core::state::RunState;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use super::chain::{self, hex};
use super::error::{JournalError, broken, doing};
use super::ledger::RunRow;
use super::rows;

/// A run as the index has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedRun {
    /// Which.
    pub run: RunId,
    /// Of which organization.
    pub organization: OrganizationId,
    /// About whom.
    pub user: UserId,
    /// How it stands.
    pub row: IndexRow,
}

/// Returns the runs by whom they are about, those of each the oldest first.
pub(crate) fn by_person(index: &[IndexedRun]) -> BTreeMap<(&OrganizationId, &UserId), Vec<&IndexedRun>> {
    let mut people: BTreeMap<_, Vec<&IndexedRun>> = BTreeMap::new();
    for run in index {
        people.entry((&run.organization, &run.user)).or_default().push(run);
    }
    people
}

fn digest(run: &RunRow, row: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"emeritus index v1\0")
        .chain_update(&run.id)
        .chain_update([0])
        .chain_update(&run.head)
        .chain_update([0])
        .chain_update(row)
        .finalize();
    hex(&digest)
}

/// Writes how a run stands.
pub(super) fn put(connection: &Connection, run: &RunRow, row: &IndexRow) -> Result<(), JournalError> {
    let row = serde_json::to_string(row).map_err(|_| broken("a row of the index cannot be written"))?;
    connection
        .execute(
            "INSERT INTO run_index (run, row, digest) VALUES (?1, ?2, ?3) \
             ON CONFLICT (run) DO UPDATE SET row = excluded.row, digest = excluded.digest",
            params![run.id, row, digest(run, &row)],
        )
        .map_err(doing("written"))?;
    Ok(())
}

/// Returns every run, the oldest first: of each the row that fits its last event.
pub(super) fn all(connection: &Connection) -> Result<Vec<IndexedRun>, JournalError> {
    let runs = rows::runs(connection)?;
    let mut statement =
        connection.prepare("SELECT run, row, digest FROM run_index ORDER BY run").map_err(doing("read"))?;
    let mut indexed = statement.query([]).map_err(doing("read"))?;
    let mut found = Vec::with_capacity(runs.len());
    // Both are in order, so they go side by side.
    for run in &runs {
        let damaged = || JournalError::Index { run: run.id.clone() };
        let row = indexed.next().map_err(doing("read"))?.ok_or_else(damaged)?;
        let text = |place| row.get_ref(place).ok().and_then(|value| value.as_str().ok());
        let (Some(id), Some(line), Some(sum)) = (text(0), text(1), text(2)) else { return Err(damaged()) };
        if id != run.id || sum != digest(run, line) {
            return Err(damaged());
        }
        let row = serde_json::from_str(line).map_err(|_| damaged())?;
        found.push(IndexedRun { run: run.run()?, organization: run.organization()?, user: run.user()?, row });
    }
    if indexed.next().map_err(doing("read"))?.is_some() {
        return Err(broken("its index has a run that is not there"));
    }
    Ok(found)
}

/// Returns what the events of a run say that its row is.
pub(super) fn from_events(connection: &Connection, run: &RunRow) -> Result<IndexRow, JournalError> {
    let id = run.run()?;
    let records = chain::whole(connection, &id, run)?;
    let state = RunState::fold(&records)
        .map_err(|source| JournalError::Illegal { run: id.clone(), source })?
        .ok_or_else(|| JournalError::NoSuchRun { run: id.clone() })?;
    Ok(IndexRow::of(&state))
}

/// Makes the whole index again.
pub(super) fn make(connection: &Connection) -> Result<(), JournalError> {
    connection.execute("DELETE FROM run_index", []).map_err(doing("written"))?;
    for run in rows::runs(connection)? {
        put(connection, &run, &from_events(connection, &run)?)?;
    }
    Ok(())
}
