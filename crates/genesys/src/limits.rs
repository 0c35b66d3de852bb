//! Every bound of the client in one place: there is no wait, body, page walk or retry without one.

use std::time::Duration;

/// What a client will put up with. The defaults suit one organization on the public network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest time to establish a connection; used by [`Transport::network_with`](crate::Transport::network_with).
    pub connect_timeout: Duration,
    /// Longest silence: from sending to the head of the answer, and between two pieces of its body.
    pub read_timeout: Duration,
    /// Longest time of one request, from sending to the last byte of the answer.
    pub total_timeout: Duration,
    /// Longest time of one call: all attempts, waits for the budget and pauses together.
    pub max_elapsed: Duration,
    /// Most times that one call is attempted.
    pub max_attempts: u32,
    /// Largest body accepted, in bytes, as it travels and as it is meant.
    pub max_body_bytes: usize,
    /// Whether bodies travel as gzip also over loopback, where that saves nothing.
    pub gzip_over_loopback: bool,
    /// Most pages of one list, and of one walk over people.
    pub max_pages: u32,
    /// Most times that a list whose pages do not add up is read.
    pub max_list_reads: u32,
    /// Entries asked for per page of a list. More than 100 are never asked for: that is the vendor's maximum for the members
    /// of a queue and for phones.
    pub page_size: u32,
    /// Conversations asked for per page of a details query, where a query does not say.
    pub details_page_size: u32,
    /// Conversations asked for per page of a job's results. The vendor states no maximum.
    pub job_page_size: u32,
    /// Most users named in one question about conversations. The vendor states no maximum for these, and 100 for the
    /// aggregates of users.
    pub users_per_filter: usize,
    /// First pause between two looks at a job; doubles each time, up to [`Limits::max_backoff`].
    pub job_poll: Duration,
    /// Longest wait for one job.
    pub job_wait: Duration,
    /// Requests a minute and token assumed until the vendor states its own number (`inin-ratelimit-allowed`).
    pub requests_per_minute: u32,
    /// First pause before a repetition; doubles each time, with jitter.
    pub backoff: Duration,
    /// Longest pause before a repetition, unless the vendor asked for more.
    pub max_backoff: Duration,
    /// Seed of the jitter, so that a simulation repeats exactly.
    pub jitter_seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(90),
            max_elapsed: Duration::from_secs(300),
            max_attempts: 6,
            max_body_bytes: 16 << 20,
            gzip_over_loopback: false,
            max_pages: 2_000,
            max_list_reads: 4,
            page_size: 100,
            details_page_size: 100,
            job_page_size: 1_000,
            users_per_filter: 100,
            job_poll: Duration::from_secs(1),
            job_wait: Duration::from_secs(900),
            requests_per_minute: 300,
            backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            jitter_seed: 0,
        }
    }
}
