//! Reading back what was put into the store.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;

use super::pair::Pair;
use crate::batch::spool::{Kind, Written};
use crate::batch::{BatchError, Difference};
use crate::canonical;
use crate::hex::hex;
use crate::log::Table;
use crate::read::{ReadError, records_in};
use crate::window::StoredFile;

/// How many row groups are put together side by side: work for a processor each.
const AT_ONCE: usize = 2;
/// Bytes that are read at a time of what follows the row groups.
const PIECE: u64 = 4 * 1024 * 1024;

/// Reads a file back, once: its bytes, the number of its rows and, of conversations, every record with its hash.
pub(super) async fn verify(
    table: &Table,
    path: &Path,
    written: &Written,
    pair: &Pair,
    size: u64,
    sha256: &str,
) -> Result<(), BatchError> {
    let not_whole = |fault| BatchError::NotWhole { path: path.to_string(), fault };
    let there = table.store.head(path).await;
    let there = there.map_err(|source| BatchError::Store { path: path.to_string(), source })?;
    if there.size != size {
        return Err(not_whole(Difference::Bytes));
    }
    let file = Arc::new(StoredFile::open(Arc::clone(&table.store), path.clone(), size).await?);
    if u64::try_from(file.metadata.file_metadata().num_rows()).ok() != Some(written.rows) {
        return Err(not_whole(Difference::Rows));
    }
    let records = written.kind == Kind::Conversations;
    let (mut bytes, mut sum) = (Sha256::new(), Sum::default());
    let (mut at, mut works) = (0, VecDeque::new());
    for index in 0..file.metadata.num_row_groups() {
        if works.len() == AT_ONCE
            && let Some(work) = works.pop_front()
        {
            sum.add(&joined(work).await?);
        }
        let end = file.place(index).end;
        let place = pair.place().await;
        let piece = file.bytes(at..end).await?;
        bytes.update(&piece);
        if records {
            let (file, pieces) = (Arc::clone(&file), vec![(at, piece)]);
            works.push_back(pair.take(move || {
                let found = hashes(&file, index, pieces);
                drop(place);
                found
            }));
        }
        at = end;
    }
    while at < size {
        let end = size.min(at + PIECE);
        bytes.update(&file.bytes(at..end).await?);
        at = end;
    }
    for work in works {
        sum.add(&joined(work).await?);
    }
    if hex(&bytes.finalize()) != sha256 {
        return Err(not_whole(Difference::Bytes));
    }
    match sum.differs {
        _ if !records => Ok(()),
        Some(record) => Err(not_whole(Difference::Hash { record })),
        None if sum.records != written.rows => Err(not_whole(Difference::Rows)),
        None if <[u8; 32]>::from(sum.order.finalize()) != written.order => Err(not_whole(Difference::Order)),
        None => Ok(()),
    }
}

async fn joined(work: oneshot::Receiver<Result<Hashes, ReadError>>) -> Result<Hashes, BatchError> {
    let gone = |_| BatchError::Spool(std::io::Error::other("a reading thread is gone"));
    Ok(work.await.map_err(gone)??)
}

/// What the row groups so far say.
#[derive(Default)]
struct Sum {
    order: Sha256,
    records: u64,
    differs: Option<u64>,
}

impl Sum {
    fn add(&mut self, group: &Hashes) {
        self.differs = self.differs.or(group.differs.map(|place| self.records + place));
        self.order.update(&group.hashes);
        self.records += group.records;
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

fn hashes(file: &StoredFile, index: usize, pieces: Vec<(u64, Bytes)>) -> Result<Hashes, ReadError> {
    let mut group = Hashes::default();
    records_in(file, index, pieces, 0, |form, hash| {
        if canonical::sha256(form) != hash && group.differs.is_none() {
            group.differs = Some(group.records);
        }
        group.hashes.extend_from_slice(hash);
        group.records += 1;
        Ok::<(), ReadError>(())
    })?;
    Ok(group)
}
