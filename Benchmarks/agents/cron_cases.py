#!/usr/bin/env python3
"""Makes cases for the Swift tests of Schedules: expression, zone, instant and the instants that come next.

    python3 -m venv v && v/bin/pip install cronsim==2.8 croniter==7.0.0 tzdata
    v/bin/python cron_cases.py --seed 1 --cases 400 > ../../Tests/SchedulesTests/Fixtures/cron.tsv
    v/bin/python cron_cases.py --seed 2 --cases 5000 > /tmp/cron.tsv && ASSAY_CRON_CASES=/tmp/cron.tsv swift test --filter SchedulesTests

Two judges, neither of which works as the Swift code does. Far from changes of the clocks it is cronsim, and croniter must
say the same. Near one it is `walk` below, which goes minute by minute through the instants and looks at the clock on the
wall; there cronsim must say the same for expressions that it treats by the same rule. What they differ in is counted and
printed to standard error.
"""
import argparse
import collections
import random
import signal
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from croniter import croniter
from cronsim import CronSim

UTC = timezone.utc
ZONES = {
    # Zones by what is odd about them; years in which every copy of the time zone database agrees.
    "UTC": (2000, 2037), "Europe/Vienna": (2000, 2037), "America/New_York": (2008, 2037),
    "Australia/Lord_Howe": (2009, 2037),  # by half an hour
    "Asia/Kathmandu": (2000, 2037), "America/St_Johns": (2000, 2010),  # at one minute past midnight
    "Pacific/Apia": (2010, 2013),  # left out 30 December 2011
    "America/Sao_Paulo": (2008, 2018),  # midnight is left out
    "Antarctica/Troll": (2006, 2037),  # by two hours
    "Europe/Dublin": (2000, 2037), "America/Caracas": (2007, 2020), "Asia/Kolkata": (2000, 2037),
}
NAMES = [["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
         ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]]
RANGES = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


def field(rng, place):
    low, high = RANGES[place]
    if rng.random() < [0.15, 0.3, 0.55, 0.7, 0.6][place]:
        return "*"

    def one():
        kind = rng.random()
        if kind < 0.5:
            value = rng.randint(low, high)
            if place == 3 and rng.random() < 0.3:
                return NAMES[0][value - 1]
            if place == 4 and value < 7 and rng.random() < 0.3:
                return NAMES[1][value]
            return str(value)
        if kind < 0.75:
            a, b = sorted(rng.sample(range(low, high + 1), 2))
            return f"{a}-{b}" + (f"/{rng.randint(1, 5)}" if rng.random() < 0.3 else "")
        return f"*/{rng.randint(2, 6)}"

    return ",".join(one() for _ in range(1 if rng.random() < 0.7 else rng.randint(2, 3)))


def members(text, place):
    low, high = RANGES[place]
    values = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        for names, shift in ((NAMES[0], 1), (NAMES[1], 0)):
            if span in names:
                span = str(names.index(span) + shift)
        a, _, b = span.partition("-")
        first, last = (low, min(high, 6) if place == 4 else high) if span == "*" else (int(a), int(b or a))
        values.update(range(first, last + 1, int(step or 1)))
    return {v % 7 for v in values} if place == 4 else values


class Walk:
    """The rule in so many words, one minute at a time."""

    def __init__(self, expression):
        fields = expression.split()
        self.minutes, self.hours, self.days, self.months, self.weekdays = (
            members(f, i) for i, f in enumerate(fields))
        self.both = fields[2][0] == "*" or fields[4][0] == "*"
        self.hourly = len(self.hours) == 24

    def matches(self, wall):
        if wall.minute not in self.minutes or wall.hour not in self.hours or wall.month not in self.months:
            return False
        day, weekday = wall.day in self.days, (wall.weekday() + 1) % 7 in self.weekdays
        return (day and weekday) if self.both else (day or weekday)

    def next(self, zone, after, wanted, days):
        found = []
        instant = datetime.fromtimestamp(after // 60 * 60, UTC)
        end = instant + timedelta(days=days)
        shown = instant.astimezone(zone).replace(tzinfo=None)
        while len(found) < wanted and instant < end:
            instant += timedelta(minutes=1)
            before, local = shown, instant.astimezone(zone)
            shown = local.replace(tzinfo=None)
            comes = self.matches(shown) and (self.hourly or local.fold == 0)
            if not self.hourly and shown - before > timedelta(minutes=1):
                left_out = before + timedelta(minutes=1)
                while left_out < shown and not comes:
                    comes = self.matches(left_out)
                    left_out += timedelta(minutes=1)
            if comes:
                found.append(int(instant.timestamp()))
        return found if len(found) == wanted else None


def offset(zone, second):
    return datetime.fromtimestamp(second, zone).utcoffset()


def changes(zone, second, days):
    offsets = [offset(zone, second + hour * 3600) for hour in range(-24, days * 24, 12)]
    return len(set(offsets)) > 1


def transition(rng, zone, years):
    """A second close to a change of the clocks, or nothing."""
    start = int(datetime(rng.randint(*years), 1, 1, tzinfo=UTC).timestamp())
    places = [d for d in range(365) if offset(zone, start + d * 86400) != offset(zone, start + (d + 1) * 86400)]
    if not places:
        return None
    return start + rng.choice(places) * 86400 + rng.randint(-86_400, 2 * 86_400)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--cases", type=int, default=400)
    given = arguments.parse_args()
    rng = random.Random(given.seed)
    tally = collections.Counter()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    print("# expression\tzone\tafter\tnext three, in seconds since 1970\tjudge")
    made = 0
    while made < given.cases:
        expression = " ".join(field(rng, place) for place in range(5))
        name = rng.choice(list(ZONES))
        zone, years = ZoneInfo(name), ZONES[name]
        after = None
        if made % 2:
            after = transition(rng, zone, years)
        if after is None:
            first = datetime(years[0], 1, 2, tzinfo=UTC).timestamp()
            last = datetime(years[1], 12, 1, tzinfo=UTC).timestamp()
            after = int(rng.uniform(first, last))
        signal.setitimer(signal.ITIMER_REAL, 2)
        try:
            job = CronSim(expression, datetime.fromtimestamp(after, zone))
            simulated = [int(next(job).timestamp()) for _ in range(3)]
        except (Exception, KeyboardInterrupt):
            tally["cronsim finds none, or not within two seconds"] += 1
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        days = (simulated[-1] - after) // 86400 + 2
        if days > 400:
            continue
        if not changes(zone, after, days):
            other = croniter(expression, datetime.fromtimestamp(after, zone), day_or=not Walk(expression).both)
            agreed = [int(other.get_next(datetime).timestamp()) for _ in range(3)] == simulated
            tally["croniter agrees" if agreed else "croniter differs"] += 1
            if not agreed:
                print(f"croniter: {expression} {name} {after}", file=sys.stderr)
            expected, judge = simulated, "cronsim"
        else:
            expected, judge = Walk(expression).next(zone, after, 3, 6) if days < 10 else None, "walk"
            if expected is None:
                continue
            fixed = all(f[0] != "*" for f in expression.split()[:2])
            if fixed and not Walk(expression).hourly:
                agreed = expected == simulated
                tally["near a change, cronsim agrees" if agreed else "near a change, cronsim differs"] += 1
                if not agreed:
                    print(f"cronsim: {expression} {name} {after}: {simulated}, walk {expected}", file=sys.stderr)
        print(f"{expression}\t{name}\t{after}\t{' '.join(map(str, expected))}\t{judge}")
        made += 1
        tally[judge] += 1
    print(dict(tally), file=sys.stderr)


main()
