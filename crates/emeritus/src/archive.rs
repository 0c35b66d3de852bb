//! The archive: asked without the vendor, and fed from the vendor.
//!
//! What is asked needs no credentials and no network (unless the archive is in a bucket): [`who`], [`history`] and
//! the roster answer when the account is gone and the vendor's own record with it.

mod batches;
mod check;
mod feed;
mod history;
mod known;
mod person;
mod roster;
mod verify;
mod who;

pub use batches::batches;
pub use check::{Found, ReportError, check, report};
pub use emeritus_archive::{
    AppendError, Archive, BatchError, Bucket, Datum, Groups, Location, LogError, Manifest, ManifestFile,
    OpenError, Participation, PersonVersion, ReadError, Roster, RosterError, Sheet, Synced,
};
pub use feed::{Fed, Feed, FeedError, NotRead, Refused, WithoutAttributes};
pub use history::{Asked, Told, history};
pub use known::Known;
pub use person::{Called, ResolveError, resolve};
pub use roster::{RosterSync, RosterSyncError};
pub use verify::{Reread, Verified, VerifyError, census, reread};
pub use who::{ArchivedIn, Handler, Queue, Version, sheet, who};

use crate::home::private;

/// The archive cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Its place cannot be used.
    #[error("cannot open the archive")]
    Open(#[source] OpenError),
    /// Nothing was ever archived there.
    #[error("there is no archive at {place}")]
    Nothing {
        /// Where.
        place: String,
    },
    /// It cannot be read, or is damaged.
    #[error("cannot read the archive")]
    Read(#[source] ReadError),
    /// The log of a table cannot be read.
    #[error("cannot read the archive's log")]
    Log(#[source] LogError),
    /// The roster cannot be read.
    #[error("cannot read the archive's people")]
    Roster(#[source] RosterError),
}

/// Opens an archive that is there: nothing is made where nothing is.
///
/// # Errors
/// There is none, or its place cannot be used.
pub async fn open(location: &Location) -> Result<Archive, AskError> {
    let nothing = || AskError::Nothing { place: describe(location) };
    if let Location::Folder(folder) = location
        && !folder.is_dir()
    {
        return Err(nothing());
    }
    let archive = Archive::open(location).map_err(AskError::Open)?;
    if archive.is_there().await.map_err(AskError::Log)? { Ok(archive) } else { Err(nothing()) }
}

/// Opens an archive to add to it; there need be none yet. A folder that is not there is made so that only its owner
/// can enter it.
///
/// # Errors
/// Its place cannot be used.
pub fn create(location: &Location) -> Result<Archive, AskError> {
    if let Location::Folder(folder) = location
        && !folder.exists()
    {
        private(folder)
            .map_err(|source| AskError::Open(OpenError::Folder { folder: folder.clone(), source }))?;
    }
    Archive::open(location).map_err(AskError::Open)
}

/// Returns where an archive stands, as people write it.
#[must_use]
pub fn describe(location: &Location) -> String {
    match location {
        Location::Folder(folder) => folder.display().to_string(),
        Location::Bucket(bucket) => {
            let slash = if bucket.prefix.is_empty() { "" } else { "/" };
            format!("s3://{}{slash}{}", bucket.name, bucket.prefix)
        }
    }
}
