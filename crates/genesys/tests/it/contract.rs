//! The client against the vendor's own schema: what it sends is what the vendor declares, and it reads whatever
//! the vendor may answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use genesys::{Disposition, Effect, Error, Needs, State};
use serde_json::{Map, Value, json};

use self::{
    calls::{effects, readings},
    validate::{Operation, Schema},
};
use crate::vendor::{Asked, Reply, USER, Vendor};

mod calls;
#[path = "../../../../contract/validate.rs"]
mod validate;

/// What the vendor declares without the name or the moment that the client's type may have.
const NAMELESS: [(&str, &str); 9] = [
    ("role_users", "UserRef { id: \"id\", name: None }"),
    ("management_unit", "name: None"),
    ("agent_schedules", "name: None"),
    ("stations_of_web_rtc_user", "associated_date: None"),
    // Users in the rules of a queue are looked for, though the vendor declares no place for them.
    ("all_queues", "preferred_users: []"),
    ("queue", "preferred_users: []"),
    // The member who is asked for is not the one of the sample.
    ("queue_member_by", "ring: None"),
    // A page of records is one by query or one of a job.
    ("details_records", "data_availability: None"),
    ("details_job_results", "total_hits: None"),
];

/// Reads whose answer the vendor may give later: without its result there is nothing to read. So it is of a job that has
/// no id or no state.
const PROMISED: [&str; 4] = ["agent_schedules", "submit_details_job", "details_job", "await_details_job"];

/// Reads whose whole answer is one list that is no page.
const LISTS: [&str; 2] = ["subject_grants", "licences"];

/// How much of a model an answer has.
#[derive(Clone, Copy, Debug)]
enum Fill {
    /// Every property; of an enum, the value at this place.
    Everything(usize),
    /// What the vendor requires, and ids.
    Required,
    /// The same, and null for every other single value. A list that is null is refused, not taken for empty.
    Nulls,
}

/// Writes an answer of `kind`, as full as `fill` says. A text is the name of its property.
fn sample(schema: &Schema, kind: &Value, fill: Fill, name: &str, within: &mut Vec<String>) -> Value {
    match kind {
        Value::String(word) => match word.as_str() {
            "boolean" => json!(true),
            "integer" | "number" => json!(if matches!(fill, Fill::Everything(_)) { 1 } else { 0 }),
            "date-time" => json!("2026-03-04T05:06:07.890Z"),
            "date" => json!("2026-03-04"),
            "any" => json!({}),
            _ if name == "interval" => json!("2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z"),
            _ if name == "nextUri" => json!("/api/v2/next?pageSize=1&after=after"),
            _ => json!(name),
        },
        Value::Object(described) => {
            if let Some(Value::Array(allowed)) = described.get("enum") {
                let place = if let Fill::Everything(place) = fill { place } else { 0 };
                return allowed[place % allowed.len()].clone();
            }
            if let Some(items) = described.get("array") {
                let full = matches!(fill, Fill::Everything(_));
                return if full { json!([sample(schema, items, fill, name, within)]) } else { json!([]) };
            }
            if let Some(values) = described.get("map") {
                let key = if name == "group" { "userId" } else { "key" };
                return json!({ key: sample(schema, values, fill, name, within) });
            }
            if let Some(Value::String(model)) = described.get("ref") {
                return sample_model(schema, model, fill, within);
            }
            sample(schema, &described["type"], fill, name, within)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            panic!("the schema has a kind that is neither a word nor an object: {kind}")
        }
    }
}

/// Models within models that have more than their single values; the client reads nothing that is deeper down.
const DEEPEST: usize = 6;

/// A model within itself has its single values only, or there would be no end.
fn sample_model(schema: &Schema, name: &str, fill: Fill, within: &mut Vec<String>) -> Value {
    let model = &schema.models[name];
    let again = within.iter().any(|outer| outer == name) || within.len() > DEEPEST;
    within.push(name.to_owned());
    let mut object = Map::new();
    for (property, kind) in &model.properties {
        let is_single = kind.is_string() || kind.get("enum").is_some();
        let is_needed = model.required.contains(property) || property == "id" || property == "conversationId";
        let value = match fill {
            Fill::Everything(_) if again && !is_single => None,
            Fill::Everything(_) => Some(sample(schema, kind, fill, property, within)),
            Fill::Required | Fill::Nulls if is_needed => Some(sample(schema, kind, fill, property, within)),
            Fill::Nulls if kind.get("array").is_none() => Some(Value::Null),
            Fill::Required | Fill::Nulls => None,
        };
        if let Some(value) = value {
            object.insert(property.clone(), value);
        }
    }
    within.pop();
    Value::Object(object)
}

/// A vendor that answers every operation of the schema with a sample of its response. A list has one page.
fn vendor(fill: Fill) -> Vendor {
    // Read once: there is a vendor for every call and every fill.
    static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::load);
    let schema = &*SCHEMA;
    Vendor::new(move |asked, _| {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let is_later = query.contains("pageNumber=") && !query.contains("pageNumber=1");
        let goes_on = ["after=", "cursor="].iter().any(|cursor| query.contains(cursor));
        let is_further = is_later || goes_on || asked.body.contains("\"after\":");
        let fill = if is_further { Fill::Required } else { fill };
        let (key, operation) = schema.operation(&asked.method, path).unwrap_or_else(|| panic!("{asked:?}"));
        match &operation.response {
            Some(kind) => Reply::json(200, &sample(schema, kind, fill, key, &mut Vec::new())),
            None => Reply::empty(204),
        }
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Lists what is wrong with a query string.
fn query_problems(operation: &Operation, query: &str) -> Vec<String> {
    let mut sent = BTreeSet::new();
    let mut problems = Vec::new();
    for (name, value) in
        query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap())
    {
        let value = decoded(value);
        sent.insert(name.to_owned());
        let kind = operation.query.get(name).map(|kind| kind.get("type").and_then(Value::as_str));
        let fits = match kind {
            None => false,
            Some(Some("integer")) => value.parse::<u64>().is_ok(),
            Some(Some("boolean")) => value == "true" || value == "false",
            Some(_) => !value.is_empty(),
        };
        if !fits {
            problems.push(format!("?{name}={value} is not {kind:?}"));
        }
    }
    let required = operation.query.iter().filter(|(_, kind)| kind.get("required").is_some());
    problems
        .extend(required.filter(|(name, _)| !sent.contains(*name)).map(|(name, _)| format!("no ?{name}")));
    problems
}

/// Lists what is wrong with a request.
fn problems(schema: &Schema, method: &str, target: &str, body: &str) -> Vec<String> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some((key, operation)) = schema.operation(method, path) else {
        return vec![format!("{method} {target}: no such operation")];
    };
    let mut problems = query_problems(operation, query);
    match (&operation.body, body.is_empty()) {
        (Some(kind), false) => {
            problems.extend(schema.problems(kind, &serde_json::from_str(body).unwrap(), "$"))
        }
        (Some(_), true) => problems.push("no body".to_owned()),
        (None, false) => problems.push("a body".to_owned()),
        (None, true) => {}
    }
    problems.into_iter().map(|problem| format!("{key}: {problem}")).collect()
}

/// Names of the functions that a source declares as `start NAME(… signature … {`.
fn declared_in(text: &str, start: &str, signature: &str) -> BTreeSet<String> {
    let functions = text.split(start).skip(1).map(|rest| rest.split_once('(').unwrap());
    functions
        .filter(|(_, rest)| rest.split('{').next().unwrap().contains(signature))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Names of the functions declared so in all sources under a directory.
fn declared_under(directory: &Path, start: &str, signature: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let names = entries.map(|path| {
        if path.is_dir() {
            declared_under(&path, start, signature)
        } else {
            declared_in(&fs::read_to_string(&path).unwrap(), start, signature)
        }
    });
    names.flatten().collect()
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn names<T>(list: &[(&'static str, T)]) -> BTreeSet<String> {
    list.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn read_all(fill: Fill) -> Vec<(&'static str, Result<String, Error>, Vec<Asked>)> {
    let mut done = Vec::new();
    for (place, (name, _)) in readings(&vendor(fill).reader()).into_iter().enumerate() {
        let vendor = vendor(fill);
        let (_, reading) = readings(&vendor.reader()).swap_remove(place);
        done.push((name, vendor.clock.run(reading), vendor.calls()));
    }
    done
}

#[test]
fn every_call_of_the_reader_is_judged_here() {
    let mut declared = declared_under(&sources(), "pub async fn ", "&self");
    assert!(declared.remove("send"), "the writer's only call");
    assert_eq!(names(&readings(&vendor(Fill::Required).reader())), declared);
}

#[test]
fn every_effect_is_judged_here() {
    let declared = declared_under(&sources().join("effect"), "pub fn ", "-> Self");
    assert_eq!(names(&effects()), declared);
    let text = fs::read_to_string(sources().join("effect.rs")).unwrap();
    assert_eq!(declared_in(&text, "pub fn ", "-> Self"), BTreeSet::new());
}

/// The vendor's words for what each operation needs, any one of a list.
#[derive(serde::Deserialize)]
struct Permissions {
    operations: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn the_permission_beside_each_endpoint_is_the_one_that_the_vendor_names() {
    let schema = Schema::load();
    let vendors: Permissions =
        serde_json::from_str(include_str!("../../../../contract/permissions.json")).unwrap();
    let mut called = BTreeSet::new();
    for (_, _, calls) in read_all(Fill::Everything(0)) {
        called.extend(calls.into_iter().map(|asked| (asked.method, asked.target)));
    }
    called.extend(effects().into_iter().map(|(_, effect)| (effect.method().to_owned(), effect.path())));
    let key = |method: &str, target: &str| {
        let path = target.split('?').next().unwrap();
        schema.operation(method, path).map(|(key, _)| key.to_owned())
    };
    let called: BTreeMap<_, _> = called
        .iter()
        .map(|(method, target)| key(method, target).unwrap())
        .map(|key| (key.clone(), vendors.operations[&key].clone()))
        .collect();
    let told: BTreeMap<_, _> = Needs::all()
        .map(|(method, template, needs)| {
            assert_eq!(Needs::of(method, template), Some(needs));
            let any_of = needs.any_of().iter().map(|&permission| permission.to_owned());
            (key(method, template).unwrap(), any_of.collect::<BTreeSet<_>>())
        })
        .collect();
    assert_eq!(told, called);
}

#[test]
fn every_read_is_asked_as_the_vendor_declares_it() {
    let schema = Schema::load();
    for (name, _, calls) in read_all(Fill::Everything(0)) {
        assert!(!calls.is_empty(), "{name} asked nothing");
        for asked in calls {
            assert_eq!(
                problems(&schema, &asked.method, &asked.target, &asked.body),
                Vec::<String>::new(),
                "{name}"
            );
        }
    }
}

#[test]
fn every_effect_is_sent_as_the_vendor_declares_it() {
    let schema = Schema::load();
    for (name, effect) in effects() {
        let body = std::str::from_utf8(effect.body_bytes()).unwrap();
        assert_eq!(problems(&schema, effect.method(), &effect.path(), body), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn everything_the_client_reads_is_something_the_vendor_declares() {
    let mut empty = Vec::new();
    // Not the first value of each enum, which makes a work item closed: those are dropped.
    for (name, read, _) in read_all(Fill::Everything(1)) {
        let mut value = read.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        for (call, reference) in NAMELESS {
            if call == name {
                value = value.replace(reference, "a reference");
            }
        }
        // Nothing of it was of another form.
        value = value.replace("unread: []", "whole");
        // A field that stays empty when every declared property is there has a name the vendor does not know.
        if [": None", ": []", "Ok(None", "[]"].iter().any(|nothing| value.contains(nothing)) {
            empty.push((name, value));
        }
    }
    assert_eq!(empty, Vec::new());
}

/// What each call tells of a thing, as its documentation says.
const TOLD: [(&str, &str); 17] = [
    ("skill_groups", "division members"),
    ("greetings", ""),
    ("trustors", "created enabled"),
    ("dashboards", "modified public shared"),
    ("learning_assignments", "due overdue state"),
    ("coaching_appointments", "facilitator start state"),
    ("calibrations", "agent conversation created"),
    ("evaluations", "agent assigned conversation evaluator state"),
    ("evaluations_without_deleted_users", "agent assigned conversation evaluator state"),
    ("voicemail_messages", "conversation created read"),
    ("teams", "division members"),
    ("skills", "state"),
    ("languages", "state"),
    ("management_unit", "business_unit"),
    ("agent_schedules", "minutes schedule start"),
    ("flows_naming", "deleted type version"),
    ("work_items_of", "due queue state type"),
];

#[test]
fn of_each_thing_is_told_what_is_promised() {
    let mut told = Vec::new();
    for (name, read, _) in read_all(Fill::Everything(1)) {
        if let Some((_, detail)) = read.unwrap().split_once("detail: {") {
            let (detail, _) = detail.split_once('}').unwrap();
            let words =
                detail.split("\", \"").map(|fact| fact.split_once("\": ").map_or("", |(word, _)| word));
            let words: Vec<_> = words.map(|word| word.trim_start_matches('"')).collect();
            told.push((name, words.join(" ")));
        }
    }
    let promised = TOLD.map(|(name, words)| (name, words.to_owned()));
    assert_eq!(told, promised);
}

#[test]
fn every_value_of_an_enum_can_be_read() {
    for place in 1..32 {
        for (name, read, _) in read_all(Fill::Everything(place)) {
            assert!(read.is_ok(), "{name}, value {place}: {read:?}");
        }
    }
}

/// What is not required may be missing from an answer, but for a list that was asked for: its absence is not "none".
fn is_as_said<T: std::fmt::Debug>(name: &str, read: &Result<T, genesys::Error>) -> bool {
    let told = format!("{read:?}");
    let list_left_out = told.contains("kind: Incomplete")
        || (LISTS.contains(&name) && told.contains("kind: UnexpectedShape"));
    read.is_ok() != (PROMISED.contains(&name) || list_left_out)
}

#[test]
fn what_the_vendor_does_not_require_may_be_absent() {
    for (name, read, _) in read_all(Fill::Required) {
        assert!(is_as_said(name, &read), "{name}: {read:?}");
    }
}

#[test]
fn what_the_vendor_does_not_require_may_be_null() {
    for (name, read, _) in read_all(Fill::Nulls) {
        assert!(is_as_said(name, &read), "{name}: {read:?}");
    }
}

#[test]
fn every_effect_takes_the_declared_answer() {
    for (name, effect) in effects() {
        let vendor = vendor(Fill::Everything(0));
        let receipt = vendor.clock.run(vendor.writer().send(&effect));
        assert!(receipt.is_ok(), "{name}: {receipt:?}");
    }
}

#[test]
fn the_vendors_error_body_is_read() {
    let schema = Schema::load();
    let mut body = sample(&schema, &json!({ "ref": "ErrorBody" }), Fill::Everything(0), "", &mut Vec::new());
    body["code"] = json!("general.conflict");
    body["message"] = json!("The version supplied does not match the current version of the user");
    body["contextId"] = json!("c0ffee");
    assert_eq!(schema.problems(&json!({ "ref": "ErrorBody" }), &body, "$"), Vec::<String>::new());
    let vendor = Vendor::script(vec![Reply::json(409, &body)]);
    let effect = Effect::set_state(USER, 7, State::Inactive);
    let error = vendor.clock.run(vendor.writer().send(&effect)).unwrap_err();
    assert_eq!(error.code(), Some("general.conflict"));
    assert_eq!(error.correlation_id(), Some("c0ffee"));
    assert_eq!(error.disposition(), Disposition::VersionClash);
}
