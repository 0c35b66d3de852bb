//! Finding conversations: by user and day, without looking at any other.

use uuid::Uuid;

use super::filter::{Facts, Filters, PartFacts};
use super::show::View;
use super::stream::{Seat, Seated, Stream};
use super::{History, Key, Spot};
use crate::generate::sketch::{LONGEST_MS, Media};

/// A conversation found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) start: i64,
    pub(super) key: Key,
}

/// Which of the conversations that start in a period are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Each of them.
    All,
    /// Those that may last longer than generated ones do.
    Lasting,
}

impl Reach {
    fn takes(self, stream: &Stream) -> bool {
        self == Self::All || stream.is_singular()
    }
}

impl History {
    /// Conversations that start in `[from, to)`, have begun by the view's instant and that `filters` mean, by start.
    pub(super) fn select(&self, filters: &Filters, from: i64, to: i64, view: &View) -> Vec<Hit> {
        let mut hits = self.candidates(filters, from, to.min(view.as_of + 1), Reach::All);
        self.keep_meant(&mut hits, filters, view);
        hits
    }

    /// Conversations that start in `[from, to)` and that `filters` may mean, in any order and some twice.
    pub(super) fn candidates(&self, filters: &Filters, from: i64, to: i64, reach: Reach) -> Vec<Hit> {
        match (filters.conversations(), filters.users()) {
            (Some(ids), _) => self.hits_by_id(&ids, from, to),
            (None, Some(users)) => self.hits_of_users(&users, from, to, reach),
            (None, None) => self.hits_of_all(from, to, reach),
        }
    }

    /// Keeps of candidates those that have begun by the view's instant and that `filters` mean, in order of start.
    pub(super) fn keep_meant(&self, hits: &mut Vec<Hit>, filters: &Filters, view: &View) {
        hits.sort();
        hits.dedup();
        let only_user = filters.only_user();
        hits.retain(|hit| {
            hit.start <= view.as_of
                && self.has_arrived(hit.key, view)
                && self.is_meant(*hit, filters, only_user, view)
        });
    }

    fn is_meant(&self, hit: Hit, filters: &Filters, only_user: Option<Uuid>, view: &View) -> bool {
        if let Some(user) = only_user
            && self.is_plain(hit, view.as_of)
        {
            return !view.severed.contains(&user);
        }
        if filters.is_empty() {
            return true;
        }
        match hit.key {
            Key::Made(spot) if filters.need_no_record() => {
                self.facts(spot, view).is_some_and(|facts| filters.hold_for(&facts))
            }
            Key::Made(_) | Key::Held(_) => {
                self.value(hit.key, view).is_some_and(|record| filters.hold_for_record(&record))
            }
        }
    }

    /// Whether everybody who is found to have a part in it by an index surely has: it is given, or over and unedited.
    fn is_plain(&self, hit: Hit, as_of: i64) -> bool {
        match hit.key {
            Key::Held(_) => true,
            Key::Made(spot) => hit.start + LONGEST_MS < as_of && !self.reattributed.contains_key(&spot),
        }
    }

    fn hits_by_id(&self, ids: &[Uuid], from: i64, to: i64) -> Vec<Hit> {
        let keys = ids.iter().filter_map(|id| self.key(*id));
        keys.filter_map(|key| self.start(key).map(|start| Hit { start, key }))
            .filter(|hit| (from..to).contains(&hit.start))
            .collect()
    }

    /// Conversations one of `users` has a part in, or had before a re-attribution.
    pub(super) fn hits_of_users(&self, users: &[Uuid], from: i64, to: i64, reach: Reach) -> Vec<Hit> {
        let mut hits = Vec::new();
        for user in users {
            for seated in self.seats.get(user).into_iter().flatten() {
                self.hits_of_seat(*seated, from, to, reach, &mut hits);
            }
            let moved =
                self.moved_to.get(user).into_iter().flatten().filter(|(start, _)| (from..to).contains(start));
            hits.extend(moved.map(|(start, spot)| Hit { start: *start, key: Key::Made(*spot) }));
            hits.extend(held_hits(self.shelf.between(Some(*user), from, to)));
        }
        self.drop_removed(&mut hits);
        hits
    }

    fn hits_of_seat(&self, seated: Seated, from: i64, to: i64, reach: Reach, hits: &mut Vec<Hit>) {
        let stream = self.streams.get(seated.stream as usize).filter(|stream| reach.takes(stream));
        let Some(stream) = stream else { return };
        for index in stream.between(from, to) {
            let spot = Spot { stream: seated.stream, index };
            let takes_part = match seated.seat {
                Seat::Owner => true,
                Seat::Colleague(seat) => stream.sketch(self.cast.seed, spot).colleague == Some(seat),
            };
            if takes_part {
                hits.push(Hit { start: stream.start(index), key: Key::Made(spot) });
            }
        }
    }

    /// Conversations that start in `[from, to)`.
    pub(super) fn hits_of_all(&self, from: i64, to: i64, reach: Reach) -> Vec<Hit> {
        let mut hits: Vec<Hit> = held_hits(self.shelf.between(None, from, to)).collect();
        for (number, stream) in (0..).zip(&self.streams).filter(|(_, stream)| reach.takes(stream)) {
            let made = stream.between(from, to).map(|index| Hit {
                start: stream.start(index),
                key: Key::Made(Spot { stream: number, index }),
            });
            hits.extend(made);
        }
        self.drop_removed(&mut hits);
        hits
    }

    fn drop_removed(&self, hits: &mut Vec<Hit>) {
        if !self.removed.is_empty() {
            hits.retain(|hit| !matches!(hit.key, Key::Made(spot) if self.removed.contains(&spot)));
        }
    }

    /// What is known of a generated conversation without its record.
    fn facts(&self, spot: Spot, view: &View) -> Option<Facts> {
        let sketch = &self.sketch(spot)?;
        let media = sketch.media.as_str();
        let shown = |user: Uuid| (!view.severed.contains(&user)).then_some(user);
        let mut parts = vec![PartFacts { user: None, media }];
        if sketch.media == Media::Callback && sketch.first.alert <= view.as_of {
            parts.push(PartFacts { user: None, media: Media::Voice.as_str() });
        }
        let (owner, colleague) = self.members(spot, sketch)?;
        if sketch.first.alert <= view.as_of {
            let user = shown(self.attributed(spot, owner.id, "").0);
            parts.push(PartFacts { user, media });
            if sketch.media == Media::Callback {
                parts.push(PartFacts { user, media: Media::Voice.as_str() });
            }
        }
        if let (Some(member), Some(leg)) = (colleague, sketch.second)
            && leg.alert <= view.as_of
        {
            parts.push(PartFacts { user: shown(self.attributed(spot, member.id, "").0), media });
        }
        Some(Facts {
            id: self.id(Key::Made(spot)),
            ended: sketch.end <= view.as_of,
            direction: if sketch.inbound { "inbound" } else { "outbound" },
            parts,
        })
    }

    /// Whether nothing among `hits` can look different at a later instant.
    pub(super) fn all_settled(&self, hits: &[Hit], as_of: i64) -> bool {
        hits.iter().all(|hit| match hit.key {
            Key::Held(_) => true,
            Key::Made(spot) => {
                let singular = self.streams.get(spot.stream as usize).is_some_and(Stream::is_singular);
                (!singular && hit.start + LONGEST_MS <= as_of)
                    || self.sketch(spot).is_some_and(|sketch| sketch.settled() <= as_of)
            }
        })
    }

    /// Ids of all conversations that have begun by `as_of` and in which `user` has had a part, by start.
    pub(crate) fn conversations_of(&self, user: Uuid, as_of: i64) -> Vec<Uuid> {
        let mut hits = self.hits_of_users(&[user], i64::MIN / 4, as_of + 1, Reach::All);
        hits.sort();
        hits.dedup();
        let view = View::plain(as_of);
        hits.retain(|hit| match hit.key {
            Key::Made(spot) if !self.is_plain(*hit, as_of) => self
                .facts(spot, &view)
                .is_some_and(|facts| facts.parts.iter().any(|part| part.user == Some(user))),
            Key::Made(_) | Key::Held(_) => true,
        });
        hits.iter().map(|hit| self.id(hit.key)).collect()
    }
}

fn held_hits(found: impl Iterator<Item = (i64, Uuid)>) -> impl Iterator<Item = Hit> {
    found.map(|(start, id)| Hit { start, key: Key::Held(id) })
}
