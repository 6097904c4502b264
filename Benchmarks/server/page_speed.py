"""How fast pages are for an organisation of 10,000 people with 100 million model calls, and DuckDB with the same
questions over the raw calls, in one run on one machine.

    python3 Benchmarks/server/page_speed.py [--people 10000] [--calls 100000000] [--asks 300] [--only /me]

Made of random numbers: the calls in DuckDB's own file; their rollups in a ledger, as derivation leaves them; half a year
of published weeks, as closing leaves them. No page reads single calls, so the ledger has none. Kept in
.build/page-speed for the next run. Prints a line a page: median and 99th percentile as a client on the same machine sees
them, bytes, and DuckDB's median on two threads.
"""

import argparse
import hashlib
import http.client
import json
import random
import sqlite3
import statistics
import sys
import time
import zlib
from datetime import datetime, timedelta, timezone

from serving import Serving
from stage import ROOT, Processes, free_port, say, virtual_environment

WEEKS, TOOLS, PER_SESSION = 26, ["claude-code", "codex", "copilot-cli", "gemini-cli", "opencode"], 40
STATES = ["held", "fresh", "open", "explored", "reverted", "unexplained", "unknown"]
TEAM_SIZE, APPLICATION_SIZE = 16, 40
PEOPLE_BANDS = [(5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50–99"), (100, "100–199"), (200, "200 or more")]
MINUTE, WEEK = 60_000, 7 * 86_400_000


def monday(now):
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    return int(day.timestamp() * 1000)


def make_calls(duck, people, calls, start):
    """Sessions begin evenly over the half-year; each is one person's, in one application, with one tool."""
    sessions = calls // PER_SESSION
    duck.execute(f"""
        CREATE OR REPLACE TABLE call AS
        WITH session AS (
          SELECT s AS session, {start} + (s * {WEEKS * WEEK} // {sessions}) AS begun,
            hash(s) % {people} AS person, hash(s + 1) % 3 AS own_application, hash(hash(s) % {people}) % 5 AS tool,
            CASE WHEN hash(s + 2) % 100 < 52 THEN 0 WHEN hash(s + 2) % 100 < 56 THEN 4 WHEN hash(s + 2) % 100 < 74 THEN 3
              WHEN hash(s + 2) % 100 < 95 THEN 5 ELSE 6 END AS state
          FROM range({sessions}) t(s))
        SELECT (begun + c * 45000)::BIGINT AS instant, person::INTEGER AS person, session::INTEGER AS session,
          (person // {TEAM_SIZE})::SMALLINT AS team, ((person // {APPLICATION_SIZE}) * 3 + own_application)::SMALLINT AS application,
          tool::TINYINT AS tool, (hash(session) % 8)::TINYINT AS model, state::TINYINT AS state,
          (500 + hash(session * 64 + c) % 3000)::INTEGER AS input, (hash(session * 64 + c + 1) % 60000)::INTEGER AS cache_read,
          (hash(session * 64 + c + 2) % 4000)::INTEGER AS cache_write, (50 + hash(session * 64 + c + 3) % 1200)::INTEGER AS output,
          (1000000 + hash(session * 64 + c + 4) % 40000000)::BIGINT AS cost
        FROM session, range({PER_SESSION}) t(c)""")


def secret(number):
    """A browser session's, well formed as KeySecret has it."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    text = "asy_" + "".join(random.Random(number).choice(digits) for _ in range(43))
    check, sum_ = "", zlib.crc32(text.encode())
    for _ in range(6):
        sum_, rest = divmod(sum_, 62)
        check = digits[rest] + check
    return text + check


def fill_ledger(duck, ledger):
    say("rollups")
    ledger.execute("PRAGMA synchronous = OFF")
    ledger.executemany("INSERT INTO model (id, name) VALUES (?, ?)", [(m + 1, f"model-{m}") for m in range(8)])
    sessions = duck.execute(
        "SELECT session, any_value(person), any_value(tool), any_value(application), min(instant), max(instant) FROM call GROUP BY 1 ORDER BY 1")
    while rows := sessions.fetchmany(200_000):
        ledger.executemany(
            "INSERT INTO session (id, key, account_id, tool, name, remote, started, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((s + 1, hashlib.blake2b(b"%d" % s, digest_size=16).digest(), p + 2, TOOLS[t], f"session-{s}",
              f"https://git.example.org/a/{a}.git", first, last) for s, p, t, a, first, last in rows))
        ledger.executemany(
            "INSERT INTO derived_session (session_id, repository, project, turns, commits, reason, digest) VALUES (?, NULL, ?, 12, '', 'made up', 1)",
            ((s + 1, f"application-{a}") for s, _, _, a, _, _ in rows))
    cells = duck.execute(f"""
        SELECT session, instant // {15 * MINUTE} * {15 * MINUTE} AS slot, any_value(model), any_value(state), sum(input), sum(cache_read),
          sum(cache_write), sum(output), sum(cost), count(*), any_value(person)
        FROM call GROUP BY 1, 2 ORDER BY 2""")
    while rows := cells.fetchmany(200_000):
        ledger.executemany(
            "INSERT INTO rollup (session_id, slot, model_id, state, input, cache_read, cache_write_5m, output, cost_nano_usd, records, unknown_records, unpriced_records, not_billed_records, unitemised_records, account_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?)",
            ((s + 1, int(slot), m + 1, STATES[st], int(i), int(r), int(w), int(o), int(c), n, p + 2)
             for s, slot, m, st, i, r, w, o, c, n, p in rows))
    ledger.execute("DELETE FROM due")
    ledger.commit()
    ledger.execute("ANALYZE")
    ledger.commit()


def band(people):
    return [name for least, name in PEOPLE_BANDS if people >= least][-1]


def fill_control(duck, control, people, start):
    say("people and published weeks")
    now = int(time.time() * 1000)
    teams = -(-people // TEAM_SIZE)
    # Its triggers count changes; that is the server's matter.
    control.executemany("INSERT INTO account (id, kind) VALUES (?, 'person')", [(p + 2,) for p in range(people)])
    control.executemany("INSERT INTO team (id, name, folded, created) VALUES (?, ?, ?, ?)",
                        [(t + 1, f"Team {t}", f"team {t}", start) for t in range(teams)])
    applications = -(-people // APPLICATION_SIZE) * 3
    control.executemany("INSERT INTO project (id, name, folded, created, use_case) VALUES (?, ?, ?, ?, ?)",
                        [(a + 1, f"application-{a}", f"application-{a}", start, f"use case {a % 20}") for a in range(applications)])
    control.executemany(
        "INSERT INTO person (id, account_id, name, mail, folded, created) VALUES (?, ?, ?, ?, ?, ?)",
        [(p + 1, p + 2, f"Person {p}", f"p{p}@example.org", f"p{p}@example.org", start) for p in range(people)])
    control.executemany("INSERT INTO membership (member_id, of_id, since) VALUES (?, ?, ?)",
                        [(p + 1, p // TEAM_SIZE + 1, start) for p in range(people)])
    # The first of each team manages it; of ten teams the first manages the other nine's.
    control.executemany("INSERT INTO reporting (member_id, of_id, since) VALUES (?, ?, ?)", [
        (p + 1, (p - p % TEAM_SIZE if p % TEAM_SIZE else p - p % (10 * TEAM_SIZE) if p % (10 * TEAM_SIZE) else 0) + 1, start)
        for p in range(1, people)])
    for p in (1, TEAM_SIZE, 4242 % people):
        control.execute(
            "INSERT INTO browser_session (hash, person_id, begun, last_seen, expires) VALUES (?, ?, ?, ?, ?)",
            (hashlib.sha256(secret(p).encode()).digest(), p + 1, now, now, now + 10**9))

    target = {"announced": start + 16 * WEEK, "eligibility": {"everyone": {}}, "id": 1, "leastDays": 1,
              "name": "AI every week", "percent": 80}
    control.execute(
        "INSERT INTO adoption_target (id, name, percent, announced, eligibility, least_days) VALUES (1, ?, 80, ?, ?, 1)",
        (target["name"], target["announced"], json.dumps(target["eligibility"])))

    def cell(group, tool, row, tokens):
        figures = {"cost": int(row["cost"]), "coverage": "complete", "people": band(row["people"])}
        if tokens:
            figures["tokens"] = {"input": int(row["input"]), "cacheRead": int(row["cache_read"]),
                                 "cacheWrite5m": int(row["cache_write"]), "output": int(row["output"])}
        place = {"group": group, **({"tool": tool} if tool else {})}
        held = int(row["held"])
        linked = int(row["linked"])
        return ({"cell": place, "content": {"figures": {"_0": figures}}, "version": 1},
                {"cell": place, "version": 1, "changes": {"held": int(row["sessions"]) // 9, "landed": int(row["sessions"]) // 8},
                 "split": {"threeWays": {
                     "held": held, "otherLinked": linked - held, "notLinked": int(row["cost"]) - linked}}})

    for week in range(WEEKS):
        first = start + week * WEEK
        published, settled = [], []
        for group, column, tool in [("organisation", "0", "NULL"), ("organisation", "0", "tool"), ("team", "team", "NULL"),
                                    ("application", "application", "NULL"), ("team", "team", "tool"), ("application", "application", "tool")]:
            rows = duck.execute(f"""
                SELECT {column} AS place, {tool} AS tool, sum(cost) AS cost, sum(input) AS input, sum(cache_read) AS cache_read,
                  sum(cache_write) AS cache_write, sum(output) AS output, count(DISTINCT person) AS people, count(DISTINCT session) AS sessions,
                  sum(cost) FILTER (state = 0) AS held, sum(cost) FILTER (state IN (0, 1, 2, 4)) AS linked
                FROM call WHERE instant >= {first} AND instant < {first + WEEK} GROUP BY 1, 2 HAVING count(DISTINCT person) >= 10 ORDER BY 1, 2""")
            names = [one[0] for one in rows.description]
            for values in rows.fetchall():
                row = {name: value or 0 for name, value in zip(names, values)}
                where = {group: {}} if group == "organisation" else {group: {"_0": row["place"] + 1}}
                one, split = cell(where, TOOLS[values[1]] if values[1] is not None else None, row, group == "organisation")
                published.append(one)
                settled.append(split)
        day = datetime.fromtimestamp(first / 1000, timezone.utc).isocalendar()
        is_settled = week < WEEKS - 4
        content = {"areReportsVisible": False, "floors": {"manager": 10, "others": 5}, "isSettled": is_settled,
                   "published": published, "settled": settled if is_settled else [],
                   "version": 1, "week": {"number": day.week, "year": day.year}}
        name = f"{day.year}-W{day.week:02d}"
        control.execute("INSERT INTO frozen_week (week, closed, content) VALUES (?, ?, ?)", (name, now, json.dumps(content)))
        control.execute("INSERT INTO frozen_adoption (week, made, content) VALUES (?, ?, ?)",
                        (name, now, json.dumps(adoption(content["week"], people, teams, target))))
        if is_settled:
            control.execute("INSERT INTO delivery_week (week, made, content) VALUES (?, ?, ?)",
                            (name, now, json.dumps([part for a in range(applications) for part in (a + 1, delivery(a, week))])))
    control.commit()


def adoption(week, people, teams, target):
    """A week's, as it is published of an organisation in which nine of ten are active."""
    share = {"active": {"least": 85, "most": 90}, "possiblyActive": {"least": 90, "most": 95}, "eligible": "10–19"}
    exactly = lambda count: {"least": count, "most": count}
    bins = [{"first": d, "last": d, "hasNotConnected": d == 0, "people": people * part // 100}
            for d, part in enumerate([10, 15, 18, 20, 17, 14, 4, 2])]
    return {"week": week, "target": target, "floors": {"manager": 10, "others": 5},
            "groups": [{"group": {"team": {"_0": t + 1}}, "share": share} for t in range(teams)],
            "organisation": {"counted": {"_0": {
                "eligible": people, "active": exactly(people * 9 // 10), "inactive": exactly(people * 7 // 100),
                "partTime": exactly(people // 10), "away": exactly(people // 20), "days": {"bins": bins}}}}}


def delivery(application, week):
    """What one application delivered in a week."""
    chance = random.Random(application * 100 + week)
    tally = lambda count: {"of": count, "tally": {"classes": {str(chance.randrange(50, 96)): 1 + count // 8 for _ in range(8)}}}
    landed, deployed = chance.randrange(20, 80), chance.randrange(2, 12)
    failed = min(deployed, chance.randrange(0, 2))
    part = lambda count, known: {"count": count, "known": known, "of": known}
    return {"weeks": 1, "weeksWithDeployments": 1, "weeksWithIncidents": failed, "deployments": part(deployed, deployed),
            "deploymentsWatched": deployed, "failedDeployments": part(failed, failed), "rework": part(failed, deployed),
            "landed": {"landed": landed, "held": landed - 1, "failed": 3 * failed, "linesAdded": landed * 17,
                       "linesGone14Days": landed, "linesGone30Days": landed + 5},
            "leadTimes": tally(landed), "reviews": tally(landed // 2), "recoveries": tally(failed)}


def make(place, server, people, calls):
    import duckdb
    start = monday(datetime.now(timezone.utc)) - WEEKS * WEEK
    place.mkdir(parents=True, exist_ok=True)
    server.start()
    time.sleep(3)
    server.processes.stop(server.process)
    began = time.monotonic()
    duck = duckdb.connect(str(place / "calls.duckdb"))
    duck.execute("SET threads = 2")
    say(f"{calls:,} calls")
    make_calls(duck, people, calls, start)
    with sqlite3.connect(place / "ledger.sqlite") as ledger:
        fill_ledger(duck, ledger)
    with sqlite3.connect(place / "control.sqlite") as control:
        fill_control(duck, control, people, start)
    duck.close()
    (place / "made.json").write_text(json.dumps({"people": people, "calls": calls, "start": start}))
    say(f"made in {time.monotonic() - began:.0f} s")


def questions(start, person, week):
    """What the pages answer, over the raw calls."""
    first = start + week * WEEK
    split = "sum(cost) FILTER (state = 0), sum(cost) FILTER (state IN (1, 2, 4)), sum(cost) FILTER (state IN (3, 5, 6))"
    return {
        "/me": f"SELECT instant // 86400000, tool, application, state, sum(cost), sum(input), sum(cache_read), sum(cache_write), sum(output), count(*) FROM call WHERE person = {person} GROUP BY ALL",
        "/organisation": f"SELECT (instant - {start}) // {WEEK}, tool, sum(cost), count(DISTINCT person), {split} FROM call GROUP BY ALL",
        "/groups": f"SELECT team, application, tool, sum(cost), count(DISTINCT person), {split} FROM call WHERE instant >= {first} AND instant < {first + WEEK} GROUP BY GROUPING SETS ((team), (application), (team, tool), (application, tool))",
        "/target": f"SELECT (instant - {start}) // {WEEK}, team, count(DISTINCT person) FROM call GROUP BY GROUPING SETS ((1), (1, 2))",
        "/boards": f"SELECT application, sum(cost), {split} FROM call WHERE instant < {start + (WEEKS - 4) * WEEK} AND instant >= {start + (WEEKS - 17) * WEEK} GROUP BY ALL",
    }


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def ask(server, path, cookie, asks):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    times, size, status = [], 0, 0
    for number in range(asks + 3):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{server.port}", "Cookie": f"assay={cookie}"})
        answer = connection.getresponse()
        body = answer.read()
        # The first ones read what is kept from then on; said apart.
        if number >= 3:
            times.append((time.perf_counter() - began) * 1000)
        elif number == 0:
            first = (time.perf_counter() - began) * 1000
        size, status = len(body), answer.status
    return times, size, status, first


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=10_000)
    arguments.add_argument("--calls", type=int, default=100_000_000)
    arguments.add_argument("--asks", type=int, default=300)
    arguments.add_argument("--only", nargs="*", help="These pages alone.")
    given = arguments.parse_args()
    sys.path[:0] = map(str, virtual_environment("duckdb", ["duckdb==1.4.2"]).glob("lib/python3*/site-packages"))
    import duckdb
    place = ROOT / ".build" / "page-speed" / f"{given.people}-{given.calls}"
    with Processes() as processes:
        place.mkdir(parents=True, exist_ok=True)
        port = free_port()
        server = Serving(
            processes, place, port, sign_in={"issuer": "http://127.0.0.1:1/", "client_id": "assay"},
            roles={"finance": ["p1@example.org"], "platform": ["p1@example.org"]}, retention={"person_facts": "never"})
        if not (place / "made.json").exists():
            make(place, server, given.people, given.calls)
        made = json.loads((place / "made.json").read_text())
        server.start()
        person = 4242 % given.people
        week = datetime.fromtimestamp((made["start"] + (WEEKS - 5) * WEEK) / 1000, timezone.utc).isocalendar()
        pages = ["/me", "/me/sessions", "/me/feedback", "/organisation", f"/groups?week={week.year}-W{week.week:02d}", "/target",
                 "/boards", "/boards?of=teams", "/digests", "/digests/7", "/cost-centres"]
        pages = [page for page in pages if not given.only or page.split("?")[0] in given.only]
        duck = duckdb.connect(str(place / "calls.duckdb"), read_only=True)
        duck.execute("SET threads = 2")
        asked = questions(made["start"], person, WEEKS - 5)
        print(f"{'page':28} {'first':>8} {'p50 ms':>8} {'p99 ms':>8} {'bytes':>8} {'DuckDB ms':>10} {'times':>7}")
        for page in pages:
            cookie = secret(1) if page == "/cost-centres" else secret(person)
            times, size, status, first = ask(server, page, cookie, given.asks)
            question = asked.get(page.split("?")[0])
            raw = []
            for _ in range(5 if question else 0):
                began = time.perf_counter()
                duck.execute(question).fetchall()
                raw.append((time.perf_counter() - began) * 1000)
            middle = statistics.median(times)
            beside = f"{statistics.median(raw):10.0f} {statistics.median(raw) / middle:7.0f}" if raw else ""
            note = "" if status == 200 else f" status {status}"
            print(f"{page:28} {first:8.1f} {middle:8.1f} {percentile(times, .99):8.1f} {size:8} {beside}{note}")
        memory = next(line.split()[1] for line in open(f"/proc/{server.process.pid}/status") if line.startswith("VmRSS"))
        print(f"server's memory: {int(memory) / 1000:.0f} MB")


if __name__ == "__main__":
    main()
