//! Conversation history and live work.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    error::Error,
    odd::{self, Place, ReadAround},
    reader::Reader,
    request::{Call, Segment},
};

mod aggregates;
mod conversation;
mod dashboards;
mod jobs;
mod open;
mod query;
mod records;

pub use aggregates::{Aggregate, AggregateQuery, Granularity};
pub use conversation::{Conversation, ConversationPage, Participant, Session};
pub use jobs::{JobQuery, JobState, JobStatus};
pub use open::{OpenConversation, Stay};
pub use query::{ConversationQuery, Interval, IntervalError, Order, OrderBy};
pub use records::RecordPage;

/// An agent and the sessions that are open at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentStatus {
    /// Id of the user.
    pub user_id: Option<String>,
    /// Number of open sessions.
    pub session_count: Option<u64>,
    /// Open sessions; absent where the vendor does not say.
    pub sessions: Option<Vec<AgentSession>>,
    /// `AVAILABLE`, `ON_QUEUE`, `OFFLINE`, … as the vendor spells it.
    pub system_presence: Option<String>,
    /// Since when.
    pub presence_date: Option<Timestamp>,
    /// `IDLE`, `INTERACTING`, `OFF_QUEUE`, … as the vendor spells it.
    pub routing_status: Option<String>,
    /// Since when.
    pub routing_status_date: Option<Timestamp>,
    /// Whether the agent is out of office.
    pub is_out_of_office: Option<bool>,
    /// Where the answer has something that cannot be read, such as `sessions[].sessionStart`: that counts as not told.
    #[serde(skip)]
    pub unread: Vec<String>,
}

/// An open session of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentSession {
    /// Id of the conversation.
    pub conversation_id: Option<String>,
    /// Id of the session.
    pub session_id: Option<String>,
    /// `voice`, `chat`, `email`, … as the vendor spells it.
    pub media_type: Option<String>,
    /// `interact`, `hold`, `wrapup`, `parked`, … as the vendor spells it.
    pub segment_type: Option<String>,
    /// Since when the session is open.
    pub session_start: Option<Timestamp>,
    /// Since when the segment is open.
    pub segment_start: Option<Timestamp>,
    /// Queue that routed it.
    pub routed_queue_id: Option<String>,
    /// `inbound` or `outbound`.
    pub originating_direction: Option<String>,
}

/// How long the organization keeps its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetentionSettings {
    /// Days; absent if no limit is set.
    pub retention_days: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataAvailability {
    #[serde(default, deserialize_with = "odd::instant")]
    data_availability_date: Option<Timestamp>,
}

impl Reader {
    /// Reads an agent's open sessions, around what is not of the documented form: [`AgentStatus::unread`] names that. An odd
    /// date is no reason not to know whether somebody is in a call.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `analytics:agentState:view`.
    pub async fn agent_status(&self, user: &str) -> Result<AgentStatus, Error> {
        let template = "/api/v2/analytics/agents/{userId}/status";
        let call = Call::get("read agent status", template, &[Segment::Id(user)]);
        let ReadAround { record: mut status, unread } = self.read::<ReadAround<AgentStatus>>(&call).await?;
        status.unread = unread.iter().map(Place::name).collect();
        Ok(status)
    }

    /// Reads how long the organization keeps its history.
    ///
    /// # Errors
    /// As any read.
    pub async fn retention_settings(&self) -> Result<RetentionSettings, Error> {
        let template = "/api/v2/analytics/dataretention/settings";
        self.read(&Call::get("read retention settings", template, &[])).await
    }

    /// Reads one page of a details query. Pages are counted from 1; the last page is the one before an empty one.
    ///
    /// # Errors
    /// As [`Reader::details_records`].
    pub async fn details_page(&self, query: &ConversationQuery) -> Result<ConversationPage, Error> {
        let page = Box::pin(self.details_records(query)).await?;
        let conversations = page.records().filter_map(|record| Conversation::parse(record).ok()).collect();
        Ok(ConversationPage { conversations, total_hits: page.total_hits() })
    }

    /// Reads one page of a details query, each conversation in the vendor's own bytes.
    ///
    /// # Errors
    /// As any read; [`BadAnswer`](crate::Disposition::BadAnswer) also for an answer that the vendor marks as a part.
    pub async fn details_records(&self, query: &ConversationQuery) -> Result<RecordPage, Error> {
        Box::pin(self.record_page(&self.details(query))).await
    }

    fn details(&self, query: &ConversationQuery) -> Call {
        let template = "/api/v2/analytics/conversations/details/query";
        let body = query.to_json(self.limits().details_page_size);
        Call::ask("query conversation details", template, &body)
    }

    /// Reads up to when history is guaranteed to be complete in the vendor's data lake; `None` if the vendor does not say.
    ///
    /// # Errors
    /// As any read.
    pub async fn data_availability(&self) -> Result<Option<Timestamp>, Error> {
        let template = "/api/v2/analytics/conversations/details/jobs/availability";
        let call = Call::get("read data availability", template, &[]);
        Ok(self.read::<DataAvailability>(&call).await?.data_availability_date)
    }
}
