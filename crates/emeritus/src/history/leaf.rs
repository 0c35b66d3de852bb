//! A vendor's record as the census sees it.

use std::collections::{BTreeSet, HashMap};

use emeritus_core::census::{Leaf, Participation, Slice};
use emeritus_core::id::UserId;
use genesys::Conversation;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
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
    pub(super) conversation: Uuid,
    pub(super) leaves: Vec<(usize, Leaf)>,
}

/// As much of a record as it takes to know whether it was handed on before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) conversation: Uuid,
    pub(super) start: Timestamp,
    pub(super) open: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outline {
    conversation_id: Option<Uuid>,
    conversation_start: Option<Timestamp>,
    conversation_end: Option<IgnoredAny>,
}

impl People {
    pub(super) fn new<'a>(users: impl Iterator<Item = &'a UserId>) -> Self {
        let ids: Vec<UserId> = users.cloned().collect();
        let places = ids.iter().enumerate().map(|(place, id)| (id.as_str().to_owned(), place)).collect();
        Self { ids, places }
    }

    /// Returns their ids as the vendor is asked for them.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.ids.iter().map(UserId::as_str).collect()
    }

    /// Reads a record. Of one person, every record is theirs, whatever it says: the vendor found it by their id. Of
    /// several, it is theirs whom it names.
    pub(super) fn find(&self, slice: Slice, record: &[u8]) -> Result<Found, HistoryError> {
        let conversation =
            Conversation::parse(record).map_err(|_| HistoryError::Malformed { slice, field: "form" })?;
        let whose: BTreeSet<usize> = match self.ids.len() {
            1 => BTreeSet::from([0]),
            _ => conversation.participants.iter().filter_map(|part| self.place(part)).collect(),
        };
        if whose.is_empty() {
            return Err(HistoryError::OfNobody { slice });
        }
        let leaves = whose
            .into_iter()
            .filter_map(|place| Some((place, self.ids.get(place)?)))
            .map(|(place, user)| Ok((place, leaf(user, slice, &conversation)?)))
            .collect::<Result<Vec<_>, HistoryError>>()?;
        let id = leaves.first().map(|(_, leaf)| leaf.conversation);
        let conversation = id.ok_or(HistoryError::OfNobody { slice })?;
        Ok(Found { conversation, leaves })
    }

    /// A part without a session is not found by a person's id, so it is not dealt to them either.
    fn place(&self, part: &genesys::Participant) -> Option<usize> {
        let user = part.user_id.as_deref().filter(|_| !part.sessions.is_empty())?;
        self.places.get(user).copied()
    }
}

impl Head {
    pub(super) fn of(slice: Slice, record: &[u8]) -> Result<Self, HistoryError> {
        let malformed = |field| HistoryError::Malformed { slice, field };
        let outline: Outline = serde_json::from_slice(record).map_err(|_| malformed("form"))?;
        Ok(Self {
            conversation: outline.conversation_id.ok_or_else(|| malformed("conversation id"))?,
            start: outline.conversation_start.ok_or_else(|| malformed("conversation start"))?,
            open: outline.conversation_end.is_none(),
        })
    }
}

/// Returns a conversation as the census sees it: this agent's part in it.
fn leaf(user: &UserId, slice: Slice, conversation: &Conversation) -> Result<Leaf, HistoryError> {
    let malformed = |field| HistoryError::Malformed { slice, field };
    let mut leaf = Leaf {
        conversation: Uuid::try_parse(&conversation.conversation_id)
            .map_err(|_| malformed("conversation id"))?,
        start: conversation.conversation_start.ok_or_else(|| malformed("conversation start"))?,
        open: conversation.conversation_end.is_none(),
        media: BTreeSet::new(),
        participation: Vec::new(),
    };
    for participant in &conversation.participants {
        if participant.user_id.as_deref() != Some(user.as_str()) {
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
    Ok(leaf)
}
