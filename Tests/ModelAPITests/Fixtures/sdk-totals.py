"""Writes expected.json: what the official Python SDKs make of each fixture, served by a local fake.

Needs `anthropic`, `openai` and `google-genai` in a virtual environment; run it after a fixture was changed.
"""

import http.server
import json
import pathlib
import threading

import anthropic
import openai
from google import genai

HERE = pathlib.Path(__file__).parent
served = None


class Fake(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        body = (HERE / served).read_bytes()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if served.endswith("sse") else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def anthropic_totals(usage):
    raw = usage.model_dump()
    split = raw.get("cache_creation") or {}
    short, long = split.get("ephemeral_5m_input_tokens"), split.get("ephemeral_1h_input_tokens")
    total = raw.get("cache_creation_input_tokens")
    if short is None and long is None and total is not None:
        short, long = total, 0
    details = raw.get("output_tokens_details") or {}
    return {
        "input": raw["input_tokens"], "cacheRead": raw.get("cache_read_input_tokens"), "cacheWrite5m": short,
        "cacheWrite1h": long, "output": raw["output_tokens"], "reasoning": details.get("thinking_tokens"),
        "iterations": len(raw.get("iterations") or []),
    }


def openai_totals(usage):
    raw = usage.model_dump()
    prompt = raw.get("prompt_tokens", raw.get("input_tokens"))
    before = raw.get("prompt_tokens_details") or raw.get("input_tokens_details") or {}
    after = raw.get("completion_tokens_details") or raw.get("output_tokens_details") or {}
    cached, written = before.get("cached_tokens"), before.get("cache_write_tokens")
    return {
        "input": prompt - (cached or 0) - (written or 0), "cacheRead": cached, "cacheWrite5m": written,
        "cacheWrite1h": None, "output": raw.get("completion_tokens", raw.get("output_tokens")),
        "reasoning": after.get("reasoning_tokens"), "iterations": 0,
    }


def gemini_totals(usage):
    thoughts = usage.thoughts_token_count
    return {
        "input": usage.prompt_token_count - (usage.cached_content_token_count or 0)
        + (usage.tool_use_prompt_token_count or 0),
        "cacheRead": usage.cached_content_token_count, "cacheWrite5m": None, "cacheWrite1h": None,
        "output": usage.candidates_token_count + (thoughts or 0), "reasoning": thoughts, "iterations": 0,
    }


def totals(name, base):
    if name.startswith("anthropic"):
        client = anthropic.Anthropic(api_key="k", base_url=base, max_retries=0)
        ask = dict(model="m", max_tokens=9, messages=[{"role": "user", "content": "x"}])
        if name.endswith("json"):
            message = client.messages.create(**ask)
        else:
            with client.beta.messages.stream(**ask) as stream:
                message = stream.get_final_message()
        return anthropic_totals(message.usage), message.id, message.model
    if name.startswith("gemini"):
        client = genai.Client(api_key="k", http_options={"base_url": base})
        if name.endswith("sse"):
            for answer in client.models.generate_content_stream(model="m", contents="x"):
                pass
        else:
            answer = client.models.generate_content(model="m", contents="x")
        return gemini_totals(answer.usage_metadata), answer.response_id, answer.model_version
    client = openai.OpenAI(api_key="k", base_url=base + "/v1", max_retries=0)
    if name == "embeddings.json":
        answer = client.embeddings.create(model="m", input="x", encoding_format="float")
        return {**dict.fromkeys(["cacheRead", "cacheWrite5m", "cacheWrite1h", "output", "reasoning"]),
                "input": answer.usage.prompt_tokens, "iterations": 0}, None, answer.model
    if name.startswith("responses"):
        if name.endswith("json"):
            answer = client.responses.create(model="m", input="x")
        else:
            for event in client.responses.create(model="m", input="x", stream=True):
                if event.type in ("response.completed", "response.incomplete", "response.failed"):
                    answer = event.response
        return openai_totals(answer.usage), answer.id, answer.model
    ask = dict(model="m", messages=[{"role": "user", "content": "x"}])
    if name.endswith("json"):
        answer = client.chat.completions.create(**ask)
        return openai_totals(answer.usage), answer.id, answer.model
    usage = None
    for part in client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}):
        usage = part.usage or usage
    return openai_totals(usage), part.id, part.model


def main():
    global served
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    expected = []
    for path in sorted(HERE.iterdir()):
        served = path.name
        if path.suffix not in (".sse", ".json") or served == "expected.json":
            continue
        if "error" in served or served == "gemini-array.json":  # Which the SDKs raise, or never ask for.
            continue
        counts, identifier, model = totals(served, base)
        expected.append({"file": served, "id": identifier, "model": model, **counts})
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
