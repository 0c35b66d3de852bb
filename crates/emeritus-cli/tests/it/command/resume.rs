use genesys_emulator::FaultKind;
use serde_json::json;

use crate::desk::Desk;
use crate::organization::{NEVER, Organization, email};

#[test]
fn a_run_in_its_hold_is_not_hurried() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let held = desk.json(&["retire", &email("Ada"), "--mode", "delete", "--hold", "30d", "--yes", "--json"]);
    let said = desk.run(&["resume", held["run_id"].as_str().unwrap(), "--json"]);
    assert_eq!(said.code, Some(13), "{said:?}");
    assert_eq!(said.object()["held_until"], held["held_until"]);
    assert_eq!(organization.truth(&id).state, "inactive");
    // Among all runs, one that waits is nothing to worry about.
    assert_eq!(desk.run(&["resume", "--all"]).code, Some(0));
}

#[test]
fn a_short_hold_is_sat_out() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let object = Desk::at(&organization).json(&[
        "retire",
        &email("Ada"),
        "--mode",
        "delete",
        "--hold",
        "1s",
        "--yes",
        "--json",
    ]);
    assert_eq!(object["outcome"], "verified");
    assert_eq!(organization.truth(&id).state, "deleted");
}

#[test]
fn a_run_that_lost_its_answer_looks_before_it_acts() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let (state, user) = (format!("/api/v2/users/{id}/state"), format!("/api/v2/users/{id}"));
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PUT", &state);
    organization.fault(FaultKind::HangAfterCommit(NEVER), "PATCH", &user);
    let desk = Desk::at(&organization);
    let arguments = ["retire", &email("Ada"), "--yes", "--json"];
    assert!(desk.kill_when(&arguments, || organization.truth(&id).state == "inactive"));
    assert_eq!(organization.emulator.faults_fired().len(), 1);
    organization.emulator.clear_faults();
    let object = desk.json(&["resume", "--json"]);
    assert_eq!(object["outcome"], "verified");
    let requests = organization.emulator.requests();
    let sent = requests.iter().filter(|request| {
        (request.method == "PUT" && request.path == state)
            || (request.method == "PATCH" && request.path == user)
    });
    assert_eq!(sent.count(), 1);
}

#[test]
fn without_a_run_the_unfinished_one_is_meant_if_there_is_one() {
    let organization = Organization::documented();
    organization.agent("Ada");
    organization.agent("Grace");
    let desk = Desk::at(&organization);
    let said = desk.run(&["resume", "--json"]);
    assert_eq!((said.code, &said.object()["error"]["kind"]), (Some(4), &json!("not-found")));
    for name in ["Ada", "Grace"] {
        desk.json(&["retire", &email(name), "--mode", "delete", "--yes", "--json"]);
    }
    let said = desk.run(&["resume"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains(&email("Ada")) && said.err.contains(&email("Grace")), "{said:?}");
}

#[test]
fn a_run_that_is_over_stays_as_it_is() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let before = organization.changes();
    let again = desk.json(&["resume", run["run_id"].as_str().unwrap(), "--json"]);
    assert_eq!(again, run);
    assert_eq!(organization.changes(), before);
}

/// Three runs of this organization and one of another, in one home: somebody else is at work on one of them.
#[test]
fn one_run_that_cannot_go_on_stops_none_of_the_others_and_another_organization_is_left_out() {
    let other = Organization::with(|settings| settings.seed = 12);
    other.agent("Zoe");
    let organization = Organization::documented();
    for name in ["Ada", "Bea", "Cora"] {
        organization.agent(name);
    }
    let mut desk = Desk::at(&other);
    let held = ["--mode", "delete", "--hold", "30d", "--yes", "--json"];
    let retire = |desk: &Desk, name: &str| {
        let before = locks(desk);
        desk.json(&[&["retire", &email(name)][..], &held].concat());
        locks(desk).into_iter().find(|lock| !before.contains(lock)).unwrap()
    };
    retire(&desk, "Zoe");
    desk.belongs_to(&organization);
    retire(&desk, "Ada");
    let lock = retire(&desk, "Bea");
    retire(&desk, "Cora");
    let at_work = std::fs::File::open(&lock).unwrap();
    at_work.lock().unwrap();
    let said = desk.run(&["resume", "--all", "--json"]);
    let object = said.object();
    let emails: Vec<_> = object["runs"].as_array().unwrap().iter().map(|run| &run["email"]).collect();
    assert_eq!(emails, [&json!(email("Ada")), &json!(email("Cora"))], "{said:?}");
    let failure = &object["failures"][0];
    assert_eq!((&failure["email"], &failure["error"]["kind"]), (&json!(email("Bea")), &json!("busy")));
    assert_eq!(said.code, Some(11), "{said:?}");
    assert!(said.err.contains("left out: 1 run of other organizations"), "{said:?}");
    drop(at_work);
    assert_eq!(desk.run(&["resume", "--all"]).code, Some(0));
}

fn locks(desk: &Desk) -> Vec<std::path::PathBuf> {
    let folder = std::fs::read_dir(desk.state().join("locks"));
    folder.map(|folder| folder.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}
