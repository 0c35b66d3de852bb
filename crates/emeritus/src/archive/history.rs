//! What a person took part in, from the archive alone.

use emeritus_archive::{
    Archive, ColumnKind, Datum, Participation, PersonVersion, Roster, Sheet, SheetColumns,
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
    /// Those of this medium alone.
    pub media: Option<&'a str>,
    /// Those of the queue with this id alone.
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
];

/// Lists what a person took part in. A conversation that several batches hold is listed once.
///
/// # Errors
/// The archive cannot be read.
pub async fn history(archive: &Archive, roster: &Roster, asked: Asked<'_>) -> Result<Told, AskError> {
    let window = asked.from.as_millisecond()..asked.to.as_millisecond();
    let mut parts = archive.history(asked.user, window).await.map_err(AskError::Read)?;
    let is = |wanted: Option<&str>, found: Option<&str>| {
        wanted.is_none_or(|wanted| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted)))
    };
    parts.retain(|part| {
        is(asked.media, part.media_type.as_deref()) && is(asked.queue, part.queue_id.as_deref())
    });
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
    cells.extend(sums.map(|sum| Some(Datum::Whole(sum))));
    sheet.push(&cells);
}
