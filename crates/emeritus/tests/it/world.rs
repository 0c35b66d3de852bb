//! The world of a test: an emulated organization with one person to retire, a state directory, and executors that
//! come and go. Time is virtual, the journal is a real file.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use emeritus::event::{Outcome, Record};
use emeritus::id::{RunId, UserId};
use emeritus::plan::{Approval, ApprovedPlan, Means, Stated};
use emeritus::policy::{Mode, Policy};
use emeritus::{Emeritus, Failpoint, Home, Journal, Planned, Recheck, RunError, RunReport, Who};
use genesys::{Client, Credentials, Endpoint, Limits, Transport};
use genesys_emulator::{Baggage, Clock, Emulator, Preset, RequestRecord, Settings, UserTruth};
use jiff::{SignedDuration, Timestamp};

/// The client's time is the organization's.
pub(crate) struct SimClock(pub(crate) Clock);

impl emeritus::Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, length: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.0.sleep(length))
    }
}

pub(crate) const NOW: &str = "2026-11-02T09:30:00Z";
pub(crate) const EMAIL: &str = "ada.lovelace@example.test";

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) ada: String,
    pub(crate) home: tempfile::TempDir,
    pub(crate) policy: Policy,
    permissions: Option<(String, String)>,
}

/// How far an attempt came.
#[derive(Debug)]
pub(crate) enum Attempt {
    NotPlanned,
    NotApproved,
    Ran(Box<Ran>),
}

impl Attempt {
    /// Returns the report of an attempt that came to a run that rests.
    pub(crate) fn report(self) -> RunReport {
        let Self::Ran(ran) = self else { panic!("no run: {self:?}") };
        ran.unwrap()
    }

    /// Whether the run ended in good order.
    pub(crate) fn is_ok(&self) -> bool {
        matches!(self, Self::Ran(ran) if ran.is_ok())
    }

    /// Whether the run broke off.
    pub(crate) fn broke_off(&self) -> bool {
        matches!(self, Self::Ran(ran) if ran.is_err())
    }
}

/// What a run came to: its report, or the error that broke it off.
pub(crate) type Ran = Result<RunReport, RunError>;

impl World {
    /// As [`World::new`], with what a matrix of thousands of runs can afford: eight conversations, five weeks.
    pub(crate) fn small(preset: Preset) -> Self {
        Self::build(preset, 8, 33)
    }

    /// Ada: an agent with two queues, a station, a skill and 30 conversations over three months; Grace, her
    /// colleague, with conversations of her own.
    pub(crate) fn new(preset: Preset) -> Self {
        Self::with(preset, 30)
    }

    pub(crate) fn with(preset: Preset, conversations: u64) -> Self {
        Self::build(preset, conversations, 100)
    }

    /// As [`World::new`], with a history of more than two years.
    pub(crate) fn of_years(preset: Preset) -> Self {
        Self::build(preset, 24, 800)
    }

    /// As [`World::new`], with a history of more than nine years: longer than what is read where nothing is known.
    pub(crate) fn of_a_decade(preset: Preset) -> Self {
        Self::build(preset, 24, 3_400)
    }

    fn build(preset: Preset, conversations: u64, days: u32) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let settings = Settings {
            preset,
            seed: 7,
            clock: Clock::virtual_at(now),
            retention_days: days,
            ..Settings::default()
        };
        let emulator = Emulator::new(settings);
        let manager = emulator.user("Charles Babbage").email("charles@example.test").add();
        let ada = emulator
            .user("Ada Lovelace")
            .email(EMAIL)
            .in_division("Support")
            .in_queue("billing")
            .in_queue("returns")
            .joined(false)
            .with_role_in("Agent", "Support")
            .with_role("Reporter")
            .skill("analytical engine", 4.0)
            .language("en", 5.0)
            .station("desk 7")
            .manager(&manager)
            .employee_id("E-1815")
            .external_id("hr", "1815")
            .add();
        let grace = emulator.user("Grace Hopper").email("grace@example.test").in_queue("billing").add();
        let from = now - SignedDuration::from_hours(24 * i64::from(days - 3));
        let to = now - SignedDuration::from_hours(3);
        if conversations > 0 {
            emulator.give_history(&ada, conversations, from, to);
        }
        emulator.give_history(&grace, 20, now - SignedDuration::from_hours(24 * 20), to);
        Self {
            emulator,
            ada,
            home: tempfile::tempdir().unwrap(),
            policy: Policy::default(),
            permissions: None,
        }
    }

    /// A world of this many people besides, who carry what they carry.
    pub(crate) fn crowded(preset: Preset, people: u32, baggage: Baggage) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let emulator = Emulator::new(Settings {
            preset,
            seed: 7,
            users: people + 40,
            baggage,
            clock: Clock::virtual_at(now),
            retention_days: 33,
            ..Settings::default()
        });
        let ada = emulator.user("Ada Lovelace").email(EMAIL).add();
        // So that the control query sees something when one of the crowd has no history.
        emulator.give_history(
            &ada,
            10,
            now - SignedDuration::from_hours(100),
            now - SignedDuration::from_hours(3),
        );
        Self {
            emulator,
            ada,
            home: tempfile::tempdir().unwrap(),
            policy: Policy::default(),
            permissions: None,
        }
    }

    pub(crate) fn deleting(mut self) -> Self {
        self.policy.mode = Mode::Delete { hold: SignedDuration::ZERO };
        self
    }

    /// From now on, executors log in as a client with these permissions only.
    pub(crate) fn permitted(mut self, permissions: &[&str]) -> Self {
        self.permissions = Some(self.emulator.add_client("limited", permissions));
        self
    }

    /// An executor: a process of its own, as far as the organization and the journal can tell.
    pub(crate) fn executor(&self) -> Emeritus {
        self.executor_with(Failpoint::never())
    }

    pub(crate) fn executor_with(&self, failpoint: Failpoint) -> Emeritus {
        self.executor_over(Transport::over(self.emulator.router()), failpoint)
    }

    pub(crate) fn executor_over(&self, transport: Transport, failpoint: Failpoint) -> Emeritus {
        let home = Home::open(self.home.path()).unwrap();
        let journal = Journal::open(&self.journal_path()).unwrap().with_failpoint(failpoint);
        let clock: Arc<dyn emeritus::Clock> = Arc::new(SimClock(self.emulator.clock()));
        let client = self.client_over(transport, Arc::clone(&clock));
        Emeritus::with_journal(client, clock, home, journal, Arc::new(|_| ()))
    }

    /// An executor that tells what goes on.
    pub(crate) fn executor_watched(&self, watch: emeritus::Watch) -> Emeritus {
        let home = Home::open(self.home.path()).unwrap();
        let journal = Journal::open(&self.journal_path()).unwrap();
        let clock: Arc<dyn emeritus::Clock> = Arc::new(SimClock(self.emulator.clock()));
        let client = self.client_over(Transport::over(self.emulator.router()), Arc::clone(&clock));
        Emeritus::with_journal(client, clock, home, journal, watch)
    }

    /// A client of its own: somebody else's hand.
    pub(crate) fn client(&self) -> Client {
        let clock = Arc::new(SimClock(self.emulator.clock()));
        self.client_over(Transport::over(self.emulator.router()), clock)
    }

    fn client_over(&self, transport: Transport, clock: Arc<dyn emeritus::Clock>) -> Client {
        let (client_id, secret) = self
            .permissions
            .clone()
            .unwrap_or_else(|| (self.emulator.client_id(), self.emulator.client_secret()));
        Client::new(
            Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap(),
            Credentials { client_id, client_secret: secret.into() },
            transport,
            clock,
            // Small, so that the oversized answers of the fault matrix cost little.
            Limits { max_body_bytes: 1 << 20, ..Limits::default() },
        )
    }

    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        self.emulator.clock().run(future)
    }

    pub(crate) fn plan(&self, executor: &Emeritus) -> Planned {
        self.run(executor.plan(&Who::parse(EMAIL).unwrap(), self.policy.clone(), None)).unwrap()
    }

    /// Plans, approves and runs.
    pub(crate) fn retire(&self) -> Ran {
        self.retire_by(&self.executor())
    }

    pub(crate) fn retire_by(&self, executor: &Emeritus) -> Ran {
        let planned = self.plan(executor);
        self.start(executor, planned, Recheck::WhenOld)
    }

    /// Finds, plans, approves and runs as one future, so that a crash can end it anywhere.
    pub(crate) async fn retirement(&self, executor: &Emeritus) -> Attempt {
        let who = Who::parse(EMAIL).unwrap();
        let Ok(planned) = executor.plan(&who, self.policy.clone(), None).await else {
            return Attempt::NotPlanned;
        };
        let Ok(approved) = planned.plan.clone().approve(self.approval(&planned)) else {
            return Attempt::NotApproved;
        };
        Attempt::Ran(Box::new(executor.start(approved, &planned.inventory, Recheck::WhenOld).await))
    }

    /// Plans, approves and runs a restore as one future.
    pub(crate) async fn restoration(&self, executor: &Emeritus, run: &RunId) -> Attempt {
        let Ok(planned) = executor.plan_restore(Some(run), None, self.policy.clone()).await else {
            return Attempt::NotPlanned;
        };
        let Ok(approved) = planned.plan.clone().approve(self.approval(&planned)) else {
            return Attempt::NotApproved;
        };
        Attempt::Ran(Box::new(executor.start(approved, &planned.inventory, Recheck::WhenOld).await))
    }

    pub(crate) fn approval(&self, planned: &Planned) -> Approval {
        Approval {
            digest: planned.plan.digest().unwrap(),
            by: "a test".to_owned(),
            at: self.emulator.clock().now(),
            means: Means::Flag,
            operator: None,
            stated: Stated::default(),
        }
    }

    pub(crate) fn approved(&self, planned: &Planned) -> ApprovedPlan {
        planned.plan.clone().approve(self.approval(planned)).unwrap()
    }

    pub(crate) fn start(&self, executor: &Emeritus, planned: Planned, recheck: Recheck) -> Ran {
        let approved = self.approved(&planned);
        let Planned { inventory, .. } = planned;
        self.run(executor.start(approved, &inventory, recheck))
    }

    /// Resumes every run that is not over, as a new process would.
    pub(crate) fn resume_all(&self) -> Vec<RunReport> {
        let executor = self.executor();
        let runs = executor.runs().unwrap();
        runs.iter()
            .filter(|run| run.outcome().is_none())
            .map(|run| self.run(executor.resume(run.run(), false)).unwrap())
            .collect()
    }

    pub(crate) fn restore(&self, run: &RunId) -> Ran {
        let executor = self.executor();
        let planned = self.run(executor.plan_restore(Some(run), None, self.policy.clone())).unwrap();
        self.start(&executor, planned, Recheck::WhenOld)
    }

    pub(crate) fn truth(&self) -> UserTruth {
        self.emulator.truth(&self.ada).unwrap()
    }

    /// Requests that changed the organization, as `METHOD path`.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.emulator.requests().iter().filter(|request| request.changed).map(line).collect()
    }

    pub(crate) fn effects(&self) -> Vec<RequestRecord> {
        self.emulator.requests().into_iter().filter(is_effect).collect()
    }

    pub(crate) fn ada_id(&self) -> UserId {
        UserId::parse(self.ada.clone()).unwrap()
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        let executor = self.executor();
        let runs = executor.runs().unwrap();
        runs.last().map(|run| executor.records(run.run()).unwrap()).unwrap_or_default()
    }

    pub(crate) fn journal_path(&self) -> std::path::PathBuf {
        self.home.path().join("journal.sqlite")
    }
}

/// Whether a request asks for a change. Questions are asked by POST too.
pub(crate) fn is_effect(request: &RequestRecord) -> bool {
    let asks = ["/query", "/search", "/token", "/details/jobs"].iter().any(|end| request.path.ends_with(end));
    request.method != "GET" && !asks
}

pub(crate) fn line(request: &RequestRecord) -> String {
    format!("{} {}", request.method, request.path)
}

pub(crate) fn outcome(ran: &Ran) -> Option<Outcome> {
    ran.as_ref().unwrap().state.outcome()
}

pub(crate) fn file(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
