//! Files of the store, read in the pieces that are needed.
//!
//! What comes from the store may be damaged, and the Parquet library panics on some of that. So it is entered at one
//! place only, [`guarded`], which makes an error of it, and a footer is looked at before anything in it is believed.

use std::io::Read;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use crate::row_group::RowGroup;

/// How much of a file's end is read at first: the footer with its page indexes, as a rule.
const TAIL: u64 = 256 * 1024;

/// More rows than a row group of ours has.
const MAX_GROUP_ROWS: i64 = 1 << 24;

/// A file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The store failed.
    #[error("the store failed at {path}")]
    Store {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// It is not Parquet as this archive writes it.
    #[error("{path} cannot be read as Parquet")]
    Parquet {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: ParquetError,
    },
}

/// Pieces of a file.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    length: u64,
    pieces: Vec<(u64, Bytes)>,
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Window {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let piece =
            self.pieces.iter().find(|(from, bytes)| *from <= start && start < from + bytes.len() as u64);
        let (from, bytes) = piece.ok_or_else(|| outside(start, 1))?;
        let skip = usize::try_from(start - from).map_err(|_| outside(start, 1))?;
        Ok(Box::new(bytes.slice(skip..).reader()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let end = start.checked_add(length as u64).ok_or_else(|| outside(start, length))?;
        let piece =
            self.pieces.iter().find(|(from, bytes)| *from <= start && end <= from + bytes.len() as u64);
        let (from, bytes) = piece.ok_or_else(|| outside(start, length))?;
        let skip = usize::try_from(start - from).map_err(|_| outside(start, length))?;
        Ok(bytes.slice(skip..skip + length))
    }
}

fn outside(start: u64, length: usize) -> ParquetError {
    ParquetError::General(format!(
        "bytes {start} to {} were not fetched",
        start.saturating_add(length as u64)
    ))
}

/// A Parquet file in the store, its footer read.
pub(crate) struct StoredFile {
    store: Arc<dyn ObjectStore>,
    pub(crate) path: Path,
    tail: Window,
    pub(crate) metadata: Arc<ParquetMetaData>,
}

impl StoredFile {
    /// Reads the footer.
    pub(crate) async fn open(store: Arc<dyn ObjectStore>, path: Path, size: u64) -> Result<Self, FileError> {
        let mut tail = TAIL.min(size);
        loop {
            let bytes = fetch(&store, &path, size - tail..size).await?;
            let window = Window { length: size, pieces: vec![(size - tail, bytes)] };
            let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
            match guarded(|| reader.try_parse_sized(&window, size)) {
                Ok(()) => {
                    let metadata = guarded(|| reader.finish().and_then(|metadata| sensible(metadata, size)))
                        .map_err(|source| damaged(&path, source))?;
                    return Ok(Self { store, path, tail: window, metadata: Arc::new(metadata) });
                }
                Err(ParquetError::NeedMoreData(needed)) if tail < size => {
                    tail = (needed as u64).max(tail * 2).min(size);
                }
                // The page indexes stand before the footer, and may begin before what was fetched.
                Err(_) if tail < size => tail = (tail * 4).min(size),
                Err(source) => return Err(damaged(&path, source)),
            }
        }
    }

    /// Fetches all of a row group, and gives it to `read`.
    pub(crate) async fn row_group<T>(
        &self,
        index: usize,
        read: impl FnOnce(&RowGroup<'_>) -> ParquetResult<T>,
    ) -> Result<T, FileError> {
        self.read(index, self.whole_group(index).await?, read)
    }

    /// Where a row group stands.
    pub(crate) fn place(&self, index: usize) -> Range<u64> {
        let ranges = self.metadata.row_group(index).columns().iter().map(|column| column.byte_range());
        let start = ranges.clone().map(|(start, _)| start).min().unwrap_or(0);
        start..ranges.map(|(start, length)| start + length).max().unwrap_or(0)
    }

    /// Fetches all of a row group.
    pub(crate) async fn whole_group(&self, index: usize) -> Result<Vec<(u64, Bytes)>, FileError> {
        let place = self.place(index);
        Ok(vec![(place.start, self.bytes(place).await?)])
    }

    /// Fetches bytes of the file.
    pub(crate) async fn bytes(&self, range: Range<u64>) -> Result<Bytes, FileError> {
        fetch(&self.store, &self.path, range).await
    }

    /// Gives a row group, of which some pieces were fetched, to `read`.
    pub(crate) fn read<T>(
        &self,
        index: usize,
        mut pieces: Vec<(u64, Bytes)>,
        read: impl FnOnce(&RowGroup<'_>) -> ParquetResult<T>,
    ) -> Result<T, FileError> {
        pieces.extend(self.tail.pieces.iter().cloned());
        let window = Window { length: self.tail.length, pieces };
        self.parsed(|| RowGroup::new(window, &self.metadata, index).and_then(|group| read(&group)))
    }

    /// Fetches whole columns of a row group.
    pub(crate) async fn columns(
        &self,
        index: usize,
        columns: &[usize],
    ) -> Result<Vec<(u64, Bytes)>, FileError> {
        let group = self.metadata.row_group(index);
        let ranges = columns.iter().map(|&column| {
            let (start, length) = group.column(column).byte_range();
            start..start + length
        });
        self.pieces(&ranges.collect::<Vec<_>>()).await
    }

    /// Fetches the pages of columns that hold some of a row group's rows, and their dictionaries.
    pub(crate) async fn rows(
        &self,
        index: usize,
        columns: &[usize],
        rows: Range<usize>,
    ) -> Result<Vec<(u64, Bytes)>, FileError> {
        let group = self.metadata.row_group(index);
        let pages = self.metadata.page_index_for_row_group(index);
        let mut ranges = Vec::new();
        for &column in columns {
            let (start, length) = group.column(column).byte_range();
            let Some(offsets) = pages.offset_index(column) else {
                ranges.push(start..start + length);
                continue;
            };
            let locations = offsets.page_locations();
            let offset = |page: usize| {
                locations.get(page).and_then(|page| u64::try_from(page.offset).ok()).unwrap_or(start + length)
            };
            let row = |page: usize| {
                locations
                    .get(page)
                    .map_or(usize::MAX, |page| usize::try_from(page.first_row_index).unwrap_or(0))
            };
            if offset(0) > start {
                ranges.push(start..offset(0));
            }
            let mut wanted =
                (0..locations.len()).filter(|&page| row(page) < rows.end && row(page + 1) > rows.start);
            if let (Some(first), Some(last)) = (wanted.clone().next(), wanted.next_back()) {
                ranges.push(offset(first)..offset(last + 1));
            }
        }
        self.pieces(&ranges).await
    }

    /// Fetches ranges of the file that a footer names.
    pub(crate) async fn window(&self, ranges: &[Range<u64>]) -> Result<Window, FileError> {
        let pieces = match self.tail.pieces.first() {
            Some((start, _)) if ranges.iter().all(|range| *start <= range.start) => self.tail.pieces.clone(),
            _ => self.pieces(ranges).await?,
        };
        Ok(Window { length: self.tail.length, pieces })
    }

    /// Has something parsed, and says of which file it is that it cannot be.
    pub(crate) fn parsed<T>(&self, parse: impl FnOnce() -> ParquetResult<T>) -> Result<T, FileError> {
        guarded(parse).map_err(|source| damaged(&self.path, source))
    }

    /// Whether the file's columns are the first of these, at least so many of them: a table gets new ones at its end.
    pub(crate) fn has_columns(&self, table: &SchemaDescriptor, least: usize) -> Result<(), FileError> {
        let own = self.metadata.file_metadata().schema_descr().columns();
        let like = |(own, of_table): (&ColumnDescPtr, &ColumnDescPtr)| {
            own.path() == of_table.path()
                && own.physical_type() == of_table.physical_type()
                && (own.max_def_level(), own.max_rep_level())
                    == (of_table.max_def_level(), of_table.max_rep_level())
        };
        let fits = (least..=table.num_columns()).contains(&own.len());
        if fits && own.iter().zip(table.columns()).all(like) {
            return Ok(());
        }
        Err(damaged(&self.path, general("its columns are not those of its table")))
    }

    async fn pieces(&self, ranges: &[Range<u64>]) -> Result<Vec<(u64, Bytes)>, FileError> {
        let bytes =
            self.store.get_ranges(&self.path, ranges).await.map_err(|source| failed(&self.path, source))?;
        Ok(ranges.iter().map(|range| range.start).zip(bytes).collect())
    }
}

/// Enters the Parquet library. What it was reading is not used after a panic, so nothing half done is seen.
pub(crate) fn guarded<T>(parse: impl FnOnce() -> ParquetResult<T>) -> ParquetResult<T> {
    catch_unwind(AssertUnwindSafe(parse))
        .unwrap_or_else(|_| Err(general("the library cannot make sense of its bytes")))
}

/// Refuses a footer that names places outside its file, or more rows than it has: what follows believes it.
fn sensible(metadata: ParquetMetaData, size: u64) -> ParquetResult<ParquetMetaData> {
    let columns = metadata.file_metadata().schema_descr().num_columns();
    let mut rows = 0_i64;
    for (index, group) in metadata.row_groups().iter().enumerate() {
        let of_group = group.num_rows();
        rows = rows
            .checked_add(of_group)
            .filter(|_| (0..=MAX_GROUP_ROWS).contains(&of_group))
            .ok_or_else(|| general("its footer states a number of rows that cannot be"))?;
        if group.columns().len() != columns {
            return Err(general("a row group has not the columns of its file"));
        }
        for column in group.columns() {
            let places = [Some(column.data_page_offset()), column.dictionary_page_offset()];
            let start = places.into_iter().flatten().min().and_then(|start| u64::try_from(start).ok());
            let length = u64::try_from(column.compressed_size()).ok();
            let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
            if column.num_values() < 0 || end.is_none_or(|end| end > size) {
                return Err(general("a column stands outside its file"));
            }
        }
        let pages = metadata.page_index_for_row_group(index);
        let offsets = (0..columns).filter_map(|column| pages.offset_index(column));
        for page in offsets.flat_map(|offsets| offsets.page_locations()) {
            let end = page.offset.checked_add(i64::from(page.compressed_page_size));
            let end = end.and_then(|end| u64::try_from(end).ok());
            let is_row = (0..=of_group).contains(&page.first_row_index);
            if page.offset < 0 || page.compressed_page_size < 0 || end.is_none_or(|end| end > size) || !is_row
            {
                return Err(general("a page stands outside its file"));
            }
        }
    }
    if rows == metadata.file_metadata().num_rows() {
        Ok(metadata)
    } else {
        Err(general("its footer states another number of rows than its row groups"))
    }
}

fn general(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

async fn fetch(store: &Arc<dyn ObjectStore>, path: &Path, range: Range<u64>) -> Result<Bytes, FileError> {
    store.get_range(path, range).await.map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: object_store::Error) -> FileError {
    FileError::Store { path: path.to_string(), source }
}

fn damaged(path: &Path, source: ParquetError) -> FileError {
    FileError::Parquet { path: path.to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_panics_on_is_an_error() {
        let empty: &[u8] = &[];
        let read = guarded(|| Ok(*empty.iter().max().expect("a library that trusts its input")));
        assert_eq!(
            read.unwrap_err().to_string(),
            "Parquet error: the library cannot make sense of its bytes"
        );
        assert_eq!(guarded(|| Ok(7)).unwrap(), 7);
    }
}
