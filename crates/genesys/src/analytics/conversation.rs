//! Conversations as far as it takes to say who took part when. The rest of the vendor's record is passed over unread.

use jiff::Timestamp;
use serde::Deserialize;

use crate::odd::{self, Around, Place};

/// One page of a details query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationPage {
    /// Conversations. What is on the page and is no record is left out, so there may be fewer than stated.
    pub conversations: Vec<Conversation>,
    /// Number of conversations over all pages, if stated.
    pub total_hits: Option<u64>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Id; empty where the record tells none.
    #[serde(default)]
    pub conversation_id: String,
    /// Start.
    pub conversation_start: Option<Timestamp>,
    /// End; absent while it is live, and what is empty is absent.
    #[serde(default, deserialize_with = "odd::instant_unless_empty")]
    pub conversation_end: Option<Timestamp>,
    /// Who took part.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// Where the record has something that cannot be read, such as `participants[].sessions`: that counts as not told.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Conversation {
    /// Reads one record of a [`RecordPage`](crate::RecordPage), around what is not of the documented form:
    /// [`Conversation::unread`] and [`Participant::unread`] name that.
    ///
    /// # Errors
    /// The record is no JSON object. The parser's message may quote the record: not for logs.
    pub fn parse(record: &[u8]) -> Result<Self, serde_json::Error> {
        let (mut conversation, unread) = odd::read::<Self>(record, Around::TheValue)?;
        for place in &unread {
            if let Some((index, name)) = place.within("participants")
                && let Some(participant) = conversation.participants.get_mut(index)
            {
                participant.unread.push(name);
            }
        }
        conversation.unread = unread.iter().map(Place::name).collect();
        Ok(conversation)
    }

    /// Returns whether it goes on as far as anybody knows. Where its end cannot be read, [`Conversation::unread`] names that:
    /// then nobody knows, and it is not said to be open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.conversation_end.is_none() && !self.unread.iter().any(|place| place == "conversationEnd")
    }
}

/// Someone or something that took part in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Id within the conversation.
    pub participant_id: Option<String>,
    /// Id of the user, if it is one.
    pub user_id: Option<String>,
    /// Name, as stored in the record.
    pub participant_name: Option<String>,
    /// `agent`, `customer`, `acd`, `ivr`, … as the vendor spells it.
    pub purpose: Option<String>,
    /// Sessions.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// Where this participant has something that cannot be read, such as `sessions`.
    #[serde(skip)]
    pub unread: Vec<String>,
}

/// One medium of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// `voice`, `chat`, `email`, … as the vendor spells it.
    pub media_type: Option<String>,
    /// `inbound` or `outbound`.
    pub direction: Option<String>,
}
