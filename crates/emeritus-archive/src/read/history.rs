//! One person's conversations between two instants.

use std::ops::Range;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parquet::errors::Result as ParquetResult;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;

use super::{AT_ONCE, ReadError, aside, open, recount};
use crate::archive::Archive;
use crate::buffer::Values;
use crate::flat::read_rows;
use crate::log::Add;
use crate::participation::{COLUMNS, Participation, as_told, stored};
use crate::row_group::RowGroup;
use crate::time::{month, time_text};
use crate::window::StoredFile;

/// The column of the conversation's start.
const START: usize = 1;

/// Which of a user's conversations are wanted; by default all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryFilter {
    /// Those with a session of this medium, in capitals or not.
    pub media_type: Option<String>,
    /// Those with a segment of this queue.
    pub queue_id: Option<String>,
}

impl HistoryFilter {
    fn lets(&self, row: &Participation) -> bool {
        let is = |wanted: &Option<String>, held: &[String]| {
            wanted.as_ref().is_none_or(|wanted| held.iter().any(|held| held.eq_ignore_ascii_case(wanted)))
        };
        is(&self.media_type, &row.media_types) && is(&self.queue_id, &row.queue_ids)
    }
}

impl Archive {
    /// Lists a user's conversations that began in a window (milliseconds since 1970, its end excluded), in order
    /// of their start.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn history(&self, user_id: &str, window: Range<i64>) -> Result<Vec<Participation>, ReadError> {
        self.history_where(user_id, window, &HistoryFilter::default()).await
    }

    /// Lists those of a user's conversations that a filter lets through; otherwise as [`Archive::history`].
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn history_where(
        &self,
        user_id: &str,
        window: Range<i64>,
        filter: &HistoryFilter,
    ) -> Result<Vec<Participation>, ReadError> {
        let user_id = String::from_utf8_lossy(&as_told(user_id.as_bytes())).into_owned();
        let user_id = user_id.as_str();
        let snapshot = self.participations.snapshot().await?;
        let wanted = |file: &Add| file_may_hold(file, user_id, &window);
        let mut files: Vec<Add> = snapshot.files.into_values().filter(wanted).collect();
        // The newest first: of a conversation that several batches hold, what was archived last is what is so.
        files.sort_by_key(|file| std::cmp::Reverse(file.modification_time));
        let found: Vec<Vec<Participation>> = stream::iter(files)
            .map(|file| in_file(self, file, user_id, &window))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut found: Vec<Participation> = found.into_iter().flatten().collect();
        found.sort_by(|a, b| {
            (a.conversation_start, &a.conversation_id).cmp(&(b.conversation_start, &b.conversation_id))
        });
        found.dedup_by(|a, b| a.conversation_id == b.conversation_id);
        found.retain(|row| filter.lets(row));
        Ok(found)
    }
}

fn file_may_hold(file: &Add, user: &str, window: &Range<i64>) -> bool {
    let months = (month(window.start), month(window.end));
    let in_window = file
        .partition("month")
        .is_none_or(|of_file| months.0.as_str() <= of_file && of_file <= months.1.as_str());
    // The log's instants are texts of one length, so their order is that of time.
    let bound = |pointer: &str| file.stat(pointer).and_then(|value| value.as_str().map(str::to_owned));
    in_window
        && bound("/minValues/user_id").is_none_or(|least| least.as_str() <= user)
        && bound("/maxValues/user_id").is_none_or(|most| user <= most.as_str())
        && bound("/minValues/conversation_start").is_none_or(|least| least < time_text(window.end))
        && bound("/maxValues/conversation_start").is_none_or(|most| time_text(window.start) <= most)
}

async fn in_file(
    archive: &Archive,
    add: Add,
    user: &str,
    window: &Range<i64>,
) -> Result<Vec<Participation>, ReadError> {
    let file = Arc::new(open(archive, &archive.participations, &add).await?);
    let columns: Vec<usize> = (0..file.metadata.file_metadata().schema_descr().num_columns()).collect();
    let mut parts = Vec::new();
    for index in 0..file.metadata.num_row_groups() {
        let pages = file.parsed(|| Ok(pages(&file, index, user)))?;
        let Some(rows) = pages.filter(|_| is_of(&file, index, window)) else { continue };
        let pieces = file.rows(index, &columns, rows.clone()).await?;
        let (file, user, window) = (Arc::clone(&file), user.to_owned(), window.clone());
        parts.push(aside(move || file.read(index, pieces, |group| take(group, rows, &user, &window))));
    }
    let mut found = Vec::new();
    for part in parts {
        found.extend(part.await?);
    }
    if columns.len() < COLUMNS.len() && !found.is_empty() {
        return recount::from_records(archive, &add, user, found).await;
    }
    Ok(found)
}

/// Whether a row group may hold conversations that began in a window.
fn is_of(file: &StoredFile, index: usize, window: &Range<i64>) -> bool {
    match file.metadata.row_group(index).column(START).statistics() {
        Some(Statistics::Int64(starts)) => {
            starts.min_opt().is_none_or(|&least| least < window.end)
                && starts.max_opt().is_none_or(|&most| window.start <= most)
        }
        _ => true,
    }
}

/// The rows of the pages in which the user may be; `None` when there are none.
fn pages(file: &StoredFile, index: usize, user: &str) -> Option<Range<usize>> {
    let group = file.metadata.row_group(index);
    let rows = usize::try_from(group.num_rows()).unwrap_or(0);
    let pages = file.metadata.page_index_for_row_group(index);
    let (Some(ColumnIndexMetaData::BYTE_ARRAY(bounds)), Some(offsets)) =
        (pages.column_index(0), pages.offset_index(0))
    else {
        return Some(0..rows);
    };
    let locations = offsets.page_locations();
    let wanted = |page: &usize| {
        bounds.min_value(*page).is_none_or(|least| least <= user.as_bytes())
            && bounds.max_value(*page).is_none_or(|most| user.as_bytes() <= most)
    };
    let first = (0..locations.len()).find(wanted)?;
    let last = (first..locations.len()).rev().find(wanted)?;
    let row = |page: usize| locations.get(page).and_then(|page| usize::try_from(page.first_row_index).ok());
    Some(row(first)?..row(last + 1).unwrap_or(rows))
}

fn take(
    group: &RowGroup<'_>,
    rows: Range<usize>,
    user: &str,
    window: &Range<i64>,
) -> ParquetResult<Vec<Participation>> {
    let users = read_rows(group, COLUMNS, 0, rows.clone())?;
    let Values::Strings(users) = &users.values else { return Ok(Vec::new()) };
    let of_user = |row: &usize| users.value(*row) == Some(user.as_bytes());
    let Some(first) = (0..users.ends.len()).find(of_user) else { return Ok(Vec::new()) };
    let count = (first..users.ends.len()).take_while(of_user).count();
    let mut found = stored::read(group, rows.start + first..rows.start + first + count)?;
    found.retain(|row| window.contains(&row.conversation_start));
    Ok(found)
}
