use std::process::Command;

use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};

#[test]
fn evidence_is_verified_by_us_and_by_anybody() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let (run, directory) = (run["run_id"].as_str().unwrap(), run["evidence_dir"].as_str().unwrap());
    assert_eq!(desk.json(&["evidence", run, "--verify", "--json"])["whole"], true);
    let sums = Command::new("sha256sum")
        .args(["-c", "--quiet", "SHA256SUMS"])
        .current_dir(directory)
        .status()
        .unwrap();
    assert!(sums.success());

    let report = std::path::Path::new(directory).join("report.html");
    let page = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, page.replacen("Ada", "Eve", 1)).unwrap();
    std::fs::write(std::path::Path::new(directory).join("note.txt"), "added").unwrap();
    let said = desk.run(&["evidence", run, "--verify"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 10
    --- standard output
    whole     SHA256SUMS
    whole     census-01.jsonl
    whole     census-11.jsonl
    whole     evidence.json
    CHANGED   report.html
    UNLISTED  note.txt
    ");

    std::fs::remove_file(std::path::Path::new(directory).join("note.txt")).unwrap();
    assert_eq!(desk.run(&["evidence", run]).code, Some(0));
    assert_eq!(std::fs::read_to_string(&report).unwrap(), page);
}

#[test]
fn membership_of_one_conversation_can_be_shown() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let run_id = run["run_id"].as_str().unwrap();
    let conversation = organization.emulator.conversations_of(&id)[5].clone();
    let shown = desk.json(&["evidence", run_id, "--conversation", &conversation, "--json"]);
    assert_eq!(shown["leaf"]["conversation"], json!(conversation));
    assert_eq!(shown["root"], run["proof"]["after"]["root"]);
    let said = desk.run(&["evidence", run_id, "--conversation", &id]);
    assert_eq!(said.code, Some(4), "{said:?}");
}
