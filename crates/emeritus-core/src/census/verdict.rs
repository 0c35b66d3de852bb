//! Two censuses of one person, compared. No verdict is larger than what was observed.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Census, CensusSummary};

/// What a query with the same token and window, but not for this person, saw. Without it, an empty census
/// says nothing: perhaps the client may see no history at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// It saw conversations of others.
    Sees {
        /// At least this many.
        conversations: u64,
    },
    /// It saw nothing either.
    SeesNothing,
    /// It was refused: the client may not ask.
    Refused,
    /// It got no answer that could be read.
    Unreadable,
    /// It was not asked, since the census was not empty.
    NotNeeded,
}

/// Why two censuses cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotComparable {
    /// Nothing was found, and the control query saw nothing either.
    ControlSawNothing,
    /// They are of different windows.
    DifferentWindows,
    /// One of them could not be read.
    Unreadable {
        /// A stable code of the failure.
        code: String,
    },
}

/// What two censuses show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every conversation of the first is in the second and names the agent as before.
    Intact,
    /// Some are not.
    Broken {
        /// In the first, not in the second.
        missing: Vec<Uuid>,
        /// In both, but the agent's part in it is not what it was.
        altered: Vec<Uuid>,
    },
    /// There is none in either, and the control query does see others'.
    NoHistoryFound,
    /// No statement can be made.
    NotComparable(NotComparable),
}

impl Verdict {
    /// Returns the verdict's stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Broken { .. } => "broken",
            Self::NoHistoryFound => "no-history-found",
            Self::NotComparable(_) => "not-comparable",
        }
    }
}

/// A comparison with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What it shows.
    pub verdict: Verdict,
    /// The first census.
    pub before: CensusSummary,
    /// The second.
    pub after: CensusSummary,
    /// Conversations that only the second has: the vendor's index lags, so late ones turn up.
    pub added: u64,
    /// Conversations that were open in the first; of these only the presence was compared.
    pub open_before: u64,
    /// What the control query saw.
    pub control: Control,
}

/// Compares two censuses of one person over one window.
#[must_use]
pub fn compare(before: &Census, after: &Census, control: Control) -> Comparison {
    let (mut missing, mut altered, mut added) = (Vec::new(), Vec::new(), 0);
    let (mut left, mut right) = (before.entries.iter().peekable(), after.entries.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.conversation.cmp(&b.conversation),
        };
        match order {
            Ordering::Less => missing.extend(left.next().map(|entry| entry.conversation)),
            Ordering::Greater => added += u64::from(right.next().is_some()),
            Ordering::Equal => {
                if let (Some(a), Some(b)) = (left.next(), right.next())
                    && a.hash != b.hash
                    && !a.open
                {
                    altered.push(a.conversation);
                }
            }
        }
    }
    let (before, after) = (before.summary(), after.summary());
    let verdict = if before.window.from != after.window.from || before.window.to > after.window.to {
        Verdict::NotComparable(NotComparable::DifferentWindows)
    } else if !missing.is_empty() || !altered.is_empty() {
        Verdict::Broken { missing, altered }
    } else if before.conversations > 0 {
        Verdict::Intact
    } else {
        match control {
            Control::Sees { .. } => Verdict::NoHistoryFound,
            Control::SeesNothing | Control::Refused | Control::Unreadable | Control::NotNeeded => {
                Verdict::NotComparable(NotComparable::ControlSawNothing)
            }
        }
    };
    Comparison { verdict, added, open_before: before.open, before, after, control }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{CensusBuilder, Leaf, Window};
    use std::collections::BTreeSet;

    fn leaf(n: u128, media: &str, open: bool) -> Leaf {
        Leaf {
            conversation: Uuid::from_u128(n),
            start: "2026-01-02T00:00:00Z".parse().unwrap(),
            open,
            media: BTreeSet::from([media.to_owned()]),
            participation: Vec::new(),
        }
    }

    fn census(to: &str, leaves: &[Leaf]) -> Census {
        let window = Window { from: "2026-01-01T00:00:00Z".parse().unwrap(), to: to.parse().unwrap() };
        let mut builder = CensusBuilder::new(window);
        for leaf in leaves {
            builder.add(leaf).unwrap();
        }
        builder.finish()
    }

    const TO: &str = "2026-02-01T00:00:00Z";

    fn verdict(before: &[Leaf], after: &[Leaf], control: Control) -> Verdict {
        compare(&census(TO, before), &census(TO, after), control).verdict
    }

    #[test]
    fn equal_sets_are_intact_and_late_arrivals_do_not_break_them() {
        let (a, b) = (leaf(1, "voice", false), leaf(2, "voice", false));
        let comparison =
            compare(&census(TO, std::slice::from_ref(&a)), &census(TO, &[a.clone(), b]), Control::NotNeeded);
        assert_eq!((comparison.verdict, comparison.added), (Verdict::Intact, 1));
    }

    #[test]
    fn a_missing_and_an_altered_conversation_are_named() {
        let before = [leaf(1, "voice", false), leaf(2, "voice", false), leaf(3, "voice", false)];
        let after = [leaf(1, "voice", false), leaf(3, "chat", false)];
        assert_eq!(
            verdict(&before, &after, Control::NotNeeded),
            Verdict::Broken { missing: vec![Uuid::from_u128(2)], altered: vec![Uuid::from_u128(3)] }
        );
    }

    #[test]
    fn what_was_open_may_change_but_not_vanish() {
        let before = [leaf(1, "voice", true)];
        assert_eq!(verdict(&before, &[leaf(1, "chat", false)], Control::NotNeeded), Verdict::Intact);
        assert_eq!(
            verdict(&before, &[], Control::NotNeeded),
            Verdict::Broken { missing: vec![Uuid::from_u128(1)], altered: vec![] }
        );
    }

    #[test]
    fn nothing_found_is_no_proof() {
        assert_eq!(verdict(&[], &[], Control::Sees { conversations: 1 }), Verdict::NoHistoryFound);
        for blind in [Control::SeesNothing, Control::NotNeeded] {
            assert_eq!(verdict(&[], &[], blind), Verdict::NotComparable(NotComparable::ControlSawNothing));
        }
    }

    #[test]
    fn a_narrower_second_window_is_not_compared() {
        let a = leaf(1, "voice", false);
        let comparison = compare(
            &census(TO, std::slice::from_ref(&a)),
            &census("2026-01-20T00:00:00Z", std::slice::from_ref(&a)),
            Control::NotNeeded,
        );
        assert_eq!(comparison.verdict, Verdict::NotComparable(NotComparable::DifferentWindows));
    }
}
