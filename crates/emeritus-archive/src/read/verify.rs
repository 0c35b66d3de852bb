//! Everything in an archive, read again and held against everything else that speaks of it.
//!
//! Each table's log against its head (that is done wherever a log is read), the logs against the manifests, the bytes
//! of each file against its digest, each record against its hash, and the rows of participations against what the
//! records say: a part that was lost or changed alone does not fit the others any more.

mod nested;

use std::collections::BTreeMap;

use object_store::ObjectStoreExt as _;
use sha2::{Digest as _, Sha256};

use super::{ReadError, open, records_in};
use crate::archive::Archive;
use crate::canonical::sha256;
use crate::hex::hex;
use crate::log::{Add, Snapshot, Table};
use crate::manifest::{self, Manifest, ManifestFile};
use crate::participation::{self, stored};
use crate::window::{FileError, StoredFile};
use nested::Nested;

/// Bytes that are read at a time of what follows the row groups.
const PIECE: u64 = 4 * 1024 * 1024;

/// What a reading of everything found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Batches that have a manifest.
    pub batches: u64,
    /// Records, each equal to its hash.
    pub records: u64,
    /// Records that the manifests say there are.
    pub stated: u64,
    /// Rows of participations, each what its record says.
    pub participations: u64,
    /// Files of all tables, each with the bytes that were written.
    pub files: u64,
    /// Batches that were cut off: their conversations are there, and their manifest is not.
    pub unfinished: u64,
    /// Tables whose logs were held against nothing: no head was kept of them yet.
    pub without_head: Vec<&'static str>,
}

/// How parts of an archive do not fit each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A manifest names a file that its table's log does not.
    #[error("the manifest of batch {batch} names {path}, and the log of its table does not")]
    FileLost {
        /// The batch.
        batch: String,
        /// Table and path in it.
        path: String,
    },
    /// A log names a file of a batch that the batch's manifest does not.
    #[error("{path} is not in the manifest of batch {batch}")]
    FileAdded {
        /// The batch.
        batch: String,
        /// Table and path in it.
        path: String,
    },
    /// A file's bytes are not those that were written.
    #[error("{path} is not the file that was archived: it has other bytes")]
    Bytes {
        /// Table and path in it.
        path: String,
    },
    /// A file has other rows than its manifest states.
    #[error("{path} has {found} rows, and {stated} were archived")]
    Rows {
        /// Table and path in it.
        path: String,
        /// Rows that were written.
        stated: u64,
        /// Rows that are there.
        found: u64,
    },
    /// The table of batches does not say of a batch what the log says.
    #[error("the row of batch {batch} in the table of batches is not its manifest")]
    Manifest {
        /// The batch.
        batch: String,
    },
    /// A row of participations is not what the record says.
    #[error(
        "the participations of batch {batch} do not say of conversation {conversation} what its record says"
    )]
    Participation {
        /// The batch.
        batch: String,
        /// The conversation.
        conversation: String,
    },
    /// A record names users of whom the participations have no row.
    #[error("the participations of batch {batch} lack {rows} of the rows that its conversations have")]
    Lacking {
        /// The batch.
        batch: String,
        /// How many.
        rows: u64,
    },
}

/// The files of a batch, as the logs have them.
#[derive(Debug, Default)]
struct Files {
    conversations: Vec<Add>,
    participations: Vec<Add>,
}

impl Archive {
    /// Reads everything that the archive holds, and holds it against everything else that speaks of it.
    ///
    /// # Errors
    /// When it cannot be read, or something is not what was archived: the first such thing.
    pub async fn verify(&self) -> Result<Checked, ReadError> {
        // In this order: what is finished in between is not taken for a batch without data.
        let batches = self.batches.snapshot().await?;
        let (conversations, participations) =
            (self.conversations.snapshot().await?, self.participations.snapshot().await?);
        let people = self.people.snapshot().await?;
        let mut checked = Checked::default();
        let tables = [
            (&self.conversations, &conversations),
            (&self.participations, &participations),
            (&self.batches, &batches),
            (&self.people, &people),
        ];
        let without = |(table, log): &(&Table, &Snapshot)| {
            (log.version.is_some() && log.head.is_none()).then_some(table.definition.name)
        };
        checked.without_head.extend(tables.iter().filter_map(without));
        let manifests = self.manifest_rows(&batches, &mut checked).await?;
        let mut files: BTreeMap<String, Files> = BTreeMap::new();
        let batch = |add: &Add| add.tag("batch").unwrap_or_default().to_owned();
        for add in conversations.files.into_values() {
            files.entry(batch(&add)).or_default().conversations.push(add);
        }
        for add in participations.files.into_values() {
            files.entry(batch(&add)).or_default().participations.push(add);
        }
        for (name, manifest) in &manifests {
            listed(manifest, files.get(name).unwrap_or(&Files::default()))?;
        }
        for (name, files) in &files {
            if !manifests.contains_key(name) {
                checked.unfinished += 1;
            }
            self.batch(name, files, manifests.contains_key(name), &mut checked).await?;
        }
        for add in people.files.values() {
            self.small(&self.people, add).await?;
            checked.files += 1;
        }
        // Each of its rows is read.
        self.roster().await.map_err(|error| match error {
            crate::roster::RosterError::Read(read) => read,
            crate::roster::RosterError::Log(log) => log.into(),
            crate::roster::RosterError::Append(_) | crate::roster::RosterError::Name { .. } => {
                ReadError::NoManifest { path: "people".to_owned() }
            }
        })?;
        Ok(checked)
    }

    /// Reads the table of batches, and holds each row against what the log says of it.
    async fn manifest_rows(
        &self,
        batches: &Snapshot,
        checked: &mut Checked,
    ) -> Result<BTreeMap<String, Manifest>, ReadError> {
        let mut manifests = BTreeMap::new();
        for add in batches.files.values() {
            let damaged = || ReadError::NoManifest { path: add.decoded_path() };
            let text = add.tag("manifest").ok_or_else(damaged)?;
            let manifest: Manifest = serde_json::from_str(text).map_err(|_| damaged())?;
            self.small(&self.batches, add).await?;
            let file = open(self, &self.batches, add).await?;
            let columns = file.metadata.file_metadata().schema_descr().num_columns();
            let read = |group: &crate::row_group::RowGroup<'_>| {
                let columns = manifest::COLUMNS.get(..columns).unwrap_or(manifest::COLUMNS);
                crate::flat::read_columns(group, columns)
            };
            let row = manifest.row();
            let mut fits = file.metadata.num_row_groups() == 1;
            if fits {
                let found = file.row_group(0, read).await?;
                fits = found
                    .iter()
                    .zip(row.columns())
                    .all(|(found, (values, def))| found.values == *values && found.def == *def);
            }
            if !fits {
                return Err(Unfit::Manifest { batch: manifest.batch }.into());
            }
            checked.batches += 1;
            checked.files += 1;
            checked.stated += manifest.records;
            manifests.insert(format!("{}/{}", manifest.organization, manifest.batch), manifest);
        }
        Ok(manifests)
    }

    /// Reads a small file, whose name holds the beginning of its digest.
    async fn small(&self, table: &Table, add: &Add) -> Result<(), ReadError> {
        let path = add.decoded_path();
        let bytes = table.bytes(&table.object(&path)).await?;
        let digest = hex(&sha256(&bytes));
        let stated = path.strip_suffix(".parquet").and_then(|name| name.rsplit_once('-'));
        if stated.is_none_or(|(_, stated)| stated.len() < 16 || !digest.starts_with(stated)) {
            let path = format!("{}/{path}", table.definition.name);
            return Err(Unfit::Bytes { path }.into());
        }
        Ok(())
    }

    /// Reads the files of a batch. While it is unfinished its participations may not be there yet.
    async fn batch(
        &self,
        name: &str,
        files: &Files,
        is_whole: bool,
        checked: &mut Checked,
    ) -> Result<(), ReadError> {
        let id = name.rsplit_once('/').map_or(name, |(_, id)| id);
        let mut nested = Nested::default();
        for add in &files.conversations {
            let (file, size) = self.stored(&self.conversations, add).await?;
            let mut order = Sha256::new();
            let mut rows = 0;
            let take = |index, pieces| {
                records_in(&file, index, pieces, rows, |form, hash| {
                    if sha256(form) != hash {
                        return Err(ReadError::Damaged { path: file.path.to_string(), row: rows });
                    }
                    order.update(hash);
                    rows += 1;
                    nested.add(form);
                    Ok(())
                })
            };
            let (digest, read) = whole(&file, size, take).await?;
            let stated = stated(&self.conversations, add, &digest)?;
            read?;
            has_rows(&stated, rows)?;
            if stated.records_sha256.is_some_and(|stated| stated != hex(&order.finalize())) {
                return Err(Unfit::Bytes { path: stated.path }.into());
            }
            checked.records += rows;
            checked.files += 1;
        }
        for add in &files.participations {
            let (file, size) = self.stored(&self.participations, add).await?;
            let columns = file.metadata.file_metadata().schema_descr().num_columns();
            let is_old = columns < participation::COLUMNS.len();
            let mut found = 0;
            let take = |index, pieces| {
                let rows = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
                let parts = file.read(index, pieces, |group| stored::read(group, 0..rows))?;
                found += parts.len() as u64;
                let unfit = |conversation| Unfit::Participation { batch: id.to_owned(), conversation };
                Ok(parts.into_iter().try_for_each(|part| nested.take(&part, is_old).map_err(unfit))?)
            };
            let (digest, read) = whole(&file, size, take).await?;
            let stated = stated(&self.participations, add, &digest)?;
            read?;
            has_rows(&stated, found)?;
            checked.participations += found;
            checked.files += 1;
        }
        let rows = nested.left();
        if rows > 0 && (is_whole || !files.participations.is_empty()) {
            return Err(Unfit::Lacking { batch: id.to_owned(), rows }.into());
        }
        Ok(())
    }

    async fn stored(&self, table: &Table, add: &Add) -> Result<(StoredFile, u64), ReadError> {
        let path = table.object(&add.decoded_path());
        let failed = |source| FileError::Store { path: path.to_string(), source };
        let there = table.store.head(&path).await.map_err(failed)?;
        if i64::try_from(there.size) != Ok(add.size) {
            let path = format!("{}/{}", table.definition.name, add.decoded_path());
            return Err(Unfit::Bytes { path }.into());
        }
        Ok((open(self, table, add).await?, there.size))
    }
}

/// Whether the logs name exactly the files of a manifest.
fn listed(manifest: &Manifest, files: &Files) -> Result<(), Unfit> {
    let in_table = |table: &str, adds: &[Add]| -> Vec<String> {
        adds.iter().map(|add| format!("{table}/{}", add.decoded_path())).collect()
    };
    let mut there = in_table("conversations", &files.conversations);
    there.extend(in_table("participations", &files.participations));
    let batch = || manifest.batch.clone();
    for file in &manifest.files {
        let Some(place) = there.iter().position(|path| *path == file.path) else {
            return Err(Unfit::FileLost { batch: batch(), path: file.path.clone() });
        };
        there.swap_remove(place);
    }
    there.into_iter().next().map_or(Ok(()), |path| Err(Unfit::FileAdded { batch: batch(), path }))
}

/// What the log states of a file, if its bytes are those.
fn stated(table: &Table, add: &Add, digest: &str) -> Result<ManifestFile, ReadError> {
    let file = add.tag("file").and_then(|tag| serde_json::from_str::<ManifestFile>(tag).ok());
    let path = format!("{}/{}", table.definition.name, add.decoded_path());
    let file = file.ok_or_else(|| ReadError::NoManifest { path: path.clone() })?;
    if file.sha256 == digest && file.path == path { Ok(file) } else { Err(Unfit::Bytes { path }.into()) }
}

fn has_rows(file: &ManifestFile, found: u64) -> Result<(), Unfit> {
    let stated = file.rows;
    if stated == found { Ok(()) } else { Err(Unfit::Rows { path: file.path.clone(), stated, found }) }
}

/// Reads all bytes of a file once and gives each row group's to `take`, up to the first that it refuses. Returns the
/// digest of all bytes, and what was refused: where bytes were changed, that is what is to be said.
async fn whole(
    file: &StoredFile,
    size: u64,
    mut take: impl FnMut(usize, Vec<(u64, bytes::Bytes)>) -> Result<(), ReadError>,
) -> Result<(String, Result<(), ReadError>), ReadError> {
    let (mut hasher, mut at, mut read) = (Sha256::new(), 0, Ok(()));
    for index in 0..file.metadata.num_row_groups() {
        let end = file.place(index).end.max(at);
        let piece = file.bytes(at..end).await?;
        hasher.update(&piece);
        read = read.and_then(|()| take(index, vec![(at, piece)]));
        at = end;
    }
    while at < size {
        let end = size.min(at + PIECE);
        hasher.update(&file.bytes(at..end).await?);
        at = end;
    }
    Ok((hex(&hasher.finalize()), read))
}
