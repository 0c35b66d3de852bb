//! Looking whether a thing was taken away, given back, or handed on.

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::UserId;
use genesys::{Disposition, Error, Reader};

use super::{Look, one_fact};
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
            now.first().is_some_and(Thing::is_on)
        }
        Kind::Phones => telephony::phones(reader, user.as_str()).await?.iter().any(|now| now.id == thing.id),
        Kind::Utilization | Kind::DirectRoutingBackup => !own(reader, user, kind).await?.is_empty(),
        other => holder(reader, user, other, thing).await?,
    };
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
            own(reader, user, kind).await?.iter().any(|now| now.document == thing.document)
        }
        // A phone that was given back has another id.
        Kind::Phones => {
            telephony::phones(reader, user.as_str()).await?.iter().any(|now| now.name == thing.name)
        }
        other => holder(reader, user, other, thing).await?,
    };
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
    let left = !holder(reader, from, kind, thing).await?;
    let arrived = holder(reader, to, kind, thing).await?;
    let facts = [("left", left.to_string()), ("arrived", arrived.to_string())];
    Ok(Look::new(left && arrived, facts))
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

/// Returns whether the person holds the thing, by the endpoint that answers for the thing itself.
#[expect(clippy::wildcard_enum_match_arm, reason = "the planner makes no such step of any other kind")]
async fn holder(reader: &Reader, user: &UserId, kind: Kind, thing: &Thing) -> Result<bool, Error> {
    let id = user.as_str();
    Ok(match kind {
        Kind::Numbers => on_profile(reader, id, |entry| entry.address.as_deref() == Some(&thing.id)).await?,
        Kind::Extensions => {
            on_profile(reader, id, |entry| entry.extension.as_deref() == Some(&thing.id)).await?
        }
        Kind::Team => {
            absent_is_none(reader.team_members(&thing.id).await)?.iter().any(|member| member.id == id)
        }
        Kind::GroupOwnership => {
            let group = reader.group(&thing.id).await;
            let owners = absent_is_none(group.map(|group| group.owners.unwrap_or_default()))?;
            owners.iter().any(|owner| owner.id == id)
        }
        Kind::WorkItems => reader.work_items_of(id).await?.iter().any(|item| item.id == thing.id),
        Kind::DirectReports => {
            let report = match reader.user(&thing.id, &[]).await {
                Ok(report) => report,
                Err(error) if error.disposition() == Disposition::Absent => return Ok(false),
                Err(error) => return Err(error),
            };
            report.manager.is_some_and(|manager| manager.id == id)
        }
        _ => false,
    })
}

async fn on_profile(
    reader: &Reader,
    user: &str,
    is_it: impl Fn(&genesys::Contact) -> bool,
) -> Result<bool, Error> {
    let record = reader.user(user, &[]).await?;
    Ok(record.addresses.iter().flatten().any(is_it))
}

fn absent_is_none<T>(read: Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
    match read {
        Err(error) if error.disposition() == Disposition::Absent => Ok(Vec::new()),
        other => other,
    }
}
