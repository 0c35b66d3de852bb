//! A local disk that is full while a batch is put together: the limit of a file's size, which the kernel enforces
//! with an error of the same place and weight.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use emeritus_archive::{Archive, BatchError, Begun, Groups, Location};

use crate::{desk, faults};

const FOLDER: &str = "EMERITUS_ARCHIVE_FULL_FOLDER";
const RECORDS: u64 = 400;
/// What the child exits with when its disk failed it.
const DISK_FAILED: i32 = 28;

/// The process whose disk is full: this test, started again by the one below. By itself it does nothing.
#[tokio::test]
async fn a_child_archives_a_batch_on_a_full_disk() {
    #[expect(clippy::disallowed_methods, reason = "how the parent tells its child where")]
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let archive = Archive::open(&Location::Folder(folder.into())).unwrap();
    let mut batch = desk::open(&archive, desk::spec("one", Groups::ALL)).await;
    let added = desk::records(RECORDS).iter().try_for_each(|record| batch.add(record));
    let done = match added {
        Ok(()) => batch.finish().await.map(drop),
        Err(fault) => Err(fault),
    };
    match done {
        Ok(()) => {}
        Err(BatchError::Spool(_) | BatchError::Store { .. } | BatchError::Log(_)) => {
            std::process::exit(DISK_FAILED)
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_full_disk_while_a_batch_is_put_together_leaves_nothing_and_a_rerun_completes_it() {
    let records = desk::records(RECORDS);
    let mut failed = 0;
    // Kilobytes: nothing at all, parts of the batch's files, and more than they need.
    for limit in [0, 1, 8, 64, 128, 4096] {
        let folder = tempfile::tempdir().unwrap();
        // A shell sets the limit, and has a file that is too long be an error instead of a signal.
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
        let mut child = Command::new("bash");
        child.args(["-c", &script]).arg(std::env::current_exe().unwrap());
        child.args(["--exact", "full::a_child_archives_a_batch_on_a_full_disk"]).env(FOLDER, folder.path());
        let status = child.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.signal(), None);
        failed += u32::from(status.code() == Some(DISK_FAILED));
        let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
        assert_eq!(
            faults::all_or_nothing(&archive, &records).await,
            status.success(),
            "at {limit} kilobytes"
        );
        let manifest = match archive.begin(desk::spec("one", Groups::ALL)).await.unwrap() {
            Begun::Done(manifest) => manifest,
            Begun::Open(mut batch) => {
                records.iter().for_each(|record| batch.add(record).unwrap());
                batch.finish().await.unwrap()
            }
        };
        faults::complete(&archive, &records, &manifest).await;
    }
    assert_eq!(failed, 5, "the disk failed each time but the last");
}
