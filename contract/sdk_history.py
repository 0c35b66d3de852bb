"""A person's history read through the vendor's official Python SDK, by details job and by aggregates.

The details query, read page by page, is what both are held against.
"""

import json
import time

JOB_PAGE = 7
# The emulator's jobs take some six seconds of the real clock.
POLLS = 60
ATTRIBUTE_LIMIT = 1024


def walk(org, user_id, expected, steps):
    """`expected` is {conversation id} of the details query over `org.windows()`."""
    available = org.analytics.get_analytics_conversations_details_jobs_availability().data_availability_date
    steps.check("the data lake says how far it reaches", available is not None, available)

    jobs = [submit(org, user_id, start, end) for start, end in org.windows()]
    statuses = [finished(org, job) for job in jobs]
    states = [status.state for status in statuses]
    steps.check(f"{len(jobs)} details jobs are fulfilled", states == ["FULFILLED"] * len(jobs), states)
    dated = all(
        status.submission_date <= status.completion_date < status.expiration_date for status in statuses
    )
    steps.check("jobs are dated in order", dated, [status.to_json() for status in statuses])

    found, pages = [], 0
    for job in jobs:
        read, of_job = results(org, job)
        found += read
        pages += of_job
    ids = [conversation.conversation_id for conversation in found]
    steps.check(
        f"details jobs find the same {len(expected)} conversations over {pages} pages",
        len(ids) == len(set(ids)) and set(ids) == expected and pages > len(jobs),
        f"{len(ids)} read, {len(set(ids) ^ expected)} differ",
    )
    holds = all(any(part.user_id == user_id for part in each.participants) for each in found)
    steps.check("each names the user", holds)
    attributes = [
        value for each in found for part in each.participants for value in (part.attributes or {}).values()
    ]
    longest = max(map(len, attributes), default=0)
    steps.check("participant attributes come with jobs", 0 < longest <= ATTRIBUTE_LIMIT, longest)

    steps.refused(
        "a cursor of nowhere is refused",
        400,
        None,
        lambda: org.analytics.get_analytics_conversations_details_job_results(jobs[0], cursor="nowhere"),
    )
    unfinished = submit(org, user_id, *org.windows()[0])
    org.analytics.delete_analytics_conversations_details_job(unfinished)
    state = org.analytics.get_analytics_conversations_details_job(unfinished).state
    steps.check("a job is cancelled", state == "CANCELLED", state)

    connected = aggregate(org, user_id)
    steps.check("aggregates know of the user's connections", connected >= len(expected) / 2, connected)


def submit(org, user_id, start, end):
    query = {
        "interval": interval(start, end),
        "startOfDayIntervalMatching": True,
        "segmentFilters": [
            {"type": "and", "predicates": [{"dimension": "userId", "value": user_id}]},
        ],
    }
    return org.analytics.post_analytics_conversations_details_jobs(query).job_id


def finished(org, job):
    for _ in range(POLLS):
        status = org.analytics.get_analytics_conversations_details_job(job)
        if status.state not in ("QUEUED", "PENDING"):
            return status
        time.sleep(0.5)
    return status


def results(org, job):
    found, pages, cursor = [], 0, {}
    while True:
        answer = org.analytics.get_analytics_conversations_details_job_results(job, page_size=JOB_PAGE, **cursor)
        told = json.loads(org.client.last_response.data)
        if len(answer.conversations or []) != len(told.get("conversations", [])):
            raise OSError("the SDK did not read every conversation of a page")
        found += answer.conversations or []
        pages += 1
        if not answer.cursor:
            return found, pages
        cursor = {"cursor": answer.cursor}


def aggregate(org, user_id):
    start, end = org.windows()[-1][0], org.windows()[0][1]
    answer = org.analytics.post_analytics_conversations_aggregates_query(
        {
            "interval": interval(start, end),
            "granularity": "P1M",
            "groupBy": ["userId"],
            "metrics": ["tHandle"],
            "filter": {"type": "and", "predicates": [{"dimension": "userId", "value": user_id}]},
        }
    )
    return sum(
        metric.stats.count
        for result in answer.results
        for data in result.data
        for metric in data.metrics
        if metric.metric == "tHandle"
    )


def interval(start, end):
    moment = "%Y-%m-%dT%H:%M:%S.000Z"
    return f"{start.strftime(moment)}/{end.strftime(moment)}"
