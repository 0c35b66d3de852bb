//! Aggregates: metrics summed by user, medium and period, each where it was emitted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::filter::{compare, dimension_of, holds, users_required};
use super::metric::{AgentMetric, Emission, of_leg};
use super::query::{QueryError, interval};
use super::select::Reach;
use super::show::View;
use super::{History, Key, Spot};
use crate::generate::calendar::DAY_MS;
use crate::generate::sketch::LONGEST_MS;
use crate::generate::text::iso_string;
use crate::wire::analytics::request::{AggregatesQuery, Filter};

/// Most periods that one query may be cut into.
const PERIODS_MAX: usize = 10_000;

/// An aggregate query, checked.
#[derive(Debug)]
pub(crate) struct AggregateQuery {
    /// Where one period ends and the next begins, the ends of the interval included.
    edges: Vec<i64>,
    metrics: Vec<AgentMetric>,
    by_user: bool,
    by_media: bool,
    filter: Option<Filter>,
}

/// Sums of one metric in one group and period.
#[derive(Debug, Clone, Copy)]
struct Stats {
    count: u64,
    sum: i64,
    min: i64,
    max: i64,
}

type Group = (Option<Uuid>, Option<Box<str>>);
type Sums = BTreeMap<Group, BTreeMap<i64, BTreeMap<AgentMetric, Stats>>>;

impl AggregateQuery {
    /// Checks the body of a query.
    ///
    /// # Errors
    /// When the vendor would refuse it, or when it asks for something that is not emulated.
    pub(crate) fn new(query: AggregatesQuery) -> Result<Self, QueryError> {
        let refused = [
            (!query.views.is_empty(), "views of aggregates"),
            (query.alternate_time_dimension.is_some(), "alternate time dimensions"),
            (query.query_type.is_some_and(|kind| kind != "groupBy"), "top and bottom groups"),
            (query.sort_metric.is_some() || query.limit.is_some(), "sorted aggregates"),
            (query.flatten_multivalued_dimensions == Some(true), "flattened dimensions"),
            (
                query.time_zone.is_some_and(|zone| zone != "UTC" && zone != "Etc/UTC"),
                "time zones other than UTC",
            ),
            (
                query.group_by.iter().any(|name| name != "userId" && name != "mediaType"),
                "groups other than userId and mediaType",
            ),
            (
                query.filter.as_ref().is_some_and(filters_else),
                "aggregate filters other than userId and mediaType",
            ),
        ];
        if let Some((_, what)) = refused.iter().find(|(asked, _)| *asked) {
            return Err(QueryError::NotEmulated { what });
        }
        let metrics: Option<Vec<_>> = query.metrics.iter().map(|name| AgentMetric::named(name)).collect();
        let what = "aggregate metrics other than nConnected, tAlert, tTalk, tHandle, tTalkComplete, tHeldComplete and tAcw";
        Ok(Self {
            edges: edges(interval(&query.interval)?, query.granularity.as_deref())?,
            metrics: metrics.filter(|metrics| !metrics.is_empty()).ok_or(QueryError::NotEmulated { what })?,
            by_user: query.group_by.iter().any(|name| name == "userId"),
            by_media: query.group_by.iter().any(|name| name == "mediaType"),
            filter: query.filter,
        })
    }

    fn period(&self, at: i64) -> Option<i64> {
        let after = self.edges.partition_point(|edge| *edge <= at);
        if after == self.edges.len() { None } else { self.edges.get(after.checked_sub(1)?).copied() }
    }

    fn means(&self, user: Uuid, media: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            let user = user.to_string();
            holds(filter, |predicate| {
                compare(predicate, Some(if dimension_of(predicate) == "userId" { &user } else { media }))
            })
        })
    }
}

/// Sums what `query` asks for; the value is the vendor's `ConversationAggregateQueryResponse`.
pub(crate) fn aggregate(history: &History, query: &AggregateQuery, view: &View) -> Value {
    let mut sums = Sums::new();
    history.emissions(query, view, |user, media, metric, at, value| {
        if at > view.as_of || view.severed.contains(&user) || !query.metrics.contains(&metric) {
            return;
        }
        let Some(period) = query.period(at).filter(|_| query.means(user, media)) else { return };
        let group = (query.by_user.then_some(user), query.by_media.then(|| media.into()));
        let stats = sums.entry(group).or_default().entry(period).or_default().entry(metric);
        stats.and_modify(|stats| stats.add(value)).or_insert_with(|| Stats::of(value));
    });
    let results: Vec<Value> = sums.iter().map(|(group, periods)| result(query, group, periods)).collect();
    if results.is_empty() { json!({}) } else { json!({ "results": results }) }
}

impl Stats {
    const fn of(value: i64) -> Self {
        Self { count: 1, sum: value, min: value, max: value }
    }

    fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }
}

fn result(
    query: &AggregateQuery,
    (user, media): &Group,
    periods: &BTreeMap<i64, BTreeMap<AgentMetric, Stats>>,
) -> Value {
    let mut group = Map::new();
    group.extend(user.map(|user| ("userId".to_owned(), json!(user))));
    group.extend(media.as_ref().map(|media| ("mediaType".to_owned(), json!(media))));
    let data: Vec<Value> = periods
        .iter()
        .map(|(from, metrics)| {
            let next = query.edges.partition_point(|edge| edge <= from);
            let to = query.edges.get(next).copied().unwrap_or(*from);
            let metrics: Vec<Value> = metrics.iter().map(|(metric, stats)| told(*metric, stats)).collect();
            json!({ "interval": format!("{}/{}", iso_string(*from), iso_string(to)), "metrics": metrics })
        })
        .collect();
    json!({ "group": group, "data": data })
}

fn told(metric: AgentMetric, stats: &Stats) -> Value {
    let stats = if metric.is_count() {
        json!({ "count": stats.count })
    } else {
        json!({ "max": stats.max, "min": stats.min, "count": stats.count, "sum": stats.sum })
    };
    json!({ "metric": metric.name(), "stats": stats })
}

fn filters_else(filter: &Filter) -> bool {
    let mut predicates =
        filter.predicates.iter().chain(filter.clauses.iter().flat_map(|clause| &clause.predicates));
    predicates.any(|predicate| !matches!(dimension_of(predicate), "userId" | "mediaType"))
}

/// Where the interval is cut: at UTC midnights, at the first of months, or not at all.
fn edges((from, to): (i64, i64), granularity: Option<&str>) -> Result<Vec<i64>, QueryError> {
    let mut edges = vec![from];
    let mut next = from;
    loop {
        next = match granularity {
            None => to,
            Some("P1D") => (next.div_euclid(DAY_MS) + 1) * DAY_MS,
            Some("P1M") => month_after(next).unwrap_or(to),
            Some(_) => return Err(QueryError::NotEmulated { what: "granularities other than P1D and P1M" }),
        };
        edges.push(next.min(to));
        if next >= to {
            return Ok(edges);
        }
        if edges.len() > PERIODS_MAX {
            return Err(QueryError::NotEmulated { what: "intervals of more than 10,000 periods" });
        }
    }
}

/// The first instant of the month after the one `at` is in.
fn month_after(at: i64) -> Option<i64> {
    let day = Timestamp::from_millisecond(at).ok()?.to_zoned(TimeZone::UTC).date();
    let next = day.first_of_month().checked_add(1.month()).ok()?;
    Some(next.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

impl History {
    /// Visits every metric value that may fall into the query's interval.
    fn emissions(
        &self,
        query: &AggregateQuery,
        view: &View,
        mut visit: impl FnMut(Uuid, &str, AgentMetric, i64, i64),
    ) {
        let from = query.edges.first().map_or(0, |first| first - LONGEST_MS);
        let to = query.edges.last().copied().unwrap_or(0).min(view.as_of + 1);
        let users = query.filter.as_ref().and_then(users_required);
        let made = match &users {
            Some(users) => self.hits_of_users(users, from, to, Reach::All),
            None => self.hits_of_all(from, to, Reach::All),
        };
        let singular = self.singular.iter().map(|stream| Key::Made(Spot { stream: *stream, index: 0 }));
        let keys: BTreeSet<Key> = made.iter().map(|hit| hit.key).chain(singular).collect();
        for key in keys {
            if let Key::Made(spot) = key
                && !self.removed.contains(&spot)
                && self.has_arrived(key, view)
            {
                self.emissions_of(spot, &mut visit);
            }
        }
        for (_, held) in self.shelf.all().filter(|(id, _)| self.has_arrived(Key::Held(*id), view)) {
            let of_those =
                |emission: &&Emission| users.as_ref().is_none_or(|users| users.contains(&emission.user));
            for emission in held.emissions.iter().filter(of_those) {
                visit(emission.user, &emission.media, emission.metric, emission.at, emission.value);
            }
        }
    }

    fn emissions_of(&self, spot: Spot, visit: &mut impl FnMut(Uuid, &str, AgentMetric, i64, i64)) {
        let Some(sketch) = self.sketch(spot) else { return };
        let Some((owner, colleague)) = self.members(spot, &sketch) else { return };
        let legs = [(Some(owner), Some(sketch.first), sketch.inbound), (colleague, sketch.second, true)];
        for (member, leg, rang) in legs {
            let (Some(member), Some(leg)) = (member, leg) else { continue };
            let (user, _) = self.attributed(spot, member.id, "");
            for (metric, at, value) in of_leg(&leg, rang) {
                visit(user, sketch.media.as_str(), metric, at, value);
            }
        }
    }
}
