//! How it is told that something cannot be done.

use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};

#[test]
fn an_argument_that_makes_no_sense_is_an_object_too() {
    let desk = Desk::bare();
    for arguments in [
        &["plan", "--hold", "soon", "--json"][..],
        &["--json", "frobnicate"],
        &["resume", "--free", "--json"],
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(2), "{said:?}");
        let error = said.object()["error"].clone();
        assert_eq!((&error["kind"], &error["code"]), (&json!("usage"), &json!(2)), "{error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_missing_permission_is_named_with_what_to_do() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let mut desk = Desk::at(&organization);
    let (id, secret) = organization.emulator.add_client("Blind", &["routing:queue:view"]);
    desk.set("GENESYS_CLIENT_ID", &id);
    desk.set("GENESYS_CLIENT_SECRET", &secret);
    let said = desk.run(&["plan", &email("Ada"), "--json"]);
    assert_eq!(said.code, Some(7), "{said:?}");
    let error = said.object()["error"].clone();
    assert_eq!(error["kind"], "vendor");
    assert!(error["hints"][0].as_str().unwrap().contains("directory:user:view"), "{error}");
    assert!(error["message"].as_str().unwrap().contains("correlation id"), "{error}");
}

#[test]
fn wrong_credentials_are_a_matter_of_configuration() {
    let organization = Organization::documented();
    let mut desk = Desk::at(&organization);
    desk.set("GENESYS_CLIENT_SECRET", "not-the-secret");
    let said = desk.run(&["plan", &email("Ada")]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("GENESYS_CLIENT_SECRET") && !said.err.contains("not-the-secret"), "{said:?}");
}

#[test]
fn the_first_line_is_the_cause_and_not_what_was_being_done() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let first = |desk: &Desk| {
        let plain = desk.run(&["plan", &email("Ada")]).err.lines().next().unwrap_or_default().to_owned();
        let told = desk.run(&["plan", &email("Ada"), "--json"]).object()["error"]["message"].clone();
        let told = told.as_str().unwrap().to_owned();
        assert!(told.contains(" (could not find the person: could not look for "), "{told}");
        (plain, told)
    };
    let mut desk = Desk::at(&organization);
    desk.set("GENESYS_CLIENT_SECRET", "not-the-secret");
    let (plain, told) = first(&desk);
    assert_eq!(plain, "error: the login service refused the credentials");
    assert!(told.starts_with("the login service refused the credentials: "), "{told}");
    let (id, secret) = organization.emulator.add_client("Blind", &["routing:queue:view"]);
    let mut desk = Desk::at(&organization);
    desk.set("GENESYS_CLIENT_ID", &id);
    desk.set("GENESYS_CLIENT_SECRET", &secret);
    let (plain, _) = first(&desk);
    assert!(plain.contains("status 403") && plain.contains("directory:user:view"), "{plain}");
    let nobody = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let mut desk = Desk::at(&organization);
    desk.set("EMERITUS_API_URL", &format!("http://{nobody}"));
    desk.set("EMERITUS_LOGIN_URL", &format!("http://{nobody}"));
    let (plain, told) = first(&desk);
    assert_eq!(plain, "error: the vendor could not be reached");
    assert!(told.starts_with("the vendor could not be reached: "), "{told}");
}

#[test]
fn a_journal_that_is_none_is_refused_and_left_as_it_is() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let journal = desk.state().join("journal.sqlite");
    std::fs::write(&journal, "not a journal, and long enough to be looked at as one".repeat(100)).unwrap();
    let before = std::fs::read(&journal).unwrap();
    let said = desk.run(&["retire", &email("Ada"), "--yes", "--json"]);
    assert_eq!((said.code, &said.object()["error"]["kind"]), (Some(12), &json!("journal")));
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    assert!(organization.changes().is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let mut child = desk.command(&["plan", &email("Ada")]).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}
