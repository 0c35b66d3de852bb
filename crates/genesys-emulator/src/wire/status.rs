//! What agents are doing right now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{time::instant, user::routing_status};
use crate::world::{directory::Directory, session::Session, user::User};

/// `AnalyticsAgentStateAgentResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentState<'a> {
    user_id: &'a str,
    division_id: &'a str,
    user_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager_id: Option<&'a str>,
    session_count: usize,
    sessions: Vec<AgentSession<'a>>,
    system_presence: String,
    presence_date: String,
    routing_status: String,
    routing_status_date: String,
    is_out_of_office: bool,
}

/// `AnalyticsAgentStateAgentSessionResult`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentSession<'a> {
    conversation_id: &'a str,
    session_id: &'a str,
    session_start: String,
    segment_start: String,
    segment_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    routed_queue_id: Option<&'a str>,
    originating_direction: &'a str,
    media_type: &'a str,
}

impl<'a> AgentState<'a> {
    /// `at` is how far the status has caught up.
    pub(crate) fn of(directory: &'a Directory, user: &'a User, at: Timestamp) -> Self {
        let sessions: Vec<_> = directory.live_sessions(&user.id, at).into_iter().map(session).collect();
        let routing = routing_status(directory, user, at);
        Self {
            user_id: &user.id,
            division_id: &user.division,
            user_name: &user.name,
            manager_id: user.manager.as_deref(),
            session_count: sessions.len(),
            sessions,
            system_presence: system_presence(user),
            presence_date: instant(user.presence.at),
            routing_status: routing.status.to_owned(),
            routing_status_date: routing.start_time,
            is_out_of_office: false,
        }
    }

    pub(crate) fn has_sessions(&self) -> bool {
        !self.sessions.is_empty()
    }
}

/// The presence in the words of the status endpoints: `On Queue` is `ON_QUEUE` there.
pub(crate) fn system_presence(user: &User) -> String {
    user.presence.word.to_uppercase().replace(' ', "_")
}

fn session(session: &Session) -> AgentSession<'_> {
    AgentSession {
        conversation_id: &session.conversation,
        session_id: &session.id,
        session_start: instant(session.began),
        segment_start: instant(session.began),
        segment_type: &session.segment,
        routed_queue_id: session.queue.as_deref(),
        originating_direction: &session.direction,
        media_type: &session.media,
    }
}

/// `AnalyticsAgentStateQueryResponse`.
#[derive(Serialize)]
pub(crate) struct AgentStates<'a> {
    pub(crate) entities: Vec<AgentState<'a>>,
}

/// `AgentStateQueryRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentStateQuery {
    pub(crate) user_filter: Option<Filter>,
    pub(crate) session_filter: Option<Filter>,
    pub(crate) user_order: Option<Order>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    Asc,
    Desc,
}

/// `AgentStateUserFilter` and `AgentStateSessionFilter`.
#[derive(Deserialize)]
pub(crate) struct Filter {
    #[serde(rename = "type")]
    pub(crate) joined_by: Join,
    #[serde(default)]
    pub(crate) clauses: Vec<Clause>,
    #[serde(default)]
    pub(crate) predicates: Vec<Predicate>,
}

#[derive(Deserialize)]
pub(crate) struct Clause {
    #[serde(rename = "type")]
    pub(crate) joined_by: Join,
    pub(crate) predicates: Vec<Predicate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Join {
    And,
    Or,
}

#[derive(Deserialize)]
pub(crate) struct Predicate {
    pub(crate) dimension: String,
    pub(crate) value: String,
}
