//! When a retirement is proved again, what may follow the end of a run, and what the evidence says of it.

use emeritus_core::again::{Due, LaterProof, LaterVerdict, due, next_due};
use emeritus_core::census::NotComparable;
use emeritus_core::event::{Event, Outcome, Record};
use emeritus_core::evidence::{evidence, moment};
use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::forecast::Calendar;
use emeritus_core::id::RunId;
use emeritus_core::overrides::{Block, BlockKind, Override};
use emeritus_core::person::Standing;
use emeritus_core::plan::{Bound, HistoryScope, Plan, Purpose};
use emeritus_core::plan_foreseeing;
use emeritus_core::planner::{Lacking, Outlook, is_blocked};
use emeritus_core::policy::{Policy, Strictness};
use emeritus_core::retention::Retention;
use emeritus_core::state::IllegalEvent;
use emeritus_core::{Part, RunState, Why};
use jiff::{SignedDuration, Timestamp};

use crate::evidence::run;
use crate::person::{ada, approved, at, history, now, planned, restored};
use crate::rehearsal::{Luck, Rehearsal};
use crate::specimen_later::{broken, intact};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn outlook(calendar: Part<Calendar>) -> Outlook {
    Outlook { calendar, ..Outlook::default() }
}

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
    let names = |runs: &[RunState]| {
        let everybody = Standing::of_everybody(runs);
        everybody
            .iter()
            .filter_map(Standing::proved_against)
            .map(|run| run.run().to_string())
            .collect::<Vec<_>>()
    };
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
    insta::assert_snapshot!(well.summary[0], @"Proved again 2026-12-21 09:10:19 UTC: all 4 conversations still there, and still the person's.");
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
    assert!(Standing::of([&run.state()]).proved_against().is_some(), "asked for, it is proved all the same");
    assert!(planned(&ada(), &policy).policy.again_after.is_empty());
}

#[test]
fn what_will_soon_be_gone_is_to_be_archived_first() {
    let finding = |days: u32, policy: &Policy| {
        let mut calendar = Calendar::default();
        // Plans of these tests are made on 2026-11-21.
        calendar.add(at("2025-01-10T00:00:00Z"), 7);
        calendar.add(at("2026-10-01T00:00:00Z"), 5);
        let outlook = outlook(Part::Known(calendar));
        let history = HistoryScope { retention: Some(Retention::Days(days)), ..history() };
        let plan = plan_foreseeing(&ada(), &history, &outlook, policy, now()).unwrap();
        plan.findings.into_iter().find(|finding| finding.code == FindingCode::ArchiveFirst)
    };
    let told = finding(700, &Policy::default()).unwrap();
    assert_eq!(told.severity, Severity::Warn);
    insta::assert_snapshot!(told.text, @"archive first with `emeritus archive`: at least 7 conversations that this person handled go within 90 days (700 days of retention, the next on 2026-12-12); at least 7 conversations that this person handled are out of reach of the vendor's detail view (older than 18 months)");
    let soon = finding(365, &Policy { archive_warning: DAY * 330, ..Policy::default() }).unwrap();
    assert!(
        soon.text.contains("at least 5 conversations that this person handled go within 330 days"),
        "{}",
        soon.text
    );
    let mut calendar = Calendar::default();
    calendar.add(at("2026-10-01T00:00:00Z"), 5);
    let young = outlook(Part::Known(calendar));
    let plan = plan_foreseeing(&ada(), &history(), &young, &Policy::default(), now()).unwrap();
    assert!(plan.findings.iter().all(|finding| finding.code != FindingCode::ArchiveFirst));
    assert_eq!(plan, planned(&ada(), &Policy::default()));
}

#[test]
fn what_is_not_known_of_the_retention_is_never_said_to_be_no_limit() {
    let because = |permission: &str| Why::Forbidden { permissions: vec![permission.to_owned()] };
    let plan = |retention: Retention, calendar: Part<Calendar>, policy: &Policy| {
        let bound = Bound::Default { days: 1_830 };
        let history = HistoryScope { bound, retention: Some(retention), ..history() };
        plan_foreseeing(&ada(), &history, &outlook(calendar), policy, now()).unwrap()
    };
    let said = |plan: &Plan| {
        let unknown = plan.findings.iter().filter(|finding| finding.code == FindingCode::UnknownPart);
        let mut lines: Vec<_> = unknown.map(|one| format!("{:?}: {}", one.severity, one.text)).collect();
        let text = plan.to_string();
        lines.extend(
            text.lines().find(|line| line.contains("history from")).map(|line| line.trim().to_owned()),
        );
        lines.join("\n")
    };
    let nothing = || Part::Known(Calendar::default());
    let refused = || Retention::Unknown(because("analytics:dataRetention:view"));
    let usual = Policy::default();
    insta::assert_snapshot!(said(&plan(Retention::NoLimit, nothing(), &usual)), @"history from  2023-11-22 (1830 days; the organization states no limit)");
    insta::assert_snapshot!(said(&plan(Retention::NotALength(0), nothing(), &usual)), @r"
    Warn: retention: unknown, 0 days are stated, which is no length of time; what the organization will drop is not foretold
    history from  2023-11-22 (1830 days; the organization states a retention of 0 days, which is no length of time)
    ");
    insta::assert_snapshot!(said(&plan(refused(), nothing(), &usual)), @r"
    Warn: retention: unknown, needs permission analytics:dataRetention:view; what the organization will drop is not foretold
    history from  2023-11-22 (1830 days; how long the organization keeps conversations is unknown: needs permission analytics:dataRetention:view)
    ");
    let unreadable = Retention::Unknown(Why::Unreadable { code: "status 503".to_owned() });
    insta::assert_snapshot!(said(&plan(unreadable, nothing(), &usual)), @r"
    Warn: retention: unknown, could not be read (status 503); what the organization will drop is not foretold
    history from  2023-11-22 (1830 days; how long the organization keeps conversations is unknown: could not be read (status 503))
    ");
    let blind = Part::Unknown(because("analytics:conversationAggregate:view"));
    insta::assert_snapshot!(said(&plan(Retention::Days(700), blind, &usual)), @r"
    Warn: age of the history: unknown before it is read, needs permission analytics:conversationAggregate:view; look whether to archive it first
    history from  2023-11-22 (1830 days; the organization keeps 700 days and no more)
    ");
    let strict = Policy { unknown: Strictness::Block, ..Policy::default() };
    assert!(is_blocked(&plan(refused(), nothing(), &strict)));
    assert!(!is_blocked(&plan(Retention::NoLimit, nothing(), &strict)));
}

#[test]
fn a_plan_of_an_earlier_release_does_not_say_which_of_them_it_was() {
    let scope = |text: &str| serde_json::from_str::<HistoryScope>(text).unwrap();
    let from = r#""from":"2021-11-25T00:00:00Z""#;
    let default = scope(&format!(r#"{{{from},"bound":{{"default":{{"days":1830}}}}}}"#));
    assert_eq!(default.told(), Retention::NotTold);
    insta::assert_snapshot!(default.why(), @"1830 days; whether the organization states no limit or could not be asked was not written down");
    let limited = scope(&format!(r#"{{{from},"bound":{{"retention":{{"days":700}}}}}}"#));
    assert_eq!(limited.told(), Retention::Days(700));
}

#[test]
fn who_could_not_be_put_back_is_not_retired() {
    let plan = |outlook: Outlook, policy: &Policy| {
        plan_foreseeing(&ada(), &history(), &outlook, policy, now()).unwrap()
    };
    let lacking = |permission: &str, what: &[&str]| Lacking {
        permission: permission.to_owned(),
        what: what.iter().map(|&what| what.to_owned()).collect(),
    };
    let two =
        || vec![lacking("routing:skill:view", &["skills"]), lacking("a:b:c", &["role grants", "queues"])];
    let refused = plan(Outlook { unrestorable: two(), ..Outlook::default() }, &Policy::default());
    let told: Vec<_> = refused.findings.iter().filter(|one| one.code == FindingCode::Restore).collect();
    assert!(told.iter().all(|one| one.severity == Severity::Fatal) && is_blocked(&refused));
    insta::assert_snapshot!(told.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("\n"), @r"
    a restore could not give back skills: the client lacks routing:skill:view. Add it to a role of the client first
    a restore could not give back role grants, queues: the client lacks a:b:c. Add it to a role of the client first
    ");
    let lift = |name: &str| {
        let because = "nobody needs them back";
        Override::new(&Block::new(BlockKind::Restore, name), because, "an operator").unwrap()
    };
    let lifting = |names: &[&str]| Policy {
        overrides: names.iter().map(|name| lift(name)).collect(),
        ..Policy::default()
    };
    let of_two = || Outlook { unrestorable: two(), ..Outlook::default() };
    assert!(is_blocked(&plan(of_two(), &lifting(&["routing:skill:view"]))));
    assert!(!is_blocked(&plan(of_two(), &lifting(&["routing:skill:view", "a:b:c"]))));
    let refusal = Why::Forbidden { permissions: vec!["oauth:client:view".to_owned()] };
    let unknown = || Outlook { rights_unknown: Some(refusal.clone()), ..Outlook::default() };
    let warned = plan(unknown(), &Policy::default());
    let told = warned.findings.iter().find(|one| one.text.starts_with("permissions of this client")).unwrap();
    assert_eq!((told.severity, is_blocked(&warned)), (Severity::Warn, false));
    assert!(is_blocked(&plan(unknown(), &Policy { unknown: Strictness::Block, ..Policy::default() })));
}
