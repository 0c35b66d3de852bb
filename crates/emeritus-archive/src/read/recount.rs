//! Rows of participations that an earlier version wrote, said again from the records.
//!
//! Those rows name one queue and one medium of several, have zero where nothing is known, and the end of somebody who
//! was still there. The records say it all, so a question that meets such rows asks them.

use std::collections::BTreeMap;

use crate::archive::Archive;
use crate::buffer::Values;
use crate::decode::{Decoded, read_column};
use crate::log::Add;
use crate::participation::{Participation, Participations};
use crate::read::{ReadError, Unfit, open, records_of};
use crate::record;
use crate::schema::{LAYOUT, Physical};
use crate::tape::Tape;

/// The same rows of a user, from the records of their batch.
pub(super) async fn from_records(
    archive: &Archive,
    rows_of: &Add,
    user: &str,
    rows: Vec<Participation>,
) -> Result<Vec<Participation>, ReadError> {
    let mut wanted: BTreeMap<Vec<u8>, Option<Participation>> =
        rows.into_iter().map(|row| (row.conversation_id.into_bytes(), None)).collect();
    let batch = rows_of.tag("batch").unwrap_or_default();
    for add in archive.conversations.snapshot().await?.files.into_values() {
        let is_of = add.tag("batch") == Some(batch) && add.partition("month") == rows_of.partition("month");
        if is_of {
            in_file(archive, &add, user, &mut wanted).await?;
        }
    }
    let lost = |id: &[u8]| Unfit::Participation {
        batch: batch.to_owned(),
        conversation: String::from_utf8_lossy(id).into_owned(),
    };
    wanted.into_iter().map(|(id, found)| found.ok_or_else(|| lost(&id).into())).collect()
}

async fn in_file(
    archive: &Archive,
    add: &Add,
    user: &str,
    wanted: &mut BTreeMap<Vec<u8>, Option<Participation>>,
) -> Result<(), ReadError> {
    let Some(column) = LAYOUT.columns.iter().position(|column| column.path == ["conversationId"]) else {
        return Ok(());
    };
    let file = open(archive, &archive.conversations, add).await?;
    let mut tape = Tape::default();
    for index in 0..file.metadata.num_row_groups() {
        let rows = usize::try_from(file.metadata.row_group(index).num_rows()).unwrap_or(0);
        let pieces = file.columns(index, &[column]).await?;
        let is_there = file.read(index, pieces, |group| {
            let mut ids = Decoded {
                values: Values::of(Physical::Text),
                def: Vec::new(),
                rep: Vec::new(),
                empty: false,
            };
            read_column(group.get_column_reader(column)?, 0, rows, &mut ids)?;
            let Values::Strings(ids) = &ids.values else { return Ok(false) };
            Ok((0..ids.ends.len()).filter_map(|row| ids.value(row)).any(|id| wanted.contains_key(id)))
        })?;
        if !is_there {
            continue;
        }
        let read = records_of(&file, index, 0, |form, _| {
            let Ok(record) = tape.read(form) else { return Ok(()) };
            let Ok((heading, root)) = record::heading(&record) else { return Ok(()) };
            if let Some(place) = wanted.get_mut(heading.id)
                && place.is_none()
            {
                let mut parts = Participations::default();
                parts.add(&record, root, heading);
                *place = parts.parts().find(|part| part.user_id.eq_ignore_ascii_case(user));
            }
            Ok::<(), ReadError>(())
        });
        read.await?;
    }
    Ok(())
}
