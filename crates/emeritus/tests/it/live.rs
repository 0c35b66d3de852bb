//! Live work: what counts as the person's own, how far it is looked for, and what happens to one that never ends.

use emeritus::event::{Event, FailureCode, Outcome};
use emeritus::inventory::{LiveInteraction, Part};
use emeritus::overrides::Override;
use emeritus::policy::{LiveWork, Policy};
use emeritus::{Failpoint, Planned, PlanningError, Recheck, RunError, Side, Who};
use genesys_emulator::Preset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::between::between;
use crate::world::{EMAIL, NOW, World, file, outcome};

const BOTH: [Preset; 2] = [Preset::Documented, Preset::AsReported];

const THREAD: &str = "abcdef01-0000-4000-8000-0000000aaaaa";
const GHOST: &str = "abcdef11-0000-4000-8000-0000000aaaaa";
const CALL: &str = "abcdef21-0000-4000-8000-0000000aaaaa";

/// So many minutes before the world's beginning, as the vendor writes it.
fn ago(minutes: i64) -> String {
    let now: Timestamp = NOW.parse().unwrap();
    format!("{:.3}", now - SignedDuration::from_mins(minutes))
}

fn days_ago(days: i64) -> String {
    ago(days * 24 * 60)
}

fn segment(kind: &str, from: &str, to: Option<&str>) -> Value {
    let mut segment = json!({ "segmentType": kind, "segmentStart": from });
    if let Some(to) = to {
        segment["segmentEnd"] = to.into();
    }
    segment
}

/// A participant with one session, numbered so that no two share an id.
fn agent(number: u8, user: &str, media: &str, segments: &[Value]) -> Value {
    json!({
        "participantId": format!("abcdef{number}2-0000-4000-8000-0000000aaaaa"),
        "purpose": "agent",
        "userId": user,
        "sessions": [{
            "sessionId": format!("abcdef{number}3-0000-4000-8000-0000000aaaaa"),
            "mediaType": media,
            "segments": segments,
        }],
    })
}

fn conversation(id: &str, start: &str, participants: &[Value]) -> Value {
    json!({ "conversationId": id, "conversationStart": start, "participants": participants })
}

/// A call that Ada is in and that never ends.
fn ghost(world: &World, id: &str, start: &str) {
    let open = agent(4, &world.ada, "voice", &[segment("interact", start, None)]);
    world.emulator.add_conversation(&conversation(id, start, &[open])).unwrap();
}

/// A thread that Ada handed on three days ago and that somebody else goes on with.
fn handed_on(world: &World, back_in_it: bool) {
    let other = world.emulator.user("Mary Somerville").email("mary@example.test").add();
    let left = [
        segment("interact", &ago(4_310), Some(&ago(4_290))),
        segment("wrapup", &ago(4_290), Some(&ago(4_289))),
    ];
    let mut participants = vec![
        agent(5, &world.ada, "message", &left),
        agent(6, &other, "message", &[segment("interact", &ago(4_290), None)]),
    ];
    if back_in_it {
        participants.push(agent(7, &world.ada, "message", &[segment("interact", &ago(60), None)]));
    }
    world.emulator.add_conversation(&conversation(THREAD, &ago(4_320), &participants)).unwrap();
}

fn lifting(block: &str) -> Override {
    Override::new(&block.parse().unwrap(), "ghost of last winter, ticket 4711", "anna").unwrap()
}

fn live(media: &str, id: &str) -> LiveInteraction {
    let conversation = emeritus::id::ConversationId::parse(id).unwrap();
    LiveInteraction { conversation, media: media.to_owned(), segment: "interact".to_owned() }
}

fn planned(world: &World) -> Planned {
    world.plan(&world.executor())
}

fn is_blocked(planned: &Planned) -> bool {
    emeritus::planner::is_blocked(&planned.plan)
}

#[test]
fn what_others_go_on_with_is_not_the_work_of_who_left() {
    for preset in BOTH {
        let world = World::new(preset);
        handed_on(&world, false);
        assert!(world.truth().live.is_empty(), "{preset}");
        let planned = planned(&world);
        assert_eq!(planned.inventory.open_conversations, Part::Known(Vec::new()), "{preset}");
        assert!(!is_blocked(&planned), "{preset}: {}", planned.plan);
        let mut world = world;
        world.policy.live_work = LiveWork::Drain { up_to: SignedDuration::from_mins(30) };
        assert_eq!(outcome(&world.retire()), Some(Outcome::Verified), "{preset}");
        assert_eq!(world.truth().state, "inactive", "{preset}");
    }
}

#[test]
fn who_came_back_to_a_thread_is_in_it() {
    for preset in BOTH {
        let world = World::new(preset);
        handed_on(&world, true);
        assert_eq!(world.truth().live.len(), 1, "{preset}");
        let planned = planned(&world);
        assert_eq!(
            planned.inventory.open_conversations,
            Part::Known(vec![live("message", THREAD)]),
            "{preset}"
        );
        assert!(is_blocked(&planned), "{preset}: {}", planned.plan);
    }
}

#[test]
fn what_the_agent_status_does_not_list_is_found_as_far_back_as_the_evidence_says() {
    // A client that may not see the agent status has the second opinion alone.
    let permissions = [
        "directory:user:view",
        "directory:user:edit",
        "routing:queue:view",
        "routing:queueMember:manage",
        "analytics:conversationDetail:view",
        "authorization:grant:view",
    ];
    for (days, is_found) in [(2, true), (40, true), (200, true), (550, true), (570, false)] {
        let world = World::of_years(Preset::Documented).permitted(&permissions);
        ghost(&world, GHOST, &days_ago(days));
        let planned = planned(&world);
        assert!(planned.inventory.live.known().is_none());
        let expected = if is_found { vec![live("voice", GHOST)] } else { Vec::new() };
        assert_eq!(planned.inventory.open_conversations, Part::Known(expected), "{days} days ago");
        assert_eq!(is_blocked(&planned), is_found, "{days} days ago");
        let since = planned.inventory.open_since.unwrap();
        assert_eq!(since.to_string(), "2025-04-24T00:00:00Z");
        let began: Timestamp = days_ago(days).parse().unwrap();
        assert_eq!(began >= since, is_found, "what it says that it looked at: {days} days ago");
    }
}

#[test]
fn a_status_that_leaves_sessions_out_is_unknown_and_not_idle() {
    for (count, sessions) in [(json!(1), json!([])), (json!(null), json!(null)), (json!(2), json!(null))] {
        let world = World::new(Preset::Documented);
        let said = format!("{count} counted, {sessions} listed");
        let transport = between(&world, move |answered| {
            let is_status = answered.path.starts_with("v2/analytics/agents/") && answered.status == 200;
            let mut body = answered.body.clone();
            let fields = body.as_object_mut().filter(|_| is_status)?;
            fields.insert("sessionCount".to_owned(), count.clone());
            fields.insert("sessions".to_owned(), sessions.clone());
            Some((200, body))
        });
        let plan = world.plan(&world.executor_over(transport, Failpoint::never()));
        assert!(matches!(plan.inventory.live, Part::Unknown(_)), "{said}: {:?}", plan.inventory.live);
    }
}

#[test]
fn the_evidence_says_how_far_live_work_was_looked_for() {
    let world = World::new(Preset::Documented);
    let report = world.retire().unwrap();
    let evidence = file(&report.evidence_dir.join("evidence.json"));
    let not_checked: Vec<_> =
        evidence["not_checked"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let said = "Whether the person was still in a conversation that began before 2025-04-24 00:00:00 UTC, unless the \
                vendor's agent status named it.";
    assert!(not_checked.contains(&said), "{not_checked:#?}");
}

#[test]
fn a_ghost_is_lifted_by_its_name_and_all_of_it_is_on_record() {
    let mut world = World::new(Preset::Documented);
    ghost(&world, GHOST, &days_ago(200));
    assert!(is_blocked(&planned(&world)));
    world.policy.overrides = vec![lifting(&format!("live-work={GHOST}"))];
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    let truth = world.truth();
    assert_eq!((truth.state.as_str(), truth.live.len()), ("inactive", 1), "the ghost itself goes on");
    let Event::Started { plan, .. } = &world.records()[0].event else { panic!("no beginning") };
    assert_eq!(plan.plan().policy.overrides, world.policy.overrides);
    let evidence = file(&report.evidence_dir.join("evidence.json"));
    assert_eq!(
        evidence["overrides"],
        json!([{
            "kind": "live-work", "name": GHOST, "because": "ghost of last winter, ticket 4711", "by": "anna",
        }])
    );
    let page = std::fs::read_to_string(report.evidence_dir.join("report.html")).unwrap();
    assert!(page.contains(&format!("Lifted: live-work={GHOST} because")), "{page}");
}

#[test]
fn a_ghost_that_is_lifted_lifts_no_other_conversation() {
    let mut world = World::new(Preset::Documented);
    ghost(&world, GHOST, &days_ago(200));
    world.policy.overrides = vec![lifting(&format!("live-work={GHOST}"))];
    let before = planned(&world);
    assert!(!is_blocked(&before), "{}", before.plan);
    // A call that came before the plan, between the plan and the run, and during the run.
    ghost(&world, CALL, &ago(1));
    assert!(is_blocked(&planned(&world)));
    let drift = world.start(&world.executor(), before.clone(), Recheck::Always);
    let Err(RunError::Drift { parts }) = drift else { panic!("{drift:?}") };
    assert_eq!(parts, ["live interactions", "open conversations"]);
    let truth = world.truth();
    let report = world.start(&world.executor(), before, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Failed));
    assert_eq!(world.truth(), truth);
    assert_eq!(world.changes(), Vec::<String>::new());
}

#[test]
fn a_ghost_that_goes_by_itself_after_all_is_no_drift() {
    let mut world = World::new(Preset::Documented);
    ghost(&world, GHOST, &days_ago(200));
    world.policy.overrides = vec![lifting(&format!("live-work={GHOST}"))];
    let plan = planned(&world);
    world.emulator.end_live(&world.ada);
    let report = world.start(&world.executor(), plan, Recheck::Always).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
}

#[test]
fn a_call_taken_since_the_plan_is_not_cut_off() {
    for preset in BOTH {
        let world = World::new(preset);
        let plan = planned(&world);
        ghost(&world, CALL, &ago(1));
        let report = world.start(&world.executor(), plan, Recheck::WhenOld).unwrap();
        assert_eq!(report.state.outcome(), Some(Outcome::Failed), "{preset}");
        let Some(emeritus::event::Because::Refused { failure, .. }) = report.state.unwinding() else {
            panic!("{preset}: {:?}", report.state)
        };
        assert_eq!(failure.code, FailureCode::LiveWork, "{preset}");
        assert_eq!(failure.detail, format!("in 1 conversation(s) now: voice {CALL}"), "{preset}");
        assert_eq!(world.changes(), Vec::<String>::new(), "{preset}");
        // It stands in nobody's way: the next plan names it.
        assert!(is_blocked(&planned(&world)), "{preset}");
    }
}

#[test]
fn a_wait_is_for_everything_but_what_was_lifted() {
    let mut world = World::new(Preset::Documented);
    world.policy = Policy {
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) },
        overrides: vec![lifting(&format!("live-work={GHOST}"))],
        ..world.policy
    };
    ghost(&world, GHOST, &days_ago(200));
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.unwinding());
    let mut world = World::new(Preset::Documented);
    world.policy.live_work = LiveWork::Drain { up_to: SignedDuration::from_mins(30) };
    ghost(&world, GHOST, &days_ago(200));
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Failed), "a ghost does not go by itself");
    assert_eq!(world.truth().state, "active");

    let mut world = World::new(Preset::Documented);
    world.policy = Policy {
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) },
        overrides: vec![lifting(&format!("live-work={GHOST}"))],
        ..world.policy
    };
    ghost(&world, GHOST, &days_ago(2));
    ghost(&world, CALL, &ago(1));
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Failed), "a call beside the ghost is waited for");
    assert_eq!((world.truth().state.as_str(), world.changes()), ("active", Vec::new()));
}

#[test]
fn a_run_that_is_resumed_before_the_cut_honours_what_its_plan_lifts() {
    let mut fired = 0;
    for write in 1..=3 {
        let mut world = World::new(Preset::Documented);
        ghost(&world, GHOST, &days_ago(200));
        world.policy.overrides = vec![lifting(&format!("live-work={GHOST}"))];
        let executor = world.executor_with(Failpoint::at(write, Side::After));
        let broke = world.retire_by(&executor);
        fired += u32::from(broke.is_err());
        drop(executor);
        let reports = world.resume_all();
        assert_eq!(reports.len(), 1, "write {write}");
        assert_eq!(reports[0].state.outcome(), Some(Outcome::Verified), "write {write}");
        assert_eq!(world.truth().state, "inactive", "write {write}");
    }
    assert_eq!(fired, 3, "each crash was reached");
}

#[test]
fn an_override_that_fits_nobody_makes_no_plan() {
    let mut world = World::new(Preset::Documented);
    world.policy.overrides = vec![lifting(&format!("live-work={GHOST}"))];
    let executor = world.executor();
    let refused = world.run(executor.plan(&Who::parse(EMAIL).unwrap(), world.policy.clone(), None));
    let Err(PlanningError::Plan(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().ends_with("what blocks it: nothing does"), "{error}");
}
