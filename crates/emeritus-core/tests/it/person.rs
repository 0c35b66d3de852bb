//! People to plan for: an inventory that starts plain and is changed by what a test is about.

use std::collections::BTreeMap;

use emeritus_core::census::Window;
use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::{
    ConversationId, DivisionId, GroupId, OrganizationId, QueueId, RoleId, RunId, SkillId, StationId, UserId,
};
use emeritus_core::inventory::{
    Account, AccountState, Grant, INVENTORY_FORMAT, Inventory, LiveInteraction, Named, Part, Proficiency,
    QueueMembership, Stations, Via, Why,
};
use emeritus_core::overrides::Override;
use emeritus_core::plan::{Approval, ApprovedPlan, Bound, HistoryScope, Means, Plan, Stated};
use emeritus_core::planner::{Aim, Survey};
use emeritus_core::{Policy, plan, plan_restore};
use jiff::Timestamp;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The moment at which every plan of these tests is made.
pub(crate) fn now() -> Timestamp {
    at("2026-11-21T09:00:00Z")
}

pub(crate) fn history() -> HistoryScope {
    HistoryScope {
        from: at("2023-11-22T00:00:00Z"),
        bound: Bound::Retention { days: 1_095 },
        retention: None,
    }
}

pub(crate) fn window() -> Window {
    Window { from: history().from, to: now() }
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub(crate) fn run_id() -> RunId {
    RunId::parse("run-1").unwrap()
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

pub(crate) fn queue(name: &str) -> Named<QueueId> {
    Named { id: QueueId::parse(format!("q-{}", slug(name))).unwrap(), name: name.into() }
}

pub(crate) fn role(name: &str) -> Named<RoleId> {
    Named { id: RoleId::parse(format!("r-{}", slug(name))).unwrap(), name: name.into() }
}

pub(crate) fn division(name: &str) -> Named<DivisionId> {
    Named { id: DivisionId::parse(format!("d-{}", slug(name))).unwrap(), name: name.into() }
}

pub(crate) fn group(name: &str) -> Named<GroupId> {
    Named { id: GroupId::parse(format!("g-{}", slug(name))).unwrap(), name: name.into() }
}

pub(crate) fn station(name: &str) -> Named<StationId> {
    Named { id: StationId::parse(format!("s-{}", slug(name))).unwrap(), name: name.into() }
}

pub(crate) fn colleague(name: &str) -> Named<UserId> {
    Named { id: user(&format!("u-{}", slug(name))), name: name.into() }
}

pub(crate) fn grant(name: &str, place: &str, via: Via) -> Grant {
    Grant { role: role(name), division: division(place), via }
}

pub(crate) fn skill(name: &str, level: f64) -> Proficiency {
    let id = SkillId::parse(format!("k-{}", slug(name))).unwrap();
    Proficiency { skill: Named { id, name: name.into() }, level }
}

pub(crate) fn live(media: &str, conversation: &str) -> LiveInteraction {
    LiveInteraction {
        conversation: ConversationId::parse(conversation).unwrap(),
        media: media.to_owned(),
        segment: "interact".to_owned(),
    }
}

pub(crate) fn forbidden(permission: &str) -> Why {
    Why::Forbidden { permissions: vec![permission.to_owned()] }
}

/// Ada: active, with an e-mail, a division and one role, in no queue, at no station, in no conversation.
pub(crate) fn ada() -> Inventory {
    Inventory {
        format: INVENTORY_FORMAT,
        organization: Named { id: OrganizationId::parse("o-1").unwrap(), name: "Example".into() },
        taken_at: at("2026-11-21T08:59:00Z"),
        emulated: false,
        account: Account {
            id: user("u-ada"),
            email: "ada@example.com".into(),
            name: "Ada Byron".into(),
            state: AccountState::Active,
            version: 7,
            division: Some(division("Sales")),
            title: Some("Agent".into()),
            department: None,
        },
        manager: Part::Known(None),
        direct_reports: Part::Known(Vec::new()),
        grants: Part::Known(vec![grant("Agent", "Sales", Via::Direct)]),
        last_holder_of: Part::Known(Vec::new()),
        queues: Part::Known(Vec::new()),
        skills: Part::Known(Vec::new()),
        languages: Part::Known(Vec::new()),
        groups: Part::Known(Vec::new()),
        stations: Part::Known(Stations::default()),
        live: Part::Known(Vec::new()),
        open_conversations: Part::Known(Vec::new()),
        open_since: None,
        presence: Part::Known(Some("Available".to_owned())),
        presence_since: None,
        last_login: Part::Known(Some(at("2026-11-20T16:02:00Z"))),
        last_token: Part::Known(Some(at("2026-11-20T16:02:01Z"))),
        client_owner: Part::Known(None),
        held: BTreeMap::new(),
        readings: BTreeMap::new(),
    }
}

/// What can be said of Ada beyond what she starts with.
pub(crate) trait With: Sized {
    fn inactive(self) -> Self;
    fn deleted(self) -> Self;
    fn in_queue(self, name: &str, joined: bool) -> Self;
    fn in_queue_through_group(self, name: &str) -> Self;
    fn at_stations(self, associated: &str, default: &str) -> Self;
    fn talking(self, media: &str, conversation: &str) -> Self;
    fn holding(self, kind: Kind, thing: Thing) -> Self;
    fn unread(self, kind: Kind) -> Self;
    fn with(self, kind: Kind, name: &str) -> Self;
}

impl With for Inventory {
    /// Inactive as the vendor leaves an account: its direct roles are gone.
    fn inactive(mut self) -> Self {
        self.account.state = AccountState::Inactive;
        self.account.version += 1;
        self.grants = Part::Known(Vec::new());
        self
    }

    /// Deleted as the vendor leaves an account: in the Home division, with nothing.
    fn deleted(mut self) -> Self {
        self.account.state = AccountState::Deleted;
        self.account.version += 2;
        self.account.division = Some(division("Home"));
        self.grants = Part::Known(Vec::new());
        self.queues = Part::Known(Vec::new());
        self.skills = Part::Known(Vec::new());
        self.groups = Part::Known(Vec::new());
        self.stations = Part::Known(Stations::default());
        for part in self.held.values_mut() {
            *part = Part::Known(Vec::new());
        }
        self
    }

    fn in_queue(mut self, name: &str, joined: bool) -> Self {
        let mut queues = self.queues.known().cloned().unwrap_or_default();
        queues.push(QueueMembership { queue: queue(name), joined, via_group: false, ring: None });
        self.queues = Part::Known(queues);
        self
    }

    fn in_queue_through_group(mut self, name: &str) -> Self {
        let mut queues = self.queues.known().cloned().unwrap_or_default();
        queues.push(QueueMembership { queue: queue(name), joined: true, via_group: true, ring: None });
        self.queues = Part::Known(queues);
        self
    }

    fn at_stations(mut self, associated: &str, default: &str) -> Self {
        let held = |name: &str| (!name.is_empty()).then(|| station(name));
        self.stations = Part::Known(Stations { associated: held(associated), default: held(default) });
        self
    }

    fn talking(mut self, media: &str, conversation: &str) -> Self {
        self.live = Part::Known(vec![live(media, conversation)]);
        self
    }

    /// Holding one more thing of a kind that has no part of its own.
    fn holding(mut self, kind: Kind, thing: Thing) -> Self {
        assert!(kind.is_in_held(), "{kind} has a part of its own");
        let mut things = self.things(kind).map(<[Thing]>::to_vec).unwrap_or_default();
        things.push(thing);
        self.held.insert(kind, Part::Known(things));
        self
    }

    fn unread(mut self, kind: Kind) -> Self {
        self.held.insert(kind, Part::Unknown(forbidden("x:y:view")));
        self
    }

    /// Holding one more thing of any kind.
    fn with(mut self, kind: Kind, name: &str) -> Self {
        if kind.is_in_held() {
            return self.holding(kind, thing(kind, name));
        }
        if kind == Kind::Stations {
            return self.at_stations("", name);
        }
        if kind == Kind::Queues {
            return self.in_queue(name, true);
        }
        if kind == Kind::Division {
            self.account.division = Some(division(name));
        }
        let more = |wanted| kind == wanted;
        add(&mut self.groups, more(Kind::Groups), group(name));
        add(&mut self.skills, more(Kind::Skills), skill(name, 3.0));
        add(&mut self.languages, more(Kind::Languages), skill(name, 4.0));
        add(&mut self.direct_reports, more(Kind::DirectReports), colleague(name));
        add(&mut self.grants, more(Kind::Roles), grant(name, "Sales", Via::Direct));
        self
    }
}

fn add<T>(part: &mut Part<Vec<T>>, wanted: bool, thing: T) {
    if let (true, Part::Known(things)) = (wanted, part) {
        things.push(thing);
    }
}

/// A thing of a kind that has no part of its own.
pub(crate) fn thing(kind: Kind, name: &str) -> Thing {
    Thing::new(format!("{}-{}", kind.name(), slug(name)), name)
}

pub(crate) fn planned(inventory: &Inventory, policy: &Policy) -> Plan {
    plan(inventory, &history(), policy, now()).unwrap()
}

/// The plan that brings a person back from a snapshot where nothing stands in the way.
pub(crate) fn restored(snapshot: &Inventory, current: &Inventory) -> Plan {
    surveyed(snapshot, current, &Survey::default())
}

pub(crate) fn surveyed(snapshot: &Inventory, current: &Inventory, survey: &Survey) -> Plan {
    let aim = Aim::whole(snapshot, run_id());
    plan_restore(&aim, current, survey, &history(), &Policy::default(), now()).unwrap()
}

/// Lifts a block, as `live-work=c-1`.
pub(crate) fn lifting(block: &str) -> Override {
    Override::new(&block.parse().unwrap(), "ghost of last winter, ticket 4711", "anna").unwrap()
}

pub(crate) fn approval(plan: &Plan) -> Approval {
    Approval {
        digest: plan.digest().unwrap(),
        by: "grace".to_owned(),
        at: at("2026-11-21T09:05:00Z"),
        means: Means::Asked,
        operator: None,
        stated: Stated::default(),
    }
}

pub(crate) fn approved(plan: &Plan) -> ApprovedPlan {
    plan.clone().approve(approval(plan)).unwrap()
}
