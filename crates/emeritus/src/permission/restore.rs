//! What a restore takes to give back what a plan takes away: looking whether it is still there, and giving it.

use std::collections::{BTreeMap, BTreeSet};

use emeritus_core::holding::Kind;
use emeritus_core::inventory::{AccountState, Inventory, Via};
use emeritus_core::plan::{StationSlot, Step, StepKind};
use emeritus_core::planner::Lacking;

use super::Takes::{self, Call, Extensions};
use super::documented;

const USER: &str = "/api/v2/users/{userId}";

/// The state of the account, unless somebody else has its e-mail address by now; its manager.
const ACCOUNT: &[Takes] = &[Call("POST", "/api/v2/users/search"), Call("GET", USER), Call("PATCH", USER)];

const ROLES: &[Takes] = &[
    Call("GET", "/api/v2/authorization/roles"),
    Call("POST", "/api/v2/authorization/subjects/{subjectId}/bulkadd"),
];
const QUEUES: &[Takes] = &[
    Call("GET", "/api/v2/routing/queues/{queueId}"),
    Call("POST", "/api/v2/routing/queues/{queueId}/members"),
    Call("PATCH", "/api/v2/users/{userId}/queues/{queueId}"),
];
const RING: &[Takes] = &[Call("PATCH", "/api/v2/routing/queues/{queueId}/members/{memberId}")];
const SKILLS: &[Takes] =
    &[Call("GET", "/api/v2/routing/skills"), Call("PUT", "/api/v2/users/{userId}/routingskills/bulk")];
const LANGUAGES: &[Takes] = &[
    Call("GET", "/api/v2/routing/languages"),
    Call("PATCH", "/api/v2/users/{userId}/routinglanguages/bulk"),
];
const GROUPS: &[Takes] =
    &[Call("GET", "/api/v2/groups/{groupId}"), Call("POST", "/api/v2/groups/{groupId}/members")];
const DEFAULT_STATION: &[Takes] = &[
    Call("GET", "/api/v2/stations"),
    Call("PUT", "/api/v2/users/{userId}/station/defaultstation/{stationId}"),
];
const PHONES: &[Takes] = &[Call("POST", "/api/v2/telephony/providers/edges/phones")];
const NUMBERS: &[Takes] =
    &[Call("GET", "/api/v2/telephony/providers/edges/dids"), Call("GET", USER), Call("PATCH", USER)];
const EXTENSIONS: &[Takes] = &[
    Call("GET", "/api/v2/telephony/providers/edges/extensions"),
    Call("GET", USER),
    Call("PATCH", USER),
    Extensions,
];
const FORWARDING: &[Takes] = &[Call("PUT", "/api/v2/users/{userId}/callforwarding")];
const OUT_OF_OFFICE: &[Takes] = &[Call("PUT", "/api/v2/users/{userId}/outofoffice")];
const UTILIZATION: &[Takes] = &[Call("PUT", "/api/v2/routing/users/{userId}/utilization")];
const BACKUP: &[Takes] = &[Call("PUT", "/api/v2/routing/users/{userId}/directroutingbackup/settings")];
const TEAM: &[Takes] = &[Call("GET", "/api/v2/teams"), Call("POST", "/api/v2/teams/{teamId}/members")];
const OWNERSHIP: &[Takes] =
    &[Call("GET", "/api/v2/groups/{groupId}"), Call("PUT", "/api/v2/groups/{groupId}")];
const WORK_ITEMS: &[Takes] = &[Call("PATCH", "/api/v2/taskmanagement/workitems/{workitemId}")];

/// Returns what a restore could not give back of what these steps take away, by the permission that is lacking.
pub(crate) fn lacking(steps: &[Step], inventory: &Inventory, has: impl Fn(&str) -> bool) -> Vec<Lacking> {
    let all = documented();
    let mut found: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    for (what, takes) in steps.iter().flat_map(|step| giving_back(&step.kind, inventory)) {
        for takes in takes {
            let met = takes.any_of().is_empty() || takes.any_of().iter().any(|permission| has(permission));
            if let Some(permission) = takes.documented(&all).filter(|_| !met) {
                found.entry(permission).or_default().insert(what);
            }
        }
    }
    let lacking = found.into_iter().map(|(permission, what)| Lacking {
        permission: permission.to_owned(),
        what: what.into_iter().map(str::to_owned).collect(),
    });
    lacking.collect()
}

/// Returns what giving back what a step takes away takes, by what is given back.
fn giving_back(kind: &StepKind, inventory: &Inventory) -> Vec<(&'static str, &'static [Takes])> {
    let grants = || inventory.grants.known().into_iter().flatten().any(|grant| grant.via == Via::Direct);
    match kind {
        StepKind::SetState { from: AccountState::Active, .. } => {
            let mut back = vec![("the state of the account", ACCOUNT)];
            back.extend(grants().then_some((Kind::Roles.label(), ROLES)));
            back
        }
        StepKind::SetState { .. } | StepKind::Delete => vec![("the state of the account", ACCOUNT)],
        StepKind::RevokeRoles { .. } => vec![(Kind::Roles.label(), ROLES)],
        StepKind::LeaveQueue { queue, .. } => {
            let mut held = inventory.queues.known().into_iter().flatten();
            let ring = held.any(|held| held.queue.id == queue.id && held.ring.is_some());
            let mut back = vec![(Kind::Queues.label(), QUEUES)];
            back.extend(ring.then_some((Kind::Queues.label(), RING)));
            back
        }
        StepKind::SetSkills { .. } => vec![(Kind::Skills.label(), SKILLS)],
        StepKind::RemoveLanguage { .. } => vec![(Kind::Languages.label(), LANGUAGES)],
        StepKind::LeaveGroup { .. } => vec![(Kind::Groups.label(), GROUPS)],
        StepKind::ClearStation { slot: StationSlot::Default, .. } => {
            vec![(Kind::Stations.label(), DEFAULT_STATION)]
        }
        StepKind::Release { kind, .. } | StepKind::Reassign { kind, .. } => {
            vec![(kind.label(), of_kind(*kind))]
        }
        // The station in use is chosen by the person at the next login; the others take nothing away.
        StepKind::ClearStation { slot: StationSlot::Associated, .. }
        | StepKind::Baseline
        | StepKind::AwaitIdle { .. }
        | StepKind::RevokeTokens
        | StepKind::Prove { .. }
        | StepKind::Hold { .. }
        | StepKind::MoveDivision { .. }
        | StepKind::GrantRoles { .. }
        | StepKind::SetLanguages { .. }
        | StepKind::JoinQueue { .. }
        | StepKind::SetJoined { .. }
        | StepKind::SetRing { .. }
        | StepKind::SetStation { .. }
        | StepKind::SetManager { .. }
        | StepKind::JoinGroup { .. }
        | StepKind::GiveBack { .. }
        | StepKind::CheckAccess
        | StepKind::Compare => Vec::new(),
    }
}

/// Returns what giving back a thing of a kind takes.
fn of_kind(kind: Kind) -> &'static [Takes] {
    match kind {
        Kind::Stations => DEFAULT_STATION,
        Kind::Phones => PHONES,
        Kind::Numbers => NUMBERS,
        Kind::Extensions => EXTENSIONS,
        Kind::CallForwarding => FORWARDING,
        Kind::Queues => QUEUES,
        Kind::Groups => GROUPS,
        Kind::GroupOwnership => OWNERSHIP,
        Kind::Team => TEAM,
        Kind::Skills => SKILLS,
        Kind::Languages => LANGUAGES,
        Kind::Utilization => UTILIZATION,
        Kind::DirectRoutingBackup => BACKUP,
        Kind::OutOfOffice => OUT_OF_OFFICE,
        Kind::WorkItems => WORK_ITEMS,
        Kind::DirectReports => ACCOUNT,
        Kind::Roles => ROLES,
        // Nothing takes these away.
        Kind::Division
        | Kind::Greetings
        | Kind::Voicemail
        | Kind::SkillGroups
        | Kind::RoutingRules
        | Kind::Superiors
        | Kind::Trustors
        | Kind::OauthClients
        | Kind::Licences
        | Kind::Evaluations
        | Kind::Calibrations
        | Kind::Coaching
        | Kind::Learning
        | Kind::ManagementUnit
        | Kind::Schedules
        | Kind::Flows
        | Kind::Dashboards
        | Kind::RecordingPolicies => &[],
    }
}

/// Returns every endpoint that giving something back takes.
#[cfg(test)]
pub(super) fn everything() -> impl Iterator<Item = Takes> {
    let kinds = Kind::ALL.into_iter().flat_map(of_kind);
    kinds.chain(RING).copied()
}
