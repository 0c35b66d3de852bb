//! Reading a person's history into a census: details queries cut at UTC midnight within the vendor's limits,
//! de-duplicated, complete by count, in bounded memory.

mod file;
mod slice;

use std::collections::BTreeSet;
use std::path::Path;

use emeritus_core::census::{
    Census, CensusBuilder, Control, Leaf, MAX_DAYS, Participation, Slice, Window, slices,
};
use emeritus_core::event::Completeness;
use emeritus_core::id::UserId;
use emeritus_core::inventory::Why;
use futures_util::{StreamExt as _, stream};
use genesys::{Conversation, ConversationQuery, Interval, Reader};
use jiff::SignedDuration;
use uuid::Uuid;

pub(crate) use file::{FileError, read_file};

/// How many slices are read side by side. The budget paces them; more would only queue for it.
const SIDE_BY_SIDE: usize = 4;

/// The longest interval of an unfiltered details query, in days.
const CONTROL_DAYS: i64 = 7;

/// How many such intervals the control query tries, the latest first.
const CONTROL_INTERVALS: i32 = 5;

/// History could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The vendor could not be asked.
    #[error("could not read the conversations from {} to {}", .slice.from, .slice.to)]
    Vendor {
        /// Where.
        slice: Slice,
        /// Why.
        #[source]
        source: genesys::Error,
    },
    /// The pages never added up.
    #[error("the conversations from {} to {} never added up: {read} read, {stated} stated", .slice.from, .slice.to)]
    Incomplete {
        /// Where.
        slice: Slice,
        /// The stated total.
        stated: u64,
        /// How many different ones were read.
        read: u64,
    },
    /// More than the vendor pages through, within one day.
    #[error("one day, {}, holds {hits} conversations; the vendor pages through 100,000 at most", .slice.from)]
    TooMany {
        /// Which day.
        slice: Slice,
        /// The stated total.
        hits: u64,
    },
    /// The vendor's record lacks what every conversation has.
    #[error("a conversation from {} to {} lacks a usable {field}", .slice.from, .slice.to)]
    Malformed {
        /// Where.
        slice: Slice,
        /// What.
        field: &'static str,
    },
    /// The census file.
    #[error("the census file could not be used")]
    File(#[source] FileError),
}

impl HistoryError {
    /// Returns a stable code for the journal.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Vendor { source, .. } => match crate::failure::why(source) {
                Why::Unreadable { code } => code,
                other @ (Why::Forbidden { .. }
                | Why::Incomplete { .. }
                | Why::StillBuilding { .. }
                | Why::NotApplicable { .. }) => other.to_string(),
            },
            Self::Incomplete { .. } => "incomplete".to_owned(),
            Self::TooMany { .. } => "too-many-in-one-day".to_owned(),
            Self::Malformed { .. } => "malformed".to_owned(),
            Self::File(_) => "census-file".to_owned(),
        }
    }

    /// Returns the failed call, if there was one.
    pub(crate) fn vendor(&self) -> Option<&genesys::Error> {
        if let Self::Vendor { source, .. } = self { Some(source) } else { None }
    }
}

/// A census with how it was made sure to be whole.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The census.
    pub(crate) census: Census,
    /// How.
    pub(crate) completeness: Completeness,
}

/// Reads a person's conversations in a window, writes each leaf to a file, and returns the census. `progress`
/// is told how many slices are done, of how many, and how many conversations were read.
pub(crate) async fn census(
    reader: &Reader,
    user: &UserId,
    window: Window,
    path: &Path,
    progress: impl Fn(u64, u64, u64),
) -> Result<Reading, HistoryError> {
    let plan = slices(&window, MAX_DAYS);
    let of = plan.len() as u64;
    let mut builder = CensusBuilder::new(window);
    let mut file = file::Writer::create(path).map_err(HistoryError::File)?;
    let mut completeness = Completeness::ByCount;
    let mut read = stream::iter(plan).map(|slice| slice::read(reader, user, slice)).buffered(SIDE_BY_SIDE);
    let (mut done, mut conversations) = (0, 0);
    while let Some(slice) = read.next().await {
        let slice = slice?;
        if slice.completeness == Completeness::ByTwoReadings {
            completeness = Completeness::ByTwoReadings;
        }
        for leaf in &slice.leaves {
            if builder.add(leaf).map_err(|source| HistoryError::File(FileError::Json(source)))? {
                file.write(leaf).map_err(HistoryError::File)?;
                conversations += 1;
            }
        }
        done += 1;
        progress(done, of, conversations);
    }
    file.publish().map_err(HistoryError::File)?;
    Ok(Reading { census: builder.finish(), completeness })
}

/// What a window holds of a person, without the conversations themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// How many conversations.
    pub conversations: u64,
    /// How many of them began at or after a moment of interest.
    pub recent: u64,
    /// When the first began.
    pub first: Option<jiff::Timestamp>,
    /// When the last began.
    pub last: Option<jiff::Timestamp>,
}

/// Reads a person's conversations in a window, counts them, and keeps none.
pub(crate) async fn span(
    reader: &Reader,
    user: &UserId,
    window: Window,
    recent_from: jiff::Timestamp,
    progress: impl Fn(u64, u64, u64),
) -> Result<Span, HistoryError> {
    let plan = slices(&window, MAX_DAYS);
    let of = plan.len() as u64;
    let mut read = stream::iter(plan).map(|slice| slice::read(reader, user, slice)).buffered(SIDE_BY_SIDE);
    // A conversation is found by the day on which it began, so neighbouring slices may both have it.
    let mut met = BTreeSet::new();
    let mut found = Span { conversations: 0, recent: 0, first: None, last: None };
    let mut done = 0;
    while let Some(slice) = read.next().await {
        for leaf in slice?.leaves {
            if met.insert(leaf.conversation) {
                found.conversations += 1;
                found.recent += u64::from(leaf.start >= recent_from);
                found.first = Some(found.first.map_or(leaf.start, |first| first.min(leaf.start)));
                found.last = found.last.max(Some(leaf.start));
            }
        }
        done += 1;
        progress(done, of, found.conversations);
    }
    Ok(found)
}

/// Asks, with the same token and within the window, whether any conversation of anybody can be seen: without
/// that, an empty census says nothing.
pub(crate) async fn control(reader: &Reader, window: &Window) -> Control {
    let week = SignedDuration::from_hours(24 * (CONTROL_DAYS - 1));
    for back in 0..CONTROL_INTERVALS {
        let to = window.to - week * back;
        let from = (to - week).max(window.from);
        let Ok(interval) = Interval::new(from, to) else { break };
        if let Ok(page) = reader.details_page(&ConversationQuery::new(interval).page_size(1)).await {
            let seen = page.total_hits.unwrap_or(0).max(page.conversations.len() as u64);
            if !page.conversations.is_empty() {
                return Control::Sees { conversations: seen };
            }
        }
    }
    Control::SeesNothing
}

/// Returns a conversation as the census sees it: this agent's part in it.
fn leaf(user: &UserId, slice: Slice, conversation: Conversation) -> Result<Leaf, HistoryError> {
    let malformed = |field| HistoryError::Malformed { slice, field };
    let mut leaf = Leaf {
        conversation: Uuid::try_parse(&conversation.conversation_id)
            .map_err(|_| malformed("conversation id"))?,
        start: conversation.conversation_start.ok_or_else(|| malformed("conversation start"))?,
        open: conversation.conversation_end.is_none(),
        media: std::collections::BTreeSet::new(),
        participation: Vec::new(),
    };
    for participant in conversation.participants {
        if participant.user_id.as_deref() != Some(user.as_str()) {
            continue;
        }
        leaf.media.extend(participant.sessions.into_iter().filter_map(|session| session.media_type));
        leaf.participation.push(Participation {
            participant: participant.participant_id.unwrap_or_default(),
            purpose: participant.purpose.unwrap_or_default(),
            name: participant.participant_name,
        });
    }
    leaf.participation.sort();
    leaf.participation.dedup();
    Ok(leaf)
}
