"""The tables that ./bench prints, and puts into docs/performance.md."""

import statistics

BEGIN = "<!-- ./bench --write puts what follows here -->"
END = "<!-- and ends here -->"

NAMES = {
    "python-sdk fingerprint": "official Python SDK: fetch, parse, SHA-256",
    "js-sdk fingerprint": "official JavaScript SDK: fetch, parse, SHA-256",
    "orjson fingerprint": "Python, requests and orjson: fetch, parse, SHA-256",
    "emeritus canonical": "**Emeritus: fetch, parse, SHA-256 of the canonical form**",
    "emeritus fields": "Emeritus: fetch, parse what a census reads, SHA-256 of the vendor's bytes",
    "emeritus nothing": "Emeritus: fetch, split into records",
    "emeritus canonical, gzip": "Emeritus: as the canonical form, gzip on the wire",
    "emeritus nothing, gzip": "Emeritus: fetch, split into records, gzip on the wire",
    "python-sdk jsonl": "official Python SDK: JSON lines",
    "js-sdk jsonl": "official JavaScript SDK: JSON lines",
    "orjson jsonl": "Python, requests and orjson: JSON lines",
    "emeritus archive": "**Emeritus: archive (Parquet, lossless, a hash each, read back)**",
    "prototype": "bare prototype in Rust: Parquet, no hash, not lossless, not read back",
}
ENGINES = {
    "emeritus": "**Emeritus**",
    "sqlite": "SQLite, indexed",
    "delta": "DuckDB on our table, by its log",
    "parquet": "DuckDB on our files",
}
STARTS = {
    "python-sdk": "official Python SDK",
    "js-sdk": "official JavaScript SDK",
    "requests": "Python, requests and orjson",
    "emeritus": "**Emeritus** (`emeritus plan`)",
}


def median(values):
    return statistics.median(values) if values else None


class Numbers:
    """What the tables ask of the results. Anything may be missing, and is None."""

    def __init__(self, results):
        self.results = results

    def rates(self, name):
        return [told["records"] / told["seconds"] for told in self.results["rounds"].get(name, [])]

    def rate(self, name):
        return median(self.rates(name))

    def processor(self, name):
        """Processor seconds for 100,000 records."""
        told = self.results["rounds"].get(name, [])
        return median([each["processor_s"] * 100_000 / each["records"] for each in told])

    def peak_mb(self, name):
        told = [each["peak_kb"] / 1024 for each in self.results["rounds"].get(name, []) if each.get("peak_kb")]
        return max(told, default=None)

    def out_bytes(self, name):
        told = self.results["rounds"].get(name, [])
        return median([each["out_bytes"] / each["records"] for each in told if "out_bytes" in each])

    def ratio(self, ours, theirs):
        """How many times as fast, round by round: median, least, most."""
        pairs = [a / b for a, b in zip(self.rates(ours), self.rates(theirs))]
        return (median(pairs), min(pairs), max(pairs)) if pairs else None

    def large_mb(self, name):
        told = self.results["memory"].get(name)
        return told["peak_kb"] / 1024 if told and told.get("peak_kb") else None

    def question(self, question, engine, when="first_ms"):
        told = self.results["questions"].get(question, {}).get(engine, [])
        return median([each[when] for each in told])

    def start(self, name):
        return median(self.results["start"].get(name, []))


def whole(value, unit=""):
    return "not measured" if value is None else f"{value:,.0f}{unit}"


def fine(value, unit=""):
    if value is None:
        return "not measured"
    return f"{value:,.0f}{unit}" if value >= 100 else f"{value:.3g}{unit}"


def times(ratio):
    return "not measured" if ratio is None else f"{fine(ratio[0])}x ({fine(ratio[1])} to {fine(ratio[2])})"


def spread(values):
    return "" if not values else f"{whole(min(values))} to {whole(max(values))}"


def verdict(*claims):
    """Each claim: whether it holds, or None when it was not measured, and what falls short otherwise."""
    if any(holds is False for holds, _ in claims):
        return "**falls short**: " + "; ".join(short for holds, short in claims if holds is False)
    return "not measured" if any(holds is None for holds, _ in claims) else "holds"


def at_least(value, bound):
    return None if value is None else value >= bound


def at_most(value, bound):
    return None if value is None else value <= bound


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def asked(numbers):
    """The table of what was asked, what people use today, what we do."""
    rows = []
    ours, others = "emeritus canonical", ("python-sdk", "js-sdk", "orjson")
    rows.append([
        "fetch, parse, fingerprint; 2 cores", "≥ 40,000/s",
        " / ".join(whole(numbers.rate(f"{other} fingerprint"), "/s") for other in others),
        whole(numbers.rate(ours), "/s"),
        " / ".join(times(numbers.ratio(ours, f"{other} fingerprint")) for other in others),
        verdict((at_least(numbers.rate(ours), 40_000), f"{whole(numbers.rate(ours))}/s")),
    ])
    ours = "emeritus archive"
    sdk, js, bare = (numbers.ratio(ours, other) for other in ("python-sdk jsonl", "js-sdk jsonl", "prototype"))
    first = lambda ratio: ratio[0] if ratio else None
    rows.append([
        "the same, archived", "≥ 15,000/s; ≥ 70x Python SDK; ≥ 2.5x JS SDK; ≥ 0.8x prototype",
        " / ".join(whole(numbers.rate(f"{other} jsonl"), "/s") for other in others)
        + f"; prototype {whole(numbers.rate('prototype'), '/s')}",
        whole(numbers.rate(ours), "/s"),
        " / ".join(times(ratio) for ratio in (sdk, js, numbers.ratio(ours, "orjson jsonl"))) + f"; prototype {times(bare)}",
        verdict(
            (at_least(numbers.rate(ours), 15_000), f"{whole(numbers.rate(ours))}/s"),
            (at_least(first(sdk), 70), f"{fine(first(sdk))}x the Python SDK"),
            (at_least(first(js), 2.5), f"{fine(first(js))}x the JS SDK"),
            (at_least(first(bare), 0.8), f"{fine(first(bare))}x the prototype")),
    ])
    rows += memory(numbers)
    kept = numbers.out_bytes("emeritus archive")
    data = numbers.results.get("data")
    raw = data["bytes"] / data["records"] if data else None
    packed = data["gzip_bytes"] / data["records"] if data else None
    rows.append([
        "bytes a conversation, all tables", "≤ 620", f"{whole(raw)} as JSON; {whole(packed)} gzip", whole(kept),
        f"{fine(raw / kept)}x / {fine(packed / kept)}x" if raw and kept else "",
        verdict((at_most(kept, 620), whole(kept))),
    ])
    return rows + answers(numbers)


def memory(numbers):
    rows = []
    for title, bound, usual, large, rivals in (
        ("peak memory, streaming", 64, "emeritus fields", "streaming", "fingerprint"),
        ("peak memory, writing Parquet", 128, "emeritus archive", "archiving", "jsonl"),
    ):
        small = numbers.peak_mb(usual)
        huge = numbers.large_mb(large)
        count = numbers.results["asked"]["large"]
        said = whole(small, " MB") + (f"; {whole(huge, ' MB')} at {count:,}" if count else "")
        claims = [(at_most(small, bound), whole(small, " MB"))]
        if count:
            claims.append((at_most(huge, bound), f"{whole(huge, ' MB')} at {count:,}"))
        theirs = [numbers.peak_mb(f"{name} {rivals}") for name in ("python-sdk", "js-sdk", "orjson")]
        ratios = [f"{fine(their / small)}x" if their and small else "not measured" for their in theirs]
        rows.append([title, f"≤ {bound} MB", " / ".join(whole(their, " MB") for their in theirs), said,
                     " / ".join(ratios), verdict(*claims)])
    return rows


def answers(numbers):
    rows = []
    for title, question, bound in (
        ("one agent between two dates, cold", "agent", 10), ("count by agent by month", "months", 300)
    ):
        ours = numbers.question(question, "emeritus")
        theirs = [numbers.question(question, engine) for engine in ("sqlite", "parquet")]
        rows.append([
            title, f"≤ {bound} ms", f"SQLite {fine(theirs[0], ' ms')}; DuckDB {fine(theirs[1], ' ms')}",
            fine(ours, " ms"),
            " / ".join(f"{fine(their / ours)}x" if their and ours else "not measured" for their in theirs),
            verdict((at_most(ours, bound), fine(ours, " ms"))),
        ])
    first = numbers.start("emeritus")
    theirs = [numbers.start(name) for name in ("python-sdk", "js-sdk", "requests")]
    rows.append([
        "process start to first request", "≤ 0.020 s", " / ".join(fine(their, " s") for their in theirs),
        fine(first, " s"),
        " / ".join(f"{fine(their / first)}x" if their and first else "not measured" for their in theirs),
        verdict((at_most(first, 0.020), fine(first, " s"))),
    ])
    told = numbers.results.get("emulator") or {}
    calls, served = told.get("calls_a_second"), told.get("records_a_second")
    rows.append([
        "the emulator, never in the way", "≥ 6,000 small calls/s; ≥ 250,000 records/s", "",
        f"{whole(calls, '/s')}; {whole(served, '/s')}", "",
        verdict((at_least(calls, 6_000), whole(calls, "/s")), (at_least(served, 250_000), whole(served, " records/s"))),
    ])
    return rows


def contenders(numbers):
    rows = []
    for name, title in NAMES.items():
        rates = numbers.rates(name)
        if rates:
            out = numbers.out_bytes(name)
            rows.append([
                title, whole(median(rates)), spread(rates), fine(numbers.processor(name)),
                whole(numbers.peak_mb(name)) if numbers.peak_mb(name) else "", whole(out) if out else "",
            ])
    return table(["what", "records/s", "range", "processor s / 100,000", "peak MB", "bytes written a record"], rows)


def questions(numbers):
    rows = []
    for engine, title in ENGINES.items():
        cells = [
            fine(numbers.question(question, engine, when))
            for question in ("agent", "months") for when in ("first_ms", "warm_ms")
        ]
        rows.append([title, *cells])
    return table(["engine", "one agent, first", "again", "by agent and month, first", "again"], rows)


def starts(numbers):
    return table(
        ["program", "s to its first request"],
        [[title, fine(numbers.start(name))] for name, title in STARTS.items()])


def wire(numbers):
    plain, packed = numbers.rate("emeritus nothing"), numbers.rate("emeritus nothing, gzip")
    data = numbers.results.get("data")
    if not (plain and packed and data):
        return "Not measured."
    raw, small = data["bytes"] / data["records"], data["gzip_bytes"] / data["records"]
    extra = numbers.processor("emeritus nothing, gzip") - numbers.processor("emeritus nothing")
    # The line on which a processor that undoes gzip is no slower than more bytes.
    even = 8 * raw * packed / 1e6
    return (
        f"Identity is {raw:,.0f} bytes a record and {plain:,.0f} records/s over loopback, gzip {small:,.0f} bytes and "
        f"{packed:,.0f} records/s: {extra:.2f} processor seconds more for 100,000, and {raw / small:.1f} times fewer bytes. "
        f"On a line of less than {even:,.0f} Mbit/s gzip is faster.")


def page(results):
    """The generated part of docs/performance.md."""
    numbers = Numbers(results)
    data = results.get("data")
    parts = [
        f"{results['date']}, {results['machine']}; load average {results['load_before']:.1f} before, "
        f"{results['load_after']:.1f} after. {'; '.join(results['versions'])}.",
    ]
    if data:
        parts.append(
            f"{data['records']:,} distinct conversations of {data['bytes'] / data['records']:,.0f} bytes of JSON; "
            f"{results['asked']['rounds']} rounds. Medians; ranges in brackets.")
    parts.append(table(["what", "asked", "today's tools", "Emeritus", "ratio", "verdict"], asked(numbers)))
    parts.append("Today's tools, where three figures stand: official Python SDK / official JavaScript SDK / Python with "
                 "requests and orjson.")
    parts += ["### Every contender", contenders(numbers), "### Identity or gzip", wire(numbers)]
    rows = results.get("rows")
    if rows:
        title = f"### Questions over {rows['count']:,} rows, in milliseconds"
        sizes = f"The archive (all tables) is {rows['archive_bytes'] / 2**20:,.0f} MB"
        if "sqlite_bytes" in rows:
            sizes += f", SQLite's database (this one flat table) {rows['sqlite_bytes'] / 2**20:,.0f} MB"
        parts += [title, questions(numbers), sizes + "."]
    parts += ["### Start-up", starts(numbers)]
    if results["missing"]:
        parts += ["### Not measured", "\n".join(f"- {what}: {why}" for what, why in results["missing"])]
    return "\n\n".join(parts)


def write(path, generated):
    """Replaces the generated part of a page."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    path.write_text(f"{before}{BEGIN}\n\n{generated}\n\n{END}{after}", encoding="utf-8")
