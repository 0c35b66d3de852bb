use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::desk::Desk;
use crate::organization::{Organization, email};

#[test]
fn a_plan_reads_like_what_will_happen() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let args = ["plan", &email("Ada"), "--mode", "delete", "--reason", "voluntary"];
    insta::assert_snapshot!(Desk::at(&organization).run(&args).whole(), @"
    exit code 0
    --- standard output
    Retire and delete: Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], active, version 1
      history from  [day] (the organization keeps 60 days)
      plan          [digest]

    To look at before approving
      a delete moves the account from Service to the Home division and drops extension and default station; the vendor brings back neither, a restore puts back what the snapshot holds and is still free
      archive first with `emeritus archive`: at least 40 conversations that this person handled go within 90 days (60 days of retention, the next on [day])

    To know
      2 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Stays with the person
      licence: Genesys Cloud CX 3. Stays: follows roles and log-ins; billing is by who logged in during the period

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. set state active -> inactive, reason Voluntary
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
      12. hold for 30 days
          why   a mistake can still be put right without loss
      13. prove the history again after the hold
          why   what is deleted must still be whole on the day of the delete
      14. delete the account
          why   asked for; the account becomes a tombstone that can be restored
          undo  set state deleted -> inactive; move to division Service; prove the history again after the put-back
      15. prove the history again after the delete
          why   if anything is missing now, the person is put back

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk of Ada: chosen by the person at the next login
      licence: the vendor assigns them by role and log-in; nobody gives one back by itself
    ");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_plan_file_holds_the_plan_with_its_digest_for_its_owner_alone() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let printed = desk.json(&["plan", &email("Ada"), "--out", "plan.json", "--json"]);
    let path = desk.here().join("plan.json");
    let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(written, printed);
    assert_eq!(written["digest"].as_str().unwrap().len(), 64);
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn somebody_on_a_call_is_not_planned_unless_the_call_may_end_first() {
    let organization = Organization::documented();
    organization.emulator.user("Ada").in_queue("Billing").live_call().add();
    let desk = Desk::at(&organization);
    let said = desk.run(&["plan", &email("Ada")]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.out.contains("FATAL") && said.out.contains("--wait-idle"), "{}", said.out);
    let said = desk.run(&["plan", &email("Ada"), "--wait-idle", "30m"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn protected_people_are_refused_whether_the_file_or_the_flag_names_them() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    assert_eq!(desk.run(&["plan", &email("Ada"), "--protect", &id]).code, Some(5));
    std::fs::write(desk.state().join("config.toml"), format!("protected = [\"{id}\"]\n")).unwrap();
    assert_eq!(desk.run(&["plan", &email("Ada")]).code, Some(5));
    let said = desk.run(&["plan", &email("Ada"), "--protect", "ada@x.example"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("takes user ids"), "{said:?}");
}

#[test]
fn a_person_is_found_by_every_name_they_have() {
    let organization = Organization::documented();
    let id = organization.emulator.user("Ada").employee_id("4711").external_id("hr", "k-1").add();
    let desk = Desk::at(&organization);
    for name in [email("Ada"), id.clone(), "employee:4711".to_owned(), "external:hr:k-1".to_owned()] {
        assert_eq!(desk.json(&["plan", &name, "--json"])["plan"]["subject"]["id"], id, "{name}");
    }
}

#[test]
fn nobody_and_several_are_a_clear_stop() {
    let organization = Organization::documented();
    organization.emulator.user("Ada").email("ada@x.example").add();
    organization.emulator.user("Ada before").email("ada@x.example").deleted().add();
    let desk = Desk::at(&organization);
    insta::assert_snapshot!(desk.run(&["plan", "grace@x.example"]).whole(), @"
    exit code 4
    --- standard error
    error: could not find the person
      because: nobody in this organization, in any state, has e-mail grace@x.example
    hint: people in every state were looked at, deleted ones too
    ");
    insta::assert_snapshot!(desk.run(&["plan", "ada@x.example"]).whole(), @"
    exit code 4
    --- standard error
    error: could not find the person
      because: 2 people have e-mail ada@x.example: deleted Ada before <ada@x.example> [id 1]; active Ada <ada@x.example> [id 2]
    hint: name the one you mean by user id
    ");
}

#[test]
fn the_plan_of_somebody_with_everything_is_in_sections_that_can_be_read() {
    let organization = Organization::documented();
    let id = organization.emulator.heaviest_person();
    let said = Desk::at(&organization).run(&["plan", &id]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let headings: Vec<_> =
        said.out.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).skip(1).collect();
    assert_eq!(
        headings,
        [
            "To look at before approving",
            "To know",
            "Stays with the person",
            "Out of reach, so neither looked at nor changed",
            "Steps",
            "What a restore does not bring back",
        ]
    );
    let longest = said.out.lines().map(|line| line.chars().count()).max();
    assert!(longest.unwrap() < 260, "{}", said.out);
}
