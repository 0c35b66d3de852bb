//! Conversations that have not ended, as far as it takes to say whether somebody is still in one. A conversation is open
//! until its last leg ends, which may be long after a person left it; what counts is the person's own segments.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::Value;

/// A conversation without an end. Whatever of the record is missing, null or of another type than documented is taken for
/// not stated, and the rest is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenConversation {
    #[serde(default)]
    conversation_id: Value,
    #[serde(default, deserialize_with = "list")]
    participants: Vec<Participant>,
}

/// How a user stands in a conversation that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stay {
    /// A segment of their own has no end.
    Open {
        /// `voice`, `email`, … as the vendor spells it, if it is stated.
        media: Option<String>,
        /// `interact`, `hold`, `wrapup`, `parked`, … as the vendor spells it, if it is stated.
        segment: Option<String>,
    },
    /// A session of theirs has no segments, or one whose end nobody can read, so nothing says whether it has ended.
    NotStated {
        /// Its medium, if it is stated.
        media: Option<String>,
    },
    /// Every segment of theirs has ended.
    Left,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    #[serde(default)]
    user_id: Value,
    #[serde(default, deserialize_with = "list")]
    sessions: Vec<Session>,
    /// Where a record has no sessions.
    #[serde(default, deserialize_with = "list")]
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[serde(default)]
    media_type: Value,
    #[serde(default, deserialize_with = "list")]
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Segment {
    #[serde(default)]
    segment_type: Value,
    #[serde(default)]
    segment_end: Value,
}

impl OpenConversation {
    /// Reads one record of a [`RecordPage`](crate::RecordPage).
    ///
    /// # Errors
    /// The record is not well-formed. The parser's message may quote the record: not for logs.
    pub fn parse(record: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(record)
    }

    /// Returns the conversation's id, if it is stated.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.conversation_id.as_str()
    }

    /// Returns how a user stands in it. One user can be several participants, with several sessions each: one that is open
    /// is enough.
    #[must_use]
    pub fn stay_of(&self, user: &str) -> Stay {
        let is_own =
            |one: &&Participant| one.user_id.as_str().is_some_and(|id| id.eq_ignore_ascii_case(user));
        let mut not_stated = None;
        for participant in self.participants.iter().filter(is_own) {
            let own =
                std::iter::once((None, &participant.segments)).filter(|(_, segments)| !segments.is_empty());
            let sessions = participant.sessions.iter().map(|one| (text(&one.media_type), &one.segments));
            for (media, segments) in own.chain(sessions) {
                if let Some(open) = segments.iter().find(|segment| segment.has_ended() == Some(false)) {
                    return Stay::Open { media, segment: text(&open.segment_type) };
                }
                if segments.is_empty() || segments.iter().any(|segment| segment.has_ended().is_none()) {
                    not_stated = Some(Stay::NotStated { media });
                }
            }
        }
        not_stated.unwrap_or(Stay::Left)
    }
}

impl Segment {
    /// Whether it has an end, `None` where something stands there that nobody can read.
    fn has_ended(&self) -> Option<bool> {
        match &self.segment_end {
            Value::Null => Some(false),
            Value::String(end) if end.is_empty() => Some(false),
            Value::String(end) => end.parse::<Timestamp>().ok().map(|_| true),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// An entry of a list, whatever it is.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry<T> {
    Known(T),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum List<T> {
    Known(Vec<Entry<T>>),
    Other(IgnoredAny),
}

/// A list that may be null, and whose entries may be anything: what is none of ours is left out.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(match List::<T>::deserialize(deserializer)? {
        List::Known(entries) => entries
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Known(entry) => Some(entry),
                Entry::Other(_) => None,
            })
            .collect(),
        List::Other(_) => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ADA: &str = "ada";

    fn stay(participants: &Value) -> Stay {
        let record = json!({ "conversationId": "c-1", "participants": participants });
        let read = OpenConversation::parse(&serde_json::to_vec(&record).unwrap()).unwrap();
        assert_eq!(read.id(), Some("c-1"));
        read.stay_of(ADA)
    }

    fn agent(user: &str, sessions: &Value) -> Value {
        json!({ "participantId": "p", "userId": user, "purpose": "agent", "sessions": sessions })
    }

    fn session(segments: &Value) -> Value {
        json!({ "mediaType": "message", "segments": segments })
    }

    fn open(media: &str, segment: &str) -> Stay {
        Stay::Open { media: Some(media.to_owned()), segment: Some(segment.to_owned()) }
    }

    #[test]
    fn who_left_is_not_in_it_whoever_goes_on() {
        let ended = json!([{ "segmentType": "interact", "segmentEnd": "2026-11-01T10:00:00.000Z" }]);
        let going_on = json!([{ "segmentType": "interact" }]);
        let left = agent(ADA, &json!([session(&ended)]));
        let other = agent("bob", &json!([session(&going_on)]));
        assert_eq!(stay(&json!([left, other])), Stay::Left);
        assert_eq!(stay(&json!([other])), Stay::Left);
        // As a second participant, or in a second session, she is back in it.
        let back = agent("ADA", &json!([session(&going_on)]));
        assert_eq!(stay(&json!([left, other, back])), open("message", "interact"));
        let twice = agent(ADA, &json!([session(&ended), session(&json!([{ "segmentType": "parked" }]))]));
        assert_eq!(stay(&json!([twice])), open("message", "parked"));
    }

    #[test]
    fn an_end_that_nobody_can_read_is_not_known_and_none_is_none() {
        let not_stated = Stay::NotStated { media: Some("message".to_owned()) };
        for (end, expected) in [
            (json!("2026-11-01T10:00:00Z"), Stay::Left),
            (json!("yesterday"), not_stated.clone()),
            (json!(1_762_000_000), not_stated),
            (json!(null), open("message", "wrapup")),
            (json!(""), open("message", "wrapup")),
        ] {
            let segments = json!([{ "segmentType": "wrapup", "segmentEnd": end }]);
            assert_eq!(stay(&json!([agent(ADA, &json!([session(&segments)]))])), expected, "{end}");
        }
    }

    #[test]
    fn a_session_without_segments_says_nothing_and_nobody_without_sessions_is_in_one() {
        let not_stated = Stay::NotStated { media: Some("message".to_owned()) };
        for segments in [json!([]), json!(null), json!("none")] {
            assert_eq!(stay(&json!([agent(ADA, &json!([session(&segments)]))])), not_stated, "{segments}");
        }
        for sessions in [json!([]), json!(null), json!(7)] {
            assert_eq!(stay(&json!([agent(ADA, &sessions)])), Stay::Left, "{sessions}");
        }
        let at_the_participant =
            json!([{ "userId": ADA, "segments": [{ "segmentType": "interact" }], "sessions": null }]);
        let expected = Stay::Open { media: None, segment: Some("interact".to_owned()) };
        assert_eq!(stay(&at_the_participant), expected);
    }

    #[test]
    fn what_is_odd_in_a_record_is_passed_over() {
        let odd = json!([null, "x", { "userId": 7 }, agent(ADA, &json!([null, 3, session(&json!([null, { "segmentType": 1 }]))]))]);
        assert_eq!(stay(&odd), Stay::Open { media: Some("message".to_owned()), segment: None });
        let bare = OpenConversation::parse(b"{\"conversationId\":5,\"participants\":null}").unwrap();
        assert_eq!((bare.id(), bare.stay_of(ADA)), (None, Stay::Left));
    }
}
