//! Every value of any record comes back; what is off does not.

use emeritus_archive::{Archive, BatchError, BatchSpec, Groups, RecordError, canonical_form, fingerprint};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::desk;

async fn there_and_back(archive: &Archive, groups: Groups, records: &[Vec<u8>]) -> Vec<Vec<u8>> {
    desk::archive(archive, desk::spec("one", groups), records).await;
    let mut found = Vec::new();
    archive.scan(|form, _| found.push(form.to_vec())).await.unwrap();
    found.sort();
    found
}

fn forms(records: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut forms: Vec<_> = records.iter().map(|record| canonical_form(record).unwrap()).collect();
    forms.sort();
    forms
}

/// A record with `extra` members at each of its levels.
fn record(number: usize, extra: &str) -> Vec<u8> {
    let start = r#""conversationStart":"2025-01-05T10:00:00.000Z""#;
    format!(
        r#"{{"conversationId":"c-{number}",{start}{extra},"participants":[{{"purpose":"agent"{extra},"sessions":[
        {{"sessionId":"s"{extra},"segments":[{{"segmentType":"x"{extra}}},{{}}],"metrics":[],"flow":{{"flowId":"f"{extra}}}}}]}}]}}"#
    )
    .into_bytes()
}

#[tokio::test]
async fn what_no_column_gives_back_is_kept_beside_the_columns() {
    let extras = [
        "",
        r#","new":{"b":[1,{"a":null}],"a":1e400},"subject":7"#,
        r#","wrapUpNote":null,"sipResponseCodes":[1,null],"q850ResponseCodes":[],"sharingScreen":"yes""#,
        r#","mediaStatsMinConversationMos":4.50,"eventTime":"2025-01-01T00:00:00Z","value":-0"#,
        r#","userId":"\ud800x\"\u0007","participantName":"\u00e9\/\ud83d\ude00","attributes":{"z":"1","a":"2"}"#,
        r#","ani":["no text"],"proposedAgents":[1],"evaluations":{"not":"a list"},"surveys":[{"surveyId":"x"},3]"#,
        r#","recordSha256":"taken","otherFields":{"x":1},"agentBullseyeRing":9223372036854775808"#,
        r#","minMos":4.0,"value":9007199254740993,"outcomes":[{}],"mediaEndpointStats":[{"codecs":["a","b"]},{"codecs":[]}]"#,
    ];
    let records: Vec<_> = extras.iter().enumerate().map(|(number, extra)| record(number, extra)).collect();
    let (_folder, archive) = desk::folder();
    assert_eq!(there_and_back(&archive, Groups::ALL, &records).await, forms(&records));
    let found = archive.find("c-4").await.unwrap();
    assert_eq!(found[0].sha256, fingerprint(&records[4]).unwrap());
}

#[tokio::test]
async fn what_comes_late_in_a_month_or_late_to_one_is_in_its_place() {
    let extras = [
        "",
        r#","ani":"x","q850ResponseCodes":[7],"mediaEndpointStats":[{"codecs":["a"]}]"#,
        r#","wrapUpNote":"y""#,
    ];
    let month = |number: usize| if number.is_multiple_of(997) { 1 } else { 1 + number / 3_000 };
    let at = |number: usize| {
        let record = String::from_utf8(record(number, extras[number / 1_500 % 3])).unwrap();
        record.replace("2025-01", &format!("2025-{:02}", month(number))).into_bytes()
    };
    let records: Vec<_> = (0..12_000).map(at).collect();
    let (_folder, archive) = desk::folder();
    assert_eq!(there_and_back(&archive, Groups::ALL, &records).await, forms(&records));
}

#[tokio::test]
async fn what_is_off_is_nowhere_and_the_rest_is_there() {
    let secret = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00.000Z",
        "participants": [
            {"purpose": "customer", "participantName": "SECRET", "externalContactId": "kept", "attributes": {"a": "SECRET"}},
            {"purpose": "agent", "participantName": "Ada", "sessions": [{
                "ani": "SECRET", "dnis": "SECRET", "callbackNumbers": ["SECRET"], "remoteNameDisplayable": "SECRET",
                "flow": {"entryReason": "SECRET", "flowName": "kept"},
                "segments": [{"subject": "SECRET", "wrapUpNote": "SECRET", "wrapUpCode": "kept"}]}]}],
    });
    let (_folder, archive) = desk::folder();
    let found = there_and_back(&archive, Groups::default(), &[secret.to_string().into_bytes()]).await;
    let found: Value = serde_json::from_slice(&found[0]).unwrap();
    let kept = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00.000Z",
        "participants": [
            {"purpose": "customer", "externalContactId": "kept"},
            {"purpose": "agent", "participantName": "Ada", "sessions": [{
                "flow": {"flowName": "kept"}, "segments": [{"wrapUpCode": "kept"}]}]}],
    });
    assert_eq!(found, kept);
}

#[tokio::test]
async fn a_conversation_in_two_batches_is_counted_once() {
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", Groups::ALL), &desk::RECORDS[..200]).await;
    let once = archive.tally().await.unwrap();
    desk::archive(&archive, desk::spec("two", Groups::ALL), &desk::RECORDS[100..200]).await;
    assert_eq!(archive.tally().await.unwrap(), once);
    let user = &once.keys().next().unwrap().0;
    let rows = archive.history(user, 0..i64::from(u32::MAX) * 1000).await.unwrap();
    assert_eq!(
        rows.len() as u64,
        once.iter().filter(|((of, _), _)| of == user).map(|(_, count)| count).sum::<u64>()
    );
}

#[tokio::test]
async fn a_record_that_comes_twice_is_archived_once_and_one_that_changed_is_both() {
    let (_folder, archive) = desk::folder();
    let (one, other) = (record(1, ""), record(1, r#","externalTag":"late""#));
    let spaced = [b"\n ".to_vec(), one.clone()].concat();
    let mut batch = desk::open(&archive, desk::spec("one", Groups::ALL)).await;
    for record in [&one, &spaced, &other] {
        batch.add(record).unwrap();
    }
    let refused = batch.add(br#"{"conversationId":"x","conversationId":"y"}"#);
    assert!(matches!(refused, Err(BatchError::Record { number: 4, source: RecordError::NotJson(_) })));
    let manifest = batch.finish().await.unwrap();
    assert_eq!((manifest.records, manifest.duplicates), (2, 1));
    assert_eq!(archive.find("c-1").await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_the_archive_holds_already_is_left_out_and_counted() {
    let (_folder, archive) = desk::folder();
    let archived = async |id, groups, records: &[Vec<u8>]| {
        let spec = BatchSpec { skip_archived: true, ..desk::spec(id, groups) };
        let mut batch = desk::open(&archive, spec).await;
        records.iter().for_each(|record| batch.add(record).unwrap());
        batch.finish().await.unwrap()
    };
    let first = archived("one", Groups::ALL, &desk::RECORDS[..200]).await;
    assert_eq!((first.records, first.already_there), (200, 0));
    let tally = archive.tally().await.unwrap();
    // Somebody else of the same conversations: some more, and one that has changed since.
    let mut changed: Value = serde_json::from_slice(&desk::RECORDS[7]).unwrap();
    changed["externalTag"] = "late".into();
    let mut again = desk::RECORDS[..250].to_vec();
    again[7] = changed.to_string().into_bytes();
    let second = archived("two", Groups::ALL, &again).await;
    assert_eq!((second.records, second.already_there, second.duplicates), (51, 199, 0));
    assert_eq!(archive.manifests(None).await.unwrap()[1].already_there, 199);
    let mut hashes = Vec::new();
    archive.scan(|_, hash| hashes.push(*hash)).await.unwrap();
    assert_eq!(hashes.len(), 251, "each version once");
    let id = changed["conversationId"].as_str().unwrap();
    assert_eq!(archive.find(id).await.unwrap().len(), 2);
    let third = archived("three", Groups::ALL, &again).await;
    assert_eq!((third.records, third.already_there), (0, 250));
    // With other groups it is another record: what was kept before does not stand for it.
    let fourth = archived("four", Groups::default(), &desk::RECORDS[..200]).await;
    assert_eq!(fourth.already_there, 0);
    let counted: u64 = archive.tally().await.unwrap().values().sum();
    assert!(counted > tally.values().sum(), "the fifty new ones, and no conversation twice");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        Just(Value::from("2025-01-05T10:00:00.000Z")),
    ];
    let name = prop::sample::select(vec![
        "participants",
        "sessions",
        "segments",
        "metrics",
        "flow",
        "outcomes",
        "value",
        "emitDate",
        "codecs",
        "userId",
        "purpose",
        "mediaEndpointStats",
        "minMos",
        "divisionIds",
        "attributes",
        "recording",
        "unknown",
        "é\"",
    ]);
    leaf.prop_recursive(7, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_json_comes_back(values in prop::collection::vec(json(), 1..30)) {
        let records: Vec<Vec<u8>> = values.iter().enumerate().map(|(number, value)| {
            let mut record =
                if value.is_object() { value.clone() } else { json!({ "participants": value }) };
            record["conversationId"] = format!("c-{number}").into();
            record["conversationStart"] = "2025-01-05T10:00:00.000Z".into();
            record.to_string().into_bytes()
        }).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = runtime.block_on(async {
            let (_folder, archive) = desk::folder();
            there_and_back(&archive, Groups::ALL, &records).await
        });
        prop_assert_eq!(found, forms(&records));
    }
}
