//! What a batch archived: written last, so a batch that has a manifest is whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::buffer::Cell;
use crate::flat::{Columns, FlatRows};
use crate::privacy::Groups;
use crate::schema::Physical;

/// The columns of the table of batches.
pub(crate) const COLUMNS: Columns = &[
    ("batch_id", Physical::Text),
    ("schema_version", Physical::Integer),
    ("source", Physical::Text),
    ("window_from", Physical::Time),
    ("window_to", Physical::Time),
    ("archived_at", Physical::Time),
    ("records", Physical::Integer),
    ("duplicates", Physical::Integer),
    ("participations", Physical::Integer),
    ("attributes", Physical::Flag),
    ("addresses", Physical::Flag),
    ("names", Physical::Flag),
    ("notes", Physical::Flag),
    ("files", Physical::Text),
    ("other_fields", Physical::Text),
    ("subjects", Physical::Text),
    ("already_there", Physical::Integer),
];

/// A file of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Table and path in it.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Rows.
    pub rows: u64,
    /// For conversations: SHA-256 over their records' hashes, one after the other in the order of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_sha256: Option<String>,
}

/// What a batch archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The batch.
    pub batch: String,
    /// The organization.
    pub organization: String,
    /// Version of the tables' columns.
    pub schema_version: u32,
    /// Where the records came from, in the caller's words.
    pub source: String,
    /// The window that was asked for, milliseconds since 1970.
    pub window: (i64, i64),
    /// Ids of the users whose conversations were asked for; empty in batches before version 2 of the columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// When it was archived, milliseconds since 1970.
    pub archived_at: i64,
    /// Conversations.
    pub records: u64,
    /// Records that came more than once and were archived once.
    pub duplicates: u64,
    /// Conversations that were left out because the archive held them already, value for value.
    #[serde(default)]
    pub already_there: u64,
    /// Rows of the table of participations.
    pub participations: u64,
    /// The groups of columns that were kept.
    pub groups: Groups,
    /// The files.
    pub files: Vec<ManifestFile>,
    /// Members that have no column of their own, and how many records had them, the first 64 names.
    pub other_fields: BTreeMap<String, u64>,
}

impl Manifest {
    pub(crate) fn row(&self) -> FlatRows {
        let mut rows = FlatRows::new(COLUMNS);
        let integer = |value: u64| Some(Cell::Integer(i64::try_from(value).unwrap_or(i64::MAX)));
        let files = serde_json::json!(self.files).to_string();
        let subjects = serde_json::json!(self.subjects).to_string();
        let others = serde_json::json!(self.other_fields).to_string();
        rows.push(&[
            Some(Cell::Bytes(self.batch.as_bytes())),
            Some(Cell::Integer(i64::from(self.schema_version))),
            Some(Cell::Bytes(self.source.as_bytes())),
            Some(Cell::Integer(self.window.0)),
            Some(Cell::Integer(self.window.1)),
            Some(Cell::Integer(self.archived_at)),
            integer(self.records),
            integer(self.duplicates),
            integer(self.participations),
            Some(Cell::Flag(self.groups.attributes)),
            Some(Cell::Flag(self.groups.addresses)),
            Some(Cell::Flag(self.groups.names)),
            Some(Cell::Flag(self.groups.notes)),
            Some(Cell::Bytes(files.as_bytes())),
            Some(Cell::Bytes(others.as_bytes())),
            Some(Cell::Bytes(subjects.as_bytes())),
            integer(self.already_there),
        ]);
        rows
    }
}
