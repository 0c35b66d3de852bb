//! One reader for each kind of thing that has no part of its own, side by side as far as the budget allows.

use std::future::Future;
use std::pin::Pin;

use emeritus_core::holding::{Kind, Thing};
use emeritus_core::id::UserId;
use emeritus_core::inventory::{Part, Why};
use futures_util::StreamExt as _;
use genesys::{Disposition, Error, EvaluationState, EvaluationsOf, Reader, User};
use jiff::{SignedDuration, Timestamp};

use super::scans::Scans;
use super::telephony;
use crate::failure::why;

/// How many reads of one person are under way at once.
const LANES: usize = 6;

/// How far ahead published schedules are looked for.
const SCHEDULES_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 42);

type Read<'a> = Pin<Box<dyn Future<Output = (Kind, Part<Vec<Thing>>)> + Send + 'a>>;

/// What the readers work on.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) reader: &'a Reader,
    pub(super) user: &'a UserId,
    pub(super) record: &'a User,
    pub(super) scans: &'a Scans,
    pub(super) now: Timestamp,
}

/// Returns every kind with what is held of it, and when the answer was there.
pub(super) async fn held(
    of: Of<'_>,
    now: &dyn Fn() -> Timestamp,
) -> Vec<(Kind, Part<Vec<Thing>>, Timestamp)> {
    let reads = Kind::ALL
        .into_iter()
        .filter(|kind| kind.is_in_held())
        .map(|kind| -> Read<'_> { Box::pin(async move { (kind, sorted(read(of, kind).await)) }) });
    let reads: Vec<_> = reads.collect();
    futures_util::stream::iter(reads).buffered(LANES).map(|(kind, part)| (kind, part, now())).collect().await
}

async fn read(of: Of<'_>, kind: Kind) -> Part<Vec<Thing>> {
    let Of { reader, user, record, scans, now } = of;
    let id = user.as_str();
    match kind {
        Kind::Phones => part(of, telephony::phones(reader, id).await),
        Kind::Numbers if record.addresses.is_none() => telephony::no_addresses(),
        Kind::Numbers => part(of, telephony::numbers(reader, record).await),
        Kind::Extensions => telephony::extensions(record),
        Kind::CallForwarding => part(of, reader.call_forwarding(id).await.map(telephony::forwarding)),
        Kind::OutOfOffice => part(of, reader.out_of_office(id).await.map(telephony::out_of_office)),
        Kind::Utilization => part(of, reader.utilization(id).await.map(telephony::utilization)),
        Kind::DirectRoutingBackup => {
            part(of, reader.direct_routing_backup(id).await.map(telephony::direct_routing_backup))
        }
        Kind::GroupOwnership => scans.owned_groups(reader, user).await,
        Kind::RoutingRules => match (&record.groups, reader.skill_groups(id).await) {
            (None, _) => super::not_told("the groups"),
            // What a queue's rules can name: the groups, the team and the skill groups of a person.
            (Some(of_record), Ok(skill_groups)) => {
                let groups = of_record.iter().map(|group| group.id.clone());
                let team = record.team.iter().map(|team| team.id.clone());
                let groups = groups.chain(team).chain(skill_groups.into_iter().map(|group| group.id));
                scans.routing_rules(reader, user, &groups.collect::<Vec<_>>()).await
            }
            (Some(_), Err(error)) => part(of, Err(error)),
        },
        Kind::OauthClients => scans.oauth_clients(reader, user).await,
        Kind::RecordingPolicies => scans.recording_policies(reader, user).await,
        Kind::Team => match &record.team {
            Some(team) => Part::Known(vec![Thing::new(&team.id, team.name.clone().unwrap_or_default())]),
            None => scans.team(reader, user).await,
        },
        Kind::WorkItems => listed(of, reader.work_items_of(id).await),
        Kind::Greetings => listed(of, reader.greetings(id).await),
        Kind::SkillGroups => listed(of, reader.skill_groups(id).await),
        Kind::Trustors => listed(of, reader.trustors(id).await),
        Kind::Calibrations => listed(of, reader.calibrations(id).await),
        Kind::Coaching => listed(of, reader.coaching_appointments(id).await),
        Kind::Learning => listed(of, reader.learning_assignments(id).await),
        Kind::Dashboards => listed(of, reader.dashboards(id).await),
        Kind::Evaluations => listed(of, evaluations(reader, id).await),
        Kind::ManagementUnit => {
            listed(of, reader.management_unit(id).await.map(|unit| unit.into_iter().collect()))
        }
        Kind::Schedules => listed(of, schedules(reader, id, now).await),
        Kind::Voicemail => part(of, voicemail(reader, id).await),
        Kind::Superiors => part(of, reader.superiors(id).await.map(people)),
        Kind::Licences => part(of, reader.licences(id).await.map(licences)),
        Kind::Flows => flows(of).await,
        // These have parts of their own.
        Kind::Stations
        | Kind::Queues
        | Kind::Groups
        | Kind::Skills
        | Kind::Languages
        | Kind::DirectReports
        | Kind::Roles
        | Kind::Division => Part::Known(Vec::new()),
    }
}

/// What stands under a deleted user answers 404 for the user, not for the thing.
fn part(of: Of<'_>, read: Result<Vec<Thing>, Error>) -> Part<Vec<Thing>> {
    match read {
        Ok(things) => Part::Known(things),
        Err(error) if error.disposition() == Disposition::Absent && is_deleted(of.record) => {
            let because = "the vendor does not show it for a deleted person".to_owned();
            Part::Unknown(Why::NotApplicable { because })
        }
        Err(error) => Part::Unknown(why(&error)),
    }
}

fn listed(of: Of<'_>, read: Result<Vec<genesys::Thing>, Error>) -> Part<Vec<Thing>> {
    part(of, read.map(|things| things.into_iter().map(thing).collect()))
}

fn is_deleted(record: &User) -> bool {
    record.state == Some(genesys::State::Deleted)
}

fn thing(read: genesys::Thing) -> Thing {
    let detail = read.detail.into_iter().map(|(name, value)| (name, value.into())).collect();
    Thing { id: read.id, name: read.name.unwrap_or_default().into(), detail, document: None }
}

/// Evaluations of the person, by the person, and assigned to the person, each once.
async fn evaluations(reader: &Reader, id: &str) -> Result<Vec<genesys::Thing>, Error> {
    let mut found = Vec::new();
    for (role, of) in [
        ("of this person", EvaluationsOf::Agent(id)),
        ("by this person", EvaluationsOf::Evaluator(id)),
        ("assigned to this person", EvaluationsOf::Assignee(id)),
    ] {
        for mut evaluation in reader.evaluations(of, &EvaluationState::OPEN).await? {
            evaluation.detail.insert("evaluation".to_owned(), role.to_owned());
            found.push(evaluation);
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found.dedup_by(|a, b| a.id == b.id);
    Ok(found)
}

async fn schedules(reader: &Reader, id: &str, now: Timestamp) -> Result<Vec<genesys::Thing>, Error> {
    let Some(unit) = reader.management_unit(id).await? else { return Ok(Vec::new()) };
    let until = now.checked_add(SCHEDULES_AHEAD).unwrap_or(Timestamp::MAX);
    reader.agent_schedules(&unit.id, id, now, until).await
}

/// How much there is, and by which policy: an empty mailbox is not a thing.
async fn voicemail(reader: &Reader, id: &str) -> Result<Vec<Thing>, Error> {
    let mailbox = reader.voicemail_mailbox(id).await?;
    let total = mailbox.total.unwrap_or_default();
    if total == 0 {
        return Ok(Vec::new());
    }
    let policy = reader.voicemail_policy(id).await?;
    let unread = mailbox.unread.unwrap_or_default();
    let mut thing = Thing::new(Thing::OWN, format!("{total} message(s), {unread} not listened to"));
    for (name, member) in [("enabled", "enabled"), ("alert timeout, seconds", "alertTimeoutSeconds")] {
        let value = policy.get(member).filter(|value| !value.is_null()).map(ToString::to_string);
        thing = thing.with_detail(name, value.unwrap_or_default());
    }
    Ok(vec![thing])
}

fn people(people: Vec<User>) -> Vec<Thing> {
    people.into_iter().map(|person| Thing::new(person.id, person.name.unwrap_or_default())).collect()
}

fn licences(licences: Vec<String>) -> Vec<Thing> {
    licences.into_iter().map(|licence| Thing::new(licence.clone(), licence)).collect()
}

async fn flows(of: Of<'_>) -> Part<Vec<Thing>> {
    match of.reader.flows_naming(of.user.as_str()).await {
        Ok(genesys::Consumers::Complete(things)) => Part::Known(things.into_iter().map(thing).collect()),
        Ok(genesys::Consumers::Building(things)) => {
            Part::Unknown(Why::StillBuilding { read: things.len() as u64 })
        }
        Err(error) => part(of, Err(error)),
    }
}

fn sorted(part: Part<Vec<Thing>>) -> Part<Vec<Thing>> {
    match part {
        Part::Known(mut things) => {
            things.sort_by(|a, b| (&a.id, &a.name).cmp(&(&b.id, &b.name)));
            things.dedup();
            Part::Known(things)
        }
        Part::Unknown(why) => Part::Unknown(why),
    }
}
