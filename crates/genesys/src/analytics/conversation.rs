//! Conversations as far as it takes to say who took part when. The rest of the vendor's record is passed over unread.

use jiff::Timestamp;
use serde::Deserialize;

/// One page of a details query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// Conversations. An empty result may leave the list out altogether.
    #[serde(default)]
    pub conversations: Vec<Conversation>,
    /// Number of conversations over all pages, if stated.
    pub total_hits: Option<u64>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Id.
    pub conversation_id: String,
    /// Start.
    pub conversation_start: Option<Timestamp>,
    /// End; absent while it is live.
    pub conversation_end: Option<Timestamp>,
    /// Who took part.
    #[serde(default)]
    pub participants: Vec<Participant>,
}

impl Conversation {
    /// Reads one record of a [`RecordPage`](crate::RecordPage).
    ///
    /// # Errors
    /// The record is not of the documented shape. The parser's message may quote the record: not for logs.
    pub fn parse(record: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(record)
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
