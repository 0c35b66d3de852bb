//! Whatever call of the store goes wrong, no file counts that is not whole, and another run completes the batch.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;

use emeritus_archive::{
    Archive, BatchError, Begun, Groups, Location, Manifest, Swept, TableName, fingerprint,
};
use object_store::local::LocalFileSystem;
use object_store::path::Path;

use crate::desk;
use crate::faulty::{Fault, Faulty};

async fn run(archive: &Archive, records: &[Vec<u8>]) -> Result<Manifest, BatchError> {
    match archive.begin(desk::spec("one", Groups::ALL)).await? {
        Begun::Done(manifest) => Ok(manifest),
        Begun::Open(mut batch) => {
            for record in records {
                batch.add(record)?;
            }
            batch.finish().await
        }
    }
}

/// Every record once, in files that are whole, or not a single one.
pub(crate) async fn all_or_nothing(archive: &Archive, records: &[Vec<u8>]) -> bool {
    let mut found = Vec::new();
    archive.scan(|_, hash| found.push(*hash)).await.unwrap();
    let expected: BTreeSet<_> = records.iter().map(|record| fingerprint(record).unwrap()).collect();
    let unique: BTreeSet<_> = found.iter().copied().collect();
    assert_eq!(unique.len(), found.len(), "nothing is there twice");
    assert!(found.is_empty() || unique == expected, "{} of {}", unique.len(), expected.len());
    !found.is_empty()
}

/// The batch is there, once, in all tables.
pub(crate) async fn complete(archive: &Archive, records: &[Vec<u8>], manifest: &Manifest) {
    assert!(all_or_nothing(archive, records).await);
    assert_eq!(manifest.records, records.len() as u64);
    let parts: u64 = archive.tally().await.unwrap().values().sum();
    assert_eq!(parts, manifest.participations);
    assert_eq!(archive.files(TableName::Batches).await.unwrap().len(), 1);
}

async fn every_call(fault: Fault) {
    let records = desk::records(30);
    let mut fired = BTreeSet::new();
    for at in 1.. {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
        let sound = Archive::over(disk.clone(), &Path::default());
        let faulty = Faulty::new(disk, fault, at);
        let first = run(&Archive::over(Arc::new(faulty.clone()), &Path::default()), &records).await;
        if faulty.calls() < at {
            assert!(at > 30, "the batch makes more than {at} calls");
            break;
        }
        assert!(!faulty.fired().is_empty(), "call {at} goes wrong");
        fired.extend(faulty.fired());
        let counted = all_or_nothing(&sound, &records).await;
        if let Ok(manifest) = &first {
            assert!(counted, "what is said to be archived is there (call {at})");
            assert_eq!(manifest.records, 30);
        }
        complete(&sound, &records, &run(&sound, &records).await.unwrap()).await;
    }
    let calls = ["complete", "get", "list", "multipart", "part", "put", "rename"];
    assert_eq!(fired, BTreeSet::from(calls), "every kind of call that a batch makes went wrong");
}

#[tokio::test]
async fn a_full_disk_at_any_call_leaves_all_or_nothing() {
    every_call(Fault::Refused(ErrorKind::StorageFull)).await;
}

#[tokio::test]
async fn an_error_of_the_store_at_any_call_leaves_all_or_nothing() {
    every_call(Fault::Refused(ErrorKind::Other)).await;
}

#[tokio::test]
async fn an_answer_lost_at_any_call_leaves_all_or_nothing() {
    every_call(Fault::AnswerLost).await;
}

#[tokio::test]
async fn a_process_that_is_gone_from_any_call_on_leaves_all_or_nothing() {
    every_call(Fault::Gone).await;
}

#[tokio::test]
async fn a_sweep_at_any_call_leaves_all_or_nothing() {
    every_call(Fault::Swept).await;
}

#[tokio::test]
async fn what_a_crash_left_is_swept_when_it_is_old_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
    let records = desk::records(30);
    let manifest = run(&archive, &records).await.unwrap();
    let leftovers = [
        "conversations/_staging/part-x.parquet",
        "conversations/_staging/part-x.parquet#1",
        "participations/organization=o/month=2025-01/part-y.parquet",
        "batches/organization=o/z.parquet",
    ];
    for leftover in leftovers {
        let path = folder.path().join(leftover);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "half").unwrap();
    }
    let foreign = folder.path().join("conversations/_other_engine/state.parquet");
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::write(&foreign, "not ours").unwrap();
    assert_eq!(archive.sweep(0).await.unwrap(), Swept::default(), "all of it is younger than 1970");
    assert_eq!(archive.sweep(i64::MAX).await.unwrap(), Swept { files: 4, bytes: 16 });
    assert_eq!(archive.sweep(i64::MAX).await.unwrap(), Swept::default());
    assert!(foreign.exists() && leftovers.iter().all(|leftover| !folder.path().join(leftover).exists()));
    complete(&archive, &records, &manifest).await;
}
