"""How many log records a second `assay serve` takes by OTLP over HTTP into its ledger. Prints JSON.

    python3 Benchmarks/server/telemetry.py [--records 400000] [--in-request 500] [--senders 4]

The records are model calls of Claude Code's kind, each a call of its own, as protobuf with gzip or without. The senders
run on the same processors as the server; what the server itself used is read from the system, so that records for each
second of its processor time can be told from what this machine had to give.
"""

import argparse
import gzip
import http.client
import json
import multiprocessing
import os
import sqlite3
import time

from serving import Serving
from stage import Processes, folder, free_port, resident_megabytes, say

TICKS = os.sysconf("SC_CLK_TCK")


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    """A field of bytes, or of a text."""
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def attribute(key, value):
    inner = field(1, value) if isinstance(value, str) else varint(3 << 3) + varint(value)
    return field(1, key) + field(2, inner)


def record(number, at):
    attributes = [
        ("event.name", "api_request"), ("session.id", f"session-{number // 40}"), ("model", "claude-opus-4-5"),
        ("request_id", f"req_{number:012d}"), ("input_tokens", 2500 + number % 997),
        ("output_tokens", 300 + number % 499), ("cache_read_tokens", 40_000), ("cache_creation_tokens", 900),
        ("cost_usd", "0.0423"), ("duration_ms", "4012"), ("user.email", "ada@example.org"),
        ("terminal.type", "vscode"), ("prompt.id", f"prompt-{number // 10}"),
    ]
    body = varint(1 << 3 | 1) + at.to_bytes(8, "little") + field(5, field(1, "claude_code.api_request"))
    return body + b"".join(field(6, attribute(*one)) for one in attributes)


def request(first, count, at):
    """An ExportLogsServiceRequest."""
    records = b"".join(field(2, record(first + place, at + place * 1_000_000)) for place in range(count))
    scope = field(1, field(1, "com.anthropic.claude_code.events")) + records
    resource = field(1, attribute("service.name", "claude-code"))
    return field(1, field(1, resource) + field(2, scope))


def send(port, token, bodies, headers, results):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = later = 0
    waiting = list(bodies)
    while waiting:
        body, count = waiting[-1]
        connection.request("POST", "/v1/logs", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            waiting.pop()
            taken += count
        elif answer.status in (429, 503):
            later += 1
            time.sleep(0.02)
        else:
            raise RuntimeError(f"{answer.status}")
    results.put((taken, later))


def used(pid):
    with open(f"/proc/{pid}/stat") as stat:
        parts = stat.read().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def measure(processes, given, folded):
    place, port = folder("server-telemetry"), free_port()
    server = Serving(processes, place, port, sign_in={"issuer": "http://127.0.0.1:1/", "client_id": "assay"})
    server.command("person", "add", "ada@example.org", "--name", "Ada")
    token = server.token("laptop", "ingest", person="ada@example.org")
    server.start()
    headers = {"content-type": "application/x-protobuf", "authorization": f"Bearer {token}"}
    if folded:
        headers["content-encoding"] = "gzip"
    at = time.time_ns() - 3_600_000_000_000
    shares = [[] for _ in range(given.senders)]
    for number in range(given.records // given.in_request):
        body = request(number * given.in_request, given.in_request, at)
        shares[number % given.senders].append((gzip.compress(body, 6) if folded else body, given.in_request))
    results = multiprocessing.Queue()
    senders = [multiprocessing.Process(target=send, args=(port, token, share, headers, results)) for share in shares]
    before, began = used(server.process.pid), time.monotonic()
    for sender in senders:
        sender.start()
    outcomes = [results.get(timeout=600) for _ in senders]
    wall, processor = time.monotonic() - began, used(server.process.pid) - before
    megabytes = resident_megabytes(server.process.pid)
    processes.stop(server.process)
    with sqlite3.connect(f"file:{place / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
        [(rows,)] = ledger.execute("SELECT COUNT(*) FROM usage WHERE revision = 0")
    taken = sum(outcome[0] for outcome in outcomes)
    if rows != taken:
        raise SystemExit(f"{taken} were acknowledged, {rows} are in the ledger")
    return {
        "gzip": folded, "records": taken, "per_second": round(taken / wall),
        "per_second_of_its_processor_time": round(taken / processor), "processors_used": round(processor / wall, 2),
        "asked_to_come_again": sum(outcome[1] for outcome in outcomes), "resident_megabytes": megabytes,
        "load": os.getloadavg()[0],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=400_000)
    parser.add_argument("--in-request", type=int, default=500)
    parser.add_argument("--senders", type=int, default=4)
    given = parser.parse_args()
    results = []
    for folded in (False, True):
        with Processes() as processes:
            results.append(measure(processes, given, folded))
            say(json.dumps(results[-1]))
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
