//! Reading the journal's tables, every row held against the entry that states it, and every listing against the
//! count that is kept outside of it.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::id::RunId;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::error::{JournalError, broken, doing};
use super::ledger::{Head, RunRow, evidence_statement, lesson_statement};

const RUN: &str = "SELECT run.id, organization, user, epoch, events, head, what \
    FROM run NOT INDEXED LEFT JOIN entry ON entry.number = run.entry";

fn run_row(row: &Row<'_>) -> rusqlite::Result<(RunRow, Option<String>)> {
    let run = RunRow {
        id: row.get(0)?,
        organization: row.get(1)?,
        user: row.get(2)?,
        epoch: row.get(3)?,
        events: row.get::<_, i64>(4)?.unsigned_abs(),
        head: row.get(5)?,
    };
    Ok((run, row.get(6)?))
}

fn stated((row, what): (RunRow, Option<String>)) -> Result<RunRow, JournalError> {
    if what.is_some_and(|what| what == row.statement()) {
        Ok(row)
    } else {
        Err(broken(format!("the row of run {} is not what was written", row.id)))
    }
}

/// Returns every run, by its id.
pub(super) fn runs(connection: &Connection) -> Result<Vec<RunRow>, JournalError> {
    let head = Head::read(connection)?;
    // By the table itself: an index may hide what the table has.
    let mut statement = connection.prepare(RUN).map_err(doing("read"))?;
    let rows = statement.query_map([], run_row).map_err(doing("read"))?;
    let mut runs = Vec::new();
    for row in rows {
        runs.push(stated(row.map_err(doing("read"))?)?);
    }
    runs.sort_by(|one, other| one.id.cmp(&other.id));
    let different: BTreeSet<_> = runs.iter().map(|run| &run.id).collect();
    if runs.len() != different.len() || i64::try_from(runs.len()) != Ok(head.runs) {
        return Err(broken(format!("it counts {} runs, and {} can be read", head.runs, different.len())));
    }
    Ok(runs)
}

/// Returns the row of a run. That there is none is believed only when all of them were read.
pub(super) fn run(connection: &Connection, run: &RunId) -> Result<RunRow, JournalError> {
    let by_id = "SELECT run.id, organization, user, epoch, events, head, what \
        FROM run LEFT JOIN entry ON entry.number = run.entry WHERE run.id = ?1";
    let row = connection.query_row(by_id, [run.as_str()], run_row).optional().map_err(doing("read"))?;
    match row {
        Some(row) => stated(row),
        None if runs(connection)?.iter().any(|row| row.id == run.as_str()) => {
            Err(broken(format!("run {run} cannot be found by its id")))
        }
        None => Err(JournalError::NoSuchRun { run: run.clone() }),
    }
}

/// Returns what every organization has taught, as organization and name.
pub(super) fn lessons(connection: &Connection) -> Result<BTreeSet<(String, String)>, JournalError> {
    let head = Head::read(connection)?;
    let mut statement = connection
        .prepare(
            "SELECT organization, name, run, at, what FROM lesson NOT INDEXED \
             LEFT JOIN entry ON entry.number = lesson.entry",
        )
        .map_err(doing("read"))?;
    let rows = statement
        .query_map([], |row| {
            let parts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            Ok((parts, row.get::<_, Option<String>>(4)?))
        })
        .map_err(doing("read"))?;
    let mut lessons = BTreeSet::new();
    for row in rows {
        let (parts, what) = row.map_err(doing("read"))?;
        if what != Some(lesson_statement(parts.each_ref().map(String::as_str))) {
            return Err(broken("a lesson is not what was written"));
        }
        let [organization, name, ..] = parts;
        lessons.insert((organization, name));
    }
    if i64::try_from(lessons.len()) == Ok(head.lessons) {
        Ok(lessons)
    } else {
        Err(broken(format!("it counts {} lessons, and {} can be read", head.lessons, lessons.len())))
    }
}

/// The names of evidence files, with their sums.
pub(crate) type Sums = BTreeMap<String, String>;

/// Returns the sums of the evidence that was made last of a run, with its number.
pub(super) fn evidence(
    connection: &Connection,
    run: &RunId,
    folder: &str,
) -> Result<Option<(i64, Sums)>, JournalError> {
    let row: Option<(i64, String, Option<String>)> = connection
        .query_row(
            "SELECT evidence.number, files, what FROM evidence LEFT JOIN entry ON entry.number = evidence.entry \
             WHERE run = ?1 AND folder = ?2 ORDER BY evidence.number DESC LIMIT 1",
            params![run.as_str(), folder],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .map_err(doing("read"))?;
    let Some((number, files, what)) = row else { return Ok(None) };
    if what != Some(evidence_statement(run.as_str(), folder, number, &files)) {
        return Err(broken(format!("the sums of the evidence of run {run} are not what was written")));
    }
    let sums = serde_json::from_str(&files).map_err(|_| broken("a list of sums cannot be read"))?;
    Ok(Some((number, sums)))
}
