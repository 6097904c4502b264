"""kill -9 while telemetry comes in: what was acknowledged is in the ledger, and once. Ends with 1 if it is not so."""

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import urllib.request

from serving import Serving
from stage import Processes, answers, folder, free_port, say, wait_until


def request(name):
    """One model call of Claude Code, as its exporter sends it."""
    def text(key, value):
        return {"key": key, "value": {"stringValue": value}}

    def number(key, value):
        return {"key": key, "value": {"intValue": str(value)}}

    record = {
        "timeUnixNano": str(time.time_ns()), "body": {"stringValue": "claude_code.api_request"},
        "attributes": [
            text("event.name", "api_request"), text("session.id", f"session-{hash(name) % 7}"),
            text("model", "claude-opus-4-5"), text("request_id", name), number("input_tokens", 5),
            number("output_tokens", 3),
        ],
    }
    resource = {"attributes": [text("service.name", "claude-code")]}
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [
        {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": [record]}]}]}).encode()


class Sender(threading.Thread):
    """Sends one call after another until the server is gone, and remembers what was acknowledged."""

    def __init__(self, base, token, name):
        super().__init__(daemon=True)
        self.base, self.token, self.label, self.taken, self.sent = base, token, name, [], 0

    def run(self):
        while True:
            name = f"req_{self.label}_{self.sent}"
            self.sent += 1
            ask = urllib.request.Request(
                self.base + "/v1/logs", data=request(name),
                headers={"content-type": "application/json", "authorization": f"Bearer {self.token}"})
            try:
                with urllib.request.urlopen(ask, timeout=10) as answer:
                    if answer.status == 200 and answer.read() == b"{}":
                        self.taken.append(name)
            except OSError:
                return


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    with Processes() as processes:
        place, port = folder("server-crash"), free_port()
        server = Serving(processes, place, port, sign_in={"issuer": "http://127.0.0.1:1/", "client_id": "assay"})
        server.command("person", "add", "ada@example.org", "--name", "Ada")
        token = server.token("laptop", "ingest", person="ada@example.org")
        taken, sent = set(), 0
        for turn in range(times):
            server.start()
            senders = [Sender(server.base, token, f"{turn}_{number}") for number in range(8)]
            for sender in senders:
                sender.start()
            time.sleep(random.uniform(0.05, 0.6))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            processes.running.remove(server.process)
            for sender in senders:
                sender.join(15)
                taken.update(sender.taken)
                sent += sender.sent
        server.start()
        wait_until("the server after the last kill", lambda: answers(port, "/health"))
        with sqlite3.connect(f"file:{place / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
            rows = [row[0] for row in ledger.execute("SELECT request_id FROM usage WHERE revision = 0")]
    lost, twice = taken - set(rows), len(rows) - len(set(rows))
    say(f"{times} kills: {sent} sent, {len(taken)} acknowledged, {len(rows)} in the ledger, "
        f"{len(lost)} lost, {twice} twice")
    sys.exit(1 if lost or twice or not taken else 0)


if __name__ == "__main__":
    main()
