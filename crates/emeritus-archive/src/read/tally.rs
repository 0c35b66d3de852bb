//! How many conversations everybody took part in, by month.

use std::collections::{BTreeMap, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::RowGroupReader;

use super::{AT_ONCE, ReadError, open};
use crate::archive::Archive;
use crate::log::Add;

/// Conversations by user and month (`YYYY-MM`, UTC, of the conversation's start).
pub type Tally = BTreeMap<(String, String), u64>;

/// Rows that are decoded at a time.
const CHUNK: usize = 64 * 1024;

impl Archive {
    /// Counts conversations by user and month.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn tally(&self) -> Result<Tally, ReadError> {
        let snapshot = self.participations.snapshot().await?;
        let counts: Vec<(String, HashMap<Vec<u8>, u64>)> = stream::iter(snapshot.files.into_values())
            .map(|file| in_file(self.clone(), file))
            // Decoding is work for a processor: each file is a task of its own.
            .map(tokio::spawn)
            .buffered(AT_ONCE)
            .map(|joined| joined.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic())))
            .try_collect()
            .await?;
        let mut tally = Tally::new();
        for (month, counts) in counts {
            for (user, count) in counts {
                let user = String::from_utf8_lossy(&user).into_owned();
                *tally.entry((user, month.clone())).or_default() += count;
            }
        }
        Ok(tally)
    }
}

async fn in_file(archive: Archive, add: Add) -> Result<(String, HashMap<Vec<u8>, u64>), ReadError> {
    let file = open(&archive, &archive.participations, &add).await?;
    let mut counts = HashMap::new();
    for index in 0..file.metadata.num_row_groups() {
        let pieces = file.columns(index, &[0]).await?;
        file.read(index, pieces, |group| count(group, &mut counts))?;
    }
    Ok((add.partition("month").unwrap_or_default().to_owned(), counts))
}

fn count(group: &dyn RowGroupReader, counts: &mut HashMap<Vec<u8>, u64>) -> ParquetResult<()> {
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
