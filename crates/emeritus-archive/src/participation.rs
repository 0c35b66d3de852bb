//! Who took part in which conversation: the table that most questions are asked of.
//!
//! A row is one user's part in one conversation, however often the user joined it, so counting rows counts
//! conversations. The rows of a row group are in order of user and start, which makes a person's rows neighbours.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::LazyLock;

use parquet::basic::Encoding;
use parquet::errors::Result as ParquetResult;
use parquet::file::properties::{EnabledStatistics, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::buffer::{Cell, Strings};
use crate::encode;
use crate::flat::{self, Columns};
use crate::read::Participation;
use crate::record::{Heading, member, objects, text};
use crate::schema::Physical;
use crate::tape::{Record, Span, Value};
use crate::time::read_time;

/// The columns of the table.
pub(crate) const COLUMNS: Columns = &[
    ("user_id", Physical::Text),
    ("conversation_start", Physical::Time),
    ("conversation_id", Physical::Text),
    ("media_type", Physical::Text),
    ("direction", Physical::Text),
    ("queue_id", Physical::Text),
    ("wrap_up_code", Physical::Text),
    ("joined_at", Physical::Time),
    ("left_at", Physical::Time),
    ("talk_ms", Physical::Integer),
    ("hold_ms", Physical::Integer),
    ("acw_ms", Physical::Integer),
    ("handle_ms", Physical::Integer),
    ("connected", Physical::Integer),
];

/// Rows of a page. Small ones: a person's rows of a month are a few hundred.
const PAGE_ROWS: usize = 1024;

/// How its files are written.
pub(crate) static PROPERTIES: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| {
    let path = |name: &str| ColumnPath::from(name);
    let mut properties = encode::writer()
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(path("user_id"), EnabledStatistics::Page)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_column_dictionary_enabled(path("conversation_id"), false)
        .set_column_encoding(path("conversation_id"), Encoding::DELTA_LENGTH_BYTE_ARRAY);
    for name in ["conversation_start", "joined_at", "left_at", "talk_ms", "hold_ms", "acw_ms", "handle_ms"] {
        properties = properties
            .set_column_dictionary_enabled(path(name), false)
            .set_column_encoding(path(name), Encoding::DELTA_BINARY_PACKED);
    }
    Arc::new(properties.build())
});

/// Strings that come often, each held once.
#[derive(Debug, Default)]
struct Pool {
    places: HashMap<Box<[u8]>, u32>,
    strings: Strings,
}

impl Pool {
    fn place(&mut self, value: &[u8]) -> u32 {
        if let Some(&place) = self.places.get(value) {
            return place;
        }
        let place = u32::try_from(self.strings.ends.len()).unwrap_or(u32::MAX);
        self.strings.push(value);
        self.places.insert(value.into(), place);
        place
    }

    fn value(&self, place: u32) -> &[u8] {
        self.strings.value(place as usize).unwrap_or_default()
    }
}

/// One row, its strings in a pool.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    user: u32,
    conversation: u32,
    start: i64,
    media: Option<u32>,
    direction: Option<u32>,
    queue: Option<u32>,
    wrap_up: Option<u32>,
    joined: Option<i64>,
    left: Option<i64>,
    talk: i64,
    hold: i64,
    acw: i64,
    handle: i64,
    connected: i64,
}

/// Rows of one file to come.
#[derive(Debug, Default)]
pub(crate) struct Participations {
    pool: Pool,
    conversations: Strings,
    rows: Vec<Row>,
}

impl Participations {
    pub(crate) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds what a record says of the users in it.
    pub(crate) fn add(&mut self, record: &Record<'_>, root: Span, heading: Heading<'_>) {
        let conversation = u32::try_from(self.conversations.ends.len()).unwrap_or(u32::MAX);
        let before = self.rows.len();
        for participant in objects(record, root, "participants") {
            let Some(user) = text(record, participant, "userId") else { continue };
            let user = self.pool.place(user);
            let known = self.rows.iter().skip(before).position(|row| row.user == user);
            let place = known.map_or(self.rows.len(), |place| before + place);
            if known.is_none() {
                self.rows.push(Row { user, conversation, start: heading.start, ..Row::default() });
            }
            for session in objects(record, participant, "sessions") {
                self.session(record, session, place);
            }
        }
        if self.rows.len() > before {
            self.conversations.push(heading.id);
        }
    }

    fn session(&mut self, record: &Record<'_>, session: Span, place: usize) {
        let Some(row) = self.rows.get_mut(place) else { return };
        let pool = &mut self.pool;
        let mut first = |known: Option<u32>, object: Span, name| {
            known.or_else(|| text(record, object, name).map(|value| pool.place(value)))
        };
        row.media = first(row.media, session, "mediaType");
        row.direction = first(row.direction, session, "direction");
        for segment in objects(record, session, "segments") {
            row.queue = first(row.queue, segment, "queueId");
            row.wrap_up = first(None, segment, "wrapUpCode").or(row.wrap_up);
            let time = |name| text(record, segment, name).and_then(read_time);
            row.joined = row.joined.into_iter().chain(time("segmentStart")).min();
            row.left = row.left.into_iter().chain(time("segmentEnd")).max();
        }
        for metric in objects(record, session, "metrics") {
            let Some(value) = whole(record, metric, "value") else { continue };
            let sum = match text(record, metric, "name") {
                Some(b"tTalk") => &mut row.talk,
                Some(b"tHeld") => &mut row.hold,
                Some(b"tAcw") => &mut row.acw,
                Some(b"tHandle") => &mut row.handle,
                Some(b"nConnected") => &mut row.connected,
                _ => continue,
            };
            *sum = sum.saturating_add(value);
        }
    }

    /// The rows as they were added.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Participation> {
        let owned = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let text = move |place: Option<u32>| place.map(|place| owned(self.pool.value(place)));
        self.rows.iter().map(move |row| Participation {
            conversation_start: row.start,
            conversation_id: self
                .conversations
                .value(row.conversation as usize)
                .map(owned)
                .unwrap_or_default(),
            user_id: owned(self.pool.value(row.user)),
            media_type: text(row.media),
            direction: text(row.direction),
            queue_id: text(row.queue),
            wrap_up_code: text(row.wrap_up),
            joined_at: row.joined,
            left_at: row.left,
            talk_ms: row.talk,
            hold_ms: row.hold,
            acw_ms: row.acw,
            handle_ms: row.handle,
            connected: row.connected,
        })
    }

    /// Puts the rows in order.
    pub(crate) fn sort(&mut self) {
        let pool = &self.pool;
        self.rows.sort_by(|a, b| pool.value(a.user).cmp(pool.value(b.user)).then(a.start.cmp(&b.start)));
    }

    /// Writes rows that are in order as a row group, a column at a time.
    pub(crate) fn write<W: Write + Send>(&self, file: &mut SerializedFileWriter<W>) -> ParquetResult<()> {
        flat::write(file, COLUMNS, &self.rows, |row, column| self.cell(row, column))
    }

    fn cell(&self, row: &Row, column: usize) -> Option<Cell<'_>> {
        let string = |place: Option<u32>| place.map(|place| Cell::Bytes(self.pool.value(place)));
        match COLUMNS.get(column)?.0 {
            "user_id" => string(Some(row.user)),
            "conversation_start" => Some(Cell::Integer(row.start)),
            "conversation_id" => self.conversations.value(row.conversation as usize).map(Cell::Bytes),
            "media_type" => string(row.media),
            "direction" => string(row.direction),
            "queue_id" => string(row.queue),
            "wrap_up_code" => string(row.wrap_up),
            "joined_at" => row.joined.map(Cell::Integer),
            "left_at" => row.left.map(Cell::Integer),
            "talk_ms" => Some(Cell::Integer(row.talk)),
            "hold_ms" => Some(Cell::Integer(row.hold)),
            "acw_ms" => Some(Cell::Integer(row.acw)),
            "handle_ms" => Some(Cell::Integer(row.handle)),
            "connected" => Some(Cell::Integer(row.connected)),
            _ => None,
        }
    }

    /// The least and greatest user and start of rows that are in order.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        let user = |row: &Row| String::from_utf8_lossy(self.pool.value(row.user)).into_owned();
        let starts = self.rows.iter().map(|row| row.start);
        let ends = self.rows.first().zip(self.rows.last()).zip(starts.clone().min().zip(starts.max()));
        ends.map(|((first, last), starts)| Bounds { users: (user(first), user(last)), starts })
    }
}

/// Least and greatest values of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) users: (String, String),
    pub(crate) starts: (i64, i64),
}

impl Bounds {
    /// The bounds of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            users: (self.users.0.min(other.users.0), self.users.1.max(other.users.1)),
            starts: (self.starts.0.min(other.starts.0), self.starts.1.max(other.starts.1)),
        }
    }
}

/// A whole number that is a member of an object.
fn whole(record: &Record<'_>, object: Span, name: &str) -> Option<i64> {
    match member(record, object, name)? {
        Value::Number(span) => std::str::from_utf8(record.number(*span)).ok()?.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Object(_) => None,
    }
}
