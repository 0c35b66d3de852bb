//! Live work: what the person is in at this moment, by two opinions. The vendor's agent status lists open sessions; the
//! details query finds what it leaves out, such as parked e-mails and owned callbacks.

use emeritus_core::id::{ConversationId, UserId};
use emeritus_core::inventory::{LiveInteraction, Part, Why};
use emeritus_core::policy::Policy;
use futures_util::{StreamExt as _, stream};
use genesys::{AgentStatus, ConversationQuery, Disposition, Interval, OpenConversation, Reader, Stay};
use jiff::{SignedDuration, Timestamp};

use super::parts::{all, sorted};
use crate::failure::why;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The longest interval of a details query with a filter. A conversation is found by the day on which it began.
const WINDOW_DAYS: i64 = 31;

/// How many such intervals are asked for where it is looked far back: eighteen months, as far as the vendor's own view of
/// an interaction opens. What is open for longer is known by the agent status or not at all, and the evidence says so.
const WINDOWS: i64 = 18;

/// How many of them are read side by side. The budget paces them.
const SIDE_BY_SIDE: usize = 4;

/// Most pages of one interval: two thousand conversations that nobody has ended in one month are no list to read on.
const MAX_PAGES: u32 = 20;

/// How far back the second opinion looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The last 31 days: one question.
    Recent,
    /// Eighteen months: as many questions.
    Far,
}

/// Returns the sessions that the agent status lists.
pub(crate) async fn live(reader: &Reader, user: &UserId) -> Part<Vec<LiveInteraction>> {
    match reader.agent_status(user.as_str()).await {
        Ok(status) => listed(status),
        // Nobody without a status, and nobody deleted, has work that they could be in the middle of.
        Err(error) if error.disposition() == Disposition::Absent => Part::Known(Vec::new()),
        Err(error) => Part::Unknown(why(&error)),
    }
}

/// Returns the sessions of a status. Half a list is no list; what is left of a session is still one.
fn listed(status: AgentStatus) -> Part<Vec<LiveInteraction>> {
    let is_list = |place: &String| matches!(place.as_str(), "sessions" | "sessions[]" | "sessionCount");
    if status.unread.iter().any(is_list) {
        return super::not_told("the sessions");
    }
    let sessions = match status.sessions {
        Some(sessions) => sessions,
        // A list that is left out is an empty one only where the vendor counts none.
        None if status.session_count == Some(0) => Vec::new(),
        None => return super::not_told("the sessions"),
    };
    let (stated, read) = (status.session_count.unwrap_or(0), sessions.len() as u64);
    if stated > read {
        return Part::Unknown(Why::Incomplete { stated, read });
    }
    sorted(all(Ok(sessions.into_iter().map(|session| {
        Some(LiveInteraction {
            conversation: ConversationId::parse(session.conversation_id?).ok()?,
            media: session.media_type.unwrap_or_default().to_lowercase(),
            segment: session.segment_type.unwrap_or_default().to_lowercase(),
        })
    }))))
}

/// Returns the first moment of what [`open_conversations`] looks at.
pub(crate) fn open_since(now: Timestamp, reach: Reach) -> Timestamp {
    let windows = match reach {
        Reach::Recent => 1,
        Reach::Far => WINDOWS,
    };
    let midnight = now.as_millisecond().div_euclid(DAY_MS) * DAY_MS;
    let first = midnight - (windows * WINDOW_DAYS - 1) * DAY_MS;
    Timestamp::from_millisecond(first).unwrap_or(now)
}

/// Returns the open conversations in which a segment of the person's own has no end.
pub(crate) async fn open_conversations(
    reader: &Reader,
    user: &UserId,
    now: Timestamp,
    reach: Reach,
) -> Part<Vec<LiveInteraction>> {
    let first = open_since(now, reach);
    let mut windows = Vec::new();
    let mut from = first;
    while from < now {
        let to = (from + SignedDuration::from_hours(24 * WINDOW_DAYS)).min(now);
        windows.push((from, to));
        from = to;
    }
    // The latest first: there most of what goes on began.
    windows.reverse();
    let mut found = Vec::new();
    let mut read =
        stream::iter(windows).map(|window| Box::pin(open_in(reader, user, window))).buffered(SIDE_BY_SIDE);
    while let Some(window) = read.next().await {
        match window {
            Part::Known(open) => found.extend(open),
            Part::Unknown(why) => return Part::Unknown(why),
        }
    }
    sorted(Part::Known(found))
}

async fn open_in(
    reader: &Reader,
    user: &UserId,
    (from, to): (Timestamp, Timestamp),
) -> Part<Vec<LiveInteraction>> {
    let Ok(interval) = Interval::new(from, to) else {
        return Part::Unknown(Why::Unreadable { code: "the clock".to_owned() });
    };
    let (mut found, mut read, mut stated) = (Vec::new(), 0, None);
    for number in 1..=MAX_PAGES {
        let query = ConversationQuery::new(interval).user(user.as_str()).live_only().page(number);
        let page = match reader.details_records(&query).await {
            Ok(page) => page,
            Err(error) => return Part::Unknown(why(&error)),
        };
        read += page.len() as u64;
        stated = page.total_hits().or(stated);
        for record in page.records() {
            match part_of(record, user) {
                Ok(part) => found.extend(part),
                Err(NoId) => {
                    return Part::Unknown(Why::Unreadable { code: "an entry without an id".to_owned() });
                }
            }
        }
        if page.is_empty() || stated.is_some_and(|stated| read >= stated) {
            break;
        }
    }
    if let Some(stated) = stated.filter(|stated| *stated > read) {
        return Part::Unknown(Why::Incomplete { stated, read });
    }
    Part::Known(found)
}

/// A conversation in which the person is, and nobody can say which.
struct NoId;

/// Returns the person's part in a conversation, if one of theirs is open.
fn part_of(record: &[u8], user: &UserId) -> Result<Option<LiveInteraction>, NoId> {
    let conversation = OpenConversation::parse(record).map_err(|_| NoId)?;
    let (media, segment) = match conversation.stay_of(user.as_str()) {
        // A session without segments, or with an end that nobody can read, says neither that it goes on nor that it ended: there the agent status alone speaks,
        // and one that could not be read blocks by itself.
        Stay::Left | Stay::NotStated { .. } => return Ok(None),
        Stay::Open { media, segment } => (media, segment),
    };
    let id = conversation.id().ok_or(NoId)?;
    Ok(Some(LiveInteraction {
        conversation: ConversationId::parse(id).map_err(|_| NoId)?,
        media: media.unwrap_or_default().to_lowercase(),
        segment: segment.unwrap_or_default().to_lowercase(),
    }))
}

/// Returns whether anything that nobody lifted keeps the person, by what was read. What could not be read keeps them, unless
/// that was lifted.
pub(crate) fn keeps(part: &Part<Vec<LiveInteraction>>, label: &str, policy: &Policy) -> bool {
    match part {
        Part::Known(live) => live.iter().any(|live| !policy.lifts_live(&live.conversation)),
        // Where nobody can read either, the plan names the first alone.
        Part::Unknown(_) => !policy.lifts_unknown(label) && !policy.lifts_unknown("live interactions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_sessions_that_cannot_be_read_is_not_told_and_none_is_none() {
        let status = |unread: &[&str], count| AgentStatus {
            user_id: None,
            session_count: count,
            sessions: None,
            system_presence: None,
            presence_date: None,
            routing_status: None,
            routing_status_date: None,
            is_out_of_office: None,
            unread: unread.iter().map(|place| (*place).to_owned()).collect(),
        };
        let odd_dates = ["presenceDate", "sessions[].sessionStart"];
        assert_eq!(listed(status(&odd_dates, Some(0))), Part::Known(Vec::new()));
        for (unread, count) in
            [(&[][..], None), (&["sessions"], Some(0)), (&["sessions[]"], Some(0)), (&["sessionCount"], None)]
        {
            assert!(matches!(listed(status(unread, count)), Part::Unknown(_)), "{unread:?}");
        }
        let listed = |unread: &str, count| {
            listed(AgentStatus { sessions: Some(Vec::new()), ..status(&[unread], count) })
        };
        assert_eq!(listed("routingStatusDate", None), Part::Known(Vec::new()));
        assert!(matches!(listed("sessions[]", None), Part::Unknown(_)));
        assert!(matches!(listed("sessionCount", None), Part::Unknown(_)));
    }

    #[test]
    fn what_keeps_a_person_is_a_segment_of_their_own_without_an_end() {
        let ada = UserId::parse("11111111-0000-4000-8000-000000000001".to_owned()).unwrap();
        let keeps = |sessions: &str| {
            let record = format!(
                r#"{{"conversationId":"32d23263-0000-4000-8000-000000000100","participants":[{{"userId":"{ada}","sessions":{sessions}}}]}}"#
            );
            part_of(record.as_bytes(), &ada).is_ok_and(|part| part.is_some())
        };
        assert!(keeps(r#"[{"segments":[{"segmentType":"interact"}]}]"#));
        assert!(!keeps(r#"[{"segments":[{"segmentEnd":"2026-01-02T03:04:05Z"}]}]"#));
        for says_nothing in ["[]", "null", r#"[{"segments":[]}]"#, r#"[{"mediaType":"email"}]"#] {
            assert!(!keeps(says_nothing), "{says_nothing}");
        }
    }
}
