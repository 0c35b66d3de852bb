//! Details jobs: the same conversations as by details query, put together by the vendor in its data lake and fetched page by
//! page. For histories of any size, behind by as much as the lake is.
//!
//! A job is a question whose answer comes later. It changes nothing of the organization, so these calls are reads, and they
//! are repeated as reads are: a submission whose answer was lost leaves at worst a second job, which nobody fetches and which
//! expires by itself. What that costs is one more of the jobs that the vendor works on at a time.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Interval, Order, RecordPage, query::users_filter};
use crate::{
    clock::{after, until},
    disposition::Disposition,
    error::Error,
    odd,
    reader::Reader,
    request::{Call, Segment},
};

/// What a details job is to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobQuery {
    interval: Interval,
    users: Vec<String>,
    start_of_day: bool,
    order: Order,
}

/// How far a job is. The vendor documents no other states, so any other value is an error rather than a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// It is being worked on.
    Pending,
    /// It will not be finished.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// Its results can be fetched.
    Fulfilled,
    /// Its results are gone.
    Expired,
}

/// A job as the vendor tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobStatus {
    /// How far it is.
    pub state: JobState,
    /// Why it failed, in the vendor's words: for people to read, not for logs.
    pub error_message: Option<String>,
    /// When its results will be gone.
    #[serde(rename = "expirationDate", default, deserialize_with = "odd::instant")]
    pub expires: Option<Timestamp>,
    /// When it was submitted.
    #[serde(rename = "submissionDate", default, deserialize_with = "odd::instant")]
    pub submitted: Option<Timestamp>,
    /// When it was finished.
    #[serde(rename = "completionDate", default, deserialize_with = "odd::instant")]
    pub completed: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
    job_id: String,
}

const JOB: &str = "/api/v2/analytics/conversations/details/jobs/{jobId}";

impl JobQuery {
    /// Returns a job for all conversations of an interval, earliest first. By itself the vendor takes every conversation
    /// whose lifetime touches the interval.
    #[must_use]
    pub fn new(interval: Interval) -> Self {
        Self { interval, users: Vec::new(), start_of_day: false, order: Order::Ascending }
    }

    /// Restricts the job to conversations that any of the users took part in.
    #[must_use]
    pub fn users(mut self, users: &[&str]) -> Self {
        self.users = users.iter().map(|user| (*user).to_owned()).collect();
        self
    }

    /// Restricts the job to conversations that began on a UTC day of the interval, as a details query does
    /// (`startOfDayIntervalMatching`).
    #[must_use]
    pub fn start_of_day(mut self) -> Self {
        self.start_of_day = true;
        self
    }

    /// Sets the order by start.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    fn to_json(&self) -> Value {
        let mut body = json!({
            "interval": self.interval.to_string(),
            "order": self.order.as_str(),
            "orderBy": "conversationStart",
            "startOfDayIntervalMatching": self.start_of_day,
        });
        if let (Some(filter), Some(fields)) = (users_filter(&self.users), body.as_object_mut()) {
            fields.insert("segmentFilters".to_owned(), json!([filter]));
        }
        body
    }
}

impl JobState {
    /// Returns whether the vendor will do no more about the job.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Pending => false,
            Self::Failed | Self::Cancelled | Self::Fulfilled | Self::Expired => true,
        }
    }
}

impl Reader {
    /// Submits a details job and returns its id.
    ///
    /// # Errors
    /// [`Forbidden`](Disposition::Forbidden) without `analytics:conversationDetail:view`, or else as any read.
    pub async fn submit_details_job(&self, query: &JobQuery) -> Result<String, Error> {
        let template = "/api/v2/analytics/conversations/details/jobs";
        let call = Call::ask("submit details job", template, &query.to_json());
        Ok(self.read::<Submitted>(&call).await?.job_id)
    }

    /// Reads how far a job is.
    ///
    /// # Errors
    /// [`Absent`](Disposition::Absent) if the vendor no longer knows the job, or else as any read.
    pub async fn details_job(&self, job: &str) -> Result<JobStatus, Error> {
        self.read(&Call::get("read details job", JOB, &[Segment::Id(job)])).await
    }

    /// Waits until the vendor will do no more about a job, for [`Limits::job_wait`](crate::Limits) at most, and returns how
    /// far it is then. The pauses between two looks double, from [`Limits::job_poll`](crate::Limits) on.
    ///
    /// # Errors
    /// As [`Reader::details_job`].
    pub async fn await_details_job(&self, job: &str) -> Result<JobStatus, Error> {
        let wire = &self.pipeline().wire;
        let deadline = after(wire.clock.now(), wire.limits.job_wait);
        let mut pause = wire.limits.job_poll;
        loop {
            let status = Box::pin(self.details_job(job)).await?;
            let left = until(wire.clock.now(), deadline);
            if status.state.is_final() || left == Duration::ZERO {
                return Ok(status);
            }
            self.pipeline().pause_for_job(pause.min(left)).await;
            pause = pause.saturating_mul(2).min(wire.limits.max_backoff);
        }
    }

    /// Reads one page of a job's results, the first without a cursor; the last one is the one that names none.
    ///
    /// # Errors
    /// As any read; [`BadAnswer`](Disposition::BadAnswer) also for an answer that the vendor marks as not ready or as a part.
    pub async fn details_job_results(
        &self,
        job: &str,
        cursor: Option<&str>,
        page_size: u32,
    ) -> Result<RecordPage, Error> {
        let template = "/api/v2/analytics/conversations/details/jobs/{jobId}/results";
        let mut call = Call::get("read results of details job", template, &[Segment::Id(job)])
            .query("pageSize", page_size.to_string());
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        Box::pin(self.record_page(&call)).await
    }

    /// Cancels a job whose results are not wanted, so that another can be worked on. One that is gone counts as cancelled.
    ///
    /// # Errors
    /// As any read. Nothing depends on it: a job that is left alone expires.
    pub async fn cancel_details_job(&self, job: &str) -> Result<(), Error> {
        let mut call = Call::get("cancel details job", JOB, &[Segment::Id(job)]);
        call.method = http::Method::DELETE;
        match Box::pin(self.pipeline().run(&call, &mut |_| Ok(()))).await {
            Ok(_) => Ok(()),
            Err(error) if error.disposition() == Disposition::Absent => Ok(()),
            Err(error) => Err(error),
        }
    }
}
