//! Keeping the roster up to date: everybody of the organization, in every state, and of them what changed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use emeritus_archive::{Archive, Person, Roster, RosterError, Synced};
use genesys::{Expand, PeopleState, State, User};
use jiff::Timestamp;
use serde::Serialize;

use crate::adopt::OddPerson;
use crate::stats::Phase;
use crate::{ClockError, Emeritus, Notice};

/// What a synchronization of the roster found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterSync {
    /// The organization.
    pub organization: String,
    /// When.
    pub at: Timestamp,
    /// How many people the walk met.
    pub people: u64,
    /// How many of them are active.
    pub active: u64,
    /// How many are inactive.
    pub inactive: u64,
    /// How many are deleted.
    pub deleted: u64,
    /// People who were not in the roster.
    pub new: u64,
    /// People of whom something else is true than before.
    pub changed: u64,
    /// People of whom the same is true.
    pub unchanged: u64,
    /// People whose record has something that cannot be read: of that, what was known before stands.
    pub odd: Vec<OddPerson>,
    /// Entries of the walk that nobody can be made of: they have no id.
    pub nameless: u64,
}

/// The roster could not be brought up to date. Nothing of it was written; do it again.
#[derive(Debug, thiserror::Error)]
pub enum RosterSyncError {
    /// The vendor could not be asked.
    #[error("could not read the people of the organization")]
    Vendor(#[source] genesys::Error),
    /// What is true of people is kept with the time, and the clocks do not agree what time it is.
    #[error("nothing was written into the archive")]
    Clocks(#[source] ClockError),
    /// The roster.
    #[error("could not write the people of the organization into the archive")]
    Roster(#[source] RosterError),
}

impl Emeritus {
    /// Reads everybody of the organization in every state, and adds to the archive's roster what is new or changed.
    ///
    /// The walk goes by cursor, beyond the 10,000 people at which the vendor's ordinary list and search end.
    ///
    /// # Errors
    /// The people cannot be walked over, or the archive cannot be read or written.
    pub async fn sync_roster(&self, archive: &Archive) -> Result<RosterSync, RosterSyncError> {
        let organization = self.reader.organization().await.map_err(RosterSyncError::Vendor)?.id;
        self.agree().await.map_err(RosterSyncError::Clocks)?;
        let mut met = BTreeMap::new();
        let mut nameless;
        {
            let _phase = self.meter.during(Phase::Walk);
            nameless = self.meet(PeopleState::Any, &mut met).await?;
            // Whether "any" means deleted people too is not documented.
            if !met.values().any(|user| user.state == Some(State::Deleted)) {
                nameless = nameless.max(self.meet(PeopleState::Deleted, &mut met).await?);
            }
        }
        let count = |state| met.values().filter(|user| user.state == Some(state)).count() as u64;
        let (active, inactive, deleted) =
            (count(State::Active), count(State::Inactive), count(State::Deleted));
        let synced = self.add_to_roster(archive, &organization, met.values()).await?;
        Ok(RosterSync {
            organization,
            at: self.now(),
            people: met.len() as u64,
            active,
            inactive,
            deleted,
            new: synced.new,
            changed: synced.changed,
            unchanged: synced.unchanged,
            odd: met.values().filter_map(OddPerson::of).collect(),
            nameless,
        })
    }

    /// Adds people to the roster, as far as something else is true of them than it says.
    pub(super) async fn add_to_roster(
        &self,
        archive: &Archive,
        organization: &str,
        users: impl Iterator<Item = &User>,
    ) -> Result<Synced, RosterSyncError> {
        let now = self.now().as_millisecond();
        let roster = archive.roster().await.map_err(RosterSyncError::Roster)?;
        let people: Vec<_> = users.map(|user| person(user, &roster, organization)).collect();
        let id = format!("sync-{now}-{}", uuid::Uuid::now_v7().simple());
        archive.sync_people(&id, organization, now, people).await.map_err(RosterSyncError::Roster)
    }

    async fn meet(
        &self,
        state: PeopleState,
        met: &mut BTreeMap<String, User>,
    ) -> Result<u64, RosterSyncError> {
        let watch = &self.watch;
        let mut each = |people: Vec<User>| {
            met.extend(people.into_iter().map(|user| (user.id.clone(), user)));
            watch(&Notice::Reading { what: "people", done: met.len() as u64, of: None, found: 0 });
            ControlFlow::Continue(())
        };
        let walked = self.reader.people(state, &[Expand::EmployerInfo], &mut each).await;
        Ok(walked.map_err(RosterSyncError::Vendor)?.nameless)
    }
}

fn person(user: &User, roster: &Roster, organization: &str) -> Person {
    let mut versions = roster.versions(&user.id).iter();
    let last = versions.rfind(|version| version.organization == organization).map(|version| &version.person);
    // What could not be read is "not told", and what was told before stands.
    let told = |member: &str, told: Option<String>, before: fn(&Person) -> &Option<String>| {
        let unread = user.unread.iter().any(|unread| unread == member);
        if unread { last.and_then(|last| before(last).clone()) } else { told }
    };
    // The vendor gives this part at its best effort: absent means "not told" too.
    let employee_id = match &user.employer_info {
        Some(told) => told.employee_id.clone(),
        None => last.and_then(|last| last.employee_id.clone()),
    };
    let division = user.division.as_ref().map(|division| division.id.clone());
    let manager = user.manager.as_ref().map(|manager| manager.id.clone());
    let state = user.state.map(|state| state.as_str().to_owned());
    Person {
        id: user.id.clone(),
        name: told("name", user.name.clone(), |last| &last.name),
        email: told("email", user.email.clone(), |last| &last.email),
        employee_id,
        division_id: told("division", division, |last| &last.division_id),
        manager_id: told("manager", manager, |last| &last.manager_id),
        state: told("state", state, |last| &last.state),
    }
}
