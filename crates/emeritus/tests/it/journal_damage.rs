//! What is lost from a journal, or put into it, by whatever means, is found out: it never reads as another history.

use std::fs;
use std::path::Path;

use emeritus::event::Record;
use emeritus::id::{OrganizationId, RunId, UserId};
use emeritus::index::IndexRow;
use emeritus::{IndexedRun, Journal, JournalError, RunState};
use genesys_emulator::Preset;
use sha2::{Digest as _, Sha256};

use crate::world::World;

const LESSON: &str = "in-use-blocks-cut";

fn organization() -> OrganizationId {
    OrganizationId::parse("org-1").unwrap()
}

/// A journal with three runs and a lesson, closed in good order.
fn journal(directory: &Path) -> std::path::PathBuf {
    let world = World::small(Preset::Documented);
    world.retire().unwrap();
    let records = world.records();
    let path = directory.join("j.sqlite");
    let journal = Journal::open(&path).unwrap();
    for number in 1..=3 {
        let run = RunId::parse(format!("01999999-0000-7000-8000-00000000000{number}")).unwrap();
        let user = UserId::parse(format!("user-{number}")).unwrap();
        let mut state = RunState::start(&records[0]).unwrap();
        let ids = (&run, &organization(), &user);
        let pen = journal.begin(ids, &records[0], &IndexRow::of(&state)).unwrap();
        for record in &records[1..] {
            state.apply(record).unwrap();
            journal.append(&pen, record, &IndexRow::of(&state)).unwrap();
        }
        journal.learn(&organization(), LESSON, &run, records[0].at).unwrap();
    }
    path
}

type All = (Vec<(RunId, Vec<Record>)>, Vec<IndexedRun>, bool);

/// Everything that anybody is told from a journal.
fn told(path: &Path) -> Result<All, JournalError> {
    let journal = Journal::open(path)?;
    let runs = journal.runs(None)?;
    let runs: Result<Vec<_>, _> =
        runs.into_iter().map(|run| Ok((run.clone(), journal.records(&run)?))).collect();
    Ok((runs?, journal.index()?, journal.has_learnt(&organization(), LESSON)?))
}

fn put(path: &Path, bytes: &[u8]) {
    for ending in ["-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{ending}", path.display())));
    }
    fs::write(path, bytes).unwrap();
}

/// Where SQLite counts the cells of a page, and points to the rightmost page: a bit of them hides rows, or shows those of
/// another place.
#[test]
fn a_page_that_hides_rows_is_found_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = journal(directory.path());
    let whole = told(&path).unwrap();
    let good = fs::read(&path).unwrap();
    let (mut flips, mut refused) = (0, 0);
    for page in (0..good.len()).step_by(4096) {
        let start = page + if page == 0 { 100 } else { 0 };
        if ![2, 5, 10, 13].contains(&good[start]) {
            continue;
        }
        for (byte, bit) in [3, 4, 8, 9].into_iter().flat_map(|byte| [0, 1, 4].map(move |bit| (byte, bit))) {
            let mut bytes = good.clone();
            bytes[start + byte] ^= 1 << bit;
            put(&path, &bytes);
            flips += 1;
            match told(&path) {
                Ok(found) => assert_eq!(found, whole, "page at {page}, byte {byte}, bit {bit}"),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(flips > 200 && refused > flips / 4, "{refused} of {flips} refused");
    put(&path, &good);
    assert_eq!(told(&path).unwrap(), whole);
}

#[test]
fn a_check_finds_a_flipped_bit_wherever_it_changes_what_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = journal(directory.path());
    let whole = (told(&path).unwrap(), Journal::open(&path).unwrap().check().unwrap());
    let good = fs::read(&path).unwrap();
    let mut refused = 0;
    for place in (0..good.len()).step_by(1_009) {
        let mut bytes = good.clone();
        bytes[place] ^= 0x04;
        put(&path, &bytes);
        match Journal::open(&path).and_then(|journal| journal.check()) {
            Ok(checked) => assert_eq!((told(&path).unwrap(), checked), whole, "byte {place}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 20, "{refused} refused");
}

/// What somebody does with SQLite's own tool, the triggers taken away.
#[test]
fn what_is_removed_or_changed_by_hand_is_found_out_where_it_is_read() {
    let damage = [
        "DELETE FROM run WHERE id LIKE '%2'",
        "DELETE FROM event WHERE run LIKE '%2'; DELETE FROM run WHERE id LIKE '%2'",
        "UPDATE run SET user = 'somebody' WHERE id LIKE '%2'",
        "UPDATE run SET epoch = 7 WHERE id LIKE '%2'",
        "UPDATE run SET events = events - 1 WHERE id LIKE '%2'",
        "DELETE FROM lesson",
        "UPDATE lesson SET organization = 'another'",
        "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)",
        "INSERT INTO entry (number, what, hash) SELECT max(number) + 1, 'x', 'y' FROM entry",
        "UPDATE entry SET what = replace(what, 'user-3', 'user-4') WHERE what LIKE '%user-3%'",
        "UPDATE head SET hash = 'x'",
        "UPDATE head SET runs = 2",
        "DELETE FROM head",
        "DELETE FROM meta",
        "DROP TABLE lesson",
        "DELETE FROM event WHERE run LIKE '%2' AND sequence > 10",
        "DELETE FROM run_index WHERE run LIKE '%2'",
        "DELETE FROM run_index WHERE run LIKE '%3'",
        "INSERT INTO run_index VALUES ('z', '{}', '')",
        "UPDATE run_index SET row = replace(row, 'verified', 'failed') WHERE run LIKE '%2'",
        "UPDATE run_index SET run = 'a' WHERE run LIKE '%2'",
        "UPDATE run_index AS one SET row = other.row, digest = other.digest FROM run_index AS other \
         WHERE one.run LIKE '%2' AND other.run LIKE '%3'",
    ];
    for statement in damage {
        let directory = tempfile::tempdir().unwrap();
        let path = journal(directory.path());
        by_hand(&path, statement);
        let error = told(&path).expect_err(statement);
        let is_damage = matches!(
            error,
            JournalError::Broken { .. }
                | JournalError::Damaged { .. }
                | JournalError::Database { .. }
                | JournalError::Index { .. }
        );
        assert!(is_damage, "{statement}: {error}");
    }
}

/// A row of the index that stood there before fits its own sum still.
#[test]
fn a_row_of_an_earlier_event_does_not_stand_for_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("j.sqlite");
    let world = World::small(Preset::Documented);
    world.retire().unwrap();
    let records = world.records();
    let run = RunId::parse("01999999-0000-7000-8000-000000000001").unwrap();
    let user = UserId::parse("user-1").unwrap();
    let journal = Journal::open(&path).unwrap();
    let mut state = RunState::start(&records[0]).unwrap();
    let pen = journal.begin((&run, &organization(), &user), &records[0], &IndexRow::of(&state)).unwrap();
    by_hand(&path, "CREATE TABLE earlier AS SELECT * FROM run_index");
    for record in &records[1..] {
        state.apply(record).unwrap();
        journal.append(&pen, record, &IndexRow::of(&state)).unwrap();
    }
    drop(journal);
    assert!(!told(&path).unwrap().1[0].row.is_open());
    by_hand(&path, "DELETE FROM run_index; INSERT INTO run_index SELECT * FROM earlier");
    let error = told(&path).expect_err("the run seems to be open");
    assert!(matches!(&error, JournalError::Index { run: of } if *of == run.as_str()), "{error}");
}

/// What no reading of a run can show, the check of the whole does.
#[test]
fn a_check_walks_the_whole_chain() {
    let damage = [
        "UPDATE entry SET what = replace(what, '\"1\"', '\"2\"') WHERE number = 2",
        "UPDATE entry SET hash = 'x' WHERE number = 3",
        "UPDATE entry SET number = -1 WHERE number = 4",
        "INSERT INTO evidence (run, folder, number, files, entry) SELECT id, '', 1, '{}', 2 FROM run LIMIT 1",
    ];
    for statement in damage {
        let directory = tempfile::tempdir().unwrap();
        let path = journal(directory.path());
        Journal::open(&path).unwrap().check().unwrap();
        by_hand(&path, statement);
        let error = Journal::open(&path).unwrap().check().expect_err(statement);
        assert!(matches!(error, JournalError::Broken { .. }), "{statement}: {error}");
    }
}

fn by_hand(path: &Path, statement: &str) {
    let raw = rusqlite::Connection::open(path).unwrap();
    let triggers: Vec<String> = raw
        .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    raw.execute_batch(&triggers.join(";")).unwrap();
    raw.pragma_update(None, "foreign_keys", false).unwrap();
    raw.execute_batch(statement).unwrap();
}

/// A record as it stands in the table: its place, its time, its event.
type Row = (i64, String, String);

/// What is done to the records of a run.
type Change = fn(&mut Vec<Row>);

/// The hash of a record can be made by anybody who knows how. What a run was written to end with is known beside it.
#[test]
fn records_whose_hashes_were_made_anew_are_not_those_that_were_written() {
    let changes: [(&str, Change); 3] = [
        ("the last", |rows| rows.last_mut().unwrap().1 = "2020-01-01T00:00:00Z".to_owned()),
        ("an earlier one", |rows| rows[1].1 = "2020-01-01T00:00:00Z".to_owned()),
        ("one more", |rows| {
            let (sequence, at, body) = rows.last().unwrap().clone();
            rows.push((sequence + 1, at, body));
        }),
    ];
    for (what, change) in changes {
        let directory = tempfile::tempdir().unwrap();
        let path = journal(directory.path());
        by_hand(&path, "");
        let raw = rusqlite::Connection::open(&path).unwrap();
        let run = "01999999-0000-7000-8000-000000000002";
        let mut rows: Vec<Row> = raw
            .prepare("SELECT sequence, at, body FROM event WHERE run = ?1 ORDER BY sequence")
            .unwrap()
            .query_map([run], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        change(&mut rows);
        let mut hash = digest(&[b"emeritus run v1\0", run.as_bytes()]);
        for (sequence, at, body) in rows {
            let number = sequence.to_be_bytes();
            hash = digest(&[
                b"emeritus event v1\0",
                hash.as_bytes(),
                &number,
                at.as_bytes(),
                &[0],
                body.as_bytes(),
            ]);
            let row = (run, sequence, &at, &body, &hash);
            let put = "INSERT OR REPLACE INTO event (run, sequence, format, at, body, hash) VALUES (?1, ?2, 1, ?3, ?4, ?5)";
            raw.execute(put, row).unwrap();
        }
        drop(raw);
        let error = told(&path).expect_err(what);
        let says = "it is not the last that was written";
        assert!(matches!(error, JournalError::Damaged { how, .. } if how == says), "{what}: {error}");
    }
}

fn digest(parts: &[&[u8]]) -> String {
    let digest = Sha256::digest(parts.concat());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an older release wrote is looked at before it is counted.
#[test]
fn a_journal_of_the_first_format_that_was_changed_is_not_taken_over() {
    let old = include_bytes!("golden/journal-v1.sqlite");
    for statement in [
        "UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE sequence = 2",
        "DELETE FROM event WHERE sequence = 2",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("j.sqlite");
        put(&path, old);
        by_hand(&path, statement);
        let refused = Journal::open(&path).map(drop).expect_err(statement);
        assert!(matches!(refused, JournalError::Damaged { sequence: 2, .. }), "{statement}: {refused}");
        put(&path, old);
        Journal::open(&path).unwrap();
    }
}

/// A process of an older release may have the file open still.
#[test]
fn what_an_older_release_would_write_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = journal(directory.path());
    let raw = rusqlite::Connection::open(&path).unwrap();
    let begin = "INSERT INTO run (id, organization, user, epoch) VALUES ('r', 'o', 'u', 1)";
    let take = "UPDATE run SET epoch = epoch + 1";
    let append = "INSERT INTO event (run, sequence, format, at, body, hash) \
        SELECT run, max(sequence) + 1, 1, at, body, hash FROM event GROUP BY run LIMIT 1";
    let learn = "INSERT INTO lesson (organization, name, run, at) VALUES ('o', 'n', 'r', 't')";
    for statement in [begin, take, append, learn] {
        let refused = raw.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains("an older release"), "{statement}: {refused}");
    }
}

/// A journal that is emptied is not a new one.
#[test]
fn an_empty_file_is_no_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = journal(directory.path());
    put(&path, b"");
    assert!(matches!(Journal::open(&path), Err(JournalError::Foreign { .. })));
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}
