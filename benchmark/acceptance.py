"""One person's history over five years, read by every way there is: all of them must tell the same.

`acceptance.py --emeritus PROGRAM --census PROGRAM [COUNT]`, by the Python of `.venv-readers`. An emulated organization gives
somebody COUNT conversations. Their census is taken by details queries and by details jobs, `emeritus archive` archives them,
the census is taken again from the archive alone, and the engines of docs/concepts/archive.md count. Prints a line for
everything that was compared, and ends with 0 only when all of it agreed.
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "crates/emeritus-archive/tests/readers"))
import readers  # noqa: E402 - it lies beside its own requirements

# Five years, less what may have passed the end of the vendor's retention when it is read.
DAYS = 5 * 365 - 5


class Emulator:
    """An emulated organization with nobody's history in it."""

    def __init__(self, program):
        command = [program, "emulator", "--users", "3", "--conversations", "0", "--rate", "1000000000", "--json"]
        # How long jobs wait is not what is compared.
        command += ["--switch", "jobs_queue_s=0", "--switch", "jobs_run_s=0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.told = json.loads(self.process.stdout.readline())

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.told['api_url']}/_emulator/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Account:
    """What agreed and what did not."""

    def __init__(self):
        self.passed = self.failed = 0
        self.began = time.perf_counter()

    def check(self, what, got, expected):
        now = time.perf_counter()
        took, self.began = now - self.began, now
        if got == expected:
            self.passed += 1
            print(f"pass {what} ({took:.1f} s)", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {what}: {got} is not {expected} ({took:.1f} s)", flush=True)


def say(command, environment, given=""):
    """Runs a program and returns the JSON that it prints last."""
    try:
        done = subprocess.run(
            [str(part) for part in command], input=given, env=environment, capture_output=True, text=True, check=False,
            timeout=900)
    except subprocess.TimeoutExpired:
        return {"failed": f"{' '.join(map(str, command[:3]))}: not done after 900 s"}
    if done.returncode != 0:
        return {"failed": f"{' '.join(map(str, command[:3]))}: exit code {done.returncode}: {done.stderr[-600:]}"}
    return json.loads(done.stdout.strip().splitlines()[-1] if "\n{" in done.stdout else done.stdout)


def compare(args, emulator, folder, account):
    user = next(person["id"] for person in emulator.ask("users")["entities"] if person["state"] == "active")
    now = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    # Yesterday's are left out: history settles, and so a second reading cannot differ for that.
    window = [(now - datetime.timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z") for days in (DAYS, 2)]
    emulator.ask(f"users/{user}/conversations", {"count": args.count, "from": window[0], "to": window[1]})
    archive = f"{folder}/archive"
    environment = os.environ | {
        "EMERITUS_API_URL": emulator.told["api_url"], "EMERITUS_LOGIN_URL": emulator.told["login_url"],
        "GENESYS_CLIENT_ID": emulator.told["client_id"], "GENESYS_CLIENT_SECRET": emulator.told["client_secret"],
        "EMERITUS_HOME": f"{folder}/home", "EMERITUS_ARCHIVE": archive, "TZ": "UTC",
    }
    whose = json.dumps(emulator.told | {"user": user, "from": window[0], "to": window[1], "archive": archive})
    account.check(f"{args.count:,} conversations over {DAYS} days", True, True)
    takes = {
        source: lambda source=source: say([args.census, source], environment, whose)
        for source in ("query", "job", "archive")
    }
    first = takes["query"]()
    account.check("census by details queries", first.get("count", first), args.count)
    account.check("census by details jobs", takes["job"](), first)
    fed = say([args.emeritus, "archive", user, "--json"], environment)
    account.check("archived", fed.get("failed"), None)
    account.check("census from the archive alone", takes["archive"](), first)
    count_elsewhere(user, archive, window, args.count, account)


def count_elsewhere(user, archive, window, count, account):
    names = {"archive": archive, "user": user, "since": window[0], "until": window[1]}
    blocks = readers.BLOCK.findall(readers.DOC.read_text(encoding="utf-8"))
    account.check("five engines in the documentation", len(blocks), 5)
    expected = {"rows": count, "agent": count, "months": count, "records": count}
    for engine, lines in blocks:
        try:
            told = readers.ask(engine, lines, dict(names))
            told["months"] = sum(row[2] for row in told["months"])
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            told = str(error)[-300:]
        account.check(f"{engine} counts the same", told, expected)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--emeritus", required=True)
    parser.add_argument("--census", required=True)
    parser.add_argument("count", nargs="?", type=int, default=300_000)
    args = parser.parse_args()
    account = Account()
    emulator = Emulator(args.emeritus)
    try:
        with tempfile.TemporaryDirectory() as folder:
            compare(args, emulator, folder, account)
    finally:
        emulator.stop()
    print(f"{account.passed} passed, {account.failed} failed")
    return 0 if account.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
