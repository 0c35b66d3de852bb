//! Which permission each endpoint takes, beside the endpoint: the one place that knows.

/// Every endpoint that this client calls, with the permissions of which any one is enough, the narrowest first. Where the
/// list is empty, a token is enough.
const NEEDS: &[(&str, &str, &[&str])] = &[
    ("GET", "/api/v2/analytics/agents/{userId}/status", &["analytics:agentState:view"]),
    ("POST", "/api/v2/analytics/conversations/aggregates/query", &["analytics:conversationAggregate:view"]),
    (
        "POST",
        "/api/v2/analytics/conversations/details/jobs",
        &["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"],
    ),
    (
        "GET",
        "/api/v2/analytics/conversations/details/jobs/availability",
        &["analytics:conversationDetail:view"],
    ),
    (
        "DELETE",
        "/api/v2/analytics/conversations/details/jobs/{jobId}",
        &["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"],
    ),
    (
        "GET",
        "/api/v2/analytics/conversations/details/jobs/{jobId}",
        &["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"],
    ),
    (
        "GET",
        "/api/v2/analytics/conversations/details/jobs/{jobId}/results",
        &["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"],
    ),
    (
        "POST",
        "/api/v2/analytics/conversations/details/query",
        &["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"],
    ),
    ("GET", "/api/v2/analytics/dataretention/settings", &["analytics:dataRetention:view"]),
    (
        "GET",
        "/api/v2/analytics/reporting/settings/users/{userId}/dashboards",
        &["analytics:dashboardConfigurations:viewPrivate"],
    ),
    (
        "GET",
        "/api/v2/architect/dependencytracking/consumingresources",
        &["architect:dependencyTracking:view"],
    ),
    ("GET", "/api/v2/authorization/divisions", &[]),
    ("POST", "/api/v2/authorization/divisions/{divisionId}/objects/USER", &[]),
    ("GET", "/api/v2/authorization/roles", &["authorization:role:view"]),
    ("GET", "/api/v2/authorization/roles/{roleId}/users", &[]),
    ("GET", "/api/v2/authorization/subjects/{subjectId}", &["authorization:grant:view"]),
    ("POST", "/api/v2/authorization/subjects/{subjectId}/bulkadd", &["authorization:grant:add"]),
    ("POST", "/api/v2/authorization/subjects/{subjectId}/bulkremove", &["authorization:grant:delete"]),
    ("GET", "/api/v2/coaching/appointments", &["coaching:appointment:view"]),
    ("GET", "/api/v2/groups", &[]),
    ("GET", "/api/v2/groups/{groupId}", &[]),
    ("PUT", "/api/v2/groups/{groupId}", &["directory:group:edit"]),
    ("DELETE", "/api/v2/groups/{groupId}/members", &[]),
    ("POST", "/api/v2/groups/{groupId}/members", &[]),
    ("GET", "/api/v2/learning/assignments", &["learning:assignment:view"]),
    ("GET", "/api/v2/license/users/{userId}", &["authorization:license:view", "authorization:grant:add"]),
    ("GET", "/api/v2/oauth/clients", &["oauth:client:view"]),
    ("GET", "/api/v2/oauth/clients/{clientId}", &["oauth:client:view"]),
    ("GET", "/api/v2/organizations/me", &[]),
    ("GET", "/api/v2/quality/calibrations", &["quality:calibration:view"]),
    ("GET", "/api/v2/quality/evaluations/query", &["quality:evaluation:view"]),
    ("GET", "/api/v2/recording/crossplatform/mediaretentionpolicies", &["recording:retentionPolicy:view"]),
    ("GET", "/api/v2/routing/languages", &[]),
    ("GET", "/api/v2/routing/queues", &["routing:queue:view"]),
    ("GET", "/api/v2/routing/queues/{queueId}", &["routing:queue:view"]),
    (
        "GET",
        "/api/v2/routing/queues/{queueId}/members",
        &["routing:queue:view", "routing:queue:edit", "routing:queue:readonly", "routing:queueMember:manage"],
    ),
    (
        "POST",
        "/api/v2/routing/queues/{queueId}/members",
        &["routing:queueMember:manage", "routing:queue:edit"],
    ),
    (
        "DELETE",
        "/api/v2/routing/queues/{queueId}/members/{memberId}",
        &["routing:queueMember:manage", "routing:queue:edit"],
    ),
    (
        "PATCH",
        "/api/v2/routing/queues/{queueId}/members/{memberId}",
        &["routing:queueMember:manage", "routing:queue:edit"],
    ),
    ("GET", "/api/v2/routing/skills", &["routing:skill:view"]),
    (
        "DELETE",
        "/api/v2/routing/users/{userId}/directroutingbackup/settings",
        &["routing:directRoutingBackup:delete"],
    ),
    (
        "GET",
        "/api/v2/routing/users/{userId}/directroutingbackup/settings",
        &["routing:directRoutingBackup:view"],
    ),
    (
        "PUT",
        "/api/v2/routing/users/{userId}/directroutingbackup/settings",
        &["routing:directRoutingBackup:edit"],
    ),
    ("DELETE", "/api/v2/routing/users/{userId}/utilization", &["routing:utilization:manage"]),
    (
        "GET",
        "/api/v2/routing/users/{userId}/utilization",
        &["routing:utilization:view", "routing:utilization:manage"],
    ),
    ("PUT", "/api/v2/routing/users/{userId}/utilization", &["routing:utilization:manage"]),
    ("GET", "/api/v2/stations", &[]),
    ("POST", "/api/v2/taskmanagement/workitems/query", &["workitems:workitem:view"]),
    (
        "PATCH",
        "/api/v2/taskmanagement/workitems/{workitemId}",
        &["workitems:workitem:edit", "workitems:workitem:accept"],
    ),
    ("GET", "/api/v2/teams", &["groups:team:view"]),
    ("DELETE", "/api/v2/teams/{teamId}/members", &["groups:team:assign"]),
    ("GET", "/api/v2/teams/{teamId}/members", &["groups:team:view"]),
    ("POST", "/api/v2/teams/{teamId}/members", &["groups:team:assign"]),
    ("GET", "/api/v2/telephony/providers/edges/dids", &["telephony:plugin:all"]),
    ("GET", "/api/v2/telephony/providers/edges/extensions", &["telephony:extensionPool:view"]),
    ("GET", "/api/v2/telephony/providers/edges/phones", &["telephony:plugin:all"]),
    ("POST", "/api/v2/telephony/providers/edges/phones", &["telephony:plugin:all"]),
    ("DELETE", "/api/v2/telephony/providers/edges/phones/{phoneId}", &["telephony:plugin:all"]),
    ("GET", "/api/v2/telephony/providers/edges/phones/{phoneId}", &["telephony:plugin:all"]),
    ("DELETE", "/api/v2/tokens/{userId}", &["oauth:token:delete"]),
    ("GET", "/api/v2/users/externalid/{authorityName}/{externalKey}", &[]),
    ("GET", "/api/v2/users/query", &["directory:user:view"]),
    ("POST", "/api/v2/users/search", &["directory:user:view"]),
    ("DELETE", "/api/v2/users/{userId}", &["directory:user:delete", "admin", "directory:organization:admin"]),
    ("GET", "/api/v2/users/{userId}", &[]),
    ("PATCH", "/api/v2/users/{userId}", &["directory:user:edit", "admin", "directory:organization:admin"]),
    ("GET", "/api/v2/users/{userId}/callforwarding", &["conversation:callForwarding:view"]),
    ("PUT", "/api/v2/users/{userId}/callforwarding", &["conversation:callForwarding:edit"]),
    ("GET", "/api/v2/users/{userId}/directreports", &[]),
    ("GET", "/api/v2/users/{userId}/externalid", &[]),
    ("GET", "/api/v2/users/{userId}/greetings", &[]),
    ("GET", "/api/v2/users/{userId}/outofoffice", &[]),
    ("PUT", "/api/v2/users/{userId}/outofoffice", &[]),
    ("GET", "/api/v2/users/{userId}/presences/purecloud", &[]),
    ("GET", "/api/v2/users/{userId}/queues", &["routing:queue:view"]),
    (
        "PATCH",
        "/api/v2/users/{userId}/queues/{queueId}",
        &["routing:queueMember:manage", "routing:queue:join"],
    ),
    ("GET", "/api/v2/users/{userId}/routinglanguages", &[]),
    (
        "PATCH",
        "/api/v2/users/{userId}/routinglanguages/bulk",
        &["routing:skill:assign", "routing:language:assign"],
    ),
    (
        "DELETE",
        "/api/v2/users/{userId}/routinglanguages/{languageId}",
        &["routing:skill:assign", "routing:language:assign"],
    ),
    ("GET", "/api/v2/users/{userId}/routingskills", &[]),
    ("PUT", "/api/v2/users/{userId}/routingskills/bulk", &["routing:skill:assign"]),
    ("DELETE", "/api/v2/users/{userId}/routingskills/{skillId}", &["routing:skill:assign"]),
    ("GET", "/api/v2/users/{userId}/routingstatus", &[]),
    ("GET", "/api/v2/users/{userId}/skillgroups", &["routing:skillGroup:view"]),
    ("GET", "/api/v2/users/{userId}/state", &["directory:userStateChange:view"]),
    ("PUT", "/api/v2/users/{userId}/state", &["directory:user:edit"]),
    ("GET", "/api/v2/users/{userId}/station", &["telephony:otherStationAssociation:view"]),
    ("DELETE", "/api/v2/users/{userId}/station/associatedstation", &["telephony:station:disassociate"]),
    (
        "PUT",
        "/api/v2/users/{userId}/station/associatedstation/{stationId}",
        &["telephony:otherStationAssociation:edit"],
    ),
    (
        "DELETE",
        "/api/v2/users/{userId}/station/defaultstation",
        &["telephony:phone:assign", "telephony:plugin:all"],
    ),
    (
        "PUT",
        "/api/v2/users/{userId}/station/defaultstation/{stationId}",
        &["telephony:phone:assign", "telephony:plugin:all"],
    ),
    ("GET", "/api/v2/users/{userId}/superiors", &[]),
    ("GET", "/api/v2/users/{userId}/trustors", &["authorization:orgTrustor:view"]),
    (
        "GET",
        "/api/v2/voicemail/userpolicies/{userId}",
        &["voicemail:userPolicy:viewOther", "telephony:plugin:all"],
    ),
    ("GET", "/api/v2/voicemail/users/{userId}/mailbox", &["voicemail:mailbox:viewOther"]),
    ("GET", "/api/v2/voicemail/users/{userId}/messages", &["voicemail:voicemail:viewOther"]),
    (
        "GET",
        "/api/v2/workforcemanagement/agents/{agentId}/managementunit",
        &[
            "wfm:publishedSchedule:view",
            "wfm:schedule:view",
            "wfm:agent:view",
            "coaching:appointment:add",
            "coaching:appointment:edit",
            "learning:assignment:add",
            "learning:assignment:reschedule",
        ],
    ),
    (
        "POST",
        "/api/v2/workforcemanagement/managementunits/{managementUnitId}/agentschedules/search",
        &["wfm:publishedSchedule:view", "wfm:schedule:view"],
    ),
];

/// Giving or taking an extension takes this besides the permission to change the user, who is changed by
/// `PATCH /api/v2/users/{userId}` with other addresses.
const ASSIGN_EXTENSION: &[&str] = &["telephony:extension:assign"];

/// What calling an endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs(&'static [&'static str]);

impl Needs {
    /// Returns what an endpoint takes, by its method and its path with the arguments left out; `None` for an endpoint that
    /// this client does not call.
    #[must_use]
    pub fn of(method: &str, template: &str) -> Option<Self> {
        let row = NEEDS.iter().find(|(verb, path, _)| *verb == method && *path == template);
        row.map(|(_, _, any)| Self(any))
    }

    /// Returns what a user's addresses take besides the endpoint, where an extension is among those that change.
    #[must_use]
    pub fn of_extensions() -> Self {
        Self(ASSIGN_EXTENSION)
    }

    /// Returns every endpoint with what it takes.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str, Self)> {
        NEEDS.iter().map(|(method, template, any)| (*method, *template, Self(any)))
    }

    /// Returns the permissions of which any one is enough, the narrowest first; none where a token is enough.
    #[must_use]
    pub fn any_of(self) -> &'static [&'static str] {
        self.0
    }

    /// Returns whether somebody who has what `has` says may call the endpoint.
    pub fn met_by(self, has: impl Fn(&str) -> bool) -> bool {
        self.0.is_empty() || self.0.iter().any(|permission| has(permission))
    }
}
