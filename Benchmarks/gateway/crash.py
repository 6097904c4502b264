"""Kills the gateway again and again while it works, and then holds its ledger against what the upstream served.

The upstream keeps the truth: one entry for each request that it read, with the tokens that it billed. Clients of four
APIs call it through the gateway without a pause: whole answers and streams, answers that they leave, that the upstream
cuts, refuses or never gives. Some of them spend from budgets that run dry. The gateway is killed with SIGKILL at
random moments, also while it starts; now and then it is asked to stop, and must lose nothing at all. In the end:

- every request that the upstream read has exactly one row, and no row stands for anything else;
- the tokens of every call that came to its end are the upstream's, in the calls and in the usage;
- what was under way when the gateway died is flagged; nothing that a client got whole is;
- nothing is open, nothing reserved: what a budget has left is, to the nano-dollar, its limit less the ledger's charges;
- no budget was exceeded, and none refused a call that it had room for.

Ends with 1, and a list, if any of this is not so.
"""

import argparse
import asyncio
import collections
import json
import random
import re
import sys
import time
from statistics import median

from assay import Gateway, tokens, upstream
from load import Connection, Lost
from stage import Processes, folder, many_files, say
from upstream import Upstream, order

MODELS = {
    "messages": "claude-haiku-4-5", "chat": "gpt-5.4", "responses": "gpt-5.2", "gemini": "gemini-2.5-flash",
}
KINDS = {
    "whole": 30, "stream": 30, "waiting": 8, "left": 10, "left early": 4, "cut": 6, "busy once": 5, "in error": 4,
    "hung up once": 3,
}


class Sent:
    """A call as its client knows it."""

    def __init__(self, client, mark, kind, most):
        self.client, self.mark, self.kind, self.most = client, mark, kind, most
        self.at = time.time()
        self.ended = None
        # whole, refused (by the gateway, for its budget), error, lost, left
        self.outcome = None
        self.status = None
        self.text = b""
        self.fields = {}


class Client:
    """Calls one after the other with a key of its own, so that a row's time says which call it is."""

    def __init__(self, name, api, dice, budgets=()):
        self.name, self.api, self.dice = name, api, dice
        self.budgets = list(budgets)
        self.key = self.budgets[0].key(self) if self.budgets else name
        self.secrets = {}
        self.number = 0
        self.sent = []
        self.keys = []

    def request(self, kind, mark, most):
        wishes = {"mark": mark, "chunks": self.dice.randint(2, 15), "gap": self.dice.choice([0, 0, 0.002, 0.02])}
        stream = kind in ("stream", "left", "cut") or kind not in ("whole", "in error") and self.dice.random() < 0.5
        if kind == "waiting":
            wishes["wait"] = self.dice.uniform(0.05, 0.6)
        elif kind == "left early":
            wishes["wait"] = 0.3
        elif kind == "left":
            wishes["gap"] = 0.02
        elif kind == "cut":
            wishes["cut"] = self.dice.randint(1, wishes["chunks"] - 1)
        elif kind == "busy once":
            wishes |= {"status": 529 if self.api == "messages" else 503, "times": 1}
        elif kind == "in error":
            wishes["status"] = 400
        elif kind == "hung up once":
            wishes["reset"] = 1
        return call(self.api, MODELS[self.api], order(**wishes), most, stream)

    async def run(self, state):
        fields = {}
        connection = None
        while not state.stopping:
            if self.budgets:
                self.key = self.budgets[0].key(self)
            secret = self.secrets[self.key]
            name = {"messages": "x-api-key", "gemini": "x-goog-api-key"}.get(self.api, "authorization")
            fields = {name: f"Bearer {secret}" if name == "authorization" else secret}
            if connection is None:
                connection = Connection(state.port, fields)
            connection.fields = fields
            try:
                if connection.writer is None:
                    await connection.open()
            except OSError:
                await asyncio.sleep(0.02)
                continue
            await self.one(connection, state)
            # Rows are told apart by the millisecond.
            await asyncio.sleep(0.004 if not self.budgets else 0.02)
        if connection:
            connection.close()

    async def one(self, connection, state):
        self.number += 1
        mark = f"{self.name}-{self.number}"
        kind = self.dice.choices(list(KINDS), list(KINDS.values()))[0]
        most = self.dice.randint(100, 1000)
        path, body = self.request(kind, mark, most)
        sent = Sent(self, mark, kind, most)
        sent.key = self.key
        self.sent.append(sent)
        try:
            if kind == "left early":
                async with asyncio.timeout(0.1):
                    answer = await connection.send(path, body)
            else:
                answer = await connection.send(path, body)
            sent.status, sent.fields = answer.status, answer.fields
            leave = self.dice.randint(1, 4) if kind == "left" and answer.status == 200 else None
            async for piece in connection.pieces(answer):
                sent.text += piece
                if leave is not None and (leave := leave - 1) == 0:
                    sent.outcome = "left"
                    connection.close()
                    break
            else:
                sent.outcome = "whole" if answer.status == 200 else "error"
        except TimeoutError:
            sent.outcome = "left"
            connection.close()
        except Lost:
            sent.outcome = "lost"
            connection.close()
        sent.ended = time.time()
        if sent.status == 429:
            sent.outcome = "refused"
            if len(self.budgets) > 1 and self.budgets[0].is_dry(sent):
                self.budgets.pop(0)
            await asyncio.sleep(0.05)


def call(api, model, text, most, stream):
    """The path and the body of a request."""
    if api == "gemini":
        method = "streamGenerateContent?alt=sse" if stream else "generateContent"
        body = {
            "contents": [{"role": "user", "parts": [{"text": text}]}], "generationConfig": {"maxOutputTokens": most},
        }
        return f"/v1beta/models/{model}:{method}", json.dumps(body).encode()
    body = {"model": model, "stream": stream}
    if api == "responses":
        body |= {"input": text, "max_output_tokens": most}
    else:
        body |= {"messages": [{"role": "user", "content": text}]}
        body["max_completion_tokens" if api == "chat" else "max_tokens"] = most
    paths = {"messages": "/v1/messages", "chat": "/v1/chat/completions", "responses": "/v1/responses"}
    return paths[api], json.dumps(body).encode()


class Budget:
    """What a team may spend in a month."""

    def __init__(self, name, measure, amount):
        self.name, self.measure, self.amount = name, measure, amount
        self.refusals = 0

    def key(self, client):
        return f"{client.name}-{self.name}"

    def is_dry(self, sent):
        # One refusal may be for what others have reserved at the moment.
        self.refusals += 1
        return self.refusals >= 10

    @property
    def columns(self):
        return ("charged_nano_usd", "reserved_nano_usd") if self.measure == "money" else ("charged_tokens", "reserved_tokens")

    def text(self, amount):
        return dollars(amount) if self.measure == "money" else str(amount)


def dollars(nano):
    return f"{nano // 10**9}.{nano % 10**9:09d}usd"


class Crash:
    def __init__(self, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.problems = []
        self.stopping = False
        # Kills, and the times from when it was asked to stop to when it had.
        self.kills, self.stops, self.starts, self.boots = [], [], [], []
        self.sent_of = {}

    @property
    def port(self):
        return self.gateway.port

    def problem(self, text):
        self.problems.append(text)
        if len(self.problems) <= 5:
            say(f"WRONG: {text}")

    async def run(self):
        many_files()
        options = self.options
        self.upstream = Upstream()
        port = await self.upstream.listen()
        with Processes() as processes:
            place = folder(f"crash-{options.durability}")
            dialects = {"messages": "anthropic", "chat": "openAI", "responses": "openAI", "gemini": "gemini"}
            upstreams = [
                upstream(name, name, port) for name in dict.fromkeys(dialects.values())
            ]
            self.gateway = Gateway(
                processes, place, upstreams, durability=options.durability, keys="required",
                bounds={"drain_seconds": 20},
            )
            await asyncio.to_thread(self.people)
            await asyncio.to_thread(self.start)
            say(f"{options.times} kills, seed {options.seed}")
            tasks = [asyncio.create_task(client.run(self)) for client in self.clients]
            for index in range(options.times):
                await self.kill_once(index)
            await asyncio.sleep(1)
            self.stopping = True
            await asyncio.gather(*tasks)
            await asyncio.to_thread(self.gateway.drained)
            say("the load is over; asking the budgets what they have left")
            await self.probe("after the last kill")
            await self.stop()
            await asyncio.to_thread(self.start)
            await self.probe("after an orderly start")
            await asyncio.to_thread(self.gateway.stop)
            self.check()
        self.report()

    # The world

    def people(self):
        gateway, options = self.gateway, self.options
        apis = list(MODELS)
        self.clients = [
            Client(f"client{n}", apis[n % len(apis)], random.Random(f"{options.seed}/{n}"))
            for n in range(options.clients)
        ]
        count = max(2, options.times // 4)
        self.budgets = [
            Budget(f"team{n}", *(("money", 150_000_000) if n % 2 == 0 else ("tokens", 20_000))) for n in range(count)
        ]
        spenders = [
            Client(f"spender{n}", apis[n % len(apis)], random.Random(f"{options.seed}/s{n}"), self.budgets)
            for n in range(options.spenders)
        ]
        gateway.control("team", "add", "everybody")
        gateway.control("person", "add", "all@example.com", "--team", "everybody")
        gateway.limit("team", "everybody", "money", "100000usd", "month")
        for budget in self.budgets:
            gateway.control("team", "add", budget.name)
            amount = budget.text(budget.amount)
            gateway.limit("team", budget.name, budget.measure, amount, "month")
        for client in self.clients:
            client.secrets[client.name] = gateway.key(client.name, "all@example.com")
            # More than a client has at once, even with answers that it left and that are still read to their end.
            gateway.limit("key", client.name, "concurrency", "12")
        for client in spenders:
            for budget in self.budgets:
                key = budget.key(client)
                client.secrets[key] = gateway.key(key, "all@example.com", "--team", budget.name)
        self.clients += spenders
        self.probe_secret = gateway.key("probe", "all@example.com")
        self.keys = {key["name"]: key["id"] for key in json.loads(gateway.control("key", "list", "--json"))["keys"]}

    def start(self):
        begun = time.time()
        self.starts.append(begun)
        self.gateway.start()
        self.boots.append(time.time() - begun)
        left = self.gateway.count(f"ending = 'open' AND opened < {int(begun * 1000)}")
        if left:
            self.problem(f"{left} rows of the time before are still open after start {len(self.starts)}")

    async def kill_once(self, index):
        dice = self.dice
        stops = index % 8 == 7
        if index and not stops and dice.random() < 0.15:
            # While it starts: it may be reading its spool.
            self.kill()
            self.starts.append(time.time())
            self.gateway.start(wait=False)
            await asyncio.sleep(dice.uniform(0, 0.15))
        else:
            await asyncio.sleep(dice.uniform(0.05, self.options.longest))
        if self.gateway.process.poll() is not None:
            self.problem(f"the gateway ended by itself with {self.gateway.process.returncode}: see {self.gateway.log.name}")
        if stops:
            await self.stop()
        else:
            self.kill()
        if dice.random() < 0.3:
            await asyncio.sleep(dice.uniform(0, 0.2))
        await asyncio.to_thread(self.start)
        if (index + 1) % 10 == 0:
            say(f"{index + 1} kills, {len(self.upstream.ledger)} requests served")

    def kill(self):
        self.gateway.kill()
        self.kills.append(time.time())

    async def stop(self):
        """Asked to, it finishes what is under way and leaves nothing open."""
        begun = time.time()
        status = await asyncio.to_thread(self.gateway.stop)
        self.stops.append((begun, time.time()))
        if status != 0:
            self.problem(f"asked to stop, the gateway ended with {status}")
        if left := self.gateway.count("ending = 'open'"):
            self.problem(f"{left} rows are open although the gateway was asked to stop")

    async def probe(self, when):
        """Whether a limit with room for exactly one more call takes exactly one."""
        text = order(mark=f"probe {when}", usage={"input": 10, "output": 20})
        path, body = call("messages", MODELS["messages"], text, 500, False)
        connection = Connection(self.port, {"x-api-key": self.probe_secret})

        async def ask():
            answer = await connection.ask(path, body)
            await asyncio.to_thread(self.gateway.drained)
            row = self.gateway.read("SELECT * FROM gateway_call ORDER BY opened DESC, rowid DESC LIMIT 1")[0]
            return answer.status, row

        def charged():
            team = "SELECT team_id FROM gateway_call WHERE key_id = ?"
            return self.gateway.read(
                f"SELECT SUM(charged_nano_usd) AS n FROM gateway_call WHERE team_id = ({team} LIMIT 1)",
                self.keys["probe"],
            )[0]["n"]

        status, row = await ask()
        if status != 200:
            return self.problem(f"probe {when}: {status} although there is room for a hundred thousand dollars")
        worst = row["reserved_nano_usd"]
        for room, expected in ((worst, 200), (worst - 1, 429), (worst, 200)):
            used = charged()
            self.gateway.limit("team", "everybody", "money", dollars(used + room), "month")
            status, _ = await ask()
            if status != expected:
                self.problem(
                    f"probe {when}: {status}, not {expected}, for a call of {worst} nano-dollars at worst with room "
                    f"for {room} by the ledger's {used}: the counter is not what the ledger says"
                )
        self.gateway.limit("team", "everybody", "money", "100000usd", "month")
        connection.close()

    # The account

    def check(self):
        rows = self.gateway.calls()
        by_key = collections.defaultdict(list)
        for row in rows:
            by_key[row["key_id"]].append(row)
        served = collections.defaultdict(list)
        for entry in self.upstream.ledger:
            served[entry["mark"]].append(entry)
        self.rows, self.endings = rows, collections.Counter(row["ending"] for row in rows)
        for client in self.clients:
            sent_by_key = collections.defaultdict(list)
            for sent in client.sent:
                sent_by_key[sent.key].append(sent)
            for key in client.secrets:
                self.check_key(sent_by_key[key], by_key.pop(self.keys[key], []), served)
        by_key.pop(self.keys["probe"], None)
        for key, strays in by_key.items():
            self.problem(f"{len(strays)} rows of key {key}, which nobody used")
        for row in rows:
            if row["charged_nano_usd"] > row["reserved_nano_usd"] or row["charged_tokens"] > row["reserved_tokens"]:
                self.problem(f"charged more than was reserved: {brief(row)}")
            if row["usage_source"] == "unknown" and row["charged_tokens"] < row["reserved_tokens"]:
                self.problem(f"usage unknown, but less is charged than was reserved: {brief(row)}")
        self.check_usage(rows)
        self.check_budgets(rows)
        integrity = self.gateway.read("PRAGMA integrity_check")[0]["integrity_check"]
        if integrity != "ok":
            self.problem(f"the database: {integrity}")

    def check_key(self, all_sent, rows, served):
        """The rows of a key against its client's calls: by the request id of an answer, and where none came by time,
        since a client has one call at a time."""
        calls = collections.defaultdict(list)
        for row in rows:
            calls[row["call"]].append(row)
        marks = {entry["request_id"]: mark for mark, entries in served.items() for entry in entries}
        found, unnamed = collections.defaultdict(list), []
        for attempts in calls.values():
            named = {marks.get(row["request_id"]) for row in attempts if row["request_id"]}
            if len(named) > 1:
                self.problem(f"attempts at different calls under one name: {[brief(row) for row in attempts]}")
            found[named.pop()].append(attempts) if named else unnamed.append(attempts)
        for attempts in unnamed:
            opened = min(row["opened"] for row in attempts) / 1000
            # What a client sent before it left may be read a little later.
            fits = [
                sent for sent in all_sent
                if not found[sent.mark] and sent.at - 0.002 <= opened
                and opened <= sent.ended + (2 if sent.outcome in ("left", "lost") else 0.005)
            ]
            if fits:
                found[fits[-1].mark].append(attempts)
            else:
                self.problem(f"a call that nobody made: {[brief(row) for row in attempts]}")
        for sent in all_sent:
            mine = found.pop(sent.mark, [])
            if len(mine) > 1:
                self.problem(f"{sent.mark} stands in the ledger {len(mine)} times")
            for attempts in mine:
                self.sent_of[attempts[0]["call"]] = sent
            self.check_call(sent, mine[0] if mine else [], served[sent.mark])
        for attempts in (attempts for groups in found.values() for attempts in groups):
            self.problem(f"a call that this key's client did not make: {[brief(row) for row in attempts]}")

    def check_call(self, sent, rows, entries):
        rows = sorted(rows, key=lambda row: row["attempt"])
        name = f"{sent.mark} ({sent.kind}, {sent.outcome})"
        if [row["attempt"] for row in rows] != list(range(1, len(rows) + 1)):
            self.problem(f"{name}: attempts {[row['attempt'] for row in rows]}")
        # The last attempt may have died before the upstream saw it.
        unseen = rows[len(entries):]
        if len(rows) < len(entries):
            return self.problem(f"{name}: the upstream served {len(entries)} requests, the ledger has {len(rows)} rows")
        if len(unseen) > 1 or any(
            row["request_id"] or row["ending"] not in ("crashed", "client-left") for row in unseen
        ):
            self.problem(f"{name}: rows for requests that the upstream never read: {[brief(row) for row in unseen]}")
        for row in unseen:
            if row["ending"] == "crashed" and not self.died(row):
                self.problem(f"{name}: crashed, but the gateway was not killed then: {brief(row)}")
        for row, entry in zip(rows, entries):
            self.check_attempt(name, sent, row, entry)
        if sent.outcome == "whole" and (not rows or rows[-1]["ending"] != "completed"):
            self.problem(f"{name}: the client got all of it, the ledger says {[brief(row) for row in rows]}")
        if sent.outcome == "refused" and (rows or entries):
            self.problem(f"{name}: refused, and yet it was sent: {[brief(row) for row in rows]}")
        if sent.outcome == "refused" and sent.fields.get("x-should-retry") != "false":
            self.problem(f"{name}: refused without x-should-retry: false: {sent.fields}")
        if sent.outcome == "refused" and not sent.client.budgets:
            self.problem(f"{name}: refused although nothing was short: {sent.text[:300]!r}")
        expected = {"in error": 400, "hung up once": 502, "busy once": 529 if sent.client.api == "messages" else 503}
        stopping = any(begun - 0.05 <= sent.ended and sent.at <= ended for begun, ended in self.stops)
        if sent.outcome == "error" and sent.status != expected.get(sent.kind) and not (stopping and sent.status == 503):
            self.problem(f"{name}: unexpected status {sent.status}: {sent.text[:300]!r}")
        killed = any(sent.at - 0.5 <= kill <= sent.ended + 0.5 for kill in self.kills)
        # A connection that closes between two calls may take the next one with it, before anything of it is read.
        if sent.outcome == "lost" and sent.kind != "cut" and not killed and not (stopping and not rows):
            self.problem(f"{name}: the gateway hung up without being killed: {[brief(row) for row in rows]}")

    def died(self, row):
        """Whether the gateway was killed between the row's opening and its settling."""
        return any(row["opened"] / 1000 - 0.01 <= kill <= row["settled"] / 1000 + 0.01 for kill in self.kills)

    def check_attempt(self, name, sent, row, entry):
        wrong = lambda text: self.problem(f"{name}: {text}: {brief(row)} / upstream {entry['sent']} {entry['status']} {entry['usage']}")
        billed = {cls: entry["usage"][cls] for cls in tokens(row)}
        counted = tokens(row)
        ending, source = row["ending"], row["usage_source"]
        if row["request_id"] not in (None, entry["request_id"]):
            wrong(f"another's request id, not {entry['request_id']}")
        if ending == "completed" and (entry["status"] or 500) >= 400:
            return wrong("an error of the upstream, but the row says completed")
        if ending == "completed" and entry["sent"] != "whole":
            wrong("completed, which it was not")
        if source == "provider" and counted != billed:
            wrong(f"tokens are not the upstream's {billed}")
        if ending == "completed" and source != "provider":
            wrong("completed, but its usage is not the provider's")
        if any(counted[cls] > billed[cls] for cls in counted):
            wrong("more tokens than were served")
        if source == "provider" and entry["usage"]["reasoning"] and (row["reasoning"] or 0) != entry["usage"]["reasoning"]:
            wrong("what was reasoned is not the upstream's")
        if ending == "refused-by-upstream":
            if (entry["status"] or 200) < 400 or row["charged_nano_usd"] or any(counted.values()):
                wrong("an error that cost something, or was none")
        elif ending == "failed":
            if entry["status"] is not None:
                wrong("failed, but there was an answer")
        elif ending == "cut":
            if entry["sent"] != "cut":
                wrong("cut, but the upstream did not")
        elif ending == "client-left":
            if sent.outcome not in ("left", "lost"):
                wrong("the client did not leave")
            if entry["sent"] == "whole" and source != "provider":
                wrong("drained to its end, but its usage is not the provider's")
        elif ending == "crashed":
            if not self.died(row):
                wrong("crashed, but the gateway was not killed then")
            if source == "none":
                wrong("crashed, and said to have cost nothing")
        elif ending != "completed":
            wrong("an ending that nothing led to")

    def check_usage(self, rows):
        """Of each call that may have been billed one event in the usage, with the tokens of the row."""
        events = {row["event_id"]: row for row in self.gateway.usage()}
        for row in rows:
            counts = row["is_billed"] and row["usage_source"] != "none"
            event = events.pop(row["event_id"], None) if row["event_id"] else None
            if counts != (event is not None):
                self.problem(f"{'no' if counts else 'a needless'} record of usage: {brief(row)}")
            elif event and tokens(event) != tokens(row):
                self.problem(f"usage {tokens(event)} is not the call's: {brief(row)}")
        if events:
            self.problem(f"{len(events)} records of usage without a call")

    def check_budgets(self, rows):
        self.spent = []
        for budget in self.budgets:
            charged, reserved = budget.columns
            keys = {self.keys[key] for client in self.clients for key in client.secrets if key.endswith("-" + budget.name)}
            mine = [row for row in rows if row["key_id"] in keys]
            total = sum(row[charged] for row in mine)
            crashed = sum(row[charged] for row in mine if row["ending"] == "crashed")
            self.spent.append((budget, total, crashed, len(mine)))
            if total > budget.amount:
                self.problem(f"{budget.name}: {total} charged of {budget.amount} {budget.measure}, {crashed} of it for crashed calls")
            # What a call holds, it holds from its first attempt to the end of its last, which may not have begun.
            calls = collections.defaultdict(list)
            for row in mine:
                calls[row["call"]].append(row)
            largest = max((row[reserved] for row in rows), default=0)
            for client in self.clients:
                for sent in client.sent:
                    if sent.outcome != "refused" or self.keys[sent.key] not in keys:
                        continue
                    # At most so much was taken at some moment while it was asked.
                    begin, end = sent.at * 1000 - 5, sent.ended * 1000 + 5
                    taken = 0
                    for attempts in calls.values():
                        if min(row["opened"] for row in attempts) <= end:
                            spent = sum(row[charged] for row in attempts)
                            asker = self.sent_of.get(attempts[0]["call"])
                            until = asker.ended * 1000 if asker else 0
                            ended = max(until, *(row["settled"] for row in attempts)) < begin
                            taken += spent if ended else max(spent, attempts[0][reserved])
                    if taken + largest <= budget.amount:
                        self.problem(f"{sent.mark}: refused with {budget.amount - taken} {budget.measure} left of {budget.name}, "
                                     f"where no call takes more than {largest}: {sent.text[:200]!r}")

    def report(self):
        ledger = self.upstream.ledger
        outcomes = collections.Counter(sent.outcome for client in self.clients for sent in client.sent)
        print(f"{len(self.kills)} kills, {len(self.stops)} orderly stops, {self.options.durability} durability, seed {self.options.seed}")
        print(f"the upstream served {len(ledger):,} requests; the ledger has {len(self.rows):,} rows")
        print("clients: " + ", ".join(f"{count:,} {name}" for name, count in sorted(outcomes.items())))
        print("endings: " + ", ".join(f"{count:,} {name}" for name, count in sorted(self.endings.items())))
        print(f"from start to answering: median {median(self.boots):.2f} s, at most {max(self.boots):.2f} s")
        for budget, total, crashed, count in self.spent:
            if count:
                print(f"{budget.name}: {budget.text(total)} of {budget.text(budget.amount)} {budget.measure} in {count} calls, {budget.text(crashed)} for crashed ones")
        if not self.problems:
            print("the ledger is what was served")
            return
        print(f"{len(self.problems)} things are wrong:")
        kinds = collections.defaultdict(list)
        for text in self.problems:
            kinds[re.sub(r"\([^)]*\)|[\w.-]*\d[\w.-]*|[\[{].*|b['\"].*", "…", text)[:100]].append(text)
        for texts in kinds.values():
            for text in texts[:5]:
                print(f"- {text}")
            if len(texts) > 5:
                print(f"- … and {len(texts) - 5} of the same kind")
        sys.exit(1)


def brief(row):
    kept = ("attempt", "ending", "usage_source", "status", "request_id", "requested_model", "opened", "settled",
            "reserved_nano_usd", "charged_nano_usd")
    return {**{name: row[name] for name in kept}, **tokens(row)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="how often it is killed")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--spenders", type=int, default=6, help="further clients, with budgets that run dry")
    parser.add_argument("--longest", type=float, default=1.5, help="seconds between two kills, at most")
    parser.add_argument("--durability", choices=["process", "power"], default="process")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asyncio.run(Crash(parser.parse_args()).run())


main()
