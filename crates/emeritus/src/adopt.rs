//! Finding people who were made inactive or deleted by other means and still hold something: one walk over
//! everybody, and the lists of what can be held, each read once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::inventory::{AccountState, Why};
use genesys::{Error, Expand, PeopleState, Reader, User};
use serde::Serialize;
use serde_json::Value;

use crate::failure::why;
use crate::find::{Person, person};
use crate::stats::Phase;
use crate::{Emeritus, Notice};

/// The kinds that are looked for: what costs, blocks somebody else, or still gives access.
const LOOKED_FOR: [Kind; 8] = [
    Kind::Stations,
    Kind::Phones,
    Kind::Numbers,
    Kind::Extensions,
    Kind::Queues,
    Kind::Groups,
    Kind::Team,
    Kind::Roles,
];

/// Somebody who is gone and still holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    /// Who.
    pub person: Person,
    /// What.
    pub leftovers: Vec<(Kind, Thing)>,
}

/// What a walk over everybody found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoption {
    /// How many people the walk met, in every state.
    pub walked: u64,
    /// How many of them are inactive.
    pub inactive: u64,
    /// How many are deleted.
    pub deleted: u64,
    /// Those who still hold something, by name.
    pub leavers: Vec<Leaver>,
    /// What could not be read: somebody may hold such a thing without being listed for it.
    pub unknown: Vec<(Kind, Why)>,
    /// People whose record has something that cannot be read: what it says of that is not known, and may be that they
    /// are gone.
    pub odd: Vec<OddPerson>,
    /// Entries of the walk that nobody can be made of: they have no id.
    pub nameless: u64,
}

/// Somebody whose record has something that is not of the documented form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OddPerson {
    /// Their id.
    pub user_id: String,
    /// The members of the record that could not be read.
    pub unread: Vec<String>,
}

impl OddPerson {
    /// Returns what of a record could not be read, if anything; a state that it does not tell is among it.
    pub(crate) fn of(record: &User) -> Option<Self> {
        let mut unread = record.unread.clone();
        if record.state.is_none() && !unread.iter().any(|member| member == "state") {
            unread.push("state".to_owned());
        }
        // An id is the vendor's too, and so may be anything.
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let user_id = record.id.chars().filter(plain).take(64).collect();
        (!unread.is_empty()).then_some(Self { user_id, unread })
    }
}

impl fmt::Display for OddPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.user_id, self.unread.join(", "))
    }
}

/// The walk could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Without the people there is nothing to look through.
    #[error("could not walk over the people of the organization")]
    Vendor(#[source] Error),
}

impl Emeritus {
    /// Returns everybody inactive or deleted who still holds a station, phone, number, extension, queue, group,
    /// team or role. Reads only.
    ///
    /// The walk goes by cursor, beyond the 10,000 people at which the vendor's ordinary list ends.
    ///
    /// # Errors
    /// The people cannot be walked over. A list of holders that cannot be read is named in
    /// [`Adoption::unknown`].
    pub async fn leavers(&self) -> Result<Adoption, AdoptError> {
        let mut gone = Gone::default();
        {
            let _phase = self.meter.during(Phase::Walk);
            self.walk(PeopleState::Any, &mut gone).await?;
            // Whether "any" means deleted people too is not documented.
            if gone.adoption.deleted == 0 {
                self.walk(PeopleState::Deleted, &mut gone).await?;
            }
        }
        for kind in std::mem::take(&mut gone.left_out) {
            let absent = format!("the {} of some people", kind.label());
            gone.adoption.unknown.push((kind, Why::NotTold { absent }));
        }
        let _phase = self.meter.during(Phase::Scans);
        for kind in LOOKED_FOR {
            if let Err(error) = Box::pin(holders(&self.reader, kind, &mut gone)).await {
                gone.adoption.unknown.push((kind, why(&error)));
            }
        }
        // Without their names the groups are known by their ids all the same.
        drop(Box::pin(name_groups(&self.reader, &mut gone)).await);
        Ok(gone.settled())
    }

    async fn walk(&self, state: PeopleState, gone: &mut Gone) -> Result<(), AdoptError> {
        let expand = [Expand::Groups, Expand::Station, Expand::Team, Expand::Authorization];
        let watch = &self.watch;
        let mut each = |people: Vec<User>| {
            for record in &people {
                gone.meet(record);
            }
            let (done, found) = (gone.adoption.walked, gone.people.len() as u64);
            watch(&Notice::Reading { what: "people", done, of: None, found });
            ControlFlow::Continue(())
        };
        let walked = self.reader.people(state, &expand, &mut each).await.map_err(AdoptError::Vendor)?;
        gone.adoption.nameless = gone.adoption.nameless.max(walked.nameless);
        Ok(())
    }
}

#[derive(Default)]
struct Gone {
    adoption: Adoption,
    /// By id: the person, and what is known to be held.
    people: BTreeMap<String, Leaver>,
    odd: BTreeMap<String, OddPerson>,
    /// What some record of the walk left out although it was asked for, and nothing else lists.
    left_out: BTreeSet<Kind>,
}

impl Gone {
    fn meet(&mut self, record: &User) {
        if self.people.contains_key(&record.id) {
            return;
        }
        if let Some(odd) = OddPerson::of(record) {
            let met = self.odd.insert(record.id.clone(), odd).is_some();
            // Whether they are gone is not known, or not what all they hold.
            self.adoption.walked += u64::from(!met && person(record).is_err());
        }
        let Ok(person) = person(record) else { return };
        self.adoption.walked += 1;
        match person.state {
            AccountState::Active => return,
            AccountState::Inactive => self.adoption.inactive += 1,
            AccountState::Deleted => self.adoption.deleted += 1,
        }
        if record.groups.is_none() {
            self.left_out.insert(Kind::Groups);
        }
        if record.station.is_none() {
            self.left_out.insert(Kind::Stations);
        }
        let leaver = Leaver { person, leftovers: on_record(record) };
        self.people.insert(record.id.clone(), leaver);
    }

    fn holds(&mut self, person: &str, kind: Kind, thing: Thing) {
        let Some(leaver) = self.people.get_mut(person) else { return };
        let known = leaver.leftovers.iter().any(|(held, other)| *held == kind && other.id == thing.id);
        if !known {
            leaver.leftovers.push((kind, thing));
        }
    }

    fn settled(self) -> Adoption {
        let mut leavers: Vec<_> =
            self.people.into_values().filter(|leaver| !leaver.leftovers.is_empty()).collect();
        for leaver in &mut leavers {
            leaver.leftovers.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
        }
        leavers.sort_by(|a, b| (&a.person.name, &a.person.id).cmp(&(&b.person.name, &b.person.id)));
        Adoption { leavers, odd: self.odd.into_values().collect(), ..self.adoption }
    }
}

/// What the record itself says. The vendor gives these parts at its best effort, so the lists of holders are read
/// besides, where there are any.
fn on_record(record: &User) -> Vec<(Kind, Thing)> {
    let mut held = Vec::new();
    for entry in record.addresses.iter().flatten() {
        if let Some(extension) = entry.extension.as_deref().filter(|extension| !extension.is_empty()) {
            held.push((Kind::Extensions, Thing::new(extension, extension)));
        }
    }
    for group in record.groups.iter().flatten() {
        held.push((Kind::Groups, Thing::new(&group.id, group.name.clone().unwrap_or_default())));
    }
    if let Some(team) = &record.team {
        held.push((Kind::Team, Thing::new(&team.id, team.name.clone().unwrap_or_default())));
    }
    // The list of a role's holders may be of active people alone: no page says.
    for role in record.authorization.iter().flat_map(|held| &held.roles) {
        held.push((Kind::Roles, Thing::new(&role.id, role.name.clone().unwrap_or_default())));
    }
    let stations = record.station.as_ref();
    let slots = [
        ("associated", stations.and_then(|held| held.associated_station.as_ref())),
        ("default", stations.and_then(|held| held.default_station.as_ref())),
    ];
    for (slot, station) in slots {
        let Some(station) = station else { continue };
        let Some(id) = &station.id else { continue };
        let thing = Thing::new(format!("{slot}:{id}"), station.name.clone().unwrap_or_default());
        held.push((Kind::Stations, thing));
    }
    held
}

/// Reads the list of who holds things of a kind.
async fn holders(reader: &Reader, kind: Kind, gone: &mut Gone) -> Result<(), Error> {
    match kind {
        Kind::Phones => phones(reader, gone).await,
        Kind::Numbers => {
            for number in reader.all_dids().await? {
                let (Some(owner), Some(number)) = (number.owner, number.number) else { continue };
                gone.holds(&owner.id, kind, Thing::new(number.clone(), number));
            }
            Ok(())
        }
        Kind::Extensions => {
            for number in reader.all_extensions().await? {
                let (Some(owner), Some(number)) = (number.owner, number.number) else { continue };
                gone.holds(&owner.id, kind, Thing::new(number.clone(), number));
            }
            Ok(())
        }
        Kind::Queues => queues(reader, gone).await,
        Kind::Roles => roles(reader, gone).await,
        Kind::Team => teams(reader, gone).await,
        // The walk's records are the only list of these: groups by member, stations by user. The others are not looked
        // for.
        Kind::Stations
        | Kind::CallForwarding
        | Kind::Groups
        | Kind::GroupOwnership
        | Kind::Skills
        | Kind::Languages
        | Kind::Utilization
        | Kind::DirectRoutingBackup
        | Kind::OutOfOffice
        | Kind::WorkItems
        | Kind::DirectReports
        | Kind::Division
        | Kind::Greetings
        | Kind::Voicemail
        | Kind::SkillGroups
        | Kind::RoutingRules
        | Kind::Superiors
        | Kind::Trustors
        | Kind::OauthClients
        | Kind::Licences
        | Kind::Evaluations
        | Kind::Calibrations
        | Kind::Coaching
        | Kind::Learning
        | Kind::ManagementUnit
        | Kind::Schedules
        | Kind::Flows
        | Kind::Dashboards
        | Kind::RecordingPolicies => Ok(()),
    }
}

async fn phones(reader: &Reader, gone: &mut Gone) -> Result<(), Error> {
    for phone in reader.all_phones().await? {
        let text = |pointer: &str| phone.pointer(pointer).and_then(Value::as_str);
        let (Some(id), Some(user)) = (text("/id"), text("/webRtcUser/id")) else { continue };
        gone.holds(user, Kind::Phones, Thing::new(id, text("/name").unwrap_or_default()));
    }
    Ok(())
}

async fn queues(reader: &Reader, gone: &mut Gone) -> Result<(), Error> {
    for queue in reader.all_queues().await? {
        let thing = Thing::new(&queue.id, queue.name.unwrap_or_default());
        for member in reader.queue_members(&queue.id).await? {
            gone.holds(&member.id, Kind::Queues, thing.clone());
        }
    }
    Ok(())
}

async fn roles(reader: &Reader, gone: &mut Gone) -> Result<(), Error> {
    for role in reader.roles().await? {
        let thing = Thing::new(&role.id, role.name.unwrap_or_default());
        for holder in reader.role_users(&role.id).await? {
            gone.holds(&holder.id, Kind::Roles, thing.clone());
        }
    }
    Ok(())
}

async fn teams(reader: &Reader, gone: &mut Gone) -> Result<(), Error> {
    for team in reader.teams().await? {
        let thing = Thing::new(&team.id, team.name.unwrap_or_default());
        for member in reader.team_members(&team.id).await? {
            gone.holds(&member.id, Kind::Team, thing.clone());
        }
    }
    Ok(())
}

/// The walk's records say of a group its id only.
async fn name_groups(reader: &Reader, gone: &mut Gone) -> Result<(), Error> {
    let held = gone.people.values_mut().flat_map(|leaver| &mut leaver.leftovers);
    let mut nameless: Vec<_> =
        held.filter(|(kind, thing)| *kind == Kind::Groups && thing.name.is_empty()).collect();
    if nameless.is_empty() {
        return Ok(());
    }
    let groups = reader.all_groups().await?;
    let names: BTreeMap<_, _> = groups.into_iter().map(|group| (group.id, group.name)).collect();
    for (_, thing) in &mut nameless {
        if let Some(Some(name)) = names.get(&thing.id) {
            thing.name = name.into();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, state: &str, unread: &[&str]) -> User {
        let text = format!(r#"{{"id":"{id}","state":{state},"groups":[{{"id":"g-1"}}]}}"#);
        let user: User = serde_json::from_str(&text).unwrap();
        User { unread: unread.iter().map(|member| (*member).to_owned()).collect(), ..user }
    }

    #[test]
    fn one_odd_person_does_not_keep_the_others_from_being_found() {
        let mut gone = Gone::default();
        for user in [
            record("a", r#""inactive""#, &[]),
            record("b", "null", &["state"]),
            record("c", r#""deleted""#, &["dateLastLogin"]),
            record("d", "null", &[]),
            record("b", "null", &["state"]),
        ] {
            gone.meet(&user);
        }
        let adoption = gone.settled();
        assert_eq!((adoption.walked, adoption.inactive, adoption.deleted), (4, 1, 1));
        let found: Vec<_> = adoption.leavers.iter().map(|leaver| leaver.person.id.as_str()).collect();
        assert_eq!(found, ["a", "c"]);
        let odd: Vec<_> = adoption.odd.iter().map(ToString::to_string).collect();
        assert_eq!(odd, ["b (state)", "c (dateLastLogin)", "d (state)"]);
    }
}
