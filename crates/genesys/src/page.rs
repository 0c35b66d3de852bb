//! Lists in pages. A list is accepted only when every page was read, the vendor's total was the same on each, and the number
//! of distinct ids equals it; otherwise it is read again, a bounded number of times, and then it is an error.

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

/// One reading of a list, page by page.
struct Walk<T> {
    entries: Vec<T>,
    keys: BTreeSet<String>,
    total: Option<u64>,
    duplicates: bool,
    torn: bool,
}

impl<T: Entry> Walk<T> {
    fn new() -> Self {
        Self { entries: Vec::new(), keys: BTreeSet::new(), total: None, duplicates: false, torn: false }
    }

    fn unique(&self) -> u64 {
        u64::try_from(self.keys.len()).unwrap_or(u64::MAX)
    }

    /// Takes in a page and returns whether there may be another.
    fn take(&mut self, number: u32, page: Page<T>, page_size: u32) -> bool {
        let entries = page.entities.unwrap_or_default();
        let (first, empty) = (number == 1, entries.is_empty());
        let full = u64::try_from(entries.len()).unwrap_or(u64::MAX) >= u64::from(page_size);
        if first {
            self.total = page.total;
        } else if self.total != page.total {
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
        counted && !self.torn
    }
}

impl Reader {
    /// Reads a whole list; `call` makes the request for a page, counted from 1.
    ///
    /// Entries keep the vendor's order; an entry that came twice is kept once.
    pub(crate) async fn list<T: Entry>(&self, call: &(dyn Fn(u32) -> Call + Sync)) -> Result<Vec<T>, Error> {
        let limits = &self.pipeline().wire.limits;
        let mut reads = 0;
        loop {
            let walk = Box::pin(self.walk::<T>(call, limits.max_pages)).await?;
            if walk.is_complete() {
                return Ok(walk.entries);
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
        max_pages: u32,
    ) -> Result<Walk<T>, Error> {
        let mut walk = Walk::new();
        for number in 1..=max_pages {
            let page: Page<T> = self.read(&call(number)).await?;
            if !walk.take(number, page, self.page_size()) {
                return Ok(walk);
            }
        }
        Err(Pipeline::reject(&call(1), ErrorKind::TooManyPages { limit: max_pages }))
    }
}
