//! Whatever call of the store goes wrong, no file counts that is not whole, and another run completes the batch.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;

use emeritus_archive::{Archive, BatchError, Begun, Groups, Manifest, TableName, fingerprint};
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
