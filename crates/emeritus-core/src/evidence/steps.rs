//! What became of each step, and when access was observed to have ended.

use jiff::Timestamp;

use super::{Cut, StepEntry, StepOutcome, Story, Wait, words};
use crate::census::Verdict;
use crate::event::{Answer, Event, Place, Sight, StepFailure};
use crate::inventory::AccountState;
use crate::plan::{Purpose, Step, StepKind, Undo};
use crate::state::Progress;

pub(super) fn table(story: &Story<'_>) -> Vec<StepEntry> {
    let mut table = Vec::new();
    for step in &story.state.plan().steps {
        table.push(entry(story, Place::forward(step.id), &step.kind, &step.why));
        for (place, kind) in undo_parts(step) {
            let begun = story.state.progress(place).is_some_and(|progress| !is_fresh(progress));
            if begun || story.announced(place) > 0 {
                table.push(entry(story, place, kind, "takes the step back"));
            }
        }
    }
    table
}

fn undo_parts(step: &Step) -> impl Iterator<Item = (Place, &StepKind)> {
    let kinds = match &step.undo {
        Undo::By(kinds) => kinds.as_slice(),
        Undo::Nothing | Undo::Irreversible { .. } => &[],
    };
    (0..=u8::MAX).zip(kinds).map(|(part, kind)| (Place { step: step.id, undo: Some(part) }, kind))
}

fn is_fresh(progress: &Progress) -> bool {
    matches!(progress, Progress::Pending { attempts: 0, last: None })
}

fn entry(story: &Story<'_>, place: Place, kind: &StepKind, why: &str) -> StepEntry {
    let progress = story.state.progress(place);
    let outcome = progress.map_or(StepOutcome::NotReached, |progress| outcome(story, place, kind, progress));
    StepEntry {
        place,
        what: kind.to_string(),
        why: why.to_owned(),
        outcome,
        attempts: if kind.is_effect() { story.announced(place) } else { story.readings_of(place) },
        seen_at: story.seen_at(place),
        failure: progress.and_then(failure),
        detail: detail(story, place, kind, progress),
    }
}

fn outcome(story: &Story<'_>, place: Place, kind: &StepKind, progress: &Progress) -> StepOutcome {
    match progress {
        Progress::Pending { last: None, .. } => StepOutcome::NotReached,
        Progress::Pending { last: Some(_), .. } => StepOutcome::NotDone,
        Progress::Intended { .. } | Progress::Unknown { .. } | Progress::Declined { .. } => {
            StepOutcome::OutcomeUnknown
        }
        Progress::Written { .. } => StepOutcome::AcceptedNotSeen,
        Progress::Underway { .. } if proof_is_over(story, place) => StepOutcome::Done,
        Progress::Underway { .. } => StepOutcome::UnderWay,
        Progress::Refused { .. } => StepOutcome::Refused,
        Progress::Done { .. } if !kind.is_effect() => StepOutcome::Done,
        Progress::Done { .. } if taken_back(story, place) => StepOutcome::Undone,
        Progress::Done { verified: false, .. } => StepOutcome::AcceptedNotSeen,
        Progress::Done { verified: true, .. } if story.announced(place) == 0 => StepOutcome::AlreadySo,
        Progress::Done { verified: true, .. } => StepOutcome::Verified,
    }
}

/// What lacks something is read again before it counts, so a broken proof is over only once the run did something
/// else after it.
fn proof_is_over(story: &Story<'_>, place: Place) -> bool {
    let Some((_, comparison)) = story.state.proof(place) else { return false };
    let reading = story.last(|event| matches!(event, Event::Proved { place: at, .. } if *at == place));
    let acted = story.last(|event| {
        let is_note = matches!(
            event,
            Event::Counted { .. }
                | Event::Resumed { .. }
                | Event::ClocksSeen { .. }
                | Event::ProvedAgain { .. }
        );
        !is_note && !matches!(event, Event::Proved { .. })
    });
    !matches!(comparison.verdict, Verdict::Broken { .. }) || acted > reading
}

/// Returns whether a proof that lacks something is going to be read again.
pub(super) fn is_read_again(story: &Story<'_>, place: Place) -> bool {
    let under_way = matches!(story.state.progress(place), Some(Progress::Underway { .. }));
    let running = story.state.outcome().is_none() && story.state.stuck().is_none();
    running && under_way && story.state.proof(place).is_some() && !proof_is_over(story, place)
}

/// Returns whether every effect of a step's undo was done and seen.
fn taken_back(story: &Story<'_>, place: Place) -> bool {
    if place.undo.is_some() {
        return false;
    }
    let Some(step) = story.state.plan().step(place.step) else { return false };
    let mut effects = undo_parts(step).filter(|(_, kind)| kind.is_effect()).peekable();
    effects.peek().is_some()
        && effects.all(|(part, _)| {
            matches!(story.state.progress(part), Some(Progress::Done { verified: true, .. }))
        })
}

fn failure(progress: &Progress) -> Option<StepFailure> {
    match progress {
        Progress::Pending { last, .. } => last.clone(),
        Progress::Refused { failure, .. } | Progress::Declined { failure, .. } => Some(failure.clone()),
        Progress::Intended { .. }
        | Progress::Unknown { .. }
        | Progress::Written { .. }
        | Progress::Underway { .. }
        | Progress::Done { .. } => None,
    }
}

fn detail(story: &Story<'_>, place: Place, kind: &StepKind, progress: Option<&Progress>) -> Option<String> {
    if let Some(failure) = progress.and_then(failure) {
        return Some(words::failure(&failure));
    }
    if let StepKind::Prove { .. } = kind {
        let (_, comparison) = story.state.proof(place)?;
        return Some(words::verdict(&comparison.verdict));
    }
    if let (StepKind::Baseline, Some((census, _, _))) = (kind, story.state.baseline()) {
        return Some(words::count(census.conversations, "conversation"));
    }
    if let StepKind::Hold { .. } | StepKind::AwaitIdle { .. } = kind {
        return story.state.waits_until(place.step).map(|until| format!("until {}", words::moment(until)));
    }
    None
}

pub(super) fn waiting(story: &Story<'_>) -> Option<Wait> {
    if story.state.outcome().is_some() || story.state.stuck().is_some() {
        return None;
    }
    let under_way = |step: &&Step| {
        matches!(story.state.progress(Place::forward(step.id)), Some(Progress::Underway { .. }))
            && matches!(step.kind, StepKind::Hold { .. } | StepKind::AwaitIdle { .. })
    };
    let step = story.state.plan().steps.iter().find(under_way)?;
    let until = story.state.waits_until(step.id)?;
    Some(Wait { what: story.name(Place::forward(step.id)), until })
}

/// Returns when access was observed to have ended, if the run was to end it.
pub(super) fn cut(story: &Story<'_>) -> Option<Cut> {
    let plan = story.state.plan();
    let was_deleted = story.state.snapshot().account.state == AccountState::Deleted;
    if plan.purpose != Purpose::Retire || plan.steps.is_empty() || was_deleted {
        return None;
    }
    let place = |wanted: fn(&StepKind) -> bool| {
        plan.steps.iter().find(|step| wanted(&step.kind)).map(|step| Place::forward(step.id))
    };
    let inactive = place(|kind| matches!(kind, StepKind::SetState { to: AccountState::Inactive, .. }));
    let tokens = place(|kind| matches!(kind, StepKind::RevokeTokens));
    let was_inactive = story.state.snapshot().account.state == AccountState::Inactive;
    let inactive_seen_at = inactive.and_then(|place| story.seen_at(place));
    let tokens_seen_at = tokens.and_then(|place| story.seen_at(place));
    // What each step showed does not stand against a later look that found access not ended.
    let works =
        story.state.account_seen().is_some_and(|(_, seen)| seen.state() == Some(AccountState::Active));
    let still_there = works || story.state.differences().iter().any(|difference| !difference.foretold);
    let at = match (inactive_seen_at, was_inactive, tokens_seen_at) {
        _ if still_there => None,
        (Some(inactive), _, Some(tokens)) => Some(inactive.max(tokens)),
        (None, true, tokens) => tokens,
        (Some(_), _, None) | (None, false, _) => None,
    };
    Some(Cut {
        at,
        inactive_seen_at,
        was_inactive,
        tokens_accepted_at: tokens.and_then(|place| story.accepted_at(place)),
        tokens_seen_at,
    })
}

impl Story<'_> {
    /// Returns how often an effect was announced: one intent is one request at most.
    pub(super) fn announced(&self, place: Place) -> u64 {
        let intended = |event: &&Event| matches!(event, Event::Intended { place: at, .. } if *at == place);
        self.records.iter().map(|record| &record.event).filter(intended).count() as u64
    }

    fn readings_of(&self, place: Place) -> u64 {
        let read = |event: &&Event| match event {
            Event::Proved { place: at, .. } => *at == place,
            Event::Measured { step, .. } | Event::Compared { step, .. } => Place::forward(*step) == place,
            Event::Started { .. }
            | Event::Resumed { .. }
            | Event::Intended { .. }
            | Event::Answered { .. }
            | Event::Observed { .. }
            | Event::NotSeen { .. }
            | Event::Waiting { .. }
            | Event::Waited { .. }
            | Event::Unreadable { .. }
            | Event::AccountSeen { .. }
            | Event::Unwinding { .. }
            | Event::Stuck { .. }
            | Event::Freed
            | Event::Finished { .. }
            | Event::Counted { .. }
            | Event::ClocksSeen { .. }
            | Event::ProvedAgain { .. } => false,
        };
        self.records.iter().map(|record| &record.event).filter(read).count() as u64
    }

    /// Returns when an effect was first seen to be there.
    pub(super) fn seen_at(&self, place: Place) -> Option<Timestamp> {
        self.first(
            |event| matches!(event, Event::Observed { place: at, sight: Sight::Applied, .. } if *at == place),
        )
    }

    /// Returns when the vendor first accepted an effect.
    pub(super) fn accepted_at(&self, place: Place) -> Option<Timestamp> {
        self.first(|event| {
            matches!(event, Event::Answered { place: at, answer: Answer::Accepted { .. } | Answer::Absent { .. }, .. }
                if *at == place)
        })
    }

    pub(super) fn first(&self, wanted: impl Fn(&Event) -> bool) -> Option<Timestamp> {
        self.records.iter().find(|record| wanted(&record.event)).map(|record| record.at)
    }

    /// Returns the sequence number of the last event of a kind, 0 when there is none.
    pub(super) fn last(&self, wanted: impl Fn(&Event) -> bool) -> u64 {
        self.records.iter().rev().find(|record| wanted(&record.event)).map_or(0, |record| record.sequence)
    }
}
