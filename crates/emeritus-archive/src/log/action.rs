//! The actions of a commit, as JSON lines.

use std::collections::{BTreeMap, BTreeSet};

use object_store::PutPayload;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Definition;

/// A file that a commit adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Add {
    /// Path in the table, percent-encoded as the protocol asks.
    pub(crate) path: String,
    pub(crate) partition_values: BTreeMap<String, Option<String>>,
    pub(crate) size: i64,
    pub(crate) modification_time: i64,
    pub(crate) data_change: bool,
    /// Counts and bounds, JSON in a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stats: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tags: Option<BTreeMap<String, Option<String>>>,
}

impl Add {
    pub(super) fn to_json(&self) -> Value {
        json!({"add": self})
    }

    /// Its path in the store's own spelling.
    pub(crate) fn decoded_path(&self) -> String {
        let mut out = Vec::with_capacity(self.path.len());
        let mut rest = self.path.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            let escaped = (byte == b'%')
                .then(|| tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
                .flatten()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            out.push(escaped.unwrap_or(byte));
            rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    /// A member of `stats`.
    pub(crate) fn stat(&self, pointer: &str) -> Option<Value> {
        let stats: Value = serde_json::from_str(self.stats.as_deref()?).ok()?;
        stats.pointer(pointer).cloned()
    }

    /// A tag.
    pub(crate) fn tag(&self, name: &str) -> Option<&str> {
        self.tags.as_ref()?.get(name)?.as_deref()
    }

    pub(crate) fn partition(&self, name: &str) -> Option<&str> {
        self.partition_values.get(name)?.as_deref()
    }
}

/// One line of a commit, as far as an append-only table needs it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) add: Option<Add>,
    pub(super) txn: Option<Txn>,
    pub(super) protocol: Option<Protocol>,
    pub(super) meta_data: Option<Value>,
    pub(super) remove: Option<Remove>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Txn {
    pub(super) app_id: String,
    pub(super) version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Protocol {
    pub(crate) min_reader_version: i64,
    pub(crate) min_writer_version: i64,
}

/// Only a rewrite without a change of data (`OPTIMIZE` of another engine) may take a file out.
#[derive(Debug, Deserialize)]
pub(super) struct Remove {
    pub(super) path: String,
}

/// What makes a table, in its first commit.
pub(super) fn creation(definition: &Definition, at: i64) -> [Value; 2] {
    [
        json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}),
        json!({"metaData": metadata(definition, at)}),
    ]
}

fn metadata(definition: &Definition, at: i64) -> Value {
    json!({
        // The table's own name would do, but engines expect a UUID; two that create it at once must agree.
        "id": id(definition.name),
        "name": definition.name,
        "description": definition.description,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": (definition.schema)().to_string(),
        "partitionColumns": definition.partitions,
        "configuration": {"delta.appendOnly": "true"},
        "createdTime": at,
    })
}

/// The metadata of a table that was made with fewer columns than it has by now; `None` when none are missing.
pub(super) fn grown(definition: &Definition, old: &Value) -> Option<Value> {
    let schema = (definition.schema)();
    let text = old.get("schemaString").and_then(Value::as_str)?;
    let before = leaves(&serde_json::from_str(text).ok()?);
    let now = leaves(&schema);
    // Columns that only a later version knows stay as it wrote them.
    if now.is_subset(&before) || !before.is_subset(&now) {
        return None;
    }
    let mut metadata = old.clone();
    metadata.as_object_mut()?.insert("schemaString".to_owned(), schema.to_string().into());
    Some(json!({"metaData": metadata}))
}

/// The paths of a schema's columns.
fn leaves(schema: &Value) -> BTreeSet<String> {
    let mut leaves = BTreeSet::new();
    let mut open = vec![(String::new(), schema.clone())];
    while let Some((path, kind)) = open.pop() {
        if let Some(element) = kind.get("elementType") {
            open.push((path, element.clone()));
        } else if let Some(fields) = kind.get("fields").and_then(Value::as_array) {
            for field in fields {
                let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
                open.push((format!("{path}.{name}"), field.get("type").cloned().unwrap_or_default()));
            }
        } else {
            leaves.insert(path);
        }
    }
    leaves
}

/// A UUID (version 8) from a name.
fn id(name: &str) -> String {
    let mut hash = crate::canonical::sha256(name.as_bytes());
    hash[6] = hash[6] & 0x0f | 0x80;
    hash[8] = hash[8] & 0x3f | 0x80;
    let hex = crate::hex::hex(&hash);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The name under which a commit is made once.
pub(super) fn transaction(name: &str, at: i64) -> Value {
    json!({"txn": {"appId": name, "version": 1, "lastUpdated": at}})
}

pub(super) fn info(at: i64) -> Value {
    json!({"commitInfo": {
        "timestamp": at,
        "operation": "WRITE",
        "operationParameters": {"mode": "Append"},
        "isBlindAppend": true,
        "engineInfo": concat!("emeritus-archive/", env!("CARGO_PKG_VERSION")),
    }})
}

pub(super) fn lines(actions: &[Value]) -> PutPayload {
    let mut out = String::new();
    for action in actions {
        out.push_str(&action.to_string());
        out.push('\n');
    }
    PutPayload::from(out)
}
