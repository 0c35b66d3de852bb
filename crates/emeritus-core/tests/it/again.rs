//! When a retirement is proved again, what may follow the end of a run, and what the evidence says of it.

use emeritus_core::RunState;
use emeritus_core::again::{Due, LaterProof, LaterVerdict, due, next_due, standing};
use emeritus_core::census::NotComparable;
use emeritus_core::event::{Event, Outcome, Record};
use emeritus_core::evidence::{evidence, moment};
use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::id::RunId;
use emeritus_core::plan::Purpose;
use emeritus_core::plan_foreseeing;
use emeritus_core::planner::Outlook;
use emeritus_core::policy::Policy;
use emeritus_core::state::IllegalEvent;
use jiff::{SignedDuration, Timestamp};

use crate::evidence::run;
use crate::person::{ada, approved, at, history, now, planned, restored};
use crate::rehearsal::{Luck, Rehearsal};
use crate::specimen_later::{broken, intact};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn retired() -> Rehearsal {
    run(&Policy::default(), |_| {}, &[])
}

fn proved(run: &mut Rehearsal, proof: LaterProof, now: Timestamp) {
    run.now = now;
    let due = due(&run.state(), now);
    run.write(Event::ProvedAgain { proof: Box::new(LaterProof { due, ..proof }) });
}

fn days(due: Option<Due>) -> Option<i64> {
    due.map(|due| due.after.as_hours() / 24)
}

fn end(run: &Rehearsal) -> Timestamp {
    run.state().finished_at().unwrap()
}

#[test]
fn each_point_is_due_once_counted_from_the_end() {
    let mut run = retired();
    let end = end(&run);
    assert_eq!(due(&run.state(), end + DAY * 30 - SignedDuration::from_secs(1)), None);
    assert_eq!(days(next_due(&run.state(), end)), Some(30));
    for (day, expected) in [(30, 30), (90, 90), (365, 365)] {
        let now = end + DAY * day;
        let open = due(&run.state(), now).unwrap();
        assert_eq!((days(Some(open)), open.at), (Some(expected), now));
        proved(&mut run, intact(), now);
        assert_eq!(due(&run.state(), now + DAY), None, "after day {day}");
    }
    assert_eq!(next_due(&run.state(), end + DAY * 365), None);
    assert_eq!(due(&run.state(), end + DAY * 9_000), None);
}

#[test]
fn several_points_that_passed_are_caught_up_with_by_one_proof() {
    let mut run = retired();
    let now = end(&run) + DAY * 200;
    assert_eq!(days(due(&run.state(), now)), Some(90));
    proved(&mut run, intact(), now);
    assert_eq!(due(&run.state(), now), None);
    assert_eq!(days(due(&run.state(), now + DAY * 165)), Some(365));
}

#[test]
fn a_proof_before_its_time_and_one_that_says_nothing_answer_no_point() {
    let mut run = retired();
    let end = end(&run);
    proved(&mut run, intact(), end + DAY * 29);
    assert_eq!(days(due(&run.state(), end + DAY * 30)), Some(30));
    let nothing = LaterVerdict::NotComparable(NotComparable::ControlSawNothing);
    proved(&mut run, LaterProof { verdict: nothing, ..intact() }, end + DAY * 30);
    assert_eq!(days(due(&run.state(), end + DAY * 30)), Some(30));
    proved(&mut run, broken(), end + DAY * 31);
    assert_eq!(due(&run.state(), end + DAY * 31), None);
}

#[test]
fn the_policy_says_when_and_its_default_is_not_stored() {
    let lengths = vec![DAY * 7, DAY];
    let policy = Policy { again_after: lengths, ..Policy::default() };
    let often = run(&policy, |_| {}, &[]);
    assert_eq!(days(due(&often.state(), end(&often) + DAY * 2)), Some(1));
    assert_eq!(days(due(&often.state(), end(&often) + DAY * 8)), Some(7));
    let text = serde_json::to_string(&Policy::default()).unwrap();
    assert!(!text.contains("again_after"), "{text}");
    let read: Policy = serde_json::from_str(&text).unwrap();
    assert_eq!(read.again_after, [DAY * 30, DAY * 90, DAY * 365]);
    let never = Policy { again_after: Vec::new(), ..Policy::default() };
    let read: Policy = serde_json::from_str(&serde_json::to_string(&never).unwrap()).unwrap();
    assert_eq!(read, never);
}

#[test]
fn only_a_finished_retirement_with_a_history_is_proved_again() {
    let event = || Event::ProvedAgain { proof: Box::new(intact()) };
    let refused = |records: &[Record]| {
        let mut state = RunState::fold(records).unwrap().unwrap();
        let before = state.clone();
        let sequence = state.sequence() + 1;
        let error = state.apply(&Record { sequence, at: state.last_at(), event: event() }).unwrap_err();
        assert_eq!(state, before, "a refused event changed the state");
        assert_eq!(due(&state, Timestamp::MAX), None);
        (error, IllegalEvent::NothingSealed { sequence })
    };
    let run = retired();
    let end = run.records.iter().position(|record| matches!(record.event, Event::Finished { .. })).unwrap();
    for cut in 1..=end {
        let (error, expected) = refused(&run.records[..cut]);
        assert_eq!(error, expected, "after {cut} records");
    }
    for outcome in [Outcome::Failed, Outcome::Skipped, Outcome::Stuck] {
        let mut records = run.records[..=end].to_vec();
        records[end].event = Event::Finished { outcome };
        let (error, expected) = refused(&records);
        assert_eq!(error, expected, "{outcome:?}");
    }
    // Taken back before anything was read.
    let taken_back = crate::evidence::run(&Policy::default(), |_| {}, &[Luck::Refused]);
    assert_eq!(taken_back.state().outcome(), Some(Outcome::Failed));
    refused(&taken_back.records);
}

/// The records as those of another run.
fn renamed(records: &[Record], name: &str) -> RunState {
    let mut records = records.to_vec();
    if let Event::Started { run, .. } = &mut records[0].event {
        *run = RunId::parse(name).unwrap();
    }
    RunState::fold(&records).unwrap().unwrap()
}

#[test]
fn who_was_put_back_is_left_out_and_the_latest_retirement_stands_for_a_person() {
    let first = renamed(&retired().records, "run-1");
    let second = renamed(&retired().records, "run-2");
    let names =
        |runs: &[RunState]| standing(runs).into_iter().map(|run| run.run().to_string()).collect::<Vec<_>>();
    assert_eq!(names(&[first.clone(), second.clone()]), ["run-2"]);
    let mut inactive = ada();
    inactive.account.state = emeritus_core::inventory::AccountState::Inactive;
    let back = restored(&ada(), &inactive);
    assert!(matches!(back.purpose, Purpose::Restore { .. }));
    let started = Event::Started {
        run: RunId::parse("run-3").unwrap(),
        plan: Box::new(approved(&back)),
        snapshot: Box::new(ada()),
        engine: "0.1.0".to_owned(),
    };
    let mut records = vec![Record { sequence: 1, at: at("2026-11-23T09:00:00Z"), event: started }];
    let over =
        |outcome| Record { sequence: 2, at: at("2026-11-23T09:01:00Z"), event: Event::Finished { outcome } };
    records.push(over(Outcome::Verified));
    let put_back = RunState::fold(&records).unwrap().unwrap();
    let runs = [first.clone(), put_back, second.clone()];
    assert_eq!(names(&runs[..2]), Vec::<String>::new());
    assert_eq!(names(&runs), ["run-2"], "retired once more");
    records[1] = over(Outcome::Failed);
    let not_put_back = RunState::fold(&records).unwrap().unwrap();
    assert_eq!(names(&[first, not_put_back]), ["run-1"]);
}

#[test]
fn the_evidence_tells_each_and_leads_with_what_went_wrong() {
    let mut run = retired();
    let end = end(&run);
    let sealed = evidence(&run.records).unwrap();
    proved(&mut run, intact(), end + DAY * 30);
    let well = evidence(&run.records).unwrap();
    assert_eq!(well.headline, sealed.headline);
    insta::assert_snapshot!(well.summary[0], @"Proved again 2026-12-21 09:10:18 UTC: all 4 conversations still there, and still the person's.");
    assert_eq!(
        (&well.readings, &well.steps, well.outcome),
        (&sealed.readings, &sealed.steps, sealed.outcome)
    );
    proved(&mut run, broken(), end + DAY * 91);
    let bad = evidence(&run.records).unwrap();
    insta::assert_snapshot!(bad.headline, @"4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended. Since then, on 2027-02-20: of 4 conversations, 1 missing (2025-03: 00000000-0000-0000-0000-000000000007), 2 altered (2025-03 (1), 2025-07 (1): 00000000-0000-0000-0000-000000000008, …), 1 without the person's name.");
    let dues: Vec<_> = bad.later.iter().map(|later| later.proof.due_words()).collect();
    assert_eq!(dues, ["due 30 days after the end", "due 90 days after the end"]);
    let last = bad.timeline.last().unwrap();
    insta::assert_snapshot!(format!("{}: {}", last.what, last.detail.as_deref().unwrap()), @"history proved again, due 90 days after the end: of 4 conversations, 1 missing (2025-03: 00000000-0000-0000-0000-000000000007), 2 altered (2025-03 (1), 2025-07 (1): 00000000-0000-0000-0000-000000000008, …), 1 without the person's name; root 7c36f0f3f57a512b0c11a89951bedbe36f597b036ee0c2aa1913322d6ada208a");
    let after = format!(
        "Anything after the last reading, which was written down at {}.",
        moment(run.records.last().unwrap().at)
    );
    assert!(bad.not_checked.contains(&after), "{:#?}", bad.not_checked);
    let read: emeritus_core::evidence::Evidence =
        serde_json::from_str(&serde_json::to_string(&bad).unwrap()).unwrap();
    assert_eq!(read, bad);
}

#[test]
fn a_plan_without_a_schedule_is_due_never() {
    let policy = Policy { again_after: Vec::new(), ..Policy::default() };
    let run = run(&policy, |_| {}, &[]);
    assert_eq!(due(&run.state(), Timestamp::MAX), None);
    assert!(standing(&[run.state()]).len() == 1, "asked for, it is proved all the same");
    assert!(planned(&ada(), &policy).policy.again_after.is_empty());
}

#[test]
fn what_will_soon_be_gone_is_to_be_archived_first() {
    let finding = |days: u32, policy: &Policy| {
        let mut outlook = Outlook { retention_days: Some(days), ..Outlook::default() };
        // Plans of these tests are made on 2026-11-21.
        outlook.calendar.add(at("2025-01-10T00:00:00Z"), 7);
        outlook.calendar.add(at("2026-10-01T00:00:00Z"), 5);
        let plan = plan_foreseeing(&ada(), &history(), &outlook, policy, now()).unwrap();
        plan.findings.into_iter().find(|finding| finding.code == FindingCode::ArchiveFirst)
    };
    let told = finding(700, &Policy::default()).unwrap();
    assert_eq!(told.severity, Severity::Warn);
    insta::assert_snapshot!(told.text, @"archive first with `emeritus archive`: about 7 conversations go within 90 days (700 days of retention, the next on 2026-12-12); about 7 conversations are out of reach of the vendor's detail view (older than 18 months)");
    let soon = finding(365, &Policy { archive_warning: DAY * 330, ..Policy::default() }).unwrap();
    assert!(soon.text.contains("about 5 conversations go within 330 days"), "{}", soon.text);
    let mut young = Outlook { retention_days: Some(1_095), ..Outlook::default() };
    young.calendar.add(at("2026-10-01T00:00:00Z"), 5);
    let plan = plan_foreseeing(&ada(), &history(), &young, &Policy::default(), now()).unwrap();
    assert!(plan.findings.iter().all(|finding| finding.code != FindingCode::ArchiveFirst));
    assert_eq!(plan, planned(&ada(), &Policy::default()));
}
