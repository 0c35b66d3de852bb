//! What a leaf states, in digests: so two readings can be compared by what both of them state, without either in memory.
//!
//! A details query and a details job do not say the same of a conversation: the one may leave out a name that the other
//! has. What one of them does not state is not different in the other; it was not compared, and that is counted.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Leaf;
use super::unread::{of_parts, of_sessions, of_start};

/// Of how many conversations something was not compared, since one reading or both do not state it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotCompared {
    /// When it began.
    #[serde(skip_serializing_if = "is_zero")]
    pub start: u64,
    /// The media of the person's sessions.
    #[serde(skip_serializing_if = "is_zero")]
    pub media: u64,
    /// The person's part in it.
    #[serde(skip_serializing_if = "is_zero")]
    pub part: u64,
    /// The person's name in it.
    #[serde(skip_serializing_if = "is_zero")]
    pub name: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl NotCompared {
    /// Returns whether all was compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what was not compared, for people: `the person's name in 12 conversations`; `None` where all was.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let parts: Vec<String> = self
            .each()
            .map(|(what, n)| format!("{what} in {}", crate::evidence::count(n, "conversation")))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Returns what was not compared, each with the number of conversations.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let each = [
            ("when it began", self.start),
            ("the media", self.media),
            ("the person's part", self.part),
            ("the person's name", self.name),
        ];
        each.into_iter().filter(|(_, conversations)| *conversations > 0)
    }
}

/// A digest of a text; `None` where none is stated.
type Stated = Option<NonZeroU64>;

/// One participant who is the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    participant: Stated,
    purpose: Stated,
    name: Stated,
}

/// A leaf, without its parts: those are kept one after the other for all leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    start: Stated,
    media: Stated,
    /// Whether all of the person's parts were read.
    whole: bool,
    first: u32,
    parts: u16,
}

fn digest(text: &str) -> Stated {
    let hash: [u8; 32] = Sha256::digest(text).into();
    let first = hash.first_chunk().map_or(1, |first| u64::from_be_bytes(*first));
    NonZeroU64::new(first).or(NonZeroU64::new(1))
}

fn stated(text: &str) -> Stated {
    if text.is_empty() { None } else { digest(text) }
}

impl Told {
    /// Takes down what a leaf states; its parts go to the end of `parts`.
    pub(super) fn of(leaf: &Leaf, parts: &mut Vec<Part>) -> Self {
        let first = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        parts.extend(leaf.participation.iter().map(|part| Part {
            participant: stated(&part.participant),
            purpose: stated(&part.purpose),
            name: part.name.as_deref().and_then(stated),
        }));
        let media: Vec<&str> = leaf.media.iter().map(String::as_str).collect();
        let (start, sessions, whole) =
            (!of_start(&leaf.unread), !of_sessions(&leaf.unread), !of_parts(&leaf.unread));
        Self {
            start: start.then(|| digest(&leaf.start.to_string())).flatten(),
            // Media are stated where there is one at least, and all sessions were read.
            media: (whole && sessions && !media.is_empty()).then(|| digest(&media.join("\n"))).flatten(),
            whole,
            first,
            parts: u16::try_from(leaf.participation.len()).unwrap_or(u16::MAX),
        }
    }

    /// Returns the same with its parts at the end of other ones.
    pub(super) fn moved(self, from: &[Part], to: &mut Vec<Part>) -> Self {
        let first = u32::try_from(to.len()).unwrap_or(u32::MAX);
        to.extend_from_slice(self.of_all(from));
        Self { first, ..self }
    }

    fn of_all<'a>(&self, parts: &'a [Part]) -> &'a [Part] {
        let first = usize::try_from(self.first).unwrap_or(usize::MAX);
        parts.get(first..first.saturating_add(usize::from(self.parts))).unwrap_or_default()
    }
}

/// A leaf of one of two readings.
pub(super) type Side<'a> = (&'a Told, &'a [Part]);

/// Returns whether two readings of a conversation contradict each other, and counts what could not be compared.
pub(super) fn differ(before: Side<'_>, after: Side<'_>, not_compared: &mut NotCompared) -> bool {
    let one = |a: Stated, b: Stated, not: &mut u64| match (a, b) {
        (Some(a), Some(b)) => a != b,
        _ => {
            *not += 1;
            false
        }
    };
    let start = one(before.0.start, after.0.start, &mut not_compared.start);
    let media = one(before.0.media, after.0.media, &mut not_compared.media);
    if !before.0.whole || !after.0.whole {
        not_compared.part += 1;
        return start || media;
    }
    let parts = parts_differ(before.0.of_all(before.1), after.0.of_all(after.1), not_compared);
    start || media || parts
}

/// The parts of the person, each with the one that it stands for in the other reading.
fn parts_differ(before: &[Part], after: &[Part], not_compared: &mut NotCompared) -> bool {
    if before.len() != after.len() {
        return true;
    }
    let (mut before, mut after) = (before.to_vec(), after.to_vec());
    before.sort_unstable();
    after.sort_unstable();
    let mut pairs = Vec::with_capacity(before.len());
    before.retain(|part| {
        let same = after.iter().position(|other| other.participant == part.participant);
        same.inspect(|place| pairs.push((*part, after.remove(*place)))).is_none()
    });
    // What is left over has no counterpart of the same id. One without an id may be any of them.
    let anonymous = |parts: &[Part]| parts.iter().all(|part| part.participant.is_none());
    if !before.is_empty() && !anonymous(&before) && !anonymous(&after) {
        return true;
    }
    pairs.extend(before.into_iter().zip(after));
    let contradict = |a: Stated, b: Stated| a.zip(b).is_some_and(|(a, b)| a != b);
    let nameless = |(a, b): &(Part, Part)| a.name.is_none() || b.name.is_none();
    not_compared.name += u64::from(pairs.iter().any(nameless));
    pairs.iter().any(|(a, b)| contradict(a.purpose, b.purpose) || contradict(a.name, b.name))
}
