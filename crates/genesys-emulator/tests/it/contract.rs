//! The emulator against the vendor's own schema: what it answers is what the vendor declares, in both presets, and
//! what it is asked wrongly it refuses.

use std::{collections::BTreeSet, fs, path::Path};

use genesys_emulator::{Preset, Settings, Switches};
use serde_json::{Value, json};

use self::{
    validate::{Operation, Schema},
    visit::{Visit, tour, with_bodies},
};
use crate::vendor::{Answer, Vendor, settings};

#[path = "../../../../contract/validate.rs"]
mod validate;
mod visit;

/// An organization with history, and in it Ada, who holds something of everything.
struct Arranged {
    vendor: Vendor,
    ada: String,
    bea: String,
    eve: String,
}

/// Properties that the emulator takes and passes over unread, so that it does not notice another type: what it has no
/// use for in a larger object, and hints about order.
const PASSED_OVER: [(&str, &[&str]); 9] = [
    ("AgentStateQueryRequest", &["sessionOrderBy", "userOrderBy"]),
    ("Contact", &["mediaType", "type"]),
    ("ConversationAggregateQueryPredicate", &["range"]),
    ("QueueMember", &["routingStatus", "user"]),
    ("UpdateUser", &["biography", "chat", "groups", "images", "locations", "primaryContactInfo"]),
    ("UserQueue", &[]),
    ("UserRoutingLanguage", &["state"]),
    ("UserRoutingSkill", &["state"]),
    ("UserSearchRequest", &["integrationPresenceSource", "sort"]),
];

/// Whether the emulator passes a property over; of a queue it reads no more than these two.
fn is_passed_over(model: &str, property: &str) -> bool {
    let listed = PASSED_OVER.iter().find(|(name, _)| *name == model);
    listed.is_some_and(|(_, properties)| match properties {
        [] => !["id", "joined"].contains(&property),
        listed => listed.contains(&property),
    })
}

fn arranged(preset: Preset, conversations: u64) -> Arranged {
    let vendor = Vendor::new(Settings {
        users: if conversations == 0 { 0 } else { 12 },
        conversations,
        years: 1,
        rate_per_minute: 100_000,
        ..settings(preset)
    });
    let emulator = &vendor.emulator;
    let bea = emulator.user("Bea").email("bea@x.example").add();
    let ada = emulator
        .user("Ada")
        .email("ada@x.example")
        .in_division("Sales")
        .in_queue("billing")
        .in_queue("orders")
        .joined(false)
        .with_role("agent")
        .with_role_in("supervisor", "Home")
        .skill("spanish", 3.0)
        .language("french", 4.0)
        .in_group("Desk")
        .in_team("Blue")
        .station("Desk 7")
        .manager(&bea)
        .title("Agent")
        .department("Care")
        .employee_id("4711")
        .external_id("HR", "77")
        .extension("1234")
        .did("+493055501")
        .web_rtc_phone("Ada WebRTC")
        .skill_group("Spanish speakers", "spanish")
        .utilization(3)
        .direct_routing_backup(&bea)
        .call_forwarding("+491701")
        .out_of_office()
        .owns_group("Desk")
        .work_item("Refund 17")
        .work_item("Refund 18")
        .live_call()
        .parked_email()
        .greeting("Away")
        .voicemail(5)
        .trustor("Partner Org")
        .oauth_client("Exporter")
        .licence("cx3")
        .pending_evaluation()
        .finished_evaluation()
        .evaluates(&bea)
        .calibration()
        .coaching()
        .learning("Privacy")
        .management_unit("North")
        .schedule(std::time::Duration::from_secs(86_400), std::time::Duration::from_secs(8 * 3_600))
        .named_by_flow("Main IVR")
        .named_by_flow("After hours")
        .dashboard("Mine")
        .named_by_recording_policy("Keep all")
        .add();
    let eve = emulator
        .user("Eve")
        .email("eve@x.example")
        .manager(&ada)
        .preferred_in("orders")
        .skill("german", 3.0)
        .skill_group("German speakers", "german")
        .add();
    emulator.put_group_in_queue("German speakers", "billing");
    Arranged { vendor, ada, bea, eve }
}

/// Lists what is wrong with an answer.
fn answer_problems(schema: &Schema, operation: &Operation, answer: &Answer) -> Vec<String> {
    match (&operation.response, answer.text.as_str()) {
        (Some(kind), text) if !text.is_empty() => schema.problems(kind, &answer.body, "$"),
        // The vendor declares an object for DELETE of a user; 204 is what the other world reports.
        (Some(_), _) if answer.status == 204 => Vec::new(),
        (Some(_), _) => vec!["no body".to_owned()],
        (None, "" | "{}") => Vec::new(),
        (None, text) => vec![format!("a body where none is declared: {text}")],
    }
}

/// Lists what is wrong with a visit's request, or with its answer.
fn visit_problems(schema: &Schema, operation: &Operation, visit: &Visit, answer: &Answer) -> Vec<String> {
    let mut problems = Vec::new();
    let query = visit.target.split_once('?').map_or("", |(_, query)| query);
    let sent: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    for name in sent.into_iter().filter(|name| !name.is_empty() && !operation.query.contains_key(*name)) {
        problems.push(format!("the test asks for {name}"));
    }
    match (&operation.body, &visit.body) {
        (Some(kind), Some(body)) => problems.extend(schema.problems(kind, body, "the test's body")),
        (None, None) => {}
        (declared, sent) => problems.push(format!("the test sends {sent:?} for {declared:?}")),
    }
    if answer.status >= 300 {
        problems.push(format!("{} {}", answer.status, answer.text));
    } else {
        problems.extend(answer_problems(schema, operation, answer));
    }
    problems
}

fn every_answer_fits(preset: Preset) {
    let schema = Schema::load();
    let arranged = arranged(preset, 600);
    let mut visited = BTreeSet::new();
    let mut problems = Vec::new();
    tour(&arranged, &mut |visit| {
        let path = visit.target.split('?').next().unwrap();
        let (key, operation) = schema.operation(visit.method, path).unwrap_or_else(|| panic!("{visit:?}"));
        let answer = arranged.vendor.call(visit.method, &visit.target, visit.body.as_ref());
        visited.insert(key.to_owned());
        let wrong = visit_problems(&schema, operation, &visit, &answer);
        problems.extend(wrong.into_iter().map(|problem| format!("{key}: {problem}")));
        answer
    });
    assert_eq!(problems, Vec::<String>::new());
    let all: BTreeSet<String> = schema.operations.keys().cloned().collect();
    // Client credentials have no user of their own: the vendor refuses, and so does the emulator.
    let refused = BTreeSet::from(["GET /api/v2/users/me".to_owned()]);
    assert_eq!(&all - &visited, refused, "operations of the schema without a visit here");
}

#[test]
fn every_answer_of_the_documented_world_fits_the_schema() {
    every_answer_fits(Preset::Documented);
}

#[test]
fn every_answer_of_the_reported_world_fits_the_schema() {
    every_answer_fits(Preset::AsReported);
}

#[test]
fn every_generated_conversation_fits_the_schema() {
    let schema = Schema::load();
    let arranged = arranged(Preset::Documented, 600);
    let kind = json!({ "ref": "AnalyticsConversationQueryResponse" });
    let mut read = 0;
    for week in 0..54 {
        let end = "2026-03-03T00:00:00Z".parse::<jiff::Timestamp>().unwrap()
            - jiff::SignedDuration::from_hours(24 * 7 * week);
        let start = end - jiff::SignedDuration::from_hours(24 * 7);
        for page in 1.. {
            let body = json!({
                "interval": format!("{start}/{end}"),
                "paging": { "pageSize": 100, "pageNumber": page },
            });
            let answer = arranged.vendor.post("/api/v2/analytics/conversations/details/query", &body);
            assert_eq!(schema.problems(&kind, &answer.body, "$"), Vec::<String>::new());
            let found = answer.body["conversations"].as_array().map_or(0, Vec::len);
            read += found;
            if found == 0 {
                break;
            }
        }
    }
    assert!(read >= 600, "{read} conversations read");
}

#[test]
fn every_address_that_the_emulator_serves_is_the_vendors() {
    let schema = Schema::load();
    let declared: BTreeSet<&str> =
        schema.operations.keys().map(|key| key.split_once(' ').unwrap().1).collect();
    let mut served = BTreeSet::new();
    collect_addresses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/route"), &mut served);
    assert!(served.len() > 40, "{served:?}");
    let unknown: Vec<&String> = served.iter().filter(|path| !declared.contains(path.as_str())).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "add them to contract/operations.txt");
}

/// Addresses of operations in the sources: string literals without a `{}` of a format.
fn collect_addresses(directory: &Path, addresses: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_addresses(&path, addresses);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let Some((_, table)) = text.split_once("fn operations()") else { continue };
        let table = table.split("\n}\n").next().unwrap();
        addresses.extend(table.split('"').filter(|text| text.starts_with("/api/v2/")).map(str::to_owned));
    }
}

/// A value that is not of `kind`, if there is one.
fn mistyped(kind: &Value) -> Option<Value> {
    match kind.as_str() {
        Some("any") => None,
        Some("string" | "date-time" | "date") => Some(json!(17)),
        Some("integer" | "number") => Some(json!("seven")),
        Some("boolean") => Some(json!("yes")),
        Some(other) => panic!("the schema has an unknown word: {other}"),
        None if kind.get("enum").is_some() => Some(json!("no-such-value")),
        None if kind.get("array").is_some() => Some(json!({})),
        None => Some(json!(17)),
    }
}

/// Bodies with one property set to something of another type, each with what was done to it.
fn mistakes(schema: &Schema, kind: &Value, body: &Value) -> Vec<(String, Value)> {
    if let Some(items) = kind.get("array") {
        let first = mistakes(schema, items, &body[0]);
        return first.into_iter().map(|(done, item)| (done, json!([item]))).collect();
    }
    let Some(Value::String(name)) = kind.get("ref") else { return Vec::new() };
    let mut all = Vec::new();
    for (property, kind) in &schema.models[name].properties {
        let replaced = |value: Value| {
            let mut changed = body.clone();
            changed[property] = value;
            changed
        };
        if is_passed_over(name, property) {
            continue;
        }
        if let Some(wrong) = mistyped(kind) {
            all.push((format!("{name}.{property} = {wrong}"), replaced(wrong)));
        }
        if !body[property].is_null() {
            let inner = mistakes(schema, kind, &body[property]);
            all.extend(inner.into_iter().map(|(done, value)| (done, replaced(value))));
        }
    }
    all
}

#[test]
fn a_property_of_another_type_is_refused() {
    let schema = Schema::load();
    // The same seed gives the same ids again, in a world where nobody is retired yet.
    let good = with_bodies(&arranged(Preset::Documented, 0));
    let arranged = arranged(Preset::Documented, 0);
    let mut tried = BTreeSet::new();
    let mut accepted = Vec::new();
    for visit in good {
        let path = visit.target.split('?').next().unwrap();
        let (key, operation) = schema.operation(visit.method, path).unwrap();
        tried.insert(key.to_owned());
        for (done, body) in mistakes(&schema, operation.body.as_ref().unwrap(), visit.body.as_ref().unwrap())
        {
            let answer = arranged.vendor.call(visit.method, &visit.target, Some(&body));
            let error = schema.problems(&json!({ "ref": "ErrorBody" }), &answer.body, "$");
            // 501 is how the emulator says that it does not do what was asked, rather than doing something else.
            if ![400, 501].contains(&answer.status) || !error.is_empty() {
                accepted.push(format!("{key}: {done}: {} {error:?}", answer.status));
            }
        }
    }
    assert_eq!(accepted, Vec::<String>::new());
    let with_body: BTreeSet<String> = schema
        .operations
        .iter()
        .filter(|(_, operation)| operation.body.is_some())
        .map(|(key, _)| key.clone())
        .collect();
    assert_eq!(tried, with_body);
}

#[test]
fn every_switch_is_explained_in_the_page_on_the_vendor() {
    let page = include_str!("../../../../docs/vendor.md");
    let missing: Vec<_> =
        Switches::NAMES.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<&&str>::new());
    for (name, value) in Switches::of(Preset::Documented).list() {
        let row =
            page.lines().find(|line| line.contains(&format!("`{name}`")) && line.starts_with('|')).unwrap();
        assert!(row.contains(&format!("| `{value}` |")), "{name} is {value}, but the page has: {row}");
    }
    for (name, value) in Switches::of(Preset::AsReported).list() {
        let row =
            page.lines().find(|line| line.contains(&format!("`{name}`")) && line.starts_with('|')).unwrap();
        assert!(
            row.contains(&format!("`{value}`")),
            "{name} is {value} as reported, but the page has: {row}"
        );
    }
}
