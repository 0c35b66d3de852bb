use std::collections::BTreeSet;
use std::path::Path;

use emeritus_archive::{Archive, Location};
use genesys_emulator::{FaultKind, FaultRule, Preset};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::kill::{ADA, DELETE, Random};
use crate::organization::{NEVER, Organization, email};
use crate::shelf::{block_on, offline, place};

pub(super) fn desk(organization: &Organization) -> Desk {
    let mut desk = Desk::at(organization);
    desk.set("EMERITUS_ARCHIVE", place(&desk).to_str().unwrap());
    desk
}

/// Every record that the archive holds, in canonical form.
pub(super) fn records(desk: &Desk) -> Vec<String> {
    let archive = Archive::open(&Location::Folder(place(desk))).unwrap();
    let mut records = Vec::new();
    block_on(archive.scan(|record, _| records.push(String::from_utf8(record.to_vec()).unwrap()))).unwrap();
    records
}

fn ids(list: &Value) -> Vec<String> {
    let ids = list["conversations"].as_array().unwrap().iter();
    ids.map(|part| part["conversation_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_archive_answers_when_the_account_the_history_and_the_vendor_are_gone() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    organization.give_history(&id, 1_500);
    let conversations = organization.emulator.conversations_of(&id);
    assert_eq!(conversations.len(), 1_540);
    let mut desk = desk(&organization);
    let told = desk.json(&["archive", ADA, "--json"]);
    assert_eq!((&told["conversations"], &told["groups"]), (&json!(1_540), &json!([])));
    assert_eq!(told["not_archived"]["groups_off"], json!(["attributes", "addresses", "names", "notes"]));
    let files = told["added"][0]["files"].as_array().unwrap();
    assert!(files.iter().all(|file| file["sha256"].as_str().unwrap().len() == 64), "{files:?}");

    let said = desk.run(DELETE);
    assert_eq!(said.code, Some(0), "{said:?}");
    desk.json(&["roster", "sync", "--json"]);
    for conversation in &conversations {
        assert!(organization.emulator.remove_conversation(conversation));
    }
    assert!(organization.emulator.conversations_of(&id).is_empty());
    drop(organization);
    offline(&mut desk);

    let list = desk.json(&["history", ADA, "--json"]);
    assert_eq!(ids(&list), conversations);
    assert_eq!((&list["user_id"], &list["person"]["state"]), (&json!(id), &json!("deleted")));
    let who = desk.json(&["who", &conversations[700], "--json"]);
    let handlers = who["versions"][0]["handlers"].as_array().unwrap();
    assert_eq!((handlers.len(), &handlers[0]["user_id"]), (1, &json!(id)));
    assert_eq!(
        (&handlers[0]["name_in_record"], &handlers[0]["roster"]["name"]),
        (&json!("Ada"), &json!("Ada"))
    );
    let people = desk.json(&["roster", "show", &id, "--json"]);
    assert_eq!(people["people"].as_array().unwrap().len(), 2, "active, then deleted");
    let verified = desk.json(&["archive", "verify", ADA, "--json"]);
    assert_eq!(
        (&verified["proof"]["verdict"], &verified["proof"]["conversations"]),
        (&json!("intact"), &json!(1_540))
    );
    assert_eq!(verified["proof"]["before"]["root"], verified["proof"]["after"]["root"]);
    let all = desk.json(&["archive", "verify", "--json"]);
    assert_eq!((&all["records"], &all["stated"]), (&json!(1_540), &json!(1_540)));
}

/// How many files there are below a folder.
fn files(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_kill_at_any_moment_is_completed_without_doubles() {
    let organization = Organization::with(|settings| settings.retention_days = 400);
    let id = organization.emulator.user("Ada").in_queue("Billing").add();
    let now = organization.emulator.clock().now();
    let back = |days: i64| now - SignedDuration::from_hours(24 * days);
    // In two years, so in two batches.
    organization.emulator.give_history(&id, 120, back(390), back(370));
    organization.emulator.give_history(&id, 120, back(20), back(0));
    let conversations: BTreeSet<_> = organization.emulator.conversations_of(&id).into_iter().collect();
    let command = ["archive", ADA, "--json"];
    let undisturbed = desk(&organization);
    undisturbed.json(&command);
    let (requests, written) = (organization.emulator.requests().len() as u64, files(&place(&undisturbed)));
    assert!(requests > 10 && written > 12, "{requests} {written}");
    let mut random = Random(11);
    let mut in_the_middle = 0;
    for moment in 1..=12 {
        let desk = desk(&organization);
        organization.emulator.forget_requests();
        // Half of them while the vendor is asked, half of them while files are written.
        let (at, of_files) = (1 + random.below(requests), 1 + random.below(written));
        println!("moment {moment}: request {at} or file {of_files}");
        let came = if moment % 2 == 0 {
            let held = FaultRule::new(FaultKind::HangBefore(NEVER)).nth(u32::try_from(at).unwrap());
            organization.emulator.fault(held);
            desk.kill_when(&command, || organization.emulator.requests().len() as u64 >= at)
        } else {
            desk.kill_when(&command, || files(&place(&desk)) >= of_files)
        };
        organization.emulator.clear_faults();
        in_the_middle += u64::from(came);
        desk.json(&command);
        let found = records(&desk);
        assert_eq!(found.len(), conversations.len(), "moment {moment}: nothing is there twice");
        let list: BTreeSet<_> = ids(&desk.json(&["history", &id, "--json"])).into_iter().collect();
        assert_eq!(list, conversations, "moment {moment}");
        let all = desk.json(&["archive", "verify", "--json"]);
        assert_eq!((&all["records"], &all["stated"]), (&json!(240), &json!(240)), "moment {moment}");
    }
    assert!(in_the_middle >= 9, "{in_the_middle}");
}

#[test]
fn called_again_it_adds_what_came_since_and_what_has_ended() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let emulator = &organization.emulator;
    let conversations = emulator.conversations_of(&id);
    let mut ended = emulator.conversation(&conversations[5]).unwrap();
    let left_open = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a10";
    ended["conversationId"] = left_open.into();
    let mut open = ended.clone();
    assert!(open.as_object_mut().unwrap().remove("conversationEnd").is_some());
    emulator.add_conversation(&open).unwrap();
    let desk = desk(&organization);
    let first = desk.json(&["archive", ADA, "--json"]);
    assert_eq!((&first["conversations"], &first["not_archived"]["open"]), (&json!(41), &json!(1)));
    let again = desk.json(&["archive", ADA, "--json"]);
    assert_eq!((&again["conversations"], &again["added"]), (&json!(0), &json!([])), "nothing is there twice");

    emulator.add_conversation(&ended).unwrap();
    let mut new = emulator.conversation(&conversations[7]).unwrap();
    let late = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a11";
    let hour_ago = emulator.clock().now() - SignedDuration::from_hours(1);
    new["conversationId"] = late.into();
    new["conversationStart"] = format!("{hour_ago:.3}").into();
    emulator.add_conversation(&new).unwrap();
    let then = desk.json(&["archive", ADA, "--json"]);
    assert_eq!((&then["conversations"], &then["not_archived"]["open"]), (&json!(2), &json!(0)), "{then}");
    let list = ids(&desk.json(&["history", ADA, "--json"]));
    assert_eq!(list.len(), 42, "a conversation in two versions is one");
    assert!(list.iter().any(|conversation| conversation == late));
    let who = desk.json(&["who", left_open, "--json"]);
    let ends: Vec<_> =
        who["versions"].as_array().unwrap().iter().map(|version| version["ended_at"].is_null()).collect();
    assert_eq!(ends, [true, false], "open, then ended");
    let list = desk.run(&["archive", "list"]);
    assert!(
        list.out.starts_with(&format!("{} batches", 1 + then["added"].as_array().unwrap().len())),
        "{list:?}"
    );
    let batches = desk.json(&["archive", "list", "--json"])["batches"].clone();
    let sources = batches.as_array().unwrap().iter().map(|batch| batch["source"].as_str().unwrap());
    assert!(sources.into_iter().all(|source| source.ends_with("[emulated]")), "{batches}");
}

/// The values of what may identify people outside the organization.
fn of_customers(record: &Value, found: &mut BTreeSet<String>) {
    match record {
        Value::Object(members) => {
            for (name, value) in members {
                let is_address =
                    ["ani", "dnis", "addressFrom", "addressTo", "remote"].contains(&name.as_str());
                found.extend(value.as_str().filter(|_| is_address).map(str::to_owned));
            }
            if members.get("purpose").is_some_and(|purpose| purpose == "customer" || purpose == "external") {
                found.extend(members.get("participantName").and_then(Value::as_str).map(str::to_owned));
            }
            members.values().for_each(|value| of_customers(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| of_customers(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn nothing_of_customers_is_kept_unless_it_is_asked_for() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let mut theirs = BTreeSet::new();
    for conversation in organization.emulator.conversations_of(&id) {
        of_customers(&organization.emulator.conversation(&conversation).unwrap(), &mut theirs);
    }
    theirs.retain(|value| value.len() > 5);
    assert!(theirs.len() > 20, "{theirs:?}");
    let kept = |desk: &Desk| {
        let all = records(desk).join("\n");
        theirs.iter().filter(|value| all.contains(value.as_str())).count()
    };
    let careful = desk(&organization);
    careful.json(&["archive", ADA, "--json"]);
    assert_eq!(kept(&careful), 0);
    let asked = desk(&organization);
    let told = asked.json(&["archive", ADA, "--groups", "addresses,names", "--json"]);
    assert_eq!(told["groups"], json!(["addresses", "names"]));
    assert_eq!(kept(&asked), theirs.len());
    // More is wanted than was kept: it is archived again, as another version.
    let told = careful.json(&["archive", ADA, "--groups", "addresses,names", "--json"]);
    assert_eq!(told["conversations"], 40);
    assert_eq!(kept(&careful), theirs.len());
}

#[test]
fn people_who_shared_conversations_are_read_together_and_each_record_is_kept_once() {
    let organization = Organization::documented();
    let (ada, bob) = (organization.agent("Ada"), organization.emulator.user("Bob").add());
    let now = organization.emulator.clock().now();
    let back = |days: i64| now - SignedDuration::from_hours(24 * days);
    organization.emulator.give_shared_history(&bob, &[&ada], 80, back(40), back(20));
    let desk = desk(&organization);
    std::fs::write(desk.here().join("people.txt"), format!("# leavers\n{ADA}\n\n{bob} # Bob\n")).unwrap();
    let told = desk.json(&["archive", "--people", "people.txt", "--json"]);
    let of = |user: &str| organization.emulator.conversations_of(user);
    let both: BTreeSet<_> = of(&ada).into_iter().chain(of(&bob)).collect();
    assert!(both.len() < of(&ada).len() + of(&bob).len());
    assert_eq!((&told["conversations"], told["added"].as_array().unwrap().len()), (&json!(both.len()), 1));
    assert_eq!(told["added"][0]["people"].as_array().unwrap().len(), 2);
    for user in [&ada, &bob] {
        assert_eq!(ids(&desk.json(&["history", user, "--json"])), of(user));
    }
}

#[test]
fn everybody_who_was_retired_is_archived_by_one_command() {
    let organization = Organization::documented();
    organization.agent("Ada");
    organization.agent("Bob");
    organization.agent("Cyd");
    let desk = desk(&organization);
    assert_eq!(desk.run(&["archive", "--all-retired"]).code, Some(4));
    for name in ["Ada", "Bob"] {
        let said = desk.run(&["retire", &email(name), "--yes", "--json"]);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let told = desk.json(&["archive", "--all-retired", "--json"]);
    assert_eq!(
        (&told["conversations"], told["added"][0]["people"].as_array().unwrap().len()),
        (&json!(80), 2)
    );
    assert_eq!(desk.json(&["archive", "--all-retired", "--json"])["conversations"], 0);
}

#[test]
fn nothing_of_a_deleted_person_is_not_taken_for_everything() {
    let organization = Organization::of(Preset::AsReported);
    let id = organization.emulator.user("Ada").deleted().add();
    organization.give_history(&id, 10);
    let desk = desk(&organization);
    let said = desk.run(&["archive", &id, "--json"]);
    assert_eq!(said.code, Some(10), "{said:?}");
    assert_eq!(
        (&said.object()["not_archived"]["nothing_of"], &said.object()["added"]),
        (&json!([id]), &json!([]))
    );
    let said = desk.run(&["archive", &id]);
    assert!(said.out.contains("who is deleted: no proof that there is nothing"), "{said:?}");
    assert_eq!(desk.json(&["archive", "list", "--json"])["batches"], json!([]));
}

#[test]
fn a_deleted_person_of_whom_the_vendor_gives_something_is_archived_with_the_years_of_nothing() {
    let organization = Organization::with(|settings| settings.retention_days = 800);
    let id = organization.emulator.user("Ada").deleted().add();
    organization.give_history(&id, 10);
    let desk = desk(&organization);
    let told = desk.json(&["archive", &id, "--json"]);
    assert_eq!((&told["conversations"], &told["not_archived"]["nothing_of"]), (&json!(10), &json!([])));
    let of: Vec<_> = told["added"]
        .as_array()
        .unwrap()
        .iter()
        .map(|batch| batch["conversations"].as_u64().unwrap())
        .collect();
    assert!(of.len() >= 3 && of.contains(&10) && of.contains(&0), "{of:?}");
    assert_eq!(desk.json(&["archive", &id, "--json"])["added"], json!([]), "all of it is covered");
}

#[test]
fn what_was_not_archived_is_not_taken_for_lost_and_what_was_lost_is() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = desk(&organization);
    let said = desk.run(&["retire", ADA, "--yes", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let back = organization.emulator.clock().now() - SignedDuration::from_hours(24 * 20);
    let from = back.strftime("%Y-%m-%d").to_string();
    let part = desk.json(&["archive", ADA, "--from", &from, "--json"])["conversations"].as_u64().unwrap();
    assert!(part > 0 && part < 40);
    let said = desk.run(&["archive", "verify", ADA, "--json"]);
    assert_eq!((said.code, &said.object()["not_covered"]), (Some(10), &json!(40 - part)), "{said:?}");
    desk.json(&["archive", ADA, "--json"]);
    let verified = desk.json(&["archive", "verify", ADA, "--json"]);
    assert_eq!((&verified["proof"]["verdict"], &verified["not_covered"]), (&json!("intact"), &json!(0)));

    let elsewhere = desk.path().join("elsewhere");
    let gone = &organization.emulator.conversations_of(&id)[7];
    assert!(organization.emulator.remove_conversation(gone));
    let elsewhere = elsewhere.to_str().unwrap();
    desk.json(&["archive", ADA, "--archive", elsewhere, "--json"]);
    let said = desk.run(&["archive", "verify", ADA, "--archive", elsewhere, "--json"]);
    assert_eq!((said.code, &said.object()["proof"]["missing"]), (Some(9), &json!([gone])), "{said:?}");
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = desk(&organization);
    insta::assert_snapshot!(desk.run(&["archive", "nobody@x.example"]).whole(), @"
    exit code 4
    --- standard error
    error: nobody in this organization, in any state, has e-mail nobody@x.example
    hint: people in every state were looked at, deleted ones too
    ");
    insta::assert_snapshot!(desk.run(&["archive", ADA, "--groups", "ani"]).whole(), @"
    exit code 3
    --- standard error
    error: `ani` is not a group of columns
    hint: the groups are attributes, addresses, names, notes; none is kept unless it is named
    ");
    insta::assert_snapshot!(desk.run(&["archive", ADA, "--from", "2024-02-02", "--to", "2024-02-01"]).whole(), @"
    exit code 2
    --- standard error
    error: the last day is before the first
    ");
    std::fs::write(desk.here().join("file"), "x").unwrap();
    insta::assert_snapshot!(desk.run(&["archive", ADA, "--archive", "file"]).whole(), @"
    exit code 3
    --- standard error
    error: cannot open the archive
      because: cannot make the folder file
      because: File exists (os error 17)
    hint: name a folder that you can write, or a bucket
    ");
    std::fs::write(desk.here().join("people.txt"), "ada\n").unwrap();
    insta::assert_snapshot!(desk.run(&["archive", "--people", "people.txt"]).whole(), @"
    exit code 10
    --- standard output
    0 conversations added to [desk]/archive
      from, to      [moment]  [moment]
      begins there  the organization keeps 60 days
      groups kept   none
      nothing was given of what was read
    Not archived
      groups off    attributes, addresses, names, notes: left out before anything was written
      line 1        `ada`: it names nobody; give an e-mail address, a user id, `external:AUTHORITY:KEY` or `employee:ID`
    ");
    assert_eq!(desk.run(&["archive"]).code, Some(2));
    assert!(!place(&desk).exists() || files(&place(&desk)) == 0);
}

#[test]
fn what_was_archived_and_what_was_not_is_told() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let said = desk(&organization).run(&["archive", ADA, "--from", "2020-01-01"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in [
        "40 conversations added to ",
        "  groups kept   none\n",
        "Not archived\n",
        "  groups off    attributes, addresses, names, notes: left out",
        "  too old       before ",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}
