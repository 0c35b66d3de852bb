//! Looking whether an effect is there, by the endpoint that answers for it: after an answer that was lost, and
//! after one that was not, since a status code is not an observation.

mod account;
mod holding;

use std::collections::BTreeMap;

use emeritus_core::event::Sight;
use emeritus_core::id::{QueueId, StationId, UserId};
use emeritus_core::inventory::{AccountState, Grant, Named, Proficiency};
use emeritus_core::plan::{StationSlot, StepKind};
use genesys::{Disposition, Error, Expand, Reader, Station, User};
use jiff::Timestamp;

use crate::collect;
use crate::find::{account_state, either_state};

/// What one look showed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    /// Whether the organization is as the effect leaves it.
    pub(crate) is_there: bool,
    /// Whether the answer says so at all. What a record leaves out is neither there nor not there.
    pub(crate) is_told: bool,
    /// What was read.
    pub(crate) facts: BTreeMap<String, String>,
}

impl Look {
    fn new(is_there: bool, facts: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { is_there, is_told: true, facts }
    }

    /// The vendor's record leaves out what was looked for.
    fn not_told(absent: &'static str) -> Self {
        Self { is_there: false, is_told: false, ..Self::new(false, [(absent, "not told".to_owned())]) }
    }
}

/// When and how an effect was sent, as far as looking needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// When the intent was written.
    pub(crate) at: Timestamp,
    /// Whether the vendor accepted it.
    pub(crate) accepted: bool,
    /// The last token that the snapshot knows of.
    pub(crate) last_token: Option<Timestamp>,
}

/// Looks once.
pub(crate) async fn look(reader: &Reader, user: &UserId, kind: &StepKind, sent: Sent) -> Result<Look, Error> {
    let id = user.as_str();
    match kind {
        StepKind::SetState { to, .. } => {
            Ok(state_look(either_state(reader, id, &[]).await?.as_ref(), |state| state == Some(*to)))
        }
        StepKind::Delete => deleted(reader, id).await,
        StepKind::RevokeTokens => tokens(reader, id, sent).await,
        StepKind::ClearStation { slot, station } => {
            let held = in_slot(reader, id, *slot).await?;
            // Another station given since does not matter: this one is gone all the same.
            let named = station.as_ref().map(|station| station.id.as_str());
            let gone = held.is_none() || (named.is_some() && held.as_deref() != named);
            Ok(one_fact(gone, "station", held.unwrap_or_else(|| "none".to_owned())))
        }
        StepKind::SetStation { slot, station } => at_station(reader, id, *slot, station).await,
        StepKind::LeaveQueue { queue, .. } => in_queue(reader, id, queue, false).await,
        StepKind::JoinQueue { queue } => in_queue(reader, id, queue, true).await,
        StepKind::SetJoined { queue, joined } => takes_work(reader, id, queue, *joined).await,
        StepKind::SetRing { queue, ring } => in_ring(reader, id, queue, *ring).await,
        StepKind::GrantRoles { grants } => roles(reader, user, grants).await,
        StepKind::SetSkills { skills } => {
            let held = reader.user_skills(id).await?;
            let held: Vec<_> = held.into_iter().map(|held| (held.id, held.proficiency)).collect();
            let there = held.len() == skills.len() && has_all(&held, skills);
            Ok(one_fact(there, "skills", held.len().to_string()))
        }
        StepKind::SetLanguages { languages } => {
            let held = reader.user_languages(id).await?;
            let held: Vec<_> = held.into_iter().map(|held| (held.id, held.proficiency)).collect();
            Ok(one_fact(has_all(&held, languages), "languages", held.len().to_string()))
        }
        StepKind::MoveDivision { .. } | StepKind::SetManager { .. } | StepKind::JoinGroup { .. } => {
            on_the_record(reader, id, kind).await
        }
        StepKind::LeaveGroup { group } => {
            let record = record(reader, id, &[Expand::Groups]).await?;
            let Some(groups) = record.and_then(|record| record.groups) else {
                return Ok(Look::not_told("member"));
            };
            let is_member = groups.iter().any(|held| held.id == group.id.as_str());
            Ok(one_fact(!is_member, "member", is_member.to_string()))
        }
        StepKind::RevokeRoles { grants } => {
            let held = roles_held(reader, user, grants).await?;
            Ok(one_fact(held == 0, "roles held", held.to_string()))
        }
        StepKind::RemoveLanguage { language } => {
            let held = reader.user_languages(id).await?;
            let held = held.iter().any(|held| held.id == language.skill.id.as_str());
            Ok(one_fact(!held, "held", held.to_string()))
        }
        StepKind::Release { kind, thing } => holding::released(reader, user, *kind, thing).await,
        StepKind::GiveBack { kind, thing } => holding::given_back(reader, user, *kind, thing).await,
        StepKind::Reassign { kind, thing, from, to } => {
            holding::reassigned(reader, *kind, thing, &from.id, &to.id).await
        }
        StepKind::Baseline
        | StepKind::AwaitIdle { .. }
        | StepKind::Prove { .. }
        | StepKind::Hold { .. }
        | StepKind::CheckAccess
        | StepKind::Compare => Ok(Look::new(true, [])),
    }
}

/// The station of a phone that was given back has the name it had, and another id.
async fn at_station(
    reader: &Reader,
    id: &str,
    slot: StationSlot,
    station: &Named<StationId>,
) -> Result<Look, Error> {
    let held = station_in(reader, id, slot).await?;
    let there = held.as_ref().is_some_and(|held| {
        held.id.as_deref() == Some(station.id.as_str()) || held.name.as_deref() == Some(station.name.as_str())
    });
    let word = held.and_then(|held| held.id).unwrap_or_else(|| "none".to_owned());
    Ok(one_fact(there, "station", word))
}

async fn in_queue(reader: &Reader, id: &str, queue: &Named<QueueId>, wanted: bool) -> Result<Look, Error> {
    let is_member = own_membership(reader, id, queue.id.as_str()).await?;
    Ok(one_fact(is_member == wanted, "member", is_member.to_string()))
}

async fn takes_work(reader: &Reader, id: &str, queue: &Named<QueueId>, joined: bool) -> Result<Look, Error> {
    let queues = reader.user_queues(id).await?;
    let found = match queues.into_iter().find(|held| held.id == queue.id.as_str()) {
        Some(held) if held.joined.is_none() => return Ok(Look::not_told("joined")),
        found => found.and_then(|held| held.joined),
    };
    let word = found.map_or_else(|| "not a member".to_owned(), |joined| joined.to_string());
    Ok(one_fact(found == Some(joined), "joined", word))
}

async fn in_ring(reader: &Reader, id: &str, queue: &Named<QueueId>, ring: u32) -> Result<Look, Error> {
    let by = reader.queue_member_by(queue.id.as_str(), id).await?;
    let word = by.ring.map_or_else(|| "none".to_owned(), |ring| ring.to_string());
    Ok(one_fact(by.ring == Some(i64::from(ring)), "ring", word))
}

fn one_fact(is_there: bool, name: &'static str, value: String) -> Look {
    Look::new(is_there, [(name, value)])
}

/// Returns the account's own record, whatever state it is in: somebody inactive or deleted is looked at like anybody.
async fn record(reader: &Reader, id: &str, expand: &[Expand]) -> Result<Option<User>, Error> {
    either_state(reader, id, expand).await
}

/// What stands on the account's own record.
async fn on_the_record(reader: &Reader, id: &str, kind: &StepKind) -> Result<Look, Error> {
    let Some(record) = record(reader, id, &[Expand::Groups]).await? else {
        return Ok(Look::not_told("account"));
    };
    let (name, wanted, found) = if let StepKind::MoveDivision { to } = kind {
        let Some(division) = record.division else { return Ok(Look::not_told("division")) };
        ("division", to.id.as_str(), Some(division.id))
    } else if let StepKind::SetManager { manager } = kind {
        ("manager", manager.id.as_str(), record.manager.map(|manager| manager.id))
    } else if let StepKind::JoinGroup { group } = kind {
        let Some(groups) = record.groups else { return Ok(Look::not_told("group")) };
        let mut groups = groups.into_iter().map(|held| held.id);
        ("group", group.id.as_str(), groups.find(|held| held == group.id.as_str()))
    } else {
        return Ok(Look::new(true, []));
    };
    let there = found.as_deref() == Some(wanted);
    Ok(one_fact(there, name, found.unwrap_or_else(|| "none".to_owned())))
}

async fn roles(reader: &Reader, user: &UserId, wanted: &[Grant]) -> Result<Look, Error> {
    let missing = wanted.len() - roles_held(reader, user, wanted).await?;
    Ok(one_fact(missing == 0, "roles missing", missing.to_string()))
}

/// Returns how many of these role grants the person holds.
async fn roles_held(reader: &Reader, user: &UserId, wanted: &[Grant]) -> Result<usize, Error> {
    let held = reader.subject_grants(user.as_str()).await?;
    let held: Vec<_> = held.iter().filter_map(|grant| collect::to_grant(grant, user)).collect();
    let is_held = |wanted: &Grant| {
        held.iter().any(|grant| {
            grant.role.id == wanted.role.id
                && grant.division.id == wanted.division.id
                && grant.via == wanted.via
        })
    };
    Ok(wanted.iter().filter(|grant| is_held(grant)).count())
}

/// Returns what a look means. That something is there needs one look, since stale data cannot show the future;
/// that it is not there needs two that agree, the staleness bound apart.
pub(crate) fn sight(first: &Look, second: Option<&Look>, accepted: bool) -> Sight {
    if !second.unwrap_or(first).is_told {
        return Sight::Unclear;
    }
    match (first.is_there, second) {
        (true, _) => Sight::Applied,
        (false, Some(second)) if second.is_there => Sight::Applied,
        (false, Some(second)) if second.facts == first.facts => Sight::NotApplied,
        (false, None) if accepted => Sight::NotApplied,
        (false, Some(_) | None) => Sight::Unclear,
    }
}

fn state_look(user: Option<&User>, is_there: impl Fn(Option<AccountState>) -> bool) -> Look {
    let state = user.and_then(|user| user.state).map(account_state);
    let word = state.map_or_else(|| "not found".to_owned(), |state| state.to_string());
    let version = user.and_then(|user| user.version).unwrap_or_default();
    Look::new(is_there(state), [("state", word), ("version", version.to_string())])
}

/// A deleted user is not found as such and found as deleted. Neither alone would do: a wrong id is a 404 too.
async fn deleted(reader: &Reader, id: &str) -> Result<Look, Error> {
    let live = match reader.user(id, &[]).await {
        Ok(user) => Some(user),
        Err(error) if error.disposition() == Disposition::Absent => None,
        Err(error) => return Err(error),
    };
    if live.is_some() {
        return Ok(state_look(live.as_ref(), |_| false));
    }
    match reader.deleted_user(id, &[]).await {
        Ok(user) => Ok(state_look(Some(&user), |state| state == Some(AccountState::Deleted))),
        Err(error) if error.disposition() == Disposition::Absent => Ok(state_look(None, |_| false)),
        Err(error) => Err(error),
    }
}

/// Nobody can list another person's tokens. What can be seen: the vendor accepted, and none was issued since.
/// After a lost answer that does not show whether it worked; revoking again changes nothing more, so it counts
/// as not done.
async fn tokens(reader: &Reader, id: &str, sent: Sent) -> Result<Look, Error> {
    let user = either_state(reader, id, &[Expand::LastTokenIssued]).await?;
    let issued = user.and_then(|user| user.last_token_issued).and_then(|issued| issued.date_issued);
    // A token that the snapshot knows is older than the revocation, whatever the clocks say.
    let newer = issued.is_some_and(|issued| issued > sent.at && Some(issued) != sent.last_token);
    let word = issued.map_or_else(|| "not stated".to_owned(), |issued| issued.to_string());
    Ok(Look::new(
        sent.accepted && !newer,
        [("accepted", sent.accepted.to_string()), ("last token issued", word)],
    ))
}

async fn in_slot(reader: &Reader, id: &str, slot: StationSlot) -> Result<Option<String>, Error> {
    Ok(station_in(reader, id, slot).await?.and_then(|station| station.id))
}

async fn station_in(reader: &Reader, id: &str, slot: StationSlot) -> Result<Option<Station>, Error> {
    let held = reader.station(id).await?;
    Ok(match slot {
        StationSlot::Associated => held.associated_station,
        StationSlot::Default => held.default_station,
    })
}

/// A membership of one's own, which may stand beside one through a group: what it takes to tell the two apart is
/// asked for only of queues that have groups.
async fn own_membership(reader: &Reader, id: &str, queue: &str) -> Result<bool, Error> {
    let queues = reader.user_queues(id).await?;
    let Some(held) = queues.into_iter().find(|held| held.id == queue) else { return Ok(false) };
    Ok(!held.may_come_through_group() || reader.queue_member_by(queue, id).await?.user)
}

fn has_all(held: &[(String, Option<f64>)], wanted: &[Proficiency]) -> bool {
    wanted.iter().all(|wanted| {
        held.iter().any(|(id, level)| {
            id == wanted.skill.id.as_str() && (level.unwrap_or_default() - wanted.level).abs() < 1e-9
        })
    })
}
