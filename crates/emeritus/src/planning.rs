//! Making plans: find, collect, and hand what was read to the planner.

use emeritus_core::forecast::Calendar;
use emeritus_core::id::{NotAnId, RunId, UserId};
use emeritus_core::inventory::{Inventory, Part};
use emeritus_core::person::{Before, Standing};
use emeritus_core::plan::{AccountChoice, Basis, HistoryScope, Plan};
use emeritus_core::planner::{
    Aim, Awaited, Outlook, PlanError, Survey, plan_foreseeing, plan_restore, plan_revival_of,
    retirement_steps,
};
use emeritus_core::policy::{CutOrder, Policy, Treatment};
use genesys::{AggregateQuery, Granularity, Interval};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::collect::{CollectError, Scans};
use crate::failure::why;
use crate::find::{FindError, Person, Who};
use crate::journal::JournalError;
use crate::policy_file::ReassignError;
use crate::stats::Phase;
use crate::vendor_clock::{ClockError, permit};
use crate::{Emeritus, permission, survey};

/// A plan with the inventory that it rests on: what `--out` writes and `--plan` reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The digest of the plan, for people and scripts. It is computed again before anything is done.
    pub digest: String,
    /// What the person held.
    pub inventory: Inventory,
}

/// No plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanningError {
    /// Not exactly one person.
    #[error("could not find the person")]
    Find(#[source] FindError),
    /// The inventory could not be collected.
    #[error("could not collect what the person holds")]
    Collect(#[source] CollectError),
    /// The clocks do not allow that anything is written.
    #[error("no plan is made on a clock that may be wrong")]
    Clocks(#[source] ClockError),
    /// The journal could not be read.
    #[error("could not read the journal")]
    Journal(#[source] JournalError),
    /// The policy names a successor who cannot be one.
    #[error("the policy cannot be followed")]
    Reassign(#[source] Box<ReassignError>),
    /// No run has taken the person away since they were last put back, if they were.
    #[error("no run has taken anything from this person: there is nothing to restore from")]
    NoSnapshot,
    /// Nobody has to say what the account was.
    #[error("the account was active when run {run} began: there is nothing to leave as it was found")]
    IsKnown {
        /// Which.
        run: RunId,
    },
    /// What would be given back could not be looked at.
    #[error("could not look at what would be given back")]
    Survey(#[source] genesys::Error),
    /// The planner refused.
    #[error("could not make the plan")]
    Plan(#[source] PlanError),
    /// The plan has no canonical form.
    #[error("the plan cannot be put into canonical form")]
    Canonical(#[source] serde_json::Error),
    /// Neither a person nor a run was named.
    #[error("name a person or a run")]
    Unnamed,
    /// A person's id is not usable.
    #[error("the id cannot be used")]
    Id(#[source] NotAnId),
}

impl Planned {
    fn of(plan: Plan, inventory: Inventory) -> Result<Self, PlanningError> {
        let digest = plan.digest().map_err(PlanningError::Canonical)?.0;
        Ok(Self { plan, digest, inventory })
    }
}

impl Emeritus {
    /// Returns the plan that retires a person. Reads only.
    ///
    /// # Errors
    /// The person is not found exactly once, or their account cannot be read. What speaks against retiring them
    /// is not an error but a fatal finding of the plan.
    pub async fn plan(
        &self,
        who: &Who,
        policy: Policy,
        since: Option<Timestamp>,
    ) -> Result<Planned, PlanningError> {
        self.plan_with(&Scans::default(), who, policy, since).await
    }

    /// As [`Emeritus::plan`], with readings of the whole organization that are shared by many people.
    ///
    /// # Errors
    /// As [`Emeritus::plan`].
    pub async fn plan_with(
        &self,
        scans: &Scans,
        who: &Who,
        mut policy: Policy,
        since: Option<Timestamp>,
    ) -> Result<Planned, PlanningError> {
        let person = self.find(who).await.map_err(PlanningError::Find)?;
        refuse_themselves(&policy, &person)?;
        let inventory = self.collect_with(&person.id, scans).await.map_err(PlanningError::Collect)?;
        self.agree().await.map_err(PlanningError::Clocks)?;
        let lesson = crate::run::IN_USE_BLOCKS_CUT;
        if self.journal.has_learnt(&inventory.organization.id, lesson).map_err(PlanningError::Journal)? {
            policy.order = CutOrder::ReleaseFirst;
        }
        let history = self.history_scope(since, &[person.id.as_str()]).await;
        let now = self.now();
        let steps = retirement_steps(&inventory, &policy);
        let rights = {
            let _phase = self.meter.during(Phase::Scans);
            scans.rights(&self.reader, self.client.client_id()).await
        };
        let outlook = Outlook {
            unrestorable: permission::lacking(&steps, &inventory, |permission| {
                rights.has(permission) != Some(false)
            }),
            rights_unknown: rights.unknown().cloned(),
            calendar: self.calendar(&person.id, &history).await,
            awaited: self.awaited(&inventory).map_err(PlanningError::Journal)?,
        };
        let plan = plan_foreseeing(&inventory, &history, &outlook, &policy, now);
        let plan = plan.map_err(PlanningError::Plan)?;
        Planned::of(plan, inventory)
    }

    /// Returns the plan that puts a person back to what they were before they first left, or to what they were when the
    /// run began that is named. Reads only.
    ///
    /// # Errors
    /// There is no such run, or the person cannot be read.
    pub async fn plan_restore(
        &self,
        run: Option<&RunId>,
        who: Option<&Who>,
        policy: Policy,
    ) -> Result<Planned, PlanningError> {
        self.plan_restore_as(run, who, None, policy).await
    }

    /// As [`Emeritus::plan_restore`], with what the account is to be where no snapshot says that it was active. Without
    /// that such a plan has a fatal finding.
    ///
    /// # Errors
    /// As [`Emeritus::plan_restore`].
    pub async fn plan_restore_as(
        &self,
        run: Option<&RunId>,
        who: Option<&Who>,
        account: Option<AccountChoice>,
        policy: Policy,
    ) -> Result<Planned, PlanningError> {
        let (organization, user) = match (run, who) {
            (Some(run), _) => {
                let named = self.run(run).map_err(PlanningError::Journal)?;
                (named.plan().organization.id.clone(), named.plan().subject.id.clone())
            }
            (None, Some(who)) => self.resolve(who).await?,
            (None, None) => return Err(PlanningError::Unnamed),
        };
        let runs = self.runs_of(&organization, &user).map_err(PlanningError::Journal)?;
        let standing = Standing::of(&runs);
        let named = run.and_then(|run| standing.runs().iter().find(|state| state.run() == run).copied());
        let (source, basis) = match (named, standing.before()) {
            (Some(named), Some(Before::Whole(first))) if named.run() == first.run() => (first, Basis::Whole),
            (Some(named), _) => (named, Basis::Named { account }),
            (None, Some(Before::Whole(first))) => (first, Basis::Whole),
            (None, Some(Before::Unknown(first))) => (first, Basis::Found { account }),
            (None, None) => return Err(PlanningError::NoSnapshot),
        };
        if basis == Basis::Whole && account == Some(AccountChoice::AsFound) {
            return Err(PlanningError::IsKnown { run: source.run().clone() });
        }
        let snapshot = source.snapshot();
        let current = self.collect(&snapshot.account.id).await.map_err(PlanningError::Collect)?;
        permit(true, self.agree().await).map_err(PlanningError::Clocks)?;
        let mut retired_by: Vec<_> = standing.retirements().iter().map(|run| &run.plan().policy).collect();
        retired_by.push(&source.plan().policy);
        let survey = {
            let _phase = self.meter.during(Phase::Survey);
            let survey = Box::pin(survey::survey(&self.reader, snapshot, &current, &retired_by));
            survey.await.map_err(PlanningError::Survey)?
        };
        let aim = Aim { snapshot, from_run: source.run().clone(), basis, standing: Some(&standing) };
        let history = &source.plan().history;
        let plan = plan_restore(&aim, &current, &survey, history, &policy, self.now())
            .map_err(PlanningError::Plan)?;
        Planned::of(plan, current)
    }

    /// Returns the plan that brings back an account that no run of this journal has taken away: a rehire gets the
    /// account that exists, not a twin. Reads only.
    ///
    /// # Errors
    /// Not exactly one person is found, or their account cannot be read.
    pub async fn plan_revival(&self, who: &Who, policy: Policy) -> Result<Planned, PlanningError> {
        let (_, user) = self.resolve(who).await?;
        let current = self.collect(&user).await.map_err(PlanningError::Collect)?;
        permit(true, self.agree().await).map_err(PlanningError::Clocks)?;
        let twin = {
            let _phase = self.meter.during(Phase::Survey);
            survey::twin(&self.reader, &user, &current.account.email).await
        };
        let survey = Survey { obstacles: Vec::new(), twin: twin.map_err(PlanningError::Survey)? };
        let history = self.history_scope(None, &[user.as_str()]).await;
        let runs = self.runs_of(&current.organization.id, &user).map_err(PlanningError::Journal)?;
        let standing = Standing::of(&runs);
        let plan = plan_revival_of(Some(&standing), &current, &survey, &history, &policy, self.now())
            .map_err(PlanningError::Plan)?;
        Planned::of(plan, current)
    }

    /// Returns the day on which a run expects the person back, if one does.
    fn awaited(&self, inventory: &Inventory) -> Result<Option<Awaited>, JournalError> {
        let runs = self.runs_of(&inventory.organization.id, &inventory.account.id)?;
        let expected = Standing::of(&runs).expected_back();
        Ok(expected
            .and_then(|run| Some(Awaited { run: run.run().clone(), at: run.plan().policy.returns_at? })))
    }

    /// Returns what the vendor's aggregates say of a history before it is read: one question.
    async fn calendar(&self, user: &UserId, history: &HistoryScope) -> Part<Calendar> {
        let mut calendar = Calendar::default();
        let Ok(interval) = Interval::new(history.from, self.by_both().latest) else {
            return Part::Known(calendar);
        };
        let query = AggregateQuery::new(interval, &[user.as_str()], Granularity::Day);
        match self.reader.conversation_aggregates(&query).await {
            Ok(told) => {
                for told in told {
                    calendar.add(told.interval.start(), told.handled);
                }
                Part::Known(calendar)
            }
            Err(error) => Part::Unknown(why(&error)),
        }
    }
}

/// A successor who leaves too would be handed what is taken from them.
fn refuse_themselves(policy: &Policy, person: &Person) -> Result<(), PlanningError> {
    for (kind, treatment) in &policy.treatments {
        match treatment {
            Treatment::Reassign { to } if to.id == person.id => {
                let themselves = ReassignError::Themselves { kind: *kind, person: person.clone() };
                return Err(PlanningError::Reassign(Box::new(themselves)));
            }
            Treatment::Reassign { .. } | Treatment::Release | Treatment::Keep | Treatment::Block => {}
        }
    }
    Ok(())
}
