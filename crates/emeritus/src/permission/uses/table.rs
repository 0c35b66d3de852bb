//! The table of what is done, in the order of the page.

use super::{Probe, Use, Without};
use crate::permission::Takes::{self, Call, Extensions};

const fn needed(without: Without, what: &'static str, probe: Option<Probe>, takes: &'static [Takes]) -> Use {
    Use { what, without, takes, probe }
}

const JOB: &str = "/api/v2/analytics/conversations/details/jobs/{jobId}";
const BACKUP: &str = "/api/v2/routing/users/{userId}/directroutingbackup/settings";
const UTILIZATION: &str = "/api/v2/routing/users/{userId}/utilization";
const FORWARDING: &str = "/api/v2/users/{userId}/callforwarding";
const MEMBERS: &str = "/api/v2/routing/queues/{queueId}/members";
const MEMBER: &str = "/api/v2/routing/queues/{queueId}/members/{memberId}";
const STATION: &str = "/api/v2/users/{userId}/station";
const ASSOCIATED: &str = "/api/v2/users/{userId}/station/associatedstation";
const DEFAULT: &str = "/api/v2/users/{userId}/station/defaultstation";
const SET_DEFAULT: &str = "/api/v2/users/{userId}/station/defaultstation/{stationId}";
const PHONES: &str = "/api/v2/telephony/providers/edges/phones";
const PHONE: &str = "/api/v2/telephony/providers/edges/phones/{phoneId}";
const DIDS: &str = "/api/v2/telephony/providers/edges/dids";
const EXTENSIONS: &str = "/api/v2/telephony/providers/edges/extensions";
const SUBJECT: &str = "/api/v2/authorization/subjects/{subjectId}";
const ROLES: &str = "/api/v2/authorization/roles";
const STATUS: &str = "/api/v2/analytics/agents/{userId}/status";
const DETAILS: &str = "/api/v2/analytics/conversations/details/query";
const USER: &str = "/api/v2/users/{userId}";
const TEAM_MEMBERS: &str = "/api/v2/teams/{teamId}/members";
const SCHEDULES: &str =
    "/api/v2/workforcemanagement/managementunits/{managementUnitId}/agentschedules/search";
const DASHBOARDS: &str = "/api/v2/analytics/reporting/settings/users/{userId}/dashboards";
const POLICIES: &str = "/api/v2/recording/crossplatform/mediaretentionpolicies";
const FLOWS: &str = "/api/v2/architect/dependencytracking/consumingresources";
const UNIT: &str = "/api/v2/workforcemanagement/agents/{agentId}/managementunit";

/// Everything, in the order of the page.
pub(in crate::permission) const USES: &[Use] = &{
    use Without::{LessSaid, NoDelete, NoRestore, Refused, Stops, Unknown};
    [
        needed(
            Stops,
            "find a person; walk over everybody",
            Some(Probe::People),
            &[Call("POST", "/api/v2/users/search"), Call("GET", "/api/v2/users/query")],
        ),
        needed(
            Stops,
            "set the state of the account, its numbers and its manager, and set them back",
            None,
            &[Call("PATCH", USER), Call("PUT", "/api/v2/users/{userId}/state")],
        ),
        needed(NoDelete, "delete, with `--mode delete`", None, &[Call("DELETE", USER)]),
        needed(Stops, "revoke tokens", None, &[Call("DELETE", "/api/v2/tokens/{userId}")]),
        needed(Stops, "read stations", Some(Probe::Stations), &[Call("GET", STATION)]),
        needed(Stops, "clear the station in use", None, &[Call("DELETE", ASSOCIATED)]),
        needed(
            Stops,
            "read queues and their members",
            Some(Probe::Queues),
            &[
                Call("GET", "/api/v2/users/{userId}/queues"),
                Call("GET", "/api/v2/routing/queues"),
                Call("GET", "/api/v2/routing/queues/{queueId}"),
                Call("GET", MEMBERS),
            ],
        ),
        needed(
            Stops,
            "leave queues, and join them again",
            None,
            &[
                Call("DELETE", MEMBER),
                Call("POST", MEMBERS),
                Call("PATCH", MEMBER),
                Call("PATCH", "/api/v2/users/{userId}/queues/{queueId}"),
            ],
        ),
        needed(
            Stops,
            "take skills and languages away, and set them again",
            None,
            &[
                Call("PUT", "/api/v2/users/{userId}/routingskills/bulk"),
                Call("PATCH", "/api/v2/users/{userId}/routinglanguages/bulk"),
                Call("DELETE", "/api/v2/users/{userId}/routinglanguages/{languageId}"),
            ],
        ),
        needed(
            NoRestore,
            "see which skills are still there, before a restore",
            Some(Probe::Skills),
            &[Call("GET", "/api/v2/routing/skills")],
        ),
        needed(Stops, "read role grants", Some(Probe::Grants), &[Call("GET", SUBJECT)]),
        needed(
            NoRestore,
            "give roles back",
            None,
            &[Call("POST", "/api/v2/authorization/subjects/{subjectId}/bulkadd")],
        ),
        needed(
            NoRestore,
            "see which roles are still there, before a restore; look up what this client may do",
            Some(Probe::Roles),
            &[Call("GET", ROLES)],
        ),
        needed(
            Stops,
            "never retire the owner of this client; look up what it may do; list the OAuth clients that people made",
            Some(Probe::OwnClient),
            &[Call("GET", "/api/v2/oauth/clients/{clientId}"), Call("GET", "/api/v2/oauth/clients")],
        ),
        needed(
            Stops,
            "read the history, for the proof and the archive",
            Some(Probe::Details),
            &[
                Call("POST", DETAILS),
                Call("POST", "/api/v2/analytics/conversations/details/jobs"),
                Call("GET", "/api/v2/analytics/conversations/details/jobs/availability"),
                Call("GET", JOB),
                Call("DELETE", JOB),
                Call("GET", "/api/v2/analytics/conversations/details/jobs/{jobId}/results"),
            ],
        ),
        needed(
            LessSaid,
            "read how long the organization keeps history: how far back a proof must go, and what is dropped next",
            Some(Probe::Retention),
            &[Call("GET", "/api/v2/analytics/dataretention/settings")],
        ),
        needed(
            LessSaid,
            "weigh a long history, which is then read in fewer requests, and count it a second time",
            Some(Probe::Aggregates),
            &[Call("POST", "/api/v2/analytics/conversations/aggregates/query")],
        ),
        needed(Stops, "see live interactions", Some(Probe::AgentStatus), &[Call("GET", STATUS)]),
        needed(Unknown, "read phones and direct numbers", None, &[Call("GET", PHONES), Call("GET", DIDS)]),
        needed(
            Refused,
            "remove phones, and set them up again",
            None,
            &[Call("DELETE", PHONE), Call("POST", PHONES)],
        ),
        needed(
            Refused,
            "clear the default station, and set it again",
            None,
            &[Call("DELETE", DEFAULT), Call("PUT", SET_DEFAULT)],
        ),
        needed(
            Unknown,
            "read how voicemail is set up",
            None,
            &[Call("GET", "/api/v2/voicemail/userpolicies/{userId}")],
        ),
        needed(Refused, "take extensions away, and give them back", None, &[Extensions]),
        needed(
            NoRestore,
            "see whether an extension is still free, before a restore",
            Some(Probe::Extensions),
            &[Call("GET", EXTENSIONS)],
        ),
        needed(Unknown, "read call forwarding", None, &[Call("GET", FORWARDING)]),
        needed(Refused, "switch call forwarding off, and on again", None, &[Call("PUT", FORWARDING)]),
        needed(Unknown, "read teams", None, &[Call("GET", "/api/v2/teams"), Call("GET", TEAM_MEMBERS)]),
        needed(
            Refused,
            "leave teams, and join them again",
            None,
            &[Call("DELETE", TEAM_MEMBERS), Call("POST", TEAM_MEMBERS)],
        ),
        needed(
            Refused,
            "release and hand over the ownership of groups, and give it back",
            None,
            &[Call("PUT", "/api/v2/groups/{groupId}")],
        ),
        needed(Unknown, "read utilization", None, &[Call("GET", UTILIZATION)]),
        needed(
            Refused,
            "clear utilization, and set it again",
            None,
            &[Call("DELETE", UTILIZATION), Call("PUT", UTILIZATION)],
        ),
        needed(Unknown, "read direct routing backup", None, &[Call("GET", BACKUP)]),
        needed(Refused, "clear direct routing backup", None, &[Call("DELETE", BACKUP)]),
        needed(Refused, "set direct routing backup again", None, &[Call("PUT", BACKUP)]),
        needed(Unknown, "list skill groups", None, &[Call("GET", "/api/v2/users/{userId}/skillgroups")]),
        needed(Unknown, "read work items", None, &[Call("POST", "/api/v2/taskmanagement/workitems/query")]),
        needed(
            Refused,
            "release and hand over work items, and give them back",
            None,
            &[Call("PATCH", "/api/v2/taskmanagement/workitems/{workitemId}")],
        ),
        needed(
            Refused,
            "take roles from somebody who is inactive already",
            None,
            &[Call("POST", "/api/v2/authorization/subjects/{subjectId}/bulkremove")],
        ),
        needed(Unknown, "list licences", None, &[Call("GET", "/api/v2/license/users/{userId}")]),
        needed(
            Unknown,
            "see how much voicemail there is",
            None,
            &[Call("GET", "/api/v2/voicemail/users/{userId}/mailbox")],
        ),
        needed(Unknown, "list open evaluations", None, &[Call("GET", "/api/v2/quality/evaluations/query")]),
        needed(Unknown, "list calibrations", None, &[Call("GET", "/api/v2/quality/calibrations")]),
        needed(Unknown, "list coaching appointments", None, &[Call("GET", "/api/v2/coaching/appointments")]),
        needed(Unknown, "list learning assignments", None, &[Call("GET", "/api/v2/learning/assignments")]),
        needed(
            Unknown,
            "see the management unit and published schedules",
            None,
            &[Call("GET", UNIT), Call("POST", SCHEDULES)],
        ),
        needed(Unknown, "list flows that name the person", None, &[Call("GET", FLOWS)]),
        needed(Unknown, "list private dashboards", None, &[Call("GET", DASHBOARDS)]),
        needed(Unknown, "list recording policies that name the person", None, &[Call("GET", POLICIES)]),
        needed(
            Unknown,
            "list organizations that trust the person",
            None,
            &[Call("GET", "/api/v2/users/{userId}/trustors")],
        ),
    ]
};
