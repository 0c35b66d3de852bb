//! How many conversations everybody took part in, by month.
//!
//! A batch names a conversation once, so its rows are counted. Where files of several batches overlap in time, a
//! conversation may be in more than one (two people who shared it left at different times), and different
//! conversations are counted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result as ParquetResult};

use super::{AT_ONCE, ReadError, aside, open};
use crate::archive::Archive;
use crate::buffer::Values;
use crate::flat::read_rows;
use crate::log::Add;
use crate::participation::COLUMNS;
use crate::row_group::RowGroup;

/// Conversations by user and month (`YYYY-MM`, UTC, of the conversation's start).
pub type Tally = BTreeMap<(String, String), u64>;

/// The column of the conversation's id.
const CONVERSATION: usize = 2;

/// Rows that are decoded at a time.
const CHUNK: usize = 64 * 1024;

impl Archive {
    /// Counts conversations by user and month.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn tally(&self) -> Result<Tally, ReadError> {
        let mut months: BTreeMap<String, Vec<Add>> = BTreeMap::new();
        for file in self.participations.snapshot().await?.files.into_values() {
            months.entry(file.partition("month").unwrap_or_default().to_owned()).or_default().push(file);
        }
        let counted: Vec<(String, HashMap<Vec<u8>, u64>)> = stream::iter(months)
            .map(|(month, files)| of_month(self, month, files))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut tally = Tally::new();
        for (month, counts) in counted {
            for (user, count) in counts {
                let user = String::from_utf8_lossy(&user).into_owned();
                *tally.entry((user, month.clone())).or_default() += count;
            }
        }
        Ok(tally)
    }
}

async fn of_month(
    archive: &Archive,
    month: String,
    files: Vec<Add>,
) -> Result<(String, HashMap<Vec<u8>, u64>), ReadError> {
    let shared = may_share(&files);
    let mut counts = HashMap::new();
    let mut different: HashMap<Vec<u8>, HashSet<Vec<u8>>> = HashMap::new();
    for add in &files {
        let file = Arc::new(open(archive, &archive.participations, add).await?);
        for index in 0..file.metadata.num_row_groups() {
            let wanted: &[usize] = if shared { &[0, CONVERSATION] } else { &[0] };
            let pieces = file.columns(index, wanted).await?;
            let file = Arc::clone(&file);
            (counts, different) = aside(move || {
                let counted = file.read(index, pieces, |group| {
                    if shared { collect(group, &mut different) } else { count(group, &mut counts) }
                });
                counted.map(|()| (counts, different))
            })
            .await?;
        }
    }
    counts.extend(different.into_iter().map(|(user, ids)| (user, ids.len() as u64)));
    Ok((month, counts))
}

/// Whether files of several batches may hold the same conversation: only where their conversations' starts overlap.
fn may_share(files: &[Add]) -> bool {
    let start = |file: &Add, end: &str| {
        file.stat(&format!("/{end}/conversation_start")).and_then(|start| start.as_str().map(str::to_owned))
    };
    let mut spans: Vec<_> = files
        .iter()
        // The log's instants are texts of one length, so their order is that of time. What has no bounds is anywhere.
        .map(|file| {
            (start(file, "minValues").unwrap_or_default(), start(file, "maxValues"), file.tag("batch"))
        })
        .collect();
    spans.sort();
    spans.iter().zip(spans.iter().skip(1)).any(|((_, end, batch), (start, _, next))| {
        batch != next && end.as_ref().is_none_or(|end| start <= end)
    })
}

fn collect(group: &RowGroup<'_>, different: &mut HashMap<Vec<u8>, HashSet<Vec<u8>>>) -> ParquetResult<()> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let users = read_rows(group, COLUMNS, 0, 0..rows)?;
    let ids = read_rows(group, COLUMNS, CONVERSATION, 0..rows)?;
    let (Values::Strings(users), Values::Strings(ids)) = (&users.values, &ids.values) else {
        return Err(ParquetError::General("ids are no strings".into()));
    };
    for row in 0..rows {
        let (Some(user), Some(id)) = (users.value(row), ids.value(row)) else { continue };
        match different.get_mut(user) {
            Some(ids) => {
                ids.insert(id.to_vec());
            }
            None => drop(different.insert(user.to_vec(), HashSet::from([id.to_vec()]))),
        }
    }
    Ok(())
}

fn count(group: &RowGroup<'_>, counts: &mut HashMap<Vec<u8>, u64>) -> ParquetResult<()> {
    let ColumnReader::ByteArrayColumnReader(mut reader) = group.get_column_reader(0)? else {
        return Err(ParquetError::General("user_id is no string".into()));
    };
    let (mut values, mut def) = (Vec::<ByteArray>::new(), Vec::new());
    loop {
        values.clear();
        def.clear();
        let (rows, ..) = reader.read_records(CHUNK, Some(&mut def), None, &mut values)?;
        if rows == 0 {
            return Ok(());
        }
        // The rows of a user are neighbours, and equal values of a dictionary are the same bytes.
        for run in values.chunk_by(|a, b| a.data().as_ptr() == b.data().as_ptr() || a.data() == b.data()) {
            let Some(user) = run.first().map(ByteArray::data) else { continue };
            match counts.get_mut(user) {
                Some(count) => *count += run.len() as u64,
                None => drop(counts.insert(user.to_vec(), run.len() as u64)),
            }
        }
    }
}
