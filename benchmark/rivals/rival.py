"""What the Python rivals have in common: what is done with each record, and what is told of it."""

import hashlib
import json
import resource
import sys
import time


def json_text(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def peak_kb():
    """Peak resident memory, as Linux has it of this program and not of whoever started it."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def processor_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(records, text):
    """Fetches so many records and fingerprints each, or writes each as a line; tells in a line of JSON."""
    what, count = sys.argv[1], int(sys.argv[2])
    organization = json.load(sys.stdin)
    began, used, done, digest = time.perf_counter(), processor_s(), 0, 0
    if what == "fingerprint":
        for record in records(organization, count):
            digest += int.from_bytes(hashlib.sha256(text(record)).digest()[:8], "big")
            done += 1
    else:
        with open(sys.argv[3], "wb") as out:
            for record in records(organization, count):
                out.write(text(record))
                out.write(b"\n")
                done += 1
    print(json.dumps({
        "records": done,
        "seconds": time.perf_counter() - began,
        "processor_s": processor_s() - used,
        "digest": f"{digest % 2**64:016x}",
        "peak_kb": peak_kb(),
    }))
