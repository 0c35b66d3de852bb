//! The conversations of an organization: ground truth, and what the analytics calls make of it.
//!
//! Generated conversations are not held. A stream is a person, a count and a period; where the n-th conversation of
//! it starts, who has a part in it and what its record says follow from the seed whenever asked. Held are only
//! records that were given (imported or added) and the edits of generated ones: removed, re-attributed, ended.
//!
//! Invariant: a record's text depends on the seed, its place, the names people were introduced by, the edits of that
//! one conversation and the instant up to which it is shown; on nothing that was asked before.

mod aggregate;
mod arrange;
mod arrival;
mod cases;
mod cursor;
mod edit;
mod filter;
mod held;
mod ids;
mod job;
mod jobs;
mod metric;
mod overlap;
mod part;
mod query;
mod raw;
mod select;
mod show;
mod stream;

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

pub(crate) use self::aggregate::{AggregateQuery, aggregate};
pub use self::arrange::{LineError, LineFault};
pub use self::cases::PlantedHistory;
pub(crate) use self::cursor::earlier_cursor;
pub use self::held::HoldError;
pub(crate) use self::job::{JobError, JobLimits, JobState};
pub(crate) use self::jobs::Jobs;
pub(crate) use self::query::{Limits, Queries, QueryError, TotalHits};
pub(crate) use self::show::{Form, View};
use self::{
    arrival::Arrival,
    held::Shelf,
    ids::IdCipher,
    stream::{Seat, Seated, Stream},
};
use crate::generate::{
    Organization, Person,
    calendar::{Calendar, DAY_MS},
    conversation::{Cast, Member},
    draw::Draw,
    sketch::{LONGEST_MS, Sketch},
};

/// Where a generated conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Spot {
    stream: u32,
    index: u64,
}

/// What a conversation is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// Generated.
    Made(Spot),
    /// Given.
    Held(Uuid),
}

/// All conversations of one organization.
#[derive(Debug, Clone)]
pub(crate) struct History {
    cast: Cast,
    by_person: HashMap<Uuid, usize>,
    ids: IdCipher,
    streams: Vec<Stream>,
    singular: Vec<u32>,
    seats: HashMap<Uuid, Vec<Seated>>,
    removed: HashSet<Spot>,
    /// User ids replaced in a conversation, in the order of the edits.
    reattributed: HashMap<Spot, Vec<(Uuid, Uuid)>>,
    /// Conversations a user came into by re-attribution, by start.
    moved_to: HashMap<Uuid, BTreeSet<(i64, Spot)>>,
    /// Conversations ended earlier than they would have.
    ended: HashMap<Spot, i64>,
    shelf: Shelf,
    /// Conversations that come to be seen later than they took place.
    arrivals: HashMap<Uuid, Arrival>,
    revision: u64,
}

impl History {
    /// A history of `organization` with no conversations in it.
    pub(crate) fn new(seed: u64, organization: &Organization) -> Self {
        let mut history = Self {
            cast: Cast {
                seed,
                people: Vec::with_capacity(organization.people.len()),
                queues: Vec::new(),
                wrap_up_codes: organization.wrap_up_codes.iter().map(|code| code.id).collect(),
                skills: organization.skills.iter().map(|skill| skill.id).collect(),
                languages: organization.languages.iter().map(|language| language.id).collect(),
                flows: organization.flows.clone(),
            },
            by_person: HashMap::new(),
            ids: IdCipher::new(seed),
            streams: Vec::new(),
            singular: Vec::new(),
            seats: HashMap::new(),
            removed: HashSet::new(),
            reattributed: HashMap::new(),
            moved_to: HashMap::new(),
            ended: HashMap::new(),
            shelf: Shelf::default(),
            arrivals: HashMap::new(),
            revision: 0,
        };
        history.cast.queues.extend(
            organization
                .queues
                .iter()
                .map(|queue| crate::generate::Named { id: queue.id, name: queue.name.clone() }),
        );
        let queue_at: HashMap<Uuid, u16> =
            (0..).zip(&organization.queues).map(|(at, queue)| (queue.id, at)).collect();
        for person in &organization.people {
            let queues = person.queues.iter().filter_map(|queue| queue_at.get(queue).copied()).collect();
            history.cast_person(person.id, &person.name, person.division, queues);
        }
        history
    }

    /// Gives the people of `organization` `total` conversations from `from_ms` to `to_ms`, exactly.
    ///
    /// Who takes conversations is who has a queue; people who left stop when they did. From a hundred conversations
    /// on, the first agents have one that is live, one that crosses midnight, and one open for forty days.
    pub(crate) fn populate(&mut self, organization: &Organization, total: u64, from_ms: i64, to_ms: i64) {
        let mut takers: Vec<&Person> =
            organization.people.iter().filter(|person| !person.queues.is_empty()).collect();
        if takers.is_empty() {
            takers.extend(organization.people.first());
        }
        let special = if total < 100 { 0 } else { self.special(&takers, to_ms) };
        let weights: Vec<u64> = takers
            .iter()
            .map(|person| 1 + Draw::new(self.cast.seed, [0x3E16, person.id.as_u64_pair().0, 0]).below(4))
            .collect();
        let whole: u64 = weights.iter().sum();
        let mut passed = 0;
        for (at, (person, weight)) in takers.iter().zip(&weights).enumerate() {
            let share = |load: u64| {
                u64::try_from(u128::from(total - special) * u128::from(load) / u128::from(whole)).unwrap_or(0)
            };
            let count = share(passed + weight) - share(passed);
            passed += weight;
            let days = |days: u32| i64::from(days) * DAY_MS;
            let from = from_ms.max(to_ms - days(person.hired_days_ago));
            let to = person.left_days_ago.map_or(to_ms, |left| to_ms - days(left));
            let colleagues = self.colleagues(&takers, at);
            self.give(person.id, &colleagues, count, from.min(to - DAY_MS), to);
        }
    }

    /// Up to four people who are there now and were there before the one at `at`.
    fn colleagues(&self, takers: &[&Person], at: usize) -> Vec<Uuid> {
        let Some(person) = takers.get(at) else { return Vec::new() };
        let ring = takers.iter().cycle().skip(at + 1).take(takers.len().saturating_sub(1).min(40));
        ring.filter(|other| other.left_days_ago.is_none() && other.hired_days_ago >= person.hired_days_ago)
            .map(|other| other.id)
            .take(4)
            .collect()
    }

    /// Gives one person `count` conversations that start from `from_ms` on and, where the period allows it, have
    /// all ended by `to_ms`. `colleagues` take part in one of eight.
    pub(crate) fn give(
        &mut self,
        user: Uuid,
        colleagues: &[Uuid],
        count: u64,
        from_ms: i64,
        to_ms: i64,
    ) -> u32 {
        let settled = to_ms - LONGEST_MS;
        let last = if settled > from_ms + (to_ms - from_ms) / 2 { settled } else { to_ms };
        let number = self.next_stream();
        let salt = Draw::new(self.cast.seed, [u64::from(number), 0x5A17, 0]).next();
        let calendar = Calendar::new(count, from_ms, last.max(from_ms + 1), salt);
        let owner = self.person(user);
        let colleagues = colleagues.iter().map(|colleague| self.person(*colleague)).collect();
        self.add_stream(Stream::spread(owner, colleagues, calendar));
        number
    }

    fn next_stream(&self) -> u32 {
        u32::try_from(self.streams.len()).unwrap_or(u32::MAX)
    }

    fn add_stream(&mut self, stream: Stream) -> u32 {
        let number = self.next_stream();
        let seats = std::iter::once((stream.owner, Seat::Owner))
            .chain(stream.colleagues.iter().zip(0..).map(|(person, seat)| (*person, Seat::Colleague(seat))));
        for (person, seat) in seats {
            if let Some(member) = self.cast.people.get(person) {
                self.seats.entry(member.id).or_default().push(Seated { stream: number, seat });
            }
        }
        if stream.is_singular() {
            self.singular.push(number);
        }
        self.streams.push(stream);
        self.revision += 1;
        number
    }

    /// The place of a person in the cast; somebody unknown is taken in under the name the records will carry.
    fn person(&mut self, id: Uuid) -> usize {
        match self.by_person.get(&id) {
            Some(at) => *at,
            None => self.cast_person(id, "", Uuid::nil(), Box::default()),
        }
    }

    fn cast_person(&mut self, id: Uuid, name: &str, division: Uuid, queues: Box<[u16]>) -> usize {
        let at = self.cast.people.len();
        let team = Draw::new(self.cast.seed, [0x7EA4, (at / 12) as u64, 0]).uuid();
        self.cast.people.push(Member { id, name: name.into(), division, team, queues });
        self.by_person.insert(id, at);
        at
    }

    /// Whether a person is known by name here.
    pub(crate) fn knows(&self, id: Uuid) -> bool {
        self.by_person.contains_key(&id)
    }

    /// Tells under which name and division a person's next conversations are to be recorded.
    pub(crate) fn introduce(&mut self, id: Uuid, name: &str, division: Option<Uuid>) {
        let at = self.person(id);
        if let Some(member) = self.cast.people.get_mut(at) {
            member.name = name.into();
            member.division = division.unwrap_or(member.division);
        }
    }

    /// A number that grows with every change.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many conversations there are, begun or not.
    pub(crate) fn len(&self) -> u64 {
        let made: u64 = self.streams.iter().map(Stream::count).sum();
        made - self.removed.len() as u64 + self.shelf.len() as u64
    }

    /// How many things are held in memory: streams, records, edits.
    pub(crate) fn held_in_memory(&self) -> usize {
        self.streams.len()
            + self.shelf.len()
            + self.removed.len()
            + self.reattributed.len()
            + self.ended.len()
            + self.arrivals.len()
    }

    /// The outline of a generated conversation, with its end where it was ended early.
    fn sketch(&self, spot: Spot) -> Option<Sketch> {
        let stream = self.streams.get(spot.stream as usize).filter(|stream| spot.index < stream.count())?;
        let mut sketch = stream.sketch(self.cast.seed, spot);
        if let Some(at) = self.ended.get(&spot) {
            sketch.cut(*at);
        }
        Some(sketch)
    }

    /// The people of a generated conversation: who took it, and who took the second leg if that is one of us.
    fn members(&self, spot: Spot, sketch: &Sketch) -> Option<(&Member, Option<&Member>)> {
        let stream = self.streams.get(spot.stream as usize)?;
        let colleague = sketch.colleague.and_then(|seat| stream.colleagues.get(usize::from(seat)));
        let colleague = colleague.and_then(|at| self.cast.people.get(*at));
        Some((self.cast.people.get(stream.owner)?, colleague))
    }

    /// The id of a conversation.
    pub(crate) fn id(&self, key: Key) -> Uuid {
        match key {
            Key::Made(spot) => self.ids.id(spot),
            Key::Held(id) => id,
        }
    }

    /// The conversation with this id, if there is one.
    pub(crate) fn key(&self, id: Uuid) -> Option<Key> {
        if self.shelf.get(id).is_some() {
            return Some(Key::Held(id));
        }
        let spot = self.ids.spot(id)?;
        let stream = self.streams.get(spot.stream as usize)?;
        (spot.index < stream.count() && !self.removed.contains(&spot)).then_some(Key::Made(spot))
    }

    /// When the conversation starts.
    pub(crate) fn start(&self, key: Key) -> Option<i64> {
        match key {
            Key::Made(spot) => self.streams.get(spot.stream as usize).map(|stream| stream.start(spot.index)),
            Key::Held(id) => self.shelf.get(id).map(|held| held.start),
        }
    }
}
