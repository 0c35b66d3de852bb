//! Reading back what was put into the store.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};

use crate::batch::spool::{Kind, Written};
use crate::batch::{BatchError, Difference};
use crate::canonical;
use crate::hex::hex;
use crate::log::Table;
use crate::read::each_record;
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
    let mut order = Sha256::new();
    let (mut record, mut differs) = (0, None);
    let read = each_record(&file, |form, hash| {
        if canonical::sha256(form) != hash && differs.is_none() {
            differs = Some(record);
        }
        order.update(hash);
        record += 1;
        Ok::<(), BatchError>(())
    });
    read.await?;
    match differs {
        Some(record) => Err(not_whole(Difference::Hash { record })),
        None if record != written.rows => Err(not_whole(Difference::Rows)),
        None if <[u8; 32]>::from(order.finalize()) != written.order => Err(not_whole(Difference::Order)),
        None => Ok(()),
    }
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
