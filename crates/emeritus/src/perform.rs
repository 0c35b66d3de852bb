//! What each kind of step sends: one exhaustive match from the plan's data to one request.

mod holding;

use emeritus_core::id::{StationId, UserId};
use emeritus_core::inventory::{AccountState, Grant, Named, Proficiency};
use emeritus_core::plan::{StationSlot, StepKind};
use emeritus_core::policy::Reason;
use genesys::{Effect, Reader, State};

/// The request of a step could not be made ready.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrepareError {
    /// What has to be read right before could not be.
    #[error("could not read what the step needs to know first")]
    Vendor(#[source] genesys::Error),
    /// The vendor's record lacks the version.
    #[error("the vendor's record lacks its version")]
    NoVersion,
    /// The vendor's record lacks what has to be sent back with it.
    #[error("the vendor's record, or the snapshot, lacks what has to be sent")]
    NoDocument,
    /// Nothing takes this kind of thing away or gives it back.
    #[error("nothing changes who holds {kind}")]
    NoWay {
        /// The kind's name.
        kind: &'static str,
    },
    /// The step sends nothing.
    #[error("the step sends nothing")]
    NoEffect,
}

/// Returns the request that performs a step now. `plainly` asks for the documented `PATCH` although a reason is
/// to be recorded, because the call that records one is not offered here.
pub(crate) async fn effect(
    reader: &Reader,
    user: &UserId,
    kind: &StepKind,
    plainly: bool,
) -> Result<Effect, PrepareError> {
    let id = user.as_str();
    Ok(match kind {
        StepKind::SetState { from, to, reason } => {
            let version = version(reader, user, *from).await?;
            match reason {
                Some(reason) if !plainly => Effect::put_state(id, version, state(*to), recorded(*reason)),
                Some(_) | None => Effect::set_state(id, version, state(*to)),
            }
        }
        StepKind::Delete => Effect::delete_user(id),
        StepKind::RevokeTokens => Effect::revoke_tokens(id),
        StepKind::ClearStation { slot: StationSlot::Associated, .. } => Effect::disassociate_station(id),
        StepKind::ClearStation { slot: StationSlot::Default, .. } => Effect::clear_default_station(id),
        StepKind::SetStation { slot: StationSlot::Associated, station } => {
            Effect::associate_station(id, station.id.as_str())
        }
        StepKind::SetStation { slot: StationSlot::Default, station } => {
            Effect::set_default_station(id, &station_now(reader, id, station).await?)
        }
        StepKind::LeaveQueue { queue, .. } => Effect::leave_queue(queue.id.as_str(), id),
        StepKind::JoinQueue { queue } => Effect::join_queue(queue.id.as_str(), id),
        StepKind::SetJoined { queue, joined } => Effect::set_queue_joined(id, queue.id.as_str(), *joined),
        StepKind::SetRing { queue, ring } => Effect::set_ring(queue.id.as_str(), id, *ring),
        StepKind::MoveDivision { to } => Effect::move_to_division(id, to.id.as_str()),
        StepKind::GrantRoles { grants } => Effect::grant_roles(id, &pairs(grants)),
        StepKind::SetSkills { skills } => Effect::replace_skills(id, &levels(skills)),
        StepKind::SetLanguages { languages } => Effect::update_languages(id, &levels(languages)),
        StepKind::SetManager { manager } => {
            let version = version(reader, user, AccountState::Active).await?;
            Effect::set_manager(id, version, Some(manager.id.as_str()))
        }
        StepKind::JoinGroup { group } => {
            let group = reader.group(group.id.as_str()).await.map_err(PrepareError::Vendor)?;
            Effect::join_group(&group.id, group.version.ok_or(PrepareError::NoVersion)?, id)
        }
        StepKind::LeaveGroup { group } => Effect::leave_group(group.id.as_str(), id),
        StepKind::RevokeRoles { grants } => Effect::remove_roles(id, &pairs(grants)),
        StepKind::RemoveLanguage { language } => Effect::remove_language(id, language.skill.id.as_str()),
        StepKind::Release { kind, thing } => holding::release(reader, user, *kind, thing).await?,
        StepKind::GiveBack { kind, thing } => holding::give_back(reader, user, *kind, thing).await?,
        StepKind::Reassign { kind, thing, from, to } => {
            holding::reassign(reader, *kind, thing, &from.id, &to.id).await?
        }
        StepKind::Baseline
        | StepKind::AwaitIdle { .. }
        | StepKind::Prove { .. }
        | StepKind::Hold { .. }
        | StepKind::CheckAccess
        | StepKind::Compare => return Err(PrepareError::NoEffect),
    })
}

/// Returns the id by which a station is given: its own, unless it came with a phone that was given back since. Then
/// it has the name it had, and another id.
async fn station_now(
    reader: &Reader,
    user: &str,
    station: &Named<StationId>,
) -> Result<String, PrepareError> {
    let own = reader.stations_of_web_rtc_user(user).await.map_err(PrepareError::Vendor)?;
    let same = own.iter().find(|now| now.name.as_deref() == Some(station.name.as_str()));
    let id = same.and_then(|now| now.id.clone());
    Ok(id.unwrap_or_else(|| station.id.as_str().to_owned()))
}

/// Returns whether finding nothing is what the step wants. Only for what can be looked at afterwards: a 404 to the
/// revocation of tokens, which nobody can list, says nothing about tokens.
pub(crate) fn removes(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Delete
            | StepKind::ClearStation { .. }
            | StepKind::LeaveQueue { .. }
            | StepKind::LeaveGroup { .. }
            | StepKind::RemoveLanguage { .. }
            | StepKind::Release { .. }
    )
}

async fn version(reader: &Reader, user: &UserId, from: AccountState) -> Result<i64, PrepareError> {
    let record = match from {
        AccountState::Deleted => reader.deleted_user(user.as_str(), &[]).await,
        AccountState::Active | AccountState::Inactive => reader.user(user.as_str(), &[]).await,
    };
    record.map_err(PrepareError::Vendor)?.version.ok_or(PrepareError::NoVersion)
}

fn state(state: AccountState) -> State {
    match state {
        AccountState::Active => State::Active,
        AccountState::Inactive => State::Inactive,
        AccountState::Deleted => State::Deleted,
    }
}

fn recorded(reason: Reason) -> genesys::Reason {
    match reason {
        Reason::Voluntary => genesys::Reason::Voluntary,
        Reason::Seasonal => genesys::Reason::Seasonal,
        Reason::Leave => genesys::Reason::Leave,
        Reason::Performance => genesys::Reason::Performance,
        Reason::Conduct => genesys::Reason::Conduct,
        Reason::Unknown => genesys::Reason::Unknown,
    }
}

fn pairs(grants: &[Grant]) -> Vec<(&str, &str)> {
    grants.iter().map(|grant| (grant.role.id.as_str(), grant.division.id.as_str())).collect()
}

fn levels(skills: &[Proficiency]) -> Vec<(&str, f64)> {
    skills.iter().map(|skill| (skill.skill.id.as_str(), skill.level)).collect()
}
