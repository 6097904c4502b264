"""How soon Slack is told that we have what it sent, by the time in which it is told: through real HTTP, signature, SQLite and fsync.

    swift build -c release --product slack-child
    python3 Benchmarks/slack/measure.py [--rate 200] [--seconds 30] [--program .build/release/slack-child]

Sends signed events at an even rate over eight connections, whatever the answers take, and prints the quantiles of the time from
when each was due until it was acknowledged. Says nothing of right or wrong, but that every one was.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECRET = "the signing secret of the measurement"
CONNECTIONS = 8


def request(number):
    ts = f"{1700000000 + number // 1000000}.{number % 1000000:06d}"
    event = {"type": "message", "user": "U0ADA", "text": f"message {number}" + " word" * 60, "channel": "C1", "ts": ts,
             "team": "T1", "event_ts": ts, "channel_type": "channel"}
    body = json.dumps({
        "token": "x", "team_id": "T1", "api_app_id": "A1", "event": event, "type": "event_callback", "event_id": f"Ev{number}",
        "event_time": 1700000000, "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]}).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\n\r\n")
    return head.encode() + body


async def sender(port, queue, times):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (job := await queue.get()) is not None:
        due, bytes_ = job
        writer.write(bytes_)
        head = await reader.readuntil(b"\r\n\r\n")
        times.append((time.monotonic() - due, head.split(b" ")[1]))
        length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(length[0].split(b":")[1]))
    writer.close()


async def load(port, rate, seconds):
    queue, times = asyncio.Queue(), []
    senders = [asyncio.create_task(sender(port, queue, times)) for _ in range(CONNECTIONS)]
    begun = time.monotonic()
    for number in range(rate * seconds):
        due = begun + number / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        queue.put_nowait((due, request(number)))
    for _ in senders:
        queue.put_nowait(None)
    await asyncio.gather(*senders)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--program", default=ROOT / ".build/release/slack-child")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT) as place:
        process = subprocess.Popen([options.program, "receive", f"{place}/control.sqlite", place, SECRET],
                                   stdout=subprocess.PIPE, text=True)
        try:
            port = int(process.stdout.readline())
            times = asyncio.run(load(port, options.rate, options.seconds))
            time.sleep(1)
            handled = sum(1 for line in open(f"{place}/log") if line.startswith("finished"))
        finally:
            process.kill()
            process.wait()
    good = sorted(taken for taken, status in times if status == b"200")
    quantile = lambda share: good[min(len(good) - 1, int(len(good) * share))] * 1000
    print(f"{len(good)} of {options.rate * options.seconds} acknowledged, {handled} handled, at {options.rate}/s: "
          f"p50 {quantile(0.5):.1f} ms, p99 {quantile(0.99):.1f} ms, most {good[-1] * 1000:.1f} ms")


main()
