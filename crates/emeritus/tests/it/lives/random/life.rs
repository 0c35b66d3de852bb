//! One life: the organization, the library, and what is known of both.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use emeritus::id::RunId;
use emeritus::plan::Plan;
use emeritus::policy::{Mode, Policy};
use emeritus::{Emeritus, PlanningError, Recheck, RunError, RunReport, RunState, Scans, Side, Who};
use genesys::{Effect, State};
use genesys_emulator::{FaultKind, FaultRule, Preset};
use jiff::{SignedDuration, Timestamp};

use super::events::{Command, Event, How, Other};
use super::model::Model;
use crate::crashes::{mortal, mortal_executor};
use crate::world::World;

/// What goes wrong with a request. Nothing here lies: what a reading says was so.
pub(super) const FAULTS: [FaultKind; 6] = [
    FaultKind::ServerError { status: 500, committed: true },
    FaultKind::ServerError { status: 503, committed: false },
    FaultKind::ResetAfterCommit,
    FaultKind::ResetBefore,
    FaultKind::TruncatedJson,
    FaultKind::VersionRace,
];

/// How often what happened: a harness that never gets anywhere finds nothing.
#[derive(Debug, Default, Clone)]
pub(super) struct Count(pub(super) BTreeMap<&'static str, u64>);

impl Count {
    pub(super) fn of(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    pub(super) fn are_not_vacuous(&self, lives: u64) {
        let of = |what| self.0.get(what).copied().unwrap_or_default();
        for what in
            ["restored", "put back in part", "revived", "held", "deleted", "died", "fault fired", "given up"]
        {
            assert!(of(what) > 0, "never {what}: {self:?}");
        }
        assert!(of("restored") * 8 > lives, "{self:?}");
    }
}

/// What the library answered.
pub(super) enum Said {
    NoPlan(PlanningError),
    Blocked(Box<Plan>),
    NotStarted(RunError),
    Report(Box<RunReport>),
    Resumed(Vec<(RunId, Result<(), RunError>)>),
    NobodyToAdopt,
    Died,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPlan(error) => write!(f, "no plan: {error:?}"),
            Self::Blocked(plan) => write!(f, "blocked: {:?}", plan.findings.first()),
            Self::NotStarted(error) => write!(f, "not started: {error:?}"),
            Self::Report(report) => {
                let state = &report.state;
                write!(f, "{:?} {:?} {:?}", state.outcome(), state.stuck(), state.differences())
            }
            Self::Resumed(runs) => write!(f, "resumed {runs:?}"),
            Self::NobodyToAdopt => f.write_str("nobody to adopt"),
            Self::Died => f.write_str("died"),
        }
    }
}

pub(super) struct Life {
    pub(super) world: World,
    pub(super) model: Model,
    pub(super) count: Count,
    queue: String,
    role: (String, String),
    names: u32,
    told: String,
}

impl Life {
    pub(super) fn new(preset: Preset) -> Self {
        let world = World::small(preset);
        let mary =
            world.emulator.user("Mary Somerville").in_queue("claims").with_role_in("Lead", "Claims").add();
        let executor = world.executor();
        let planned = world.run(executor.plan(&Who::parse(&mary).unwrap(), Policy::default(), None)).unwrap();
        let queue = planned.inventory.queues.known().unwrap()[0].queue.id.to_string();
        let grant = &planned.inventory.grants.known().unwrap()[0];
        let role = (grant.role.id.to_string(), grant.division.id.to_string());
        let (model, count) = (Model::default(), Count::default());
        Self { world, model, count, queue, role, names: 0, told: String::new() }
    }

    pub(super) fn story(&self) -> &str {
        &self.told
    }

    /// Lets one event happen, and holds what was said of it against what is so.
    pub(super) fn meets(&mut self, event: Event) -> Result<(), String> {
        let start = self.world.truth();
        let runs = self.world.executor().runs().map_err(|error| error.to_string())?;
        let (said, command, is_disturbed) = match event {
            Event::By(other) => {
                self.lets(other);
                let _written = writeln!(self.told, "- {event:?}: {}", self.world.truth().state);
                return self.stands();
            }
            Event::Done(command) => (self.performs(command), command, false),
            Event::Killed { command, at, after } => {
                let side = if after { Side::After } else { Side::Before };
                let (executor, dead) = mortal_executor(&self.world, at, side);
                let ended = self.world.run(mortal(perform(&self.world, &executor, command), &dead));
                self.count.of(if ended.is_none() { "died" } else { "outlived" });
                let is_dead = ended.is_none();
                (ended.unwrap_or(Said::Died), command, is_dead)
            }
            Event::Faulty { command, at, kind } => {
                self.world.emulator.fault(FaultRule::new(FAULTS[kind].clone()).nth(at));
                let fired = self.world.emulator.faults_fired().len();
                let said = self.performs(command);
                self.world.emulator.clear_faults();
                let fired = self.world.emulator.faults_fired().len() > fired;
                if fired {
                    self.count.of("fault fired");
                }
                (said, command, fired)
            }
        };
        let now = self.world.truth();
        let _written = writeln!(self.told, "- {event:?}: {said:?}\n    {} -> {}", start.state, now.state);
        let touched = self.touched(&runs)?;
        self.judge(command, &said, is_disturbed || self.model.denied.is_some(), &start, &touched)?;
        self.stands()
    }

    fn performs(&self, command: Command) -> Said {
        let executor = self.world.executor();
        self.world.run(perform(&self.world, &executor, command))
    }

    /// The runs that an event began or went on with, and whether it began them.
    fn touched(&self, before: &[RunState]) -> Result<Vec<(RunState, bool)>, String> {
        let runs = self.world.executor().runs().map_err(|error| error.to_string())?;
        let was = |run: &RunState| before.iter().find(|was| was.run() == run.run());
        let touched = runs.into_iter().filter_map(|run| match was(&run) {
            None => Some((run, true)),
            Some(was) => (was.sequence() != run.sequence()).then_some((run, false)),
        });
        Ok(touched.collect())
    }

    fn lets(&mut self, other: Other) {
        let world = &self.world;
        let state = world.truth().state;
        // An administrator's own client lacks nothing.
        world.emulator.deny(&[]);
        let set = |to: State| self.tries(|user, version| Effect::set_state(user, version, to));
        match (other, state.as_str()) {
            (Other::Reactivates, "inactive") => set(State::Active),
            (Other::Deactivates, "active") => set(State::Inactive),
            (Other::Undeletes, "deleted") => {
                set(if self.names.is_multiple_of(2) { State::Active } else { State::Inactive })
            }
            (Other::Deletes, "inactive") => self.tries(|user, _| Effect::delete_user(user)),
            (Other::Queue { joins: true }, "active" | "inactive") => {
                self.tries(|user, _| Effect::join_queue(&self.queue, user));
            }
            (Other::Queue { joins: false }, "active" | "inactive") => {
                self.tries(|user, _| Effect::leave_queue(&self.queue, user));
            }
            (Other::Role { gives }, "active" | "inactive") => {
                let (role, division) = &self.role;
                self.tries(|user, _| {
                    let grant = [(role.as_str(), division.as_str())];
                    if gives { Effect::grant_roles(user, &grant) } else { Effect::remove_roles(user, &grant) }
                });
            }
            (Other::Clock { hours }, _) if hours > 0 => {
                world.emulator.clock().advance(std::time::Duration::from_hours(hours.unsigned_abs()));
            }
            (Other::Clock { hours }, _) => world.emulator.clock().jump(SignedDuration::from_hours(hours)),
            (Other::Renames, _) => {
                self.names += 1;
                self.world.emulator.rename(&self.world.ada, &format!("Ada the {}", self.names));
            }
            (Other::Denies(permission), _) => self.model.denied = permission,
            (
                Other::Reactivates
                | Other::Deactivates
                | Other::Undeletes
                | Other::Deletes
                | Other::Queue { .. }
                | Other::Role { .. },
                _,
            ) => {}
        }
        let denied: Vec<_> = self.model.denied.into_iter().collect();
        self.world.emulator.deny(&denied);
    }

    /// Somebody else's hand; the vendor may refuse it.
    fn tries(&self, effect: impl FnOnce(&str, i64) -> Effect) {
        let effect = effect(&self.world.ada, i64::from(self.world.truth().version));
        self.world.run(async { drop(self.world.client().writer().send(&effect).await) });
    }
}

async fn perform(world: &World, executor: &Emeritus, command: Command) -> Said {
    let who = Who::Id(world.ada_id());
    match command {
        Command::Retire(how) => {
            let mode = match how {
                How::Keep => Mode::Keep,
                How::Delete => Mode::Delete { hold: SignedDuration::ZERO },
                How::Held => Mode::Delete { hold: SignedDuration::from_hours(24) },
            };
            // Of those who are only kept away it is said when they return.
            let returns_at = matches!(how, How::Keep).then_some(Timestamp::MAX);
            let policy = Policy { mode, returns_at, ..world.policy.clone() };
            let planned = executor.plan(&who, policy, None).await;
            run(world, executor, planned).await
        }
        Command::Restore(account) => {
            let policy = world.policy.clone();
            let planned = match executor.plan_restore_as(None, Some(&who), account, policy.clone()).await {
                Err(PlanningError::NoSnapshot) => executor.plan_revival(&who, policy).await,
                planned => planned,
            };
            run(world, executor, planned).await
        }
        Command::Resume => {
            let mut resumed = Vec::new();
            let open = executor.runs().unwrap().into_iter().filter(|run| run.outcome().is_none());
            for state in open {
                let report = Box::pin(executor.resume(state.run(), true)).await;
                resumed.push((state.run().clone(), report.map(drop)));
            }
            Said::Resumed(resumed)
        }
        Command::Adopt => {
            let Ok(found) = executor.leavers().await else { return Said::NobodyToAdopt };
            if !found.leavers.iter().any(|leaver| leaver.person.id == world.ada_id()) {
                return Said::NobodyToAdopt;
            }
            let planned = executor.plan_with(&Scans::default(), &who, world.policy.clone(), None).await;
            run(world, executor, planned).await
        }
    }
}

async fn run(world: &World, executor: &Emeritus, planned: Result<emeritus::Planned, PlanningError>) -> Said {
    let planned = match planned {
        Ok(planned) => planned,
        Err(error) => return Said::NoPlan(error),
    };
    if emeritus::planner::is_blocked(&planned.plan) {
        return Said::Blocked(Box::new(planned.plan));
    }
    let approved = planned.plan.clone().approve(world.approval(&planned)).unwrap();
    match Box::pin(executor.start(approved, &planned.inventory, Recheck::WhenOld)).await {
        Ok(report) => Said::Report(Box::new(report)),
        Err(error) => Said::NotStarted(error),
    }
}
