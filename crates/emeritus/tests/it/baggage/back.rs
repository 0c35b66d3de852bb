//! There and back: retired, restored, and equal to before but for what was foretold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use emeritus::event::{Event, Outcome};
use emeritus::holding::Kind;
use emeritus::policy::{Policy, Treatment};
use emeritus::{Notice, Recheck};
use genesys_emulator::{FaultKind, FaultRule, Occurrence, Preset, Switches};

use super::{heavy, other_values, same, settled, takes_everything};
use crate::world::World;

/// Retires and restores, and says what differs from before.
fn there_and_back(world: &World, context: &str) {
    let before = world.emulator.organization_truth();
    let retired = world.retire().unwrap_or_else(|error| panic!("{context}: {error:?}"));
    assert!(
        retired.state.outcome().is_some(),
        "{context}: the retirement is stuck: {:?}",
        retired.state.stuck()
    );
    assert_ne!(
        retired.state.outcome(),
        Some(Outcome::Failed),
        "{context}: the retirement turned back: {:?}\n{}",
        retired.state.unwinding(),
        retired.state.plan()
    );
    let foretold = &retired.state.plan().losses;
    for part in ["tokens and sessions", "presence", "licence"] {
        assert!(foretold.iter().any(|loss| loss.part == part), "{context}: {part} was not foretold");
    }
    let restored = world.restore(retired.state.run()).unwrap_or_else(|error| panic!("{context}: {error:?}"));
    assert_eq!(
        restored.state.outcome(),
        Some(Outcome::Verified),
        "{context}: stuck {:?}, differences {:#?}\n{}",
        restored.state.stuck(),
        restored.state.differences(),
        restored.state.plan()
    );
    let after = settled(world.emulator.organization_truth(), &world.ada, foretold);
    same(&after, &settled(before, &world.ada, foretold), context);
}

#[test]
fn a_person_with_everything_is_kept_and_comes_back_exactly() {
    for preset in [Preset::Documented, Preset::AsReported] {
        for policy in [Policy::default(), takes_everything()] {
            let mut world = heavy(preset);
            world.policy = policy;
            there_and_back(&world, &format!("{preset} keep"));
        }
    }
}

#[test]
fn a_person_with_everything_is_deleted_and_comes_back_exactly() {
    for preset in [Preset::Documented, Preset::AsReported] {
        for policy in [Policy::default(), takes_everything()] {
            let mut world = heavy(preset);
            world.policy = policy;
            there_and_back(&world.deleting(), &format!("{preset} delete"));
        }
    }
}

#[test]
fn whatever_the_vendor_leaves_open_a_person_comes_back_exactly() {
    let values = other_values(&Switches::of(Preset::Documented));
    assert!(values.len() > 50, "only {values:?}");
    for (name, value) in values {
        for deletes in [false, true] {
            let mut world = heavy(Preset::Documented);
            world.policy = takes_everything();
            world.emulator.set_switch(name, &value).unwrap();
            if name == "out_of_office_of_others_refused" && value == "true" {
                // The vendor declares this refusal, so a policy leaves the notice alone.
                world.policy.treatments.insert(Kind::OutOfOffice, Treatment::Keep);
            }
            let world = if deletes { world.deleting() } else { world };
            there_and_back(&world, &format!("{name} = {value}, deletes {deletes}"));
        }
    }
}

#[test]
fn a_notice_of_absence_that_the_vendor_lets_nobody_else_change_is_named_and_the_rest_is_done() {
    let mut world = heavy(Preset::Documented);
    world.policy = takes_everything();
    world.emulator.set_switch("out_of_office_of_others_refused", "true").unwrap();
    let retired = world.retire().unwrap();
    let (place, failure) = retired.state.stuck().expect("a person is asked");
    let kind = retired.state.kind(*place).unwrap().to_string();
    assert_eq!((kind.as_str(), failure.status), ("release out of office", Some(403)));
    let truth = world.truth();
    assert_eq!((truth.state.as_str(), truth.phones.len(), truth.queues.len()), ("inactive", 0, 0));
}

#[test]
fn what_is_still_there_is_not_given_a_second_time() {
    let mut world = heavy(Preset::Documented);
    // Nothing is taken but by the vendor, and nobody can read what hangs on a deleted account.
    let kept = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Roles);
    world.policy.treatments = kept.map(|kind| (kind, Treatment::Keep)).collect();
    world.emulator.set_switch("parts_of_deleted", "not-found").unwrap();
    let world = world.deleting();
    let retired = world.retire().unwrap();
    assert_eq!(world.truth().state, "deleted", "{:?}", retired.state.stuck());
    world.emulator.forget_requests();
    let restored = world.restore(retired.state.run()).unwrap();
    assert_eq!(restored.state.outcome(), Some(Outcome::Verified), "{:?}", restored.state.stuck());
    let planned = restored.state.plan().steps.iter().filter(|step| step.kind.is_effect()).count();
    let sent: Vec<_> = world.effects().iter().map(crate::world::line).collect();
    let given = ["/members", "routingskills", "routinglanguages", "utilization", "callforwarding", "/phones"];
    assert!(planned > 10, "what could not be read is planned to be given back: {planned}");
    assert!(!sent.iter().any(|line| given.iter().any(|part| line.contains(part))), "{sent:#?}");
}

#[test]
fn a_difference_that_nobody_foretold_keeps_a_restore_from_being_called_verified() {
    let mut world = heavy(Preset::Documented);
    world.policy = takes_everything();
    let retired = world.retire().unwrap();
    let run = retired.state.run().clone();
    let (emulator, once) = (world.emulator.clone(), AtomicBool::new(false));
    // When the team was seen to be theirs again, somebody deletes it.
    let executor = world.executor_watched(Arc::new(move |notice: &Notice<'_>| {
        let Notice::Event(record) = notice else { return };
        let again = matches!(&record.event, Event::Observed { facts, .. } if facts.get("held").is_some_and(|held| held == "true"));
        if again && !once.swap(true, Ordering::SeqCst) {
            assert!(emulator.delete_team("Difference"));
        }
    }));
    let planned = world.run(executor.plan_restore(Some(&run), None, world.policy.clone())).unwrap();
    let restored = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(restored.state.outcome(), Some(Outcome::WrittenNotVerified), "{:?}", restored.state.stuck());
    let surprise = restored.state.differences().iter().find(|found| found.field == "team").unwrap();
    assert!(!surprise.foretold, "{surprise:?}");
}

#[test]
fn what_one_list_lacks_is_not_left_out_of_a_restore() {
    for preset in [Preset::Documented, Preset::AsReported] {
        // The list is read for what the person holds now, and to see whether their team is still there.
        for reading in [1, 2] {
            let mut world = heavy(preset);
            world.policy = takes_everything();
            let retired = world.retire().unwrap();
            // It states no total that would show that its end is missing.
            let mut rule = FaultRule::new(FaultKind::MissingLastPage).on("GET", "/api/v2/teams");
            rule.matching.occurrence = Occurrence::Numbers(vec![reading]);
            world.emulator.fault(rule);
            let restored = world.restore(retired.state.run()).unwrap();
            assert_eq!(world.emulator.faults_fired().len(), 1, "{preset} {reading}");
            let plan = restored.state.plan();
            assert_eq!(restored.state.outcome(), Some(Outcome::Verified), "{preset} {reading}: {plan}");
            assert_eq!(world.truth().team.as_deref(), Some("Difference"), "{preset} {reading}");
        }
    }
}
