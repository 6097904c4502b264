#!/usr/bin/env python3
"""Expected token totals of every session sample, computed without any of Assay's code.

    python3 expected.py SAMPLES > expected.json

Python 3 standard library only, deterministic; the output holds numbers and ids only. `rules.py` beside it says how
each tool is counted, and what each number of a total means.

`lab` in the output is what real CLIs wrote, held call by call against what the scripted provider billed
(`cap/ledger.jsonl`). For each run: `home` (the expected total of all its files), `sessions` (the same by owner), and
the comparison:
  billed      calls in the ledger                     matched   of these, found in the files
  equal       of the matched, equal in every class    differing [{id, class, file, ledger, cause}]
  missing     [{id, cause, session, …classes}]: billed, in no file
  gap         ledger − (records + unitemised), per class, where not 0: what no reading of the files can find
Classes that a tool's files do not state at all are not compared.
"""
import collections
import datetime
import glob
import json
import os
import sys

sys.dont_write_bytecode = True
from rules import CLASSES, Claude, codex, copilot, cursor, gemini, lines, opencode, record, total  # noqa: E402

BILLED = CLASSES[:5]


# ------------------------------------------------------------------------------------------- the samples


def group(root, pattern, count):
    paths = sorted(glob.glob(os.path.join(root, pattern), recursive=True))
    return {os.path.relpath(p, root).replace(os.sep, "/"): count(p) for p in paths}


def sample_totals(root):
    def codex_total(path):
        records, hidden = codex(path)
        return {**total(records), **({"of_which_in_no_event": hidden} if hidden else {})}

    fixtures = "fixtures/git-ai-project+git-ai/tests/fixtures/"
    return {
        "claude-code": group(root, "claude-code/**/*.jsonl", lambda p: Claude([p]).totals()[0]),
        "claude-code-fixtures": group(root, fixtures + "*claude*.jsonl", lambda p: Claude([p]).totals()[0]),
        "codex": group(root, "codex/**/*.jsonl", codex_total),
        "codex-old-format": group(root, "codex-old-format/**/*.jsonl", codex_total),
        "copilot-cli": group(root, "copilot-cli/**/*.jsonl", lambda p: total(copilot(p))),
        "gemini-cli": group(root, "gemini-cli/**/*.json*", lambda p: total(list(gemini(p)))),
        "cursor-csv": group(root, "cursor-csv/*.csv", cursor),
        "opencode": {**group(root, fixtures + "opencode-storage", lambda p: total(opencode(p))),
                     **group(root, fixtures + "opencode-sqlite*/*.db", lambda p: total(opencode(p)))},
    }


def combined(totals):
    """The sum of totals of files that share no call."""
    out = {n: None for n in CLASSES}
    for t in (t for t in totals if t["records"]):  # the 0 of an empty file says nothing about a class
        out = {n: t[n] if out[n] is None else out[n] + (t[n] or 0) for n in CLASSES}
    for n in ("records", "unknown_records", "not_billed"):
        out[n] = sum(t[n] for t in totals)
    return out


# ----------------------------------------------------------------------------------------------- the lab


def runs(root):
    out = {}
    for path in sorted(glob.glob(os.path.join(root, "lab", "*"))):
        calls = [c for c in lines(os.path.join(path, "cap", "ledger.jsonl")) if c["kind"] == "billed"]
        name = os.path.basename(path)
        out[name] = (claude if name.startswith("claude") else codex_run if name.startswith("codex") else copilot_run)(
            path, calls)
    return out


def difference(key, file, truth, cause, classes=BILLED):
    return [{"id": key, "class": c, "file": file[c], "ledger": truth[c], "cause": cause}
            for c in classes if file[c] != truth[c]]


def gap(truths, home, classes=BILLED):
    """What is left when all that the files say has been taken from the provider's bill."""
    left = {c: sum(t[c] or 0 for t in truths) - (home[c] or 0) - home["unitemised"].get(c, 0) for c in classes}
    return {c: v for c, v in left.items() if v}


def summary(calls, matched, differing, missing, **more):
    return {"billed": len(calls), "matched": matched, "equal": matched - len({d["id"] for d in differing}),
            "differing": differing, "missing": missing, **more}


# ---------------------------------------------------------------------------------------------- Claude Code


def claude(path, calls):
    files = glob.glob(os.path.join(path, "home", ".claude", "projects", "**", "*.jsonl"), recursive=True)
    home = Claude(files)
    whole, sessions = home.totals()
    found, compactions = dict(home.records()), compacted(files)
    differing, missing, wrong_requests, truths, owners = [], [], [], [], collections.Counter()
    for call in sorted(calls, key=lambda c: c["n"]):
        key = call["message_id"]
        truth = record(call["input_tokens"], call["cache_read_input_tokens"], call["c5"], call["c1"],
                       call["output_tokens"])
        truths.append(truth)
        if key not in found:
            missing.append({"id": key, "cause": cause(call, compactions), "session": call["sid"],
                            "model": call["model"], **{c: truth[c] for c in BILLED}})
            continue
        file = found[key]
        assert file["model"] == call["model"], key
        # The client never saw the end of an interrupted stream. Otherwise no line has a stop_reason: the file was
        # written before the stream's last event, and holds the output count of its first.
        why = ("interrupted" if call["cut"] == "client_gone" else
               "placeholder_output" if not file["stop"] else "unexplained")
        differing += difference(key, file, truth, why)
        if file["requests_seen"] != [call["request_id"]]:
            wrong_requests.append({"id": key, "file": file["requests_seen"], "ledger": call["request_id"]})
        if call["sid"]:  # 2.1.1 and 2.1.59 did not tell the provider
            owners["right" if call["sid"] == file["session"] else "wrong"] += 1
    unknown_to_provider = sorted(set(found) - {c["message_id"] for c in calls})
    return summary(calls, len(calls) - len(missing), differing, missing, home=whole, sessions=sessions,
                   unitemised={f"{s} {m}": {n: v for n, v in use.items() if v}
                               for (s, m), use in home.unitemised([r for _, r in home.records()]).items()},
                   gap=gap(truths, whole), wrong_request_ids=wrong_requests, owners=dict(owners),
                   in_files_only=unknown_to_provider)


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def compacted(files):
    """When /compact was at work: from the command's line to the one that says it is done."""
    out = []
    for path in files:
        begin = None
        for line in lines(path):
            text = str((line.get("message") or {}).get("content", "")) if line.get("type") == "user" else ""
            if text.startswith("<command-name>/compact"):
                begin = seconds(line["timestamp"])
            elif begin and text.startswith("<local-command-stdout>Compacted"):
                out.append((os.path.basename(path)[:-6], begin, seconds(line["timestamp"])))
                begin = None
    return out


def cause(call, compactions):
    """Why a billed call is in no file."""
    if call["cut"] is True:
        return "cut_stream"  # the connection broke and the client asked again
    if call["cut"] == "client_gone":
        return "interrupted"  # the person stopped it before anything was written
    if call["tools"] == 0:
        return "side_model_call"  # a title or topic, asked of the small model without tools
    if any(call["sid"] in (None, session) and begin <= call["t"] <= end for session, begin, end in compactions):
        return "compaction"
    return "unexplained"


# ------------------------------------------------------------------------------------- Codex and Copilot CLI


def openai(call):
    """The ledger's input includes what was cached; it bills no cache writes."""
    return record(call["input_tokens"] - call["cached"], call["cached"], None, None, call["output_tokens"],
                  call["reasoning"])


def codex_run(path, calls):
    classes = ("input", "cache_read", "output", "reasoning")
    by_session = {}
    for name in sorted(glob.glob(os.path.join(path, "home", ".codex", "**", "rollout-*.jsonl"), recursive=True)):
        for r in codex(name)[0]:
            by_session.setdefault(r["session"], []).append(r)
    everything = [r for records in by_session.values() for r in records]
    by_id = {r["id"]: r for r in everything if r["id"]}
    differing, missing, nth = [], [], collections.Counter()
    for call in calls:
        if by_id:
            file = by_id.get(call["response_id"])
        else:  # before 0.163 a rollout has no response ids: the thread's nth call is the thread's nth increment
            mine = by_session.get(call["key"], [])
            file = mine[nth[call["key"]]] if nth[call["key"]] < len(mine) else None
            nth[call["key"]] += 1
        if file is None:
            missing.append({"id": call["response_id"], "cause": "unexplained"})
        else:
            assert file["session"] == call["key"], call["response_id"]
            differing += difference(call["response_id"], file, openai(call), "unexplained", classes)
    whole = total(everything)
    return summary(calls, len(calls) - len(missing), differing, missing, home=whole,
                   sessions={s: total(r) for s, r in sorted(by_session.items())},
                   matched_by="response_id" if by_id else "thread and order",
                   gap=gap([openai(c) for c in calls], whole, classes))


def copilot_run(path, calls):
    """events.jsonl has no provider ids: a message is matched by order and compared in its output, the only class it
    states; the other classes are compared as the sum over all runs. The OTel file has ids and all classes."""
    classes = ("input", "cache_read", "output", "reasoning")
    sessions, outputs = {}, []
    for name in sorted(glob.glob(os.path.join(path, "home", ".copilot", "session-state", "*", "events.jsonl"))):
        sessions[os.path.basename(os.path.dirname(name))] = total(copilot(name))
        outputs += [(line["timestamp"], line["data"]["outputTokens"]) for line in lines(name)
                    if line.get("type") == "assistant.message"]
    outputs.sort()
    (whole,) = sessions.values()  # the lab made one session per run
    calls = sorted(calls, key=lambda c: c["t"])
    differing = [d for (_, output), call in zip(outputs, calls)
                 for d in difference(call["id"], {"output": output}, openai(call), "unexplained", ("output",))]
    missing = [{"id": c["id"], "cause": "unexplained"} for c in calls[len(outputs):]]
    result = summary(calls, min(len(outputs), len(calls)), differing, missing, home=whole, sessions=sessions,
                     matched_by="order; output only", gap=gap([openai(c) for c in calls], whole, classes))
    otel = os.path.join(path, "otel.jsonl")
    if os.path.exists(otel):
        spans = {}
        for line in lines(otel):
            a = line.get("attributes") or {}
            if line.get("type") == "span" and a.get("gen_ai.operation.name") == "chat":
                read = a.get("gen_ai.usage.cache_read.input_tokens", 0)
                spans[a["gen_ai.response.id"]] = record(
                    a["gen_ai.usage.input_tokens"] - read, read, None, None, a["gen_ai.usage.output_tokens"],
                    a.get("gen_ai.usage.reasoning.output_tokens"))
        differing = [d for c in calls if c["id"] in spans
                     for d in difference(c["id"], spans[c["id"]], openai(c), "unexplained", classes)]
        missing = [{"id": c["id"], "cause": "unexplained"} for c in calls if c["id"] not in spans]
        result["otel_file"] = summary(calls, len(calls) - len(missing), differing, missing, matched_by="response id")
    return result


# --------------------------------------------------------------------------------------------- the output


def render(value, indent=0):
    """JSON with sorted keys, and whatever fits on one line on one line: a changed total is one line of a diff."""
    flat = json.dumps(value, sort_keys=True)
    if not isinstance(value, (dict, list)) or len(flat) <= 420:
        return flat
    pad = "\n" + " " * (indent + 1)
    if isinstance(value, list):
        return "[" + ",".join(pad + render(v, indent + 1) for v in value) + "\n" + " " * indent + "]"
    parts = (pad + json.dumps(k) + ": " + render(value[k], indent + 1) for k in sorted(value))
    return "{" + ",".join(parts) + "\n" + " " * indent + "}"


def main():
    root = sys.argv[1]
    samples = sample_totals(root)
    # The group totals below add files up: hold for sure that no two Claude files of a group share a call.
    for name in ("claude-code", "claude-code-fixtures"):
        together = Claude([os.path.join(root, p) for p in samples[name]]).totals()[0]
        assert together["records"] == sum(t["records"] for t in samples[name].values()), name
    print(render({
        "schema": "assay.expected/1",
        "samples": {name: {"files": files, "total": combined(list(files.values()))} for name, files in samples.items()},
        "lab": runs(root),
    }))


if __name__ == "__main__":
    main()
