//! What each kind of thing is called, why it is released, and what happens when it is left.

use super::Kind;

impl Kind {
    /// Returns the kind's stable name, as policy files and stored inventories spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stations => "stations",
            Self::Phones => "phones",
            Self::Numbers => "numbers",
            Self::Extensions => "extensions",
            Self::CallForwarding => "call_forwarding",
            Self::Queues => "queues",
            Self::Groups => "groups",
            Self::GroupOwnership => "group_ownership",
            Self::Team => "team",
            Self::Skills => "skills",
            Self::Languages => "languages",
            Self::Utilization => "utilization",
            Self::DirectRoutingBackup => "direct_routing_backup",
            Self::OutOfOffice => "out_of_office",
            Self::WorkItems => "work_items",
            Self::DirectReports => "direct_reports",
            Self::Roles => "roles",
            Self::Division => "division",
            Self::Greetings => "greetings",
            Self::Voicemail => "voicemail",
            Self::SkillGroups => "skill_groups",
            Self::RoutingRules => "routing_rules",
            Self::Superiors => "superiors",
            Self::Trustors => "trustors",
            Self::OauthClients => "oauth_clients",
            Self::Licences => "licences",
            Self::Evaluations => "evaluations",
            Self::Calibrations => "calibrations",
            Self::Coaching => "coaching",
            Self::Learning => "learning",
            Self::ManagementUnit => "management_unit",
            Self::Schedules => "schedules",
            Self::Flows => "flows",
            Self::Dashboards => "dashboards",
            Self::RecordingPolicies => "recording_policies",
        }
    }

    /// Returns the kind of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns what people call the kind.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Stations => "stations",
            Self::Phones => "phone",
            Self::Numbers => "direct number",
            Self::Extensions => "extension",
            Self::CallForwarding => "call forwarding",
            Self::Queues => "queues",
            Self::Groups => "groups",
            Self::GroupOwnership => "group ownership",
            Self::Team => "team",
            Self::Skills => "skills",
            Self::Languages => "languages",
            Self::Utilization => "utilization",
            Self::DirectRoutingBackup => "direct routing backup",
            Self::OutOfOffice => "out of office",
            Self::WorkItems => "work item",
            Self::DirectReports => "direct reports",
            Self::Roles => "role grants",
            Self::Division => "division",
            Self::Greetings => "greeting",
            Self::Voicemail => "voicemail",
            Self::SkillGroups => "skill group",
            Self::RoutingRules => "routing rule of queue",
            Self::Superiors => "superior",
            Self::Trustors => "trusting organization",
            Self::OauthClients => "OAuth client",
            Self::Licences => "licence",
            Self::Evaluations => "evaluation",
            Self::Calibrations => "calibration",
            Self::Coaching => "coaching appointment",
            Self::Learning => "learning assignment",
            Self::ManagementUnit => "management unit",
            Self::Schedules => "schedule",
            Self::Flows => "flow",
            Self::Dashboards => "dashboard",
            Self::RecordingPolicies => "recording policy",
        }
    }

    /// Returns why things of this kind are released, for the plan.
    #[must_use]
    pub fn why_released(self) -> &'static str {
        match self {
            Self::Stations => "the phone is free for somebody else",
            Self::Phones => "nobody can register as the person's phone",
            Self::Numbers => "the number is free to be given to somebody else",
            Self::Extensions => "the extension is free to be given to somebody else",
            Self::CallForwarding => "calls to the person are no longer sent on, outside least of all",
            Self::Queues => "no work is routed to the person, and the queue's head count is true",
            Self::Groups => "what comes through the group, roles and queues among it, ends too",
            Self::GroupOwnership => "the group has an owner who can look after it",
            Self::Team => "the team's figures and views are true",
            Self::Skills | Self::Languages => "nothing is routed by a skill that nobody uses",
            Self::Utilization => "the setting of a person who takes no work is of no use",
            Self::DirectRoutingBackup => "nobody stands in for a person who takes no calls",
            Self::OutOfOffice => "the notice names somebody who does not come back to it",
            Self::WorkItems => "open work has somebody who does it",
            Self::DirectReports => "everybody reports to somebody who is there",
            Self::Roles => "an account that cannot log in holds no rights either",
            Self::Division
            | Self::Greetings
            | Self::Voicemail
            | Self::SkillGroups
            | Self::RoutingRules
            | Self::Superiors
            | Self::Trustors
            | Self::OauthClients
            | Self::Licences
            | Self::Evaluations
            | Self::Calibrations
            | Self::Coaching
            | Self::Learning
            | Self::ManagementUnit
            | Self::Schedules
            | Self::Flows
            | Self::Dashboards
            | Self::RecordingPolicies => "the policy says so",
        }
    }

    /// Returns what happens when things of this kind are left with the person, for the plan.
    #[must_use]
    pub fn if_left(self) -> &'static str {
        match self {
            Self::Stations => "the station stays taken",
            Self::Phones => "the phone stays registered to somebody who is not there",
            Self::Numbers | Self::Extensions => "it cannot be given to anybody else",
            Self::CallForwarding => "calls may still be sent on",
            Self::Queues => "the queue counts a member who takes no work",
            Self::Groups => "the membership stays, and what comes through it",
            Self::GroupOwnership => "the group keeps an owner who cannot log in",
            Self::Team => "the team counts a member who is not there",
            Self::Skills | Self::Languages | Self::Utilization => "it does no harm and needs no giving back",
            Self::DirectRoutingBackup => "the people who stand in for this person keep being named",
            Self::OutOfOffice => "callers keep hearing it",
            Self::WorkItems => "nobody works on it; `reassign` in a policy file hands it over",
            Self::DirectReports => {
                "they keep reporting to somebody who is not there; `reassign` in a policy file hands them over"
            }
            Self::Roles => "the vendor takes them with the cut in any case",
            Self::Division => "history stays where reports look for it",
            Self::Greetings => "kept; it returns with the person",
            Self::Voicemail => "kept by the vendor; nobody but an administrator hears it",
            Self::SkillGroups => "by rule: it follows the skills",
            Self::RoutingRules => "the rule keeps naming somebody who takes no work: edit the queue",
            Self::Superiors => "kept",
            Self::Trustors => "the other organization keeps trusting an account that cannot log in",
            Self::OauthClients => {
                "the client keeps working; it belongs to the organization, its maker is a note"
            }
            Self::Licences => "follows roles and log-ins; billing is by who logged in during the period",
            Self::Evaluations => "stays open: hand it to another evaluator",
            Self::Calibrations => "stays open: name another calibrator",
            Self::Coaching => "stays in the calendar: cancel it or change its people",
            Self::Learning => "stays assigned",
            Self::ManagementUnit => {
                "kept, because moving an agent to a unit of another business unit makes earlier adherence unreachable"
            }
            Self::Schedules => "stays published: edit the schedule",
            Self::Flows => "the flow keeps sending callers to somebody who is not there: edit the flow",
            Self::Dashboards => "only the person sees it; export or share what is needed first",
            Self::RecordingPolicies => "the policy keeps naming the person; recordings are not touched",
        }
    }
}
