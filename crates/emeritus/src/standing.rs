//! Where people stand by this journal: which of its runs are of a person in the organization at hand, who is expected
//! back, who is retired. The rules are the core's; here they are given their runs.

use emeritus_core::id::{OrganizationId, RunId, UserId};
use emeritus_core::index;
use emeritus_core::inventory::Named;
use emeritus_core::person::Standing;
use emeritus_core::state::RunState;

use crate::collect::CollectError;
use crate::find::{FindError, Who};
use crate::journal::{IndexedRun, JournalError, by_person};
use crate::planning::PlanningError;
use crate::stats::Phase;
use crate::vendor_clock::ClockError;
use crate::{Emeritus, state_of};

/// It could not be told who is meant, or where they stand.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The journal could not be read.
    #[error("could not read the journal")]
    Journal(#[source] JournalError),
    /// The organization could not be read.
    #[error("could not see which organization this is")]
    Organization(#[source] CollectError),
    /// Whose day has come cannot be told.
    #[error("whose day has come cannot be told")]
    Clocks(#[source] ClockError),
    /// Not exactly one person.
    #[error("could not find the person")]
    Find(#[source] FindError),
    /// No run of the person has read a history.
    #[error("no run of this state directory has read the history of {who}")]
    NothingRead {
        /// Who was asked for.
        who: Who,
    },
    /// Runs of several people, or of several organizations, fit.
    #[error("runs of several people fit {who}")]
    Several {
        /// Who was asked for.
        who: Who,
        /// The latest run of each, with the person and the organization.
        found: Vec<(RunId, UserId, Named<OrganizationId>)>,
    },
    /// Only the vendor knows people by such a name.
    #[error("a journal knows people by e-mail and user id, not by {who}")]
    NotByJournal {
        /// Who was asked for.
        who: Who,
    },
}

/// Runs of the organization that the credentials are for.
#[derive(Debug, Clone, Default)]
pub struct RunsHere {
    /// The runs.
    pub here: Vec<RunState>,
    /// How many there are of other organizations.
    pub elsewhere: u64,
}

impl Emeritus {
    /// Returns the state of every run of a person in an organization, the oldest first.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn runs_of(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Vec<RunState>, JournalError> {
        self.journal
            .runs(Some((organization, user)))?
            .iter()
            .map(|run| state_of(&self.journal, run))
            .collect()
    }

    /// Returns every run of the people whose rows in the index, the oldest first, are what is wanted: the index says who
    /// may be meant, their events say what holds. The runs of one person stand together, the oldest first.
    pub(crate) fn runs_of_those(
        &self,
        wanted: impl Fn(&[&IndexedRun]) -> bool,
    ) -> Result<Vec<RunState>, JournalError> {
        let index = self.journal.index()?;
        let wanted = by_person(&index).into_values().filter(|runs| wanted(runs));
        wanted.flatten().map(|indexed| self.run(&indexed.run)).collect()
    }

    /// Returns the runs that are not over and that nobody has given up, the oldest first.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn unfinished(&self) -> Result<Vec<RunState>, JournalError> {
        let runs = self.runs_of_those(|runs| runs.iter().any(|run| run.row.is_open()))?;
        let everybody = Standing::of_everybody(&runs);
        let mut open: Vec<_> = everybody.iter().filter_map(Standing::unfinished).cloned().collect();
        open.sort_by(|one, other| one.run().cmp(other.run()));
        Ok(open)
    }

    /// Returns those of [`Emeritus::unfinished`] that are of this organization, and need nobody to look at them.
    ///
    /// # Errors
    /// The journal cannot be read, or the organization.
    pub async fn to_resume(&self) -> Result<RunsHere, StandingError> {
        let mut open = self.unfinished().map_err(StandingError::Journal)?;
        open.retain(|run| run.stuck().is_none());
        if open.is_empty() {
            return Ok(RunsHere::default());
        }
        let here = self.here().await.map_err(StandingError::Organization)?;
        Ok(among(open, &here.id))
    }

    /// Returns every run of those whom the journal knows by this name, in any organization: a user id or an e-mail address
    /// that a run of theirs was about.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn runs_of_called(&self, who: &Who) -> Result<Vec<RunState>, JournalError> {
        self.runs_of_those(may_be_called(who))
    }

    /// Returns the runs that say of people who are away when they return, the first to return first, in every
    /// organization of the journal.
    ///
    /// # Errors
    /// The journal cannot be read, or a run of it is damaged.
    pub fn expected_back(&self) -> Result<Vec<RunState>, JournalError> {
        let runs = self.runs_of_those(|runs| index::may_be_expected(runs.iter().map(|run| &run.row)))?;
        let everybody = Standing::of_everybody(&runs);
        let mut found: Vec<_> = everybody.iter().filter_map(Standing::expected_back).cloned().collect();
        found.sort_by_key(|run| run.plan().policy.returns_at);
        Ok(found)
    }

    /// Returns those of [`Emeritus::expected_back`] whose day has come by both clocks, the longest due first, in the
    /// organization that these credentials are for.
    ///
    /// # Errors
    /// The journal cannot be read, or the organization; the clocks differ, or the vendor's cannot be told.
    pub async fn due_back(&self) -> Result<RunsHere, StandingError> {
        let mut due = self.expected_back().map_err(StandingError::Journal)?;
        if due.is_empty() {
            return Ok(RunsHere::default());
        }
        let here = self.here().await.map_err(StandingError::Organization)?;
        self.agree().await.map_err(StandingError::Clocks)?;
        let now = self.by_both().earliest;
        due.retain(|run| run.plan().policy.returns_at.is_some_and(|at| at <= now));
        Ok(among(due, &here.id))
    }

    /// Returns everybody of this organization whom runs of this state directory have retired, or are about to, and who
    /// was not put back.
    ///
    /// # Errors
    /// The journal cannot be read, or the organization.
    pub async fn retired_people(&self) -> Result<Vec<UserId>, StandingError> {
        let may_be = |runs: &[&IndexedRun]| index::may_be_away(runs.iter().map(|run| &run.row));
        let runs = self.runs_of_those(may_be).map_err(StandingError::Journal)?;
        let mut everybody = Standing::of_everybody(&runs);
        everybody.retain(Standing::is_retired_or_about_to_be);
        if everybody.is_empty() {
            return Ok(Vec::new());
        }
        let here = self.here().await.map_err(StandingError::Organization)?;
        everybody.retain(|person| person.organization() == Some(&here.id));
        let mut people: Vec<_> =
            everybody.iter().filter_map(Standing::subject).map(|subject| subject.id.clone()).collect();
        people.sort();
        Ok(people)
    }

    /// Returns the latest run that read the history of a person of this organization.
    ///
    /// # Errors
    /// There is none, several people fit, or something could not be read.
    pub async fn read_of(&self, who: &Who) -> Result<RunState, StandingError> {
        let here = self.here().await.map_err(StandingError::Organization)?;
        match who {
            Who::Id(_) | Who::Email(_) => self.read_by_journal(who, Some(&here.id)),
            Who::External { .. } | Who::Employee(_) => {
                let person = self.find(who).await.map_err(StandingError::Find)?;
                self.read_by_journal(&Who::Id(person.id), Some(&here.id))
            }
        }
    }

    /// As [`Emeritus::read_of`], by the journal alone: without an organization, in any.
    ///
    /// # Errors
    /// As [`Emeritus::read_of`].
    pub fn read_by_journal(
        &self,
        who: &Who,
        organization: Option<&OrganizationId>,
    ) -> Result<RunState, StandingError> {
        let runs = self.runs_of_called(who).map_err(StandingError::Journal)?;
        let mut found = Standing::of_everybody(&runs);
        found.retain(|person| {
            is_called(person, who) && organization.is_none_or(|here| person.organization() == Some(here))
        });
        if matches!(who, Who::External { .. } | Who::Employee(_)) {
            return Err(StandingError::NotByJournal { who: who.clone() });
        }
        let read: Vec<_> = found.iter().filter_map(Standing::last_read).collect();
        match read.as_slice() {
            [] => Err(StandingError::NothingRead { who: who.clone() }),
            [run] => Ok((*run).clone()),
            several => {
                let told = |run: &&RunState| {
                    let plan = run.plan();
                    (run.run().clone(), plan.subject.id.clone(), plan.organization.clone())
                };
                Err(StandingError::Several { who: who.clone(), found: several.iter().map(told).collect() })
            }
        }
    }

    /// Returns the organization and the id of a person whom a restore is about. The vendor may know a deleted person
    /// under no e-mail any more, and one who was renamed under another: the journal is asked first, and where it does
    /// not name exactly one, the vendor.
    ///
    /// # Errors
    /// Not exactly one person is found, or something could not be read.
    pub(crate) async fn resolve(&self, who: &Who) -> Result<(OrganizationId, UserId), PlanningError> {
        let here = self.here().await.map_err(PlanningError::Collect)?.id;
        if let Who::Id(id) = who {
            return Ok((here, id.clone()));
        }
        if let Who::Email(_) = who {
            let runs = self.runs_of_called(who).map_err(PlanningError::Journal)?;
            let everybody = Standing::of_everybody(&runs);
            let mut fit = everybody
                .iter()
                .filter(|person| person.organization() == Some(&here) && is_called(person, who));
            if let (Some(person), None) = (fit.next(), fit.next())
                && let Some(subject) = person.subject()
            {
                return Ok((here, subject.id.clone()));
            }
        }
        let person = self.find(who).await.map_err(PlanningError::Find)?;
        Ok((here, person.id))
    }

    async fn here(&self) -> Result<Named<OrganizationId>, CollectError> {
        let _phase = self.meter.during(Phase::Find);
        self.organization().await
    }
}

fn among(runs: Vec<RunState>, here: &OrganizationId) -> RunsHere {
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        runs.into_iter().partition(|run| run.plan().organization.id == *here);
    RunsHere { here, elsewhere: elsewhere.len() as u64 }
}

fn is_called(person: &Standing<'_>, who: &Who) -> bool {
    match who {
        Who::Id(id) => person.subject().is_some_and(|subject| subject.id == *id),
        Who::Email(email) => person.has_email(email),
        Who::External { .. } | Who::Employee(_) => false,
    }
}

/// Returns what tells, by the index, whether a person may be the one who is meant.
fn may_be_called(who: &Who) -> impl Fn(&[&IndexedRun]) -> bool {
    move |runs| match who {
        Who::Id(id) => runs.iter().any(|run| run.user == *id),
        Who::Email(email) => {
            runs.iter().any(|run| run.row.email == index::email_tag(&run.organization, email))
        }
        Who::External { .. } | Who::Employee(_) => false,
    }
}
