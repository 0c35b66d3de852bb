//! What a record says of one user: the one rule, for the table, for who handled a conversation and for a history.
//!
//! Nothing is added to what the record says. Somebody of whom a segment has no end has not left as far as anybody
//! knows; a sum of which the record has no metric, or one that is no whole number, is not known, and is not zero.

use std::borrow::Cow;

use super::Pool;
use crate::record::{self, member, objects, text};
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
            match End::of(record, segment, "segmentEnd") {
                End::None => self.lacks_end = true,
                End::At(end) => self.last_end = self.last_end.max(Some(end)),
                End::NotKnown => self.misspelt_end = true,
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

    /// Whether the user was still there when the record was read; not known where an end that decides it cannot be read.
    pub(super) fn is_open(&self, of_conversation: End) -> Option<bool> {
        match (of_conversation, self.lacks_end, self.misspelt_end) {
            (End::At(_), ..) | (_, false, false) => Some(false),
            (End::None, true, _) => Some(true),
            (End::None, false, true) | (End::NotKnown, ..) => None,
        }
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

/// What a record says of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There is none: it is left out, null or empty.
    None,
    /// There is one.
    At(i64),
    /// Something stands there that nobody can read.
    NotKnown,
}

impl End {
    /// The end of a conversation.
    pub(crate) fn of_conversation(record: &Record<'_>, root: Span) -> Self {
        Self::of(record, root, "conversationEnd")
    }

    fn of(record: &Record<'_>, object: Span, name: &str) -> Self {
        match member(record, object, name) {
            None | Some(Value::Null) => Self::None,
            Some(Value::Text(end)) => match record.text(*end) {
                Some(b"") => Self::None,
                end => end.and_then(read_instant).map_or(Self::NotKnown, Self::At),
            },
            Some(Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_)) => Self::NotKnown,
        }
    }

    /// Whether there is one; `None` where that is not known.
    pub(crate) const fn is_there(self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::At(_) => Some(true),
            Self::NotKnown => None,
        }
    }
}

/// The user whom a participant is, if it is one. Ids are the same in whichever letters a record spells them, so they are
/// told as the vendor does.
pub(crate) fn user_of<'a>(record: &Record<'a>, participant: Span) -> Option<Cow<'a, [u8]>> {
    text(record, participant, "userId").filter(|user| !user.is_empty()).map(as_told)
}

/// An id in the vendor's lower-case form; what is none is left as it is.
pub(crate) fn as_told(id: &[u8]) -> Cow<'_, [u8]> {
    if id.len() == 36 && id.iter().any(u8::is_ascii_uppercase) {
        let lower = id.to_ascii_lowercase();
        if record::uuid(&lower).is_some() {
            return Cow::Owned(lower);
        }
    }
    Cow::Borrowed(id)
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
        let Some(user) = user_of(record, participant) else { continue };
        let user = pool.place(&user);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_capitals_are_told_in_lower_case_and_what_is_no_id_is_left() {
        assert_eq!(
            &*as_told(b"A1B2C3D4-0000-4000-8000-00000000000F"),
            b"a1b2c3d4-0000-4000-8000-00000000000f"
        );
        for other in ["Worker@firm.example", "A1B2C3D4-0000-4000-8000-00000000000G", "", "ADA"] {
            assert_eq!(&*as_told(other.as_bytes()), other.as_bytes());
        }
    }

    #[test]
    fn whether_somebody_is_still_there_is_not_known_where_an_end_that_decides_it_is_not() {
        let part = |lacks_end, misspelt_end| Part { lacks_end, misspelt_end, ..Part::default() };
        for (part, none, at, not_known) in [
            (part(false, false), Some(false), Some(false), Some(false)),
            (part(true, false), Some(true), Some(false), None),
            (part(false, true), None, Some(false), None),
            (part(true, true), Some(true), Some(false), None),
        ] {
            let told = [End::None, End::At(5), End::NotKnown].map(|end| part.is_open(end));
            assert_eq!(told, [none, at, not_known]);
        }
    }
}
