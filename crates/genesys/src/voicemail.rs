//! What callers hear and leave: greetings and voicemail.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
    thing::{Facts, Thing},
};

/// How full a user's voicemail is. What is absent the vendor did not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct VoicemailMailbox {
    /// Messages.
    #[serde(rename = "totalCount")]
    pub total: Option<u64>,
    /// Messages not listened to.
    #[serde(rename = "unreadCount")]
    pub unread: Option<u64>,
    /// Size of all messages.
    #[serde(rename = "usageSizeBytes")]
    pub bytes: Option<u64>,
}

const GREETING: Facts = Facts { name: "/name", detail: &[] };

const MESSAGE: Facts = Facts {
    name: "/callerName",
    detail: &[("created", "/createdDate"), ("read", "/read"), ("conversation", "/conversation/id")],
};

impl Reader {
    /// Reads a user's greetings, without facts: the vendor's list has ids and names only.
    ///
    /// # Errors
    /// As any list.
    pub async fn greetings(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/users/{userId}/greetings";
        self.list_things(&Call::get("read greetings", template, &[Segment::Id(user)]), GREETING).await
    }

    /// Reads how full a user's voicemail is.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `voicemail:mailbox:viewOther`.
    pub async fn voicemail_mailbox(&self, user: &str) -> Result<VoicemailMailbox, Error> {
        let template = "/api/v2/voicemail/users/{userId}/mailbox";
        self.read(&Call::get("read voicemail mailbox", template, &[Segment::Id(user)])).await
    }

    /// Reads a user's voicemail settings (`VoicemailUserPolicy`), the vendor's whole document.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `voicemail:userPolicy:viewOther` or `telephony:plugin:all`.
    pub async fn voicemail_policy(&self, user: &str) -> Result<Value, Error> {
        let template = "/api/v2/voicemail/userpolicies/{userId}";
        self.read(&Call::get("read voicemail policy", template, &[Segment::Id(user)])).await
    }

    /// Reads the messages in a user's voicemail, named by the caller, with `created`, `read` and `conversation`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `voicemail:voicemail:viewOther`.
    pub async fn voicemail_messages(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let template = "/api/v2/voicemail/users/{userId}/messages";
        self.list_things(&Call::get("read voicemail messages", template, &[Segment::Id(user)]), MESSAGE).await
    }
}
