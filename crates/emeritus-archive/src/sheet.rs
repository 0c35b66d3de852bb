//! Tables of answers for other programs: CSV, JSON lines, Parquet.
//!
//! Instants are UTC in ISO 8601. A text cell that a spreadsheet would take for a formula gets an apostrophe in CSV,
//! and in nothing else.

use std::io::{Result, Write};

use serde::{Serialize, Serializer};

use crate::buffer::{Cell, Values};
use crate::flat::{self, FlatRows};
use crate::schema::Physical;
use crate::small::{AppendError, encode_rows};
use crate::time::time_text;

/// The names of a table's columns, and what they hold.
pub type Columns = &'static [(&'static str, Physical)];

/// What a row has in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// An instant, milliseconds since 1970.
    Time(i64),
    /// Yes or no.
    Flag(bool),
}

/// A table.
#[derive(Debug)]
pub struct Sheet {
    columns: flat::Columns,
    rows: FlatRows,
}

impl Sheet {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self { columns, rows: FlatRows::new(columns) }
    }

    /// Adds a row: for each column, in order, what it has there.
    pub fn push(&mut self, row: &[Option<Datum<'_>>]) {
        let cells: Vec<_> = row.iter().map(|datum| datum.as_ref().map(Datum::cell)).collect();
        self.rows.push(&cells);
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.0)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.count()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, in the order in which they were added.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Option<Datum<'_>>>> {
        let mut columns: Vec<_> = self.columns.iter().zip(self.rows.columns()).map(Column::new).collect();
        (0..self.len()).map(move |row| columns.iter_mut().map(|column| column.at(row)).collect())
    }

    /// Writes CSV (RFC 4180) with a header.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_csv(&self, out: &mut impl Write) -> Result<()> {
        write!(out, "{}\r\n", self.names().collect::<Vec<_>>().join(","))?;
        for row in self.rows() {
            let cells: Vec<_> =
                row.into_iter().map(|datum| datum.map(Datum::csv).unwrap_or_default()).collect();
            write!(out, "{}\r\n", cells.join(","))?;
        }
        Ok(())
    }

    /// Writes one JSON object a line, each with every column.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_jsonl(&self, out: &mut impl Write) -> Result<()> {
        for row in self.rows() {
            writeln!(out, "{}", self.object(row))?;
        }
        Ok(())
    }

    fn object(&self, row: Vec<Option<Datum<'_>>>) -> serde_json::Value {
        let members = self.names().zip(row);
        members
            .map(|(name, datum)| (name.to_owned(), datum.map_or(serde_json::Value::Null, Datum::json)))
            .collect()
    }

    /// Returns the table as a Parquet file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn to_parquet(&self) -> std::result::Result<Vec<u8>, AppendError> {
        encode_rows(self.columns, &self.rows).map_err(AppendError::Encode)
    }
}

/// A column on the way down its rows: only rows that have something there have a value.
struct Column<'a> {
    kind: Physical,
    values: &'a Values,
    there: &'a [i16],
    next: usize,
}

impl<'a> Column<'a> {
    fn new((column, (values, there)): (&(&str, Physical), &'a (Values, Vec<i16>))) -> Self {
        Self { kind: column.1, values, there, next: 0 }
    }

    fn at(&mut self, row: usize) -> Option<Datum<'a>> {
        if self.there.get(row) != Some(&1) {
            return None;
        }
        self.next += 1;
        let index = self.next - 1;
        match self.values {
            Values::Strings(strings) => {
                strings.value(index).and_then(|text| std::str::from_utf8(text).ok()).map(Datum::Text)
            }
            Values::Integers(values) if self.kind == Physical::Time => {
                values.get(index).copied().map(Datum::Time)
            }
            Values::Integers(values) => values.get(index).copied().map(Datum::Whole),
            Values::Flags(values) => values.get(index).copied().map(Datum::Flag),
            Values::Small(_) | Values::Reals(_) => None,
        }
    }
}

/// The rows as a list of objects, each with every column.
impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows().map(|row| self.object(row)))
    }
}

impl<'a> Datum<'a> {
    fn cell(&self) -> Cell<'a> {
        match *self {
            Self::Text(text) => Cell::Bytes(text.as_bytes()),
            Self::Whole(number) | Self::Time(number) => Cell::Integer(number),
            Self::Flag(flag) => Cell::Flag(flag),
        }
    }

    /// Returns it as text: as people read it, and as CSV has it but for quotes.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Whole(number) => number.to_string(),
            Self::Time(instant) => time_text(instant),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    fn csv(self) -> String {
        match self {
            Self::Text(text) => cell(text),
            Self::Whole(_) | Self::Time(_) | Self::Flag(_) => self.text(),
        }
    }

    fn json(self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Whole(number) => number.into(),
            Self::Time(instant) => time_text(instant).into(),
            Self::Flag(flag) => flag.into(),
        }
    }
}

fn cell(text: &str) -> String {
    // A spreadsheet would run it.
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new(&[
            ("name", Physical::Text),
            ("count", Physical::Integer),
            ("at", Physical::Time),
            ("open", Physical::Flag),
        ]);
        sheet.push(&[
            Some(Datum::Text("=1+1, \"a\"")),
            Some(Datum::Whole(-5)),
            None,
            Some(Datum::Flag(true)),
        ]);
        sheet.push(&[None, None, Some(Datum::Time(0)), None]);
        sheet.push(&[
            Some(Datum::Text("b")),
            Some(Datum::Whole(7)),
            Some(Datum::Time(1)),
            Some(Datum::Flag(false)),
        ]);
        sheet
    }

    #[test]
    fn what_is_missing_moves_nothing() {
        let rows: Vec<_> = sheet().rows().map(|row| row.iter().flatten().count()).collect();
        assert_eq!(rows, [3, 1, 4]);
        let sheet = sheet();
        let last = sheet.rows().last().unwrap();
        assert_eq!(last, [Datum::Text("b"), Datum::Whole(7), Datum::Time(1), Datum::Flag(false)].map(Some));
    }

    #[test]
    fn a_formula_is_text_in_csv_and_a_number_is_a_number() {
        let mut csv = Vec::new();
        sheet().write_csv(&mut csv).unwrap();
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "name,count,at,open\r\n\"'=1+1, \"\"a\"\"\",-5,,true\r\n,,1970-01-01T00:00:00.000Z,\r\n\
             b,7,1970-01-01T00:00:00.001Z,false\r\n"
        );
    }

    #[test]
    fn every_line_of_json_has_every_column() {
        let mut lines = Vec::new();
        sheet().write_jsonl(&mut lines).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!(first, serde_json::json!({"name": "=1+1, \"a\"", "count": -5, "at": null, "open": true}));
        assert_eq!(lines.lines().count(), 3);
    }
}
