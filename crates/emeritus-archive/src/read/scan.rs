//! Every record of a file, put together from its columns.

use parquet::file::reader::RowGroupReader as _;

use super::{ReadError, open};
use crate::archive::Archive;
use crate::canonical::sha256;
use crate::decode::read_group;
use crate::rebuild::Rebuild;
use crate::window::{FileError, StoredFile};

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
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let group = file
        .row_group(index, |reader| {
            let rows = usize::try_from(reader.metadata().num_rows()).unwrap_or(0);
            read_group(reader, 0, rows)
        })
        .await?;
    let mut rebuild = Rebuild::new(&group);
    let mut form = Vec::new();
    loop {
        form.clear();
        let hash = rebuild.next(&mut form).map_err(|error| ReadError::Damaged {
            path: file.path.to_string(),
            row: before + error.record as u64,
        })?;
        let Some(hash) = hash else { return Ok(()) };
        take(&form, hash)?;
    }
}
