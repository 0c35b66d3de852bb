//! Every record of a file, put together from its columns.

use bytes::Bytes;

use super::{ReadError, open};
use crate::archive::Archive;
use crate::canonical::sha256;
use crate::decode::Slices;
use crate::rebuild::Rebuild;
use crate::window::{FileError, StoredFile};

/// Records that are put together from their columns at a time.
const SLICE: usize = 256;

impl Archive {
    /// Calls `take` with the canonical form of every record in the archive and its SHA-256, after comparing the
    /// two. Returns how many there were.
    ///
    /// # Errors
    /// When the archive cannot be read, or a record is not the one that was archived.
    pub async fn scan(&self, mut take: impl FnMut(&[u8], &[u8; 32])) -> Result<u64, ReadError> {
        let snapshot = self.conversations.snapshot().await?;
        let mut records = 0;
        for add in snapshot.files.into_values() {
            let file = open(self, &self.conversations, &add).await?;
            let mut row = 0;
            let read = each_record(&file, |form, hash| {
                let computed = sha256(form);
                if hash != computed {
                    return Err(ReadError::Damaged { path: file.path.to_string(), row });
                }
                take(form, &computed);
                row += 1;
                Ok(())
            });
            read.await?;
            records += row;
        }
        Ok(records)
    }
}

/// Calls `take` with each record of a conversation file, put together from its columns, and the hash beside it.
pub(crate) async fn each_record<E: From<ReadError> + From<FileError>>(
    file: &StoredFile,
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut before = 0;
    for index in 0..file.metadata.num_row_groups() {
        records_of(file, index, before, &mut take).await?;
        before += u64::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
    }
    Ok(())
}

/// Calls `take` with each record of a row group; `before` rows of the file stand before it.
pub(crate) async fn records_of<E: From<ReadError> + From<FileError>>(
    file: &StoredFile,
    index: usize,
    before: u64,
    take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let pieces = file.whole_group(index).await?;
    records_in(file, index, pieces, before, take)
}

/// As [`records_of`], of a row group that was fetched.
pub(crate) fn records_in<E: From<ReadError> + From<FileError>>(
    file: &StoredFile,
    index: usize,
    pieces: Vec<(u64, Bytes)>,
    before: u64,
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut left = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
    let mut slices = file.read(index, pieces, |reader| Slices::open(reader, 0))?;
    let (mut form, mut row) = (Vec::new(), before);
    while left > 0 {
        let count = left.min(SLICE);
        left -= count;
        let group = file.parsed(|| slices.next(count))?;
        let mut rebuild = Rebuild::new(group);
        loop {
            form.clear();
            let damaged = |_| ReadError::Damaged { path: file.path.to_string(), row };
            let Some(hash) = rebuild.next(&mut form).map_err(damaged)? else { break };
            take(&form, hash)?;
            row += 1;
        }
    }
    Ok(())
}
