//! The client against the emulated organization: in one process, in virtual time, judged by the organization's own truth.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::future::join;
use genesys::{
    Client, Clock, ConversationQuery, Credentials, Disposition, Effect, Endpoint, Expand, Interval, Likeness,
    Limits, Reader, Reason, State, Transport, VendorDate,
};
use genesys_emulator::{Emulator, Preset, Settings};
use jiff::{SignedDuration, Timestamp};

/// The emulator's time, as the client wants it.
struct Time(genesys_emulator::Clock);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, d: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.0.sleep(d))
    }
}

pub(crate) fn settings() -> Settings {
    let start = "2026-03-02T09:00:00Z".parse().unwrap();
    Settings { clock: genesys_emulator::Clock::virtual_at(start), ..Settings::default() }
}

fn client_as(emulator: &Emulator, id: String, secret: String) -> Client {
    let endpoint = Endpoint::loopback("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
    let credentials = Credentials { client_id: id, client_secret: secret.into() };
    let clock = Arc::new(Time(emulator.clock()));
    Client::new(endpoint, credentials, Transport::over(emulator.router()), clock, Limits::default())
}

pub(crate) fn client(emulator: &Emulator) -> Client {
    client_as(emulator, emulator.client_id(), emulator.client_secret())
}

#[test]
fn one_account_goes_all_the_way_and_back() {
    let emulator = Emulator::new(settings());
    let ada = emulator.user("Ada").email("ada@x.example").in_queue("billing").with_role("agent").add();
    let client = client(&emulator);
    let (reader, writer) = (client.reader(), client.writer());
    emulator.clock().run(async {
        let found = reader.users_by_email("ADA@x.example").await.unwrap();
        assert_eq!(found.iter().map(|user| &user.id).collect::<Vec<_>>(), [&ada]);
        let version = reader.user(&ada, &[]).await.unwrap().version.unwrap();

        let stale = writer.send(&Effect::set_state(&ada, version + 7, State::Inactive)).await.unwrap_err();
        assert_eq!(stale.disposition(), Disposition::VersionClash);
        writer.send(&Effect::set_state(&ada, version, State::Inactive)).await.unwrap();
        writer.send(&Effect::revoke_tokens(&ada)).await.unwrap();
        let queue = reader.user_queues(&ada).await.unwrap().remove(0);
        writer.send(&Effect::leave_queue(&queue.id, &ada)).await.unwrap();
        assert_eq!(reader.user_queues(&ada).await.unwrap(), []);

        writer.send(&Effect::delete_user(&ada)).await.unwrap();
        let gone = reader.user(&ada, &[]).await.unwrap_err();
        assert_eq!(gone.disposition(), Disposition::Absent);
        let deleted = reader.deleted_user(&ada, &[]).await.unwrap();
        assert_eq!(deleted.state, Some(State::Deleted));
        writer.send(&Effect::set_state(&ada, deleted.version.unwrap(), State::Active)).await.unwrap();
    });
    let truth = emulator.truth(&ada).unwrap();
    assert_eq!((truth.state.as_str(), truth.tokens, truth.queues.len()), ("active", 0, 0));
    assert!(client.emulated());
    let VendorDate::Stated(date) = client.vendor_date() else { panic!("{:?}", client.vendor_date()) };
    assert_eq!(date.ahead().as_secs(), 0);
    let calls = emulator.requests().iter().filter(|request| request.path.starts_with("/api/")).count();
    assert_eq!(client.calls(), u64::try_from(calls).unwrap());
}

#[test]
fn everything_a_user_holds_is_read() {
    let emulator = Emulator::new(settings());
    let boss = emulator.user("Grace").add();
    let ada = emulator
        .user("Ada")
        .email("ada@x.example")
        .in_division("North")
        .in_queue("billing")
        .in_queue("sales")
        .joined(false)
        .with_role("agent")
        .with_role_in("supervisor", "South")
        .skill("spanish", 4.0)
        .language("German", 5.0)
        .in_group("staff")
        .station("desk 12")
        .manager(&boss)
        .employee_id("E-7")
        .external_id("hr", "7/ä")
        .live_call()
        .add();
    let reader = client(&emulator).reader();
    emulator.clock().run(async {
        let user = reader.user(&ada, &[Expand::Groups, Expand::EmployerInfo]).await.unwrap();
        assert_eq!(user.division.unwrap().name.as_deref(), Some("North"));
        assert_eq!(user.manager.unwrap().id, boss);
        assert_eq!(user.groups.unwrap().len(), 1);
        let queues = reader.user_queues(&ada).await.unwrap();
        let mut queues: Vec<_> =
            queues.into_iter().map(|queue| (queue.name.unwrap(), queue.joined.unwrap())).collect();
        queues.sort();
        assert_eq!(queues, [("billing".to_owned(), true), ("sales".to_owned(), false)]);
        assert_eq!(reader.user_skills(&ada).await.unwrap()[0].proficiency, Some(4.0));
        assert_eq!(reader.user_languages(&ada).await.unwrap()[0].name.as_deref(), Some("German"));
        let grants = reader.subject_grants(&ada).await.unwrap();
        assert_eq!(grants.iter().filter(|grant| grant.is_direct(&ada)).count(), 2);
        let station = reader.station(&ada).await.unwrap();
        assert_eq!(station.associated_station.unwrap().name.as_deref(), Some("desk 12"));
        assert_eq!(reader.agent_status(&ada).await.unwrap().sessions.unwrap().len(), 1);
        assert_eq!(reader.direct_reports(&boss).await.unwrap()[0].id, ada);
        assert_eq!(reader.superiors(&ada).await.unwrap()[0].id, boss);
        assert_eq!(reader.user_by_external_id("hr", "7/ä").await.unwrap().id, ada);
        assert_eq!(reader.external_ids(&ada).await.unwrap()[0].external_key, "7/ä");
        assert_eq!(reader.users_by_employee_id("E-7").await.unwrap()[0].id, ada);
        let ids = async |text: &str, likeness| {
            let found = reader.users_like(text, likeness).await.unwrap();
            found.into_iter().map(|user| user.id).collect::<Vec<_>>()
        };
        assert!(ids("ADA", Likeness::Contains).await.contains(&ada));
        assert!(ids("ada", Likeness::StartsWith).await.contains(&ada));
        assert!(!ids("da", Likeness::StartsWith).await.contains(&ada));
        assert_eq!(reader.user_state(&ada).await.unwrap().state, Some(State::Active));
        reader.presence(&ada).await.unwrap();
        reader.routing_status(&ada).await.unwrap();
        let home = reader.divisions().await.unwrap();
        assert_eq!(home.iter().filter(|division| division.home_division == Some(true)).count(), 1);
        let organization = reader.organization().await.unwrap();
        assert_eq!(organization.id, emulator.organization_id());
        let own = reader.oauth_client(&emulator.client_id()).await.unwrap();
        assert_eq!(own.id, emulator.client_id());
        for role in reader.roles().await.unwrap() {
            reader.role_users(&role.id).await.unwrap();
        }
        assert!(reader.retention_settings().await.unwrap().retention_days.is_some());
        assert!(reader.data_availability().await.unwrap().is_some());
    });
    let failed: Vec<_> = emulator.requests().into_iter().filter(|request| request.status != 200).collect();
    assert_eq!(failed, []);
}

/// Ids of one thing of each kind that a user holds.
struct Held {
    queue: String,
    grant: (String, String),
    skill: String,
    language: String,
    station: String,
    group: String,
    division: String,
}

impl Held {
    async fn by(reader: &Reader, user: &str) -> Self {
        let account = reader.user(user, &[Expand::Groups]).await.unwrap();
        let grant = reader.subject_grants(user).await.unwrap().remove(0);
        Self {
            queue: reader.user_queues(user).await.unwrap().remove(0).id,
            grant: (grant.role.unwrap().id, grant.division.unwrap().id),
            skill: reader.user_skills(user).await.unwrap().remove(0).id,
            language: reader.user_languages(user).await.unwrap().remove(0).id,
            station: reader.station(user).await.unwrap().default_station.unwrap().id.unwrap(),
            group: account.groups.unwrap().remove(0).id,
            division: account.division.unwrap().id,
        }
    }

    fn away(&self, user: &str, version: i64, home: &str) -> Vec<Effect> {
        vec![
            Effect::put_state(user, version, State::Inactive, Reason::Voluntary),
            Effect::leave_queue(&self.queue, user),
            Effect::replace_skills(user, &[]),
            Effect::remove_language(user, &self.language),
            Effect::disassociate_station(user),
            Effect::clear_default_station(user),
            Effect::leave_group(&self.group, user),
            Effect::move_to_division(user, home),
        ]
    }

    fn back(&self, user: &str, version: i64, group_version: i64) -> Vec<Effect> {
        vec![
            Effect::set_state(user, version, State::Active),
            Effect::move_to_division(user, &self.division),
            Effect::grant_roles(user, &[(self.grant.0.as_str(), self.grant.1.as_str())]),
            Effect::join_queue(&self.queue, user),
            Effect::set_queue_joined(user, &self.queue, true),
            Effect::replace_skills(user, &[(self.skill.as_str(), 4.0)]),
            Effect::update_languages(user, &[(self.language.as_str(), 5.0)]),
            Effect::set_default_station(user, &self.station),
            Effect::associate_station(user, &self.station),
            Effect::join_group(&self.group, group_version, user),
        ]
    }
}

#[test]
fn everything_taken_away_is_put_back() {
    let emulator = Emulator::new(settings());
    let ada = emulator
        .user("Ada")
        .in_division("North")
        .in_queue("billing")
        .with_role("agent")
        .skill("spanish", 4.0)
        .language("German", 5.0)
        .in_group("staff")
        .station("desk 12")
        .add();
    let before = emulator.truth(&ada).unwrap();
    let client = client(&emulator);
    let (reader, writer) = (client.reader(), client.writer());
    emulator.clock().run(async {
        let held = Held::by(&reader, &ada).await;
        let divisions = reader.divisions().await.unwrap();
        let home = divisions.into_iter().find(|division| division.home_division == Some(true)).unwrap().id;
        let version = reader.user(&ada, &[]).await.unwrap().version.unwrap();
        for effect in held.away(&ada, version, &home) {
            writer.send(&effect).await.unwrap();
        }
        let bare = emulator.truth(&ada).unwrap();
        assert_eq!((bare.state.as_str(), bare.state_reason.as_deref()), ("inactive", Some("Voluntary")));
        assert!(bare.queues.is_empty() && bare.skills.is_empty() && bare.languages.is_empty());
        assert!(
            bare.default_station.is_none() && bare.associated_station.is_none() && bare.groups.is_empty()
        );
        assert_ne!(bare.division, before.division);

        let version = reader.user(&ada, &[]).await.unwrap().version.unwrap();
        let group_version = reader.group(&held.group).await.unwrap().version.unwrap();
        for effect in held.back(&ada, version, group_version) {
            writer.send(&effect).await.unwrap();
        }
    });
    let after = emulator.truth(&ada).unwrap();
    assert_eq!(
        (&after.state, &after.division, &after.grants),
        (&before.state, &before.division, &before.grants)
    );
    assert_eq!(
        (&after.queues, &after.skills, &after.languages),
        (&before.queues, &before.skills, &before.languages)
    );
    assert_eq!((&after.default_station, &after.groups), (&before.default_station, &before.groups));
    assert_eq!(after.associated_station, before.associated_station);
}

#[test]
fn a_long_run_meets_no_refusal_by_rate() {
    for rate in [300, 60] {
        let emulator = Emulator::new(Settings { rate_per_minute: rate, ..settings() });
        let ada = emulator.user("Ada").add();
        let reader = client(&emulator).reader();
        let work = || async {
            for _ in 0..400 {
                reader.user(&ada, &[]).await.unwrap();
            }
        };
        emulator.clock().run(join(work(), work()));
        let requests = emulator.requests();
        assert_eq!(requests.iter().filter(|request| request.status == 429).count(), 0);
        let times: Vec<Timestamp> =
            requests.iter().filter(|request| request.method == "GET").map(|request| request.at).collect();
        assert_eq!(times.len(), 800);
        let rate = usize::try_from(rate).unwrap();
        for window in times.windows(rate + 1) {
            let span = window[rate].duration_since(window[0]);
            assert!(span >= SignedDuration::from_secs(60), "{} requests within {span}", rate + 1);
        }
    }
}

#[test]
fn an_expiring_token_is_renewed_without_a_refusal() {
    let emulator = Emulator::new(Settings { token_lifetime: Duration::from_secs(600), ..settings() });
    let ada = emulator.user("Ada").add();
    let client = client(&emulator);
    emulator.clock().run(async {
        for _ in 0..30 {
            client.reader().user(&ada, &[]).await.unwrap();
            emulator.clock().sleep(Duration::from_secs(60)).await;
        }
    });
    assert!(emulator.requests().iter().all(|request| request.status == 200));
    assert_eq!(client.token_requests(), 4);
}

#[test]
fn missing_permissions_are_named() {
    let emulator = Emulator::new(settings());
    let ada = emulator.user("Ada").add();
    let (id, secret) = emulator.add_client("reader", &["directory:user:view"]);
    let client = client_as(&emulator, id, secret);
    let error = emulator.clock().run(client.writer().send(&Effect::delete_user(&ada))).unwrap_err();
    assert_eq!(error.disposition(), Disposition::Forbidden);
    assert!(error.missing_permissions().iter().any(|name| name == "directory:user:delete"), "{error}");
    assert!(error.correlation_id().is_some());
    assert_eq!(emulator.truth(&ada).unwrap().state, "active");
}

#[test]
fn wrong_credentials_are_told_and_nothing_else_is_asked() {
    let emulator = Emulator::new(settings());
    let client = client_as(&emulator, emulator.client_id(), "wrong".to_owned());
    let error = emulator.clock().run(client.reader().organization()).unwrap_err();
    assert_eq!(error.disposition(), Disposition::Reauthenticate);
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn the_world_as_reported_has_the_same_meanings() {
    let emulator = Emulator::new(Settings { preset: Preset::AsReported, ..settings() });
    let ada = emulator.user("Ada").in_queue("billing").live_call().add();
    let client = client(&emulator);
    let (reader, writer) = (client.reader(), client.writer());
    emulator.clock().run(async {
        let version = reader.user(&ada, &[]).await.unwrap().version.unwrap();
        let busy = writer.send(&Effect::set_state(&ada, version, State::Inactive)).await.unwrap_err();
        assert_eq!(busy.disposition(), Disposition::InUse, "{busy}");
        emulator.end_live(&ada);
        let queue = reader.user_queues(&ada).await.unwrap().remove(0);
        writer.send(&Effect::leave_queue(&queue.id, &ada)).await.unwrap();
        let version = reader.user(&ada, &[]).await.unwrap().version.unwrap();
        let stale = writer.send(&Effect::set_state(&ada, version - 1, State::Inactive)).await.unwrap_err();
        assert_eq!(stale.disposition(), Disposition::VersionClash, "{stale}");
        writer.send(&Effect::set_state(&ada, version, State::Inactive)).await.unwrap();
        let receipt = writer.send(&Effect::delete_user(&ada)).await.unwrap();
        assert_eq!((receipt.status, receipt.body), (204, None));
    });
    assert_eq!(emulator.truth(&ada).unwrap().state, "deleted");
}

#[test]
fn a_history_is_read_page_by_page() {
    let emulator = Emulator::new(Settings { users: 10, conversations: 3_000, years: 1, ..settings() });
    let reader = client(&emulator).reader();
    let end: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    let interval = Interval::new(end.checked_sub(SignedDuration::from_hours(24 * 7)).unwrap(), end).unwrap();
    let (found, total) = emulator.clock().run(async {
        let (mut found, mut total) = (Vec::new(), None);
        for number in 1.. {
            let page = reader
                .details_page(&ConversationQuery::new(interval).page(number).page_size(25))
                .await
                .unwrap();
            total = total.or(page.total_hits);
            if page.conversations.is_empty() {
                break;
            }
            found.extend(page.conversations);
        }
        (found, total)
    });
    assert!(found.len() > 20, "{} conversations in a week of 3,000 a year", found.len());
    assert_eq!(u64::try_from(found.len()).unwrap(), total.unwrap());
    assert!(found.iter().all(|conversation| conversation.conversation_start.is_some()));
    assert!(
        found.iter().any(|conversation| conversation.participants.iter().any(|one| one.user_id.is_some()))
    );
    let starts: Vec<_> = found.iter().map(|conversation| conversation.conversation_start).collect();
    assert!(starts.is_sorted());
}
