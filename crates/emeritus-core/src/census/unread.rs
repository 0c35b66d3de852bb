//! What of the vendor's records could not be read: counted, and the first of them named with the place.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many places are named one by one; beyond that the counts have to do.
const NAMED: usize = 20;

/// Nothing of the record could be read but its id: it is larger than an answer may be, or has no one meaning.
pub const RECORD: &str = "record";
/// The beginning: what stands for it is that of the stretch in which the vendor found the conversation.
pub const START: &str = "conversationStart";
/// What the person's own participants have that could not be read begins with this.
pub const OWN: &str = "own.";

/// A place in a record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadPlace {
    /// The conversation; `None` where the record tells no usable id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The place, such as `participants[].sessions`; `own.sessions` where it is the person's own participant.
    pub place: String,
}

/// What of the records of a reading could not be read. It counts as not known, and the rest was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unread {
    /// How many records have such a place.
    pub records: u64,
    /// How many of them tell no usable id, so that they are in no census.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_id: u64,
    /// How many records for each place.
    pub places: BTreeMap<String, u64>,
    /// The first of them.
    pub first: Vec<UnreadPlace>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Unread {
    /// Returns whether everything could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Counts a record with its places.
    pub fn add<'a>(&mut self, conversation: Option<&str>, places: impl IntoIterator<Item = &'a String>) {
        self.records += 1;
        self.without_id += u64::from(conversation.is_none());
        for place in places {
            *self.places.entry(place.clone()).or_default() += 1;
            if self.first.len() < NAMED {
                let conversation = conversation.map(ToOwned::to_owned);
                self.first.push(UnreadPlace { conversation, place: place.clone() });
            }
        }
    }

    /// Returns the records with their places, for people: `1 record: 32d23263-… (participants[].sessions)`.
    #[must_use]
    pub fn words(&self) -> String {
        let named = self.first.iter().map(|unread| match &unread.conversation {
            Some(conversation) => format!("{conversation} ({})", unread.place),
            None => format!("one without a usable id ({})", unread.place),
        });
        let more = self.places.values().sum::<u64>() > self.first.len() as u64;
        let mut words: Vec<String> = named.collect();
        words.extend(more.then(|| "…".to_owned()));
        format!("{}: {}", crate::evidence::count(self.records, "record"), words.join(", "))
    }
}

/// Odd records of a reading, each once, however often it was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    records: BTreeMap<Uuid, (Option<String>, BTreeSet<String>)>,
}

impl Met {
    /// Notes what the last reading of a record says; `key` stands for it, also where it tells no id.
    pub(super) fn note(&mut self, key: Uuid, conversation: Option<String>, places: &BTreeSet<String>) {
        if places.is_empty() {
            self.records.remove(&key);
        } else {
            self.records.insert(key, (conversation, places.clone()));
        }
    }

    pub(super) fn counted(&self) -> Unread {
        let mut unread = Unread::default();
        for (conversation, places) in self.records.values() {
            unread.add(conversation.as_deref(), places);
        }
        unread
    }
}

fn any(unread: &BTreeSet<String>, concerns: impl Fn(&str) -> bool) -> bool {
    unread.iter().any(|place| place == RECORD || concerns(place))
}

/// Whether it is not known when the conversation began.
pub(super) fn of_start(unread: &BTreeSet<String>) -> bool {
    any(unread, |place| place == START)
}

/// Whether some of the person's own sessions could not be read.
pub(super) fn of_sessions(unread: &BTreeSet<String>) -> bool {
    any(unread, |place| place.strip_prefix(OWN).is_some_and(|own| own.starts_with("sessions")))
}

/// Whether a participant could not be read who may be the person.
pub(super) fn of_parts(unread: &BTreeSet<String>) -> bool {
    any(unread, |place| matches!(place, "participants" | "participants[]" | "participants[].userId"))
}
