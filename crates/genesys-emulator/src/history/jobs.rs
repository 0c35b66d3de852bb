//! The details jobs of an organization.

use std::{collections::HashMap, collections::VecDeque, sync::Arc};

use super::History;
use super::cursor::{Cursor, Place};
use super::job::{Job, JobError, JobLimits, JobPage, JobState};
use super::query::QueryError;
use super::show::View;
use crate::generate::draw::Draw;
use crate::wire::analytics::request::DetailsJob;

/// As many jobs as are remembered; the oldest make room.
const REMEMBERED: usize = 10_000;

/// Which results of a job are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    place: Place,
    pub(crate) size: u64,
}

/// All details jobs.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    by_id: HashMap<String, Job>,
    oldest_first: VecDeque<String>,
    submitted: u64,
}

impl Jobs {
    /// Takes a job in and returns its id.
    ///
    /// # Errors
    /// When the vendor would refuse it, or when it asks for something that is not emulated.
    pub(crate) fn submit(
        &mut self,
        query: DetailsJob,
        limits: &JobLimits,
        history: &Arc<History>,
        view: View,
        now: i64,
    ) -> Result<String, JobError> {
        self.let_go(now);
        self.check_room(limits.concurrent_max, now)?;
        let job = Job::new(query, limits, history, view, now)?;
        self.submitted += 1;
        // Apart from the world's ids, so that these do not depend on how many jobs there were.
        let id = Draw::new(history.cast.seed, [0x10B, self.submitted, 0]).uuid().to_string();
        if self.oldest_first.len() == REMEMBERED
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.by_id.insert(id.clone(), job);
        self.oldest_first.push_back(id.clone());
        Ok(id)
    }

    fn check_room(&self, max: u64, now: i64) -> Result<(), JobError> {
        let unfinished: Vec<i64> =
            self.by_id.values().filter(|job| job.state(now).is_unfinished()).map(|job| job.done).collect();
        if (unfinished.len() as u64) < max {
            return Ok(());
        }
        let free_in_ms = unfinished.iter().min().map_or(0, |done| done - now);
        let free_in_s = u64::try_from(free_in_ms).unwrap_or(0).div_ceil(1_000).max(1);
        Err(JobError::TooMany { max, free_in_s })
    }

    /// Gives up what no results can be read of any more.
    fn let_go(&mut self, now: i64) {
        for job in self.by_id.values_mut().filter(|job| job.snapshot.is_some()) {
            let state = job.state(now);
            if !state.is_unfinished() && state != JobState::Fulfilled {
                job.snapshot = None;
            }
        }
    }

    /// Returns a job.
    pub(crate) fn get(&self, id: &str) -> Result<&Job, JobError> {
        self.by_id.get(id).ok_or(JobError::Unknown)
    }

    /// Returns which results are asked for.
    ///
    /// # Errors
    /// When there are no results to be had, or none there.
    pub(crate) fn place(
        &self,
        id: &str,
        cursor: Option<&str>,
        size: Option<usize>,
        limits: &JobLimits,
        now: i64,
    ) -> Result<Asked, JobError> {
        let state = self.get(id)?.state(now);
        if state != JobState::Fulfilled {
            return Err(JobError::NoResults { state });
        }
        let max = limits.page_max;
        let size = size.map_or(max, |size| size as u64);
        if size == 0 || size > max {
            let given = i64::try_from(size).unwrap_or(i64::MAX);
            return Err(QueryError::PageSize { given, max }.into());
        }
        let place = match cursor {
            None => Place::default(),
            Some(text) => {
                let cursor = Cursor::open(id, text)?;
                if now.saturating_sub(cursor.issued) > limits.cursor_ms {
                    return Err(JobError::StaleCursor);
                }
                cursor.place
            }
        };
        Ok(Asked { place, size })
    }

    /// Returns a page of a job's results and the cursor of the next.
    ///
    /// # Errors
    /// When there are no results to be had.
    pub(crate) fn page(
        &self,
        id: &str,
        asked: Asked,
        now: i64,
    ) -> Result<(JobPage, Option<String>), JobError> {
        let page = self.get(id)?.page(asked.place, asked.size, now)?;
        let next = page.next.map(|next| Cursor::new(now, next, asked.place).seal(id));
        Ok((page, next))
    }

    /// Cancels a job that is not done, and takes one that is away.
    ///
    /// # Errors
    /// When there is no such job.
    pub(crate) fn cancel(&mut self, id: &str, now: i64) -> Result<(), JobError> {
        let job = self.by_id.get_mut(id).ok_or(JobError::Unknown)?;
        if job.state(now).is_unfinished() {
            job.cancelled = Some(now);
            job.snapshot = None;
        } else {
            self.by_id.remove(id);
            self.oldest_first.retain(|other| other != id);
        }
        Ok(())
    }

    /// Takes all jobs away; ids are not used again.
    pub(crate) fn clear(&mut self) {
        self.by_id.clear();
        self.oldest_first.clear();
    }

    /// Lets a job fail when it would be done; returns whether there is such a job.
    pub(crate) fn let_fail(&mut self, id: &str) -> bool {
        let job = self.by_id.get_mut(id);
        job.is_some_and(|job| {
            job.fails = true;
            true
        })
    }
}
