//! Conversation aggregates: how many conversations users had in each period, as the vendor counts them.
//!
//! A figure counts by the moment at which its event was reported, not by the start of the conversation, so it is another
//! view of the same history and not a checksum of it.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, de::Error as _};
use serde_json::{Value, json};

use super::{Interval, query::users_filter};
use crate::{error::Error, reader::Reader, request::Call};

/// Length of the periods that an interval is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// UTC days.
    Day,
    /// Calendar months.
    Month,
}

/// The conversations of users, counted for each of them and each period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateQuery {
    interval: Interval,
    users: Vec<String>,
    granularity: Granularity,
}

/// What one user did in one period. Periods without figures are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Id of the user.
    pub user: String,
    /// The period.
    pub interval: Interval,
    /// How many times were handled (`tHandle`): counted once wrap-up is over, so there may have been more.
    pub handled: u64,
    /// How long they took together.
    pub handle_time: Duration,
    /// Whether anything at all is counted of the user: something rang (`tAlert`), was talked about (`tTalk`) or handled.
    pub is_any: bool,
}

/// What is asked for: what belongs to an agent. `nConnected` stands in the customer's session in the vendor's records.
const METRICS: [&str; 3] = ["tHandle", "tTalk", "tAlert"];

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<Container>,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default)]
    group: BTreeMap<String, String>,
    #[serde(default)]
    data: Vec<Period>,
}

#[derive(Deserialize)]
struct Period {
    interval: String,
    #[serde(default)]
    metrics: Vec<Metric>,
}

#[derive(Deserialize)]
struct Metric {
    metric: String,
    stats: Option<Stats>,
}

#[derive(Deserialize)]
struct Stats {
    count: Option<u64>,
    sum: Option<f64>,
}

impl AggregateQuery {
    /// Returns a query by user and period.
    #[must_use]
    pub fn new(interval: Interval, users: &[&str], granularity: Granularity) -> Self {
        Self { interval, users: users.iter().map(|user| (*user).to_owned()).collect(), granularity }
    }

    fn to_json(&self) -> Value {
        let mut body = json!({
            "interval": self.interval.to_string(),
            "granularity": match self.granularity {
                Granularity::Day => "P1D",
                Granularity::Month => "P1M",
            },
            "groupBy": ["userId"],
            "metrics": METRICS,
        });
        if let (Some(filter), Some(fields)) = (users_filter(&self.users), body.as_object_mut()) {
            fields.insert("filter".to_owned(), filter);
        }
        body
    }
}

impl Answer {
    fn told(self) -> Result<Vec<Aggregate>, serde_json::Error> {
        let mut told = Vec::new();
        for Container { group, data } in self.results {
            let user = group.get("userId").ok_or_else(|| serde_json::Error::missing_field("userId"))?;
            for period in data {
                told.push(period.told(user)?);
            }
        }
        Ok(told)
    }
}

impl Period {
    fn told(self, user: &str) -> Result<Aggregate, serde_json::Error> {
        let interval = interval(&self.interval)
            .ok_or_else(|| serde_json::Error::custom("an interval is two instants"))?;
        let mut told = Aggregate {
            user: user.to_owned(),
            interval,
            handled: 0,
            handle_time: Duration::ZERO,
            is_any: false,
        };
        for Metric { metric, stats } in self.metrics {
            let Some(stats) = stats else { continue };
            told.is_any |= METRICS.contains(&metric.as_str()) && stats.count.unwrap_or(0) > 0;
            if metric == "tHandle" {
                told.handled = stats.count.unwrap_or(0);
                told.handle_time = milliseconds(stats.sum.unwrap_or(0.0))?;
            }
        }
        Ok(told)
    }
}

fn milliseconds(sum: f64) -> Result<Duration, serde_json::Error> {
    Duration::try_from_secs_f64(sum / 1000.0).map_err(serde_json::Error::custom)
}

fn interval(text: &str) -> Option<Interval> {
    let (start, end) = text.split_once('/')?;
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    Interval::new(instant(start)?, instant(end)?).ok()
}

impl Reader {
    /// Counts the conversations of users by period.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `analytics:conversationAggregate:view`.
    pub async fn conversation_aggregates(&self, query: &AggregateQuery) -> Result<Vec<Aggregate>, Error> {
        let template = "/api/v2/analytics/conversations/aggregates/query";
        let call = Call::ask("query conversation aggregates", template, &query.to_json());
        let mut told = Vec::new();
        let mut accept = |success: &crate::answer::Success| {
            told = serde_json::from_slice::<Answer>(&success.body)?.told()?;
            Ok(())
        };
        Box::pin(self.pipeline().run(&call, &mut accept)).await?;
        Ok(told)
    }
}
