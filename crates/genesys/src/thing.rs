//! Things that hang on a user and of which a person wants to know only what they are: an id, a name and a few facts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::{error::Error, page::Entry, reader::Reader, request::Call};

/// Something that hangs on a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Id.
    pub id: String,
    /// Name, where it has one and the vendor told it.
    pub name: Option<String>,
    /// What a person wants to know of it, by words of this crate, for example `state` or `due`; each call says which. What
    /// the vendor did not tell is left out. Moments are written as the vendor writes them.
    pub detail: BTreeMap<String, String>,
}

/// What is told of a kind of thing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// Where the name is, as a JSON pointer.
    pub(crate) name: &'static str,
    /// Each fact and where it is.
    pub(crate) detail: &'static [(&'static str, &'static str)],
}

/// A vendor's document with an id, whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct Document {
    id: String,
    value: Value,
}

/// A document of the vendor has no id.
#[derive(Debug, thiserror::Error)]
#[error("no id")]
pub(crate) struct NoId;

impl TryFrom<Value> for Document {
    type Error = NoId;

    fn try_from(value: Value) -> Result<Self, NoId> {
        let id = value.get("id").and_then(Value::as_str).ok_or(NoId)?.to_owned();
        Ok(Self { id, value })
    }
}

impl Entry for Document {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Document {
    pub(crate) fn into_value(self) -> Value {
        self.value
    }

    /// Returns the text at a place.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        text(self.value.pointer(pointer)?)
    }

    pub(crate) fn into_thing(self, facts: Facts) -> Thing {
        let detail = facts
            .detail
            .iter()
            .filter_map(|(word, pointer)| Some(((*word).to_owned(), self.text(pointer)?)))
            .collect();
        Thing { name: self.text(facts.name), detail, id: self.id }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns documents as things.
pub(crate) fn things(documents: Vec<Document>, facts: Facts) -> Vec<Thing> {
    documents.into_iter().map(|document| document.into_thing(facts)).collect()
}

impl Reader {
    /// Reads a whole list of things; `call` is the request without its page.
    pub(crate) async fn list_things(&self, call: &Call, facts: Facts) -> Result<Vec<Thing>, Error> {
        let documents = self.list::<Document>(&|page| self.on_page(call.clone(), page)).await?;
        Ok(things(documents, facts))
    }

    /// Reads a whole list of documents; `call` is the request without its page.
    pub(crate) async fn list_documents(&self, call: &Call) -> Result<Vec<Value>, Error> {
        let documents = self.list::<Document>(&|page| self.on_page(call.clone(), page)).await?;
        Ok(documents.into_iter().map(Document::into_value).collect())
    }
}
