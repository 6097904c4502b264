"""A provider that does what a request tells it to, and keeps the truth about what it served.

The text of a request holds `DO:{…}:END`. What may stand in it, all optional:
  mark        a name, by which the ledger knows the request
  chunks, gap how many pieces of text a stream has, and the seconds between them (default 5 and 0)
  stamp       true: each piece says when it was written, in nanoseconds of the monotonic clock
  hold        true: after the first piece, one a second until `release()`
  wait        seconds before the answer begins
  status      an error status in place of an answer, for the first `times` requests of this mark (default: always)
  reset       hang up in place of an answer, for the first so many requests of this mark
  cut         hang up after so many pieces of text
  usage       tokens by class, in place of made-up ones
  gzip        true: compressed, if the request takes that, as providers do

It speaks Anthropic Messages, OpenAI Chat Completions and Responses, and Gemini. Every request is one entry of the
ledger, from the moment that it was read: `sent` says how far its answer came.

As a program: upstream.py PORT. POST /release lets go of held streams, GET /ledger gives the ledger as JSON.
"""

import asyncio
import contextlib
import gzip
import itertools
import json
import random
import re
import socket
import sys
import time
import zlib

ORDER = re.compile(r"DO:(\{.*?\}):END", re.S)


def order(**wishes):
    """The text of a request that wants this."""
    return f"DO:{json.dumps(wishes)}:END"


class Upstream:
    def __init__(self):
        self.ledger = []
        self.seen = {}
        self.numbers = itertools.count(1)
        self.released = asyncio.Event()
        self.server = None
        self.held = 0

    async def listen(self, port=0):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", port, backlog=4096, limit=1 << 26)
        return self.server.sockets[0].getsockname()[1]

    def release(self):
        self.released.set()
        self.released = asyncio.Event()

    async def serve(self, reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            while await self.serve_one(reader, writer):
                pass
        writer.close()

    async def serve_one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *lines = head.split("\r\n")
        method, target, _ = line.split(" ", 2)
        fields = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines if one)}
        if fields.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readuntil(b"\r\n")
        else:
            body = await reader.readexactly(int(fields.get("content-length", 0)))
        path = target.partition("?")[0]
        if path == "/release":
            self.release()
            return await reply(writer, 200, {"released": True})
        if path == "/ledger":
            return await reply(writer, 200, {"ledger": self.ledger, "held": self.held})
        if method != "POST":
            return await reply(writer, 200, {"object": "list", "data": []})
        try:
            request = json.loads(body)
        except ValueError:
            return await reply(writer, 400, {"error": {"message": "not JSON", "type": "invalid_request_error"}})
        if path.endswith("/count_tokens") or path.endswith(":countTokens"):
            return await reply(writer, 200, {"input_tokens": 42, "totalTokens": 42})
        dialect = DIALECTS.get(path) or (Gemini if "enerateContent" in path else None)
        if dialect is None:
            return await reply(writer, 404, {"error": {"message": f"no {path}", "type": "not_found_error"}})
        return await self.answer(writer, dialect(request, path, body), fields)

    async def answer(self, writer, call, fields):
        number = next(self.numbers)
        wishes = call.wishes
        mark = wishes.get("mark", f"unmarked-{number}")
        count = self.seen[mark] = self.seen.get(mark, 0) + 1
        call.number = number
        entry = {
            "mark": mark, "number": number, "count": count, "api": call.api, "model": call.model,
            "stream": call.stream, "request_id": f"req_{number:08d}", "response_id": call.id(number), "status": 200,
            "usage": call.usage(wishes), "sent": "nothing", "at": time.time(), "agent": fields.get("user-agent", ""),
            "key": fields.get("x-api-key") or fields.get("authorization") or fields.get("x-goog-api-key") or "",
            "fields": fields, "asked": sorted(call.request),
        }
        self.ledger.append(entry)
        names = {"request-id": entry["request_id"], "x-request-id": entry["request_id"]}
        if wait := wishes.get("wait"):
            await asyncio.sleep(wait)
        if count <= wishes.get("reset", 0):
            entry["status"] = None
            writer.transport.abort()
            return False
        if "status" in wishes and count <= wishes.get("times", 1 << 30):
            entry["status"] = wishes["status"]
            await reply(writer, wishes["status"], call.error(wishes["status"]), {**names, "retry-after": "0"})
            entry["sent"] = "whole"
            return True
        gzips = bool(wishes.get("gzip")) and "gzip" in entry["fields"].get("accept-encoding", "")
        if gzips:
            names["content-encoding"] = "gzip"
        if not call.stream:
            await reply(writer, 200, call.whole(entry["usage"]), names, gzips)
            entry["sent"] = "whole"
            return True
        fields = "".join(f"{name}: {value}\r\n" for name, value in names.items())
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{fields}transfer-encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        return await self.stream(writer, call, entry, zlib.compressobj(wbits=31) if gzips else None)

    async def stream(self, writer, call, entry, packer):
        wishes, usage = call.wishes, entry["usage"]

        async def send(text):
            data = text.encode()
            if packer:
                data = packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
            writer.write(b"%x\r\n%b\r\n" % (len(data), data))
            await writer.drain()

        def word(number):
            return f"t={time.monotonic_ns()} " if wishes.get("stamp") else f"word{number} "

        for text in call.opening(usage):
            await send(text)
        entry["sent"] = "opening"
        for number in range(wishes.get("chunks", 5)):
            if number and wishes.get("gap"):
                await asyncio.sleep(wishes["gap"])
            if wishes.get("cut") == number:
                writer.transport.abort()
                entry["sent"] = "cut"
                return False
            await send(call.piece(word(number), usage))
            entry["sent"] = "pieces"
            if number == 0 and wishes.get("hold"):
                await self.hold(call, send, word, usage)
        for text in call.closing(usage):
            await send(text)
        if packer:
            data = packer.flush()
            writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        # Written, not arrived: whether it did, only the other side knows.
        entry["sent"] = "whole"
        return True

    async def hold(self, call, send, word, usage):
        released = self.released
        self.held += 1
        try:
            while not released.is_set():
                with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                    await asyncio.wait_for(released.wait(), 1)
                    break
                await send(call.piece(word(0), usage))
        finally:
            self.held -= 1


async def reply(writer, status, value, fields=None, gzips=False):
    data = json.dumps(value).encode()
    if gzips:
        data = gzip.compress(data)
    more = "".join(f"{name}: {text}\r\n" for name, text in (fields or {}).items())
    writer.write(
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'Error'}\r\ncontent-type: application/json\r\n"
        f"{more}content-length: {len(data)}\r\n\r\n".encode() + data
    )
    await writer.drain()
    return True


# The dialects. `usage` is in the ledger's disjoint classes: input, cache_read, cache_write_5m, cache_write_1h, output
# (with what was reasoned) and reasoning.


class Call:
    api = None

    def __init__(self, request, path, body):
        self.request = request
        self.path = path
        self.size = len(body)
        self.number = 0
        self.model = request.get("model")
        self.stream = bool(request.get("stream"))
        found = ORDER.search(self.text())
        self.wishes = json.loads(found[1]) if found else {}

    def id(self, number):
        return f"{self.prefix}{number:08d}"

    def most(self):
        return self.request.get("max_tokens") or self.request.get("max_completion_tokens") or 400

    def usage(self, wishes):
        """Made up from the mark: the same each time, never more than what the request allows."""
        if "usage" in wishes:
            return {**NO_TOKENS, **wishes["usage"]}
        dice = random.Random(f"{wishes.get('mark')}")
        room = max(8, self.size // 4)
        read = dice.randint(0, room // 2) if dice.random() < 0.5 else 0
        output = dice.randint(1, max(1, self.most()))
        usage = {**NO_TOKENS, "input": dice.randint(1, room // 4), "cache_read": read, "output": output}
        if self.api == "messages" and dice.random() < 0.5:
            usage["cache_write_5m"], usage["cache_write_1h"] = dice.randint(0, room // 8), dice.randint(0, room // 8)
        if self.api != "messages":
            usage["reasoning"] = dice.randint(0, output)
        return usage


NO_TOKENS = {
    "input": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0, "output": 0, "reasoning": 0,
}


def content_text(content):
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or "" for part in content or [] if isinstance(part, dict))


def event(value):
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n"


class Messages(Call):
    api, prefix = "messages", "msg_"

    def text(self):
        return "\n".join(content_text(message.get("content")) for message in self.request.get("messages", []))

    def counts(self, usage, output):
        return {
            "input_tokens": usage["input"],
            "cache_creation_input_tokens": usage["cache_write_5m"] + usage["cache_write_1h"],
            "cache_read_input_tokens": usage["cache_read"],
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage["cache_write_5m"],
                "ephemeral_1h_input_tokens": usage["cache_write_1h"],
            },
            "output_tokens": output, "service_tier": "standard",
        }

    def message(self, usage, content, stop, output):
        return {
            "id": self.id(self.number), "type": "message", "role": "assistant", "model": self.model,
            "content": content, "stop_reason": stop, "stop_sequence": None, "usage": self.counts(usage, output),
        }

    def whole(self, usage):
        return self.message(usage, [{"type": "text", "text": "Done."}], "end_turn", usage["output"])

    def opening(self, usage):
        yield event({"type": "message_start", "message": self.message(usage, [], None, 1)})
        block = {"type": "text", "text": ""}
        yield event({"type": "content_block_start", "index": 0, "content_block": block})

    def piece(self, word, usage):
        delta = {"type": "text_delta", "text": word}
        return event({"type": "content_block_delta", "index": 0, "delta": delta})

    def closing(self, usage):
        yield event({"type": "content_block_stop", "index": 0})
        counts = {"output_tokens": usage["output"]}
        delta = {"stop_reason": "end_turn", "stop_sequence": None}
        yield event({"type": "message_delta", "delta": delta, "usage": counts})
        yield event({"type": "message_stop"})

    def error(self, status):
        kind = {400: "invalid_request_error", 429: "rate_limit_error", 529: "overloaded_error"}.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": f"as asked: {status}"}}


class Chat(Call):
    api, prefix = "chat", "chatcmpl-"

    def text(self):
        return "\n".join(content_text(message.get("content")) for message in self.request.get("messages", []))

    def counts(self, usage):
        prompt = usage["input"] + usage["cache_read"]
        return {
            "prompt_tokens": prompt, "completion_tokens": usage["output"], "total_tokens": prompt + usage["output"],
            "prompt_tokens_details": {"cached_tokens": usage["cache_read"]},
            "completion_tokens_details": {"reasoning_tokens": usage["reasoning"]},
        }

    def whole(self, usage):
        message = {"role": "assistant", "content": "Done."}
        return {
            "id": self.id(self.number), "object": "chat.completion", "created": int(time.time()), "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": self.counts(usage),
        }

    def chunk(self, choices, **more):
        frame = {"id": self.id(self.number), "object": "chat.completion.chunk", "created": int(time.time())}
        return f"data: {json.dumps({**frame, 'model': self.model, 'choices': choices, **more})}\n\n"

    def opening(self, usage):
        yield self.chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])

    def piece(self, word, usage):
        return self.chunk([{"index": 0, "delta": {"content": word}, "finish_reason": None}])

    def closing(self, usage):
        yield self.chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])
        if (self.request.get("stream_options") or {}).get("include_usage"):
            yield self.chunk([], usage=self.counts(usage))
        yield "data: [DONE]\n\n"

    def error(self, status):
        return {"error": {"message": f"as asked: {status}", "type": "server_error", "param": None, "code": None}}


class Responses(Chat):
    api, prefix = "responses", "resp_"

    def text(self):
        given = self.request.get("input")
        if isinstance(given, str):
            return given
        return "\n".join(content_text(item.get("content")) for item in given or [] if isinstance(item, dict))

    def most(self):
        return self.request.get("max_output_tokens") or 400

    def counts(self, usage):
        prompt = usage["input"] + usage["cache_read"]
        return {
            "input_tokens": prompt, "input_tokens_details": {"cached_tokens": usage["cache_read"]},
            "output_tokens": usage["output"],
            "output_tokens_details": {"reasoning_tokens": usage["reasoning"]},
            "total_tokens": prompt + usage["output"],
        }

    def response(self, status, output, usage):
        return {
            "id": self.id(self.number), "object": "response", "created_at": int(time.time()), "status": status,
            "model": self.model, "output": output, "usage": usage, "error": None, "incomplete_details": None,
            "instructions": None, "metadata": {}, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        }

    def item(self, text, status):
        content = [{"type": "output_text", "text": text, "annotations": []}] if text else []
        return {"type": "message", "id": f"msg_o{self.number}", "role": "assistant", "status": status, "content": content}

    def whole(self, usage):
        return self.response("completed", [self.item("Done.", "completed")], self.counts(usage))

    def opening(self, usage):
        self.sequence = itertools.count()
        for kind in ("response.created", "response.in_progress"):
            response = self.response("in_progress", [], None)
            yield event({"type": kind, "sequence_number": next(self.sequence), "response": response})
        yield event({
            "type": "response.output_item.added", "sequence_number": next(self.sequence), "output_index": 0,
            "item": self.item("", "in_progress"),
        })
        yield event({
            "type": "response.content_part.added", "sequence_number": next(self.sequence), "output_index": 0,
            "item_id": f"msg_o{self.number}", "content_index": 0,
            "part": {"type": "output_text", "text": "", "annotations": []},
        })

    def piece(self, word, usage):
        return event({
            "type": "response.output_text.delta", "sequence_number": next(self.sequence), "output_index": 0,
            "item_id": f"msg_o{self.number}", "content_index": 0, "delta": word,
        })

    def closing(self, usage):
        item = self.item("Done.", "completed")
        yield event({
            "type": "response.output_item.done", "sequence_number": next(self.sequence), "output_index": 0, "item": item,
        })
        response = self.response("completed", [item], self.counts(usage))
        yield event({"type": "response.completed", "sequence_number": next(self.sequence), "response": response})


class Embeddings(Call):
    api, prefix = "embeddings", "emb_"

    def text(self):
        given = self.request.get("input")
        return given if isinstance(given, str) else "\n".join(map(str, given or []))

    def usage(self, wishes):
        return {**NO_TOKENS, "input": super().usage(wishes)["input"]}

    def whole(self, usage):
        return {
            "object": "list", "model": self.model, "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}],
            "usage": {"prompt_tokens": usage["input"], "total_tokens": usage["input"]},
        }

    def error(self, status):
        return {"error": {"message": f"as asked: {status}", "type": "server_error", "param": None, "code": None}}


class Gemini(Call):
    api, prefix = "gemini", "gem_"

    def __init__(self, request, path, body):
        super().__init__(request, path, body)
        self.model = path.rpartition("/")[2].partition(":")[0]
        self.stream = path.endswith(":streamGenerateContent")

    def text(self):
        return "\n".join(
            part.get("text") or "" for content in self.request.get("contents", []) for part in content.get("parts", [])
        )

    def most(self):
        return (self.request.get("generationConfig") or {}).get("maxOutputTokens") or 400

    def body(self, text, usage, output, finish=None):
        prompt = usage["input"] + usage["cache_read"]
        thoughts = min(usage["reasoning"], output)
        candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        return {
            "candidates": [candidate],
            "usageMetadata": {
                "promptTokenCount": prompt, "cachedContentTokenCount": usage["cache_read"],
                "candidatesTokenCount": output - thoughts, "thoughtsTokenCount": thoughts,
                "totalTokenCount": prompt + output,
            },
            "modelVersion": self.model, "responseId": self.id(self.number),
        }

    def whole(self, usage):
        return self.body("Done.", usage, usage["output"], "STOP")

    def opening(self, usage):
        return ()

    def piece(self, word, usage):
        return f"data: {json.dumps(self.body(word, usage, 1))}\r\n\r\n"

    def closing(self, usage):
        yield f"data: {json.dumps(self.body('.', usage, usage['output'], 'STOP'))}\r\n\r\n"

    def error(self, status):
        return {"error": {"code": status, "message": f"as asked: {status}", "status": "UNAVAILABLE"}}


DIALECTS = {
    "/v1/messages": Messages, "/v1/chat/completions": Chat, "/v1/responses": Responses, "/v1/embeddings": Embeddings,
}


async def main():
    upstream = Upstream()
    await upstream.listen(int(sys.argv[1]))
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
