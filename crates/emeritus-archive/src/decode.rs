//! Buffers from a row group: the way back.

use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::RowGroupReader;

use crate::buffer::{Strings, Values};
use crate::schema::{LAYOUT, Layout};

/// A column of a row group, as it is in the file.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) values: Values,
    pub(crate) def: Vec<i16>,
    pub(crate) rep: Vec<i16>,
    /// No record has a value here.
    pub(crate) empty: bool,
}

/// Some records of a row group, all columns.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) columns: Vec<Decoded>,
    pub(crate) count: usize,
}

/// Reads `count` records of a row group, after the first `skip`.
pub(crate) fn read_group(reader: &dyn RowGroupReader, skip: usize, count: usize) -> Result<Group> {
    let layout: &Layout = &LAYOUT;
    let mut columns = Vec::with_capacity(layout.columns.len());
    for (index, column) in layout.columns.iter().enumerate() {
        let mut decoded =
            Decoded { values: Values::of(column.physical), def: Vec::new(), rep: Vec::new(), empty: false };
        let chunk = reader.metadata().column(index);
        let nulls = chunk.statistics().and_then(parquet::file::statistics::Statistics::null_count_opt);
        // The levels of `otherFields` are those of its object, and those of a list tell an empty one from none: they
        // are needed even where no value is.
        let list = layout.shapes.get(column.shape).is_some_and(|shape| shape.def == column.max_def);
        let carries_levels = list || layout.nodes.iter().any(|node| node.other == index);
        if !carries_levels && nulls.and_then(|nulls| i64::try_from(nulls).ok()) == Some(chunk.num_values()) {
            decoded.empty = true;
        } else {
            let read = read_column(reader.get_column_reader(index)?, skip, count, &mut decoded)?;
            if read != count {
                return Err(ParquetError::General(format!("{read} records where {count} should be")));
            }
        }
        columns.push(decoded);
    }
    Ok(Group { columns, count })
}

/// Reads `count` records of a column after the first `skip`, and returns how many there were.
pub(crate) fn read_column(
    reader: ColumnReader,
    skip: usize,
    count: usize,
    into: &mut Decoded,
) -> Result<usize> {
    let Decoded { values, def, rep, .. } = into;
    let (def, rep) = (Some(def), Some(rep));
    macro_rules! read {
        ($reader:expr, $values:expr) => {{
            let mut reader = $reader;
            if skip > 0 && reader.skip_records(skip)? != skip {
                return Ok(0);
            }
            reader.read_records(count, def, rep, $values)?.0
        }};
    }
    match (reader, values) {
        (ColumnReader::ByteArrayColumnReader(reader), Values::Strings(strings)) => {
            let mut values: Vec<ByteArray> = Vec::new();
            let read = read!(reader, &mut values);
            take(&values, strings);
            Ok(read)
        }
        (ColumnReader::Int64ColumnReader(reader), Values::Integers(values)) => Ok(read!(reader, values)),
        (ColumnReader::Int32ColumnReader(reader), Values::Small(values)) => Ok(read!(reader, values)),
        (ColumnReader::DoubleColumnReader(reader), Values::Reals(values)) => Ok(read!(reader, values)),
        (ColumnReader::BoolColumnReader(reader), Values::Flags(values)) => Ok(read!(reader, values)),
        (
            _,
            Values::Strings(_) | Values::Integers(_) | Values::Small(_) | Values::Reals(_) | Values::Flags(_),
        ) => Err(ParquetError::General("a column of another kind than the layout says".into())),
    }
}

fn take(values: &[ByteArray], strings: &mut Strings) {
    strings.bytes.reserve(values.iter().map(ByteArray::len).sum());
    strings.ends.reserve(values.len());
    for value in values {
        strings.push(value.data());
    }
}
