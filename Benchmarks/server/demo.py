"""The sample organisation as it is released: killed while it is made, made, found again, and looked at by everybody.

Prints how long each took and what memory the server holds; ends with 1, and a list, if a page is not as it has to be.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

from serving import SERVER, Browser
from stage import Processes, answers, folder, free_port, say, wait_until

LOOKS = ["employee", "manager", "anybody", "finance", "administrator"]
PAGES = [
    "/me", "/me/sessions", "/me/feedback", "/me/seen-by-others", "/me/who-looked", "/organisation", "/groups", "/target", "/boards",
    "/boards/spend", "/digests", "/leaderboard", "/people", "/sources", "/look-as", "/api/v1/me/account", "/api/v1/target",
    "/api/v1/boards/applications"]
MAY = {page: LOOKS for page in PAGES} | {"/people": ["administrator"], "/sources": ["administrator"]}
problems = []


def check(what, is_so, found=None):
    if not is_so:
        problems.append(what if found is None else f"{what}: {found}")
        say(f"WRONG: {problems[-1]}")


def start(processes, cache, log, port):
    begun = time.monotonic()
    process = processes.start(
        [SERVER, "serve", "--demo", "--listen", f"127.0.0.1:{port}"], log, env={"XDG_CACHE_HOME": str(cache)})
    return process, begun


def memory(process):
    text = open(f"/proc/{process.pid}/status").read()
    return {name: int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1000 for name in ("VmRSS", "VmHWM")}


def look(base, port):
    """Everybody's pages; by look, the statuses."""
    sizes = {}
    for who in LOOKS:
        browser = Browser()
        page = browser.ask(f"{base}/look-as")
        proof = re.search(r'name="proof" value="([0-9a-f]+)"', page.body)
        check(f"{who}: the front page has a form", proof)
        if not proof:
            continue
        answer = browser.ask(f"{base}/look-as", form={"proof": proof[1], "as": who}, headers={"Origin": base})
        check(f"{who}: one is signed in", answer.status == 303, answer.status)
        for page in PAGES:
            begun = time.monotonic()
            answer = browser.ask(base + page)
            sizes.setdefault(page, []).append((time.monotonic() - begun) * 1000)
            expected = 200 if who in MAY[page] else 403
            check(f"{who}: {page}", answer.status == expected, answer.status)
            if "/api/" not in page:
                check(f"{who}: {page} says that nothing is real", "nothing here is real" in answer.body)
    say("longest page, ms: " + ", ".join(f"{page} {max(times):.0f}" for page, times in sizes.items()))


def judge(place):
    """The ledger against the generator's truth, and small groups against the floors."""
    ledger = sqlite3.connect(f"file:{place}/ledger.sqlite?mode=ro", uri=True)
    control = sqlite3.connect(f"file:{place}/control.sqlite?mode=ro", uri=True)
    truth = json.load(open(place / "truth.json"))
    columns = {"input": "input", "output": "output", "cache_read": "cacheRead", "cache_write_5m": "cacheWrite5m",
               "cache_write_1h": "cacheWrite1h"}
    for column, name in columns.items():
        found = ledger.execute(f"SELECT coalesce(sum({column}), 0) FROM rollup").fetchone()[0]
        expected = sum(session["counts"].get(name) or 0 for session in truth["sessions"])
        check(f"tokens of class {column}", found == expected, f"{found}, generated {expected}")
    count = lambda table: ledger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    weeks = [json.loads(content) for (content,) in control.execute("SELECT content FROM frozen_week ORDER BY week")]
    shown = sum(len(week["published"]) for week in weeks)
    say(f"{len(truth['labels'])} people and programs, {count('session')} sessions, {count('usage')} calls, "
        f"{count('event_report')} events, {len(weeks)} closed weeks with {shown} cells, "
        f"{sum(f.stat().st_size for f in place.rglob('*') if f.is_file()) / 1e6:.0f} MB")
    check("half a year of closed weeks", len(weeks) >= 25, len(weeks))
    states = ledger.execute(
        "SELECT state, round(sum(cost_nano_usd) / 1e9) FROM rollup GROUP BY state ORDER BY 2 DESC").fetchall()
    say("dollars by state: " + ", ".join(f"{state} {dollars:.0f}" for state, dollars in states))
    small = dict(control.execute(
        "SELECT team.id, team.name FROM team WHERE (SELECT count(*) FROM membership WHERE of_id = team.id) < 10"))
    published = {cell["cell"]["group"].get("team", {}).get("_0") for week in weeks for cell in week["published"]}
    check("small teams are not shown", not published & set(small), published & set(small))
    check("some team is shown", any(team is not None for team in published))


def main():
    with Processes() as processes:
        place, port = folder("server-demo"), free_port()
        cache, log, base = place / "cache", place / "log", f"http://127.0.0.1:{port}"
        # In the middle of it.
        process, _ = start(processes, cache, log, port)
        wait_until("the making", lambda: "sessions" in log.read_text(errors="replace"), 300, process, log)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = [entry.name for entry in (cache / "assay").iterdir()]
        check("nothing has its name before it is whole", not any("demo.json" in str(f) for f in cache.rglob("demo.json")), left)

        process, begun = start(processes, cache, log, port)
        wait_until("the making", lambda: answers(port, "/health"), 900, process, log)
        say(f"made in {time.monotonic() - begun:.1f} s; then {memory(process)} MB")
        process.terminate()
        process.wait()
        entries = [entry for entry in (cache / "assay").iterdir() if entry.is_dir()]
        check("what was begun and killed is gone", len(entries) == 1, [entry.name for entry in entries])

        times = []
        for _ in range(5):
            process, begun = start(processes, cache, log, port)
            wait_until("the server", lambda: answers(port, "/health"), 30, process, log)
            times.append((time.monotonic() - begun) * 1000)
            if len(times) < 5:
                process.terminate()
                process.wait()
        say(f"found again and ready in {', '.join(f'{ms:.0f}' for ms in times)} ms; {memory(process)} MB")
        look(base, port)
        say(f"after all pages of everybody: {memory(process)} MB")
        judge(entries[0])
    if problems:
        sys.exit("\n".join(problems))
    say("all is as it has to be")


if __name__ == "__main__":
    main()
