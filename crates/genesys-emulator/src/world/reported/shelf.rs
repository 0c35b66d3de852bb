//! Things that concern people: found by id, and by whom they concern.

use std::collections::{BTreeMap, BTreeSet};

/// Things by id, with whom each concerns.
#[derive(Clone, Debug)]
pub(crate) struct Shelf<T> {
    items: BTreeMap<String, T>,
    by_user: BTreeMap<String, BTreeSet<String>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), by_user: BTreeMap::new() }
    }
}

impl<T> Shelf<T> {
    /// Puts a thing on the shelf, in place of one with the same id.
    pub(crate) fn put(&mut self, id: &str, item: T) {
        self.items.insert(id.to_owned(), item);
    }

    /// Notes that the thing with `id` concerns `user`.
    pub(crate) fn link(&mut self, id: &str, user: &str) {
        self.by_user.entry(user.to_owned()).or_default().insert(id.to_owned());
    }

    /// Returns what concerns `user`, by id.
    pub(crate) fn of(&self, user: &str) -> impl Iterator<Item = &T> {
        self.by_user.get(user).into_iter().flatten().filter_map(|id| self.items.get(id))
    }

    /// Returns everything, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.items.values()
    }

    /// Removes what concerns `user` and fits.
    pub(crate) fn drop_of(&mut self, user: &str, fits: impl Fn(&T) -> bool) {
        let items = &mut self.items;
        if let Some(ids) = self.by_user.get_mut(user) {
            ids.retain(|id| {
                let goes = items.get(id).is_none_or(&fits);
                if goes {
                    items.remove(id);
                }
                !goes
            });
        }
    }
}
