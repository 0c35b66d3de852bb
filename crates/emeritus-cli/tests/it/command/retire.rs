use std::io::Read as _;

use genesys_emulator::{FaultKind, Preset};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::{NEVER, Organization, email};

#[test]
fn a_retirement_tells_what_it_did() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let said = Desk::at(&organization).run(&["retire", &email("Ada"), "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 0
    --- standard output
    Retire (keep the account, inactive): Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], active, version 1
      history from  [day] (the organization keeps 60 days)
      plan          [digest]

    To look at before approving
      archive first with `emeritus archive`: at least 40 conversations that this person handled go within 90 days (60 days of retention, the next on [day])

    To know
      2 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Stays with the person
      division: Service. Stays: history stays where reports look for it
      licence: Genesys Cloud CX 3. Stays: follows roles and log-ins; billing is by who logged in during the period

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant agent in Service, supervisor in Home
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. clear associated station Desk of Ada
          why   the phone is free for somebody else
          undo  set associated station Desk of Ada
      5. clear default station Desk of Ada
          why   the phone is free for somebody else
          undo  set default station Desk of Ada
      6. leave queue Retention
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Retention; take no work from queue Retention
      7. leave queue Billing
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Billing; take work from queue Billing
      8. remove every skill
          why   nothing is routed by a skill that nobody uses
          undo  set 1 skill(s)
      9. remove language Italian
          why   nothing is routed by a skill that nobody uses
          undo  set 1 language(s)
      10. see that access has ended
          why   an accepted request is not yet an access that has ended
      11. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk of Ada: chosen by the person at the next login
      licence: the vendor assigns them by role and log-in; nobody gives one back by itself

    Retired (inactive, account kept), verified: Ada <ada@emulated.example>  [emulated]
      run           [id 3]
      account       inactive at the last look, [day] [time] UTC
      proof         intact: 40 conversations before, 40 after ([day] to [day])
      root before   [digest]
      requests      [requests]
      evidence      [desk]/state/runs/[id 3]/report.html
    ");
    let truth = organization.truth(&id);
    assert_eq!((truth.state.as_str(), truth.tokens, truth.queues.len()), ("inactive", 0, 0));
}

#[test]
fn a_retirement_tells_scripts_one_object() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let said = Desk::at(&organization).run(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(said.tidy_object(), @r#"
    {
      "account": {
        "asked": "inactive",
        "at": "[moment]",
        "seen": "inactive",
        "state": "inactive",
        "version": "[version]"
      },
      "approval": "[approval]",
      "calls": "[calls]",
      "email": "ada@emulated.example",
      "emulated": true,
      "evidence_dir": "[desk]/state/runs/[id 1]",
      "mode": "keep",
      "outcome": "verified",
      "proof": {
        "added": 0,
        "after": {
          "conversations": 40,
          "root": "[digest]"
        },
        "altered": [],
        "before": {
          "conversations": 40,
          "root": "[digest]"
        },
        "conversations": 40,
        "missing": [],
        "verdict": "intact",
        "window": {
          "from": "[moment]",
          "to": "[moment]"
        }
      },
      "run_id": "[id 1]",
      "user_id": "[id 2]"
    }
    "#);
}

#[test]
fn what_a_proof_says_is_what_the_organization_has() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let object = Desk::at(&organization).json(&["retire", &email("Ada"), "--yes", "--json"]);
    let had = organization.emulator.conversations_of(&id).len();
    let proof = &object["proof"];
    assert_eq!(
        [&proof["conversations"], &proof["before"]["conversations"], &proof["after"]["conversations"]],
        [had; 3]
    );
    assert_eq!(proof["before"]["root"], proof["after"]["root"]);
}

#[test]
fn without_a_terminal_nothing_is_done_without_yes() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let said = Desk::at(&organization).run(&["retire", &email("Ada"), "--json"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.object()["error"]["hints"][0].as_str().unwrap().contains("--yes"), "{said:?}");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_hold_of_zero_has_to_be_said_in_words() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let said = desk.run(&["retire", &email("Ada"), "--mode", "delete", "--hold", "0", "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 2
    --- standard error
    error: a hold of 0 deletes at once, which has to be said on the command line: add --delete-without-hold
    hint: a hold lets a mistake be put right without loss; the default is 30d
    ");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_delete_is_held_for_thirty_days() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let said = desk.run(&["retire", &email("Ada"), "--mode", "delete", "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let object = said.object();
    assert_eq!((&object["outcome"], &object["proof"]["verdict"]), (&Value::Null, &json!("intact")));
    let until: jiff::Timestamp = object["held_until"].as_str().unwrap().parse().unwrap();
    let days = until.duration_since(jiff::Timestamp::now()).as_hours() / 24;
    assert!((29..=30).contains(&days), "{days}");
    assert_eq!(organization.truth(&id).state, "inactive");
}

#[test]
fn where_a_delete_severs_history_the_person_is_put_back() {
    let organization = Organization::of(Preset::AsReported);
    let id = organization.agent("Ada");
    let had = organization.emulator.conversations_of(&id);
    let desk = Desk::at(&organization);
    let said =
        desk.run(&["retire", &email("Ada"), "--mode", "delete", "--delete-without-hold", "--yes", "--json"]);
    assert_eq!(said.code, Some(9), "{said:?}");
    let object = said.object();
    assert_eq!((&object["outcome"], &object["proof"]["verdict"]), (&json!("proof-broken"), &json!("broken")));
    let mut missing: Vec<_> = object["proof"]["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    let mut had_sorted = had.clone();
    missing.sort();
    had_sorted.sort();
    assert_eq!(missing, had_sorted);
    assert_eq!(object["proof_after_put_back"]["verdict"], "intact");
    let truth = organization.truth(&id);
    assert_eq!((truth.state.as_str(), truth.division.as_str()), ("inactive", "Service"));
    assert_eq!(organization.emulator.conversations_of(&id), had);
}

#[test]
fn exactly_the_plan_in_a_file_is_run() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let plan = desk.json(&["plan", &email("Ada"), "--out", "plan.json", "--json"]);
    let object = desk.json(&["retire", "--plan", "plan.json", "--yes", "--json"]);
    let evidence = desk.state().join("runs").join(object["run_id"].as_str().unwrap()).join("evidence.json");
    let evidence: Value = serde_json::from_slice(&std::fs::read(evidence).unwrap()).unwrap();
    assert_eq!(evidence["approval"]["digest"], plan["digest"]);
    assert_eq!(evidence["approval"]["means"], json!("plan_file"));
    assert_eq!(organization.truth(&id).state, "inactive");
}

#[test]
fn a_plan_that_somebody_edited_is_refused() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let other = organization.agent("Grace");
    let desk = Desk::at(&organization);
    let plan = desk.json(&["plan", &email("Ada"), "--out", "plan.json", "--json"]);
    let edited = plan.to_string().replace(plan["plan"]["subject"]["id"].as_str().unwrap(), &other);
    std::fs::write(desk.here().join("plan.json"), edited).unwrap();
    let said = desk.run(&["retire", "--plan", "plan.json", "--yes"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("was changed after it was written"), "{said:?}");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_plan_that_the_organization_has_overtaken_is_refused() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    desk.json(&["plan", &email("Ada"), "--out", "plan.json", "--json"]);
    organization.emulator.edit_title(&id, "Head of Billing");
    let said = desk.run(&["retire", "--plan", "plan.json", "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 6
    --- standard output
    Retire (keep the account, inactive): Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], active, version 1
      history from  [day] (the organization keeps 60 days)
      plan          [digest]

    To look at before approving
      archive first with `emeritus archive`: at least 40 conversations that this person handled go within 90 days (60 days of retention, the next on [day])

    To know
      2 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Stays with the person
      division: Service. Stays: history stays where reports look for it
      licence: Genesys Cloud CX 3. Stays: follows roles and log-ins; billing is by who logged in during the period

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant agent in Service, supervisor in Home
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. clear associated station Desk of Ada
          why   the phone is free for somebody else
          undo  set associated station Desk of Ada
      5. clear default station Desk of Ada
          why   the phone is free for somebody else
          undo  set default station Desk of Ada
      6. leave queue Retention
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Retention; take no work from queue Retention
      7. leave queue Billing
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Billing; take work from queue Billing
      8. remove every skill
          why   nothing is routed by a skill that nobody uses
          undo  set 1 skill(s)
      9. remove language Italian
          why   nothing is routed by a skill that nobody uses
          undo  set 1 language(s)
      10. see that access has ended
          why   an accepted request is not yet an access that has ended
      11. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk of Ada: chosen by the person at the next login
      licence: the vendor assigns them by role and log-in; nobody gives one back by itself

    --- standard error
    error: the organization changed since the plan was made: version
    hint: nothing was written: look at what changed, and plan again
    ");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_plan_file_leaves_nothing_else_to_say() {
    let said = Desk::bare().run(&["retire", "--plan", "plan.json", "--mode", "delete"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--mode"), "{said:?}");
}

#[test]
fn what_cannot_be_done_is_taken_back() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let forbidden = || FaultKind::Forbidden403 { permission: "directory:user:edit".to_owned() };
    organization.emulator.fault(
        genesys_emulator::FaultRule::new(forbidden())
            .on("PUT", &format!("/api/v2/users/{id}/state"))
            .always(),
    );
    organization.emulator.fault(
        genesys_emulator::FaultRule::new(forbidden()).on("PATCH", &format!("/api/v2/users/{id}")).always(),
    );
    let before = organization.truth(&id);
    let said = Desk::at(&organization).run(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!(said.code, Some(14), "{said:?}");
    let object = said.object();
    assert_eq!(
        (&object["outcome"], &object["refused"]["code"], &object["taken_back"]),
        (&json!("failed"), &json!("forbidden"), &json!("nothing had been changed"))
    );
    assert!(object["refused"]["detail"].as_str().unwrap().contains("directory:user:edit"), "{object}");
    assert_eq!(organization.truth(&id), before);
}

#[test]
fn a_refusal_after_the_cut_needs_a_person_and_goes_on_when_freed() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let kind = FaultKind::Forbidden403 { permission: "oauth:token:delete".to_owned() };
    organization
        .emulator
        .fault(genesys_emulator::FaultRule::new(kind).on("DELETE", "/api/v2/tokens/*").always());
    let desk = Desk::at(&organization);
    let said = desk.run(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!(said.code, Some(8), "{said:?}");
    let object = said.object();
    assert_eq!((&object["outcome"], &object["stuck"]["code"]), (&json!("stuck"), &json!("forbidden")));
    let run = object["run_id"].as_str().unwrap();
    assert_eq!(organization.truth(&id).state, "inactive");

    organization.emulator.clear_faults();
    assert_eq!(desk.run(&["resume", run]).code, Some(8));
    let freed = desk.json(&["resume", run, "--free", "--json"]);
    assert_eq!(freed["outcome"], "verified");
    assert_eq!(organization.truth(&id).tokens, 0);
}

#[test]
fn two_executors_do_not_work_on_one_person() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let path = format!("/api/v2/tokens/{id}");
    organization.fault(FaultKind::HangBefore(NEVER), "DELETE", &path);
    let desk = Desk::at(&organization);
    let mut first = desk.command(&["retire", &email("Ada"), "--yes", "--json"]).spawn().unwrap();
    assert!(crate::desk::await_moment(&mut first, || organization.holds_back("DELETE", &path)));
    let second = desk.run(&["resume", "--json"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.code, Some(11), "{second:?}");
    assert_eq!(second.object()["error"]["kind"], "busy");
}

#[test]
fn somebody_who_is_retired_already_is_skipped() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let before = organization.changes();
    let again = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!((&again["outcome"], &again["proof"]), (&json!("skipped"), &Value::Null));
    assert_eq!(organization.changes(), before);
}

#[test]
fn nothing_but_the_result_is_said_where_nobody_watches() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let mut child = desk.command(&["retire", &email("Ada"), "--yes"]).spawn().unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(err, "");
}
