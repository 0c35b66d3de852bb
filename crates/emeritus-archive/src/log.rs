//! The log of a Delta table: reader version 1, writer version 2, append only.
//!
//! A file counts when a commit names it, and not before. A commit is one object, `_delta_log/<version>.json`,
//! put on condition that it is not there yet, so of two writers one goes first and the other reads what is new and
//! tries the next version. Every commit carries a `txn` action with the name of its batch: whoever finds the name
//! in the log has been there before, also after an answer that was lost.

pub(crate) mod action;
mod checkpoint;
mod head;
mod snapshot;

use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload};
use parquet::schema::types::SchemaDescriptor;
use serde_json::Value;

pub(crate) use action::Add;
pub(crate) use snapshot::Snapshot;

/// How often a commit is tried again for one that came first, or for an answer that was lost.
const ATTEMPTS: usize = 100;
/// How often an error of the store is borne.
const ERRORS: usize = 3;
/// A checkpoint is written at each version that this divides.
const CHECKPOINT_EVERY: u64 = 10;

/// The log cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The store failed.
    #[error("the store failed at {path}")]
    Store {
        /// The object.
        path: String,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// An object of the log is not what the protocol says.
    #[error("{path} is no commit or checkpoint that can be read")]
    Damaged {
        /// The object.
        path: String,
    },
    /// The log ends before a version that was committed: commits are gone.
    #[error(
        "the log at {path} ends {}, and version {head} was committed: commits are gone",
        ended(.found.as_ref())
    )]
    Lost {
        /// The log.
        path: String,
        /// The version that was committed.
        head: u64,
        /// The last version that is there.
        found: Option<u64>,
    },
    /// The log does not say at a version what it said when that was committed.
    #[error("the log at {path} does not say at version {version} what was committed")]
    Changed {
        /// The log.
        path: String,
        /// The version.
        version: u64,
    },
    /// A checkpoint cannot be read or written.
    #[error("the checkpoint {path} cannot be read or written")]
    Checkpoint {
        /// The object.
        path: String,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// A version is missing between two others.
    #[error("version {version} of the log at {path} is missing")]
    Gap {
        /// The log.
        path: String,
        /// The version.
        version: u64,
    },
    /// The table asks for more than this archive knows.
    #[error("the table at {path} asks for reader version {reader} and writer version {writer}")]
    Protocol {
        /// The log.
        path: String,
        /// What it asks of readers.
        reader: i64,
        /// What it asks of writers.
        writer: i64,
    },
    /// Others kept coming first.
    #[error("{ATTEMPTS} other commits to {path} came first")]
    Crowded {
        /// The log.
        path: String,
    },
}

fn ended(version: Option<&u64>) -> String {
    version.map_or_else(|| "before its first version".to_owned(), |version| format!("at version {version}"))
}

/// A table's name, columns and partitions.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) schema: fn() -> Value,
    pub(crate) partitions: &'static [&'static str],
    /// The columns of its files, and how many of them the oldest files have.
    pub(crate) columns: fn() -> &'static SchemaDescriptor,
    pub(crate) least: usize,
}

/// A table in a store.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) path: Path,
    /// Where the heads of its log are kept.
    pub(crate) heads: Path,
    pub(crate) definition: &'static Definition,
}

impl Table {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, root: &Path, definition: &'static Definition) -> Self {
        let heads = root.clone().join("_heads").join(definition.name);
        Self { store, path: root.clone().join(definition.name), heads, definition }
    }

    /// An object of the table, by its path in it.
    pub(crate) fn object(&self, path: &str) -> Path {
        path.split('/').fold(self.path.clone(), |whole, part| whole.join(part))
    }

    fn version(&self, version: u64) -> Path {
        self.object(&format!("_delta_log/{version:020}.json"))
    }

    /// Reads the log as it is now, and holds it against its head.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, LogError> {
        // In this order: a commit that comes in between makes the log longer than its head, never shorter.
        let head = head::newest(self).await?;
        snapshot::read(self, head).await
    }

    /// Keeps the head of a log as it was read: whoever wrote the commit may have been cut off before he did.
    pub(crate) async fn keep_head(&self, snapshot: &Snapshot) -> Result<(), LogError> {
        head::keep(self, snapshot).await
    }

    /// Adds files under a name, once: a second commit of the name changes nothing.
    pub(crate) async fn commit(&self, name: &str, adds: &[Add], at: i64) -> Result<(), LogError> {
        let mut errors = 0;
        let mut snapshot = self.snapshot().await?;
        for _ in 0..ATTEMPTS {
            if snapshot.transactions.contains_key(name) {
                return self.keep_head(&snapshot).await;
            }
            let version = snapshot.version.map_or(0, |version| version + 1);
            let mut lines = Vec::new();
            if snapshot.version.is_none() {
                lines.extend(action::creation(self.definition, at));
            }
            lines.extend(snapshot.metadata.as_ref().and_then(|old| action::grown(self.definition, old)));
            lines.push(action::transaction(name, at));
            lines.extend(adds.iter().map(Add::to_json));
            lines.push(action::info(at));
            let path = self.version(version);
            match self.store.put_opts(&path, action::lines(&lines), create()).await {
                Ok(_) => {
                    for line in lines {
                        let damaged = |_| LogError::Damaged { path: path.to_string() };
                        snapshot.take(serde_json::from_value(line).map_err(damaged)?);
                    }
                    snapshot.version = Some(version);
                    self.keep_head(&snapshot).await?;
                    if version > 0 && version.is_multiple_of(CHECKPOINT_EVERY) {
                        // The commit stands whether or not this helps those who read it.
                        drop(checkpoint::write(self, &snapshot, version).await);
                    }
                    return Ok(());
                }
                // Another's commit, or our own whose answer was lost: the log tells which.
                Err(object_store::Error::AlreadyExists { .. }) => {}
                Err(source) => {
                    errors += 1;
                    if errors == ERRORS {
                        // It may be there all the same.
                        let snapshot = self.snapshot().await?;
                        return match snapshot.transactions.get(name) {
                            Some(_) => self.keep_head(&snapshot).await,
                            None => Err(LogError::Store { path: path.to_string(), source }),
                        };
                    }
                }
            }
            snapshot = self.snapshot().await?;
        }
        Err(LogError::Crowded { path: self.path.to_string() })
    }

    pub(crate) async fn bytes(&self, path: &Path) -> Result<bytes::Bytes, LogError> {
        let failed = |source| LogError::Store { path: path.to_string(), source };
        self.store.get(path).await.map_err(failed)?.bytes().await.map_err(failed)
    }

    async fn put(&self, path: &Path, bytes: Vec<u8>) -> Result<(), LogError> {
        let put = self.store.put(path, PutPayload::from(bytes)).await;
        put.map(drop).map_err(|source| LogError::Store { path: path.to_string(), source })
    }
}

fn create() -> PutOptions {
    PutOptions { mode: PutMode::Create, ..PutOptions::default() }
}
