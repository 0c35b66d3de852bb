//! From local disk into the archive: put aside, read back, named, committed.

mod pair;
mod verify;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::shred::Shredded;
use super::spool::{Kind, Spool, Written};
use super::{BatchError, BatchSpec};
use crate::archive::Archive;
use crate::hex::hex;
use crate::log::{Add, Table};
use crate::manifest::{self, Manifest, ManifestFile};
use crate::privacy::Groups;
use crate::read::each_record;
use crate::record;
use crate::schema::SCHEMA_VERSION;
use crate::small::{self, Small};
use crate::tape::Tape;
use crate::time::time_text;
use crate::window::StoredFile;
use pair::Pair;

/// Bytes of a part of an upload. S3 takes none under five megabytes but the last.
const PART: usize = 5 * 1024 * 1024;

/// How many files are put into the store and read back side by side.
const FILES_AT_ONCE: usize = 2;

/// A batch whose records are complete.
#[derive(Debug)]
struct Draft {
    spec: BatchSpec,
    duplicates: u64,
    already_there: u64,
    other_fields: BTreeMap<String, u64>,
}

/// What the log of conversations keeps of a batch, beside each of its files, so that the rest can be made from it.
#[derive(Debug, Serialize, Deserialize)]
struct Tag {
    source: String,
    window: (i64, i64),
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<String>,
    now: i64,
    groups: [bool; 4],
    duplicates: u64,
    #[serde(default)]
    already_there: u64,
    other_fields: BTreeMap<String, u64>,
}

/// The name of the batch in the logs.
fn name(spec: &BatchSpec) -> String {
    format!("{}/{}", spec.organization, spec.id)
}

/// Finds a batch that was archived before, and completes one that was left half done.
pub(super) async fn resume(archive: &Archive, spec: &BatchSpec) -> Result<Option<Manifest>, BatchError> {
    let name = name(spec);
    let batches = archive.batches.snapshot().await?;
    if batches.transactions.contains_key(&name) {
        for table in [&archive.conversations, &archive.participations, &archive.batches] {
            table.keep_head(&table.snapshot().await?).await?;
        }
        return found(archive, spec).await.map(Some);
    }
    let snapshot = archive.conversations.snapshot().await?;
    if !snapshot.transactions.contains_key(&name) {
        return Ok(None);
    }
    archive.conversations.keep_head(&snapshot).await?;
    let mut spool = Spool::new()?;
    let (mut tag, mut met) = (None, HashSet::new());
    for file in of_batch(snapshot.files.into_values(), &name) {
        tag = tag.or_else(|| file.tag("draft").and_then(|tag| serde_json::from_str::<Tag>(tag).ok()));
        read_again(archive, &file, &mut spool, &mut met).await?;
    }
    let tag = tag.ok_or_else(|| BatchError::NoManifest { batch: spec.id.clone() })?;
    let draft = tag.draft(&spec.organization, &spec.id);
    deliver(archive, draft, spool.close()?).await.map(Some)
}

impl Tag {
    fn draft(self, organization: &str, id: &str) -> Draft {
        let [attributes, addresses, names, notes] = self.groups;
        Draft {
            spec: BatchSpec {
                id: id.to_owned(),
                organization: organization.to_owned(),
                source: self.source,
                window: self.window,
                subjects: self.subjects,
                now: self.now,
                groups: Groups { attributes, addresses, names, notes },
                skip_archived: false,
            },
            duplicates: self.duplicates,
            already_there: self.already_there,
            other_fields: self.other_fields,
        }
    }
}

/// Lists the batches of an organization of which the conversations are in the log and the manifest is not.
pub(super) async fn unfinished(archive: &Archive, organization: &str) -> Result<Vec<BatchSpec>, BatchError> {
    // In this order: what is finished in between is not taken for unfinished.
    let conversations = archive.conversations.snapshot().await?;
    let done = archive.batches.snapshot().await?.transactions;
    let mut specs = BTreeMap::new();
    for file in conversations.files.into_values() {
        let Some(id) = file.tag("batch").and_then(|name| name.strip_prefix(&format!("{organization}/")))
        else {
            continue;
        };
        let name = format!("{organization}/{id}");
        if done.contains_key(&name) || specs.contains_key(id) {
            continue;
        }
        let tag = file.tag("draft").and_then(|tag| serde_json::from_str::<Tag>(tag).ok());
        let tag = tag.ok_or_else(|| BatchError::NoManifest { batch: id.to_owned() })?;
        specs.insert(id.to_owned(), tag.draft(organization, id).spec);
    }
    Ok(specs.into_values().collect())
}

/// Makes the participations of a conversation file once more.
async fn read_again(
    archive: &Archive,
    file: &Add,
    spool: &mut Spool,
    met: &mut HashSet<Vec<u8>>,
) -> Result<(), BatchError> {
    let path = archive.conversations.object(&file.decoded_path());
    let size = u64::try_from(file.size).unwrap_or(0);
    let stored = StoredFile::open(Arc::clone(&archive.store), path, size).await?;
    let mut tape = Tape::default();
    let read = each_record(&stored, |form, _| {
        // It was read from there once already, before it counted.
        if let Ok(record) = tape.read(form)
            && let Ok((heading, root)) = record::heading(&record)
            // Of a conversation that changed while the batch was read, there are two records and one part each.
            && met.insert(heading.id.to_vec())
        {
            spool.participations(heading.start).add(&record, root, heading);
        }
        spool.relieve()
    });
    read.await
}

/// Delivers a batch whose records are complete.
pub(super) async fn deliver_all(
    archive: &Archive,
    spec: BatchSpec,
    shredded: Shredded,
) -> Result<Manifest, BatchError> {
    let Shredded { files, duplicates, already_there, other_fields } = shredded;
    deliver(archive, Draft { spec, duplicates, already_there, other_fields }, files).await
}

/// Puts files into the store and commits them, table by table, the manifest last.
async fn deliver(archive: &Archive, draft: Draft, files: Vec<Written>) -> Result<Manifest, BatchError> {
    let name = name(&draft.spec);
    let groups = draft.spec.groups;
    let tag = serde_json::json!(Tag {
        source: draft.spec.source.clone(),
        window: draft.spec.window,
        subjects: draft.spec.subjects.clone(),
        now: draft.spec.now,
        groups: [groups.attributes, groups.addresses, groups.names, groups.notes],
        duplicates: draft.duplicates,
        already_there: draft.already_there,
        other_fields: draft.other_fields.clone(),
    })
    .to_string();
    let pair = Pair::new().map_err(BatchError::Spool)?;
    for (kind, table) in
        [(Kind::Conversations, &archive.conversations), (Kind::Participations, &archive.participations)]
    {
        let of_table = files.iter().filter(|file| file.kind == kind);
        let stored = of_table.map(|file| store_file(table, &draft.spec, file, &pair, &tag));
        let adds: Vec<Add> = stream::iter(stored).buffered(FILES_AT_ONCE).try_collect().await?;
        if !adds.is_empty() {
            table.commit(&name, &adds, draft.spec.now).await?;
        }
        // A sweep that took a file of ours for a leftover may have come before the commit that names it.
        for (add, file) in adds.iter().zip(files.iter().filter(|file| file.kind == kind)) {
            let path = table.object(&add.decoded_path());
            match table.store.head(&path).await {
                Err(object_store::Error::NotFound { .. }) => {
                    store_file(table, &draft.spec, file, &pair, &tag).await?;
                }
                found => drop(found.map_err(|source| BatchError::Store { path: path.to_string(), source })?),
            }
        }
    }
    let manifest = manifest(archive, draft, &name).await?;
    commit_manifest(archive, &manifest, &name).await?;
    Ok(manifest)
}

/// Puts a file aside, reads it back, and gives it its name.
async fn store_file(
    table: &Table,
    spec: &BatchSpec,
    file: &Written,
    pair: &Pair,
    tag: &str,
) -> Result<Add, BatchError> {
    let (size, sha256) = digest(&file.file).map_err(BatchError::Spool)?;
    let file_name = format!("part-{}-{}.parquet", spec.id, sha256.get(..16).unwrap_or_default());
    let aside = table.object(&format!("_staging/{}-{file_name}", file.month));
    let relative = format!("organization={}/month={}/{file_name}", spec.organization, file.month);
    let target = table.object(&relative);
    let at = |path: &Path| {
        let path = path.to_string();
        move |source| BatchError::Store { path, source }
    };
    upload(table, file, &aside).await?;
    verify::verify(table, &aside, file, pair, size, &sha256).await?;
    table.store.rename(&aside, &target).await.map_err(at(&target))?;
    let stored = ManifestFile {
        path: format!("{}/{relative}", table.definition.name),
        size,
        sha256,
        rows: file.rows,
        records_sha256: (file.kind == Kind::Conversations).then(|| hex(&file.order)),
    };
    let tags = [
        ("batch", format!("{}/{}", spec.organization, spec.id)),
        ("draft", tag.to_owned()),
        ("file", serde_json::json!(stored).to_string()),
    ];
    let partitions = [("organization", spec.organization.clone()), ("month", file.month.clone())];
    Ok(Add {
        path: relative,
        partition_values: partitions.map(|(name, value)| (name.to_owned(), Some(value))).into(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        modification_time: spec.now,
        data_change: true,
        stats: Some(stats(file)),
        tags: Some(tags.map(|(name, value)| (name.to_owned(), Some(value))).into()),
    })
}

fn stats(file: &Written) -> String {
    let mut stats = serde_json::json!({"numRecords": file.rows});
    if let (Some(bounds), Some(stats)) = (&file.bounds, stats.as_object_mut()) {
        let ends = |user: &str, start: i64| serde_json::json!({"user_id": user, "conversation_start": time_text(start)});
        stats.insert("minValues".to_owned(), ends(&bounds.users.0, bounds.starts.0));
        stats.insert("maxValues".to_owned(), ends(&bounds.users.1, bounds.starts.1));
    }
    stats.to_string()
}

/// Size and SHA-256 of a file on local disk.
fn digest(mut file: &File) -> std::io::Result<(u64, String)> {
    file.rewind()?;
    let (mut hasher, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, hex(&hasher.finalize())));
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        size += read as u64;
    }
}

async fn upload(table: &Table, file: &Written, to: &Path) -> Result<(), BatchError> {
    let failed = |source| BatchError::Store { path: to.to_string(), source };
    let mut source = &file.file;
    source.rewind().map_err(BatchError::Spool)?;
    let upload = table.store.put_multipart(to).await.map_err(failed)?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
    let mut buffer = vec![0; 1024 * 1024];
    let fault = loop {
        match source.read(&mut buffer).map_err(BatchError::Spool) {
            Err(fault) => break fault,
            // This takes its parts back itself when it fails.
            Ok(0) => return upload.finish().await.map(drop).map_err(failed),
            Ok(read) => {
                if let Err(source) = upload.wait_for_capacity(1).await {
                    break failed(source);
                }
                upload.write(buffer.get(..read).unwrap_or_default());
            }
        }
    };
    // Parts of an upload that nobody completes cost money where nobody sees them.
    drop(upload.abort().await);
    Err(fault)
}

fn of_batch(files: impl Iterator<Item = Add>, name: &str) -> impl Iterator<Item = Add> {
    files.filter(move |file| file.tag("batch") == Some(name))
}

/// The manifest of a batch whose data is in the logs.
async fn manifest(archive: &Archive, draft: Draft, name: &str) -> Result<Manifest, BatchError> {
    let mut files = Vec::new();
    let mut rows = [0, 0];
    for (table, rows) in [&archive.conversations, &archive.participations].into_iter().zip(&mut rows) {
        let snapshot = table.snapshot().await?;
        for file in of_batch(snapshot.files.into_values(), name) {
            let file = file.tag("file").and_then(|tag| serde_json::from_str::<ManifestFile>(tag).ok());
            let file = file.ok_or_else(|| BatchError::NoManifest { batch: draft.spec.id.clone() })?;
            *rows += file.rows;
            files.push(file);
        }
    }
    let [records, participations] = rows;
    Ok(Manifest {
        batch: draft.spec.id,
        organization: draft.spec.organization,
        schema_version: SCHEMA_VERSION,
        source: draft.spec.source,
        window: draft.spec.window,
        subjects: draft.spec.subjects,
        archived_at: draft.spec.now,
        records,
        duplicates: draft.duplicates,
        already_there: draft.already_there,
        participations,
        groups: draft.spec.groups,
        files,
        other_fields: draft.other_fields,
    })
}

async fn commit_manifest(archive: &Archive, manifest: &Manifest, name: &str) -> Result<(), BatchError> {
    let small = Small {
        columns: manifest::COLUMNS,
        rows: &manifest.row(),
        stem: format!("organization={}/{}", manifest.organization, manifest.batch),
        organization: &manifest.organization,
        name,
        tags: vec![("batch", name.to_owned()), ("manifest", serde_json::json!(manifest).to_string())],
        now: manifest.archived_at,
    };
    Ok(small::append(&archive.batches, small).await?)
}

/// The manifest of a batch that was archived before.
async fn found(archive: &Archive, spec: &BatchSpec) -> Result<Manifest, BatchError> {
    let snapshot = archive.batches.snapshot().await?;
    of_batch(snapshot.files.into_values(), &name(spec))
        .find_map(|file| file.tag("manifest").and_then(|tag| serde_json::from_str(tag).ok()))
        .ok_or_else(|| BatchError::NoManifest { batch: spec.id.clone() })
}
