//! The vendor's record, as far as it says who did what when. It is read from the archive, so nothing of it is taken
//! for granted: what is not there is missing, and what is `null` is missing too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) conversation_start: Timestamp,
    pub(super) conversation_end: Option<Timestamp>,
    participants: Option<Vec<Participant>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Participant {
    pub(super) user_id: Option<String>,
    pub(super) participant_name: Option<String>,
    pub(super) purpose: Option<String>,
    sessions: Option<Vec<Session>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    pub(super) media_type: Option<String>,
    pub(super) direction: Option<String>,
    segments: Option<Vec<Segment>>,
    metrics: Option<Vec<Metric>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) queue_id: Option<String>,
    pub(super) segment_start: Option<Timestamp>,
    pub(super) segment_end: Option<Timestamp>,
    pub(super) wrap_up_code: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Metric {
    name: Option<String>,
    value: Option<serde_json::Number>,
}

impl Record {
    pub(super) fn participants(&self) -> &[Participant] {
        self.participants.as_deref().unwrap_or_default()
    }

    /// Queues by id, as the record names them: the participant of a queue bears its name.
    pub(super) fn queue_names(&self) -> BTreeMap<&str, &str> {
        let mut names = BTreeMap::new();
        for participant in self.participants() {
            if !matches!(participant.purpose.as_deref(), Some("acd" | "queue")) {
                continue;
            }
            let Some(name) = participant.participant_name.as_deref() else { continue };
            let segments = participant.sessions().iter().flat_map(Session::segments);
            names.extend(segments.filter_map(|segment| Some((segment.queue_id.as_deref()?, name))));
        }
        names
    }
}

impl Participant {
    pub(super) fn sessions(&self) -> &[Session] {
        self.sessions.as_deref().unwrap_or_default()
    }
}

impl Session {
    pub(super) fn segments(&self) -> &[Segment] {
        self.segments.as_deref().unwrap_or_default()
    }

    /// The sum of a metric's values.
    pub(super) fn sum(&self, metric: &str) -> i64 {
        let metrics = self.metrics.iter().flatten().filter(|found| found.name.as_deref() == Some(metric));
        let values = metrics.filter_map(|found| found.value.as_ref().and_then(serde_json::Number::as_i64));
        values.fold(0, i64::saturating_add)
    }
}
