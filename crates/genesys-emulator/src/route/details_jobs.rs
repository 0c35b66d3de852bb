//! Details jobs: conversations from the data lake, asked for now and fetched when they are there.

use bytes::Bytes;
use serde_json::json;

use super::analytics::{READ_DETAILS, ms, refusal, view_behind};
use crate::{
    generate::text::iso_string,
    history::{Form, JobError, JobLimits, JobState},
    operation::{Call, Need, Operation},
    prepared::{Good, Present, Wanted},
    preset::{JobAnswer, JobRefusal, Switches},
    reply::{Failure, Reply},
    wire::{analytics::job_page, analytics::job_status, time::instant},
    world::World,
};

const READ_AVAILABILITY: Need = Need::Any(&["analytics:conversationDetail:view"]);

/// The operations on details jobs.
pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/api/v2/analytics/conversations/details/jobs/availability",
            READ_AVAILABILITY,
            availability,
        ),
        Operation::post("/api/v2/analytics/conversations/details/jobs", READ_DETAILS, submit),
        Operation::get("/api/v2/analytics/conversations/details/jobs/{jobId}", READ_DETAILS, status),
        Operation::delete("/api/v2/analytics/conversations/details/jobs/{jobId}", READ_DETAILS, cancel),
        Operation::get("/api/v2/analytics/conversations/details/jobs/{jobId}/results", READ_DETAILS, results),
    ]
}

fn availability(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let lag = std::time::Duration::from_secs(call.switches.jobs_lag_s);
    let until = call.now.checked_sub(lag).unwrap_or(call.now);
    Reply::ok(&json!({ "dataAvailabilityDate": instant(until) }))
}

fn submit(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let query = call.read()?;
    let view = view_behind(call, call.switches.jobs_lag_s, Form::Job);
    let limits = limits(call.switches);
    let now = call.now.as_millisecond();
    let World { history, jobs, .. } = &mut *call.world;
    let id = jobs
        .submit(query, &limits, history, view, now)
        .map_err(|error| refused(error, call.switches.jobs_concurrent_refusal))?;
    Reply::with(unfinished(call.switches), &json!({ "jobId": id }))
}

fn status(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let now = call.now.as_millisecond();
    let job = call.world.jobs.get(call.param(0)).map_err(|error| told(call, error))?;
    let state = job.state(now);
    let has_results = matches!(state, JobState::Fulfilled | JobState::Expired);
    let body = job_status(
        state.word(),
        (state == JobState::Failed).then_some("The query could not be completed."),
        &iso_string(job.submitted),
        job.completed(now).map(iso_string).as_deref(),
        has_results.then(|| iso_string(job.expires)).as_deref(),
    );
    Reply::with(if state.is_unfinished() { unfinished(call.switches) } else { 200 }, &body)
}

fn cancel(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param(0).to_owned();
    let cancelled = call.world.jobs.cancel(&id, call.now.as_millisecond());
    cancelled.map_err(|error| told(call, error))?;
    Ok(Reply::empty(204))
}

fn results(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let size = call.query.number("pageSize")?;
    let limits = limits(call.switches);
    let (id, now) = (call.param(0), call.now.as_millisecond());
    let cursor = call.query.one("cursor");
    let asked = call.world.jobs.place(id, cursor, size, &limits, now).map_err(|error| told(call, error))?;
    let wanted =
        Wanted::Results { job: id.to_owned(), cursor: cursor.unwrap_or("").to_owned(), size: asked.size };
    if let Some(page) = call.world.prepared.find(&wanted, Present::Instant(now)) {
        return Ok(Reply::json(page));
    }
    let (page, next) = call.world.jobs.page(id, asked, now).map_err(|error| told(call, error))?;
    let body = Bytes::from(job_page(&page.records, next.as_deref(), page.available));
    // The cursor on a page is as old as the page: one that is handed on is good for half its life at least.
    let good = Good::Between(now, now.saturating_add(limits.cursor_ms / 2).saturating_add(1));
    call.world.prepared.keep(wanted, body.clone(), good);
    Ok(Reply::json(body))
}

/// The status of an answer about a job that is not done.
fn unfinished(switches: &Switches) -> u16 {
    match switches.jobs_unfinished_answer {
        JobAnswer::Ok200 => 200,
        JobAnswer::Accepted202 => 202,
    }
}

fn limits(switches: &Switches) -> JobLimits {
    JobLimits {
        interval_max_days: switches.jobs_interval_max_days,
        predicates_max: switches.details_predicates_max,
        concurrent_max: switches.jobs_concurrent_max,
        page_max: switches.jobs_page_max,
        queue_ms: ms(switches.jobs_queue_s),
        run_ms: ms(switches.jobs_run_s),
        expire_ms: ms(switches.jobs_expire_s),
        cursor_ms: ms(switches.jobs_cursor_s),
    }
}

fn told(call: &Call<'_>, error: JobError) -> Failure {
    refused(error, call.switches.jobs_concurrent_refusal)
}

/// The vendor's words for a job or a page that it refuses. Which they are for a page that is not to be had is not
/// documented: it is a 400 that says why, and a 404 once the job is gone.
fn refused(error: JobError, too_many: JobRefusal) -> Failure {
    match error {
        JobError::Query(error) => refusal(error),
        JobError::TooMany { max, free_in_s } => match too_many {
            JobRefusal::TooManyRequests429 => {
                let mut failure = Failure::new(
                    429,
                    "too.many.requests.retry.after",
                    format!(
                        "No more than {max} jobs may run at once. Retry the request in [{free_in_s}] seconds"
                    ),
                );
                failure.retry_after_s = Some(free_in_s);
                failure
            }
            JobRefusal::BadRequest400 => {
                Failure::new(400, "bad.request", format!("No more than {max} jobs may run at once."))
            }
        },
        JobError::Unknown | JobError::NoResults { state: JobState::Expired } => Failure::not_found(),
        JobError::NoResults { state } => {
            Failure::new(400, "bad.request", format!("The job has no results: it is {}.", state.word()))
        }
        JobError::ForeignCursor => Failure::new(400, "bad.request", "The cursor is not valid."),
        JobError::StaleCursor => Failure::new(400, "bad.request", "The cursor has expired."),
    }
}
