//! Every bug of the tutorial's script, and every claim of the two seed documents that bears on behaviour, as a test.
//! The letters are those of the catalogue in `docs/vendor.md`.

use emeritus::census::Verdict;
use emeritus::event::{Event, FailureCode, Outcome, Sight};
use emeritus::later::LaterVerdict;
use genesys_emulator::{FaultKind, FaultRule, Preset};

use crate::world::{Attempt, World, file, line};

const USER: &str = "/api/v2/users/*";

fn with_fault(preset: Preset, deletes: bool, rule: FaultRule) -> World {
    let world = World::small(preset);
    let world = if deletes { world.deleting() } else { world };
    world.emulator.fault(rule);
    world
}

/// Bug a: "was NOT deleted due to error", printed after a timeout past the commit.
#[test]
fn seed_a_a_lost_answer_to_a_delete_is_never_called_not_deleted() {
    let rule = FaultRule::new(FaultKind::HangAfterCommit(std::time::Duration::from_mins(30)));
    let world = with_fault(Preset::Documented, true, rule.on("DELETE", USER));
    let report = world.retire().unwrap();
    assert_eq!(world.emulator.faults_fired().len(), 1);
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    assert_eq!(world.truth().state, "deleted");
    let deletes = world
        .effects()
        .iter()
        .filter(|request| line(request) == format!("DELETE /api/v2/users/{}", world.ada))
        .count();
    assert_eq!(deletes, 1, "it was looked at, not sent again");
}

/// Bug b: after three 429 the deactivation falls through, and an active user is deleted.
#[test]
fn seed_b_an_exhausted_cut_never_falls_through_to_the_delete() {
    let rule = FaultRule::new(FaultKind::TooManyRequests { retry_after: Some(1) });
    let world = with_fault(Preset::Documented, true, rule.on("PATCH", USER).always());
    let before = world.truth();
    let report = world.retire().unwrap();
    assert!(world.emulator.faults_fired().len() >= 3);
    assert_eq!(report.state.outcome(), Some(Outcome::Failed));
    assert_eq!(world.truth(), before);
    assert!(!world.effects().iter().any(|request| request.method == "DELETE"));
}

/// Bug c: `max_retries` is not defined when the user is already inactive.
#[test]
fn seed_c_somebody_already_inactive_is_deleted_without_a_crash() {
    let world = World::small(Preset::Documented).deleting();
    let mary = world.emulator.user("Mary").email("mary@example.test").inactive().add();
    let now = world.emulator.clock().now();
    world.emulator.give_history(
        &mary,
        3,
        now - jiff::SignedDuration::from_hours(200),
        now - jiff::SignedDuration::from_hours(9),
    );
    world.emulator.fault(
        FaultRule::new(FaultKind::TooManyRequests { retry_after: Some(1) }).on("DELETE", USER).times(2),
    );
    let executor = world.executor();
    let who = emeritus::Who::parse("mary@example.test").unwrap();
    let planned = world.run(executor.plan(&who, world.policy.clone(), None)).unwrap();
    let report = world.start(&executor, planned, emeritus::Recheck::WhenOld).unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    assert_eq!(world.emulator.truth(&mary).unwrap().state, "deleted");
    assert_eq!(world.emulator.faults_fired().len(), 2);
}

/// Bug d: no records, "integrity check passed (vacuously)".
#[test]
fn seed_d_finding_nothing_is_not_a_proof() {
    let world = World::with(Preset::Documented, 0);
    let report = world.retire().unwrap();
    assert_eq!(report.state.last_proof().unwrap().verdict, Verdict::NoHistoryFound);
    let evidence = std::fs::read_to_string(report.evidence_dir.join("evidence.json")).unwrap();
    assert!(evidence.contains("no-history-found") || evidence.contains("no_history_found"));
    assert!(!evidence.contains("\"verdict\": \"intact\""));
}

/// Bug d, blind: when the control sees nothing either, there is no statement, and nothing is deleted on it.
#[test]
fn seed_d_a_blind_client_deletes_nobody() {
    let world = World::with(Preset::Documented, 0).deleting();
    for person in world.emulator.user_ids() {
        for id in world.emulator.conversations_of(&person) {
            world.emulator.remove_conversation(&id);
        }
    }
    let report = world.retire().unwrap();
    let (_, failure) = report.state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::NotComparable);
    assert_eq!(world.truth().state, "inactive");
}

/// Bug e: the proof is five records of the last thirty days.
#[test]
fn seed_e_the_proof_covers_every_conversation_of_the_whole_window() {
    let world = World::with(Preset::Documented, 230);
    let report = world.retire().unwrap();
    let proof = report.state.last_proof().unwrap();
    assert_eq!((proof.before.conversations, proof.after.conversations), (230, 230));
    let oldest = world.emulator.conversations_of(&world.ada)[0].clone();
    world.emulator.remove_conversation(&oldest);
    let again = world.run(world.executor().prove(report.state.run())).unwrap();
    assert!(matches!(again.verdict, LaterVerdict::Broken { missing, .. } if missing.count == 1));
}

/// Bug f: a 404 on DELETE counts as success.
#[test]
fn seed_f_a_404_on_delete_is_looked_at() {
    let world =
        with_fault(Preset::Documented, true, FaultRule::new(FaultKind::NotFound404).on("DELETE", USER));
    let report = world.retire().unwrap();
    assert_eq!(world.emulator.faults_fired().len(), 1);
    // The account is still there, so the run may not say that it is deleted.
    assert_eq!(world.truth().state, "inactive");
    assert_ne!(report.state.outcome(), Some(Outcome::Verified));
    let (_, failure) = report.state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::NotSeen);
}

/// Bug g: no proof after the delete.
#[test]
fn seed_g_history_is_proved_after_the_delete() {
    let world = World::small(Preset::Documented).deleting();
    world.retire().unwrap();
    let records = world.records();
    let seen =
        |wanted: &dyn Fn(&Event) -> bool| records.iter().rposition(|record| wanted(&record.event)).unwrap();
    let deleted = seen(&|event| {
        matches!(event, Event::Observed { sight: Sight::Applied, facts, .. }
        if facts.get("state").is_some_and(|state| state == "deleted"))
    });
    assert!(seen(&|event| matches!(event, Event::Proved { .. })) > deleted);
}

/// Claim A2, B30: DELETE answers 204 or 200 with an empty object; both are success.
#[test]
fn claim_a2_a_delete_may_answer_200_or_204() {
    for answer in ["empty-object-200", "no-content-204"] {
        let world = World::small(Preset::Documented).deleting();
        let set = world.emulator.set_switch("delete_answer", answer);
        assert!(set.is_ok(), "{set:?}");
        assert_eq!(world.retire().unwrap().state.outcome(), Some(Outcome::Verified));
    }
}

/// Claim A3 against B18: whether a delete severs history is not believed either way, but looked at.
#[test]
fn claim_a3_whether_history_survives_is_observed_in_both_worlds() {
    for (preset, outcome) in
        [(Preset::Documented, Outcome::Verified), (Preset::AsReported, Outcome::ProofBroken)]
    {
        let report = World::small(preset).deleting().retire().unwrap();
        assert_eq!(report.state.outcome(), Some(outcome));
    }
}

/// Claim A6: deactivating removes all roles; that is foretold, and the snapshot has them.
#[test]
fn claim_a6_roles_lost_by_the_cut_are_in_the_snapshot_and_foretold() {
    let world = World::small(Preset::Documented);
    let roles = world.truth().grants.len();
    let report = world.retire().unwrap();
    assert!(world.truth().grants.is_empty());
    assert_eq!(report.state.snapshot().grants.known().unwrap().len(), roles);
    assert!(report.state.plan().to_string().contains("lost with the cut"));
}

/// Claims B10, B17: a 409 "in use" is not a version clash; a 409 about the version is.
#[test]
fn claim_b17_in_use_and_version_clash_are_told_apart() {
    let in_use = with_fault(Preset::Documented, false, FaultRule::new(FaultKind::InUse409).on("PATCH", USER));
    let report = in_use.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified));
    let code = |record: &emeritus::event::Record| {
        if let Event::Answered { answer: emeritus::event::Answer::Refused(failure), .. } = &record.event {
            Some(failure.code)
        } else {
            None
        }
    };
    let codes: Vec<_> = in_use.records().iter().filter_map(code).collect();
    assert_eq!(codes, [FailureCode::InUse]);
    // Queues went first after that.
    let changes = in_use.changes();
    assert!(changes[0].contains("/members/"), "{changes:#?}");
}

/// Claim B16: a 412 is a version clash: read again, send with the new version.
#[test]
fn claim_b16_412_and_400_about_the_version_are_read_again() {
    for kind in [FaultKind::VersionClash412, FaultKind::VersionClash400] {
        let world = with_fault(Preset::Documented, false, FaultRule::new(kind).on("PATCH", USER).times(3));
        assert_eq!(world.retire().unwrap().state.outcome(), Some(Outcome::Verified));
        assert_eq!(world.emulator.faults_fired().len(), 3);
    }
}

/// Claim B27: what is missing is a permission in a role, named by the vendor, not a scope.
#[test]
fn claim_b27_a_missing_permission_is_named() {
    let rule = FaultRule::new(FaultKind::Forbidden403 { permission: "directory:user:delete".to_owned() });
    let world = with_fault(Preset::Documented, true, rule.on("DELETE", USER));
    let report = world.retire().unwrap();
    let (_, failure) = report.state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::Forbidden);
    assert!(failure.detail.contains("directory:user:delete"), "{}", failure.detail);
}

/// Claim B36: the first hit of a search is taken.
#[test]
fn claim_b36_two_matches_retire_nobody() {
    let world = World::small(Preset::Documented);
    world.emulator.user("Ada Byron").email(crate::world::EMAIL).inactive().add();
    let executor = world.executor();
    let attempt = world.run(world.retirement(&executor));
    assert!(matches!(attempt, Attempt::NotPlanned), "{attempt:?}");
    assert!(world.effects().is_empty());
}

/// Everything made against the emulator says so.
#[test]
fn evidence_of_an_emulated_organization_says_so() {
    let world = World::small(Preset::Documented);
    let report = world.retire().unwrap();
    assert_eq!(file(&report.evidence_dir.join("evidence.json"))["emulated"], true);
    let page = std::fs::read_to_string(report.evidence_dir.join("report.html")).unwrap();
    assert!(page.to_lowercase().contains("emulated"));
}

/// A refusal that names a permission with "queue" in it is not "in use".
#[test]
fn a_missing_permission_about_queues_is_not_called_in_use() {
    let rule = FaultRule::new(FaultKind::Forbidden403 { permission: "routing:queue:edit".to_owned() });
    let world =
        with_fault(Preset::Documented, false, rule.on("DELETE", "/api/v2/routing/queues/*/members/*"));
    let report = world.retire().unwrap();
    let (_, failure) = report.state.stuck().unwrap();
    assert_eq!(failure.code, FailureCode::Forbidden);
    assert!(!failure.detail.contains("in use"), "{}", failure.detail);
    assert!(failure.detail.contains("routing:queue:edit"), "{}", failure.detail);
}
