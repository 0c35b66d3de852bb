//! What a person costs in requests: counted against the emulated organization, and held to the page that says it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use emeritus::event::Outcome;
use emeritus::plan::{Approval, Means, Stated};
use emeritus::{Emeritus, Home, Planned, Policy, Recheck, Scans, Stats, Who};
use genesys::{Client, Credentials, Endpoint, Limits, Transport};
use genesys_emulator::{Baggage, Clock, Emulator, Settings};
use jiff::SignedDuration;

use crate::history::lake::Lake;
use crate::world::{NOW, SimClock};

const START: &str = "<!-- counted -->\n";
const END: &str = "<!-- /counted -->\n";

/// An organization with the library over it.
pub(crate) struct Organization {
    pub(crate) emulator: Emulator,
    pub(crate) emeritus: Emeritus,
    _home: tempfile::TempDir,
}

/// What each part of a person's way cost.
pub(crate) struct Cost {
    plan: Stats,
    retire: Stats,
    restore: Stats,
}

/// A line of the page: what is counted, and how.
type Row = (&'static str, fn(&Cost) -> u64);

impl Organization {
    /// Two hundred people with what people have, and two months of history: an organization that fits a test.
    fn new() -> Self {
        let settings = Settings {
            seed: 3,
            users: 200,
            baggage: Baggage::Realistic,
            clock: Clock::virtual_at(NOW.parse().unwrap()),
            retention_days: 60,
            ..Settings::default()
        };
        Self::of(settings)
    }

    pub(crate) fn of(settings: Settings) -> Self {
        let emulator = Emulator::new(settings);
        let transport = Transport::over(emulator.router());
        let credentials = (emulator.client_id(), emulator.client_secret());
        Self::through(emulator, transport, credentials, Limits::default())
    }

    /// An organization whose details jobs a test answers, a hundred conversations a page.
    pub(crate) fn with_lake(settings: Settings) -> (Self, Lake) {
        let lake = Lake::new(&Emulator::new(settings));
        (Self::over(&lake, Limits { job_page_size: 100, ..Limits::default() }), lake)
    }

    /// The same, by a client that puts up with so much.
    pub(crate) fn over(lake: &Lake, limits: Limits) -> Self {
        let emulator = lake.emulator();
        let credentials = (emulator.client_id(), emulator.client_secret());
        Self::through(emulator, Transport::over(lake.clone()), credentials, limits)
    }

    /// The same, by a client that may not ask for aggregates.
    pub(crate) fn without_aggregates(lake: &Lake) -> Self {
        let emulator = lake.emulator();
        let credentials = emulator.add_client("no aggregates", &["analytics:conversationDetail:view"]);
        Self::through(emulator, Transport::over(lake.clone()), credentials, Limits::default())
    }

    fn through(emulator: Emulator, transport: Transport, client: (String, String), limits: Limits) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock: Arc<dyn emeritus::Clock> = Arc::new(SimClock(emulator.clock()));
        let credentials = Credentials { client_id: client.0, client_secret: client.1.into() };
        let client = Client::new(
            Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap(),
            credentials,
            transport,
            Arc::clone(&clock),
            limits,
        );
        let state = Home::open(home.path()).unwrap();
        let emeritus = Emeritus::open(client, clock, state, Arc::new(|_| ())).unwrap();
        Self { emulator, emeritus, _home: home }
    }

    /// Counts what is sent while something is done.
    pub(crate) fn counted<T>(&self, work: impl Future<Output = T>) -> (T, Stats) {
        let before = self.emeritus.stats();
        let done = self.emulator.clock().run(work);
        (done, self.emeritus.stats().since(&before))
    }

    fn start(&self, planned: Planned) -> Stats {
        let approval = Approval {
            digest: planned.plan.digest().unwrap(),
            by: "a test".to_owned(),
            at: self.emulator.clock().now(),
            means: Means::Flag,
            operator: None,
            stated: Stated::default(),
        };
        let Planned { plan, inventory, .. } = planned;
        let approved = plan.approve(approval).unwrap();
        let (report, stats) = self.counted(self.emeritus.start(approved, &inventory, Recheck::WhenOld));
        let state = report.unwrap().state;
        // What a run costs is counted when it came to its end; how it ended is a matter of other tests.
        let done = (state.outcome(), state.stuck(), state.differences());
        // Where nobody has a history there is nothing to prove, and "verified" would be too large a word.
        let word = matches!(state.outcome(), Some(Outcome::Verified | Outcome::WrittenNotVerified));
        assert!(word && state.differences().iter().all(|found| found.foretold), "{done:?}");
        stats
    }

    pub(crate) fn cost_of(&self, id: &str, scans: &Scans) -> Cost {
        let who = Who::parse(id).unwrap();
        let (planned, plan) = self.counted(self.emeritus.plan_with(scans, &who, Policy::default(), None));
        let retire = self.start(planned.unwrap());
        let restoring = self.emeritus.plan_restore(None, Some(&who), Policy::default());
        let (planned, surveyed) = self.counted(restoring);
        let restore = surveyed.and(&self.start(planned.unwrap()));
        Cost { plan, retire, restore }
    }
}

fn page() -> String {
    let organization = Organization::new();
    let emulator = &organization.emulator;
    let agent = emulator
        .user("Ada Agent")
        .in_division("Service")
        .in_queue("Billing")
        .in_queue("Retention")
        .with_role("agent")
        .skill("Spanish", 4.0)
        .language("Italian", 3.0)
        .in_group("Billing team")
        .web_rtc_phone("Phone of Ada")
        .extension("4711")
        .add();
    let now = emulator.clock().now();
    emulator.give_history(&agent, 40, now - SignedDuration::from_hours(24 * 50), now);
    let heaviest = emulator.heaviest_person();
    let scans = Scans::default();
    let agent = organization.cost_of(&agent, &scans);
    let heaviest = organization.cost_of(&heaviest, &Scans::default());
    let shared = agent.plan.shared_scans;
    let mut page = String::from("| | an agent | the heaviest person |\n|---|---|---|\n");
    let rows: [Row; 8] = [
        ("find the person and how far history goes back", |cost| cost.plan.find),
        ("inventory, without the shared scans", |cost| cost.plan.inventory),
        ("retire: changes", |cost| cost.retire.effects),
        ("retire: looks before and after each change", |cost| cost.retire.looks),
        ("retire: history, two months, read twice", |cost| cost.retire.history),
        ("restore: inventory before and after", |cost| cost.restore.inventory),
        ("restore: is it still there, and still free?", |cost| cost.restore.survey),
        ("restore: changes and looks", |cost| cost.restore.effects + cost.restore.looks),
    ];
    for (name, of) in rows {
        writeln!(page, "| {name} | {} | {} |", of(&agent), of(&heaviest)).unwrap();
    }
    writeln!(page, "\nThe shared scans of this organization take {shared} requests, whoever they are for:\n")
        .unwrap();
    page.push_str(
        "| people in one batch | inventory of an agent, with their share of the scans |\n|---|---|\n",
    );
    for people in [1, 100, 5_000] {
        let share = (shared * 10 / people).div_ceil(1);
        let tenths = agent.plan.inventory * 10 + share;
        writeln!(page, "| {} | {}.{} |", emeritus::evidence::grouped(people), tenths / 10, tenths % 10)
            .unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a developer asks for the page to be written")]
fn the_page_of_costs_says_what_is_sent() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cost.md");
    let page = page();
    let written = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = written.split_once(START).unwrap();
    let (counted, after) = rest.split_once(END).unwrap();
    if std::env::var("EMERITUS_WRITE_DOCS").is_ok() {
        std::fs::write(&path, format!("{before}{START}{page}{END}{after}")).unwrap();
    } else {
        assert_eq!(counted, page, "write docs/cost.md again with EMERITUS_WRITE_DOCS=1");
    }
}

#[test]
fn every_request_belongs_to_one_phase() {
    let organization = Organization::new();
    let id = organization.emulator.heaviest_person();
    let sent =
        || organization.emulator.requests().iter().filter(|one| !one.path.ends_with("/token")).count() as u64;
    let before = sent();
    organization.cost_of(&id, &Scans::default());
    let stats = organization.emeritus.stats();
    assert_eq!(stats.total(), sent() - before, "{stats:?}");
    let changed = organization.emulator.requests().iter().filter(|request| request.changed).count() as u64;
    assert!(stats.effects >= changed && changed > 10, "{stats:?}, {changed} changes");
}
