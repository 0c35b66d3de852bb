//! Questions beyond the first two: what was archived for whom, who was in a conversation, and a census.

use std::collections::BTreeMap;

use emeritus_archive::{
    BatchSpec, CensusEntry, CensusPart, ColumnKind, Coverage, Datum, Groups, HistoryFilter, Sheet,
};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::{Value, json};

use crate::desk;

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn values() -> impl Iterator<Item = Value> {
    desk::RECORDS.iter().map(|record| serde_json::from_slice(record).unwrap())
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

/// What a census says of a record, from the record as the vendor sent it.
fn entry(record: &Value, user: &str) -> Option<CensusEntry> {
    let items = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let participants = items(record, "participants");
    let own: Vec<_> = participants.iter().filter(|participant| participant["userId"] == user).collect();
    let media = own.iter().flat_map(|participant| items(participant, "sessions"));
    let parts = own.iter().map(|participant| CensusPart {
        participant_id: text(participant, "participantId"),
        purpose: text(participant, "purpose"),
        name: text(participant, "participantName"),
    });
    (!own.is_empty()).then(|| CensusEntry {
        conversation_id: text(record, "conversationId").unwrap(),
        start: at(&text(record, "conversationStart").unwrap()),
        end: text(record, "conversationEnd").map(|end| at(&end)),
        media: media.filter_map(|session| text(&session, "mediaType")).collect(),
        parts: parts.collect(),
    })
}

fn users() -> Vec<String> {
    let mut counts = BTreeMap::new();
    for record in values() {
        for participant in record["participants"].as_array().unwrap() {
            if let Some(user) = text(participant, "userId") {
                *counts.entry(user).or_insert(0) += 1;
            }
        }
    }
    counts.into_keys().collect()
}

#[tokio::test]
async fn a_census_of_the_archive_sees_what_one_of_the_vendor_saw() {
    let (_folder, archive) = desk::folder();
    let (first, second) = desk::RECORDS.split_at(400);
    desk::archive(&archive, desk::spec("one", Groups::default()), first).await;
    desk::archive(&archive, desk::spec("two", Groups::default()), second).await;
    let window = at("2025-01-10T00:00:00Z")..at("2025-02-20T00:00:00Z");
    for user in users() {
        let mut expected: Vec<_> = values().filter_map(|record| entry(&record, &user)).collect();
        expected.retain(|entry| window.contains(&entry.start));
        expected.sort_by(|a, b| a.conversation_id.cmp(&b.conversation_id));
        assert!(expected.len() > 5);
        let mut found = Vec::new();
        archive.census(&user, window.clone(), |entry| found.push(entry)).await.unwrap();
        found.sort_by(|a, b| a.conversation_id.cmp(&b.conversation_id));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_census_sees_what_stands_in_no_column_and_the_newest_version_last() {
    let (_folder, archive) = desk::folder();
    let record = |end: Value, extra: Value| {
        json!({
            "conversationId": "c", "conversationStart": "2025-01-05T10:00:00.000Z", "conversationEnd": end,
            "participants": [
                {"purpose": "customer"},
                {"purpose": "agent", "userId": "u", "participantId": "p", "sessions": [
                    {"mediaType": "voice"}, {"mediaType": "callback", "unknown": extra}]},
                {"purpose": "agent", "userId": "v", "participantId": "q", "sessions": [{"mediaType": "chat"}]},
                {"purpose": "user", "userId": "u", "participantId": "r", "sessions": []},
            ],
        })
        .to_string()
        .into_bytes()
    };
    // An end in whole seconds fits no column; a session's unknown member does not hide its medium.
    let versions =
        [record(json!(null), json!(1)), record(json!("2025-01-05T11:00:00Z"), json!({"mediaType": "x"}))];
    for (number, version) in versions.iter().enumerate() {
        let spec = desk::spec(&format!("batch-{number}"), Groups::default());
        let now = spec.now + i64::try_from(number).unwrap();
        desk::archive(&archive, BatchSpec { now, ..spec }, std::slice::from_ref(version)).await;
    }
    let mut found = Vec::new();
    archive.census("u", 0..i64::MAX / 4, |entry| found.push(entry)).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].end, None, "open when it was read first");
    assert!(found[1].end.is_some(), "closed when it was read last");
    for entry in &found {
        assert_eq!(entry.media, ["callback".to_owned(), "voice".to_owned()].into());
        let parts: Vec<_> = entry.parts.iter().map(|part| part.participant_id.as_deref()).collect();
        assert_eq!(parts, [Some("p"), Some("r")]);
    }
    let parts = archive.participants("c").await.unwrap();
    assert_eq!(parts.iter().map(|part| part.user_id.as_str()).collect::<Vec<_>>(), ["u", "v"]);
    assert_eq!(archive.participants("nobody's").await.unwrap(), []);
    let versions: Vec<_> = archive.find("c").await.unwrap();
    assert!(versions[0].archived_at < versions[1].archived_at);
}

#[tokio::test]
async fn a_version_that_was_archived_twice_is_found_once() {
    let (_folder, archive) = desk::folder();
    for id in ["one", "two"] {
        desk::archive(&archive, desk::spec(id, Groups::ALL), &desk::RECORDS[..10]).await;
    }
    let id = text(&values().next().unwrap(), "conversationId").unwrap();
    assert_eq!(archive.find(&id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_is_narrowed_by_medium_and_queue() {
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::default()), &desk::RECORDS).await;
    let user = users().remove(0);
    let window = 0..at("2030-01-01T00:00:00Z");
    let all = archive.history(&user, window.clone()).await.unwrap();
    for row in all.iter().step_by(101) {
        let filter = HistoryFilter { media_type: row.media_type.clone(), queue_id: row.queue_id.clone() };
        let found = archive.history_where(&user, window.clone(), &filter).await.unwrap();
        let expected: Vec<_> = all
            .iter()
            .filter(|of| row.media_type.iter().all(|media| of.media_types.contains(media)))
            .filter(|of| row.queue_id.iter().all(|queue| of.queue_ids.contains(queue)))
            .cloned()
            .collect();
        assert_eq!(found, expected);
    }
    let nobody = HistoryFilter { media_type: Some("pigeon".into()), queue_id: None };
    assert_eq!(archive.history_where(&user, window, &nobody).await.unwrap(), []);
}

#[tokio::test]
async fn the_archive_says_what_it_holds_for_whom() {
    let (_folder, archive) = desk::folder();
    let spec = |id, from, to, subjects: &[&str], organization: &str| BatchSpec {
        window: (from, to),
        subjects: subjects.iter().map(|&subject| subject.to_owned()).collect(),
        organization: organization.to_owned(),
        now: to,
        ..desk::spec(id, Groups::default())
    };
    desk::archive(&archive, spec("late", 20, 30, &["a", "b"], "org"), &desk::RECORDS[..2]).await;
    desk::archive(&archive, spec("early", 10, 20, &["a"], "org"), &desk::RECORDS[2..4]).await;
    desk::archive(&archive, spec("none", 40, 50, &["a"], "other"), &[]).await;
    let names = |manifests: Vec<emeritus_archive::Manifest>| -> Vec<String> {
        manifests.into_iter().map(|manifest| manifest.batch).collect()
    };
    assert_eq!(names(archive.manifests(None).await.unwrap()), ["early", "late", "none"]);
    assert_eq!(names(archive.manifests(Some("other")).await.unwrap()), ["none"]);
    let coverage = archive.coverage(Some("org")).await.unwrap();
    assert_eq!(coverage.subjects().collect::<Vec<_>>(), ["a", "b"]);
    let windows =
        |user| -> Vec<_> { coverage.of(user).iter().map(|window| (window.start, window.end)).collect() };
    assert_eq!((windows("a"), windows("b")), (vec![(10, 30)], vec![(20, 30)]));
    assert_eq!(archive.coverage(None).await.unwrap().gaps("a", 0..50), [0..10, 30..40]);
    assert_eq!(coverage, Coverage::of_batches(&archive.manifests(Some("org")).await.unwrap()));
}

#[tokio::test]
async fn a_table_that_was_made_with_fewer_columns_gets_those_that_it_lacks() {
    let (folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::default()), &desk::RECORDS[..2]).await;
    let log = folder.path().join("batches/_delta_log");
    let first = log.join("00000000000000000000.json");
    let field = r#"{\"metadata\":{},\"name\":\"subjects\",\"nullable\":true,\"type\":\"string\"}"#;
    let before = std::fs::read_to_string(&first).unwrap();
    let old = before.replacen(&format!(",{field}"), "", 1);
    assert_ne!(old, before, "the column is in the table's schema");
    std::fs::write(&first, old).unwrap();
    desk::archive(&archive, desk::spec("two", Groups::default()), &desk::RECORDS[2..4]).await;
    desk::archive(&archive, desk::spec("three", Groups::default()), &desk::RECORDS[4..6]).await;
    let commit = |number: u64| std::fs::read_to_string(log.join(format!("{number:020}.json"))).unwrap();
    assert!(commit(1).contains("metaData") && commit(1).contains(field), "{}", commit(1));
    assert!(!commit(2).contains("metaData"), "once");
    assert_eq!(archive.manifests(None).await.unwrap().len(), 3);
}

#[test]
fn an_answer_is_written_as_a_parquet_file() {
    let mut sheet = Sheet::new(&[
        ("conversation_id", ColumnKind::Text),
        ("start", ColumnKind::Time),
        ("count", ColumnKind::Integer),
        ("open", ColumnKind::Flag),
    ]);
    let start = Datum::Time(1_735_689_600_000);
    sheet.push(&[Datum::Text("a"), start, Datum::Whole(7), Datum::Flag(true)].map(Some));
    sheet.push(&[Some(Datum::Text("b")), None, None, None]);
    let file = sheet.to_parquet().unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    assert_eq!(
        rows,
        [
            "{conversation_id: \"a\", start: 2025-01-01 00:00:00.000 +00:00, count: 7, open: true}",
            "{conversation_id: \"b\", start: null, count: null, open: null}",
        ]
    );
}

#[tokio::test]
async fn what_batches_hold_is_known_and_left_out_when_it_comes_again() {
    let (_folder, archive) = desk::folder();
    let spec = |id| desk::spec(id, Groups::default());
    desk::archive(&archive, spec("one"), &desk::RECORDS[..600]).await;
    let mut held = Vec::new();
    let batches = std::collections::BTreeSet::from(["one".to_owned()]);
    archive
        .versions(&spec("one").organization, Some(&batches), 0..i64::MAX / 2, |version| held.push(version))
        .await
        .unwrap();
    assert_eq!(held.len(), 600);
    for version in held.iter().take(20) {
        let found = archive.find(&version.conversation_id).await.unwrap();
        let record: Value = serde_json::from_slice(&found[0].record).unwrap();
        assert_eq!(
            (found[0].sha256, record.get("conversationEnd").is_none()),
            (version.sha256, version.is_open)
        );
    }
    let none = std::collections::BTreeSet::from(["two".to_owned()]);
    archive
        .versions(&spec("one").organization, Some(&none), 0..i64::MAX / 2, |_| panic!("of no batch"))
        .await
        .unwrap();

    let window = (0, 2_000_000_000_000);
    let skipping = |id| BatchSpec { skip_archived: true, window, ..spec(id) };
    let mut batch = desk::open(&archive, skipping("two")).await;
    for record in desk::RECORDS.iter() {
        batch.add(record).unwrap();
    }
    assert_eq!(batch.finish_unless_empty().await.unwrap().unwrap().records, 400);
    let mut batch = desk::open(&archive, skipping("three")).await;
    for record in desk::RECORDS.iter() {
        batch.add(record).unwrap();
    }
    assert_eq!(batch.finish_unless_empty().await.unwrap(), None);
    assert_eq!(archive.manifests(None).await.unwrap().len(), 2);
    assert!(archive.unfinished(&spec("one").organization).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_batch_that_lacks_its_manifest_is_listed_until_it_is_completed() {
    let (folder, archive) = desk::folder();
    let spec = BatchSpec { subjects: vec!["ada".to_owned()], ..desk::spec("one", Groups::default()) };
    let manifest = desk::archive(&archive, spec.clone(), &desk::RECORDS[..50]).await;
    // Cut off before its manifest was committed.
    for gone in ["batches", "_heads/batches"] {
        std::fs::remove_dir_all(folder.path().join(gone)).unwrap();
    }
    let found = archive.unfinished(&spec.organization).await.unwrap();
    let [found] = <[BatchSpec; 1]>::try_from(found).unwrap();
    assert_eq!((&found.id, &found.subjects, found.window), (&spec.id, &spec.subjects, spec.window));
    assert!(archive.unfinished("another").await.unwrap().is_empty());
    let emeritus_archive::Begun::Done(completed) = archive.begin(found).await.unwrap() else {
        panic!("again")
    };
    assert_eq!(completed, manifest);
    assert!(archive.unfinished(&spec.organization).await.unwrap().is_empty());
}
