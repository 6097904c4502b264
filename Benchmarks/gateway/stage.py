"""Where everything of the gateway's harness runs: places, ports, processes and their memory.

Nothing here leaves this machine: every port is on 127.0.0.1, and every process that is started is stopped.
"""

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / ".build" / "gateway"
SHARED = Path(os.environ.get("ASSAY_SHARED") or ROOT.parent / "shared")


def say(text):
    print(f"gateway: {text}", file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"gateway: {text}")


def folder(name):
    """An empty folder of this run's."""
    path = BUILD / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def many_files():
    """A thousand connections on both sides of a proxy are more files than a login shell allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def wait_until(what, condition, seconds=30, process=None, log=None):
    """Waits for `condition` to be true; ends everything if it is not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > deadline:
            tail = Path(log).read_text(errors="replace")[-2000:] if log and Path(log).exists() else ""
            raise RuntimeError(f"{what}: {'it ended' if ended else f'not within {seconds} s'}\n{tail}")
        time.sleep(0.02)


def answers(port, path="/", seconds=1.0):
    """Whether something on the port answers HTTP with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=seconds) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def post(port, path, body, headers=None, seconds=60):
    """The status, the header fields and the body of one answer; error statuses too."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json", **(headers or {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


class Processes(contextlib.AbstractContextManager):
    """Processes that end with the block, however it ends."""

    def __init__(self):
        self.running = []

    def start(self, command, log, env=None, **options):
        with open(log, "ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                preexec_fn=options.pop("preexec_fn", many_files),
                start_new_session=True,
                **options,
            )
        self.running.append(process)
        return process

    def stop(self, process, seconds=15):
        """Asks a process and what it started to end; insists after so many seconds."""
        if process in self.running:
            self.running.remove(process)
        if process.poll() is None:
            # Only the process itself: nginx and uvicorn stop their own workers.
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                say(f"process {process.pid} did not end when asked; it is killed")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return process.returncode

    def __exit__(self, *problem):
        for process in reversed(list(self.running)):
            self.stop(process)
        return False


def family(pid):
    """A process and all its descendants."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):
                children = Path(f"/proc/{one}/task/{task}/children").read_text().split()
                found.extend(int(child) for child in children)
    return found


def resident_megabytes(pid):
    """Resident memory. Of several processes the sum in which what they share counts once."""
    pids = family(pid)
    field = "Rss:" if len(pids) == 1 else "Pss:"
    total = 0
    for one in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith(field):
                    total += int(line.split()[1])
    return total * 1024 / 1_000_000


def virtual_environment(name, packages):
    """A cached virtual environment with exactly these packages; its folder."""
    place = BUILD / "venv" / name
    wanted = "\n".join(packages)
    mark = place / "packages"
    if mark.exists() and mark.read_text() == wanted:
        return place
    say(f"installing {', '.join(packages)}")
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run([sys.executable, "-m", "venv", place], capture_output=True, text=True)
    if made.returncode:
        fail(f"no virtual environment: {made.stdout}{made.stderr}")
    subprocess.run(
        [place / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True
    )
    mark.write_text(wanted)
    return place
