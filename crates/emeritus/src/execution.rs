//! Starting a run from an approved plan, and going on with one that was interrupted.

use emeritus_core::event::{AccountSeen, Event, Record};
use emeritus_core::id::{NotAnId, OrganizationId, RunId, UserId};
use emeritus_core::index::IndexRow;
use emeritus_core::inventory::{AccountState, Inventory, LiveInteraction};
use emeritus_core::person::Standing;
use emeritus_core::plan::{ApprovalError, ApprovedPlan, Purpose};
use emeritus_core::policy::LiveWork;
use emeritus_core::state::{IllegalEvent, RunState};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::collect::CollectError;
use crate::journal::{IndexedRun, JournalError};
use crate::lease::{Lease, LeaseError};
use crate::run::{DriveError, Executor, Pause};
use crate::seal::EvidenceError;
use crate::stats::Phase;
use crate::vendor_clock::{ClockError, permit, puts_back};
use crate::{ENGINE, Emeritus, Notice};

/// An inventory younger than this is taken as it is; an older one is collected again before the first write.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// Whether the inventory is collected again before the first write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// In any case: the plan comes from a file.
    Always,
    /// When it is older than half a minute.
    WhenOld,
}

/// The run could not be started or continued.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The organization changed since the plan was made.
    #[error("the organization changed since the plan was made: {}", .parts.join(", "))]
    Drift {
        /// Which parts.
        parts: Vec<&'static str>,
    },
    /// The approval does not hold any more. Nothing was written.
    #[error("the plan is not run")]
    Approval(#[source] ApprovalError),
    /// The account is not in the state that the plan rests on. Nothing was written.
    #[error("the account is {seen}; the plan rests on a reading that said {planned}")]
    OtherState {
        /// The plan's.
        planned: AccountState,
        /// What was seen right before the first write, by readings that agree.
        seen: AccountSeen,
    },
    /// The plan rests on another inventory than the one handed over.
    #[error("the plan rests on inventory {planned}, the one handed over is {actual}")]
    OtherInventory {
        /// The plan's.
        planned: String,
        /// The other.
        actual: String,
    },
    /// The credentials are of another organization.
    #[error("the plan is for organization {planned}, these credentials are of {actual}")]
    OtherOrganization {
        /// The plan's.
        planned: emeritus_core::id::OrganizationId,
        /// The other.
        actual: emeritus_core::id::OrganizationId,
    },
    /// An earlier run on this person is not over.
    #[error("run {run} on this person is not over")]
    Unfinished {
        /// Which.
        run: RunId,
    },
    /// A later run has begun to put the person back, so this one is not resumed.
    #[error("run {run} was given up when run {by} began to put the person back")]
    Superseded {
        /// Which.
        run: RunId,
        /// For which restore or revival.
        by: RunId,
    },
    /// Somebody else is at work on this person.
    #[error("could not get to work on this person")]
    Lease(#[source] LeaseError),
    /// The inventory could not be collected again.
    #[error("could not collect what the person holds")]
    Collect(#[source] CollectError),
    /// The clocks do not allow that anything is written.
    #[error("nothing was written")]
    Clocks(#[source] ClockError),
    /// The journal.
    #[error("the journal failed")]
    Journal(#[source] JournalError),
    /// The run broke off; `resume` goes on.
    #[error("run {run} broke off")]
    Drive {
        /// Which.
        run: RunId,
        /// Why.
        #[source]
        source: DriveError,
    },
    /// The first event is not legal.
    #[error("a fault of this program: the run cannot begin")]
    Illegal(#[source] IllegalEvent),
    /// The evidence could not be written; the run itself is in the journal.
    #[error("the evidence of run {run} could not be written")]
    Evidence {
        /// Which.
        run: RunId,
        /// Why.
        #[source]
        source: EvidenceError,
    },
    /// The inventory has no canonical form.
    #[error("the inventory cannot be put into canonical form")]
    Canonical(#[source] serde_json::Error),
    /// The new run's id is not usable.
    #[error("the run's id cannot be used")]
    Id(#[source] NotAnId),
}

/// How a run stands when its executor lets go of it.
#[derive(Debug)]
pub struct RunReport {
    /// Its state.
    pub state: RunState,
    /// Where its evidence is.
    pub evidence_dir: std::path::PathBuf,
    /// Until when it is held, if it is.
    pub pause: Option<Pause>,
    /// How many requests this executor and those before it sent.
    pub calls: u64,
}

impl Emeritus {
    /// Starts the run of an approved plan and drives it until it is over, stuck or held.
    ///
    /// # Errors
    /// Refuses when anything changed since the plan was made, when another run on this person is not over, and
    /// when somebody else is at work on them. When the journal fails, nothing more is sent.
    pub async fn start(
        &self,
        approved: ApprovedPlan,
        inventory: &Inventory,
        recheck: Recheck,
    ) -> Result<RunReport, RunError> {
        let plan = approved.plan();
        let user = plan.subject.id.clone();
        let lease = Lease::take(&self.home, &plan.organization.id, &user).map_err(RunError::Lease)?;
        self.refuse_unfinished(plan)?;
        self.write_missing_evidence(plan).map_err(RunError::Journal)?;
        Box::pin(self.refuse_drift(plan, inventory, recheck)).await?;
        let looked = Box::pin(self.look_before_writing(plan)).await?;
        let last = self.journal.runs(None).map_err(RunError::Journal)?.pop();
        let run = id_after(last.as_ref(), Uuid::now_v7()).map_err(RunError::Id)?;
        let aim = self.aim_of(plan).map_err(RunError::Journal)?;
        let clocks = permit(puts_back(&plan.purpose), self.agree().await).map_err(RunError::Clocks)?;
        approved.holds(self.now()).map_err(RunError::Approval)?;
        let organization = plan.organization.id.clone();
        let event = Event::Started {
            run: run.clone(),
            plan: Box::new(approved),
            snapshot: Box::new(inventory.clone()),
            engine: ENGINE.to_owned(),
        };
        let record = Record { sequence: 1, at: self.now(), event };
        let state = RunState::start(&record).map_err(RunError::Illegal)?;
        let ids = (&run, &organization, &user);
        let pen = self.journal.begin(ids, &record, &IndexRow::of(&state)).map_err(RunError::Journal)?;
        (self.watch)(&Notice::Event(&record));
        let mut executor =
            Executor { emeritus: self, pen, state, run: run.clone(), stood_still: SignedDuration::ZERO, aim };
        let broke = |source| RunError::Drive { run: run.clone(), source };
        executor.append_clocks(clocks).map_err(broke)?;
        if let Some(seen) = looked {
            executor.append(Event::AccountSeen { seen }).map_err(broke)?;
        }
        Box::pin(self.drive(executor, lease)).await
    }

    /// Goes on with a run that was interrupted or held. `free` lets a stuck one go on: a person looked at it.
    ///
    /// # Errors
    /// As [`Emeritus::start`].
    pub async fn resume(&self, run: &RunId, free: bool) -> Result<RunReport, RunError> {
        let state = self.run(run).map_err(RunError::Journal)?;
        let (organization, user) = (state.plan().organization.id.clone(), state.plan().subject.id.clone());
        let lease = Lease::take(&self.home, &organization, &user).map_err(RunError::Lease)?;
        // Read again under the lease: whoever held it before may have gone on.
        let state = self.run(run).map_err(RunError::Journal)?;
        let runs = self.runs_of(&organization, &user).map_err(RunError::Journal)?;
        if let Some(by) = Standing::of(&runs).superseded_by(run) {
            return Err(RunError::Superseded { run: run.clone(), by: by.clone() });
        }
        let rests = state.outcome().is_some() || (state.stuck().is_some() && !free);
        if rests {
            return self.report(run, state, None);
        }
        let actual = self.organization().await.map_err(RunError::Collect)?.id;
        if actual != organization {
            return Err(RunError::OtherOrganization { planned: organization, actual });
        }
        let aim = self.aim_of(state.plan()).map_err(RunError::Journal)?;
        let back = puts_back(&state.plan().purpose) || state.unwinding().is_some();
        let clocks = permit(back, self.agree().await).map_err(RunError::Clocks)?;
        let pen = self.journal.take_over(run).map_err(RunError::Journal)?;
        let stood_still = SignedDuration::ZERO;
        let mut executor = Executor { emeritus: self, pen, state, run: run.clone(), stood_still, aim };
        let broke = |source| RunError::Drive { run: run.clone(), source };
        executor.append(Event::Resumed { engine: ENGINE.to_owned() }).map_err(broke)?;
        executor.append_clocks(clocks).map_err(broke)?;
        if executor.state.stuck().is_some() {
            executor.append(Event::Freed).map_err(broke)?;
        }
        self.drive(executor, lease).await
    }

    async fn drive(&self, mut executor: Executor<'_>, lease: Lease) -> Result<RunReport, RunError> {
        let run = executor.run.clone();
        let _phase = self.meter.during(Phase::Looks);
        let pause = executor.drive().await.map_err(|source| RunError::Drive { run: run.clone(), source })?;
        let report = self.report(&run, executor.state, pause);
        drop(lease);
        report
    }

    fn report(&self, run: &RunId, state: RunState, pause: Option<Pause>) -> Result<RunReport, RunError> {
        let evidence_dir = match self.write_evidence(run) {
            // A stuck run says itself what became of its readings; its evidence waits until somebody has seen to it.
            Err(EvidenceError::Census { .. }) if state.outcome().is_none() => self.home.run_dir(run),
            written => written.map_err(|source| RunError::Evidence { run: run.clone(), source })?,
        };
        Ok(RunReport { calls: state.calls(), state, evidence_dir, pause })
    }

    /// Returns whether somebody is at work on the person of a run now, `None` where that cannot be told.
    #[must_use]
    pub fn is_at_work(&self, state: &RunState) -> Option<bool> {
        let plan = state.plan();
        Lease::is_held(&self.home, &plan.organization.id, &plan.subject.id)
    }

    /// Returns the runs that are over and whose evidence was never written: the process ended between the two.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn without_evidence(&self) -> Result<Vec<RunState>, JournalError> {
        self.over_without_evidence(None)
    }

    fn over_without_evidence(
        &self,
        of: Option<(&OrganizationId, &UserId)>,
    ) -> Result<Vec<RunState>, JournalError> {
        let mut found = Vec::new();
        for IndexedRun { run, organization, user, row } in self.journal.index()? {
            let is_meant = of.is_none_or(|of| of == (&organization, &user));
            if is_meant && !row.is_open() && !self.has_evidence(&run) {
                found.push(self.run(&run)?);
            }
        }
        Ok(found)
    }

    /// Writes the evidence of a person's earlier runs that lack it. What keeps it from being written is not the matter of
    /// this run; `status` says that it is missing.
    fn write_missing_evidence(&self, plan: &emeritus_core::Plan) -> Result<(), JournalError> {
        for state in self.over_without_evidence(Some((&plan.organization.id, &plan.subject.id)))? {
            drop(self.write_evidence(state.run()));
        }
        Ok(())
    }

    fn refuse_unfinished(&self, plan: &emeritus_core::Plan) -> Result<(), RunError> {
        let runs = self.runs_of(&plan.organization.id, &plan.subject.id).map_err(RunError::Journal)?;
        let Some(open) = Standing::of(&runs).unfinished().cloned() else { return Ok(()) };
        // A restore is how a person is put back out of a held or stuck retirement, and out of a restore that is stuck.
        let gives_up = match (&plan.purpose, &open.plan().purpose) {
            (Purpose::Retire, _) => false,
            (Purpose::Restore { .. } | Purpose::Revive, Purpose::Retire) => true,
            (Purpose::Restore { .. } | Purpose::Revive, Purpose::Restore { .. } | Purpose::Revive) => {
                open.stuck().is_some()
            }
        };
        if gives_up { Ok(()) } else { Err(RunError::Unfinished { run: open.run().clone() }) }
    }

    async fn refuse_drift(
        &self,
        plan: &emeritus_core::Plan,
        inventory: &Inventory,
        recheck: Recheck,
    ) -> Result<(), RunError> {
        let actual = inventory.digest().map_err(RunError::Canonical)?;
        if actual != plan.inventory_digest {
            return Err(RunError::OtherInventory { planned: plan.inventory_digest.clone(), actual });
        }
        let age = self.now().duration_since(inventory.taken_at);
        if recheck == Recheck::WhenOld && age.abs() < FRESH {
            return Ok(());
        }
        let now = self.organization().await.map_err(RunError::Collect)?.id;
        if now != plan.organization.id {
            let planned = plan.organization.id.clone();
            return Err(RunError::OtherOrganization { planned, actual: now });
        }
        let later = self.collect(&plan.subject.id).await.map_err(RunError::Collect)?;
        // What was lifted by name may go on or end: only what is new is drift.
        let lifts = |live: &LiveInteraction| plan.policy.lifts_live(&live.conversation);
        let mut parts = inventory.without_live(lifts).drift(&later.without_live(lifts));
        if matches!(plan.policy.live_work, LiveWork::Drain { .. }) {
            // Live work comes and goes, and the plan waits for it to end.
            parts.retain(|part| !matches!(*part, "live interactions" | "open conversations"));
        }
        if parts.is_empty() { Ok(()) } else { Err(RunError::Drift { parts }) }
    }

    /// Looks at the account right before the first write, unless that is guarded by a look of its own. A plan for
    /// somebody who has left is not carried out on somebody who works.
    async fn look_before_writing(&self, plan: &emeritus_core::Plan) -> Result<Option<AccountSeen>, RunError> {
        let first = plan.steps.iter().find(|step| step.kind.is_effect());
        if first.is_some_and(|step| step.kind.is_guarded()) {
            return Ok(None);
        }
        let subject = &plan.subject;
        let seen = self.see_account(&subject.id, subject.state, &plan.policy.patience).await;
        if seen.state() == Some(subject.state) {
            Ok(Some(seen))
        } else {
            Err(RunError::OtherState { planned: subject.state, seen })
        }
    }

    /// Returns the snapshot that a restore aims at, with the state that its plan gives the account.
    fn aim_of(&self, plan: &emeritus_core::Plan) -> Result<Option<Inventory>, JournalError> {
        match &plan.purpose {
            Purpose::Retire | Purpose::Revive => Ok(None),
            Purpose::Restore { from_run, .. } => {
                let mut aim = self.run(from_run)?.snapshot().clone();
                aim.account.state = plan.aimed_state();
                Ok(Some(aim))
            }
        }
    }
}

/// Returns the id of a run that begins now. Runs are told apart and put in order by it, so it comes after every id that
/// there is, also where the clock was set back since.
fn id_after(last: Option<&RunId>, now: Uuid) -> Result<RunId, NotAnId> {
    /// Below the milliseconds of a version 7 UUID.
    const REST: u32 = 80;
    let last = last.and_then(|run| Uuid::try_parse(run.as_str()).ok()).filter(|last| *last >= now);
    let id = last.map_or(now, |last| {
        let millisecond = (last.as_u128() >> REST) + 1;
        Uuid::from_u128((millisecond << REST) | (now.as_u128() & ((1 << REST) - 1)))
    });
    RunId::parse(id.hyphenated().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_comes_after_every_other_though_the_clock_was_set_back() {
        let run = |id: Uuid| RunId::parse(id.hyphenated().to_string()).unwrap();
        let (now, hour) = (Uuid::now_v7(), 3_600_000 << 80);
        assert_eq!(id_after(None, now).unwrap(), run(now));
        assert_eq!(id_after(Some(&run(Uuid::from_u128(now.as_u128() - hour))), now).unwrap(), run(now));
        let ahead = run(Uuid::from_u128(now.as_u128() + hour));
        let next = id_after(Some(&ahead), now).unwrap();
        let after = id_after(Some(&next), now).unwrap();
        assert!(ahead < next && next < after, "{ahead} {next} {after}");
        assert_eq!(Uuid::parse_str(next.as_str()).unwrap().get_version_num(), 7);
    }
}
