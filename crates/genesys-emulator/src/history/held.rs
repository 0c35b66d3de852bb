//! Conversations that were given rather than generated: imported or added, kept as they came.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::metric::{AgentMetric, Emission};
use super::raw::Raw;
use super::show::{Form, shortened};
use super::stream::parse_id;

/// Why a record cannot be held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    /// It is not a JSON object.
    #[error("the record is not a JSON object")]
    NotAnObject,
    /// A field that says where the record belongs is absent or of another type.
    #[error("{field} is missing or not {expected}")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

/// A record with attributes, as the two ways of reading show it.
#[derive(Debug)]
struct Shown {
    by_query: Box<[u8]>,
    by_job: Box<[u8]>,
}

/// One record and what it is found by.
#[derive(Debug)]
pub(super) struct Held {
    text: Box<[u8]>,
    /// The record as queries and as jobs show it, where it has attributes.
    shown: Option<Shown>,
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    users: Vec<Uuid>,
    pub(super) emissions: Vec<Emission>,
}

impl Held {
    /// Reads what the record is found by; `text` is what will be served.
    fn read(text: &[u8], record: &Value) -> Result<(Uuid, Self), HoldError> {
        let fields = record.as_object().ok_or(HoldError::NotAnObject)?;
        let id = fields.get("conversationId").and_then(Value::as_str).and_then(parse_id);
        let id = id.ok_or(HoldError::Field { field: "conversationId", expected: "a UUID" })?;
        // Saved records lack it, or tell it in words: then it began with the first thing that is known of it.
        let start = instant(fields.get("conversationStart")).or_else(|| earliest(record));
        let start =
            start.ok_or(HoldError::Field { field: "conversationStart", expected: "an ISO-8601 instant" })?;
        let end = match fields.get("conversationEnd") {
            None | Some(Value::Null) => None,
            given => Some(instant(given).unwrap_or(start)),
        };
        let shown = shown(text, record)?;
        let mut held =
            Self { text: text.into(), shown, start, end, users: Vec::new(), emissions: Vec::new() };
        for participant in list(record, "participants") {
            held.read_participant(participant);
        }
        Ok((id, held))
    }

    fn read_participant(&mut self, participant: &Value) {
        // Saved records have e-mail addresses, numbers and the like there: the record stays as it is, and nobody here is meant.
        let user = participant.get("userId").and_then(Value::as_str).and_then(parse_id);
        let Some(user) = user else { return };
        if !self.users.contains(&user) {
            self.users.push(user);
        }
        for session in list(participant, "sessions") {
            let media = session.get("mediaType").and_then(Value::as_str).unwrap_or("unknown");
            for metric in list(session, "metrics") {
                let name = metric.get("name").and_then(Value::as_str).and_then(AgentMetric::named);
                let (Some(metric_name), Some(at)) = (name, instant(metric.get("emitDate"))) else { continue };
                let value = metric.get("value").and_then(Value::as_i64).unwrap_or(0);
                self.emissions.push(Emission { user, media: media.into(), metric: metric_name, at, value });
            }
        }
    }

    /// The record as text.
    pub(super) fn text(&self, form: Form) -> &[u8] {
        match (form, &self.shown) {
            (Form::Whole, _) | (_, None) => &self.text,
            (Form::Query, Some(shown)) => &shown.by_query,
            (Form::Job, Some(shown)) => &shown.by_job,
        }
    }
}

/// A record without its participants' attributes, and with them as long as jobs give them; `None` without attributes.
fn shown(text: &[u8], record: &Value) -> Result<Option<Shown>, HoldError> {
    let has_some = |participant: &Value| participant.get("attributes").is_some_and(Value::is_object);
    if !list(record, "participants").iter().any(has_some) {
        return Ok(None);
    }
    let whole = Raw::read(text).map_err(|_| HoldError::NotAnObject)?;
    let rewritten = |rewrite: &dyn Fn(&mut Raw)| {
        let mut record = whole.clone();
        record.items_mut("participants").iter_mut().for_each(rewrite);
        record.written().into_boxed_slice()
    };
    let cut = |value: &mut Raw| {
        if let Some(text) = value.as_text().filter(|text| shortened(text).len() < text.len()) {
            *value = Raw::text(shortened(&text));
        }
    };
    Ok(Some(Shown {
        by_query: rewritten(&|participant| participant.remove("attributes")),
        by_job: rewritten(&|participant| {
            participant.get_mut("attributes").into_iter().flat_map(Raw::values_mut).for_each(cut);
        }),
    }))
}

/// All given records, by id, by start, and by user and start.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    records: HashMap<Uuid, Arc<Held>>,
    by_start: BTreeSet<(i64, Uuid)>,
    by_user: HashMap<Uuid, BTreeSet<(i64, Uuid)>>,
}

impl Shelf {
    /// Puts a record in, in place of one with the same id; returns its id.
    pub(super) fn put(&mut self, text: &[u8], record: &Value) -> Result<Uuid, HoldError> {
        let (id, held) = Held::read(text, record)?;
        self.take(id);
        self.by_start.insert((held.start, id));
        for user in &held.users {
            self.by_user.entry(*user).or_default().insert((held.start, id));
        }
        self.records.insert(id, Arc::new(held));
        Ok(id)
    }

    /// Takes a record out; returns whether it was there.
    pub(super) fn take(&mut self, id: Uuid) -> bool {
        let Some(held) = self.records.remove(&id) else { return false };
        self.by_start.remove(&(held.start, id));
        for user in &held.users {
            if let Some(of_user) = self.by_user.get_mut(user) {
                of_user.remove(&(held.start, id));
            }
        }
        true
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&Held> {
        self.records.get(&id).map(Arc::as_ref)
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Uuid, &Held)> {
        self.by_start.iter().filter_map(|(_, id)| self.records.get(id).map(|held| (*id, held.as_ref())))
    }

    /// Records that start in `[from, to)`, of one user or of everybody.
    pub(super) fn between(
        &self,
        user: Option<Uuid>,
        from: i64,
        to: i64,
    ) -> impl Iterator<Item = (i64, Uuid)> + '_ {
        let set = match user {
            None => Some(&self.by_start),
            Some(user) => self.by_user.get(&user),
        };
        set.into_iter().flat_map(move |set| set.range((from, Uuid::nil())..(to, Uuid::nil())).copied())
    }

    /// Rewrites a record; returns whether it was there.
    pub(super) fn edit(&mut self, id: Uuid, edit: impl FnOnce(&mut Raw)) -> bool {
        let Some(held) = self.get(id) else { return false };
        // It was parsed from this text, or written to it, when it came.
        let Ok(mut record) = Raw::read(&held.text) else { return false };
        edit(&mut record);
        let text = record.written();
        serde_json::from_slice(&text).is_ok_and(|record| self.put(&text, &record).is_ok())
    }
}

/// Items of the list under `name`, none when there is no such list.
pub(super) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The earliest instant that stands anywhere in a record.
fn earliest(of: &Value) -> Option<i64> {
    match of {
        Value::String(_) => instant(Some(of)),
        Value::Array(items) => items.iter().filter_map(earliest).min(),
        Value::Object(fields) => fields.values().filter_map(earliest).min(),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A field's instant in milliseconds since the epoch.
pub(super) fn instant(field: Option<&Value>) -> Option<i64> {
    let at: jiff::Timestamp = field?.as_str()?.parse().ok()?;
    Some(at.as_millisecond())
}
