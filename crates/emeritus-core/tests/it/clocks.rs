//! Two clocks: what may not happen too early waits for the one that is behind, and what has to end ends by the other.

use emeritus_core::clocks::{Clocks, Now};
use emeritus_core::decide::{Action, decide};
use emeritus_core::event::{Event, Outcome, Place};
use emeritus_core::evidence::evidence;
use emeritus_core::plan::StepKind;
use emeritus_core::policy::{Mode, Policy};
use emeritus_core::state::{Progress, RunState};
use jiff::{SignedDuration, Timestamp};

use crate::person::{ada, approved, planned};
use crate::rehearsal::Rehearsal;
use crate::world::World;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A finished run that held the account for a day, and its state right before the hold began.
fn held() -> (Rehearsal, RunState) {
    let plan = planned(&ada(), &Policy { mode: Mode::Delete { hold: DAY }, ..Policy::default() });
    let mut run = Rehearsal::begin(&approved(&plan), &ada(), World::of(&ada(), 4), Vec::new());
    run.run(200);
    let begins = run.records.iter().position(|record| matches!(record.event, Event::Waiting { .. })).unwrap();
    let before = RunState::fold(&run.records[..begins]).unwrap().unwrap();
    (run, before)
}

fn now(behind: Timestamp, ahead: SignedDuration) -> Now {
    Now { earliest: behind, latest: behind + ahead }
}

#[test]
fn a_hold_is_counted_from_the_later_clock_to_the_earlier_one() {
    let (run, mut state) = held();
    let began = run.records[usize::try_from(state.sequence()).unwrap()].at;
    let minute = SignedDuration::from_mins(1);
    let Action::BeginWait { step, until, .. } = decide(&state, now(began, minute * 4)) else { panic!() };
    assert_eq!(until, began + minute * 4 + DAY);
    let waiting = Event::Waiting { step, until, why: "held".to_owned() };
    let sequence = state.sequence() + 1;
    state.apply(&emeritus_core::event::Record { sequence, at: began, event: waiting }).unwrap();
    let second = SignedDuration::from_secs(1);
    for (behind, ahead, over) in [
        (until - second, DAY * 30, false),
        (until - second, second, false),
        (Timestamp::MIN, until.duration_since(Timestamp::MIN) + DAY * 31, false),
        (until, SignedDuration::ZERO, true),
        (until, DAY, true),
    ] {
        let expected = if over { Action::EndWait { step } } else { Action::Hold { step, until } };
        assert_eq!(decide(&state, now(behind, ahead)), expected, "{behind} and {ahead:#}");
    }
}

#[test]
fn what_is_seen_of_the_clocks_is_a_note_that_changes_nothing_else() {
    let (run, before) = held();
    let mut after = before.clone();
    let (sequence, at) = (before.sequence() + 1, run.now);
    let event = Event::ClocksSeen { clocks: Clocks::Unknown };
    after.apply(&emeritus_core::event::Record { sequence, at, event: event.clone() }).unwrap();
    let progress = |state: &RunState| -> Vec<Progress> {
        let steps = state.plan().steps.iter();
        steps.filter_map(|step| state.progress(Place::forward(step.id)).cloned()).collect()
    };
    assert_eq!(progress(&after), progress(&before));
    assert_eq!(decide(&after, at), decide(&before, at));
    let mut over = run.state();
    assert_eq!(over.outcome(), Some(Outcome::Verified));
    let sequence = over.sequence() + 1;
    over.apply(&emeritus_core::event::Record { sequence, at, event }).unwrap();
    assert!(run.state().plan().steps.iter().any(|step| matches!(step.kind, StepKind::Hold { .. })));
}

#[test]
fn the_evidence_says_what_its_times_rest_on() {
    let (run, _) = held();
    let vendor = run.now;
    let agree = |ahead| Clocks::Agree { vendor, ahead: SignedDuration::from_secs(ahead) };
    let machine = "The clock: every time is that of the machine that ran it, with no outside time stamp.";
    let most = "Nothing is written while it differs from the vendor's by more than 5 minutes; the largest difference that \
                was seen is";
    for (seen, says) in [
        (vec![], machine.to_owned()),
        (vec![agree(0)], format!("{machine} {most} less than a second.")),
        (vec![agree(3), agree(-61), agree(1)], format!("{machine} {most} 1 minute 1 second.")),
        (vec![agree(3), Clocks::Unknown], format!("{machine} The vendor's own clock could not be told.")),
        (
            vec![Clocks::Virtual { vendor }],
            "The clock: every time is the virtual time of an emulated organization, with no outside time stamp."
                .to_owned(),
        ),
    ] {
        let mut run = run.clone();
        for clocks in seen {
            run.write(Event::ClocksSeen { clocks });
        }
        let made = evidence(&run.records).unwrap();
        let said: Vec<_> = made.not_checked.iter().filter(|line| line.starts_with("The clock")).collect();
        assert_eq!(said, [&says]);
    }
}
