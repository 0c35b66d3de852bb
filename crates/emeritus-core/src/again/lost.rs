//! Conversations that a later proof lacks: how many, of which months, and which, as far as a list may grow.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many conversations are named one by one; beyond that the months with their counts have to do. The sealed
/// census has all of them.
pub const LOST_NAMED: usize = 200;

/// A conversation of the sealed census that is not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostConversation {
    /// Its id.
    pub conversation: Uuid,
    /// When it began, by the sealed census.
    pub start: Timestamp,
}

/// Conversations of the sealed census that are not as they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// How many.
    pub count: u64,
    /// How many of each month, as `2026-03`.
    pub months: BTreeMap<String, u64>,
    /// The first of them, [`LOST_NAMED`] at most.
    pub first: Vec<LostConversation>,
}

impl Lost {
    /// Returns these conversations with their months, the earliest named first.
    #[must_use]
    pub fn of(mut conversations: Vec<LostConversation>) -> Self {
        conversations.sort_by_key(|lost| (lost.start, lost.conversation));
        let mut months = BTreeMap::new();
        for lost in &conversations {
            *months.entry(month(lost.start)).or_default() += 1;
        }
        let count = conversations.len() as u64;
        conversations.truncate(LOST_NAMED);
        Self { count, months, first: conversations }
    }

    /// Returns the months for people: `2025-03`, or `2025-03 (2), 2025-07 (1)`.
    #[must_use]
    pub fn months_words(&self) -> String {
        if let (1, Some(month)) = (self.months.len(), self.months.keys().next()) {
            return month.clone();
        }
        let months: Vec<_> = self.months.iter().map(|(month, count)| format!("{month} ({count})")).collect();
        months.join(", ")
    }
}

/// Returns the month of a moment, in UTC: `2026-03`.
#[must_use]
pub(crate) fn month(at: Timestamp) -> String {
    at.strftime("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_its_months_are_not() {
        let start = |n: u32| format!("2025-{:02}-15T00:00:00Z", 1 + n % 2).parse().unwrap();
        let lost = |n| LostConversation { conversation: Uuid::from_u128(u128::from(n)), start: start(n) };
        let found = Lost::of((0..300).map(lost).collect());
        assert_eq!((found.count, found.first.len()), (300, LOST_NAMED));
        assert_eq!(found.months_words(), "2025-01 (150), 2025-02 (150)");
        assert!(found.first.iter().take(150).all(|lost| month(lost.start) == "2025-01"));
    }
}
