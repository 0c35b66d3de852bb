//! Arranging and inspecting history from outside the vendor's API: for tests, demonstrations and the control
//! interface. Nothing here passes through lag, limits or the view of deleted people.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::held::HoldError;
use super::part::Part;
use super::show::View;
use super::{Key, Queries};
use crate::Emulator;
use crate::world::{World, session::Session};

/// Why a line of an import was refused; the lines before it are in.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the import cannot be taken in")]
pub struct LineError {
    /// Number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub source: LineFault,
}

/// What is wrong with a line of an import.
#[derive(Debug, thiserror::Error)]
pub enum LineFault {
    /// It is not JSON.
    #[error("it is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON, but no conversation that could be served.
    #[error("it is not a conversation")]
    NotAConversation(#[source] HoldError),
}

impl Emulator {
    /// Gives a user `count` past conversations, the user's alone, that start from `from` on.
    ///
    /// Exactly `count` conversations are added to the user's history and none to anybody else's: who takes a
    /// transfer or joins a conference is outside the organization. Unless the period is shorter than four days,
    /// all of them have ended by `to`. They cost no memory, however many they are.
    ///
    /// # Panics
    /// When `user_id` is not a UUID.
    pub fn give_history(&self, user_id: &str, count: u64, from: Timestamp, to: Timestamp) {
        self.give_shared_history(user_id, &[], count, from, to);
    }

    /// Like [`give_history`](Self::give_history), with up to 255 `colleagues` who take the second part in about one
    /// conversation of eight, which are then in their histories too.
    ///
    /// # Panics
    /// When one of the ids is not a UUID.
    pub fn give_shared_history(
        &self,
        user_id: &str,
        colleagues: &[&str],
        count: u64,
        from: Timestamp,
        to: Timestamp,
    ) {
        let mut state = self.state();
        let user = state.world.in_history(user_id);
        let colleagues: Vec<Uuid> = colleagues.iter().map(|id| state.world.in_history(id)).collect();
        state.world.history_mut().give(user, &colleagues, count, from.as_millisecond(), to.as_millisecond());
        let now = self.clock().now();
        state.world.take_part_in_what_goes_on(now);
    }

    /// Returns the ids of the conversations in which a user has had a part until now, in order of start.
    pub fn conversations_of(&self, user_id: &str) -> Vec<String> {
        let Ok(user) = Uuid::try_parse(user_id) else { return Vec::new() };
        let now = self.clock().now().as_millisecond();
        self.state().world.history.conversations_of(user, now).iter().map(Uuid::to_string).collect()
    }

    /// Returns a conversation's record as it is now.
    pub fn conversation(&self, id: &str) -> Option<Value> {
        let view = View::plain(self.clock().now().as_millisecond());
        let state = self.state();
        let key = state.world.history.key(Uuid::try_parse(id).ok()?)?;
        state.world.history.value(key, &view)
    }

    /// Returns how many conversations there are, those that have not begun included.
    pub fn conversation_count(&self) -> u64 {
        self.state().world.history.len()
    }

    /// Returns how many pieces of history are held in memory: periods of generated conversations, given records,
    /// edits. It does not grow with the number of generated conversations.
    pub fn history_pieces(&self) -> usize {
        self.state().world.history.held_in_memory()
    }

    /// Tampers: takes a conversation away as if it had never been. Returns whether it was there.
    pub fn remove_conversation(&self, id: &str) -> bool {
        Uuid::try_parse(id).is_ok_and(|id| self.state().world.history_mut().remove(id))
    }

    /// Takes all conversations away, those under way and the details jobs with their results included: the vendor has
    /// dropped everything. Live interactions of the directory go on.
    pub fn wipe_history(&self) {
        let mut state = self.state();
        state.world.history_mut().wipe();
        state.world.jobs.clear();
        state.world.queries = Queries::default();
    }

    /// Lets a conversation come to be seen later than it took place: by queries and aggregates at `in_queries`, in the
    /// data lake behind the details jobs at `in_jobs`. Returns whether it is there.
    pub fn delay_conversation(&self, id: &str, in_queries: Timestamp, in_jobs: Timestamp) -> bool {
        let Ok(id) = Uuid::try_parse(id) else { return false };
        let (in_queries, in_jobs) = (in_queries.as_millisecond(), in_jobs.as_millisecond());
        self.state().world.history_mut().delay(id, in_queries, in_jobs)
    }

    /// Tampers: puts the user `to` in the place of the user `from` in a conversation. Returns whether `from` was in it.
    pub fn reattribute_conversation(&self, id: &str, from: &str, to: &str) -> bool {
        let ids = (Uuid::try_parse(id), Uuid::try_parse(from), Uuid::try_parse(to));
        let (Ok(id), Ok(from), Ok(to)) = ids else { return false };
        self.state().world.history_mut().reattribute(id, from, to)
    }

    /// Adds a record in the vendor's form, in place of one with the same id; fields unknown here are kept and
    /// served back. Returns its id.
    ///
    /// # Errors
    /// When the record has no id that is a UUID, or no instant at all.
    pub fn add_conversation(&self, record: &Value) -> Result<String, HoldError> {
        let now = self.clock().now();
        self.state().world.hold(record.to_string().as_bytes(), record, now).map(|id| id.to_string())
    }

    /// Adds records, one a line, as they are ([`add_conversation`](Self::add_conversation)); empty lines are skipped.
    /// Returns how many.
    ///
    /// # Errors
    /// At the first line that cannot be taken in; the lines before it are in.
    pub fn import_conversations(&self, lines: &str) -> Result<u64, LineError> {
        let mut imported = 0;
        for (number, line) in (1..).zip(lines.lines()) {
            imported += u64::from(self.import_line(number, line.as_bytes())?);
        }
        Ok(imported)
    }

    /// Takes one line in; returns whether there was anything on it.
    pub(crate) fn import_line(&self, number: u64, line: &[u8]) -> Result<bool, LineError> {
        let text = line.trim_ascii();
        if text.is_empty() {
            return Ok(false);
        }
        let fail = |source| LineError { line: number, source };
        let record: Value = serde_json::from_slice(text).map_err(|error| fail(LineFault::NotJson(error)))?;
        let now = self.clock().now();
        let added = self.state().world.hold(text, &record, now);
        added.map(|_| true).map_err(|error| fail(LineFault::NotAConversation(error)))
    }
}

impl World {
    /// The history's id of a user, known there by the directory's name from now on.
    fn in_history(&mut self, user_id: &str) -> Uuid {
        let id = Uuid::try_parse(user_id).expect("users with a history have a UUID for an id");
        if !self.history.knows(id)
            && let Some(user) = self.directory.users.get(user_id)
        {
            Arc::make_mut(&mut self.history).introduce(id, &user.name, user.division.parse().ok());
        }
        id
    }

    /// Adds a given record; who is in it and not done yet is live in the directory too.
    fn hold(&mut self, text: &[u8], record: &Value, now: Timestamp) -> Result<Uuid, HoldError> {
        let id = self.history_mut().add(text, record)?;
        self.directory.sessions.retain(|session| session.conversation != id.to_string());
        let parts = self.history.parts_of(Key::Held(id), now.as_millisecond());
        self.directory.sessions.extend(parts.into_iter().map(session));
        Ok(id)
    }

    /// Lets the directory know of the conversations that go on at `now`.
    pub(crate) fn take_part_in_what_goes_on(&mut self, now: Timestamp) {
        let known: HashSet<(String, String)> = self
            .directory
            .sessions
            .iter()
            .map(|session| (session.conversation.clone(), session.user.clone()))
            .collect();
        let parts = self.history.going_on(now.as_millisecond()).into_iter().map(session);
        self.directory
            .sessions
            .extend(parts.filter(|part| !known.contains(&(part.conversation.clone(), part.user.clone()))));
    }
}

fn session(part: Part) -> Session {
    let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    Session {
        conversation: part.conversation.to_string(),
        id: part.session,
        user: part.user.to_string(),
        media: part.media,
        segment: part.segment,
        direction: part.direction,
        queue: part.queue,
        began: at(part.began),
        ends: part.ends.map(at),
    }
}
