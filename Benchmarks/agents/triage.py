#!/usr/bin/env python3
"""How long a triage of many messages takes the program itself: a real Dovecot, and a model that answers at once.

    swift build -c release --product assay-server
    python3 Benchmarks/agents/triage.py [--messages 1000] [--program .build/release/assay-server]

Lays the messages into a mailbox of an empty Dovecot and carries out one run of inbox-triage over them, as `assay agent run` does it,
against a scripted model in the same process. Printed are the whole time and the processor time of that process, the model's and the
gateway's own among it; of a second run over nothing, too, so that what is not the messages' can be taken off. Says nothing of
right or wrong, but that the run is done and the messages are where the rules want them.
"""

import argparse
import grp
import imaplib
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

SETTINGS = """
agents:
  folders: {place}/agents
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


def mailbox(port):
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login("ana", "secret")
    return client


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(program, place, environment):
    before, begun = spent(), time.monotonic()
    done = subprocess.run(
        [program, "agent", "run", "sorter", "Sort it.", "--script", place / "said.yaml", "--config", place / "assay.yaml",
         "--folders", place / "agents", "--ledger", place / "ledger.sqlite", "--control", place / "control.sqlite",
         "--spool", place / "spool"],
        env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"the run is not done:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - begun, spent() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--program", default=str(ROOT / ".build/release/assay-server"))
    options = parser.parse_args()
    place, port = folder("triage"), free_port()
    # Dovecot has no mail of root's.
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    user, group = owner.pw_name, grp.getgrgid(owner.pw_gid).gr_name
    (place / "mail").mkdir()
    os.chown(place / "mail", owner.pw_uid, owner.pw_gid)
    (place / "dovecot.conf").write_text(DOVECOT.format(place=place, port=port, user=user, group=group))
    (place / "assay.yaml").write_text(SETTINGS.format(place=place, port=port))
    (place / "agents/sorter").mkdir(parents=True)
    (place / "agents/sorter/AGENT.md").write_text(AGENT)
    (place / "agents/sorter/triage.yaml").write_text(TRIAGE)
    (place / "said.yaml").write_text(f"rules: []\notherwise: '{FORM}'\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "BENCH_PASSWORD": "secret"}
    with Processes() as processes:
        dovecot = processes.start(["/usr/sbin/dovecot", "-F", "-c", str(place / "dovecot.conf")], place / "dovecot.out")
        wait_until("Dovecot", lambda: accepts(port), 30, dovecot, place / "dovecot.out")
        client = mailbox(port)
        for number in range(options.messages):
            client.append("INBOX", None, None, MESSAGE.format(number=number).encode())
        whole, own = run(options.program, place, environment)
        empty, idle = run(options.program, place, environment)
        filed = int(client.select("Newsletters", readonly=True)[1][0])
        if filed != options.messages:
            sys.exit(f"{filed} of {options.messages} messages are where the rules want them")
        print(f"{options.messages} messages: {whole:.1f} s in all, {own:.2f} s of processor time; of a run over nothing "
              f"{empty:.1f} s and {idle:.2f} s; {1000 * (own - idle) / options.messages:.2f} ms of processor time a message")


if __name__ == "__main__":
    main()
