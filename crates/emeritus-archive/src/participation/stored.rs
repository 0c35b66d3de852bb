//! Rows of the table, read back.

use std::ops::Range;

use parquet::errors::Result as ParquetResult;

use super::{COLUMNS, Participation};
use crate::flat::{Cursor, Held, read_rows};
use crate::row_group::RowGroup;

/// Reads rows of a row group, all of their columns. Those that an older file does not have are not known.
pub(crate) fn read(group: &RowGroup<'_>, rows: Range<usize>) -> ParquetResult<Vec<Participation>> {
    let there = group.metadata().num_columns().min(COLUMNS.len());
    let columns = (0..there)
        .map(|index| read_rows(group, COLUMNS, index, rows.clone()))
        .collect::<ParquetResult<Vec<_>>>()?;
    let mut cursors: Vec<Cursor<'_>> = columns.iter().map(Cursor::new).collect();
    Ok(rows.map(|_| row(&mut cursors)).collect())
}

fn row(cursors: &mut [Cursor<'_>]) -> Participation {
    let mut cells = cursors.iter_mut().map(Cursor::next);
    let mut text = || cells.next().and_then(Held::text);
    let user_id = text().unwrap_or_default();
    let conversation_start = cells.next().and_then(Held::whole).unwrap_or_default();
    let mut text = || cells.next().and_then(Held::text);
    let (conversation_id, media_type, direction) = (text().unwrap_or_default(), text(), text());
    let (queue_id, wrap_up_code) = (text(), text());
    let mut whole = || cells.next().and_then(Held::whole);
    let (joined_at, left_at) = (whole(), whole());
    let [talk_ms, hold_ms, acw_ms, handle_ms, connected] = std::array::from_fn(|_| whole());
    let mut several = || list(cells.next().and_then(Held::text));
    let [purposes, media_types, directions, queue_ids, wrap_up_codes] = std::array::from_fn(|_| several());
    let mut flag = || cells.next().and_then(Held::flag);
    Participation {
        conversation_start,
        conversation_id,
        user_id,
        media_type,
        direction,
        queue_id,
        wrap_up_code,
        joined_at,
        left_at,
        talk_ms,
        hold_ms,
        acw_ms,
        handle_ms,
        connected,
        purposes,
        media_types,
        directions,
        queue_ids,
        wrap_up_codes,
        is_open: flag(),
        handled: flag(),
    }
}

/// Several values, from the list that a cell holds.
pub(super) fn list(text: Option<String>) -> Vec<String> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
