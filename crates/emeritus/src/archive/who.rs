//! Who handled a conversation: the record as it was archived, and the roster for the names.
//!
//! What a record says of somebody is read by the archive, by the rule by which its table of participations is made.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_archive::{
    Account, Archive, Archived, ColumnKind, Datum, Participation, Roster, Sheet, SheetColumns,
};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

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
    /// End of the last segment; `None` while a segment has none, or one that cannot be read.
    pub left_at: Option<Timestamp>,
    /// Whether the user was still there when the record was read; `None` where an end that decides it cannot be read.
    pub open: Option<bool>,
    /// Whether the user was at work on the conversation; `None` where the record says nothing of what they did.
    pub handled: Option<bool>,
    /// Time spoken; `None` where the record does not say it, as below.
    pub talk_ms: Option<i64>,
    /// Time on hold.
    pub hold_ms: Option<i64>,
    /// Time of after-call work.
    pub acw_ms: Option<i64>,
    /// Time of handling, all together.
    pub handle_ms: Option<i64>,
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
    /// When it began; `None` when the record does not say it so that it can be read.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None` when it was still open, or the end cannot be read.
    pub ended_at: Option<Timestamp>,
    /// Whether it was still open when it was read; `None` where something stands for its end that nobody can read.
    pub open: Option<bool>,
    /// The users of the organization who handled it, in the order of their coming.
    pub handlers: Vec<Handler>,
    /// Users who took part and did not handle it, as far as the record says: who was called and did not come, who
    /// listened to another's.
    pub took_part: Vec<Handler>,
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
    let id = conversation.hyphenated().to_string();
    let mut found = archive.find(&id).await.map_err(AskError::Read)?;
    if found.is_empty() {
        // A record is kept as it came, and some spell their id in capitals.
        found = archive.find(&id.to_uppercase()).await.map_err(AskError::Read)?;
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let roster = archive.roster().await.map_err(AskError::Roster)?;
    Ok(found.into_iter().map(|archived| version(conversation, archived, &roster)).collect())
}

fn version(conversation: Uuid, archived: Archived, roster: &Roster) -> Version {
    let account = archived.account();
    let all = account.parts.iter().map(|part| Handler::of(part, &account, roster));
    let (handlers, took_part) = all.partition(|handler: &Handler| handler.handled == Some(true));
    Version {
        conversation_id: conversation,
        started_at: account.started_at.and_then(moment),
        ended_at: account.ended_at.and_then(moment),
        open: account.has_ended.map(|has_ended| !has_ended),
        handlers,
        took_part,
        record_sha256: hexadecimal(&archived.sha256),
        archived: place(archived),
    }
}

fn moment(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
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

impl Handler {
    fn of(part: &Participation, account: &Account, roster: &Roster) -> Self {
        let set = |values: &[String]| values.iter().cloned().collect();
        let named = |names: &BTreeMap<String, String>, id: &String| names.get(id).cloned();
        let queue = |id: &String| Queue { id: id.clone(), name: named(&account.queue_names, id) };
        Self {
            user_id: part.user_id.clone(),
            name_in_record: named(&account.names, &part.user_id),
            roster: roster.at(&part.user_id, part.conversation_start).map(Known::from),
            purpose: set(&part.purposes),
            media: set(&part.media_types),
            direction: set(&part.directions),
            queues: part.queue_ids.iter().map(queue).collect(),
            wrap_up_codes: set(&part.wrap_up_codes),
            joined_at: part.joined_at.and_then(moment),
            left_at: part.left_at.and_then(moment),
            open: part.is_open,
            handled: part.handled,
            talk_ms: part.talk_ms,
            hold_ms: part.hold_ms,
            acw_ms: part.acw_ms,
            handle_ms: part.handle_ms,
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
    ("open", ColumnKind::Flag),
    ("handled", ColumnKind::Flag),
];

/// Returns the answer as a table: a row for each version and each user of it. Several values of a cell are separated
/// by a space.
#[must_use]
pub fn sheet(versions: &[Version]) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS);
    for version in versions {
        for handler in version.handlers.iter().chain(&version.took_part) {
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
        version.started_at.map(time),
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
    cells.extend(sums.map(|sum| sum.map(Datum::Whole)));
    cells.extend([
        Some(Datum::Text(&place.organization)),
        Some(Datum::Text(&place.batch)),
        Some(Datum::Text(&place.file)),
        Some(time(place.archived_at)),
        Some(Datum::Text(&version.record_sha256)),
        handler.open.map(Datum::Flag),
        handler.handled.map(Datum::Flag),
    ]);
    sheet.push(&cells);
}
