//! Opening the journal: made whole or not at all, never by two at once, and never used unless what makes an append
//! durable was seen to be switched on.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};
use uuid::Uuid;

use super::error::{JournalError, broken, doing};
use super::ledger::Head;
use super::migrate;
use crate::home::{keep_private, private_file, sync_directory};

const APPLICATION_ID: i32 = 0x454d_5254; // "EMRT"
const BUSY: Duration = Duration::from_secs(15);
/// What SQLite keeps beside the database: the log of writes, and the memory that processes share.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// The files that an open journal consists of: what was opened must still be what the names lead to.
#[derive(Debug)]
pub(super) struct Files {
    known: Vec<(PathBuf, (u64, u64))>,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|about| (about.dev(), about.ino()))
}

impl Files {
    fn of(path: &Path) -> Result<Self, JournalError> {
        let known = BESIDE.into_iter().map(|ending| {
            let path = beside(path, ending);
            let identity = identity(&path).map_err(|source| file(&path, "opened", source))?;
            Ok((path, identity))
        });
        Ok(Self { known: known.collect::<Result<_, JournalError>>()? })
    }

    /// A database that was removed, or replaced by another, takes what is written and keeps none of it.
    pub(super) fn are_there(&self) -> Result<(), JournalError> {
        let gone = self.known.iter().find(|(path, known)| identity(path).ok() != Some(*known));
        gone.map_or(Ok(()), |(path, _)| Err(JournalError::Gone { path: path.clone() }))
    }
}

fn file(path: &Path, doing: &'static str, source: io::Error) -> JournalError {
    JournalError::File { path: path.to_owned(), doing, source }
}

/// Opens a journal to write in it. It is made when it is not there, if `may_make`.
pub(super) fn writable(path: &Path, may_make: bool) -> Result<(Connection, Files), JournalError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => make(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(JournalError::Absent { path: path.to_owned() });
        }
        Err(error) => return Err(file(path, "opened", error)),
        Ok(_) => {}
    }
    // A journal of an earlier release may be open to everybody. Whoever does not own it cannot close it; `doctor` tells.
    for ending in BESIDE {
        drop(keep_private(&beside(path, ending)));
    }
    let mut connection = connect(path)?;
    ours(&mut connection)?;
    durable(&connection)?;
    migrate::to_current(&mut connection)?;
    Head::read(&connection)?;
    // From here on the log is there, and its name is on disk before the first append is: the database would not say if
    // that failed.
    let files = Files::of(path)?;
    sync_directory(path).map_err(|source| file(path, "opened", source))?;
    Ok((connection, files))
}

/// Opens a journal to read it, without the right to write where it lies: a copy of it, as it is now.
pub(super) fn copied(path: &Path) -> Result<(Connection, Files), JournalError> {
    let directory = tempfile::tempdir().map_err(|source| file(path, "copied", source))?;
    let copy = directory.path().join("journal.sqlite");
    for ending in ["", "-wal"] {
        let from = beside(path, ending);
        match File::open(&from) {
            Ok(mut from) => private_file(&beside(&copy, ending))
                .and_then(|mut to| io::copy(&mut from, &mut to))
                .map(drop)
                .map_err(|source| file(path, "copied", source))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && ending.is_empty() => {
                return Err(JournalError::Absent { path: path.to_owned() });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(file(&from, "read", error)),
        }
    }
    let mut connection = connect(&copy)?;
    ours(&mut connection)?;
    migrate::to_current(&mut connection)?;
    // What the log has goes into the one file, which then needs no name any more: nothing of it stays behind.
    let mode = set(&connection, "journal_mode", "DELETE")?;
    if mode != "delete" {
        return Err(broken(format!("its log could not be read: the journal mode is {mode}")));
    }
    Head::read(&connection)?;
    Ok((connection, Files { known: Vec::new() }))
}

/// Whether there is a way to write where the journal lies, locks and logs included.
pub(super) fn is_writable(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    let directory = path.parent().unwrap_or(path);
    access(directory, Access::WRITE_OK).is_ok() && OpenOptions::new().write(true).open(path).is_ok()
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(doing("opened"))?;
    connection.busy_timeout(BUSY).map_err(doing("opened"))?;
    Ok(connection)
}

/// Refuses a file that is of something else. Everything is read in one transaction: another process may be at work.
fn ours(connection: &mut Connection) -> Result<(), JournalError> {
    let transaction = connection.transaction().map_err(doing("opened"))?;
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let id = number("application_id").map_err(doing("opened"))?;
    if id != i64::from(APPLICATION_ID) {
        let is_empty = number("page_count").map_err(doing("opened"))? == 0;
        let what =
            if is_empty { "the file is empty, and no journal is" } else { "the file is not a journal" };
        return Err(JournalError::Foreign { what });
    }
    let tables: i64 = transaction
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'run', 'event', 'lesson')",
            [],
            |row| row.get(0),
        )
        .map_err(doing("opened"))?;
    if tables == 4 { Ok(()) } else { Err(broken("a table is gone")) }
}

/// Sets a pragma, and returns what it is then: the database swallows what keeps it from being set.
fn set(connection: &Connection, name: &'static str, value: &str) -> Result<String, JournalError> {
    // One that answers and one that does not, both in one way.
    connection.pragma_update(None, name, value).map_err(doing("opened"))?;
    connection
        .pragma_query_value(None, name, |row| {
            row.get::<_, String>(0).or_else(|_| row.get::<_, i64>(0).map(|number| number.to_string()))
        })
        .map_err(doing("opened"))
}

/// Switches on what makes an append durable when it returns, and sees that it is on.
fn durable(connection: &Connection) -> Result<(), JournalError> {
    for (setting, value, wanted) in
        [("journal_mode", "WAL", "wal"), ("synchronous", "FULL", "2"), ("foreign_keys", "ON", "1")]
    {
        let found = set(connection, setting, value)?;
        if found != wanted {
            return Err(JournalError::NotDurable { setting, wanted, found });
        }
    }
    Ok(())
}

/// Makes a journal under a name of its own, and gives it the right one when it is whole and on disk. Of several that do
/// this at once, one is first, and the others take its.
fn make(path: &Path) -> Result<(), JournalError> {
    let failed = |source| file(path, "created", source);
    let draft = beside(path, &format!(".{}.partial", Uuid::new_v4().simple()));
    private_file(&draft).map_err(failed)?;
    let made = fill(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Ok(()) => sync_directory(path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
    });
    for ending in ["", "-wal", "-shm", "-journal"] {
        // What is left of it is in nobody's way; the first error is the one to tell.
        drop(fs::remove_file(beside(&draft, ending)));
    }
    made
}

fn fill(draft: &Path) -> Result<(), JournalError> {
    let mut connection = connect(draft)?;
    // Nobody has it yet, so nothing need be rolled back; and of what is synced, nothing is left to the database, which does
    // not say when the directory of a rollback journal could not be.
    connection.pragma_update(None, "journal_mode", "MEMORY").map_err(doing("created"))?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(doing("created"))?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing("created"))?;
    transaction.execute_batch(include_str!("format-1.sql")).map_err(doing("created"))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(doing("created"))?;
    transaction.commit().map_err(doing("created"))?;
    migrate::to_current(&mut connection)?;
    durable(&connection)?;
    connection.close().map_err(|(_, source)| doing("created")(source))?;
    // Closed in good order, everything is in the one file.
    if fs::metadata(beside(draft, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(broken("what was created is not in its file"));
    }
    File::open(draft).and_then(|file| file.sync_all()).map_err(|source| file_error(draft, source))
}

fn file_error(path: &Path, source: io::Error) -> JournalError {
    file(path, "created", source)
}

/// Returns the format that a journal says it has.
pub(super) fn format(connection: &Connection) -> Result<Option<String>, JournalError> {
    connection
        .query_row("SELECT value FROM meta WHERE name = 'format'", [], |row| row.get(0))
        .optional()
        .map_err(doing("opened"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In memory there is no log: the database does not object, and sets another mode.
    #[test]
    fn what_was_not_set_is_not_taken_for_set() {
        let connection = Connection::open_in_memory().unwrap();
        let error = durable(&connection).unwrap_err();
        assert!(
            matches!(&error, JournalError::NotDurable { setting: "journal_mode", found, .. } if found == "memory"),
            "{error}"
        );
    }

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.display().to_string()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_copy_is_read_with_its_log_and_nothing_is_made_beside_the_original() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.sqlite");
        // Open, so that what is written is in the log.
        let (writer, _files) = writable(&path, true).unwrap();
        writer.execute_batch("CREATE TABLE later (x); INSERT INTO later VALUES (7)").unwrap();
        let copied_to = tempfile::tempdir().unwrap();
        for ending in ["", "-wal"] {
            let to = beside(&copied_to.path().join("journal.sqlite"), ending);
            fs::copy(beside(&path, ending), to).unwrap();
        }
        let (reader, _files) = copied(&copied_to.path().join("journal.sqlite")).unwrap();
        let found: i64 = reader.query_row("SELECT x FROM later", [], |row| row.get(0)).unwrap();
        assert_eq!(
            (found, names(copied_to.path())),
            (7, vec!["journal.sqlite".to_owned(), "journal.sqlite-wal".to_owned()])
        );
    }

    #[test]
    fn a_copy_of_the_first_format_is_read_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.sqlite");
        let old = include_bytes!("../../tests/it/golden/journal-v1.sqlite");
        fs::write(&path, old).unwrap();
        let (reader, _files) = copied(&path).unwrap();
        assert_eq!(super::super::rows::runs(&reader).unwrap().len(), 1);
        assert_eq!(
            (fs::read(&path).unwrap().as_slice(), names(directory.path())),
            (old.as_slice(), vec!["journal.sqlite".to_owned()])
        );
    }

    #[test]
    fn a_journal_is_not_made_by_whoever_looks_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.sqlite");
        assert!(matches!(writable(&path, false), Err(JournalError::Absent { .. })));
        assert!(matches!(copied(&path), Err(JournalError::Absent { .. })));
        assert_eq!(names(directory.path()), Vec::<String>::new());
    }
}
