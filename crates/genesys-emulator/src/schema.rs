//! Request bodies against the vendor's own schema, before an operation sees them.
//!
//! The schema is made from the vendor's SDK by `contract/generate.py`. Judging bodies by it, and not by what the
//! operations happen to read, makes the emulator refuse a misspelt field that no operation looks at.

use std::{collections::HashMap, sync::LazyLock};

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{operation::Operation, reply::Failure};

#[derive(Deserialize)]
struct Schema {
    operations: HashMap<String, Declared>,
    models: HashMap<String, Model>,
}

#[derive(Deserialize)]
struct Declared {
    #[serde(default)]
    body: Option<Kind>,
}

#[derive(Deserialize)]
struct Model {
    properties: HashMap<String, Kind>,
    #[serde(default)]
    required: Vec<String>,
}

/// What a value is to be.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
enum Kind {
    Any,
    Text,
    Flag,
    Integer,
    Number,
    Instant,
    Date,
    Word(Vec<String>),
    List(Box<Self>),
    Map(Box<Self>),
    Model(String),
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../contract/genesys-schema.json"))
        .expect("the committed schema can be read; a test reads it")
});

/// Refuses a body that is not what the vendor declares for `operation`.
pub(crate) fn check_body(operation: &Operation, body: &[u8]) -> Result<(), Failure> {
    let key = format!("{} {}", operation.method, operation.path);
    let Some(kind) = SCHEMA.operations.get(&key).and_then(|declared| declared.body.as_ref()) else {
        return Ok(());
    };
    let value: Value = serde_json::from_slice(body).map_err(Failure::bad_request)?;
    SCHEMA.check(kind, &value, "body")
}

impl Schema {
    fn check(&self, kind: &Kind, value: &Value, at: &str) -> Result<(), Failure> {
        let fits = match kind {
            Kind::Any => true,
            Kind::Text => value.is_string(),
            Kind::Flag => value.is_boolean(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Instant => return check_date(value, |text| text.parse::<Timestamp>().is_ok()),
            Kind::Date => return check_date(value, |text| text.parse::<Date>().is_ok()),
            Kind::Word(allowed) => return check_word(value, allowed, at),
            Kind::List(items) => match value.as_array() {
                Some(list) => return list.iter().try_for_each(|item| self.check(items, item, at)),
                None => false,
            },
            Kind::Map(values) => match value.as_object() {
                Some(map) => return map.values().try_for_each(|item| self.check(values, item, at)),
                None => false,
            },
            Kind::Model(name) => match (value.as_object(), self.models.get(name)) {
                (Some(object), Some(model)) => return self.check_model(model, object, at),
                (Some(_), None) => true,
                (None, _) => false,
            },
        };
        if fits { Ok(()) } else { Err(Failure::bad_request(format_args!("[{at}] is of another type."))) }
    }

    /// `null` is as good as absent. Objects within objects may be shortened to a reference.
    fn check_model(&self, model: &Model, object: &Map<String, Value>, at: &str) -> Result<(), Failure> {
        let inner = at != "body";
        let is_reference =
            inner && object.keys().all(|key| ["id", "name", "selfUri"].contains(&key.as_str()));
        let missing = model.required.iter().find(|name| object.get(*name).is_none_or(Value::is_null));
        if let Some(name) = missing.filter(|_| !is_reference) {
            return Err(Failure::bad_request(format_args!("[{name}] is required.")));
        }
        for (name, value) in object {
            match model.properties.get(name) {
                None => return Err(Failure::bad_request(format_args!("unknown field [{name}]"))),
                Some(_) if value.is_null() => {}
                Some(kind) => self.check(kind, value, name)?,
            }
        }
        Ok(())
    }
}

fn check_date(value: &Value, fits: impl Fn(&str) -> bool) -> Result<(), Failure> {
    if value.as_str().is_some_and(fits) { Ok(()) } else { Err(Failure::invalid_date()) }
}

fn check_word(value: &Value, allowed: &[String], at: &str) -> Result<(), Failure> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if allowed.contains(&text) {
        return Ok(());
    }
    // The vendor names the type, which is called like the field but begins with a capital.
    let mut letters = at.chars();
    let kind: String =
        letters.next().iter().flat_map(|letter| letter.to_uppercase()).chain(letters).collect();
    Err(Failure::invalid_value(&text, &kind, &allowed.join(", ")))
}

/// A kind in the schema that is not one of those above.
#[derive(Debug, thiserror::Error)]
#[error("the schema has no kind {given}")]
struct UnknownKind {
    given: Value,
}

impl TryFrom<Value> for Kind {
    type Error = UnknownKind;

    fn try_from(given: Value) -> Result<Self, UnknownKind> {
        let inner = |name: &str| given.get(name).cloned();
        if let Some(word) = given.as_str() {
            return Ok(match word {
                "any" => Self::Any,
                "string" => Self::Text,
                "boolean" => Self::Flag,
                "integer" => Self::Integer,
                "number" => Self::Number,
                "date-time" => Self::Instant,
                "date" => Self::Date,
                _ => return Err(UnknownKind { given }),
            });
        }
        if let Some(Value::Array(words)) = inner("enum") {
            return Ok(Self::Word(words.iter().filter_map(Value::as_str).map(str::to_owned).collect()));
        }
        if let Some(items) = inner("array") {
            return Ok(Self::List(Box::new(items.try_into()?)));
        }
        if let Some(values) = inner("map") {
            return Ok(Self::Map(Box::new(values.try_into()?)));
        }
        match inner("ref") {
            Some(Value::String(name)) => Ok(Self::Model(name)),
            _ => Err(UnknownKind { given }),
        }
    }
}
