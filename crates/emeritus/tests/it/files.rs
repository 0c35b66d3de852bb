//! Files: whose they are, and what happens when they go away.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use emeritus::event::{Event, FailureCode};
use emeritus::{DriveError, Journal, JournalError, Notice, Recheck, RunError};
use genesys_emulator::Preset;
use jiff::SignedDuration;

use crate::world::World;

fn all_files(directory: &Path) -> Vec<PathBuf> {
    let (mut found, mut todo) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push(path);
        }
    }
    found
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn every_file_is_its_owners_alone_whoever_may_enter_the_directory() {
    let world = World::small(Preset::Documented);
    fs::set_permissions(world.home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Open while it is looked at: the log and the shared memory are files too.
    let executor = world.executor();
    world.retire_by(&executor).unwrap();
    let files = all_files(world.home.path());
    let names: Vec<_> = files.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "report.html", "SHA256SUMS"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(names.iter().any(|name| name.starts_with("census-")), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("partial")), "{names:?}");
    for path in files {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // A journal that an earlier release left open to everybody is closed when it is next used.
    drop(executor);
    fs::set_permissions(world.journal_path(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(world.executor());
    assert_eq!(mode(&world.journal_path()), 0o600);
}

#[test]
fn a_file_that_others_could_read_is_its_owners_alone_once_it_is_written_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plan.json");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let failed = emeritus::write_private(&path, |_| Err(std::io::Error::other("no")));
    assert_eq!((failed.is_err(), fs::read_to_string(&path).unwrap().as_str()), (true, "old"));
    emeritus::write_private(&path, |file| std::io::Write::write_all(file, b"new")).unwrap();
    assert_eq!((mode(&path), fs::read_to_string(&path).unwrap().as_str()), (0o600, "new"));
    assert_eq!(all_files(directory.path()), [path]);
}

#[test]
fn several_first_starts_make_one_journal() {
    for _ in 0..12 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.sqlite");
        let barrier = std::sync::Barrier::new(6);
        let opened = std::thread::scope(|scope| {
            let open = || {
                barrier.wait();
                Journal::open(&path).and_then(|journal| journal.check())
            };
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let heads: Vec<_> = opened.into_iter().map(|checked| checked.unwrap().head).collect();
        assert!(heads.iter().all(|head| *head == heads[0]), "{heads:?}");
        let left = all_files(directory.path());
        assert!(!left.iter().any(|path| path.display().to_string().contains("partial")), "{left:?}");
    }
}

/// Runs a retirement during which something is done to the state directory, once the history was read.
fn interfered(world: &World, with: impl Fn(&Path) + Send + Sync + 'static) -> RunError {
    let path = world.journal_path();
    let watch: emeritus::Watch = Arc::new(move |notice| {
        if let Notice::Event(record) = notice
            && matches!(record.event, Event::Measured { .. })
        {
            with(&path);
        }
    });
    let executor = world.executor_watched(watch);
    let planned = world.plan(&executor);
    world.start(&executor, planned, Recheck::WhenOld).unwrap_err()
}

#[test]
fn a_journal_that_is_removed_or_replaced_stops_the_run_before_the_next_effect() {
    let removed = |path: &Path| fs::rename(path, path.with_extension("away")).unwrap();
    let replaced = |path: &Path| {
        let copy = path.with_extension("copy");
        fs::copy(path, &copy).unwrap();
        fs::rename(copy, path).unwrap();
    };
    let log_removed = |path: &Path| fs::remove_file(format!("{}-wal", path.display())).unwrap();
    let meddlings: [fn(&Path); 3] = [removed, replaced, log_removed];
    for meddle in meddlings {
        let world = World::small(Preset::Documented);
        let before = world.truth();
        let error = interfered(&world, meddle);
        let is_gone =
            matches!(&error, RunError::Drive { source: DriveError::Journal(JournalError::Gone { .. }), .. });
        assert!(is_gone, "{error:?}");
        assert_eq!((world.changes(), world.truth()), (Vec::new(), before));
    }
}

/// What a delete is proved against afterwards has to be there before it is sent.
#[test]
fn nothing_is_deleted_when_the_reading_before_it_is_gone_or_changed() {
    let gone = |path: &Path| fs::remove_file(path).unwrap();
    let shortened = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.split_once('\n').unwrap().1).unwrap();
    };
    let meddlings: [fn(&Path); 2] = [gone, shortened];
    for (preset, meddle) in [Preset::Documented, Preset::AsReported]
        .into_iter()
        .flat_map(|preset| meddlings.into_iter().map(move |meddle| (preset, meddle)))
    {
        let mut world = World::small(preset);
        world.policy.mode = emeritus::policy::Mode::Delete { hold: SignedDuration::from_hours(72) };
        let report = world.retire().unwrap();
        let run = report.state.run().clone();
        let mut censuses: Vec<_> = all_files(&report.evidence_dir);
        censuses.retain(|path| path.display().to_string().contains("census-"));
        assert_eq!(censuses.len(), 2);
        censuses.iter().for_each(|path| meddle(path));
        world.emulator.clock().advance(std::time::Duration::from_secs(73 * 3_600));
        world.emulator.forget_requests();
        let executor = world.executor();
        let report = world.run(executor.resume(&run, false)).unwrap();
        let (_, failure) = report.state.stuck().unwrap();
        assert_eq!(failure.code, FailureCode::HistoryUnreadable, "{failure:?}");
        assert_eq!((world.changes(), world.truth().state.as_str()), (Vec::new(), "inactive"));
    }
}

/// The same, of readings that go away after the last proof, when nothing but the delete is left to do.
#[test]
fn nothing_is_deleted_when_the_readings_go_away_right_before() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = World::small(preset).deleting();
        let runs = world.home.path().join("runs");
        let watch: emeritus::Watch = Arc::new(move |notice| {
            if let Notice::Event(record) = notice
                && matches!(record.event, Event::Proved { .. })
            {
                let readings = all_files(&runs);
                readings.iter().filter(|path| path.display().to_string().contains("census-")).for_each(
                    |path| {
                        fs::remove_file(path).unwrap();
                    },
                );
            }
        });
        let executor = world.executor_watched(watch);
        let planned = world.plan(&executor);
        let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
        let (_, failure) = report.state.stuck().unwrap();
        assert_eq!(failure.code, FailureCode::HistoryUnreadable, "{preset}: {failure:?}");
        assert_eq!(world.truth().state, "inactive", "{preset}");
        let account = format!("/api/v2/users/{}", world.ada);
        let effects = world.effects();
        let deletes =
            effects.iter().filter(|effect| effect.method == "DELETE" && effect.path == account).count();
        assert_eq!(deletes, 0, "{preset}");
    }
}
