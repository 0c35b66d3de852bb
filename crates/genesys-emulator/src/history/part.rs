//! Parts of conversations that are going on: what the directory's live interactions are made from.

use serde_json::Value;
use uuid::Uuid;

use super::held::{instant, list};
use super::select::{Hit, Reach};
use super::show::View;
use super::stream::parse_id;
use super::{History, Key, Spot};
use crate::generate::sketch::{LONGEST_MS, NEVER_MS};

/// One user's session in a conversation that is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) conversation: Uuid,
    pub(crate) session: String,
    pub(crate) user: Uuid,
    pub(crate) media: String,
    pub(crate) segment: String,
    pub(crate) direction: String,
    pub(crate) queue: Option<String>,
    /// Start of the present segment, in milliseconds since the epoch.
    pub(crate) began: i64,
    /// When the part ends by itself, if it does.
    pub(crate) ends: Option<i64>,
}

impl History {
    /// Everybody's parts that are going on at `now`.
    pub(crate) fn going_on(&self, now: i64) -> Vec<Part> {
        let recent = self.hits_of_all(now - LONGEST_MS, now + 1, Reach::All);
        let singular = self.singular.iter().map(|stream| Key::Made(Spot { stream: *stream, index: 0 }));
        let mut keys: Vec<Key> = recent.iter().map(|hit: &Hit| hit.key).chain(singular).collect();
        keys.extend(self.held_open().map(Key::Held));
        keys.sort();
        keys.dedup();
        keys.into_iter().flat_map(|key| self.parts_of(key, now)).collect()
    }

    /// The parts of one conversation that are going on at `now`.
    pub(crate) fn parts_of(&self, key: Key, now: i64) -> Vec<Part> {
        if self.is_over(key, now) {
            return Vec::new();
        }
        let Some(record) = self.value(key, &View::plain(now)) else { return Vec::new() };
        let mut parts = Vec::new();
        for participant in list(&record, "participants") {
            let Some(user) = participant.get("userId").and_then(Value::as_str).and_then(parse_id) else {
                continue;
            };
            let sessions = list(participant, "sessions").iter();
            parts.extend(sessions.filter_map(|session| self.part(key, user, session, now)));
        }
        parts
    }

    fn is_over(&self, key: Key, now: i64) -> bool {
        match key {
            Key::Made(spot) => self.sketch(spot).is_none_or(|sketch| sketch.settled() <= now),
            Key::Held(id) => self.shelf.get(id).is_none_or(|held| held.end.is_some_and(|end| end <= now)),
        }
    }

    fn part(&self, key: Key, user: Uuid, session: &Value, now: i64) -> Option<Part> {
        let open =
            list(session, "segments").iter().find(|segment| instant(segment.get("segmentEnd")).is_none())?;
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Part {
            conversation: self.id(key),
            session: text(session, "sessionId")?,
            user,
            media: text(session, "mediaType")?,
            segment: text(open, "segmentType")?,
            direction: text(session, "direction").unwrap_or_default(),
            queue: text(open, "queueId"),
            began: instant(open.get("segmentStart"))?,
            ends: self.part_ends(key, user, now),
        })
    }

    fn part_ends(&self, key: Key, user: Uuid, now: i64) -> Option<i64> {
        let Key::Made(spot) = key else { return None };
        let sketch = self.sketch(spot)?;
        let (owner, _) = self.members(spot, &sketch)?;
        let leg =
            if self.attributed(spot, owner.id, "").0 == user { Some(sketch.first) } else { sketch.second };
        leg.map(|leg| leg.wrapped).filter(|end| (now..NEVER_MS).contains(end))
    }
}
