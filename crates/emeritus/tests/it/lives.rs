//! Lives: ordinary sequences of commands, and of what others do between them, for one person. Judged by the
//! organization's own ground truth.

mod random;

use emeritus::event::Outcome;
use emeritus::finding::FindingCode;
use emeritus::id::RunId;
use emeritus::plan::{AccountChoice, Basis, Purpose};
use emeritus::policy::{Mode, Policy};
use emeritus::{Planned, PlanningError, Recheck, RunError, RunReport, Side, Who};
use genesys::{Effect, State};
use genesys_emulator::{Clock, Emulator, Preset, Settings, UserTruth};
use jiff::SignedDuration;

use crate::crashes::{mortal, mortal_executor};
use crate::world::{EMAIL, NOW, World};

const PRESETS: [Preset; 2] = [Preset::Documented, Preset::AsReported];

/// What a restore promises to put back; versions count on, tokens stay revoked, and the station in use is the person's
/// own choice.
pub(crate) fn comparable(truth: UserTruth) -> UserTruth {
    UserTruth {
        version: 0,
        tokens: 0,
        associated_station: None,
        state_reason: None,
        presence: String::new(),
        ..truth
    }
}

fn held() -> Mode {
    Mode::Delete { hold: SignedDuration::from_hours(24) }
}

const AT_ONCE: Mode = Mode::Delete { hold: SignedDuration::ZERO };

impl World {
    /// Retires Ada in this mode.
    fn retire_to(&mut self, mode: Mode) -> RunReport {
        self.policy.mode = mode;
        let report = self.retire().unwrap();
        self.policy.mode = Mode::Keep;
        report
    }

    fn planned_return(&self, account: Option<AccountChoice>) -> Result<Planned, PlanningError> {
        let who = Who::parse(EMAIL).unwrap();
        let executor = self.executor();
        self.run(executor.plan_restore_as(None, Some(&who), account, self.policy.clone()))
    }

    /// Puts Ada back, as `restore PERSON --yes` does.
    fn put_back(&self, account: Option<AccountChoice>) -> RunReport {
        let planned = self.planned_return(account).unwrap();
        self.start(&self.executor(), planned, Recheck::WhenOld).unwrap()
    }

    /// Finishes the job on somebody who is gone by other means, as `adopt --finish` does.
    fn adopt(&self) -> RunReport {
        self.retire().unwrap()
    }

    /// Somebody else's hand.
    pub(crate) fn by_hand(&self, effect: impl FnOnce(&str, i64) -> Effect) {
        let effect = effect(&self.ada, i64::from(self.truth().version));
        self.run(async {
            self.client().writer().send(&effect).await.unwrap();
        });
    }

    /// In a world that keeps people in queues from being made inactive, somebody else finds a way around that.
    fn made(&self, state: State) {
        let switches = self.emulator.switches();
        self.emulator.set_switch("in_use_refused", "false").unwrap();
        self.by_hand(|user, version| Effect::set_state(user, version, state));
        self.emulator.set_switches(switches);
    }

    fn is_as(&self, before: &UserTruth, context: &str) {
        assert_eq!(comparable(self.truth()), comparable(before.clone()), "{context}");
    }
}

fn said(planned: &Planned, code: FindingCode) -> Vec<&str> {
    let findings = planned.plan.findings.iter().filter(|finding| finding.code == code);
    findings.map(|finding| finding.text.as_str()).collect()
}

fn basis(planned: &Planned) -> (&RunId, Basis) {
    let Purpose::Restore { from_run, basis } = &planned.plan.purpose else {
        panic!("{:?}", planned.plan.purpose)
    };
    (from_run, *basis)
}

#[test]
fn kept_first_deleted_later_and_put_back_is_as_before_they_first_left() {
    for preset in PRESETS {
        let mut world = World::new(preset);
        let before = world.truth();
        let first = world.retire_to(Mode::Keep);
        world.retire_to(AT_ONCE);
        let planned = world.planned_return(None).unwrap();
        assert_eq!(basis(&planned), (first.state.run(), Basis::Whole));
        let back = world.put_back(None);
        assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{preset}: {:?}", back.state.differences());
        assert_eq!(back.state.plan().restored_words().unwrap(), "Restored");
        world.is_as(&before, &preset.to_string());
    }
}

#[test]
fn leftovers_taken_later_change_nothing_of_what_comes_back() {
    for preset in PRESETS {
        let world = World::new(preset);
        let before = world.truth();
        let queue = world.plan(&world.executor()).inventory.queues.known().unwrap()[0].queue.id.clone();
        let first = world.retire().unwrap();
        world.by_hand(|user, _| Effect::join_queue(queue.as_str(), user));
        let adopted = world.adopt();
        assert_eq!(adopted.state.outcome(), Some(Outcome::Verified), "{preset}");
        assert_eq!(basis(&world.planned_return(None).unwrap()), (first.state.run(), Basis::Whole));
        let back = world.put_back(None);
        assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{preset}: {:?}", back.state.differences());
        world.is_as(&before, &preset.to_string());
    }
}

#[test]
fn of_somebody_made_inactive_by_another_hand_it_is_asked_what_the_account_is_to_be() {
    for (choice, state) in [(AccountChoice::Active, "active"), (AccountChoice::AsFound, "inactive")] {
        for preset in PRESETS {
            let world = World::new(preset);
            world.made(State::Inactive);
            let found = world.truth();
            let adopted = world.adopt();
            assert_eq!(adopted.state.outcome(), Some(Outcome::Verified), "{preset}");
            let open = world.planned_return(None).unwrap();
            assert_eq!(basis(&open), (adopted.state.run(), Basis::Found { account: None }));
            assert!(emeritus::planner::is_blocked(&open.plan), "{}", open.plan);
            assert!(said(&open, FindingCode::NotWhole)[0].starts_with("nobody knows what this person was"));
            let back = world.put_back(Some(choice));
            assert_eq!(
                back.state.outcome(),
                Some(Outcome::Verified),
                "{preset}: {:?}",
                back.state.differences()
            );
            let words = format!("Put back as run {} found them, the account {state}", adopted.state.run());
            assert_eq!(back.state.plan().restored_words(), Some(words));
            world.is_as(&UserTruth { state: state.to_owned(), ..found }, &format!("{preset} {state}"));
            // Now they are back, or still away with nothing to add.
            let again = world.planned_return(None);
            match choice {
                AccountChoice::Active => {
                    assert!(matches!(again, Err(PlanningError::NoSnapshot)), "{again:?}")
                }
                AccountChoice::AsFound => assert!(emeritus::planner::is_blocked(&again.unwrap().plan)),
            }
        }
    }
}

#[test]
fn of_somebody_deleted_by_another_hand_it_is_asked_too() {
    let world = World::new(Preset::Documented);
    world.made(State::Inactive);
    world.by_hand(|user, _| Effect::delete_user(user));
    let adopted = world.adopt();
    let open = world.planned_return(None).unwrap();
    assert_eq!(basis(&open), (adopted.state.run(), Basis::Found { account: None }));
    assert!(emeritus::planner::is_blocked(&open.plan));
    let back = world.put_back(Some(AccountChoice::Active));
    assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{:?}", back.state.differences());
    assert_eq!(world.truth().state, "active");
}

#[test]
fn a_second_life_is_put_back_from_its_own_beginning() {
    for preset in PRESETS {
        let world = World::new(preset);
        let plan = world.plan(&world.executor());
        let queue = plan.inventory.queues.known().unwrap()[0].queue.id.clone();
        world.retire().unwrap();
        world.put_back(None);
        world.by_hand(|user, _| Effect::leave_queue(queue.as_str(), user));
        let before = world.truth();
        let second = world.retire().unwrap();
        assert_eq!(basis(&world.planned_return(None).unwrap()), (second.state.run(), Basis::Whole));
        let back = world.put_back(None);
        assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{preset}: {:?}", back.state.differences());
        world.is_as(&before, &preset.to_string());
    }
}

#[test]
fn somebody_made_active_by_another_hand_and_retired_again_is_wholly_put_back() {
    let world = World::new(Preset::Documented);
    let before = world.truth();
    let first = world.retire().unwrap();
    world.made(State::Active);
    let second = world.retire().unwrap();
    let planned = world.planned_return(None).unwrap();
    assert_eq!(basis(&planned), (first.state.run(), Basis::Whole));
    let told = said(&planned, FindingCode::ChangedSince);
    assert!(told.iter().any(|text| text.contains("found the account active again")), "{told:?}");
    let executor = world.executor();
    let named = world.run(executor.plan_restore(Some(second.state.run()), None, Policy::default())).unwrap();
    assert_eq!(basis(&named), (second.state.run(), Basis::Named { account: None }));
    assert!(said(&named, FindingCode::NotWhole)[0].contains(first.state.run().as_str()));
    world.put_back(None);
    world.is_as(&before, "put back");
}

#[test]
fn a_hold_that_a_restore_gave_up_deletes_nobody_and_blocks_nobody() {
    for preset in PRESETS {
        let mut world = World::new(preset);
        let before = world.truth();
        world.retire_to(Mode::Keep);
        // The restore does not name this run: it works from the one before.
        let hold = world.retire_to(held());
        assert!(hold.pause.is_some());
        let planned = world.planned_return(None).unwrap();
        assert!(said(&planned, FindingCode::GivesUp)[0].contains(hold.state.run().as_str()));
        world.put_back(None);
        world.is_as(&before, &preset.to_string());
        world.emulator.clock().advance(std::time::Duration::from_hours(25));
        let executor = world.executor();
        let late = world.run(executor.resume(hold.state.run(), false));
        assert!(matches!(&late, Err(RunError::Superseded { .. })), "{late:?}");
        assert_eq!(world.truth().state, "active");
        let again = world.retire_to(Mode::Keep);
        assert_eq!(again.state.outcome(), Some(Outcome::Verified), "{preset}");
    }
}

#[test]
fn a_hold_is_given_up_as_soon_as_the_restore_begins() {
    let mut begun = 0;
    for at in 1..10 {
        let mut world = World::new(Preset::Documented);
        let before = world.truth();
        let hold = world.retire_to(held());
        let planned = world.planned_return(None).unwrap();
        let approved = planned.plan.clone().approve(world.approval(&planned)).unwrap();
        let (executor, dead) = mortal_executor(&world, at, Side::After);
        let ended = world.run(mortal(executor.start(approved, &planned.inventory, Recheck::WhenOld), &dead));
        assert!(ended.is_none(), "did not die at {at}");
        drop(executor);
        let executor = world.executor();
        let back = executor.runs().unwrap().last().unwrap().run().clone();
        if back == *hold.state.run() {
            // It died before anything was written down.
            continue;
        }
        begun += 1;
        world.emulator.clock().advance(std::time::Duration::from_hours(25));
        let late = world.run(executor.resume(hold.state.run(), false));
        assert!(matches!(&late, Err(RunError::Superseded { .. })), "{at}: {late:?}");
        let back = world.run(executor.resume(&back, false)).unwrap();
        assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{at}: {:?}", back.state.differences());
        world.is_as(&before, "resumed");
    }
    assert!(begun > 4, "{begun}");
}

#[test]
fn what_an_administrator_changed_meanwhile_stays_and_is_no_surprise() {
    let world = World::new(Preset::Documented);
    let grace = world.emulator.user("Mary Somerville").in_queue("claims").add();
    let before = world.truth();
    let who = Who::parse(&grace).unwrap();
    let executor = world.executor();
    let claims = world.run(executor.plan(&who, Policy::default(), None)).unwrap().inventory;
    let claims = claims.queues.known().unwrap()[0].queue.id.clone();
    world.retire().unwrap();
    world.by_hand(|user, _| Effect::join_queue(claims.as_str(), user));
    world.emulator.rename(&world.ada, "Ada King");
    let planned = world.planned_return(None).unwrap();
    assert_eq!(said(&planned, FindingCode::ChangedSince).len(), 2, "{}", planned.plan);
    let back = world.put_back(None);
    assert_eq!(back.state.outcome(), Some(Outcome::Verified), "{:?}", back.state.differences());
    let truth = world.truth();
    assert_eq!((truth.name.as_str(), truth.queues.len()), ("Ada King", before.queues.len() + 1));
}

#[test]
fn after_a_return_by_a_run_nothing_is_known_of_what_others_took_since() {
    let world = World::new(Preset::Documented);
    let first = world.retire().unwrap();
    world.put_back(None);
    world.made(State::Inactive);
    assert!(matches!(world.planned_return(None), Err(PlanningError::NoSnapshot)));
    let executor = world.executor();
    let who = Who::parse(EMAIL).unwrap();
    let revival = world.run(executor.plan_revival(&who, Policy::default())).unwrap();
    let told = said(&revival, FindingCode::CannotComeBack);
    assert!(told[0].contains(&format!("`emeritus restore --run {}`", first.state.run())), "{told:?}");
}

#[test]
fn two_organizations_in_one_home_are_two_people() {
    let mut world = World::new(Preset::Documented);
    world.retire().unwrap();
    let here = std::mem::replace(&mut world.emulator, another_organization());
    let there = world.emulator.clone();
    // The same address, and by chance the same id: in this organization nobody was retired.
    assert_eq!(world.truth().state, "active");
    assert!(matches!(world.planned_return(None), Err(PlanningError::NoSnapshot)));
    let executor = world.executor();
    assert!(world.run(executor.retired_people()).unwrap().is_empty());
    let retired = world.retire().unwrap();
    assert_eq!(retired.state.outcome(), Some(Outcome::Verified));
    let runs = executor.runs().unwrap();
    world.emulator = here;
    let error = world.run(world.executor().prove(retired.state.run()));
    assert!(matches!(error, Err(emeritus::ProveError::OtherOrganization { .. })), "{error:?}");
    world.put_back(None);
    assert_eq!((runs.len(), world.truth().state.as_str()), (2, "active"));
    world.emulator = there;
    assert_eq!(world.truth().state, "inactive");
}

pub(crate) fn another_organization() -> Emulator {
    let settings =
        Settings { seed: 8, clock: Clock::virtual_at(NOW.parse().unwrap()), ..Settings::default() };
    let first = World::new(Preset::Documented).ada;
    let emulator = Emulator::new(settings);
    let ada = emulator.user("Ada Lovelace").email(EMAIL).id(&first).in_queue("billing").add();
    let now = emulator.clock().now();
    let day = SignedDuration::from_hours(24);
    emulator.give_history(&ada, 5, now - day * 9, now - day);
    emulator
}
