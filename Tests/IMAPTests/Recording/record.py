"""Writes down every byte that a mail server says in a session that uses what the client uses.

    python3 record.py PORT USER PASSWORD FILE

The user has to be new. What is recorded is looked at by ResponseTests, in every split.
"""
import re
import socket
import sys
import time

port, user, password, path = int(sys.argv[1]), *sys.argv[2:5]
MESSAGE = """From: "A \\"quoted\\" B" <a@b.example>
To: x@y.example, "Group": one@g.example, two@g.example;
Subject: =?utf-8?q?h=C3=A9llo?= {%d}
Date: Sun, 1 Nov 2026 10:00:00 +0100
Message-ID: <%d@b.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="xx"

--xx
Content-Type: text/plain; charset=utf-8

Body (with) "quotes" {5}
--xx
Content-Type: message/rfc822

From: inner@b.example
Subject: inner
Content-Type: text/html

<p>inner</p>
--xx
Content-Type: application/octet-stream; name="a b.bin"
Content-Disposition: attachment; filename="a b.bin"
Content-Transfer-Encoding: base64

AAECAw==
--xx--
""".replace("\n", "\r\n")
connection = socket.create_connection(("127.0.0.1", port))
connection.settimeout(10)
heard = b""


def read_until(pattern, start):
    global heard
    while not re.search(pattern, heard[start:], re.M):
        chunk = connection.recv(65536)
        if not chunk:
            raise SystemExit(heard[start:])
        heard += chunk


def send(line):
    connection.sendall(line.encode() + b"\r\n")


count = 0


def ask(line, literal=None):
    global count
    count += 1
    start = len(heard)
    send(f"r{count} {line}" + (f" {{{len(literal)}}}" if literal else ""))
    if literal:
        read_until(rb"^\+ ", start)
        start = len(heard)
        send(literal)
    read_until(rb"^r%d (OK|NO|BAD)[^\n]*\n" % count, start)


read_until(rb"\n", 0)
ask("CAPABILITY")
ask(f'LOGIN {user} "{password}"')
ask("CAPABILITY")
ask("ENABLE QRESYNC")
ask("ENABLE CONDSTORE")
ask('CREATE "&AOk-t&AOk-"')
ask('CREATE "&AOk-t&AOk-"')
ask("CREATE Projects")
ask('LIST "" "*"')
ask('LIST "" "*" RETURN (SPECIAL-USE)')
for number in range(1, 6):
    flags = ["\\Seen", "", "\\Flagged $Triaged", "\\Answered", "\\Draft"][number - 1]
    ask(f'APPEND INBOX ({flags}) " {number}-Nov-2026 10:00:00 +0100"', MESSAGE % (number, number))
ask("SELECT INBOX")
ask("UID FETCH 1:* (UID FLAGS MODSEQ INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
ask('UID FETCH 1 (UID BODY.PEEK[HEADER.FIELDS (Subject "Message-ID")] BODY.PEEK[TEXT]<0.7> BODY.PEEK[2.MIME] BODY.PEEK[9])')
ask("UID FETCH 1:2 (UID BODY.PEEK[])")
ask("UID FETCH 3 (UID BINARY.PEEK[3])")
ask("UID STORE 1:2 (UNCHANGEDSINCE 1) +FLAGS ($Triaged)")
ask("UID STORE 3 (UNCHANGEDSINCE 100000) +FLAGS ($Triaged)")
ask("UID STORE 4 -FLAGS.SILENT (\\Answered)")
ask('UID SEARCH RETURN (ALL) HEADER Message-ID "<2@b.example>"')
ask("UID SEARCH ALL")
ask("UID SEARCH RETURN (ALL) UID 1000")
ask("UID SEARCH MODSEQ 1")
ask("UID COPY 5 Nowhere")
ask("UID COPY 5 Projects")
ask("UID MOVE 2:3 Projects")
ask("UID MOVE 99 Projects")
ask("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")
ask("STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)")
validity = int(re.search(rb"UIDVALIDITY (\d+)", heard).group(1))
inbox = re.search(rb"STATUS INBOX \([^)]*UIDVALIDITY (\d+)", heard).group(1).decode()
ask("EXAMINE Projects")
ask(f"SELECT INBOX (QRESYNC ({inbox} 1 1:5))")
ask("SELECT Nowhere")
ask("SELECT INBOX")
start = len(heard)
send("i1 IDLE")
read_until(rb"^\+ ", start)
second = socket.create_connection(("127.0.0.1", port))
second.settimeout(10)
for line in (f'o1 LOGIN {user} "{password}"', "o2 SELECT INBOX", "o3 UID STORE 1 +FLAGS (\\Flagged)", "o4 UID MOVE 4 Projects"):
    second.sendall(line.encode() + b"\r\n")
    answer = b""
    while not re.search(rb"^%s (OK|NO|BAD)" % line[:2].encode(), answer, re.M):
        answer += second.recv(65536)
time.sleep(2)
start = len(heard)
send("DONE")
read_until(rb"^i1 OK", start)
ask("NOOP")
ask("BOGUS")
ask("LOGOUT")
with open(path, "wb") as file:
    file.write(heard)
