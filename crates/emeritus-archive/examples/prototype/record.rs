//! The vendor's record as far as the prototype keeps it. Texts are borrowed from the page wherever they can be.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A text: the page's own bytes, unless an escape had to be undone.
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Either)
    }
}

#[derive(Deserialize)]
pub(crate) struct Page<'a> {
    #[serde(borrow)]
    pub(crate) conversations: Vec<Conversation<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation<'a> {
    #[serde(borrow)]
    pub(crate) conversation_id: Text<'a>,
    pub(crate) conversation_start: Option<Text<'a>>,
    pub(crate) conversation_end: Option<Text<'a>>,
    pub(crate) conversation_initiator: Option<Text<'a>>,
    pub(crate) originating_direction: Option<Text<'a>>,
    pub(crate) customer_participation: Option<bool>,
    pub(crate) self_served: Option<bool>,
    pub(crate) media_stats_min_conversation_mos: Option<f64>,
    pub(crate) media_stats_min_conversation_r_factor: Option<f64>,
    #[serde(default)]
    pub(crate) participants: Vec<Participant<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Participant<'a> {
    #[serde(borrow)]
    pub(crate) participant_id: Option<Text<'a>>,
    pub(crate) participant_name: Option<Text<'a>>,
    pub(crate) purpose: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
    pub(crate) team_id: Option<Text<'a>>,
    pub(crate) external_contact_id: Option<Text<'a>>,
    #[serde(default)]
    pub(crate) sessions: Vec<Session<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session<'a> {
    #[serde(borrow)]
    pub(crate) session_id: Option<Text<'a>>,
    pub(crate) peer_id: Option<Text<'a>>,
    pub(crate) protocol_call_id: Option<Text<'a>>,
    pub(crate) edge_id: Option<Text<'a>>,
    pub(crate) media_type: Option<Text<'a>>,
    pub(crate) direction: Option<Text<'a>>,
    pub(crate) ani: Option<Text<'a>>,
    pub(crate) dnis: Option<Text<'a>>,
    pub(crate) provider: Option<Text<'a>>,
    pub(crate) remote_name_displayable: Option<Text<'a>>,
    pub(crate) used_routing: Option<Text<'a>>,
    pub(crate) recording: Option<bool>,
    pub(crate) flow: Option<Flow<'a>>,
    #[serde(default)]
    pub(crate) media_endpoint_stats: Vec<MediaStats>,
    #[serde(default)]
    pub(crate) segments: Vec<Segment<'a>>,
    #[serde(default)]
    pub(crate) metrics: Vec<Metric<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flow<'a> {
    #[serde(borrow)]
    pub(crate) flow_id: Option<Text<'a>>,
    pub(crate) flow_name: Option<Text<'a>>,
    pub(crate) exit_reason: Option<Text<'a>>,
    pub(crate) transfer_target_name: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaStats {
    pub(crate) max_latency_ms: Option<i64>,
    pub(crate) received_packets: Option<i64>,
    pub(crate) discarded_packets: Option<i64>,
    pub(crate) min_mos: Option<f64>,
    pub(crate) min_r_factor: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Segment<'a> {
    #[serde(borrow)]
    pub(crate) segment_start: Option<Text<'a>>,
    pub(crate) segment_end: Option<Text<'a>>,
    pub(crate) segment_type: Option<Text<'a>>,
    pub(crate) disconnect_type: Option<Text<'a>>,
    pub(crate) queue_id: Option<Text<'a>>,
    pub(crate) wrap_up_code: Option<Text<'a>>,
    pub(crate) wrap_up_note: Option<Text<'a>>,
    pub(crate) conference: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metric<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    pub(crate) emit_date: Option<Text<'a>>,
    pub(crate) value: Option<f64>,
}
