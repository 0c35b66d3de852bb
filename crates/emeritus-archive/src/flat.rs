//! Tables without nesting: a row is a row.

use std::io::Write;
use std::ops::Range;

use parquet::basic::Repetition;
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Value, json};

use crate::buffer::{Cell, Strings, Values};
use crate::decode::{Decoded, read_column};
use crate::encode;
use crate::row_group::RowGroup;
use crate::schema::{Physical, delta_field, primitive};

/// A table's columns, all of them optional.
pub(crate) type Columns = &'static [(&'static str, Physical)];

/// The schema of the table's files.
pub(crate) fn parquet(columns: &[(&str, Physical)]) -> TypePtr {
    let fields =
        columns.iter().map(|&(name, physical)| primitive(name, physical, Repetition::OPTIONAL)).collect();
    let schema = Type::group_type_builder("row").with_fields(fields).build();
    std::sync::Arc::new(schema.expect("a group's name and fields are valid whatever they are"))
}

/// The schema in the table's metadata; partitions come first and are in no file.
pub(crate) fn delta(partitions: &[&str], columns: Columns) -> Value {
    let partitions = partitions.iter().map(|name| delta_field(name, &json!("string"), true));
    let columns = columns.iter().map(|(name, physical)| {
        let kind = match physical {
            Physical::Text => "string",
            Physical::Time => "timestamp",
            Physical::Flag => "boolean",
            Physical::Integer => "long",
            Physical::Real => "double",
            Physical::Hash | Physical::Uuid => "binary",
        };
        delta_field(name, &json!(kind), true)
    });
    json!({"type": "struct", "fields": partitions.chain(columns).collect::<Vec<_>>()})
}

/// Rows on their way to a file.
#[derive(Debug)]
pub(crate) struct FlatRows {
    columns: Vec<(Values, Vec<i16>)>,
}

impl FlatRows {
    pub(crate) fn new(columns: &[(&str, Physical)]) -> Self {
        Self { columns: columns.iter().map(|&(_, physical)| (Values::of(physical), Vec::new())).collect() }
    }

    /// Adds a row: a cell for each column, in order.
    pub(crate) fn push(&mut self, row: &[Option<Cell<'_>>]) {
        debug_assert_eq!(row.len(), self.columns.len(), "a cell for each column");
        for ((values, def), cell) in self.columns.iter_mut().zip(row) {
            def.push(i16::from(cell.is_some()));
            if let Some(cell) = *cell {
                values.push(cell);
            }
        }
    }

    /// Each column's values, and which rows have one (1) and which have none (0).
    pub(crate) fn columns(&self) -> &[(Values, Vec<i16>)] {
        &self.columns
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> usize {
        self.columns.first().map_or(0, |(_, def)| def.len())
    }

    /// Writes all rows as one row group.
    pub(crate) fn write<W: Write + Send>(&self, file: &mut SerializedFileWriter<W>) -> Result<()> {
        let mut group = file.next_row_group()?;
        for (values, def) in &self.columns {
            write_next(&mut group, values, def)?;
        }
        group.close()?;
        Ok(())
    }
}

/// Writes rows as one row group; `cell` says what one has in a column. No more than a column is held beside them.
pub(crate) fn write<'a, W: Write + Send, R>(
    file: &mut SerializedFileWriter<W>,
    columns: Columns,
    rows: &'a [R],
    cell: impl Fn(&'a R, usize) -> Option<Cell<'a>>,
) -> Result<()> {
    let mut group = file.next_row_group()?;
    for (index, &(_, physical)) in columns.iter().enumerate() {
        let (mut values, mut def) = (Values::of(physical), Vec::with_capacity(rows.len()));
        for row in rows {
            let cell = cell(row, index);
            def.push(i16::from(cell.is_some()));
            if let Some(cell) = cell {
                values.push(cell);
            }
        }
        write_next(&mut group, &values, &def)?;
    }
    group.close()?;
    Ok(())
}

fn write_next<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &Values,
    def: &[i16],
) -> Result<()> {
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".into()))?;
    encode::write_column(column.untyped(), values, def, &[])?;
    column.close()
}

/// Reads all of a row group's columns.
pub(crate) fn read_columns(group: &RowGroup<'_>, columns: Columns) -> Result<Vec<Decoded>> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    (0..columns.len()).map(|index| read_rows(group, columns, index, 0..rows)).collect()
}

/// Reads some rows of a column.
pub(crate) fn read_rows(
    group: &RowGroup<'_>,
    columns: Columns,
    index: usize,
    rows: Range<usize>,
) -> Result<Decoded> {
    let physical = columns.get(index).map_or(Physical::Text, |column| column.1);
    let mut decoded =
        Decoded { values: Values::of(physical), def: Vec::new(), rep: Vec::new(), empty: false };
    read_column(group.get_column_reader(index)?, rows.start, rows.len(), &mut decoded)?;
    Ok(decoded)
}

/// A column, row by row.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    column: &'a Decoded,
    row: usize,
    value: usize,
}

/// What a row has in a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Held<'a> {
    Missing,
    Text(&'a Strings, usize),
    Whole(i64),
    Flag(bool),
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(column: &'a Decoded) -> Self {
        Self { column, row: 0, value: 0 }
    }

    pub(crate) fn next(&mut self) -> Held<'a> {
        let there = self.column.def.get(self.row) == Some(&1);
        self.row += 1;
        if !there {
            return Held::Missing;
        }
        self.value += 1;
        match &self.column.values {
            Values::Strings(strings) => Held::Text(strings, self.value - 1),
            Values::Integers(values) => {
                values.get(self.value - 1).map_or(Held::Missing, |value| Held::Whole(*value))
            }
            Values::Flags(values) => {
                values.get(self.value - 1).map_or(Held::Missing, |flag| Held::Flag(*flag))
            }
            Values::Small(_) | Values::Reals(_) => Held::Missing,
        }
    }
}

impl Held<'_> {
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Self::Text(strings, index) => {
                strings.value(index).map(|text| String::from_utf8_lossy(text).into_owned())
            }
            Self::Missing | Self::Whole(_) | Self::Flag(_) => None,
        }
    }

    pub(crate) const fn flag(self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(flag),
            Self::Missing | Self::Whole(_) | Self::Text(..) => None,
        }
    }

    pub(crate) const fn whole(self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Missing | Self::Text(..) | Self::Flag(_) => None,
        }
    }
}
