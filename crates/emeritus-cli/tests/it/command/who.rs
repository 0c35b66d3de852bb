use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::{Organization, email};
use crate::shelf::{fill, offline, place};

/// Ada's and Bob's conversations in an archive, everybody in its roster, and nobody to ask any more.
fn archived() -> (Desk, String, Vec<String>) {
    let organization = Organization::documented();
    let (ada, bob) = (organization.agent("Ada"), organization.emulator.user("Bob").add());
    let now = organization.emulator.clock().now();
    let back = |days: i64| now - jiff::SignedDuration::from_hours(24 * days);
    organization.emulator.give_shared_history(&bob, &[&ada], 30, back(40), back(20));
    let mut desk = Desk::at(&organization);
    desk.set("EMERITUS_ARCHIVE", place(&desk).to_str().unwrap());
    desk.json(&["roster", "sync", "--json"]);
    fill(&organization, &place(&desk), "one", &[&ada]);
    fill(&organization, &place(&desk), "two", &[&ada, &bob]);
    let conversations = organization.emulator.conversations_of(&ada);
    drop(organization);
    offline(&mut desk);
    (desk, ada, conversations)
}

#[test]
fn who_handled_a_conversation_is_told_without_credentials_and_without_network() {
    let (desk, ada, conversations) = archived();
    let told = desk.json(&["who", &conversations[3], "--json"]);
    assert_eq!(told["conversation_id"], conversations[3]);
    let versions = told["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 1, "the same record in two batches is one version");
    let version = &versions[0];
    assert_eq!(version["archived"]["batch"], "one", "where it was archived first");
    let file = desk.path().join("archive").join(version["archived"]["file"].as_str().unwrap());
    assert!(file.is_file(), "{file:?}");
    assert_eq!(version["record_sha256"].as_str().unwrap().len(), 64);
    let handler =
        version["handlers"].as_array().unwrap().iter().find(|handler| handler["user_id"] == ada).unwrap();
    assert_eq!(
        (&handler["name_in_record"], &handler["roster"]["name"], &handler["roster"]["email"]),
        (&json!("Ada"), &json!("Ada"), &json!(email("Ada")))
    );
    assert!(handler["handle_ms"].as_i64().unwrap() > 0, "{handler}");
    assert!(handler["joined_at"].as_str() < handler["left_at"].as_str(), "{handler}");
    assert!(handler["purpose"].as_array().unwrap().iter().all(Value::is_string), "{handler}");
}

#[test]
fn what_people_read_names_person_queue_file_and_hash() {
    let (desk, ada, conversations) = archived();
    let said = desk.run(&["who", &conversations[3]]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in [
        &format!("Conversation {}", conversations[3]),
        &format!("  handled by    Ada <{}> {ada}", email("Ada")),
        "    in record   Ada",
        "  archived      ",
        "  batch one",
        "  file          conversations/organization=",
        "  sha-256       ",
    ] {
        assert!(said.out.contains(part), "{part} is not in {}", said.out);
    }
}

#[test]
fn a_transferred_conversation_names_everybody_who_had_it() {
    let (desk, ..) = archived();
    let bobs = desk.json(&["history", &email("Bob"), "--json"]);
    let shared = bobs["conversations"].as_array().unwrap().iter().find_map(|part| {
        let told = desk.json(&["who", part["conversation_id"].as_str().unwrap(), "--json"]);
        let handlers = told["versions"][0]["handlers"].as_array().unwrap().clone();
        (handlers.len() == 2).then_some(handlers)
    });
    let names: Vec<_> = shared.unwrap().iter().map(|handler| handler["roster"]["name"].clone()).collect();
    assert!(names == ["Ada", "Bob"] || names == ["Bob", "Ada"], "{names:?}");
}

#[test]
fn what_is_not_there_is_said_with_what_to_do() {
    let (desk, ..) = archived();
    let unknown = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
    insta::assert_snapshot!(desk.run(&["who", unknown]).whole(), @"
    exit code 4
    --- standard error
    error: the archive at [desk]/archive does not hold conversation [id 1]
    hint: an archive holds the conversations of the people it was told to keep: `emeritus archive PERSON`
    hint: --archive names another archive
    ");
    insta::assert_snapshot!(desk.run(&["who", "4711"]).whole(), @"
    exit code 2
    --- standard error
    error: `4711` is not a conversation id
      because: failed to parse a UUID
    hint: an id looks like [id 1]
    ");
    insta::assert_snapshot!(desk.run(&["who", unknown, "--archive", "nowhere"]).whole(), @"
    exit code 4
    --- standard error
    error: there is no archive at nowhere
    hint: --archive, EMERITUS_ARCHIVE or place in the table [archive] of the configuration file name another
    hint: `emeritus roster sync` and `emeritus archive PERSON` begin one
    ");
    assert!(!desk.here().join("nowhere").exists(), "a question makes no archive");
    insta::assert_snapshot!(desk.run(&["who", unknown, "--archive", "ftp://x/y"]).whole(), @"
    exit code 3
    --- standard error
    error: an archive cannot be kept at ftp://
    hint: name a folder or s3://BUCKET/PREFIX
    ");
    insta::assert_snapshot!(Desk::bare().run(&["who", unknown]).whole(), @"
    exit code 3
    --- standard error
    error: no archive is named
    hint: name a folder or s3://BUCKET/PREFIX: --archive PLACE, EMERITUS_ARCHIVE, or place in the table [archive]
    ");
}

#[test]
fn an_archive_that_was_changed_does_not_answer() {
    let (desk, _, conversations) = archived();
    let told = desk.json(&["who", &conversations[3], "--json"]);
    let file = desk.path().join("archive").join(told["versions"][0]["archived"]["file"].as_str().unwrap());
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    std::fs::write(&file, bytes).unwrap();
    let said = desk.run(&["who", &conversations[3], "--json"]);
    assert_eq!(said.code, Some(16), "{said:?}");
    assert_eq!(said.object()["error"]["kind"], "archive");
}
