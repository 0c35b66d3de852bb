//! The head of a table's log, kept beside the table: how far the log went, and what it said then.
//!
//! A log that has lost its last commits reads like one that never had them, and answers with fewer rows and without
//! a word. So after each commit a small object outside the table, `_heads/<table>/<version>.json`, names the version
//! and a digest of everything that counts at it. Whoever reads the log reads the newest head first: the log must
//! reach it, and say what it says. An archive that was made before heads were kept has none until its next commit.

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore as _, PutPayload};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ERRORS, LogError, Snapshot, Table, create};
use crate::hex::hex;

/// What a log said at a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) version: u64,
    /// Files that count.
    pub(crate) files: u64,
    /// Over all of them, with all that the log says of each, and over the names of all commits.
    pub(crate) sha256: String,
}

impl Head {
    /// The head of a log; `None` of one without a commit.
    pub(super) fn of(snapshot: &Snapshot) -> Option<Self> {
        let version = snapshot.version?;
        let mut hasher = Sha256::new();
        for file in snapshot.files.values() {
            // A checkpoint restores a file, and says of it that it changes no data.
            let mut add = file.clone();
            add.data_change = true;
            hasher.update(add.to_json().to_string());
            hasher.update(b"\n");
        }
        for name in snapshot.transactions.keys() {
            hasher.update(name);
            hasher.update(b"\n");
        }
        Some(Self { version, files: snapshot.files.len() as u64, sha256: hex(&hasher.finalize()) })
    }
}

fn place(table: &Table, version: u64) -> Path {
    table.heads.clone().join(format!("{version:020}.json"))
}

/// Keeps the head of a log that was just read or written. One that is there already stays: whoever reads it next
/// holds the log against it.
pub(super) async fn keep(table: &Table, snapshot: &Snapshot) -> Result<(), LogError> {
    let Some(head) = Head::of(snapshot) else { return Ok(()) };
    let path = place(table, head.version);
    let text = serde_json::json!(head).to_string();
    let mut errors = 0;
    loop {
        match table.store.put_opts(&path, PutPayload::from(text.clone()), create()).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => return Ok(()),
            Err(source) => {
                errors += 1;
                if errors == ERRORS {
                    return Err(LogError::Store { path: path.to_string(), source });
                }
            }
        }
    }
}

/// The newest head that was kept.
pub(super) async fn newest(table: &Table) -> Result<Option<Head>, LogError> {
    let failed = |source| LogError::Store { path: table.heads.to_string(), source };
    let listed: Vec<Path> = table
        .store
        .list(Some(&table.heads))
        .map_ok(|object| object.location)
        .try_collect()
        .await
        .map_err(failed)?;
    let version = |path: &Path| path.filename()?.strip_suffix(".json")?.parse::<u64>().ok();
    let Some(newest) = listed.iter().filter_map(version).max() else { return Ok(None) };
    let path = place(table, newest);
    let damaged = || LogError::Damaged { path: path.to_string() };
    let head: Head = serde_json::from_slice(&table.bytes(&path).await?).map_err(|_| damaged())?;
    if head.version == newest { Ok(Some(head)) } else { Err(damaged()) }
}
