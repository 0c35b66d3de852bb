//! Looking, before a restore is planned, at what would be given back: whether it is still there, and still free.

use emeritus_core::holding::{Kind, Loss};
use emeritus_core::id::UserId;
use emeritus_core::inventory::{Inventory, Named, Via};
use emeritus_core::planner::Survey;
use emeritus_core::policy::{Policy, Treatment};
use genesys::{Disposition, Error, Reader, State};

/// Returns what stands in the way of giving the things of a snapshot back. What cannot be looked at does not: the
/// step itself will tell. What a successor of one of these policies was handed is handed back.
pub(crate) async fn survey(
    reader: &Reader,
    snapshot: &Inventory,
    current: &Inventory,
    retired_by: &[&Policy],
) -> Result<Survey, Error> {
    let mut obstacles = Vec::new();
    let of = Of { reader, snapshot, current };
    of.organization(&mut obstacles).await?;
    of.routing(&mut obstacles).await?;
    of.telephony(&mut obstacles).await?;
    of.people(retired_by, &mut obstacles).await?;
    let twin = twin(reader, &snapshot.account.id, &snapshot.account.email).await?;
    Ok(Survey { obstacles, twin })
}

/// Returns another account, not deleted, that uses an e-mail address.
pub(crate) async fn twin(
    reader: &Reader,
    user: &UserId,
    email: &str,
) -> Result<Option<Named<UserId>>, Error> {
    if email.is_empty() {
        return Ok(None);
    }
    for hit in reader.users_by_email(email).await? {
        // The search index lags behind writes, so each hit is read again.
        let Some(other) = absent(async || reader.user(&hit.id, &[]).await).await? else { continue };
        let same = other.email.as_deref().is_some_and(|found| found.trim().eq_ignore_ascii_case(email));
        if same && other.id != user.as_str() && other.state != Some(State::Deleted) {
            let name = other.name.unwrap_or_default();
            return Ok(UserId::parse(other.id).ok().map(|id| Named { id, name: name.into() }));
        }
    }
    Ok(None)
}

struct Of<'a> {
    reader: &'a Reader,
    snapshot: &'a Inventory,
    current: &'a Inventory,
}

impl Of<'_> {
    /// Division, roles, groups, team: is there still such a thing?
    async fn organization(&self, found: &mut Vec<Loss>) -> Result<(), Error> {
        let (snapshot, current) = (self.snapshot, self.current);
        let moved =
            snapshot.account.division.as_ref().filter(|division| {
                current.account.division.as_ref().map(|now| &now.id) != Some(&division.id)
            });
        let direct = snapshot.grants.known().into_iter().flatten().filter(|grant| grant.via == Via::Direct);
        let lost: Vec<_> = direct.filter(|grant| !holds(current.grants.known(), grant)).collect();
        if moved.is_some() || !lost.is_empty() {
            let wanted = moved.map(|division| division.id.as_str()).into_iter();
            let wanted: Vec<_> = wanted.chain(lost.iter().map(|grant| grant.division.id.as_str())).collect();
            let divisions = unlisted(&wanted, async || self.reader.divisions().await, |one| &one.id).await?;
            let is_there = |id: &str| !divisions.contains(&id);
            if let Some(division) = moved.filter(|division| !is_there(division.id.as_str())) {
                found.push(gone(Kind::Division, division.id.as_str(), &division.name));
            }
            let wanted: Vec<_> = lost.iter().map(|grant| grant.role.id.as_str()).collect();
            let roles = unlisted(&wanted, async || self.reader.roles().await, |role| &role.id).await?;
            for grant in lost {
                if roles.contains(&grant.role.id.as_str()) || !is_there(grant.division.id.as_str()) {
                    let id = format!("{}/{}", grant.role.id, grant.division.id);
                    let name = format!("{} in {}", grant.role.name, grant.division.name);
                    found.push(gone(Kind::Roles, &id, &name));
                }
            }
        }
        for group in snapshot.groups.known().into_iter().flatten() {
            let held = holds(current.groups.known(), group);
            if !held && absent(async || self.reader.group(group.id.as_str()).await).await?.is_none() {
                found.push(gone(Kind::Groups, group.id.as_str(), &group.name));
            }
        }
        for group in self.not_held(Kind::GroupOwnership) {
            if absent(async || self.reader.group(&group.id).await).await?.is_none() {
                found.push(gone(Kind::GroupOwnership, &group.id, &group.name));
            }
        }
        let teams = self.not_held(Kind::Team);
        let wanted: Vec<_> = teams.iter().map(|team| team.id.as_str()).collect();
        let lost = unlisted(&wanted, async || self.reader.teams().await, |team| &team.id).await?;
        let lost_teams = teams.into_iter().filter(|team| lost.contains(&team.id.as_str()));
        found.extend(lost_teams.map(|team| gone(Kind::Team, &team.id, &team.name)));
        Ok(())
    }

    /// Queues, skills and languages.
    async fn routing(&self, found: &mut Vec<Loss>) -> Result<(), Error> {
        let held = self.current.queues.known();
        for queue in self.snapshot.queues.known().into_iter().flatten() {
            let is_held = held.into_iter().flatten().any(|now| now.queue.id == queue.queue.id);
            if !is_held && absent(async || self.reader.queue(queue.queue.id.as_str()).await).await?.is_none()
            {
                found.push(gone(Kind::Queues, queue.queue.id.as_str(), &queue.queue.name));
            }
        }
        let differ = |was: Option<&Vec<_>>, now: Option<&Vec<_>>| {
            was.is_some_and(|was| !was.is_empty() && now != Some(was))
        };
        if differ(self.snapshot.skills.known(), self.current.skills.known()) {
            let held: Vec<_> = self.snapshot.skills.known().into_iter().flatten().collect();
            let wanted: Vec<_> = held.iter().map(|held| held.skill.id.as_str()).collect();
            let lost = unlisted(&wanted, async || self.reader.skills().await, |skill| &skill.id).await?;
            let held = held.into_iter().filter(|held| lost.contains(&held.skill.id.as_str()));
            found.extend(held.map(|held| gone(Kind::Skills, held.skill.id.as_str(), &held.skill.name)));
        }
        if differ(self.snapshot.languages.known(), self.current.languages.known()) {
            let held: Vec<_> = self.snapshot.languages.known().into_iter().flatten().collect();
            let wanted: Vec<_> = held.iter().map(|held| held.skill.id.as_str()).collect();
            let lost =
                unlisted(&wanted, async || self.reader.languages().await, |language| &language.id).await?;
            let held = held.into_iter().filter(|held| lost.contains(&held.skill.id.as_str()));
            found.extend(held.map(|held| gone(Kind::Languages, held.skill.id.as_str(), &held.skill.name)));
        }
        Ok(())
    }

    /// Station and numbers: still there, and nobody else's by now?
    async fn telephony(&self, found: &mut Vec<Loss>) -> Result<(), Error> {
        let user = self.snapshot.account.id.as_str();
        for number in self.not_held(Kind::Numbers) {
            let now = self.reader.did(&number.id).await?;
            let because = match now.map(|now| now.owner) {
                None => Some("it is no longer in the number plan"),
                Some(Some(owner)) if owner.id != user => Some("it is somebody else's by now"),
                Some(_) => None,
            };
            found.extend(because.map(|because| loss(Kind::Numbers, &number.id, &number.name, because)));
        }
        for extension in self.not_held(Kind::Extensions) {
            let owner = self.reader.extension(&extension.id).await?.and_then(|now| now.owner);
            if owner.is_some_and(|owner| owner.id != user) {
                let because = "it is somebody else's by now";
                found.push(loss(Kind::Extensions, &extension.id, &extension.name, because));
            }
        }
        let station = self.snapshot.stations.known().and_then(|held| held.default.as_ref());
        let now = self.current.stations.known().and_then(|held| held.default.as_ref());
        // The station of a phone that is given back comes with it.
        if let Some(station) = station
            && now.map(|now| &now.id) != Some(&station.id)
            && self.not_held(Kind::Phones).is_empty()
            && self.reader.station_by_id(station.id.as_str()).await?.is_none()
        {
            found.push(gone(Kind::Stations, station.id.as_str(), &station.name));
        }
        Ok(())
    }

    /// The manager, and the people who reported to this person: their own later changes are not undone.
    async fn people(&self, retired_by: &[&Policy], found: &mut Vec<Loss>) -> Result<(), Error> {
        let user = self.snapshot.account.id.as_str();
        let manager = self.snapshot.manager.known().and_then(Option::as_ref);
        let now = self.current.manager.known().and_then(Option::as_ref);
        if let Some(manager) = manager
            && now.map(|now| &now.id) != Some(&manager.id)
            && absent(async || self.reader.user(manager.id.as_str(), &[]).await).await?.is_none()
        {
            let because = "the manager's account is deleted";
            found.push(Loss {
                part: "manager".to_owned(),
                ..loss(Kind::Superiors, manager.id.as_str(), &manager.name, because)
            });
        }
        let successor = |policy: &&Policy| match policy.treatment(Kind::DirectReports) {
            Treatment::Reassign { to } => Some(to.id),
            Treatment::Release | Treatment::Keep | Treatment::Block => None,
        };
        let successors: Vec<_> = retired_by.iter().filter_map(successor).collect();
        for report in self.snapshot.direct_reports.known().into_iter().flatten() {
            if holds(self.current.direct_reports.known(), report) {
                continue;
            }
            let now = absent(async || self.reader.user(report.id.as_str(), &[]).await).await?;
            let because = match now.map(|record| record.manager.map(|manager| manager.id)) {
                None => "their account is deleted",
                Some(Some(boss)) if boss != user && !successors.iter().any(|to| to.as_str() == boss) => {
                    "they report to somebody else by now"
                }
                Some(_) => continue,
            };
            found.push(loss(Kind::DirectReports, report.id.as_str(), &report.name, because));
        }
        Ok(())
    }

    /// Returns the things of the snapshot that the person does not hold now.
    fn not_held(&self, kind: Kind) -> Vec<&emeritus_core::holding::Thing> {
        let now = self.current.things(kind).unwrap_or_default();
        let things = self.snapshot.things(kind).unwrap_or_default().iter();
        things.filter(|thing| !now.iter().any(|now| now.id == thing.id)).collect()
    }
}

fn holds<T: PartialEq>(held: Option<&Vec<T>>, thing: &T) -> bool {
    held.is_some_and(|held| held.contains(thing))
}

fn gone(kind: Kind, id: &str, name: &str) -> Loss {
    loss(kind, id, name, "it was deleted since")
}

fn loss(kind: Kind, id: &str, name: &str, because: &str) -> Loss {
    Loss { part: kind.label().to_owned(), id: id.to_owned(), name: name.into(), because: because.to_owned() }
}

/// Returns what was read, or `None` for what is gone. One 404 may be a slip of the vendor's: what is to be left out
/// of a restore is asked for twice.
async fn absent<T>(read: impl AsyncFn() -> Result<T, Error>) -> Result<Option<T>, Error> {
    let is_gone = |error: &Error| error.disposition() == Disposition::Absent;
    let again = match read().await {
        Ok(value) => return Ok(Some(value)),
        Err(error) if is_gone(&error) => read().await,
        Err(error) => return Err(error),
    };
    match again {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns which of these ids a list of the organization does not have. One list may lack its end, and some state no
/// total that would tell: what is to be left out of a restore is looked for in two.
async fn unlisted<'a, T>(
    wanted: &[&'a str],
    read: impl AsyncFn() -> Result<Vec<T>, Error>,
    id: impl Fn(&T) -> &str,
) -> Result<Vec<&'a str>, Error> {
    let mut missing = wanted.to_vec();
    for _ in 0..2 {
        if missing.is_empty() {
            break;
        }
        let there = read().await?;
        missing.retain(|wanted| !there.iter().any(|one| id(one) == *wanted));
    }
    Ok(missing)
}
