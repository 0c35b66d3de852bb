"""A script as one would write it for speed: requests, and orjson.

Called like sdk.py.
"""

import sys

import orjson
import requests

import rival


def records(organization, count):
    job = f"{organization['api_url']}/api/v2/analytics/conversations/details/jobs/{organization['identity']}"
    session, cursor = requests.Session(), {}
    session.trust_env = False
    session.headers["Authorization"] = "Bearer token"
    session.headers["Accept-Encoding"] = "identity"
    while count > 0:
        answer = session.get(
            f"{job}/results",
            params={"pageSize": 1000, **cursor},
            timeout=60,
        )
        answer.raise_for_status()
        page = orjson.loads(answer.content)
        yield from page["conversations"][:count]
        count -= len(page["conversations"])
        if "cursor" not in page:
            return
        cursor = {"cursor": page["cursor"]}


if __name__ == "__main__":
    if sys.argv[1] == "first":
        requests.get(f"{sys.argv[2]}/api/v2/users", headers={"Authorization": "Bearer token"}, timeout=60).json()
    else:
        rival.measure(records, lambda record: orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
