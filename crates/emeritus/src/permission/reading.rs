//! By which endpoint each part of an inventory is read.

use emeritus_core::holding::Kind;

use super::Takes::{self, Call};

const BACKUP: &str = "/api/v2/routing/users/{userId}/directroutingbackup/settings";
const UTILIZATION: &str = "/api/v2/routing/users/{userId}/utilization";
const FORWARDING: &str = "/api/v2/users/{userId}/callforwarding";
const STATION: &str = "/api/v2/users/{userId}/station";
const PHONES: &str = "/api/v2/telephony/providers/edges/phones";
const DIDS: &str = "/api/v2/telephony/providers/edges/dids";
const SUBJECT: &str = "/api/v2/authorization/subjects/{subjectId}";
const STATUS: &str = "/api/v2/analytics/agents/{userId}/status";
const DETAILS: &str = "/api/v2/analytics/conversations/details/query";
const USER: &str = "/api/v2/users/{userId}";
const SCHEDULES: &str =
    "/api/v2/workforcemanagement/managementunits/{managementUnitId}/agentschedules/search";
const DASHBOARDS: &str = "/api/v2/analytics/reporting/settings/users/{userId}/dashboards";
const POLICIES: &str = "/api/v2/recording/crossplatform/mediaretentionpolicies";
const FLOWS: &str = "/api/v2/architect/dependencytracking/consumingresources";
const UNIT: &str = "/api/v2/workforcemanagement/agents/{agentId}/managementunit";

/// Returns the endpoint by which things of a kind are read.
pub(super) fn reading(kind: Kind) -> Takes {
    let path = match kind {
        Kind::WorkItems => return Call("POST", "/api/v2/taskmanagement/workitems/query"),
        Kind::Schedules => return Call("POST", SCHEDULES),
        Kind::Stations => STATION,
        Kind::Phones => PHONES,
        Kind::Numbers => DIDS,
        Kind::CallForwarding => FORWARDING,
        Kind::Queues => "/api/v2/users/{userId}/queues",
        Kind::RoutingRules => "/api/v2/routing/queues",
        Kind::Team => "/api/v2/teams",
        Kind::Utilization => UTILIZATION,
        Kind::DirectRoutingBackup => BACKUP,
        Kind::Roles => SUBJECT,
        Kind::Voicemail => "/api/v2/voicemail/users/{userId}/mailbox",
        Kind::SkillGroups => "/api/v2/users/{userId}/skillgroups",
        Kind::Trustors => "/api/v2/users/{userId}/trustors",
        Kind::OauthClients => "/api/v2/oauth/clients",
        Kind::Licences => "/api/v2/license/users/{userId}",
        Kind::Evaluations => "/api/v2/quality/evaluations/query",
        Kind::Calibrations => "/api/v2/quality/calibrations",
        Kind::Coaching => "/api/v2/coaching/appointments",
        Kind::Learning => "/api/v2/learning/assignments",
        Kind::ManagementUnit => UNIT,
        Kind::Flows => FLOWS,
        Kind::Dashboards => DASHBOARDS,
        Kind::RecordingPolicies => POLICIES,
        Kind::GroupOwnership => "/api/v2/groups",
        Kind::Skills => "/api/v2/users/{userId}/routingskills",
        Kind::Languages => "/api/v2/users/{userId}/routinglanguages",
        Kind::OutOfOffice => "/api/v2/users/{userId}/outofoffice",
        Kind::DirectReports => "/api/v2/users/{userId}/directreports",
        Kind::Greetings => "/api/v2/users/{userId}/greetings",
        Kind::Superiors => "/api/v2/users/{userId}/superiors",
        // In the record of the person.
        Kind::Groups | Kind::Extensions | Kind::Division => USER,
    };
    Call("GET", path)
}

/// The parts that are no kind of thing, with the endpoint by which each is read.
pub(super) const OTHERS: [(&str, Takes); 8] = [
    ("manager", Call("GET", USER)),
    ("last holder of a role", Call("GET", "/api/v2/authorization/roles/{roleId}/users")),
    ("live interactions", Call("GET", STATUS)),
    ("open conversations", Call("POST", DETAILS)),
    ("presence", Call("GET", USER)),
    ("last login", Call("GET", USER)),
    ("last token", Call("GET", USER)),
    ("owner of this OAuth client", Call("GET", "/api/v2/oauth/clients/{clientId}")),
];
