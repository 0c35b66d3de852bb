//! The requests that take a thing away, give it back, or hand it to somebody else. What is one entry of a longer
//! list is read right before, so that the other entries stay as they are.

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::UserId;
use genesys::{Effect, Reader};
use serde_json::Value;

use super::PrepareError;

/// Returns the request that takes a thing away.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "any other kind is refused, and the planner makes no such step of it"
)]
pub(super) async fn release(
    reader: &Reader,
    user: &UserId,
    kind: Kind,
    thing: &Thing,
) -> Result<Effect, PrepareError> {
    let id = user.as_str();
    Ok(match kind {
        Kind::Phones => Effect::delete_phone(&thing.id),
        Kind::Numbers | Kind::Extensions => addresses(reader, id, kind, thing, false).await?,
        Kind::CallForwarding => Effect::put_call_forwarding(id, &switched(thing, "enabled")?),
        Kind::OutOfOffice => Effect::put_out_of_office(id, &switched(thing, "active")?),
        Kind::Utilization => Effect::clear_utilization(id),
        Kind::DirectRoutingBackup => Effect::clear_direct_routing_backup(id),
        Kind::Team => Effect::leave_team(&thing.id, id),
        Kind::GroupOwnership => owners(reader, &thing.id, Some(id), None).await?,
        Kind::WorkItems => Effect::assign_work_item(&thing.id, None),
        Kind::DirectReports => reports_to(reader, &thing.id, None).await?,
        other => return no_way(other),
    })
}

/// Returns the request that gives a thing back.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "any other kind is refused, and the planner makes no such step of it"
)]
pub(super) async fn give_back(
    reader: &Reader,
    user: &UserId,
    kind: Kind,
    thing: &Thing,
) -> Result<Effect, PrepareError> {
    let id = user.as_str();
    Ok(match kind {
        Kind::Phones => Effect::create_phone(document(thing)?),
        Kind::Numbers | Kind::Extensions => addresses(reader, id, kind, thing, true).await?,
        Kind::CallForwarding => Effect::put_call_forwarding(id, document(thing)?),
        Kind::OutOfOffice => Effect::put_out_of_office(id, document(thing)?),
        Kind::Utilization => Effect::put_utilization(id, document(thing)?),
        Kind::DirectRoutingBackup => Effect::put_direct_routing_backup(id, document(thing)?),
        Kind::Team => Effect::join_team(&thing.id, id),
        Kind::GroupOwnership => owners(reader, &thing.id, None, Some(id)).await?,
        Kind::WorkItems => Effect::assign_work_item(&thing.id, Some(id)),
        Kind::DirectReports => reports_to(reader, &thing.id, Some(id)).await?,
        other => return no_way(other),
    })
}

/// Returns the request that hands a thing from one person to another.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "any other kind is refused, and the planner makes no such step of it"
)]
pub(super) async fn reassign(
    reader: &Reader,
    kind: Kind,
    thing: &Thing,
    from: &UserId,
    to: &UserId,
) -> Result<Effect, PrepareError> {
    match kind {
        Kind::GroupOwnership => owners(reader, &thing.id, Some(from.as_str()), Some(to.as_str())).await,
        Kind::WorkItems => Ok(Effect::assign_work_item(&thing.id, Some(to.as_str()))),
        Kind::DirectReports => reports_to(reader, &thing.id, Some(to.as_str())).await,
        other => no_way(other),
    }
}

fn no_way<T>(kind: Kind) -> Result<T, PrepareError> {
    Err(PrepareError::NoWay { kind: kind.name() })
}

fn document(thing: &Thing) -> Result<&Value, PrepareError> {
    thing.document.as_ref().ok_or(PrepareError::NoDocument)
}

/// Returns the setting switched off, and otherwise as it was.
fn switched(thing: &Thing, switch: &str) -> Result<Value, PrepareError> {
    let mut off = document(thing)?.clone();
    let fields = off.as_object_mut().ok_or(PrepareError::NoDocument)?;
    fields.insert(switch.to_owned(), Value::Bool(false));
    Ok(off)
}

/// The profile's list of addresses is replaced as a whole.
async fn addresses(
    reader: &Reader,
    user: &str,
    kind: Kind,
    thing: &Thing,
    with: bool,
) -> Result<Effect, PrepareError> {
    let record = reader.user(user, &[]).await.map_err(PrepareError::Vendor)?;
    let version = record.version.ok_or(PrepareError::NoVersion)?;
    let member = if kind == Kind::Extensions { "extension" } else { "address" };
    // The list is sent back as a whole: one that was not told must not be replaced by what little is known.
    let entries = record.addresses.as_deref().ok_or(PrepareError::NoDocument)?;
    let entries = entries.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
    let mut entries = entries.map_err(|_| PrepareError::NoDocument)?;
    entries.retain(|entry| entry.get(member).and_then(Value::as_str) != Some(thing.id.as_str()));
    if with {
        entries.push(document(thing)?.clone());
    }
    Ok(Effect::set_addresses(user, version, &Value::Array(entries)))
}

/// The list of owners is replaced as a whole.
async fn owners(
    reader: &Reader,
    group: &str,
    without: Option<&str>,
    with: Option<&str>,
) -> Result<Effect, PrepareError> {
    let read = reader.group(group).await.map_err(PrepareError::Vendor)?;
    let version = read.version.ok_or(PrepareError::NoVersion)?;
    let owners = read.owners.ok_or(PrepareError::NoDocument)?;
    let mut owners: Vec<&str> = owners.iter().map(|owner| owner.id.as_str()).collect();
    owners.retain(|owner| Some(*owner) != without);
    if let Some(with) = with
        && !owners.contains(&with)
    {
        owners.push(with);
    }
    Ok(Effect::set_group_owners(group, version, &owners))
}

async fn reports_to(reader: &Reader, report: &str, manager: Option<&str>) -> Result<Effect, PrepareError> {
    let record = reader.user(report, &[]).await.map_err(PrepareError::Vendor)?;
    Ok(Effect::set_manager(report, record.version.ok_or(PrepareError::NoVersion)?, manager))
}
