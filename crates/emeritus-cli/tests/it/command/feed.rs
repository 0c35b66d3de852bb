//! `archive` against a vendor whose records change and whose data lake lags: what was not looked at, and what there was none
//! of, is said; what is asked for again is read again.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::archive::{desk, records};
use crate::desk::Desk;
use crate::kill::ADA;
use crate::organization::Organization;

const LATE: &str = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a21";

/// A conversation of Ada's that began so many days ago, with a mark at its customer.
fn put(organization: &Organization, ada: &str, days: i64, mark: &str) {
    let emulator = &organization.emulator;
    let mut record = emulator.conversation(&emulator.conversations_of(ada)[0]).unwrap();
    // The same moment however often it is put on one day.
    let today = emulator.clock().now().as_second().div_euclid(86_400) * 86_400;
    let at = Timestamp::from_second(today).unwrap() - SignedDuration::from_hours(24 * days - 10);
    record["conversationId"] = LATE.into();
    record["conversationStart"] = format!("{at:.3}").into();
    record["conversationEnd"] = format!("{:.3}", at + SignedDuration::from_mins(9)).into();
    record["participants"][0]["attributes"] = json!({ "mark": mark });
    record["externalTag"] = mark.into();
    emulator.add_conversation(&record).unwrap();
}

/// Whether the archive holds a record with a mark.
fn holds(desk: &Desk, mark: &str) -> bool {
    records(desk).iter().any(|record| record.contains(mark))
}

#[test]
fn attributes_are_kept_where_the_group_is_on_and_what_has_none_is_said() {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    organization.emulator.set_switch("jobs_lag_s", &(10 * 86_400).to_string()).unwrap();
    put(&organization, &ada, 6, "of-the-caller");
    let desk = desk(&organization);
    let told = desk.json(&["archive", ADA, "--groups", "attributes", "--json"]);
    assert_eq!(told["conversations"], 41);
    let with =
        |desk: &Desk| records(desk).iter().filter(|record| record.contains("\"attributes\"")).count() as u64;
    let without = told["not_archived"]["without_attributes"]["conversations"].as_u64().unwrap();
    assert!(without > 0 && with(&desk) > 20, "{told}");
    assert_eq!(with(&desk) + without, 41, "{told}");
    assert!(!holds(&desk, "\"mark\":"), "the lake did not have it yet");
    let said = desk.run(&["archive", ADA, "--groups", "attributes"]);
    assert!(said.out.contains("  attributes    none to keep of "), "{said:?}");

    // The lake has it now: the same call, and not a second time what was kept with attributes.
    organization.emulator.set_switch("jobs_lag_s", "0").unwrap();
    desk.json(&["archive", ADA, "--groups", "attributes", "--json"]);
    assert!(holds(&desk, "\"mark\":"));
    let held = records(&desk).len();
    let third = desk.json(&["archive", ADA, "--groups", "attributes", "--again", "--json"]);
    assert_eq!((&third["conversations"], records(&desk).len()), (&json!(0), held), "{third}");
}

#[test]
fn what_is_not_read_again_is_said_and_what_changed_is_added_where_it_is_asked_for() {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    put(&organization, &ada, 30, "first");
    let desk = desk(&organization);
    assert_eq!(desk.json(&["archive", ADA, "--json"])["conversations"], 41);
    put(&organization, &ada, 30, "second");
    let told = desk.json(&["archive", ADA, "--json"]);
    let not_read = &told["not_archived"]["not_read_again"];
    assert_eq!((&told["conversations"], &not_read["people"]), (&json!(0), &json!(1)), "{told}");
    let today = organization.emulator.clock().now().strftime("%Y-%m-%d").to_string();
    assert!(not_read["archived_to"].as_str().unwrap().starts_with(&today), "{told}");
    let said = desk.run(&["archive", ADA]);
    assert!(said.out.contains("  not read      ") && !said.out.contains("everything"), "{said:?}");
    assert!(!holds(&desk, "second"));

    let again = desk.json(&["archive", ADA, "--again", "--json"]);
    assert_eq!(
        (&again["conversations"], &again["not_archived"]["not_read_again"]),
        (&json!(1), &Value::Null)
    );
    assert!(holds(&desk, "second"));
    let again = desk.json(&["archive", ADA, "--again", "--json"]);
    assert_eq!((&again["conversations"], &again["added"]), (&json!(0), &json!([])), "nothing is there twice");

    // A time that is named is looked at.
    put(&organization, &ada, 30, "third");
    let from = organization.emulator.clock().now() - SignedDuration::from_hours(24 * 35);
    let from = from.strftime("%Y-%m-%d").to_string();
    assert_eq!(desk.json(&["archive", ADA, "--from", &from, "--json"])["conversations"], 1);
    assert!(holds(&desk, "third"));
}

#[test]
fn the_archive_of_everybody_retired_is_held_against_the_vendor_and_so_is_it_when_they_are_proved_again() {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    put(&organization, &ada, 30, "first");
    let desk = desk(&organization);
    let said = desk.run(&["retire", ADA, "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = desk.run(&["prove", "--all", "--json"]);
    assert!(!said.out.contains("\"archive\""), "nothing is made where nothing is: {said:?}");
    desk.json(&["archive", "--all-retired", "--json"]);
    put(&organization, &ada, 30, "second");
    assert_eq!(desk.json(&["archive", "--all-retired", "--json"])["conversations"], 1);
    put(&organization, &ada, 30, "third");
    let said = desk.run(&["prove", "--all", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let archive = said
        .out
        .lines()
        .find_map(|line| serde_json::from_str::<Value>(line).unwrap().get("archive").cloned());
    assert_eq!(archive.unwrap()["conversations"], 1, "{said:?}");
    assert!(holds(&desk, "third"));
}
