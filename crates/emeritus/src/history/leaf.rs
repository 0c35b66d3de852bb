//! A vendor's record as the census sees it. What is odd of a record costs no more than what is odd: the rest of it is
//! read, and the leaf names what was not.

use std::collections::{BTreeSet, HashMap};

use emeritus_core::census::{Leaf, OWN, Participation, RECORD, START, Slice};
use emeritus_core::id::UserId;
use genesys::Conversation;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::HistoryError;

/// The people of a reading, and whose a record is.
pub(super) struct People {
    ids: Vec<UserId>,
    places: HashMap<String, usize>,
}

/// A conversation and the parts that the people of a reading had in it, each with the person's place among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Stands for the record.
    pub(super) key: Uuid,
    /// Empty where the record tells no id by which it could be in a census.
    pub(super) leaves: Vec<(usize, Leaf)>,
}

/// As much of a record as it takes to know which it is and whether it was handed on before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Stands for the record: its id, or what its bytes come to where it tells no id that is one.
    pub(super) key: Uuid,
    /// Its id as people are told it, where it tells one that can be repeated.
    pub(crate) conversation: Option<String>,
    /// When it began, where it tells that.
    pub(super) start: Option<Timestamp>,
    pub(super) open: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outline<'a> {
    #[serde(borrow)]
    conversation_id: Option<&'a RawValue>,
    #[serde(borrow)]
    conversation_start: Option<&'a RawValue>,
    #[serde(borrow)]
    conversation_end: Option<&'a RawValue>,
}

impl People {
    pub(super) fn new<'a>(users: impl Iterator<Item = &'a UserId>) -> Self {
        let ids: Vec<UserId> = users.cloned().collect();
        let places = ids.iter().enumerate().map(|(place, id)| (id.as_str().to_lowercase(), place)).collect();
        Self { ids, places }
    }

    /// Returns their ids as the vendor is asked for them.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.ids.iter().map(UserId::as_str).collect()
    }

    /// Reads a record. Of one person, every record is theirs, whatever it says: the vendor found it by their id. Of
    /// several, it is theirs whom it names.
    pub(super) fn find(&self, slice: Slice, record: &[u8]) -> Result<Found, HistoryError> {
        let head = Head::of(record);
        match Conversation::parse(record) {
            Ok(conversation) => {
                let whose: BTreeSet<usize> =
                    conversation.participants.iter().filter_map(|part| self.place(part)).collect();
                let of = |user: &UserId| leaf(user, slice, &head, &conversation);
                self.deal(slice, &head, whose, of)
            }
            Err(_) => self.deal(slice, &head, BTreeSet::new(), |_| closed(slice, &head)),
        }
    }

    /// Takes down a record that is larger than an answer may be: that it is there is all that is known of it.
    pub(super) fn too_large(&self, slice: Slice, head: &Head) -> Result<Found, HistoryError> {
        self.deal(slice, head, BTreeSet::new(), |_| closed(slice, head))
    }

    fn deal(
        &self,
        slice: Slice,
        head: &Head,
        named: BTreeSet<usize>,
        leaf: impl Fn(&UserId) -> Leaf,
    ) -> Result<Found, HistoryError> {
        let whose = if self.ids.len() == 1 { BTreeSet::from([0]) } else { named };
        if whose.is_empty() {
            return Err(HistoryError::OfNobody { slice });
        }
        let leaves = whose
            .into_iter()
            .filter(|_| head.is_named())
            .filter_map(|place| Some((place, leaf(self.ids.get(place)?))));
        Ok(Found { key: head.key, leaves: leaves.collect() })
    }

    /// Whose part it is, if it is one of theirs; without a session or a segment in it just as well.
    fn place(&self, part: &genesys::Participant) -> Option<usize> {
        self.places.get(&part.user_id.as_deref()?.to_lowercase()).copied()
    }
}

impl Head {
    pub(crate) fn of(record: &[u8]) -> Self {
        let outline: Outline<'_> = serde_json::from_slice(record).unwrap_or_default();
        let text = |raw: Option<&RawValue>| serde_json::from_str::<String>(raw?.get()).ok();
        // A record that names its id twice still tells which it may be.
        let id = text(outline.conversation_id).or_else(|| {
            let value: Value = serde_json::from_slice(record).ok()?;
            Some(value.get("conversationId")?.as_str()?.to_owned())
        });
        let start = text(outline.conversation_start);
        Self {
            key: id.as_deref().and_then(|id| Uuid::try_parse(id).ok()).unwrap_or_else(|| key(record)),
            conversation: id.filter(|id| is_plain(id)),
            start: start.and_then(|start| start.parse().ok()),
            open: outline.conversation_end.is_none(),
        }
    }

    /// What stands for a record that could not be given, by its id or by where it stands.
    pub(super) fn of_place(conversation: Option<&str>, slice: Slice, offset: u32) -> Self {
        let id = conversation.and_then(|id| Uuid::try_parse(id).ok());
        let place = format!("{} {offset}", slice.from);
        Self {
            key: id.unwrap_or_else(|| key(place.as_bytes())),
            conversation: conversation.map(ToOwned::to_owned),
            start: None,
            open: false,
        }
    }

    /// Whether it has an id by which it can be in a census.
    fn is_named(&self) -> bool {
        self.conversation.as_deref().is_some_and(|id| Uuid::try_parse(id).is_ok())
    }
}

/// Something that stands for bytes.
fn key(bytes: &[u8]) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    hash.first_chunk().map_or(Uuid::nil(), |first| Uuid::from_bytes(*first))
}

/// An id is repeated to people only where it looks like one.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// A conversation of which nothing is known but that it is there.
fn closed(slice: Slice, head: &Head) -> Leaf {
    let mut unread = BTreeSet::from([RECORD.to_owned()]);
    // Then what stands for its beginning may be before the window, and must not take it out of the census.
    unread.extend(head.start.is_none().then(|| START.to_owned()));
    Leaf {
        conversation: head.key,
        start: head.start.unwrap_or(slice.from),
        open: false,
        media: BTreeSet::new(),
        participation: Vec::new(),
        unread,
    }
}

/// Returns a conversation as the census sees it: this agent's part in it.
fn leaf(user: &UserId, slice: Slice, head: &Head, conversation: &Conversation) -> Leaf {
    let of_others = |place: &&String| !place.starts_with("participants[].");
    let mut leaf = Leaf {
        conversation: head.key,
        // The vendor found it in this slice.
        start: conversation.conversation_start.unwrap_or(slice.from),
        open: conversation.is_open(),
        media: BTreeSet::new(),
        participation: Vec::new(),
        unread: conversation.unread.iter().filter(of_others).cloned().collect(),
    };
    if conversation.conversation_start.is_none() {
        leaf.unread.insert(START.to_owned());
    }
    for participant in &conversation.participants {
        let is_own = participant.user_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(user.as_str()));
        let whose = if is_own { OWN } else { "participants[]." };
        leaf.unread.extend(participant.unread.iter().map(|place| format!("{whose}{place}")));
        if !is_own {
            continue;
        }
        leaf.media.extend(participant.sessions.iter().filter_map(|session| session.media_type.clone()));
        leaf.participation.push(Participation {
            participant: participant.participant_id.clone().unwrap_or_default(),
            purpose: participant.purpose.clone().unwrap_or_default(),
            name: participant.participant_name.clone(),
        });
    }
    leaf.participation.sort();
    leaf.participation.dedup();
    leaf
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "32d23263-0000-4000-8000-000000000100";
    const ADA: &str = "11111111-0000-4000-8000-000000000001";

    fn slice() -> Slice {
        Slice { from: "2026-01-01T00:00:00Z".parse().unwrap(), to: "2026-02-01T00:00:00Z".parse().unwrap() }
    }

    fn found(record: &str) -> Found {
        let ada = UserId::parse(ADA.to_owned()).unwrap();
        People::new(std::iter::once(&ada)).find(slice(), record.as_bytes()).unwrap()
    }

    fn places(found: &Found) -> Vec<&str> {
        found.leaves.iter().flat_map(|(_, leaf)| leaf.unread.iter().map(String::as_str)).collect()
    }

    #[test]
    fn what_is_odd_is_named_and_the_rest_is_read() {
        let odd = found(&format!(
            r#"{{"conversationId":"{ID}","conversationStart":"2026-01-02T03:04","participants":[
                {{"purpose":"customer","sessions":null}},
                {{"userId":"{ADA}","purpose":"agent","participantId":"p","sessions":[{{"mediaType":"voice"}},{{"mediaType":5}}]}}]}}"#
        ));
        assert_eq!(
            places(&odd),
            ["conversationStart", "own.sessions[].mediaType", "participants[].sessions"]
        );
        let (_, leaf) = &odd.leaves[0];
        assert_eq!((leaf.start, leaf.open, leaf.media.len()), (slice().from, true, 1));
        assert_eq!(leaf.participation.len(), 1);
        let whole = found(&format!(
            r#"{{"conversationId":"{ID}","conversationStart":"2026-01-02T03:04:05Z","conversationEnd":5,"participants":null}}"#
        ));
        assert_eq!(places(&whole), ["conversationEnd", "participants"]);
        assert!(!whole.leaves[0].1.open, "an end that cannot be read is an end");
    }

    #[test]
    fn an_instant_without_milliseconds_is_an_instant() {
        for start in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.00Z", "2026-01-02T03:04:05.0000000Z"] {
            let found = found(&format!(r#"{{"conversationId":"{ID}","conversationStart":"{start}"}}"#));
            assert_eq!(found.leaves[0].1.start, "2026-01-02T03:04:05Z".parse().unwrap(), "{start}");
            assert!(places(&found).is_empty());
        }
    }

    #[test]
    fn a_record_without_a_usable_id_is_in_no_census_and_stands_for_itself() {
        let (one, other) =
            (found(r#"{"conversationId":7}"#), found(r#"{"conversationStart":"2026-01-02T03:04:05Z"}"#));
        assert!(one.leaves.is_empty() && other.leaves.is_empty());
        assert_ne!(one.key, other.key);
        assert_eq!(found("7").key, found("7").key);
        assert!(found(r#"{"conversationId":"not-a-uuid"}"#).leaves.is_empty());
    }

    #[test]
    fn a_record_that_names_a_member_twice_is_there_and_nothing_else_is_known_of_it() {
        let twice =
            found(&format!(r#"{{"conversationId":"{ID}","conversationId":"{ID}","participants":[]}}"#));
        assert_eq!(places(&twice), ["conversationStart", "record"]);
        assert_eq!(twice.leaves[0].1.conversation.to_string(), ID);
    }

    #[test]
    fn an_id_is_repeated_only_where_it_looks_like_one() {
        let named = |id: &str| Head::of(format!(r#"{{"conversationId":"{id}"}}"#).as_bytes()).conversation;
        assert_eq!(named("not-a-uuid"), Some("not-a-uuid".to_owned()));
        assert_eq!(named(r"a\u001b[31mb"), None);
        assert_eq!(named(&"x".repeat(65)), None);
    }
}
