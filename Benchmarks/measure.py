"""Takes Assay's figures and its peers', in turn, and prints their medians. Called by ./bench."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / ".build" / "bench"
RELEASE = HERE.parent / ".build" / "release"
ASSAY, BENCH = RELEASE / "assay", RELEASE / "bench"
QUICK = sys.argv[1:] == ["quick"]
ROUNDS = 3 if QUICK else 5
MEGABYTE = 1_000_000


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Figures:
    """What was measured, by name: wall seconds, processor seconds and resident megabytes of each run."""

    def __init__(self):
        self.runs = {}

    def add(self, name, wall, processor, resident=None):
        self.runs.setdefault(name, []).append((wall, processor, resident))

    def wall(self, name):
        return median(run[0] for run in self.runs[name])

    def processor(self, name):
        return median(run[1] for run in self.runs[name])

    def row(self, name, *more):
        runs = self.runs[name]
        walls = [run[0] for run in runs]
        resident = f"{max(run[2] for run in runs):.0f} MB" if runs[0][2] else "–"
        return (
            name,
            seconds(median(walls)),
            f"{seconds(min(walls))}–{seconds(max(walls))}",
            seconds(self.processor(name)),
            resident,
            *more,
        )


def seconds(value):
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def table(title, header, rows):
    print(f"\n## {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def run(figures, name, command, accepts=(0,), **options):
    """Runs a command to its end and notes its wall and processor time and the most memory it held."""
    with open(DATA / "last.log", "wb") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, **options
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in accepts:
        sys.exit(f"bench: {command[0]} ended with {code}: {(DATA / 'last.log').read_text()[-2000:]}")
    if name:
        # Linux counts kibibytes, macOS bytes.
        resident = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
        figures.add(name, wall, usage.ru_utime + usage.ru_stime, resident)


# The data


def sources(home):
    return sorted((home / ".claude" / "projects").glob("*/*.jsonl"))


def size(home):
    return sum(path.stat().st_size for path in sources(home))


def make(name, *command):
    """Has the bench program make data, unless it was made by an earlier run."""
    target = DATA / name
    if not (target / "complete").exists():
        say(f"making {name}")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        subprocess.run([BENCH, *command, target], check=True, stdout=subprocess.DEVNULL)
        (target / "complete").touch()
    return target


def ledger(name):
    """The path of a ledger that does not exist yet."""
    for path in DATA.glob(f"{name}.sqlite*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return DATA / f"{name}.sqlite"


class HeldBack:
    """The newest lines of three sessions of a copied history, taken off to be given back hour by hour.

    2 GB in half a year of working hours are about 2 MB an hour. One of the three is the longest session.
    """

    PIECE = 700_000

    def __init__(self, home, hours):
        self.pieces = []
        files = sorted(sources(home), key=lambda path: path.stat().st_size)
        enough = [path for path in files if path.stat().st_size > (hours + 1) * self.PIECE]
        for path in [*enough[:2], files[-1]]:
            data = path.read_bytes()
            end, taken = len(data), []
            for _ in range(hours):
                start = data.rfind(b"\n", 0, end - self.PIECE) + 1
                taken.append(data[start:end])
                end = start
            os.truncate(path, end)
            self.pieces.append((path, taken))

    def give(self):
        for path, taken in self.pieces:
            with open(path, "ab") as file:
                file.write(taken.pop())


# The figures


STORING = ["what", "wall, median", "min–max", "processor", "resident"]


def measure_reading(home):
    figures, rates = Figures(), {}
    peers = DATA / "peers"
    peers.mkdir(exist_ok=True)
    names = [
        "split into lines",
        "usage only",
        "every fact but sketches",
        "every fact",
        "JSONDecoder, usage only",
        "JSONDecoder, whole line",
    ]
    floor, duckdb, monitor = "cat to nowhere", "DuckDB read_json, usage only", "claude-monitor --once"
    for index in range(ROUNDS):
        say(f"reading, round {index + 1} of {ROUNDS}")
        listing = DATA / "files"
        listing.write_text("".join(f"{path}\0" for path in sources(home)))
        run(figures, floor, ["xargs", "-0", "-a", listing, "cat"])
        for name in names:
            # The slowest is not worth waiting for more than once.
            if name.endswith("whole line") and index > 0:
                continue
            command = [BENCH, "reading", "--runs", "1", "--only", name, home]
            line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            _, count, wall, processor, _ = line.rstrip().split("\t")
            rates[name] = int(count)
            figures.add(name, int(wall) / 1e6, int(processor) / 1e6)
        run(figures, duckdb, [sys.executable, HERE / "read_with_duckdb.py", home])
        run(
            figures,
            monitor,
            [DATA / "venv/bin/claude-monitor", "--once", "--output", "json", "--data-paths", home / ".claude/projects"],
            # It says by its status how much of a plan is left.
            accepts=range(0, 64),
            env={**os.environ, "HOME": str(peers)},
        )
    total = size(home)
    best = figures.processor("every fact")
    rows = []
    for name in [floor, *names, duckdb, monitor]:
        rate = f"{total / MEGABYTE / figures.processor(name):,.0f} MB/s"
        rows.append(figures.row(name, rate, f"{figures.processor(name) / best:.2f}"))
    table(
        f"Reading {total // MEGABYTE} MB on one core, warm",
        ["what", "wall, median", "min–max", "processor", "resident", "rate by processor time", "÷ every fact"],
        rows,
    )


def measure_other_readers():
    """On the demo's sessions, read a hundred times: small, so that they show the reader and nothing else."""
    home = DATA / "demo" / "home"
    run(None, None, [ASSAY, "demo", "--into", DATA / "demo"])
    figures, sizes = Figures(), {}
    for _ in range(ROUNDS):
        for tool in ["codex", "copilot-cli"]:
            name = f"{tool}, every fact"
            command = [BENCH, "reading", "--runs", "1", "--times", "100", "--only", "every fact", "--tool", tool, home]
            line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            _, count, wall, processor, _ = line.rstrip().split("\t")
            sizes[name] = int(count)
            figures.add(name, int(wall) / 1e6, int(processor) / 1e6)
    table(
        "Other readers, on the demo's sessions a hundred times over",
        [*STORING, "rate by processor time"],
        [figures.row(name, f"{count / MEGABYTE / figures.processor(name):,.0f} MB/s") for name, count in sizes.items()],
    )


def report(home, path, *more):
    return [ASSAY, "report", "--quiet", "--home", home, "--ledger", path, *more]


def measure_storing(home):
    total = size(home) // MEGABYTE
    figures = Figures()
    cold, again = f"{total} MB read and stored", f"{total} MB, nothing new"
    for index in range(ROUNDS):
        say(f"storing {total} MB, round {index + 1} of {ROUNDS}")
        path = ledger("history")
        run(figures, cold, report(home, path))
        for _ in range(3):
            run(figures, again, report(home, path))
    table(f"Reading and storing {total} MB", STORING, [figures.row(cold), figures.row(again)])


def measure_long_history(made, repository):
    """Twice: with no repository at all, and with one that every session might have worked in."""
    home = DATA / "long-history"
    shutil.rmtree(home, ignore_errors=True)
    say("copying the long history, to append to it")
    shutil.copytree(made, home)
    figures = Figures()
    cold, again, hour = "2 GB read and stored", "2 GB, nothing new", "2 GB, one hour's new records (2 MB)"
    matched = "the same, matched against 50,000 commits"
    held = HeldBack(home, ROUNDS)
    alone = report(home, ledger("long-history"))
    beside = report(home, ledger("long-history-matched"), "--repos", repository)
    say("storing the long history")
    run(figures, cold, alone)
    run(None, None, beside)
    for index in range(ROUNDS):
        say(f"appending to the long history, round {index + 1} of {ROUNDS}")
        held.give()
        run(figures, hour, alone)
        run(figures, again, alone)
        run(figures, matched, beside)
    table("A long history", STORING, [figures.row(name) for name in [cold, again, hour, matched]])
    shutil.rmtree(home)


def measure_attribution(made):
    figures = Figures()
    first, again, commit = "first time", "nothing new", "one new commit"
    repository = made / "repository"
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"]
    for index in range(ROUNDS):
        say(f"attribution, round {index + 1} of {ROUNDS}")
        path = ledger("attribution")
        command = report(made / "home", path, "--repos", repository)
        run(figures, first, command)
        run(figures, again, command)
        run(None, None, ["git", "-C", repository, *identity, "commit", "--quiet", "--allow-empty", "-m", "One more"])
        run(figures, commit, command)
    table("Attribution over 50,000 commits and 1,000 sessions", STORING, [figures.row(name) for name in [first, again, commit]])


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    history = make("corpus-448", "corpus", "--megabytes", "448")
    long_history = None if QUICK else make("corpus-2000", "corpus", "--megabytes", "2000")
    attribution = make("repository-50000", "repository", "--commits", "50000", "--sessions", "1000")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}, {ROUNDS} rounds")
    measure_reading(history)
    measure_other_readers()
    measure_storing(history)
    if long_history:
        measure_long_history(long_history, attribution / "repository")
    measure_attribution(attribution)


main()
