"""Running other programs and looking at them: what they say, how long they take, which processor time they use."""

import json
import os
import pathlib
import platform
import shutil
import socket
import subprocess
import tempfile
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something could not be measured; the run goes on without it."""


def run(command, given="", timeout=600, environment=None):
    """Runs a program; returns the JSON of its last line with `processor_s` and `wall_s` of the whole process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as complained:
        try:
            process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.PIPE, stdout=told, stderr=complained, text=True,
                env=environment)
        except OSError as error:
            raise Failed(str(error)) from error
        killer = threading.Timer(timeout, process.kill)
        killer.start()
        try:
            process.stdin.write(given)
            process.stdin.close()
        except BrokenPipeError:
            pass  # It ended without reading; its exit code tells.
        _, status, used = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        complained.seek(0)
        lines, complaint = told.read().strip().splitlines(), complained.read().strip()
    if process.returncode != 0:
        last = (complaint.splitlines() or ["said nothing"])[-1]
        raise Failed(f"exit code {process.returncode}: {last[:300]}")
    answer = {"wall_s": time.perf_counter() - began, "processor_s": used.ru_utime + used.ru_stime}
    try:
        answer |= json.loads(lines[-1]) if lines else {}
    except ValueError as error:
        raise Failed(f"said no JSON: {lines[-1][:200]}") from error
    return answer


class Server:
    """A server that says a line of JSON when it is ready and ends with its input."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        killer = threading.Timer(600, self.process.kill)
        killer.start()
        line = self.process.stdout.readline()
        killer.cancel()
        if not line:
            raise Failed(f"{command[0]} did not start")
        self.ready = json.loads(line)

    def processor_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def until_first_request(command, environment):
    """Seconds from starting a program until it has sent a request. `URL` in the command is where it is to go."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        door.settimeout(30)
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        command = [str(part).replace("URL", url) for part in command]
        environment = {name: value.replace("URL", url) for name, value in environment.items()}
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            line, _ = door.accept()
            line.settimeout(30)
            line.recv(1)
            took = time.perf_counter() - began
            line.close()
        except TimeoutError as error:
            raise Failed("no request within 30 s") from error
        finally:
            process.kill()
            process.wait()
    return took


def size_of(folder):
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())


def free_bytes(folder):
    return shutil.disk_usage(folder).free


def machine():
    """What this machine is, in a sentence."""
    model, memory = "unknown processor", 0
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    for line in pathlib.Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemTotal:"):
            memory = int(line.split()[1]) / 2**20
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB of memory, Linux {platform.release()}"


def version(command):
    """A program's own word for its version, or that it is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return "absent"
    return (done.stdout or done.stderr).strip().splitlines()[0] if done.returncode == 0 else "absent"
