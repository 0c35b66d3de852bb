//! Reading the archive again: every record against its hash, and a person's conversations against what a run sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use emeritus_archive::{Archive, CensusEntry, ReadError};
use emeritus_core::census::{
    Census, CensusBuilder, CensusSummary, Comparison, Control, Leaf, Participation, Verdict, Window, compare,
};
use emeritus_core::id::{RunId, UserId};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::history::{self, FileError};
use crate::{Emeritus, JournalError};

/// What a reading of a whole archive found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reread {
    /// Records that were read, each compared with its hash.
    pub records: u64,
    /// Records that the manifests say there are.
    pub stated: u64,
    /// Batches.
    pub batches: u64,
    /// Rows of participations, each compared with what its record says.
    pub participations: u64,
    /// Files of all tables, each compared with its digest.
    pub files: u64,
    /// Batches that were cut off before their manifest.
    pub unfinished: u64,
    /// Tables of which no head was kept yet: that their logs have lost nothing cannot be said.
    pub without_head: Vec<&'static str>,
}

/// What the archive holds of a person, against what a run sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The comparison.
    pub comparison: Comparison,
    /// How many of the missing conversations began when the archive does not cover the person.
    pub not_covered: u64,
    /// Conversations of which the archive leaves a name out by its groups: there it was not compared.
    pub names_left_out: u64,
    /// Whether a conversation is missing of a time that the archive covers, or does not name the person any more.
    pub is_lost: bool,
}

/// The archive could not be held against anything.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be read, or what it holds is not what was archived.
    #[error("cannot read the archive")]
    Read(#[source] ReadError),
    /// What it holds is no census.
    #[error("an archived conversation of the person lacks a usable {field}")]
    Malformed {
        /// What.
        field: &'static str,
    },
    /// The run could not be read.
    #[error("the run could not be read")]
    Journal(#[source] JournalError),
    /// The run never read a history.
    #[error("run {run} has no census")]
    NoCensus {
        /// Which.
        run: RunId,
    },
    /// The sealed census cannot be used.
    #[error("the sealed census could not be used")]
    File(#[source] FileError),
}

/// Reads everything in an archive, and holds its tables, logs, manifests and digests against each other.
///
/// # Errors
/// The archive cannot be read, or something in it is not what was archived.
pub async fn reread(archive: &Archive) -> Result<Reread, VerifyError> {
    let checked = archive.verify().await.map_err(VerifyError::Read)?;
    Ok(Reread {
        records: checked.records,
        stated: checked.stated,
        batches: checked.batches,
        participations: checked.participations,
        files: checked.files,
        unfinished: checked.unfinished,
        without_head: checked.without_head,
    })
}

/// Takes the census of a person from the archive alone.
///
/// # Errors
/// The archive cannot be read, or what it holds is not what the vendor sends.
pub async fn census(archive: &Archive, user: &UserId, window: Window) -> Result<Census, VerifyError> {
    let mut builder = CensusBuilder::new(window);
    let mut failed = None;
    // To the millisecond, and no narrower than the window: the builder leaves out what does not belong.
    let range = window.from.as_millisecond()..window.to.as_millisecond().saturating_add(1);
    let take = |entry: CensusEntry| match leaf(entry) {
        Ok(leaf) => {
            if builder.add(&leaf).is_err() {
                failed.get_or_insert(VerifyError::Malformed { field: "form" });
            }
        }
        Err(error) => {
            failed.get_or_insert(error);
        }
    };
    archive.census(user.as_str(), range, take).await.map_err(VerifyError::Read)?;
    failed.map_or_else(|| Ok(builder.finish()), Err)
}

fn leaf(entry: CensusEntry) -> Result<Leaf, VerifyError> {
    let malformed = |field| VerifyError::Malformed { field };
    let mut participation: Vec<_> = entry
        .parts
        .into_iter()
        .map(|part| Participation {
            participant: part.participant_id.unwrap_or_default(),
            purpose: part.purpose.unwrap_or_default(),
            name: part.name,
        })
        .collect();
    participation.sort();
    participation.dedup();
    Ok(Leaf {
        conversation: Uuid::try_parse(&entry.conversation_id).map_err(|_| malformed("conversation id"))?,
        start: Timestamp::from_millisecond(entry.start).map_err(|_| malformed("conversation start"))?,
        open: entry.end.is_none(),
        media: entry.media,
        participation,
        unread: BTreeSet::new(),
    })
}

/// Those of some conversations that differ from what was sealed in nothing but names that the archive does not have, and
/// in fractions of a millisecond, which it does not have either: absent is not different.
async fn same_but_for_names(
    archive: &Archive,
    user: &UserId,
    path: &Path,
    summary: &CensusSummary,
    altered: &[Uuid],
) -> Result<BTreeSet<Uuid>, VerifyError> {
    let wanted: BTreeSet<Uuid> = altered.iter().copied().collect();
    let (mut sealed, mut archived) = (BTreeMap::new(), BTreeMap::new());
    let take = |leaf: &Leaf| {
        if wanted.contains(&leaf.conversation) {
            sealed.insert(leaf.conversation, leaf.clone());
        }
    };
    history::read_file(path, summary, take).map_err(VerifyError::File)?;
    let window = summary.window;
    let range = window.from.as_millisecond()..window.to.as_millisecond().saturating_add(1);
    let take = |entry: CensusEntry| {
        if let Ok(leaf) = leaf(entry)
            && wanted.contains(&leaf.conversation)
        {
            archived.insert(leaf.conversation, leaf);
        }
    };
    archive.census(user.as_str(), range, take).await.map_err(VerifyError::Read)?;
    let is_same = |conversation: &Uuid| {
        let both = sealed.get(conversation).zip(archived.get(conversation));
        both.is_some_and(|(sealed, archived)| is_same_but_for_names(sealed, archived))
    };
    Ok(wanted.iter().copied().filter(is_same).collect())
}

fn is_same_but_for_names(sealed: &Leaf, archived: &Leaf) -> bool {
    let nameless = archived.participation.iter().filter(|part| part.name.is_none());
    let nameless: BTreeSet<_> =
        nameless.map(|part| (part.participant.as_str(), part.purpose.as_str())).collect();
    let parts = |leaf: &Leaf| -> BTreeSet<Participation> {
        let stated = leaf.participation.iter().cloned().map(|part| {
            let is_nameless = nameless.contains(&(part.participant.as_str(), part.purpose.as_str()));
            if is_nameless { Participation { name: None, ..part } } else { part }
        });
        stated.collect()
    };
    (sealed.start.as_millisecond(), sealed.open, &sealed.media, parts(sealed))
        == (archived.start.as_millisecond(), archived.open, &archived.media, parts(archived))
}

impl Emeritus {
    /// Compares what the archive holds of a run's person with the census that the run sealed, over the sealed window.
    ///
    /// # Errors
    /// The run read no history, its census file was changed, or the archive cannot be read.
    pub async fn verify_archive(&self, archive: &Archive, run: &RunId) -> Result<Verified, VerifyError> {
        let state = self.run(run).map_err(VerifyError::Journal)?;
        let (path, summary) =
            self.sealed(&state).ok_or_else(|| VerifyError::NoCensus { run: run.clone() })?;
        let user = &state.plan().subject.id;
        let window = summary.window;
        let coverage = archive.coverage(None).await.map_err(VerifyError::Read)?;
        // The end is excluded, so up to the millisecond in which the window ends.
        let range = window.from.as_millisecond()..window.to.as_millisecond();
        let gaps = coverage.gaps(user.as_str(), range);
        let mut not_covered = BTreeSet::new();
        let sealed = history::read_file(&path, &summary, |leaf| {
            if gaps.iter().any(|gap| gap.contains(&leaf.start.as_millisecond())) {
                not_covered.insert(leaf.conversation);
            }
        })
        .map_err(VerifyError::File)?;
        let archived = census(archive, user, window).await?;
        let mut comparison = compare(&sealed, &archived, Control::NotNeeded);
        let mut names_left_out = 0;
        if let Verdict::Broken { missing, altered } = &mut comparison.verdict
            && !altered.is_empty()
        {
            let same = same_but_for_names(archive, user, &path, &summary, altered).await?;
            names_left_out = same.len() as u64;
            altered.retain(|conversation| !same.contains(conversation));
            if missing.is_empty() && altered.is_empty() {
                comparison.verdict = Verdict::Intact;
            }
        }
        let is_missing = match &comparison.verdict {
            Verdict::Broken { missing, .. } => {
                not_covered.retain(|conversation| missing.contains(conversation));
                missing.iter().any(|conversation| !not_covered.contains(conversation))
            }
            Verdict::Intact | Verdict::NoHistoryFound | Verdict::NotComparable(_) => {
                not_covered.clear();
                false
            }
        };
        let is_lost = is_missing
            || matches!(&comparison.verdict, Verdict::Broken { altered, .. } if !altered.is_empty());
        Ok(Verified { comparison, not_covered: not_covered.len() as u64, names_left_out, is_lost })
    }
}
