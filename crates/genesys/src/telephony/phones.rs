//! Phones, as the vendor's whole documents: a phone that was removed is set up again from the one read before.

use serde_json::Value;

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
};

/// What a list leaves out unless asked for it, and what is needed to set a phone up again.
const PARTS: &str = "properties,site,phoneBaseSettings,lines";

impl Reader {
    /// Reads the phones made for a user's browser (`webRtcUser`), at most 100 to a page.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:plugin:all`.
    pub async fn phones_of(&self, user: &str) -> Result<Vec<Value>, Error> {
        self.list_documents(&phones("read phones of user").query("webRtcUser.id", user)).await
    }

    /// Reads the phones of the organization. They are asked for by id, because in any other order the vendor stops after
    /// 10,000.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `telephony:plugin:all`.
    pub async fn all_phones(&self) -> Result<Vec<Value>, Error> {
        self.list_documents(&phones("read phones").query("sortBy", "id")).await
    }

    /// Reads a phone.
    ///
    /// # Errors
    /// [`Absent`](crate::Disposition::Absent) if there is none; [`Forbidden`](crate::Disposition::Forbidden) without
    /// `telephony:plugin:all`.
    pub async fn phone(&self, id: &str) -> Result<Value, Error> {
        let template = "/api/v2/telephony/providers/edges/phones/{phoneId}";
        self.read(&Call::get("read phone", template, &[Segment::Id(id)])).await
    }
}

fn phones(operation: &'static str) -> Call {
    Call::get(operation, "/api/v2/telephony/providers/edges/phones", &[]).query("expand", PARTS)
}
