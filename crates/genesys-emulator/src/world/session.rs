//! Live interactions.

use jiff::Timestamp;

use super::directory::Directory;

/// One user's part in a live interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) conversation: String,
    pub(crate) id: String,
    pub(crate) user: String,
    /// `voice`, `chat`, `email`, `message`, `callback`.
    pub(crate) media: String,
    /// `interact`, `hold`, `wrapup`, `parked`, `alert` …
    pub(crate) segment: String,
    pub(crate) direction: String,
    pub(crate) queue: Option<String>,
    pub(crate) began: Timestamp,
    /// When it ends by itself, if it does.
    pub(crate) ends: Option<Timestamp>,
}

impl Session {
    /// Returns whether the interaction is going on at `now`.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.began <= now && self.ends.is_none_or(|end| now < end)
    }
}

impl Directory {
    /// Returns the user's interactions that are live at `now`.
    pub(crate) fn live_sessions(&self, user: &str, now: Timestamp) -> Vec<&Session> {
        self.sessions.iter().filter(|session| session.user == user && session.is_live(now)).collect()
    }

    /// Ends every live interaction of a user; returns the ids of their conversations.
    pub(crate) fn end_sessions(&mut self, user: &str, now: Timestamp) -> Vec<String> {
        let mut ended = Vec::new();
        for session in &mut self.sessions {
            if session.user == user && session.is_live(now) {
                session.ends = Some(now);
                ended.push(session.conversation.clone());
            }
        }
        if !ended.is_empty() {
            self.changed();
        }
        ended
    }
}
