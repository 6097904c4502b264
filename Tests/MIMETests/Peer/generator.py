"""Messages made of pieces that are right, unusual, or broken, by a seed."""
import base64, quopri, random

NAMES = ["Jane Doe", '"Doe, Jane"', "=?utf-8?q?J=C3=BCrgen?= Meier", "=?iso-8859-1?Q?Andr=E9?=", "", '"a \\"b\\" c"',
         "=?utf-8?b?5bGx55Sw?= =?utf-8?b?5aSq6YOO?=", "O'Hara", "J. R. Smith", "=?koi8-r?B?8NLJ18XU?=", "Ünïcode"]
LOCALS = ["jane", "j.doe", '"odd one"', "a+b", "x_y", "user%example", "a-b"]
DOMAINS = ["example.com", "mail.example.org", "[192.0.2.1]", "xn--bcher-kva.example", "EXAMPLE.net", "bücher.example"]
SUBJECTS = ["hello", "Re: hello  world", "=?utf-8?q?caf=C3=A9?=", "a =?utf-8?b?w6k=?= b", "=?utf-8?q?a?= =?utf-8?q?b?=",
            "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "=?gb18030?B?1tDOxA==?=", "=?windows-1252?q?=80uro?=", "=?broken",
            "=?utf-8?x?abc?=", "x=?utf-8?q?y?=z", "", "folded\r\n subject\r\n\tagain", "Grüße", "=?us-ascii?q?a_b?=",
            "=?UTF-8?Q?=E2=82=AC?= 100", "=?utf-8?q?one?=\r\n =?utf-8?q?_two?="]
DATES = ["Fri, 21 Nov 1997 09:55:06 -0600", "21 Nov 97 09:55 GMT", "Mon, 1 Jan 2024 00:00:00 +0000 (UTC)",
         "Tue, 29 Feb 2028 23:59:59 +0530", "Thu, 13 Feb 1969 23:32:54 -0330", "1 Dec 2020 10:00:00 EST",
         "Wed, 5 Aug 2026 10:11:12 -0000", "nonsense", "Fri, 32 Jan 2020 10:00:00 +0000", "  Sat, 3 Oct 2026 07:08:09 +0200"]
TEXTS = ["Hello.\r\nA second line.\r\n", "Grüße aus Köln\r\n", "", "one line", "日本語のテキスト\r\n",
         "-- \r\nsignature\r\n", "--\r\nno boundary\r\n", "tabs\tand  spaces\r\n\r\n\r\nend\r\n", "= equals =\r\n", "€ 100\r\n"]
CHARSETS = ["utf-8", "iso-8859-1", "windows-1252", "koi8-r", "gb18030", "iso-2022-jp", "us-ascii", "UTF-8", "euc-jp"]
BOUNDARIES = ["b", "=_boundary", "simple boundary", "b1", "b--", "long" * 15, "a'b(c)d", "B"]


def encode(dice, text):
    """A text in a character set that has it, and in some transfer encoding."""
    for charset in dice.sample(CHARSETS, len(CHARSETS)):
        try:
            raw = text.encode(charset)
            break
        except UnicodeError:
            continue
    way = dice.choice(["7bit", "8bit", "base64", "quoted-printable", "BASE64", None])
    if way in ("base64", "BASE64"):
        body = base64.encodebytes(raw).replace(b"\n", b"\r\n")
        if dice.random() < 0.15:
            body = body.replace(b"A", b"!A")
        if dice.random() < 0.1:
            body = body.rstrip(b"=\r\n")
    elif way == "quoted-printable":
        body = quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        if dice.random() < 0.15:
            body = body.replace(b"=", b"=Z", 1)
    else:
        body = raw
    return charset, way, body


def leaf(dice):
    header = []
    kind = dice.random()
    if kind < 0.7:
        charset, way, body = encode(dice, dice.choice(TEXTS))
        quote = dice.choice(['"%s"', "%s"])
        header.append("Content-Type: text/%s; charset=%s" % (dice.choice(["plain", "html", "PLAIN"]), quote % charset))
        if way:
            header.append("Content-Transfer-Encoding: " + way)
    elif kind < 0.9:
        raw = bytes(dice.randrange(256) for _ in range(dice.randrange(80)))
        body = base64.encodebytes(raw).replace(b"\n", b"\r\n")
        name = dice.choice(['"report.pdf"', "plain.bin", '"=?utf-8?q?r=C3=A9sum=C3=A9.doc?="', '"a\\"b.txt"'])
        extended = dice.choice(["filename*=utf-8''na%C3%AFve.txt", "filename*0=\"part one\"; filename*1=\" two.txt\"",
                                "filename*0*=iso-8859-1''caf%E9; filename*1*=%20x", "filename=" + name])
        header += ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64",
                   "Content-Disposition: attachment; " + extended]
    else:
        body = dice.choice(TEXTS).encode()
        header += dice.choice([[], ["Content-Type: nonsense"], ["Content-Type: text/plain; charset=no-such-set"], ["Content-Type:"]])
    return header, body


def part(dice, depth, used):
    roll = dice.random()
    if depth >= 4 or roll < 0.55:
        return leaf(dice)
    if roll < 0.65:
        header, body = part(dice, depth + 1, used)
        inner = "\r\n".join(["Subject: inner", "From: inner@example.com"] + header).encode() + b"\r\n\r\n" + body
        return ["Content-Type: message/rfc822"], inner
    boundary = dice.choice(BOUNDARIES)
    if dice.random() < 0.8:
        while boundary in used:
            boundary += str(dice.randrange(10))
    header = ['Content-Type: multipart/%s; boundary="%s"' % (dice.choice(["mixed", "alternative", "related", "digest"]), boundary)]
    if dice.random() < 0.04:
        header = ["Content-Type: multipart/mixed"]
    body = dice.choice([b"", b"preamble\r\n", b"This is a MIME message.\r\n\r\n"])
    for _ in range(dice.randrange(4)):
        inner_header, inner = part(dice, depth + 1, used | {boundary})
        ends = dice.choice([b"\r\n", b"\r\n", b"\r\n", b"  \r\n"])
        body += b"--" + boundary.encode() + ends
        body += "".join(line + "\r\n" for line in inner_header).encode() + b"\r\n" + inner + b"\r\n"
    if dice.random() < 0.85:
        body += b"--" + boundary.encode() + b"--" + dice.choice([b"\r\n", b"", b"\r\nepilogue\r\n"])
    return header, body


def mailbox(dice):
    address = dice.choice(LOCALS) + "@" + dice.choice(DOMAINS)
    name = dice.choice(NAMES)
    roll = dice.random()
    if roll < 0.15:
        return address
    if roll < 0.2:
        return address + " (a comment)"
    return (name + " <" + address + ">").strip()


def mailboxes(dice):
    roll = dice.random()
    if roll < 0.1:
        return "group: " + ", ".join(mailbox(dice) for _ in range(dice.randrange(3))) + ";"
    return ", ".join(mailbox(dice) for _ in range(1 + dice.randrange(3)))


def message(dice):
    header = ["From: " + mailbox(dice), "To: " + mailboxes(dice), "Subject: " + dice.choice(SUBJECTS)]
    if dice.random() < 0.6:
        header.append("Date: " + dice.choice(DATES))
    if dice.random() < 0.6:
        header.append("Message-ID: <%d@example.com>" % dice.randrange(10**9))
    if dice.random() < 0.3:
        header.append("Cc: " + mailboxes(dice))
    if dice.random() < 0.2:
        header.append("Received: from a (b [192.0.2.1])\r\n\tby c; Fri, 21 Nov 1997 09:55:06 -0600")
    kind, body = part(dice, 0, set())
    header += kind
    dice.shuffle(header)
    raw = "\r\n".join(header).encode() + b"\r\n\r\n" + body
    if dice.random() < 0.2:
        raw = raw.replace(b"\r\n", b"\n")
    if dice.random() < 0.08:
        raw = raw[: dice.randrange(len(raw))]
    return raw


def messages(seed, count):
    for index in range(count):
        yield "generated %d" % index, message(random.Random(seed * 1_000_003 + index))
