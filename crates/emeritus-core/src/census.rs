//! The census: the set of a user's conversations in a window, with a digest that does not depend on the order
//! of reading, and the comparison of two of them.
//!
//! A leaf is one conversation with this agent's part in it. The digest is a Merkle root (RFC 6962 hashing) over
//! the leaves in order of conversation id, so that one conversation's membership can be shown later without
//! the others.

mod merkle;
mod told;
mod unread;
mod verdict;
mod window;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::canonical::{canonical_json, hex};
use told::{Part, Told};
use unread::Met;

pub use merkle::{Hash, InclusionProof, includes};
pub use told::NotCompared;
pub use unread::{OWN, RECORD, START, Unread, UnreadPlace};
pub use verdict::{Comparison, Control, NotComparable, Verdict, compare};
pub use window::{MAX_DAYS, Slice, Window, slices};

/// This agent's part in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Participation {
    /// The participant record.
    pub participant: String,
    /// `agent`, `user`, …
    pub purpose: String,
    /// The name that the record gives, if it gives one.
    pub name: Option<String>,
}

/// One conversation as the census sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The conversation.
    pub conversation: Uuid,
    /// When it began.
    pub start: Timestamp,
    /// Whether it had not ended when it was read. What is open may still change, so it is counted apart.
    pub open: bool,
    /// The media of this agent's sessions.
    pub media: BTreeSet<String>,
    /// This agent's part in it, sorted.
    pub participation: Vec<Participation>,
    /// Where the record has something that could not be read, such as `participants[].sessions`, or `own.sessions` where
    /// it is this agent's. The hash is over what was read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unread: BTreeSet<String>,
}

#[derive(Serialize)]
struct Settled<'a> {
    conversation: Uuid,
    start: Timestamp,
    media: &'a BTreeSet<String>,
    participation: Vec<&'a Participation>,
}

impl Leaf {
    /// Returns the leaf's hash: over everything but whether it was open.
    ///
    /// # Errors
    /// Fails only when the leaf cannot be written as JSON.
    pub fn hash(&self) -> Result<Hash, serde_json::Error> {
        let mut participation: Vec<_> = self.participation.iter().collect();
        participation.sort();
        participation.dedup();
        let settled =
            Settled { conversation: self.conversation, start: self.start, media: &self.media, participation };
        Ok(merkle::leaf_hash(canonical_json(&settled)?.as_bytes()))
    }
}

/// What the census keeps of a conversation: enough to compare, little enough for hundreds of thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    conversation: Uuid,
    hash: Hash,
    open: bool,
    told: Told,
}

/// The set of a user's conversations in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    window: Window,
    entries: Vec<Entry>,
    /// What the entries state of the person's parts.
    parts: Vec<Part>,
    unread: Unread,
}

/// Collects leaves into a census. Reading twice does no harm: the last reading of a conversation stands.
#[derive(Debug)]
pub struct CensusBuilder {
    window: Window,
    entries: Vec<Entry>,
    parts: Vec<Part>,
    met: Met,
}

impl CensusBuilder {
    /// Begins a census of a window.
    #[must_use]
    pub fn new(window: Window) -> Self {
        Self { window, entries: Vec::new(), parts: Vec::new(), met: Met::default() }
    }

    /// Adds a conversation and returns whether it belongs: one that began outside the window does not, since
    /// the vendor returns every conversation of a day that the window touches.
    ///
    /// # Errors
    /// As [`Leaf::hash`].
    pub fn add(&mut self, leaf: &Leaf) -> Result<bool, serde_json::Error> {
        if !self.window.contains(leaf.start) {
            return Ok(false);
        }
        let told = Told::of(leaf, &mut self.parts);
        self.met.note(leaf.conversation, Some(leaf.conversation.to_string()), &leaf.unread);
        self.entries.push(Entry {
            conversation: leaf.conversation,
            hash: leaf.hash()?,
            open: leaf.open,
            told,
        });
        Ok(true)
    }

    /// Notes a record that tells no id by which it could be in a census. `key` is the same for the same record.
    pub fn without_id(&mut self, key: Uuid, place: &str) {
        self.met.note(key, None, &BTreeSet::from([place.to_owned()]));
    }

    /// Returns the census.
    #[must_use]
    pub fn finish(mut self) -> Census {
        // Stable sort, then the last of equals: a conversation read again replaces its first reading.
        self.entries.reverse();
        self.entries.sort_by_key(|entry| entry.conversation);
        self.entries.dedup_by_key(|entry| entry.conversation);
        self.entries.shrink_to_fit();
        // The parts of readings that were replaced are left behind.
        let mut parts = Vec::with_capacity(self.parts.len());
        for entry in &mut self.entries {
            entry.told = entry.told.moved(&self.parts, &mut parts);
        }
        let unread = self.met.counted();
        Census { window: self.window, entries: self.entries, parts, unread }
    }
}

/// The figures of a census, as the journal and the evidence keep them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CensusSummary {
    /// The window.
    pub window: Window,
    /// How many conversations.
    pub conversations: u64,
    /// How many of them had not ended.
    pub open: u64,
    /// The Merkle root, in hexadecimal.
    pub root: String,
    /// What of the records could not be read.
    #[serde(default, skip_serializing_if = "Unread::is_empty")]
    pub unread: Box<Unread>,
}

impl Census {
    /// Returns the census with what its reading could not read, as it was written down then.
    #[must_use]
    pub fn with_unread(self, unread: Unread) -> Self {
        Self { unread, ..self }
    }

    /// Returns the window.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Returns how many conversations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is no conversation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the Merkle root.
    #[must_use]
    pub fn root(&self) -> Hash {
        merkle::root(&self.hashes())
    }

    /// Returns the figures.
    #[must_use]
    pub fn summary(&self) -> CensusSummary {
        CensusSummary {
            window: self.window,
            conversations: self.entries.len() as u64,
            open: self.entries.iter().filter(|entry| entry.open).count() as u64,
            root: hex(&self.root()),
            unread: Box::new(self.unread.clone()),
        }
    }

    /// Returns the proof that a conversation is in the census, or `None` if it is not.
    #[must_use]
    pub fn membership(&self, conversation: Uuid) -> Option<InclusionProof> {
        let place = self.entries.binary_search_by_key(&conversation, |entry| entry.conversation).ok()?;
        merkle::inclusion(&self.hashes(), place)
    }

    /// Returns the ids of all conversations, in order.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.entries.iter().map(|entry| entry.conversation)
    }

    fn hashes(&self) -> Vec<Hash> {
        self.entries.iter().map(|entry| entry.hash).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u128, name: &str) -> Leaf {
        Leaf {
            conversation: Uuid::from_u128(n),
            start: "2026-01-02T03:04:05Z".parse().unwrap(),
            open: false,
            media: BTreeSet::from(["voice".to_owned()]),
            participation: vec![Participation {
                participant: format!("p{n}"),
                purpose: "agent".to_owned(),
                name: Some(name.to_owned()),
            }],
            unread: BTreeSet::new(),
        }
    }

    fn window() -> Window {
        Window { from: "2026-01-01T00:00:00Z".parse().unwrap(), to: "2026-02-01T00:00:00Z".parse().unwrap() }
    }

    fn census(leaves: &[Leaf]) -> Census {
        let mut builder = CensusBuilder::new(window());
        for leaf in leaves {
            assert!(builder.add(leaf).unwrap());
        }
        builder.finish()
    }

    #[test]
    fn the_digest_does_not_depend_on_order_or_repetition() {
        let (a, b, c) = (leaf(1, "Ada"), leaf(2, "Ada"), leaf(3, "Ada"));
        let one = census(&[a.clone(), b.clone(), c.clone()]);
        let other = census(&[c.clone(), a.clone(), c, b, a]);
        assert_eq!(one, other);
        assert_eq!(one.summary().root, other.summary().root);
    }

    #[test]
    fn a_lost_name_changes_the_digest() {
        assert_ne!(census(&[leaf(1, "Ada")]).root(), census(&[leaf(1, "Deleted User")]).root());
    }

    #[test]
    fn a_conversation_that_began_outside_the_window_is_left_out() {
        let mut builder = CensusBuilder::new(window());
        let early = Leaf { start: "2025-12-31T23:59:59Z".parse().unwrap(), ..leaf(1, "Ada") };
        let late = Leaf { start: "2026-02-01T00:00:00Z".parse().unwrap(), ..leaf(2, "Ada") };
        assert!(!builder.add(&early).unwrap());
        assert!(!builder.add(&late).unwrap());
        assert!(builder.finish().is_empty());
    }

    #[test]
    fn what_could_not_be_read_is_counted_once_and_named() {
        let odd = Leaf { unread: BTreeSet::from(["own.sessions".to_owned()]), ..leaf(1, "Ada") };
        let mut builder = CensusBuilder::new(window());
        for leaf in [&odd, &leaf(2, "Ada"), &odd] {
            builder.add(leaf).unwrap();
        }
        builder.without_id(Uuid::from_u128(77), "conversationId");
        builder.without_id(Uuid::from_u128(77), "conversationId");
        let summary = builder.finish().summary();
        assert_eq!((summary.conversations, summary.unread.records, summary.unread.without_id), (2, 2, 1));
        assert_eq!(
            summary.unread.words(),
            format!(
                "2 records: {} (own.sessions), one without a usable id (conversationId)",
                Uuid::from_u128(1)
            )
        );
        assert_eq!(summary.root, census(&[leaf(1, "Ada"), leaf(2, "Ada")]).summary().root);
        let stored = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<CensusSummary>(&stored).unwrap(), summary);
        assert!(!serde_json::to_string(&census(&[leaf(1, "Ada")]).summary()).unwrap().contains("unread"));
    }

    #[test]
    fn membership_of_each_conversation_can_be_shown() {
        let leaves: Vec<_> = (1..=11).map(|n| leaf(n, "Ada")).collect();
        let census = census(&leaves);
        for leaf in &leaves {
            let proof = census.membership(leaf.conversation).unwrap();
            assert!(includes(&census.root(), leaf.hash().unwrap(), &proof));
            assert!(!includes(&census.root(), [7; 32], &proof));
        }
        assert_eq!(census.membership(Uuid::from_u128(99)), None);
    }
}
