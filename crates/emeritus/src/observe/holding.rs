//! Looking whether a thing was taken away, given back, or handed on.

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::UserId;
use genesys::{Disposition, Error, Reader};

use super::{Look, one_fact, record};
use crate::collect::telephony;

/// Looks whether a thing is no longer the person's.
#[expect(clippy::wildcard_enum_match_arm, reason = "the planner makes no such step of any other kind")]
pub(super) async fn released(
    reader: &Reader,
    user: &UserId,
    kind: Kind,
    thing: &Thing,
) -> Result<Look, Error> {
    let held = match kind {
        // Set up but off is what a release leaves behind.
        Kind::CallForwarding | Kind::OutOfOffice => {
            let now = own(reader, user, kind).await?;
            Some(now.first().is_some_and(Thing::is_on))
        }
        Kind::Phones => {
            Some(telephony::phones(reader, user.as_str()).await?.iter().any(|now| now.id == thing.id))
        }
        Kind::Utilization | Kind::DirectRoutingBackup => Some(!own(reader, user, kind).await?.is_empty()),
        other => holder(reader, user, other, thing).await?,
    };
    let Some(held) = held else { return Ok(Look::not_told("held")) };
    Ok(one_fact(!held, "held", held.to_string()))
}

/// Looks whether a thing is the person's again.
#[expect(clippy::wildcard_enum_match_arm, reason = "the planner makes no such step of any other kind")]
pub(super) async fn given_back(
    reader: &Reader,
    user: &UserId,
    kind: Kind,
    thing: &Thing,
) -> Result<Look, Error> {
    let held = match kind {
        Kind::CallForwarding | Kind::OutOfOffice | Kind::Utilization | Kind::DirectRoutingBackup => {
            Some(own(reader, user, kind).await?.iter().any(|now| now.document == thing.document))
        }
        // A phone that was given back has another id.
        Kind::Phones => {
            Some(telephony::phones(reader, user.as_str()).await?.iter().any(|now| now.name == thing.name))
        }
        other => holder(reader, user, other, thing).await?,
    };
    let Some(held) = held else { return Ok(Look::not_told("held")) };
    Ok(one_fact(held, "held", held.to_string()))
}

/// Looks whether a thing went from one person to another.
pub(super) async fn reassigned(
    reader: &Reader,
    kind: Kind,
    thing: &Thing,
    from: &UserId,
    to: &UserId,
) -> Result<Look, Error> {
    let (Some(held), Some(arrived)) =
        (holder(reader, from, kind, thing).await?, holder(reader, to, kind, thing).await?)
    else {
        return Ok(Look::not_told("left"));
    };
    let facts = [("left", (!held).to_string()), ("arrived", arrived.to_string())];
    Ok(Look::new(!held && arrived, facts))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the planner makes no such step of any other kind")]
async fn own(reader: &Reader, user: &UserId, kind: Kind) -> Result<Vec<Thing>, Error> {
    let id = user.as_str();
    Ok(match kind {
        Kind::CallForwarding => telephony::forwarding(reader.call_forwarding(id).await?),
        Kind::OutOfOffice => telephony::out_of_office(reader.out_of_office(id).await?),
        Kind::Utilization => telephony::utilization(reader.utilization(id).await?),
        _ => telephony::direct_routing_backup(reader.direct_routing_backup(id).await?),
    })
}

/// Returns whether the person holds the thing, by the endpoint that answers for the thing itself; `None` where the
/// answer leaves it out.
#[expect(clippy::wildcard_enum_match_arm, reason = "the planner makes no such step of any other kind")]
async fn holder(reader: &Reader, user: &UserId, kind: Kind, thing: &Thing) -> Result<Option<bool>, Error> {
    let id = user.as_str();
    Ok(Some(match kind {
        Kind::Numbers => {
            return on_profile(reader, id, |entry| entry.address.as_deref() == Some(&thing.id)).await;
        }
        Kind::Extensions => {
            return on_profile(reader, id, |entry| entry.extension.as_deref() == Some(&thing.id)).await;
        }
        Kind::Team => {
            let members = absent_is_none(reader.team_members(&thing.id).await)?;
            members.iter().flatten().any(|member| member.id == id)
        }
        Kind::GroupOwnership => match absent_is_none(reader.group(&thing.id).await)? {
            Some(group) => return Ok(group.owners.map(|owners| owners.iter().any(|owner| owner.id == id))),
            None => false,
        },
        Kind::WorkItems => reader.work_items_of(id).await?.iter().any(|item| item.id == thing.id),
        Kind::DirectReports => {
            // A record without a manager may only leave them out; the list of superiors, nearest first, is asked for.
            let superiors = absent_is_none(reader.superiors(&thing.id).await)?;
            superiors.iter().flatten().next().is_some_and(|manager| manager.id == id)
        }
        _ => false,
    }))
}

/// Somebody inactive or deleted has a profile like anybody.
async fn on_profile(
    reader: &Reader,
    user: &str,
    is_it: impl Fn(&genesys::Contact) -> bool,
) -> Result<Option<bool>, Error> {
    let record = record(reader, user, &[]).await?;
    Ok(record.and_then(|record| record.addresses).map(|addresses| addresses.iter().any(is_it)))
}

/// What is not there any more is nobody's.
fn absent_is_none<T>(read: Result<T, Error>) -> Result<Option<T>, Error> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.disposition() == Disposition::Absent => Ok(None),
        Err(error) => Err(error),
    }
}
