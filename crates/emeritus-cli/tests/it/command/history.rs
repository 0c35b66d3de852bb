use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};
use crate::shelf::{fill, offline, place};

struct Answers {
    desk: Desk,
    ada: String,
    conversations: Vec<String>,
}

/// Ada's 40 conversations of the last 50 days, and two people who have had the same e-mail address.
fn archived() -> Answers {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    for (name, state) in [("Old Sam", true), ("New Sam", false)] {
        let user = organization.emulator.user(name).email("sam@emulated.example").employee_id(name);
        if state { user.deleted() } else { user }.add();
    }
    let mut desk = Desk::at(&organization);
    desk.set("EMERITUS_ARCHIVE", place(&desk).to_str().unwrap());
    desk.json(&["roster", "sync", "--json"]);
    fill(&organization, &place(&desk), "one", &[&ada]);
    let conversations = organization.emulator.conversations_of(&ada);
    drop(organization);
    offline(&mut desk);
    Answers { desk, ada, conversations }
}

#[test]
fn a_persons_conversations_are_listed_whatever_they_are_called_by() {
    let Answers { desk, ada, conversations } = archived();
    for person in [&ada, &email("Ada"), &email("Ada").to_uppercase()] {
        let told = desk.json(&["history", person, "--json"]);
        assert_eq!((&told["user_id"], &told["person"]["name"]), (&json!(ada), &json!("Ada")));
        let found = told["conversations"].as_array().unwrap();
        let ids: Vec<_> = found.iter().map(|part| part["conversation_id"].as_str().unwrap()).collect();
        assert_eq!(ids, conversations.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(found.iter().all(|part| part["name_in_roster"] == "Ada"));
        assert!(found[0]["started_at"].as_str().unwrap().ends_with('Z'));
    }
}

#[test]
fn days_media_and_queues_cut_it_down() {
    let Answers { desk, ada, .. } = archived();
    let all = desk.json(&["history", &ada, "--json"])["conversations"].as_array().unwrap().clone();
    let list = |arguments: &[&str]| {
        let arguments = [&["history", &ada, "--json"], arguments].concat();
        desk.json(&arguments)["conversations"].as_array().unwrap().clone()
    };
    let day = &all[20]["started_at"].as_str().unwrap()[..10];
    let of_day: Vec<_> =
        all.iter().filter(|part| part["started_at"].as_str().unwrap().starts_with(day)).cloned().collect();
    assert_eq!(list(&["--from", day, "--to", day]), of_day);
    assert!(!of_day.is_empty() && of_day.len() < all.len());
    let until = list(&["--to", day]).len();
    assert_eq!(until + list(&["--from", day]).len(), all.len() + of_day.len());
    let has = |list: &serde_json::Value, value: &str| {
        list.as_str().is_some_and(|list| list.split(' ').any(|of| of == value))
    };
    let voice: Vec<_> = all.iter().filter(|part| has(&part["media_types"], "voice")).cloned().collect();
    assert_eq!(list(&["--media", "VOICE"]), voice);
    assert!(!voice.is_empty() && voice.len() < all.len());
    let queue = all.iter().find_map(|part| part["queue_id"].as_str()).unwrap();
    let queued: Vec<_> = all.iter().filter(|part| has(&part["queue_ids"], queue)).cloned().collect();
    assert_eq!(list(&["--queue", queue]), queued);
    assert_eq!(desk.run(&["history", &ada, "--from", "2024-02-02", "--to", "2024-02-01"]).code, Some(2));
}

#[test]
fn the_same_answer_comes_in_every_form() {
    let Answers { desk, ada, conversations } = archived();
    let run = |form: &str| {
        let said = desk.run(&["history", &ada, "--format", form]);
        assert_eq!(said.code, Some(0), "{said:?}");
        said
    };
    let table = run("table");
    assert!(conversations.iter().all(|id| table.out.contains(id.as_str())));
    let csv = run("csv");
    assert!(csv.out.starts_with("conversation_id,started_at,user_id,name_in_roster,media,"), "{}", csv.out);
    assert_eq!(csv.out.lines().count(), 41);
    assert_eq!(run("jsonl").out.lines().count(), 40);
    assert_eq!(run("json").object(), desk.json(&["history", &ada, "--json"]));
    let said = desk.run(&["history", &ada, "--format", "parquet", "--output", "ada.parquet"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{said:?}");
    let file = desk.here().join("ada.parquet");
    let piped = desk.command(&["history", &ada, "--format", "parquet"]).output().unwrap();
    assert_eq!(piped.stdout, std::fs::read(&file).unwrap());
    assert!(piped.stdout.starts_with(b"PAR1") && piped.stdout.ends_with(b"PAR1"));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(desk.run(&["history", &ada, "--json", "--format", "csv"]).code, Some(2));
    assert_eq!(desk.run(&["history", &ada, "--output", "/nowhere/x"]).code, Some(3));
}

#[test]
fn two_people_who_had_one_address_are_both_named() {
    let Answers { desk, .. } = archived();
    let said = desk.run(&["history", "sam@emulated.example"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 4
    --- standard error
    error: 2 people in the roster have, or had, e-mail sam@emulated.example: deleted Old Sam <sam@emulated.example> [id 1]; active New Sam <sam@emulated.example> [id 2]
    hint: name the one you mean by user id
    ");
    let told = desk.json(&["history", "employee:New Sam", "--json"]);
    assert_eq!((&told["person"]["state"], &told["conversations"]), (&json!("active"), &json!([])));
}

#[test]
fn nobody_is_said_to_be_nobody() {
    let Answers { desk, .. } = archived();
    insta::assert_snapshot!(desk.run(&["history", "nobody@x.example"]).whole(), @"
    exit code 4
    --- standard error
    error: nobody in the roster has, or ever had, e-mail nobody@x.example
    hint: the archive's roster was asked, in every state; `emeritus roster sync` brings it up to date
    ");
    insta::assert_snapshot!(desk.run(&["history", "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11"]).whole(), @"
    exit code 4
    --- standard error
    error: the archive at [desk]/archive knows nobody with user id [id 1]
    hint: `emeritus roster sync` reads everybody, `emeritus archive PERSON` a person's conversations
    ");
    insta::assert_snapshot!(desk.run(&["history", "external:hr:1"]).whole(), @"
    exit code 2
    --- standard error
    error: `external:hr:1` names nobody: give a user id, an e-mail address or an employee id
    ");
}
