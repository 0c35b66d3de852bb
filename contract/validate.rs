//! Reads `genesys-schema.json` and judges JSON by it.
//!
//! Both contract tests include this file. It is test code and shared on purpose: the client and the emulator
//! share no type, and here it is the vendor's schema that they share.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The vendor's words for the operations in use.
#[derive(Deserialize)]
pub(crate) struct Schema {
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) models: BTreeMap<String, Model>,
}

/// One operation, under the key `METHOD /path/{with}/{names}`.
#[derive(Deserialize)]
pub(crate) struct Operation {
    pub(crate) query: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) response: Option<Value>,
}

/// One model: what each property is, and which must be there.
#[derive(Deserialize)]
pub(crate) struct Model {
    pub(crate) properties: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
}

/// What a reference to something has; the rest is read where it is at home.
const REFERENCE: [&str; 3] = ["id", "name", "selfUri"];

impl Schema {
    pub(crate) fn load() -> Self {
        serde_json::from_str(include_str!("genesys-schema.json")).expect("the committed schema is valid")
    }

    /// Finds the operation that a request is for. A literal segment is a better match than a name.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<(&str, &Operation)> {
        self.operations
            .iter()
            .filter(|(key, _)| {
                let (verb, template) = key.split_once(' ').expect("a key is METHOD /path");
                verb == method && matches(template, path)
            })
            .min_by_key(|(key, _)| key.matches('{').count())
            .map(|(key, operation)| (key.as_str(), operation))
    }

    /// Lists what is wrong with `value` if it should be a `kind`; `at` is where it was found.
    pub(crate) fn problems(&self, kind: &Value, value: &Value, at: &str) -> Vec<String> {
        let wrong = |expected: &str| vec![format!("{at}: {value} is not {expected}")];
        match kind {
            Value::String(word) => {
                if is_scalar(word, value) {
                    Vec::new()
                } else {
                    wrong(word)
                }
            }
            Value::Object(described) => {
                self.structured(described, value, at).unwrap_or_else(|| wrong(&kind.to_string()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                panic!("the schema has a kind that is neither a word nor an object: {kind}")
            }
        }
    }

    fn structured(&self, kind: &Map<String, Value>, value: &Value, at: &str) -> Option<Vec<String>> {
        if let Some(allowed) = kind.get("enum") {
            return allowed.as_array()?.contains(value).then(Vec::new);
        }
        if let Some(items) = kind.get("array") {
            let each = value.as_array()?.iter().enumerate();
            return Some(
                each.flat_map(|(n, item)| self.problems(items, item, &format!("{at}[{n}]"))).collect(),
            );
        }
        if let Some(values) = kind.get("map") {
            let each = value.as_object()?.iter();
            return Some(
                each.flat_map(|(key, item)| self.problems(values, item, &format!("{at}[{key:?}]"))).collect(),
            );
        }
        if let Some(name) = kind.get("ref") {
            return Some(self.model_problems(name.as_str()?, value.as_object()?, at));
        }
        Some(self.problems(kind.get("type")?, value, at))
    }

    fn model_problems(&self, name: &str, object: &Map<String, Value>, at: &str) -> Vec<String> {
        let model = self.models.get(name).unwrap_or_else(|| panic!("the schema has no {name}"));
        // Within another object the vendor shortens a model to a reference, such as the manager of a user.
        let is_reference = at.contains('.') && object.keys().all(|key| REFERENCE.contains(&key.as_str()));
        let missing =
            model.required.iter().filter(|property| !is_reference && !object.contains_key(*property));
        let mut problems: Vec<String> =
            missing.map(|property| format!("{at}: {name} has no {property}")).collect();
        for (property, value) in object {
            match model.properties.get(property) {
                Some(kind) => problems.extend(self.problems(kind, value, &format!("{at}.{property}"))),
                None => problems.push(format!("{at}: {name} does not know {property}")),
            }
        }
        problems
    }
}

/// Whether `path` is an instance of `template`.
fn matches(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(name, segment)| name == segment || (name.starts_with('{') && !segment.is_empty()))
}

fn is_scalar(word: &str, value: &Value) -> bool {
    match word {
        "any" => true,
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "date-time" => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        "date" => value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        other => panic!("the schema has an unknown word: {other}"),
    }
}
