use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};
use crate::shelf::{offline, place};

fn desk(organization: &Organization) -> Desk {
    let mut desk = Desk::at(organization);
    desk.set("EMERITUS_ARCHIVE", place(&desk).to_str().unwrap());
    desk
}

#[test]
fn everybody_in_every_state_is_read_beyond_ten_thousand_and_written_once() {
    let organization = Organization::documented();
    let emulator = &organization.emulator;
    let mut people = 0;
    for number in 0..12_100 {
        let user = emulator.user(&format!("Person {number}"));
        match number % 11 {
            0 => user.deleted(),
            1 => user.inactive(),
            _ => user,
        }
        .add();
        people += 1;
    }
    let ada = emulator.user("Ada").employee_id("4711").manager("Grace").in_division("Service").add();
    organization.give_history(&ada, 3);
    let desk = desk(&organization);
    let all = emulator.user_ids().len();
    assert!(all > people);
    let first = desk.json(&["roster", "sync", "--json"]);
    assert_eq!(
        (&first["people"], &first["new"], &first["deleted"]),
        (&json!(all), &json!(all), &json!(1_100))
    );
    let files = std::fs::read_dir(place(&desk).join("people/_delta_log")).unwrap().count();
    let second = desk.json(&["roster", "sync", "--json"]);
    assert_eq!(
        (&second["new"], &second["changed"], &second["unchanged"]),
        (&json!(0), &json!(0), &json!(all))
    );
    let then = std::fs::read_dir(place(&desk).join("people/_delta_log")).unwrap().count();
    assert_eq!(files, then, "nothing changed, so nothing is written");

    let said =
        desk.run(&["retire", &email("Ada"), "--mode", "delete", "--delete-without-hold", "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let third = desk.json(&["roster", "sync", "--json"]);
    assert_eq!((&third["new"], &third["changed"]), (&json!(0), &json!(1)));
    let shown = desk.json(&["roster", "show", "employee:4711", "--json"]);
    let versions = shown["people"].as_array().unwrap();
    let states: Vec<_> = versions.iter().map(|version| version["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["active", "deleted"]);
    assert_eq!(versions[0]["valid_to"], versions[1]["valid_from"]);
    assert!(versions.iter().all(|version| version["user_id"] == ada && version["employee_id"] == "4711"));
    assert!(versions[0]["manager_id"].is_string() && versions[0]["division_id"].is_string(), "{versions:?}");
}

#[test]
fn the_roster_is_exported_as_it_is_and_as_it_was() {
    let organization = Organization::documented();
    organization.emulator.user("=HYPERLINK(1)").email("formula@emulated.example").add();
    organization.agent("Ada");
    let mut desk = desk(&organization);
    desk.json(&["roster", "sync", "--json"]);
    drop(organization);
    offline(&mut desk);
    let csv = desk.run(&["roster", "export", "--format", "csv"]);
    assert!(csv.out.contains(",'=HYPERLINK(1),formula@emulated.example,"), "{csv:?}");
    let lines = desk.run(&["roster", "export", "--format", "jsonl"]);
    assert!(lines.out.lines().any(|line| line.contains("\"email\":\"ada@emulated.example\"")), "{lines:?}");
    assert_eq!(csv.out.lines().count(), lines.out.lines().count() + 1);
    let before = desk.json(&["roster", "export", "--as-of", "2020-01-01", "--json"]);
    assert_eq!(before["people"], json!([]));
    let today = desk.json(&["roster", "export", "--as-of", "2100-01-01", "--json"]);
    assert_eq!(today["people"].as_array().unwrap().len(), lines.out.lines().count());
    let said = desk.run(&["roster", "export", "--format", "parquet", "--output", "people.parquet"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(std::fs::read(desk.here().join("people.parquet")).unwrap().starts_with(b"PAR1"));
}

#[test]
fn ids_of_a_report_that_are_nobody_are_named() {
    let organization = Organization::documented();
    let ada = organization.agent("Ada");
    let gone = organization.emulator.user("Grace").deleted().add();
    let mut desk = desk(&organization);
    desk.json(&["roster", "sync", "--json"]);
    drop(organization);
    offline(&mut desk);
    let unknown = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
    let report = format!(
        "Conversation,Agent ID\n{unknown},{ada}\n{unknown},{gone}\n{ada},{unknown}\n{ada},{unknown}\n"
    );
    std::fs::write(desk.here().join("report.csv"), report).unwrap();
    let said = desk.run(&["roster", "check", "report.csv"]);
    assert_eq!(said.code, Some(17), "{said:?}");
    insta::assert_snapshot!(said.whole(), @"
    exit code 17
    --- standard output
    3 different ids, 1 unknown

    user id                               rows  state    name   e-mail                  in the roster since
    [id 1]  2     UNKNOWN  -      -                       -
    [id 2]  1     deleted  Grace  grace@emulated.example  [moment]
    [id 3]  1     active   Ada    ada@emulated.example    [moment]
    ");
    let said = desk.run(&["roster", "check", "report.csv", "--json"]);
    let told = said.object();
    assert_eq!(
        (&told["ids"], &told["unknown"], &told["found"][0]["rows"]),
        (&json!(3), &json!(1), &json!(2))
    );
    std::fs::write(desk.here().join("good.txt"), format!("{ada}\n{gone}\n")).unwrap();
    assert_eq!(desk.run(&["roster", "check", "good.txt"]).code, Some(0));
    std::fs::write(desk.here().join("good.jsonl"), format!("{{\"a\":\"{ada}\",\"b\":\"{unknown}\"}}\n"))
        .unwrap();
    assert_eq!(desk.run(&["roster", "check", "good.jsonl", "--column", "a"]).code, Some(0));
    insta::assert_snapshot!(desk.run(&["roster", "check", "good.jsonl"]).whole(), @"
    exit code 2
    --- standard error
    error: several columns hold ids: a, b
    hint: name the column that holds the users: --column NAME
    ");
    insta::assert_snapshot!(desk.run(&["roster", "check", "none.csv"]).whole(), @"
    exit code 2
    --- standard error
    error: could not read none.csv
      because: No such file or directory (os error 2)
    ");
}

#[test]
fn a_roster_that_is_not_there_is_said_to_be_missing() {
    let mut desk = Desk::bare();
    desk.set("EMERITUS_ARCHIVE", "nowhere");
    insta::assert_snapshot!(desk.run(&["roster", "export"]).whole(), @"
    exit code 4
    --- standard error
    error: there is no archive at nowhere
    hint: --archive, EMERITUS_ARCHIVE or place in the table [archive] of the configuration file name another
    hint: `emeritus roster sync` and `emeritus archive PERSON` begin one
    ");
}
