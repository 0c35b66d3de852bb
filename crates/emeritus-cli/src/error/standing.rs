//! Who is meant, by the journal: what to do where that cannot be told.

use emeritus::StandingError;
use emeritus::id::{OrganizationId, RunId, UserId};
use emeritus::inventory::Named;

use super::Failure;
use super::library::{Verdict, hinted, of_clocks, of_collect, of_find, of_journal};
use crate::exit_code::ExitCode;

fn of_standing(error: &StandingError) -> Verdict {
    match error {
        StandingError::Journal(journal) => of_journal(journal),
        StandingError::Organization(collect) => of_collect(collect),
        StandingError::Clocks(clocks) => of_clocks(clocks),
        StandingError::Find(find) => of_find(find),
        StandingError::NothingRead { .. } => hinted(
            ExitCode::NotFound,
            "`emeritus status` lists the runs; --home names another state directory",
        ),
        StandingError::NotByJournal { .. } => {
            hinted(ExitCode::NotFound, "name the person by e-mail or user id, or name a run")
        }
        StandingError::Several { found, .. } => {
            let name = |(run, user, organization): &(RunId, UserId, Named<OrganizationId>)| {
                format!("run {run}: user {user} in {} ({})", organization.name, organization.id)
            };
            (ExitCode::NotFound, found.iter().map(name).collect())
        }
    }
}

impl From<StandingError> for Failure {
    fn from(error: StandingError) -> Self {
        let (code, hints) = of_standing(&error);
        hints.into_iter().fold(Self::new(code, error), Self::hint)
    }
}
