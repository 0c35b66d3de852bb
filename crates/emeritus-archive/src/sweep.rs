//! What crashes leave behind: files that no commit names.
//!
//! A file is put into the store before the commit that names it, so one that is not named may be a writer's that is
//! still at work. Hence the age. A writer looks again after its commit, and puts there once more what was taken.

use std::path::{Path as FilePath, PathBuf};
use std::time::UNIX_EPOCH;

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};

use crate::archive::Archive;
use crate::log::{LogError, Table};

/// What was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The archive cannot be swept; what was swept before is gone, and nothing that counts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A log cannot be read.
    #[error("cannot read a table's log")]
    Log(#[from] LogError),
    /// The store failed.
    #[error("the store failed at {path}")]
    Store {
        /// The object.
        path: String,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// The folder cannot be read or written.
    #[error("cannot sweep the folder {}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Archive {
    /// Deletes files that no commit names and that were written before an instant (milliseconds since 1970). Leave
    /// writers their time: a day is plenty, and an hour is too little for one that waits for the vendor.
    ///
    /// # Errors
    /// When the archive cannot be read, or a file cannot be deleted.
    pub async fn sweep(&self, written_before: i64) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        for table in [&self.conversations, &self.participations, &self.batches, &self.people] {
            sweep_table(table, written_before, &mut swept).await?;
        }
        if let Some(folder) = &self.folder {
            half_written(folder, written_before, &mut swept)?;
        }
        Ok(swept)
    }
}

async fn sweep_table(table: &Table, written_before: i64, swept: &mut Swept) -> Result<(), SweepError> {
    let failed = |path: &Path| {
        let path = path.to_string();
        move |source| SweepError::Store { path, source }
    };
    let listed: Vec<_> =
        table.store.list(Some(&table.path)).try_collect().await.map_err(failed(&table.path))?;
    // After the list: what a commit named in between is kept.
    let snapshot = table.snapshot().await?;
    let named: Vec<Path> = snapshot.files.values().map(|file| table.object(&file.decoded_path())).collect();
    for object in listed {
        let below = object.location.prefix_match(&table.path).and_then(|mut parts| parts.next());
        // Logs, and whatever other engines keep beside them, are not ours to judge.
        let ours = below.is_some_and(|part| part.as_ref() == "_staging" || !part.as_ref().starts_with('_'));
        let file = object.location.extension() == Some("parquet");
        let old = object.last_modified.timestamp_millis() < written_before;
        if ours && file && old && !named.contains(&object.location) {
            match table.store.delete(&object.location).await {
                Ok(()) => {}
                // Somebody else was faster: its writer, by giving it its name, or another sweep.
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(source) => return Err(failed(&object.location)(source)),
            }
            swept.files += 1;
            swept.bytes += object.size;
        }
    }
    Ok(())
}

/// Deletes what a folder's store writes before it gives a file its name (`name#1`); it lists no such file.
fn half_written(folder: &FilePath, written_before: i64, swept: &mut Swept) -> Result<(), SweepError> {
    let failed = |source| SweepError::Folder { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => continue,
            Err(source) => return Err(failed(source)),
        };
        if metadata.is_dir() {
            half_written(&entry.path(), written_before, swept)?;
            continue;
        }
        let name = entry.file_name();
        let suffix = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, suffix)| suffix);
        let half = suffix.is_some_and(|suffix| suffix.bytes().all(|byte| byte.is_ascii_digit()));
        let age = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let old =
            age.and_then(|age| i64::try_from(age.as_millis()).ok()).is_some_and(|at| at < written_before);
        if half && old && std::fs::remove_file(entry.path()).is_ok() {
            swept.files += 1;
            swept.bytes += metadata.len();
        }
    }
    Ok(())
}
