//! A row group that is read. Its columns share one context to decompress their pages: a column reader that decompresses by
//! itself makes two of its own, which for a few rows of many columns costs more than reading them.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use zstd::bulk::Decompressor;
use zstd::zstd_safe::get_frame_content_size;

use crate::window::Window;

/// More than a page of ours has; a file that says so is damaged.
const MAX_PAGE: u64 = 1 << 30;

type Context = Arc<Mutex<Decompressor<'static>>>;

/// A row group, and the pieces of its file that were fetched.
pub(crate) struct RowGroup<'a> {
    window: Arc<Window>,
    file: &'a ParquetMetaData,
    index: usize,
    context: Context,
}

impl<'a> RowGroup<'a> {
    pub(crate) fn new(window: Window, file: &'a ParquetMetaData, index: usize) -> Result<Self> {
        let context = Arc::new(Mutex::new(Decompressor::new()?));
        Ok(Self { window: Arc::new(window), file, index, context })
    }

    pub(crate) fn metadata(&self) -> &'a RowGroupMetaData {
        self.file.row_group(self.index)
    }

    pub(crate) fn get_column_reader(&self, column: usize) -> Result<ColumnReader> {
        let metadata = self.metadata().column(column);
        // To the reader of the file a page is whatever bytes it has.
        let as_it_is = metadata.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        let rows = usize::try_from(self.metadata().num_rows())?;
        let index = self.file.page_index_for_row_group(self.index);
        let places = index.offset_index(column).map(|offsets| offsets.page_locations().clone());
        let pages = SerializedPageReader::new(Arc::clone(&self.window), &as_it_is, rows, places)?;
        // What we write is compressed by zstd or not at all; of anything else the first page is no zstd frame.
        let is_compressed = metadata.compression() != Compression::UNCOMPRESSED;
        let context = is_compressed.then(|| Arc::clone(&self.context));
        let most = usize::try_from(metadata.num_values())?;
        Ok(get_column_reader(metadata.column_descr_ptr(), Box::new(Pages { pages, context, most })))
    }
}

/// The pages of a column, decompressed.
struct Pages {
    pages: SerializedPageReader<Window>,
    /// None where nothing is compressed.
    context: Option<Context>,
    /// How many values the column has: no page has more.
    most: usize,
}

impl Pages {
    fn decompressed(&self, mut page: Page) -> Result<Page> {
        if let Some(context) = &self.context {
            match &mut page {
                Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
                    *buf = decompress(context, buf)?
                }
                // Of these only a part would be compressed; no file of ours has one.
                Page::DataPageV2 { .. } => return Err(ParquetError::NYI("pages of version 2".into())),
            }
        }
        // As much room is made as a page states values.
        let (values, most) = match &page {
            Page::DictionaryPage { buf, num_values, .. } => (*num_values, buf.len()),
            Page::DataPage { num_values, .. } | Page::DataPageV2 { num_values, .. } => {
                (*num_values, self.most)
            }
        };
        if usize::try_from(values)? > most {
            return Err(ParquetError::General("a page states more values than it can have".into()));
        }
        Ok(page)
    }
}

fn decompress(context: &Context, bytes: &Bytes) -> Result<Bytes> {
    let damaged = || ParquetError::General("a page that is no zstd frame of a stated size".into());
    let size = get_frame_content_size(bytes).map_err(|_| damaged())?.filter(|size| *size <= MAX_PAGE);
    let size = usize::try_from(size.ok_or_else(damaged)?)?;
    let mut context = context.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(context.decompress(bytes, size)?.into())
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.pages.get_next_page()?.map(|page| self.decompressed(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.pages.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        self.pages.take_deferred_dictionary()?.map(|page| self.decompressed(page)).transpose()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
