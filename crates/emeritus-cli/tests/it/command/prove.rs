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
      forecast        The organization keeps conversations for 60 days. The next may go on [day]; 40 within 90 days, 40 within a year.
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
    error: there is no journal in [desk]/state
    hint: --home names another state directory; `emeritus retire` begins one
    ");
}

#[test]
fn everybody_is_proved_again_with_a_line_each_and_a_sum() {
    let organization = Organization::documented();
    let ids = ["Ada", "Grace", "Alan"].map(|name| (name, organization.agent(name)));
    let desk = Desk::at(&organization);
    for (name, _) in &ids {
        desk.json(&["retire", &email(name), "--yes", "--json"]);
    }
    insta::assert_snapshot!(desk.run(&["prove", "--all", "--due"]).whole(), @"
    exit code 0
    --- standard output
    nobody is due
    ");
    let (_, grace) = &ids[1];
    let gone = organization.emulator.conversations_of(grace)[5].clone();
    assert!(organization.emulator.remove_conversation(&gone));
    let said = desk.run(&["prove", "--all", "--json"]);
    assert_eq!(said.code, Some(9), "{said:?}");
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines[..3].iter().map(|line| (&line["email"], &line["proof"]["verdict"])).collect();
    let expected = [("Ada", "intact"), ("Grace", "broken"), ("Alan", "intact")];
    let expected: Vec<_> = expected.map(|(name, verdict)| (json!(email(name)), json!(verdict))).to_vec();
    assert_eq!(told, expected.iter().map(|(email, verdict)| (email, verdict)).collect::<Vec<_>>());
    assert_eq!((&lines[1]["proof"]["missing"], &lines[1]["proof"]["alarm"]), (&json!([gone]), &json!(true)));
    let sum = &lines[3]["summary"];
    let counts = ["proved", "intact", "broken", "not_comparable", "failed"].map(|name| sum[name].as_u64());
    assert_eq!((counts, lines.len()), ([3, 2, 1, 0, 0].map(Some), 4));
    // The seal stands, and what was found since stands beside it.
    let runs = desk.json(&["status", "--json"]);
    let run = runs["runs"][1]["run_id"].as_str().unwrap().to_owned();
    let checked = desk.json(&["evidence", &run, "--verify", "--json"]);
    assert_eq!(checked["whole"], json!(true), "{checked}");
    assert!(checked["files"].to_string().contains("again/report.html"), "{checked}");
    let shown = desk.run(&["evidence", &run]);
    assert!(shown.out.contains("again/report.html"), "{shown:?}");
}
