//! The journal as a file: what is acknowledged stays, what is torn is cut, what is changed is refused.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;

use emeritus::event::{Event, Record};
use emeritus::id::{OrganizationId, RunId, UserId};
use emeritus::index::{Aim, IndexRow};
use emeritus::{Failpoint, Journal, JournalError, Pen, RunState, Side};
use genesys_emulator::Preset;
use jiff::Timestamp;

use crate::world::World;

fn ids() -> (RunId, OrganizationId, UserId) {
    (
        RunId::parse("01999999-0000-7000-8000-000000000001").unwrap(),
        OrganizationId::parse("org-1").unwrap(),
        UserId::parse("user-1").unwrap(),
    )
}

fn started(world: &World) -> Event {
    let Event::Started { plan, snapshot, .. } = world.records().remove(0).event else { panic!() };
    Event::Started { run: ids().0, plan, snapshot, engine: "test".to_owned() }
}

fn note(sequence: u64, at: Timestamp, calls: u64) -> Record {
    Record { sequence, at, event: Event::Counted { calls } }
}

/// A journal of its own with a started run and three notes.
fn small_journal(directory: &std::path::Path) -> Journal {
    let world = World::small(Preset::Documented);
    world.retire().unwrap();
    let journal = Journal::open(&directory.join("j.sqlite")).unwrap();
    let (run, organization, user) = ids();
    let at = world.emulator.clock().now();
    let first = Record { sequence: 1, at, event: started(&world) };
    let mut state = RunState::start(&first).unwrap();
    let pen = journal.begin((&run, &organization, &user), &first, &IndexRow::of(&state)).unwrap();
    for calls in 1..=3 {
        let record = note(calls + 1, at, calls);
        state.apply(&record).unwrap();
        journal.append(&pen, &record, &IndexRow::of(&state)).unwrap();
    }
    journal
}

/// Appends a note as the next event of the run, or in another place.
fn append(journal: &Journal, pen: &Pen, sequence: u64) -> Result<(), JournalError> {
    let mut state = RunState::fold(&journal.records(&ids().0).unwrap()).unwrap().unwrap();
    let record = note(sequence, state.last_at(), 9);
    drop(state.apply(&record));
    journal.append(pen, &record, &IndexRow::of(&state))
}

#[test]
fn an_append_that_is_refused_ends_its_pen_and_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let journal = small_journal(directory.path());
    let (run, ..) = ids();
    let pen = journal.take_over(&run).unwrap();
    assert!(matches!(append(&journal, &pen, 3), Err(JournalError::TakenOver { .. })));
    assert!(matches!(append(&journal, &pen, 5), Err(JournalError::TakenOver { .. })));
    assert_eq!(journal.records(&run).unwrap().len(), 4);
    // Other runs go on, and this one can be taken over.
    let pen = journal.take_over(&run).unwrap();
    append(&journal, &pen, 5).unwrap();
    assert_eq!(journal.records(&run).unwrap().len(), 5);
}

#[test]
fn an_append_that_fails_ends_the_right_of_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let journal = small_journal(directory.path()).with_failpoint(Failpoint::at(2, Side::Before));
    let (run, ..) = ids();
    let pen = journal.take_over(&run).unwrap();
    assert!(matches!(append(&journal, &pen, 5), Err(JournalError::Failpoint)));
    assert!(matches!(append(&journal, &pen, 5), Err(JournalError::Poisoned)));
    assert!(matches!(journal.take_over(&run), Err(JournalError::Poisoned)));
}

#[test]
fn a_stale_executor_is_fenced_off_by_whoever_took_over() {
    let directory = tempfile::tempdir().unwrap();
    let journal = small_journal(directory.path());
    let (run, ..) = ids();
    let old = journal.take_over(&run).unwrap();
    let other = Journal::open(&directory.path().join("j.sqlite")).unwrap();
    let new = other.take_over(&run).unwrap();
    assert!(matches!(append(&journal, &old, 5), Err(JournalError::TakenOver { .. })));
    append(&other, &new, 5).unwrap();
}

#[test]
fn events_can_be_neither_changed_nor_removed_by_mistake() {
    let directory = tempfile::tempdir().unwrap();
    drop(small_journal(directory.path()));
    let raw = rusqlite::Connection::open(directory.path().join("j.sqlite")).unwrap();
    for statement in ["UPDATE event SET body = '{}'", "DELETE FROM event"] {
        let refused = raw.execute(statement, []).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[test]
fn a_changed_or_missing_record_is_refused_and_named() {
    let damage = [
        ("UPDATE event SET body = replace(body, '\"calls\":2', '\"calls\":3') WHERE sequence = 3", 3),
        ("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE sequence = 2", 2),
        ("UPDATE event SET hash = upper(hash) WHERE sequence = 1", 1),
        ("DELETE FROM event WHERE sequence = 2", 2),
        ("DELETE FROM event WHERE sequence = 4", 4),
        ("UPDATE event SET format = 9 WHERE sequence = 4", 4),
    ];
    for (statement, place) in damage {
        let directory = tempfile::tempdir().unwrap();
        let journal = small_journal(directory.path());
        let raw = rusqlite::Connection::open(directory.path().join("j.sqlite")).unwrap();
        raw.execute_batch("DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed")
            .unwrap();
        assert_eq!(raw.execute(statement, []).unwrap(), 1, "{statement}");
        let refused = journal.records(&ids().0).unwrap_err();
        assert!(
            matches!(refused, JournalError::Damaged { sequence, .. } if sequence == place),
            "{statement}: {refused}"
        );
    }
}

/// Copies the files of a journal whose writer never closed it, as a crash leaves them.
fn crashed_copy(from: &std::path::Path, to: &std::path::Path) {
    for name in ["j.sqlite", "j.sqlite-wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
fn a_torn_tail_is_cut_at_any_byte_and_what_remains_is_a_prefix() {
    let directory = tempfile::tempdir().unwrap();
    let journal = small_journal(directory.path());
    let whole = journal.records(&ids().0).unwrap();
    let length = fs::metadata(directory.path().join("j.sqlite-wal")).unwrap().len();
    let mut lengths = std::collections::BTreeSet::new();
    for cut in (0..=length).rev().step_by(97) {
        let torn = tempfile::tempdir().unwrap();
        crashed_copy(directory.path(), torn.path());
        let wal = OpenOptions::new().write(true).open(torn.path().join("j.sqlite-wal")).unwrap();
        wal.set_len(cut).unwrap();
        let journal = Journal::open(&torn.path().join("j.sqlite")).unwrap();
        let kept = match journal.records(&ids().0) {
            Ok(records) => records,
            Err(JournalError::NoSuchRun { .. }) => Vec::new(),
            Err(error) => panic!("cut at {cut}: {error}"),
        };
        assert_eq!(kept, whole[..kept.len()], "cut at {cut}");
        lengths.insert(kept.len());
    }
    assert_eq!(lengths, std::collections::BTreeSet::from([0, 1, 2, 3, 4]));
}

#[test]
fn a_flipped_bit_gives_a_prefix_or_an_error_and_never_another_history() {
    let directory = tempfile::tempdir().unwrap();
    let journal = small_journal(directory.path());
    let whole = journal.records(&ids().0).unwrap();
    drop(journal);
    // Closed in good order, everything is in the main file.
    let path = directory.path().join("j.sqlite");
    let bytes = fs::read(&path).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for place in (0..bytes.len()).step_by(61) {
        let damaged = directory.path().join("damaged.sqlite");
        fs::write(&damaged, &bytes).unwrap();
        let file = OpenOptions::new().write(true).open(&damaged).unwrap();
        file.write_all_at(&[bytes[place] ^ 0x10], place as u64).unwrap();
        match Journal::open(&damaged).and_then(|journal| journal.records(&ids().0)) {
            Ok(records) => {
                assert_eq!(records, whole[..records.len()], "byte {place}");
                harmless += 1;
            }
            Err(_) => refused += 1,
        }
        for name in ["damaged.sqlite", "damaged.sqlite-wal", "damaged.sqlite-shm"] {
            drop(fs::remove_file(directory.path().join(name)));
        }
    }
    assert!(refused > 50 && harmless > 0, "{refused} refused, {harmless} harmless");
}

#[test]
fn a_file_of_something_else_is_not_taken_for_a_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("j.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Foreign { .. })));
    fs::write(&path, "not a database at all, but long enough to be looked at").unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Database { .. })));
}

#[test]
fn a_journal_of_a_later_release_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(small_journal(directory.path()));
    let path = directory.path().join("j.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE meta SET value = '3'", []).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Foreign { .. })));
}

#[test]
fn two_executors_never_work_on_one_person() {
    let world = World::small(Preset::Documented);
    let (first, second) = (world.executor(), world.executor());
    let planned = world.plan(&second);
    let lock = std::fs::File::open(world.home.path().join("locks").join(format!(
        "{}.{}",
        world.emulator.organization_id(),
        world.ada
    )));
    assert!(lock.is_err(), "no lock before a run");
    world.start(&first, world.plan(&first), emeritus::Recheck::WhenOld).unwrap();
    let lock = std::fs::File::open(world.home.path().join("locks").join(format!(
        "{}.{}",
        world.emulator.organization_id(),
        world.ada
    )))
    .unwrap();
    lock.try_lock().unwrap();
    let changes = world.changes().len();
    let refused = world.start(&second, planned, emeritus::Recheck::WhenOld);
    assert!(matches!(refused, Err(emeritus::RunError::Lease(_))), "{refused:?}");
    assert_eq!(world.changes().len(), changes);
}

#[test]
fn the_state_of_a_run_is_the_fold_of_its_events_at_every_prefix() {
    let world = World::small(Preset::Documented).deleting();
    world.retire().unwrap();
    let records = world.records();
    for length in 1..=records.len() {
        let state = RunState::fold(&records[..length]).unwrap().unwrap();
        assert_eq!(state.sequence(), length as u64);
    }
}

#[test]
fn neither_secret_nor_token_reaches_any_file() {
    let world = World::small(Preset::AsReported).deleting();
    world.retire().unwrap();
    let secret = world.emulator.client_secret();
    let mut read = 0;
    let mut todo = vec![world.home.path().to_owned()];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains(&secret), "{}", path.display());
        assert!(!text.contains("Bearer ") && !text.contains("access_token"), "{}", path.display());
        read += 1;
    }
    assert!(read >= 8, "only {read} files");
}

/// A journal as the first release left it. A later release must read it to the same run, and must not change it by
/// reading.
#[test]
fn a_stored_journal_is_read_to_the_same_run() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("j.sqlite");
    fs::write(&path, include_bytes!("golden/journal-v1.sqlite")).unwrap();
    let journal = Journal::open(&path).unwrap();
    let runs = journal.runs(None).unwrap();
    assert_eq!(runs.len(), 1);
    let records = journal.records(&runs[0]).unwrap();
    let state = RunState::fold(&records).unwrap().unwrap();
    assert_eq!(state.outcome(), Some(emeritus::event::Outcome::Verified));
    assert_eq!(state.last_proof().unwrap().verdict, emeritus::census::Verdict::Intact);
    assert_eq!(
        journal.head(&runs[0]).unwrap(),
        "85120d7091c6199278586abc5c28beeeb33c800a6e46ea24c76a2833f7f8cd32"
    );
    // Reading it brought it to the present format, every event as it was, and it stays so.
    let checked = journal.check().unwrap();
    assert_eq!((checked.runs, checked.events), (1, records.len() as u64));
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.check().unwrap(), checked);
    assert_eq!(journal.records(&runs[0]).unwrap(), records);
}

/// A journal of format 2, with a retirement and a restore, as the first release that writes it leaves it.
#[test]
fn a_stored_journal_of_format_2_is_read_to_the_same_runs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("j.sqlite");
    fs::write(&path, include_bytes!("golden/journal-v2.sqlite")).unwrap();
    let journal = Journal::open(&path).unwrap();
    let checked = journal.check().unwrap();
    assert_eq!((checked.runs, checked.events, checked.lessons, checked.entries), (2, 77, 1, 81));
    assert_eq!(checked.head, "0c85abe27b19a45aa09b00519c704b1509eff525e48483fb144e02353daa09e6");
    for run in journal.runs(None).unwrap() {
        let state = RunState::fold(&journal.records(&run).unwrap()).unwrap().unwrap();
        assert_eq!(state.outcome(), Some(emeritus::event::Outcome::Verified));
    }
    let aims: Vec<_> = journal.index().unwrap().iter().map(|run| (run.row.aim, run.row.is_back)).collect();
    assert_eq!(aims, [(Aim::Retire, false), (Aim::Restore, true)]);
}
