//! A row group that grows: each column is encoded as records come, so that what waits is compressed pages, and only
//! a little of it is not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::{Compression, Type};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};

use super::press::Press;
use super::{CONVERSATIONS, EMPTY, EMPTY_UNPRESSED, UNPRESSED, write_column};
use crate::buffer::{Levels, Rows, Values};
use crate::schema::LAYOUT;

static SCHEMA: LazyLock<SchemaDescPtr> = LazyLock::new(|| Arc::new(SchemaDescriptor::new(LAYOUT.parquet())));

/// A row group of conversations in the making.
///
/// Of a record's two hundred columns more than half have no value in a whole row group. Those have no writer, which
/// would cost memory and a look at each of their places, and all of one shape are written as one.
pub(crate) struct Group {
    columns: Vec<Option<(ColumnWriter<'static>, Pages)>>,
    /// The places so far, by shape.
    past: Vec<Past>,
    press: Press,
    /// About how many bytes went into it.
    pub(crate) size: usize,
    pub(crate) rows: usize,
}

impl Group {
    pub(crate) fn new(press: &Press) -> Self {
        Self {
            columns: LAYOUT.columns.iter().map(|_| None).collect(),
            past: LAYOUT.shapes.iter().map(|_| Past::default()).collect(),
            press: press.clone(),
            size: 0,
            rows: 0,
        }
    }

    /// Encodes records.
    pub(crate) fn add(&mut self, rows: &mut Rows) -> Result<()> {
        self.size += rows.size();
        self.rows += rows.count();
        for (index, (column, place)) in self.columns.iter_mut().zip(&LAYOUT.columns).enumerate() {
            let (values, def, rep) = rows.column(index).ok_or_else(unknown)?;
            if column.is_none() && values.len() == 0 && place.path.len() > 1 {
                continue;
            }
            let (writer, _) = match column {
                Some(column) => column,
                None => {
                    let (mut writer, pages) = open(index, &CONVERSATIONS, &UNPRESSED, &self.press)?;
                    let past = self.past.get(place.shape).ok_or_else(unknown)?.levels();
                    write_column(&mut writer, &Values::of(place.physical), &past.def, &past.rep)?;
                    column.insert((writer, pages))
                }
            };
            write_column(writer, values, def, rep)?;
        }
        for (past, new) in self.past.iter_mut().zip(&rows.shapes) {
            past.extend(new);
        }
        Ok(())
    }

    /// Puts the row group into its file.
    pub(crate) fn close<W: Write + Send>(self, file: &mut SerializedFileWriter<W>) -> Result<()> {
        let mut group = file.next_row_group()?;
        let mut empty = BTreeMap::new();
        for (index, (column, place)) in self.columns.into_iter().zip(&LAYOUT.columns).enumerate() {
            if let Some(column) = column {
                let (pages, closed) = complete(column)?;
                group.append_column(&pages, closed)?;
                continue;
            }
            let (pages, like) = match empty.entry((place.shape, place.max_def)) {
                Entry::Occupied(written) => written.into_mut(),
                Entry::Vacant(nothing) => {
                    let past = self.past.get(place.shape).ok_or_else(unknown)?.levels();
                    let (mut writer, pages) = open(index, &EMPTY, &EMPTY_UNPRESSED, &self.press)?;
                    write_column(&mut writer, &Values::of(place.physical), &past.def, &past.rep)?;
                    nothing.insert(complete((writer, pages))?)
                }
            };
            group.append_column(pages, valueless(like, index)?)?;
        }
        group.close()?;
        Ok(())
    }
}

/// Levels, a byte for each place: neither of the two comes near sixteen.
#[derive(Default)]
struct Past(Vec<u8>);

impl Past {
    fn extend(&mut self, levels: &Levels) {
        let both = levels.def.iter().zip(&levels.rep);
        self.0.extend(both.map(|(def, rep)| (def << 4 | rep).to_le_bytes()[0]));
    }

    fn levels(&self) -> Levels {
        Levels {
            def: self.0.iter().map(|both| i16::from(both >> 4)).collect(),
            rep: self.0.iter().map(|both| i16::from(both & 15)).collect(),
        }
    }
}

fn unknown() -> ParquetError {
    ParquetError::General("more columns than the layout has".into())
}

/// A writer whose pages are compressed as `pressed` asks for.
fn open(
    index: usize,
    pressed: &WriterProperties,
    unpressed: &WriterPropertiesPtr,
    press: &Press,
) -> Result<(ColumnWriter<'static>, Pages)> {
    let column = SCHEMA.columns().get(index).ok_or_else(unknown)?;
    let compression = pressed.compression(column.path());
    let pages = Pages { press: press.clone(), compression, written: Arc::default() };
    let sink = Box::new(pages.clone());
    Ok((get_column_writer(Arc::clone(column), Arc::clone(unpressed), sink), pages))
}

fn complete((writer, pages): (ColumnWriter<'static>, Pages)) -> Result<(Bytes, ColumnCloseResult)> {
    let mut closed = writer.close()?;
    closed.metadata = closed.metadata.into_builder().set_compression(pages.compression).build()?;
    Ok((pages.take().into(), closed))
}

/// What was written of a column without values, for any column of its shape. Its statistics say that it has none, so
/// that nobody need read it.
fn valueless(closed: &ColumnCloseResult, index: usize) -> Result<ColumnCloseResult> {
    let column = SCHEMA.columns().get(index).ok_or_else(unknown)?;
    let like = &closed.metadata;
    let nulls = u64::try_from(like.num_values()).ok();
    let statistics = match column.physical_type() {
        Type::BOOLEAN => Statistics::boolean(None, None, None, nulls, false),
        Type::INT32 => Statistics::int32(None, None, None, nulls, false),
        Type::INT64 => Statistics::int64(None, None, None, nulls, false),
        Type::INT96 => Statistics::int96(None, None, None, nulls, false),
        Type::FLOAT => Statistics::float(None, None, None, nulls, false),
        Type::DOUBLE => Statistics::double(None, None, None, nulls, false),
        Type::BYTE_ARRAY => Statistics::byte_array(None, None, None, nulls, false),
        Type::FIXED_LEN_BYTE_ARRAY => Statistics::fixed_len_byte_array(None, None, None, nulls, false),
    };
    let metadata = ColumnChunkMetaData::builder(Arc::clone(column))
        .set_compression_codec(like.compression_codec())
        .set_encodings_mask(*like.encodings_mask())
        .set_total_compressed_size(like.compressed_size())
        .set_total_uncompressed_size(like.uncompressed_size())
        .set_num_values(like.num_values())
        .set_data_page_offset(like.data_page_offset())
        .set_statistics(statistics);
    Ok(ColumnCloseResult {
        bytes_written: closed.bytes_written,
        rows_written: closed.rows_written,
        metadata: metadata.build()?,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    })
}

/// The pages of one column, in memory.
#[derive(Clone)]
struct Pages {
    press: Press,
    compression: Compression,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Pages {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.written.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn pressed(&self, page: &CompressedPage) -> Result<CompressedPage> {
        let size = page.uncompressed_size();
        let mut page = page.compressed_page().clone();
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
                *buf = self.press.press(self.compression, buf)?;
            }
            // Of these only a part would be compressed; no writer of ours makes one.
            Page::DataPageV2 { .. } => return Err(ParquetError::NYI("pages of version 2".into())),
        }
        Ok(CompressedPage::new(page, size))
    }
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        let page = self.pressed(&page)?;
        let mut pages = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let before = pages.len() as u64;
        let mut sink = TrackedWrite::new(&mut *pages);
        let mut written = SerializedPageWriter::new(&mut sink).write_page(page)?;
        sink.flush()?;
        written.offset += before;
        Ok(written)
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
