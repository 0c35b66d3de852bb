//! Changes to single conversations: what tampering, importing and ending do.

use serde_json::Value;
use uuid::Uuid;

use super::held::{HoldError, Shelf, instant};
use super::raw::Raw;
use super::stream::{Stream, parse_id};
use super::{History, Key, Spot};
use crate::generate::Person;
use crate::generate::calendar::{DAY_MS, HOUR_MS};
use crate::generate::sketch::{Course, Media, NEVER_MS};
use crate::generate::text::iso_string;

impl History {
    /// Takes a conversation away, as if it had never been; returns whether it was there.
    pub(crate) fn remove(&mut self, id: Uuid) -> bool {
        let was_there = match self.key(id) {
            Some(Key::Made(spot)) => self.removed.insert(spot),
            Some(Key::Held(id)) => self.shelf.take(id),
            None => false,
        };
        self.revision += u64::from(was_there);
        was_there
    }

    /// Takes all conversations away, as if none had ever been; ids are not used again.
    pub(crate) fn wipe(&mut self) {
        self.streams.iter_mut().for_each(Stream::clear);
        self.singular.clear();
        self.seats.clear();
        self.removed.clear();
        self.reattributed.clear();
        self.moved_to.clear();
        self.ended.clear();
        self.arrivals.clear();
        self.shelf = Shelf::default();
        self.revision += 1;
    }

    /// Puts `to` in the place of `from` in a conversation; returns whether `from` was in it.
    ///
    /// The name goes with the id where the history knows a name for `to`.
    pub(crate) fn reattribute(&mut self, id: Uuid, from: Uuid, to: Uuid) -> bool {
        let changed = match self.key(id) {
            Some(Key::Made(spot)) => self.reattribute_made(spot, from, to),
            Some(Key::Held(id)) => self.reattribute_held(id, from, to),
            None => false,
        };
        self.revision += u64::from(changed);
        changed
    }

    fn reattribute_made(&mut self, spot: Spot, from: Uuid, to: Uuid) -> bool {
        let Some(sketch) = self.sketch(spot) else { return false };
        if !self.users_of_made(spot, &sketch).any(|user| user == from) {
            return false;
        }
        self.reattributed.entry(spot).or_default().push((from, to));
        self.moved_to.entry(to).or_default().insert((sketch.start, spot));
        true
    }

    fn reattribute_held(&mut self, id: Uuid, from: Uuid, to: Uuid) -> bool {
        let name = self
            .by_person
            .get(&to)
            .and_then(|at| self.cast.people.get(*at))
            .map(|member| member.name.clone());
        let mut changed = false;
        let known = self.shelf.edit(id, |record| {
            for participant in record.items_mut("participants") {
                let user = participant.get("userId").and_then(Raw::as_text);
                if user.as_deref().and_then(parse_id) != Some(from) {
                    continue;
                }
                changed = true;
                participant.set("userId", Raw::text(&to.to_string()));
                if let Some(name) = name.as_deref().filter(|name| !name.is_empty()) {
                    participant.set("participantName", Raw::text(name));
                }
            }
        });
        known && changed
    }

    /// Holds a record as it is, in place of one with the same id; unknown fields stay in it. Returns its id.
    ///
    /// # Errors
    /// When it has no `conversationId` that is a UUID, or no instant at all.
    pub(crate) fn add(&mut self, text: &[u8], record: &Value) -> Result<Uuid, HoldError> {
        let id = self.shelf.put(text, record)?;
        self.revision += 1;
        Ok(id)
    }

    /// Begins a conversation that stays open until it is ended; `user` is connected from `at_ms` on.
    pub(crate) fn begin(&mut self, user: Uuid, media: Media, at_ms: i64) -> Uuid {
        let owner = self.person(user);
        let stream = self.add_stream(Stream::once(owner, at_ms, Course { media, open_ms: NEVER_MS }));
        self.ids.id(Spot { stream, index: 0 })
    }

    /// Ends a conversation that is still going on at `at_ms`; returns whether it was.
    pub(crate) fn end(&mut self, id: Uuid, at_ms: i64) -> bool {
        let ended = match self.key(id) {
            Some(Key::Made(spot)) => self.end_made(spot, at_ms),
            Some(Key::Held(id)) => self.end_held(id, at_ms),
            None => false,
        };
        self.revision += u64::from(ended);
        ended
    }

    fn end_made(&mut self, spot: Spot, at_ms: i64) -> bool {
        let open = self.sketch(spot).is_some_and(|sketch| sketch.start <= at_ms && at_ms < sketch.end);
        if open {
            self.ended.insert(spot, at_ms);
        }
        open
    }

    fn end_held(&mut self, id: Uuid, at_ms: i64) -> bool {
        if self.shelf.get(id).is_none_or(|held| held.end.is_some() || held.start > at_ms) {
            return false;
        }
        let at = iso_string(at_ms);
        self.shelf.edit(id, |record| {
            for participant in record.items_mut("participants") {
                for session in participant.items_mut("sessions") {
                    for segment in session.items_mut("segments") {
                        let end = segment.get("segmentEnd").and_then(Raw::as_text).map(Value::from);
                        if instant(end.as_ref()).is_none() {
                            segment.set("segmentEnd", Raw::text(&at));
                        }
                    }
                }
            }
            record.set("conversationEnd", Raw::text(&at));
        })
    }

    /// Adds the conversations that every populated organization has; returns how many.
    pub(super) fn special(&mut self, takers: &[&Person], now_ms: i64) -> u64 {
        let present = takers.iter().filter(|person| person.left_days_ago.is_none());
        let day = now_ms.div_euclid(DAY_MS) * DAY_MS;
        let courses = [
            (now_ms - HOUR_MS / 10, Media::Voice, NEVER_MS),
            (now_ms - 40 * DAY_MS, Media::Email, NEVER_MS),
            (day - 9 * DAY_MS - HOUR_MS / 4, Media::Voice, HOUR_MS / 2),
            (now_ms - 90 * DAY_MS, Media::Email, 40 * DAY_MS),
        ];
        let mut added = 0;
        // Not the first: whoever tries the demonstration should meet a person without surprises first.
        for (person, (start, media, open_ms)) in present.skip(2).zip(courses) {
            let owner = self.person(person.id);
            self.add_stream(Stream::once(owner, start, Course { media, open_ms }));
            added += 1;
        }
        added
    }

    /// Whether a given record is still open.
    pub(super) fn held_open(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.shelf.all().filter(|(_, held)| held.end.is_none()).map(|(id, _)| id)
    }
}
