//! A row group from its buffers.

pub(crate) mod group;
pub(crate) mod press;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{
    BloomFilterPosition, EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterPropertiesPtr,
};
use parquet::schema::types::ColumnPath;

use crate::buffer::Values;
use crate::schema::{LAYOUT, Physical};

/// Members whose values hardly ever come twice: a dictionary of them would be as long as they are.
const DISTINCT: &[&str] = &[
    "attributes",
    "conversationId",
    "externalContactId",
    "flowOutcomeId",
    "participantId",
    "peerId",
    "protocolCallId",
    "recordSha256",
    "roomId",
    "sessionId",
    "wrapUpNote",
];

/// Compression of everything that can be compressed.
/// Level 3 is slower, and larger on ids.
const LEVEL: i32 = 1;
/// Of durations, of which a record has many alike: a tenth smaller than at level 1, for an eighth of its speed.
const DURATIONS: i32 = 3;

/// Of the levels of columns without values, written once for many.
const NOTHING: i32 = 6;

/// How many rows a row group of conversations has at most.
pub(crate) const GROUP_ROWS: usize = 16 * 1024;
/// Bytes of a page. A column is read page by page, and a record with all its columns.
const PAGE_BYTES: usize = 64 * 1024;

/// How the files of the conversation table are written.
pub(crate) static CONVERSATIONS: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| {
    // A record is read with its whole row group, so where its pages begin is of no use; and nobody looks for a
    // record by the bounds of what stands deep inside it.
    let mut properties = writer()
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(Some(8))
        .set_offset_index_disabled(true)
        .set_data_page_size_limit(PAGE_BYTES);
    for column in &LAYOUT.columns {
        let path = ColumnPath::new(column.path.iter().map(|&part| part.to_owned()).collect());
        let name = column.path.last().copied().unwrap_or_default();
        if column.path.len() > 1 {
            properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
        }
        if column.physical == Physical::Hash {
            properties = properties.set_column_compression(path.clone(), Compression::UNCOMPRESSED);
        }
        if column.physical == Physical::Time && column.path.len() == 1 {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED);
        } else if column.physical == Physical::Time || column.path.ends_with(&["element", "value"]) {
            // Within a record the same instants and durations come again and again: zstd sees that only in
            // plain values.
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::PLAIN);
        }
        if column.path.ends_with(&["metrics", "list", "element", "value"]) {
            properties = properties.set_column_compression(path.clone(), compression(DURATIONS));
        }
        if DISTINCT.contains(&name) {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::DELTA_LENGTH_BYTE_ARRAY);
        }
        if column.path == ["conversationId"] {
            properties = properties
                .set_column_bloom_filter_enabled(path.clone(), true)
                .set_column_bloom_filter_fpp(path.clone(), 0.01)
                .set_column_bloom_filter_max_ndv(path, GROUP_ROWS as u64);
        }
    }
    Arc::new(properties.build())
});

/// How columns without values are written.
static EMPTY: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| Arc::new(empty().build()));

/// The two without compression, for whoever compresses pages himself.
static UNPRESSED: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| {
    let mut properties = WriterPropertiesBuilder::from(WriterProperties::clone(&CONVERSATIONS));
    for column in &LAYOUT.columns {
        let path = column.path.iter().map(|&part| part.to_owned()).collect();
        properties = properties.set_column_compression(ColumnPath::new(path), Compression::UNCOMPRESSED);
    }
    Arc::new(properties.build())
});
static EMPTY_UNPRESSED: LazyLock<WriterPropertiesPtr> =
    LazyLock::new(|| Arc::new(empty().set_compression(Compression::UNCOMPRESSED).build()));

fn empty() -> WriterPropertiesBuilder {
    writer()
        .set_compression(compression(NOTHING))
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::PLAIN)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
}

/// What all files have in common.
pub(crate) fn writer() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        // With the footer, so that one read of a file's end has all that a search needs.
        .set_bloom_filter_position(BloomFilterPosition::End)
        .set_created_by(concat!("emeritus-archive ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(compression(LEVEL))
}

fn compression(level: i32) -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(level).expect("the level is one of zstd's"))
}

/// Writes one column. A flat table has no repetition levels.
pub(crate) fn write_column(
    writer: &mut ColumnWriter<'_>,
    values: &Values,
    def: &[i16],
    rep: &[i16],
) -> Result<()> {
    let given = |levels| Some(levels).filter(|levels: &&[i16]| !levels.is_empty());
    let (def, rep) = (given(def), given(rep));
    match (writer, values) {
        (ColumnWriter::ByteArrayColumnWriter(writer), Values::Strings(strings)) => {
            // One copy for the column: each value is then a view into it.
            let bytes = Bytes::copy_from_slice(&strings.bytes);
            let mut start = 0;
            let values: Vec<ByteArray> = strings
                .ends
                .iter()
                .map(|&end| {
                    let value = bytes.slice(start..end as usize);
                    start = end as usize;
                    ByteArray::from(value)
                })
                .collect();
            writer.write_batch(&values, def, rep)?;
        }
        (ColumnWriter::Int64ColumnWriter(writer), Values::Integers(values)) => {
            writer.write_batch(values, def, rep)?;
        }
        (ColumnWriter::Int32ColumnWriter(writer), Values::Small(values)) => {
            writer.write_batch(values, def, rep)?;
        }
        (ColumnWriter::DoubleColumnWriter(writer), Values::Reals(values)) => {
            writer.write_batch(values, def, rep)?;
        }
        (ColumnWriter::BoolColumnWriter(writer), Values::Flags(values)) => {
            writer.write_batch(values, def, rep)?;
        }
        (
            _,
            Values::Strings(_) | Values::Integers(_) | Values::Small(_) | Values::Reals(_) | Values::Flags(_),
        ) => {
            return Err(ParquetError::General("a column of another kind than its values".into()));
        }
    }
    Ok(())
}
