//! Which versions of which conversations some batches hold, without the records: what must not be archived twice, and
//! what has to be read again.

use std::collections::BTreeSet;
use std::ops::Range;

use parquet::errors::{ParquetError, Result as ParquetResult};

use super::{ReadError, open, records_of};
use crate::archive::Archive;
use crate::buffer::Values;
use crate::decode::{Decoded, read_column};
use crate::log::Add;
use crate::participation::End;
use crate::record;
use crate::row_group::RowGroup;
use crate::schema::{LAYOUT, OTHER_FIELDS, Physical, RECORD_SHA256};
use crate::tape::Tape;
use crate::time::month;
use crate::window::StoredFile;

/// A version of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVersion {
    /// The conversation.
    pub conversation_id: String,
    /// When it began, milliseconds since 1970.
    pub start: i64,
    /// Whether it had not ended when it was read.
    pub is_open: bool,
    /// SHA-256 of the record as it was archived.
    pub sha256: [u8; 32],
}

impl Archive {
    /// Calls `take` with each version that batches of an organization, or all of them, hold of the conversations that began in a
    /// window (milliseconds since 1970, its end excluded), in the order in which they were archived.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn versions(
        &self,
        organization: &str,
        batches: Option<&BTreeSet<String>>,
        window: Range<i64>,
        mut take: impl FnMut(HeldVersion),
    ) -> Result<(), ReadError> {
        let months = (month(window.start), month(window.end));
        let of_batches = |file: &Add| {
            let name = file.tag("batch").and_then(|name| name.strip_prefix(organization)?.strip_prefix('/'));
            name.is_some_and(|id| batches.is_none_or(|batches| batches.contains(id)))
        };
        let mut files: Vec<Add> = self.conversations.snapshot().await?.files.into_values().collect();
        files.retain(|file| {
            of_batches(file)
                && file.partition("month").is_none_or(|of| months.0.as_str() <= of && of <= months.1.as_str())
        });
        files.sort_by(|a, b| (a.modification_time, &a.path).cmp(&(b.modification_time, &b.path)));
        let columns = places();
        for add in files {
            let file = open(self, &self.conversations, &add).await?;
            for index in 0..file.metadata.num_row_groups() {
                let pieces = file.columns(index, &columns).await?;
                let found = file.read(index, pieces, |group| of_group(group, &columns))?;
                for version in match found {
                    Some(found) => found,
                    None => of_records(&file, index).await?,
                } {
                    if window.contains(&version.start) {
                        take(version);
                    }
                }
            }
        }
        Ok(())
    }
}

const PATHS: [&[&str]; 5] =
    [&["conversationId"], &["conversationStart"], &["conversationEnd"], &[RECORD_SHA256], &[OTHER_FIELDS]];

fn places() -> Vec<usize> {
    let place = |path: &&[&str]| LAYOUT.columns.iter().position(|column| column.path == *path);
    PATHS.iter().filter_map(place).collect()
}

/// A column on the way down its rows.
struct Column {
    decoded: Decoded,
    max_def: i16,
    row: usize,
    value: usize,
}

/// The versions of a row group; `None` when its columns do not say of all records when they began and ended.
fn of_group(group: &RowGroup<'_>, places: &[usize]) -> ParquetResult<Option<Vec<HeldVersion>>> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let missing = || ParquetError::General("a column is missing".into());
    let read = |place: &usize| Column::read(group, *place, rows);
    let columns = places.iter().map(read).collect::<ParquetResult<Vec<_>>>()?;
    let [mut ids, mut starts, mut ends, mut hashes, mut others] =
        <[Column; 5]>::try_from(columns).map_err(|_| missing())?;
    let mut versions = Vec::with_capacity(rows);
    for _ in 0..rows {
        let (id, start, end, hash) = (ids.next(), starts.next(), ends.next(), hashes.next());
        let other = others.next().and_then(|index| others.bytes(index)).unwrap_or_default();
        let Some(start) = start.and_then(|index| starts.whole(index)) else { return Ok(None) };
        if end.is_none() && String::from_utf8_lossy(other).contains("\"conversationEnd\":") {
            return Ok(None);
        }
        let id = id.and_then(|index| ids.bytes(index)).ok_or_else(missing)?;
        let hash = hash.and_then(|index| hashes.bytes(index)).ok_or_else(missing)?;
        versions.push(HeldVersion {
            conversation_id: String::from_utf8_lossy(id).into_owned(),
            start,
            is_open: end.is_none(),
            sha256: hash.try_into().map_err(|_| missing())?,
        });
    }
    Ok(Some(versions))
}

/// The same from the records themselves.
async fn of_records(file: &StoredFile, index: usize) -> Result<Vec<HeldVersion>, ReadError> {
    let (mut versions, mut tape) = (Vec::new(), Tape::default());
    let read = records_of(file, index, 0, |form, hash| {
        if let Ok(record) = tape.read(form)
            && let Ok((heading, root)) = record::heading(&record)
            && let Ok(sha256) = hash.try_into()
        {
            versions.push(HeldVersion {
                conversation_id: String::from_utf8_lossy(heading.id).into_owned(),
                start: heading.start,
                is_open: End::of_conversation(&record, root) == End::None,
                sha256,
            });
        }
        Ok::<(), ReadError>(())
    });
    read.await?;
    Ok(versions)
}

impl Column {
    fn read(group: &RowGroup<'_>, place: usize, rows: usize) -> ParquetResult<Self> {
        let column = LAYOUT.columns.get(place);
        let (physical, max_def) =
            column.map_or((Physical::Text, 0), |column| (column.physical, column.max_def));
        let mut decoded =
            Decoded { values: Values::of(physical), def: Vec::new(), rep: Vec::new(), empty: false };
        read_column(group.get_column_reader(place)?, 0, rows, &mut decoded)?;
        Ok(Self { decoded, max_def, row: 0, value: 0 })
    }

    /// The place of the next row's value, if it has one. A required column has no levels at all.
    fn next(&mut self) -> Option<usize> {
        let def = self.decoded.def.get(self.row).copied().unwrap_or(self.max_def);
        self.row += 1;
        if def < self.max_def {
            return None;
        }
        self.value += 1;
        Some(self.value - 1)
    }

    fn bytes(&self, index: usize) -> Option<&[u8]> {
        match &self.decoded.values {
            Values::Strings(strings) => strings.value(index),
            Values::Integers(_) | Values::Small(_) | Values::Reals(_) | Values::Flags(_) => None,
        }
    }

    fn whole(&self, index: usize) -> Option<i64> {
        match &self.decoded.values {
            Values::Integers(values) => values.get(index).copied(),
            Values::Strings(_) | Values::Small(_) | Values::Reals(_) | Values::Flags(_) => None,
        }
    }
}
