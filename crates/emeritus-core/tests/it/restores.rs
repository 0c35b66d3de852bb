//! What a retirement takes, a restore gives back: everything but what was said to be lost, in an order that works.

use emeritus_core::event::Outcome;
use emeritus_core::holding::Kind;
use emeritus_core::inventory::{Inventory, Part};
use emeritus_core::plan::{Plan, StationSlot};
use emeritus_core::planner::is_blocked;
use emeritus_core::policy::{Mode, Policy};
use insta::assert_snapshot;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::person::{With as _, ada, approved, colleague, planned, restored};
use crate::plans::fatal_codes;
use crate::rehearsal::{Rehearsal, ended};
use crate::scenario::{bound, things, treatments};
use crate::world::World;

fn played(plan: &Plan, snapshot: &Inventory, world: World) -> Rehearsal {
    let mut run = Rehearsal::begin(&approved(plan), snapshot, world, Vec::new());
    run.run(bound(plan));
    run
}

/// What the plan does, a line each.
fn steps(plan: &Plan) -> String {
    plan.steps.iter().map(|step| step.kind.to_string()).collect::<Vec<_>>().join("\n")
}

/// Ada with one thing of every kind that can be released.
fn holder() -> Inventory {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.can_be_released() && *kind != Kind::Roles);
    let mut ada = kinds.fold(ada(), |ada, kind| ada.with(kind, "One"));
    ada.manager = Part::Known(Some(colleague("Grace")));
    ada
}

prop_compose! {
    fn person()(
        things in things(0..8),
        queues in proptest::collection::vec(any::<bool>(), 0..3),
        default in any::<bool>(),
        in_use in any::<bool>(),
        has_manager in any::<bool>(),
    ) -> Inventory {
        let mut person = ada();
        for (joined, name) in queues.into_iter().zip(["Billing", "Claims"]) {
            person = person.in_queue(name, joined);
        }
        for (kind, name) in things {
            person = person.with(kind, name);
        }
        let named = |held| if held { "Desk 4" } else { "" };
        person.manager = Part::Known(has_manager.then(|| colleague("Grace")));
        person.at_stations(named(in_use), named(default))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn whatever_was_taken_is_given_back(person in person(), treatments in treatments(), deletes in any::<bool>()) {
        let mode = if deletes { Mode::Delete { hold: SignedDuration::ZERO } } else { Mode::Keep };
        let retirement = planned(&person, &Policy { mode, treatments, ..Policy::default() });
        let before = World::of(&person, 3);
        let retired = played(&retirement, &person, before.clone());
        prop_assert_eq!(ended(&retired), Some(Outcome::Verified));

        let read = retired.world.read(&person);
        let plan = restored(&person, &read);
        prop_assert!(!is_blocked(&plan));
        let run = played(&plan, &read, retired.world);
        prop_assert_eq!(ended(&run), Some(Outcome::Verified));
        let mut aim = before.clone();
        // What is foretold not to come back.
        aim.tokens = false;
        aim.stations.retain(|slot, _| *slot == StationSlot::Default);
        prop_assert_eq!(&run.world, &aim, "after {}", steps(&plan));
        prop_assert!(retirement.losses.iter().any(|loss| loss.part == "tokens and sessions"));

        let again = restored(&person, &run.world.read(&person));
        prop_assert_eq!(steps(&again), "", "a second restore finds nothing to do");
    }
}

#[test]
fn what_others_rest_on_is_given_back_first() {
    let snapshot = holder();
    let current = ada().inactive();
    let plan = restored(&snapshot, &current);
    assert_snapshot!(steps(&plan), @r"
    set state inactive -> active
    grant Agent in Sales
    join group One
    give back team One
    give back phone One
    give back direct number One
    give back extension One
    set default station One
    join queue One
    take work from queue One
    set 1 skill(s)
    set 1 language(s)
    give back utilization One
    give back direct routing backup One
    give back call forwarding One
    give back out of office One
    give back group ownership One
    give back work item One
    give back direct reports One
    set manager Grace
    compare with the snapshot, field by field
    ");
    assert_eq!(fatal_codes(&plan), []);
}
