//! A planted conversation as the vendor would record it.

use serde_json::{Value, json};

use crate::generate::draw::Draw;
use crate::generate::text::iso_string;

/// Wrap-up after each part, in milliseconds.
const WRAP_UP_MS: i64 = 45_000;

/// Somebody's part, in milliseconds since the epoch.
pub(super) struct Part<'a> {
    pub(super) user: &'a str,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// A conversation to be recorded.
pub(super) struct Case<'a> {
    pub(super) media: &'static str,
    /// Whether those who have a part in it speak with each other.
    pub(super) conference: bool,
    pub(super) parts: Vec<Part<'a>>,
}

impl Case<'_> {
    pub(super) fn record(&self, mut draw: Draw, name: impl Fn(&str) -> String) -> Value {
        let start = self.parts.iter().map(|part| part.from).min().unwrap_or(0);
        let end = self.parts.iter().map(|part| part.to).max().unwrap_or(0);
        let id = draw.uuid();
        let mut participants = vec![json!({
            "participantId": draw.uuid(),
            "participantName": "Planted customer",
            "purpose": "customer",
            "attributes": { "planted": "yes" },
            "sessions": [{
                "sessionId": draw.uuid(),
                "mediaType": self.media,
                "direction": "inbound",
                "metrics": [{ "emitDate": iso_string(start), "name": "nConnected", "value": 1 }],
                "segments": [{
                    "segmentStart": iso_string(start),
                    "segmentEnd": iso_string(end),
                    "segmentType": "interact",
                    "conference": self.conference,
                    "disconnectType": "peer",
                }],
            }],
        })];
        participants.extend(self.parts.iter().map(|part| self.agent(part, &mut draw, &name(part.user), end)));
        json!({
            "conversationId": id,
            "conversationStart": iso_string(start),
            "conversationEnd": iso_string(end),
            "originatingDirection": "inbound",
            "participants": participants,
        })
    }

    fn agent(&self, part: &Part<'_>, draw: &mut Draw, name: &str, end: i64) -> Value {
        let handled = part.to + WRAP_UP_MS;
        let talked = part.to - part.from;
        let leaving = if self.conference {
            "conferenceTransfer"
        } else if part.to < end {
            "transfer"
        } else {
            "client"
        };
        let metric = |name: &str, at: i64, value: i64| json!({ "emitDate": iso_string(at), "name": name, "value": value });
        json!({
            "participantId": draw.uuid(),
            "userId": part.user,
            "participantName": name,
            "purpose": "agent",
            "sessions": [{
                "sessionId": draw.uuid(),
                "mediaType": self.media,
                "direction": "inbound",
                "metrics": [
                    metric("tTalk", part.to, talked),
                    metric("tTalkComplete", part.to, talked),
                    metric("tAcw", handled, WRAP_UP_MS),
                    metric("tHandle", handled, talked + WRAP_UP_MS),
                ],
                "segments": [
                    {
                        "segmentStart": iso_string(part.from),
                        "segmentEnd": iso_string(part.to),
                        "segmentType": "interact",
                        "conference": self.conference,
                        "disconnectType": leaving,
                    },
                    {
                        "segmentStart": iso_string(part.to),
                        "segmentEnd": iso_string(handled),
                        "segmentType": "wrapup",
                        "conference": false,
                    },
                ],
            }],
        })
    }
}
