//! What an inventory finds is what was planted, and what it may not see it calls unknown.

use std::collections::BTreeSet;

use emeritus::Who;
use emeritus::finding::Severity;
use emeritus::holding::Kind;
use emeritus::id::UserId;
use emeritus::inventory::{Inventory, Named, Proficiency, Via, Why};
use emeritus::plan::{Approval, ApprovalError, Means, Stated};
use emeritus::policy::{LiveWork, Policy, Strictness};
use genesys_emulator::Preset;
use jiff::SignedDuration;

use crate::world::World;

/// Everything in an inventory, as kind and id.
pub(crate) fn found(inventory: &Inventory) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let mut add = |kind: Kind, id: &str| {
        all.insert((kind.name().to_owned(), id.to_owned()));
    };
    let grants = inventory.grants.known().into_iter().flatten();
    for grant in grants.filter(|grant| grant.via == Via::Direct) {
        add(Kind::Roles, &format!("{}/{}", grant.role.id, grant.division.id));
    }
    for queue in inventory.queues.known().into_iter().flatten() {
        add(Kind::Queues, queue.queue.id.as_str());
    }
    let levels = |held: Option<&Vec<Proficiency>>| -> Vec<String> {
        held.into_iter().flatten().map(|held| held.skill.id.to_string()).collect()
    };
    levels(inventory.skills.known()).iter().for_each(|id| add(Kind::Skills, id));
    levels(inventory.languages.known()).iter().for_each(|id| add(Kind::Languages, id));
    for group in inventory.groups.known().into_iter().flatten() {
        add(Kind::Groups, group.id.as_str());
    }
    for person in inventory.direct_reports.known().into_iter().flatten() {
        add(Kind::DirectReports, person.id.as_str());
    }
    let stations = inventory.stations.known().cloned().unwrap_or_default();
    let slots = [("associated", stations.associated), ("default", stations.default)];
    for (slot, station) in slots {
        let id = |station: Named<_>| format!("{slot}:{}", emeritus::id::StationId::as_str(&station.id));
        station.map(id).iter().for_each(|id| add(Kind::Stations, id));
    }
    for kind in inventory.held.keys() {
        let things = inventory.things(*kind).unwrap_or_default();
        things.iter().filter(|thing| thing.is_on()).for_each(|thing| add(*kind, &thing.id));
    }
    all
}

fn planted(world: &World, person: &str) -> BTreeSet<(String, String)> {
    let all = world.emulator.planted(person).into_iter();
    all.map(|planted| (planted.kind.to_owned(), planted.id)).collect()
}

fn collected(world: &World, person: &str) -> Inventory {
    let executor = world.executor();
    world.run(executor.collect(&UserId::parse(person.to_owned()).unwrap())).unwrap()
}

fn drains() -> Policy {
    Policy { live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) }, ..Policy::default() }
}

#[test]
fn an_inventory_of_the_heaviest_person_finds_everything_that_was_planted_and_nothing_else() {
    for preset in [Preset::Documented, Preset::AsReported] {
        let world = World::small(preset);
        let person = world.emulator.heaviest_person();
        let inventory = collected(&world, &person);
        assert_eq!(inventory.unknown_parts(), [], "{preset}");
        let (planted, found) = (planted(&world, &person), found(&inventory));
        let kinds: BTreeSet<_> = planted.iter().map(|(kind, _)| kind.clone()).collect();
        assert!(kinds.len() >= 30, "{preset}: only {kinds:?} were planted");
        let missing: Vec<_> = planted.difference(&found).collect();
        let invented: Vec<_> = found.difference(&planted).collect();
        assert!(
            missing.is_empty() && invented.is_empty(),
            "{preset}: missing {missing:#?}, invented {invented:#?}"
        );
    }
}

#[test]
fn every_part_says_when_it_was_read_and_by_which_permission() {
    let world = World::small(Preset::Documented);
    let inventory = collected(&world, &world.emulator.heaviest_person());
    for kind in Kind::ALL {
        let reading = inventory.readings.get(kind.label()).unwrap_or_else(|| panic!("{kind} has no reading"));
        assert!(reading.at >= inventory.taken_at, "{kind}");
    }
    assert_eq!(inventory.readings["phone"].permission, "telephony:plugin:all");
    assert_eq!(inventory.readings["role grants"].permission, "authorization:grant:view");
}

#[test]
fn what_a_missing_permission_hides_is_unknown_and_stops_a_strict_plan() {
    let denied = [
        ("voicemail:mailbox:viewOther", Kind::Voicemail),
        ("authorization:orgTrustor:view", Kind::Trustors),
        ("architect:dependencyTracking:view", Kind::Flows),
    ];
    let world = World::small(Preset::Documented);
    let person = world.emulator.heaviest_person();
    world.emulator.deny(&denied.map(|(permission, _)| permission));
    let inventory = collected(&world, &person);
    let mut unknown = inventory.unknown_parts();
    unknown.sort_by_key(|(part, _)| *part);
    let mut expected = denied.map(|(permission, kind)| (kind.label(), permission));
    expected.sort_unstable();
    assert_eq!(unknown.len(), expected.len(), "{unknown:?}");
    for ((part, why), (label, permission)) in unknown.iter().zip(expected) {
        assert_eq!(*part, label);
        let Why::Forbidden { permissions } = why else { panic!("{part}: {why:?}") };
        assert!(permissions.iter().any(|named| named == permission), "{part}: {permissions:?}");
        assert!(!inventory.readings.contains_key(*part), "{part} was read after all");
    }
    let hidden: BTreeSet<_> = denied.iter().map(|(_, kind)| kind.name().to_owned()).collect();
    let seen: BTreeSet<_> =
        planted(&world, &person).into_iter().filter(|(kind, _)| !hidden.contains(kind)).collect();
    assert_eq!(found(&inventory), seen, "the rest is found all the same");

    let who = Who::Id(UserId::parse(person).unwrap());
    let executor = world.executor();
    let strict = Policy { unknown: Strictness::Block, ..drains() };
    let planned = world.run(executor.plan(&who, strict, None)).unwrap();
    let text = planned.plan.to_string();
    for (permission, kind) in denied {
        let said = format!("{}: unknown, needs permission {permission}", kind.label());
        let fatal = planned.plan.findings.iter().find(|finding| finding.text == said);
        assert_eq!(fatal.map(|finding| finding.severity), Some(Severity::Fatal), "{text}");
    }
    let approval = Approval {
        digest: planned.plan.digest().unwrap(),
        by: "a test".to_owned(),
        at: world.emulator.clock().now(),
        means: Means::Flag,
        operator: None,
        stated: Stated::default(),
    };
    let refused = planned.plan.approve(approval).unwrap_err();
    assert!(matches!(refused, ApprovalError::Fatal { count: 3, .. }), "{refused:?}");
    let lenient = world.run(executor.plan(&who, drains(), None)).unwrap();
    assert!(!emeritus::planner::is_blocked(&lenient.plan), "{}", lenient.plan);
}

#[test]
fn an_index_that_is_still_being_built_is_not_taken_for_all_there_is() {
    let world = World::small(Preset::Documented);
    let person = world.emulator.heaviest_person();
    world.emulator.set_switch("dependency_tracking", "building").unwrap();
    let inventory = collected(&world, &person);
    assert!(
        matches!(inventory.unknown_parts()[..], [("flow", Why::StillBuilding { .. })]),
        "{:?}",
        inventory.unknown_parts()
    );
}
