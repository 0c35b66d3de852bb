//! Conversation history as the vendor's analytics calls show it.

use std::collections::HashSet;

use bytes::Bytes;
use uuid::Uuid;

use crate::{
    history::{AggregateQuery, Form, Limits, QueryError, TotalHits, View, aggregate},
    operation::{Call, Need, Operation},
    prepared::{Good, Present, Wanted},
    preset::{Fate, NameOfDeleted, Switches, Totals},
    reply::{Failure, Reply},
    wire::analytics::{details_by_id, details_page},
    world::{World, user::State},
};

pub(super) const READ_DETAILS: Need =
    Need::Any(&["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"]);
const READ_AGGREGATES: Need = Need::Any(&["analytics:conversationAggregate:view"]);

/// The operations on conversation history.
pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/api/v2/analytics/conversations/details/query", READ_DETAILS, details_query),
        Operation::get("/api/v2/analytics/conversations/details", READ_DETAILS, several),
        Operation::get("/api/v2/analytics/conversations/{conversationId}/details", READ_DETAILS, one),
        Operation::post("/api/v2/analytics/conversations/aggregates/query", READ_AGGREGATES, aggregates),
    ]
}

fn details_query(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let view = view(call);
    let limits = limits(call.switches);
    let omits_empty_list = call.switches.empty_details_omits_list;
    let wanted = Wanted::Query { body: call.body.into(), limits, omits_empty_list };
    let revision = call.world.history.revision();
    if let Some(page) = call.world.prepared.find(&wanted, Present::History { revision, view: &view }) {
        return Ok(Reply::json(page));
    }
    let query = call.read()?;
    let World { history, queries, prepared, .. } = &mut *call.world;
    let page = history.details(queries, query, &limits, &view).map_err(refusal)?;
    let with_list = !page.records.is_empty() || !omits_empty_list;
    let body = Bytes::from(details_page(&page.records, page.total_hits, with_list));
    prepared.keep(wanted, body.clone(), Good::While { revision, view, lasting: page.lasting });
    Ok(Reply::json(body))
}

fn several(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let ids = call.query.many("id");
    if ids.is_empty() {
        return Err(Failure::bad_request("At least one id is required."));
    }
    let view = view(call);
    let records: Vec<Vec<u8>> = ids.iter().filter_map(|id| record(call.world, id, &view)).collect();
    Ok(Reply::json(details_by_id(&records)))
}

fn one(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let view = view(call);
    record(call.world, call.param(0), &view).map(Reply::json).ok_or_else(Failure::not_found)
}

fn aggregates(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let query = AggregateQuery::new(call.read()?).map_err(refusal)?;
    Reply::ok(&aggregate(&call.world.history, &query, &view(call)))
}

fn record(world: &World, id: &str, view: &View) -> Option<Vec<u8>> {
    let id = Uuid::try_parse(id).ok()?;
    world.history.record(world.history.key(id)?, view)
}

/// How this call sees history: behind by the lag, and without the deleted where the switches say so.
fn view(call: &Call<'_>) -> View {
    view_behind(call, call.switches.analytics_lag_s, Form::Query)
}

/// How this call sees history in `form`, behind by `lag_s`.
pub(super) fn view_behind(call: &Call<'_>, lag_s: u64, form: Form) -> View {
    let deleted = |applies: bool| -> HashSet<Uuid> {
        if !applies {
            return HashSet::new();
        }
        let users = call.world.directory.users.values();
        users.filter(|user| user.state == State::Deleted).filter_map(|user| user.id.parse().ok()).collect()
    };
    View {
        as_of: call.now.as_millisecond().saturating_sub(ms(lag_s)),
        form,
        severed: deleted(call.switches.history_of_deleted == Fate::Dropped),
        renamed: deleted(call.switches.name_of_deleted == NameOfDeleted::DeletedUser),
    }
}

/// Seconds of a switch in milliseconds.
pub(super) fn ms(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

fn limits(switches: &Switches) -> Limits {
    Limits {
        page_max: switches.details_page_max,
        hits_max: switches.details_hits_max,
        predicates_max: switches.details_predicates_max,
        totals: match switches.total_hits {
            Totals::Exact => TotalHits::Exact,
            Totals::Approximate => TotalHits::Approximate,
        },
    }
}

/// The vendor's words for a query it refuses.
pub(super) fn refusal(error: QueryError) -> Failure {
    match error {
        QueryError::UnreadableInterval { .. } => Failure::invalid_date(),
        QueryError::BackwardInterval { given } => {
            Failure::new(400, "bad.request", format!("Interval [{given}] ends before it begins"))
        }
        QueryError::LongInterval { max_days } => {
            Failure::new(400, "bad.request", format!("Interval may not exceed {max_days} days"))
        }
        QueryError::PageSize { given, max } => {
            Failure::invalid_value(&given.to_string(), "pageSize", &format!("1 to {max}"))
        }
        QueryError::PageNumber { given } => {
            Failure::invalid_value(&given.to_string(), "pageNumber", "1 and above")
        }
        QueryError::Limit { given } => Failure::invalid_value(&given.to_string(), "limit", "1 and above"),
        QueryError::TooDeep { max } => {
            Failure::new(400, "bad.request", format!("Pagination may not exceed {max} results."))
        }
        QueryError::TooManyPredicates { .. }
        | QueryError::EmptyClause
        | QueryError::NoDimension
        | QueryError::NoValue { .. } => Failure::bad_request(error),
        QueryError::UnknownDimension { given, allowed } => {
            Failure::invalid_value(&given, "Dimension", &allowed.join(", "))
        }
        QueryError::NotEmulated { what } => Failure::not_emulated(what),
    }
}
