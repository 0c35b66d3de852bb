//! Pages of records as they were answered, for those who ask for the same page again.
//!
//! Spelling a page out costs a thousand times what handing its bytes on costs. What is kept is bounded in bytes; the
//! oldest pages make room. A page that would be answered differently now is not handed on.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use crate::history::{Limits, View};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wanted {
    /// A page of a details query, by the request's body and the switches that decide the answer.
    Query { body: Box<[u8]>, limits: Limits, omits_empty_list: bool },
    /// A page of a job's results.
    Results { job: String, cursor: String, size: u64 },
}

/// Under which circumstances a page is still what would be answered.
#[derive(Debug)]
pub(crate) enum Good {
    /// While history does not change and is looked at in the same way; at later instants too, if it is `lasting`.
    While { revision: u64, view: View, lasting: bool },
    /// Between two instants, in milliseconds since the epoch.
    Between(i64, i64),
}

/// The present circumstances.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Present<'a> {
    History { revision: u64, view: &'a View },
    Instant(i64),
}

/// Pages that were answered.
#[derive(Debug)]
pub(crate) struct Prepared {
    most_bytes: usize,
    bytes: usize,
    pages: HashMap<Wanted, (Bytes, Good)>,
    oldest_first: VecDeque<Wanted>,
}

impl Prepared {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, bytes: 0, pages: HashMap::new(), oldest_first: VecDeque::new() }
    }

    /// Returns the page that was answered to the same question, if it is still the answer.
    pub(crate) fn find(&self, wanted: &Wanted, present: Present<'_>) -> Option<Bytes> {
        let (page, good) = self.pages.get(wanted)?;
        good.holds(present).then(|| page.clone())
    }

    /// Keeps a page, in place of one that answered the same question.
    pub(crate) fn keep(&mut self, wanted: Wanted, page: Bytes, good: Good) {
        if page.len() > self.most_bytes {
            return;
        }
        self.bytes += page.len();
        match self.pages.insert(wanted.clone(), (page, good)) {
            Some((before, _)) => self.bytes -= before.len(),
            None => self.oldest_first.push_back(wanted),
        }
        self.make_room();
    }

    /// Sets how many bytes of pages are kept.
    pub(crate) fn limit(&mut self, most_bytes: usize) {
        self.most_bytes = most_bytes;
        self.make_room();
    }

    /// Returns how many bytes of pages may be kept, and how many are.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        (self.most_bytes, self.bytes)
    }

    fn make_room(&mut self) {
        while self.bytes > self.most_bytes
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            if let Some((page, _)) = self.pages.remove(&oldest) {
                self.bytes -= page.len();
            }
        }
    }
}

impl Good {
    fn holds(&self, present: Present<'_>) -> bool {
        match (self, present) {
            (Self::While { revision, view, lasting }, Present::History { revision: now, view: seen }) => {
                let same_moment = view.as_of == seen.as_of || (*lasting && view.as_of < seen.as_of);
                *revision == now && same_moment && view.shows_people_as(seen)
            }
            (Self::Between(from, to), Present::Instant(now)) => (*from..*to).contains(&now),
            (Self::While { .. }, Present::Instant(_)) | (Self::Between(..), Present::History { .. }) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Good, Prepared, Present, Wanted};

    fn wanted(job: &str) -> Wanted {
        Wanted::Results { job: job.to_owned(), cursor: String::new(), size: 1 }
    }

    fn has(prepared: &Prepared, job: &str, now: i64) -> bool {
        prepared.find(&wanted(job), Present::Instant(now)).is_some()
    }

    #[test]
    fn the_oldest_page_makes_room_and_none_is_larger_than_all_of_it() {
        let mut prepared = Prepared::new(100);
        let page = |length| Bytes::from(vec![b' '; length]);
        for job in ["a", "b", "c"] {
            prepared.keep(wanted(job), page(40), Good::Between(0, 10));
        }
        assert!(!has(&prepared, "a", 5) && has(&prepared, "b", 5) && has(&prepared, "c", 5));
        prepared.keep(wanted("d"), page(101), Good::Between(0, 10));
        assert!(!has(&prepared, "d", 5) && has(&prepared, "b", 5));
        prepared.keep(wanted("b"), page(50), Good::Between(0, 20));
        assert_eq!(prepared.bytes(), (100, 90));
        assert!(has(&prepared, "b", 15) && !has(&prepared, "c", 15) && !has(&prepared, "c", -1));
        prepared.limit(0);
        assert_eq!(prepared.bytes(), (0, 0));
    }
}
