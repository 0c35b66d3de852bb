use genesys_emulator::FaultKind;
use serde_json::Value;

use crate::desk::Desk;
use crate::organization::{NEVER, Organization, email};

#[test]
fn a_new_state_directory_has_no_runs() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    no runs yet: there is no journal in [desk]/state
    ");
}

#[test]
fn runs_are_told_in_short_and_each_in_full_without_credentials() {
    let organization = Organization::documented();
    organization.agent("Ada");
    organization.agent("Grace");
    let mut desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    desk.json(&["retire", &email("Grace"), "--mode", "delete", "--yes", "--json"]);
    for name in ["EMERITUS_API_URL", "EMERITUS_LOGIN_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"] {
        desk.unset(name);
    }
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    [id 1]  ada@emulated.example    keep     verified              intact
    [id 2]  grace@emulated.example  delete   held                  intact, held until [day] [time] UTC
    ");
    insta::assert_snapshot!(desk.run(&["status", run["run_id"].as_str().unwrap()]).whole(), @"
    exit code 0
    --- standard output
    Retired (inactive, account kept), verified: Ada <ada@emulated.example>  [emulated]
      run           [id 1]
      account       inactive at the last look, [day] [time] UTC
      proof         intact: 40 conversations before, 40 after ([day] to [day])
      root before   [digest]
      requests      [requests]
      evidence      [desk]/state/runs/[id 1]/report.html

    Steps
      1. read the whole history and fingerprint it: read (40 conversations)
      2. set state active -> inactive: verified
      3. revoke all tokens: verified
      4. clear associated station Desk of Ada: verified
      5. clear default station Desk of Ada: verified
      6. leave queue Retention: verified
      7. leave queue Billing: verified
      8. remove every skill: verified
      9. remove language Italian: verified
      10. see that access has ended: seen
      11. prove the history again after the cut: read (intact)
    ");
    let runs = desk.json(&["status", "--json"]);
    let standings: Vec<_> =
        runs["runs"].as_array().unwrap().iter().map(|run| run["standing"].as_str().unwrap()).collect();
    assert_eq!(standings, ["verified", "held"]);
}

#[test]
fn a_list_says_what_there_was_to_prove_and_who_was_put_back_since() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    for command in ["retire", "retire", "restore"] {
        desk.json(&[command, &email("Ada"), "--yes", "--json"]);
    }
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    [id 1]  ada@emulated.example  keep     verified              intact, put back since [day] [time] UTC
    [id 2]  ada@emulated.example  keep     skipped               nothing to do
    [id 3]  ada@emulated.example  restore  verified              no proof
    ");
    let held = ["retire", &email("Ada"), "--mode", "delete", "--hold", "3d", "--yes"];
    let said = desk.run(&held);
    let next = said.out.lines().last().unwrap_or_default().to_owned();
    assert!(
        next.starts_with("next: once the hold is over, at ") && next.contains("`emeritus resume "),
        "{next}"
    );
}

#[test]
fn a_person_is_told_by_all_their_runs_and_a_run_comes_first() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    organization.agent("Grace");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"])["run_id"].clone();
    desk.json(&["retire", &email("Grace"), "--until", "2099-03-01", "--yes", "--json"]);
    let standing = |name: &str| desk.json(&["status", name, "--json"])["people"][0]["standing"].clone();
    assert_eq!(
        (standing(&email("Ada").to_uppercase()), standing(&email("Grace"))),
        ("away".into(), "expected-back".into())
    );
    desk.json(&["restore", &email("Ada"), "--yes", "--json"]);
    insta::assert_snapshot!(desk.run(&["status", &id]).whole(), @"
    exit code 0
    --- standard output
    Ada <ada@emulated.example>, in Emulated Organization
      by this journal  put back
      account          active at the last look, [day] [time] UTC
    [id 1]  ada@emulated.example  keep     verified              intact, put back since [day] [time] UTC
    [id 2]  ada@emulated.example  restore  verified              no proof
    ");
    assert_eq!(desk.json(&["status", run.as_str().unwrap(), "--json"])["run_id"], run);
    insta::assert_snapshot!(desk.run(&["status", "nobody@emulated.example"]).whole(), @"
    exit code 4
    --- standard error
    error: there is neither a run nobody@emulated.example nor a run about a person of that name
    hint: `emeritus status` lists the runs
    ");
}

/// What nobody has to look at is counted, and not listed.
#[test]
fn what_is_over_and_old_is_left_out_of_the_list_and_counted() {
    let organization = Organization::documented();
    organization.agent("Ada");
    organization.agent("Grace");
    let desk = Desk::at(&organization);
    let held = desk.json(&["retire", &email("Grace"), "--mode", "delete", "--yes", "--json"]);
    for _ in 0..22 {
        desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    }
    let said = desk.json(&["status", "--json"]);
    let runs = said["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &said["left_out"], &runs[0]["run_id"]), (21, &2.into(), &held["run_id"]));
    let text = desk.run(&["status"]).out;
    assert!(text.ends_with("2 runs besides, over and nothing due: `emeritus status --all`\n"), "{text}");
    let all = desk.json(&["status", "--all", "--json"]);
    assert_eq!((all["runs"].as_array().unwrap().len(), all.get("left_out")), (23, None));
}

#[test]
fn a_run_that_is_not_there_is_a_clear_stop() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    insta::assert_snapshot!(desk.run(&["status", "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11"]).whole(), @"
    exit code 4
    --- standard error
    error: there is no journal in [desk]/state
    hint: --home names another state directory; `emeritus retire` begins one
    ");
    // Nobody who looks for something begins it.
    assert!(!desk.state().exists());

    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    insta::assert_snapshot!(desk.run(&["status", "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11"]).whole(), @"
    exit code 4
    --- standard error
    error: there is neither a run [id 1] nor a run about a person of that name
    hint: `emeritus status` lists the runs
    ");
}

/// A lease tells whether somebody is at work: a process that was killed is not.
#[test]
fn a_run_that_was_killed_is_interrupted_and_what_nobody_counted_is_not_none() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PUT", &format!("/api/v2/users/{id}/state"));
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PATCH", &format!("/api/v2/users/{id}"));
    let desk = Desk::at(&organization);
    let at_work = std::cell::Cell::new(None);
    assert!(desk.kill_when(&["retire", &email("Ada"), "--yes", "--json"], || {
        let is_now = organization.truth(&id).state == "inactive";
        if is_now {
            at_work.set(Some(desk.json(&["status", "--json"])["runs"][0]["standing"].clone()));
        }
        is_now
    }));
    assert_eq!(at_work.take(), Some("under-way".into()));
    organization.emulator.clear_faults();
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    [id 1]  ada@emulated.example  keep     interrupted           no proof yet
    next: `emeritus resume --all` goes on with what was interrupted, and writes the evidence that is missing
    ");
    let runs = desk.json(&["status", "--json"]);
    let run = runs["runs"][0]["run_id"].as_str().unwrap();
    let said = desk.run(&["status", run]);
    let text = said.whole();
    let (head, _) = text.split_once("\n\n").unwrap();
    insta::assert_snapshot!(head, @"
    exit code 0
    --- standard output
    Interrupted, nobody is at work on it: Ada <ada@emulated.example>  [emulated]
      run           [id 1]
      requests      not counted
      evidence      not written yet
    next: `emeritus resume [id 1]`
    ");
    let object = desk.json(&["status", run, "--json"]);
    assert_eq!((&object["calls"], &object["evidence_dir"]), (&Value::Null, &Value::Null));
    // What came before the kill was never counted, however well the rest went.
    let object = desk.json(&["resume", run, "--json"]);
    assert_eq!((&object["outcome"], &object["calls"]), (&"verified".into(), &Value::Null));
    assert!(object["calls_at_least"].as_u64().unwrap() > 0, "{object}");
}

#[test]
fn evidence_that_was_never_written_is_told_and_written() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let directory = std::path::Path::new(run["evidence_dir"].as_str().unwrap());
    for name in ["SHA256SUMS", "report.html", "evidence.json"] {
        std::fs::remove_file(directory.join(name)).unwrap();
    }
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    [id 1]  ada@emulated.example  keep     verified              intact, evidence not written
    next: `emeritus resume --all` goes on with what was interrupted, and writes the evidence that is missing
    ");
    let run = run["run_id"].as_str().unwrap();
    assert!(desk.run(&["status", run]).out.contains("was not written\nnext: `emeritus evidence"));
    assert_eq!(desk.run(&["evidence", run, "--verify"]).code, Some(10));
    assert_eq!(desk.json(&["resume", "--all", "--json"])["evidence_written"][0], run);
    assert_eq!(desk.run(&["evidence", run, "--verify"]).code, Some(0));
    assert!(desk.json(&["resume", "--all", "--json"]).get("evidence_written").is_none());
}
