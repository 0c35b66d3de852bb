//! Which conversations a query means.
//!
//! A segment filter holds for a conversation when one of its segments, seen together with the session and the
//! participant it belongs to, satisfies the whole filter; several filters may be satisfied by different segments.
//! A participant or a session without segments counts as one that has nothing of its own. What the sketch of a conversation tells (users, media, whether it has ended) is decided without its record.

mod dimension;

use serde_json::Value;
use uuid::Uuid;

use super::held::list;
use super::query::QueryError;
use super::stream::parse_id;
use crate::wire::analytics::request::{Clause, Filter, Joined, Operator, Predicate, PredicateKind};

/// A query's filters, checked.
#[derive(Debug, Default)]
pub(super) struct Filters {
    segment: Vec<Filter>,
    conversation: Vec<Filter>,
}

/// What is known of one part of a conversation without its record.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartFacts {
    pub(super) user: Option<Uuid>,
    pub(super) media: &'static str,
}

/// What is known of a conversation without its record.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) id: Uuid,
    pub(super) ended: bool,
    pub(super) direction: &'static str,
    pub(super) parts: Vec<PartFacts>,
}

impl Filters {
    /// Checks the filters of a query; at most `predicates_max` predicates are accepted.
    pub(super) fn new(
        segment: Vec<Filter>,
        conversation: Vec<Filter>,
        predicates_max: u64,
    ) -> Result<Self, QueryError> {
        let filters = Self { segment, conversation };
        let mut clauses =
            filters.segment.iter().chain(&filters.conversation).flat_map(|filter| &filter.clauses);
        if clauses.any(|clause| clause.predicates.is_empty()) {
            return Err(QueryError::EmptyClause);
        }
        let count = filters.predicates().count() as u64;
        if count > predicates_max {
            return Err(QueryError::TooManyPredicates { given: count, max: predicates_max });
        }
        for (filters, allowed) in
            [(&filters.segment, dimension::SEGMENT), (&filters.conversation, dimension::CONVERSATION)]
        {
            for predicate in predicates(filters) {
                check(predicate, allowed)?;
            }
        }
        Ok(filters)
    }

    /// Whether there is any condition at all.
    pub(super) fn is_empty(&self) -> bool {
        self.predicates().next().is_none()
    }

    fn predicates(&self) -> impl Iterator<Item = &Predicate> {
        predicates(&self.segment).chain(predicates(&self.conversation))
    }

    /// Users one of whom must be in every conversation meant; `None` when others may be meant too.
    pub(super) fn users(&self) -> Option<Vec<Uuid>> {
        self.segment.iter().find_map(users_required)
    }

    /// The one user whom the query is about, when that is all it says.
    pub(super) fn only_user(&self) -> Option<Uuid> {
        let mut all = self.predicates();
        let only = all.next().filter(|predicate| is_match(predicate, "userId"))?;
        if all.next().is_some() { None } else { parse_id(only.value.as_deref()?) }
    }

    /// Conversations one of which every conversation meant is; `None` when others may be meant too.
    pub(super) fn conversations(&self) -> Option<Vec<Uuid>> {
        let values = self.conversation.iter().find_map(|filter| required(filter, "conversationId"));
        values.map(|values| read_ids(&values))
    }

    /// Whether [`Filters::hold_for`] is enough to decide.
    pub(super) fn need_no_record(&self) -> bool {
        predicates(&self.segment).all(|predicate| matches!(dimension_of(predicate), "userId" | "mediaType"))
            && predicates(&self.conversation).all(|predicate| {
                matches!(
                    (dimension_of(predicate), predicate.operator),
                    ("conversationId" | "originatingDirection", _)
                        | ("conversationEnd", Operator::Exists | Operator::NotExists)
                )
            })
    }

    /// Decides by what is known without the record.
    pub(super) fn hold_for(&self, facts: &Facts) -> bool {
        let id = facts.id.to_string();
        self.conversation.iter().all(|filter| {
            holds(filter, |predicate| {
                let value = match dimension_of(predicate) {
                    "conversationId" => Some(id.as_str()),
                    "originatingDirection" => Some(facts.direction),
                    _ => facts.ended.then_some(""),
                };
                compare(predicate, value)
            })
        }) && self.segment.iter().all(|filter| {
            facts.parts.iter().any(|part| {
                let user = part.user.map(|user| user.to_string());
                holds(filter, |predicate| {
                    compare(
                        predicate,
                        if dimension_of(predicate) == "userId" { user.as_deref() } else { Some(part.media) },
                    )
                })
            })
        })
    }

    /// Decides by the record.
    pub(super) fn hold_for_record(&self, record: &Value) -> bool {
        self.conversation.iter().all(|filter| holds(filter, |predicate| compare_any(predicate, &[record])))
            && self.segment.iter().all(|filter| {
                list(record, "participants").iter().any(|participant| {
                    any_place(participant, |scopes| holds(filter, |predicate| compare_any(predicate, scopes)))
                })
            })
    }
}

/// Whether something holds of one of a participant's segments, each seen together with what it belongs to. Where there is
/// none, the session or the participant stands for itself: somebody without a segment has taken part all the same.
fn any_place(participant: &Value, mut is_one: impl FnMut(&[&Value]) -> bool) -> bool {
    let sessions = list(participant, "sessions");
    if sessions.is_empty() {
        return is_one(&[participant]);
    }
    sessions.iter().any(|session| {
        let flow = session.get("flow").unwrap_or(&Value::Null);
        let segments = list(session, "segments");
        if segments.is_empty() {
            return is_one(&[session, flow, participant]);
        }
        segments.iter().any(|segment| is_one(&[segment, session, flow, participant]))
    })
}

/// Whether `filter` holds, given what holds of its predicates.
pub(super) fn holds(filter: &Filter, mut of: impl FnMut(&Predicate) -> bool) -> bool {
    let mut outcomes = Vec::with_capacity(filter.clauses.len() + filter.predicates.len());
    for Clause { joined, predicates } in &filter.clauses {
        outcomes.push(match joined {
            Joined::And => predicates.iter().all(&mut of),
            Joined::Or => predicates.iter().any(&mut of),
        });
    }
    outcomes.extend(filter.predicates.iter().map(&mut of));
    match filter.joined {
        Joined::And => outcomes.iter().all(|outcome| *outcome),
        Joined::Or => outcomes.is_empty() || outcomes.contains(&true),
    }
}

/// The predicate against the value its dimension has, if it has one.
pub(super) fn compare(predicate: &Predicate, value: Option<&str>) -> bool {
    match predicate.operator {
        Operator::Exists => value.is_some(),
        Operator::NotExists => value.is_none(),
        Operator::Matches => match (value, predicate.value.as_deref()) {
            (Some(value), Some(wanted)) => value.eq_ignore_ascii_case(wanted),
            (None, _) | (_, None) => false,
        },
    }
}

/// The dimension a predicate is on.
pub(super) fn dimension_of(predicate: &Predicate) -> &str {
    predicate.dimension.as_deref().unwrap_or("")
}

/// The predicate against whatever value of its dimension stands in one of `scopes`.
fn compare_any(predicate: &Predicate, scopes: &[&Value]) -> bool {
    let name = dimension_of(predicate);
    let plural = format!("{name}s");
    let found = scopes.iter().find_map(|scope| scope.get(name).or_else(|| scope.get(&plural)));
    match found {
        None | Some(Value::Null) => compare(predicate, None),
        Some(Value::Array(items)) if predicate.operator == Operator::Matches => {
            items.iter().any(|item| compare(predicate, Some(&plain(item))))
        }
        Some(value) => compare(predicate, Some(&plain(value))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn predicates(filters: &[Filter]) -> impl Iterator<Item = &Predicate> {
    filters.iter().flat_map(|filter| {
        filter.predicates.iter().chain(filter.clauses.iter().flat_map(|clause| &clause.predicates))
    })
}

fn check(predicate: &Predicate, allowed: &'static [&'static str]) -> Result<(), QueryError> {
    if predicate.kind != PredicateKind::Dimension
        || predicate.metric.is_some()
        || predicate.property.is_some()
    {
        return Err(QueryError::NotEmulated { what: "predicates on metrics and properties" });
    }
    if predicate.property_type.is_some() || predicate.range.is_some() {
        return Err(QueryError::NotEmulated { what: "predicates with a range or a property type" });
    }
    let Some(dimension) = &predicate.dimension else { return Err(QueryError::NoDimension) };
    if !allowed.contains(&dimension.as_str()) {
        return Err(QueryError::UnknownDimension { given: dimension.clone(), allowed });
    }
    if predicate.operator == Operator::Matches && predicate.value.is_none() {
        return Err(QueryError::NoValue { dimension: dimension.clone() });
    }
    Ok(())
}

fn is_match(predicate: &Predicate, dimension: &str) -> bool {
    dimension_of(predicate) == dimension && predicate.operator == Operator::Matches
}

/// Values of `dimension` one of which `filter` demands; `None` when it demands none.
fn required(filter: &Filter, dimension: &str) -> Option<Vec<String>> {
    let level = |joined: Joined, predicates: &[Predicate]| match joined {
        Joined::And => predicates
            .iter()
            .find(|predicate| is_match(predicate, dimension))
            .map(|predicate| predicate.value.iter().cloned().collect()),
        Joined::Or if predicates.is_empty() => None,
        Joined::Or => predicates
            .iter()
            .map(|predicate| predicate.value.clone().filter(|_| is_match(predicate, dimension)))
            .collect::<Option<Vec<String>>>(),
    };
    let mut clauses = filter.clauses.iter().map(|clause| level(clause.joined, &clause.predicates));
    match filter.joined {
        Joined::And => level(Joined::And, &filter.predicates).or_else(|| clauses.find_map(|values| values)),
        Joined::Or => {
            let own = if filter.predicates.is_empty() {
                Vec::new()
            } else {
                level(Joined::Or, &filter.predicates)?
            };
            let all = clauses.try_fold(own, |mut all, values| {
                all.extend(values?);
                Some(all)
            })?;
            Some(all).filter(|all| !all.is_empty())
        }
    }
}

/// Users one of whom `filter` demands; `None` when it demands none.
pub(super) fn users_required(filter: &Filter) -> Option<Vec<Uuid>> {
    required(filter, "userId").map(|values| read_ids(&values))
}

fn read_ids(values: &[String]) -> Vec<Uuid> {
    values.iter().filter_map(|value| parse_id(value)).collect()
}
