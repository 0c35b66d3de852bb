use crate::desk::Desk;
use crate::organization::{Organization, email};

#[test]
fn a_new_state_directory_has_no_runs() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    no runs yet
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
fn a_run_that_is_not_there_is_a_clear_stop() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_HOME", desk.state().to_str().unwrap());
    insta::assert_snapshot!(desk.run(&["status", "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11"]).whole(), @"
    exit code 4
    --- standard error
    error: there is no run [id 1]
    hint: `emeritus status` lists the runs
    ");
}
