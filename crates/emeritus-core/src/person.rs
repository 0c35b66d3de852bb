//! Where a person stands: what all runs of one person in one organization come to, folded by one function. Whoever asks
//! whether somebody is away, held, expected back, or what they were before they left, asks here.
//!
//! A **life** begins with a retirement that came about and ends when the person was put back and seen to be. In between
//! there can be any number of runs: kept first and deleted later, leftovers taken after that, a restore that did not
//! bring everything back. What a restore gives back is what the person was before the life began.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::entries;
use crate::event::{Outcome, Place};
use crate::id::{OrganizationId, RunId, UserId};
use crate::inventory::{AccountState, Inventory};
use crate::plan::{Purpose, StepKind};
use crate::state::{Progress, RunState};

/// What the person was before they first left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Before<'a> {
    /// As this run found them, with an active account.
    Whole(&'a RunState),
    /// Nobody knows: their account was not active any more when the first run began, which is this one.
    Unknown(&'a RunState),
}

/// Where a person stands.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    runs: Vec<&'a RunState>,
    life: Option<Life<'a>>,
    /// The latest run that found the account active, and was about to retire it.
    last_active: Option<&'a RunState>,
    expected: Option<&'a RunState>,
    put_back: Option<&'a RunState>,
    put_back_by: BTreeMap<&'a RunId, &'a RunId>,
    superseded_by: BTreeMap<&'a RunId, &'a RunId>,
}

/// The time between a retirement that came about and the return of the person.
#[derive(Debug, Clone)]
struct Life<'a> {
    before: Before<'a>,
    /// The retirements in it that came about, the oldest first.
    retirements: Vec<&'a RunState>,
    /// Whether the account was brought back since the last of them, though not everything with it.
    is_back_in_part: bool,
}

impl<'a> Standing<'a> {
    /// Returns where a person stands, from all their runs in one organization, the oldest first.
    pub fn of(runs: impl IntoIterator<Item = &'a RunState>) -> Self {
        let runs: Vec<_> = runs.into_iter().collect();
        let mut standing = Self {
            superseded_by: superseded(&runs),
            runs: Vec::new(),
            life: None,
            last_active: None,
            expected: None,
            put_back: None,
            put_back_by: BTreeMap::new(),
        };
        for run in &runs {
            match run.plan().purpose {
                Purpose::Retire => standing.retired(run),
                Purpose::Restore { .. } | Purpose::Revive => standing.returned(run),
            }
        }
        standing.runs = runs;
        standing
    }

    /// Returns where everybody stands whom these runs are about, in each organization by itself. The order is that of
    /// the first run of each.
    #[must_use]
    pub fn of_everybody(runs: &'a [RunState]) -> Vec<Self> {
        let mut places: BTreeMap<(&OrganizationId, &UserId), usize> = BTreeMap::new();
        let mut grouped: Vec<Vec<&RunState>> = Vec::new();
        for run in runs {
            let plan = run.plan();
            let place = *places.entry((&plan.organization.id, &plan.subject.id)).or_insert(grouped.len());
            match grouped.get_mut(place) {
                Some(runs) => runs.push(run),
                None => grouped.push(vec![run]),
            }
        }
        grouped.into_iter().map(Self::of).collect()
    }

    fn retired(&mut self, run: &'a RunState) {
        let was_active = run.snapshot().account.state == AccountState::Active;
        if was_active {
            self.last_active = Some(run);
        }
        if !came_about(run) {
            return;
        }
        self.put_back = None;
        let goes_on = self.life.as_mut().filter(|life| !was_active || life.is_not_whole_in(run.snapshot()));
        match goes_on {
            Some(life) => {
                life.retirements.push(run);
                life.is_back_in_part = false;
            }
            None => {
                let before = if was_active { Before::Whole(run) } else { Before::Unknown(run) };
                self.life = Some(Life { before, retirements: vec![run], is_back_in_part: false });
            }
        }
        // What is taken from somebody who is away already says nothing of when they return; a delete does.
        if run.plan().policy.returns_at.is_some() {
            self.expected = Some(run);
        } else if was_active || run.plan().deletes() {
            self.expected = None;
        }
    }

    fn returned(&mut self, run: &'a RunState) {
        let Some(is_whole) = is_back(run) else { return };
        self.expected = None;
        self.put_back = Some(run);
        for retirement in self.life.iter().flat_map(|life| &life.retirements) {
            self.put_back_by.insert(retirement.run(), run.run());
        }
        if is_whole {
            self.life = None;
        } else if let Some(life) = &mut self.life {
            life.is_back_in_part = true;
        }
    }

    /// Returns the runs, the oldest first.
    #[must_use]
    pub fn runs(&self) -> &[&'a RunState] {
        &self.runs
    }

    /// Returns whether this is the person, of this organization.
    #[must_use]
    pub fn is_of(&self, organization: &OrganizationId, user: &UserId) -> bool {
        self.runs
            .first()
            .is_some_and(|run| run.plan().organization.id == *organization && run.plan().subject.id == *user)
    }

    /// Returns the person, as the latest run names them.
    #[must_use]
    pub fn subject(&self) -> Option<&'a crate::plan::Subject> {
        self.runs.last().map(|run| &run.plan().subject)
    }

    /// Returns the organization.
    #[must_use]
    pub fn organization(&self) -> Option<&'a OrganizationId> {
        self.runs.first().map(|run| &run.plan().organization.id)
    }

    /// Returns whether a run of theirs was about somebody with this e-mail address.
    #[must_use]
    pub fn has_email(&self, email: &str) -> bool {
        self.runs.iter().any(|run| run.plan().subject.email.eq_ignore_ascii_case(email))
    }

    /// Returns where the person stands, in one word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.unfinished(), self.held_until()) {
            (Some(_), Some(_)) => "held",
            (Some(_), None) => "unfinished",
            (None, _) if self.expected.is_some() => "expected-back",
            (None, _) if self.is_away() => "away",
            (None, _) if self.put_back.is_some() => "put-back",
            // No run has taken them away, or what was taken was given back at once.
            (None, _) => "not-away",
        }
    }

    /// Returns whether a run has ended the person's access and none has brought the account back since.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.life.as_ref().is_some_and(|life| !life.is_back_in_part)
    }

    /// Returns what the person was before they first left, over all runs since they were last put back. `None` when no
    /// run has taken them away, or they were put back.
    #[must_use]
    pub fn before(&self) -> Option<Before<'a>> {
        self.life.as_ref().map(|life| life.before)
    }

    /// Returns the retirements that came about since the person was last put back, the oldest first.
    #[must_use]
    pub fn retirements(&self) -> &[&'a RunState] {
        self.life.as_ref().map_or(&[], |life| &life.retirements)
    }

    /// Returns the latest run that was about to retire them and found their account active, whatever came of it.
    #[must_use]
    pub fn last_active(&self) -> Option<&'a RunState> {
        self.last_active
    }

    /// Returns the run that says on which day the person returns, while they are awaited.
    #[must_use]
    pub fn expected_back(&self) -> Option<&'a RunState> {
        self.expected
    }

    /// Returns the restore or revival after which nothing has taken the person away again.
    #[must_use]
    pub fn put_back(&self) -> Option<&'a RunState> {
        self.put_back
    }

    /// Returns the run that is not over, and that nobody has given up.
    #[must_use]
    pub fn unfinished(&self) -> Option<&'a RunState> {
        let open = |run: &&&RunState| run.outcome().is_none() && self.superseded_by(run.run()).is_none();
        self.runs.iter().rev().find(open).copied()
    }

    /// Returns until when the person is held before a delete, while a run waits for that.
    #[must_use]
    pub fn held_until(&self) -> Option<Timestamp> {
        held_until(self.unfinished()?)
    }

    /// Returns the restore or revival for which a run was given up. Such a run is not resumed.
    #[must_use]
    pub fn superseded_by(&self, run: &RunId) -> Option<&'a RunId> {
        self.superseded_by.get(run).copied()
    }

    /// Returns the restore or revival that brought back the person whom a run had retired.
    #[must_use]
    pub fn put_back_by(&self, run: &RunId) -> Option<&'a RunId> {
        self.put_back_by.get(run).copied()
    }

    /// Returns the retirement that later proofs are held against, while the person is away: the latest that is over and
    /// read a history.
    #[must_use]
    pub fn proved_against(&self) -> Option<&'a RunState> {
        let retirements = if self.is_away() { self.retirements() } else { &[] };
        retirements.iter().rev().find(|run| run.is_sealed()).copied()
    }

    /// Returns the latest run that read the person's history, whatever became of it.
    #[must_use]
    pub fn last_read(&self) -> Option<&'a RunState> {
        self.runs.iter().rev().find(|run| run.baseline().is_some()).copied()
    }

    /// Returns whether a run has retired the person, or is about to.
    #[must_use]
    pub fn is_retired_or_about_to_be(&self) -> bool {
        self.is_away() || self.unfinished().is_some_and(|run| run.plan().purpose == Purpose::Retire)
    }
}

impl Life<'_> {
    /// Returns whether somebody who is active again, though no run of ours saw to it, lacks anything that they had
    /// before they left: then they are not wholly back, and what they were before still counts.
    fn is_not_whole_in(&self, now: &Inventory) -> bool {
        match self.before {
            Before::Whole(run) => !entries::missing(run.snapshot(), now).is_empty(),
            Before::Unknown(_) => false,
        }
    }
}

/// Returns whether a retirement has changed anything that was not taken back.
fn came_about(run: &RunState) -> bool {
    match run.outcome() {
        Some(Outcome::Failed | Outcome::Skipped) => false,
        Some(Outcome::Verified | Outcome::WrittenNotVerified | Outcome::ProofBroken) => true,
        Some(Outcome::Stuck) | None => run.plan().steps.iter().any(|step| {
            let progress = run.progress(Place::forward(step.id));
            let is_begun = |progress: &Progress| progress.may_have_changed() || progress.is_done();
            step.kind.is_effect() && progress.is_some_and(is_begun)
        }),
    }
}

/// Returns whether a restore or a revival has brought the account back, and if so whether everything that it was to
/// bring back was seen to be there.
pub(crate) fn is_back(run: &RunState) -> Option<bool> {
    let is_state = |field: &str| field == "state";
    let seen_otherwise = run.differences().iter().any(|found| is_state(&found.field) && !found.foretold);
    if run.plan().aimed_state() != AccountState::Active || seen_otherwise {
        return None;
    }
    match run.outcome()? {
        Outcome::Verified | Outcome::Skipped => Some(true),
        Outcome::WrittenNotVerified => Some(false),
        Outcome::Failed | Outcome::Stuck | Outcome::ProofBroken => None,
    }
}

/// A run that is not over is given up once a restore or a revival begins, unless that was taken back.
fn superseded<'a>(runs: &[&'a RunState]) -> BTreeMap<&'a RunId, &'a RunId> {
    let mut found = BTreeMap::new();
    for (place, run) in runs.iter().enumerate().filter(|(_, run)| run.outcome().is_none()) {
        let mut later = runs.iter().skip(place + 1);
        let by = later.find(|later| {
            later.plan().purpose != Purpose::Retire && later.outcome() != Some(Outcome::Failed)
        });
        if let Some(by) = by {
            found.insert(run.run(), by.run());
        }
    }
    found
}

/// Returns until when a run is held, if it waits in its hold.
#[must_use]
pub fn held_until(run: &RunState) -> Option<Timestamp> {
    if run.outcome().is_some() {
        return None;
    }
    let hold = run.plan().steps.iter().find(|step| matches!(step.kind, StepKind::Hold { .. }))?;
    let is_over = run.progress(Place::forward(hold.id)).is_some_and(Progress::is_done);
    run.waits_until(hold.id).filter(|_| !is_over)
}
