//! Two clocks: this machine's, which here is wrong in every way that a clock can be wrong, and the vendor's `Date`. The
//! emulated organization lives in virtual time and would say so; what says so is taken out of its answers.

mod later;

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use emeritus::clocks::{BOUND, Clocks};
use emeritus::event::{Event, FailureCode, Outcome, Record};
use emeritus::plan::ApprovalError;
use emeritus::policy::Mode;
use emeritus::{
    ClockError, Emeritus, Failpoint, Home, Journal, Notice, Planned, PlanningError, Recheck, RunError,
    StandingError, Who,
};
use genesys::{Client, Credentials, Endpoint, Limits, Transport};
use genesys_emulator::{Clock, Preset};
use http::HeaderMap;
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt as _;

use crate::world::{EMAIL, World, outcome};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// This machine's clock: the organization's, and so much ahead.
#[derive(Clone)]
struct Machine {
    clock: Clock,
    ahead: Arc<Mutex<SignedDuration>>,
}

impl Machine {
    fn of(world: &World) -> Self {
        Self { clock: world.emulator.clock(), ahead: Arc::default() }
    }

    fn ahead_by(self, ahead: SignedDuration) -> Self {
        self.set(ahead);
        self
    }

    fn set(&self, ahead: SignedDuration) {
        *self.ahead.lock().unwrap() = ahead;
    }
}

impl emeritus::Clock for Machine {
    fn now(&self) -> Timestamp {
        self.clock.now() + *self.ahead.lock().unwrap()
    }

    fn sleep(&self, length: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.clock.sleep(length))
    }
}

/// What happens to the headers of an answer on its way.
type Way = Arc<dyn Fn(&mut HeaderMap) + Send + Sync>;

/// The way from a real vendor: an emulator would say that its time is virtual.
fn plainly() -> Way {
    Arc::new(|headers| drop(headers.remove("emeritus-emulator-clock")))
}

/// The same, and the date of each answer is what is made of it and of its number, from 0.
fn dated(date: impl Fn(u32, String) -> Option<String> + Send + Sync + 'static) -> Way {
    let number = AtomicU32::new(0);
    Arc::new(move |headers| {
        headers.remove("emeritus-emulator-clock");
        let stated = headers.remove("date").unwrap().to_str().unwrap().to_owned();
        if let Some(date) = date(number.fetch_add(1, Ordering::SeqCst), stated) {
            headers.insert("date", date.parse().unwrap());
        }
    })
}

/// An executor at this machine, whose answers come this way.
fn executor(world: &World, machine: &Machine, way: Way, watch: emeritus::Watch) -> Emeritus {
    let router = world.emulator.router();
    let service = tower::service_fn(move |request: http::Request<Full<Bytes>>| {
        let (router, way) = (router.clone(), Arc::clone(&way));
        async move {
            let mut answer = router.oneshot(request.map(axum::body::Body::new)).await?;
            way(answer.headers_mut());
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let clock: Arc<dyn emeritus::Clock> = Arc::new(machine.clone());
    let client = Client::new(
        Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap(),
        Credentials {
            client_id: world.emulator.client_id(),
            client_secret: world.emulator.client_secret().into(),
        },
        Transport::over(service),
        Arc::clone(&clock),
        Limits::default(),
    );
    let journal = Journal::open(&world.journal_path()).unwrap().with_failpoint(Failpoint::never());
    Emeritus::with_journal(client, clock, Home::open(world.home.path()).unwrap(), journal, watch)
}

fn silent() -> emeritus::Watch {
    Arc::new(|_| ())
}

fn at(world: &World, machine: &Machine) -> Emeritus {
    executor(world, machine, plainly(), silent())
}

fn planned(world: &World, executor: &Emeritus) -> Result<Planned, PlanningError> {
    world.run(executor.plan(&Who::parse(EMAIL).unwrap(), world.policy.clone(), None))
}

fn held(hold: SignedDuration) -> World {
    let mut world = World::small(Preset::Documented);
    world.policy.mode = Mode::Delete { hold };
    world
}

fn seen(records: &[Record]) -> Vec<Clocks> {
    let clocks =
        |record: &Record| if let Event::ClocksSeen { clocks } = record.event { Some(clocks) } else { None };
    records.iter().filter_map(clocks).collect()
}

#[test]
fn a_hold_is_over_when_both_clocks_say_so_and_not_before() {
    let month = DAY * 30;
    for (vendor, machine_ahead, over) in [
        (month + MINUTE * 5, SignedDuration::ZERO, true),
        (month + MINUTE * 5, -MINUTE * 4, true),
        // This machine says so, the vendor does not.
        (month - MINUTE * 3, MINUTE * 4, false),
        // The vendor says so, this machine does not.
        (month + MINUTE, -MINUTE * 4, false),
        (month - MINUTE * 3, SignedDuration::ZERO, false),
    ] {
        let world = held(month);
        let machine = Machine::of(&world);
        let executor = at(&world, &machine);
        let begun = world.retire_by(&executor).unwrap();
        world.emulator.clock().advance(Duration::try_from(vendor).unwrap());
        machine.set(machine_ahead);
        let later = world.run(executor.resume(begun.state.run(), false)).unwrap();
        let expected =
            if over { ("deleted", None) } else { ("inactive", begun.pause.map(|pause| pause.until)) };
        let found = (world.truth().state, later.pause.map(|pause| pause.until));
        assert_eq!((found.0.as_str(), found.1), expected, "{vendor:#}, {machine_ahead:#}");
    }
}

#[test]
fn a_hold_is_not_over_because_this_machines_clock_is_a_month_ahead_or_the_vendors_is() {
    for (vendor, machine_ahead) in [(SignedDuration::ZERO, DAY * 31), (DAY * 31, -DAY * 31)] {
        let world = held(DAY * 30);
        let machine = Machine::of(&world);
        let executor = at(&world, &machine);
        let begun = world.retire_by(&executor).unwrap();
        let records = executor.records(begun.state.run()).unwrap();
        world.emulator.clock().advance(Duration::try_from(vendor).unwrap());
        machine.set(machine_ahead);
        let later = world.run(executor.resume(begun.state.run(), false));
        let Err(RunError::Clocks(ClockError::Differ { ahead, .. })) = &later else { panic!("{later:?}") };
        assert!((*ahead - machine_ahead).abs() <= SignedDuration::from_secs(1), "{ahead:#}");
        assert_eq!(world.truth().state, "inactive");
        assert_eq!(executor.records(begun.state.run()).unwrap(), records, "nothing is written down either");
    }
}

#[test]
fn a_plan_that_was_approved_in_time_and_expired_since_is_not_started() {
    let world = World::small(Preset::Documented);
    let executor = at(&world, &Machine::of(&world));
    let planned = planned(&world, &executor).unwrap();
    let approved = planned.plan.clone().approve(world.approval(&planned)).unwrap();
    world.emulator.clock().advance(Duration::try_from(world.policy.plan_valid_for).unwrap());
    let refused = world.run(executor.start(approved, &planned.inventory, Recheck::Always));
    assert!(matches!(refused, Err(RunError::Approval(ApprovalError::Expired { .. }))), "{refused:?}");
    assert_eq!((world.effects().len(), executor.runs().unwrap().len()), (0, 0));
}

#[test]
fn a_day_to_come_back_has_come_when_both_clocks_say_so() {
    let month = DAY * 30;
    let due = |vendor: SignedDuration, machine_ahead: SignedDuration, way: Way| {
        let mut world = World::small(Preset::Documented);
        world.policy.returns_at = Some(world.emulator.clock().now() + month);
        let machine = Machine::of(&world);
        let executor = executor(&world, &machine, way, silent());
        world.retire_by(&executor).unwrap();
        world.emulator.clock().advance(Duration::try_from(vendor).unwrap());
        machine.set(machine_ahead);
        world.run(executor.due_back()).map(|due| due.here.len())
    };
    for (vendor, machine_ahead, people) in [
        (month + MINUTE * 5, SignedDuration::ZERO, 1),
        (month - MINUTE * 3, MINUTE * 4, 0),
        (month + MINUTE, -MINUTE * 4, 0),
    ] {
        assert_eq!(due(vendor, machine_ahead, plainly()).unwrap(), people, "{vendor:#}, {machine_ahead:#}");
    }
    for (vendor, machine_ahead) in [(SignedDuration::ZERO, DAY * 31), (DAY * 31, -DAY * 31)] {
        let refused = due(vendor, machine_ahead, plainly());
        assert!(matches!(refused, Err(StandingError::Clocks(ClockError::Differ { .. }))), "{refused:?}");
    }
    // An organization in virtual time has one clock, and it is the vendor's.
    let unchanged: Way = Arc::new(|_| ());
    assert_eq!(due(DAY * 31, -DAY * 31, unchanged).unwrap(), 1);
}

#[test]
fn nothing_is_written_beyond_the_bound_and_everything_within_it() {
    let over = BOUND + SignedDuration::from_secs(2);
    for (ahead, allowed) in [
        (over, false),
        (-over, false),
        (-DAY * 730, false),
        (DAY * 730, false),
        (BOUND, true),
        (-BOUND + SignedDuration::from_secs(1), true),
    ] {
        let world = World::small(Preset::Documented);
        let good = at(&world, &Machine::of(&world));
        let earlier = planned(&world, &good).unwrap();
        let wrong = at(&world, &Machine::of(&world).ahead_by(ahead));
        if allowed {
            let report = world.retire_by(&wrong).unwrap();
            assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{ahead:#}");
            continue;
        }
        let no_plan = planned(&world, &wrong);
        assert!(
            matches!(no_plan, Err(PlanningError::Clocks(ClockError::Differ { .. }))),
            "{ahead:#}: {no_plan:?}"
        );
        let no_run = world.start(&wrong, earlier, Recheck::Always);
        assert!(matches!(no_run, Err(RunError::Clocks(ClockError::Differ { .. }))), "{ahead:#}: {no_run:?}");
        assert_eq!((world.effects().len(), wrong.runs().unwrap().len()), (0, 0), "{ahead:#}");
    }
}

#[test]
fn a_window_never_ends_before_the_vendors_now() {
    let world = World::small(Preset::Documented);
    let now = world.emulator.clock().now();
    let record = serde_json::json!({
        "conversationId": "00000000-0000-4000-8000-000000000007",
        "conversationStart": (now - MINUTE * 3).to_string(),
        "conversationEnd": (now - MINUTE * 2).to_string(),
        "participants": [{
            "userId": world.ada, "participantName": "Ada Lovelace", "purpose": "agent",
            "sessions": [{ "sessionId": "s", "mediaType": "voice", "segments": [{
                "segmentStart": (now - MINUTE * 3).to_string(), "segmentEnd": (now - MINUTE * 2).to_string(),
                "segmentType": "interact",
            }] }],
        }],
    });
    world.emulator.import_conversations(&record.to_string()).unwrap();
    let all = world.emulator.conversations_of(&world.ada).len() as u64;
    let executor = at(&world, &Machine::of(&world).ahead_by(-MINUTE * 4));
    let report = world.retire_by(&executor).unwrap();
    let (baseline, ..) = report.state.baseline().unwrap();
    let ends = (baseline.conversations, baseline.window.to >= now);
    assert_eq!(ends, (all, true), "the window ends at {}, and it is {now}", baseline.window.to);
}

#[test]
fn a_clock_that_is_set_in_the_middle_of_a_run_stops_it_before_the_next_effect() {
    for ahead in [DAY, -DAY] {
        let world = World::small(Preset::Documented);
        let machine = Machine::of(&world);
        let set = machine.clone();
        let watch: emeritus::Watch = Arc::new(move |notice: &Notice<'_>| {
            if let Notice::Event(Record { event: Event::Answered { .. }, .. }) = notice {
                set.set(ahead);
            }
        });
        let executor = executor(&world, &machine, plainly(), watch);
        let report = world.retire_by(&executor).unwrap();
        let (_, failure) = report.state.stuck().unwrap();
        assert_eq!((failure.code, world.effects().len()), (FailureCode::Clocks, 1), "{failure:?}");
        machine.set(SignedDuration::ZERO);
        let freed = world.run(at(&world, &machine).resume(report.state.run(), true)).unwrap();
        assert_eq!(freed.state.outcome(), Some(Outcome::Verified), "{:?}", freed.state.stuck());
    }
}

#[test]
fn what_history_did_not_survive_is_put_back_whatever_the_clocks_say() {
    let world = World::small(Preset::AsReported).deleting();
    let machine = Machine::of(&world);
    let set = machine.clone();
    let watch: emeritus::Watch = Arc::new(move |notice: &Notice<'_>| {
        if let Notice::Event(Record { event: Event::Unwinding { .. }, .. }) = notice {
            set.set(DAY);
        }
    });
    let executor = executor(&world, &machine, plainly(), watch);
    assert_eq!(outcome(&world.retire_by(&executor)), Some(Outcome::ProofBroken));
    assert_eq!(world.truth().state, "inactive");
}

#[test]
fn a_date_that_is_absent_unreadable_or_jumps_is_unknown_and_nobody_is_retired_on_it() {
    let hour = |number: u32, date: String| {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&date).unwrap();
        let jumped = at + SignedDuration::from_hours(i64::from(number));
        Some(jumped.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    };
    let ways: [(Way, &str); 3] = [
        (dated(|_, _| None), "its answers state no date"),
        (dated(|_, _| Some("yesterday".to_owned())), "the date of its answers cannot be read"),
        (dated(hour), "its dates jump from answer to answer"),
    ];
    for (way, expected) in ways {
        let world = World::small(Preset::Documented);
        let machine = Machine::of(&world);
        let earlier = planned(&world, &at(&world, &machine)).unwrap();
        let executor = executor(&world, &machine, way, silent());
        let no_plan = planned(&world, &executor);
        let Err(PlanningError::Clocks(ClockError::Unknown { why })) = &no_plan else { panic!("{no_plan:?}") };
        assert_eq!(*why, expected);
        let no_run = world.start(&executor, earlier, Recheck::WhenOld);
        assert!(
            matches!(no_run, Err(RunError::Clocks(ClockError::Unknown { .. }))),
            "{expected}: {no_run:?}"
        );
        assert_eq!((world.effects().len(), executor.runs().unwrap().len()), (0, 0), "{expected}");
    }
}

/// One good date between odd ones agrees with nothing. Which of them comes last before it is asked what time it is, the
/// test does not know: so both orders.
#[test]
fn a_good_date_that_no_other_bears_out_is_no_clock() {
    let refused = [0, 1].map(|odd| {
        let world = World::small(Preset::Documented);
        let way = dated(move |number, date| {
            let is_odd = number % 2 == odd;
            Some(if is_odd { "Thu, 01 Jan 1970 00:00:00 GMT".to_owned() } else { date })
        });
        let told = planned(&world, &executor(&world, &Machine::of(&world), way, silent()));
        matches!(told, Err(PlanningError::Clocks(ClockError::Unknown { why })) if why.contains("jump"))
    });
    assert!(refused.contains(&true), "{refused:?}");
}

#[test]
fn one_odd_date_among_good_ones_stops_nobody() {
    let world = World::small(Preset::Documented);
    let odd = |number: u32, date: String| match number % 7 {
        3 => None,
        5 => Some("Thu, 01 Jan 1970 00:00:00 GMT".to_owned()),
        _ => Some(date),
    };
    let executor = executor(&world, &Machine::of(&world), dated(odd), silent());
    assert_eq!(outcome(&world.retire_by(&executor)), Some(Outcome::Verified));
}

#[test]
fn somebody_is_put_back_though_the_vendors_clock_is_unknown_and_it_is_written_down() {
    let world = World::small(Preset::Documented);
    let machine = Machine::of(&world);
    let retired = world.retire_by(&at(&world, &machine)).unwrap();
    let without = executor(&world, &machine, dated(|_, _| None), silent());
    let planned =
        world.run(without.plan_restore(Some(retired.state.run()), None, world.policy.clone())).unwrap();
    let back = world.start(&without, planned, Recheck::WhenOld).unwrap();
    assert_eq!((back.state.outcome(), world.truth().state.as_str()), (Some(Outcome::Verified), "active"));
    assert_eq!(seen(&without.records(back.state.run()).unwrap()), [Clocks::Unknown]);
}

#[test]
fn what_was_seen_of_the_clocks_is_in_the_journal() {
    let mut world = held(DAY);
    world.policy.mode = Mode::Delete { hold: DAY };
    let machine = Machine::of(&world).ahead_by(MINUTE + SignedDuration::from_secs(1));
    let executor = at(&world, &machine);
    let begun = world.retire_by(&executor).unwrap();
    world.emulator.clock().advance(Duration::from_hours(25));
    let over = world.run(executor.resume(begun.state.run(), false)).unwrap();
    assert_eq!(over.state.outcome(), Some(Outcome::Verified), "{:?}", over.state.stuck());
    let seen = seen(&executor.records(begun.state.run()).unwrap());
    // When the run began, when it was taken up again, and when the hold was taken to be over.
    assert_eq!(seen.len(), 3);
    for clocks in seen {
        let Clocks::Agree { ahead, .. } = clocks else { panic!("{clocks:?}") };
        assert_eq!(ahead, MINUTE, "less the second to which a date is cut off");
    }
}

#[test]
fn in_virtual_time_the_organizations_date_is_the_only_clock() {
    let world = held(DAY * 30);
    let machine = Machine::of(&world).ahead_by(DAY * 730);
    let executor = executor(&world, &machine, Arc::new(|_| ()), silent());
    let begun = world.retire_by(&executor).unwrap();
    let early = world.run(executor.resume(begun.state.run(), false)).unwrap();
    assert_eq!((early.pause, world.truth().state.as_str()), (begun.pause.clone(), "inactive"));
    let now = world.emulator.clock().now();
    let until = begun.pause.unwrap().until;
    assert!(until > now && until <= now + DAY * 30, "{until} is thirty days from {now}");
    world.emulator.clock().advance(Duration::from_hours(24 * 31));
    let late = world.run(executor.resume(begun.state.run(), false)).unwrap();
    assert_eq!(late.state.outcome(), Some(Outcome::Verified), "{:?}", late.state.stuck());
    assert_eq!(world.truth().state, "deleted");
    let seen = seen(&executor.records(begun.state.run()).unwrap());
    assert!(seen.iter().all(|clocks| matches!(clocks, Clocks::Virtual { .. })), "{seen:?}");
}

#[test]
fn a_hold_that_the_organizations_clock_does_not_move_through_is_waited_for_once() {
    let world = held(MINUTE);
    // This machine's clock runs while the organization's, seen from here, stands still.
    let stands = world.emulator.clock().now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let still: Way = Arc::new(move |headers| {
        headers.insert("date", stands.parse().unwrap());
    });
    let executor = executor(&world, &Machine::of(&world), still, silent());
    let report = world.retire_by(&executor).unwrap();
    assert!(report.pause.is_some(), "{:?} {:?}", report.state.outcome(), report.state.stuck());
    assert_eq!(world.truth().state, "inactive");
}

#[test]
fn a_login_between_the_cut_and_what_this_machines_clock_calls_the_cut_is_seen() {
    let world = World::small(Preset::Documented);
    let machine = Machine::of(&world).ahead_by(MINUTE * 4);
    let (emulator, ada, once) = (world.emulator.clone(), world.ada.clone(), AtomicU32::new(0));
    let watch: emeritus::Watch = Arc::new(move |notice: &Notice<'_>| {
        let Notice::Event(Record { event: Event::Observed { facts, .. }, .. }) = notice else { return };
        if facts.contains_key("last token issued") && once.fetch_add(1, Ordering::SeqCst) == 0 {
            emulator.clock().jump(SignedDuration::from_secs(5));
            emulator.log_in(&ada);
        }
    });
    let executor = executor(&world, &machine, plainly(), watch);
    let report = world.retire_by(&executor).unwrap();
    let signs: Vec<_> = report.state.differences().iter().map(|sign| sign.field.as_str()).collect();
    assert_eq!(signs, ["token issued since the cut", "presence since the cut"]);
}
