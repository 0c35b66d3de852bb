//! Who handled a conversation: the record as it was archived, and the roster for the names.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_archive::{Archive, Archived, ColumnKind, Datum, Roster, Sheet, SheetColumns};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::record::{Participant, Record};
use super::{AskError, Known};

/// A queue, with the name that the record gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Queue {
    /// Id.
    pub id: String,
    /// Name, if the record has one.
    pub name: Option<String>,
}

/// One user's part in a conversation. Somebody who came back is one part, from the first coming to the last going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handler {
    /// The user.
    pub user_id: String,
    /// The name that the record gives.
    pub name_in_record: Option<String>,
    /// What the roster says of the user at the time when the conversation began; before the roster's first sight of
    /// somebody, what it saw first.
    pub roster: Option<Known>,
    /// `agent`, `user`, …
    pub purpose: BTreeSet<String>,
    /// Media of the user's sessions.
    pub media: BTreeSet<String>,
    /// Directions of the user's sessions.
    pub direction: BTreeSet<String>,
    /// Queues of the user's segments.
    pub queues: BTreeSet<Queue>,
    /// Codes of the user's wrap-ups.
    pub wrap_up_codes: BTreeSet<String>,
    /// Start of the first segment.
    pub joined_at: Option<Timestamp>,
    /// End of the last segment.
    pub left_at: Option<Timestamp>,
    /// Time spoken.
    pub talk_ms: i64,
    /// Time on hold.
    pub hold_ms: i64,
    /// Time of after-call work.
    pub acw_ms: i64,
    /// Time of handling, all together.
    pub handle_ms: i64,
}

/// Where in the archive a record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchivedIn {
    /// When it was archived.
    pub archived_at: Timestamp,
    /// The batch.
    pub batch: String,
    /// The file, below the archive's place.
    pub file: String,
    /// The organization.
    pub organization: String,
}

/// A conversation as it was archived. One that changed in between, or was archived with other groups of columns, is
/// there in several versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The conversation.
    pub conversation_id: Uuid,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` when it was still open.
    pub ended_at: Option<Timestamp>,
    /// Everybody who took part as a user of the organization, in the order of their coming.
    pub handlers: Vec<Handler>,
    /// SHA-256 of the record's canonical form, in hexadecimal.
    pub record_sha256: String,
    /// Where it is; archived again without a change, it is found where it was archived first.
    pub archived: ArchivedIn,
}

/// Says who handled a conversation: each distinct version of its record, the oldest first. Empty when the archive
/// does not hold it.
///
/// # Errors
/// The archive cannot be read, or what it holds is damaged.
pub async fn who(archive: &Archive, conversation: Uuid) -> Result<Vec<Version>, AskError> {
    let found = archive.find(&conversation.hyphenated().to_string()).await.map_err(AskError::Read)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let roster = archive.roster().await.map_err(AskError::Roster)?;
    let mut versions = Vec::with_capacity(found.len());
    for archived in found {
        let record: Record = serde_json::from_slice(&archived.record)
            .map_err(|source| AskError::Record { conversation, source })?;
        versions.push(Version {
            conversation_id: conversation,
            started_at: record.conversation_start,
            ended_at: record.conversation_end,
            handlers: handlers(&record, &roster),
            record_sha256: hexadecimal(&archived.sha256),
            archived: place(archived),
        });
    }
    Ok(versions)
}

fn place(archived: Archived) -> ArchivedIn {
    ArchivedIn {
        archived_at: Timestamp::from_millisecond(archived.archived_at).unwrap_or_default(),
        batch: archived.batch,
        file: format!("conversations/{}", archived.file),
        organization: archived.organization,
    }
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn handlers(record: &Record, roster: &Roster) -> Vec<Handler> {
    let queues = record.queue_names();
    let mut handlers: Vec<Handler> = Vec::new();
    for participant in record.participants() {
        let Some(user) = participant.user_id.as_deref() else { continue };
        let known = handlers.iter().position(|handler| handler.user_id == user);
        let place = known.unwrap_or(handlers.len());
        if known.is_none() {
            let then = roster.at(user, record.conversation_start.as_millisecond());
            handlers.push(Handler::new(user, then.map(Known::from)));
        }
        if let Some(handler) = handlers.get_mut(place) {
            handler.take(participant, &queues);
        }
    }
    handlers.sort_by_key(|handler| handler.joined_at);
    handlers
}

impl Handler {
    fn new(user: &str, roster: Option<Known>) -> Self {
        Self {
            user_id: user.to_owned(),
            name_in_record: None,
            roster,
            purpose: BTreeSet::new(),
            media: BTreeSet::new(),
            direction: BTreeSet::new(),
            queues: BTreeSet::new(),
            wrap_up_codes: BTreeSet::new(),
            joined_at: None,
            left_at: None,
            talk_ms: 0,
            hold_ms: 0,
            acw_ms: 0,
            handle_ms: 0,
        }
    }

    fn take(&mut self, participant: &Participant, queues: &BTreeMap<&str, &str>) {
        self.purpose.extend(participant.purpose.clone());
        if self.name_in_record.is_none() {
            self.name_in_record.clone_from(&participant.participant_name);
        }
        for session in participant.sessions() {
            self.media.extend(session.media_type.clone());
            self.direction.extend(session.direction.clone());
            for segment in session.segments() {
                self.queues.extend(segment.queue_id.as_ref().map(|id| Queue {
                    id: id.clone(),
                    name: queues.get(id.as_str()).map(|name| (*name).to_owned()),
                }));
                self.wrap_up_codes.extend(segment.wrap_up_code.clone());
                self.joined_at = self.joined_at.into_iter().chain(segment.segment_start).min();
                self.left_at = self.left_at.into_iter().chain(segment.segment_end).max();
            }
            let sums = [
                (&mut self.talk_ms, "tTalk"),
                (&mut self.hold_ms, "tHeld"),
                (&mut self.acw_ms, "tAcw"),
                (&mut self.handle_ms, "tHandle"),
            ];
            for (sum, metric) in sums {
                *sum = sum.saturating_add(session.sum(metric));
            }
        }
    }

    /// Returns the name that the roster has for the time of the conversation.
    #[must_use]
    pub fn name_in_roster(&self) -> Option<&str> {
        self.roster.as_ref()?.name.as_deref()
    }
}

const COLUMNS: SheetColumns = &[
    ("conversation_id", ColumnKind::Text),
    ("started_at", ColumnKind::Time),
    ("ended_at", ColumnKind::Time),
    ("user_id", ColumnKind::Text),
    ("name_in_roster", ColumnKind::Text),
    ("name_in_record", ColumnKind::Text),
    ("email_in_roster", ColumnKind::Text),
    ("roster_valid_from", ColumnKind::Time),
    ("purpose", ColumnKind::Text),
    ("media", ColumnKind::Text),
    ("direction", ColumnKind::Text),
    ("queue_ids", ColumnKind::Text),
    ("queue_names", ColumnKind::Text),
    ("wrap_up_codes", ColumnKind::Text),
    ("joined_at", ColumnKind::Time),
    ("left_at", ColumnKind::Time),
    ("talk_ms", ColumnKind::Integer),
    ("hold_ms", ColumnKind::Integer),
    ("acw_ms", ColumnKind::Integer),
    ("handle_ms", ColumnKind::Integer),
    ("organization", ColumnKind::Text),
    ("batch", ColumnKind::Text),
    ("file", ColumnKind::Text),
    ("archived_at", ColumnKind::Time),
    ("record_sha256", ColumnKind::Text),
];

/// Returns the answer as a table: a row for each version and each user of it. Several values of a cell are separated
/// by a space.
#[must_use]
pub fn sheet(versions: &[Version]) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    for version in versions {
        for handler in &version.handlers {
            row(&mut sheet, version, handler);
        }
    }
    sheet
}

fn row(sheet: &mut Sheet, version: &Version, handler: &Handler) {
    let several = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(" ");
    let conversation = version.conversation_id.to_string();
    let roster = handler.roster.as_ref();
    let email = roster.and_then(|known| known.email.as_deref());
    let ids: Vec<_> = handler.queues.iter().map(|queue| queue.id.as_str()).collect();
    let names: Vec<_> = handler.queues.iter().filter_map(|queue| queue.name.as_deref()).collect();
    let texts = [
        several(&handler.purpose),
        several(&handler.media),
        several(&handler.direction),
        ids.join(" "),
        names.join(" "),
        several(&handler.wrap_up_codes),
    ];
    let time = |at: Timestamp| Datum::Time(at.as_millisecond());
    let place = &version.archived;
    let mut cells = vec![
        Some(Datum::Text(&conversation)),
        Some(time(version.started_at)),
        version.ended_at.map(time),
        Some(Datum::Text(&handler.user_id)),
        handler.name_in_roster().map(Datum::Text),
        handler.name_in_record.as_deref().map(Datum::Text),
        email.map(Datum::Text),
        roster.map(|known| time(known.valid_from)),
    ];
    cells.extend(texts.iter().map(|text| (!text.is_empty()).then_some(Datum::Text(text))));
    cells.extend([handler.joined_at.map(time), handler.left_at.map(time)]);
    let sums = [handler.talk_ms, handler.hold_ms, handler.acw_ms, handler.handle_ms];
    cells.extend(sums.map(|sum| Some(Datum::Whole(sum))));
    cells.extend([
        Some(Datum::Text(&place.organization)),
        Some(Datum::Text(&place.batch)),
        Some(Datum::Text(&place.file)),
        Some(time(place.archived_at)),
        Some(Datum::Text(&version.record_sha256)),
    ]);
    sheet.push(&cells);
}
