//! What an archived record says: who took part, and what the record calls people and queues.

use std::collections::BTreeMap;

use super::Archived;
use crate::participation::{End, Participation, Participations, user_of};
use crate::record::{self, member, objects, text};
use crate::tape::{Record, Span, Tape, Value};
use crate::time::read_instant;

/// What a record says of its conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// When it began, milliseconds since 1970; `None` when that cannot be read.
    pub started_at: Option<i64>,
    /// When it ended; `None` when it had not, or that cannot be read.
    pub ended_at: Option<i64>,
    /// Whether it had ended when it was read; `None` when something stands for its end that nobody can read.
    pub has_ended: Option<bool>,
    /// Everybody who took part as a user of the organization, in the order in which they joined; who did at no known
    /// time stands last.
    pub parts: Vec<Participation>,
    /// What the record calls users, by id.
    pub names: BTreeMap<String, String>,
    /// What the record calls queues, by id: the participant that is a queue bears its name.
    pub queue_names: BTreeMap<String, String>,
}

impl Archived {
    /// Reads the record.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut tape = Tape::default();
        let Ok(record) = tape.read(&self.record) else { return Account::default() };
        let Ok((heading, root)) = record::heading(&record) else { return Account::default() };
        let mut parts = Participations::default();
        parts.add(&record, root, heading);
        let mut parts: Vec<Participation> = parts.parts().collect();
        parts.sort_by_key(|part| part.joined_at.unwrap_or(i64::MAX));
        let instant = |name| match member(&record, root, name)? {
            Value::Text(text) => record.text(*text).and_then(read_instant),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => None,
        };
        Account {
            started_at: instant("conversationStart"),
            ended_at: instant("conversationEnd"),
            has_ended: End::of_conversation(&record, root).is_there(),
            parts,
            names: names(&record, root),
            queue_names: queue_names(&record, root),
        }
    }
}

fn owned(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn names(record: &Record<'_>, root: Span) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for participant in objects(record, root, "participants") {
        let name = text(record, participant, "participantName").filter(|text| !text.is_empty());
        if let (Some(user), Some(name)) = (user_of(record, participant), name) {
            names.entry(owned(&user)).or_insert_with(|| owned(name));
        }
    }
    names
}

fn queue_names(record: &Record<'_>, root: Span) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for participant in objects(record, root, "participants") {
        let purpose = text(record, participant, "purpose").unwrap_or_default();
        let is_queue = [&b"acd"[..], b"queue"].iter().any(|of| purpose.eq_ignore_ascii_case(of));
        let Some(name) = text(record, participant, "participantName").filter(|_| is_queue) else { continue };
        let segments = objects(record, participant, "sessions")
            .flat_map(|session| objects(record, session, "segments"))
            .filter_map(|segment| text(record, segment, "queueId"));
        names.extend(segments.map(|queue| (owned(queue), owned(name))));
    }
    names
}
