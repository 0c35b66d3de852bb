//! A run in a simulated organization: an executor that is one match, and a script that says how each request and
//! each look goes. It knows only what it is told. No HTTP, no clock.

use std::collections::BTreeMap;

use emeritus_core::census::{Census, Control, compare};
use emeritus_core::event::{
    AccountSeen, Answer, Completeness, Difference, EffectRecord, Event, FailureCode, Outcome, Place, Record,
    Sight, StepFailure,
};
use emeritus_core::id::StepId;
use emeritus_core::inventory::Inventory;
use emeritus_core::plan::{ApprovedPlan, Plan, StepKind};
use emeritus_core::policy::Patience;
use emeritus_core::{Action, RunState, decide};
use jiff::Timestamp;

use crate::person::{at, run_id};
use crate::world::World;

/// How one request or look goes. A script that has run out goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luck {
    /// As it should.
    Well,
    /// The version had moved.
    VersionClash,
    /// The vendor says that the person is in use.
    InUse,
    /// It never left.
    NotSent,
    /// The vendor refuses for good, or a history cannot be read.
    Refused,
    /// It was done, and refused as the last word.
    DeclinedAfter,
    /// It was not done, and refused as the last word.
    DeclinedBefore,
    /// It was done, and the answer was lost.
    LostAfter,
    /// It was not done, and the answer was lost.
    LostBefore,
    /// Accepted, but never done.
    AcceptedInVain,
    /// The process dies right after the request was done.
    DiesAfter,
    /// The process dies before the request left.
    DiesBefore,
    /// A look shows nothing clear, or an old picture.
    Unclear,
    /// The person is still talking, or a conversation has vanished.
    Bad,
}

/// What `decide` calls for, as far as the executor does it.
enum Due {
    Perform(Place, u16, StepKind),
    Observe(Place, StepKind, bool),
    Measure(StepId),
    Prove(Place, u16),
    CheckAccess(StepId),
    Compare(StepId),
    AwaitIdle(StepId, Timestamp),
    Hold(Timestamp),
    Write(Event),
    Nothing,
}

/// The world, the time and what was performed so far, at one record.
#[derive(Debug, Clone)]
pub(crate) struct Instant {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    pub(crate) performed: BTreeMap<Place, u32>,
}

/// An executor with the world it acts on.
#[derive(Debug, Clone)]
pub(crate) struct Rehearsal {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    pub(crate) records: Vec<Record>,
    /// How often the world performed each action.
    pub(crate) performed: BTreeMap<Place, u32>,
    /// What was when each record was written, for crashes there.
    pub(crate) history: Vec<Instant>,
    pub(crate) script: Vec<Luck>,
    /// How many requests, looks and readings there were.
    pub(crate) draws: usize,
    baseline: Option<Census>,
    state: Option<RunState>,
}

pub(crate) fn failure(code: FailureCode) -> StepFailure {
    StepFailure { correlation_id: Some("corr-1".to_owned()), ..StepFailure::of(code, "as the script has it") }
}

impl Rehearsal {
    /// Begins a run; the script is read from its end.
    pub(crate) fn begin(plan: &ApprovedPlan, snapshot: &Inventory, world: World, script: Vec<Luck>) -> Self {
        let mut rehearsal = Self {
            world,
            now: at("2026-11-21T09:10:00Z"),
            records: Vec::new(),
            performed: BTreeMap::new(),
            history: Vec::new(),
            script,
            draws: 0,
            baseline: None,
            state: None,
        };
        rehearsal.write(Event::Started {
            run: run_id(),
            plan: Box::new(plan.clone()),
            snapshot: Box::new(snapshot.clone()),
            engine: "0.1.0".to_owned(),
        });
        rehearsal
    }

    pub(crate) fn state(&self) -> RunState {
        self.state.clone().expect("a run begins with its first record")
    }

    pub(crate) fn write(&mut self, event: Event) {
        self.now = self.now.checked_add(jiff::SignedDuration::from_secs(1)).unwrap();
        let sequence = self.records.len() as u64 + 1;
        let record = Record { sequence, at: self.now, event };
        match &mut self.state {
            Some(state) => state.apply(&record).unwrap(),
            None => self.state = Some(RunState::start(&record).unwrap()),
        }
        self.records.push(record);
        self.history.push(self.instant());
    }

    fn instant(&self) -> Instant {
        Instant { world: self.world.clone(), now: self.now, performed: self.performed.clone() }
    }

    /// Returns the run as it is after a crash that left the first `records` on disk, with luck from there on. What
    /// the last of them announced has been done, unless the script had it otherwise.
    pub(crate) fn crashed_after(&self, records: usize) -> Self {
        self.crashed(records, self.history[records - 1].clone())
    }

    /// The same, and what the last record announced never left.
    pub(crate) fn crashed_before_sending(&self, records: usize) -> Self {
        let earlier = self.history[records.saturating_sub(2)].clone();
        self.crashed(records, Instant { now: self.history[records - 1].now, ..earlier })
    }

    fn crashed(&self, records: usize, instant: Instant) -> Self {
        let kept = &self.records[..records];
        let measured = kept.iter().any(|record| matches!(record.event, Event::Measured { .. }));
        let mut rehearsal = Self {
            world: instant.world,
            now: instant.now,
            performed: instant.performed,
            records: kept.to_vec(),
            history: self.history[..records].to_vec(),
            script: Vec::new(),
            draws: 0,
            baseline: self.baseline.clone().filter(|_| measured),
            state: RunState::fold(kept).unwrap(),
        };
        rehearsal.write(Event::Resumed { engine: "0.1.0".to_owned() });
        rehearsal
    }

    /// A person lets a stuck run go on.
    pub(crate) fn freed(&self) -> Self {
        let mut freed = self.clone();
        freed.script.clear();
        freed.write(Event::Freed);
        freed
    }

    /// Acts until there is nothing left to do and returns how many actions that took.
    pub(crate) fn run(&mut self, bound: usize) -> usize {
        for actions in 0..bound {
            if !self.act() {
                return actions;
            }
        }
        panic!("not at rest after {bound} actions: {:#?}", self.records.last());
    }

    fn luck(&mut self) -> Luck {
        self.draws += 1;
        self.script.pop().unwrap_or(Luck::Well)
    }

    /// Returns what is due, and leaves the state to be written to.
    fn due(&self) -> Due {
        let state = self.state.as_ref().expect("a run begins with its first record");
        match decide(state, self.now) {
            Action::Perform { place, attempt, kind } => Due::Perform(place, attempt, kind.clone()),
            Action::Observe { place, kind, accepted, .. } => Due::Observe(place, kind.clone(), accepted),
            Action::Measure { step } => Due::Measure(step),
            Action::Prove { place, reading } => Due::Prove(place, reading),
            Action::CheckAccess { step } => Due::CheckAccess(step),
            Action::SeeAccount { .. } => {
                let seen = AccountSeen::In { state: self.world.account, version: Some(7) };
                Due::Write(Event::AccountSeen { seen })
            }
            Action::Compare { step } => Due::Compare(step),
            Action::AwaitIdle { step, until } => Due::AwaitIdle(step, until),
            Action::Hold { until, .. } => Due::Hold(until),
            Action::BeginWait { step, until, why } => {
                Due::Write(Event::Waiting { step, until, why: why.to_owned() })
            }
            Action::EndWait { step } => Due::Write(Event::Waited { step }),
            Action::GiveUpSeeing { place } => Due::Write(Event::NotSeen { place }),
            Action::Unwind { because } => Due::Write(Event::Unwinding { because }),
            Action::Stop { place, failure } => Due::Write(Event::Stuck { place, failure }),
            Action::Finish { outcome } => Due::Write(Event::Finished { outcome }),
            Action::Rest => Due::Nothing,
        }
    }

    fn act(&mut self) -> bool {
        match self.due() {
            Due::Perform(place, attempt, kind) => self.perform(place, attempt, &kind),
            Due::Observe(place, kind, accepted) => self.observe(place, &kind, accepted),
            Due::Measure(step) => self.measure(step),
            Due::Prove(place, reading) => self.prove(place, reading),
            Due::CheckAccess(step) => self.check_access(step),
            Due::Compare(step) => {
                let differences = if self.luck() == Luck::Well { Vec::new() } else { vec![difference()] };
                self.write(Event::Compared { step, differences });
            }
            Due::AwaitIdle(step, until) => {
                if self.luck() == Luck::Bad {
                    self.now = (self.now + Patience::default().idle_poll).min(until);
                } else {
                    self.write(Event::Waited { step });
                }
            }
            Due::Hold(until) => self.now = until,
            Due::Write(event) => self.write(event),
            Due::Nothing => return false,
        }
        true
    }

    fn perform(&mut self, place: Place, attempt: u16, kind: &StepKind) {
        let effect = EffectRecord {
            method: "POST".to_owned(),
            path: format!("/simulated/{}", place.step),
            body_sha256: "0".repeat(64),
        };
        self.write(Event::Intended { place, attempt, effect });
        let luck = self.luck();
        let refused = |code| Some(Answer::Refused(failure(code)));
        let declined = || Some(Answer::Declined(failure(FailureCode::Forbidden)));
        let lost = || Some(Answer::Unknown(failure(FailureCode::OutcomeUnknown)));
        let accepted = || Some(Answer::Accepted { status: 200, correlation_id: Some("corr-1".to_owned()) });
        let (done, answer) = match luck {
            _ if self.world.refuses(kind) => (false, refused(FailureCode::InUse)),
            Luck::Well | Luck::Unclear | Luck::Bad => (true, accepted()),
            Luck::VersionClash => (false, refused(FailureCode::VersionClash)),
            Luck::InUse => (false, refused(FailureCode::InUse)),
            Luck::NotSent => (false, refused(FailureCode::NotSent)),
            Luck::Refused => (false, refused(FailureCode::Forbidden)),
            Luck::DeclinedAfter => (true, declined()),
            Luck::DeclinedBefore => (false, declined()),
            Luck::LostAfter => (true, lost()),
            Luck::LostBefore => (false, lost()),
            Luck::AcceptedInVain => (false, accepted()),
            Luck::DiesAfter => (true, None),
            Luck::DiesBefore => (false, None),
        };
        if done {
            self.world.perform(kind);
            *self.performed.entry(place).or_default() += 1;
        }
        // What is done without an answer is what a crash at the intent leaves behind.
        let instant = self.instant();
        if let Some(last) = self.history.last_mut() {
            *last = instant;
        }
        match answer {
            Some(answer) => self.write(Event::Answered { place, attempt, answer }),
            None => self.write(Event::Resumed { engine: "0.1.0".to_owned() }),
        }
    }

    fn observe(&mut self, place: Place, kind: &StepKind, accepted: bool) {
        let luck = self.luck();
        let sight = match (luck, self.world.is_so(kind)) {
            (Luck::Unclear, _) => Sight::Unclear,
            // An old picture is taken for the truth only where the vendor had accepted the effect.
            (Luck::Bad, true) if accepted => Sight::NotApplied,
            (_, true) => Sight::Applied,
            (_, false) => Sight::NotApplied,
        };
        let facts = BTreeMap::from([("state".to_owned(), self.world.account.to_string())]);
        self.write(Event::Observed { place, sight, facts });
    }

    fn measure(&mut self, step: StepId) {
        if self.luck() == Luck::Refused {
            let failure = failure(FailureCode::HistoryUnreadable);
            self.write(Event::Unreadable { place: Place::forward(step), failure });
            return;
        }
        let census = self.world.census();
        let control = self.control(&census);
        let completeness = Completeness::ByCount;
        self.write(Event::Measured { step, census: census.summary(), control, completeness });
        self.baseline = Some(census);
    }

    /// Looks whether access has ended: what is seen of the person can be an old picture as well.
    fn check_access(&mut self, step: StepId) {
        let luck = self.luck();
        if luck == Luck::Refused {
            let failure = failure(FailureCode::Unclear);
            return self.write(Event::Unreadable { place: Place::forward(step), failure });
        }
        let mut differences = self.world.still_there();
        if luck == Luck::Bad {
            differences.push(unlike("last token", "none since the cut", "one since the cut"));
        }
        self.write(Event::Compared { step, differences });
    }

    fn control(&self, census: &Census) -> Control {
        match (census.is_empty(), self.world.sees_others) {
            (false, _) => Control::NotNeeded,
            (true, true) => Control::Sees { conversations: 9 },
            (true, false) => Control::SeesNothing,
        }
    }

    fn prove(&mut self, place: Place, reading: u16) {
        let luck = self.luck();
        if luck == Luck::Refused {
            let failure = failure(FailureCode::HistoryUnreadable);
            return self.write(Event::Unreadable { place, failure });
        }
        if luck == Luck::Bad {
            self.world.conversations.pop_last();
        }
        if luck == Luck::InUse {
            self.world.conversations.insert(77);
        }
        let before = self.baseline.clone().expect("a proof needs something to be held against");
        let after = self.world.census();
        let control = self.control(&before);
        let comparison = compare(&before, &after, control);
        self.write(Event::Proved { place, reading, comparison, completeness: Completeness::ByCount });
    }
}

fn difference() -> Difference {
    unlike("division", "Sales", "Home")
}

/// A difference that nobody foretold.
pub(crate) fn unlike(field: &str, expected: &str, found: &str) -> Difference {
    let (field, expected, found) = (field.to_owned(), expected.to_owned(), found.to_owned());
    Difference { field, expected, found, foretold: false }
}

/// Returns the steps of a plan that match.
pub(crate) fn places(plan: &Plan, wanted: impl Fn(&StepKind) -> bool) -> Vec<Place> {
    plan.steps.iter().filter(|step| wanted(&step.kind)).map(|step| Place::forward(step.id)).collect()
}

pub(crate) fn ended(rehearsal: &Rehearsal) -> Option<Outcome> {
    rehearsal.state().outcome()
}
