//! Readings of the whole organization that answer for many people: made once, when somebody first asks.

use std::collections::BTreeMap;

use emeritus_core::holding::Thing;
use emeritus_core::id::UserId;
use emeritus_core::inventory::{Part, Why};
use genesys::Reader;
use tokio::sync::OnceCell;

use crate::failure::why;
use crate::permission::Rights;

/// What each person holds by a list of the whole organization.
type ByPerson = Result<BTreeMap<String, Vec<Thing>>, Why>;

/// Readings that are shared by the people of one batch. They are as old as the batch: make new ones for the next.
#[derive(Debug, Default)]
pub struct Scans {
    owners: OnceCell<ByPerson>,
    rules: OnceCell<ByPerson>,
    clients: OnceCell<ByPerson>,
    policies: OnceCell<ByPerson>,
    teams: OnceCell<ByPerson>,
    rights: OnceCell<Rights>,
}

impl Scans {
    /// Makes the readings that were not made yet. The teams' lists are needed only for somebody whose record names
    /// no team.
    pub(super) async fn fill(&self, reader: &Reader, teams: bool) {
        tokio::join!(
            biased;
            Box::pin(self.read_owners(reader)),
            Box::pin(self.read_rules(reader)),
            Box::pin(self.read_clients(reader)),
            Box::pin(self.read_policies(reader)),
        );
        if teams {
            self.read_teams(reader).await;
        }
    }

    /// Returns what this client may do.
    pub(crate) async fn rights(&self, reader: &Reader, client: &str) -> &Rights {
        self.rights.get_or_init(|| Rights::read(reader, client)).await
    }

    /// Returns the groups that a person owns.
    pub(super) async fn owned_groups(&self, reader: &Reader, user: &UserId) -> Part<Vec<Thing>> {
        of(self.read_owners(reader).await, user)
    }

    async fn read_owners(&self, reader: &Reader) -> &ByPerson {
        let read = self.owners.get_or_init(async || {
            let groups = reader.all_groups().await.map_err(|error| why(&error))?;
            let mut held = BTreeMap::new();
            for group in groups {
                let Some(owners) = group.owners else {
                    return Err(Why::Unreadable { code: "a group without its owners".to_owned() });
                };
                let thing = Thing::new(group.id, group.name.unwrap_or_default());
                add(&mut held, owners.into_iter().map(|owner| owner.id), &thing);
            }
            Ok(held)
        });
        read.await
    }

    /// Returns the queues whose routing rules name a person, or one of the groups, teams and skill groups that they
    /// are in: the vendor's rules name groups.
    pub(super) async fn routing_rules(
        &self,
        reader: &Reader,
        user: &UserId,
        groups: &[String],
    ) -> Part<Vec<Thing>> {
        match self.read_rules(reader).await {
            Ok(named) => {
                let of = groups.iter().map(String::as_str).chain([user.as_str()]);
                Part::Known(of.filter_map(|id| named.get(id)).flatten().cloned().collect())
            }
            Err(why) => Part::Unknown(why.clone()),
        }
    }

    /// By the id of whoever is named, a person or a group.
    async fn read_rules(&self, reader: &Reader) -> &ByPerson {
        let read = self.rules.get_or_init(async || {
            let queues = reader.all_queues().await.map_err(|error| why(&error))?;
            let mut named = BTreeMap::new();
            for queue in queues {
                let thing = Thing::new(queue.id, queue.name.unwrap_or_default());
                add(&mut named, queue.preferred_users, &thing);
                add(&mut named, queue.rule_groups.into_iter().map(|group| group.id), &thing);
            }
            Ok(named)
        });
        read.await
    }

    /// Returns the OAuth clients that a person made.
    pub(super) async fn oauth_clients(&self, reader: &Reader, user: &UserId) -> Part<Vec<Thing>> {
        of(self.read_clients(reader).await, user)
    }

    async fn read_clients(&self, reader: &Reader) -> &ByPerson {
        let read = self.clients.get_or_init(async || {
            let clients = reader.oauth_clients().await.map_err(|error| why(&error))?;
            let mut held = BTreeMap::new();
            for client in clients {
                let thing = Thing::new(client.id, client.name.unwrap_or_default());
                add(&mut held, client.created_by.map(|maker| maker.id), &thing);
            }
            Ok(held)
        });
        read.await
    }

    /// Returns the recording policies that name a person.
    pub(super) async fn recording_policies(&self, reader: &Reader, user: &UserId) -> Part<Vec<Thing>> {
        of(self.read_policies(reader).await, user)
    }

    async fn read_policies(&self, reader: &Reader) -> &ByPerson {
        let read = self.policies.get_or_init(async || {
            let policies = reader.recording_policies().await.map_err(|error| why(&error))?;
            let mut held = BTreeMap::new();
            for policy in policies {
                let thing = Thing::new(policy.id, policy.name.unwrap_or_default());
                add(&mut held, policy.users, &thing);
            }
            Ok(held)
        });
        read.await
    }

    /// Returns a person's team. Their own record says it only at the vendor's best effort; the teams' lists say it
    /// for certain.
    pub(super) async fn team(&self, reader: &Reader, user: &UserId) -> Part<Vec<Thing>> {
        of(self.read_teams(reader).await, user)
    }

    async fn read_teams(&self, reader: &Reader) -> &ByPerson {
        let read = self.teams.get_or_init(async || {
            let teams = reader.teams().await.map_err(|error| why(&error))?;
            let mut held = BTreeMap::new();
            for team in teams {
                let members = reader.team_members(&team.id).await.map_err(|error| why(&error))?;
                let thing = Thing::new(team.id, team.name.unwrap_or_default());
                add(&mut held, members.into_iter().map(|member| member.id), &thing);
            }
            Ok(held)
        });
        read.await
    }
}

fn add(held: &mut BTreeMap<String, Vec<Thing>>, people: impl IntoIterator<Item = String>, thing: &Thing) {
    for person in people {
        held.entry(person).or_default().push(thing.clone());
    }
}

fn of(read: &ByPerson, user: &UserId) -> Part<Vec<Thing>> {
    match read {
        Ok(held) => Part::Known(held.get(user.as_str()).cloned().unwrap_or_default()),
        Err(why) => Part::Unknown(why.clone()),
    }
}
