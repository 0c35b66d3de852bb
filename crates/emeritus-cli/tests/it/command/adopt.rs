use genesys_emulator::{FaultKind, FaultRule};
use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};

/// Two people who were retired by hand and still hold something, one who holds nothing, and one who is still there.
fn abandoned() -> Organization {
    let organization = Organization::documented();
    let ada = organization
        .emulator
        .user("Ada")
        .in_division("Service")
        .in_queue("Billing")
        .in_group("Billing team")
        .did("+4930111222")
        .extension("4711")
        .web_rtc_phone("Phone of Ada")
        .inactive()
        .add();
    organization.give_history(&ada, 12);
    organization.emulator.user("Grace").web_rtc_phone("Phone of Grace").deleted().add();
    organization.emulator.user("Nobody").inactive().add();
    organization.emulator.user("Still here").in_queue("Billing").add();
    organization
}

#[test]
fn people_who_are_gone_and_still_hold_something_are_listed() {
    let organization = abandoned();
    let desk = Desk::at(&organization);
    insta::assert_snapshot!(desk.run(&["adopt"]).whole(), @"
    exit code 15
    --- standard output
    4 people looked at, 2 inactive, 1 deleted; 2 still hold something

    inactive Ada <ada@emulated.example> [id 1]
      stations            Phone of Ada
      phone               Phone of Ada
      direct number       +4930111222
      extension           4711
      queues              Billing
      groups              Billing team

    deleted Grace <grace@emulated.example> [id 2]
      phone               Phone of Grace

    Together
      stations            1
      phone               2
      direct number       1
      extension           1
      queues              1
      groups              1

    next: `emeritus adopt --finish` plans each of them and asks; `emeritus adopt PERSON` looks closer
    ");
    let said = desk.run(&["adopt", "--json"]);
    assert_eq!(said.code, Some(15), "{said:?}");
    let found = said.object();
    assert_eq!((&found["inactive"], &found["deleted"]), (&json!(2), &json!(1)));
    let names: Vec<_> = found["leavers"].as_array().unwrap().iter().map(|leaver| &leaver["name"]).collect();
    assert_eq!(names, ["Ada", "Grace"]);
    let held = found["leavers"][0]["leftovers"].as_array().unwrap();
    assert!(
        held.contains(&json!({ "kind": "numbers", "id": "+4930111222", "name": "+4930111222" })),
        "{held:?}"
    );
    assert_eq!(found["totals"]["phones"], 2);
    assert!(organization.changes().is_empty());
}

#[test]
fn an_organization_in_order_is_said_to_be_so() {
    let organization = Organization::documented();
    organization.agent("Ada");
    organization.emulator.user("Gone").deleted().add();
    insta::assert_snapshot!(Desk::at(&organization).run(&["adopt"]).whole(), @"
    exit code 0
    --- standard output
    2 people looked at, 0 inactive, 1 deleted; 0 still hold something
    ");
}

#[test]
fn what_could_not_be_read_is_no_proof_of_order() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let kind = FaultKind::Forbidden403 { permission: "telephony:plugin:all".to_owned() };
    let path = "/api/v2/telephony/providers/edges/phones";
    organization.emulator.fault(FaultRule::new(kind).on("GET", path).always());
    let said = Desk::at(&organization).run(&["adopt", "--json"]);
    assert_eq!(said.code, Some(10), "{said:?}");
    assert_eq!(said.object()["unknown"]["phones"], "needs permission telephony:plugin:all");
}

#[test]
fn the_job_is_finished_for_everybody_who_was_found() {
    let organization = abandoned();
    let desk = Desk::at(&organization);
    let said = desk.run(&["adopt", "--finish", "--yes", "--json", "--stats"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let batch = said.object();
    let outcomes: Vec<_> = batch["runs"].as_array().unwrap().iter().map(|run| &run["outcome"]).collect();
    assert_eq!(outcomes, ["verified", "verified"], "{batch}");
    assert_eq!(batch["failures"], json!([]));
    assert!(batch["stats"]["shared_scans"].as_u64().unwrap() > 0, "{batch}");
    assert_eq!(desk.run(&["adopt"]).code, Some(0));
    for run in batch["runs"].as_array().unwrap() {
        let verified = desk.run(&["evidence", run["run_id"].as_str().unwrap(), "--verify"]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
    }
}

#[test]
fn those_beyond_the_limit_are_left_and_said_to_be() {
    let organization = abandoned();
    let desk = Desk::at(&organization);
    let said = desk.run(&["adopt", "--finish", "--limit", "1", "--yes", "--json"]);
    assert_eq!(said.code, Some(15), "{said:?}");
    assert_eq!(said.object()["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn one_failure_does_not_stop_the_others() {
    let organization = abandoned();
    let desk = Desk::at(&organization);
    // Nothing may be done to Ada, who comes first.
    let ada = desk.run(&["adopt", "--json"]).object()["leavers"][0]["user_id"].as_str().unwrap().to_owned();
    let said = desk.run(&["adopt", "--finish", "--yes", "--json", "--protect", &ada]);
    assert_eq!(said.code, Some(5), "{said:?}");
    let batch = said.object();
    assert_eq!(batch["failures"][0]["email"], email("Ada"));
    assert_eq!(batch["failures"][0]["error"]["kind"], "refused");
    assert_eq!(batch["runs"][0]["email"], email("Grace"));
    assert_eq!(batch["runs"][0]["outcome"], "verified");
}

#[test]
fn nothing_is_finished_that_nobody_can_approve() {
    let organization = abandoned();
    let said = Desk::at(&organization).run(&["adopt", "--finish"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(organization.changes().is_empty());
}

#[test]
fn somebody_who_sees_an_empty_history_is_told_why() {
    let organization = Organization::documented();
    let ada = organization
        .emulator
        .user("Ada")
        .in_queue("Billing")
        .finished_evaluation()
        .web_rtc_phone("Phone of Ada")
        .deleted()
        .add();
    organization.give_history(&ada, 40);
    let desk = Desk::at(&organization);
    insta::assert_snapshot!(desk.run(&["adopt", &ada]).whole(), @r#"
    exit code 0
    --- standard output
    deleted Ada <ada@emulated.example> [id 1]  [emulated]

    Still holds
      phone               Phone of Ada
      queues              Billing

    Why the history may look empty (40 conversations found)
      the account is deleted, which hides it and destroys nothing: it answers 404 unless asked for as deleted
          GET /api/v2/users/[id 1]?state=deleted
      agent views list active agents only; by user id there are 40 conversation(s)
          POST /api/v2/analytics/conversations/details/query {"interval":"[moment]/[moment]","segmentFilters":[{"predicates":[{"dimension":"userId","operator":"matches","type":"dimension","value":"[id 1]"}],"type":"and"}]}
      evaluations of deleted people are left out unless asked for: 1 with them, 0 without
          GET /api/v2/quality/evaluations/query?agentUserId=[id 1]&includeDeletedUsers=true
      one query spans 31 days at most: 24 conversation(s) in the last 31 days, 40 since [day] (the organization keeps 60 days), the first on [day], the last on [day]
          POST /api/v2/analytics/conversations/details/query {"interval":"[moment]/[moment]","segmentFilters":[{"predicates":[{"dimension":"userId","operator":"matches","type":"dimension","value":"[id 1]"}],"type":"and"}]}
    "#);
    let told = desk.json(&["adopt", &ada, "--json"]);
    assert_eq!(told["history"]["conversations"], 40, "{told}");
    assert_eq!(told["evaluations"], json!({ "with_deleted_users": 1, "without_deleted_users": 0 }));
    let codes: Vec<_> = told["causes"].as_array().unwrap().iter().map(|cause| &cause["code"]).collect();
    assert_eq!(codes, ["state-filter", "agent-views", "evaluations", "window"]);
    assert!(organization.changes().is_empty());
}

#[test]
fn a_history_that_is_really_gone_is_not_explained_away() {
    let organization = Organization::of(genesys_emulator::Preset::AsReported);
    let ada = organization.emulator.user("Ada").deleted().add();
    organization.give_history(&ada, 5);
    let grace = organization.agent("Grace");
    assert_ne!(ada, grace);
    let said = Desk::at(&organization).run(&["adopt", &ada]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("no conversation since"), "{}", said.out);
    assert!(said.out.contains("other people's conversations are seen in it"), "{}", said.out);
}
