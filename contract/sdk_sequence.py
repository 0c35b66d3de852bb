#!/usr/bin/env python3
"""The vendor's official Python SDK walks one retirement, one history and one inventory, in an emulated organization.

Emeritus's own client could share a mistake with its emulator; this one cannot. One line a step,
`pass NAME` or `FAIL NAME: why`; the exit code is 0 only if every step passed.

    sdk_sequence.py --emulator target/debug/emeritus --preset documented
    EMERITUS_API_URL=http://127.0.0.1:8080 EMERITUS_LOGIN_URL=http://127.0.0.1:8080 \\
        GENESYS_CLIENT_ID=... GENESYS_CLIENT_SECRET=... sdk_sequence.py --preset as-reported

Without a URL in the environment it starts `emeritus emulator` and stops it at the end.
It writes to the organization it is given, and so accepts loopback addresses only.

The SDK hands urllib3 a plain Retry that covers every method: 413, 429 and 503 are repeated when
Retry-After is present, and connection errors always. A 429 therefore shows here as a pause.
"""

import argparse
import contextlib
import datetime
import ipaddress
import json
import os
import signal
import subprocess
import sys
import urllib.parse

import PureCloudPlatformClientV2 as gc
import urllib3
from PureCloudPlatformClientV2.rest import ApiException

import sdk_history
import sdk_inventory

WINDOWS = 3
WINDOW_DAYS = 31
PAGE_SIZE = 5


class StepFailed(Exception):
    """A step did not hold, and its line is printed; nothing after it would mean anything."""


class BadAnswer(Exception):
    """An answer that was accepted and does not add up."""


class Steps:
    def __init__(self):
        self.passed = 0

    def check(self, name, holds, detail=""):
        if not holds:
            print(f"FAIL {name}: {detail}", flush=True)
            raise StepFailed(name)
        print(f"pass {name}", flush=True)
        self.passed += 1

    def refused(self, name, status, code, call):
        """The call is refused with this status and, unless None, this code of the vendor's."""
        try:
            call()
        except ApiException as refusal:
            body = json.loads(refusal.body or "{}")
            told = f"{refusal.status} {body.get('code')} {body.get('message')!r}"
            self.check(name, refusal.status == status and code in (None, body.get("code")), told)
            same = body.get("contextId") == refusal.headers.get("ININ-Correlation-Id")
            if not same or body.get("status") != refusal.status:
                self.check(f"{name}: error body", False, f"{refusal.body} {refusal.headers}")
            return body
        self.check(name, False, f"expected {status}, but it was accepted")


class Organization:
    """The SDK's API classes over one token."""

    def __init__(self, api_url, login_url, client_id, client_secret):
        login, self.client = self._client(login_url), self._client(api_url)
        login.get_client_credentials_token(client_id, client_secret)
        self.client.access_token = login.access_token
        self.users = gc.UsersApi(self.client)
        self.routing = gc.RoutingApi(self.client)
        self.grants = gc.AuthorizationApi(self.client)
        self.tokens = gc.TokensApi(self.client)
        self.analytics = gc.AnalyticsApi(self.client)
        # Fixed for the whole sequence, so that it compares the same windows when a midnight passes.
        midnight = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        self.tomorrow = midnight + datetime.timedelta(days=1)

    @staticmethod
    def _client(url):
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
        if not is_loopback(host):
            raise SystemExit(f"{url} is not a loopback address")
        client = gc.api_client.ApiClient()
        path = parts.path.rstrip("/")
        client.set_gateway(f"[{host}]" if ":" in host else host, parts.scheme, parts.port, path, path)
        return client

    def status(self):
        """The status of the last accepted call."""
        return self.client.last_response.status

    def patch_state(self, user_id, version, state, if_match=None):
        body = gc.UpdateUser()
        body.version = version
        body.state = state
        if if_match is None:
            return self.users.patch_user(user_id, body)
        # The SDK's method has no such parameter: this is the tutorial's call as it would go over the wire.
        return self.client.call_api(
            "/api/v2/users/{userId}",
            "PATCH",
            {"userId": user_id},
            {},
            {"If-Match": str(if_match), "Content-Type": "application/json"},
            body=body,
            response_type="User",
            auth_settings=["PureCloud OAuth"],
        )

    def census(self, user_id):
        """{conversation id} of the user, and how many pages it took; complete by count or an error."""
        found, pages = set(), 0
        for start, end in self.windows():
            seen, page = [], 0
            while True:
                page += 1
                answer = self._details(user_id, start, end, page)
                conversations = answer.conversations or []
                for conversation in conversations:
                    holders = {participant.user_id for participant in conversation.participants}
                    if user_id not in holders:
                        raise BadAnswer(f"conversation {conversation.conversation_id} does not name the user")
                    seen.append(conversation.conversation_id)
                if not conversations:
                    break
            pages += page
            total = answer.total_hits or 0
            if len(set(seen)) != len(seen) or len(seen) != total:
                raise BadAnswer(f"{len(seen)} read, {len(set(seen))} distinct, {total} stated")
            found.update(seen)
        return found, pages

    def windows(self):
        """The latest windows first, cut at midnight UTC as the vendor counts a conversation's first day."""
        cuts = [self.tomorrow - n * datetime.timedelta(days=WINDOW_DAYS) for n in range(WINDOWS + 1)]
        return list(zip(cuts[1:], cuts))

    def _details(self, user_id, start, end, page):
        moment = "%Y-%m-%dT%H:%M:%S.000Z"
        query = {
            "interval": f"{start.strftime(moment)}/{end.strftime(moment)}",
            "order": "asc",
            "orderBy": "conversationStart",
            "paging": {"pageSize": PAGE_SIZE, "pageNumber": page},
            "segmentFilters": [
                {"type": "and", "predicates": [{"dimension": "userId", "value": user_id}]},
            ],
        }
        answer = self.analytics.post_analytics_conversations_details_query(query)
        refuse_unknown_enums(self.client.last_response.data, answer)
        return answer

    def candidate(self):
        """Whom to retire: somebody in a division of their own with roles, queues and much history, and not on a call."""
        home = self.home_division()
        start, end = self.windows()[0]
        people = self.users.get_users(page_size=25, state="active").entities
        people = [user for user in people if user.division.id != home]
        people.sort(key=lambda user: self._details(user.id, start, end, 1).total_hits or 0, reverse=True)
        for user in people:
            grants = self.grants.get_authorization_subject(user.id).grants
            queues = self.users.get_user_queues(user.id, page_size=100).entities
            live = self.analytics.get_analytics_agent_status(user.id).session_count
            if grants and queues and not live:
                return user
        raise BadAnswer("nobody in this organization is fit for the sequence")

    def home_division(self):
        divisions = self.grants.get_authorization_divisions(page_size=100).entities
        return next(division.id for division in divisions if division.home_division)


def is_loopback(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def refuse_unknown_enums(text, answer):
    """The SDK reads an enum value it does not know as "outdated_sdk_version": here that is a fault."""
    if "outdated_sdk_version" in str(answer.to_dict()):
        raise BadAnswer(f"a value that the SDK does not know, in {text[:400]}")


def walk(org, preset, steps):
    reported = preset == "as-reported"
    chosen = org.candidate()
    steps.check("token by client credentials", True)
    headers = {name.lower() for name in org.client.last_response.getheaders()}
    told = {"inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset", "inin-correlation-id"}
    steps.check("answers carry the budget and a correlation id", told <= headers, sorted(headers))

    criteria = [
        {"fields": ["email"], "value": chosen.email, "type": "EXACT"},
        {"fields": ["state"], "values": ["active", "inactive", "deleted"], "type": "EXACT"},
    ]
    hits = org.users.post_users_search({"query": criteria, "pageSize": 25, "pageNumber": 1})
    emails = [hit.email for hit in hits.results]
    steps.check("search by e-mail finds one", (hits.total, emails) == (1, [chosen.email]), f"{hits.total} {emails}")
    user_id = hits.results[0].id

    user = org.users.get_user(user_id)
    refuse_unknown_enums(org.client.last_response.data, user)
    steps.check("get", (user.id, user.state) == (user_id, "active") and user.version is not None, user.to_json())

    before, pages = org.census(user_id)
    steps.check(
        f"details query, {len(before)} conversations over {pages} pages",
        len(before) > PAGE_SIZE and pages > 2 * WINDOWS,
        "too few conversations for several pages",
    )
    sdk_history.walk(org, user_id, before, steps)

    stale = user.version - 1
    if reported:
        steps.refused(
            "stale If-Match is 412",
            412,
            None,
            lambda: org.patch_state(user_id, user.version, "inactive", if_match=stale),
        )
        leave_queues(org, user_id, user.version, steps)
        user = org.users.get_user(user_id)
        steps.refused("delete while active is 409", 409, None, lambda: org.users.delete_user(user_id))
        user = org.patch_state(user_id, user.version, "inactive", if_match=user.version)
    else:
        steps.refused(
            "stale version is 409 general.conflict",
            409,
            "general.conflict",
            lambda: org.patch_state(user_id, stale, "inactive"),
        )
        steps.check("a refused patch changed nothing", org.users.get_user(user_id).version == user.version)
        active, user = user, org.patch_state(user_id, user.version, "inactive")
        steps.check("patch makes a new version", user.version > active.version, f"{active.version} {user.version}")
    again = org.users.get_user(user_id)
    steps.check(
        "inactive is read back",
        (user.state, again.state, again.version) == ("inactive", "inactive", user.version),
        again.to_json(),
    )
    held = org.grants.get_authorization_subject(user_id).grants
    steps.check("roles are gone after inactive", not held, f"{len(held or [])} grants")
    org.tokens.delete_token(user_id)
    steps.check("tokens revoked", 200 <= org.status() < 300, org.status())
    steps.check("the same conversations after the cut", org.census(user_id)[0] == before)

    org.users.delete_user(user_id)
    expected = 204 if reported else 200
    steps.check(f"delete is {expected}", org.status() == expected, org.status())
    steps.refused("get is 404 after delete", 404, None, lambda: org.users.get_user(user_id))
    deleted = org.users.get_user(user_id, state="deleted")
    steps.check("get state=deleted", (deleted.id, deleted.state) == (user_id, "deleted"), deleted.to_json())
    after, _ = org.census(user_id)
    if reported:
        steps.check("no conversation by a deleted user's id", not after, f"{len(after)} found")
    else:
        steps.check("the same conversations after the delete", after == before, f"{len(after)} of {len(before)}")

    match = deleted.version if reported else None
    restored = org.patch_state(user_id, deleted.version, "inactive", if_match=match)
    steps.check("restore by patch to inactive", restored.state == "inactive", restored.to_json())
    match = restored.version if reported else None
    restored = org.patch_state(user_id, restored.version, "active", if_match=match)
    again = org.users.get_user(user_id)
    steps.check("and to active", (restored.state, again.state) == ("active", "active"), again.to_json())
    held = org.grants.get_authorization_subject(user_id).grants
    steps.check("a restore brings no role back", not held, f"{len(held or [])} grants")
    moved = (user.division.id != org.home_division(), again.division.id == org.home_division())
    steps.check("the division became Home", moved == (True, True), f"{user.division.id} {again.division.id}")
    steps.check("the same conversations after the restore", org.census(user_id)[0] == before)


def leave_queues(org, user_id, version, steps):
    """In the reported world, queues hold a user: refused first, then left one by one."""
    queues = org.users.get_user_queues(user_id, page_size=100).entities or []
    if queues:
        steps.refused(
            "inactive while in a queue is 409",
            409,
            None,
            lambda: org.patch_state(user_id, version, "inactive", if_match=version),
        )
    for queue in queues:
        org.routing.delete_routing_queue_member(queue.id, user_id)
    left = org.users.get_user_queues(user_id, page_size=100).entities or []
    steps.check(f"left {len(queues)} queues", not left, f"still in {len(left)}")


@contextlib.contextmanager
def started(emulator, preset, steps):
    """Starts the emulator, gives its first line, and sees that SIGTERM stops it cleanly."""
    command = [emulator, "emulator", "--users", "12", "--conversations", "9000", "--seed", "7"]
    command += ["--preset", preset, "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        ready = json.loads(line) if line else {}
        keys = {"api_url", "login_url", "client_id", "client_secret", "organization_id"}
        steps.check("emulator is ready", keys <= set(ready), line)
        yield ready
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        steps.check("emulator stops on SIGTERM", code == 0, f"exit code {code}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextlib.contextmanager
def given():
    yield {
        "api_url": os.environ["EMERITUS_API_URL"],
        "login_url": os.environ.get("EMERITUS_LOGIN_URL", os.environ["EMERITUS_API_URL"]),
        "client_id": os.environ["GENESYS_CLIENT_ID"],
        "client_secret": os.environ["GENESYS_CLIENT_SECRET"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emulator", default="target/debug/emeritus", help="the emeritus binary")
    parser.add_argument("--preset", default="documented", choices=["documented", "as-reported"])
    arguments = parser.parse_args()
    steps = Steps()
    running = "EMERITUS_API_URL" in os.environ
    if running and not {"GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"} <= set(os.environ):
        parser.error("EMERITUS_API_URL also needs GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET")
    try:
        with given() if running else started(arguments.emulator, arguments.preset, steps) as where:
            org = Organization(where["api_url"], where["login_url"], where["client_id"], where["client_secret"])
            walk(org, arguments.preset, steps)
            sdk_inventory.walk(org, sdk_inventory.Control(where["api_url"]), steps)
    except StepFailed:
        return 1
    except (ApiException, BadAnswer, OSError, urllib3.exceptions.HTTPError) as error:
        print(f"FAIL after {steps.passed} steps: {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
