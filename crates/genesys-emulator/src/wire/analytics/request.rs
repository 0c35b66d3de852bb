//! What the analytics calls take. A field that the vendor does not know is refused, as the vendor refuses it.

use serde::Deserialize;
use serde_json::Value;

/// The body of `POST /analytics/conversations/details/query`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DetailsQuery {
    pub(crate) interval: String,
    #[serde(default)]
    pub(crate) conversation_filters: Vec<Filter>,
    #[serde(default)]
    pub(crate) segment_filters: Vec<Filter>,
    #[serde(default)]
    pub(crate) evaluation_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) survey_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) resolution_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) order: Order,
    #[serde(default)]
    pub(crate) order_by: OrderBy,
    #[serde(default)]
    pub(crate) aggregations: Vec<Value>,
    pub(crate) paging: Option<Paging>,
}

/// The body of `POST /analytics/conversations/details/jobs`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DetailsJob {
    pub(crate) interval: String,
    #[serde(default)]
    pub(crate) conversation_filters: Vec<Filter>,
    #[serde(default)]
    pub(crate) segment_filters: Vec<Filter>,
    #[serde(default)]
    pub(crate) evaluation_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) survey_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) resolution_filters: Vec<Value>,
    #[serde(default)]
    pub(crate) order: Order,
    #[serde(default)]
    pub(crate) order_by: OrderBy,
    pub(crate) limit: Option<i64>,
    #[serde(default)]
    pub(crate) start_of_day_interval_matching: Option<bool>,
}

/// A page of a details query; both are required where it is given.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Paging {
    pub(crate) page_size: i64,
    pub(crate) page_number: i64,
}

/// A filter: its clauses and predicates, all or any of which must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Filter {
    #[serde(rename = "type")]
    pub(crate) joined: Joined,
    #[serde(default)]
    pub(crate) clauses: Vec<Clause>,
    #[serde(default)]
    pub(crate) predicates: Vec<Predicate>,
}

/// The second and last level of a filter.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Clause {
    #[serde(rename = "type")]
    pub(crate) joined: Joined,
    pub(crate) predicates: Vec<Predicate>,
}

/// One condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Predicate {
    #[serde(rename = "type", default)]
    pub(crate) kind: PredicateKind,
    pub(crate) dimension: Option<String>,
    pub(crate) property_type: Option<String>,
    pub(crate) property: Option<String>,
    pub(crate) metric: Option<String>,
    #[serde(default)]
    pub(crate) operator: Operator,
    pub(crate) value: Option<String>,
    pub(crate) range: Option<Value>,
}

/// How conditions are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Joined {
    And,
    Or,
}

/// What a condition is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PredicateKind {
    #[default]
    Dimension,
    Property,
    Metric,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Operator {
    #[default]
    Matches,
    Exists,
    NotExists,
}

/// Direction of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Order {
    #[default]
    Asc,
    Desc,
    Unordered,
}

/// What the answer is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OrderBy {
    #[default]
    ConversationStart,
    ConversationEnd,
    SegmentStart,
    SegmentEnd,
}

/// The body of `POST /analytics/conversations/aggregates/query`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AggregatesQuery {
    pub(crate) interval: String,
    pub(crate) granularity: Option<String>,
    pub(crate) time_zone: Option<String>,
    #[serde(default)]
    pub(crate) group_by: Vec<String>,
    pub(crate) filter: Option<Filter>,
    pub(crate) metrics: Vec<String>,
    pub(crate) flatten_multivalued_dimensions: Option<bool>,
    #[serde(default)]
    pub(crate) views: Vec<Value>,
    pub(crate) alternate_time_dimension: Option<String>,
    pub(crate) query_type: Option<String>,
    pub(crate) sort_metric: Option<Value>,
    pub(crate) limit: Option<i64>,
}
