//! A row group that grows: each column is encoded as records come, so that what waits is compressed pages, and only
//! a little of it is not.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnWriter, get_column_writer};
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};

use super::{CONVERSATIONS, write_column};
use crate::buffer::Rows;
use crate::schema::LAYOUT;

static SCHEMA: LazyLock<SchemaDescPtr> = LazyLock::new(|| Arc::new(SchemaDescriptor::new(LAYOUT.parquet())));

/// A row group of conversations in the making.
pub(crate) struct Group {
    columns: Vec<(ColumnWriter<'static>, Pages)>,
    /// About how many bytes went into it.
    pub(crate) size: usize,
    pub(crate) rows: usize,
}

impl Group {
    pub(crate) fn new() -> Self {
        let columns = SCHEMA.columns().iter().map(|column| {
            let pages = Pages::default();
            let sink = Box::new(pages.clone());
            (get_column_writer(Arc::clone(column), CONVERSATIONS.clone(), sink), pages)
        });
        Self { columns: columns.collect(), size: 0, rows: 0 }
    }

    /// Encodes records.
    pub(crate) fn add(&mut self, rows: &mut Rows) -> Result<()> {
        self.size += rows.size();
        self.rows += rows.count();
        for (index, (writer, _)) in self.columns.iter_mut().enumerate() {
            let (values, def, rep) = rows
                .column(index)
                .ok_or_else(|| ParquetError::General("more columns than the layout has".into()))?;
            write_column(writer, values, def, rep)?;
        }
        Ok(())
    }

    /// Puts the row group into its file.
    pub(crate) fn close<W: Write + Send>(self, file: &mut SerializedFileWriter<W>) -> Result<()> {
        let mut group = file.next_row_group()?;
        for (writer, pages) in self.columns {
            let closed = writer.close()?;
            group.append_column(&Bytes::from(pages.take()), closed)?;
        }
        group.close()?;
        Ok(())
    }
}

/// The pages of one column, in memory.
#[derive(Clone, Default)]
struct Pages(Arc<Mutex<Vec<u8>>>);

impl Pages {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
