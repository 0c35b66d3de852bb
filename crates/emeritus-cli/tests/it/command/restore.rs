use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use emeritus::Clock as _;
use emeritus::plan::{Approval, Means, Stated};
use genesys::{Client, Credentials, Endpoint, Limits, Transport};
use genesys_emulator::UserTruth;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::desk::Desk;
use crate::organization::{Organization, email};

/// What a restore can bring back: the version goes on, and tokens, presence and the desk of the moment do not come back.
fn restorable(truth: UserTruth) -> UserTruth {
    UserTruth {
        version: 0,
        tokens: 0,
        presence: String::new(),
        state_reason: None,
        associated_station: None,
        ..truth
    }
}

#[test]
fn a_person_comes_back_as_they_were() {
    for mode in [&["--mode", "keep"][..], &["--mode", "delete", "--delete-without-hold"]] {
        let organization = Organization::documented();
        let id = organization.agent("Ada");
        let before = restorable(organization.truth(&id));
        let desk = Desk::at(&organization);
        let ada = email("Ada");
        desk.json(&[&["retire", &ada, "--yes", "--json"], mode].concat());
        let restored = desk.json(&["restore", "--email", &ada, "--yes", "--json"]);
        assert_eq!(
            (&restored["mode"], &restored["outcome"]),
            (&json!("restore"), &json!("verified")),
            "{restored}"
        );
        assert!(!restored["will_not_come_back"].as_array().unwrap().is_empty());
        assert_eq!(restorable(organization.truth(&id)), before, "{mode:?}");
    }
}

#[test]
fn what_does_not_come_back_is_said() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let run = desk.json(&["retire", &email("Ada"), "--yes", "--json"]);
    let said = desk.run(&["restore", "--run", run["run_id"].as_str().unwrap(), "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 0
    --- standard output
    Restore: Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], inactive, version 2
      plan          [digest]

    Steps
      1. set state inactive -> active
          why   the account has the state it had
          undo  set state active -> inactive
      2. grant agent in Service, supervisor in Home
          why   roles are lost when an account becomes inactive
          undo  none: roles that were held before are not told from those given
      3. join queue Retention
          why   as in the snapshot
          undo  leave queue Retention
      4. take no work from queue Retention
          why   as in the snapshot
      5. join queue Billing
          why   as in the snapshot
          undo  leave queue Billing
      6. take work from queue Billing
          why   as in the snapshot
      7. set default station Desk of Ada
          why   the vendor does not bring the default station back
          undo  clear default station Desk of Ada
      8. set 1 skill(s)
          why   as in the snapshot
      9. set 1 language(s)
          why   as in the snapshot
      10. compare with the snapshot, field by field
          why   says field by field whether the person is as before

    What a restore does not bring back
      tokens and sessions: revoked ones stay revoked; the person logs in again
      presence: the person sets it when they log in
      associated station Desk of Ada: chosen by the person at the next login
      licence: the vendor assigns them by role and log-in; nobody gives one back by itself

    Restored, verified: Ada <ada@emulated.example>  [emulated]
      run           [id 3]
      account       active at the last look, [day] [time] UTC
      differs       associated station: was Desk of Ada, is none, as foretold
      not back      tokens and sessions: revoked ones stay revoked; the person logs in again
      not back      presence: the person sets it when they log in
      not back      associated station Desk of Ada: chosen by the person at the next login
      not back      licence: the vendor assigns them by role and log-in; nobody gives one back by itself
      requests      [requests]
      evidence      [desk]/state/runs/[id 3]/report.html
    ");
}

#[test]
fn without_a_run_the_account_alone_comes_back_and_that_is_said() {
    let organization = Organization::documented();
    let id = organization.emulator.user("Ada").with_role("agent").deleted().add();
    let desk = Desk::at(&organization);
    let said = desk.run(&["restore", &email("Ada"), "--yes"]);
    insta::assert_snapshot!(said.whole(), @"
    exit code 0
    --- standard output
    Revive (the account alone: there is no snapshot): Ada <ada@emulated.example>
      organization  Emulated Organization ([id 1])  [emulated]
      user          [id 2], deleted, version 2
      plan          [digest]

    To look at before approving
      no run of this journal retired this person, so there is no snapshot: roles, division, queues, numbers and everything else have to be given by hand

    Steps
      1. set state deleted -> active
          why   the account that exists is revived, so that its history stays with it and no twin is made
          undo  set state active -> deleted

    What a restore does not bring back
      everything but the account: there is no snapshot of it

    Revived (the account alone), verified: Ada <ada@emulated.example>  [emulated]
      run           [id 3]
      account       active at the last look, [day] [time] UTC
      not back      everything but the account: there is no snapshot of it
      requests      [requests]
      evidence      [desk]/state/runs/[id 3]/report.html
    --- standard error
    no run of this state directory is seen to have taken anything from e-mail ada@emulated.example, or they were put back: the account alone can be brought back
    ");
    assert_eq!(organization.truth(&id).state, "active");
}

#[test]
fn a_person_is_not_brought_back_beside_their_own_successor_account() {
    let organization = Organization::documented();
    let id = organization.emulator.user("Ada before").email("ada@x.example").deleted().add();
    organization.emulator.user("Ada").email("ada@x.example").add();
    let said = Desk::at(&organization).run(&["restore", &id, "--yes"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("uses the person's e-mail address by now"), "{said:?}");
    assert!(organization.changes().is_empty());
}

#[test]
fn kept_deleted_and_put_back_is_as_before_they_first_left() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let before = restorable(organization.truth(&id));
    let desk = Desk::at(&organization);
    let ada = email("Ada");
    desk.json(&["retire", &ada, "--yes", "--json"]);
    desk.json(&["retire", &ada, "--mode", "delete", "--delete-without-hold", "--yes", "--json"]);
    let said = desk.run(&["restore", &ada, "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("\nRestored, verified: Ada"), "{said:?}");
    assert_eq!(restorable(organization.truth(&id)), before);
}

#[test]
fn of_somebody_nobody_knows_yes_alone_is_not_enough() {
    let organization = Organization::documented();
    // Somebody has a history, so that it can be said that this person has none.
    let known = organization.agent("Grace");
    let id = organization.emulator.user("Ada").in_queue("Billing").inactive().add();
    let desk = Desk::at(&organization);
    let ada = email("Ada");
    let adopted = desk.json(&["retire", &ada, "--yes", "--json"]);
    let found = adopted["run_id"].as_str().unwrap();
    let refused = desk.run(&["restore", &ada, "--yes"]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.err.contains("nobody knows what this person was before they left"), "{refused:?}");
    assert_eq!(organization.truth(&id).queues, []);
    let said = desk.run(&["restore", &ada, "--account", "active", "--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let words = format!("\nPut back as run {found} found them, the account active, verified: Ada");
    assert!(said.out.contains(&words), "{said:?}");
    let truth = organization.truth(&id);
    assert_eq!((truth.state.as_str(), truth.queues.len()), ("active", 1));
    // Who is known is not asked, and cannot be left as they were found.
    desk.json(&["retire", &email("Grace"), "--yes", "--json"]);
    let refused = desk.run(&["restore", &email("Grace"), "--account", "as-found", "--yes"]);
    assert_eq!((refused.code, organization.truth(&known).state.as_str()), (Some(2), "inactive"));
}

#[test]
fn a_hold_that_was_given_up_is_told_and_not_resumed() {
    let organization = Organization::documented();
    let id = organization.agent("Ada");
    let desk = Desk::at(&organization);
    let ada = email("Ada");
    let held = desk.json(&["retire", &ada, "--mode", "delete", "--hold", "30d", "--yes", "--json"]);
    let run = held["run_id"].as_str().unwrap();
    let back = desk.json(&["restore", &ada, "--yes", "--json"]);
    let runs = desk.json(&["status", "--json"]);
    let first = &runs["runs"][0];
    assert_eq!(
        (&first["standing"], &first["superseded_by"], &first["put_back_by"]),
        (&json!("superseded"), &back["run_id"], &back["run_id"])
    );
    let told = desk.run(&["status", run]);
    assert!(told.out.starts_with("Given up, not over: Ada") && !told.out.contains("next:"), "{told:?}");
    assert_eq!(desk.run(&["resume", run]).code, Some(5));
    let all = desk.run(&["resume", "--all"]);
    assert_eq!((all.code, all.out.as_str()), (Some(0), "no run is unfinished\n"), "{all:?}");
    assert_eq!(organization.truth(&id).state, "active");
    let again = desk.json(&["retire", &ada, "--yes", "--json"]);
    assert_eq!(again["outcome"], "verified");
}

/// The machine's clock, some days ago.
struct DaysAgo(i64);

impl emeritus::Clock for DaysAgo {
    fn now(&self) -> Timestamp {
        Timestamp::now() - SignedDuration::from_hours(24 * self.0)
    }

    fn sleep(&self, length: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(length))
    }
}

/// Retires somebody as of some days ago, until some days later.
fn retired_until(organization: &Organization, desk: &Desk, name: &str, ago: i64, days: i64) {
    let clock = Arc::new(DaysAgo(ago));
    let credentials = Credentials {
        client_id: organization.emulator.client_id(),
        client_secret: organization.emulator.client_secret().into(),
    };
    let endpoint = Endpoint::loopback(&organization.url, &organization.url).unwrap();
    let client =
        Client::new(endpoint, credentials, Transport::network().unwrap(), clock.clone(), Limits::default());
    let home = emeritus::Home::open(desk.state()).unwrap();
    let library = emeritus::Emeritus::open(client, clock.clone(), home, Arc::new(|_| ())).unwrap();
    let returns_at = clock.now() + SignedDuration::from_hours(24 * days);
    let policy = emeritus::Policy { returns_at: Some(returns_at), ..emeritus::Policy::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let who = emeritus::Who::parse(&email(name)).unwrap();
        let planned = library.plan(&who, policy, None).await.unwrap();
        let digest = planned.plan.digest().unwrap();
        let approval = Approval {
            digest,
            by: "a test".to_owned(),
            at: clock.now(),
            means: Means::Flag,
            operator: None,
            stated: Stated::default(),
        };
        let approved = planned.plan.approve(approval).unwrap();
        library.start(approved, &planned.inventory, emeritus::Recheck::WhenOld).await.unwrap();
    });
}

#[test]
fn whoever_is_due_is_put_back_and_nobody_else() {
    // The organization lives thirty days back while the two are retired: both clocks have to say so.
    let days = SignedDuration::from_hours(24 * 30);
    let organization = Organization::with(|settings| {
        settings.clock = genesys_emulator::Clock::virtual_at(Timestamp::now() - days);
    });
    let ada = organization.agent("Ada");
    let grace = organization.agent("Grace");
    organization.emulator.clock().jump(SignedDuration::from_secs(60));
    let desk = Desk::at(&organization);
    retired_until(&organization, &desk, "Ada", 30, 20);
    retired_until(&organization, &desk, "Grace", 30, 60);
    organization.emulator.clock().jump(days);
    insta::assert_snapshot!(desk.run(&["status"]).whole(), @"
    exit code 0
    --- standard output
    [id 1]  ada@emulated.example    keep     verified              intact, due back since [day]
    [id 2]  grace@emulated.example  keep     verified              intact, returns on [day]
    next: `emeritus restore --due` puts everybody back who is due
    ");
    assert_eq!(desk.run(&["restore", "--due"]).code, Some(5), "nobody can approve it");
    let batch = desk.json(&["restore", "--due", "--yes", "--json"]);
    let runs = batch["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &runs[0]["email"]), (1, &json!(email("Ada"))), "{batch}");
    assert_eq!(runs[0]["outcome"], "verified", "{batch}");
    assert_eq!(
        (organization.truth(&ada).state, organization.truth(&grace).state),
        ("active".into(), "inactive".into())
    );
    insta::assert_snapshot!(desk.run(&["restore", "--due"]).whole(), @"
    exit code 0
    --- standard output
    nobody is due back
    ");
    let runs = desk.json(&["status", "--json"]);
    let awaited: Vec<_> =
        runs["runs"].as_array().unwrap().iter().map(|run| run["returns_at"].is_string()).collect();
    assert_eq!(awaited, [false, true, false], "{runs}");
}

#[test]
fn a_day_of_return_is_planned_and_never_together_with_a_delete() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let planned = desk.json(&["plan", &email("Ada"), "--until", "2099-03-01", "--json"]);
    let policy = &planned["plan"]["policy"];
    assert_eq!(
        (&policy["returns_at"], &policy["reason"]),
        (&json!("2099-03-01T00:00:00Z"), &json!("seasonal"))
    );
    let planned = desk.json(&["plan", &email("Ada"), "--until", "2099-03-01", "--reason", "leave", "--json"]);
    assert_eq!(planned["plan"]["policy"]["reason"], "leave");
    let said = desk.run(&["plan", &email("Ada"), "--until", "2099-03-01", "--mode", "delete"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let said = desk.run(&["plan", &email("Ada"), "--until", "2001-03-01"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("lies in the past"), "{said:?}");
    let said = desk.run(&["status"]);
    assert_eq!(said.out, "no runs yet\n");
}

#[test]
fn what_was_sent_is_told_on_request() {
    let organization = Organization::documented();
    organization.agent("Ada");
    let desk = Desk::at(&organization);
    let retired = desk.json(&["retire", &email("Ada"), "--yes", "--json", "--stats"]);
    let stats = retired["stats"].as_object().unwrap();
    for phase in ["find", "shared_scans", "inventory", "effects", "looks", "history"] {
        assert!(stats[phase].as_u64().unwrap() > 0, "{phase}: {retired}");
    }
    let sent: u64 = stats.values().filter_map(serde_json::Value::as_u64).sum();
    let served = organization.emulator.requests().iter().filter(|one| !one.path.ends_with("/token")).count();
    assert_eq!(sent, served as u64);
    let said = desk.run(&["restore", &email("Ada"), "--yes", "--stats"]);
    assert!(said.out.contains("\nRequests\n  "), "{}", said.out);
    assert!(desk.run(&["plan", &email("Ada"), "--stats"]).out.contains("  together"));
}
