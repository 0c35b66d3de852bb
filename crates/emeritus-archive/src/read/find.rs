//! One conversation by its id.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parquet::bloom_filter::Sbbf;
use parquet::errors::Result as ParquetResult;

use super::{AT_ONCE, ReadError, open};
use crate::archive::Archive;
use crate::buffer::Values;
use crate::canonical::sha256;
use crate::decode::{Decoded, Slices, read_column};
use crate::log::Add;
use crate::participation::Participation;
use crate::rebuild::Rebuild;
use crate::row_group::RowGroup;
use crate::schema::{LAYOUT, Physical};
use crate::window::StoredFile;

/// A record as it was archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The record, in canonical form.
    pub record: Vec<u8>,
    /// SHA-256 of the canonical form.
    pub sha256: [u8; 32],
    /// The file that holds it, by its path in the table of conversations.
    pub file: String,
    /// The organization.
    pub organization: String,
    /// The batch.
    pub batch: String,
    /// When it was archived, milliseconds since 1970.
    pub archived_at: i64,
}

impl Archive {
    /// Finds a conversation by its id: each version of it once, the newest last. One that was archived again
    /// without a change is found as it was archived first.
    ///
    /// # Errors
    /// When the archive cannot be read, or what it holds is damaged.
    pub async fn find(&self, conversation_id: &str) -> Result<Vec<Archived>, ReadError> {
        let snapshot = self.conversations.snapshot().await?;
        let found: Vec<Vec<Archived>> = stream::iter(snapshot.files.into_values())
            .map(|file| in_file(self, file, conversation_id))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut found: Vec<Archived> = found.into_iter().flatten().collect();
        // Stable: of one batch, as they came.
        found.sort_by_key(|archived| archived.archived_at);
        let mut met = HashSet::new();
        found.retain(|archived| met.insert(archived.sha256));
        Ok(found)
    }

    /// Lists who took part in a conversation, by its newest version, in the order in which they joined.
    ///
    /// # Errors
    /// As [`Archive::find`].
    pub async fn participants(&self, conversation_id: &str) -> Result<Vec<Participation>, ReadError> {
        let newest = self.find(conversation_id).await?.pop();
        Ok(newest.map(|newest| newest.account().parts).unwrap_or_default())
    }
}

async fn in_file(archive: &Archive, add: Add, id: &str) -> Result<Vec<Archived>, ReadError> {
    let file = open(archive, &archive.conversations, &add).await?;
    let Some(column) = LAYOUT.columns.iter().position(|column| column.path == ["conversationId"]) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut before = 0;
    for index in 0..file.metadata.num_row_groups() {
        let rows = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
        if may_hold(&file, index, column, id).await? {
            let chunk = file.columns(index, &[column]).await?;
            for row in file.read(index, chunk, |group| positions(group, column, rows, id))? {
                found.push(record(&file, index, row, before, &add).await?);
            }
        }
        before += rows;
    }
    Ok(found)
}

/// Whether the row group's Bloom filter lets the id through.
async fn may_hold(file: &StoredFile, index: usize, column: usize, id: &str) -> Result<bool, ReadError> {
    let chunk = file.metadata.row_group(index).column(column);
    let (Some(offset), Some(length)) = (chunk.bloom_filter_offset(), chunk.bloom_filter_length()) else {
        return Ok(true);
    };
    let offset = u64::try_from(offset).unwrap_or(0);
    let range = offset..offset + u64::try_from(length).unwrap_or(0);
    let window = file.window(&[range]).await?;
    let filter = file.parsed(|| Sbbf::read_from_column_chunk(chunk, &window))?;
    Ok(filter.is_none_or(|filter| filter.check(id.as_bytes())))
}

fn positions(group: &RowGroup<'_>, column: usize, rows: usize, id: &str) -> ParquetResult<Vec<usize>> {
    let mut ids =
        Decoded { values: Values::of(Physical::Text), def: Vec::new(), rep: Vec::new(), empty: false };
    read_column(group.get_column_reader(column)?, 0, rows, &mut ids)?;
    let Values::Strings(strings) = &ids.values else { return Ok(Vec::new()) };
    Ok((0..strings.ends.len()).filter(|&row| strings.value(row) == Some(id.as_bytes())).collect())
}

async fn record(
    file: &StoredFile,
    index: usize,
    row: usize,
    before: usize,
    add: &Add,
) -> Result<Archived, ReadError> {
    let damaged = || ReadError::Damaged { path: add.path.clone(), row: (before + row) as u64 };
    let mut slices = file.row_group(index, |group| Slices::open(group, row)).await?;
    let group = file.parsed(|| slices.next(1))?;
    let archived_at = add.modification_time;
    let mut record = Vec::new();
    let hash = Rebuild::new(group).next(&mut record).map_err(|_| damaged())?.ok_or_else(damaged)?;
    let computed = sha256(&record);
    if hash != computed {
        return Err(damaged());
    }
    let organization = add.partition("organization").unwrap_or_default();
    let batch = add.tag("batch").unwrap_or_default();
    Ok(Archived {
        record,
        sha256: computed,
        file: add.decoded_path(),
        organization: organization.to_owned(),
        batch: batch.strip_prefix(organization).unwrap_or(batch).trim_start_matches('/').to_owned(),
        archived_at,
    })
}
