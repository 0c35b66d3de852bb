//! What a record says of one user: the one rule, for the table, for who handled a conversation and for a history.
//!
//! Nothing is added to what the record says. Somebody of whom a segment has no end has not left as far as anybody
//! knows; a sum of which the record has no metric, or one that is no whole number, is not known, and is not zero.

use super::Pool;
use crate::record::{member, objects, text};
use crate::tape::{Record, Span, Value};
use crate::time::read_instant;

/// Purposes of members of the organization.
const MEMBERS: [&str; 2] = ["agent", "user"];

/// Segments in which somebody is at work on the conversation, not only called or listening.
const AT_WORK: [&[u8]; 3] = [b"interact", b"hold", b"parked"];

/// Members of a session that is there to listen to another's.
const WATCHING: [&str; 3] = ["bargedParticipantId", "coachedParticipantId", "monitoredParticipantId"];

/// The sum of a metric.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    value: Option<i64>,
    is_unreadable: bool,
}

impl Sum {
    fn add(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.value = Some(self.value.unwrap_or(0).saturating_add(value)),
            None => self.is_unreadable = true,
        }
    }

    /// The sum, if all of it is known.
    pub(super) fn known(self) -> Option<i64> {
        self.value.filter(|_| !self.is_unreadable)
    }
}

/// Values in the order in which they came, each once, by their places in the pool.
pub(super) type List = Vec<u32>;

/// What there is of a user so far.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) user: u32,
    pub(super) purposes: List,
    pub(super) media: List,
    pub(super) directions: List,
    pub(super) queues: List,
    pub(super) wrap_ups: List,
    /// The last one that was met, which may have been met before.
    pub(super) wrap_up: Option<u32>,
    pub(super) joined: Option<i64>,
    last_end: Option<i64>,
    lacks_end: bool,
    misspelt_end: bool,
    pub(super) talk: Sum,
    pub(super) hold: Sum,
    pub(super) acw: Sum,
    pub(super) handle: Sum,
    pub(super) connected: Sum,
    is_at_work: bool,
    is_described: bool,
}

impl Part {
    /// Makes it another user's, and keeps the memory.
    pub(super) fn begin(&mut self, user: u32) {
        let mut lists = [
            std::mem::take(&mut self.purposes),
            std::mem::take(&mut self.media),
            std::mem::take(&mut self.directions),
            std::mem::take(&mut self.queues),
            std::mem::take(&mut self.wrap_ups),
        ];
        lists.iter_mut().for_each(Vec::clear);
        let [purposes, media, directions, queues, wrap_ups] = lists;
        *self = Self { user, purposes, media, directions, queues, wrap_ups, ..Self::default() };
    }

    /// Adds one participant who is the user.
    pub(super) fn take(&mut self, record: &Record<'_>, participant: Span, pool: &mut Pool) {
        let purpose = text(record, participant, "purpose");
        let is = |purpose: &[u8]| MEMBERS.iter().any(|of| purpose.eq_ignore_ascii_case(of.as_bytes()));
        let is_member = purpose.is_some_and(is);
        add(&mut self.purposes, purpose, pool);
        for session in objects(record, participant, "sessions") {
            self.session(record, session, is_member, pool);
        }
    }

    fn session(&mut self, record: &Record<'_>, session: Span, is_member: bool, pool: &mut Pool) {
        add(&mut self.media, text(record, session, "mediaType"), pool);
        add(&mut self.directions, text(record, session, "direction"), pool);
        let watches =
            WATCHING.iter().any(|name| text(record, session, name).is_some_and(|id| !id.is_empty()));
        let works = is_member && !watches;
        let is_own = matches!(member(record, session, "agentOwned"), Some(Value::Bool(true)));
        for segment in objects(record, session, "segments") {
            self.is_described = true;
            add(&mut self.queues, text(record, segment, "queueId"), pool);
            if let Some(code) = text(record, segment, "wrapUpCode") {
                self.wrap_up = Some(pool.place(code));
                add(&mut self.wrap_ups, Some(code), pool);
            }
            let kind = text(record, segment, "segmentType").unwrap_or_default();
            let is_work = AT_WORK.iter().any(|of| kind.eq_ignore_ascii_case(of))
                || is_own && kind.eq_ignore_ascii_case(b"scheduled");
            self.is_at_work |= works && is_work;
            let start = text(record, segment, "segmentStart").and_then(read_instant);
            self.joined = self.joined.into_iter().chain(start).min();
            match member(record, segment, "segmentEnd") {
                None | Some(Value::Null) => self.lacks_end = true,
                Some(Value::Text(end)) => match record.text(*end).and_then(read_instant) {
                    Some(end) => self.last_end = self.last_end.max(Some(end)),
                    None => self.misspelt_end = true,
                },
                Some(Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_)) => {
                    self.misspelt_end = true;
                }
            }
        }
        for metric in objects(record, session, "metrics") {
            self.is_described = true;
            let name = text(record, metric, "name").unwrap_or_default();
            let value = whole(record, metric, "value");
            self.is_at_work |= works && name == b"tTalk" && value != Some(0);
            let sum = match name {
                b"tTalk" => &mut self.talk,
                b"tHeld" => &mut self.hold,
                b"tAcw" => &mut self.acw,
                b"tHandle" => &mut self.handle,
                b"nConnected" => &mut self.connected,
                _ => continue,
            };
            sum.add(value);
        }
    }

    /// When the user left for good: unknown while a segment has no end, or one that cannot be read.
    pub(super) fn left(&self) -> Option<i64> {
        self.last_end.filter(|_| !self.lacks_end && !self.misspelt_end)
    }

    /// Whether the user was still there when the record was read.
    pub(super) fn is_open(&self, has_ended: bool) -> bool {
        self.lacks_end && !has_ended
    }

    /// Whether the user was at work on the conversation; unknown where the record says nothing of what they did.
    pub(super) fn handled(&self) -> Option<bool> {
        (self.is_at_work || self.is_described).then_some(self.is_at_work)
    }
}

fn add(list: &mut List, value: Option<&[u8]>, pool: &mut Pool) {
    let Some(place) = value.filter(|value| !value.is_empty()).map(|value| pool.place(value)) else { return };
    if !list.contains(&place) {
        list.push(place);
    }
}

/// Whether a conversation has ended, whether or not its end can be read.
pub(crate) fn has_ended(record: &Record<'_>, root: Span) -> bool {
    member(record, root, "conversationEnd").is_some_and(|end| !matches!(end, Value::Null))
}

/// A whole number that is a member of an object.
fn whole(record: &Record<'_>, object: Span, name: &str) -> Option<i64> {
    match member(record, object, name)? {
        Value::Number(span) => std::str::from_utf8(record.number(*span)).ok()?.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => None,
    }
}

/// The users of a record, each with all that is said of them, in the order in which they are named first.
pub(super) fn parts<'p>(
    record: &Record<'_>,
    root: Span,
    pool: &mut Pool,
    scratch: &'p mut Vec<Part>,
) -> &'p [Part] {
    let mut used = 0;
    for participant in objects(record, root, "participants") {
        let Some(user) = text(record, participant, "userId").filter(|user| !user.is_empty()) else {
            continue;
        };
        let user = pool.place(user);
        let known = scratch.iter().take(used).position(|part| part.user == user);
        let place = known.unwrap_or(used);
        if known.is_none() {
            if scratch.len() == used {
                scratch.push(Part::default());
            }
            used += 1;
        }
        if let Some(part) = scratch.get_mut(place) {
            if known.is_none() {
                part.begin(user);
            }
            part.take(record, participant, pool);
        }
    }
    scratch.get(..used).unwrap_or_default()
}

/// The instant by which a record is placed: its beginning, or the first that it has of anybody's part.
pub(crate) fn first_instant(record: &Record<'_>, root: Span) -> Option<i64> {
    let own = text(record, root, "conversationStart").and_then(read_instant);
    own.or_else(|| {
        objects(record, root, "participants")
            .flat_map(|participant| objects(record, participant, "sessions"))
            .flat_map(|session| objects(record, session, "segments"))
            .filter_map(|segment| text(record, segment, "segmentStart").and_then(read_instant))
            .min()
    })
}
