//! What stands against a retirement, and what could not be read.

use emeritus_core::finding::FindingCode;
use emeritus_core::inventory::{Inventory, Part, Why};
use emeritus_core::policy::{LiveWork, Policy, Strictness};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::person::{With as _, ada, colleague, forbidden, lifting, live, planned, role};
use crate::plans::{fatal_codes, text};

#[test]
fn what_stands_against_it_is_fatal_and_comes_first() {
    let mut ada = ada().talking("voice", "c-1");
    ada.open_conversations = Part::Known(vec![live("email", "c-2"), live("voice", "c-1")]);
    ada.last_holder_of = Part::Known(vec![role("Master Admin")]);
    ada.client_owner = Part::Known(Some(ada.account.id.clone()));
    ada.direct_reports = Part::Known(vec![colleague("Grace"), colleague("Edsger")]);
    let policy = Policy { protected: vec![ada.account.id.clone()], ..Policy::default() };
    assert_snapshot!(text(&planned(&ada, &policy)), @"
    Retire (keep the account, inactive): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    FATAL: what keeps the plan from being approved
      the policy protects this person: take them off the list first
      this person made the OAuth client that Emeritus runs as: move it to another owner first
      this person is the last holder of the role Master Admin: give it to somebody else first
        or lift it by name: --override 'last-admin=Master Admin' --because TEXT
      in 2 conversation(s) now: voice c-1, email c-2. Wait for them to end (--wait-idle 30m), or hand them over
        or lift it by name: --override live-work=c-1 --override live-work=c-2 --because TEXT

    To look at before approving
      direct reports: Grace, Edsger. Stays: they keep reporting to somebody who is not there; `reassign` in a policy file hands them over

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
      2. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. see that access has ended
          why   an accepted request is not yet an access that has ended
      5. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      live interactions: a conversation that ends is not taken up again
    ");
}

#[test]
fn live_work_may_be_waited_out_and_the_last_admin_let_go_when_asked() {
    let mut ada = ada().talking("voice", "c-1");
    ada.last_holder_of = Part::Known(vec![role("Master Admin")]);
    let policy = Policy {
        live_work: LiveWork::Drain { up_to: SignedDuration::from_mins(30) },
        overrides: vec![lifting("last-admin=Master Admin")],
        ..Policy::default()
    };
    let plan = planned(&ada, &policy);
    assert_eq!(fatal_codes(&plan), []);
    assert_snapshot!(text(&plan), @r#"
    Retire (keep the account, inactive): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To look at before approving
      this person is the last holder of the role Master Admin: give it to somebody else first. Lifted because "ghost of last winter, ticket 4711", by anna
      in 1 conversation(s) now: voice c-1

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
      2. wait for live work to end, 30m at most
          why   nobody is cut off in the middle of a conversation
      3. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      4. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      5. see that access has ended
          why   an accepted request is not yet an access that has ended
      6. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      live interactions: a conversation that ends is not taken up again
    "#);
}

fn half_read() -> Inventory {
    let mut ada = ada();
    ada.queues = Part::Unknown(forbidden("routing:queue:view"));
    ada.groups = Part::Unknown(Why::Incomplete { stated: 12, read: 10 });
    ada.live = Part::Unknown(Why::Unreadable { code: "timeout".to_owned() });
    ada
}

#[test]
fn what_could_not_be_read_is_said_and_never_taken_for_none() {
    let plan = planned(&half_read(), &Policy::default());
    assert_eq!(fatal_codes(&plan), []);
    assert_snapshot!(text(&plan), @"
    Retire (keep the account, inactive): Ada Byron <ada@example.com>
      organization  Example (o-1)
      user          u-ada, active, version 7
      history from  2023-11-22 (the organization keeps 1095 days)
      plan          <digest>

    To look at before approving
      queues: unknown, needs permission routing:queue:view; it is not released and not put back
      groups: unknown, read 10 of 12 entries; it is not released and not put back
      live interactions: unknown, could not be read (timeout); this guard is off

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
      2. set state active -> inactive
          why   ends every way to log in
          undo  set state inactive -> active; grant Agent in Sales
      3. revoke all tokens
          why   a session that is already open ends too
          undo  none: a revoked token cannot be given back; the person logs in again
      4. see that access has ended
          why   an accepted request is not yet an access that has ended
      5. prove the history again after the cut
          why   shows that every conversation is still there and still names the person

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      queues: not read (needs permission routing:queue:view), so it cannot be given back
      groups: not read (read 10 of 12 entries), so it cannot be given back
    ");
}

#[test]
fn a_strict_policy_blocks_on_what_could_not_be_read() {
    let policy = Policy { unknown: Strictness::Block, ..Policy::default() };
    assert_eq!(fatal_codes(&planned(&half_read(), &policy)), [FindingCode::UnknownPart; 3]);
}

#[test]
fn live_work_that_no_source_shows_blocks_whatever_the_policy() {
    let mut ada = half_read();
    ada.open_conversations = Part::Unknown(forbidden("analytics:conversationDetail:view"));
    let codes = fatal_codes(&planned(&ada, &Policy::default()));
    assert_eq!(codes, [FindingCode::UnknownPart], "the agent status alone is unknown to no purpose");
}
