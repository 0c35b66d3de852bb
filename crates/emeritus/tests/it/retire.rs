//! One retirement, end to end, in both worlds.

use emeritus::census::Verdict;
use emeritus::event::{FailureCode, Outcome};
use emeritus::later::LaterVerdict;
use emeritus::policy::{LiveWork, Mode};
use emeritus::{FindError, PlanningError, Recheck, RunError, Who};
use genesys_emulator::Preset;
use jiff::SignedDuration;

use crate::world::{EMAIL, World, file, outcome};

const BOTH: [Preset; 2] = [Preset::Documented, Preset::AsReported];

#[test]
fn keep_ends_access_releases_and_proves_in_both_worlds() {
    for preset in BOTH {
        let world = World::new(preset);
        let report = world.retire().unwrap();
        assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{preset}: {:?}", report.state.stuck());
        let truth = world.truth();
        assert_eq!(truth.state, "inactive");
        assert!(truth.queues.is_empty() && truth.associated_station.is_none());
        assert!(truth.default_station.is_none());
        let proof = report.state.last_proof().unwrap();
        assert_eq!(proof.verdict, Verdict::Intact);
        assert_eq!((proof.before.conversations, proof.after.conversations), (30, 30));
        assert_eq!(proof.before.root, proof.after.root);
    }
}

#[test]
fn access_ends_before_anything_else_where_the_vendor_allows_it() {
    let world = World::new(Preset::Documented);
    world.retire().unwrap();
    let changes = world.changes();
    assert!(changes[0].starts_with("PATCH /api/v2/users/"), "{changes:#?}");
    assert!(changes[1].starts_with("DELETE /api/v2/tokens/"), "{changes:#?}");
}

#[test]
fn where_a_queue_blocks_the_cut_queues_are_left_first_and_the_next_plan_says_so() {
    let world = World::new(Preset::AsReported);
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified));
    let changes = world.changes();
    let cut = changes.iter().position(|line| line.starts_with("PATCH /api/v2/users/")).unwrap();
    let left = changes.iter().filter(|line| line.contains("/members/")).count();
    // Both queues, and the skills, by which there may be a way into a third.
    assert_eq!((cut, left), (3, 2), "{changes:#?}");
    // What was learnt orders the next person's plan.
    let grace = world.executor();
    let planned = world
        .run(grace.plan(&Who::parse("grace@example.test").unwrap(), world.policy.clone(), None))
        .unwrap();
    let text = planned.plan.to_string();
    let (queue, cut) = (text.find("leave queue billing").unwrap(), text.find("set state").unwrap());
    assert!(queue < cut, "{text}");
    assert!(text.contains("refuses the cut while the person is in a queue"), "{text}");
}

#[test]
fn delete_is_proved_in_the_documented_world() {
    let world = World::new(Preset::Documented).deleting();
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    assert_eq!(world.truth().state, "deleted");
    assert_eq!(report.state.last_proof().unwrap().verdict, Verdict::Intact);
    assert_eq!(world.emulator.conversations_of(&world.ada).len(), 30);
}

#[test]
fn a_delete_that_severs_history_is_noticed_and_taken_back() {
    let world = World::new(Preset::AsReported).deleting();
    let before = world.truth();
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::ProofBroken), "{:?}", report.state.stuck());
    let truth = world.truth();
    assert_eq!((truth.state.as_str(), &truth.division), ("inactive", &before.division));
    let Verdict::Broken { missing, altered } = &report.state.last_proof().unwrap().verdict else { panic!() };
    assert_eq!((missing.len(), altered.len()), (30, 0));
    let evidence = file(&report.evidence_dir.join("evidence.json"));
    assert_eq!(evidence["outcome"], "proof-broken");
    assert_eq!(evidence["emulated"], true);
}

#[test]
fn the_delete_waits_out_the_hold_and_resume_completes_it() {
    let mut world = World::new(Preset::Documented);
    world.policy.mode = Mode::Delete { hold: SignedDuration::from_hours(24 * 30) };
    let report = world.retire().unwrap();
    let until = report.pause.unwrap().until;
    assert_eq!((report.state.outcome(), world.truth().state.as_str()), (None, "inactive"));
    let executor = world.executor();
    let early = world.run(executor.resume(report.state.run(), false)).unwrap();
    assert_eq!(early.pause.unwrap().until, until);
    assert_eq!(world.truth().state, "inactive");
    world.emulator.clock().advance(std::time::Duration::from_hours(24 * 31));
    let late = world.run(executor.resume(report.state.run(), false)).unwrap();
    assert_eq!(late.state.outcome(), Some(Outcome::Verified), "{:?}", late.state.stuck());
    assert_eq!(world.truth().state, "deleted");
}

#[test]
fn a_person_put_to_work_again_during_the_hold_is_not_deleted() {
    let mut world = World::new(Preset::Documented);
    world.policy.mode = Mode::Delete { hold: SignedDuration::from_hours(24) };
    let report = world.retire().unwrap();
    world.restore(report.state.run()).unwrap();
    world.emulator.clock().advance(std::time::Duration::from_hours(25));
    let executor = world.executor();
    let late = world.run(executor.resume(report.state.run(), false));
    assert!(matches!(&late, Err(RunError::Superseded { run, .. }) if run == report.state.run()), "{late:?}");
    assert_eq!(world.truth().state, "active");
}

#[test]
fn a_run_that_was_given_up_does_not_keep_the_person_from_being_retired_again() {
    let mut world = World::new(Preset::Documented);
    world.policy.mode = Mode::Delete { hold: SignedDuration::from_hours(24) };
    let held = world.retire().unwrap();
    world.restore(held.state.run()).unwrap();
    world.policy.mode = Mode::Keep;
    assert_eq!(outcome(&world.retire()), Some(Outcome::Verified));
}

#[test]
fn somebody_made_active_by_another_hand_during_the_hold_is_not_deleted() {
    let mut world = World::new(Preset::Documented);
    world.policy.mode = Mode::Delete { hold: SignedDuration::from_hours(24) };
    let held = world.retire().unwrap();
    world.run(async {
        let client = world.client();
        let version = i64::from(world.truth().version);
        let active = genesys::Effect::set_state(&world.ada, version, genesys::State::Active);
        client.writer().send(&active).await.unwrap();
    });
    world.emulator.clock().advance(std::time::Duration::from_hours(25));
    let executor = world.executor();
    let late = world.run(executor.resume(held.state.run(), false)).unwrap();
    let (_, failure) = late.state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::Drift);
    assert_eq!(world.truth().state, "active");
}

#[test]
fn live_work_blocks_unless_it_may_be_drained() {
    let mut world = World::new(Preset::AsReported);
    let on_call = world
        .emulator
        .user("Mary Somerville")
        .email("mary@example.test")
        .live_call_for(std::time::Duration::from_mins(7))
        .add();
    let who = Who::parse("mary@example.test").unwrap();
    let executor = world.executor();
    let blocked = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    assert!(emeritus::planner::is_blocked(&blocked.plan), "{}", blocked.plan);
    world.policy.live_work = LiveWork::Drain { up_to: SignedDuration::from_mins(30) };
    let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    assert_eq!(world.emulator.truth(&on_call).unwrap().state, "inactive");
}

#[test]
fn live_work_that_does_not_end_leaves_the_person_untouched() {
    let mut world = World::new(Preset::Documented);
    let busy = world
        .emulator
        .user("Mary Somerville")
        .email("mary@example.test")
        .in_queue("billing")
        .live_call_for(std::time::Duration::from_hours(9))
        .add();
    let before = world.emulator.truth(&busy).unwrap();
    world.policy.live_work = LiveWork::Drain { up_to: SignedDuration::from_mins(30) };
    let executor = world.executor();
    let who = Who::parse("mary@example.test").unwrap();
    let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Failed));
    assert_eq!(world.emulator.truth(&busy).unwrap(), before);
}

#[test]
fn a_second_run_changes_nothing() {
    let world = World::new(Preset::Documented);
    world.retire().unwrap();
    let (truth, changes) = (world.truth(), world.changes().len());
    let again = world.retire();
    assert_eq!(outcome(&again), Some(Outcome::Skipped));
    assert_eq!((world.truth(), world.changes().len()), (truth, changes));
}

#[test]
fn a_plan_file_refuses_drift_and_names_it() {
    let world = World::new(Preset::Documented);
    let executor = world.executor();
    let planned = world.plan(&executor);
    world.emulator.edit_title(&world.ada, "Countess");
    let refused = world.start(&executor, planned, Recheck::Always);
    let Err(RunError::Drift { parts }) = refused else { panic!("{refused:?}") };
    assert_eq!(parts, ["version"]);
    assert_eq!(world.changes(), Vec::<String>::new());
}

#[test]
fn a_version_that_moves_between_reading_and_writing_is_read_again() {
    let world = World::new(Preset::Documented);
    world.emulator.fault(
        genesys_emulator::FaultRule::new(genesys_emulator::FaultKind::VersionRace)
            .on("PATCH", "/api/v2/users/*")
            .times(2),
    );
    let report = world.retire().unwrap();
    assert_eq!(world.emulator.faults_fired().len(), 2);
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
}

#[test]
fn nobody_and_several_are_a_stop_that_lists_who_was_found() {
    let world = World::new(Preset::Documented);
    let executor = world.executor();
    let find = |text: &str| world.run(executor.find(&Who::parse(text).unwrap()));
    assert!(matches!(find("nobody@example.test"), Err(FindError::Nobody { .. })));
    for name in [world.ada.as_str(), EMAIL, "employee:E-1815", "external:hr:1815"] {
        assert_eq!(find(name).unwrap().id, world.ada_id(), "{name}");
    }
    let twin = world.emulator.user("Ada Byron").email(EMAIL).deleted().add();
    let Err(FindError::Several { found, .. }) = find(EMAIL) else { panic!() };
    let mut ids: Vec<_> = found.iter().map(|person| person.id.as_str().to_owned()).collect();
    ids.sort();
    let mut expected = [world.ada.clone(), twin];
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn one_person_has_one_unfinished_run_at_a_time() {
    let mut world = World::new(Preset::Documented);
    world.policy.mode = Mode::Delete { hold: SignedDuration::from_hours(24) };
    let report = world.retire().unwrap();
    world.policy.mode = Mode::Keep;
    let again = world.retire();
    // The first run left nothing to do but is not over: a delete is still to come.
    assert!(matches!(&again, Err(RunError::Unfinished { run }) if run == report.state.run()), "{again:?}");
}

#[test]
fn without_the_permission_to_read_history_nothing_is_changed() {
    let world = World::new(Preset::Documented).permitted(&[
        "directory:user:view",
        "directory:user:edit",
        "routing:queue:view",
        "routing:queueMember:manage",
        "analytics:agentState:view",
        "authorization:grant:view",
    ]);
    let before = world.truth();
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Failed));
    assert_eq!(world.truth(), before);
    assert_eq!(world.changes(), Vec::<String>::new());
}

#[test]
fn a_part_that_may_not_be_read_is_unknown_and_blocks_a_strict_policy() {
    let mut world = World::new(Preset::Documented).permitted(&["directory:user:view"]);
    world.policy.unknown = emeritus::policy::Strictness::Block;
    let planned = world.plan(&world.executor());
    assert!(planned.inventory.queues.known().is_none());
    assert!(emeritus::planner::is_blocked(&planned.plan));
    assert!(planned.plan.to_string().contains("queues: unknown, needs permission routing:queue:view"));
}

#[test]
fn somebody_who_is_not_in_the_organization_makes_no_plan() {
    let world = World::new(Preset::Documented);
    let executor = world.executor();
    let who = Who::parse("nobody@example.test").unwrap();
    let planned = world.run(executor.plan(&who, world.policy.clone(), None));
    assert!(matches!(planned, Err(PlanningError::Find(FindError::Nobody { .. }))));
}

#[test]
fn tampering_with_one_conversation_breaks_the_proof_and_names_it() {
    for lose in [true, false] {
        let world = World::new(Preset::Documented);
        let report = world.retire().unwrap();
        let id = world.emulator.conversations_of(&world.ada)[17].clone();
        if lose {
            assert!(world.emulator.remove_conversation(&id));
        } else {
            let other = world.emulator.user("Eve").email("eve@example.test").add();
            assert!(world.emulator.reattribute_conversation(&id, &world.ada, &other));
        }
        let executor = world.executor();
        let proof = world.run(executor.prove(report.state.run())).unwrap();
        let LaterVerdict::Broken { missing, altered, .. } = proof.verdict else { panic!("{lose}") };
        let named: Vec<_> = missing.first.iter().map(|lost| lost.conversation.to_string()).collect();
        assert_eq!((named, missing.count, altered.count), (vec![id], 1, 0));
    }
}

#[test]
fn no_history_is_its_own_verdict_and_needs_a_control_that_sees() {
    let world = World::with(Preset::Documented, 0);
    let report = world.retire().unwrap();
    assert_eq!(report.state.last_proof().unwrap().verdict, Verdict::NoHistoryFound);
    assert_eq!(report.state.outcome(), Some(Outcome::Verified));
}

#[test]
fn a_retirement_with_a_reason_records_it_where_the_vendor_offers_that() {
    for offered in [true, false] {
        let mut world = World::new(Preset::Documented);
        world.emulator.set_switch("put_state", if offered { "served" } else { "not-found" }).unwrap();
        world.policy.reason = Some(emeritus::policy::Reason::Voluntary);
        let report = world.retire().unwrap();
        assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
        let truth = world.truth();
        assert_eq!(truth.state, "inactive");
        assert_eq!(truth.state_reason.is_some(), offered);
    }
}

#[test]
fn live_work_that_changes_while_the_plan_waits_for_approval_is_no_drift_when_it_is_drained() {
    let mut world = World::new(Preset::Documented);
    let mary = world
        .emulator
        .user("Mary Somerville")
        .email("mary@example.test")
        .live_call_for(std::time::Duration::from_mins(7))
        .add();
    world.policy.live_work = LiveWork::Drain { up_to: SignedDuration::from_mins(30) };
    let executor = world.executor();
    let who = Who::parse("mary@example.test").unwrap();
    let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    world.emulator.clock().advance(std::time::Duration::from_mins(10));
    let report = world.start(&executor, planned, Recheck::Always).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    assert_eq!(world.emulator.truth(&mary).unwrap().state, "inactive");
}
