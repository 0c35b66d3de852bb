//! Archives that earlier versions wrote are read.

use std::path::Path;

use emeritus_archive::{Archive, Begun, HistoryFilter, Location};

const FOREVER: i64 = 4_000_000_000_000;
const USER: &str = "3e30f29c-f8e2-478c-858a-47f04f79a0f0";

fn golden() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to)
            } else {
                assert!(std::fs::copy(entry.path(), to).unwrap() > 0);
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v2"), folder.path());
    folder
}

/// Three conversations: two queues and two media; one that was still open, without metrics; one that was listened to.
#[tokio::test]
async fn version_2_is_read_and_its_rows_are_said_again_from_the_records() {
    let folder = golden();
    let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
    let checked = archive.verify().await.unwrap();
    assert_eq!((checked.batches, checked.records, checked.stated, checked.participations), (1, 3, 3, 3));
    assert_eq!(checked.without_head, ["conversations", "participations", "batches", "people"]);
    let parts = archive.history(USER, 0..FOREVER).await.unwrap();
    let said: Vec<_> = parts
        .iter()
        .map(|part| (part.media_types.join(" "), part.talk_ms, part.hold_ms, part.is_open, part.handled))
        .collect();
    assert_eq!(
        said,
        [
            ("callback voice".to_owned(), Some(1_140_000), None, Some(false), Some(true)),
            ("chat".to_owned(), None, None, Some(true), Some(true)),
            ("voice".to_owned(), None, None, Some(false), Some(false)),
        ]
    );
    assert_eq!((parts[1].left_at, parts[2].left_at.is_some()), (None, true));
    let second = "a0000000-0000-4000-8000-0000000000b2".to_owned();
    let filter = HistoryFilter { media_type: Some("voice".to_owned()), queue_id: Some(second) };
    assert_eq!(archive.history_where(USER, 0..FOREVER, &filter).await.unwrap(), parts[..1]);
    for part in &parts {
        let account = archive.find(&part.conversation_id).await.unwrap().remove(0).account();
        assert_eq!(account.parts, std::slice::from_ref(part));
    }
    assert_eq!(archive.roster().await.unwrap().iter().count(), 1);
}

#[tokio::test]
async fn version_2_is_added_to() {
    let folder = golden();
    let archive = Archive::open(&Location::Folder(folder.path().to_owned())).unwrap();
    let manifests = archive.manifests(None).await.unwrap();
    let [old] = manifests.as_slice() else { panic!("one batch") };
    assert_eq!(old.schema_version, 2);
    let spec = emeritus_archive::BatchSpec {
        organization: old.organization.clone(),
        ..crate::desk::spec("new", old.groups)
    };
    let Begun::Open(mut batch) = archive.begin(spec).await.unwrap() else { panic!("it is new") };
    crate::desk::RECORDS[..20].iter().for_each(|record| batch.add(record).unwrap());
    let new = batch.finish().await.unwrap();
    assert_eq!(new.schema_version, 3);
    let checked = archive.verify().await.unwrap();
    assert_eq!((checked.batches, checked.records, checked.without_head), (2, 23, vec!["people"]));
    let log = folder.path().join("participations/_delta_log/00000000000000000001.json");
    let commit = std::fs::read_to_string(log).unwrap();
    assert!(
        commit.contains("metaData") && commit.contains("queue_ids"),
        "the table says its new columns: {commit}"
    );
}
