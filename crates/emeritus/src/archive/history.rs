//! What a person took part in, from the archive alone.

use emeritus_archive::{
    Archive, ColumnKind, Datum, HistoryFilter, Participation, PersonVersion, Roster, Sheet, SheetColumns,
};
use jiff::Timestamp;

use super::AskError;

/// Whose conversations are asked for, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The user's id.
    pub user: &'a str,
    /// Those that began at this moment or after.
    pub from: Timestamp,
    /// Those that began before this moment.
    pub to: Timestamp,
    /// Those with a session of this medium.
    pub media: Option<&'a str>,
    /// Those with a segment of the queue with this id.
    pub queue: Option<&'a str>,
}

/// A person's part in conversations, in the order of their start.
#[derive(Debug)]
pub struct Told {
    /// The conversations.
    pub parts: Vec<Participation>,
    /// The same as a table, with the name that the roster has for the time of each.
    pub sheet: Sheet,
}

const COLUMNS: SheetColumns = &[
    ("conversation_id", ColumnKind::Text),
    ("started_at", ColumnKind::Time),
    ("user_id", ColumnKind::Text),
    ("name_in_roster", ColumnKind::Text),
    ("media", ColumnKind::Text),
    ("direction", ColumnKind::Text),
    ("queue_id", ColumnKind::Text),
    ("wrap_up_code", ColumnKind::Text),
    ("joined_at", ColumnKind::Time),
    ("left_at", ColumnKind::Time),
    ("talk_ms", ColumnKind::Integer),
    ("hold_ms", ColumnKind::Integer),
    ("acw_ms", ColumnKind::Integer),
    ("handle_ms", ColumnKind::Integer),
    ("connected", ColumnKind::Integer),
    ("purposes", ColumnKind::Text),
    ("media_types", ColumnKind::Text),
    ("directions", ColumnKind::Text),
    ("queue_ids", ColumnKind::Text),
    ("wrap_up_codes", ColumnKind::Text),
    ("open", ColumnKind::Flag),
    ("handled", ColumnKind::Flag),
];

/// Lists what a person took part in. A conversation that several batches hold is listed once.
///
/// # Errors
/// The archive cannot be read.
pub async fn history(archive: &Archive, roster: &Roster, asked: Asked<'_>) -> Result<Told, AskError> {
    let window = asked.from.as_millisecond()..asked.to.as_millisecond();
    let filter = HistoryFilter {
        media_type: asked.media.map(str::to_owned),
        queue_id: asked.queue.map(str::to_owned),
    };
    let parts = archive.history_where(asked.user, window, &filter).await.map_err(AskError::Read)?;
    let mut sheet = Sheet::new(COLUMNS);
    for part in &parts {
        row(&mut sheet, part, roster.at(&part.user_id, part.conversation_start));
    }
    Ok(Told { parts, sheet })
}

fn row(sheet: &mut Sheet, part: &Participation, then: Option<&PersonVersion>) {
    let mut cells = vec![
        Some(Datum::Text(&part.conversation_id)),
        Some(Datum::Time(part.conversation_start)),
        Some(Datum::Text(&part.user_id)),
        then.and_then(|version| version.person.name.as_deref()).map(Datum::Text),
    ];
    let texts = [&part.media_type, &part.direction, &part.queue_id, &part.wrap_up_code];
    cells.extend(texts.map(|text| text.as_deref().map(Datum::Text)));
    cells.extend([part.joined_at.map(Datum::Time), part.left_at.map(Datum::Time)]);
    let sums = [part.talk_ms, part.hold_ms, part.acw_ms, part.handle_ms, part.connected];
    cells.extend(sums.map(|sum| sum.map(Datum::Whole)));
    let several = [&part.purposes, &part.media_types, &part.directions, &part.queue_ids, &part.wrap_up_codes]
        .map(|values| values.join(" "));
    cells.extend(several.iter().map(|text| (!text.is_empty()).then_some(Datum::Text(text))));
    cells.extend([part.is_open.map(Datum::Flag), part.handled.map(Datum::Flag)]);
    sheet.push(&cells);
}
