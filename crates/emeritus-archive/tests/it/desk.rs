//! What the tests work with: records of the emulator, archives in a temporary folder.

use std::sync::LazyLock;

use emeritus_archive::{Archive, Batch, BatchSpec, Begun, Groups, Location, Manifest};
use genesys_emulator::{Emulator, Settings};
use tempfile::TempDir;

/// A thousand records of two users, as the emulator serves them.
pub(crate) static RECORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| records(1000));

pub(crate) fn records(count: u64) -> Vec<Vec<u8>> {
    let emulator = Emulator::new(Settings::default());
    let ada = emulator.user("Ada Agent").in_queue("Support").add();
    let bob = emulator.user("Bob Agent").in_queue("Support").add();
    let at = |text: &str| text.parse().unwrap();
    emulator.give_shared_history(
        &ada,
        &[&bob],
        count,
        at("2025-01-01T00:00:00Z"),
        at("2025-03-15T00:00:00Z"),
    );
    let ids = emulator.conversations_of(&ada);
    ids.iter().map(|id| emulator.conversation(id).unwrap().to_string().into_bytes()).collect()
}

pub(crate) fn spec(id: &str, groups: Groups) -> BatchSpec {
    BatchSpec {
        id: id.to_owned(),
        organization: "7b1d7c3e-5a53-4f2e-9a55-0d6f6f1b9c11".to_owned(),
        source: "details query".to_owned(),
        window: (1_735_689_600_000, 1_743_465_600_000),
        subjects: Vec::new(),
        now: 1_743_500_000_000,
        groups,
        skip_archived: false,
    }
}

pub(crate) fn folder() -> (TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
    (folder, archive)
}

pub(crate) async fn open(archive: &Archive, spec: BatchSpec) -> Batch {
    match archive.begin(spec).await.unwrap() {
        Begun::Open(batch) => *batch,
        Begun::Done(manifest) => panic!("archived before: {manifest:?}"),
    }
}

/// Archives records as one batch.
pub(crate) async fn archive(archive: &Archive, spec: BatchSpec, records: &[Vec<u8>]) -> Manifest {
    let mut batch = open(archive, spec).await;
    for record in records {
        batch.add(record).unwrap();
    }
    batch.finish().await.unwrap()
}
