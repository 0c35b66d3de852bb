"""Asks an archive the same questions of other engines, with the very lines of docs/concepts/archive.md.

Usage: readers.py ANSWERS, where ANSWERS is the built example `answers`. Prints "pass" or "FAIL" a check.
The archive is made in a folder, in a bucket of moto's S3 server on loopback, in another bucket by four processes at
once, and through a proxy that answers 500, hangs, or cuts answers short, at one request after the other.
"""

import http.client
import http.server
import json
import logging
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

# Headers of a connection, not of an answer.
HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}
# Seconds that a request hangs: longer than the example's patience with a store that fails.
HANG = 5
# Every which request of a batch is spoiled.
STEP = 6

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


class Unreliable:
    """An HTTP proxy that spoils one request: the n-th, counted from 1, in one of three ways."""

    def __init__(self, host, port):
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                with proxy.lock:
                    proxy.requests += 1
                    spoil = proxy.fault if proxy.requests == proxy.at else None
                    proxy.fired += spoil is not None
                if spoil == "refused":
                    return self.answer(500, [], b"")
                upstream = http.client.HTTPConnection(host, port, timeout=60)
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                content = answer.read()
                upstream.close()
                if spoil == "hangs":  # it was performed, and nobody hears of it
                    proxy.patience.wait(HANG)
                    self.close_connection = True
                    return None
                headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
                return self.answer(answer.status, headers, content, cut=spoil == "cut")

            def answer(self, status, headers, content, cut=False):
                self.send_response(status)
                length = len(content)
                for name, value in headers:
                    if name.lower() != "content-length":
                        self.send_header(name, value)
                    elif self.command == "HEAD":
                        length = int(value)
                self.send_header("Content-Length", str(max(length, 1) if cut else length))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content[: len(content) // 2] if cut else content)
                if cut:
                    self.close_connection = True

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):  # a client that has gone away
                pass

        self.lock, self.patience = threading.Lock(), threading.Event()
        self.requests, self.at, self.fault, self.fired = 0, 0, None, 0
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spoil(self, fault, at):
        with self.lock:
            self.requests, self.at, self.fault, self.fired = 0, at, fault, 0

    def stop(self):
        self.patience.set()
        self.server.shutdown()


def unreliable(binary, host, port):
    """Spoils every n-th request of a batch, in each of three ways: what counts is whole, a rerun completes it."""
    part = ("0", "40")
    with tempfile.TemporaryDirectory() as folder:
        expected = answers(binary, folder, *part)
    proxy = Unreliable(host, port)
    spoiled = {"refused": 0, "hangs": 0, "cut": 0}
    failed = 0
    try:
        for fault in spoiled:
            at = 1
            while True:
                name = f"archive/{fault}-{at}"
                proxy.spoil(fault, at)
                # One try a request: what the client would try again by itself is tried again by a rerun.
                done = subprocess.run([binary, f"http://127.0.0.1:{proxy.port}/{name}", *part, "1"],
                                      capture_output=True, text=True, check=False)
                if not proxy.fired:
                    break
                spoiled[fault] += 1
                failed += done.returncode != 0
                if not done.returncode and (differs := compare(json.loads(done.stdout), expected)):
                    return f"{name}: {differs}"
                # A reader that is not spoiled finds all or nothing, and a rerun makes it all.
                place = f"http://{host}:{port}/{name}"
                if differs := compare(answers(binary, place, *part), expected):
                    return f"{name}, run again: {differs}"
                at += STEP
    finally:
        proxy.stop()
    if min(spoiled.values()) < 5 or not failed:
        return f"spoiled {spoiled}, of which {failed} failed: too few to say anything"
    return ""


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
    good &= check("s3, behind a proxy that spoils requests", lambda: unreliable(binary, host, port))
    server.stop()
    return good


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    if sys.argv[1] == "--answer":
        answer()
    sys.exit(0 if main(sys.argv[1]) else 1)
