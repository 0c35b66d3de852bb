//! Any rows as a Parquet file, for who asked a question and wants the answer in a file.

use crate::buffer::Cell;
use crate::flat::FlatRows;
use crate::schema::Physical;
use crate::small::{AppendError, encode_rows};

/// What a column of an exported file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Yes or no.
    Flag,
    /// Instants, milliseconds since 1970 in UTC.
    Time,
}

/// What a row has in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    /// Nothing.
    Missing,
    /// Text.
    Text(&'a str),
    /// A whole number, or an instant.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
}

/// Returns rows as a Parquet file: a field for each column, in the columns' order. A field of another kind than its
/// column, and one that a row lacks, is missing.
///
/// # Errors
/// When they cannot be encoded.
pub fn rows_to_parquet<'a>(
    columns: &[(&str, ColumnKind)],
    rows: impl IntoIterator<Item = Vec<Field<'a>>>,
) -> Result<Vec<u8>, AppendError> {
    let layout: Vec<(&str, Physical)> = columns.iter().map(|&(name, kind)| (name, kind.physical())).collect();
    let mut flat = FlatRows::new(&layout);
    for row in rows {
        let fields = row.into_iter().chain(std::iter::repeat(Field::Missing));
        let cells: Vec<_> = columns.iter().zip(fields).map(|(&(_, kind), field)| cell(kind, field)).collect();
        flat.push(&cells);
    }
    encode_rows(&layout, &flat).map_err(AppendError::Encode)
}

impl ColumnKind {
    const fn physical(self) -> Physical {
        match self {
            Self::Text => Physical::Text,
            Self::Integer => Physical::Integer,
            Self::Flag => Physical::Flag,
            Self::Time => Physical::Time,
        }
    }
}

const fn cell(kind: ColumnKind, field: Field<'_>) -> Option<Cell<'_>> {
    match (kind, field) {
        (ColumnKind::Text, Field::Text(text)) => Some(Cell::Bytes(text.as_bytes())),
        (ColumnKind::Integer | ColumnKind::Time, Field::Integer(number)) => Some(Cell::Integer(number)),
        (ColumnKind::Flag, Field::Flag(flag)) => Some(Cell::Flag(flag)),
        (ColumnKind::Text | ColumnKind::Integer | ColumnKind::Flag | ColumnKind::Time, _) => None,
    }
}
