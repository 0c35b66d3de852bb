//! Reading the archive again: every record against its hash, and a person's conversations against what a run sealed.

use emeritus_archive::{Archive, CensusEntry, ReadError};
use emeritus_core::census::{
    Census, CensusBuilder, Comparison, Control, Leaf, Participation, Window, compare,
};
use emeritus_core::id::{RunId, UserId};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::history::{self, FileError};
use crate::{Emeritus, JournalError};

/// What a reading of a whole archive found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reread {
    /// Records that were read, each compared with its hash.
    pub records: u64,
    /// Records that the manifests say there are.
    pub stated: u64,
    /// Batches.
    pub batches: u64,
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

/// Reads every record of an archive and compares it with its hash.
///
/// # Errors
/// The archive cannot be read, or a record is not the one that was archived.
pub async fn reread(archive: &Archive) -> Result<Reread, VerifyError> {
    let manifests = archive.manifests(None).await.map_err(VerifyError::Read)?;
    let records = archive.scan(|_, _| ()).await.map_err(VerifyError::Read)?;
    let stated = manifests.iter().map(|manifest| manifest.records).sum();
    Ok(Reread { records, stated, batches: manifests.len() as u64 })
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
    })
}

impl Emeritus {
    /// Compares what the archive holds of a run's person with the census that the run sealed, over the sealed window.
    ///
    /// # Errors
    /// The run read no history, its census file was changed, or the archive cannot be read.
    pub async fn verify_archive(&self, archive: &Archive, run: &RunId) -> Result<Comparison, VerifyError> {
        let state = self.run(run).map_err(VerifyError::Journal)?;
        let (path, summary) =
            self.sealed(&state).ok_or_else(|| VerifyError::NoCensus { run: run.clone() })?;
        let sealed = history::read_file(&path, &summary, |_| ()).map_err(VerifyError::File)?;
        let archived = census(archive, &state.plan().subject.id, summary.window).await?;
        Ok(compare(&sealed, &archived, Control::NotNeeded))
    }
}
