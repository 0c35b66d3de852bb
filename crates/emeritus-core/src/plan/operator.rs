//! Who approved: what the machine says of it, and apart from it what somebody stated.

use serde::{Deserialize, Serialize};

/// What the machine says of the process that approved a plan. None of it is signed: whoever is root can have it say
/// something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The user who logged in, which stays the same through `su` and `sudo`. `None` where the machine keeps none: a timer, a
    /// container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_uid: Option<u32>,
    /// The user whose rights the process had.
    pub uid: u32,
    /// The machine's name for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whether standard input was a terminal.
    pub terminal: bool,
}

impl Operator {
    /// Returns it in a line for people.
    #[must_use]
    pub fn words(&self) -> String {
        let login =
            self.login_uid.map_or_else(|| "no login uid".to_owned(), |uid| format!("login uid {uid}"));
        let host = self.host.as_deref().unwrap_or("a machine without a name");
        let terminal = if self.terminal { "at a terminal" } else { "without a terminal" };
        format!("{login}, uid {}, on {host}, {terminal}", self.uid)
    }
}

/// What was stated with an approval. Nobody checked it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
}

impl Stated {
    /// Returns whether nothing was stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ticket.is_none() && self.requested_by.is_none()
    }

    /// Returns it in a line for people, if there is anything.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let ticket = self.ticket.iter().map(|ticket| format!("ticket {ticket}"));
        let requested = self.requested_by.iter().map(|who| format!("requested by {who}"));
        let parts: Vec<_> = ticket.chain(requested).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
