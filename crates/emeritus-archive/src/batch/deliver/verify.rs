//! Reading back what was put into the store.

use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};

use crate::batch::spool::{Kind, Written};
use crate::batch::{BatchError, Difference};
use crate::canonical;
use crate::hex::hex;
use crate::log::Table;
use crate::read::{ReadError, records_of};
use crate::window::StoredFile;

/// Reads a file back: its bytes, the number of its rows and, of conversations, every record with its hash.
pub(super) async fn verify(
    table: &Table,
    path: &Path,
    written: &Written,
    size: u64,
    sha256: &str,
) -> Result<(), BatchError> {
    let not_whole = |fault| BatchError::NotWhole { path: path.to_string(), fault };
    if read_digest(table, path).await? != (size, sha256.to_owned()) {
        return Err(not_whole(Difference::Bytes));
    }
    let file = StoredFile::open(Arc::clone(&table.store), path.clone(), size).await?;
    if u64::try_from(file.metadata.file_metadata().num_rows()).ok() != Some(written.rows) {
        return Err(not_whole(Difference::Rows));
    }
    if written.kind == Kind::Participations {
        return Ok(());
    }
    let file = Arc::new(file);
    let mut groups = stream::iter(0..file.metadata.num_row_groups())
        // Work for a processor: two row groups at a time, each a task of its own.
        .map(|index| tokio::spawn(hashes(Arc::clone(&file), index)))
        .buffered(2);
    let mut order = Sha256::new();
    let (mut record, mut differs) = (0, None);
    while let Some(joined) = groups.next().await {
        let group = joined.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic()))?;
        differs = differs.or(group.differs.map(|place| record + place));
        order.update(&group.hashes);
        record += group.records;
    }
    match differs {
        Some(record) => Err(not_whole(Difference::Hash { record })),
        None if record != written.rows => Err(not_whole(Difference::Rows)),
        None if <[u8; 32]>::from(order.finalize()) != written.order => Err(not_whole(Difference::Order)),
        None => Ok(()),
    }
}

/// What a row group says of its records.
#[derive(Debug, Default)]
struct Hashes {
    records: u64,
    /// The hashes that stand beside the records, one after the other.
    hashes: Vec<u8>,
    /// The first record that has another.
    differs: Option<u64>,
}

async fn hashes(file: Arc<StoredFile>, index: usize) -> Result<Hashes, ReadError> {
    let mut group = Hashes::default();
    let read = records_of(&file, index, 0, |form, hash| {
        if canonical::sha256(form) != hash && group.differs.is_none() {
            group.differs = Some(group.records);
        }
        group.hashes.extend_from_slice(hash);
        group.records += 1;
        Ok::<(), ReadError>(())
    });
    read.await?;
    Ok(group)
}

async fn read_digest(table: &Table, path: &Path) -> Result<(u64, String), BatchError> {
    let failed = |source| BatchError::Store { path: path.to_string(), source };
    let mut stream = table.store.get(path).await.map_err(failed)?.into_stream();
    let (mut hasher, mut size) = (Sha256::new(), 0);
    while let Some(bytes) = stream.try_next().await.map_err(failed)? {
        hasher.update(&bytes);
        size += bytes.len() as u64;
    }
    Ok((size, hex(&hasher.finalize())))
}
