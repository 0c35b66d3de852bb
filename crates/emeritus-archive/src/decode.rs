//! Buffers from a row group: the way back.

use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};

use crate::buffer::{Strings, Values};
use crate::row_group::RowGroup;
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

impl Decoded {
    fn clear(&mut self) {
        self.values.clear();
        self.def.clear();
        self.rep.clear();
    }
}

/// Some records of a row group, all columns.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) columns: Vec<Decoded>,
    pub(crate) count: usize,
}

/// A row group, some records at a time: what is held of it is what is being looked at.
pub(crate) struct Slices {
    /// None of a column in which no record has a value.
    readers: Vec<Option<ColumnReader>>,
    group: Group,
}

impl Slices {
    /// Begins to read a row group, after its first `skip` records.
    pub(crate) fn open(reader: &RowGroup<'_>, skip: usize) -> Result<Self> {
        let layout: &Layout = &LAYOUT;
        let (mut columns, mut readers) = (Vec::new(), Vec::new());
        for (index, column) in layout.columns.iter().enumerate() {
            let chunk = reader.metadata().column(index);
            let nulls = chunk.statistics().and_then(parquet::file::statistics::Statistics::null_count_opt);
            // The levels of `otherFields` are those of its object, and those of a list tell an empty one from none:
            // they are needed even where no value is.
            let list = layout.shapes.get(column.shape).is_some_and(|shape| shape.def == column.max_def);
            let carries_levels = list || layout.nodes.iter().any(|node| node.other == index);
            let all = nulls.and_then(|nulls| i64::try_from(nulls).ok()) == Some(chunk.num_values());
            let empty = !carries_levels && all;
            readers.push(if empty { None } else { Some(skipped(reader.get_column_reader(index)?, skip)?) });
            let values = Values::of(column.physical);
            columns.push(Decoded { values, def: Vec::new(), rep: Vec::new(), empty });
        }
        Ok(Self { readers, group: Group { columns, count: 0 } })
    }

    /// The next `count` records.
    pub(crate) fn next(&mut self, count: usize) -> Result<&Group> {
        for (reader, column) in self.readers.iter_mut().zip(&mut self.group.columns) {
            let Some(reader) = reader else { continue };
            column.clear();
            let read = read_on(reader, count, column)?;
            if read != count {
                return Err(ParquetError::General(format!("{read} records where {count} should be")));
            }
        }
        self.group.count = count;
        Ok(&self.group)
    }
}

/// Reads `count` records of a column after the first `skip`, and returns how many there were.
pub(crate) fn read_column(
    reader: ColumnReader,
    skip: usize,
    count: usize,
    into: &mut Decoded,
) -> Result<usize> {
    read_on(&mut skipped(reader, skip)?, count, into)
}

fn skipped(mut reader: ColumnReader, skip: usize) -> Result<ColumnReader> {
    let skipped = match &mut reader {
        _ if skip == 0 => 0,
        ColumnReader::BoolColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::Int32ColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::Int64ColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::Int96ColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::FloatColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::DoubleColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::ByteArrayColumnReader(reader) => reader.skip_records(skip)?,
        ColumnReader::FixedLenByteArrayColumnReader(reader) => reader.skip_records(skip)?,
    };
    if skipped == skip {
        Ok(reader)
    } else {
        Err(ParquetError::General(format!("{skipped} records where {skip} should be skipped")))
    }
}

fn read_on(reader: &mut ColumnReader, count: usize, into: &mut Decoded) -> Result<usize> {
    let Decoded { values, def, rep, .. } = into;
    let (def, rep) = (Some(def), Some(rep));
    match (reader, values) {
        (ColumnReader::ByteArrayColumnReader(reader), Values::Strings(strings)) => {
            let mut values: Vec<ByteArray> = Vec::new();
            let read = reader.read_records(count, def, rep, &mut values)?.0;
            take(&values, strings);
            Ok(read)
        }
        (ColumnReader::Int64ColumnReader(reader), Values::Integers(values)) => {
            Ok(reader.read_records(count, def, rep, values)?.0)
        }
        (ColumnReader::Int32ColumnReader(reader), Values::Small(values)) => {
            Ok(reader.read_records(count, def, rep, values)?.0)
        }
        (ColumnReader::DoubleColumnReader(reader), Values::Reals(values)) => {
            Ok(reader.read_records(count, def, rep, values)?.0)
        }
        (ColumnReader::BoolColumnReader(reader), Values::Flags(values)) => {
            Ok(reader.read_records(count, def, rep, values)?.0)
        }
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
