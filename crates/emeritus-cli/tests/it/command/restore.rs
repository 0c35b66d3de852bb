use genesys_emulator::UserTruth;
use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};

/// What a restore can bring back: the version goes on, and tokens, presence and the desk of the moment do not come back.
fn restorable(truth: UserTruth) -> UserTruth {
    UserTruth {
        version: 0,
        tokens: 0,
        presence: String::new(),
        state_reason: None,
        associated_station: None,
        ..truth
    }
}

#[test]
fn a_person_comes_back_as_they_were() {
    for mode in [&["--mode", "keep"][..], &["--mode", "delete", "--delete-without-hold"]] {
        let organization = Organization::documented();
        let id = organization.agent("Ada");
        let before = restorable(organization.truth(&id));
        let desk = Desk::at(&organization);
        let ada = email("Ada");
        desk.json(&[&["retire", &ada, "--yes", "--json"], mode].concat());
        let restored = desk.json(&["restore", "--email", &ada, "--yes", "--json"]);
        assert_eq!(
            (&restored["mode"], &restored["outcome"]),
            (&json!("restore"), &json!("verified")),
            "{restored}"
        );
        assert!(!restored["will_not_come_back"].as_array().unwrap().is_empty());
        assert_eq!(restorable(organization.truth(&id)), before, "{mode:?}");
    }
}

#[test]
fn what_does_not_come_back_is_said() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let said = desk.run(&["restore", "--run", run["run_id"].as_str().unwrap(), "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 0
    --- standard output
    Restore: Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], inactive, version 2
      plan          [digest]

    Findings
      info   tokens and sessions: revoked ones stay revoked, the person logs in again
      info   associated station Desk of Ada: chosen by the person at the next login

    Steps
      1. set state inactive -> active
          why   the account has the state it had
          undo  set state active -> inactive
      2. grant agent in Service, supervisor in Home
          why   roles are lost when an account becomes inactive
          undo  none: roles that were held before are not told from those given
      3. join queue Retention
          why   as in the snapshot
          undo  leave queue Retention
      4. take no work from queue Retention
          why   as in the snapshot
      5. join queue Billing
          why   as in the snapshot
          undo  leave queue Billing
      6. take work from queue Billing
          why   as in the snapshot
      7. set default station Desk of Ada
          why   the vendor does not bring the default station back
          undo  clear default station Desk of Ada
      8. compare with the snapshot, field by field
          why   says field by field whether the person is as before

    Restored, verified: Ada <ada@emulated.example>  [emulated]
      run           [id 3]
      differs       associated station: was Desk of Ada, is none, as foretold
      not back      tokens and sessions: revoked ones stay revoked, the person logs in again
      not back      associated station Desk of Ada: chosen by the person at the next login
      requests      [requests]
      evidence      [desk]/state/runs/[id 3]/report.html
    ");
}

#[test]
fn without_a_run_there_is_nothing_to_restore_from() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let said = Desk::at(&organization).run(&["restore", "--email", &email("Ada"), "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 4
    --- standard error
    error: there is no run that retired this person: nothing to restore from
    hint: `emeritus status` lists the runs of this state directory
    ");
}
