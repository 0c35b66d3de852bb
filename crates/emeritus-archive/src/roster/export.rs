//! The roster as a file of its own.

use std::io::{Result, Write};

use super::{PersonVersion, Roster};
use crate::buffer::Cell;
use crate::flat::{Columns, FlatRows};
use crate::schema::Physical;
use crate::small::{AppendError, encode_rows};
use crate::time::time_text;

const COLUMNS: Columns = &[
    ("organization", Physical::Text),
    ("user_id", Physical::Text),
    ("name", Physical::Text),
    ("email", Physical::Text),
    ("employee_id", Physical::Text),
    ("division_id", Physical::Text),
    ("manager_id", Physical::Text),
    ("state", Physical::Text),
    ("valid_from", Physical::Time),
    ("valid_to", Physical::Time),
];

impl PersonVersion {
    fn texts(&self) -> [Option<&str>; 8] {
        let person = &self.person;
        [
            Some(&self.organization),
            Some(&person.id),
            person.name.as_deref(),
            person.email.as_deref(),
            person.employee_id.as_deref(),
            person.division_id.as_deref(),
            person.manager_id.as_deref(),
            person.state.as_deref(),
        ]
    }
}

impl Roster {
    /// Writes CSV (RFC 4180) with a header. What begins like a formula is written as text.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_csv(&self, out: &mut impl Write) -> Result<()> {
        let names: Vec<&str> = COLUMNS.iter().map(|column| column.0).collect();
        write!(out, "{}\r\n", names.join(","))?;
        for version in self.iter() {
            let times = [Some(time_text(version.valid_from)), version.valid_to.map(time_text)];
            let texts = version.texts().into_iter().chain(times.iter().map(Option::as_deref));
            let cells: Vec<String> = texts.map(|text| cell(text.unwrap_or_default())).collect();
            write!(out, "{}\r\n", cells.join(","))?;
        }
        Ok(())
    }

    /// Writes one JSON object a line.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_jsonl(&self, out: &mut impl Write) -> Result<()> {
        for version in self.iter() {
            let mut line = serde_json::to_value(version)?;
            if let Some(line) = line.as_object_mut() {
                line.insert("valid_from".to_owned(), time_text(version.valid_from).into());
                line.insert("valid_to".to_owned(), version.valid_to.map(time_text).into());
            }
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// Returns the roster as a Parquet file.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn to_parquet(&self) -> std::result::Result<Vec<u8>, AppendError> {
        let mut rows = FlatRows::new(COLUMNS);
        for version in self.iter() {
            let texts = version.texts().map(|text| text.map(|text| Cell::Bytes(text.as_bytes())));
            let times = [Some(version.valid_from), version.valid_to].map(|time| time.map(Cell::Integer));
            rows.push(&texts.into_iter().chain(times).collect::<Vec<_>>());
        }
        encode_rows(COLUMNS, &rows).map_err(AppendError::Encode)
    }
}

fn cell(text: &str) -> String {
    // A spreadsheet would run it.
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
