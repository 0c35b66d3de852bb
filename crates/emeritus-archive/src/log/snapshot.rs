//! What the log says now: the newest checkpoint and the commits after it, held against the head that was kept.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use object_store::ObjectStore as _;
use serde_json::Value;

use super::action::{Add, Line, Protocol};
use super::head::Head;
use super::{LogError, Table, checkpoint};

/// A table at a version.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The version; `None` when there is no table yet.
    pub(crate) version: Option<u64>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) metadata: Option<Value>,
    /// Its files, by path.
    pub(crate) files: BTreeMap<String, Add>,
    /// Names of commits.
    pub(crate) transactions: BTreeMap<String, i64>,
    /// The newest head, if one was kept.
    pub(crate) head: Option<u64>,
}

impl Snapshot {
    pub(super) fn take(&mut self, line: Line) {
        if let Some(add) = line.add {
            self.files.insert(add.path.clone(), add);
        }
        if let Some(remove) = line.remove {
            self.files.remove(&remove.path);
        }
        if let Some(txn) = line.txn {
            self.transactions.insert(txn.app_id, txn.version);
        }
        if let Some(protocol) = line.protocol {
            self.protocol = Some(protocol);
        }
        if let Some(metadata) = line.meta_data {
            self.metadata = Some(metadata);
        }
    }
}

/// Reads the log. It must reach the head, and say there what the head says; a checkpoint may have gone past it.
pub(super) async fn read(table: &Table, head: Option<Head>) -> Result<Snapshot, LogError> {
    let folder = table.object("_delta_log");
    let fits = |snapshot: &Snapshot| match &head {
        Some(head) if snapshot.version == Some(head.version) && Head::of(snapshot).as_ref() != Some(head) => {
            Err(LogError::Changed { path: folder.to_string(), version: head.version })
        }
        Some(_) | None => Ok(()),
    };
    let listed: Vec<_> = table
        .store
        .list(Some(&folder))
        .map_ok(|object| object.location)
        .try_collect()
        .await
        .map_err(|source| LogError::Store { path: folder.to_string(), source })?;
    let mut commits = BTreeMap::new();
    let mut checkpoints = BTreeMap::new();
    for path in listed {
        let Some(name) = path.filename() else { continue };
        let Some((version, rest)) = name.split_once('.') else { continue };
        let (20, Ok(version)) = (version.len(), version.parse::<u64>()) else { continue };
        match rest {
            "json" => drop(commits.insert(version, path)),
            "checkpoint.parquet" => drop(checkpoints.insert(version, path)),
            _ => {}
        }
    }
    let mut snapshot = Snapshot::default();
    // One that cannot be read, or does not say what was committed, costs time and nothing else: the commits before it
    // are still there.
    while let Some((version, path)) = checkpoints.pop_last() {
        if let Ok(read) = checkpoint::read(table, &path, version).await
            && fits(&read).is_ok()
        {
            snapshot = read;
            break;
        }
    }
    let first = snapshot.version.map_or(0, |version| version + 1);
    for (next, (version, path)) in (first..).zip(commits.split_off(&first)) {
        if version != next {
            return Err(LogError::Gap { path: folder.to_string(), version: next });
        }
        let damaged = || LogError::Damaged { path: path.to_string() };
        let bytes = table.bytes(&path).await?;
        for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            snapshot.take(serde_json::from_slice(line).map_err(|_| damaged())?);
        }
        snapshot.version = Some(version);
        fits(&snapshot)?;
    }
    if let Some(head) = &head
        && snapshot.version.is_none_or(|version| version < head.version)
    {
        let found = snapshot.version;
        return Err(LogError::Lost { path: folder.to_string(), head: head.version, found });
    }
    snapshot.head = head.map(|head| head.version);
    if let Some(Protocol { min_reader_version: reader, min_writer_version: writer }) = snapshot.protocol
        && (reader > 1 || writer > 2)
    {
        return Err(LogError::Protocol { path: folder.to_string(), reader, writer });
    }
    Ok(snapshot)
}
