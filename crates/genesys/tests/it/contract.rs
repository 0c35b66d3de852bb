//! The client against the vendor's own schema: what it sends is what the vendor declares, and it reads whatever
//! the vendor may answer.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    pin::Pin,
};

use genesys::{
    ConversationQuery, Criterion, Disposition, Effect, Error, Expand, Interval, Order, OrderBy, Reader,
    Reason, State,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::validate::{Operation, Schema};
use crate::vendor::{Asked, Reply, USER, Vendor};

#[path = "../../../../contract/validate.rs"]
mod validate;

const OTHER: &str = "a1b2c3d4-0000-4000-8000-000000000002";

/// References that the vendor declares without a name; the client's type for references may have one.
const NAMELESS: [(&str, &str); 1] = [("role_users", "UserRef { id: \"id\", name: None }")];

type Reading = Pin<Box<dyn Future<Output = Result<String, Error>>>>;

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
                return json!({ "key": sample(schema, values, fill, name, within) });
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

/// A model within itself has its single values only, or there would be no end.
fn sample_model(schema: &Schema, name: &str, fill: Fill, within: &mut Vec<String>) -> Value {
    let model = &schema.models[name];
    let again = within.iter().any(|outer| outer == name);
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
    let schema = Schema::load();
    Vendor::new(move |asked, _| {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let is_further = query.contains("pageNumber=") && !query.contains("pageNumber=1");
        let fill = if is_further { Fill::Required } else { fill };
        let (key, operation) = schema.operation(&asked.method, path).unwrap_or_else(|| panic!("{asked:?}"));
        match &operation.response {
            Some(kind) => Reply::json(200, &sample(&schema, kind, fill, key, &mut Vec::new())),
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

/// Every call of the reader, by name. The texts are those of the samples, so that what is compared again matches.
fn readings(reader: &Reader) -> Vec<(&'static str, Reading)> {
    macro_rules! readings {
        ($($name:ident($($argument:expr),*);)*) => {
            vec![$((stringify!($name), {
                let reader = reader.clone();
                Box::pin(async move { reader.$name($($argument),*).await.map(|value| format!("{value:?}")) }) as Reading
            })),*]
        };
    }
    let expand = [
        Expand::RoutingStatus,
        Expand::Presence,
        Expand::Station,
        Expand::Authorization,
        Expand::LastTokenIssued,
        Expand::Team,
        Expand::Groups,
        Expand::Skills,
        Expand::Languages,
        Expand::EmployerInfo,
        Expand::DateLastLogin,
    ];
    let day = |text: &str| text.parse::<Timestamp>().unwrap();
    let interval = Interval::new(day("2026-01-01T00:00:00Z"), day("2026-01-08T00:00:00Z")).unwrap();
    let everything = ConversationQuery::new(interval)
        .user(USER)
        .live_only()
        .order(Order::Descending, OrderBy::ConversationEnd)
        .page(2)
        .page_size(50);
    readings! {
        user(USER, &expand);
        deleted_user(USER, &[]);
        user_by_external_id("H R", "4711/a");
        external_ids(USER);
        user_state(USER);
        direct_reports(USER);
        superiors(USER);
        presence(USER);
        search_users(&[Criterion::exact("name", "Ada"), Criterion::states(&[State::Inactive])]);
        users_by_email("email");
        users_by_employee_id("employeeId");
        user_queues(USER);
        queue_members(OTHER);
        queue_member_by(OTHER, USER);
        user_skills(USER);
        user_languages(USER);
        routing_status(USER);
        divisions();
        subject_grants(USER);
        roles();
        role_users(OTHER);
        group(OTHER);
        organization();
        oauth_client(OTHER);
        station(USER);
        agent_status(USER);
        retention_settings();
        data_availability();
        details_page(&everything);
    }
}

fn effects() -> Vec<(&'static str, Effect)> {
    macro_rules! effects {
        ($($name:ident($($argument:expr),*);)*) => {
            vec![$((stringify!($name), Effect::$name($($argument),*))),*]
        };
    }
    effects! {
        set_state(USER, 7, State::Inactive);
        put_state(USER, 7, State::Inactive, Reason::Voluntary);
        delete_user(USER);
        revoke_tokens(USER);
        disassociate_station(USER);
        clear_default_station(USER);
        associate_station(USER, OTHER);
        set_default_station(USER, OTHER);
        leave_queue(OTHER, USER);
        join_queue(OTHER, USER);
        set_queue_joined(USER, OTHER, true);
        grant_roles(USER, &[(OTHER, "*")]);
        remove_roles(USER, &[(OTHER, OTHER)]);
        replace_skills(USER, &[(OTHER, 4.5)]);
        update_languages(USER, &[(OTHER, 4.0)]);
        remove_skill(USER, OTHER);
        remove_language(USER, OTHER);
        move_to_division(USER, OTHER);
        set_manager(USER, 7, Some(OTHER));
        join_group(OTHER, 3, USER);
        leave_group(OTHER, USER);
    }
}

/// Names of the functions that a source declares as `start NAME(… signature … {`.
fn declared_in(text: &str, start: &str, signature: &str) -> BTreeSet<String> {
    let functions = text.split(start).skip(1).map(|rest| rest.split_once('(').unwrap());
    functions
        .filter(|(_, rest)| rest.split('{').next().unwrap().contains(signature))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Names of the calls that a reader or writer has, from all sources under a directory.
fn calls_in(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let names = entries.map(|path| {
        if path.is_dir() {
            calls_in(&path)
        } else {
            declared_in(&fs::read_to_string(&path).unwrap(), "pub async fn ", "&self")
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
    let mut declared = calls_in(&sources());
    assert!(declared.remove("send"), "the writer's only call");
    assert_eq!(names(&readings(&vendor(Fill::Required).reader())), declared);
}

#[test]
fn every_effect_is_judged_here() {
    let text = fs::read_to_string(sources().join("effect.rs")).unwrap();
    assert_eq!(names(&effects()), declared_in(&text, "pub fn ", "-> Self"));
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
    for (name, read, _) in read_all(Fill::Everything(0)) {
        let mut value = read.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        for (call, reference) in NAMELESS {
            if call == name {
                value = value.replace(reference, "a reference");
            }
        }
        // A field that stays empty when every declared property is there has a name the vendor does not know.
        if [": None", ": []", "Ok(None", "[]"].iter().any(|nothing| value.contains(nothing)) {
            empty.push((name, value));
        }
    }
    assert_eq!(empty, Vec::new());
}

#[test]
fn every_value_of_an_enum_can_be_read() {
    for place in 1..32 {
        for (name, read, _) in read_all(Fill::Everything(place)) {
            assert!(read.is_ok(), "{name}, value {place}: {read:?}");
        }
    }
}

#[test]
fn what_the_vendor_does_not_require_may_be_absent() {
    for (name, read, _) in read_all(Fill::Required) {
        assert!(read.is_ok(), "{name}: {read:?}");
    }
}

#[test]
fn what_the_vendor_does_not_require_may_be_null() {
    for (name, read, _) in read_all(Fill::Nulls) {
        assert!(read.is_ok(), "{name}: {read:?}");
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
