//! What a retirement takes, a restore gives back: everything but what was said to be lost, in an order that works.

use emeritus_core::event::Outcome;
use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::holding::{Kind, Loss, Thing};
use emeritus_core::inventory::{Inventory, Part, Stations};
use emeritus_core::plan::{Plan, Purpose, StationSlot};
use emeritus_core::plan_revival;
use emeritus_core::planner::{Survey, is_blocked};
use emeritus_core::policy::{Mode, Policy};
use insta::assert_snapshot;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;

use crate::person::{
    With as _, ada, approved, colleague, forbidden, history, now, planned, restored, station, surveyed,
};
use crate::plans::{fatal_codes, text};
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
    join queue One
    take work from queue One
    join group One
    give back team One
    give back phone One
    give back direct number One
    give back extension One
    set default station One
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

fn obstacle(part: &str, id: &str) -> Loss {
    Loss {
        part: part.to_owned(),
        id: id.to_owned(),
        name: "One".into(),
        because: "is somebody else's by now".to_owned(),
    }
}

/// The part and the id under which a survey names one of the holder's things.
fn named(kind: Kind) -> (&'static str, String) {
    let own = [
        (Kind::Stations, "s"),
        (Kind::Queues, "q"),
        (Kind::Groups, "g"),
        (Kind::Skills, "k"),
        (Kind::Languages, "k"),
        (Kind::DirectReports, "u"),
    ];
    let own = own.into_iter().find(|(own, _)| *own == kind);
    let id = format!("{}-one", own.map_or_else(|| kind.name(), |(_, letter)| letter));
    (kind.label(), id)
}

#[test]
fn what_stands_in_the_way_of_one_thing_keeps_back_that_thing_and_is_named() {
    let (snapshot, current) = (holder(), ada().inactive());
    let whole = restored(&snapshot, &current);
    for kind in Kind::ALL.into_iter().filter(|kind| kind.can_be_released() && *kind != Kind::Roles) {
        let (part, id) = named(kind);
        for id in [id.as_str(), ""] {
            let survey = Survey { obstacles: vec![obstacle(part, id)], twin: None };
            let plan = surveyed(&snapshot, &current, &survey);
            let kept_back = whole.steps.len() - plan.steps.len();
            let expected = if kind == Kind::Queues { 2 } else { 1 };
            assert_eq!(kept_back, expected, "{kind}: {}", steps(&plan));
            assert!(plan.losses.contains(&survey.obstacles[0]));
            let text = format!("{} One: is somebody else's by now", kind.label());
            let told = plan.findings.iter().find(|finding| finding.text == text).unwrap();
            assert_eq!((told.severity, told.code), (Severity::Warn, FindingCode::CannotComeBack));
            assert_eq!(fatal_codes(&plan), []);
        }
        let elsewhere = Survey { obstacles: vec![obstacle(part, "another")], twin: None };
        assert_eq!(steps(&surveyed(&snapshot, &current, &elsewhere)), steps(&whole));
    }
}

#[test]
fn roles_division_and_manager_can_be_in_the_way_too() {
    let (snapshot, mut current) = (holder().with(Kind::Roles, "Lead"), ada().inactive());
    current.account.division = None;
    let of = |part: &str, id: &str| {
        let survey = Survey { obstacles: vec![obstacle(part, id)], twin: None };
        steps(&surveyed(&snapshot, &current, &survey))
    };
    let whole = steps(&restored(&snapshot, &current));
    assert!(
        whole.contains("grant Agent in Sales, Lead in Sales") && whole.contains("move to division Sales")
    );
    assert!(of("role grants", "r-lead/d-sales").contains("grant Agent in Sales\n"));
    assert!(!of("role grants", "").contains("grant"));
    assert!(!of("division", "d-sales").contains("move to division"));
    assert!(!of("manager", "u-grace").contains("set manager"));
}

#[test]
fn another_account_with_the_same_address_blocks_every_way_back() {
    let survey = Survey { obstacles: Vec::new(), twin: Some(colleague("Twin")) };
    let current = ada().deleted();
    let revival = plan_revival(&current, &survey, &history(), &Policy::default(), now()).unwrap();
    for plan in [surveyed(&ada(), &current, &survey), revival] {
        assert_eq!(fatal_codes(&plan), [FindingCode::TwinAccount]);
        assert!(
            plan.findings[0].text.starts_with("the account Twin (u-twin) uses the person's e-mail address")
        );
        assert!(is_blocked(&plan));
    }
}

#[test]
fn an_account_of_which_there_is_no_snapshot_is_revived_alone() {
    let revive = |current: &Inventory| {
        plan_revival(current, &Survey::default(), &history(), &Policy::default(), now()).unwrap()
    };
    let plan = revive(&ada().deleted());
    assert_eq!(plan.purpose, Purpose::Revive);
    assert_snapshot!(text(&plan), @r"
    Revive (the account alone: there is no snapshot): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, deleted, version 9
      plan          <digest>

    To look at before approving
      no run of this journal retired this person, so there is no snapshot: roles, division, queues, numbers and everything else have to be given by hand

    Steps
      1. set state deleted -> active
          why   the account that exists is revived, so that its history stays with it and no twin is made
          undo  set state active -> deleted

    What a restore does not bring back
      everything but the account: there is no snapshot of it
    ");
    let run = played(&plan, &ada().deleted(), World::of(&ada().deleted(), 3));
    assert_eq!(ended(&run), Some(Outcome::Verified));
    assert_eq!(run.world.account, emeritus_core::inventory::AccountState::Active);
    let evidence = emeritus_core::evidence::evidence(&run.records).unwrap();
    assert_eq!(
        evidence.headline,
        "Revived: the account alone. There was no snapshot to put anything else back from."
    );
    assert_eq!(evidence.cut, None);

    let active = revive(&ada());
    assert_eq!(active.steps, []);
    assert!(active.findings.iter().any(|finding| finding.code == FindingCode::NothingToDo));
    assert!(steps(&revive(&ada().inactive())).starts_with("set state inactive -> active"));
}

#[test]
fn what_the_snapshot_does_not_know_is_said_and_not_guessed() {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        let (snapshot, current) = (ada().unread(kind), ada().inactive().with(kind, "One"));
        let plan = restored(&snapshot, &current);
        assert!(!steps(&plan).contains("One"), "{plan}");
        let text = format!(
            "{}: not in the snapshot (needs permission x:y:view), so it cannot be given back",
            kind.label()
        );
        let told = plan.losses.iter().any(|loss| loss.to_string() == text);
        assert_eq!(told, kind.can_be_released(), "{plan}");
    }
    let first = restored(&ada(), &ada().inactive());
    assert!(
        first.losses.iter().any(|loss| loss.part == "telephony, teams and other holdings"),
        "a snapshot of the first release has none of it"
    );
}

#[test]
fn what_is_not_known_of_the_person_now_is_given_back_all_the_same() {
    let snapshot = holder();
    let mut dark = ada().inactive();
    let why = || forbidden("x:y:view");
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_in_held()) {
        dark = dark.unread(kind);
    }
    dark.direct_reports = Part::Unknown(why());
    dark.queues = Part::Unknown(why());
    dark.skills = Part::Unknown(why());
    dark.languages = Part::Unknown(why());
    dark.groups = Part::Unknown(why());
    dark.stations = Part::Unknown(why());
    dark.manager = Part::Unknown(why());
    assert_eq!(steps(&restored(&snapshot, &dark)), steps(&restored(&snapshot, &ada().inactive())));
}

#[test]
fn a_phone_and_its_station_are_known_again_by_their_names() {
    let given_back = |phone: &str, at: &str| {
        let mut current = ada().holding(Kind::Phones, Thing::new("p-new", phone));
        let place = Stations { associated: None, default: Some(station(at)) };
        current.stations = Part::Known(place);
        current
    };
    let mut snapshot =
        ada().holding(Kind::Phones, Thing::new("p-old", "Ada's phone")).at_stations("", "Desk 4");
    if let Part::Known(stations) = &mut snapshot.stations {
        stations.default.as_mut().unwrap().id = station("Desk 4 as it was").id;
    }
    assert_eq!(steps(&restored(&snapshot, &given_back("Ada's phone", "Desk 4"))), "");
    let other = steps(&restored(&snapshot, &given_back("Grace's phone", "Desk 5")));
    assert!(other.contains("give back phone Ada's phone\nset default station Desk 4"), "{other}");
}

#[test]
fn a_setting_that_differs_in_its_document_or_is_off_now_is_given_back() {
    let set = |calls: u8| {
        let setting = Thing::new("own", "").with_document(json!({"calls": calls}));
        ada().holding(Kind::Utilization, setting)
    };
    assert_eq!(steps(&restored(&set(3), &set(3))), "");
    assert!(steps(&restored(&set(3), &set(1))).starts_with("give back utilization\n"));
    let on = |on| ada().holding(Kind::CallForwarding, Thing::new("own", "").with_detail(Thing::ON, on));
    assert_eq!(steps(&restored(&on("no"), &on("no"))), "");
    assert!(steps(&restored(&on("yes"), &on("no"))).starts_with("give back call forwarding\n"));
}
