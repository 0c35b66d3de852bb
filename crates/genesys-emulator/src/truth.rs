//! Ground truth about a user, for comparison of whole values before and after.

pub(crate) mod organization;
mod reported;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub use self::reported::HeldReported;
use crate::world::{
    World,
    directory::{Directory, Named},
    personal::Personal,
    queue::{MemberBy, Membership, Queue},
    session::Session,
    telephony::Pool,
};

/// Everything that the organization holds about a user, in words that people use: names instead of ids where
/// a name is what a reader would want.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserTruth {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// `active`, `inactive` or `deleted`.
    pub state: String,
    /// Why the state last changed, where somebody said so.
    pub state_reason: Option<String>,
    /// Version.
    pub version: u32,
    /// Name of the division.
    pub division: String,
    /// Id of the manager.
    pub manager: Option<String>,
    /// Ids of those who report to the user, deleted ones left out.
    pub reports: Vec<String>,
    /// Title.
    pub title: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// The employer's number for the user.
    pub employee_id: Option<String>,
    /// Key by authority.
    pub external_ids: BTreeMap<String, String>,
    /// Telephone extensions.
    pub extensions: Vec<String>,
    /// Roles granted to the user directly.
    pub grants: Vec<HeldGrant>,
    /// Names of the roles that work for the user now, by groups too.
    pub effective_roles: BTreeSet<String>,
    /// Names of the groups.
    pub groups: BTreeSet<String>,
    /// Name of the team.
    pub team: Option<String>,
    /// Queues.
    pub queues: Vec<HeldQueue>,
    /// ACD skills.
    pub skills: Vec<HeldSkill>,
    /// Languages.
    pub languages: Vec<HeldLanguage>,
    /// Name of the default station.
    pub default_station: Option<String>,
    /// Name of the associated station.
    pub associated_station: Option<String>,
    /// Names of the groups that the user owns.
    pub owned_groups: BTreeSet<String>,
    /// Names of the skill groups that take the user in.
    pub skill_groups: BTreeSet<String>,
    /// The user's own utilization, as the vendor writes it.
    pub utilization: Option<Value>,
    /// Who takes what is routed to the user directly, as the vendor writes it.
    pub direct_routing_backup: Option<Value>,
    /// Call forwarding, as the vendor writes it, without the time of its last change.
    pub call_forwarding: Option<Value>,
    /// Out of office, as the vendor writes it.
    pub out_of_office: Option<Value>,
    /// Names of the user's phones: for WebRTC, or by the default station.
    pub phones: BTreeSet<String>,
    /// Telephone numbers, the organization's own and others.
    pub numbers: Vec<String>,
    /// Names of the work items that the user is assigned.
    pub work_items: BTreeSet<String>,
    /// Licences.
    pub licences: BTreeSet<String>,
    /// The user's own tokens that still work.
    pub tokens: u32,
    /// Presence.
    pub presence: String,
    /// Interactions that are live now.
    pub live: Vec<HeldSession>,
    /// What can only be read.
    pub reported: HeldReported,
}

/// A role granted to a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct HeldGrant {
    /// Name of the role.
    pub role: String,
    /// Name of the division.
    pub division: String,
}

/// A queue that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct HeldQueue {
    /// Name of the queue.
    pub queue: String,
    /// Whether the user has joined.
    pub joined: bool,
    /// Ring of the bullseye.
    pub ring_number: u32,
    /// Whether the membership comes from a group.
    pub by_group: bool,
}

/// An ACD skill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldSkill {
    /// Name of the skill.
    pub skill: String,
    /// From 0 to 5.
    pub proficiency: f64,
}

/// A language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldLanguage {
    /// Name of the language.
    pub language: String,
    /// From 0 to 5.
    pub proficiency: f64,
}

/// A live interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldSession {
    /// Id of the conversation.
    pub conversation_id: String,
    /// Kind of media.
    pub media: String,
}

/// Returns what `world` holds about a user at `now`.
pub(crate) fn of(world: &World, user_id: &str, now: Timestamp) -> Option<UserTruth> {
    let directory = &world.directory;
    let user = directory.users.get(user_id)?;
    let station = |id: &str| name_of(directory.stations.get(id).map(|station| &station.name), id);
    let grants: BTreeSet<HeldGrant> = directory
        .own_grants_of(user_id)
        .iter()
        .map(|grant| HeldGrant {
            role: name_of(directory.roles.get(&grant.role).map(|role| &role.name), &grant.role),
            division: division(directory, &grant.division),
        })
        .collect();
    Some(UserTruth {
        id: user.id.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
        state: user.state.word().to_owned(),
        state_reason: user.state_reason.clone(),
        version: user.version,
        division: division(directory, &user.division),
        manager: user.manager.clone(),
        reports: directory.reports_of(user_id).into_iter().map(|report| report.id.clone()).collect(),
        title: user.title.clone(),
        department: user.department.clone(),
        employee_id: user.employer.employee_id.clone(),
        external_ids: user.external_ids.clone(),
        extensions: user.addresses.iter().filter_map(|address| address.extension.clone()).collect(),
        grants: grants.into_iter().collect(),
        effective_roles: directory.roles_of(user_id).into_iter().map(|role| role.name.clone()).collect(),
        groups: directory.groups_of(user_id).into_iter().map(|group| group.name.clone()).collect(),
        team: user.team.as_ref().map(|team| named(&directory.teams, team)),
        queues: queues(directory, user_id),
        skills: user
            .skills
            .iter()
            .map(|(id, &proficiency)| HeldSkill { skill: named(&directory.skills, id), proficiency })
            .collect(),
        languages: user
            .languages
            .iter()
            .map(|(id, &proficiency)| HeldLanguage { language: named(&directory.languages, id), proficiency })
            .collect(),
        default_station: user.default_station.as_deref().map(station),
        associated_station: user.associated_station.as_ref().map(|since| station(&since.word)),
        owned_groups: directory
            .groups
            .values()
            .filter(|group| group.owners.contains(user_id))
            .map(|group| group.name.clone())
            .collect(),
        skill_groups: directory.skill_groups_of(user).into_iter().map(|group| group.name.clone()).collect(),
        utilization: user.personal.utilization.clone().map(Value::Object),
        direct_routing_backup: user.personal.direct_routing_backup.clone().map(Value::Object),
        call_forwarding: user
            .personal
            .call_forwarding
            .clone()
            .map(|own| Value::Object(Personal::without(own, &["modifiedDate"]))),
        out_of_office: user.personal.out_of_office.clone().map(Value::Object),
        phones: directory.phones_of(user).into_iter().map(|phone| phone.name.clone()).collect(),
        numbers: Pool::Dids.parts(user).cloned().collect(),
        work_items: directory.work_items_of(user_id).into_iter().map(|item| item.name.clone()).collect(),
        licences: user.licences.clone(),
        tokens: user.tokens,
        presence: user.presence.word.clone(),
        live: live(directory, user_id, now),
        reported: reported::of(world, user_id),
    })
}

/// What has no name is called by its id.
fn name_of(name: Option<&String>, id: &str) -> String {
    name.map_or_else(|| id.to_owned(), Clone::clone)
}

fn named(shelf: &BTreeMap<String, Named>, id: &str) -> String {
    name_of(shelf.get(id).map(|named| &named.name), id)
}

fn division(directory: &Directory, id: &str) -> String {
    name_of(directory.divisions.get(id).map(|division| &division.name), id)
}

fn queues(directory: &Directory, user: &str) -> Vec<HeldQueue> {
    let held = |(queue, membership, by): (&Queue, Membership, MemberBy)| HeldQueue {
        queue: queue.name.clone(),
        joined: membership.joined,
        ring_number: membership.ring_number,
        by_group: by == MemberBy::Group,
    };
    directory.queues_of(user).into_iter().map(held).collect()
}

fn live(directory: &Directory, user: &str, now: Timestamp) -> Vec<HeldSession> {
    let held = |session: &Session| HeldSession {
        conversation_id: session.conversation.clone(),
        media: session.media.clone(),
    };
    directory.live_sessions(user, now).into_iter().map(held).collect()
}
