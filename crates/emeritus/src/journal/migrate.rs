//! From format 1 to format 2: everything that is there is read and checked, then stated.

use emeritus_core::id::RunId;
use rusqlite::{Connection, TransactionBehavior, params};

use super::error::{JournalError, broken, doing};
use super::ledger::{Head, Ledger, RunRow};
use super::{chain, index, open};

/// Brings a journal to the format that this release writes, whole or not at all.
pub(super) fn to_current(connection: &mut Connection) -> Result<(), JournalError> {
    if open::format(connection)?.as_deref() == Some("2") {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(doing("brought to format 2"))?;
    // Read again under the lock: another process may have done it meanwhile.
    match open::format(&transaction)?.as_deref() {
        Some("2") => return Ok(()),
        Some("1") => {}
        Some(_) => return Err(JournalError::Foreign { what: "the journal is of a later release" }),
        None => return Err(broken("it does not say its format")),
    }
    sound(&transaction)?;
    let runs = runs(&transaction)?;
    transaction.execute_batch(include_str!("format-2.sql")).map_err(doing("brought to format 2"))?;
    let mut ledger = Head::begin(&transaction)?;
    for run in &runs {
        ledger.keep_run(run)?;
    }
    lessons(&transaction, &mut ledger)?;
    ledger.close()?;
    index::make(&transaction)?;
    transaction.commit().map_err(doing("brought to format 2"))
}

/// Format 1 does not count its rows: that none is lost is for the database to say.
pub(super) fn sound(connection: &Connection) -> Result<(), JournalError> {
    let said: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(doing("read"))?;
    if said == "ok" { Ok(()) } else { Err(broken(said)) }
}

fn runs(connection: &Connection) -> Result<Vec<RunRow>, JournalError> {
    let mut statement = connection
        .prepare("SELECT id, organization, user, epoch FROM run NOT INDEXED ORDER BY id")
        .map_err(doing("read"))?;
    let rows = statement
        .query_map([], |row| {
            let (id, organization, user) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(RunRow { id, organization, user, epoch: row.get(3)?, events: 0, head: String::new() })
        })
        .map_err(doing("read"))?;
    let mut runs = rows.collect::<Result<Vec<_>, _>>().map_err(doing("read"))?;
    let mut events = 0;
    for run in &mut runs {
        let id: RunId = run.run()?;
        let rows = chain::rows(connection, &id)?;
        let head = rows.last().map(|row| row.hash.clone());
        run.events = rows.len() as u64;
        run.head = head.ok_or_else(|| broken(format!("run {id} has no events")))?;
        events += run.events;
        chain::check(&id, rows)?;
    }
    let there: i64 =
        connection.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).map_err(doing("read"))?;
    if i64::try_from(events) == Ok(there) { Ok(runs) } else { Err(broken("there are events of no run")) }
}

fn lessons(connection: &Connection, ledger: &mut Ledger<'_>) -> Result<(), JournalError> {
    let mut statement = connection
        .prepare("SELECT organization, name, run, at FROM lesson ORDER BY organization, name")
        .map_err(doing("read"))?;
    let rows = statement
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
        .map_err(doing("read"))?;
    let lessons: Vec<[String; 4]> = rows.collect::<Result<_, _>>().map_err(doing("read"))?;
    for lesson in lessons {
        let [organization, name, ..] = &lesson;
        let entry = ledger.lesson(lesson.each_ref().map(String::as_str))?;
        connection
            .execute(
                "UPDATE lesson SET entry = ?3 WHERE organization = ?1 AND name = ?2",
                params![organization, name, entry],
            )
            .map_err(doing("brought to format 2"))?;
    }
    Ok(())
}
