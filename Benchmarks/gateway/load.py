"""A small HTTP/1.1 client for asyncio: connections that stay open, whole answers, and streams as they come."""

import asyncio
import contextlib
import json
import re
import socket
import time

from upstream import order

STAMP = re.compile(rb"t=(\d+) ")


class Lost(Exception):
    """The connection ended in the middle of something."""


class Answer:
    def __init__(self, status, fields):
        self.status, self.fields, self.body = status, fields, b""

    def json(self):
        return json.loads(self.body)


class Connection:
    def __init__(self, port, fields=None):
        self.port, self.fields = port, fields or {}
        self.reader = self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        self.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        if self.writer:
            with contextlib.suppress(Exception):
                self.writer.transport.abort()
        self.reader = self.writer = None

    async def send(self, path, body, fields=None):
        """Sends a request and reads the head of its answer."""
        try:
            if self.writer is None:
                await self.open()
            lines = "".join(f"{name}: {value}\r\n" for name, value in {**self.fields, **(fields or {})}.items())
            self.writer.write(
                f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\ncontent-type: application/json\r\n"
                f"{lines}content-length: {len(body)}\r\n\r\n".encode() + body
            )
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (OSError, asyncio.IncompleteReadError) as problem:
            self.close()
            raise Lost("no answer") from problem
        line, *rest = head.split("\r\n")
        pairs = (one.partition(":") for one in rest if one)
        return Answer(int(line.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs})

    async def pieces(self, answer):
        """The body as it comes. It ends with the answer, and with an error if the answer was cut."""
        try:
            if answer.fields.get("transfer-encoding", "").lower() == "chunked":
                while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
                    yield await self.reader.readexactly(size)
                    await self.reader.readexactly(2)
                await self.reader.readuntil(b"\r\n")
            elif (length := answer.fields.get("content-length")) is not None:
                yield await self.reader.readexactly(int(length))
            else:
                yield await self.reader.read()
                self.close()
        except (OSError, asyncio.IncompleteReadError) as problem:
            self.close()
            raise Lost("in the middle of an answer") from problem
        if answer.fields.get("connection", "").lower() == "close":
            self.close()

    async def ask(self, path, body, fields=None):
        """A whole answer."""
        answer = await self.send(path, body, fields)
        async for piece in self.pieces(answer):
            answer.body += piece
        return answer


def slow_stream(model, **wishes):
    """A request for a chat stream that the ledger-keeping upstream writes piece by piece."""
    return json.dumps({
        "model": model, "max_tokens": 256, "stream": True, "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": order(**wishes)}],
    }).encode()


CHAT = "/v1/chat/completions"


async def transit(port, model, fields, streams, chunks=10, gap=0.005):
    """How long pieces are under way, in seconds: of each stream the first one, and all later ones."""
    first, later = [], []
    connection = Connection(port, fields)
    body = slow_stream(model, mark="transit", chunks=chunks, gap=gap, stamp=True)
    for index in range(streams + 2):
        answer = await connection.send(CHAT, body)
        if answer.status != 200:
            raise RuntimeError(f"status {answer.status} instead of a stream")
        seen = 0
        async for piece in connection.pieces(answer):
            now = time.monotonic_ns()
            for stamp in STAMP.findall(piece):
                if index >= 2:
                    (later if seen else first).append((now - int(stamp)) / 1e9)
                seen += 1
        if seen != chunks:
            raise RuntimeError(f"{seen} of {chunks} pieces came")
    connection.close()
    return first, later


async def idle_connections(port, path, body, fields, count, measure):
    """`measure()` while so many connections are open that each had one answer."""
    connections = [Connection(port, fields) for _ in range(count)]
    gate = asyncio.Semaphore(32)

    async def one(connection):
        async with gate:
            answer = await connection.ask(path, body)
            if answer.status != 200:
                raise RuntimeError(f"status {answer.status} on an idle connection")

    try:
        await asyncio.gather(*map(one, connections))
        await asyncio.sleep(1)
        return measure()
    finally:
        for connection in connections:
            connection.close()


async def open_streams(port, model, fields, count, measure, release, seconds=240):
    """`measure()` while so many streams are under way; then lets them come to their end. How many ended whole."""
    connections = [Connection(port, fields) for _ in range(count)]
    opened = asyncio.Semaphore(0)

    async def one(index, connection):
        body = slow_stream(model, mark=f"open-{index}", chunks=2, hold=True)
        answer = await connection.send(CHAT, body)
        if answer.status != 200:
            raise RuntimeError(f"status {answer.status} instead of a stream")
        text, told = b"", False
        async for piece in connection.pieces(answer):
            text += piece
            if not told and b"word0" in text:
                told = True
                opened.release()
        return text.rstrip().endswith(b"[DONE]")

    async def all_open():
        for _ in range(count):
            await opened.acquire()

    tasks = [asyncio.create_task(one(*pair)) for pair in enumerate(connections)]
    watch = asyncio.create_task(all_open())
    try:
        async with asyncio.timeout(seconds):
            done, _ = await asyncio.wait([watch, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await watch
            await asyncio.sleep(2)
            value = measure()
            release()
            return value, sum(await asyncio.gather(*tasks))
    finally:
        watch.cancel()
        for task in tasks:
            task.cancel()
        for connection in connections:
            connection.close()
