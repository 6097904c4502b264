#!/usr/bin/env python3
"""How long a triage of many messages takes the program itself: a real Dovecot, and a model that answers at once.

    swift build -c release --product assay-server
    python3 Benchmarks/agents/triage.py [--messages 1000] [--program .build/release/assay-server]

Lays the messages into a mailbox of an empty Dovecot and carries out one run of inbox-triage over them, as `assay agent run` does
it. The model is another process, which answers every call with the same form, as a stream. Twice: through the run's own gateway,
which is in the measured process, and with the model's address in the settings, which leaves the gateway out. Printed are the whole
time and the processor time of that process; of a second run over nothing, too, so that what is not the messages' can be taken off.
Says nothing of right or wrong, but that the run is done and the messages are where the rules want them.
"""

import argparse
import grp
import http.server
import imaplib
import json
import multiprocessing
import os
import pathlib
import pwd
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks" / "gateway"))
from stage import Processes, accepts, folder, free_port, wait_until  # noqa: E402

DOVECOT = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{place}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
auth_mechanisms = plain
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={place}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
}}
"""

THROUGH_GATEWAY = """
gateway:
  keys: optional
  upstreams:
    - {{name: model, dialect: anthropic, url: "http://127.0.0.1:{model}", credential: {{environment: BENCH_KEY}}}}
agents:
"""

STRAIGHT = """
agents:
  model: {{url: "http://127.0.0.1:{model}", key: {{environment: BENCH_KEY}}}}
"""

SETTINGS = """  folders: {place}/agents
  mailboxes:
    - name: work
      owner: you
      address: Ana <ana@example.org>
      imap: {{host: 127.0.0.1, port: {port}, security: loopback, user: ana, password: {{environment: BENCH_PASSWORD}}}}
"""

AGENT = """---
description: Sorts mail.
model: claude-haiku-4-5
tools: [mail_new, mail_file, mail_digest]
grants: [{tool: mail_file}, {tool: mail_digest}]
triggers: [person]
mailbox: work
budget: {run: {money: 1000.00 USD}, day: {money: 1000.00 USD}}
---
Short.
"""

TRIAGE = """rules:
  - when: {category: newsletter}
    do: {file: Newsletters}
messages: 1000
moves: 1000
"""

FORM = '{"category": "newsletter", "urgency": 1, "intent": "informs", "dates": [], "summary": "The week in short."}'
MESSAGE = (
    "From: News {number} <news@letters.example>\r\nTo: Ana <ana@example.org>\r\nSubject: The week, number {number}\r\n"
    "Date: Fri, 20 Nov 2026 09:00:00 +0000\r\nMessage-ID: <m{number}@letters.example>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "What happened this week, in a few words. " * 50 + "\r\n")


EVENTS = [
    {"type": "message_start", "message": {
        "id": "msg_bench", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 900, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": FORM[at:at + 24]}}
      for at in range(0, len(FORM), 24)),
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 40}},
    {"type": "message_stop"},
]


class Model(http.server.BaseHTTPRequestHandler):
    """Says the same to everybody, in the pieces in which a model would."""

    protocol_version = "HTTP/1.1"
    answer = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS).encode()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_):
        pass


def serve(port):
    # One write for head and body: two would wait for each other.
    Model.wbufsize = -1
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Model).serve_forever()


def mailbox(port):
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login("ana", "secret")
    return client


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime, usage.ru_stime


def run(program, place, environment):
    before, begun = spent(), time.monotonic()
    done = subprocess.run(
        [program, "agent", "run", "sorter", "Sort it.", "--config", place / "assay.yaml", "--folders", place / "agents",
         "--ledger", place / "ledger.sqlite", "--control", place / "control.sqlite", "--spool", place / "spool"],
        env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"the run is not done:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = spent()
    return time.monotonic() - begun, [after[0] - before[0], after[1] - before[1]]


def measure(program, options, way, settings, processes):
    place, port, model = folder("triage"), free_port(), free_port()
    # Dovecot has no mail of root's.
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    user, group = owner.pw_name, grp.getgrgid(owner.pw_gid).gr_name
    (place / "mail").mkdir()
    os.chown(place / "mail", owner.pw_uid, owner.pw_gid)
    (place / "dovecot.conf").write_text(DOVECOT.format(place=place, port=port, user=user, group=group))
    (place / "assay.yaml").write_text((settings + SETTINGS).format(place=place, port=port, model=model))
    (place / "agents/sorter").mkdir(parents=True)
    (place / "agents/sorter/AGENT.md").write_text(AGENT)
    (place / "agents/sorter/triage.yaml").write_text(TRIAGE)
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "BENCH_PASSWORD": "secret", "BENCH_KEY": "none"}
    multiprocessing.Process(target=serve, args=(model,), daemon=True).start()
    dovecot = processes.start(["/usr/sbin/dovecot", "-F", "-c", str(place / "dovecot.conf")], place / "dovecot.out")
    wait_until("Dovecot", lambda: accepts(port) and accepts(model), 30, dovecot, place / "dovecot.out")
    client = mailbox(port)
    for number in range(options.messages):
        client.append("INBOX", None, None, MESSAGE.format(number=number).encode())
    whole, own = run(program, place, environment)
    empty, idle = run(program, place, environment)
    filed = int(client.select("Newsletters", readonly=True)[1][0])
    if filed != options.messages:
        sys.exit(f"{filed} of {options.messages} messages are where the rules want them")
    each = 1000 * (sum(own) - sum(idle)) / options.messages
    print(f"{way}, {options.messages} messages: {whole:.1f} s in all, {sum(own):.2f} s of processor time ({own[1]:.2f} of it the "
          f"system's); of a run over nothing {empty:.1f} s and {sum(idle):.2f} s; {each:.2f} ms of processor time a message")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--program", default=str(ROOT / ".build/release/assay-server"))
    parser.add_argument("--way", choices=["gateway", "straight"], help="one of the two only")
    options = parser.parse_args()
    ways = {"gateway": ("through the gateway", THROUGH_GATEWAY), "straight": ("without the gateway", STRAIGHT)}
    for name, (way, settings) in ways.items():
        if options.way in (None, name):
            with Processes() as processes:
                measure(options.program, options, way, settings, processes)


if __name__ == "__main__":
    main()
