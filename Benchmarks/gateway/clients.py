"""The clients that people use, through the gateway: the SDKs of Anthropic, OpenAI and Google, and the real command
lines of Claude Code, Codex and Copilot, all from PyPI.

Each call must reach its client as if no gateway were there, and stand in the ledger once, with the provider's tokens
and the provider's request id. What a command line writes down about its sessions is then read into the same ledger,
and must not count a second time. Ends with 1, and a list, if any of this is not so.
"""

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request

from assay import RELEASE, SECRET, Gateway, tokens, upstream
from relay import Relay
from stage import HERE, SHARED, Processes, accepts, fail, folder, free_port, say, virtual_environment, wait_until
from upstream import order

PACKAGES = [
    "anthropic==2.11.0", "openai==2.54.0", "google-genai==3.4.0", "aiohttp", "zstandard", "claude-agent-sdk==0.2.186",
    "openai-codex-cli-bin==0.163.0", "github-copilot-sdk==0.3.0",
]
# UsageRecord.Kind.notBilled
NOT_BILLED = 2
HAIKU, GPT, FLASH = "claude-haiku-4-5", "gpt-5.4", "gemini-2.5-flash"


class Checks:
    def __init__(self):
        self.problems, self.gaps, self.passed, self.name = [], [], 0, ""

    def __call__(self, what, is_so, found=None):
        if is_so:
            self.passed += 1
            return True
        text = f"{self.name}: {what}" + ("" if found is None else f": {found}")
        self.problems.append(text)
        say(f"WRONG: {text}")
        return False

    def gap(self, what, is_so, found, why):
        """Something that is not so yet, and known not to be: it is said, and no failure."""
        if is_so:
            self.passed += 1
        else:
            self.gaps.append(f"{self.name}: {what}: {found}. {why}")

    @contextlib.contextmanager
    def case(self, name):
        self.name = name
        say(name)
        try:
            yield
        except Exception as problem:
            self("it went through", False, f"{type(problem).__name__}: {problem}"[:600])


check = Checks()


def wait_for(seconds, condition):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.05)


class World:
    """A gateway in front of an upstream that keeps the truth, with a rich key and a poor one."""

    def __init__(self, processes):
        self.place = folder("clients-sdk")
        self.upstream_port = free_port()
        processes.start([sys.executable, HERE / "upstream.py", self.upstream_port], self.place / "upstream.log")
        wait_until("the upstream", lambda: accepts(self.upstream_port))
        names = {"anthropic": ["claude-*"], "openAI": ["gpt-*", "text-embedding-*"], "gemini": ["gemini-*"]}
        upstreams = [upstream(name, name, self.upstream_port, models) for name, models in names.items()]
        # And one of each that clients use with a credential of their own.
        for name, models in names.items():
            own = upstream(f"{name}-own", name, self.upstream_port, models)
            del own["credential"]
            upstreams.append({**own, "clients_own_credentials": "allow"})
        self.gateway = gateway = start(processes, self.place, upstreams, keys="optional", unpriced_models="allow")
        gateway.control("person", "add", "rich@example.com")
        gateway.control("person", "add", "poor@example.com")
        self.rich = gateway.key("rich", "rich@example.com")
        self.poor = gateway.key("poor", "poor@example.com")
        gateway.limit("key", "poor", "money", "0.000001usd", "day")
        # Not every model has a price.
        gateway.limit("key", "poor", "tokens", "1", "day")
        gateway.start()
        self.relay = Relay(gateway.port)
        self.base = f"http://127.0.0.1:{self.relay.port}"

    def served(self, mark):
        """What the upstream knows of the requests with this mark."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.upstream_port}/ledger", timeout=10) as answer:
            return [entry for entry in json.load(answer)["ledger"] if entry["mark"] == mark]

    def row(self, entry):
        """The one row of a request that the upstream served, once it is settled."""
        rows = []

        def settled():
            rows[:] = self.gateway.read(
                "SELECT * FROM gateway_call WHERE request_id = ? AND ending != 'open'", entry["request_id"]
            ) if self.gateway.count() else []
            return rows

        wait_for(10, settled)
        check("one row in the ledger", len(rows) == 1, f"{len(rows)} of {entry['request_id']}")
        return rows[0] if rows else None

    def metered(self, mark, count=1, ending="completed", holder="rich"):
        """Whether what was served under this mark stands in the ledger, each request once, with its tokens."""
        entries = self.served(mark)
        check(f"{count} requests reached the upstream", len(entries) == count, len(entries))
        for entry in entries:
            row = self.row(entry)
            if row is None:
                continue
            expected = ending if entry is entries[-1] else "refused-by-upstream"
            check(f"the call ended as {expected}", row["ending"] == expected, row["ending"])
            if row["ending"] == "completed":
                billed = {name: entry["usage"][name] for name in tokens(row)}
                check("the tokens are the provider's", tokens(row) == billed, f"{tokens(row)}, not {billed}")
                check("and say so", row["usage_source"] == "provider", row["usage_source"])
                check("the call is charged", row["charged_nano_usd"] > 0 or row["is_subscription"], row["charged_nano_usd"])
            if row["ending"] == "refused-by-upstream":
                check("an error costs nothing", row["charged_nano_usd"] == 0, row["charged_nano_usd"])
            if holder == "rich":
                check("the upstream saw its own credential", SECRET in entry["key"], "another")
                check("the virtual key stayed here", "asy_" not in json.dumps(entry["fields"]), "it was passed on")
        return entries


# The SDKs


def anthropic_sdk(world):
    import anthropic

    client = anthropic.Anthropic(api_key=world.rich, base_url=world.base, max_retries=2)
    poor = anthropic.Anthropic(api_key=world.poor, base_url=world.base, max_retries=2)

    def asked(mark, **wishes):
        return {"model": HAIKU, "max_tokens": 200, "messages": [{"role": "user", "content": order(mark=mark, **wishes)}]}

    with check.case("Anthropic: a whole message"):
        message = client.messages.create(**asked("a1"))
        entry = world.metered("a1")[0]
        check("the text came", message.content[0].text == "Done.")
        check("its request id is the provider's", message._request_id == entry["request_id"], message._request_id)
        check("its usage is the provider's", message.usage.output_tokens == entry["usage"]["output"])
    with check.case("Anthropic: a stream"):
        with client.messages.stream(**asked("a2", chunks=30, gap=0.002)) as stream:
            words = list(stream.text_stream)
            message = stream.get_final_message()
            identity = stream.response.headers.get("request-id")
        entry = world.metered("a2")[0]
        check("every word came", len(words) == 30, len(words))
        check("its request id is the provider's", identity == entry["request_id"], identity)
        check("its usage is the provider's", message.usage.output_tokens == entry["usage"]["output"])
    with check.case("Anthropic: unknown fields and beta headers pass"):
        client.messages.create(
            **asked("a3"), extra_body={"of_the_future": {"a": 1}},
            extra_headers={"anthropic-beta": "one-2026-01-01,two-2026-02-02", "x-harness": "yes"},
        )
        entry = world.metered("a3")[0]
        check("the field", "of_the_future" in entry["asked"], entry["asked"])
        check("the beta header", entry["fields"].get("anthropic-beta") == "one-2026-01-01,two-2026-02-02", entry["fields"].get("anthropic-beta"))
        check("the version", "anthropic-version" in entry["fields"])
        check("a header of one's own", entry["fields"].get("x-harness") == "yes")
    with check.case("Anthropic: answers that the client takes compressed"):
        client.messages.create(**asked("a12", gzip=True))
        with client.messages.stream(**asked("a13", gzip=True, chunks=10)) as stream:
            check("every word came", len(list(stream.text_stream)) == 10)
        world.metered("a12")
        world.metered("a13")
    with check.case("Anthropic: the provider's error"):
        try:
            client.messages.create(**asked("a4", status=400))
            check("an error is raised", False)
        except anthropic.BadRequestError as error:
            check("the body is the provider's", "as asked: 400" in str(error), error)
            check("with its request id", error.request_id == world.metered("a4", ending="refused-by-upstream")[0]["request_id"], error.request_id)
    with check.case("Anthropic: overloaded once"):
        client.messages.create(**asked("a5", status=529, times=1))
        world.metered("a5", count=2)
    with check.case("Anthropic: cut in the middle"):
        with contextlib.suppress(Exception):
            with client.messages.stream(**asked("a6", chunks=10, gap=0.01, cut=4)) as stream:
                list(stream.text_stream)
            check("the client is told", False, "the stream looks whole")
        entries = world.served("a6")
        row = world.row(entries[0])
        check("the row says so", row["ending"] == "cut" and row["usage_source"] == "partial", (row["ending"], row["usage_source"]))
        check("what was seen is kept", row["input"] == entries[0]["usage"]["input"], row["input"])
    with check.case("Anthropic: the client leaves in the middle"):
        stream = client.messages.create(**asked("a7", chunks=20, gap=0.02), stream=True)
        for _, _ in zip(range(4), stream):
            pass
        stream.response.close()
        # It is served to its end all the same, for nobody, so that its usage is known.
        world.metered("a7")
        row = world.row(world.served("a7")[0])
        check("its usage was waited for", row["usage_source"] == "provider" and row["output"] == world.served("a7")[0]["usage"]["output"], row["usage_source"])
    with check.case("Anthropic: count_tokens is no usage"):
        counted = client.messages.count_tokens(model=HAIKU, messages=[{"role": "user", "content": "How many?"}])
        check("the answer came", counted.input_tokens == 42)
    for name, ask in {
        "whole": lambda mark: poor.messages.create(**asked(mark)),
        "stream": lambda mark: poor.messages.create(**asked(mark), stream=True),
    }.items():
        with check.case(f"Anthropic: a budget's refusal is asked for once ({name})"):
            world.relay.count("/v1/messages")
            refused(anthropic.RateLimitError, lambda: ask(f"a8-{name}"), world, f"a8-{name}", "/v1/messages")
    with check.case("Anthropic: an unknown key"):
        world.relay.count("/v1/messages")
        wrong = anthropic.Anthropic(api_key="asy_" + "0" * 49, base_url=world.base)
        try:
            wrong.messages.create(**asked("a9"))
            check("it is refused", False)
        except anthropic.AuthenticationError as error:
            check("in the provider's shape", (error.body or {}).get("type") == "error", error.body)
        check("once", world.relay.count("/v1/messages") == 1)
        check("and nothing was sent", not world.served("a9"))
    with check.case("Anthropic: a credential of one's own passes through"):
        own = anthropic.Anthropic(api_key="sk-ant-api03-somebodys-own", base_url=world.base)
        own.messages.create(**asked("a10"))
        entry = world.metered("a10", holder="own")[0]
        check("untouched", entry["key"].removeprefix("Bearer ") == "sk-ant-api03-somebodys-own", "another")
    with check.case("Anthropic: a subscription's sign-in is metered as such"):
        own = anthropic.Anthropic(auth_token="sk-ant-oat01-somebodys-own", base_url=world.base)
        own.messages.create(**asked("a11"))
        entry = world.metered("a11", holder="own")[0]
        check("untouched", entry["key"] == "Bearer sk-ant-oat01-somebodys-own", "another")
        check("as a subscription's", world.row(entry)["is_subscription"] == 1)


def refused(kind, ask, world, mark, path, retries=True):
    try:
        ask()
        check("the call is refused", False)
    except kind as error:
        text = str(error)
        check("the message says which limit and when it resets", "limit" in text.lower() or "budget" in text.lower(), text)
        if retries:
            check("and that it is of no use to try again", error.response.headers.get("x-should-retry") == "false", dict(error.response.headers))
            check("and when", error.response.headers.get("retry-after", "").isdigit(), error.response.headers.get("retry-after"))
    attempts = world.relay.count(path)
    check("the client asked once", attempts == 1, f"{attempts} times")
    check("and nothing was sent on", not world.served(mark))


def openai_sdk(world):
    import openai

    client = openai.OpenAI(api_key=world.rich, base_url=world.base + "/v1", max_retries=2)
    poor = openai.OpenAI(api_key=world.poor, base_url=world.base + "/v1", max_retries=2)

    def asked(mark, **wishes):
        return {"model": GPT, "max_completion_tokens": 200, "messages": [{"role": "user", "content": order(mark=mark, **wishes)}]}

    with check.case("OpenAI: a whole completion"):
        completion = client.chat.completions.create(**asked("o1"))
        entry = world.metered("o1")[0]
        check("the text came", completion.choices[0].message.content == "Done.")
        check("its request id is the provider's", completion._request_id == entry["request_id"], completion._request_id)
    with check.case("OpenAI: a stream whose client did not ask for usage"):
        chunks = list(client.chat.completions.create(**asked("o2", chunks=30), stream=True))
        world.metered("o2")
        check("every word came", sum("word" in (chunk.choices[0].delta.content or "") for chunk in chunks if chunk.choices) == 30)
        check("and no chunk that was not asked for", all(chunk.choices for chunk in chunks), "one without choices")
    with check.case("OpenAI: a stream whose client refuses usage"):
        chunks = list(client.chat.completions.create(**asked("o3"), stream=True, stream_options={"include_usage": False}))
        world.metered("o3")
        check("no chunk that was not asked for", all(chunk.choices for chunk in chunks))
    with check.case("OpenAI: a stream whose client asked for usage"):
        chunks = list(client.chat.completions.create(**asked("o4"), stream=True, stream_options={"include_usage": True}))
        entry = world.metered("o4")[0]
        check("it came", bool(chunks[-1].usage) and chunks[-1].usage.completion_tokens == entry["usage"]["output"], chunks[-1])
    with check.case("OpenAI: a response"):
        response = client.responses.create(model=GPT, input=order(mark="o5"), max_output_tokens=200)
        entry = world.metered("o5")[0]
        check("the text came", response.output_text == "Done.")
        check("its request id is the provider's", response._request_id == entry["request_id"], response._request_id)
    with check.case("OpenAI: a response's stream"):
        kinds = [event.type for event in client.responses.create(model=GPT, input=order(mark="o6", chunks=20), max_output_tokens=200, stream=True)]
        world.metered("o6")
        check("to its end", kinds[-1] == "response.completed", kinds[-1])
        check("every word came", kinds.count("response.output_text.delta") == 20)
    with check.case("OpenAI: embeddings"):
        made = client.embeddings.create(model="text-embedding-3-small", input=order(mark="o7"), encoding_format="float")
        world.metered("o7")
        check("they came", made.data[0].embedding == [0.5, 0.25])
    with check.case("OpenAI: the provider's error"):
        try:
            client.chat.completions.create(**asked("o8", status=400))
            check("an error is raised", False)
        except openai.BadRequestError as error:
            check("the body is the provider's", "as asked: 400" in str(error), error)
            world.metered("o8", ending="refused-by-upstream")
    with check.case("OpenAI: unavailable once"):
        client.chat.completions.create(**asked("o9", status=503, times=1))
        world.metered("o9", count=2)
    for name, path, ask in (
        ("chat", "/v1/chat/completions", lambda mark: poor.chat.completions.create(**asked(mark))),
        ("responses", "/v1/responses", lambda mark: poor.responses.create(model=GPT, input=order(mark=mark))),
        ("embeddings", "/v1/embeddings", lambda mark: poor.embeddings.create(model="text-embedding-3-small", input=order(mark=mark))),
    ):
        with check.case(f"OpenAI: a budget's refusal is asked for once ({name})"):
            world.relay.count(path)
            refused(openai.RateLimitError, lambda: ask(f"o10-{name}"), world, f"o10-{name}", path)
    with check.case("OpenAI: the list of models passes"):
        check("it came", list(client.models.list()) == [])


def google_sdk(world):
    from google import genai
    from google.genai import errors, types

    def made(secret):
        return genai.Client(api_key=secret, http_options=types.HttpOptions(base_url=world.base))

    client, poor = made(world.rich), made(world.poor)
    config = types.GenerateContentConfig(max_output_tokens=200)
    with check.case("Gemini: a whole answer"):
        answer = client.models.generate_content(model=FLASH, contents=order(mark="g1"), config=config)
        world.metered("g1")
        check("the text came", answer.text == "Done.", answer.text)
    with check.case("Gemini: a stream"):
        pieces = list(client.models.generate_content_stream(model=FLASH, contents=order(mark="g2", chunks=10), config=config))
        world.metered("g2")
        check("every piece came", len(pieces) == 11, len(pieces))
    with check.case("Gemini: the provider's error"):
        try:
            client.models.generate_content(model=FLASH, contents=order(mark="g3", status=400), config=config)
            check("an error is raised", False)
        except errors.ClientError as error:
            check("the body is the provider's", "as asked: 400" in str(error), error)
            world.metered("g3", ending="refused-by-upstream")
    with check.case("Gemini: a budget's refusal is asked for once"):
        world.relay.count(":generateContent")
        ask = lambda: poor.models.generate_content(model=FLASH, contents=order(mark="g4"), config=config)
        refused(errors.ClientError, ask, world, "g4", ":generateContent", retries=False)


def sdk(processes):
    world = World(processes)
    anthropic_sdk(world)
    openai_sdk(world)
    google_sdk(world)
    with check.case("all SDKs: the ledger as a whole"):
        rows = world.gateway.drained()
        with urllib.request.urlopen(f"http://127.0.0.1:{world.upstream_port}/ledger", timeout=10) as answer:
            ledger = json.load(answer)["ledger"]
        listed = world.gateway.read("SELECT request_id FROM gateway_call WHERE is_billed = 1")
        check("a row for each request and no other", sorted(row["request_id"] or "" for row in listed) == sorted(entry["request_id"] for entry in ledger), f"{len(listed)} of {len(ledger)}; {rows} in all")
        log = world.gateway.log.read_text()
        check("no secret stands in a log", not any(secret in log for secret in (world.rich, world.poor, SECRET, "somebodys-own")))
        check("no content stands in a log", "DO:{" not in log)
    world.relay.close()
    world.gateway.stop()


# The command lines


class Lab:
    """A gateway in front of the scripted provider, and a command line with a home of its own."""

    def __init__(self, processes, tool, program, start=Gateway):
        self.tool, self.program = tool, program
        # Copilot CLI sends nothing by which it, its session or a call could be known again, with a provider of
        # one's own.
        self.names_itself = tool != "copilot-cli"
        self.place = folder(f"clients-{tool}")
        self.home, self.project, self.truth = (self.place / name for name in ("home", "project", "provider"))
        for path in (self.home, self.project, self.truth):
            path.mkdir()
        self.provider_port = free_port()
        processes.start(
            [sys.executable, SHARED / "tools" / "lab" / "mock_provider.py", self.provider_port, self.truth],
            self.place / "provider.log",
        )
        wait_until("the scripted provider", lambda: accepts(self.provider_port), process=processes.running[-1], log=self.place / "provider.log")
        upstreams = [upstream(name, name, self.provider_port) for name in ("anthropic", "openAI")]
        self.gateway = gateway = start(processes, self.place, upstreams, keys="required", unpriced_models="allow")
        gateway.control("person", "add", "dev@example.com")
        self.secret = gateway.key("dev", "dev@example.com")
        self.poor = gateway.key("poor", "dev@example.com")
        gateway.limit("key", "poor", "money", "0.000001usd", "day")
        gateway.start()
        self.relay = Relay(gateway.port)
        git = ["git", "-C", self.project, "-c", "user.name=Lab", "-c", "user.email=lab@example.com"]
        (self.project / "a.txt").write_text("hello\n")
        for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "init"]):
            subprocess.run([*git, *command], check=True, env={**os.environ, "HOME": str(self.home)})

    def run(self, arguments, env, seconds=240):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC", "OPENAI", "CLAUDE", "CODEX", "COPILOT"))}
        made = subprocess.run(
            [self.program, *arguments], cwd=self.project, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=seconds, env={**clean, "HOME": str(self.home), "DISABLE_AUTOUPDATER": "1", "IS_SANDBOX": "1", **env},
        )
        return made.returncode, made.stdout, made.stderr

    def billed(self):
        path = self.truth / "ledger.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def request_id(self, entry):
        return entry.get("request_id") or f"oreq_{entry['n']:06d}"

    def check_ledger(self):
        """Row by row against what the provider billed."""
        self.gateway.drained()
        rows = self.gateway.read("SELECT * FROM gateway_call WHERE is_billed = 1")
        entries = self.billed()
        by_id = {}
        for row in rows:
            by_id.setdefault(row["request_id"], []).append(row)
        check("the provider was called", len(entries) > 0)
        for entry in entries:
            mine = by_id.pop(self.request_id(entry), [])
            if not check("one row a call", len(mine) == 1, f"{len(mine)} of {entry}"):
                continue
            row, counted = mine[0], tokens(mine[0])
            if self.names_itself:
                check("the tool is known", row["tool"] == self.tool, row["tool"])
            if entry["kind"] == "http_error":
                check("an error costs nothing", row["ending"] == "refused-by-upstream" and row["charged_nano_usd"] == 0, row["ending"])
            elif entry.get("cut"):
                check("a cut call says so", row["usage_source"] in ("partial", "unknown"), (row["ending"], row["usage_source"]))
            else:
                check("the tokens are the provider's", counted == provider_tokens(entry), f"{counted}, not {provider_tokens(entry)}")
        check("no row but these", not by_id, list(by_id))
        return rows

    def check_report(self):
        """The tool's own logs, read into the same ledger, are the same calls."""
        before = {row["event_id"]: row for row in self.gateway.usage()}
        made = subprocess.run(
            [RELEASE / "assay", "report", "--quiet", "--home", self.home, "--ledger", self.gateway.ledger_path, "--json"],
            capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(self.home)},
        )
        check("assay report reads both", made.returncode == 0, made.stderr[-600:])
        sources = self.gateway.read("SELECT COUNT(*) AS n, COALESCE(SUM(read_lines), 0) AS lines FROM source")[0]
        check("the logs were read", sources["n"] > 0 and sources["lines"] > 0, sources)
        # What a log has that was never billed, such as a refusal, is no call.
        after = {row["event_id"]: row for row in self.gateway.usage() if row["event_id"] in before or row["kind"] != NOT_BILLED}
        what, found = "no second record", f"{len(before)} before, {len(after)} after"
        if self.names_itself:
            check(what, len(after) == len(before), found)
        else:
            check.gap(what, len(after) == len(before), found, "Copilot CLI logs calls under names that the provider never sees.")
        known = sum(1 for row in after.values() if row["revision"] > 0)
        for event, row in before.items():
            check("the tokens stay", tokens(after[event]) == tokens(row), f"{tokens(row)}, then {tokens(after[event])}")
        say(f"{self.tool}: {len(after)} calls, {sources['lines']} lines of logs, {known} calls revised by them")
        doubled = self.gateway.read("""
            SELECT s.tool, s.name, COUNT(*) AS n FROM session s GROUP BY s.tool, s.name HAVING COUNT(*) > 1
        """)
        check("no session stands there twice", not doubled, doubled)
        with contextlib.suppress(ValueError):
            return json.loads(made.stdout)

    def end(self):
        self.relay.close()
        self.gateway.stop()


def provider_tokens(entry):
    if "cache_read_input_tokens" in entry:
        return {
            "input": entry["input_tokens"], "cache_read": entry["cache_read_input_tokens"],
            "cache_write_5m": entry["c5"], "cache_write_1h": entry["c1"], "output": entry["output_tokens"],
        }
    return {
        "input": entry["input_tokens"] - entry["cached"], "cache_read": entry["cached"], "cache_write_5m": 0,
        "cache_write_1h": 0, "output": entry["output_tokens"],
    }


def script(steps):
    return f"SCRIPT:{json.dumps(steps)}:END"


def package(*parts):
    [place] = (HERE.parent.parent / ".build/gateway/venv/clients/lib").glob("python3*/site-packages")
    return place.joinpath(*parts)


def claude_code(processes):
    lab = Lab(processes, "claude-code", package("claude_agent_sdk", "_bundled", "claude"))
    base = {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{lab.relay.port}"}
    common = ["--model", "claude-opus-4-8", "--output-format", "json", "--dangerously-skip-permissions"]
    steps = {
        "thinking, tools, an edit and a commit": [
            [["think", "plan"], ["text", "I will look."], ["tool", "Bash", {"command": "ls -la", "description": "list"}]],
            [["text", "Now write."], ["tool", "Write", {"file_path": str(lab.project / "b.py"), "content": "def f(x):\n    return x + 1\n"}]],
            [["tool", "Bash", {"command": "git add -A && git -c user.name=Lab -c user.email=lab@example.com commit -qm b", "description": "commit"}]],
            [["text", "All done here."]],
        ],
        "overloaded twice": [[["status", 529, 2], ["text", "after overload"]]],
        "cut in the middle": [[["cut", 1], ["text", "partial words that are cut off in the middle"], ["text", "more"]], [["text", "end"]]],
    }
    session = None
    for name, one in steps.items():
        with check.case(f"Claude Code: {name}"):
            code, out, err = lab.run(["-p", script(one), *common], {**base, "ANTHROPIC_AUTH_TOKEN": lab.secret})
            check("it ended well", code == 0, (out + err)[-400:])
            session = session or json.loads(out)["session_id"]
    with check.case("Claude Code: a session that is resumed"):
        code, out, err = lab.run(["-p", script([[["text", "resumed"]]]), "--resume", session, *common], {**base, "ANTHROPIC_AUTH_TOKEN": lab.secret})
        check("it ended well", code == 0, (out + err)[-400:])
    with check.case("Claude Code: a budget's refusal"):
        before = len(lab.billed())
        lab.relay.count("/v1/messages")
        code, out, err = lab.run(["-p", "ping", *common], {**base, "ANTHROPIC_AUTH_TOKEN": lab.poor})
        attempts = lab.relay.count("/v1/messages")
        check("it asked once", attempts == 1, f"{attempts} times: {(out + err)[-300:]}")
        check("it shows why", "limit" in out.lower() or "budget" in out.lower(), out[-400:])
        check("nothing was sent on", len(lab.billed()) == before)
    with check.case("Claude Code: the ledger"):
        rows = lab.check_ledger()
        check("the sessions are known", all(row["session_name"] for row in rows), [row["endpoint"] for row in rows if not row["session_name"]])
    with check.case("Claude Code: its session logs, read into the same ledger"):
        lab.check_report()
    lab.end()


def codex(processes):
    lab = Lab(processes, "codex", package("codex_cli_bin", "bin", "codex"))
    settings = lab.home / ".codex"
    settings.mkdir()
    (settings / "config.toml").write_text(
        'model = "gpt-5.5"\nmodel_provider = "lab"\n[model_providers.lab]\nname = "lab"\n'
        f'base_url = "http://127.0.0.1:{lab.relay.port}/v1"\nwire_api = "responses"\nenv_key = "LAB_KEY"\n'
    )
    env = {"CODEX_HOME": str(settings)}
    common = ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox"]
    with check.case("Codex: reasoning and tools"):
        steps = [
            [["think", "plan"], ["text", "look"], ["tool", "exec_command", {"cmd": "ls -la"}]],
            [["custom", "apply_patch", "*** Begin Patch\n*** Add File: d.py\n+def f(x):\n+    return x\n*** End Patch\n"]],
            [["text", "finished"]],
        ]
        code, out, err = lab.run([*common, script(steps)], {**env, "LAB_KEY": lab.secret})
        check("it ended well", code == 0, (out + err)[-400:])
        thread = json.loads(out.splitlines()[0])["thread_id"]
    with check.case("Codex: a session that is resumed"):
        code, out, err = lab.run([*common, "resume", thread, script([[["text", "resumed"]]])], {**env, "LAB_KEY": lab.secret})
        check("it ended well", code == 0, (out + err)[-400:])
    with check.case("Codex: an error once"):
        code, out, err = lab.run([*common, script([[["status", 500, 1], ["text", "after error"]]])], {**env, "LAB_KEY": lab.secret})
        check("it ended well", code == 0, (out + err)[-400:])
    with check.case("Codex: a budget's refusal"):
        before = len(lab.billed())
        lab.relay.count("/v1/responses")
        code, out, err = lab.run([*common, "ping"], {**env, "LAB_KEY": lab.poor})
        attempts = lab.relay.count("/v1/responses")
        # It knows no header that stops it, but a type of error, for which it has words of its own around ours.
        check("it asked once and gave up", code != 0 and attempts == 1, f"{attempts} times, {code}")
        check("it shows why", "key poor may spend" in out, (out + err)[-400:])
        check("nothing was sent on", len(lab.billed()) == before)
    with check.case("Codex: the ledger"):
        rows = lab.check_ledger()
        check("the sessions are known", all(row["session_name"] for row in rows), sum(not row["session_name"] for row in rows))
    with check.case("Codex: its session logs, read into the same ledger"):
        lab.check_report()
    lab.end()


def copilot(processes):
    lab = Lab(processes, "copilot-cli", package("copilot", "bin", "copilot"))
    env = {
        "COPILOT_HOME": str(lab.home / ".copilot"), "COPILOT_PROVIDER_BASE_URL": f"http://127.0.0.1:{lab.relay.port}/v1",
        "COPILOT_PROVIDER_TYPE": "openai", "COPILOT_MODEL": "gpt-5.5", "COPILOT_OFFLINE": "true",
        "COPILOT_AUTO_UPDATE": "false",
    }
    program = lab.program
    # Wheels do not always keep the permission to run.
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    with check.case("Copilot CLI: tools"):
        steps = [
            [["text", "look"], ["tool", "bash", {"command": "ls -la", "description": "ls"}]],
            [["tool", "create", {"path": str(lab.project / "d.py"), "file_text": "def f(x):\n    return x\n"}]],
            [["text", "finished"]],
        ]
        code, out, err = lab.run(["-p", script(steps), "--allow-all-tools", "--allow-all-paths"], {**env, "COPILOT_PROVIDER_API_KEY": lab.secret})
        check("it ended well", code == 0, (out + err)[-400:])
    with check.case("Copilot CLI: a budget's refusal"):
        before = len(lab.billed())
        lab.relay.count("/v1/chat/completions")
        code, out, err = lab.run(["-p", "ping", "--allow-all-tools"], {**env, "COPILOT_PROVIDER_API_KEY": lab.poor})
        attempts = lab.relay.count("/v1/chat/completions")
        check("it asked once", attempts == 1, f"{attempts} times")
        check("nothing was sent on", len(lab.billed()) == before)
    with check.case("Copilot CLI: the ledger"):
        lab.check_ledger()
    with check.case("Copilot CLI: its session logs, read into the same ledger"):
        lab.check_report()
    lab.end()


PARTS = {"sdk": sdk, "claude-code": claude_code, "codex": codex, "copilot-cli": copilot}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=list(PARTS), action="append", help="one part; may be given again")
    options = parser.parse_args()
    home = virtual_environment("clients", PACKAGES)
    if os.path.realpath(sys.prefix) != os.path.realpath(home):
        os.execv(home / "bin" / "python", [home / "bin" / "python", sys.argv[0], *sys.argv[1:]])
    parts = options.only or list(PARTS)
    if not (SHARED / "tools" / "lab" / "mock_provider.py").exists():
        if os.environ.get("CI") == "true":
            fail("the scripted provider is missing; a run without it does not count")
        say("no scripted provider (set ASSAY_SHARED): the command lines are skipped")
        parts = [part for part in parts if part == "sdk"]
    for part in parts:
        with Processes() as processes:
            PARTS[part](processes)
    for text in check.gaps:
        print(f"known gap: {text}")
    if check.problems:
        print(f"{len(check.problems)} things are wrong, {check.passed} are right:")
        for text in check.problems:
            print(f"- {text}")
        sys.exit(1)
    print(f"all {check.passed} checks passed")


if __name__ == "__main__":
    main()
