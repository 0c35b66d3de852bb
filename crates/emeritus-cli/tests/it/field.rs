//! Records of shapes that people have published, each with what a reader must say of it. Every value in them is invented.

mod together;

use std::collections::BTreeSet;
use std::path::Path;

use emeritus_archive::{Archive, BatchSpec, Begun, Groups, Location};
use genesys_emulator::Preset;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::organization::Organization;
use crate::shelf::block_on;

const LETTERS: [&str; 5] = ["A", "B", "C", "D", "E"];

/// A record, and what is to be said of it.
struct Shape {
    name: String,
    record: Value,
    says: Value,
}

/// All of them, about the users with these ids.
fn shapes(users: &[String]) -> Vec<Shape> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field");
    let mut shapes: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let mut text = std::fs::read_to_string(&path).unwrap();
            for (letter, user) in LETTERS.iter().zip(users) {
                text = text.replace(&format!("{{{letter}}}"), user);
                text = text.replace(&format!("{{{letter}!}}"), &user.to_uppercase());
            }
            let mut shape: Value = serde_json::from_str(&text).unwrap();
            grow(&mut shape);
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            Shape { name, record: shape["record"].take(), says: shape["says"].take() }
        })
        .collect();
    shapes.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(shapes.len() >= 60);
    shapes
}

/// Makes a long record as long as it was.
fn grow(shape: &mut Value) {
    let Some(sessions) = shape["grow"]["sessions"].as_u64() else { return };
    let agents = shape["grow"]["scored_agents"].as_u64().unwrap();
    let list = shape["record"]["participants"][1]["sessions"].as_array_mut().unwrap();
    let first = list[0].clone();
    while (list.len() as u64) < sessions {
        let mut session = first.clone();
        let number = list.len();
        session["sessionId"] = format!("a0009999-c0de-4000-8000-{number:012}").into();
        let scored: Vec<_> = (0..agents)
            .map(|agent| json!({"agentScore": agent, "scoredAgentId": format!("a0008888-c0de-4000-8000-{agent:012}")}))
            .collect();
        session["segments"][0]["scoredAgents"] = scored.into();
        list.push(session);
    }
}

impl Shape {
    fn id(&self) -> &str {
        self.record["conversationId"].as_str().unwrap()
    }

    /// User ids that a list of letters means; what is none stands for itself.
    fn users(&self, list: &str, users: &[String]) -> BTreeSet<String> {
        let of = |letter: &Value| {
            let letter = letter.as_str().unwrap();
            LETTERS
                .iter()
                .position(|of| *of == letter)
                .map_or(letter.to_owned(), |place| users[place].clone())
        };
        self.says[list].as_array().unwrap().iter().map(of).collect()
    }

    /// What of the customer must not be in an archive without groups. Shorter ones stand in ids by chance.
    fn customers(&self) -> Vec<&str> {
        let values = self.says["customer"].as_object().unwrap().values();
        values
            .flat_map(|list| list.as_array().unwrap())
            .map(|value| value.as_str().unwrap())
            .filter(|value| value.len() > 5)
            .collect()
    }

    fn is_open(&self) -> bool {
        self.says["of_a"]["open"] == true
    }
}

fn five(organization: &Organization) -> Vec<String> {
    LETTERS
        .iter()
        .map(|letter| organization.emulator.user(&format!("Worker {letter}")).in_queue("Billing").add())
        .collect()
}

/// Five years long, with jobs that are done at once.
fn organization(preset: Preset) -> Organization {
    let organization = Organization::with(|settings| {
        settings.preset = preset;
        settings.retention_days = 1_825;
    });
    for switch in ["jobs_queue_s", "jobs_run_s"] {
        organization.emulator.set_switch(switch, "0").unwrap();
    }
    organization
}

/// What `who` says of a shape's conversation.
fn who(desk: &Desk, place: &str, shape: &Shape, users: &[String]) -> Value {
    let told = desk.json(&["who", shape.id(), "--archive", place, "--json"]);
    let version = &told["versions"][0];
    let ids = |list: &str| -> BTreeSet<String> {
        version[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut took_part = shape.users("took_part", users);
    // A reader who names whoever has an id names this one too.
    if shape.name == "email-as-user-id" {
        took_part.insert("worker@firm.example".to_owned());
    }
    assert_eq!(ids("handlers"), shape.users("handled", users), "{}", shape.name);
    assert_eq!(&ids("handlers") | &ids("took_part"), took_part, "{}", shape.name);
    let open = match shape.says["ended"].as_str() {
        None => json!(true),
        Some("not known") => Value::Null,
        Some(_) => json!(false),
    };
    assert_eq!(version["open"], open, "{}", shape.name);
    let mut all =
        version["handlers"].as_array().unwrap().iter().chain(version["took_part"].as_array().unwrap());
    let of_a = all.find(|part| part["user_id"] == users[0].as_str());
    if let Some(of_a) = of_a {
        let set = |list: &Value| -> BTreeSet<String> {
            list.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        let queues: BTreeSet<_> = of_a["queues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|queue| queue["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(queues, set(&shape.says["of_a"]["queues"]), "{}", shape.name);
        assert_eq!(set(&of_a["media"]), set(&shape.says["of_a"]["media"]), "{}", shape.name);
        assert_eq!(of_a["open"], shape.says["of_a"]["open"], "{}", shape.name);
    }
    if place.ends_with("none") {
        let text = told.to_string();
        for value in shape.customers() {
            assert!(!text.contains(value), "{}: {value} in {text}", shape.name);
        }
    }
    version.clone()
}

/// What people read of a shape's conversation says no more than this version does.
fn in_words(desk: &Desk, place: &str, shape: &Shape, version: &Value) {
    let said = desk.run(&["who", shape.id(), "--archive", place]).out;
    let mut told = Vec::new();
    for (list, heading) in [("handlers", "handled by"), ("took_part", "took part")] {
        let parts = version[list].as_array().unwrap();
        let named =
            |line: &&str| line.starts_with(&format!("  {heading}")) && line.contains("not in the roster");
        let named: Vec<_> = said.lines().filter(named).collect();
        assert_eq!(named.len(), parts.len(), "{}: {heading} in {said}", shape.name);
        for (line, part) in named.iter().zip(parts) {
            assert!(line.ends_with(part["user_id"].as_str().unwrap()), "{}: {line}", shape.name);
        }
        told.extend(parts);
    }
    let times: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("    handled     ")).collect();
    let joined: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("    from, to    ")).collect();
    assert_eq!((times.len(), joined.len()), (told.len(), told.len()), "{}: {said}", shape.name);
    for ((time, joined), part) in times.iter().zip(joined).zip(told) {
        let (all, parts) = time.trim_end_matches(')').split_once(" (talk ").unwrap();
        let (talk, rest) = parts.split_once(", hold ").unwrap();
        let (hold, after) = rest.split_once(", after-call work ").unwrap();
        for (said, field) in [(all, "handle_ms"), (talk, "talk_ms"), (hold, "hold_ms"), (after, "acw_ms")] {
            assert_eq!(said == "not known", part[field].is_null(), "{}: {field} is {said}", shape.name);
        }
        assert_eq!(joined.starts_with("not known"), part["joined_at"].is_null(), "{}: {joined}", shape.name);
    }
    let began = said.lines().find_map(|line| line.strip_prefix("  began         ")).unwrap();
    assert_eq!(began == "not known", version["started_at"].is_null(), "{}: {began}", shape.name);
}

/// What `history` says in words of how long all of it took.
fn handled_in_words(desk: &Desk, place: &str, shapes: &[Shape], a: &str) {
    let told = desk.json(&["history", a, "--archive", place, "--json"]);
    let parts = told["conversations"].as_array().unwrap();
    let unknown: Vec<_> = parts.iter().filter(|part| part["handle_ms"].is_null()).collect();
    assert!(unknown.len() > 5 && unknown.len() + 5 < parts.len(), "{} of {}", unknown.len(), parts.len());
    let said = desk.run(&["history", a, "--archive", place]).out;
    let end = format!(" handled: of {} the time is not known", unknown.len());
    let second = said.lines().nth(1).unwrap();
    assert!(second.contains(", at least ") && second.ends_with(&end), "{second}");
    for part in parts {
        let row =
            said.lines().find(|line| line.ends_with(part["conversation_id"].as_str().unwrap())).unwrap();
        let has_time = row.split_whitespace().skip(1).any(|word| word.matches(':').count() == 2);
        assert_eq!(has_time, !part["handle_ms"].is_null(), "{row}");
    }
    // Of one who has no time of handling at all, none is said.
    let shape = shapes.iter().find(|shape| shape.name == "cli-blog-chat").unwrap();
    let queue = shape.says["of_a"]["queues"][0].as_str().unwrap();
    let said = desk.run(&["history", a, "--archive", place, "--queue", queue]).out;
    assert!(said.contains("1 conversation, time of handling not known\n"), "{said}");
}

/// What `history` says of a shape's conversation, asked by each of A's queues and media.
fn history(desk: &Desk, place: &str, shape: &Shape, a: &str) {
    let of_a = &shape.says["of_a"];
    for (option, values) in [("--queue", &of_a["queues"]), ("--media", &of_a["media"])] {
        for value in values.as_array().unwrap() {
            let told =
                desk.json(&["history", a, "--archive", place, option, value.as_str().unwrap(), "--json"]);
            let parts = told["conversations"].as_array().unwrap();
            let part = parts.iter().find(|part| part["conversation_id"] == shape.id());
            assert!(part.is_some(), "{}: {option} {value}", shape.name);
        }
    }
}

fn without_attributes(record: &Value) -> Value {
    let mut record = record.clone();
    for participant in record["participants"].as_array_mut().into_iter().flatten() {
        if let Some(participant) = participant.as_object_mut() {
            participant.remove("attributes");
        }
    }
    record
}

fn read(place: &str) -> Vec<Value> {
    let archive = Archive::open(&Location::Folder(place.into())).unwrap();
    let mut records = Vec::new();
    block_on(archive.scan(|form, _| records.push(serde_json::from_slice(form).unwrap()))).unwrap();
    records
}

#[test]
fn the_archive_holds_every_shape_gives_it_back_and_keeps_the_customer_out() {
    let users: Vec<_> = (0..5).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
    let shapes = shapes(&users);
    let mut desk = Desk::bare();
    let home = desk.path().display().to_string();
    desk.set("EMERITUS_HOME", &home);
    for (name, groups) in [("all", Groups::ALL), ("none", Groups::default())] {
        let place = desk.path().join(name).display().to_string();
        let archive = Archive::open(&Location::Folder(place.clone().into())).unwrap();
        let spec = BatchSpec {
            id: "shapes".to_owned(),
            organization: "emulated".to_owned(),
            source: "a test".to_owned(),
            window: (0, 1),
            subjects: users.clone(),
            now: 1_780_000_000_000,
            groups,
            skip_archived: false,
        };
        block_on(async {
            let Begun::Open(mut batch) = archive.begin(spec).await.unwrap() else {
                panic!("archived before")
            };
            for shape in &shapes {
                batch
                    .add(shape.record.to_string().as_bytes())
                    .unwrap_or_else(|error| panic!("{}: {error:?}", shape.name));
            }
            batch.finish().await.unwrap();
        });
        let records = read(&place);
        assert_eq!(records.len(), shapes.len());
        for shape in &shapes {
            let record = records.iter().find(|record| record["conversationId"] == shape.id()).unwrap();
            if groups == Groups::ALL {
                assert_eq!(record, &shape.record, "{}", shape.name);
            } else {
                for value in shape.customers() {
                    assert!(!record.to_string().contains(value), "{}: {value} in {record}", shape.name);
                }
            }
            let version = who(&desk, &place, shape, &users);
            history(&desk, &place, shape, &users[0]);
            if groups == Groups::default() {
                in_words(&desk, &place, shape, &version);
            }
        }
        handled_in_words(&desk, &place, &shapes, &users[0]);
        let verified = desk.json(&["archive", "verify", "--archive", &place, "--json"]);
        assert_eq!(verified["records"], shapes.len());
    }
}

#[test]
fn every_shape_goes_from_the_vendor_through_the_commands() {
    for open in [false, true] {
        let organization = organization(Preset::Documented);
        let users = five(&organization);
        let mut shapes = shapes(&users);
        // What nobody of the five took part in is read for nobody; somebody still at work is not retired.
        shapes.retain(|shape| {
            shape.is_open() == open && shape.says["took_part"].as_array().is_some_and(|took| !took.is_empty())
        });
        for shape in &shapes {
            organization
                .emulator
                .add_conversation(&shape.record)
                .unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        }
        let desk = Desk::at(&organization);
        for (name, groups) in [("all", &["--groups", "attributes,addresses,names,notes"][..]), ("none", &[])]
        {
            let place = desk.path().join(name).display().to_string();
            let people: Vec<_> = users.iter().map(String::as_str).collect();
            desk.json(&[&["archive", "--json", "--archive", &place], &people[..], groups].concat());
            let records = read(&place);
            for shape in &shapes {
                let record = records.iter().find(|record| record["conversationId"] == shape.id());
                let record = record.unwrap_or_else(|| panic!("{} is not archived", shape.name));
                if name == "all" {
                    assert_eq!(
                        without_attributes(record),
                        without_attributes(&shape.record),
                        "{}",
                        shape.name
                    );
                }
                who(&desk, &place, shape, &users);
                history(&desk, &place, shape, &users[0]);
            }
            desk.json(&["archive", "verify", "--archive", &place, "--json"]);
        }
        if !open {
            for (letter, user) in LETTERS.iter().zip(&users).take(2) {
                let said = desk.run(&["retire", user, "--yes", "--json"]);
                assert_eq!(said.code, Some(0), "{letter}: {said:?}");
                // Somebody who took part as a customer once: without groups the archive leaves out what they were called.
                for name in ["all", "none"] {
                    let place = desk.path().join(name).display().to_string();
                    let said = desk.run(&["archive", "verify", user, "--archive", &place, "--json"]);
                    assert_eq!(said.code, Some(0), "{letter}, {name}: {said:?}");
                    assert_eq!(said.object()["proof"]["verdict"], "intact");
                }
            }
        }
    }
}
