//! `archive --people`: every row of a list gets a verdict, and one that names nobody does not stop the others.

use serde_json::{Value, json};

use super::archive::desk;
use crate::desk::Desk;
use crate::kill::ADA;
use crate::organization::Organization;

fn write(desk: &Desk, list: &[u8]) {
    std::fs::write(desk.here().join("leavers.csv"), list).unwrap();
}

fn archived(told: &Value) -> Vec<&str> {
    let added = told["added"].as_array().unwrap().iter();
    let mut people: Vec<_> =
        added.flat_map(|batch| batch["people"].as_array().unwrap()).map(|id| id.as_str().unwrap()).collect();
    people.sort_unstable();
    people.dedup();
    people
}

#[test]
fn a_row_that_names_nobody_is_told_and_the_others_are_archived() {
    let organization = Organization::documented();
    let mut ids = ["Ada", "Bob"].map(|name| organization.agent(name));
    let desk = desk(&organization);
    let list = format!(
        "\u{feff}Name;E-Mail;Last day\r\n# of November\r\nAda;{};2026-11-27\r\n;bob@emulated.example # Friday;\r\n\
         \"Eve\r\n\";ev\u{1b}[2Je;\r\nOh;;\r\nDan;dan@emulated.example;\r\nBob;BOB@emulated.example;\r\n",
        ids[0]
    );
    let mut list = list.into_bytes();
    list.extend(b"Uwe;m\xfcller@emulated.example;\r\n");
    write(&desk, &list);

    let said = desk.run(&["archive", ADA, "--people", "leavers.csv", "--json"]);
    assert_eq!(said.code, Some(10), "{said:?}");
    let told = said.object();
    ids.sort_unstable();
    assert_eq!(archived(&told), ids);
    assert_eq!(told["conversations"], 80);
    let verdicts = told["not_archived"]["unreadable"].as_array().unwrap();
    let lines: Vec<_> = verdicts.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [5, 7, 8, 10]);
    assert_eq!(verdicts[0]["value"], "ev\u{1b}[2Je");
    assert_eq!(
        verdicts[1],
        json!({
            "line": 7, "value": "", "why": "nothing stands in the column `E-Mail`",
            "next": "put there an e-mail address, a user id, `external:AUTHORITY:KEY` or `employee:ID`, or take the row out",
        })
    );
    assert_eq!(
        verdicts[2]["why"],
        "nobody in this organization, in any state, has e-mail dan@emulated.example"
    );
    assert_eq!(
        (&verdicts[3]["why"], &verdicts[3]["next"]),
        (&json!("it is not UTF-8"), &json!("save the list as UTF-8"))
    );
    let again: Vec<_> = told["named_again"].as_array().unwrap().iter().map(|row| &row["why"]).collect();
    assert_eq!(again, ["the same person as on the command line", "named on line 4 already"]);

    let said = desk.run(&["archive", "--people", "leavers.csv"]);
    assert_eq!(said.code, Some(10), "{said:?}");
    assert!(
        said.out.contains("  line 5        `ev\\u{1b}[2Je`: it names nobody; give an e-mail"),
        "{said:?}"
    );
    assert!(
        said.out.contains("  line 9        `BOB@emulated.example`: named on line 4 already, archived once")
    );
    assert!(!said.out.contains('\u{1b}'));
}

#[test]
fn naming_somebody_twice_is_no_fault_of_the_list() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = desk(&organization);
    write(&desk, format!("{ADA}\n{id}\n{}\n", id.to_uppercase()).as_bytes());
    let told = desk.json(&["archive", "--people", "leavers.csv", "--json"]);
    assert_eq!((&told["conversations"], archived(&told)), (&json!(40), vec![id.as_str()]));
    assert_eq!(told["named_again"].as_array().unwrap().len(), 2);
    assert!(told["not_archived"].get("unreadable").is_none());
}

#[test]
fn a_list_on_which_every_row_is_bad_archives_nobody_and_says_why() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = desk(&organization);
    write(&desk, b"ada\nnobody@emulated.example\n");
    let said = desk.run(&["archive", "--people", "leavers.csv", "--json"]);
    assert_eq!(said.code, Some(10), "{said:?}");
    let told = said.object();
    assert_eq!(told["conversations"], 0);
    assert_eq!(told["not_archived"]["unreadable"].as_array().unwrap().len(), 2);
}

#[test]
fn a_file_that_is_no_list_is_refused_before_the_vendor_is_asked() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = desk(&organization);
    for (list, why) in [
        (&b"PK\x03\x04\0\0"[..], "is not a text in UTF-8"),
        (b"\xff\xfea\0@\0", "is not a text in UTF-8"),
        (b"# nobody yet\r\n", "names nobody"),
        (b"E-Mail;Name\r\n", "names nobody"),
    ] {
        write(&desk, list);
        let said = desk.run(&["archive", ADA, "--people", "leavers.csv", "--json"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        let message = said.object()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(why) && message.contains("leavers.csv"), "{message}");
    }
    assert_eq!(desk.run(&["archive", "--people", "none.csv"]).code, Some(2));
    assert!(organization.emulator.requests().is_empty());
}
