//! The question put to the conversation details query.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};

/// A stretch of time. The vendor returns every conversation that started on a UTC day the stretch touches, so stretches are
/// best cut at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    start: Timestamp,
    end: Timestamp,
}

/// The end of an interval is not after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the interval from {start} to {end} is empty")]
pub struct IntervalError {
    /// Start.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
}

/// Order of a query's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Earliest first.
    Ascending,
    /// Latest first.
    Descending,
}

impl Order {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// What a query's result is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// Start of the conversation.
    ConversationStart,
    /// End of the conversation.
    ConversationEnd,
}

/// A details query. With a filter the vendor accepts up to 31 days, without one up to 7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationQuery {
    interval: Interval,
    users: Vec<String>,
    live_only: bool,
    order: Order,
    order_by: OrderBy,
    page_number: u32,
    page_size: Option<u32>,
}

impl Interval {
    /// Returns the time from `start` up to `end`.
    ///
    /// # Errors
    /// The end is not after the start.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, IntervalError> {
        if start < end { Ok(Self { start, end }) } else { Err(IntervalError { start, end }) }
    }

    /// Returns the start.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Returns the end.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.end
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}/{:.3}", self.start, self.end)
    }
}

impl ConversationQuery {
    /// Returns a query for all conversations of an interval, earliest first, from its first page.
    #[must_use]
    pub fn new(interval: Interval) -> Self {
        Self {
            interval,
            users: Vec::new(),
            live_only: false,
            order: Order::Ascending,
            order_by: OrderBy::ConversationStart,
            page_number: 1,
            page_size: None,
        }
    }

    /// Restricts the query to conversations that a user took part in.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        self.users = vec![user.to_owned()];
        self
    }

    /// Restricts the query to conversations that any of the users took part in. How many the vendor takes is undocumented.
    #[must_use]
    pub fn users(mut self, users: &[&str]) -> Self {
        self.users = users.iter().map(|user| (*user).to_owned()).collect();
        self
    }

    /// Restricts the query to conversations that have not ended.
    #[must_use]
    pub fn live_only(mut self) -> Self {
        self.live_only = true;
        self
    }

    /// Sets the order.
    #[must_use]
    pub fn order(mut self, order: Order, by: OrderBy) -> Self {
        (self.order, self.order_by) = (order, by);
        self
    }

    /// Asks for a page, counted from 1.
    #[must_use]
    pub fn page(mut self, number: u32) -> Self {
        self.page_number = number;
        self
    }

    /// Sets the number of conversations on a page, instead of [`Limits::details_page_size`](crate::Limits).
    #[must_use]
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    pub(crate) fn to_json(&self, default_page_size: u32) -> Value {
        let mut body = json!({
            "interval": self.interval.to_string(),
            "order": self.order.as_str(),
            "orderBy": match self.order_by {
                OrderBy::ConversationStart => "conversationStart",
                OrderBy::ConversationEnd => "conversationEnd",
            },
            "paging": {
                "pageSize": self.page_size.unwrap_or(default_page_size),
                "pageNumber": self.page_number,
            },
        });
        if let Some(filter) = users_filter(&self.users) {
            put(&mut body, "segmentFilters", &filter);
        }
        if self.live_only {
            let predicate =
                json!({ "type": "dimension", "dimension": "conversationEnd", "operator": "notExists" });
            put(&mut body, "conversationFilters", &json!({ "type": "and", "predicates": [predicate] }));
        }
        body
    }
}

/// Returns the condition that one of the users took part; `None` if anybody may have.
pub(super) fn users_filter(users: &[String]) -> Option<Value> {
    let predicate = |user: &String| json!({ "type": "dimension", "dimension": "userId", "operator": "matches", "value": user });
    let kind = if users.len() > 1 { "or" } else { "and" };
    let predicates: Vec<Value> = users.iter().map(predicate).collect();
    (!users.is_empty()).then(|| json!({ "type": kind, "predicates": predicates }))
}

fn put(body: &mut Value, name: &str, filter: &Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.to_owned(), json!([filter]));
    }
}
