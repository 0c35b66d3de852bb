//! What agents are doing right now: routing status, presence, live interactions, licences.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    operation::{Call, Need, Operation},
    reply::{Failure, Reply},
    wire::{
        status::{AgentState, AgentStateQuery, AgentStates, Filter, Join, Order, Predicate, system_presence},
        time::instant,
        user::{RoutingStatus, UserPresence, routing_status},
    },
    world::{session::Session, user::User},
};

const VIEW_AGENTS: Need = Need::Any(&["analytics:agentState:view"]);
const VIEW_LICENCES: Need = Need::Any(&["authorization:grant:add", "authorization:license:view"]);

/// The most agents that a status query answers.
const MOST_AGENTS: usize = 50;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v2/users/{userId}/routingstatus", Need::Nothing, routing),
        Operation::get("/api/v2/users/{userId}/presences/purecloud", Need::Nothing, presence),
        Operation::get("/api/v2/analytics/agents/{userId}/status", VIEW_AGENTS, agent),
        Operation::post("/api/v2/analytics/agents/status/query", VIEW_AGENTS, agents),
        Operation::get("/api/v2/license/users/{userId}", VIEW_LICENCES, licences),
    ]
}

/// Who does not exist is off queue: the vendor says so, and a caller must not take it for more.
fn routing(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let directory = &call.world.directory;
    match directory.users.get(call.param(0)) {
        Some(user) => Reply::ok(&routing_status(directory, user, call.now)),
        None => Reply::ok(&RoutingStatus {
            user_id: call.param(0),
            status: "OFF_QUEUE",
            start_time: instant(call.now),
        }),
    }
}

fn presence(call: &mut Call<'_>) -> Result<Reply, Failure> {
    Reply::ok(&UserPresence::of(call.subject()?))
}

fn licences(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    let licenses: Vec<_> = user.licences.iter().map(|id| json!({ "id": id })).collect();
    Reply::ok(&json!({
        "id": user.id,
        "licenses": licenses,
        "selfUri": format!("/api/v2/license/users/{}", user.id),
    }))
}

fn caught_up_to(call: &Call<'_>) -> Timestamp {
    let lag = SignedDuration::from_secs(i64::try_from(call.switches.agent_status_lag_s).unwrap_or(i64::MAX));
    call.now.saturating_sub(lag).unwrap_or(Timestamp::MIN)
}

fn is_listed(call: &Call<'_>, user: &User) -> bool {
    user.is_active() || call.switches.agent_status_lists_inactive
}

fn agent(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.subject()?;
    if !is_listed(call, user) {
        return Err(Failure::not_found());
    }
    Reply::ok(&AgentState::of(&call.world.directory, user, caught_up_to(call)))
}

fn agents(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let query: AgentStateQuery = call.read()?;
    let at = caught_up_to(call);
    let directory = &call.world.directory;
    let mut entities = Vec::new();
    let mut users: Vec<&User> = directory.users.values().filter(|user| is_listed(call, user)).collect();
    users.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    if query.user_order == Some(Order::Desc) {
        users.reverse();
    }
    for user in users {
        let fits = query
            .user_filter
            .as_ref()
            .map_or(Ok(true), |filter| holds(filter, |predicate| user_fits(call, user, predicate, at)))?;
        let sessions = directory.live_sessions(&user.id, at);
        let session_fits = query.session_filter.as_ref().map_or(Ok(true), |filter| {
            sessions.iter().try_fold(false, |found, session| {
                Ok(found || holds(filter, |predicate| session_fits(session, predicate))?)
            })
        })?;
        if fits && session_fits {
            entities.push(AgentState::of(directory, user, at));
        }
    }
    // "The top 50 agents matching": those with live interactions come first.
    entities.sort_by_key(|agent| !agent.has_sessions());
    entities.truncate(MOST_AGENTS);
    Reply::ok(&AgentStates { entities })
}

fn holds(
    filter: &Filter,
    mut fits: impl FnMut(&Predicate) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    let mut results = Vec::new();
    for clause in &filter.clauses {
        let inner: Result<Vec<bool>, Failure> = clause.predicates.iter().map(&mut fits).collect();
        results.push(join(clause.joined_by, &inner?));
    }
    for predicate in &filter.predicates {
        results.push(fits(predicate)?);
    }
    Ok(join(filter.joined_by, &results))
}

fn join(joined_by: Join, results: &[bool]) -> bool {
    match joined_by {
        Join::And => results.iter().all(|result| *result),
        Join::Or => results.is_empty() || results.iter().any(|result| *result),
    }
}

fn user_fits(call: &Call<'_>, user: &User, predicate: &Predicate, at: Timestamp) -> Result<bool, Failure> {
    let directory = &call.world.directory;
    let value = predicate.value.as_str();
    let in_queue = |wanted: Option<bool>| {
        directory.queues_of(&user.id).iter().any(|(queue, membership, _)| {
            queue.id == value && wanted.is_none_or(|joined| membership.joined == joined)
        })
    };
    Ok(match predicate.dimension.as_str() {
        "userId" => user.id == value,
        "divisionId" => user.division == value,
        "managerId" => user.manager.as_deref() == Some(value),
        "queueId" => in_queue(None),
        "activeQueueId" => in_queue(Some(true)),
        "inactiveQueueId" => in_queue(Some(false)),
        "assignedSkillId" => user.skills.contains_key(value),
        "assignedLanguageId" => user.languages.contains_key(value),
        "teamId" => user.team.as_deref() == Some(value),
        "systemPresence" => system_presence(user) == value,
        "routingStatus" => routing_status(directory, user, at).status == value,
        other => return Err(Failure::not_emulated(format_args!("agent status by {other}"))),
    })
}

fn session_fits(session: &Session, predicate: &Predicate) -> Result<bool, Failure> {
    let value = predicate.value.as_str();
    Ok(match predicate.dimension.as_str() {
        "mediaType" => session.media == value,
        "originatingDirection" => session.direction == value,
        "routedQueueId" => session.queue.as_deref() == Some(value),
        "segmentType" => session.segment == value,
        other => return Err(Failure::not_emulated(format_args!("live interactions by {other}"))),
    })
}
