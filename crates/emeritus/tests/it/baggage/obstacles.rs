//! What has changed by the time somebody is put back: named beforehand, left alone, and no surprise afterwards.

use emeritus::event::Outcome;
use emeritus::finding::{FindingCode, Severity};
use emeritus::id::RunId;
use emeritus::{Planned, Recheck, Who};
use genesys_emulator::Preset;

use super::{heavy, takes_everything};
use crate::world::{EMAIL, World};

fn retired(world: &World) -> RunId {
    let report = world.retire().unwrap();
    assert_eq!(report.state.outcome(), Some(Outcome::Verified), "{:?}", report.state.stuck());
    report.state.run().clone()
}

fn planned(world: &World, run: &RunId) -> Planned {
    let executor = world.executor();
    world.run(executor.plan_restore(Some(run), None, world.policy.clone())).unwrap()
}

#[test]
fn what_is_gone_or_somebody_elses_by_now_is_named_left_alone_and_foretold() {
    let mut world = heavy(Preset::Documented);
    world.policy = takes_everything();
    let run = retired(&world);
    let emulator = &world.emulator;
    let other = emulator.user("Zoe").email("zoe@example.test").add();
    emulator.give_number("+493055501", &other);
    emulator.give_extension("1815", &other);
    assert!(emulator.delete_queue("returns"));
    assert!(emulator.delete_group("Book club"));
    assert!(emulator.delete_team("Difference"));
    let planned = planned(&world, &run);
    let text = planned.plan.to_string();
    for (part, name, because) in [
        ("direct number", "+493055501", "somebody else's by now"),
        ("extension", "1815", "somebody else's by now"),
        ("queues", "returns", "deleted since"),
        ("groups", "Book club", "deleted since"),
        ("group ownership", "Book club", "deleted since"),
        ("team", "Difference", "deleted since"),
    ] {
        let loss = planned.plan.losses.iter().find(|loss| loss.part == part && loss.name == name);
        let loss = loss.unwrap_or_else(|| panic!("{part} {name} is not named: {text}"));
        assert!(loss.because.contains(because), "{loss}");
        assert!(
            !planned.plan.steps.iter().any(|step| step.kind.to_string().contains(&format!(" {name}"))),
            "{text}"
        );
    }
    let executor = world.executor();
    let restored = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(
        restored.state.outcome(),
        Some(Outcome::Verified),
        "{:?} {:#?}",
        restored.state.stuck(),
        restored.state.differences()
    );
    let differ: Vec<_> = restored.state.differences().iter().map(|found| found.field.as_str()).collect();
    for field in ["direct number", "extension", "queues", "groups", "group ownership", "team"] {
        assert!(differ.contains(&field), "{field} is not among {differ:?}");
    }
    assert_eq!(world.emulator.truth(&other).unwrap().numbers, ["+493055501"], "nobody loses what is theirs");
}

#[test]
fn somebody_who_reports_to_another_by_now_is_not_taken_back() {
    let mut world = heavy(Preset::Documented);
    world.policy = takes_everything();
    let run = retired(&world);
    let client = world.client();
    let bea = world
        .emulator
        .user_ids()
        .into_iter()
        .find(|id| world.emulator.truth(id).is_some_and(|truth| truth.email == "bea@example.test"));
    let (bea, zoe) = (bea.unwrap(), world.emulator.user("Zoe").email("zoe@example.test").add());
    let version = i64::from(world.emulator.truth(&bea).unwrap().version);
    world.run(client.writer().send(&genesys::Effect::set_manager(&bea, version, Some(&zoe)))).unwrap();
    let planned = planned(&world, &run);
    let loss = planned.plan.losses.iter().find(|loss| loss.part == "direct reports").expect("it is named");
    assert!(loss.because.contains("somebody else by now"), "{loss}");
    let executor = world.executor();
    let restored = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(restored.state.outcome(), Some(Outcome::Verified), "{:#?}", restored.state.differences());
    assert_eq!(world.emulator.truth(&bea).unwrap().manager.as_deref(), Some(zoe.as_str()));
}

#[test]
fn a_twin_with_the_same_address_keeps_the_first_account_from_coming_back() {
    let world = heavy(Preset::Documented).deleting();
    let run = retired(&world);
    let twin = world.emulator.user("Ada Lovelace").email(EMAIL).add();
    world.emulator.clock().advance(std::time::Duration::from_secs(600));
    let planned = planned(&world, &run);
    let fatal = planned.plan.findings.iter().find(|finding| finding.severity == Severity::Fatal);
    let fatal = fatal.expect("a twin is fatal");
    assert_eq!(fatal.code, FindingCode::TwinAccount);
    assert!(fatal.text.contains(&twin), "{}", fatal.text);
}

#[test]
fn a_rehire_revives_the_account_that_exists_although_no_run_of_ours_deleted_it() {
    let world = World::small(Preset::Documented);
    let gone = world.emulator.user("Emmy Noether").email("emmy@example.test").deleted().add();
    world.emulator.clock().advance(std::time::Duration::from_secs(600));
    let executor = world.executor();
    let who = Who::parse("emmy@example.test").unwrap();
    let planned = world.run(executor.plan_revival(&who, world.policy.clone())).unwrap();
    assert_eq!(planned.plan.subject.id.as_str(), gone);
    let people = world.emulator.user_ids().len();
    let ran = world.start(&executor, planned, Recheck::WhenOld).unwrap();
    assert_eq!(ran.state.outcome(), Some(Outcome::Verified), "{:?}", ran.state.stuck());
    assert_eq!(world.emulator.truth(&gone).unwrap().state, "active");
    assert_eq!(world.emulator.user_ids().len(), people, "no twin was made");
}
