//! Where the directory and the history meet: people in conversations, under their names.

use jiff::Timestamp;
use uuid::Uuid;

use super::{World, user::User};
use crate::generate::sketch::Media;

impl World {
    /// Tells the history under which name a user's next conversations are recorded.
    pub(crate) fn introduce(&mut self, user: &User) {
        if let Ok(id) = user.id.parse() {
            self.history_mut().introduce(id, &user.name, user.division.parse().ok());
        }
    }

    /// Begins a conversation that `user` takes part in; `None` when the user's id is no UUID.
    pub(crate) fn begin_conversation(&mut self, user: &str, media: &str, now: Timestamp) -> Option<String> {
        let user: Uuid = user.parse().ok()?;
        let media = match media {
            "email" => Media::Email,
            "chat" => Media::Chat,
            "message" => Media::Message,
            "callback" => Media::Callback,
            _ => Media::Voice,
        };
        Some(self.history_mut().begin(user, media, now.as_millisecond()).to_string())
    }

    /// Ends a conversation at `at`.
    pub(crate) fn end_conversation(&mut self, conversation: &str, at: Timestamp) {
        if let Ok(id) = conversation.parse() {
            self.history_mut().end(id, at.as_millisecond());
        }
    }

    /// Ends every live interaction of a user.
    pub(crate) fn end_live(&mut self, user: &str, now: Timestamp) {
        for conversation in self.directory.end_sessions(user, now) {
            self.end_conversation(&conversation, now);
        }
    }
}
