//! One reader for each part of the inventory.

use emeritus_core::holding::Kind;
use emeritus_core::id::{DivisionId, GroupId, QueueId, RoleId, SkillId, StationId, UserId};
use emeritus_core::inventory::{
    Grant, Inventory, Named, Part, Proficiency, QueueMembership, Stations, Via, Why,
};
use genesys::{Disposition, Reader, State, Station, User};

use super::named;
use crate::failure::{part, why};

/// Roles of this kind are looked at for their last holder; by name, since the vendor marks them no other way.
const ADMINISTRATIVE: [&str; 3] = ["admin", "administrator", "owner"];

/// Turns a list into a part; one entry that lacks what tells it apart makes the whole unknown, since it cannot be left
/// out.
pub(super) fn all<T>(read: Result<impl IntoIterator<Item = Option<T>>, genesys::Error>) -> Part<Vec<T>> {
    match read {
        Ok(entries) => match entries.into_iter().collect::<Option<Vec<T>>>() {
            Some(entries) => Part::Known(entries),
            None => {
                Part::Unknown(Why::Unreadable { code: "an entry without its id or its level".to_owned() })
            }
        },
        Err(error) => Part::Unknown(why(&error)),
    }
}

pub(super) fn sorted<T: Ord>(part: Part<Vec<T>>) -> Part<Vec<T>> {
    match part {
        Part::Known(mut entries) => {
            entries.sort();
            entries.dedup();
            Part::Known(entries)
        }
        Part::Unknown(why) => Part::Unknown(why),
    }
}

pub(super) async fn grants(reader: &Reader, user: &UserId) -> Part<Vec<Grant>> {
    let read = reader.subject_grants(user.as_str()).await;
    sorted(all(read.map(|grants| grants.into_iter().map(|grant| to_grant(&grant, user)))))
}

/// Returns a grant of the vendor's as the inventory keeps it.
pub(crate) fn to_grant(grant: &genesys::Grant, user: &UserId) -> Option<Grant> {
    let (role, division) = (grant.role.as_ref()?, grant.division.as_ref()?);
    let via = match grant.subject_id.as_deref() {
        Some(subject) if subject != user.as_str() => Via::Group(GroupId::parse(subject).ok()?),
        Some(_) | None => Via::Direct,
    };
    Some(Grant {
        role: named(&role.id, role.name.as_deref(), RoleId::parse)?,
        division: named(&division.id, division.name.as_deref(), DivisionId::parse)?,
        via,
    })
}

pub(super) async fn last_holder_of(
    reader: &Reader,
    user: &UserId,
    grants: &Part<Vec<Grant>>,
) -> Part<Vec<Named<RoleId>>> {
    let grants = match grants {
        Part::Known(grants) => grants,
        Part::Unknown(why) => return Part::Unknown(why.clone()),
    };
    let mut roles: Vec<_> = grants.iter().map(|grant| grant.role.clone()).filter(is_administrative).collect();
    roles.dedup();
    let mut last = Vec::new();
    for role in roles {
        match reader.role_users(role.id.as_str()).await {
            Ok(holders) => {
                if holders.iter().all(|holder| holder.id == user.as_str()) {
                    last.push(role);
                }
            }
            Err(error) => return Part::Unknown(why(&error)),
        }
    }
    Part::Known(last)
}

fn is_administrative(role: &Named<RoleId>) -> bool {
    role.name
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| ADMINISTRATIVE.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
}

pub(super) async fn queues(reader: &Reader, user: &UserId) -> Part<Vec<QueueMembership>> {
    let queues = match reader.user_queues(user.as_str()).await {
        Ok(queues) => queues,
        Err(error) => return Part::Unknown(why(&error)),
    };
    let mut held = Vec::with_capacity(queues.len());
    for queue in queues {
        // Only a queue with groups can be held through one, and only one with rings has them; for the others the
        // question is saved.
        let by = if queue.may_come_through_group() {
            match reader.queue_member_by(&queue.id, user.as_str()).await {
                Ok(by) => Some(by),
                Err(error) => return Part::Unknown(why(&error)),
            }
        } else {
            None
        };
        let Some(joined) = queue.joined else { return super::not_told("whether work is taken from a queue") };
        let ring = by.and_then(|by| by.ring).filter(|_| queue.bullseye.is_some());
        held.push(named(&queue.id, queue.name.as_deref(), QueueId::parse).map(|named| QueueMembership {
            queue: named,
            joined,
            via_group: by.is_some_and(|by| by.group && !by.user),
            ring: ring.and_then(|ring| u32::try_from(ring).ok()),
        }));
    }
    sorted(all(Ok(held)))
}

pub(super) async fn skills(reader: &Reader, user: &UserId) -> Part<Vec<Proficiency>> {
    let read = reader.user_skills(user.as_str()).await;
    by_id(all(read.map(|skills| {
        skills.into_iter().map(|skill| proficiency(&skill.id, skill.name.as_deref(), skill.proficiency))
    })))
}

pub(super) async fn languages(reader: &Reader, user: &UserId) -> Part<Vec<Proficiency>> {
    let read = reader.user_languages(user.as_str()).await;
    by_id(all(read.map(|languages| {
        languages.into_iter().map(|skill| proficiency(&skill.id, skill.name.as_deref(), skill.proficiency))
    })))
}

fn proficiency(id: &str, name: Option<&str>, level: Option<f64>) -> Option<Proficiency> {
    Some(Proficiency { skill: named(id, name, SkillId::parse)?, level: level? })
}

fn by_id(part: Part<Vec<Proficiency>>) -> Part<Vec<Proficiency>> {
    match part {
        Part::Known(mut entries) => {
            entries.sort_by(|a, b| a.skill.cmp(&b.skill));
            Part::Known(entries)
        }
        Part::Unknown(why) => Part::Unknown(why),
    }
}

pub(super) async fn groups(reader: &Reader, record: &User) -> Part<Vec<Named<GroupId>>> {
    let Some(groups) = &record.groups else {
        return super::not_told("the groups");
    };
    let mut held = Vec::with_capacity(groups.len());
    for group in groups {
        // The record names a group by id only; the name is for people and not worth a failure.
        let name = match &group.name {
            Some(name) => Some(name.clone()),
            None => reader.group(&group.id).await.ok().and_then(|group| group.name),
        };
        held.push(named(&group.id, name.as_deref(), GroupId::parse));
    }
    sorted(all(Ok(held)))
}

pub(super) async fn stations(reader: &Reader, user: &UserId) -> Part<Stations> {
    part(reader.station(user.as_str()).await.map(|held| Stations {
        associated: station(held.associated_station.as_ref()),
        default: station(held.default_station.as_ref()),
    }))
}

/// Returns a station that a slot holds. The vendor leaves an empty object in an empty slot.
pub(crate) fn station(held: Option<&Station>) -> Option<Named<StationId>> {
    let held = held?;
    named(held.id.as_deref()?, held.name.as_deref(), StationId::parse)
}

/// A record without a manager says that there is none only where the list of superiors agrees: see [`no_manager`].
pub(super) async fn manager(reader: &Reader, record: &User) -> Part<Option<Named<UserId>>> {
    if record.unread.iter().any(|member| member == "manager") {
        return Part::Unknown(Why::Unreadable {
            code: "the manager is not of the documented form".to_owned(),
        });
    }
    let Some(manager) = &record.manager else { return super::not_told("the manager") };
    // The record may name the manager by id only; the name is for people and not worth a failure.
    let name = match &manager.name {
        Some(name) => Some(name.clone()),
        None => reader.user(&manager.id, &[]).await.ok().and_then(|user| user.name),
    };
    match named(&manager.id, name.as_deref(), UserId::parse) {
        Some(manager) => Part::Known(Some(manager)),
        None => Part::Unknown(Why::Unreadable { code: "the manager has no id".to_owned() }),
    }
}

/// Settles that there is no manager, where the record names none and the person has no superiors either.
pub(super) fn no_manager(inventory: &mut Inventory) {
    let superiors = inventory.things(Kind::Superiors);
    let left_out = matches!(inventory.manager.unknown(), Some(Why::NotTold { .. }));
    if left_out && superiors.is_some_and(<[_]>::is_empty) {
        inventory.manager = Part::Known(None);
    }
}

pub(super) async fn direct_reports(reader: &Reader, record: &User) -> Part<Vec<Named<UserId>>> {
    match reader.direct_reports(&record.id).await {
        Ok(people) => sorted(all(Ok(people
            .into_iter()
            .map(|person| named(&person.id, person.name.as_deref(), UserId::parse))))),
        // A list under a deleted user answers 404 for the user, not for the list.
        Err(error) if error.disposition() == Disposition::Absent && is_deleted(record) => {
            let because = "the vendor does not show it for a deleted person".to_owned();
            Part::Unknown(Why::NotApplicable { because })
        }
        Err(error) => Part::Unknown(why(&error)),
    }
}

pub(super) fn is_deleted(record: &User) -> bool {
    record.state == Some(State::Deleted)
}

pub(super) async fn client_owner(reader: &Reader, client: &str) -> Part<Option<UserId>> {
    match reader.oauth_client(client).await.map(|client| client.created_by) {
        Ok(Some(owner)) => match UserId::parse(owner.id) {
            Ok(owner) => Part::Known(Some(owner)),
            Err(_) => Part::Unknown(Why::Unreadable { code: "the owner has no id".to_owned() }),
        },
        Ok(None) => super::not_told("who made the client"),
        Err(error) => Part::Unknown(why(&error)),
    }
}
