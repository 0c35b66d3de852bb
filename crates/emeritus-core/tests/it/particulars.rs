//! The parts of the evidence that a reader looks things up in: timeline, what was held, what was not checked.

use emeritus_core::event::{Answer, Event, FailureCode, StepFailure};
use emeritus_core::evidence::{EvidenceError, StepOutcome, evidence};
use emeritus_core::inventory::{Part, Via, Why};
use emeritus_core::policy::Policy;
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::evidence::{delete, of, person, run};
use crate::person::{With as _, approved, forbidden, grant, group, planned};
use crate::rehearsal::{Luck, Rehearsal};
use crate::world::World;

#[test]
fn every_event_is_told_with_who_which_try_and_which_answer() {
    let script = [Luck::Well, Luck::VersionClash, Luck::DiesAfter];
    let evidence = of(&run(&Policy::default(), |_| {}, &script));
    let lines: Vec<_> = evidence
        .timeline
        .iter()
        .map(|moment| {
            let attempt = moment.attempt.map(|attempt| format!(" (try {attempt})")).unwrap_or_default();
            let who = moment.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
            let id = moment.correlation_id.as_ref().map(|id| format!(" <{id}>")).unwrap_or_default();
            let detail = moment.detail.as_ref().map(|detail| format!(" | {detail}")).unwrap_or_default();
            format!("{} {}{attempt}{who}{detail}{id}", moment.sequence, moment.what)
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r"
    1 plan made | 7 steps, 6 findings; digest 32e0e75d814955ebce1319e64462776724ec68dca40d57bffb363052810a3713
    1 plan approved by grace | a person answered at a terminal
    1 run began | snapshot of 2026-11-21 08:59:00 UTC; release 0.1.0
    2 step 1, read the whole history and fingerprint it: history read | 4 conversations, root 7c36f0f3f57a512b0c11a89951bedbe36f597b036ee0c2aa1913322d6ada208a
    3 step 2, set state active -> inactive: about to be sent (try 1) | POST /simulated/2, body SHA-256 0000000000000000000000000000000000000000000000000000000000000000
    4 step 2, set state active -> inactive: not done (try 1) | version-clash: as the script has it <corr-1>
    5 step 2, set state active -> inactive: about to be sent (try 2) | POST /simulated/2, body SHA-256 0000000000000000000000000000000000000000000000000000000000000000
    6 run taken up again | release 0.1.0
    7 step 2, set state active -> inactive: seen done | state inactive
    8 step 3, revoke all tokens: about to be sent (try 1) | POST /simulated/3, body SHA-256 0000000000000000000000000000000000000000000000000000000000000000
    9 step 3, revoke all tokens: accepted (try 1) | HTTP 200 <corr-1>
    10 step 3, revoke all tokens: seen done | state inactive
    11 step 4, clear associated station Desk 4: about to be sent (try 1) | POST /simulated/4, body SHA-256 0000000000000000000000000000000000000000000000000000000000000000
    12 step 4, clear associated station Desk 4: accepted (try 1) | HTTP 200 <corr-1>
    13 step 4, clear associated station Desk 4: seen done | state inactive
    14 step 5, leave queue Billing: about to be sent (try 1) | POST /simulated/5, body SHA-256 0000000000000000000000000000000000000000000000000000000000000000
    15 step 5, leave queue Billing: accepted (try 1) | HTTP 200 <corr-1>
    16 step 5, leave queue Billing: seen done | state inactive
    17 step 6, see that access has ended: compared | 0 fields differ
    18 step 7: history read after the cut, reading 1 | intact; 4 conversations, root 7c36f0f3f57a512b0c11a89951bedbe36f597b036ee0c2aa1913322d6ada208a
    19 the account was looked at: inactive | version 7
    20 run finished | verified
    21 executor stopped in good order | 37 requests sent
    ");
}

#[test]
fn what_was_not_read_and_what_a_proof_does_not_cover_is_listed() {
    let mut person = person();
    person.emulated = true;
    person.groups = Part::Unknown(forbidden("directory:group:view"));
    person.skills = Part::Unknown(Why::Incomplete { stated: 12, read: 10 });
    let plan = planned(&person, &delete(SignedDuration::ZERO));
    let mut run = Rehearsal::begin(&approved(&plan), &person, World::of(&person, 4), Vec::new());
    run.run(200);
    let evidence = of(&run);
    assert!(evidence.emulated);
    assert_snapshot!(evidence.not_checked.join("\n"), @r"
    A real organization: all of this happened in an emulated one.
    Skills: unknown, read 10 of 12 entries.
    Groups: unknown, needs permission directory:group:view.
    Phones, extensions and direct numbers, teams, utilization, workforce management, licences, Architect flows, work items and schedules: not read by the release that took the inventory.
    Applications that the person authorised: the vendor lists them to the person alone.
    Report exports of the person: the vendor lists them to the person alone.
    Outbound campaigns that the person works on: no record of a campaign names its agents.
    Canned responses and prompts that the person wrote: they have a maker, and no owner.
    The person's tokens themselves: nobody can list them. What was seen is that the vendor accepted their revocation and shows none issued since.
    The content of conversations. A proof covers which conversations there are, when each began, its media and this person's part in it (participant, purpose, name), and nothing else: not recordings, transcripts, evaluations, surveys, voicemail, attributes or the parts of others.
    Conversations that began before 2023-11-22 00:00:00 UTC: the organization keeps 1,095 days and no more.
    Conversations that began at or after 2026-11-21 09:00:00 UTC, where the first reading ends.
    What became of conversations that had not ended at the first reading (1): of these only the presence was compared.
    What happened to records before the first reading: what was gone by then, or no longer named this person (after a GDPR request, for example), is in no reading and not missed.
    Anything after the last reading, which was written down at 2026-11-21 09:10:20 UTC.
    Who approved: `grace` is what the tool was told; nothing is signed.
    The clock: every time is that of the machine that ran it, with no outside time stamp.
    The number of requests: of 1 executor, 0 wrote down how many were sent.
    ");
    assert_snapshot!(evidence.will_not_come_back.join("\n"), @r"
    Extension, direct number and default station: by the vendor's documentation a restored account does not get them again. A restore puts back what the snapshot holds and is still free.
    Tokens and sessions: revoked ones stay revoked; the person logs in again.
    Presence: the person sets it when they log in.
    Associated station Desk 4: chosen by the person at the next login.
    Skills: not read (read 10 of 12 entries), so it cannot be given back.
    Groups: not read (needs permission directory:group:view), so it cannot be given back.
    ");
}

#[test]
fn what_the_person_held_is_summed_up_and_kept_in_full() {
    let mut person = person().in_queue_through_group("VIP");
    person.grants = Part::Known(vec![
        grant("Agent", "Sales", Via::Direct),
        grant("Supervisor", "Sales", Via::Group(group("Night shift").id)),
    ]);
    person.languages = Part::Unknown(forbidden("routing:language:view"));
    let mut nameless = group("Night shift");
    nameless.name = "".into();
    person.groups = Part::Known(vec![nameless, group("Early shift")]);
    let plan = planned(&person, &Policy::default());
    let evidence = of(&Rehearsal::begin(&approved(&plan), &person, World::of(&person, 4), Vec::new()));
    let lines: Vec<_> = evidence
        .held
        .iter()
        .map(|held| match &held.unknown {
            Some(why) => format!("{}: unknown, {why}", held.what),
            None if held.names.is_empty() => format!("{}: none", held.what),
            None => format!("{}: {}", held.what, held.names.join(", ")),
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r"
    division: Sales
    role grants: Agent in Sales, Supervisor in Sales (through a group)
    last holder of: none
    queues: Billing, VIP (through a group)
    skills: none
    languages: unknown, needs permission routing:language:view
    groups: g-night-shift, Early shift
    stations: Desk 4 (in use)
    manager: none
    direct reports: none
    live interactions: none
    open conversations: none
    presence: Available
    last login: 2026-11-20 16:02:00 UTC
    last token: 2026-11-20 16:02:01 UTC
    ");
    assert_eq!(evidence.snapshot, person);
}

#[test]
fn records_that_make_no_run_make_no_evidence() {
    assert_eq!(evidence(&[]), Err(EvidenceError::Empty));
    let mut records = run(&Policy::default(), |_| {}, &[]).records;
    records.remove(3);
    assert!(matches!(evidence(&records), Err(EvidenceError::Illegal(_))));
}

#[test]
fn a_run_begun_with_another_plan_than_the_approved_one_makes_no_evidence() {
    let mut records = run(&Policy::default(), |_| {}, &[]).records;
    let mut stored = serde_json::to_value(&records[0]).unwrap();
    stored["event"]["plan"]["plan"]["subject"]["email"] = "eve@example.com".into();
    records[0] = serde_json::from_value(stored).unwrap();
    let Err(EvidenceError::OtherPlan { approved, actual }) = evidence(&records) else { panic!() };
    assert_ne!(approved, actual);
}

#[test]
fn a_failure_is_told_with_its_code_and_the_vendors_words() {
    let failure = StepFailure {
        status: Some(403),
        vendor_code: Some("missing.permissions".to_owned()),
        ..StepFailure::of(FailureCode::Forbidden, "the client lacks routing:queue:edit")
    };
    let mut run = run(
        &Policy::default(),
        |_| {},
        &[Luck::Well; 7].into_iter().chain([Luck::Refused]).collect::<Vec<_>>(),
    );
    for record in &mut run.records {
        if let Event::Answered { answer: Answer::Refused(refused), .. } = &mut record.event {
            *refused = failure.clone();
        }
    }
    let step = of(&run).steps.into_iter().find(|step| step.outcome == StepOutcome::Refused).unwrap();
    assert_eq!(step.outcome_words(), "refused (forbidden)");
    assert_eq!(
        step.detail.as_deref(),
        Some("the client lacks routing:queue:edit; HTTP 403; missing.permissions")
    );
}
