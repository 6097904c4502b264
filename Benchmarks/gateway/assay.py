"""Assay's gateway, started, killed and asked: its configuration, its control commands and its ledger."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
from pathlib import Path

from stage import ROOT, answers, fail, many_files, wait_until

RELEASE = Path(os.environ.get("ASSAY_BUILD") or ROOT / ".build" / "release")
SERVER = RELEASE / "assay-server"
SECRET = "sk-upstream-credential-of-the-harness"
LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")


def upstream(name, dialect, port, models=("*",)):
    return {
        "name": name, "dialect": dialect, "url": f"http://127.0.0.1:{port}", "models": list(models),
        "credential": {"environment": "HARNESS_UPSTREAM_CREDENTIAL"},
    }


class Gateway:
    """One gateway with its own control database, spool and ledger, all below `place`."""

    def __init__(self, processes, place, upstreams, **settings):
        if not SERVER.exists():
            fail(f"there is no {SERVER}; build it with: swift build -c release --product assay-server")
        self.processes = processes
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self.config, self.ledger_path = place / "gateway.yaml", place / "ledger.sqlite"
        self.control_path, self.spool = place / "control.sqlite", place / "spool"
        self.log = place / "log"
        self.process = self.port = None
        # JSON is YAML too.
        self.config.write_text(json.dumps({
            "keys": "optional", "durability": "process", "repeat_breaker": "off",
            "upstreams": upstreams, **settings,
        }, indent=1))

    # Running

    def command(self, port):
        return [
            SERVER, "gateway", "--config", self.config, "--ledger", self.ledger_path, "--control", self.control_path,
            "--spool", self.spool, "--listen", f"127.0.0.1:{port}",
        ]

    def start(self, wait=True, preexec_fn=many_files):
        offset = self.log.stat().st_size if self.log.exists() else 0
        self.process = self.processes.start(
            self.command(self.port or 0), self.log, env={"HARNESS_UPSTREAM_CREDENTIAL": SECRET}, preexec_fn=preexec_fn
        )
        if wait:
            wait_until("Assay's gateway", lambda: self.is_up(offset), process=self.process, log=self.log)
        return self

    def is_up(self, offset=0):
        if self.port is None:
            with open(self.log, "rb") as log:
                log.seek(offset)
                found = LISTENING.search(log.read().decode(errors="replace"))
            if not found:
                return False
            self.port = int(found[1])
        return answers(self.port, "/healthz")

    def kill(self):
        """kill -9: nothing is finished, nothing is said."""
        if self.process in self.processes.running:
            self.processes.running.remove(self.process)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        return self.processes.stop(self.process, seconds=40)

    # People, keys and limits

    def control(self, *command):
        made = subprocess.run(
            [SERVER, *map(str, command), "--control", self.control_path], capture_output=True, text=True, timeout=60
        )
        if made.returncode:
            raise RuntimeError(f"assay-server {' '.join(map(str, command))}: {made.stdout}{made.stderr}")
        return made.stdout

    def key(self, name, person, *options):
        """The secret of a new key."""
        return json.loads(self.control("key", "create", name, "--person", person, "--json", *options))["secret"]

    def limit(self, scope, name, measure, amount, per=None):
        more = ["--per", per] if per else []
        self.control("limit", "set", f"--{scope}", name, f"--{measure}", amount, *more)

    # The ledger

    def read(self, sql, *values):
        """Rows as dictionaries. The gateway may be running; it is not disturbed."""
        connection = sqlite3.connect(f"file:{self.ledger_path}?mode=ro", uri=True, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    def count(self, condition="1"):
        if not self.ledger_path.exists():
            return 0
        try:
            return self.read(f"SELECT COUNT(*) AS n FROM gateway_call WHERE {condition}")[0]["n"]
        except sqlite3.OperationalError as problem:
            if "no such table" in str(problem):
                return 0
            raise

    def calls(self):
        return self.read("SELECT * FROM gateway_call ORDER BY opened, rowid")

    def usage(self):
        """What the ledger counts: of each event the row of the highest revision."""
        return self.read("""
            SELECT u.*, m.name AS model FROM usage u LEFT JOIN model m ON m.id = u.model_id
            WHERE u.revision = (SELECT MAX(revision) FROM usage v WHERE v.event_id = u.event_id)
        """)

    def drained(self, seconds=120):
        """Waits until every call is in the ledger, settled: no row is open, and nothing is added any more."""
        state = {"rows": -1}

        def quiet():
            # In this order: what was drained by now is counted.
            if self.spooled() or self.count("ending = 'open'"):
                return False
            rows = self.count()
            same, state["rows"] = rows == state["rows"], rows
            return same

        wait_until("the ledger to hold every call", quiet, seconds=seconds)
        return state["rows"]

    def spooled(self):
        """How many segments of the spool hold frames that the ledger does not have yet."""
        try:
            rows = self.read("SELECT segment, read_offset FROM spool_position")
        except sqlite3.OperationalError:
            rows = []
        positions = {row["segment"]: row["read_offset"] for row in rows}
        waiting = 0
        for path in self.spool.glob("*.frames-*"):
            # The spool deletes what is drained. Segments are allocated ahead: what is not written yet is zeros.
            with contextlib.suppress(FileNotFoundError), open(path, "rb") as segment:
                segment.seek(positions.get(path.name, 0))
                waiting += segment.read(1) not in (b"", b"\0")
        return waiting


CLASSES = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")


def tokens(row):
    """The tokens of a row by class, nothing being none."""
    return {name: row[name] or 0 for name in CLASSES}
