//! One person's part in conversations as a census sees it, from the records themselves.
//!
//! Only the columns that a census names are read. Where one of their values is in no column (the vendor wrote it as
//! no column holds it), the row group is put together whole and read as the vendor's record.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use parquet::errors::{ParquetError, Result as ParquetResult};

use super::{ReadError, open, records_of};
use crate::archive::Archive;
use crate::buffer::Values;
use crate::decode::{Decoded, read_column};
use crate::log::Add;
use crate::participation::End;
use crate::record::{self, objects, text};
use crate::row_group::RowGroup;
use crate::schema::LAYOUT;
use crate::tape::{Record, Span, Tape};
use crate::time::month;
use crate::window::StoredFile;

/// How many row groups are decoded side by side.
const AT_ONCE: usize = 2;

/// A conversation, and a user's part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CensusEntry {
    /// The conversation.
    pub conversation_id: String,
    /// When it began, milliseconds since 1970.
    pub start: i64,
    /// When it ended; `None` when it had not when it was read.
    pub end: Option<i64>,
    /// The media of the user's sessions.
    pub media: BTreeSet<String>,
    /// The participants who are the user, in the record's order.
    pub parts: Vec<CensusPart>,
}

/// A participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CensusPart {
    /// The participant's id.
    pub participant_id: Option<String>,
    /// What it took part as.
    pub purpose: Option<String>,
    /// The name that the record gives.
    pub name: Option<String>,
}

impl Archive {
    /// Calls `take` with each conversation of a user that began in a window (milliseconds since 1970, its end
    /// excluded), in the order in which they were archived: of a conversation that was archived more than once, the
    /// last is the newest. Memory does not grow with their number.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub async fn census(
        &self,
        user_id: &str,
        window: Range<i64>,
        mut take: impl FnMut(CensusEntry),
    ) -> Result<(), ReadError> {
        let months = (month(window.start), month(window.end));
        let mut files: Vec<Add> = self.conversations.snapshot().await?.files.into_values().collect();
        files.retain(|file| {
            file.partition("month").is_none_or(|of| months.0.as_str() <= of && of <= months.1.as_str())
        });
        files.sort_by(|a, b| (a.modification_time, &a.path).cmp(&(b.modification_time, &b.path)));
        for add in files {
            let file = Arc::new(open(self, &self.conversations, &add).await?);
            let wanted = Arc::new((user_id.to_owned(), window.clone()));
            let mut groups = stream::iter(0..file.metadata.num_row_groups())
                .map(|index| tokio::spawn(in_group(Arc::clone(&file), index, Arc::clone(&wanted))))
                .buffered(AT_ONCE);
            while let Some(joined) = groups.next().await {
                let entries = joined.unwrap_or_else(|gone| std::panic::resume_unwind(gone.into_panic()))?;
                entries.into_iter().for_each(&mut take);
            }
        }
        Ok(())
    }
}

type Wanted = Arc<(String, Range<i64>)>;

async fn in_group(
    file: Arc<StoredFile>,
    index: usize,
    wanted: Wanted,
) -> Result<Vec<CensusEntry>, ReadError> {
    let columns = Columns::places();
    let pieces = file.columns(index, &columns).await?;
    let read = file.read(index, pieces, |group| {
        let columns = Columns::read(group, &columns)?;
        Ok(if columns.complete() { Some(columns.entries(&wanted)) } else { None })
    })?;
    if let Some(entries) = read {
        return Ok(entries);
    }
    let (mut entries, mut tape) = (Vec::new(), Tape::default());
    let read = records_of(&file, index, 0, |form, _| {
        entries.extend(tape.read(form).ok().and_then(|record| of_record(&record, &wanted)));
        Ok::<(), ReadError>(())
    });
    read.await?;
    Ok(entries)
}

/// What a record says of the user.
fn of_record(record: &Record<'_>, wanted: &(String, Range<i64>)) -> Option<CensusEntry> {
    let (heading, root) = record::heading(record).ok()?;
    if !wanted.1.contains(&heading.start) {
        return None;
    }
    let owned = |object: Span, name| {
        text(record, object, name).map(|text| String::from_utf8_lossy(text).into_owned())
    };
    let mut entry = CensusEntry {
        conversation_id: String::from_utf8_lossy(heading.id).into_owned(),
        start: heading.start,
        end: end(record, root),
        media: BTreeSet::new(),
        parts: Vec::new(),
    };
    for participant in objects(record, root, "participants") {
        let user = text(record, participant, "userId");
        if !user.is_some_and(|user| user.eq_ignore_ascii_case(wanted.0.as_bytes())) {
            continue;
        }
        let sessions = objects(record, participant, "sessions");
        entry.media.extend(sessions.filter_map(|session| owned(session, "mediaType")));
        entry.parts.push(CensusPart {
            participant_id: owned(participant, "participantId"),
            purpose: owned(participant, "purpose"),
            name: owned(participant, "participantName"),
        });
    }
    (!entry.parts.is_empty()).then_some(entry)
}

/// The end, also as no column holds it: then the instant itself is not known, but that something stands there.
fn end(record: &Record<'_>, root: Span) -> Option<i64> {
    match End::of_conversation(record, root) {
        End::None => None,
        End::At(end) => Some(end),
        End::NotKnown => Some(i64::MAX),
    }
}

fn is_it(user: Cell<'_>, wanted: &str) -> bool {
    user.bytes().is_some_and(|user| user.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The columns that a census needs, in the order in which they are read.
const PATHS: [&[&str]; 11] = [
    &["conversationId"],
    &["conversationStart"],
    &["conversationEnd"],
    &["participants", "list", "element", "userId"],
    &["participants", "list", "element", "participantId"],
    &["participants", "list", "element", "purpose"],
    &["participants", "list", "element", "participantName"],
    &["participants", "list", "element", "sessions", "list", "element", "mediaType"],
    &["otherFields"],
    &["participants", "list", "element", "otherFields"],
    &["participants", "list", "element", "sessions", "list", "element", "otherFields"],
];

/// Members that must be in their columns for these to be enough.
const NEEDED: [&str; 8] = [
    "\"conversationEnd\":",
    "\"mediaType\":",
    "\"participantId\":",
    "\"participantName\":",
    "\"participants\":",
    "\"purpose\":",
    "\"sessions\":",
    "\"userId\":",
];

/// Some columns of a row group.
struct Columns([Cells; 11]);

impl Columns {
    fn places() -> Vec<usize> {
        let place = |path: &&[&str]| LAYOUT.columns.iter().position(|column| column.path == *path);
        PATHS.iter().filter_map(place).collect()
    }

    fn read(group: &RowGroup<'_>, places: &[usize]) -> ParquetResult<Self> {
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut columns = Vec::with_capacity(places.len());
        for &place in places {
            let column = LAYOUT.columns.get(place);
            let column = column.ok_or_else(|| ParquetError::General("a column is missing".into()))?;
            let mut decoded = Decoded {
                values: Values::of(column.physical),
                def: Vec::new(),
                rep: Vec::new(),
                empty: false,
            };
            read_column(group.get_column_reader(place)?, 0, rows, &mut decoded)?;
            columns.push(Cells { decoded, max_def: column.max_def, level: 0, value: 0 });
        }
        let missing = |_| ParquetError::General("a column is missing".into());
        Ok(Self(columns.try_into().map_err(missing)?))
    }

    /// Whether nothing that is needed stands outside its column, and every record says when it began.
    fn complete(&self) -> bool {
        let Self([_, starts, .., of_conversations, of_participants, of_sessions]) = self;
        if starts.decoded.def.iter().any(|def| *def < starts.max_def) {
            return false;
        }
        [of_conversations, of_participants, of_sessions].iter().all(|cells| {
            let Values::Strings(others) = &cells.decoded.values else { return false };
            (0..others.ends.len()).filter_map(|index| others.value(index)).all(|other| {
                let other = String::from_utf8_lossy(other);
                !NEEDED.iter().any(|name| other.contains(name))
            })
        })
    }

    fn entries(self, wanted: &(String, Range<i64>)) -> Vec<CensusEntry> {
        let Self(
            [mut ids, mut starts, mut ends, mut users, mut parts, mut purposes, mut names, mut media, ..],
        ) = self;
        let mut entries = Vec::new();
        while let Some(id) = ids.next() {
            let (start, end) = (starts.next().and_then(Cell::whole), ends.next().and_then(Cell::whole));
            let mut entry = CensusEntry {
                conversation_id: String::new(),
                start: start.unwrap_or_default(),
                end,
                media: BTreeSet::new(),
                parts: Vec::new(),
            };
            // A place for each participant, or one that says there is none.
            loop {
                let user = users.next();
                let is_user = user.is_some_and(|user| is_it(user, &wanted.0));
                let (part, purpose, name) = (parts.next(), purposes.next(), names.next());
                loop {
                    let medium = media.next();
                    if is_user {
                        entry.media.extend(medium.and_then(Cell::text));
                    }
                    if media.rep() != Some(SESSION) {
                        break;
                    }
                }
                if is_user {
                    entry.parts.push(CensusPart {
                        participant_id: part.and_then(Cell::uuid),
                        purpose: purpose.and_then(Cell::text),
                        name: name.and_then(Cell::text),
                    });
                }
                if users.rep() != Some(PARTICIPANT) {
                    break;
                }
            }
            if !entry.parts.is_empty() && wanted.1.contains(&entry.start) {
                entry.conversation_id = id.text().unwrap_or_default();
                entries.push(entry);
            }
        }
        entries
    }
}

/// Repetition level of a participant that is not its conversation's first.
const PARTICIPANT: i16 = 1;
/// Repetition level of a session that is not its participant's first.
const SESSION: i16 = 2;

/// A column, place by place.
struct Cells {
    decoded: Decoded,
    max_def: i16,
    level: usize,
    value: usize,
}

/// What is at a place.
#[derive(Clone, Copy)]
enum Cell<'a> {
    Missing,
    Bytes(&'a [u8]),
    Whole(i64),
}

impl Cells {
    /// The next place; `None` after the last.
    fn next(&mut self) -> Option<Cell<'_>> {
        // A required column at the top has no levels at all.
        let def = match self.decoded.def.get(self.level) {
            Some(def) => *def,
            None if self.max_def == 0 && self.level < self.decoded.values.len() => 0,
            None => return None,
        };
        self.level += 1;
        if def < self.max_def {
            return Some(Cell::Missing);
        }
        self.value += 1;
        Some(match &self.decoded.values {
            Values::Strings(strings) => strings.value(self.value - 1).map_or(Cell::Missing, Cell::Bytes),
            Values::Integers(values) => {
                values.get(self.value - 1).map_or(Cell::Missing, |value| Cell::Whole(*value))
            }
            Values::Small(_) | Values::Reals(_) | Values::Flags(_) => Cell::Missing,
        })
    }

    /// The repetition level of the next place.
    fn rep(&self) -> Option<i16> {
        self.decoded.rep.get(self.level).copied()
    }
}

impl<'a> Cell<'a> {
    const fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Missing | Self::Whole(_) => None,
        }
    }

    fn text(self) -> Option<String> {
        self.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn uuid(self) -> Option<String> {
        let mut text = Vec::with_capacity(36);
        record::write_uuid(self.bytes()?, &mut text);
        String::from_utf8(text).ok()
    }

    const fn whole(self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Missing | Self::Bytes(_) => None,
        }
    }
}
