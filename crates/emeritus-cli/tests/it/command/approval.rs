//! Who approved: what the machine says, what was stated, and who was named.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::{Organization, email};

fn evidence(desk: &Desk, object: &Value) -> (Value, String) {
    let directory = desk.state().join("runs").join(object["run_id"].as_str().unwrap());
    let evidence = serde_json::from_slice(&std::fs::read(directory.join("evidence.json")).unwrap()).unwrap();
    (evidence, std::fs::read_to_string(directory.join("report.html")).unwrap())
}

#[test]
fn who_approved_is_what_the_machine_says_whatever_the_environment_does() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    desk.set("USER", "anna");
    desk.set("LOGNAME", "anna");
    let object = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let (evidence, report) = evidence(&desk, &object);
    let approval = &object["approval"];
    assert_eq!(approval, &evidence["approval"]);
    assert_ne!(approval["by"], "anna");
    let uid = rustix::process::geteuid().as_raw();
    let said = std::fs::read_to_string("/proc/self/loginuid").unwrap_or_default();
    let login_uid = said.trim().parse::<u32>().ok().filter(|uid| *uid != u32::MAX);
    let operator = &approval["operator"];
    assert_eq!(operator["uid"], uid);
    assert_eq!(operator["terminal"], false);
    assert_eq!(operator.get("login_uid"), login_uid.map(Value::from).as_ref());
    assert_eq!(approval.get("stated"), None);
    for said in [format!("uid {uid}, on "), "without a terminal".to_owned()] {
        assert!(report.contains(&said), "{said}");
    }
}

#[test]
fn what_is_stated_is_kept_and_called_stated() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let stated = ["--ticket", "CHG-4711", "--requested-by", "Grace Hopper"];
    let object = desk.json(&[&["retire", &email("Ada"), "--yes", "--json"][..], &stated].concat());
    let kept = json!({ "ticket": "CHG-4711", "requested_by": "Grace Hopper" });
    let (evidence, report) = evidence(&desk, &object);
    assert_eq!([&object["approval"]["stated"], &evidence["approval"]["stated"]], [&kept; 2]);
    assert!(report.contains("stated, not checked: ticket CHG-4711, requested by Grace Hopper"));
    assert!(report.contains("Nobody checked it."));
    let restored = desk.json(&[&["restore", &email("Ada"), "--yes", "--json"][..], &stated].concat());
    assert_eq!(restored["approval"]["stated"], kept);
    for empty in ["", "  ", "two\nlines"] {
        let said = desk.run(&["retire", &email("Ada"), "--yes", "--ticket", empty]);
        assert_eq!(said.code, Some(2), "{empty:?}: {said:?}");
    }
}

#[test]
fn a_variable_that_a_script_left_empty_is_nobody() {
    let organization = Organization::documented();
    let target = organization.agent("Grace");
    let mut desk = Desk::at(&organization);
    desk.set("TARGET_USER_EMAIL", &email("Grace"));
    for arguments in [
        &["retire", "--yes"][..],
        &["retire", "", "--yes"],
        &["retire", " ", "--yes"],
        &["retire", ""],
        &["restore", "--yes"],
        &["restore", "", "--yes"],
        &["restore", "--email", "", "--yes"],
        &["restore", "--run", "", "--yes"],
        &["prove", ""],
        &["plan", ""],
        &["adopt", ""],
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {said:?}");
        let is_person = arguments.iter().any(|text| text.trim().is_empty()) && !arguments.contains(&"--run");
        let why = "error: the person is an empty text\n";
        assert_eq!(said.err.starts_with(why), is_person, "{arguments:?}: {said:?}");
    }
    assert!(organization.changes().is_empty());
    assert_eq!(organization.truth(&target).state, "active");
    // Where it is only looked at, the default goes on naming them.
    assert_eq!(desk.json(&["plan", "--json"])["plan"]["subject"]["id"], target);
}

#[test]
fn a_plan_file_names_its_own_person() {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    let target = organization.agent("Grace");
    let mut desk = Desk::at(&organization);
    desk.set("TARGET_USER_EMAIL", &email("Grace"));
    desk.json(&["plan", &email("Ada"), "--out", "plan.json", "--json"]);
    desk.json(&["retire", "--plan", "plan.json", "--yes", "--json"]);
    assert_eq!(organization.truth(&ada).state, "inactive");
    assert_eq!(organization.truth(&target).state, "active");
}
