//! A batch, from records to a table that another run finds.

use emeritus_archive::{Begun, Groups, TableName, fingerprint};

use crate::desk;

#[tokio::test]
async fn a_batch_is_archived_once_and_its_manifest_says_what_it_holds() {
    let (_folder, archive) = desk::folder();
    let manifest = desk::archive(&archive, desk::spec("one", Groups::ALL), &desk::RECORDS).await;
    assert_eq!((manifest.records, manifest.duplicates), (1000, 0));
    assert_eq!(manifest.groups, Groups::ALL);
    assert!(manifest.participations > 1000, "some conversations are of both");
    assert_eq!(manifest.other_fields, [].into());
    assert_eq!(archive.files(TableName::Conversations).await.unwrap().len(), 3, "a file a month");
    let Begun::Done(again) = archive.begin(desk::spec("one", Groups::ALL)).await.unwrap() else {
        panic!("it was archived before");
    };
    assert_eq!(again, manifest);
    assert_eq!(archive.files(TableName::Batches).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_archived_is_found_again_and_equal() {
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::ALL), &desk::RECORDS).await;
    for record in desk::RECORDS.iter().step_by(97) {
        let value: serde_json::Value = serde_json::from_slice(record).unwrap();
        let found = archive.find(value["conversationId"].as_str().unwrap()).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&found[0].record).unwrap(), value);
        assert_eq!(found[0].sha256, fingerprint(record).unwrap());
    }
    assert_eq!(archive.find("no such conversation").await.unwrap(), []);
}

#[tokio::test]
async fn the_questions_are_answered_as_a_scan_of_the_records_answers_them() {
    let (_folder, archive) = desk::folder();
    let (first, second) = desk::RECORDS.split_at(400);
    desk::archive(&archive, desk::spec("one", Groups::default()), first).await;
    desk::archive(&archive, desk::spec("two", Groups::default()), second).await;
    let mut tally = std::collections::BTreeMap::new();
    let mut rows = Vec::new();
    for record in desk::RECORDS.iter() {
        let record: serde_json::Value = serde_json::from_slice(record).unwrap();
        let start = record["conversationStart"].as_str().unwrap();
        let participants = record["participants"].as_array().unwrap();
        let users: std::collections::BTreeSet<_> =
            participants.iter().filter_map(|participant| participant["userId"].as_str()).collect();
        for user in users {
            *tally.entry((user.to_owned(), start[..7].to_owned())).or_insert(0) += 1;
            rows.push((
                user.to_owned(),
                start.to_owned(),
                record["conversationId"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert_eq!(archive.tally().await.unwrap(), tally);
    let (from, to) = ("2025-01-20T00:00:00.000Z", "2025-02-20T00:00:00.000Z");
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    for user in tally.keys().map(|(user, _)| user) {
        let found = archive.history(user, at(from)..at(to)).await.unwrap();
        let found: Vec<_> =
            found.into_iter().map(|row| (row.conversation_start, row.conversation_id)).collect();
        let mut expected: Vec<_> = rows
            .iter()
            .filter(|(of, start, _)| of == user && from <= start.as_str() && start.as_str() < to)
            .map(|(_, start, id)| (at(start), id.clone()))
            .collect();
        expected.sort();
        assert!(!expected.is_empty());
        assert_eq!(found, expected);
    }
}
