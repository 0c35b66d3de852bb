//! A simulated organization: a few facts about one person, and what each effect does to them. It knows the truth.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::census::{Census, CensusBuilder, Leaf, Participation};
use emeritus_core::event::Difference;
use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::UserId;
use emeritus_core::inventory::{AccountState, Inventory, Named, Part, Proficiency, Via};
use emeritus_core::plan::{StationSlot, StepKind};
use uuid::Uuid;

use crate::person::{at, window};
use crate::rehearsal::unlike;

fn keep<T>(part: &mut Part<Vec<T>>, wanted: impl FnMut(&T) -> bool) {
    if let Part::Known(things) = part {
        things.retain(wanted);
    }
}

/// A phone that is given back is a new one of the same name.
fn key(kind: Kind, thing: &Thing) -> (Kind, String) {
    (kind, if kind == Kind::Phones { thing.name.to_string() } else { thing.id.clone() })
}

fn levelled(held: &Proficiency) -> String {
    format!("{}@{}", held.skill.id, held.level)
}

/// Returns what is held besides roles, queues and stations.
fn held(inventory: &Inventory) -> BTreeSet<(Kind, String)> {
    let mut held = BTreeSet::new();
    for (kind, part) in &inventory.held {
        held.extend(part.known().into_iter().flatten().map(|thing| key(*kind, thing)));
    }
    held.extend(inventory.account.division.iter().map(|held| (Kind::Division, held.id.to_string())));
    let groups = inventory.groups.known().into_iter().flatten();
    held.extend(groups.map(|group| (Kind::Groups, group.id.to_string())));
    let skills = inventory.skills.known().into_iter().flatten();
    held.extend(skills.map(|skill| (Kind::Skills, levelled(skill))));
    let languages = inventory.languages.known().into_iter().flatten();
    held.extend(languages.map(|language| (Kind::Languages, levelled(language))));
    let people = inventory.direct_reports.known().into_iter().flatten();
    held.extend(people.map(|person| (Kind::DirectReports, person.id.to_string())));
    held
}

/// The organization, as far as it concerns one person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    pub(crate) subject: UserId,
    pub(crate) account: AccountState,
    pub(crate) queues: BTreeMap<String, bool>,
    pub(crate) stations: BTreeMap<StationSlot, String>,
    pub(crate) tokens: bool,
    pub(crate) roles: BTreeSet<String>,
    pub(crate) manager: Option<UserId>,
    /// Everything else that is held: its kind, and what it is told apart by.
    pub(crate) held: BTreeSet<(Kind, String)>,
    /// What was handed to somebody else, and to whom.
    pub(crate) handed: BTreeSet<(Kind, String, UserId)>,
    pub(crate) conversations: BTreeSet<u128>,
    /// Whether a delete takes history with it.
    pub(crate) severs: bool,
    /// Whether a cut is refused while the person is in a queue.
    pub(crate) holds_in_queue: bool,
    /// Whether the client sees other people's conversations.
    pub(crate) sees_others: bool,
}

impl World {
    pub(crate) fn of(inventory: &Inventory, conversations: u128) -> Self {
        let queues = inventory.queues.known().into_iter().flatten().filter(|queue| !queue.via_group);
        let stations = inventory.stations.known().cloned().unwrap_or_default();
        let slots = [
            stations.associated.map(|held| (StationSlot::Associated, held.id.to_string())),
            stations.default.map(|held| (StationSlot::Default, held.id.to_string())),
        ];
        let grants = inventory.grants.known().into_iter().flatten();
        Self {
            subject: inventory.account.id.clone(),
            account: inventory.account.state,
            queues: queues.map(|held| (held.queue.name.to_string(), held.joined)).collect(),
            stations: slots.into_iter().flatten().collect(),
            tokens: true,
            roles: grants.map(|grant| grant.role.name.to_string()).collect(),
            manager: inventory.manager.known().cloned().flatten().map(|manager| manager.id),
            held: held(inventory),
            handed: BTreeSet::new(),
            conversations: (1..=conversations).collect(),
            severs: false,
            holds_in_queue: false,
            sees_others: true,
        }
    }

    pub(crate) fn refuses(&self, kind: &StepKind) -> bool {
        let cut =
            matches!(kind, StepKind::SetState { to: AccountState::Inactive, from: AccountState::Active, .. });
        cut && self.holds_in_queue && !self.queues.is_empty()
    }

    pub(crate) fn perform(&mut self, kind: &StepKind) {
        match kind {
            StepKind::SetState { to, .. } => {
                self.account = *to;
                if *to == AccountState::Inactive {
                    self.roles.clear();
                }
            }
            StepKind::RevokeTokens => self.tokens = false,
            StepKind::ClearStation { slot, .. } => {
                self.stations.remove(slot);
            }
            StepKind::LeaveQueue { queue, .. } => {
                self.queues.remove(queue.name.as_str());
            }
            StepKind::JoinQueue { queue } => {
                self.queues.insert(queue.name.to_string(), false);
            }
            StepKind::SetJoined { queue, joined } => {
                self.queues.insert(queue.name.to_string(), *joined);
            }
            StepKind::SetStation { slot, station } => {
                self.stations.insert(*slot, station.id.to_string());
            }
            StepKind::Delete => self.delete(),
            StepKind::GrantRoles { grants } => {
                self.roles.extend(grants.iter().map(|grant| grant.role.name.to_string()));
            }
            StepKind::RevokeRoles { grants } => {
                self.roles.retain(|role| !grants.iter().any(|grant| grant.role.name == *role));
            }
            StepKind::MoveDivision { to } => self.replace(Kind::Division, [to.id.to_string()]),
            StepKind::SetManager { manager } => self.manager = Some(manager.id.clone()),
            StepKind::SetSkills { skills } => self.replace(Kind::Skills, skills.iter().map(levelled)),
            StepKind::SetLanguages { languages } => {
                // The vendor adds and changes these; it takes none away.
                for language in languages {
                    self.forget(language);
                    self.held.insert((Kind::Languages, levelled(language)));
                }
            }
            StepKind::RemoveLanguage { language } => self.forget(language),
            StepKind::JoinGroup { group } => {
                self.held.insert((Kind::Groups, group.id.to_string()));
            }
            StepKind::SetRing { queue, ring } => {
                self.held.insert((Kind::Queues, format!("{} ring {ring}", queue.id)));
            }
            StepKind::LeaveGroup { group } => {
                self.held.remove(&(Kind::Groups, group.id.to_string()));
            }
            StepKind::Release { kind, thing } => {
                self.held.remove(&key(*kind, thing));
            }
            StepKind::GiveBack { kind, thing } => {
                self.handed.retain(|(handed, id, _)| (handed, id) != (kind, &thing.id));
                self.held.insert(key(*kind, thing));
            }
            StepKind::Reassign { kind, thing, from, to } => self.hand(key(*kind, thing), from, to),
            StepKind::Baseline
            | StepKind::AwaitIdle { .. }
            | StepKind::Prove { .. }
            | StepKind::Hold { .. }
            | StepKind::CheckAccess
            | StepKind::Compare => panic!("{kind} changes nothing"),
        }
    }

    /// What the vendor takes from a deleted account by itself.
    fn delete(&mut self) {
        self.account = AccountState::Deleted;
        self.stations.remove(&StationSlot::Default);
        self.held.retain(|(kind, _)| !matches!(kind, Kind::Numbers | Kind::Extensions));
        self.replace(Kind::Division, ["d-home".to_owned()]);
    }

    fn hand(&mut self, thing: (Kind, String), from: &Named<UserId>, to: &Named<UserId>) {
        let held_by = |who: &Named<UserId>| (thing.0, thing.1.clone(), who.id.clone());
        if from.id == self.subject {
            self.handed.insert(held_by(to));
            self.held.remove(&thing);
        } else {
            self.handed.remove(&held_by(from));
            self.held.insert(thing);
        }
    }

    fn replace(&mut self, kind: Kind, ids: impl IntoIterator<Item = String>) {
        self.held.retain(|(held, _)| *held != kind);
        self.held.extend(ids.into_iter().map(|id| (kind, id)));
    }

    fn forget(&mut self, language: &Proficiency) {
        let any_level = format!("{}@", language.skill.id);
        self.held.retain(|(kind, id)| *kind != Kind::Languages || !id.starts_with(&any_level));
    }

    /// Returns what somebody reads of the person who knows this much of the names of things.
    pub(crate) fn read(&self, known: &Inventory) -> Inventory {
        let mut read = known.clone();
        read.account.state = self.account;
        read.account.division = known
            .account
            .division
            .clone()
            .filter(|division| self.holds(Kind::Division, division.id.as_str()));
        keep(&mut read.grants, |grant| {
            self.roles.contains(grant.role.name.as_str()) || matches!(grant.via, Via::Group(_))
        });
        keep(&mut read.queues, |queue| {
            queue.via_group || self.queues.contains_key(queue.queue.name.as_str())
        });
        keep(&mut read.groups, |group| self.holds(Kind::Groups, group.id.as_str()));
        keep(&mut read.skills, |skill| self.holds(Kind::Skills, &levelled(skill)));
        keep(&mut read.languages, |language| self.holds(Kind::Languages, &levelled(language)));
        keep(&mut read.direct_reports, |person| self.holds(Kind::DirectReports, person.id.as_str()));
        if let Part::Known(stations) = &mut read.stations {
            stations.associated.take_if(|_| !self.stations.contains_key(&StationSlot::Associated));
            stations.default.take_if(|_| !self.stations.contains_key(&StationSlot::Default));
        }
        for (kind, part) in &mut read.held {
            keep(part, |thing| self.held.contains(&key(*kind, thing)));
        }
        read
    }

    pub(crate) fn holds(&self, kind: Kind, id: &str) -> bool {
        self.held.contains(&(kind, id.to_owned()))
    }

    /// Returns what speaks against access having ended.
    pub(crate) fn still_there(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.account == AccountState::Active {
            found.push(unlike("state", "inactive", "active"));
        }
        if let Some(station) = self.stations.get(&StationSlot::Associated) {
            found.push(unlike("station in use", "none", station));
        }
        found
    }

    pub(crate) fn is_so(&self, kind: &StepKind) -> bool {
        let mut after = self.clone();
        after.perform(kind);
        after == *self
    }

    pub(crate) fn census(&self) -> Census {
        let mut builder = CensusBuilder::new(window());
        for id in self.visible() {
            let leaf = Leaf {
                conversation: Uuid::from_u128(id),
                start: at("2025-01-02T03:04:05Z"),
                open: id == 3,
                media: BTreeSet::from(["voice".to_owned()]),
                participation: vec![Participation {
                    participant: format!("p-{id}"),
                    purpose: "agent".to_owned(),
                    name: Some("Ada Byron".to_owned()),
                }],
                unread: BTreeSet::new(),
            };
            assert!(builder.add(&leaf).unwrap(), "it began inside the window");
        }
        builder.finish()
    }

    fn visible(&self) -> BTreeSet<u128> {
        let severed = self.severs && self.account == AccountState::Deleted;
        if severed { BTreeSet::new() } else { self.conversations.clone() }
    }
}
