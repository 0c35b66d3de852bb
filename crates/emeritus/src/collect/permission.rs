//! What the client must be allowed for each part, as the vendor's API description names it.

use emeritus_core::holding::Kind;

/// Returns the permission that reading things of a kind takes; empty where a valid token is enough.
pub(crate) fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Stations => "telephony:otherStationAssociation:view",
        Kind::Phones | Kind::Numbers | Kind::Extensions => "telephony:plugin:all",
        Kind::CallForwarding => "conversation:callForwarding:view",
        Kind::Queues | Kind::RoutingRules => "routing:queue:view",
        Kind::Team => "groups:team:view",
        Kind::Utilization => "routing:utilization:view",
        Kind::DirectRoutingBackup => "routing:directRoutingBackup:view",
        Kind::WorkItems => "workitems:workitem:view",
        Kind::Roles => "authorization:grant:view",
        Kind::Voicemail => "voicemail:mailbox:viewOther",
        Kind::SkillGroups => "routing:skillGroup:view",
        Kind::Trustors => "authorization:orgTrustor:view",
        Kind::OauthClients => "oauth:client:view",
        Kind::Licences => "authorization:license:view",
        Kind::Evaluations => "quality:evaluation:view",
        Kind::Calibrations => "quality:calibration:view",
        Kind::Coaching => "coaching:appointment:view",
        Kind::Learning => "learning:assignment:view",
        Kind::ManagementUnit | Kind::Schedules => "wfm:agent:view",
        Kind::Flows => "architect:dependencyTracking:view",
        Kind::Dashboards => "analytics:dashboardConfigurations:viewPrivate",
        Kind::RecordingPolicies => "recording:retentionPolicy:view",
        Kind::Groups
        | Kind::GroupOwnership
        | Kind::Skills
        | Kind::Languages
        | Kind::OutOfOffice
        | Kind::DirectReports
        | Kind::Division
        | Kind::Greetings
        | Kind::Superiors => "",
    }
}

/// The parts that are no kind of thing, with what reading them takes.
pub(super) const OTHERS: [(&str, &str); 8] = [
    ("manager", "directory:user:view"),
    ("last holder of a role", "authorization:role:view"),
    ("live interactions", "analytics:agentState:view"),
    ("open conversations", "analytics:conversationDetail:view"),
    ("presence", "directory:user:view"),
    ("last login", "directory:user:view"),
    ("last token", "directory:user:view"),
    ("owner of this OAuth client", "oauth:client:view"),
];
