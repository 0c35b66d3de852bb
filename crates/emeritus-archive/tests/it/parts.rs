//! What a record says of somebody's part in it: as it is, and no more.

use emeritus_archive::{Groups, HistoryFilter, Participation};
use serde_json::{Value, json};

use crate::desk;

const FOREVER: i64 = 4_000_000_000_000;
const USER: &str = "00000000-0000-4000-8000-00000000000a";

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn record(end: Value, participants: Value) -> Vec<u8> {
    let mut record = json!({
        "conversationId": "00000000-0000-4000-8000-0000000000c1",
        "conversationStart": "2025-01-05T10:00:00.000Z",
    });
    record["participants"] = participants;
    if !end.is_null() {
        record["conversationEnd"] = end;
    }
    record.to_string().into_bytes()
}

/// What the table says of the user, and what the record itself says, which is the same.
async fn part(record: &[u8]) -> Participation {
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::ALL), &[record.to_vec()]).await;
    archive.verify().await.unwrap();
    let [part] = <[_; 1]>::try_from(archive.history(USER, 0..FOREVER).await.unwrap()).unwrap();
    let found = archive.find(&part.conversation_id).await.unwrap().remove(0).account();
    assert_eq!(found.parts, std::slice::from_ref(&part));
    part
}

fn agent(sessions: Value) -> Value {
    let mut participants = json!([{"purpose": "agent", "userId": USER}]);
    participants[0]["sessions"] = sessions;
    participants
}

fn segment(kind: &str, start: &str, end: Value) -> Value {
    let mut segment =
        json!({"segmentType": kind, "segmentStart": format!("2025-01-05T{start}Z"), "queueId": "q"});
    if !end.is_null() {
        segment["segmentEnd"] = end;
    }
    segment
}

#[tokio::test]
async fn somebody_of_whom_a_segment_has_no_end_has_not_left() {
    let first = segment("interact", "10:00:00.000", json!("2025-01-05T10:05:00.000Z"));
    let open = segment("interact", "10:06:00.000", Value::Null);
    let sessions = json!([{"segments": [first, open]}]);
    let still_there = part(&record(Value::Null, agent(sessions.clone()))).await;
    assert_eq!((still_there.left_at, still_there.is_open), (None, Some(true)));
    assert_eq!(still_there.joined_at, Some(at("2025-01-05T10:00:00Z")));
    // A conversation that has ended has nobody in it; when they left is not known all the same.
    let ended = part(&record(json!("2025-01-05T11:00:00.000Z"), agent(sessions))).await;
    assert_eq!((ended.left_at, ended.is_open), (None, Some(false)));
    for misspelt in [json!("soon"), json!(1_736_072_000), json!(["2025-01-05T10:05:00.000Z"])] {
        let segments = json!([{"segments": [segment("interact", "10:00:00.000", misspelt)]}]);
        let part = part(&record(Value::Null, agent(segments))).await;
        assert_eq!((part.left_at, part.is_open), (None, None), "not known");
    }
    // So it is where something stands for the end of the conversation that nobody can read, and nobody else says it.
    let open = json!([{"segments": [segment("interact", "10:00:00.000", Value::Null)]}]);
    assert_eq!(part(&record(json!("yesterday"), agent(open))).await.is_open, None);
}

#[tokio::test]
async fn instants_are_read_however_they_are_spelled_and_come_back_as_they_were() {
    let spelled = json!("2025-01-05T12:05:00.5000000+02:00");
    let mut source: Value = serde_json::from_slice(&record(
        json!("2025-01-05T10:10:00Z"),
        agent(json!([{"segments": [segment("interact", "10:00:00", spelled)]}])),
    ))
    .unwrap();
    source["conversationStart"] = "2025-01-05T10:00:00Z".into();
    let (_folder, archive) = desk::folder();
    let source = source.to_string().into_bytes();
    desk::archive(&archive, desk::spec("one", Groups::ALL), std::slice::from_ref(&source)).await;
    let history = archive.history(USER, 0..FOREVER).await.unwrap();
    assert_eq!(
        (history[0].conversation_start, history[0].joined_at, history[0].left_at),
        (at("2025-01-05T10:00:00Z"), Some(at("2025-01-05T10:00:00Z")), Some(at("2025-01-05T10:05:00.5Z")))
    );
    let found = archive.find(&history[0].conversation_id).await.unwrap().remove(0);
    assert_eq!(found.record, emeritus_archive::canonical_form(&source).unwrap());
    assert_eq!(found.account().ended_at, Some(at("2025-01-05T10:10:00Z")));
    let (mut versions, mut census) = (Vec::new(), Vec::new());
    let organization = desk::spec("one", Groups::ALL).organization;
    archive.versions(&organization, None, 0..FOREVER, |version| versions.push(version)).await.unwrap();
    archive.census(USER, 0..FOREVER, |entry| census.push(entry)).await.unwrap();
    assert_eq!((versions[0].start, versions[0].is_open), (at("2025-01-05T10:00:00Z"), false));
    assert_eq!(
        (census[0].start, census[0].end),
        (at("2025-01-05T10:00:00Z"), Some(at("2025-01-05T10:10:00Z")))
    );
}

#[tokio::test]
async fn a_record_that_does_not_say_when_it_began_is_placed_by_its_first_segment() {
    let sessions =
        json!([{"segments": [segment("interact", "10:03:00.000", json!("2025-01-05T10:05:00.000Z"))]}]);
    let mut source: Value = serde_json::from_slice(&record(Value::Null, agent(sessions))).unwrap();
    for start in [Value::Null, json!("yesterday"), json!(7)] {
        source["conversationStart"] = start;
        let (_folder, archive) = desk::folder();
        let bytes = source.to_string().into_bytes();
        desk::archive(&archive, desk::spec("one", Groups::ALL), std::slice::from_ref(&bytes)).await;
        archive.verify().await.unwrap();
        let history = archive.history(USER, 0..FOREVER).await.unwrap();
        assert_eq!(history[0].conversation_start, at("2025-01-05T10:03:00Z"));
        let found = archive.find(&history[0].conversation_id).await.unwrap().remove(0);
        assert_eq!(found.record, emeritus_archive::canonical_form(&bytes).unwrap());
        assert_eq!(found.account().started_at, None, "the record does not say it");
        let (mut versions, mut census) = (Vec::new(), Vec::new());
        let organization = desk::spec("one", Groups::ALL).organization;
        archive.versions(&organization, None, 0..FOREVER, |version| versions.push(version)).await.unwrap();
        archive.census(USER, 0..FOREVER, |entry| census.push(entry)).await.unwrap();
        assert_eq!((versions.len(), versions[0].is_open, census.len()), (1, true, 1));
    }
}

#[tokio::test]
async fn a_sum_is_known_where_the_record_has_its_metric_and_all_of_it_can_be_read() {
    let session = |metrics: Value| json!({"segments": [], "metrics": metrics});
    let metric = |name: &str, value: Value| json!({"name": name, "value": value});
    let sums = async |sessions: Value| {
        let part = part(&record(Value::Null, agent(sessions))).await;
        (part.talk_ms, part.hold_ms, part.acw_ms, part.handle_ms, part.connected)
    };
    assert_eq!(sums(json!([session(Value::Null)])).await, (None, None, None, None, None));
    let two = json!([
        session(json!([metric("tTalk", json!(1000)), metric("tHandle", json!(0))])),
        session(json!([metric("tTalk", json!(500)), metric("tOther", json!(7))])),
    ]);
    assert_eq!(sums(two).await, (Some(1500), None, None, Some(0), None));
    let unreadable = json!([session(json!([metric("tTalk", json!(1000)), metric("tTalk", json!(4.2))]))]);
    assert_eq!(sums(unreadable).await, (None, None, None, None, None));
}

#[tokio::test]
async fn who_listens_or_is_only_called_takes_part_and_does_not_handle() {
    let handled = async |participants: Value| part(&record(Value::Null, participants)).await.handled;
    let session = |kind: &str, more: Value| {
        let mut session =
            json!({"segments": [segment(kind, "10:00:00.000", json!("2025-01-05T10:05:00.000Z"))]});
        session.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        session
    };
    for kind in ["interact", "hold", "parked", "INTERACT"] {
        assert_eq!(handled(agent(json!([session(kind, json!({}))]))).await, Some(true), "{kind}");
    }
    for kind in ["alert", "wrapup", "dialing", "monitoring", "scheduled"] {
        assert_eq!(handled(agent(json!([session(kind, json!({}))]))).await, Some(false), "{kind}");
    }
    for watched in ["monitoredParticipantId", "coachedParticipantId", "bargedParticipantId"] {
        assert_eq!(handled(agent(json!([session("interact", json!({watched: "p"}))]))).await, Some(false));
    }
    assert_eq!(handled(agent(json!([session("scheduled", json!({"agentOwned": true}))]))).await, Some(true));
    let talk = json!({"metrics": [{"name": "tTalk", "value": 5}]});
    assert_eq!(handled(agent(json!([session("alert", talk.clone())]))).await, Some(true));
    let as_what = |purpose: &str| json!([{"purpose": purpose, "userId": USER, "sessions": [session("interact", talk.clone())]}]);
    assert_eq!(
        (handled(as_what("USER")).await, handled(as_what("customer")).await),
        (Some(true), Some(false))
    );
    assert_eq!(handled(agent(json!([]))).await, None, "the record says nothing of what they did");
}

#[tokio::test]
async fn all_queues_and_media_of_a_person_are_found_in_whatever_order_they_came() {
    let segments = |queues: &[&str]| -> Value {
        queues.iter().map(|queue| json!({"segmentType": "interact", "queueId": queue, "wrapUpCode": format!("code \"{queue}\"")})).collect()
    };
    let participants = json!([
        {"purpose": "agent", "userId": USER, "sessions": [
            {"mediaType": "callback", "direction": "inbound", "segments": segments(&["q1", "q2"])},
            {"mediaType": "voice", "direction": "outbound", "segments": segments(&["q1"])}]},
        {"purpose": "agent", "userId": "", "sessions": [{"mediaType": "chat"}]},
        {"purpose": "user", "userId": USER, "sessions": [{"mediaType": "email", "segments": segments(&["q3"])}]},
        {"purpose": "agent", "userId": null, "sessions": null},
    ]);
    let source = record(Value::Null, participants);
    let part = part(&source).await;
    assert_eq!(part.queue_ids, ["q1", "q2", "q3"]);
    assert_eq!(part.media_types, ["callback", "voice", "email"]);
    assert_eq!(part.directions, ["inbound", "outbound"]);
    assert_eq!(part.purposes, ["agent", "user"]);
    assert_eq!(part.wrap_up_codes, ["code \"q1\"", "code \"q2\"", "code \"q3\""]);
    assert_eq!((part.queue_id.as_deref(), part.wrap_up_code.as_deref()), (Some("q1"), Some("code \"q3\"")));
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::ALL), &[source]).await;
    let count = async |media: Option<&str>, queue: Option<&str>| {
        let filter =
            HistoryFilter { media_type: media.map(str::to_owned), queue_id: queue.map(str::to_owned) };
        archive.history_where(USER, 0..FOREVER, &filter).await.unwrap().len()
    };
    for queue in ["q1", "q2", "q3", "Q3"] {
        assert_eq!(count(None, Some(queue)).await, 1, "{queue}");
    }
    for media in ["callback", "voice", "VOICE", "email"] {
        assert_eq!(count(Some(media), Some("q2")).await, 1, "{media}");
    }
    assert_eq!((count(Some("chat"), None).await, count(None, Some("q4")).await), (0, 0));
}
