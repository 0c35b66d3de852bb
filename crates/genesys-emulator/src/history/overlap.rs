//! Conversations that were going on in an interval though they began before it.

use super::filter::Filters;
use super::select::{Hit, Reach};
use super::show::View;
use super::{History, Key};
use crate::generate::sketch::{LONGEST_MS, NEVER_MS};

impl History {
    /// Conversations that began before `from`, had not ended then and that `filters` mean, by start.
    pub(super) fn going_on_at(&self, filters: &Filters, from: i64, view: &View) -> Vec<Hit> {
        let recently = from - LONGEST_MS;
        let mut hits = self.candidates(filters, recently, from, Reach::All);
        hits.extend(self.candidates(filters, i64::MIN / 4, recently, Reach::Lasting));
        hits.retain(|hit| self.end_seen(hit.key, view) > from);
        self.keep_meant(&mut hits, filters, view);
        hits
    }

    /// When the conversation ended, as far as the view tells; what is open comes last.
    pub(super) fn end_seen(&self, key: Key, view: &View) -> i64 {
        let end = match key {
            Key::Made(spot) => self.sketch(spot).map(|sketch| sketch.end),
            Key::Held(id) => self.shelf.get(id).and_then(|held| held.end),
        };
        end.filter(|end| *end <= view.as_of).unwrap_or(NEVER_MS)
    }
}
