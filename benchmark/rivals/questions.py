"""The two questions, of other engines.

`questions.py fill DATABASE ROWS` puts the rows of the example `rows` into SQLite, with an index. `questions.py ENGINE
agent|months PLACE` asks six times and prints a line of JSON: what the first answer of this process took, and the median of
the next five, or of as many as take five seconds. ENGINE is sqlite (PLACE is its database), delta or parquet (DuckDB on the archive in PLACE, by its log as the
documentation has it, or by the names of its files).
"""

import importlib
import json
import pathlib
import sqlite3
import statistics
import sys
import time

BEGAN, DAY, USER = 1_735_689_600_000, 86_400_000, "0000004d-1111-4111-8111-111111111111"
SINCE, UNTIL = BEGAN + 31 * DAY, BEGAN + 91 * DAY


def rows(count):
    step = 365 * DAY // count
    for number in range(count):
        user = f"{number * 2_654_435_761 % 2000:08x}-1111-4111-8111-111111111111"
        tail = number * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFF
        yield f"{number:08x}-0000-4000-8000-{tail:012x}", user, BEGAN + step * number, "voice", "inbound", number % 600_000


def fill(path, count):
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("CREATE TABLE participations (conversation_id TEXT, user_id TEXT, conversation_start INTEGER,"
               " media_type TEXT, direction TEXT, handle_ms INTEGER)")
    db.executemany("INSERT INTO participations VALUES (?, ?, ?, ?, ?, ?)", rows(count))
    db.execute("CREATE INDEX by_user ON participations (user_id, conversation_start)")
    db.commit()


def sqlite(path):
    db = sqlite3.connect(path)
    return {
        "agent": lambda: db.execute(
            "SELECT * FROM participations WHERE user_id = ? AND conversation_start >= ? AND conversation_start < ?",
            (USER, SINCE, UNTIL)).fetchall(),
        "months": lambda: db.execute(
            "SELECT user_id, strftime('%Y-%m', conversation_start / 1000, 'unixepoch') AS month, count(*)"
            " FROM participations GROUP BY user_id, month").fetchall(),
    }


def duckdb(table, load):
    db = sys.modules["duckdb"].connect()
    for line in load:
        db.execute(line)
    return {
        "agent": lambda: db.execute(
            f"SELECT * FROM {table} WHERE user_id = '{USER}' AND conversation_start >= epoch_ms({SINCE}::BIGINT)"
            f" AND conversation_start < epoch_ms({UNTIL}::BIGINT)").to_arrow_table(),
        "months": lambda: db.execute(
            f"SELECT user_id, month, count(*) FROM {table} GROUP BY ALL").fetchall(),
    }


def delta(archive):
    folder = pathlib.Path(sys.modules["duckdb_extension_delta"].__file__)
    extension = next(folder.parent.rglob("*.duckdb_extension"))
    return duckdb(f"delta_scan('{archive}/participations')", ["SET TimeZone = 'UTC'", f"LOAD '{extension}'"])


def parquet(archive):
    files = f"read_parquet('{archive}/participations/organization=*/month=*/*.parquet', hive_partitioning = true)"
    return duckdb(files, ["SET TimeZone = 'UTC'"])


def main():
    if sys.argv[1] == "fill":
        fill(sys.argv[2], int(sys.argv[3]))
        return
    engine, question, place = sys.argv[1:]
    opened, modules = {
        "sqlite": (sqlite, []),
        "delta": (delta, ["duckdb", "duckdb_extension_delta", "pyarrow"]),
        "parquet": (parquet, ["duckdb", "pyarrow"]),
    }[engine]
    for module in modules:
        importlib.import_module(module)
    times, began = [], time.perf_counter()
    ask = opened(place)[question]
    for _ in range(6):
        answer = ask()
        times.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        if len(times) > 1 and sum(times) > 5000:
            break
    print(json.dumps({"rows": len(answer), "first_ms": times[0], "warm_ms": statistics.median(times[1:])}))


if __name__ == "__main__":
    main()
