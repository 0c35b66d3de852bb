//! A process killed at any moment.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use emeritus_archive::{Archive, Begun, Groups, Location};

use crate::{desk, faults};

const FOLDER: &str = "EMERITUS_ARCHIVE_TEST_FOLDER";
const RECORDS: u64 = 150;
const KILLS: u32 = 50;

/// The process that is killed: this test, started again by the one below. By itself it does nothing.
#[tokio::test]
async fn a_child_archives_a_batch() {
    #[expect(clippy::disallowed_methods, reason = "how the parent tells its child where")]
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let records = desk::records(RECORDS);
    let archive = Archive::open(&Location::Folder(folder.into())).unwrap();
    desk::archive(&archive, desk::spec("one", Groups::ALL), &records).await;
}

fn child(folder: &std::path::Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::a_child_archives_a_batch"]).env(FOLDER, folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_all_or_nothing_and_a_rerun_completes_it() {
    let records = desk::records(RECORDS);
    let whole = tempfile::tempdir().unwrap();
    let began = Instant::now();
    assert!(child(whole.path()).status().unwrap().success());
    let mut lasts = began.elapsed();
    let (mut killed, mut counted) = (0, 0);
    while killed < KILLS {
        let folder = tempfile::tempdir().unwrap();
        let mut child = child(folder.path()).spawn().unwrap();
        // Spread over all of its life, to within what a busy machine allows.
        let moment = Instant::now() + lasts * killed / KILLS;
        while let Some(left) = moment.checked_duration_since(Instant::now()) {
            std::thread::park_timeout(left.min(Duration::from_millis(50)));
        }
        child.kill().unwrap();
        if child.wait().unwrap().signal() == Some(9) {
            killed += 1;
        } else {
            // It was done before its moment: a life is shorter than it was at first.
            lasts = lasts * 9 / 10;
        }
        let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
        counted += u32::from(faults::all_or_nothing(&archive, &records).await);
        let manifest = match archive.begin(desk::spec("one", Groups::ALL)).await.unwrap() {
            Begun::Done(manifest) => manifest,
            Begun::Open(mut batch) => {
                for record in &records {
                    batch.add(record).unwrap();
                }
                batch.finish().await.unwrap()
            }
        };
        faults::complete(&archive, &records, &manifest).await;
    }
    assert!(counted < KILLS, "some were killed before their batch counted: {counted}");
}
