"""How each tool's records are counted: the rules, once each, slow and plain on purpose. Used by `expected.py`.

What a total says (`T`):
  input, cache_read, cache_write_5m, cache_write_1h, output, reasoning
                   sums over the records that state the class; null if there are some and none does. The first
                   five are disjoint, reasoning is an "of which" of output. Writes without a lifetime are 5m.
  silent           {class: number of records that do not state it}; missing is not zero
  records          billed calls that the source itemises (Copilot: one per shutdown and model; see `requests`)
  unknown_records  of these, the ones without input or without output
  not_billed       errors and messages the client made up; their tokens are in no class
  unitemised       billed according to a total of the source but in no record; on top of the classes above
"""
import csv
import glob
import json
import os
import sqlite3

CLASSES = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")


def lines(path):
    """JSON objects of a JSONL file. Lines end at LF only (U+2028 is content); what does not parse is left out."""
    with open(path, "rb") as file:
        for raw in file.read().split(b"\n"):
            try:
                value = json.loads(raw.decode("utf-8", "replace"))
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def number(value):
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def less(a, *parts):
    """a minus the parts that are known; unknown if a is."""
    return None if a is None else max(0, a - sum(p or 0 for p in parts))


def larger(a, b):
    return b if a is None else a if b is None else max(a, b)


def record(input=None, cache_read=None, cache_write_5m=None, cache_write_1h=None, output=None, reasoning=None, **more):
    return dict(input=input, cache_read=cache_read, cache_write_5m=cache_write_5m, cache_write_1h=cache_write_1h,
                output=output, reasoning=reasoning, **more)


def total(records, not_billed=0, unitemised=None):
    result = {}
    for name in CLASSES:
        stated = [r[name] for r in records if r[name] is not None]
        result[name] = sum(stated) if stated or not records else None
    result["records"] = len(records)
    result["unknown_records"] = sum(r["input"] is None or r["output"] is None for r in records)
    result["not_billed"] = not_billed
    result["silent"] = {n: k for n in CLASSES if (k := sum(r[n] is None for r in records))}
    result["unitemised"] = {n: v for n, v in (unitemised or {}).items() if v}
    requests = [r["requests"] for r in records if "requests" in r]
    if requests:
        result["requests"] = sum(requests)
    return result


# ---------------------------------------------------------------------------------------------- Claude Code


class Claude:
    """Every file of one home (or one file alone): one record per message.id over all lines of all files."""

    RAW = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "e5", "e1",
           "thinking")

    def __init__(self, paths):
        self.messages = {}  # message.id -> raw maxima and where it was seen
        self.synthetic = set()
        self.states = {}  # session -> [(time of the line before, cost-state)]
        self.began = {}  # session -> time of the first line, in file order, that has one
        for path in sorted(paths):
            self.read(path)

    def read(self, path):
        stem = os.path.basename(path)[:-6]
        main = not stem.startswith("agent-")
        session = stem if main else None
        first = last = None
        for line in lines(path):
            if session is None:  # a subagent's file belongs to the session that its lines name
                session = line.get("sessionId")
            time = line.get("timestamp")
            if isinstance(time, str):
                first, last = first or time, max(last or time, time)
            kind = line.get("type")
            if kind == "assistant":
                self.message(line, line.get("message"), session, first)
            elif kind == "progress":
                # Subagents of the years before they had files: real calls, counted by message.id once.
                data = line.get("data") or {}
                inner = data.get("message") or {}
                if data.get("type") == "agent_progress" and inner.get("type") == "assistant":
                    self.message({**inner, "sessionId": line.get("sessionId")}, inner.get("message"), session, first)
            elif kind == "cost-state":
                self.states.setdefault(line["sessionId"], []).append((last or "", line))
            # `toolUseResult.totalTokens` repeats the subagent's calls: never read.
        if main and first:
            self.began[session] = first

    def message(self, line, message, session, began):
        if not isinstance(message, dict):
            return
        key = message.get("id") or line.get("requestId") or line.get("uuid")
        if message.get("model") == "<synthetic>":  # made up by the client: no call, no tokens
            self.synthetic.add(key)
            return
        usage = message.get("usage") or {}
        split = usage.get("cache_creation") or {}
        seen = self.messages.setdefault(key, {"model": message.get("model"), "owners": [], "requests": set(),
                                              "stop": False, "lines": 0, **dict.fromkeys(self.RAW)})
        values = {**usage, "e5": split.get("ephemeral_5m_input_tokens"), "e1": split.get("ephemeral_1h_input_tokens"),
                  "thinking": (usage.get("output_tokens_details") or {}).get("thinking_tokens")}
        for name in self.RAW:  # per-field maximum: early lines carry placeholders
            seen[name] = larger(seen[name], number(values.get(name)))
        seen["lines"] += 1
        seen["stop"] |= message.get("stop_reason") is not None
        if line.get("requestId"):
            seen["requests"].add(line["requestId"])
        # Whose call is it? Forks copy lines. Lowest wins:
        #   0  the line names the session that asked (requestSessionId, 2.1.329), or kept its own sessionId (2.1.59)
        #   1  the line is not older than its file's first line
        #   2  the line is older than its file: a copy (all that 2.1.1 to 2.1.257 leave to see it by)
        own, asked = line.get("sessionId"), line.get("requestSessionId")
        if asked or (own and own != session):
            claim = (0, "", asked or own)
        else:
            claim = (1 if (line.get("timestamp") or "") >= (began or "") else 2, began or "", session or "")
        seen["owners"].append(claim)

    def records(self):
        for key, m in sorted(self.messages.items()):
            # Of the cache writes what no lifetime is stated for counts as 5m. Split after the maximum, not before:
            # one line with the total only and one with 1h would otherwise count twice.
            all_writes = larger(m["cache_creation_input_tokens"],
                                None if m["e5"] is None and m["e1"] is None else (m["e5"] or 0) + (m["e1"] or 0))
            yield key, record(m["input_tokens"], m["cache_read_input_tokens"], less(all_writes, m["e1"]), m["e1"],
                              m["output_tokens"], m["thinking"], model=m["model"], session=min(m["owners"])[2],
                              requests_seen=sorted(m["requests"]), stop=m["stop"])

    @staticmethod
    def spent(state):
        """Tokens of a cost-state per model."""
        models = {}
        for model, use in (state.get("modelUsage") or {}).items():
            one = use.get("cacheCreationEphemeral1hInputTokens") or 0
            models[model] = record(use.get("inputTokens"), use.get("cacheReadInputTokens"),
                                   less(use.get("cacheCreationInputTokens"), one), one, use.get("outputTokens"),
                                   use.get("thinkingTokens"))
        return models

    def unitemised(self, records):
        """(session, model) -> what cost-state has beyond the session's own records, per class, floored at 0.

        A cost-state is cumulative over the resumes of its session: the last one counts. A fork starts from its
        parent's state at that moment: the parent's last state written before the fork's file began is taken off.
        """
        result = {}
        for session, states in sorted(self.states.items()):
            inherited = [(when, parent, state) for parent in self.states if parent != session
                         for when, state in self.states[parent]
                         if when < self.began.get(session, "")
                         and state.get("startTime") == states[0][1].get("startTime")]  # marks one family
            base = self.spent(max(inherited, key=lambda x: x[:2])[2]) if inherited else {}
            for model, use in self.spent(states[-1][1]).items():
                own = [r for r in records if r["session"] == session and r["model"] == model]
                left = {n: less(use[n], base.get(model, {}).get(n), *(r[n] for r in own)) for n in CLASSES}
                if any(left.values()):
                    result[session, model] = left
        return result

    def totals(self):
        """The total of all, and of each session as owner of its calls."""
        records = [r for _, r in self.records()]
        rest = self.unitemised(records)

        def whole(pick):
            some = [u for (s, _), u in rest.items() if pick(s)]
            return {n: sum(u[n] or 0 for u in some) for n in CLASSES}

        sessions = {r["session"] for r in records} | {s for s, _ in rest}
        out = total(records, len(self.synthetic), whole(lambda s: True))
        # Calls of which no line has a stop_reason: their output may be the placeholder of the stream's first event.
        out["without_stop_reason"] = sum(not r["stop"] for r in records)
        return out, {s: total([r for r in records if r["session"] == s], 0, whole(lambda x: x == s))
                     for s in sorted(sessions)}


# -------------------------------------------------------------------------------------------------- Codex

CODEX = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens",
         "total_tokens")


def codex_record(use, **more):
    """Codex's input includes cached and written tokens, its output includes reasoning."""
    use = {n: number(use.get(n)) for n in CODEX}
    return record(less(use["input_tokens"], use["cached_input_tokens"], use["cache_write_input_tokens"]),
                  use["cached_input_tokens"], use["cache_write_input_tokens"], None, use["output_tokens"],
                  use["reasoning_output_tokens"], **more)


def codex(path):
    """Records of one rollout, in order, and the tokens that its increments hold beyond `last_token_usage`."""
    by_response, increments, hidden = {}, [], {}
    meta, previous = {}, None
    for line in lines(path):
        payload = line.get("payload") or {}
        if line.get("type") == "session_meta" and not meta:
            meta = payload
        elif line.get("type") == "token_usage_record":  # since 0.163; the provider's own id is the key
            by_response[payload["response_id"]] = codex_record(payload["usage"], id=payload["response_id"],
                                                               session=payload["thread_id"])
        elif line.get("type") == "event_msg" and payload.get("type") == "token_count" and payload.get("info"):
            now, last = payload["info"]["total_token_usage"], payload["info"].get("last_token_usage") or {}
            if now == previous:  # the same event once more, not another call
                continue
            if previous is None:
                # A fork and a spawned thread inherit their parent's total; only the last call is theirs.
                source = meta.get("source")
                spawned = isinstance(source, dict) and "thread_spawn" in json.dumps(source)
                inherited = meta.get("forked_from_id") or spawned or meta.get("thread_source") == "subagent"
                delta = last if inherited else now
            else:
                delta = {n: now[n] - previous.get(n, 0) for n in now}
                if any(v < 0 for v in delta.values()):  # a new epoch: the counter began again
                    delta = now
            previous = now
            increments.append(codex_record(delta, id=None, session=meta.get("id")))
            for name in last:
                hidden[name] = hidden.get(name, 0) + max(0, delta.get(name, 0) - last[name])
    return (list(by_response.values()) or increments), {n: v for n, v in hidden.items() if v}


# ------------------------------------------------------------------------------------------- the other tools


def copilot(path):
    """A shutdown's modelMetrics are the total of one process run: all shutdowns add up. A run without one was
    killed: only the output of its messages is known. inputTokens includes what was read from the cache."""
    records, messages = [], {}
    for line in lines(path):
        data = line.get("data") or {}
        if line.get("type") == "assistant.message":
            messages[data.get("messageId") or line.get("id")] = data
        elif line.get("type") == "session.shutdown":
            for model, metrics in sorted((data.get("modelMetrics") or {}).items()):
                use, count = metrics.get("usage") or {}, (metrics.get("requests") or {}).get("count") or 0
                if count and not any(use.values()):
                    use = {}  # calls were answered and nothing at all was counted: the provider sent no usage
                records.append(record(less(use.get("inputTokens"), use.get("cacheReadTokens"),
                                           use.get("cacheWriteTokens")), use.get("cacheReadTokens"),
                                      use.get("cacheWriteTokens"), None, use.get("outputTokens"),
                                      use.get("reasoningTokens"), model=model, requests=count))
            messages = {}
        elif line.get("type") in ("session.start", "session.resume"):
            records += killed(messages)
            messages = {}
    return records + killed(messages)


def killed(messages):
    return [record(output=number(m.get("outputTokens")), model=m.get("model"), requests=1) for m in messages.values()]


def gemini(path):
    """Per message id the last state wins; what a rewind took away was spent all the same."""
    messages = {}
    if path.endswith(".jsonl"):
        for line in lines(path):
            for m in (line.get("$set") or {}).get("messages", []) if "$set" in line else [line]:
                if isinstance(m, dict) and m.get("id"):
                    messages[m["id"]] = m
    else:
        with open(path, encoding="utf-8", errors="replace") as file:
            for m in json.load(file).get("messages", []):
                messages[m["id"]] = m
    for m in messages.values():
        if m.get("type") == "gemini":
            t = m.get("tokens") or {}
            # Zeros throughout stand for missing usage: a call with a prompt of no tokens cannot be.
            if not any(t.values()):
                yield record(model=m.get("model"))
                continue
            # total = input + output + thoughts + tool, or the rule below does not hold
            assert t["total"] == t["input"] + t["output"] + t["thoughts"] + t["tool"], path
            yield record(less(t["input"], t["cached"]) + t["tool"], t["cached"], None, None,
                         t["output"] + t["thoughts"], t["thoughts"], model=m.get("model"))


def opencode_record(data):
    """input excludes the cache. Whether output includes reasoning changed with the version: `total`, where present,
    tells; without it, output includes reasoning (the versions before `total`), unless reasoning is the larger."""
    t = data.get("tokens")
    if not t:
        return record(model=data.get("modelID"))
    cache, output, reasoning = t.get("cache") or {}, number(t.get("output")), number(t.get("reasoning"))
    apart = (t.get("input") or 0) + (output or 0) + (cache.get("read") or 0) + (cache.get("write") or 0)
    if reasoning and (t.get("total") == apart + reasoning or reasoning > (output or 0)):
        output = (output or 0) + reasoning
    return record(number(t.get("input")), number(cache.get("read")), number(cache.get("write")), None, output,
                  reasoning, model=data.get("modelID"))


def opencode(path):
    messages = {}
    if path.endswith(".db"):
        base = sqlite3.connect("file:" + path + "?mode=ro&immutable=1", uri=True)
        for key, text in base.execute("SELECT id, data FROM message"):
            messages[key] = json.loads(text)
        base.close()
    else:
        for name in sorted(glob.glob(os.path.join(glob.escape(path), "message", "*", "*.json"))):
            with open(name, encoding="utf-8") as file:
                data = json.load(file)
            messages[data["id"]] = data
    return [opencode_record(m) for m in messages.values() if m.get("role") == "assistant"]


def cursor(path):
    """The columns are additive: "w/ Cache Write" is what was written, "w/o" what was not. Lifetimes are not stated."""
    billed, free = [], 0
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("Kind", "").startswith("Errored"):  # "Errored, No Charge"
                free += 1
                continue
            names = ("Input (w/o Cache Write)", "Cache Read", "Input (w/ Cache Write)", "Output Tokens")
            values = [int(row[n]) for n in names]
            assert sum(values) == int(row["Total Tokens"]), path
            billed.append(record(*values[:3], None, values[3], None, model=row["Model"]))
    return total(billed, free)
