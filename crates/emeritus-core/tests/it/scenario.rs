//! Random people, policies, worlds and mishaps, and what must hold of every run, whatever happens in it.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::census::Verdict;
use emeritus_core::event::{Answer, Event, FailureCode, Outcome, Place, Sight};
use emeritus_core::holding::{Kind, Thing};
use emeritus_core::inventory::{AccountState, Inventory};
use emeritus_core::plan::{ApprovedPlan, OnRefusal, Plan, StepKind};
use emeritus_core::policy::{CutOrder, LiveWork, Mode, Policy, Treatment};
use emeritus_core::state::Progress;
use emeritus_core::{Action, RunState, decide};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::person::{With as _, ada, approved, colleague, planned, thing};
use crate::rehearsal::{Luck, Rehearsal, places};
use crate::world::World;

pub(crate) const HOLD: SignedDuration = SignedDuration::from_hours(1);

/// A person, a policy, a world and what goes wrong in it.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) person: Inventory,
    pub(crate) approved: ApprovedPlan,
    pub(crate) world: World,
    pub(crate) script: Vec<Luck>,
}

impl Scenario {
    pub(crate) fn new(person: Inventory, policy: &Policy, world: World, script: Vec<Luck>) -> Self {
        Self { approved: approved(&planned(&person, policy)), person, world, script }
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.approved.plan()
    }

    pub(crate) fn played(&self) -> Rehearsal {
        let mut rehearsal =
            Rehearsal::begin(&self.approved, &self.person, self.world.clone(), self.script.clone());
        rehearsal.run(bound(self.plan()));
        rehearsal
    }
}

/// Returns the most actions that a run of this plan may take: every try of every effect looked at to the end, every
/// proof read to the end, every wait polled to the end.
pub(crate) fn bound(plan: &Plan) -> usize {
    let patience = &plan.policy.patience;
    let tries = usize::from(patience.attempts) * (2 + usize::from(patience.observations));
    let each = tries + usize::from(patience.observations) + usize::from(patience.proof_readings) + 2;
    let undo = 4; // No step has more parts of an undo.
    let polls = match plan.policy.live_work {
        LiveWork::Block => 0,
        LiveWork::Drain { up_to } => up_to.as_secs() / patience.idle_poll.as_secs() + 2,
    };
    plan.steps.len() * (1 + undo) * each + usize::try_from(polls).unwrap() + 4
}

fn luck() -> impl Strategy<Value = Luck> {
    prop_oneof![
        12 => Just(Luck::Well),
        1 => Just(Luck::VersionClash),
        1 => Just(Luck::InUse),
        1 => Just(Luck::NotSent),
        1 => Just(Luck::Refused),
        2 => Just(Luck::LostAfter),
        2 => Just(Luck::LostBefore),
        1 => Just(Luck::AcceptedInVain),
        1 => Just(Luck::DiesAfter),
        1 => Just(Luck::DiesBefore),
        2 => Just(Luck::Unclear),
        2 => Just(Luck::Bad),
    ]
}

/// Things of any kind that is released by one step each, and of two that stay.
pub(crate) fn things(
    number: std::ops::Range<usize>,
) -> impl Strategy<Value = BTreeSet<(Kind, &'static str)>> {
    let mut kinds: Vec<_> = Kind::ALL.into_iter().filter(|kind| kind.can_be_released()).collect();
    kinds.retain(|kind| !matches!(kind, Kind::Stations | Kind::Queues | Kind::CallForwarding));
    kinds.extend([Kind::Greetings, Kind::Superiors]);
    let names = proptest::sample::select(vec!["One", "Two"]);
    proptest::collection::btree_set((proptest::sample::select(kinds), names), number)
}

/// What a policy may say of kinds other than queues and stations.
pub(crate) fn treatments() -> impl Strategy<Value = BTreeMap<Kind, Treatment>> {
    let mut possible = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Stations | Kind::Queues)) {
        possible.extend((kind != Kind::Roles).then_some((kind, Treatment::Keep)));
        possible.extend(kind.can_be_released().then_some((kind, Treatment::Release)));
        let grace = Treatment::Reassign { to: colleague("Grace") };
        possible.extend(kind.can_be_reassigned().then_some((kind, grace)));
    }
    let picked = proptest::collection::vec(proptest::sample::select(possible), 0..5);
    picked.prop_map(|picked| picked.into_iter().collect())
}

prop_compose! {
    fn person()(
        active in any::<bool>(),
        queues in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..3),
        stations in any::<(bool, bool)>(),
        things in things(0..4),
        forwards in proptest::option::of(any::<bool>()),
    ) -> Inventory {
        let mut person = if active { ada() } else { ada().inactive() };
        for (kind, name) in things {
            person = person.with(kind, name);
        }
        if let Some(on) = forwards {
            let on = if on { "yes" } else { "no" };
            let forwarding = thing(Kind::CallForwarding, "own").with_detail(Thing::ON, on);
            person = person.holding(Kind::CallForwarding, forwarding);
        }
        for ((joined, through_group), name) in queues.into_iter().zip(["Billing", "Claims", "VIP"]) {
            person = if through_group { person.in_queue_through_group(name) } else { person.in_queue(name, joined) };
        }
        let named = |held| if held { "Desk 4" } else { "" };
        person.at_stations(named(stations.0), named(stations.1))
    }
}

prop_compose! {
    fn policy()(
        mode in prop_oneof![
            2 => Just(Mode::Keep),
            2 => Just(Mode::Delete { hold: SignedDuration::ZERO }),
            1 => Just(Mode::Delete { hold: HOLD }),
        ],
        release_first in any::<bool>(),
        drain in any::<bool>(),
        treatments in treatments(),
    ) -> Policy {
        let order = if release_first { CutOrder::ReleaseFirst } else { CutOrder::CutFirst };
        let up_to = SignedDuration::from_mins(5);
        let live_work = if drain { LiveWork::Drain { up_to } } else { LiveWork::Block };
        Policy { mode, order, live_work, treatments, ..Policy::default() }
    }
}

prop_compose! {
    pub(crate) fn scenario()(
        person in person(),
        policy in policy(),
        conversations in prop_oneof![Just(0_u128), Just(1), Just(5)],
        severs in any::<bool>(),
        holds_in_queue in any::<bool>(),
        sees_others in prop_oneof![4 => Just(true), 1 => Just(false)],
        script in proptest::collection::vec(luck(), 0..40),
    ) -> Scenario {
        let world = World { severs, holds_in_queue, sees_others, ..World::of(&person, conversations) };
        Scenario::new(person, &policy, world, script)
    }
}

/// Checks a run that came to rest against everything that is promised of one.
pub(crate) fn checked(rehearsal: &Rehearsal, scenario: &Scenario) {
    nothing_is_sent_twice(rehearsal);
    let mut before = RunState::start(&rehearsal.records[0]).unwrap();
    for (place, record) in rehearsal.records.iter().enumerate().skip(1) {
        if let Event::Intended { place: at, .. } = record.event
            && at.undo.is_none()
        {
            nothing_falls_through(&before, at);
            if before.kind(at) == Some(&StepKind::Delete) {
                may_be_deleted(&before, rehearsal, place);
            }
        }
        before.apply(record).unwrap();
    }
    at_rest_with_a_reason(rehearsal);
    the_last_word_is_true(rehearsal, scenario);
}

/// An intent follows another for the same action only once the first has certainly not been done.
fn nothing_is_sent_twice(rehearsal: &Rehearsal) {
    let mut open: BTreeMap<Place, bool> = BTreeMap::new();
    for record in &rehearsal.records {
        if let Event::Intended { place, .. } = &record.event {
            let twice = open.insert(*place, true) == Some(true);
            assert!(!twice, "{place} was sent again while its outcome was open: {:#?}", rehearsal.records);
        }
        if let Event::Answered { place, answer: Answer::Refused(_), .. }
        | Event::Observed { place, sight: Sight::NotApplied, .. } = &record.event
        {
            open.insert(*place, false);
        }
    }
    for (place, times) in &rehearsal.performed {
        assert!(*times <= 1, "{place} was performed {times} times");
    }
}

/// A step is not taken while one before it that it rests on is not settled, however that one failed.
fn nothing_falls_through(before: &RunState, at: Place) {
    let plan = before.plan();
    let step = plan.step(at.step).unwrap();
    for earlier in plan.steps.iter().take_while(|earlier| earlier.id < step.id) {
        if earlier.on_refusal == OnRefusal::GoOn {
            continue;
        }
        let progress = before.progress(Place::forward(earlier.id)).unwrap();
        let settled = progress.is_done()
            || (!earlier.kind.is_effect() && matches!(progress, Progress::Underway { .. }));
        let in_use = matches!(
            progress,
            Progress::Pending { last: Some(failure), .. } if failure.code == FailureCode::InUse
        );
        assert!(
            settled || (step.may_precede_cut && in_use),
            "step {} was sent though step {} is {progress:?}",
            step.id,
            earlier.id
        );
    }
}

/// What must be so, and be known to be so, before a delete is announced.
fn may_be_deleted(before: &RunState, rehearsal: &Rehearsal, at: usize) {
    let truth = &rehearsal.history[at - 1].world;
    assert_eq!(truth.account, AccountState::Inactive, "deleted without a cut");
    assert!(!truth.tokens, "deleted with live tokens");
    assert_eq!(truth.still_there(), [], "deleted with access");
    let seen: Vec<_> = before.differences().iter().filter(|seen| !seen.foretold).collect();
    assert!(seen.is_empty(), "deleted though {seen:?}");
    assert!(before.baseline().is_some(), "deleted without a baseline");
    let proof = before.last_proof().expect("deleted without a proof");
    assert!(
        matches!(proof.verdict, Verdict::Intact | Verdict::NoHistoryFound),
        "deleted on {:?}",
        proof.verdict
    );
    let plan = before.plan();
    for step in plan.steps.iter().take_while(|step| !matches!(step.kind, StepKind::Delete)) {
        let progress = before.progress(Place::forward(step.id)).unwrap();
        let seen = matches!(progress, Progress::Done { verified: true, .. });
        assert!(seen || !step.kind.is_effect(), "deleted though step {} is {progress:?}", step.id);
    }
    if let Mode::Delete { hold } = plan.policy.mode {
        let cut = places(plan, |kind| matches!(kind, StepKind::SetState { .. }));
        let seen = rehearsal.records.iter().find(|record| {
            matches!(&record.event, Event::Observed { place, sight: Sight::Applied, .. } if cut.contains(place))
        });
        if let Some(seen) = seen {
            let held = rehearsal.records[at].at.duration_since(seen.at);
            assert!(held >= hold, "deleted after {held} of {hold}");
        }
    }
}

fn at_rest_with_a_reason(rehearsal: &Rehearsal) {
    let state = rehearsal.state();
    assert_eq!(decide(&state, rehearsal.now), Action::Rest);
    match (state.outcome(), state.stuck()) {
        (Some(_), None) => {}
        (None, Some((_, failure))) => assert!(!failure.detail.is_empty()),
        other => panic!("at rest as {other:?}"),
    }
}

/// Returns what the policy takes away and the person still holds.
fn left_to_release(world: &World, person: &Inventory, policy: &Policy) -> Vec<String> {
    let is_due = |kind| matches!(policy.treatment(kind), Treatment::Release | Treatment::Reassign { .. });
    let is_off = |kind, id: &str| {
        let mut things = person.things(kind).into_iter().flatten();
        things.any(|thing| thing.id == id && !thing.is_on())
    };
    let mut left: Vec<_> = world
        .held
        .iter()
        .filter(|(kind, id)| is_due(*kind) && !is_off(*kind, id))
        .map(|(kind, id)| format!("{kind} {id}"))
        .collect();
    left.extend(world.queues.keys().cloned());
    left.extend(world.stations.values().cloned());
    left.extend(world.roles.iter().cloned());
    left
}

/// What a policy keeps is as it was, but for what a delete takes with it.
fn what_is_kept_is_untouched(world: &World, scenario: &Scenario) {
    let policy = &scenario.plan().policy;
    let with_the_account =
        |kind| scenario.plan().deletes() && matches!(kind, Kind::Division | Kind::Numbers | Kind::Extensions);
    for (kind, id) in &scenario.world.held {
        if policy.treatment(*kind) == Treatment::Keep && !with_the_account(*kind) {
            assert!(world.holds(*kind, id), "{kind} {id} was to be kept");
        }
    }
}

fn the_last_word_is_true(rehearsal: &Rehearsal, scenario: &Scenario) {
    let (state, world) = (rehearsal.state(), &rehearsal.world);
    what_is_kept_is_untouched(world, scenario);
    let Some(outcome) = state.outcome() else { return };
    let plan = scenario.plan();
    let whole =
        (1..=3).all(|id| !scenario.world.conversations.contains(&id) || world.conversations.contains(&id));
    if matches!(outcome, Outcome::Verified | Outcome::Skipped | Outcome::Failed) {
        let events = || rehearsal.records.iter().map(|record| &record.event);
        let until = events().take_while(|event| !matches!(event, Event::Finished { .. }));
        let look = until.filter(|event| !matches!(event, Event::Counted { .. })).last();
        let Some(Event::AccountSeen { seen }) = look else { panic!("{outcome:?} without a last look") };
        assert_eq!(seen.state(), Some(world.account));
    }
    match outcome {
        Outcome::Verified => {
            let aim = if plan.deletes() { AccountState::Deleted } else { AccountState::Inactive };
            assert_eq!(world.account, aim);
            assert!(!world.tokens);
            let left = left_to_release(world, &scenario.person, &plan.policy);
            assert_eq!(left, [""; 0], "verified, and still held");
            assert!(!(plan.deletes() && scenario.world.severs && !scenario.world.conversations.is_empty()));
            let proof = state.last_proof().expect("verified without a proof");
            assert!(matches!(proof.verdict, Verdict::Intact | Verdict::NoHistoryFound));
        }
        Outcome::Failed => {
            let mut aim = scenario.world.clone();
            aim.conversations.clone_from(&world.conversations);
            assert_eq!(*world, aim, "failed, and not everything was taken back");
        }
        Outcome::ProofBroken => {
            assert_eq!(world.account, AccountState::Inactive, "left deleted with a broken history");
            let severed = plan.deletes() && scenario.world.severs;
            assert!(severed || !whole || !scenario.world.conversations.is_subset(&world.conversations));
        }
        Outcome::Skipped => assert_eq!(plan.steps, []),
        Outcome::WrittenNotVerified => {}
        Outcome::Stuck => panic!("a run that needs a person is not finished"),
    }
}
