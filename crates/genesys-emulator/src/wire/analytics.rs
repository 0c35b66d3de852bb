//! Analytics records as the vendor writes them: objects of named fields, absent when they have no value.
//!
//! The vendor's `AnalyticsConversationWithoutAttributes` and what it contains have some two hundred optional
//! properties; a record is therefore kept as the fields it has, in order, borrowed until it is written.

pub(crate) mod request;

use serde_json::Value;
use uuid::Uuid;

use crate::generate::text;

/// Most characters of an attribute's value that the results of a details job give.
pub(crate) const ATTRIBUTE_MAX: usize = 1_024;

/// A JSON object being put together.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    fields: Vec<(&'static str, Field<'a>)>,
}

/// The value of one field.
#[derive(Debug)]
pub(crate) enum Field<'a> {
    /// A string that lives elsewhere.
    Text(&'a str),
    /// A string made for the record.
    Owned(String),
    /// A UUID.
    Id(Uuid),
    /// An instant, in milliseconds since the epoch.
    Time(i64),
    /// A whole number.
    Integer(i64),
    /// A number, in hundredths.
    Hundredths(i64),
    /// A truth value.
    Flag(bool),
    /// A metric: when it was emitted, its name and its value.
    Metric(i64, &'static str, i64),
    /// A list.
    List(Vec<Self>),
    /// A nested object.
    Object(Object<'a>),
}

impl<'a> Object<'a> {
    /// An object with nothing in it.
    pub(crate) fn new() -> Self {
        Self { fields: Vec::with_capacity(16) }
    }

    /// Adds a field; for chaining.
    pub(crate) fn with(mut self, name: &'static str, value: Field<'a>) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Adds a field if it has a value; for chaining.
    pub(crate) fn maybe(mut self, name: &'static str, value: Option<Field<'a>>) -> Self {
        self.set_maybe(name, value);
        self
    }

    /// Adds a field.
    pub(crate) fn set(&mut self, name: &'static str, value: Field<'a>) {
        self.fields.push((name, value));
    }

    /// Adds a field if it has a value.
    pub(crate) fn set_maybe(&mut self, name: &'static str, value: Option<Field<'a>>) {
        self.fields.extend(value.map(|value| (name, value)));
    }

    /// Adds all fields of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        self.fields.extend(other.fields);
    }

    /// Adds a list of objects unless it is empty, as the vendor leaves empty lists out.
    pub(crate) fn set_objects(&mut self, name: &'static str, objects: Vec<Self>) {
        if !objects.is_empty() {
            self.set(name, Field::List(objects.into_iter().map(Field::Object).collect()));
        }
    }

    /// Appends the object as JSON text.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
            value.write(out);
        }
        out.push(b'}');
    }
}

impl Field<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => text::string(out, text),
            Self::Owned(text) => text::string(out, text),
            Self::Id(id) => text::uuid(out, *id),
            Self::Time(at_ms) => text::time(out, *at_ms),
            Self::Integer(number) => text::integer(out, *number),
            Self::Hundredths(hundredths) => text::decimal(out, *hundredths),
            Self::Flag(true) => out.extend_from_slice(b"true"),
            Self::Flag(false) => out.extend_from_slice(b"false"),
            Self::Metric(at_ms, name, value) => {
                out.extend_from_slice(b"{\"emitDate\":");
                text::time(out, *at_ms);
                out.extend_from_slice(b",\"name\":");
                text::string(out, name);
                out.extend_from_slice(b",\"value\":");
                text::integer(out, *value);
                out.push(b'}');
            }
            Self::List(items) => {
                out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(object) => object.write(out),
        }
    }
}

/// One page of the details query as response text: `conversations` where `with_list` says so, then `totalHits`.
pub(crate) fn details_page(records: &[Vec<u8>], total_hits: u64, with_list: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + records.iter().map(|record| record.len() + 1).sum::<usize>());
    out.push(b'{');
    if with_list {
        conversations(&mut out, records);
        out.push(b',');
    }
    out.extend_from_slice(b"\"totalHits\":");
    text::integer(&mut out, i64::try_from(total_hits).unwrap_or(i64::MAX));
    out.push(b'}');
    out
}

/// One page of a details job's results as response text.
pub(crate) fn job_page(records: &[Vec<u8>], cursor: Option<&str>, available_ms: i64) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + records.iter().map(|record| record.len() + 1).sum::<usize>());
    out.push(b'{');
    conversations(&mut out, records);
    if let Some(cursor) = cursor {
        out.extend_from_slice(b",\"cursor\":");
        text::string(&mut out, cursor);
    }
    out.extend_from_slice(b",\"dataAvailabilityDate\":");
    text::time(&mut out, available_ms);
    out.push(b'}');
    out
}

/// The answer to a request for several conversations by id, as response text.
pub(crate) fn details_by_id(records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![b'{'];
    conversations(&mut out, records);
    out.push(b'}');
    out
}

fn conversations(out: &mut Vec<u8>, records: &[Vec<u8>]) {
    out.extend_from_slice(b"\"conversations\":[");
    for (at, record) in records.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(record);
    }
    out.push(b']');
}

/// How far a details job is: the vendor's `AsyncQueryStatus`.
pub(crate) fn job_status(
    state: &str,
    error: Option<&str>,
    submitted: &str,
    completed: Option<&str>,
    expires: Option<&str>,
) -> Value {
    let fields = [
        ("state", Some(state)),
        ("errorMessage", error),
        ("expirationDate", expires),
        ("submissionDate", Some(submitted)),
        ("completionDate", completed),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))).collect()
}
