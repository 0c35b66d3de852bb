"""The vendor's official Python SDK fetches a details job's results.

`sdk.py fingerprint RECORDS` or `sdk.py jsonl RECORDS FILE`, with the organization in a line of JSON on the input.
`sdk.py first URL` makes one call and ends.
"""

import sys

import PureCloudPlatformClientV2 as gc

import rival


def client_of(url, token="token"):
    import urllib.parse

    parts = urllib.parse.urlsplit(url)
    client = gc.api_client.ApiClient()
    client.set_gateway(parts.hostname, parts.scheme, parts.port, "", "")
    client.access_token = token
    return client


def records(organization, count):
    client = client_of(organization["api_url"])
    api, cursor = gc.ConversationsApi(client), {}
    while count > 0:
        page = api.get_analytics_conversations_details_job_results(
            organization["identity"], page_size=1000, **cursor)
        for conversation in page.conversations[:count]:
            yield client.sanitize_for_serialization(conversation)
        count -= len(page.conversations)
        if not page.cursor:
            return
        cursor = {"cursor": page.cursor}


if __name__ == "__main__":
    if sys.argv[1] == "first":
        gc.UsersApi(client_of(sys.argv[2])).get_users()
    else:
        rival.measure(records, rival.json_text)
