//! What is said of an account is what was seen of it last, and what was not verified is named.

use serde_json::json;

use crate::desk::Desk;
use crate::organization::Organization;

#[test]
fn the_job_is_finished_for_somebody_deleted_and_said_to_be_of_somebody_deleted() {
    let organization = Organization::documented();
    let ada = organization.emulator.user("Ada").in_queue("Billing").in_group("Billing team").deleted().add();
    organization.give_history(&ada, 12);
    let desk = Desk::at(&organization);
    let said = desk.run(&["adopt", "--finish", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let headline = said.out.lines().find(|line| line.starts_with("Retired")).unwrap();
    assert!(headline.starts_with("Retired (the account was deleted before), verified: Ada"), "{headline}");
    let truth = organization.truth(&ada);
    assert_eq!((truth.state.as_str(), truth.groups.len(), truth.queues.len()), ("deleted", 0, 0));
    let runs = desk.json(&["status", "--json"]);
    let run = desk.json(&["status", runs["runs"][0]["run_id"].as_str().unwrap(), "--json"]);
    let (state, asked) = (&run["account"]["state"], &run["account"]["asked"]);
    assert_eq!((state, asked), (&json!("deleted"), &json!("deleted")), "{run}");
}

#[test]
fn what_was_not_verified_is_named_with_the_reason() {
    for (permission, what, why) in [
        (
            "telephony:plugin:all",
            "phone",
            "not read, so perhaps still held: needs permission telephony:plugin:all",
        ),
        (
            "authorization:grant:view",
            "role grants",
            "not read, so it cannot be given back: needs permission authorization:grant:view",
        ),
    ] {
        let organization = Organization::documented();
        organization.agent("Ada");
        organization.emulator.deny(&[permission]);
        let desk = Desk::at(&organization);
        let said = desk.run(&["retire", "ada@emulated.example", "--yes", "--json"]);
        assert_eq!(said.code, Some(10), "{said:?}");
        let run = said.object();
        assert_eq!(run["outcome"], "written-not-verified");
        let reasons = run["not_verified"].as_array().unwrap();
        assert!(reasons.contains(&json!({ "what": what, "why": why })), "{reasons:?}");
        let shown = desk.run(&["status", run["run_id"].as_str().unwrap()]);
        assert!(shown.out.contains(&format!("  not verified  {what}: {why}\n")), "{}", shown.out);
        assert!(shown.out.contains("next: `emeritus doctor` names the permissions"), "{}", shown.out);
    }
}

#[test]
fn a_plan_for_somebody_who_is_active_by_now_is_drift() {
    let organization = Organization::documented();
    let ada = organization.emulator.user("Ada").in_queue("Billing").inactive().add();
    organization.give_history(&ada, 3);
    let desk = Desk::at(&organization);
    let file = desk.here().join("plan.json").display().to_string();
    assert_eq!(desk.run(&["plan", "ada@emulated.example", "--out", &file]).code, Some(0));
    organization.emulator.user("Ada").id(&ada).in_queue("Billing").add();
    let said = desk.run(&["retire", "--plan", &file, "--yes"]);
    assert_eq!(said.code, Some(6), "{said:?}");
    assert!(organization.changes().is_empty());
}
