//! What is lost or changed in an archive is noticed: by a reading of everything always, by a question where it reads
//! it, and never by a panic.

use std::fs;
use std::path::{Path, PathBuf};

use emeritus_archive::{Archive, BatchSpec, Groups, Location, LogError, Person, ReadError, Unfit};
use serde_json::{Value, json};

use crate::desk;

const FOREVER: i64 = 4_000_000_000_000;

/// Two batches and two synchronizations of people.
async fn archived() -> (tempfile::TempDir, Archive) {
    let (folder, archive) = desk::folder();
    for (number, records) in desk::RECORDS[..60].chunks(30).enumerate() {
        let spec = desk::spec(&format!("batch-{number}"), Groups::default());
        let now = spec.now + i64::try_from(number).unwrap();
        desk::archive(&archive, BatchSpec { now, ..spec }, records).await;
        let person = person(&format!("p{number}"));
        archive.sync_people(&format!("sync-{number}"), "org", now, [person]).await.unwrap();
    }
    (folder, archive)
}

fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: Some("Somebody".to_owned()),
        email: None,
        employee_id: None,
        division_id: None,
        manager_id: None,
        state: None,
    }
}

/// Files below a folder, in order of name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in files(from) {
        let place = to.path().join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(&file, place).unwrap();
    }
    to
}

fn open(folder: &Path) -> Archive {
    Archive::open(&Location::Folder(folder.to_owned())).unwrap()
}

fn logs(folder: &Path, table: &str) -> Vec<PathBuf> {
    files(&folder.join(table).join("_delta_log"))
}

/// What each question says, in the order of the tables that it asks.
async fn questions(archive: &Archive) -> [Result<(), String>; 4] {
    let told = |error: &dyn std::error::Error| error.source().map_or(error.to_string(), ToString::to_string);
    let user = serde_json::from_slice::<serde_json::Value>(&desk::RECORDS[0]).unwrap();
    let id = user["conversationId"].as_str().unwrap().to_owned();
    let users = user["participants"].as_array().unwrap();
    let user = users.iter().find_map(|participant| participant["userId"].as_str()).unwrap();
    [
        archive.find(&id).await.map(drop).map_err(|error| told(&error)),
        archive.history(user, 0..FOREVER).await.map(drop).map_err(|error| told(&error)),
        archive.manifests(None).await.map(drop).map_err(|error| told(&error)),
        archive.roster().await.map(drop).map_err(|error| told(&error)),
    ]
}

const TABLES: [&str; 4] = ["conversations", "participations", "batches", "people"];

#[tokio::test]
async fn an_archive_that_is_whole_is_found_so() {
    let (folder, archive) = archived().await;
    let checked = archive.verify().await.unwrap();
    let tally: u64 = archive.tally().await.unwrap().values().sum();
    assert_eq!((checked.batches, checked.records, checked.stated), (2, 60, 60));
    assert_eq!((checked.participations, checked.unfinished), (tally, 0));
    assert_eq!(checked.without_head, Vec::<&str>::new());
    let data =
        files(folder.path()).into_iter().filter(|file| file.extension().is_some_and(|is| is == "parquet"));
    assert_eq!(checked.files, data.count() as u64);
}

#[tokio::test]
async fn commits_that_are_gone_are_missed_by_every_question_of_their_table() {
    let (folder, _) = archived().await;
    for (place, table) in TABLES.into_iter().enumerate() {
        for lost in ["the last commit", "all commits", "the table"] {
            let folder = copy(folder.path());
            match lost {
                "the last commit" => fs::remove_file(logs(folder.path(), table).last().unwrap()).unwrap(),
                "all commits" => fs::remove_dir_all(folder.path().join(table).join("_delta_log")).unwrap(),
                _ => fs::remove_dir_all(folder.path().join(table)).unwrap(),
            }
            let archive = open(folder.path());
            let ends = if lost == "the last commit" { "at version 0" } else { "before its first version" };
            let said = format!(
                "the log at {table}/_delta_log ends {ends}, and version 1 was committed: commits are gone"
            );
            let answers = questions(&archive).await;
            assert_eq!(answers[place], Err(said), "{lost} of {table}");
            let fault = archive.verify().await.unwrap_err();
            assert!(matches!(fault, ReadError::Log(LogError::Lost { head: 1, .. })), "{fault:?}");
        }
    }
    // Of all tables together, as a copy that was cut off has it: each of them says so.
    let folder = copy(folder.path());
    for table in TABLES {
        fs::remove_file(logs(folder.path(), table).last().unwrap()).unwrap();
    }
    assert!(questions(&open(folder.path())).await.iter().all(Result::is_err));
}

#[tokio::test]
async fn a_log_that_says_something_else_is_not_believed() {
    let (folder, _) = archived().await;
    for (place, table) in TABLES.into_iter().enumerate() {
        for version in [0, 1] {
            let folder = copy(folder.path());
            let commit = logs(folder.path(), table)[version].clone();
            // A file is left out, everything else stands.
            let text = fs::read_to_string(&commit).unwrap();
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("{\"add\"")).collect();
            fs::write(&commit, lines.join("\n")).unwrap();
            let answers = questions(&open(folder.path())).await;
            let said = format!("the log at {table}/_delta_log does not say at version 1 what was committed");
            assert_eq!(answers[place], Err(said), "version {version} of {table}");
        }
    }
}

#[tokio::test]
async fn a_checkpoint_does_not_hide_that_commits_are_gone() {
    let (folder, archive) = desk::folder();
    for number in 0..12 {
        archive
            .sync_people(&format!("sync-{number}"), "org", number, [person(&format!("p{number}"))])
            .await
            .unwrap();
    }
    assert_eq!(archive.roster().await.unwrap().iter().count(), 12);
    fs::remove_file(folder.path().join(format!("people/_delta_log/{:020}.json", 11))).unwrap();
    assert!(archive.roster().await.is_err());
    // One that says something else than was committed, and one that says nothing, are no better than none.
    let archived = async |name: &str| {
        let (folder, archive) = desk::folder();
        for number in 0..11 {
            let people = [person(&format!("{name}{number}"))];
            archive.sync_people(&format!("sync-{number}"), "org", number, people).await.unwrap();
        }
        (folder, archive)
    };
    let (folder, archive) = archived("p").await;
    let (other, _) = archived("q").await;
    let whole = archive.roster().await.unwrap();
    let checkpoint = format!("people/_delta_log/{:020}.checkpoint.parquet", 10);
    fs::copy(other.path().join(&checkpoint), folder.path().join(&checkpoint)).unwrap();
    assert_eq!(archive.roster().await.unwrap(), whole, "the commits are still there");
    fs::write(folder.path().join(&checkpoint), b"PAR1 no checkpoint PAR1").unwrap();
    assert_eq!(archive.roster().await.unwrap(), whole);
}

#[tokio::test]
async fn a_file_that_is_gone_or_changed_is_named() {
    let (folder, whole) = archived().await;
    whole.verify().await.unwrap();
    let parquet = |file: &PathBuf| file.extension().is_some_and(|is| is == "parquet");
    for file in files(folder.path()).into_iter().filter(parquet) {
        let path = file.strip_prefix(folder.path()).unwrap().to_owned();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let told = |error: &ReadError| {
            let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("{error} {source}")
        };
        let folder = copy(folder.path());
        fs::remove_file(folder.path().join(&path)).unwrap();
        let fault = open(folder.path()).verify().await.unwrap_err();
        assert!(told(&fault).contains(&name), "{fault:?}");
        let bytes = fs::read(&file).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 12) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            fs::write(folder.path().join(&path), changed).unwrap();
            let fault = open(folder.path()).verify().await.unwrap_err();
            assert!(told(&fault).contains(&name), "byte {at} of {path:?}: {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_footer_or_page_that_is_damaged_is_an_error_and_no_panic() {
    let (folder, _) = archived().await;
    let folder = copy(folder.path());
    let mut wrong = 0;
    for table in TABLES {
        let parquet = |file: &PathBuf| file.extension().is_some_and(|is| is == "parquet");
        let file = files(&folder.path().join(table)).into_iter().find(parquet).unwrap();
        let bytes = fs::read(&file).unwrap();
        let footer = bytes.len()
            - 4
            - 4
            - usize::try_from(u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap())).unwrap();
        // All over the footer, which says where everything is, and here and there in the pages.
        let step = |length: usize, count: usize| (length / count).max(1);
        let places = (footer..bytes.len()).step_by(step(bytes.len() - footer, 24));
        for at in places.chain((0..footer).step_by(step(footer, 8))) {
            for with in [0x00, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = if changed[at] == with { 0x55 } else { with };
                fs::write(&file, changed).unwrap();
                let archive = open(folder.path());
                wrong += u32::from(questions(&archive).await.iter().any(Result::is_err));
                archive.scan(|_, _| ()).await.map(drop).unwrap_or_default();
            }
        }
        fs::write(&file, &bytes).unwrap();
    }
    assert!(wrong > 50, "the damage was met: {wrong}");
    assert!(questions(&open(folder.path())).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn rows_that_do_not_say_what_the_records_say_are_found() {
    // The participations of other records, under the names and digests of this archive's own log.
    let (here, one) = desk::folder();
    let (there, two) = desk::folder();
    desk::archive(&one, desk::spec("one", Groups::default()), &desk::RECORDS[..30]).await;
    desk::archive(&two, desk::spec("one", Groups::default()), &desk::RECORDS[30..60]).await;
    let mixed = with_participations_of(here.path(), there.path());
    // The manifest does not name those files.
    let fault = open(mixed.path()).verify().await.unwrap_err();
    assert!(matches!(fault, ReadError::Unfit(Unfit::FileLost { .. })), "{fault:?}");
    // Without a manifest the rows alone tell.
    without_manifests(mixed.path());
    let fault = open(mixed.path()).verify().await.unwrap_err();
    assert!(matches!(fault, ReadError::Unfit(Unfit::Participation { .. })), "{fault:?}");
}

/// A part of somebody in a record, changed.
type Change = fn(&mut Value);

#[tokio::test]
async fn a_row_that_says_something_else_of_its_conversation_or_is_gone_is_found() {
    let (here, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::default()), &desk::RECORDS[..5]).await;
    let whole: Value = serde_json::from_slice(&desk::RECORDS[0]).unwrap();
    let participants = whole["participants"].as_array().unwrap();
    let agent = participants.iter().position(|one| one["purpose"] == "agent").unwrap();
    let changes: [(&str, Change); 8] = [
        ("purpose", |part| part["purpose"] = "user".into()),
        ("medium", |part| part["sessions"][0]["mediaType"] = "cobrowse".into()),
        ("direction", |part| part["sessions"][0]["direction"] = "sideways".into()),
        ("queue", |part| part["sessions"][0]["segments"][0]["queueId"] = "another".into()),
        ("wrap-up", |part| part["sessions"][0]["segments"][0]["wrapUpCode"] = "code".into()),
        ("beginning", |part| {
            part["sessions"][0]["segments"][0]["segmentStart"] = "2001-01-01T00:00:00Z".into()
        }),
        ("end", |part| part["sessions"][0]["segments"][0]["segmentEnd"] = Value::Null),
        ("sums", |part| part["sessions"][0]["metrics"] = json!([{ "name": "tTalk", "value": 7 }])),
    ];
    for (what, change) in changes {
        let mut record = whole.clone();
        change(&mut record["participants"][agent]);
        assert_ne!(record, whole, "{what}");
        let fault = told_by(here.path(), record).await;
        assert!(matches!(fault, ReadError::Unfit(Unfit::Participation { .. })), "{what}: {fault:?}");
    }
    let mut record = whole.clone();
    record["participants"].as_array_mut().unwrap().remove(agent);
    let fault = told_by(here.path(), record).await;
    assert!(matches!(fault, ReadError::Unfit(Unfit::Lacking { rows: 1, .. })), "{fault:?}");
}

#[tokio::test]
async fn a_manifest_that_is_not_the_row_of_its_batch_is_found() {
    let (folder, _) = archived().await;
    // Without heads the log may say what it likes.
    fs::remove_dir_all(folder.path().join("_heads")).unwrap();
    assert_eq!(open(folder.path()).verify().await.unwrap().stated, 60);
    let log = &logs(folder.path(), "batches")[0];
    let text = fs::read_to_string(log).unwrap();
    let changed = text.replace(r#"\"records\":30"#, r#"\"records\":31"#);
    assert_ne!(changed, text);
    fs::write(log, changed).unwrap();
    let fault = open(folder.path()).verify().await.unwrap_err();
    assert!(matches!(&fault, ReadError::Unfit(Unfit::Manifest { batch }) if batch == "batch-0"), "{fault:?}");
}

/// What is wrong with an archive of five records whose participations were made with another first one.
async fn told_by(here: &Path, first: Value) -> ReadError {
    let mut records = desk::RECORDS[..5].to_vec();
    records[0] = serde_json::to_vec(&first).unwrap();
    let (there, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::default()), &records).await;
    let mixed = with_participations_of(here, there.path());
    without_manifests(mixed.path());
    open(mixed.path()).verify().await.unwrap_err()
}

/// An archive with the participations of another, and that one's log of them.
fn with_participations_of(here: &Path, there: &Path) -> tempfile::TempDir {
    let mixed = copy(here);
    for table in ["participations", "_heads/participations"] {
        fs::remove_dir_all(mixed.path().join(table)).unwrap();
        for file in files(&there.join(table)) {
            let place = mixed.path().join(file.strip_prefix(there).unwrap());
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::copy(&file, place).unwrap();
        }
    }
    mixed
}

fn without_manifests(folder: &Path) {
    for table in ["batches", "_heads/batches"] {
        fs::remove_dir_all(folder.join(table)).unwrap();
    }
}

#[tokio::test]
async fn a_batch_that_was_cut_off_is_no_damage_and_is_counted() {
    // Cut off after the conversations: their commit is there, and its head.
    let (whole, other) = desk::folder();
    desk::archive(&other, desk::spec("one", Groups::default()), &desk::RECORDS[60..70]).await;
    for table in ["participations", "batches", "_heads/participations", "_heads/batches"] {
        fs::remove_dir_all(whole.path().join(table)).unwrap();
    }
    let checked = open(whole.path()).verify().await.unwrap();
    assert_eq!((checked.unfinished, checked.records, checked.stated), (1, 10, 0));
}

#[tokio::test]
async fn an_archive_without_heads_is_read_and_said_to_have_none_until_its_next_commit() {
    let (folder, _) = archived().await;
    fs::remove_dir_all(folder.path().join("_heads")).unwrap();
    let archive = open(folder.path());
    assert_eq!(archive.verify().await.unwrap().without_head, TABLES);
    assert!(questions(&archive).await.iter().all(Result::is_ok));
    desk::archive(&archive, desk::spec("third", Groups::default()), &desk::RECORDS[60..70]).await;
    assert_eq!(archive.verify().await.unwrap().without_head, ["people"]);
    // What another run left without one gets it when it is met again.
    fs::remove_dir_all(folder.path().join("_heads")).unwrap();
    let again = archive.begin(desk::spec("third", Groups::default())).await.unwrap();
    assert!(matches!(again, emeritus_archive::Begun::Done(_)));
    assert_eq!(archive.verify().await.unwrap().without_head, ["people"]);
}
