"""Takes the gateway's figures beside nginx and LiteLLM, in turn, in one run. Called by ./bench gateway.

Every target is up all the time and gets the same requests from the same client; the order changes from round to
round. Printed are medians over the rounds, and medians of each round's ratios.
"""

import argparse
import asyncio
import json
import os
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

import canned
import load
import wrk
from assay import Gateway, upstream
from litellm import KEY, LiteLLM
from nginx import Canned, Proxy
from stage import Processes, accepts, fail, family, folder, free_port, many_files, post, resident_megabytes, say, wait_until

DIRECT, NGINX, ASSAY, POWER, LITELLM = "direct", "nginx proxy_pass", "Assay", "Assay, power-safe", "LiteLLM"
# What is measured with wrk: dialect, kind of answer, connections.
CELLS = {
    "one": ("openAI", "whole", 1),
    "many": ("openAI", "whole", 64),
    "streams": ("openAI", "streamed", 16),
    "pieces": ("openAI", "pieces", 16),
    "messages": ("anthropic", "whole", 64),
    "message streams": ("anthropic", "streamed", 16),
}


class Target:
    """Something to send requests to: a port for each kind of answer, and how to sign in."""

    def __init__(self, name, ports, fields=None, process=None, gateway=None):
        self.name, self.ports, self.process, self.gateway = name, ports, process, gateway
        self.fields = fields or {}

    def processor_seconds(self):
        if self.process is None:
            return 0
        ticks = 0
        for pid in family(self.process.pid):
            try:
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(parts[11]) + int(parts[12])
        return ticks / os.sysconf("SC_CLK_TCK")


class Slow:
    """The upstream of slow streams, as a process of its own."""

    def __init__(self, processes, place):
        self.port = free_port()
        program = Path(__file__).with_name("upstream.py")
        processes.start([sys.executable, program, self.port], place / "slow.log")
        wait_until("the slow upstream", lambda: accepts(self.port))

    def release(self):
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/release", data=b"", timeout=30).read()


class Bench:
    def __init__(self, options):
        self.options = options
        self.place = folder("bench")
        self.figures = {}
        self.notes = []
        self.failed = False

    def run(self):
        many_files()
        with Processes() as processes:
            self.canned = Canned(processes, self.place)
            self.slow = Slow(processes, self.place)
            self.ports = {
                "whole": self.canned.whole, "streamed": self.canned.streamed, "pieces": self.canned.pieces,
                "slow": self.slow.port,
            }
            targets = [self.make(name, processes, "load") for name in self.options.targets]
            for target in targets:
                self.check(target)
            for index in range(self.options.rounds):
                say(f"round {index + 1} of {self.options.rounds}")
                order = targets[index % len(targets):] + targets[: index % len(targets)]
                for cell in CELLS:
                    for target in order:
                        self.measure(target, cell)
                for target in order:
                    self.measure_transit(target)
            for target in targets:
                if target.process:
                    self.add("after", target.name, resident_megabytes(target.process.pid))
            for target in targets:
                if target.process:
                    processes.stop(target.process)
            # Memory, on processes that have done nothing yet.
            for name in self.options.targets:
                if name not in (DIRECT, POWER):
                    target = self.make(name, processes, "memory")
                    self.measure_memory(target)
                    processes.stop(target.process)
        self.report()
        sys.exit(1 if self.failed else 0)

    def make(self, name, processes, purpose):
        place = self.place / f"{purpose} {name}".replace(" ", "-").replace(",", "")
        place.mkdir()
        if name == DIRECT:
            return Target(name, self.ports)
        if name == NGINX:
            proxy = Proxy(processes, place, list(self.ports.values()))
            ports = {kind: proxy.ports[port] for kind, port in self.ports.items()}
            return Target(name, ports, process=proxy.process)
        if name == LITELLM:
            models = {
                model: (dialect, self.ports[kind])
                for dialect, kinds in canned.MODELS.items() for kind, model in kinds.items()
            }
            peer = LiteLLM(processes, place, models)
            fields = {"authorization": f"Bearer {KEY}"}
            return Target(name, dict.fromkeys(self.ports, peer.port), fields, peer.process)
        upstreams = [
            upstream(f"{dialect}-{kind}", dialect, self.ports[kind], [model])
            for dialect, kinds in canned.MODELS.items() for kind, model in kinds.items()
        ]
        durability = "power" if name == POWER else "process"
        gateway = Gateway(processes, place, upstreams, durability=durability, keys="required")
        gateway.control("team", "add", "bench")
        gateway.control("person", "add", "bench@example.com", "--team", "bench")
        secret = gateway.key("bench", "bench@example.com")
        # Limits that are looked at with every call, and never reached.
        gateway.limit("key", "bench", "money", "900000usd", "day")
        gateway.limit("team", "bench", "tokens", "900B", "month")
        gateway.limit("person", "bench@example.com", "concurrency", "100000")
        gateway.start()
        fields = {"authorization": f"Bearer {secret}"}
        return Target(name, dict.fromkeys(self.ports, gateway.port), fields, gateway.process, gateway)

    def check(self, target):
        """Whether answers come through it as they should, before any of them is timed."""
        for dialect, kinds in canned.MODELS.items():
            for kind in ("whole", "streamed", "pieces") * 5:
                body = json.loads(canned.request(dialect, kind))
                status, _, data = post(target.ports[kind], canned.PATH[dialect], body, target.fields)
                words = data.count(b"word") if kind != "whole" else 100
                if status != 200 or words != canned.CHUNKS or str(canned.OUTPUT).encode() not in data:
                    raise RuntimeError(f"{target.name}, {dialect}, {kind}: {status}, {words} words: {data[-500:]!r}")

    # Measuring

    def add(self, what, name, value):
        self.figures.setdefault((what, name), []).append(value)

    def measure(self, target, cell):
        dialect, kind, connections = CELLS[cell]
        before = target.gateway.count() if target.gateway else 0
        processor = target.processor_seconds()
        found = wrk.run(
            self.place, target.ports[kind], canned.PATH[dialect], canned.request(dialect, kind), target.fields,
            connections, self.options.seconds,
        )
        if target.gateway:
            begun = time.monotonic()
            rows = target.gateway.drained(seconds=600) - before
            self.add("drain", target.name, time.monotonic() - begun)
            # wrk hangs up on the calls that are under way at its end, and does not count them.
            if not found["requests"] <= rows <= found["requests"] + connections:
                self.complain(f"{target.name}, {cell}: {found['requests']} answers, but {rows} rows in the ledger")
        spent = target.processor_seconds() - processor
        self.add(f"{cell} p50", target.name, found["p50"] / 1e6)
        self.add(f"{cell} p99", target.name, found["p99"] / 1e6)
        self.add(f"{cell} rate", target.name, found["rate"])
        self.add(f"{cell} processor", target.name, spent / found["requests"])

    def measure_transit(self, target):
        model = canned.MODELS["openAI"]["slow"]
        try:
            first, later = asyncio.run(
                load.transit(target.ports["slow"], model, target.fields, self.options.streams)
            )
        except Exception as problem:
            return self.complain(f"{target.name}: no time to first byte: {problem}")
        self.add("first", target.name, median(first))
        self.add("first p99", target.name, sorted(first)[int(len(first) * 0.99)])
        self.add("later", target.name, median(later))

    def measure_memory(self, target):
        pid = target.process.pid
        self.add("start", target.name, resident_megabytes(pid))
        body = canned.request("openAI", "whole").encode()
        count = self.options.connections
        try:
            say(f"{count} idle connections: {target.name}")
            idle = asyncio.run(load.idle_connections(
                target.ports["whole"], load.CHAT, body, target.fields, count, lambda: resident_megabytes(pid)
            ))
            self.add("idle", target.name, idle)
            say(f"{count} open streams: {target.name}")
            streams, ended = asyncio.run(load.open_streams(
                target.ports["slow"], canned.MODELS["openAI"]["slow"], target.fields, count,
                lambda: resident_megabytes(pid), self.slow.release,
            ))
            self.add("streams", target.name, streams)
            if ended != count:
                self.complain(f"{target.name}: only {ended} of {count} streams came to their end")
        except Exception as problem:
            self.slow.release()
            self.complain(f"{target.name}: memory was not measured to the end: {problem or type(problem).__name__}")
        if target.gateway and "streams" in {what for what, _ in self.figures}:
            rows = target.gateway.drained()
            if rows != 2 * count:
                self.complain(f"{target.name}: {rows} rows for {2 * count} calls")

    def complain(self, text):
        """A peer may fail at what is asked of it; Assay may not."""
        say(text)
        self.notes.append(text)
        self.failed = self.failed or ASSAY in text

    # Reporting

    def value(self, what, name):
        found = self.figures.get((what, name))
        return median(found) if found else None

    def ratio(self, what, name, of):
        mine, theirs = self.figures.get((what, name)), self.figures.get((what, of))
        return median(a / b for a, b in zip(mine, theirs)) if mine and theirs else None

    def added(self, what, name):
        """What a target adds to going direct, round by round."""
        mine, direct = self.figures.get((what, name)), self.figures.get((what, DIRECT))
        return [a - b for a, b in zip(mine, direct)] if mine and direct else []

    def report(self):
        options = self.options
        print(
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}, {options.rounds} "
            f"rounds of {options.seconds} s a figure"
        )
        names = options.targets
        rows = []
        for name in names:
            added = self.added("one p50", name)
            rows.append([
                name, time_text(self.value("one p50", name)), time_text(median(added)) if added and name != DIRECT else "–",
                time_text(self.value("one p99", name)), count_text(self.value("many rate", name)),
                ratio_text(self.ratio("many rate", name, NGINX)), ratio_text(self.ratio("many rate", name, LITELLM)),
                time_text(self.value("many processor", name)), count_text(self.value("messages rate", name)),
            ])
        table(
            "A whole answer of 590 bytes",
            ["through", "median, 1 connection", "added", "99 %", "calls/s, 64 connections", "÷ nginx", "÷ LiteLLM",
             "processor a call", "Messages, calls/s"],
            rows,
        )
        rows = []
        for name in names:
            rows.append([
                name, count_text(self.value("streams rate", name)), ratio_text(self.ratio("streams rate", name, NGINX)),
                ratio_text(self.ratio("streams rate", name, LITELLM)), time_text(self.value("streams processor", name)),
                count_text(self.value("pieces rate", name)), ratio_text(self.ratio("pieces rate", name, NGINX)),
                count_text(self.value("message streams rate", name)),
                ratio_text(self.ratio("message streams rate", name, NGINX)),
            ])
        table(
            "A stream of 100 chunks, 16 connections",
            ["through", "streams/s", "÷ nginx", "÷ LiteLLM", "processor a stream", "chunks written singly, streams/s",
             "÷ nginx", "Messages, streams/s", "÷ nginx"],
            rows,
        )
        rows = []
        for name in names:
            added = self.added("first", name)
            rows.append([
                name, time_text(self.value("first", name)), time_text(median(added)) if added and name != DIRECT else "–",
                time_text(self.value("first p99", name)), time_text(self.value("later", name)),
            ])
        table(
            "A slow stream: from the upstream’s write to the client’s read",
            ["through", "first piece, median", "added", "99 %", "later pieces, median"], rows,
        )
        rows = [
            [name, *(megabytes_text(self.value(what, name)) for what in ("start", "idle", "streams", "after"))]
            for name in names if name != DIRECT
        ]
        count = f"{options.connections:,}"
        table(
            "Resident memory",
            ["process", "started", f"{count} idle connections", f"{count} open streams", "another, after all the load"],
            rows,
        )
        self.report_goals()
        for note in self.notes:
            print(f"\nNote: {note}")

    def report_goals(self):
        rows = []

        def goal(what, value, text, limit, is_met):
            rows.append([what, "–" if value is None else text(value), limit, "–" if value is None else "met" if is_met(value) else "missed"])

        mine, floor = self.added("one p50", ASSAY), self.added("one p50", NGINX)
        pairs = [a / b for a, b in zip(mine, floor) if b > 0]
        times = lambda value: f"{value:.2f}×"
        goal("added median latency ÷ nginx’s", median(pairs) if pairs else None, times, "at most 3×", lambda v: v <= 3)
        goal("calls/s ÷ nginx’s", self.ratio("many rate", ASSAY, NGINX), times, "at least 0.33×", lambda v: v >= 1 / 3)
        goal("calls/s ÷ LiteLLM’s", self.ratio("many rate", ASSAY, LITELLM), times, "at least 50×", lambda v: v >= 50)
        goal("streams/s ÷ nginx’s", self.ratio("streams rate", ASSAY, NGINX), times, "at least 0.25×", lambda v: v >= 0.25)
        goal("the same, chunks written singly", self.ratio("pieces rate", ASSAY, NGINX), times, "at least 0.25×", lambda v: v >= 0.25)
        added = self.added("first", ASSAY)
        goal("first byte after the upstream’s", median(added) if added else None, time_text, "1 ms", lambda v: v <= 0.001)
        goal("resident, idle connections", self.value("idle", ASSAY), megabytes_text, "60 MB", lambda v: v <= 60)
        goal("resident, open streams", self.value("streams", ASSAY), megabytes_text, "150 MB", lambda v: v <= 150)
        table("Goals", ["what", "measured", "goal", ""], rows)
        drain = self.figures.get(("drain", ASSAY))
        if drain:
            print(f"\nAfter the last answer of a figure its calls were all in the ledger in {max(drain):.1f} s at most.")


def table(title, header, rows):
    print(f"\n## {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def time_text(value):
    if value is None:
        return "–"
    return f"{value * 1e6:,.0f} µs" if abs(value) < 0.01 else f"{value * 1e3:,.1f} ms"


def count_text(value):
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def ratio_text(value):
    return "–" if value is None else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def megabytes_text(value):
    return "–" if value is None else f"{value:,.0f} MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two rounds of two seconds: to see that all of it works")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of each figure")
    parser.add_argument("--streams", type=int, default=100, help="slow streams in each round")
    parser.add_argument("--connections", type=int, default=1000, help="of the memory figures")
    parser.add_argument("--without", action="append", default=[], help="assay, litellm or nginx: leaves a target out")
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (2 if options.quick else 4)
    options.targets = [
        name for name in (DIRECT, NGINX, ASSAY, POWER, LITELLM)
        if not any(name.lower().startswith(word) for word in options.without)
    ]
    if sys.platform != "linux":
        fail("these figures are taken on Linux, with Debian’s nginx and wrk")
    Bench(options).run()


main()
