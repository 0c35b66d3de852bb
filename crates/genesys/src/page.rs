//! Lists in pages. A list is accepted only when every page was read, the vendor's total was the same on each, and the number
//! of distinct ids equals it; otherwise it is read again, a bounded number of times, and then it is an error.
//!
//! Where the vendor says that its total may be wrong, only the end of the list ends it. Where an answer is marked as a part
//! (206), it is no list, except for the one caller who asks for parts.

use std::collections::BTreeSet;

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    client::Pipeline,
    error::{Error, ErrorKind},
    reader::Reader,
    request::Call,
};

/// An entry of a list, recognised by its id.
pub(crate) trait Entry: DeserializeOwned + Send {
    /// Returns the id that makes the entry distinct within its list.
    fn key(&self) -> &str;
}

/// A page as the vendor writes it: `entities`, or `results` in a search.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    #[serde(alias = "results")]
    entities: Option<Vec<T>>,
    total: Option<u64>,
    next_uri: Option<String>,
}

/// What the vendor's total is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Total {
    /// It counts the list.
    Exact,
    /// The vendor says that it may not be accurate, so it is not looked at.
    Rough,
}

/// One reading of a list, page by page.
struct Walk<T> {
    trust: Total,
    entries: Vec<T>,
    keys: BTreeSet<String>,
    total: Option<u64>,
    duplicates: bool,
    torn: bool,
    partial: bool,
}

/// The vendor's status for an answer that is a part of the whole.
const PARTIAL: u16 = 206;

/// Most entries on a page that every list of the vendor allows: its members of queues and its phones allow no more.
const MAX_PAGE_SIZE: u32 = 100;

impl<T: Entry> Walk<T> {
    fn new(trust: Total) -> Self {
        Self {
            trust,
            entries: Vec::new(),
            keys: BTreeSet::new(),
            total: None,
            duplicates: false,
            torn: false,
            partial: false,
        }
    }

    fn unique(&self) -> u64 {
        u64::try_from(self.keys.len()).unwrap_or(u64::MAX)
    }

    /// Takes in a page and returns whether there may be another.
    fn take(&mut self, number: u32, page: Page<T>, page_size: u32) -> bool {
        let first = number == 1;
        // A list that is left out is no empty one, unless the vendor says that there is nothing in it.
        if first && page.entities.is_none() && page.total != Some(0) {
            self.torn = true;
            return false;
        }
        let entries = page.entities.unwrap_or_default();
        let empty = entries.is_empty();
        let full = u64::try_from(entries.len()).unwrap_or(u64::MAX) >= u64::from(page_size);
        let total = page.total.filter(|_| self.trust == Total::Exact);
        if first {
            self.total = total;
        } else if self.total != total {
            self.torn = true;
            return false;
        }
        for entry in entries {
            if self.keys.insert(entry.key().to_owned()) {
                self.entries.push(entry);
            } else {
                self.duplicates = true;
            }
        }
        match self.total {
            Some(total) => !empty && self.unique() < total,
            // Without a total only the end of the list ends it: a missing `nextUri` alone could be an omission.
            None => !empty && (full || page.next_uri.is_some()),
        }
    }

    fn is_complete(&self) -> bool {
        let counted = match self.total {
            Some(total) => self.unique() == total,
            // An entry that shows up twice moved between pages; another may have been missed the same way.
            None => !self.duplicates,
        };
        counted && !self.torn && !self.partial
    }
}

impl Reader {
    /// Returns the number of entries to ask for per page.
    pub(crate) fn page_size(&self) -> u32 {
        self.pipeline().wire.limits.page_size.min(MAX_PAGE_SIZE)
    }

    /// Asks for a page of a list, counted from 1.
    pub(crate) fn on_page(&self, call: Call, page: u32) -> Call {
        call.query("pageSize", self.page_size().to_string()).query("pageNumber", page.to_string())
    }

    /// Reads a whole list; `call` makes the request for a page, counted from 1.
    ///
    /// Entries keep the vendor's order; an entry that came twice is kept once.
    pub(crate) async fn list<T: Entry>(&self, call: &(dyn Fn(u32) -> Call + Sync)) -> Result<Vec<T>, Error> {
        Ok(Box::pin(self.complete(call, Total::Exact, false)).await?.entries)
    }

    /// Reads a whole list whose total the vendor does not vouch for: it ends where no further page is announced.
    pub(crate) async fn list_to_its_end<T: Entry>(
        &self,
        call: &(dyn Fn(u32) -> Call + Sync),
    ) -> Result<Vec<T>, Error> {
        Ok(Box::pin(self.complete(call, Total::Rough, false)).await?.entries)
    }

    /// Reads a list that the vendor may still be building, and returns whether it is.
    pub(crate) async fn list_or_part<T: Entry>(
        &self,
        call: &(dyn Fn(u32) -> Call + Sync),
    ) -> Result<(Vec<T>, bool), Error> {
        let walk = Box::pin(self.complete(call, Total::Exact, true)).await?;
        Ok((walk.entries, walk.partial))
    }

    /// Reads a whole list that the vendor gives in one piece.
    pub(crate) async fn list_in_one<T: Entry>(&self, call: &Call) -> Result<Vec<T>, Error> {
        let (status, page): (u16, Page<T>) = self.read_with_status(call).await?;
        let more_follow = page.total.is_none() && page.next_uri.is_some();
        let mut walk = Walk::new(Total::Exact);
        walk.partial = status == PARTIAL || more_follow;
        walk.take(1, page, self.page_size());
        if walk.is_complete() {
            return Ok(walk.entries);
        }
        let kind = ErrorKind::Incomplete { expected: walk.total, unique: walk.unique() };
        Err(Pipeline::reject(call, kind))
    }

    async fn complete<T: Entry>(
        &self,
        call: &(dyn Fn(u32) -> Call + Sync),
        trust: Total,
        parts: bool,
    ) -> Result<Walk<T>, Error> {
        let limits = &self.pipeline().wire.limits;
        let mut reads = 0;
        loop {
            let walk = Box::pin(self.walk::<T>(call, trust, limits.max_pages)).await?;
            if walk.is_complete() || (parts && walk.partial) {
                return Ok(walk);
            }
            reads += 1;
            if reads >= limits.max_list_reads {
                let kind = ErrorKind::Incomplete { expected: walk.total, unique: walk.unique() };
                return Err(Pipeline::reject(&call(1), kind));
            }
            self.pipeline().pause_before_reread(reads).await;
        }
    }

    async fn walk<T: Entry>(
        &self,
        call: &(dyn Fn(u32) -> Call + Sync),
        trust: Total,
        max_pages: u32,
    ) -> Result<Walk<T>, Error> {
        let mut walk = Walk::new(trust);
        for number in 1..=max_pages {
            let (status, page): (u16, Page<T>) = self.read_with_status(&call(number)).await?;
            walk.partial |= status == PARTIAL;
            if !walk.take(number, page, self.page_size()) {
                return Ok(walk);
            }
        }
        Err(Pipeline::reject(&call(1), ErrorKind::TooManyPages { limit: max_pages }))
    }
}
