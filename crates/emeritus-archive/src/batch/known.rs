//! What the archive holds already of the months that a batch is of.

use super::BatchError;
use crate::archive::Archive;
use crate::buffer::Values;
use crate::decode::{Decoded, read_column};
use crate::read::{ReadError, open};
use crate::schema::{LAYOUT, Physical};
use crate::time::month;

/// Hashes of records, by their first sixteen bytes, in order. A record's hash is over its conversation's id too.
#[derive(Debug, Default)]
pub(super) struct Known {
    hashes: Vec<u128>,
}

impl Known {
    pub(super) const fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    pub(super) fn holds(&self, hash: &[u8; 32]) -> bool {
        self.hashes.binary_search(&first(hash)).is_ok()
    }

    /// Reads the hashes of an organization's records in the months of a window.
    pub(super) async fn of(
        archive: &Archive,
        organization: &str,
        window: (i64, i64),
    ) -> Result<Self, BatchError> {
        let months = (month(window.0), month(window.1));
        let mut known = Self::default();
        for add in archive.conversations.snapshot().await?.files.into_values() {
            let in_window = add
                .partition("month")
                .is_none_or(|of_file| months.0.as_str() <= of_file && of_file <= months.1.as_str());
            if !in_window || add.partition("organization") != Some(organization) {
                continue;
            }
            let file = open(archive, &archive.conversations, &add).await?;
            for index in 0..file.metadata.num_row_groups() {
                let rows = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
                let pieces = file.columns(index, &[LAYOUT.hash]).await?;
                let mut read = Decoded {
                    values: Values::of(Physical::Hash),
                    def: Vec::new(),
                    rep: Vec::new(),
                    empty: false,
                };
                file.read(index, pieces, |group| {
                    read_column(group.get_column_reader(LAYOUT.hash)?, 0, rows, &mut read)
                })?;
                let Values::Strings(hashes) = &read.values else {
                    return Err(ReadError::Damaged { path: add.path, row: 0 }.into());
                };
                known.hashes.extend((0..rows).filter_map(|row| hashes.value(row)).map(first));
            }
        }
        known.hashes.sort_unstable();
        known.hashes.dedup();
        Ok(known)
    }
}

fn first(hash: &[u8]) -> u128 {
    hash.first_chunk().map_or(0, |first| u128::from_be_bytes(*first))
}
