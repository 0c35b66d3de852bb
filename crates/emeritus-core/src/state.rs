//! The state of a run: the fold of its events and nothing else. One transition function serves the live run and
//! recovery, so a damaged journal and a faulty executor are caught by the same line.

mod account;
mod calls;
mod illegal;
mod progress;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::again::LaterProof;
use crate::census::{CensusSummary, Comparison, Control, Verdict};
use crate::event::{Because, Completeness, Difference, Event, Outcome, Place, Record, Sight, StepFailure};
use crate::id::{RunId, StepId};
use crate::inventory::Inventory;
use crate::plan::{ApprovedPlan, Plan, Purpose, StepKind, Undo};

use calls::Calls;
pub use illegal::IllegalEvent;
pub use progress::Progress;

/// Returns whether an event can be about an action of this kind: an effect is announced, answered and seen; a
/// reading, a wait and a comparison each have events of their own.
fn concerns(event: &Event, kind: &StepKind) -> bool {
    match event {
        Event::Intended { .. } | Event::Answered { .. } | Event::Observed { .. } | Event::NotSeen { .. } => {
            kind.is_effect()
        }
        Event::Waiting { .. } | Event::Waited { .. } => {
            matches!(kind, StepKind::AwaitIdle { .. } | StepKind::Hold { .. })
        }
        Event::Measured { .. } => matches!(kind, StepKind::Baseline),
        Event::Proved { .. } => matches!(kind, StepKind::Prove { .. }),
        Event::Compared { .. } => matches!(kind, StepKind::Compare | StepKind::CheckAccess),
        Event::Unreadable { .. } => !kind.is_effect(),
        Event::Started { .. }
        | Event::Resumed { .. }
        | Event::AccountSeen { .. }
        | Event::Unwinding { .. }
        | Event::Stuck { .. }
        | Event::Freed
        | Event::Finished { .. }
        | Event::Counted { .. }
        | Event::ClocksSeen { .. }
        | Event::ProvedAgain { .. } => false,
    }
}

/// What is known of a run, from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct RunState {
    run: RunId,
    plan: ApprovedPlan,
    snapshot: Inventory,
    started_at: Timestamp,
    sequence: u64,
    last_at: Timestamp,
    pub(crate) progress: BTreeMap<Place, Progress>,
    pub(crate) waits: BTreeMap<StepId, Timestamp>,
    pub(crate) baseline: Option<(CensusSummary, Control, Completeness)>,
    pub(crate) proofs: BTreeMap<Place, (u16, Comparison)>,
    pub(crate) differences: Vec<Difference>,
    seen: BTreeMap<Place, Timestamp>,
    pub(crate) unwinding: Option<Because>,
    pub(crate) stuck: Option<(Place, StepFailure)>,
    pub(crate) finished: Option<Outcome>,
    finished_at: Option<Timestamp>,
    later: Vec<(Timestamp, LaterProof)>,
    looks: account::Looks,
    calls: Calls,
}

impl RunState {
    /// Returns the state after the first event.
    ///
    /// # Errors
    /// Refuses any other first event.
    pub fn start(record: &Record) -> Result<Self, IllegalEvent> {
        let Event::Started { run, plan, snapshot, .. } = &record.event else {
            return Err(IllegalEvent::Start { sequence: record.sequence });
        };
        if record.sequence != 1 {
            return Err(IllegalEvent::Sequence { expected_after: 0, found: record.sequence });
        }
        let mut progress = BTreeMap::new();
        for step in &plan.plan().steps {
            progress.insert(Place::forward(step.id), Progress::fresh());
            if let Undo::By(kinds) = &step.undo {
                for part in (0..=u8::MAX).take(kinds.len()) {
                    progress.insert(Place { step: step.id, undo: Some(part) }, Progress::fresh());
                }
            }
        }
        Ok(Self {
            run: run.clone(),
            plan: plan.as_ref().clone(),
            snapshot: snapshot.as_ref().clone(),
            started_at: record.at,
            sequence: 1,
            last_at: record.at,
            progress,
            waits: BTreeMap::new(),
            baseline: None,
            proofs: BTreeMap::new(),
            differences: Vec::new(),
            seen: BTreeMap::new(),
            unwinding: None,
            stuck: None,
            finished: None,
            finished_at: None,
            later: Vec::new(),
            looks: account::Looks::default(),
            calls: Calls::default(),
        })
    }

    /// Returns the state that a journal describes, or `None` for an empty one.
    ///
    /// # Errors
    /// Refuses an event that cannot follow.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Result<Option<Self>, IllegalEvent> {
        let mut records = records.into_iter();
        let Some(first) = records.next() else { return Ok(None) };
        let mut state = Self::start(first)?;
        for record in records {
            state.apply(record)?;
        }
        Ok(Some(state))
    }

    /// Takes one more event in.
    ///
    /// # Errors
    /// Refuses an event that cannot follow; the state is then unchanged.
    pub fn apply(&mut self, record: &Record) -> Result<(), IllegalEvent> {
        let sequence = record.sequence;
        if sequence != self.sequence + 1 {
            return Err(IllegalEvent::Sequence { expected_after: self.sequence, found: sequence });
        }
        let again = matches!(record.event, Event::ProvedAgain { .. });
        if again && !self.is_sealed() {
            return Err(IllegalEvent::NothingSealed { sequence });
        }
        let is_note = again
            || matches!(
                record.event,
                Event::Counted { .. } | Event::Resumed { .. } | Event::ClocksSeen { .. }
            );
        if self.finished.is_some() && !is_note {
            return Err(IllegalEvent::Over { sequence });
        }
        let frees = matches!(record.event, Event::Freed);
        if self.stuck.is_some() && !is_note && !frees {
            return Err(IllegalEvent::Waits { sequence });
        }
        if self.stuck.is_none() && frees {
            return Err(IllegalEvent::NotStuck { sequence });
        }
        self.take(record)?;
        let leaves = self.leaves_account(&record.event);
        self.looks.take(record, leaves);
        self.sequence = sequence;
        self.last_at = record.at;
        Ok(())
    }

    fn take(&mut self, record: &Record) -> Result<(), IllegalEvent> {
        let sequence = record.sequence;
        match &record.event {
            Event::Started { .. } => return Err(IllegalEvent::Start { sequence }),
            Event::Resumed { .. } => self.calls.begin(),
            Event::ClocksSeen { .. } | Event::AccountSeen { .. } => {}
            Event::Observed { place, sight, .. } => {
                self.advance(sequence, *place, &record.event)?;
                if *sight == Sight::Applied {
                    self.seen.insert(*place, record.at);
                }
            }
            Event::Intended { place, .. }
            | Event::Answered { place, .. }
            | Event::Unreadable { place, .. }
            | Event::NotSeen { place } => self.advance(sequence, *place, &record.event)?,
            Event::Waiting { step, until, .. } => {
                self.advance(sequence, Place::forward(*step), &record.event)?;
                self.waits.insert(*step, *until);
            }
            Event::Waited { step } => self.advance(sequence, Place::forward(*step), &record.event)?,
            Event::Measured { step, census, control, completeness } => {
                self.advance(sequence, Place::forward(*step), &record.event)?;
                self.baseline = Some((census.clone(), *control, *completeness));
            }
            Event::Proved { place, reading, comparison, .. } => {
                self.advance(sequence, *place, &record.event)?;
                self.proofs.insert(*place, (*reading, comparison.clone()));
            }
            Event::Compared { step, differences } => {
                self.advance(sequence, Place::forward(*step), &record.event)?;
                self.differences.clone_from(differences);
            }
            Event::Unwinding { because } => self.unwinding = Some(because.clone()),
            Event::Stuck { place, failure } => {
                if !self.progress.contains_key(place) {
                    return Err(IllegalEvent::NoSuchPlace { sequence, place: *place });
                }
                self.stuck = Some((*place, failure.clone()));
            }
            Event::Freed => self.free(),
            Event::Finished { outcome } => {
                self.finished = Some(*outcome);
                self.finished_at = Some(record.at);
            }
            Event::ProvedAgain { proof } => self.later.push((record.at, proof.as_ref().clone())),
            Event::Counted { calls } => self.calls.end(*calls),
        }
        Ok(())
    }

    fn advance(&mut self, sequence: u64, place: Place, event: &Event) -> Result<(), IllegalEvent> {
        let (Some(kind), Some(progress)) = (self.kind(place), self.progress.get(&place)) else {
            return Err(IllegalEvent::NoSuchPlace { sequence, place });
        };
        let next = if concerns(event, kind) { progress.next(event) } else { None };
        let next = next.ok_or(IllegalEvent::Transition { sequence, place, event: event.name() })?;
        self.progress.insert(place, next);
        Ok(())
    }

    /// A person lets a stuck run go on: what was refused may be tried afresh, what is unknown or was never seen is
    /// looked at again, and a proof that allowed no statement is made again, as is a look that found access not ended.
    fn free(&mut self) {
        self.stuck = None;
        for progress in self.progress.values_mut() {
            *progress = progress.freed();
        }
        // Only the last one: a delete may have been sent on the strength of a later one, and what is read now says
        // nothing of the time before it.
        let last = self.proofs.iter().rev().find(|(place, _)| place.undo.is_none());
        if let Some((place, (_, comparison))) = last
            && matches!(comparison.verdict, Verdict::NotComparable(_))
        {
            let place = *place;
            self.proofs.remove(&place);
            self.progress.insert(place, Progress::fresh());
        }
        if self.differences.iter().any(|difference| !difference.foretold) {
            let looks = self.plan.plan().steps.iter().filter(|step| step.kind == StepKind::CheckAccess);
            self.progress.extend(looks.map(|step| (Place::forward(step.id), Progress::fresh())));
        }
    }

    /// Returns what an action does, if the plan has it.
    #[must_use]
    pub fn kind(&self, place: Place) -> Option<&StepKind> {
        let step = self.plan().step(place.step)?;
        match (place.undo, &step.undo) {
            (None, _) => Some(&step.kind),
            (Some(part), Undo::By(kinds)) => kinds.get(usize::from(part)),
            (Some(_), Undo::Nothing | Undo::Irreversible { .. }) => None,
        }
    }

    /// Returns the run's id.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Returns the plan with its approval.
    #[must_use]
    pub fn approved(&self) -> &ApprovedPlan {
        &self.plan
    }

    /// Returns the plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        self.plan.plan()
    }

    /// Returns what the person held before the first write.
    #[must_use]
    pub fn snapshot(&self) -> &Inventory {
        &self.snapshot
    }

    /// Returns when the run began.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Returns when the last event was written.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// Returns the sequence number of the last event.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Returns how the run ended, if it did.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.finished
    }

    /// Returns when the run ended, if it did.
    #[must_use]
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at
    }

    /// Returns whether this is a retirement that came to its end with a history that it read: what can be proved
    /// again later. One that was taken back, or had nothing to do, is not.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        let came_about = match self.finished {
            Some(Outcome::Verified | Outcome::WrittenNotVerified | Outcome::ProofBroken) => true,
            Some(Outcome::Failed | Outcome::Skipped | Outcome::Stuck) | None => false,
        };
        came_about && self.plan().purpose == Purpose::Retire && self.baseline.is_some()
    }

    /// Returns the proofs that were made again after the run was over, with when each was written down.
    #[must_use]
    pub fn later_proofs(&self) -> &[(Timestamp, LaterProof)] {
        &self.later
    }

    /// Returns where and why the run is stuck, if it is.
    #[must_use]
    pub fn stuck(&self) -> Option<&(Place, StepFailure)> {
        self.stuck.as_ref()
    }

    /// Returns why the run goes backward, if it does.
    #[must_use]
    pub fn unwinding(&self) -> Option<&Because> {
        self.unwinding.as_ref()
    }

    /// Returns how far an action has come.
    #[must_use]
    pub fn progress(&self, place: Place) -> Option<&Progress> {
        self.progress.get(&place)
    }

    /// Returns the baseline census, what its control query saw, and how it was made sure to be whole.
    #[must_use]
    pub fn baseline(&self) -> Option<&(CensusSummary, Control, Completeness)> {
        self.baseline.as_ref()
    }

    /// Returns the last comparison of a proof, with the number of its reading.
    #[must_use]
    pub fn proof(&self, place: Place) -> Option<&(u16, Comparison)> {
        self.proofs.get(&place)
    }

    /// Returns the comparison of the latest step that proves something; what was seen after a put-back does
    /// not excuse what was seen before it.
    #[must_use]
    pub fn last_proof(&self) -> Option<&Comparison> {
        let mut forward = self.proofs.iter().filter(|(place, _)| place.undo.is_none());
        forward.next_back().map(|(_, (_, comparison))| comparison)
    }

    /// Returns the fields in which the restored person differs from the snapshot.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Returns when an effect was seen to be there, if it was.
    #[must_use]
    pub fn seen_at(&self, place: Place) -> Option<Timestamp> {
        self.seen.get(&place).copied()
    }

    /// Returns until when a step waits, if it does.
    #[must_use]
    pub fn waits_until(&self, step: StepId) -> Option<Timestamp> {
        self.waits.get(&step).copied()
    }
}
