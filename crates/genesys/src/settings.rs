//! Settings of a user that are kept as the vendor wrote them, so that they can be put back: each is the vendor's whole
//! document. What of it can be sent back, its [`Effect`](crate::Effect) decides.

use serde_json::Value;

use crate::{
    error::Error,
    reader::Reader,
    request::{Call, Segment},
};

impl Reader {
    /// Reads how much work of each medium a user may have at once (`AgentMaxUtilizationResponse`). Of a user without a
    /// setting the vendor answers with the organization's: then `level` is `Organization` instead of `Agent`.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `routing:utilization:view`.
    pub async fn utilization(&self, user: &str) -> Result<Value, Error> {
        let template = "/api/v2/routing/users/{userId}/utilization";
        self.read(&Call::get("read utilization", template, &[Segment::Id(user)])).await
    }

    /// Reads who takes a user's direct calls and messages when the user does not (`AgentDirectRoutingBackupSettings`).
    ///
    /// `None` if the vendor has no such setting. The vendor says the same, 404, of a user who does not exist or is deleted,
    /// so `None` means something only for a user who is known to be there.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `routing:directRoutingBackup:view`.
    pub async fn direct_routing_backup(&self, user: &str) -> Result<Option<Value>, Error> {
        let template = "/api/v2/routing/users/{userId}/directroutingbackup/settings";
        self.read_if_there(&Call::get("read direct routing backup", template, &[Segment::Id(user)])).await
    }

    /// Reads where a user's calls are forwarded to (`CallForwarding`); `enabled` says whether they are.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `conversation:callForwarding:view`.
    pub async fn call_forwarding(&self, user: &str) -> Result<Value, Error> {
        let template = "/api/v2/users/{userId}/callforwarding";
        self.read(&Call::get("read call forwarding", template, &[Segment::Id(user)])).await
    }

    /// Reads whether and until when a user is out of office (`OutOfOffice`).
    ///
    /// # Errors
    /// As any read.
    pub async fn out_of_office(&self, user: &str) -> Result<Value, Error> {
        let template = "/api/v2/users/{userId}/outofoffice";
        self.read(&Call::get("read out of office", template, &[Segment::Id(user)])).await
    }
}
