//! The prototype's four tables.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::Failed;
use crate::record::{Conversation, Metric, Page, Participant, Segment, Session, Text};

/// Conversations in a row group.
const GROUP: u64 = 10_000;

const CONVERSATIONS: &str = "message conversations {
    optional binary id (STRING); optional int64 start; optional int64 end;
    optional binary initiator (STRING); optional binary direction (STRING);
    optional boolean participation; optional boolean self_served; optional double mos; optional double r_factor; }";
const SESSIONS: &str = "message sessions {
    optional binary conversation (STRING); optional binary participant (STRING); optional binary name (STRING);
    optional binary purpose (STRING); optional binary user (STRING); optional binary team (STRING);
    optional binary contact (STRING); optional binary id (STRING); optional binary peer (STRING);
    optional binary call (STRING); optional binary edge (STRING); optional binary media (STRING);
    optional binary direction (STRING); optional binary ani (STRING); optional binary dnis (STRING);
    optional binary provider (STRING); optional binary remote (STRING); optional binary routing (STRING);
    optional boolean recording; optional binary flow (STRING); optional binary flow_name (STRING);
    optional binary exit (STRING); optional binary target (STRING); optional int64 latency;
    optional int64 received; optional int64 discarded; optional double mos; optional double r_factor; }";
const SEGMENTS: &str = "message segments {
    optional binary session (STRING); optional int64 start; optional int64 end; optional binary type (STRING);
    optional binary disconnect (STRING); optional binary queue (STRING); optional binary code (STRING);
    optional binary note (STRING); optional boolean conference; }";
const METRICS: &str = "message metrics {
    optional binary session (STRING); optional binary name (STRING); optional int64 at; optional double value; }";

enum Cell {
    Text(Option<ByteArray>),
    Whole(Option<i64>),
    Real(Option<f64>),
    Flag(Option<bool>),
}

enum Values {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Flag(Vec<bool>),
}

struct Table {
    file: SerializedFileWriter<File>,
    columns: Vec<(Values, Vec<i16>)>,
}

/// The four tables.
pub(crate) struct Tables {
    conversations: Table,
    sessions: Table,
    segments: Table,
    metrics: Table,
    records: u64,
}

impl Table {
    fn create(folder: &Path, name: &str, schema: &str) -> Result<Self, Failed> {
        let schema = parse_message_type(schema)?;
        let kind = |field: &parquet::schema::types::TypePtr| match field.get_physical_type() {
            parquet::basic::Type::BOOLEAN => Values::Flag(Vec::new()),
            parquet::basic::Type::INT64 => Values::Whole(Vec::new()),
            parquet::basic::Type::DOUBLE => Values::Real(Vec::new()),
            parquet::basic::Type::BYTE_ARRAY
            | parquet::basic::Type::INT32
            | parquet::basic::Type::INT96
            | parquet::basic::Type::FLOAT
            | parquet::basic::Type::FIXED_LEN_BYTE_ARRAY => Values::Text(Vec::new()),
        };
        let columns = schema.get_fields().iter().map(|field| (kind(field), Vec::new())).collect();
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
        let file = File::create(folder.join(format!("{name}.parquet")))?;
        Ok(Self { file: SerializedFileWriter::new(file, schema.into(), properties.into())?, columns })
    }

    fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        for ((values, levels), cell) in self.columns.iter_mut().zip(cells) {
            let present = match (values, cell) {
                (Values::Text(values), Cell::Text(Some(value))) => keep(values, value),
                (Values::Whole(values), Cell::Whole(Some(value))) => keep(values, value),
                (Values::Real(values), Cell::Real(Some(value))) => keep(values, value),
                (Values::Flag(values), Cell::Flag(Some(value))) => keep(values, value),
                (
                    Values::Text(_) | Values::Whole(_) | Values::Real(_) | Values::Flag(_),
                    Cell::Text(_) | Cell::Whole(_) | Cell::Real(_) | Cell::Flag(_),
                ) => 0,
            };
            levels.push(present);
        }
    }

    fn flush(&mut self) -> Result<(), Failed> {
        let mut group = self.file.next_row_group()?;
        for (values, levels) in &mut self.columns {
            let mut column = group.next_column()?.ok_or("a column is missing")?;
            match values {
                Values::Text(values) => {
                    column.typed::<ByteArrayType>().write_batch(values, Some(levels), None)?;
                    values.clear();
                }
                Values::Whole(values) => {
                    column.typed::<Int64Type>().write_batch(values, Some(levels), None)?;
                    values.clear();
                }
                Values::Real(values) => {
                    column.typed::<DoubleType>().write_batch(values, Some(levels), None)?;
                    values.clear();
                }
                Values::Flag(values) => {
                    column.typed::<BoolType>().write_batch(values, Some(levels), None)?;
                    values.clear();
                }
            }
            levels.clear();
            column.close()?;
        }
        group.close()?;
        Ok(())
    }

    fn close(mut self) -> Result<u64, Failed> {
        self.flush()?;
        Ok(self.file.into_inner()?.metadata()?.len())
    }
}

/// Keeps a value; returns its definition level.
fn keep<T>(values: &mut Vec<T>, value: T) -> i16 {
    values.push(value);
    1
}

/// The page's own bytes where the text is part of it.
fn text(text: Option<&Text<'_>>, body: &Bytes) -> Cell {
    Cell::Text(text.map(|Text(text)| match text {
        Cow::Borrowed(text) => body.slice_ref(text.as_bytes()).into(),
        Cow::Owned(text) => text.as_bytes().to_vec().into(),
    }))
}

/// Milliseconds since 1970 of the vendor's `2025-01-31T12:34:56.789Z`.
fn time(text: Option<&Text<'_>>) -> Cell {
    let parse = |text: &str| {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let shifted = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = shifted.0 * 365 + shifted.0 / 4 - shifted.0 / 100
            + shifted.0 / 400
            + (shifted.1 * 153 + 2) / 5
            + day
            - 719_469;
        let seconds = (days * 24 + number(11..13)?) * 3600 + number(14..16)? * 60 + number(17..19)?;
        Some(seconds * 1000 + number(20..23)?)
    };
    Cell::Whole(text.and_then(|Text(text)| parse(text)))
}

impl Tables {
    pub(crate) fn create(folder: &Path) -> Result<Self, Failed> {
        Ok(Self {
            conversations: Table::create(folder, "conversations", CONVERSATIONS)?,
            sessions: Table::create(folder, "sessions", SESSIONS)?,
            segments: Table::create(folder, "segments", SEGMENTS)?,
            metrics: Table::create(folder, "metrics", METRICS)?,
            records: 0,
        })
    }

    /// Closes the tables; returns how many conversations there are, and all files' bytes.
    pub(crate) fn close(self) -> Result<(u64, u64), Failed> {
        let mut bytes = 0;
        for table in [self.conversations, self.sessions, self.segments, self.metrics] {
            bytes += table.close()?;
        }
        Ok((self.records, bytes))
    }

    pub(crate) fn add(&mut self, page: &Page<'_>, body: &Bytes) -> Result<(), Failed> {
        for conversation in &page.conversations {
            self.conversation(conversation, body);
            self.records += 1;
            if self.records.is_multiple_of(GROUP) {
                for table in
                    [&mut self.conversations, &mut self.sessions, &mut self.segments, &mut self.metrics]
                {
                    table.flush()?;
                }
            }
        }
        Ok(())
    }

    fn conversation(&mut self, conversation: &Conversation<'_>, body: &Bytes) {
        let id = Some(&conversation.conversation_id);
        self.conversations.row([
            text(id, body),
            time(conversation.conversation_start.as_ref()),
            time(conversation.conversation_end.as_ref()),
            text(conversation.conversation_initiator.as_ref(), body),
            text(conversation.originating_direction.as_ref(), body),
            Cell::Flag(conversation.customer_participation),
            Cell::Flag(conversation.self_served),
            Cell::Real(conversation.media_stats_min_conversation_mos),
            Cell::Real(conversation.media_stats_min_conversation_r_factor),
        ]);
        for participant in &conversation.participants {
            for session in &participant.sessions {
                self.session(id, participant, session, body);
                for segment in &session.segments {
                    self.segment(session, segment, body);
                }
                for metric in &session.metrics {
                    self.metric(session, metric, body);
                }
            }
        }
    }

    fn session(
        &mut self,
        conversation: Option<&Text<'_>>,
        participant: &Participant<'_>,
        session: &Session<'_>,
        body: &Bytes,
    ) {
        let text = |value: Option<&Text<'_>>| text(value, body);
        let flow = session.flow.as_ref();
        let media = session.media_endpoint_stats.first();
        self.sessions.row([
            text(conversation),
            text(participant.participant_id.as_ref()),
            text(participant.participant_name.as_ref()),
            text(participant.purpose.as_ref()),
            text(participant.user_id.as_ref()),
            text(participant.team_id.as_ref()),
            text(participant.external_contact_id.as_ref()),
            text(session.session_id.as_ref()),
            text(session.peer_id.as_ref()),
            text(session.protocol_call_id.as_ref()),
            text(session.edge_id.as_ref()),
            text(session.media_type.as_ref()),
            text(session.direction.as_ref()),
            text(session.ani.as_ref()),
            text(session.dnis.as_ref()),
            text(session.provider.as_ref()),
            text(session.remote_name_displayable.as_ref()),
            text(session.used_routing.as_ref()),
            Cell::Flag(session.recording),
            text(flow.and_then(|flow| flow.flow_id.as_ref())),
            text(flow.and_then(|flow| flow.flow_name.as_ref())),
            text(flow.and_then(|flow| flow.exit_reason.as_ref())),
            text(flow.and_then(|flow| flow.transfer_target_name.as_ref())),
            Cell::Whole(media.and_then(|media| media.max_latency_ms)),
            Cell::Whole(media.and_then(|media| media.received_packets)),
            Cell::Whole(media.and_then(|media| media.discarded_packets)),
            Cell::Real(media.and_then(|media| media.min_mos)),
            Cell::Real(media.and_then(|media| media.min_r_factor)),
        ]);
    }

    fn segment(&mut self, session: &Session<'_>, segment: &Segment<'_>, body: &Bytes) {
        self.segments.row([
            text(session.session_id.as_ref(), body),
            time(segment.segment_start.as_ref()),
            time(segment.segment_end.as_ref()),
            text(segment.segment_type.as_ref(), body),
            text(segment.disconnect_type.as_ref(), body),
            text(segment.queue_id.as_ref(), body),
            text(segment.wrap_up_code.as_ref(), body),
            text(segment.wrap_up_note.as_ref(), body),
            Cell::Flag(segment.conference),
        ]);
    }

    fn metric(&mut self, session: &Session<'_>, metric: &Metric<'_>, body: &Bytes) {
        self.metrics.row([
            text(session.session_id.as_ref(), body),
            text(metric.name.as_ref(), body),
            time(metric.emit_date.as_ref()),
            Cell::Real(metric.value),
        ]);
    }
}
