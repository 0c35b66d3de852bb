"""What hangs on one person, read through the vendor's official Python SDK.

The emulator tells through its control interface what it planted; the SDK knows nothing of that and reads what
the vendor's API shows. The two lists have to be equal, kind by kind.
"""

import datetime
import json

import PureCloudPlatformClientV2 as gc
import urllib3
from PureCloudPlatformClientV2.rest import ApiException

PAGE = 100


class Control:
    """The emulator's own interface, which needs no token."""

    def __init__(self, api_url):
        self.url = api_url.rstrip("/") + "/_emulator"
        self.pool = urllib3.PoolManager()

    def call(self, method, path, body=None):
        sent = {} if body is None else {"body": json.dumps(body), "headers": {"Content-Type": "application/json"}}
        answer = self.pool.request(method, self.url + path, **sent)
        if answer.status >= 300:
            raise OSError(f"{method} {path}: {answer.status} {answer.data[:200]}")
        return json.loads(answer.data)

    def give_everything(self, user_id):
        """{kind: {id}} of everything that hangs on a user who has been given something of every kind."""
        planted = {}
        for thing in self.call("POST", f"/users/{user_id}/baggage")["entities"]:
            planted.setdefault(thing["kind"], set()).add(thing["id"])
        return planted


class Inventory:
    """One reader a kind; each returns the ids that hang on the person."""

    def __init__(self, client, user_id):
        self.client, self.id = client, user_id
        self.users, self.routing = gc.UsersApi(client), gc.RoutingApi(client)
        self.teams, self.edges = gc.TeamsApi(client), gc.TelephonyProvidersEdgeApi(client)
        self.work = gc.TaskManagementApi(client)
        self.workforce = gc.WorkforceManagementApi(client)
        self.architect = gc.ArchitectApi(client)

    def person(self):
        return self.users.get_user(self.id, expand=["groups", "team", "skills", "languages"])

    def pages(self, call, *arguments, **parameters):
        """Every entity of a list by page number."""
        found, page = [], 1
        while True:
            answer = call(*arguments, page_size=PAGE, page_number=page, **parameters)
            found += answer.entities or []
            if not answer.next_uri:
                return found
            page += 1

    def access(self):
        grants = gc.AuthorizationApi(self.client).get_authorization_subject(self.id).grants
        own = [grant for grant in grants if grant.subject_id == self.id]
        yield "roles", {f"{grant.role.id}/{grant.division.id}" for grant in own}
        licences = gc.LicenseApi(self.client).get_license_user(self.id).licenses
        yield "licences", {licence.id for licence in licences}
        clients = gc.OAuthApi(self.client).get_oauth_clients().entities
        made = [client for client in clients if client.created_by and client.created_by.id == self.id]
        yield "oauth_clients", {client.id for client in made}
        yield "trustors", ids(self.pages(self.users.get_user_trustors, self.id))

    def work_routing(self):
        queues = []
        for joined in (True, False):
            queues += self.pages(self.users.get_user_queues, self.id, joined=joined)
        yield "queues", ids(queues)
        yield "skills", ids(self.pages(self.users.get_user_routingskills, self.id))
        yield "languages", ids(self.pages(self.users.get_user_routinglanguages, self.id))
        yield "skill_groups", ids(self.users.get_user_skillgroups(self.id).entities)
        level = self.routing.get_routing_user_utilization(self.id).level
        yield "utilization", {"own"} if level == "Agent" else set()
        backup = self.routing.get_routing_user_directroutingbackup_settings(self.id)
        yield "direct_routing_backup", {"own"} if backup.user_id or backup.queue_id else set()
        mine = ids(self.person().groups)
        rings = {
            queue.id
            for queue in self.pages(self.routing.get_routing_queues)
            if queue.bullseye
            for ring in queue.bullseye.rings
            if mine & ids(ring.member_groups)
        }
        yield "routing_rules", rings
        query = {
            "pageSize": PAGE,
            "filters": [{"name": "assigneeId", "type": "String", "operator": "EQ", "values": [self.id]}],
        }
        items = self.work.post_taskmanagement_workitems_query(query).entities
        yield "work_items", {item.id for item in items if item.status_category != "Closed"}

    def company(self):
        person = self.person()
        yield "groups", ids(person.groups)
        yield "team", {person.team.id} if person.team else set()
        groups = self.pages(gc.GroupsApi(self.client).get_groups)
        yield "group_ownership", {group.id for group in groups if self.id in ids(group.owners)}
        yield "superiors", ids(self.users.get_user_superiors(self.id))
        yield "direct_reports", ids(self.users.get_user_directreports(self.id))

    def telephony(self):
        held = self.users.get_user_station(self.id)
        stations = [("default", held.default_station), ("associated", held.associated_station)]
        yield "stations", {f"{what}:{station.id}" for what, station in stations if station}
        phones = self.pages(self.edges.get_telephony_providers_edges_phones, web_rtc_user_id=self.id)
        yield "phones", ids(phones)
        numbers = self.pages(self.edges.get_telephony_providers_edges_dids, owner_id=self.id)
        yield "numbers", {number.phone_number for number in numbers}
        extensions = self.pages(self.edges.get_telephony_providers_edges_extensions)
        own = [extension for extension in extensions if extension.owner and extension.owner.id == self.id]
        yield "extensions", {extension.number for extension in own}
        forwarding = self.users.get_user_callforwarding(self.id)
        yield "call_forwarding", {"own"} if forwarding.enabled else set()
        away = self.users.get_user_outofoffice(self.id)
        yield "out_of_office", {"own"} if away.active else set()

    def reported(self):
        yield "greetings", ids(self.pages(gc.GreetingsApi(self.client).get_user_greetings, self.id))
        voicemail = gc.VoicemailApi(self.client)
        total = voicemail.get_voicemail_user_mailbox(self.id).total_count
        messages = self.pages(voicemail.get_voicemail_user_messages, self.id)
        enabled = voicemail.get_voicemail_userpolicy(self.id).enabled
        yield "voicemail", {"own"} if enabled and total == len(messages) > 0 else set()
        dashboards = gc.AnalyticsApi(self.client).get_analytics_reporting_settings_user_dashboards
        yield "dashboards", ids(self.pages(dashboards, self.id))
        policies = self.pages(gc.RecordingApi(self.client).get_recording_crossplatform_mediaretentionpolicies)
        yield "recording_policies", {
            policy.id for policy in policies if self.id in ids(policy.conditions and policy.conditions.for_users)
        }
        consuming = self.architect.get_architect_dependencytracking_consumingresources
        yield "flows", ids(self.pages(consuming, self.id, "USER"))

    def development(self):
        quality = gc.QualityApi(self.client)
        evaluations = set()
        for role in ("agent_user_id", "evaluator_user_id", "assignee_user_id"):
            asked = {role: self.id, "include_deleted_users": True, "evaluation_state": ["PENDING", "INPROGRESS"]}
            evaluations |= ids(self.pages(quality.get_quality_evaluations_query, **asked))
        yield "evaluations", evaluations
        yield "calibrations", ids(self.pages(quality.get_quality_calibrations, self.id))
        coaching = gc.CoachingApi(self.client).get_coaching_appointments
        yield "coaching", ids(self.pages(coaching, [self.id], statuses=["Scheduled", "InProgress"]))
        learning = gc.LearningApi(self.client).get_learning_assignments
        yield "learning", ids(self.pages(learning, user_id=[self.id], states=["Assigned", "InProgress"]))

    def workforce_management(self):
        unit = self.workforce.get_workforcemanagement_agent_managementunit(self.id).management_unit
        yield "management_unit", {unit.id}
        now = datetime.datetime.now(datetime.timezone.utc)
        search = {
            "startDate": moment(now),
            "endDate": moment(now + datetime.timedelta(days=28)),
            "userIds": [self.id],
        }
        searching = self.workforce.post_workforcemanagement_managementunit_agentschedules_search
        answer = searching(unit.id, search)
        shifts = [shift for agent in answer.result.agent_schedules for shift in agent.shifts]
        yield "schedules", ids(shifts) if answer.status == "Complete" else set()

    def read(self):
        """{kind: {id}} of everything that the API shows."""
        found = {}
        for family in (
            self.access,
            self.work_routing,
            self.company,
            self.telephony,
            self.reported,
            self.development,
            self.workforce_management,
        ):
            found.update(family())
        return {kind: held for kind, held in found.items() if held}


def ids(entities):
    return {entity.id for entity in entities or []}


def moment(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def walk(org, control, steps):
    """Somebody is given everything; the SDK finds it, takes some of it away and puts it back."""
    person = org.users.get_users(page_size=25, state="active").entities[0]
    planted = control.give_everything(person.id)
    inventory = Inventory(org.client, person.id)
    found = inventory.read()
    for kind in sorted({*planted, *found}):
        steps.check(
            f"{kind}: what was planted is found",
            planted.get(kind) == found.get(kind),
            f"{planted.get(kind)} planted, {found.get(kind)} found",
        )
    everybody = {user.id for user in walk_users(org.users)}
    steps.check("users by cursor", person.id in everybody and len(everybody) > 2, len(everybody))
    round_trips(inventory, steps)
    put_back(control, inventory, planted, steps)

    control.call("PUT", "/switches", {"dependency_tracking": "building"})
    try:
        inventory.architect.get_architect_dependencytracking_consumingresources(person.id, "USER")
        told = (inventory.client.last_response.status, 0)
    except ApiException as partial:
        # The SDK takes nothing above 205 for an answer, so a part of the flows looks like a refusal to it.
        told = (partial.status, len(json.loads(partial.body)["entities"]))
    steps.check("flows are 206 and a part while tracking is built", told == (206, 1), told)
    build = inventory.architect.get_architect_dependencytracking_build().status
    steps.check("the build is in progress", build == "BUILDINPROGRESS", build)
    control.call("PUT", "/switches", {"dependency_tracking": "operational"})
    control.call("PUT", "/permissions", {"denied": ["authorization:orgTrustor:view"]})
    steps.refused(
        "a permission that was taken away is 403 missing.permissions",
        403,
        "missing.permissions",
        lambda: org.users.get_user_trustors(person.id),
    )
    control.call("PUT", "/permissions", {"denied": []})


def walk_users(users):
    """Everybody, in whatever state, by cursor."""
    cursor = {}
    while True:
        answer = users.get_users_query(page_size=5, state="any", **cursor)
        yield from answer.entities
        if not answer.cursor:
            return
        cursor = {"cursor": answer.cursor}


def round_trips(inventory, steps):
    """Settings that are cleared, and put back as they were read."""
    routing, users, user_id = inventory.routing, inventory.users, inventory.id

    own = routing.get_routing_user_utilization(user_id)
    routing.delete_routing_user_utilization(user_id)
    level = routing.get_routing_user_utilization(user_id).level
    steps.check("utilization is the organization's after the delete", level == "Organization", level)
    body = gc.UtilizationRequest()
    body.utilization = own.utilization
    again = routing.put_routing_user_utilization(user_id, body)
    steps.check("utilization is put back", again.to_dict() == own.to_dict(), again.to_json())

    own = routing.get_routing_user_directroutingbackup_settings(user_id)
    routing.delete_routing_user_directroutingbackup_settings(user_id)
    steps.refused(
        "direct routing backup is gone after the delete",
        404,
        None,
        lambda: routing.get_routing_user_directroutingbackup_settings(user_id),
    )
    again = routing.put_routing_user_directroutingbackup_settings(user_id, own)
    steps.check("direct routing backup is put back", again.to_dict() == own.to_dict(), again.to_json())

    own = users.get_user_callforwarding(user_id)
    off = gc.CallForwarding()
    off.enabled = False
    off.calls = own.calls
    off.voicemail = own.voicemail
    steps.check("calls are not forwarded", users.put_user_callforwarding(user_id, off).enabled is False)
    off.enabled = True
    again = users.put_user_callforwarding(user_id, off)
    same = (again.enabled, str(again.calls), again.voicemail) == (own.enabled, str(own.calls), own.voicemail)
    steps.check("call forwarding is put back", same, again.to_json())

    own = users.get_user_outofoffice(user_id)
    body = gc.OutOfOffice()
    body.active = False
    steps.check("not out of office", users.put_user_outofoffice(user_id, body).active is False)
    body.active, body.indefinite = True, own.indefinite
    again = users.put_user_outofoffice(user_id, body)
    steps.check("out of office is put back", again.to_dict() == own.to_dict(), again.to_json())


def put_back(control, inventory, planted, steps):
    """A team and a phone that are left, and had again."""
    users, edges, teams, user_id = inventory.users, inventory.edges, inventory.teams, inventory.id
    (team,) = planted["team"]
    teams.delete_team_members(team, user_id)
    steps.check("out of the team", inventory.person().team is None)
    members = gc.TeamMembers()
    members.member_ids = [user_id]
    teams.post_team_members(team, members)
    steps.check("in the team again", user_id in ids(teams.get_team_members(team, page_size=PAGE).entities))

    (phone_id,) = planted["phones"]
    phone = edges.get_telephony_providers_edges_phone(phone_id)
    edges.delete_telephony_providers_edges_phone(phone_id)
    station = users.get_user_station(user_id).default_station
    steps.check("without the phone there is no default station", station is None, station)
    body = gc.Phone()
    body.name, body.site = phone.name, phone.site
    body.phone_base_settings, body.lines = phone.phone_base_settings, phone.lines
    body.web_rtc_user = phone.web_rtc_user
    made = edges.post_telephony_providers_edges_phones(body)
    mine = edges.get_telephony_providers_edges_phones(web_rtc_user_id=user_id).entities
    names = ([held.id for held in mine], made.name, made.id != phone_id)
    steps.check("a phone like it is made anew", names == ([made.id], phone.name, True), names)
    left = control.call("GET", f"/users/{user_id}/baggage")["entities"]
    kept = {thing["kind"] for thing in left} | {"stations"}
    steps.check("nothing else went with them", kept == set(planted), sorted(set(planted) ^ kept))
