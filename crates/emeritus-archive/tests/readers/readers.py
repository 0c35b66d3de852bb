"""Asks an archive the same questions of other engines, with the very lines of docs/concepts/archive.md.

Usage: readers.py ANSWERS, where ANSWERS is the built example `answers`. Prints "pass" or "FAIL" a check.
The archive is made three times: in a folder, in a bucket of moto's S3 server on loopback, and in another bucket by
four processes at once.
"""

import json
import logging
import os
import pathlib
import re
import subprocess
import sys
import tempfile

DOC = pathlib.Path(__file__).resolve().parents[4] / "docs/concepts/archive.md"
BLOCK = re.compile(r"<!-- engine: (\w+) -->\n```python\n(.*?)```", re.S)
QUESTIONS = ("rows", "agent", "months", "records")


def answer():
    """One engine's answers. A process of its own: engines bring their own threads, and one its own server."""
    given = json.load(sys.stdin)
    exec(compile(given["lines"], given["engine"], "exec"), given["names"])
    answers = {question: given["names"][question] for question in QUESTIONS}
    sys.stdout.write("\nANSWERS " + json.dumps(answers) + "\n")
    sys.stdout.flush()
    os._exit(0)


def ask(engine, lines, names):
    given = json.dumps({"engine": engine, "lines": lines, "names": names})
    command = [sys.executable, __file__, "--answer"]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=300)
    for line in done.stdout.splitlines():
        if line.startswith("ANSWERS "):
            return json.loads(line.removeprefix("ANSWERS "))
    raise RuntimeError((done.stderr or done.stdout)[-2000:])


def check(name, work):
    try:
        fault = work()
    except Exception as error:  # noqa: BLE001 - whatever an engine throws is a failed check
        fault = f"{type(error).__name__}: {error}"
    print(f"FAIL {name}: {fault}" if fault else f"pass {name}", flush=True)
    return not fault


def compare(got, expected):
    different = [q for q in QUESTIONS if got[q] != expected[q]]
    return "; ".join(f"{q}: {got[q]} is not {expected[q]}" for q in different)


def answers(binary, place, part=0, parts=1):
    done = subprocess.run([binary, place, str(part), str(parts)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def main(binary):
    from moto.server import ThreadedMotoServer
    import boto3

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    good = True
    with tempfile.TemporaryDirectory() as folder:
        expected = answers(binary, folder)
        names = {"archive": folder} | {name: expected[name] for name in ("user", "since", "until")}
        blocks = BLOCK.findall(DOC.read_text())
        good &= check("five engines in the documentation", lambda: "" if len(blocks) == 5 else str(len(blocks)))
        for engine, lines in blocks:
            good &= check(engine, lambda: compare(ask(engine, lines, dict(names)), expected))

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    store = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys)
    store.create_bucket(Bucket="archive")
    place = f"http://{host}:{port}/archive"
    good &= check("s3", lambda: compare(answers(binary, f"{place}/one"), expected))
    good &= check("s3, once more", lambda: compare(answers(binary, f"{place}/one"), expected))

    def race():
        writers = [
            subprocess.Popen([binary, f"{place}/race", str(part), "4"], stdout=subprocess.DEVNULL)
            for part in range(4)
        ]
        codes = [writer.wait() for writer in writers]
        return compare(answers(binary, f"{place}/race", 0, 4), expected) if codes == [0] * 4 else str(codes)

    good &= check("s3, four writers at once", race)

    def delta_on_s3():
        from deltalake import DeltaTable

        options = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }
        table = DeltaTable("s3://archive/race/participations", storage_options=options)
        counted = sum(action["num_records"] for action in table.get_add_actions(flatten=True).to_struct_array().to_pylist())
        return "" if (table.version(), counted) == (3, expected["rows"]) else f"{table.version()}, {counted}"

    good &= check("s3, read by delta-rs", delta_on_s3)
    server.stop()
    return good


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    if sys.argv[1] == "--answer":
        answer()
    sys.exit(0 if main(sys.argv[1]) else 1)
