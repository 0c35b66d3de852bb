//! Seeing that access has ended: what an accepted request alone does not show.

use emeritus_core::event::{Difference, Event, FailureCode, Place};
use emeritus_core::holding::Kind;
use emeritus_core::id::StepId;
use emeritus_core::inventory::AccountState;
use emeritus_core::plan::StepKind;
use emeritus_core::policy::Treatment;
use genesys::{Expand, User, UserStations};
use jiff::Timestamp;

use super::{DriveError, Executor};
use crate::failure;
use crate::find::{account_state, either_state};

/// The presence of somebody who is not there, as the vendor spells it.
const OFFLINE: &str = "offline";

impl Executor<'_> {
    pub(super) async fn check_access(&mut self, step: StepId) -> Result<(), DriveError> {
        let mut signs = self.signs_of_access().await;
        // One reading may be stale: what speaks against the cut is read again before it counts.
        if signs.as_ref().is_ok_and(|found| !found.is_empty()) {
            let staleness = self.state.plan().policy.patience.staleness;
            self.pause(staleness * 2, "access seems not to have ended: looking again").await;
            signs = self.signs_of_access().await;
        }
        let event = match signs {
            Ok(differences) => Event::Compared { step, differences },
            Err(error) => {
                let failure = failure::step_failure(&error, FailureCode::Unclear);
                Event::Unreadable { place: Place::forward(step), failure }
            }
        };
        self.append(event)
    }

    /// Returns every sign that the person still has access, or used it after the cut.
    async fn signs_of_access(&self) -> Result<Vec<Difference>, genesys::Error> {
        let id = self.state.plan().subject.id.as_str();
        let reader = &self.emeritus.reader;
        let expand = [Expand::Presence, Expand::LastTokenIssued];
        let record = either_state(reader, id, &expand).await?;
        let mut found = Vec::new();
        let Some(record) = record else {
            found.push(sign("state", "inactive", "not found in any state"));
            return Ok(found);
        };
        match record.state.map(account_state) {
            Some(AccountState::Inactive | AccountState::Deleted) => {}
            Some(AccountState::Active) => found.push(sign("state", "inactive", "active")),
            None => found.push(sign("state", "inactive", "not stated")),
        }
        let cut = self.emeritus.in_vendor_time(self.cut_at());
        found.extend(token_since(&record, cut, self.state.snapshot().last_token.known().copied().flatten()));
        found.extend(presence_since(&record, cut, self.state.snapshot().presence_since));
        if self.state.plan().policy.treatment(Kind::Stations) == Treatment::Release {
            found.extend(station_in_use(&reader.station(id).await?));
        }
        Ok(found)
    }

    /// Returns when the account was seen inactive; of one that was inactive before, when the run began.
    fn cut_at(&self) -> Timestamp {
        let cut = self.state.plan().steps.iter().find(|step| matches!(step.kind, StepKind::SetState { .. }));
        let seen = cut.and_then(|step| self.state.seen_at(Place::forward(step.id)));
        seen.unwrap_or_else(|| self.state.started_at())
    }
}

fn sign(field: &str, expected: &str, found: impl Into<String>) -> Difference {
    Difference {
        field: field.to_owned(),
        expected: expected.to_owned(),
        found: found.into(),
        foretold: false,
    }
}

/// A token that the snapshot knows is older than the cut, whatever the clocks say.
fn token_since(record: &User, cut: Timestamp, known: Option<Timestamp>) -> Option<Difference> {
    let issued = record.last_token_issued?.date_issued?;
    let newer = issued > cut && Some(issued) != known;
    newer.then(|| sign("token issued since the cut", "none", issued.to_string()))
}

/// Offline is what the vendor itself makes of somebody who is gone, and what the snapshot knows is older than the cut.
fn presence_since(record: &User, cut: Timestamp, known: Option<Timestamp>) -> Option<Difference> {
    let presence = record.presence.as_ref()?;
    let word = presence.presence_definition.as_ref()?.system_presence.clone()?;
    let at = presence.modified_date?;
    let changed = at > cut && Some(at) != known && !word.eq_ignore_ascii_case(OFFLINE);
    changed.then(|| sign("presence since the cut", "unchanged", word))
}

fn station_in_use(held: &UserStations) -> Option<Difference> {
    let station = held.associated_station.as_ref()?;
    let id = station.id.clone()?;
    Some(sign("station in use", "none", station.name.clone().unwrap_or(id)))
}
