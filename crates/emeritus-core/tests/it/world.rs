//! A simulated organization: a few facts about one person, and what each effect does to them. It knows the truth.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::census::{Census, CensusBuilder, Leaf, Participation};
use emeritus_core::inventory::{AccountState, Inventory};
use emeritus_core::plan::{StationSlot, StepKind};
use uuid::Uuid;

use crate::person::{at, window};

/// The organization, as far as it concerns one person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    pub(crate) account: AccountState,
    pub(crate) queues: BTreeMap<String, bool>,
    pub(crate) stations: BTreeSet<StationSlot>,
    pub(crate) tokens: bool,
    pub(crate) roles: BTreeSet<String>,
    pub(crate) other: BTreeSet<String>,
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
            stations.associated.map(|_| StationSlot::Associated),
            stations.default.map(|_| StationSlot::Default),
        ];
        let grants = inventory.grants.known().into_iter().flatten();
        Self {
            account: inventory.account.state,
            queues: queues.map(|held| (held.queue.name.clone(), held.joined)).collect(),
            stations: slots.into_iter().flatten().collect(),
            tokens: true,
            roles: grants.map(|grant| grant.role.name.clone()).collect(),
            other: BTreeSet::new(),
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
                self.queues.remove(&queue.name);
            }
            StepKind::JoinQueue { queue } => {
                self.queues.insert(queue.name.clone(), false);
            }
            StepKind::SetJoined { queue, joined } => {
                self.queues.insert(queue.name.clone(), *joined);
            }
            StepKind::SetStation { slot, .. } => {
                self.stations.insert(*slot);
            }
            StepKind::Delete => self.account = AccountState::Deleted,
            StepKind::GrantRoles { grants } => {
                self.roles.extend(grants.iter().map(|grant| grant.role.name.clone()));
            }
            StepKind::MoveDivision { .. }
            | StepKind::SetSkills { .. }
            | StepKind::SetLanguages { .. }
            | StepKind::SetManager { .. }
            | StepKind::JoinGroup { .. } => {
                self.other.insert(kind.to_string());
            }
            StepKind::Baseline
            | StepKind::AwaitIdle { .. }
            | StepKind::Prove { .. }
            | StepKind::Hold { .. }
            | StepKind::Compare => panic!("{kind} changes nothing"),
        }
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
