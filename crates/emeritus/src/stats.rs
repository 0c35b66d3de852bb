//! Counting requests by what they are for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Finding the person, the successors, the scope of the history.
    Find,
    /// Walking over everybody.
    Walk,
    /// Reading what is shared by everybody of a batch.
    Scans,
    /// Reading what one person holds.
    Inventory,
    /// Looking whether what is given back is still there and still free.
    Survey,
    /// Changing something.
    Effects,
    /// Looking before and after a change.
    Looks,
    /// Reading conversations.
    History,
}

/// How many requests were sent, by what they were for. Requests for a token are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Finding the person and the scope of the history.
    pub find: u64,
    /// Walking over everybody.
    pub walk: u64,
    /// Lists of the whole organization, read once for all people of a batch.
    pub shared_scans: u64,
    /// Reading what each person holds.
    pub inventory: u64,
    /// Looking whether what is given back is still there and still free.
    pub survey: u64,
    /// Changes.
    pub effects: u64,
    /// Looks before and after each change.
    pub looks: u64,
    /// Reading conversations.
    pub history: u64,
}

impl Stats {
    /// Returns all of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.named().iter().map(|(_, calls)| calls).sum()
    }

    /// Returns each count with its name, in the order in which the phases come.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("find", self.find),
            ("walk", self.walk),
            ("shared scans", self.shared_scans),
            ("inventory", self.inventory),
            ("survey", self.survey),
            ("effects", self.effects),
            ("looks", self.looks),
            ("history", self.history),
        ]
    }

    /// Returns what was sent since an earlier count.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        self.with(earlier, u64::saturating_sub)
    }

    /// Returns both counts together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    fn with(&self, other: &Self, sum: fn(u64, u64) -> u64) -> Self {
        Self {
            find: sum(self.find, other.find),
            walk: sum(self.walk, other.walk),
            shared_scans: sum(self.shared_scans, other.shared_scans),
            inventory: sum(self.inventory, other.inventory),
            survey: sum(self.survey, other.survey),
            effects: sum(self.effects, other.effects),
            looks: sum(self.looks, other.looks),
            history: sum(self.history, other.history),
        }
    }

    fn of(&mut self, phase: Phase) -> &mut u64 {
        match phase {
            Phase::Find => &mut self.find,
            Phase::Walk => &mut self.walk,
            Phase::Scans => &mut self.shared_scans,
            Phase::Inventory => &mut self.inventory,
            Phase::Survey => &mut self.survey,
            Phase::Effects => &mut self.effects,
            Phase::Looks => &mut self.looks,
            Phase::History => &mut self.history,
        }
    }
}

/// Attributes each request to the phase in which it was sent. Phases nest: the innermost counts.
pub(crate) struct Meter {
    client: genesys::Client,
    state: Mutex<State>,
}

struct State {
    stats: Stats,
    phase: Phase,
    /// The client's count when the last border was crossed.
    counted: u64,
}

/// The phase lasts as long as this.
#[must_use = "the phase ends when this is dropped"]
pub(crate) struct During<'a> {
    meter: &'a Meter,
    before: Phase,
}

impl Meter {
    pub(crate) fn new(client: genesys::Client) -> Self {
        let state = State { stats: Stats::default(), phase: Phase::Find, counted: client.calls() };
        Self { client, state: Mutex::new(state) }
    }

    pub(crate) fn during(&self, phase: Phase) -> During<'_> {
        let before = self.cross(phase);
        During { meter: self, before }
    }

    pub(crate) fn stats(&self) -> Stats {
        let phase = self.state().phase;
        self.cross(phase);
        self.state().stats
    }

    /// Goes over to another phase, and returns the one that it was.
    fn cross(&self, phase: Phase) -> Phase {
        let calls = self.client.calls();
        let mut state = self.state();
        let before = std::mem::replace(&mut state.phase, phase);
        let since = calls.saturating_sub(state.counted);
        *state.stats.of(before) += since;
        state.counted = calls;
        before
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for During<'_> {
    fn drop(&mut self) {
        self.meter.cross(self.before);
    }
}
