//! Proving again, long after: what shrank is found and named, what the vendor need not keep is no loss, and each due
//! point is answered once.

use emeritus::event::{Event, Outcome};
use emeritus::id::RunId;
use emeritus::later::{LaterProof, LaterVerdict, Resolution};
use emeritus::{AgainError, Emeritus, Failpoint, FileCheck, Scans, Side, Who, Whose};
use genesys_emulator::{FaultKind, FaultRule, Preset};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, file};

const BOTH: [Preset; 2] = [Preset::Documented, Preset::AsReported];
const DAY: SignedDuration = SignedDuration::from_hours(24);

type Told = Vec<(RunId, Result<LaterProof, AgainError>)>;

fn prove_by(world: &World, executor: &Emeritus, whose: Whose) -> Told {
    let mut told = Vec::new();
    let elsewhere = world.run(executor.prove_again(whose, |state, result| {
        told.push((state.run().clone(), result.map(|reproved| reproved.proof)));
    }));
    assert_eq!(elsewhere.unwrap(), 0);
    told
}

fn prove(world: &World, whose: Whose) -> Told {
    prove_by(world, &world.executor(), whose)
}

fn verdicts(told: &Told) -> Vec<&'static str> {
    told.iter().map(|(_, result)| result.as_ref().map_or("failed", |proof| proof.verdict.name())).collect()
}

fn only(mut told: Told) -> LaterProof {
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0).1.unwrap()
}

fn later(world: &World, days: i32) {
    world.emulator.clock().jump(DAY * days);
}

/// As many people as this, each with a history of two years, retired one after the other.
fn retired(world: &World, people: usize) -> Vec<(String, RunId)> {
    let executor = world.executor();
    let scans = Scans::default();
    let now = world.emulator.clock().now();
    let mut retired = Vec::new();
    for number in 0..people {
        let email = format!("agent.{number}@example.test");
        let id = world.emulator.user(&format!("Agent {number}")).email(&email).add();
        world.emulator.give_history(&id, 12, now - DAY * 790, now - DAY);
        let who = Who::parse(&email).unwrap();
        let planned = world.run(executor.plan_with(&scans, &who, world.policy.clone(), None)).unwrap();
        let report = world.start(&executor, planned, emeritus::Recheck::WhenOld).unwrap();
        assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{email}");
        retired.push((id, report.state.run().clone()));
    }
    retired
}

fn start_of(world: &World, conversation: &str) -> Timestamp {
    let record = world.emulator.conversation(conversation).unwrap();
    record["conversationStart"].as_str().unwrap().parse().unwrap()
}

#[test]
fn one_conversation_gone_in_year_two_is_named_for_one_of_forty() {
    for (preset, people) in [(Preset::Documented, 40), (Preset::AsReported, 4)] {
        let world = World::of_years(preset);
        let people = retired(&world, people);
        assert_eq!(prove(&world, Whose::Due).len(), 0, "{preset}: nobody is due yet");
        later(&world, 31);
        let (unlucky, run) = &people[people.len() / 2];
        let now = world.emulator.clock().now();
        let year_two = now - DAY * 700..now - DAY * 400;
        let mut conversations = world.emulator.conversations_of(unlucky).into_iter();
        let lost = conversations.find(|id| year_two.contains(&start_of(&world, id))).unwrap();
        let start = start_of(&world, &lost);
        assert!(world.emulator.remove_conversation(&lost));
        let told = prove(&world, Whose::Due);
        assert_eq!(told.len(), people.len(), "{preset}");
        for (of, result) in &told {
            let proof = result.as_ref().unwrap();
            assert_eq!(proof.due.map(|due| due.after), Some(DAY * 30));
            assert_eq!(proof.person, Resolution::Resolves, "{preset}");
            if of != run {
                assert_eq!((&proof.verdict, proof.readings), (&LaterVerdict::Intact, 1));
                continue;
            }
            let LaterVerdict::Broken { missing, altered, .. } = &proof.verdict else {
                panic!("{preset}: {proof:?}")
            };
            let named: Vec<_> =
                missing.first.iter().map(|one| (one.conversation.to_string(), one.start)).collect();
            assert_eq!(named, [(lost.clone(), start)]);
            assert_eq!(missing.months_words(), start.strftime("%Y-%m").to_string());
            assert_eq!((missing.count, altered.count), (1, 0));
            // As often as a live proof would have looked.
            assert_eq!(proof.readings, world.policy.patience.proof_readings);
        }
        assert_eq!(prove(&world, Whose::Due).len(), 0, "{preset}: answered, so not due again");
        let state = world.executor().run(run).unwrap();
        assert_eq!((state.later_proofs().len(), state.outcome()), (1, Some(Outcome::Verified)));
    }
}

#[test]
fn what_was_sealed_stays_as_it_was_and_the_later_proof_stands_beside_it() {
    let world = World::new(Preset::Documented);
    let report = world.retire().unwrap();
    let directory = &report.evidence_dir;
    let read = |name: &str| std::fs::read(directory.join(name)).unwrap();
    let sealed = ["evidence.json", "report.html", "SHA256SUMS"].map(read);
    later(&world, 31);
    let gone = world.emulator.conversations_of(&world.ada)[25].clone();
    world.emulator.remove_conversation(&gone);
    prove(&world, Whose::Due);
    assert_eq!(["evidence.json", "report.html", "SHA256SUMS"].map(read), sealed);
    let evidence = file(&directory.join("again/evidence.json"));
    assert_eq!(evidence["later"][0]["proof"]["verdict"]["broken"]["missing"]["count"], 1);
    let page = String::from_utf8(read("again/report.html")).unwrap();
    assert!(page.contains("Proved again") && page.contains(&gone), "{page}");
    assert!(page.contains("class=\"bad\""), "the page's accent");
    let executor = world.executor();
    let whole = |checks: &[FileCheck]| checks.iter().all(|check| matches!(check, FileCheck::Whole { .. }));
    let checks = executor.verify_evidence(report.state.run()).unwrap();
    assert!(whole(&checks) && checks.len() > 4, "{checks:?}");
    // Made again from the journal, both come out the same.
    let again = ["again/evidence.json", "again/report.html", "again/SHA256SUMS"].map(read);
    executor.write_evidence(report.state.run()).unwrap();
    assert_eq!(["evidence.json", "report.html", "SHA256SUMS"].map(read), sealed);
    assert_eq!(["again/evidence.json", "again/report.html", "again/SHA256SUMS"].map(read), again);
    std::fs::write(directory.join("again/report.html"), "changed").unwrap();
    let checks = executor.verify_evidence(report.state.run()).unwrap();
    assert!(checks.contains(&FileCheck::Changed { name: "again/report.html".to_owned() }), "{checks:?}");
}

#[test]
fn what_the_vendor_need_not_keep_any_more_is_no_loss() {
    let world = World::new(Preset::Documented);
    world.retire().unwrap();
    later(&world, 35);
    let all = world.emulator.conversations_of(&world.ada);
    let horizon = world.emulator.clock().now() - DAY * 100;
    let old: Vec<_> = all.iter().filter(|id| start_of(&world, id) < horizon).cloned().collect();
    assert!(old.len() > 3 && old.len() < all.len(), "{}", old.len());
    for id in &old {
        world.emulator.remove_conversation(id);
    }
    let proof = only(prove(&world, Whose::Due));
    assert_eq!(proof.verdict, LaterVerdict::Intact);
    let beyond = proof.beyond.unwrap();
    assert_eq!(beyond.retention_days, 100);
    assert!(beyond.until >= horizon && beyond.until < horizon + DAY);
    assert!(beyond.conversations >= old.len() as u64);
    assert_eq!(proof.before.conversations + beyond.conversations, proof.sealed.conversations);
    assert!(proof.words().contains("beyond retention (100 days)"), "{}", proof.words());
    // In the end nothing is left to compare, and that is told as what it is.
    later(&world, 200);
    let proof = only(prove(&world, Whose::Due));
    assert_eq!(
        (proof.verdict, proof.due.map(|due| due.after)),
        (LaterVerdict::BeyondRetention, Some(DAY * 90))
    );
    assert_eq!(prove(&world, Whose::Due).len(), 0);
}

#[test]
fn due_points_go_by_the_clock_and_each_is_answered_once() {
    for preset in BOTH {
        let mut world = World::small(preset);
        world.policy.again_after = vec![DAY, DAY * 3, DAY * 9];
        world.retire().unwrap();
        let mut days = Vec::new();
        for day in 1..=12 {
            later(&world, 1);
            let told = prove(&world, Whose::Due);
            days.extend(told.iter().map(|_| day));
            assert_eq!(prove(&world, Whose::Due).len(), 0, "{preset}: day {day}, once more");
        }
        assert_eq!(days, [1, 3, 9], "{preset}");
        // Everybody means everybody, due or not.
        assert_eq!(only(prove(&world, Whose::Everybody)).due, None);
    }
}

#[test]
fn who_was_put_back_is_left_out_and_who_was_deleted_is_not() {
    let world = World::new(Preset::Documented).deleting();
    let report = world.retire().unwrap();
    assert_eq!(world.truth().state, "deleted");
    later(&world, 31);
    let proof = only(prove(&world, Whose::Due));
    assert_eq!((proof.verdict, proof.person), (LaterVerdict::Intact, Resolution::Resolves));
    world.restore(report.state.run()).unwrap();
    later(&world, 70);
    assert_eq!(prove(&world, Whose::Everybody).len(), 0);
    assert_eq!(prove(&world, Whose::Due).len(), 0);
}

#[test]
fn an_executor_that_dies_before_the_record_leaves_the_point_due() {
    let world = World::small(Preset::Documented);
    let report = world.retire().unwrap();
    later(&world, 31);
    // The pen is taken first, then the record is written.
    for at in [Side::Before, Side::After] {
        let executor = world.executor_with(Failpoint::at(1, at));
        let told = prove_by(&world, &executor, Whose::Due);
        assert!(matches!(told[0].1, Err(AgainError::Journal(_))), "{told:?}");
    }
    let executor = world.executor_with(Failpoint::at(2, Side::Before));
    assert!(matches!(prove_by(&world, &executor, Whose::Due)[0].1, Err(AgainError::Journal(_))));
    assert_eq!(world.executor().run(report.state.run()).unwrap().later_proofs().len(), 0);
    assert!(!report.evidence_dir.join("again/SHA256SUMS").exists());
    // Dies right after the record: it counts, and its evidence can be made.
    let executor = world.executor_with(Failpoint::at(2, Side::After));
    assert!(matches!(prove_by(&world, &executor, Whose::Due)[0].1, Err(AgainError::Journal(_))));
    assert_eq!(prove(&world, Whose::Due).len(), 0);
    world.executor().write_evidence(report.state.run()).unwrap();
    assert!(report.evidence_dir.join("again/SHA256SUMS").exists());
    let proved = |record: &&emeritus::event::Record| matches!(record.event, Event::ProvedAgain { .. });
    assert_eq!(world.records().iter().filter(proved).count(), 1);
    assert!(!report.evidence_dir.join("again/census.partial").exists());
}

#[test]
fn one_who_cannot_be_read_does_not_stop_the_others_and_stays_due() {
    let world = World::of_years(Preset::Documented);
    let people = retired(&world, 3);
    later(&world, 31);
    let census = world.executor().home().run_dir(&people[0].1);
    let sealed = std::fs::read_dir(&census).unwrap().map(|entry| entry.unwrap().path());
    let sealed: Vec<_> = sealed.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
    let kept: Vec<_> = sealed.iter().map(|path| std::fs::read(path).unwrap()).collect();
    for path in &sealed {
        std::fs::write(path, "{}\n").unwrap();
    }
    assert_eq!(verdicts(&prove(&world, Whose::Due)), ["failed", "intact", "intact"]);
    for (path, bytes) in sealed.iter().zip(kept) {
        std::fs::write(path, bytes).unwrap();
    }
    world.emulator.deny(&["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"]);
    assert_eq!(verdicts(&prove(&world, Whose::Everybody)), ["failed", "failed", "failed"]);
    let state = world.executor().run(&people[0].1).unwrap();
    assert_eq!(state.later_proofs().len(), 0);
    assert_eq!(world.executor().standing(Whose::Due).unwrap().len(), 1);
}

#[test]
fn a_client_that_sees_nothing_any_more_proves_no_loss() {
    let world = World::new(Preset::Documented);
    world.retire().unwrap();
    later(&world, 31);
    for id in world.emulator.user_ids() {
        for conversation in world.emulator.conversations_of(&id) {
            world.emulator.remove_conversation(&conversation);
        }
    }
    let proof = only(prove(&world, Whose::Everybody));
    assert!(matches!(proof.verdict, LaterVerdict::NotComparable(_)), "{proof:?}");
    assert!(proof.words().contains("no control query showed"), "{}", proof.words());
    assert_eq!(prove(&world, Whose::Due).len(), 1, "nothing was shown, so it is still due");
}

#[test]
fn a_name_that_stopped_resolving_is_an_alarm_of_its_own() {
    let world = World::new(Preset::Documented).deleting();
    world.retire().unwrap();
    later(&world, 31);
    world.emulator.set_switch("name_of_deleted", "deleted-user").unwrap();
    let proof = only(prove(&world, Whose::Due));
    let LaterVerdict::Broken { missing, altered, nameless } = &proof.verdict else { panic!("{proof:?}") };
    assert_eq!((missing.count, altered.count > 10), (0, true));
    assert_eq!(*nameless, altered.count);
    world.emulator.set_switch("name_of_deleted", "kept").unwrap();
    world.emulator.fault(FaultRule::new(FaultKind::NotFound404).on("GET", "/api/v2/users/*").always());
    let proof = only(prove(&world, Whose::Everybody));
    assert_eq!((proof.verdict.name(), &proof.person), ("intact", &Resolution::Nobody));
    assert!(proof.is_alarm() && proof.words().contains("resolves to nobody"), "{}", proof.words());
}

#[test]
fn the_aggregates_are_asked_for_a_second_opinion() {
    let world = World::new(Preset::Documented);
    world.retire().unwrap();
    later(&world, 31);
    let proof = only(prove(&world, Whose::Due));
    let second = proof.second_opinion.expect("the window holds a whole month");
    assert!(second.handled > Some(0) && second.connected.is_none(), "{second:?}");
    world.emulator.deny(&["analytics:conversationAggregate:view"]);
    assert_eq!(only(prove(&world, Whose::Everybody)).second_opinion, None);
}

#[test]
fn a_plan_foresees_from_the_aggregates_and_the_evidence_from_the_census() {
    let world = World::new(Preset::Documented);
    let executor = world.executor();
    let planned = world.plan(&executor);
    let first = |finding: &&emeritus::finding::Finding| finding.text.starts_with("archive first");
    let told = planned.plan.findings.iter().find(first).expect("all of it goes within 100 days");
    assert!(told.text.contains("go within 90 days (100 days of retention"), "{}", told.text);
    let report = world.start(&executor, planned, emeritus::Recheck::WhenOld).unwrap();
    let forecast = file(&report.evidence_dir.join("evidence.json"))["forecast"].clone();
    assert_eq!((&forecast["conversations"], &forecast["retention_days"]), (&30.into(), &100.into()));
    let page = std::fs::read_to_string(report.evidence_dir.join("report.html")).unwrap();
    assert!(page.contains("What the vendor will drop") && page.contains("keeps conversations for 100 days"));
    assert!(page.contains("Conversations by month, ") && page.contains("30 conversations in "), "{page}");
    later(&world, 31);
    let later = only(prove(&world, Whose::Due)).forecast.unwrap();
    assert!(later.dropped > 0 && later.next_drop.is_some(), "{later:?}");
    // Without the right to ask there is nothing to foresee, and a plan all the same.
    let limited = World::new(Preset::Documented);
    limited.emulator.deny(&["analytics:conversationAggregate:view"]);
    let plan = limited.plan(&limited.executor()).plan;
    assert!(!plan.findings.iter().any(|finding| first(&finding)) && !plan.steps.is_empty());
}

#[test]
fn a_name_that_is_not_stated_any_more_is_not_altered_and_another_one_is() {
    let world = World::new(Preset::Documented);
    let sample = world.emulator.conversations_of(&world.ada)[20].clone();
    let named = world.emulator.conversation(&sample).unwrap();
    let put = |name: Option<&str>| {
        let mut record = named.clone();
        record["conversationId"] = "0f0a4f6e-5a4c-4a56-9a44-0c4f7f6f0a13".into();
        for participant in record["participants"].as_array_mut().unwrap() {
            if participant["userId"] == world.ada.as_str() {
                match name {
                    Some(name) => participant["participantName"] = name.into(),
                    None => drop(participant.as_object_mut().unwrap().remove("participantName")),
                }
            }
        }
        world.emulator.add_conversation(&record).unwrap();
    };
    put(Some("Ada Lovelace"));
    world.retire().unwrap();
    put(None);
    let proof = only(prove(&world, Whose::Everybody));
    assert_eq!((&proof.verdict, proof.not_compared.name), (&LaterVerdict::Intact, 1));
    assert_eq!(proof.not_known_words().len(), 1, "{proof:?}");
    put(Some("Deleted User"));
    let proof = only(prove(&world, Whose::Everybody));
    let LaterVerdict::Broken { altered, nameless, .. } = &proof.verdict else { panic!("{proof:?}") };
    assert_eq!((altered.count, *nameless, proof.not_compared.name), (1, 1, 0));
}
