//! `UserSearchRequest` and `UsersSearchResponse`.

use serde::{Deserialize, Serialize};

use super::user::UserPayload;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserSearchRequest {
    pub(crate) sort_order: Option<SortOrder>,
    pub(crate) sort_by: Option<String>,
    pub(crate) page_size: Option<usize>,
    pub(crate) page_number: Option<usize>,
    pub(crate) expand: Option<Vec<String>>,
    pub(crate) query: Option<Vec<Criterion>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum SortOrder {
    #[serde(rename = "ASC")]
    Ascending,
    #[serde(rename = "DESC")]
    Descending,
    #[serde(rename = "SCORE")]
    Score,
}

/// `UserSearchCriteria`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Criterion {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    pub(crate) value: Option<String>,
    pub(crate) values: Option<Vec<String>>,
    pub(crate) operator: Option<Operator>,
    pub(crate) group: Option<Vec<Self>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Kind {
    Exact,
    StartsWith,
    Contains,
    Regex,
    Term,
    Terms,
    RequiredFields,
    MatchAll,
    QueryString,
    Range,
    LessThan,
    LessThanEqualTo,
    GreaterThan,
    GreaterThanEqualTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Operator {
    And,
    Or,
    Not,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsersSearchResponse<'a> {
    pub(crate) total: usize,
    pub(crate) page_count: usize,
    pub(crate) page_size: usize,
    pub(crate) page_number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous_page: Option<String>,
    pub(crate) current_page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_page: Option<String>,
    pub(crate) types: [&'static str; 1],
    pub(crate) results: Vec<UserPayload<'a>>,
}
