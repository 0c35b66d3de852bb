"""Measures Emeritus and what people use today, side by side in one run. Called by ./bench, which builds and installs.

Every program runs once in each round, in another order each round, so that what disturbs the machine disturbs all of them.
Whatever cannot be measured is left out and named; the rest goes on.
"""

import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile

import measure
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE_SIZE = 1000


class Bench:
    def __init__(self, args):
        self.args = args
        self.programs = pathlib.Path(args.programs)
        self.rivals = ROOT / "benchmark/rivals"
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=args.work))
        self.lost = set()
        self.results = {"missing": [], "rounds": {}, "memory": {}, "questions": {}, "start": {}}

    def attempt(self, what, work, said=""):
        """Does something, or notes why it cannot be done; what failed once is not tried again."""
        if what in self.lost:
            return None
        print(f"  {said or what} ...", file=sys.stderr, flush=True)
        try:
            return work()
        except (measure.Failed, OSError, KeyError, ValueError) as error:
            self.lost.add(what)
            self.results["missing"].append([what, str(error)])
            print(f"  {what}: not measured: {error}", file=sys.stderr, flush=True)
            return None

    def python(self, environment, script, *arguments):
        return [f"{environment}/bin/python", self.rivals / script, *arguments]

    def node(self, *arguments):
        # Node looks for modules beside the script.
        return ["node", pathlib.Path(self.args.node_folder) / "sdk.mjs", *arguments]

    def example(self, name, *arguments):
        return [self.programs / "examples" / name, *arguments]

    # Fetching, parsing, fingerprinting, archiving.

    def contenders(self):
        """Name, records, and command of everything that runs in each round. OUT is a path of its own each time."""
        many = self.args.records
        few, some = min(many, 2_000), min(many, 20_000)
        sdk = lambda *arguments: self.python(self.args.venv, "sdk.py", *arguments)
        orjson = lambda *arguments: self.python(self.args.venv, "orjson_requests.py", *arguments)
        return [
            ("python-sdk fingerprint", few, sdk("fingerprint", few)),
            ("js-sdk fingerprint", some, self.node("fingerprint", some)),
            ("orjson fingerprint", some, orjson("fingerprint", some)),
            ("emeritus canonical", many, self.example("fetch", "canonical", "identity", 1)),
            ("emeritus fields", many, self.example("fetch", "fields", "identity", 1)),
            ("emeritus nothing", many, self.example("fetch", "nothing", "identity", 1)),
            ("emeritus canonical, gzip", many, self.example("fetch", "canonical", "gzip", 1)),
            ("emeritus nothing, gzip", many, self.example("fetch", "nothing", "gzip", 1)),
            ("python-sdk jsonl", few, sdk("jsonl", few, "OUT")),
            ("js-sdk jsonl", some, self.node("jsonl", some, "OUT")),
            ("orjson jsonl", some, orjson("jsonl", some, "OUT")),
            ("emeritus archive", many, self.example("fetch", "archive", "identity", 1, "OUT")),
            ("prototype", many, self.example("prototype", "OUT")),
        ]

    def one(self, server, records, command):
        out = self.work / "out"
        before = server.processor_s()
        told = measure.run([out if part == "OUT" else part for part in command], json.dumps(server.ready))
        told["server_processor_s"] = server.processor_s() - before
        if told["records"] != records:
            raise measure.Failed(f"{told['records']} records instead of {records}")
        if out.exists():
            told["out_bytes"] = measure.size_of(out) if out.is_dir() else out.stat().st_size
        return told

    def clear(self):
        out = self.work / "out"
        if out.is_dir():
            shutil.rmtree(out)
        elif out.exists():
            out.unlink()

    def rounds(self, server):
        contenders = self.contenders()
        for number in range(self.args.rounds):
            turn = number * 5 % len(contenders)
            for name, records, command in contenders[turn:] + contenders[:turn]:
                said = f"round {number + 1}: {name}"
                told = self.attempt(name, lambda: self.one(server, records, command), said)
                self.clear()
                if told:
                    self.results["rounds"].setdefault(name, []).append(told)

    # Memory at two million.

    def streaming_memory(self, server):
        passes = max(1, self.args.large // self.args.records)
        return measure.run(
            self.example("fetch", "fields", "identity", passes), json.dumps(server.ready), timeout=300)

    def archiving_memory(self):
        needed = self.args.large * 2_500 + 2**30
        if measure.free_bytes(self.work) < needed:
            raise measure.Failed(f"{needed >> 30} GiB of free disk are needed")
        server = measure.Server(self.example("pages", self.args.large, PAGE_SIZE, "live"))
        try:
            return self.one(server, self.args.large, self.example("fetch", "archive", "identity", 1, "OUT"))
        finally:
            server.stop()
            self.clear()

    # Questions.

    def questions(self):
        archive, database = self.work / "rows", self.work / "rows.sqlite"
        script = "questions.py"
        # Neither is measured, so they may run at the same time.
        with concurrent.futures.ThreadPoolExecutor() as both:
            ours = both.submit(measure.run, self.example("rows", "fill", archive, self.args.rows))
            theirs = both.submit(measure.run, self.python(self.args.venv, script, "fill", database, self.args.rows))
            filled = self.attempt(f"archive {self.args.rows:,} rows", ours.result)
            copied = self.attempt("the same in SQLite", theirs.result)
        if filled is None:
            return
        engines = {"emeritus": lambda question: self.example("rows", question, archive)}
        if copied:
            engines["sqlite"] = lambda question: self.python(self.args.venv, script, "sqlite", question, database)
        for engine in ("delta", "parquet"):
            engines[engine] = lambda question, engine=engine: self.python(
                self.args.readers, script, engine, question, archive)
        held = self.results["questions"]
        for _ in range(self.args.rounds):
            for question in ("agent", "months"):
                for engine, command in engines.items():
                    told = self.attempt(f"{question}: {engine}", lambda: measure.run(command(question)))
                    if told:
                        held.setdefault(question, {}).setdefault(engine, []).append(told)
        self.results["rows"] = {"count": self.args.rows, "archive_bytes": measure.size_of(archive)}
        if database.exists():
            self.results["rows"]["sqlite_bytes"] = database.stat().st_size
        for question, engine in held.items():
            if len({told["rows"] for asked in engine.values() for told in asked}) > 1:
                self.results["missing"].append([question, "the engines' answers differ"])
        shutil.rmtree(archive)

    # Start-up.

    def start(self):
        home = self.work / "home"
        quiet = {"PATH": os.environ["PATH"], "HOME": str(home)}
        ours = quiet | {
            "EMERITUS_API_URL": "URL", "EMERITUS_LOGIN_URL": "URL", "EMERITUS_HOME": str(home),
            "GENESYS_CLIENT_ID": "bench", "GENESYS_CLIENT_SECRET": "bench",
        }
        home.mkdir()
        commands = {
            "python-sdk": (self.python(self.args.venv, "sdk.py", "first", "URL"), quiet),
            "js-sdk": (self.node("first", "URL"), quiet),
            "requests": (self.python(self.args.venv, "orjson_requests.py", "first", "URL"), quiet),
            "emeritus": ([self.programs / "emeritus", "plan", "ada@example.com"], ours),
        }
        for _ in range(max(5, self.args.rounds)):
            for name, (command, environment) in commands.items():
                took = self.attempt(
                    f"first request: {name}", lambda: measure.until_first_request(command, environment))
                if took is not None:
                    self.results["start"].setdefault(name, []).append(took)

    def emulator(self):
        """The emulator's own speed, told by its example."""
        self.results["emulator"] = measure.run(self.example("speed"), timeout=120)

    def all(self):
        results = self.results
        results["date"] = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        results["machine"] = measure.machine()
        results["load_before"] = os.getloadavg()[0]
        results["versions"] = versions(self.args)
        results["asked"] = {"rounds": self.args.rounds, "records": self.args.records, "large": self.args.large}
        server = self.attempt(
            f"prepare {self.args.records:,} conversations",
            lambda: measure.Server(self.example("pages", self.args.records, PAGE_SIZE)))
        if server:
            results["data"] = {key: server.ready[key] for key in ("records", "bytes", "gzip_bytes")}
            try:
                self.rounds(server)
                if self.args.large:
                    results["memory"]["streaming"] = self.attempt(
                        f"stream {self.args.large:,}", lambda: self.streaming_memory(server))
            finally:
                server.stop()
        if self.args.large:
            results["memory"]["archiving"] = self.attempt(f"archive {self.args.large:,}", self.archiving_memory)
        self.questions()
        self.start()
        self.attempt("the emulator by itself", self.emulator)
        results["load_after"] = os.getloadavg()[0]
        return results

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)


def versions(args):
    packages = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in %r))"
    python = lambda environment, names: measure.version([f"{environment}/bin/python", "-c", packages % (names,)])
    lock = json.loads((ROOT / "benchmark/rivals/package-lock.json").read_text(encoding="utf-8"))
    sdk = "purecloud-platform-client-v2"
    return [
        measure.version(["rustc", "--version"]),
        measure.version([f"{args.venv}/bin/python", "--version"]),
        python(args.venv, ("PureCloudPlatformClientV2", "requests", "orjson")),
        "node " + measure.version(["node", "--version"]),
        f"{sdk} {lock['packages'][f'node_modules/{sdk}']['version']}",
        python(args.readers, ("duckdb",)),
    ]


def main():
    parser = argparse.ArgumentParser()
    for name in ("programs", "venv", "readers", "node-folder", "work"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--size", choices=("quick", "usual", "full"), default="usual")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    args.records, args.rows, args.rounds, args.large = {
        "quick": (10_000, 200_000, 1, 20_000),
        "usual": (100_000, 5_000_000, 3, 0),
        "full": (100_000, 5_000_000, 3, 2_000_000),
    }[args.size]
    bench = Bench(args)
    try:
        results = bench.all()
    finally:
        bench.close()
    (pathlib.Path(args.work) / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    page = report.page(results)
    print(page)
    if args.write:
        report.write(ROOT / "docs/performance.md", page)
    return 0 if results["rounds"] else 1


if __name__ == "__main__":
    sys.exit(main())
