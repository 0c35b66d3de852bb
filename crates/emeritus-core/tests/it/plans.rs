//! The plan as a person reads it before anything is written.

use emeritus_core::finding::{FindingCode, Severity};
use emeritus_core::inventory::{Part, Via};
use emeritus_core::plan::{Plan, StepKind};
use emeritus_core::planner::{Aim, Survey};
use emeritus_core::policy::{CutOrder, Mode, Policy, Reason};
use emeritus_core::{plan, plan_restore};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::person::{
    With as _, ada, at, colleague, forbidden, grant, group, history, now, planned, restored, run_id, skill,
};

/// The plan's text, with its digest named instead of spelt out.
pub(crate) fn text(plan: &Plan) -> String {
    let digest = plan.digest().unwrap();
    let text = plan.to_string();
    assert!(text.contains(digest.0.as_str()), "a plan names its digest");
    text.replace(digest.0.as_str(), "<digest>")
}

fn delete(hold: SignedDuration) -> Policy {
    Policy { mode: Mode::Delete { hold }, ..Policy::default() }
}

pub(crate) fn fatal_codes(plan: &Plan) -> Vec<FindingCode> {
    let fatal = plan.findings.iter().filter(|finding| finding.severity == Severity::Fatal);
    fatal.map(|finding| finding.code).collect()
}

#[test]
fn keeping_cuts_access_first_then_releases_then_proves() {
    let ada = ada().in_queue("Billing", true).at_stations("Desk 4", "Desk 4");
    let policy = Policy { reason: Some(Reason::Voluntary), ..Policy::default() };
    assert_snapshot!(text(&planned(&ada, &policy)), @"
    Retire (keep the account, inactive): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To know
      1 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Stays with the person
      division: Sales. Stays: history stays where reports look for it

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. set state active -> inactive, reason Voluntary
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. clear associated station Desk 4
          why   the phone is free for somebody else
          undo  set associated station Desk 4
      5. clear default station Desk 4
          why   the phone is free for somebody else
          undo  set default station Desk 4
      6. leave queue Billing
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Billing; take work from queue Billing
      7. see that access has ended
          why   an accepted request is not yet an access that has ended
      8. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk 4: chosen by the person at the next login
    ");
}

#[test]
fn a_delete_waits_out_its_hold_and_is_proved_before_and_after() {
    let ada = ada().in_queue("Billing", false);
    assert_snapshot!(text(&planned(&ada, &delete(SignedDuration::from_hours(720)))), @"
    Retire and delete: Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To look at before approving
      a delete moves the account from Sales to the Home division and drops extension and default station; the vendor brings back neither, a restore puts back what the snapshot holds and is still free

    To know
      1 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. leave queue Billing
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Billing; take no work from queue Billing
      5. see that access has ended
          why   an accepted request is not yet an access that has ended
      6. prove the history again after the cut
          why   shows that every conversation is still there and still names the person
      7. hold for 30 days
          why   a mistake can still be put right without loss
      8. prove the history again after the hold
          why   what is deleted must still be whole on the day of the delete
      9. delete the account
          why   asked for; the account becomes a tombstone that can be restored
          undo  set state deleted -> inactive; move to division Sales; prove the history again after the put-back
      10. prove the history again after the delete
          why   if anything is missing now, the person is put back

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
    ");
}

#[test]
fn a_delete_without_a_hold_rests_on_the_proof_after_the_cut() {
    let plan = planned(&ada(), &delete(SignedDuration::ZERO));
    let kinds: Vec<_> = plan.steps.iter().map(|step| step.kind.to_string()).collect();
    assert_snapshot!(kinds.join("\n"), @r"
    read the whole history and fingerprint it
    set state active -> inactive
    revoke all tokens
    see that access has ended
    prove the history again after the cut
    delete the account
    prove the history again after the delete
    ");
}

#[test]
fn where_a_queue_keeps_a_person_in_use_it_is_left_before_the_cut() {
    let ada = ada().in_queue("Billing", true).in_queue("Claims", false);
    let policy = Policy { order: CutOrder::ReleaseFirst, ..Policy::default() };
    assert_snapshot!(text(&planned(&ada, &policy)), @"
    Retire (keep the account, inactive): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To know
      1 role grant(s) are lost with the cut; a restore gives them again from the snapshot

    Stays with the person
      division: Sales. Stays: history stays where reports look for it

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. leave queue Billing
          why   this organization refuses the cut while the person is in a queue
          undo  join queue Billing; take work from queue Billing
      3. leave queue Claims
          why   this organization refuses the cut while the person is in a queue
          undo  join queue Claims; take no work from queue Claims
      4. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      5. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      6. see that access has ended
          why   an accepted request is not yet an access that has ended
      7. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
    ");
}

#[test]
fn an_inactive_person_is_relieved_of_what_is_left() {
    let mut ada = ada().inactive().in_queue("Billing", true);
    ada.grants = Part::Known(vec![grant("Agent", "Sales", Via::Direct)]);
    assert_snapshot!(text(&planned(&ada, &Policy::default())), @"
    Retire (inactive already, keep the account): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, inactive, version 8
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To look at before approving
      the account is already inactive, and still holds what is released below

    Stays with the person
      division: Sales. Stays: history stays where reports look for it

    Out of reach, so neither looked at nor changed
      applications that the person authorised: the vendor lists them to the person alone
      report exports of the person: the vendor lists them to the person alone
      outbound campaigns that the person works on: no record of a campaign names its agents
      canned responses and prompts that the person wrote: they have a maker, and no owner

    Steps
      1. read the whole history and fingerprint it
          why   what is there before the first write is what every later proof is held against
      2. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      3. leave queue Billing
          why   no work is routed to the person, and the queue's head count is true
          undo  join queue Billing; take work from queue Billing
      4. take away Agent in Sales
          why   an account that cannot log in holds no rights either
          undo  grant Agent in Sales
      5. see that access has ended
          why   an accepted request is not yet an access that has ended
      6. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
    ");
}

#[test]
fn a_retired_person_needs_no_step() {
    for ada in [ada().inactive(), ada().deleted(), ada().inactive().in_queue_through_group("VIP")] {
        let plan = planned(&ada, &Policy::default());
        assert_eq!(plan.steps, [], "{plan}");
        assert_eq!(fatal_codes(&plan), []);
    }
    assert_snapshot!(text(&planned(&ada().inactive(), &Policy::default())), @"
    Retire (inactive already, keep the account): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, inactive, version 8
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To know
      the account is already inactive, and nothing was found that a retirement releases

    Stays with the person
      division: Sales. Stays: history stays where reports look for it

    Steps
      none: there is nothing to change
    ");
}

#[test]
fn what_could_not_be_read_of_a_retired_person_is_not_called_nothing() {
    let mut ada = ada().inactive();
    ada.queues = Part::Unknown(forbidden("routing:queue:view"));
    assert_snapshot!(text(&planned(&ada, &Policy::default())), @"
    Retire (inactive already, keep the account): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, inactive, version 8
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To look at before approving
      queues: unknown, needs permission routing:queue:view; it is not released and not put back

    To know
      the account is already inactive, and nothing was found that a retirement releases

    Stays with the person
      division: Sales. Stays: history stays where reports look for it

    Steps
      none: there is nothing to change
    ");
}

#[test]
fn a_restore_puts_back_what_the_snapshot_holds_and_says_what_it_cannot() {
    let mut snapshot = ada().in_queue("Billing", false).at_stations("Desk 4", "Desk 9");
    snapshot.manager = Part::Known(Some(colleague("Grace")));
    snapshot.skills = Part::Known(vec![skill("Claims handling", 4.0)]);
    snapshot.groups = Part::Known(vec![group("Night shift")]);
    snapshot.languages = Part::Unknown(forbidden("routing:language:view"));
    let current = snapshot.clone().deleted();
    let plan = restored(&snapshot, &current);
    assert_snapshot!(text(&plan), @r"
    Restore: Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, deleted, version 9
      plan          <digest>

    Steps
      1. set state deleted -> active
          why   the account has the state it had
          undo  set state active -> deleted
      2. move to division Sales
          why   a deleted account was moved to the Home division
          undo  move to division Home
      3. grant Agent in Sales
          why   roles are lost when an account becomes inactive
          undo  none: roles that were held before are not told from those given
      4. join queue Billing
          why   as in the snapshot
          undo  leave queue Billing
      5. take no work from queue Billing
          why   as in the snapshot
      6. join group Night shift
          why   as in the snapshot; what comes through the group comes with it
          undo  leave group Night shift
      7. set default station Desk 9
          why   the vendor does not bring the default station back
          undo  clear default station Desk 9
      8. set 1 skill(s)
          why   as in the snapshot
      9. compare with the snapshot, field by field
          why   says field by field whether the person is as before

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk 4: chosen by the person at the next login
      telephony, teams and other holdings: the snapshot was taken by a release that did not read it
      languages: not in the snapshot (needs permission routing:language:view), so it cannot be given back
    ");
}

#[test]
fn a_person_who_is_as_in_the_snapshot_needs_no_restore() {
    let snapshot = ada().in_queue("Billing", true);
    let plan = restored(&snapshot, &snapshot);
    assert_eq!(plan.steps, []);
    assert!(plan.findings.iter().any(|finding| finding.code == FindingCode::NothingToDo));
}

#[test]
fn a_snapshot_of_somebody_else_is_refused() {
    let mut other = ada();
    other.account.id = crate::person::user("u-grace");
    let snapshot = ada();
    let aim = Aim::whole(&snapshot, run_id());
    let refused = plan_restore(&aim, &other, &Survey::default(), &history(), &Policy::default(), now());
    assert_eq!(refused.unwrap_err().to_string(), "the snapshot is of u-ada, the person found is u-grace");
}

#[test]
fn a_hold_in_the_past_is_refused() {
    let refused = plan(&ada(), &history(), &delete(SignedDuration::from_secs(-1)), now());
    assert_eq!(refused.unwrap_err().to_string(), "the hold of -PT1S lies in the past: use 0 or more");
}

#[test]
fn a_hold_that_no_calendar_can_hold_is_refused() {
    assert!(plan(&ada(), &history(), &delete(SignedDuration::MAX), now()).is_err());
}

#[test]
fn the_same_arguments_give_the_same_plan_and_another_moment_another_digest() {
    let (ada, policy) = (ada().in_queue("Billing", true), delete(SignedDuration::from_hours(1)));
    let (one, two) = (planned(&ada, &policy), planned(&ada, &policy));
    assert_eq!((&one, one.digest().unwrap()), (&two, two.digest().unwrap()));
    let later = plan(&ada, &history(), &policy, at("2026-11-21T09:00:01Z")).unwrap();
    assert_ne!(one.digest().unwrap(), later.digest().unwrap());
}

#[test]
fn steps_are_numbered_in_order_and_the_delete_comes_last_but_for_its_proof() {
    let ada = ada().in_queue("Billing", true).at_stations("Desk 4", "Desk 9");
    let plan = planned(&ada, &delete(SignedDuration::from_hours(1)));
    let ids: Vec<_> = plan.steps.iter().map(|step| usize::from(step.id.0)).collect();
    assert_eq!(ids, (1..=plan.steps.len()).collect::<Vec<_>>());
    let delete = plan.steps.iter().position(|step| matches!(step.kind, StepKind::Delete)).unwrap();
    assert_eq!(delete, plan.steps.len() - 2);
}
