//! Who took part in which conversation: the table that most questions are asked of.
//!
//! A row is one user's part in one conversation, however often the user joined it, so counting rows counts
//! conversations. The rows of a row group are in order of user and start, which makes a person's rows neighbours.

mod part;
pub(crate) mod stored;

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
use crate::canonical;
use crate::encode;
use crate::flat::{self, Columns};
use crate::record::Heading;
use crate::schema::Physical;
use crate::tape::{Record, Span};
use part::Part;
pub(crate) use part::{End, as_told, first_instant, user_of};

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
    // Files of version 2 of the columns end here.
    ("purposes", Physical::Text),
    ("media_types", Physical::Text),
    ("directions", Physical::Text),
    ("queue_ids", Physical::Text),
    ("wrap_up_codes", Physical::Text),
    ("open", Physical::Flag),
    ("handled", Physical::Flag),
];

/// A user's part in a conversation, as the record says it: nothing is zero, over or done of which it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Participation {
    /// When the conversation began, milliseconds since 1970; where the record does not say it, when the first segment
    /// of anybody did.
    pub conversation_start: i64,
    /// The conversation.
    pub conversation_id: String,
    /// The user.
    pub user_id: String,
    /// Medium of the user's first session that has one.
    pub media_type: Option<String>,
    /// Direction of the user's first session that has one.
    pub direction: Option<String>,
    /// Queue of the user's first segment that has one.
    pub queue_id: Option<String>,
    /// Wrap-up code of the user's last segment that has one.
    pub wrap_up_code: Option<String>,
    /// Start of the user's first segment.
    pub joined_at: Option<i64>,
    /// End of the user's last segment; unknown while a segment has none.
    pub left_at: Option<i64>,
    /// Sum of `tTalk`; unknown where the record has none.
    pub talk_ms: Option<i64>,
    /// Sum of `tHeld`, as above.
    pub hold_ms: Option<i64>,
    /// Sum of `tAcw`, as above.
    pub acw_ms: Option<i64>,
    /// Sum of `tHandle`, as above.
    pub handle_ms: Option<i64>,
    /// Sum of `nConnected`, as above.
    pub connected: Option<i64>,
    /// What the user took part as, in the order of the record, each once; so are the lists below.
    pub purposes: Vec<String>,
    /// Media of all of the user's sessions.
    pub media_types: Vec<String>,
    /// Directions of all of them.
    pub directions: Vec<String>,
    /// Queues of all of the user's segments.
    pub queue_ids: Vec<String>,
    /// Codes of all of the user's wrap-ups.
    pub wrap_up_codes: Vec<String>,
    /// Whether the user was still there when the record was read; unknown where an end that decides it cannot be read.
    pub is_open: Option<bool>,
    /// Whether the user handled it: talked, or was at work on it as an agent or user. Somebody who was called and did
    /// not come, or who listened to another's, took part and did not handle it. Unknown where the record says nothing of
    /// what the user did.
    pub handled: Option<bool>,
}

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

    /// Several strings as one: a list, as JSON.
    fn list(&mut self, places: &[u32], text: &mut Vec<u8>) -> u32 {
        text.clear();
        for &place in places {
            text.push(if text.is_empty() { b'[' } else { b',' });
            text.push(b'"');
            canonical::escape(self.value(place), text);
            text.push(b'"');
        }
        text.push(b']');
        self.place(text)
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
    talk: Option<i64>,
    hold: Option<i64>,
    acw: Option<i64>,
    handle: Option<i64>,
    connected: Option<i64>,
    /// Of several values each: a list as JSON.
    purposes: Option<u32>,
    media_types: Option<u32>,
    directions: Option<u32>,
    queues: Option<u32>,
    wrap_ups: Option<u32>,
    is_open: Option<bool>,
    handled: Option<bool>,
}

/// Rows of one file to come.
#[derive(Debug, Default)]
pub(crate) struct Participations {
    pool: Pool,
    conversations: Strings,
    rows: Vec<Row>,
    scratch: Vec<Part>,
    text: Vec<u8>,
}

impl Participations {
    pub(crate) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds what a record says of the users in it.
    pub(crate) fn add(&mut self, record: &Record<'_>, root: Span, heading: Heading<'_>) {
        let conversation = u32::try_from(self.conversations.ends.len()).unwrap_or(u32::MAX);
        let end = End::of_conversation(record, root);
        let Self { pool, rows, scratch, text, .. } = self;
        let parts = part::parts(record, root, pool, scratch);
        for part in parts {
            let mut list = |places: &[u32]| (!places.is_empty()).then(|| pool.list(places, text));
            rows.push(Row {
                user: part.user,
                conversation,
                start: heading.start,
                media: part.media.first().copied(),
                direction: part.directions.first().copied(),
                queue: part.queues.first().copied(),
                wrap_up: part.wrap_up,
                joined: part.joined,
                left: part.left(),
                talk: part.talk.known(),
                hold: part.hold.known(),
                acw: part.acw.known(),
                handle: part.handle.known(),
                connected: part.connected.known(),
                purposes: list(&part.purposes),
                media_types: list(&part.media),
                directions: list(&part.directions),
                queues: list(&part.queues),
                wrap_ups: list(&part.wrap_ups),
                is_open: part.is_open(end),
                handled: part.handled(),
            });
        }
        if !parts.is_empty() {
            self.conversations.push(heading.id);
        }
    }

    /// The rows as they were added.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Participation> {
        let owned = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let text = move |place: Option<u32>| place.map(|place| owned(self.pool.value(place)));
        let list = move |place: Option<u32>| stored::list(text(place));
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
            purposes: list(row.purposes),
            media_types: list(row.media_types),
            directions: list(row.directions),
            queue_ids: list(row.queues),
            wrap_up_codes: list(row.wrap_ups),
            is_open: row.is_open,
            handled: row.handled,
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
            "talk_ms" => row.talk.map(Cell::Integer),
            "hold_ms" => row.hold.map(Cell::Integer),
            "acw_ms" => row.acw.map(Cell::Integer),
            "handle_ms" => row.handle.map(Cell::Integer),
            "connected" => row.connected.map(Cell::Integer),
            "purposes" => string(row.purposes),
            "media_types" => string(row.media_types),
            "directions" => string(row.directions),
            "queue_ids" => string(row.queues),
            "wrap_up_codes" => string(row.wrap_ups),
            "open" => row.is_open.map(Cell::Flag),
            "handled" => row.handled.map(Cell::Flag),
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
