//! Two censuses of one person, compared. No verdict is larger than what was observed.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::told::differ;
use super::{Census, CensusSummary, NotCompared};

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
    /// What one reading or both do not state, and which therefore was not compared: absent is not different.
    #[serde(default, skip_serializing_if = "NotCompared::is_empty")]
    pub not_compared: NotCompared,
}

/// Compares two censuses of one person over one window, by what both of them state.
#[must_use]
pub fn compare(before: &Census, after: &Census, control: Control) -> Comparison {
    let (mut missing, mut altered, mut added) = (Vec::new(), Vec::new(), 0);
    let mut not_compared = NotCompared::default();
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
                    && !a.open
                    && differ((&a.told, &before.parts), (&b.told, &after.parts), &mut not_compared)
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
    Comparison { verdict, added, open_before: before.open, before, after, control, not_compared }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{CensusBuilder, Leaf, Participation, Window};
    use std::collections::BTreeSet;

    fn leaf(n: u128, media: &str, open: bool) -> Leaf {
        Leaf {
            conversation: Uuid::from_u128(n),
            start: "2026-01-02T00:00:00Z".parse().unwrap(),
            open,
            media: BTreeSet::from([media.to_owned()]),
            participation: Vec::new(),
            unread: BTreeSet::new(),
        }
    }

    fn part(participant: &str, purpose: &str, name: Option<&str>) -> Participation {
        let (participant, purpose) = (participant.to_owned(), purpose.to_owned());
        Participation { participant, purpose, name: name.map(ToOwned::to_owned) }
    }

    /// What comparing two readings of one conversation comes to.
    fn of_parts(before: &[Participation], after: &[Participation]) -> (bool, NotCompared) {
        let leaf =
            |parts: &[Participation]| Leaf { participation: parts.to_vec(), ..leaf(1, "voice", false) };
        let comparison =
            compare(&census(TO, &[leaf(before)]), &census(TO, &[leaf(after)]), Control::NotNeeded);
        (comparison.verdict == Verdict::Intact, comparison.not_compared)
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
    fn what_one_reading_does_not_state_is_not_different_in_the_other() {
        let (named, nameless) = (part("p", "agent", Some("Ada")), part("p", "agent", None));
        let not_the_name = NotCompared { name: 1, ..NotCompared::default() };
        let all = NotCompared::default();
        let one =
            |a: &Participation, b: &Participation| of_parts(std::slice::from_ref(a), std::slice::from_ref(b));
        assert_eq!(one(&named, &named), (true, all));
        assert_eq!(one(&nameless, &named), (true, not_the_name));
        assert_eq!(one(&named, &nameless), (true, not_the_name));
        assert_eq!(one(&named, &part("p", "agent", Some("Deleted User"))), (false, all));
        assert_eq!(one(&named, &part("p", "customer", Some("Ada"))), (false, all));
        assert_eq!(one(&nameless, &part("q", "agent", None)), (false, all), "another participant");
        assert_eq!(one(&named, &part("", "agent", Some("Ada"))), (true, all), "one that tells no id");
        assert_eq!(one(&named, &part("", "", Some("Grace"))), (false, all));
        // Of two parts, one may be named in one reading and the other in the other.
        let (a, b) = (part("a", "agent", Some("Ada")), part("b", "user", None));
        let (c, d) = (part("a", "agent", None), part("b", "user", Some("Ada")));
        assert_eq!(of_parts(&[a.clone(), b.clone()], &[d, c]), (true, not_the_name));
        assert_eq!(
            of_parts(&[a.clone(), b.clone()], &[part("a", "agent", Some("Eve")), b]),
            (false, not_the_name)
        );
        assert_eq!(of_parts(std::slice::from_ref(&a), &[]), (false, all), "the part is gone");
    }

    #[test]
    fn what_could_not_be_read_is_not_different_and_its_presence_counts() {
        let whole = Leaf { participation: vec![part("p", "agent", Some("Ada"))], ..leaf(1, "voice", false) };
        let odd = |places: &[&str], leaf: Leaf| Leaf {
            unread: places.iter().map(|place| (*place).to_owned()).collect(),
            ..leaf
        };
        let compared = |after: Leaf| {
            let comparison =
                compare(&census(TO, std::slice::from_ref(&whole)), &census(TO, &[after]), Control::NotNeeded);
            (comparison.verdict == Verdict::Intact, comparison.not_compared)
        };
        let bare = Leaf { media: BTreeSet::new(), participation: Vec::new(), ..whole.clone() };
        let nothing = NotCompared { start: 1, media: 1, part: 1, name: 0 };
        assert_eq!(compared(odd(&["record"], bare.clone())), (true, nothing));
        assert!(compared(odd(&["participants"], bare.clone())).0);
        assert!(!compared(bare).0, "read, and the person is not in it");
        let mediumless = odd(&["own.sessions"], Leaf { media: BTreeSet::new(), ..whole.clone() });
        assert_eq!(compared(mediumless), (true, NotCompared { media: 1, ..NotCompared::default() }));
        let late = Leaf { start: "2026-01-09T00:00:00Z".parse().unwrap(), ..whole.clone() };
        assert!(!compared(late.clone()).0);
        assert_eq!(
            compared(odd(&["conversationStart"], late)),
            (true, NotCompared { start: 1, ..NotCompared::default() })
        );
        let others = odd(
            &["participants[].sessions"],
            Leaf { media: BTreeSet::from(["chat".to_owned()]), ..whole.clone() },
        );
        assert!(!compared(others).0, "what is odd of others takes nothing from the person's own");
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
