//! The ground truth of conversations: how much of it, how it is found, and what tampering does to it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;

use axum::body::Body;
use genesys_emulator::{Clock, Emulator, Settings};
use http::Request;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn emulator(settings: Settings) -> Emulator {
    let clock = Clock::virtual_at(at("2026-03-15T12:00:00Z"));
    Emulator::new(Settings { clock, ..settings })
}

fn with_agent(seed: u64, count: u64) -> (Emulator, String) {
    let emulator = emulator(Settings { seed, ..Settings::default() });
    let ada = emulator.user("Ada").add();
    emulator.give_history(&ada, count, at("2023-03-15T00:00:00Z"), at("2026-03-15T00:00:00Z"));
    (emulator, ada)
}

/// Every record of a user, by id.
fn records(emulator: &Emulator, user: &str) -> BTreeMap<String, Value> {
    let ids = emulator.conversations_of(user);
    ids.into_iter().map(|id| (id.clone(), emulator.conversation(&id).unwrap())).collect()
}

fn record(id: u64, user: &str, start: &str) -> Value {
    json!({
        "conversationId": format!("00000000-0000-4000-8000-{id:012}"),
        "conversationStart": start,
        "participants": [{ "userId": user, "participantName": "Ada", "purpose": "agent", "sessions": [] }],
        "x-recorder": { "note": "kept as it is", "number": 1.50 },
    })
}

#[test]
fn a_user_given_20_000_conversations_has_exactly_those_and_nobody_else_has_any() {
    let (emulator, ada) = with_agent(1, 20_000);
    let bea = emulator.user("Bea").add();
    let ids = emulator.conversations_of(&ada);
    assert_eq!(ids.len(), 20_000);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 20_000, "every id is there once");
    assert!(emulator.conversations_of(&bea).is_empty());
    assert_eq!(emulator.conversation_count(), 20_000);
}

#[test]
fn conversations_come_in_order_of_start_and_within_the_period() {
    let (emulator, ada) = with_agent(3, 500);
    let starts: Vec<Timestamp> = emulator
        .conversations_of(&ada)
        .iter()
        .map(|id| at(emulator.conversation(id).unwrap()["conversationStart"].as_str().unwrap()))
        .collect();
    assert!(starts.is_sorted());
    assert!(*starts.first().unwrap() >= at("2023-03-15T00:00:00Z"));
    assert!(*starts.last().unwrap() < at("2026-03-15T00:00:00Z"));
}

#[test]
fn equal_seeds_give_equal_records_and_other_seeds_others() {
    let settings = |seed| Settings { seed, users: 30, conversations: 600, ..Settings::default() };
    let whole = |seed| -> BTreeMap<String, String> {
        let emulator = emulator(settings(seed));
        let users = emulator.user_ids();
        let all = users.iter().flat_map(|user| records(&emulator, user));
        all.map(|(id, record)| (id, record.to_string())).collect()
    };
    let (first, again, other) = (whole(7), whole(7), whole(8));
    assert_eq!(first.len(), 600);
    assert_eq!(first, again);
    assert!(other.keys().all(|id| !first.contains_key(id)));
}

#[test]
fn records_do_not_depend_on_what_was_asked_before() {
    let (emulator, ada) = with_agent(5, 300);
    let ids = emulator.conversations_of(&ada);
    let forward: Vec<Value> = ids.iter().map(|id| emulator.conversation(id).unwrap()).collect();
    let mut backward: Vec<Value> = ids.iter().rev().map(|id| emulator.conversation(id).unwrap()).collect();
    backward.reverse();
    assert_eq!(forward, backward);
}

#[test]
fn millions_of_conversations_are_served_without_being_held() {
    let few = emulator(Settings { users: 300, conversations: 10_000, ..Settings::default() });
    let many = emulator(Settings { users: 300, conversations: 50_000_000, ..Settings::default() });
    assert_eq!(many.conversation_count(), 50_000_000);
    assert_eq!(many.history_pieces(), few.history_pieces(), "memory does not grow with their number");
    let ada = many.user("Ada").add();
    many.give_history(&ada, 300_000, at("2023-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    assert_eq!(many.history_pieces(), few.history_pieces() + 1);
    assert_eq!(many.conversation_count(), 50_300_000);
}

#[test]
fn an_id_leads_to_its_conversation_and_a_strangers_id_to_none() {
    let (emulator, ada) = with_agent(9, 1_000);
    for id in emulator.conversations_of(&ada) {
        assert_eq!(emulator.conversation(&id).unwrap()["conversationId"], id);
        let last = if id.ends_with('0') { "1" } else { "0" };
        let stranger = format!("{}{last}", &id[..35]);
        assert_eq!(emulator.conversation(&stranger), None, "{stranger}");
    }
    assert_eq!(emulator.conversation("not an id"), None);
}

#[test]
fn removing_a_conversation_takes_away_exactly_that_one() {
    let (emulator, ada) = with_agent(11, 2_000);
    let before = records(&emulator, &ada);
    let victim = before.keys().nth(777).unwrap().clone();
    assert!(emulator.remove_conversation(&victim));
    assert!(!emulator.remove_conversation(&victim), "it is gone already");
    let mut expected = before;
    expected.remove(&victim);
    assert_eq!(records(&emulator, &ada), expected);
    assert_eq!(emulator.conversation(&victim), None);
    assert_eq!(emulator.conversation_count(), 1_999);
}

#[test]
fn reattributing_a_conversation_changes_exactly_whose_it_is() {
    let (emulator, ada) = with_agent(13, 500);
    let bea = emulator.user("Bea").add();
    let before = records(&emulator, &ada);
    let victim = before.keys().nth(123).unwrap().clone();
    assert!(emulator.reattribute_conversation(&victim, &ada, &bea));
    assert!(!emulator.reattribute_conversation(&victim, &ada, &bea), "Ada is not in it any more");
    let mut expected = before.clone();
    let original = expected.remove(&victim).unwrap();
    assert_eq!(records(&emulator, &ada), expected);
    let moved = records(&emulator, &bea);
    assert_eq!(moved.keys().collect::<Vec<_>>(), [&victim]);
    let renamed = original.to_string().replace(&ada, &bea).replace("\"Ada\"", "\"Bea\"");
    assert_eq!(moved[&victim].to_string(), renamed);
    assert!(emulator.reattribute_conversation(&victim, &bea, &ada), "and back");
    assert_eq!(records(&emulator, &ada), before);
    assert!(emulator.conversations_of(&bea).is_empty());
}

#[test]
fn shared_conversations_are_in_the_history_of_those_they_name_and_of_nobody_else() {
    let emulator = emulator(Settings::default());
    let [ada, bea, cai] = ["Ada", "Bea", "Cai"].map(|name| emulator.user(name).add());
    let (from, to) = (at("2025-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    emulator.give_shared_history(&ada, &[&bea, &cai], 2_000, from, to);
    let of_ada = records(&emulator, &ada);
    assert_eq!(of_ada.len(), 2_000);
    for colleague in [&bea, &cai] {
        let named = of_ada.iter().filter(|(_, record)| record.to_string().contains(colleague.as_str()));
        let named: BTreeMap<String, Value> = named.map(|(id, record)| (id.clone(), record.clone())).collect();
        assert!((50..300).contains(&named.len()), "{}", named.len());
        assert_eq!(records(&emulator, colleague), named);
    }
}

#[test]
fn an_added_record_is_served_with_the_fields_nobody_knows() {
    let emulator = emulator(Settings::default());
    let ada = emulator.user("Ada").add();
    let given = record(1, &ada, "2026-01-02T03:04:05.678Z");
    let id = emulator.add_conversation(&given).unwrap();
    assert_eq!(emulator.conversation(&id), Some(given));
    assert_eq!(emulator.conversations_of(&ada), *std::slice::from_ref(&id));
    let bea = emulator.user("Bea").add();
    emulator.add_conversation(&record(1, &bea, "2026-01-02T03:04:05.678Z")).unwrap();
    assert!(emulator.conversations_of(&ada).is_empty(), "the same id again takes its place");
    assert_eq!(emulator.conversations_of(&bea), *std::slice::from_ref(&id));
    assert!(emulator.reattribute_conversation(&id, &bea, &ada));
    assert_eq!(emulator.conversations_of(&ada), *std::slice::from_ref(&id));
    assert_eq!(emulator.conversation(&id).unwrap()["x-recorder"]["note"], "kept as it is");
    assert!(emulator.remove_conversation(&id));
    assert_eq!(emulator.conversation_count(), 0);
}

#[test]
fn an_import_stops_at_the_line_that_is_wrong_and_keeps_those_before() {
    let emulator = emulator(Settings::default());
    let ada = emulator.user("Ada").add();
    let good = |n| record(n, &ada, "2026-01-02T03:04:05Z").to_string();
    assert_eq!(emulator.import_conversations(&format!("{}\n\n{}\n", good(1), good(2))).unwrap(), 2);
    let error = emulator.import_conversations(&format!("{}\nnot json\n{}", good(3), good(4))).unwrap_err();
    assert_eq!(error.line, 2);
    assert_eq!(emulator.conversations_of(&ada).len(), 3);
    let without_start = json!({ "conversationId": uuid::Uuid::nil() }).to_string();
    let error = emulator.import_conversations(&without_start).unwrap_err();
    assert_eq!(
        error.source().unwrap().source().unwrap().to_string(),
        "conversationStart is missing or not an ISO-8601 instant"
    );
}

#[test]
fn an_import_over_http_streams_lines_and_names_the_one_that_stopped_it() {
    let emulator = emulator(Settings::default());
    let ada = emulator.user("Ada").add();
    let lines: Vec<String> =
        (1..=2_000).map(|n| record(n, &ada, "2026-01-02T03:04:05Z").to_string() + "\n").collect();
    assert_eq!(import(&emulator, &lines.concat()), (200, json!({ "imported": 2_000 })));
    assert_eq!(emulator.conversations_of(&ada).len(), 2_000);
    let (status, told) = import(&emulator, &format!("{}\n{{\n", record(2_001, &ada, "2026-01-02T03:04:05Z")));
    assert_eq!((status, &told["line"], &told["imported"]), (400, &json!(2), &json!(1)));
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .starts_with("line 2 of the import cannot be taken in: it is not JSON")
    );
}

/// Sends `body` in pieces that do not end where lines do.
fn import(emulator: &Emulator, body: &str) -> (u16, Value) {
    let pieces: Vec<Result<bytes::Bytes, std::io::Error>> =
        body.as_bytes().chunks(1_000).map(|piece| Ok(bytes::Bytes::copy_from_slice(piece))).collect();
    let request = Request::builder()
        .method("POST")
        .uri("/_emulator/import/conversations")
        .body(Body::from_stream(futures_util::stream::iter(pieces)))
        .unwrap();
    emulator.clock().run(async {
        let response = emulator.router_with_control().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&answer).unwrap())
    })
}

#[test]
fn an_imported_conversation_without_an_end_is_live_until_it_is_ended() {
    let emulator = emulator(Settings::default());
    let ada = emulator.user("Ada").add();
    let mut open = record(1, &ada, "2026-03-15T11:00:00.000Z");
    open["participants"][0]["sessions"] = json!([{
        "sessionId": "s", "mediaType": "voice", "direction": "inbound",
        "segments": [{ "segmentStart": "2026-03-15T11:00:00.000Z", "segmentType": "interact" }],
    }]);
    let id = emulator.add_conversation(&open).unwrap();
    let live = |emulator: &Emulator| emulator.truth(&ada).unwrap().live;
    assert_eq!(live(&emulator).len(), 1);
    assert_eq!(live(&emulator)[0].conversation_id, id);
    emulator.end_live(&ada);
    assert!(live(&emulator).is_empty());
    let ended = emulator.conversation(&id).unwrap();
    assert_eq!(ended["conversationEnd"], "2026-03-15T12:00:00.000Z");
    assert_eq!(
        ended["participants"][0]["sessions"][0]["segments"][0]["segmentEnd"],
        "2026-03-15T12:00:00.000Z"
    );
    assert_eq!(ended["x-recorder"], open["x-recorder"]);
}

#[test]
fn a_live_conversation_ends_when_its_time_comes() {
    let emulator = emulator(Settings::default());
    let ada = emulator.user("Ada").live_call_for(std::time::Duration::from_secs(90)).add();
    let [id] = emulator.conversations_of(&ada).try_into().unwrap();
    let begun = emulator.conversation(&id).unwrap();
    assert!(begun.get("conversationEnd").is_none());
    let open = begun.to_string();
    emulator.clock().advance(std::time::Duration::from_secs(600));
    let ended = emulator.conversation(&id).unwrap();
    assert_eq!(ended["conversationEnd"], "2026-03-15T12:01:30.000Z");
    assert!(ended.to_string().len() > open.len());
    assert_eq!(ended["participants"][0]["participantId"], begun["participants"][0]["participantId"]);
}

#[test]
fn a_generated_organization_has_live_work_a_midnight_call_and_a_mail_open_for_forty_days() {
    let emulator = emulator(Settings { users: 40, conversations: 3_000, ..Settings::default() });
    let (mut live, mut across_midnight, mut long) = (BTreeSet::new(), false, false);
    let mut seen = BTreeSet::new();
    for user in emulator.user_ids() {
        let truth = emulator.truth(&user).unwrap();
        let open: BTreeSet<String> = truth.live.iter().map(|held| held.conversation_id.clone()).collect();
        for (id, record) in records(&emulator, &user) {
            let start = at(record["conversationStart"].as_str().unwrap());
            match record.get("conversationEnd").and_then(Value::as_str) {
                None => {
                    assert!(open.contains(&id), "the directory knows of live work");
                    live.insert(
                        record["participants"][0]["sessions"][0]["mediaType"].as_str().unwrap().to_owned(),
                    );
                    long |= at("2026-03-15T12:00:00Z").duration_since(start).as_hours() >= 40 * 24;
                }
                Some(end) => {
                    let voice = record["participants"][0]["sessions"][0]["mediaType"] == "voice";
                    across_midnight |= voice && at(end).to_string()[..10] != start.to_string()[..10];
                }
            }
            seen.insert(id);
        }
    }
    assert_eq!(live, BTreeSet::from(["email".to_owned(), "voice".to_owned()]));
    assert!(across_midnight && long);
    assert_eq!(seen.len(), 3_000, "together they are exactly as many as asked for");
}
