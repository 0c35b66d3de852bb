//! Everything that hangs on a person, against the emulated organization: read as it was planted, taken away and put back.

use std::{collections::BTreeSet, ops::ControlFlow, time::Duration};

use genesys::{
    Client, Consumers, Effect, EvaluationState, EvaluationsOf, Expand, PeopleState, Reader, State, Thing,
};
use genesys_emulator::Emulator;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::emulator::{client, settings};

fn names(things: Vec<Thing>) -> BTreeSet<String> {
    things.into_iter().map(|thing| thing.name.unwrap_or(thing.id)).collect()
}

fn ids(things: Vec<Thing>) -> BTreeSet<String> {
    things.into_iter().map(|thing| thing.id).collect()
}

/// A person with something of every kind that is only reported.
fn reported(emulator: &Emulator) -> String {
    let boss = emulator.user("Grace").add();
    emulator
        .user("Ada")
        .manager(&boss)
        .greeting("Away")
        .voicemail(3)
        .trustor("Partner")
        .oauth_client("Export")
        .licence("Speech")
        .pending_evaluation()
        .evaluates(&boss)
        .finished_evaluation()
        .calibration()
        .coaching()
        .learning("Fire safety")
        .management_unit("North")
        .schedule(Duration::from_secs(3_600), Duration::from_secs(7_200))
        .named_by_flow("Main IVR")
        .named_by_flow("After hours")
        .dashboard("Mine")
        .named_by_recording_policy("Keep")
        .work_item("Call back")
        .closed_work_item("Done")
        .add()
}

#[test]
fn what_is_only_reported_is_found_whole() {
    let emulator = Emulator::new(settings());
    let ada = reported(&emulator);
    let truth = emulator.truth(&ada).unwrap();
    let held = &truth.reported;
    let reader = client(&emulator).reader();
    emulator.clock().run(async {
        assert_eq!(names(reader.greetings(&ada).await.unwrap()), held.greetings);
        let mailbox = reader.voicemail_mailbox(&ada).await.unwrap();
        assert_eq!(mailbox.total, Some(u64::try_from(held.voicemails).unwrap()));
        assert_eq!(reader.voicemail_messages(&ada).await.unwrap().len(), held.voicemails);
        assert!(reader.voicemail_policy(&ada).await.unwrap().is_object());
        assert_eq!(names(reader.trustors(&ada).await.unwrap()), held.trustors);
        let clients = reader.oauth_clients().await.unwrap().into_iter();
        let own = clients.filter(|client| client.created_by.as_ref().is_some_and(|user| user.id == ada));
        assert_eq!(own.map(|client| client.name.unwrap()).collect::<BTreeSet<_>>(), held.oauth_clients);
        assert_eq!(BTreeSet::from_iter(reader.licences(&ada).await.unwrap()), truth.licences);
        assert_eq!(ids(reader.calibrations(&ada).await.unwrap()), held.calibrations);
        assert_eq!(
            ids(reader.coaching_appointments(&ada).await.unwrap()),
            held.coaching.keys().cloned().collect()
        );
        assert_eq!(
            names(reader.learning_assignments(&ada).await.unwrap()),
            held.learning.keys().cloned().collect()
        );
        assert_eq!(names(reader.dashboards(&ada).await.unwrap()), held.dashboards);
        assert_eq!(
            names(reader.work_items_of(&ada).await.unwrap()),
            BTreeSet::from(["Call back".to_owned()])
        );
        let policies = reader.recording_policies().await.unwrap().into_iter();
        let naming = policies.filter(|policy| policy.users.contains(&ada));
        assert_eq!(
            naming.map(|policy| policy.name.unwrap()).collect::<BTreeSet<_>>(),
            held.recording_policies
        );
        let Consumers::Complete(flows) = reader.flows_naming(&ada).await.unwrap() else { panic!("built") };
        assert_eq!(names(flows), held.flows);

        let unit = reader.management_unit(&ada).await.unwrap().unwrap();
        let from = emulator.clock().now();
        let to = from + SignedDuration::from_hours(24 * 7);
        let shifts = reader.agent_schedules(&unit.id, &ada, from, to).await.unwrap();
        assert_eq!(ids(shifts), held.shifts.keys().cloned().collect());
    });
}

#[test]
fn evaluations_of_a_deleted_user_are_found_only_where_deleted_users_are_asked_for() {
    let emulator = Emulator::new(settings());
    let ada = reported(&emulator);
    let client = client(&emulator);
    let (reader, writer) = (client.reader(), client.writer());
    emulator.clock().run(async {
        let of = EvaluationsOf::Agent(&ada);
        let before = reader.evaluations(of, &[]).await.unwrap();
        assert_eq!(before.len(), 2, "one waits, one is over");
        assert_eq!(reader.evaluations(of, &EvaluationState::OPEN).await.unwrap().len(), 1);
        assert_eq!(reader.evaluations(EvaluationsOf::Evaluator(&ada), &[]).await.unwrap().len(), 1);
        assert_eq!(reader.evaluations_without_deleted_users(of, &[]).await.unwrap(), before);
        writer.send(&Effect::delete_user(&ada)).await.unwrap();
        assert_eq!(ids(reader.evaluations(of, &[]).await.unwrap()), ids(before));
        assert_eq!(reader.evaluations_without_deleted_users(of, &[]).await.unwrap(), []);
    });
}

#[test]
fn flows_are_a_part_while_tracking_is_being_built() {
    let emulator = Emulator::new(settings());
    let ada = reported(&emulator);
    let reader = client(&emulator).reader();
    emulator.set_switch("dependency_tracking", "building").unwrap();
    emulator.clock().run(async {
        let found = reader.flows_naming(&ada).await.unwrap();
        assert!(matches!(found, Consumers::Building(flows) if flows.len() < 2));
    });
}

/// A person with something of every kind that can be taken away.
fn baggage(emulator: &Emulator) -> String {
    let boss = emulator.user("Grace").owns_group("Leads").add();
    emulator
        .user("Ada")
        .manager(&boss)
        .utilization(3)
        .direct_routing_backup(&boss)
        .call_forwarding("+4930555")
        .out_of_office()
        .owns_group("Leads")
        .in_team("Blue")
        .skill("spanish", 3.0)
        .skill_group("Speakers", "spanish")
        .web_rtc_phone("Ada's phone")
        .did("+4930100")
        .extension("4711")
        .work_item("Call back")
        .add()
}

/// What of the settings is kept, to be put back.
struct Kept {
    utilization: Value,
    backup: Value,
    forwarding: Value,
    away: Value,
    addresses: Value,
    phone: Value,
    items: Vec<Thing>,
    team: String,
    group: String,
    owners: Vec<String>,
}

async fn keep(reader: &Reader, user: &str) -> Kept {
    let teams = reader.teams().await.unwrap();
    assert_eq!(reader.team_members(&teams[0].id).await.unwrap()[0].id, user);
    let groups = reader.all_groups().await.unwrap().into_iter();
    let mut owned = groups.filter(|group| group.owners.iter().flatten().any(|owner| owner.id == user));
    let group = owned.next().unwrap();
    let addresses = reader.user(user, &[]).await.unwrap().addresses.unwrap();
    Kept {
        utilization: reader.utilization(user).await.unwrap(),
        backup: reader.direct_routing_backup(user).await.unwrap().unwrap(),
        forwarding: reader.call_forwarding(user).await.unwrap(),
        away: reader.out_of_office(user).await.unwrap(),
        addresses: json!(addresses),
        phone: reader.phones_of(user).await.unwrap().remove(0),
        items: reader.work_items_of(user).await.unwrap(),
        team: teams[0].id.clone(),
        group: group.id,
        owners: group.owners.unwrap().into_iter().map(|owner| owner.id).collect(),
    }
}

async fn version(reader: &Reader, user: &str) -> i64 {
    reader.user(user, &[]).await.unwrap().version.unwrap()
}

async fn set_owners(client: &Client, kept: &Kept, owners: &[&str]) {
    let version = client.reader().group(&kept.group).await.unwrap().version.unwrap();
    client.writer().send(&Effect::set_group_owners(&kept.group, version, owners)).await.unwrap();
}

#[test]
fn what_is_taken_away_is_put_back_as_it_was() {
    let emulator = Emulator::new(settings());
    let ada = baggage(&emulator);
    let before = emulator.truth(&ada).unwrap();
    let client = client(&emulator);
    let (reader, writer) = (client.reader(), client.writer());
    emulator.clock().run(async {
        assert_eq!(names(reader.skill_groups(&ada).await.unwrap()), before.skill_groups);
        let did = reader.did("+4930100").await.unwrap().unwrap();
        assert_eq!(did.owner.unwrap().id, ada);
        assert_eq!(reader.dids_of(&ada).await.unwrap().len(), 1);
        assert_eq!(reader.extension("4711").await.unwrap().unwrap().owner.unwrap().id, ada);
        assert_eq!(reader.all_phones().await.unwrap(), reader.phones_of(&ada).await.unwrap());

        let kept = keep(&reader, &ada).await;
        let phone = kept.phone["id"].as_str().unwrap();
        assert_eq!(reader.phone(phone).await.unwrap()["id"], phone);
        let station = reader.stations_of_web_rtc_user(&ada).await.unwrap().remove(0).id.unwrap();
        let holder = reader.station_by_id(&station).await.unwrap().unwrap();
        assert_eq!(holder.web_rtc_user_id.as_deref(), Some(ada.as_str()));
        let others: Vec<_> = kept.owners.iter().map(String::as_str).filter(|owner| *owner != ada).collect();
        for effect in [
            Effect::clear_utilization(&ada),
            Effect::clear_direct_routing_backup(&ada),
            Effect::put_call_forwarding(&ada, &json!({ "enabled": false, "calls": [] })),
            Effect::put_out_of_office(&ada, &json!({ "active": false, "indefinite": false })),
            Effect::leave_team(&kept.team, &ada),
            Effect::delete_phone(phone),
            Effect::assign_work_item(&kept.items[0].id, None),
            Effect::set_addresses(&ada, version(&reader, &ada).await, &json!([])),
        ] {
            writer.send(&effect).await.unwrap_or_else(|error| panic!("{effect}: {error}"));
        }
        set_owners(&client, &kept, &others).await;
        let bare = emulator.truth(&ada).unwrap();
        assert_eq!((&bare.utilization, &bare.direct_routing_backup, &bare.team), (&None, &None, &None));
        assert!(bare.owned_groups.is_empty() && bare.phones.is_empty() && bare.numbers.is_empty());
        assert!(bare.work_items.is_empty() && bare.extensions.is_empty() && bare.default_station.is_none());
        assert_eq!(reader.direct_routing_backup(&ada).await.unwrap(), None);
        assert_eq!(reader.utilization(&ada).await.unwrap()["level"], "Organization");

        put_back(&client, &ada, &kept).await;
    });
    assert_eq!(restless(emulator.truth(&ada).unwrap()), restless(before));
}

async fn put_back(client: &Client, user: &str, kept: &Kept) {
    let (reader, writer) = (client.reader(), client.writer());
    for effect in [
        Effect::put_utilization(user, &kept.utilization),
        Effect::put_direct_routing_backup(user, &kept.backup),
        Effect::put_call_forwarding(user, &kept.forwarding),
        Effect::put_out_of_office(user, &kept.away),
        Effect::join_team(&kept.team, user),
        Effect::create_phone(&kept.phone),
        Effect::assign_work_item(&kept.items[0].id, Some(user)),
        Effect::set_addresses(user, version(&reader, user).await, &kept.addresses),
    ] {
        writer.send(&effect).await.unwrap_or_else(|error| panic!("{effect}: {error}"));
    }
    let station = reader.stations_of_web_rtc_user(user).await.unwrap().remove(0).id.unwrap();
    writer.send(&Effect::set_default_station(user, &station)).await.unwrap();
    let owners: Vec<_> = kept.owners.iter().map(String::as_str).collect();
    set_owners(client, kept, &owners).await;
}

/// The truth without the number of changes.
fn restless(truth: genesys_emulator::UserTruth) -> genesys_emulator::UserTruth {
    genesys_emulator::UserTruth { version: 0, ..truth }
}

#[test]
fn one_walk_meets_everybody_in_every_state() {
    let emulator = Emulator::new(settings());
    let mut planted = BTreeSet::new();
    for number in 0..230 {
        let user = emulator.user(&format!("Person {number}"));
        planted.insert(match number % 3 {
            0 => user.add(),
            1 => user.inactive().add(),
            _ => user.deleted().add(),
        });
    }
    let reader = client(&emulator).reader();
    let walk = |state| {
        let (mut met, emulator, reader) = (Vec::new(), &emulator, &reader);
        let mut each = |page: Vec<genesys::User>| {
            met.extend(page.into_iter().map(|user| (user.id, user.state.unwrap())));
            ControlFlow::Continue(())
        };
        let count = emulator.clock().run(reader.people(state, &[Expand::Station], &mut each)).unwrap();
        assert_eq!(count.people, u64::try_from(met.len()).unwrap());
        met
    };
    emulator.forget_requests();
    let everybody: BTreeSet<_> = walk(PeopleState::Any).into_iter().map(|(id, _)| id).collect();
    assert_eq!(everybody, planted);
    let pages = emulator.requests().iter().filter(|request| request.path.ends_with("/users/query")).count();
    assert_eq!(pages, 3);
    let deleted = walk(PeopleState::Deleted);
    assert_eq!(deleted.len(), 76);
    assert!(deleted.iter().all(|(_, state)| *state == State::Deleted));
}

#[test]
fn whom_the_rules_of_a_queue_name_is_a_group() {
    let emulator = Emulator::new(settings());
    let ada = emulator.user("Ada").preferred_in("billing").add();
    let reader = client(&emulator).reader();
    emulator.clock().run(async {
        let mut queues = reader.all_queues().await.unwrap().into_iter();
        let queue = queues.find(|queue| !queue.rule_groups.is_empty()).unwrap();
        assert_eq!(queue, reader.queue(&queue.id).await.unwrap());
        assert_eq!(queue.preferred_users, Vec::<String>::new());
        let groups = reader.user(&ada, &[Expand::Groups]).await.unwrap().groups.unwrap();
        assert!(groups.iter().any(|group| queue.rule_groups.iter().any(|named| named.id == group.id)));
    });
}
