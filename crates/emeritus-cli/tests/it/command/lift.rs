//! `--override KIND=NAME --because TEXT`, wherever a plan is made.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::{Organization, email};

const GHOST: &str = "abcdef11-0000-4000-8000-0000000aaaaa";
const BECAUSE: &str = "ghost of last winter, ticket 4711";

/// A call that a person is in and that never ends.
fn ghost(organization: &Organization, user: &str, id: &str) {
    let start = format!("{:.3}", Timestamp::now() - SignedDuration::from_hours(24 * 200));
    let record = json!({
        "conversationId": id,
        "conversationStart": start,
        "participants": [{
            "participantId": "abcdef14-0000-4000-8000-0000000aaaaa",
            "purpose": "agent",
            "userId": user,
            "sessions": [{
                "sessionId": "abcdef15-0000-4000-8000-0000000aaaaa",
                "mediaType": "voice",
                "segments": [{ "segmentType": "interact", "segmentStart": start }],
            }],
        }],
    });
    organization.emulator.add_conversation(&record).unwrap();
}

fn evidence(desk: &Desk, object: &Value) -> Value {
    let directory = desk.state().join("runs").join(object["run_id"].as_str().unwrap());
    serde_json::from_slice(&std::fs::read(directory.join("evidence.json")).unwrap()).unwrap()
}

#[test]
fn a_ghost_blocks_until_it_is_lifted_by_its_name() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    ghost(&organization, &id, GHOST);
    let desk = Desk::at(&organization);
    let block = format!("live-work={GHOST}");
    let said = desk.run(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    let hints = &said.object()["error"]["hints"];
    let way_out = format!("what can be lifted, by name and with a reason: --override {block} --because TEXT");
    assert_eq!(hints, &json!([way_out]));
    assert_eq!(organization.truth(&id).state, "active");
    let lifting = ["retire", &email("Ada"), "--yes", "--json", "--override", &block, "--because", BECAUSE];
    let object = desk.json(&lifting);
    assert_eq!(organization.truth(&id).state, "inactive");
    let by = object["approval"]["by"].as_str().unwrap();
    let lifted = json!([{ "kind": "live-work", "name": GHOST, "because": BECAUSE, "by": by }]);
    assert_eq!(object["overrides"], lifted);
    assert_eq!(evidence(&desk, &object)["overrides"], lifted);
}

#[test]
fn a_plan_file_carries_what_it_lifts() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    ghost(&organization, &id, GHOST);
    let desk = Desk::at(&organization);
    let block = format!("live-work={GHOST}");
    let plan = ["plan", &email("Ada"), "--out", "plan.json", "--override", &block, "--because", BECAUSE];
    let said = desk.run(&plan);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains(&format!("Lifted because \"{BECAUSE}\", by ")), "{said:?}");
    let also =
        desk.run(&["retire", "--plan", "plan.json", "--yes", "--override", &block, "--because", BECAUSE]);
    assert_eq!(also.code, Some(2), "the file is run exactly: {also:?}");
    let object = desk.json(&["retire", "--plan", "plan.json", "--yes", "--json"]);
    assert_eq!(object["overrides"][0]["name"], GHOST);
    assert_eq!(organization.truth(&id).state, "inactive");
}

#[test]
fn an_override_is_one_name_that_blocks_and_a_reason() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    ghost(&organization, &id, GHOST);
    let desk = Desk::at(&organization);
    let retire = |given: &[&str]| {
        let ada = email("Ada");
        let mut arguments = vec!["retire", ada.as_str(), "--yes"];
        arguments.extend(given);
        desk.run(&arguments)
    };
    let block = format!("live-work={GHOST}");
    for (given, code, said) in [
        (vec!["--override", block.as_str()], 2, "--because"),
        (vec!["--because", BECAUSE], 2, "--override"),
        (vec!["--override", &block, "--because", ""], 2, "needs a reason"),
        (vec!["--override", &block, "--because", "  "], 2, "needs a reason"),
        (vec!["--override", "live-work=*", "--because", BECAUSE], 2, "one named block"),
        (vec!["--override", "live-work", "--because", BECAUSE], 2, "KIND=NAME"),
        (vec!["--override", "protected=x", "--because", BECAUSE], 2, "are never lifted"),
        (vec!["--override", "last-admin=agent", "--because", BECAUSE], 5, block.as_str()),
        (vec!["--allow-last-admin"], 2, "--override last-admin=ROLE"),
    ] {
        let refused = retire(&given);
        assert_eq!(refused.code, Some(code), "{given:?}: {refused:?}");
        assert!(refused.err.contains(said), "{given:?}: {refused:?}");
    }
    assert!(organization.changes().is_empty());
}

#[test]
fn who_is_protected_is_not_lifted_whatever_is_named() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    ghost(&organization, &id, GHOST);
    let desk = Desk::at(&organization);
    let block = format!("live-work={GHOST}");
    let lift = ["--override", &block, "--because", BECAUSE];
    let said = desk.run(&[&["retire", &email("Ada"), "--yes", "--protect", &id][..], &lift].concat());
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(organization.changes().is_empty());
}

#[test]
fn a_policy_file_that_let_every_last_admin_go_says_what_took_its_place() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    std::fs::write(desk.here().join("policy.toml"), "[retire]\nallow_last_admin = true\n").unwrap();
    let said = desk.run(&["plan", &email("Ada"), "--policy", "policy.toml"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("line 2: `retire.allow_last_admin` is gone"), "{said:?}");
    assert!(said.err.contains("--override last-admin=ROLE --because TEXT"), "{said:?}");
}
