//! Lists by page number: `entities`, totals and the addresses of neighbouring pages.

use std::cmp::Ordering;

use serde::Serialize;

use crate::{query::Query, reply::Failure};

/// The page that was asked for; numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) size: usize,
    pub(crate) number: usize,
}

impl PageRequest {
    /// Reads `pageSize` (default 25, at most `max`) and `pageNumber`.
    pub(crate) fn read(query: &Query, max: usize) -> Result<Self, Failure> {
        let size = query.number("pageSize")?.unwrap_or(25);
        let number = query.number("pageNumber")?.unwrap_or(1);
        Self::check(size, number, max)
    }

    /// Refuses what lies outside the limits.
    pub(crate) fn check(size: usize, number: usize, max: usize) -> Result<Self, Failure> {
        if size == 0 || size > max {
            return Err(Failure::bad_request(format_args!("pageSize must be between 1 and {max}.")));
        }
        if number == 0 {
            return Err(Failure::bad_request("pageNumber must be at least 1."));
        }
        Ok(Self { size, number })
    }

    /// Returns the part of `items` that stands on this page.
    pub(crate) fn slice<'a, T>(&self, items: &'a [T]) -> &'a [T] {
        let start = self.size.saturating_mul(self.number - 1).min(items.len());
        let end = start.saturating_add(self.size).min(items.len());
        items.get(start..end).unwrap_or_default()
    }

    /// Brings what stands on this page in order, and only that: sorting all of a long list for each of its pages
    /// would make reading it to the end cost its square.
    pub(crate) fn put_in_order<T>(&self, items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
        let start = self.size.saturating_mul(self.number - 1);
        if start >= items.len() {
            return;
        }
        items.select_nth_unstable_by(start, &order);
        let rest = items.get_mut(start..).unwrap_or_default();
        if self.size < rest.len() {
            rest.select_nth_unstable_by(self.size, &order);
        }
        let end = self.size.min(rest.len());
        rest.get_mut(..end).unwrap_or_default().sort_unstable_by(&order);
    }

    /// Returns the number of pages that `total` items fill.
    pub(crate) fn count(&self, total: usize) -> usize {
        total.div_ceil(self.size)
    }
}

/// A page of a list, as nearly every listing of the vendor looks.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listing<T> {
    entities: Vec<T>,
    page_size: usize,
    page_number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    first_uri: String,
    self_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_count: Option<usize>,
}

impl<T> Listing<T> {
    /// Cuts `page` out of `items` and turns what is on it into payloads.
    pub(crate) fn of<S>(
        page: PageRequest,
        items: &[S],
        path: &str,
        query: &Query,
        render: impl FnMut(&S) -> T,
    ) -> Self {
        let (total, pages) = (items.len(), page.count(items.len()));
        let at = |number: usize| format!("{path}?{}", query.with("pageNumber", &number.to_string()));
        Self {
            entities: page.slice(items).iter().map(render).collect(),
            page_size: page.size,
            page_number: page.number,
            total: Some(total),
            first_uri: at(1),
            self_uri: at(page.number),
            next_uri: (page.number < pages).then(|| at(page.number + 1)),
            previous_uri: (page.number > 1).then(|| at(page.number - 1)),
            last_uri: Some(at(pages.max(1))),
            page_count: Some(pages),
        }
    }

    /// The few listings without totals, such as the members of a queue.
    pub(crate) fn without_totals(mut self) -> Self {
        self.total = None;
        self.page_count = None;
        self.last_uri = None;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::PageRequest;

    #[test]
    fn pages_put_in_order_one_by_one_are_the_list_in_order() {
        let scattered: Vec<u64> = (0..23).map(|n| n * 7 % 23).collect();
        for size in [1, 4, 23, 50] {
            let mut read = Vec::new();
            for number in 1..=24 {
                let page = PageRequest { size, number };
                let mut items = scattered.clone();
                page.put_in_order(&mut items, Ord::cmp);
                read.extend_from_slice(page.slice(&items));
            }
            assert_eq!(read, (0..23).collect::<Vec<u64>>(), "pages of {size}");
        }
    }
}
