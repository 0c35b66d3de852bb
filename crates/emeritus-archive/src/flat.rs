//! Tables without nesting: a row is a row.

use std::io::Write;

use parquet::basic::Repetition;
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Value, json};

use crate::buffer::{Cell, Values};
use crate::encode;
use crate::schema::{Physical, delta_field, primitive};

/// A table's columns, all of them optional.
pub(crate) type Columns = &'static [(&'static str, Physical)];

/// The schema of the table's files.
pub(crate) fn parquet(columns: Columns) -> TypePtr {
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
            Physical::Hash => "binary",
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
    pub(crate) fn new(columns: Columns) -> Self {
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

    /// Writes all rows as one row group.
    pub(crate) fn write<W: Write + Send>(&self, file: &mut SerializedFileWriter<W>) -> Result<()> {
        let mut group = file.next_row_group()?;
        for (values, def) in &self.columns {
            let mut column =
                group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".into()))?;
            encode::write_column(column.untyped(), values, def, &[])?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}
