//! What is said of an account is what was seen of it last, whoever changes it meanwhile and whoever answers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use emeritus::decide::{Unverified, unverified};
use emeritus::event::{AccountSeen, Answer, Event, FailureCode, Outcome};
use emeritus::finding::Severity;
use emeritus::holding::Kind;
use emeritus::inventory::{AccountState, Inventory, Part, Why};
use emeritus::planner::is_blocked;
use emeritus::policy::{Policy, Strictness, Treatment};
use emeritus::{Emeritus, Failpoint, Planned, Recheck, RunError, RunReport, Who};
use genesys::{Effect, State};
use genesys_emulator::Preset;
use serde_json::{Value, json};

use crate::baggage::{heavy, takes_everything};
use crate::between::{Answered, LOST, between};
use crate::crashes::mortal;
use crate::world::World;

/// An administrator changes the state of the account, one allowed change after another.
fn set(world: &World, states: &[State]) {
    let client = world.client();
    for state in states {
        let version = i64::from(world.truth().version);
        let sent = world.run(client.writer().send(&Effect::set_state(&world.ada, version, *state)));
        assert!(sent.is_ok(), "{sent:?}");
    }
}

fn delete(world: &World) {
    set(world, &[State::Inactive]);
    let sent = world.run(world.client().writer().send(&Effect::delete_user(&world.ada)));
    assert!(sent.is_ok(), "{sent:?}");
}

fn by_id(world: &World) -> Who {
    Who::Id(world.ada_id())
}

fn plan(world: &World, executor: &Emeritus) -> Planned {
    world.run(executor.plan(&by_id(world), world.policy.clone(), None)).unwrap()
}

fn reports_drift(report: &RunReport) {
    let (_, failure) = report.state.stuck().expect("a person is asked");
    assert_eq!(failure.code, FailureCode::Drift, "{failure:?}");
}

/// Presets in which a deleted person still is in queues and groups, so that there is something left to take.
fn left_behind(preset: Preset) -> World {
    let world = World::small(preset);
    for (name, value) in [("queues_on_deleted", "kept"), ("groups_on_deleted", "kept")] {
        world.emulator.set_switch(name, value).unwrap();
    }
    world
}

#[test]
fn a_plan_that_rests_on_a_lying_reading_is_not_carried_out() {
    for lie in ["inactive", "deleted"] {
        let world = World::small(Preset::Documented);
        let told = AtomicBool::new(false);
        let ada = world.ada.clone();
        let transport = between(&world, move |answered| {
            let is_record =
                answered.method == "GET" && answered.path.starts_with(&format!("v2/users/{ada}?expand"));
            if !is_record || told.swap(true, Ordering::SeqCst) {
                return None;
            }
            let mut body = answered.body.clone();
            body["state"] = json!(lie);
            Some((200, body))
        });
        let executor = world.executor_over(transport, Failpoint::never());
        let planned = plan(&world, &executor);
        assert_eq!(planned.plan.subject.state.to_string(), lie, "the lie was told");
        let refused = world.start(&executor, planned, Recheck::WhenOld).unwrap_err();
        let RunError::OtherState { planned, seen } = &refused else { panic!("{refused:?}") };
        assert_eq!((planned.to_string().as_str(), seen.state()), (lie, Some(AccountState::Active)));
        assert_eq!(world.effects().len(), 0, "nothing was written");
        assert_eq!(executor.runs().unwrap().len(), 0);
    }
}

#[test]
fn one_stale_look_before_the_first_write_does_not_stop_a_run() {
    let world = left_behind(Preset::Documented);
    set(&world, &[State::Inactive]);
    let (told, armed) = (AtomicBool::new(false), Arc::new(AtomicBool::new(false)));
    let (ada, is_armed) = (world.ada.clone(), Arc::clone(&armed));
    let transport = between(&world, move |answered| {
        let is_record = answered.method == "GET" && answered.path == format!("v2/users/{ada}");
        if !is_record || !is_armed.load(Ordering::SeqCst) || told.swap(true, Ordering::SeqCst) {
            return None;
        }
        let mut body = answered.body.clone();
        body["state"] = json!("active");
        Some((200, body))
    });
    let executor = world.executor_over(transport, Failpoint::never());
    let planned = plan(&world, &executor);
    armed.store(true, Ordering::SeqCst);
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
}

#[test]
fn an_account_that_is_brought_back_between_plan_and_run_is_not_touched() {
    let world = left_behind(Preset::Documented);
    delete(&world);
    let executor = world.executor();
    let planned = plan(&world, &executor);
    set(&world, &[State::Inactive, State::Active]);
    world.emulator.forget_requests();
    for recheck in [Recheck::WhenOld, Recheck::Always] {
        let refused = world.start(&executor, planned.clone(), recheck).unwrap_err();
        assert!(matches!(refused, RunError::OtherState { .. } | RunError::Drift { .. }), "{refused:?}");
    }
    assert_eq!(world.effects().len(), 0);
}

/// Starts a run whose process dies where an answer that matches should arrive, and lets an administrator act before it
/// is taken up again.
fn killed_then(
    world: &World,
    dies: impl Fn(&Answered<'_>) -> bool + Send + Sync + 'static,
    states: &[State],
) -> RunReport {
    let dead = Arc::new(AtomicBool::new(false));
    let dying = Arc::clone(&dead);
    let transport = between(world, move |answered| {
        dies(answered).then(|| {
            dying.store(true, Ordering::SeqCst);
            (LOST, Value::Null)
        })
    });
    let executor = world.executor_over(transport, Failpoint::never());
    let planned = plan(world, &executor);
    let approved = world.approved(&planned);
    let started = executor.start(approved, &planned.inventory, Recheck::WhenOld);
    assert!(world.run(mortal(started, &dead)).is_none(), "the process was killed");
    let run = world.executor().runs().unwrap().pop().unwrap().run().clone();
    set(world, states);
    world.emulator.forget_requests();
    world.run(world.executor().resume(&run, false)).unwrap()
}

fn leaves_a_queue(answered: &Answered<'_>) -> bool {
    answered.method == "DELETE" && answered.path.contains("/queues/")
}

#[test]
fn a_run_that_was_killed_does_not_go_on_with_somebody_who_works_again() {
    for was_deleted in [false, true] {
        let world = left_behind(Preset::Documented);
        if was_deleted {
            delete(&world);
        }
        let states: &[State] = if was_deleted { &[State::Inactive, State::Active] } else { &[State::Active] };
        let report = killed_then(&world, leaves_a_queue, states);
        reports_drift(&report);
        assert_eq!((world.truth().state.as_str(), world.effects().len()), ("active", 0));
    }
}

#[test]
fn a_run_that_was_killed_in_its_proof_is_not_called_verified_when_the_account_is_active_again() {
    let world = World::small(Preset::Documented);
    let has_left = AtomicBool::new(false);
    let in_proof = move |answered: &Answered<'_>| {
        has_left.fetch_or(leaves_a_queue(answered), Ordering::SeqCst)
            && answered.path.ends_with("/details/query")
    };
    let report = killed_then(&world, in_proof, &[State::Active]);
    reports_drift(&report);
    let (_, seen) = report.state.account_seen().unwrap();
    assert_eq!((seen.state(), world.truth().state.as_str()), (Some(AccountState::Active), "active"));
    // Made inactive again, it is looked at again, and the word is true.
    set(&world, &[State::Inactive]);
    let freed = world.run(world.executor().resume(report.state.run(), true)).unwrap();
    assert_eq!(freed.state.outcome(), Some(Outcome::Verified), "{:?}", freed.state.stuck());
}

#[test]
fn nothing_to_do_is_only_said_of_an_account_that_was_looked_at() {
    let world = World::small(Preset::Documented);
    world.retire().unwrap();
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Skipped));
    let records = world.records();
    let last = records.iter().rev().find(|record| matches!(record.event, Event::AccountSeen { .. }));
    let Event::AccountSeen { seen } = &last.unwrap().event else { unreachable!() };
    let version = Some(i64::from(world.truth().version));
    assert_eq!(*seen, AccountSeen::In { state: AccountState::Inactive, version });
}

/// Retires Ada while the first answer to the request that matches is this status instead of the vendor's, which had
/// performed it.
fn refused_after(
    world: &World,
    status: u16,
    matching: impl Fn(&Answered<'_>) -> bool + Send + Sync + 'static,
) -> (RunReport, bool) {
    let told = Arc::new(AtomicBool::new(false));
    let is_told = Arc::clone(&told);
    let transport = between(world, move |answered| {
        let performed = matches!(answered.status, 200..=299) && matching(answered);
        (performed && !is_told.swap(true, Ordering::SeqCst))
            .then(|| (status, json!({ "message": "no", "code": "gateway.says.so", "status": status })))
    });
    let executor = world.executor_over(transport, Failpoint::never());
    let planned = world.plan(&executor);
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    (report, told.load(Ordering::SeqCst))
}

#[test]
fn a_refusal_of_the_cut_that_came_after_it_took_effect_is_seen_through() {
    for status in [400, 401, 403, 404, 405, 409, 410, 412, 413, 422, 423, 451] {
        let world = World::small(Preset::Documented);
        let path = format!("v2/users/{}", world.ada);
        let (report, told) = refused_after(&world, status, move |answered| {
            answered.method == "PATCH" && answered.path == path
        });
        assert!(told, "{status} was answered");
        let stuck = report.state.stuck();
        assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{status}: {stuck:?}");
        assert_eq!(world.truth().state, "inactive");
        let cuts = world.changes().iter().filter(|line| line.starts_with("PATCH /api/v2/users/")).count();
        assert_eq!(cuts, 1, "{status}: never sent again once it is there");
    }
}

/// Every request that a retirement of somebody with everything changes something by.
fn effects_of(policy: &Policy) -> BTreeSet<(String, String)> {
    let mut world = heavy(Preset::Documented);
    world.policy = policy.clone();
    world.retire().unwrap();
    let sent = world.effects().into_iter().filter(|request| request.changed);
    sent.map(|request| (request.method, request.path.replace(&world.ada, "ADA"))).collect()
}

#[test]
fn a_refusal_of_any_effect_that_came_after_it_took_effect_is_seen_through() {
    let policy = takes_everything();
    let effects = effects_of(&policy);
    assert!(effects.len() > 15, "{effects:?}");
    for (method, path) in effects {
        // Nobody can see tokens, so a refusal to revoke them has to be believed.
        let is_tokens = path.contains("/tokens/");
        let mut world = heavy(Preset::Documented);
        world.policy = policy.clone();
        let wanted = path.replace("ADA", &world.ada);
        let (asked, of) = (method.clone(), wanted.clone());
        let (report, told) = refused_after(&world, 403, move |answered| {
            answered.method == asked && of.ends_with(answered.path.split('?').next().unwrap_or_default())
        });
        assert!(told, "{method} {path} was answered");
        let declined = world
            .records()
            .iter()
            .any(|record| matches!(&record.event, Event::Answered { answer: Answer::Declined(_), .. }));
        assert!(declined, "{method} {path}");
        let stuck = report.state.stuck().map(|(_, failure)| failure.code);
        if is_tokens {
            assert_eq!(stuck, Some(FailureCode::Forbidden), "{method} {path}");
        } else {
            assert_eq!((report.state.outcome(), stuck), (Some(Outcome::Verified), None), "{method} {path}");
        }
    }
}

/// Plans Ada where every record of hers lacks a member.
fn without(world: &World, member: &'static str) -> Emeritus {
    let ada = world.ada.clone();
    let transport = between(world, move |answered| {
        if answered.status != 200 || !answered.path.contains("v2/users") {
            return None;
        }
        let mut body = answered.body.clone();
        let record = body.as_object_mut().filter(|record| record.get("id") == Some(&json!(ada)))?;
        record.remove(member)?;
        Some((200, body))
    });
    world.executor_over(transport, Failpoint::never())
}

fn is_not_told(part: Option<&Part<Vec<emeritus::holding::Thing>>>) -> bool {
    matches!(part.and_then(Part::unknown), Some(Why::NotTold { .. }))
}

#[test]
fn what_the_record_leaves_out_is_unknown_or_asked_for_elsewhere_and_never_none() {
    let unknown = |inventory: &Inventory| -> BTreeSet<String> {
        inventory.unknown_parts().into_iter().map(|(part, _)| part.to_owned()).collect()
    };
    let of = |member: &'static str| {
        let world = heavy(Preset::Documented);
        world.run(without(&world, member).collect(&world.ada_id())).unwrap()
    };
    let whole = of("nothing of the kind");
    let usual = unknown(&whole);
    for (member, parts) in [
        ("addresses", vec!["direct number", "extension"]),
        ("groups", vec!["groups", "routing rule of queue"]),
        ("presence", vec!["presence"]),
        ("lastTokenIssued", vec!["last token"]),
        ("dateLastLogin", vec!["last login"]),
        ("team", vec![]),
    ] {
        let inventory = of(member);
        let expected: BTreeSet<_> =
            parts.iter().map(|part| (*part).to_owned()).chain(usual.clone()).collect();
        assert_eq!(unknown(&inventory), expected, "without {member}");
        assert_eq!(inventory.things(Kind::Team), whole.things(Kind::Team), "without {member}");
    }
    let managed = World::small(Preset::Documented);
    let inventory = managed.run(without(&managed, "manager").collect(&managed.ada_id())).unwrap();
    assert!(matches!(inventory.manager, Part::Unknown(Why::NotTold { .. })), "there are superiors");
    let free = heavy(Preset::Documented);
    let inventory = free.run(free.executor().collect(&free.ada_id())).unwrap();
    assert_eq!(inventory.manager, Part::Known(None), "and here there are none");
}

#[test]
fn addresses_that_were_not_told_are_refused_by_strict_and_named_otherwise() {
    let mut world = heavy(Preset::Documented);
    world.policy.unknown = Strictness::Block;
    let executor = without(&world, "addresses");
    let strict = plan(&world, &executor);
    assert!(is_blocked(&strict.plan));
    assert!(is_not_told(strict.inventory.held.get(&Kind::Extensions)));
    let fatal = strict.plan.findings.iter().filter(|finding| finding.severity == Severity::Fatal);
    let fatal: Vec<_> = fatal.map(|finding| finding.text.as_str()).collect();
    assert!(fatal.contains(&"extension: unknown, the vendor's record leaves out the addresses"), "{fatal:?}");

    world.policy.unknown = Strictness::Warn;
    let planned = plan(&world, &executor);
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::WrittenNotVerified), "{:?}", report.state.stuck());
    let why = || Why::NotTold { absent: "the addresses".to_owned() };
    let part = |kind| Unverified::Part { kind, why: why(), is_gone: false };
    assert_eq!(unverified(&report.state), [part(Kind::Numbers), part(Kind::Extensions)]);
    assert_eq!(world.truth().extensions, ["1815"], "what was not read was not touched");
}

/// Retires Ada, whose record leaves a part out from the request on that takes it; returns what was not seen to be so.
fn unseen_without(world: &World, part: &'static str, takes: fn(&Answered) -> bool) -> Vec<String> {
    let taken = AtomicBool::new(false);
    let ada = world.ada.clone();
    let transport = between(world, move |answered| {
        if takes(answered) {
            taken.store(true, Ordering::SeqCst);
        }
        let mut body = answered.body.clone();
        let is_record = answered.method == "GET" && body.get("id") == Some(&json!(ada));
        if !is_record || !taken.load(Ordering::SeqCst) {
            return None;
        }
        body.as_object_mut()?.remove(part)?;
        Some((200, body))
    });
    let executor = world.executor_over(transport, Failpoint::never());
    let planned = plan(world, &executor);
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::WrittenNotVerified), "{:?}", report.state.stuck());
    unverified(&report.state).iter().map(Unverified::what).collect()
}

#[test]
fn a_look_whose_answer_leaves_out_what_was_looked_for_shows_nothing() {
    let world = heavy(Preset::Documented);
    let unseen = unseen_without(&world, "groups", |answered| {
        answered.method == "DELETE" && answered.path.starts_with("v2/groups/")
    });
    assert_eq!(unseen.len(), 3, "{unseen:?}");
    assert!(unseen.iter().all(|what| what.contains("leave group")), "{unseen:?}");
}

#[test]
fn addresses_that_are_left_out_of_the_look_do_not_show_that_an_extension_is_gone() {
    let mut world = heavy(Preset::Documented);
    world.policy.treatments =
        [(Kind::Extensions, Treatment::Release), (Kind::Numbers, Treatment::Keep)].into();
    let unseen = unseen_without(&world, "addresses", |answered| {
        answered.method == "PATCH" && answered.sent.get("addresses").is_some()
    });
    assert!(matches!(unseen.as_slice(), [only] if only.contains("extension")), "{unseen:?}");
}

#[test]
fn somebody_who_was_deleted_is_taken_out_of_what_they_are_in_and_seen_to_be() {
    // The vendor that is reported deletes nobody who is in a queue, so there nothing of this kind is left to take.
    let preset = Preset::Documented;
    let mut world = heavy(preset);
    world.policy = takes_everything();
    // What a delete leaves and what it takes is a switch each: here it leaves what it can.
    delete(&world);
    let executor = world.executor();
    let planned = plan(&world, &executor);
    let groups = world.truth().groups.len();
    let report = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    let unseen: Vec<_> = unverified(&report.state)
        .into_iter()
        .filter(|reason| matches!(reason, Unverified::Step { .. } | Unverified::Account { .. }))
        .collect();
    assert_eq!((unseen, report.state.stuck()), (Vec::new(), None), "{preset}, {groups} groups");
    let truth = world.truth();
    assert_eq!((truth.state.as_str(), truth.groups.len()), ("deleted", 0), "{preset}");
}
