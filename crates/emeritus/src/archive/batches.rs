//! What was archived when, as a table.

use emeritus_archive::{ColumnKind, Datum, Manifest, Sheet, SheetColumns};

const COLUMNS: SheetColumns = &[
    ("batch", ColumnKind::Text),
    ("organization", ColumnKind::Text),
    ("archived_at", ColumnKind::Time),
    ("source", ColumnKind::Text),
    ("from", ColumnKind::Time),
    ("to", ColumnKind::Time),
    ("people", ColumnKind::Text),
    ("records", ColumnKind::Integer),
    ("duplicates", ColumnKind::Integer),
    ("participations", ColumnKind::Integer),
    ("bytes", ColumnKind::Integer),
    ("attributes", ColumnKind::Flag),
    ("addresses", ColumnKind::Flag),
    ("names", ColumnKind::Flag),
    ("notes", ColumnKind::Flag),
];

/// Returns batches as a table: a row each. The ids of their people are separated by a space.
#[must_use]
pub fn batches(manifests: &[Manifest]) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    let whole = |number: u64| Some(Datum::Whole(i64::try_from(number).unwrap_or(i64::MAX)));
    for manifest in manifests {
        let people = manifest.subjects.join(" ");
        let groups = manifest.groups;
        sheet.push(&[
            Some(Datum::Text(&manifest.batch)),
            Some(Datum::Text(&manifest.organization)),
            Some(Datum::Time(manifest.archived_at)),
            Some(Datum::Text(&manifest.source)),
            Some(Datum::Time(manifest.window.0)),
            Some(Datum::Time(manifest.window.1)),
            Some(Datum::Text(&people)),
            whole(manifest.records),
            whole(manifest.duplicates),
            whole(manifest.participations),
            whole(manifest.files.iter().map(|file| file.size).sum()),
            Some(Datum::Flag(groups.attributes)),
            Some(Datum::Flag(groups.addresses)),
            Some(Datum::Flag(groups.names)),
            Some(Datum::Flag(groups.notes)),
        ]);
    }
    sheet
}
