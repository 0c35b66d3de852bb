use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::{Organization, email};

#[test]
fn a_history_that_is_whole_is_proved_again_by_person_and_by_run() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    insta::assert_snapshot!(desk.run(&["prove", &email("Ada")]).whole(), @"
    exit code 0
    --- standard output
    Ada <ada@emulated.example>  [emulated]
      sealed by run   [id 1]
      proof           intact: 40 conversations before, 40 after ([day] to [day])
      root sealed     [digest]
      root now        [digest]
    ");
    let proved = desk.json(&["prove", run["run_id"].as_str().unwrap(), "--json"]);
    assert_eq!((&proved["proof"]["verdict"], &proved["run_id"]), (&json!("intact"), &run["run_id"]));
}

#[test]
fn one_conversation_that_is_gone_or_given_to_another_is_named() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let other = organization.agent("Grace");
    let desk = Desk::at(&organization);
    desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let conversations = organization.emulator.conversations_of(&id);
    let (gone, moved) = (&conversations[3], &conversations[7]);
    assert!(organization.emulator.remove_conversation(gone));
    assert!(organization.emulator.reattribute_conversation(moved, &id, &other));
    let said = desk.run(&["prove", &email("Ada"), "--json"]);
    assert_eq!(said.code, Some(9), "{said:?}");
    let proof = said.object()["proof"].clone();
    let mut missing: Vec<Value> = proof["missing"].as_array().unwrap().clone();
    missing.sort_by_key(ToString::to_string);
    let mut expected = vec![json!(gone), json!(moved)];
    expected.sort_by_key(ToString::to_string);
    assert_eq!((&proof["verdict"], missing), (&json!("broken"), expected));
}

#[test]
fn somebody_whose_history_nobody_read_cannot_be_proved() {
    let organization = Organization::documented();
    organization.agent("Ada");
    insta::assert_snapshot!(Desk::at(&organization).run(&["prove", &email("Ada")]).whole(), @"
    exit code 4
    --- standard error
    error: no run of this state directory has read the history of ada@emulated.example
    hint: `emeritus status` lists the runs; --home names another state directory
    ");
}
