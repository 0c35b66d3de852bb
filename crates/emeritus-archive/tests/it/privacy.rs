//! What is off is nowhere: tried with a canary in every string that the vendor's schema has.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use emeritus_archive::Groups;
use serde_json::{Value, json};

use crate::desk;

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../../contract/genesys-schema.json")).unwrap());

const NAME: &str = "Canarina Ostrove";
const NUMBER: &str = "+1 202 555 0143";
const MAIL: &str = "canarina.ostrove@kunde.example";

const NONE: Groups = Groups { attributes: false, addresses: false, names: false, notes: false };
const NAMES: Groups = Groups { names: true, ..NONE };
const ADDRESSES: Groups = Groups { addresses: true, ..NONE };
const NOTES: Groups = Groups { notes: true, ..NONE };
const ATTRIBUTES: Groups = Groups { attributes: true, ..NONE };

/// A value of the vendor's form, with `canary` wherever there is a string.
fn value(form: &Value, canary: &str) -> Value {
    match form.as_str() {
        Some("string") => return canary.into(),
        Some("date-time") => return "2025-01-05T10:00:00.000Z".into(),
        Some("boolean") => return true.into(),
        Some("integer") => return 7.into(),
        Some("number") => return 4.5.into(),
        Some(other) => panic!("what is {other}?"),
        None => {}
    }
    if let Some(item) = form.get("array") {
        return json!([value(item, canary)]);
    }
    if let Some(words) = form.get("enum") {
        return words[0].clone();
    }
    if form.get("map").is_some() {
        return json!({"what a flow put there": canary});
    }
    let model = &SCHEMA["models"][form["ref"].as_str().unwrap_or_else(|| panic!("what is {form}?"))];
    let members = model["properties"].as_object().unwrap().iter();
    members.map(|(name, form)| (name.clone(), value(form, canary))).collect()
}

/// A conversation with a canary in every string.
fn conversation(canary: &str, purpose: &str) -> Value {
    let mut record = value(&json!({"ref": "AnalyticsConversation"}), canary);
    record["conversationId"] = "c".into();
    record["participants"][0]["purpose"] = purpose.into();
    record
}

async fn kept(record: &Value, groups: Groups) -> Value {
    let (_folder, archive) = desk::folder();
    desk::archive(&archive, desk::spec("one", groups), &[record.to_string().into_bytes()]).await;
    let mut found = Vec::new();
    archive.scan(|form, _| found.push(serde_json::from_slice(form).unwrap())).await.unwrap();
    archive.verify().await.unwrap();
    found.remove(0)
}

/// The members in which a canary sits, by their names with their objects'.
fn places(value: &Value, canary: &str) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, canary: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if text.contains(canary) => drop(found.insert(path.to_owned())),
            Value::Array(items) => items.iter().for_each(|item| walk(item, path, canary, found)),
            Value::Object(members) => {
                for (name, value) in members {
                    let parent = path.rsplit('.').next().unwrap_or_default();
                    walk(value, &format!("{parent}.{name}"), canary, found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", canary, &mut found);
    found
}

/// Ids have no canary of a customer's in any record; what a record has there is needed to read it.
fn is_id(place: &str) -> bool {
    const GUARDED: [&str; 6] = [
        "protocolCallId",
        "roomId",
        "cobrowseRoomId",
        "screenShareRoomId",
        "videoRoomId",
        "outboundContactId",
    ];
    let name = place.rsplit('.').next().unwrap();
    let of_people = ["journeyCustomerId", "journeyCustomerSessionId"].contains(&name);
    (name.ends_with("Id") || name.ends_with("Ids")) && !GUARDED.contains(&name) && !of_people
}

fn set(places: &[&str]) -> BTreeSet<String> {
    places.iter().map(|place| (*place).to_owned()).collect()
}

async fn more(groups: Groups, canary: &str, purpose: &str) -> BTreeSet<String> {
    let record = conversation(canary, purpose);
    let without = places(&kept(&record, NONE).await, canary);
    let with = places(&kept(&record, groups).await, canary);
    assert!(without.is_subset(&with));
    with.difference(&without).cloned().collect()
}

/// Members that are somebody's name or address, whichever it is.
const OF_SOMEBODY: [&str; 22] = [
    "flow.entryReason",
    "flow.transferTargetAddress",
    "flow.transferTargetName",
    "sessions.addressFrom",
    "sessions.addressOther",
    "sessions.addressSelf",
    "sessions.addressTo",
    "sessions.ani",
    "sessions.bcc",
    "sessions.callbackNumbers",
    "sessions.callbackUserName",
    "sessions.cc",
    "sessions.destinationAddresses",
    "sessions.dnis",
    "sessions.journeyCustomerId",
    "sessions.journeyCustomerSessionId",
    "sessions.remote",
    "sessions.remoteNameDisplayable",
    "sessions.screenShareAddressSelf",
    "sessions.sessionDnis",
    "sessions.videoAddressSelf",
    "participants.participantName",
];

const FREE_TEXT: [&str; 3] = ["properties.value", "segments.subject", "segments.wrapUpNote"];

/// What is said of one conversation by a machine or a person, in a word or in more.
const SAYING: [&str; 3] =
    [".externalTag", "sessions.errorCodeDescription", "sessions.extendedDeliveryStatus"];

#[tokio::test]
async fn without_groups_no_address_is_anywhere() {
    for purpose in ["customer", "external", "ivr", "voicemail", "acd", "campaign", "outbound"] {
        for canary in [NUMBER, MAIL] {
            let found = places(&kept(&conversation(canary, purpose), NONE).await, canary);
            let found: Vec<_> = found.iter().filter(|place| !is_id(place)).collect();
            assert!(found.is_empty(), "{canary} of {purpose} in {found:?}");
        }
    }
}

#[tokio::test]
async fn without_groups_a_name_is_only_where_the_organization_gives_one() {
    let everywhere = places(&conversation(NAME, "customer"), NAME);
    let found = places(&kept(&conversation(NAME, "customer"), NONE).await, NAME);
    let gone: BTreeSet<_> = everywhere.difference(&found).cloned().collect();
    let mut expected = set(&OF_SOMEBODY);
    expected.extend(set(&FREE_TEXT));
    expected.extend(set(&SAYING));
    expected.insert("attributes.what a flow put there".to_owned());
    assert_eq!(gone, expected);
    // What is left are ids, words of the vendor's, and names of what the organization has set up.
    let left: Vec<_> = found.iter().filter(|place| !is_id(place)).map(String::as_str).collect();
    assert_eq!(left, ORGANIZATIONS);
}

#[tokio::test]
async fn each_group_brings_its_own_and_nothing_else() {
    let labels: BTreeSet<String> = ORGANIZATIONS.iter().map(|place| (*place).to_owned()).collect();
    let of_somebody = set(&OF_SOMEBODY);
    // A name belongs to names wherever it stands, and a number to addresses.
    assert_eq!(more(NAMES, NAME, "customer").await, of_somebody);
    assert_eq!(more(NAMES, NUMBER, "customer").await, set(&[]));
    assert_eq!(more(NAMES, MAIL, "customer").await, set(&[]));
    assert_eq!(more(ADDRESSES, NAME, "customer").await, set(&[]));
    let quoted = labels;
    assert_eq!(more(ADDRESSES, NUMBER, "customer").await, of_somebody.union(&quoted).cloned().collect());
    // An e-mail address is one word.
    let words: BTreeSet<String> = quoted.union(&set(&SAYING)).cloned().collect();
    assert_eq!(more(ADDRESSES, MAIL, "customer").await, of_somebody.union(&words).cloned().collect());
    // Free text is kept with all that it quotes; what a machine says, with what it quotes, needs both.
    assert_eq!(more(NOTES, NAME, "customer").await, set(&[&FREE_TEXT[..], &SAYING].concat()));
    assert_eq!(more(NOTES, NUMBER, "customer").await, set(&FREE_TEXT));
    for canary in [NAME, NUMBER, MAIL] {
        assert_eq!(more(ATTRIBUTES, canary, "customer").await, set(&["attributes.what a flow put there"]));
        let record = conversation(canary, "customer");
        assert_eq!(kept(&record, Groups::ALL).await, record);
    }
    let both = format!("{NAME} {NUMBER}");
    assert_eq!(more(NAMES, &both, "customer").await, set(&[]));
    assert_eq!(more(ADDRESSES, &both, "customer").await, quoted);
}

#[tokio::test]
async fn whose_name_a_participant_bears_says_the_purpose() {
    let name = "participants.participantName";
    let has = async |purpose: &str, canary| {
        places(&kept(&conversation(canary, purpose), NONE).await, canary).contains(name)
    };
    for purpose in ["agent", "user", "AGENT"] {
        assert!(has(purpose, NAME).await, "{purpose}: a member's own name");
    }
    for purpose in ["acd", "queue", "campaign", "group", "botflow", "workflow"] {
        assert!(
            has(purpose, NAME).await && !has(purpose, NUMBER).await,
            "{purpose}: a name that the organization gave"
        );
    }
    for purpose in
        ["customer", "external", "ivr", "voicemail", "dialer", "station", "outbound", "api", "a new one", ""]
    {
        assert!(!has(purpose, NAME).await, "{purpose}: perhaps a caller's");
    }
}

#[tokio::test]
async fn of_what_is_no_time_and_no_object_is_kept_that_something_stood_there() {
    let record = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00Z", "conversationEnd": NAME,
        "participants": [NAME, null, 7, {"purpose": "agent", "userId": "u", "sessions": [
            MAIL, {"mediaType": "voice", "segments": [{"segmentType": "interact", "segmentEnd": NUMBER}]}]}],
    });
    let expected = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00Z", "conversationEnd": "?",
        "participants": ["?", null, 7, {"purpose": "agent", "userId": "u", "sessions": [
            "?", {"mediaType": "voice", "segments": [{"segmentType": "interact", "segmentEnd": "?"}]}]}],
    });
    assert_eq!(kept(&record, NONE).await, expected);
    assert_eq!(kept(&expected, NONE).await, expected);
    assert_eq!(kept(&record, Groups::ALL).await, record);
}

#[tokio::test]
async fn what_is_in_no_column_is_looked_at_as_well() {
    let session = json!({"ani": NUMBER, "remote": NAME, "mediaType": "voice", "segments": [
        {"segmentType": "interact", "subject": NAME}, null, [NAME], {"segmentType": "hold", "wrapUpNote": NUMBER}]});
    let record = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00Z",
        "surveys": [NAME], "evaluations": {"evaluationId": "e", "agentName": NAME}, "divisionIds": "d",
        "participants": [
            {"purpose": "customer", "sessions": [session, null], "ani": NUMBER, "dnis": [MAIL], "participantName": [NAME],
             "segments": [{"subject": NAME, "segmentType": "interact", "queueId": "q"}], "queueId": "q",
             "userName": NAME, "name": "Canarina", "errorInfo": {"code": 4, "message": NAME, "at": "2025-01-05 10:00"}},
            {"purpose": "agent", "userId": "worker@firm.example", "participantName": "Ada", "sessions": null,
             "newId": "n-17", "whenever": "soon", "howMany": 3},
        ],
    });
    let expected = json!({
        "conversationId": "c", "conversationStart": "2025-01-05T10:00:00Z",
        "surveys": ["?"], "evaluations": {"evaluationId": "e"}, "divisionIds": "d",
        "participants": [
            {"purpose": "customer", "sessions": [{"mediaType": "voice", "segments": [
                {"segmentType": "interact"}, null, ["?"], {"segmentType": "hold"}]}, null],
             "segments": [{"segmentType": "interact", "queueId": "q"}], "queueId": "q",
             "errorInfo": {"code": 4, "at": "2025-01-05 10:00"}},
            {"purpose": "agent", "userId": "worker@firm.example", "participantName": "Ada", "sessions": null,
             "newId": "n-17", "howMany": 3},
        ],
    });
    assert_eq!(kept(&record, NONE).await, expected);
    assert_eq!(kept(&record, Groups::ALL).await, record, "with all groups it is the vendor's record");
}

/// Members that hold words of the vendor's, or names of what the organization has set up.
const ORGANIZATIONS: &[&str] = &[
    ".accessAttributes",
    "evaluations.formName",
    "flow.endingLanguage",
    "flow.exitReason",
    "flow.flowName",
    "flow.flowVersion",
    "flow.recognitionFailureReason",
    "flow.startingLanguage",
    "flow.transferType",
    "mediaEndpointStats.codecs",
    "metrics.name",
    "outcomes.flowOutcome",
    "outcomes.flowOutcomeValue",
    "properties.property",
    "segments.errorCode",
    "segments.wrapUpCode",
    "segments.wrapUpTags",
    "sessions.cobrowseRole",
    "sessions.cobrowseRoomId",
    "sessions.dispositionAnalyzer",
    "sessions.dispositionName",
    "sessions.flowInType",
    "sessions.flowOutType",
    "sessions.journeyCustomerIdType",
    "sessions.journeyCustomerSessionIdType",
    "sessions.messageType",
    "sessions.outboundContactId",
    "sessions.protocolCallId",
    "sessions.provider",
    "sessions.requestedRoutings",
    "sessions.roomId",
    "sessions.routingRule",
    "sessions.screenShareRoomId",
    "sessions.videoRoomId",
    "surveys.surveyFormName",
    "surveys.surveyStatus",
];
