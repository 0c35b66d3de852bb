//! What the evidence says of a run, and that it says no more than the records show.

use emeritus_core::census::Verdict;
use emeritus_core::event::{Difference, Event, Outcome};
use emeritus_core::evidence::{Evidence, StepOutcome, evidence};
use emeritus_core::inventory::{Inventory, Part};
use emeritus_core::plan::StepKind;
use emeritus_core::policy::{Mode, Policy};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::person::{With as _, ada, approved, forbidden, planned, restored};
use crate::rehearsal::{Luck, Rehearsal};
use crate::world::World;

/// What a reader sees first: the line, the sentences, what became of each step.
fn told(evidence: &Evidence) -> String {
    let mut lines = vec![evidence.headline.clone()];
    lines.extend(evidence.summary.iter().map(|sentence| format!("- {sentence}")));
    for step in &evidence.steps {
        let detail = step.detail.as_ref().map(|detail| format!("; {detail}")).unwrap_or_default();
        let attempts = step.attempts;
        lines.push(format!("{}: {} [{}] {attempts}{detail}", step.place, step.what, step.outcome_words()));
    }
    lines.join("\n")
}

pub(crate) fn person() -> Inventory {
    ada().in_queue("Billing", true).at_stations("Desk 4", "")
}

pub(crate) fn delete(hold: SignedDuration) -> Policy {
    Policy { mode: Mode::Delete { hold }, ..Policy::default() }
}

pub(crate) fn run(policy: &Policy, change: impl FnOnce(&mut World), script: &[Luck]) -> Rehearsal {
    let (person, mut world) = (person(), World::of(&person(), 4));
    change(&mut world);
    let mut run = Rehearsal::begin(
        &approved(&planned(&person, policy)),
        &person,
        world,
        script.iter().rev().copied().collect(),
    );
    run.run(1_000);
    run.write(Event::Counted { calls: 37 });
    run
}

pub(crate) fn of(run: &Rehearsal) -> Evidence {
    evidence(&run.records).unwrap()
}

#[test]
fn a_kept_person_with_a_whole_history() {
    assert_snapshot!(told(&of(&run(&Policy::default(), |_| {}, &[]))), @r"
    4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - At the last look, 2026-11-21 09:10:17 UTC, the account was inactive.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    ");
}

#[test]
fn a_deleted_person_whose_history_stayed() {
    assert_snapshot!(told(&of(&run(&delete(SignedDuration::from_hours(48)), |_| {}, &[]))), @"
    4 conversations before, the same 4 after the delete; none missing, none altered of the 3 that had ended.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - The account was seen deleted at 2026-11-23 09:10:21 UTC.
    - At the last look, 2026-11-23 09:10:23 UTC, the account was deleted.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    step 8: hold for 2 days [done] 0; until 2026-11-23 09:10:16 UTC
    step 9: prove the history again after the hold [done] 1; intact
    step 10: delete the account [verified] 1
    step 11: prove the history again after the delete [done] 1; intact
    ");
}

#[test]
fn a_delete_that_severed_history() {
    let evidence = of(&run(&delete(SignedDuration::ZERO), |world| world.severs = true, &[]));
    assert_eq!(evidence.outcome, Some(Outcome::ProofBroken));
    assert_snapshot!(told(&evidence), @r"
    4 conversations before; after the delete 4 missing, 0 altered.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - The account was seen deleted at 2026-11-21 09:10:19 UTC.
    - The run turned back because the proof after the delete is broken.
    - At the last look, 2026-11-21 09:10:31 UTC, the account was inactive.
    - The account was put back: seen inactive at 2026-11-21 09:10:26 UTC.
    - The history was read again after the put-back: intact.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    step 8: delete the account [undone] 1
    undo of step 8: set state deleted -> inactive [verified] 1
    undo of step 8: move to division Sales [verified] 1
    undo of step 8: prove the history again after the put-back [done] 1; intact
    step 9: prove the history again after the delete [done] 3; broken: 4 missing, 0 altered
    ");
    let last = evidence.readings.iter().rev().find(|reading| reading.place.undo.is_none()).unwrap();
    let Some(Verdict::Broken { missing, .. }) = &last.verdict else { panic!() };
    assert_eq!(missing.len(), 4, "every missing id is kept");
}

#[test]
fn a_person_without_history() {
    assert_snapshot!(told(&of(&run(&Policy::default(), |world| world.conversations.clear(), &[]))), @r"
    No history found, before or after the cut, where a query by the same client sees 9 conversations of others.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - At the last look, 2026-11-21 09:10:17 UTC, the account was inactive.
    step 1: read the whole history and fingerprint it [done] 1; 0 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; no history found
    ");
}

#[test]
fn a_client_that_sees_no_history_at_all() {
    let blind = |world: &mut World| {
        world.conversations.clear();
        world.sees_others = false;
    };
    assert_snapshot!(told(&of(&run(&delete(SignedDuration::ZERO), blind, &[]))), @r"
    No statement about the history after the cut: nothing was found before the first write, and no control query showed that this client can see conversations at all.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - The account was not deleted by this run.
    - At the last look, 2026-11-21 09:10:05 UTC, the account was inactive.
    - A person is needed at step 8, delete the account: not deleted: the proof after the cut allows no statement.
    step 1: read the whole history and fingerprint it [done] 1; 0 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; not comparable: nothing was found before the first write, and no control query showed that this client can see conversations at all
    step 8: delete the account [not reached] 0
    step 9: prove the history again after the delete [not reached] 0
    ");
}

#[test]
fn a_step_that_was_refused_and_a_person_who_is_needed() {
    let script: Vec<_> = [Luck::Well; 7].into_iter().chain([Luck::Refused]).collect();
    let evidence = of(&run(&Policy::default(), |_| {}, &script));
    assert_eq!(evidence.outcome, Some(Outcome::Stuck));
    assert_snapshot!(told(&evidence), @r"
    4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - At the last look, 2026-11-21 09:10:05 UTC, the account was inactive.
    - A person is needed at step 5, leave queue Billing: as the script has it.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [refused (forbidden)] 1; as the script has it
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    ");
}

#[test]
fn a_cut_that_was_refused_and_a_queue_that_was_joined_again() {
    let script = [Luck::Well, Luck::InUse, Luck::Well, Luck::Well, Luck::Refused];
    let evidence = of(&run(&Policy::default(), |_| {}, &script));
    assert_eq!(evidence.outcome, Some(Outcome::Failed));
    assert_snapshot!(told(&evidence), @r"
    Not retired: the run turned back. No proof was made.
    - That access has ended was not observed.
    - The run turned back at step 2, set state active -> inactive: as the script has it.
    - At the last look, 2026-11-21 09:10:17 UTC, the account was active.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [refused (forbidden)] 2; as the script has it
    step 3: revoke all tokens [not reached] 0
    step 4: clear associated station Desk 4 [not reached] 0
    step 5: leave queue Billing [undone] 1
    undo of step 5: join queue Billing [verified] 1
    undo of step 5: take work from queue Billing [verified] 1
    step 6: see that access has ended [not reached] 0
    step 7: prove the history again after the cut [not reached] 0
    ");
}

#[test]
fn an_answer_that_was_lost_and_an_effect_that_was_never_seen() {
    let script = [
        Luck::Well,
        Luck::LostAfter,
        Luck::Well,
        Luck::AcceptedInVain,
        Luck::Unclear,
        Luck::Unclear,
        Luck::Unclear,
        Luck::Unclear,
    ];
    let evidence = of(&run(&Policy::default(), |_| {}, &script));
    assert_eq!(evidence.outcome, Some(Outcome::WrittenNotVerified));
    assert_snapshot!(told(&evidence), @r"
    4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended.
    - Access: the account was seen inactive at 2026-11-21 09:10:05 UTC; the revocation of its tokens was accepted at 2026-11-21 09:10:07 UTC, and not seen to hold.
    - At the last look, 2026-11-21 09:10:21 UTC, the account was inactive.
    - Accepted and not seen: step 3, revoke all tokens.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [accepted, not seen] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    ");
    assert_eq!(evidence.cut.unwrap().at, None, "tokens that were not seen revoked do not make a cut");
    assert_snapshot!(evidence.not_checked.join("\n"), @r"
    Phones, extensions and direct numbers, teams, utilization, workforce management, licences, Architect flows, work items and schedules: not read by the release that took the inventory.
    Applications that the person authorised: the vendor lists them to the person alone.
    Report exports of the person: the vendor lists them to the person alone.
    Outbound campaigns that the person works on: no record of a campaign names its agents.
    Canned responses and prompts that the person wrote: they have a maker, and no owner.
    Step 3, revoke all tokens: accepted by the vendor, not seen afterwards.
    The content of conversations. A proof covers which conversations there are, when each began, its media and this person's part in it (participant, purpose, name), and nothing else: not recordings, transcripts, evaluations, surveys, voicemail, attributes or the parts of others.
    Conversations that began before 2023-11-22 00:00:00 UTC: the organization keeps 1,095 days and no more.
    Conversations that began at or after 2026-11-21 09:00:00 UTC, where the first reading ends.
    What became of conversations that had not ended at the first reading (1): of these only the presence was compared.
    What happened to records before the first reading: what was gone by then, or no longer named this person (after a GDPR request, for example), is in no reading and not missed.
    Anything after the last reading, which was written down at 2026-11-21 09:10:20 UTC.
    Who approved: `grace` is what the tool was told; nothing is signed.
    The clock: every time is that of the machine that ran it, with no outside time stamp.
    ");
}

#[test]
fn a_part_that_was_not_read_keeps_a_run_from_being_verified() {
    let mut person = person();
    person.queues = Part::Unknown(forbidden("routing:queue:view"));
    let plan = approved(&planned(&person, &Policy::default()));
    let mut run = Rehearsal::begin(&plan, &person, World::of(&person, 4), Vec::new());
    run.run(200);
    let evidence = of(&run);
    assert_eq!(evidence.outcome, Some(Outcome::WrittenNotVerified));
    assert_snapshot!(evidence.summary.join("\n"), @r"
    Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    At the last look, 2026-11-21 09:10:14 UTC, the account was inactive.
    Not read, so perhaps still held: queues (needs permission routing:queue:view).
    ");
}

#[test]
fn a_run_that_is_held() {
    let whole = run(&delete(SignedDuration::from_hours(48)), |_| {}, &[]);
    let waiting =
        whole.records.iter().position(|record| matches!(record.event, Event::Waiting { .. })).unwrap();
    let evidence = evidence(&whole.records[..=waiting]).unwrap();
    assert_eq!((evidence.outcome, evidence.calls), (None, 0));
    assert_snapshot!(told(&evidence), @"
    4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - The account was not deleted by this run.
    - At the last look, 2026-11-21 09:10:05 UTC, the account was inactive.
    - The run waits until 2026-11-23 09:10:16 UTC (step 8, hold for 2 days).
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    step 8: hold for 2 days [under way] 0; until 2026-11-23 09:10:16 UTC
    step 9: prove the history again after the hold [not reached] 0
    step 10: delete the account [not reached] 0
    step 11: prove the history again after the delete [not reached] 0
    ");
}

#[test]
fn a_delete_that_was_announced_is_not_covered_by_the_proof_before_it() {
    let whole = run(&delete(SignedDuration::ZERO), |_| {}, &[]);
    let delete = whole
        .records
        .iter()
        .position(|record| {
            let Event::Intended { place, .. } = record.event else { return false };
            matches!(whole.state().plan().step(place.step).unwrap().kind, StepKind::Delete)
        })
        .unwrap();
    let evidence = evidence(&whole.records[..=delete]).unwrap();
    assert_snapshot!(told(&evidence), @r"
    4 conversations before, the same 4 after the cut; none missing, none altered of the 3 that had ended.
    - Access ended 2026-11-21 09:10:08 UTC: the account was seen inactive at 09:10:05; its tokens were revoked, and none newer was seen at 09:10:08.
    - A delete was announced; the account was not seen deleted.
    - The history has not been read since the delete was announced.
    - At the last look, 2026-11-21 09:10:05 UTC, the account was inactive.
    step 1: read the whole history and fingerprint it [done] 1; 4 conversations
    step 2: set state active -> inactive [verified] 1
    step 3: revoke all tokens [verified] 1
    step 4: clear associated station Desk 4 [verified] 1
    step 5: leave queue Billing [verified] 1
    step 6: see that access has ended [done] 1
    step 7: prove the history again after the cut [done] 1; intact
    step 8: delete the account [outcome unknown] 1
    step 9: prove the history again after the delete [not reached] 0
    ");
}

#[test]
fn a_person_with_nothing_left_to_do() {
    let person = ada().inactive();
    let plan = planned(&person, &Policy::default());
    let mut run = Rehearsal::begin(&approved(&plan), &person, World::of(&person, 4), Vec::new());
    run.run(10);
    let evidence = of(&run);
    assert_eq!((evidence.outcome, &evidence.cut), (Some(Outcome::Skipped), &None));
    assert_snapshot!(told(&evidence), @"Nothing to do: the plan had no step.
- At the last look, 2026-11-21 09:10:02 UTC, the account was inactive.");
}

#[test]
fn a_person_put_back_but_for_what_was_foretold() {
    let (snapshot, current) = (person(), person().deleted());
    let plan = restored(&snapshot, &current);
    let mut run = Rehearsal::begin(&approved(&plan), &current, World::of(&current, 4), Vec::new());
    run.run(200);
    assert_snapshot!(told(&of(&run)), @r"
    Put back: no field that was compared differs from the snapshot.
    - The account was seen active at 2026-11-21 09:10:04 UTC.
    - At the last look, 2026-11-21 09:10:18 UTC, the account was active.
    step 1: set state deleted -> active [verified] 1
    step 2: move to division Sales [verified] 1
    step 3: grant Agent in Sales [verified] 1
    step 4: join queue Billing [verified] 1
    step 5: take work from queue Billing [verified] 1
    step 6: compare with the snapshot, field by field [done] 1
    ");
    assert_snapshot!(of(&run).will_not_come_back.join("\n"), @r"
    Tokens and sessions: revoked ones stay revoked; the person logs in again.
    Presence: the person sets it when they log in.
    Associated station Desk 4: chosen by the person at the next login.
    Telephony, teams and other holdings: the snapshot was taken by a release that did not read it.
    ");
    assert_snapshot!(with_difference(&run, true).headline, @"Put back, but for 1 field that the plan had said would not come back.");
    assert_snapshot!(with_difference(&run, false).headline, @"Not wholly put back: 1 field unlike the snapshot.");
}

/// "Done" beside a step says that something was done and says nothing of what was seen.
#[test]
fn what_was_only_looked_at_is_called_by_the_look() {
    let looks = |evidence: &Evidence| {
        let done = evidence.steps.iter().filter(|step| step.outcome == StepOutcome::Done);
        done.map(|step| format!("{}: {}", step.place, evidence.became(step))).collect::<Vec<_>>().join(", ")
    };
    let mut deleted = of(&run(&delete(SignedDuration::from_hours(48)), |_| {}, &[]));
    assert_snapshot!(
        looks(&deleted),
        @"step 1: read, step 6: seen, step 7: read, step 8: waited out, step 9: read, step 11: read"
    );
    let (field, expected, found) = ("token".to_owned(), "none".to_owned(), "one".to_owned());
    deleted.differences.push(Difference { field, expected, found, foretold: false });
    assert!(looks(&deleted).contains("step 6: not seen"), "{}", looks(&deleted));

    let (snapshot, current) = (person(), person().deleted());
    let plan = restored(&snapshot, &current);
    let mut back = Rehearsal::begin(&approved(&plan), &current, World::of(&current, 4), Vec::new());
    back.run(200);
    assert_snapshot!(looks(&of(&back)), @"step 6: compared");
}

/// The same run, had its comparison found one difference.
fn with_difference(run: &Rehearsal, foretold: bool) -> Evidence {
    let mut records = run.records.clone();
    for record in &mut records {
        if let Event::Compared { differences, .. } = &mut record.event {
            differences.push(Difference {
                field: "associated station".to_owned(),
                expected: "Desk 4".to_owned(),
                found: "none".to_owned(),
                foretold,
            });
        }
    }
    evidence(&records).unwrap()
}
