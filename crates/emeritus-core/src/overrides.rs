//! Overrides: one named block, lifted by somebody with a reason, on record. Never a wildcard.
//!
//! A block is a finding that keeps a plan from being approved, and [`FindingCode::lifted_as`](crate::finding::FindingCode)
//! says of each finding whether anybody may lift it at all. Some may not: a protected person, and the owner of the
//! client that Emeritus runs as. Nor is there a way past another organization or past drift, which are no findings:
//! nobody can have looked at what is not there yet.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest reason, in characters: a sentence and a ticket, not a file.
const LONGEST_REASON: usize = 500;

/// What somebody may lift by name. A block of another kind is never lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// One conversation that the person is in.
    LiveWork,
    /// One administrative role of which the person is the last holder.
    LastAdmin,
    /// One part of the inventory that could not be read.
    Unknown,
    /// One kind of thing that the policy allows nobody to hold who is retired.
    Policy,
    /// One other account that uses the person's e-mail address.
    Twin,
    /// One permission without which the person could not be put back.
    Restore,
}

impl BlockKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::LiveWork, Self::LastAdmin, Self::Unknown, Self::Policy, Self::Twin, Self::Restore];

    /// Returns the kind's stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LiveWork => "live-work",
            Self::LastAdmin => "last-admin",
            Self::Unknown => "unknown",
            Self::Policy => "policy",
            Self::Twin => "twin",
            Self::Restore => "restore",
        }
    }

    /// Returns what a block of this kind is named by.
    #[must_use]
    pub fn named_by(self) -> &'static str {
        match self {
            Self::LiveWork => "CONVERSATION_ID",
            Self::LastAdmin => "ROLE",
            Self::Unknown => "PART",
            Self::Policy => "KIND",
            Self::Twin => "USER_ID",
            Self::Restore => "PERMISSION",
        }
    }
}

/// One thing that blocks, as it is named to be lifted: `live-work=CONVERSATION_ID`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Block {
    /// What kind of block.
    pub kind: BlockKind,
    /// Which one.
    pub name: String,
    /// The vendor's id, where people know the thing by another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Block {
    /// Returns the block of a thing that has one name.
    #[must_use]
    pub fn new(kind: BlockKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), id: None }
    }

    /// Returns the arguments that lift it, but for the reason: what a shell would split is quoted.
    #[must_use]
    pub fn argument(&self) -> String {
        let text = self.to_string();
        let plain = |letter: char| letter.is_alphanumeric() || "=-_.:/@".contains(letter);
        if text.chars().all(plain) {
            return format!("--override {text}");
        }
        format!("--override '{}'", text.replace('\'', r"'\''"))
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind.name(), self.name)
    }
}

/// Returns the name under which a part of the inventory is lifted: its label, without spaces.
#[must_use]
pub fn part_name(label: &str) -> String {
    label.replace(' ', "-")
}

/// Why an override cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOverride {
    /// It is not of the form `KIND=NAME`.
    #[error("`{given}` names no block: say KIND=NAME, as one of {}", forms())]
    Form {
        /// What was given.
        given: String,
    },
    /// There is no such kind of block, or nobody may lift it.
    #[error(
        "`{given}` is not what can be lifted: allowed: {}. A protected person, the owner of this OAuth client, \
         another organization and drift are never lifted",
        forms()
    )]
    Kind {
        /// What was given.
        given: String,
    },
    /// It would lift more than one block.
    #[error("`{given}` is no name: an override lifts one named block, never all of a kind")]
    Wildcard {
        /// What was given.
        given: String,
    },
    /// There is no reason.
    #[error("an override needs a reason")]
    NoReason,
    /// The reason does not fit into a line.
    #[error("the reason of an override is one line of at most {LONGEST_REASON} characters")]
    Reason,
}

/// The forms in which a block is named.
fn forms() -> String {
    let forms = BlockKind::ALL.map(|kind| format!("{}={}", kind.name(), kind.named_by()));
    forms.join(", ")
}

impl FromStr for Block {
    type Err = NotAnOverride;

    fn from_str(text: &str) -> Result<Self, NotAnOverride> {
        let given = || text.to_owned();
        let (kind, name) = text.split_once('=').ok_or_else(|| NotAnOverride::Form { given: given() })?;
        let (kind, name) = (kind.trim(), name.trim());
        let kind = BlockKind::ALL.into_iter().find(|known| known.name() == kind);
        let kind = kind.ok_or_else(|| NotAnOverride::Kind { given: given() })?;
        if name.is_empty() {
            return Err(NotAnOverride::Form { given: given() });
        }
        // No name of the vendor's has these: who types them means more than one.
        if name.contains(['*', '?']) {
            return Err(NotAnOverride::Wildcard { given: given() });
        }
        Ok(Self::new(kind, name))
    }
}

/// One block that somebody lifts, and why. It is a part of the policy, so of the plan and of its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Override {
    kind: BlockKind,
    name: String,
    because: String,
    by: String,
}

/// An override as it is stored, before it is looked at.
#[derive(Deserialize)]
struct Stored {
    kind: BlockKind,
    name: String,
    because: String,
    by: String,
}

impl TryFrom<Stored> for Override {
    type Error = NotAnOverride;

    fn try_from(stored: Stored) -> Result<Self, NotAnOverride> {
        let block = format!("{}={}", stored.kind.name(), stored.name).parse()?;
        Self::new(&block, &stored.because, &stored.by)
    }
}

impl Override {
    /// Returns the override of a block.
    ///
    /// # Errors
    /// Refuses an empty reason, and one that is not a line.
    pub fn new(block: &Block, because: &str, by: &str) -> Result<Self, NotAnOverride> {
        let because = because.trim();
        if because.is_empty() {
            return Err(NotAnOverride::NoReason);
        }
        if because.chars().count() > LONGEST_REASON || because.chars().any(char::is_control) {
            return Err(NotAnOverride::Reason);
        }
        Ok(Self {
            kind: block.kind,
            name: block.name.clone(),
            because: because.to_owned(),
            by: by.to_owned(),
        })
    }

    /// Returns whether this is the block that is lifted.
    #[must_use]
    pub fn lifts(&self, block: &Block) -> bool {
        let named = |name: &str| name.eq_ignore_ascii_case(&self.name);
        self.kind == block.kind && (named(&block.name) || block.id.as_deref().is_some_and(named))
    }

    /// Returns what is lifted, as it was named.
    #[must_use]
    pub fn block(&self) -> Block {
        Block::new(self.kind, self.name.clone())
    }

    /// Returns why and by whom, for people.
    #[must_use]
    pub fn reason(&self) -> String {
        format!("because \"{}\", by {}", self.because, self.by)
    }
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={} {}", self.kind.name(), self.name, self.reason())
    }
}
