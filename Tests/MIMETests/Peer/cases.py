"""Messages written by hand, each for one thing that goes wrong."""


def text(name, *lines):
    return name, "\n".join(lines).encode("utf-8").replace(b"\n", b"\r\n")


def header(name, *fields):
    return text(name, *fields, "", "body", "")


def body(name, encoding, content, charset="utf-8"):
    raw = ("Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (charset, encoding)).encode()
    return name, raw + (content if isinstance(content, bytes) else content.encode())


def multipart(name, boundary, *lines):
    return text(name, 'Content-Type: multipart/mixed; boundary="%s"' % boundary, "", *lines)


def all():
    # Headers
    yield "empty", b""
    yield "only a line end", b"\r\n"
    yield "only a body", b"\r\nbody"
    yield "no header end", b"Subject: x\r\nFrom: a@b.example"
    yield "line without a colon", b"Subject: x\r\nnonsense here\r\nFrom: a@b.example\r\n\r\nbody"
    yield "continuation first", b" folded\r\nSubject: x\r\n\r\nbody"
    yield "colon first", b": x\r\nSubject: y\r\n\r\nbody"
    yield "blank before colon", b"Subject : x\r\nFrom: a@b.example\r\n\r\nbody"
    yield "mbox line", b"From jane Fri Nov 21 1997\r\nSubject: x\r\n\r\nbody"
    yield "bare return in header", b"Subject: x\rBcc: evil@example.com\r\n\r\nbody"
    yield "bare feed", b"Subject: x\nFrom: a@b.example\n\nbody\n"
    yield "mixed ends", b"Subject: x\r\nFrom: a@b.example\n\r\nbody\n"
    yield "nul in header", b"Subject: a\0b\r\n\r\nbody"
    yield "latin-1 in header", b"Subject: caf\xe9\r\n\r\nbody"
    yield "utf-8 in header", "Subject: Grüße\r\nFrom: Jürgen <jürgen@bücher.example>\r\n\r\nbody".encode()
    yield "whitespace-only continuation", b"Subject: x\r\n \r\n y\r\n\r\nbody"
    yield header("repeated subject", "Subject: one", "Subject: two")
    yield header("repeated from", "From: a@b.example", "From: c@d.example")
    yield header("empty subject", "Subject:")
    yield header("tabs in subject", "Subject:\tx\ty")
    yield header("many colons", "Subject: a: b: c")
    yield header("odd field name", "X-!#$%&'*+: x", "Subject: y")
    # Encoded words
    for index, word in enumerate([
        "=?utf-8?q?caf=C3=A9?=", "=?UTF-8?B?Y2Fmw6k=?=", "=?utf-8?Q?a_b?=", "=?iso-8859-1?q?=E9?=", "=?utf-8*en?q?x?=",
        "=?utf-8?q?a?= =?utf-8?q?b?=", "=?utf-8?q?a?=   =?utf-8?q?b?=", "=?utf-8?q?a?= b =?utf-8?q?c?=",
        "a=?utf-8?q?b?=c", "=?utf-8?q?a?==?utf-8?q?b?=", "=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=",
        "=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "=?utf-8?q?a b?=", "=?utf-8?q??=", "=?utf-8?b??=", "=??q?x?=", "=?utf-8??x?=",
        "=?utf-8?q?x", "=?utf-8?q?x?", "=?utf-8?q?=XY?=", "=?utf-8?q?=4?=", "=?utf-8?b?!!!!?=", "=?utf-8?b?Y2Fm?=",
        "=?utf-8?b?Y2Fmw6?=", "=?no-such-set?q?abc?=", "=?us-ascii?q?=E9?=", "=?utf-8?q?=0D=0ABcc:_x@example.com?=",
        "=?koi8-r?b?8NLJ18XU?=", "=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "=?gb2312?b?1tDOxA==?=", "=?big5?b?pKSk5Q==?=",
        "=?euc-kr?b?x9GxuQ==?=", "=?shift_jis?b?k/qWew==?=", "=?windows-1251?q?=CF=F0?=", "=?utf-8?q?a?=x=?utf-8?q?b?=",
        "(=?utf-8?q?a?=)", "=?utf-8?q?question=3F?=", "=?utf-8?q?a?b?=", "=? utf-8?q?a?=", "=?utf-8?q?=00x?=",
        "=?iso-8859-1?q?a?= =?utf-8?q?b?=", "=?utf-8?q?=F0=9F=98=80?=", "=?utf-7?q?+AGE-?=", "=?utf-16?b?/v8AYQ==?=",
    ]):
        yield header("encoded word %d" % index, "Subject: " + word)
    yield header("encoded word long", "Subject: =?utf-8?q?" + "x" * 1500 + "?=")
    yield header("encoded words folded", "Subject: =?utf-8?q?one?=", " =?utf-8?q?two?=", "\tthree")
    # Addresses
    for index, value in enumerate([
        "jane@example.com", "<jane@example.com>", "Jane <jane@example.com>", '"Doe, Jane" <jane@example.com>',
        "Jane Doe <jane@example.com>, john@example.com", "jane@example.com (Jane)", "(comment) jane@example.com",
        "Jane (c (nested)) <jane@example.com>", "group: a@b.example, c@d.example;", "undisclosed-recipients:;",
        "A: a@b.example;, c@d.example", "=?utf-8?q?J=C3=BC?= <j@example.com>", '"=?utf-8?q?J=C3=BC?=" <j@example.com>',
        "=?utf-8?q?Doe,_Jane?= <j@example.com>", "=?utf-8?q?Doe, Jane?= <j@example.com>", "a@b@c.example", "<a@b@c.example>",
        "jane", "<jane>", "<>", "Jane <>", "@example.com", "jane@", "<@a.example,@b.example:jane@example.com>",
        '"quoted local"@example.com', '"a@b"@example.com', "jane@[192.0.2.1]", "jane@[IPv6:2001:db8::1]", "a..b@example.com",
        ".a@example.com", "a.@example.com", "a@b.example,,c@d.example", ",a@b.example", "a@b.example,", "a@b.example;c@d.example",
        "Jane <jane@example.com", "jane@example.com>", "Jane <jane@example.com> extra", '"Jane <jane@example.com>',
        "(unclosed jane@example.com", "a b@example.com", "jane @ example.com", "jane@example . com",
        '"" <jane@example.com>', '"evil@example.com" <jane@example.com>', "evil@example.com <jane@example.com>",
        "Jane\t<jane@example.com>", "J. Doe <jane@example.com>", "Jane <jane@example.com>, John <john@example.com",
        "=?utf-8?q?evil=40example=2Ecom=3E?= <jane@example.com>", "=?utf-8?q?a?=@example.com", "jane@=?utf-8?q?a?=",
        "Jürgen <j@example.com>", "jürgen@example.com", "j@bücher.example", "a@b.example c@d.example", "<a@b.example><c@d.example>",
        "Jane \"JD\" Doe <jane@example.com>", "\\jane@example.com", "jane%example.com@relay.example", "a!b!c", "mailto:jane@example.com",
        "g: h: a@b.example;;", "Jane <jane@example.com>(after)", "=?utf-8?b?w7w=?= =?utf-8?b?w7w=?= <u@example.com>",
    ]):
        yield header("address %d" % index, "To: " + value)
    yield header("addresses folded", "To: a@example.com,", " b@example.com,", "\tc@example.com")
    yield header("many addresses", "To: " + ", ".join("u%d@example.com" % i for i in range(300)))
    # Dates and identifiers
    for index, value in enumerate([
        "Fri, 21 Nov 1997 09:55:06 -0600", "21 Nov 1997 09:55:06 -0600", "21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55 -0600",
        "Fri, 21 Nov 1997 09(comment):55:06 -0600", "Fri,21 Nov 1997 09:55:06 -0600", "Fri, 21 November 1997 09:55:06 -0600",
        "Fri, 21 Nov 1997 09:55:06", "Fri, 21 Nov 1997 09:55:06 EST", "Fri, 21 Nov 1997 09:55:06 Z", "Fri, 21 Nov 1997 09:55:06 XYZ",
        "Fri, 21 Nov 1997 09:55:06 -0000", "Fri, 21 Nov 1997 25:55:06 -0600", "Fri, 31 Feb 1997 09:55:06 -0600", "now", "",
        "1997-11-21T09:55:06Z", "Fri Nov 21 09:55:06 1997", "21-Nov-1997 09:55:06 +0000", "Fri, 21 Nov 1997 23:59:60 +0000",
        "Fri, 21 Nov 1997 09:55:06 +9999", "Mon, 01 Jan 0001 00:00:00 +0000", "Fri, 21 Nov 19971 09:55:06 -0600",
        "Fri, 21 Nov 1997 09:55:06 -0600 (CST) trailing", "Fri, 21 Nov 100 09:55:06 +0000", "Fri, 21 Nov 1997 9:5:6 +0100",
    ]):
        yield header("date %d" % index, "Date: " + value)
    for index, value in enumerate(["<a@b>", " <a@b> ", "a@b", "<a b@c>", "<>", "", "<a@b><c@d>", "<a@b", "(x) <a@b>", "<é@b>"]):
        yield header("identifier %d" % index, "Message-ID: " + value)
    # Types
    for index, value in enumerate([
        "text/plain", "TEXT/HTML; CHARSET=UTF-8", "text", "text/", "/plain", "text/plain/x", "", ";", "text/plain;", "text/plain; charset",
        "text/plain; charset=", "text/plain charset=utf-8", "text/plain; charset=utf-8; charset=koi8-r", "text / plain",
        "text/(comment)plain; charset=utf-8", 'text/plain; name="a;b"; charset=utf-8', "text/plain; name=a b.txt", "a/b", "text/plain, x",
        "multipart/mixed", "multipart/mixed; boundary=", 'multipart/mixed; boundary=""', "message/rfc822", "message/partial", "message/delivery-status",
        "image/png; name*=utf-8''%e2%82%ac.png", "image/png; name*0=a; name*1=b; name*3=d", "image/png; name*1=b; name*0=a",
        "image/png; name*0*=utf-8''%e2%82; name*1*=%ac", "image/png; name*=no-such-set''abc", "image/png; name*=%41",
        "image/png; name*0*=utf-8''a%20; name*1=b%20", 'image/png; name="=?utf-8?q?=C3=A9?="', "image/png; name==?utf-8?q?=C3=A9?=",
        'image/png; name="a\\"b"', 'image/png; name="unclosed', "image/png; NAME=x", "image/png; name=x; name*=utf-8''y",
    ]):
        yield text("type %d" % index, "Content-Type: " + value, "", "body", "")
    yield text("two types", "Content-Type: text/plain", "Content-Type: text/html", "", "body", "")
    # Encodings
    for index, content in enumerate([
        "aGVsbG8=", "aGVs\r\nbG8=\r\n", "aGVs bG8=", "aGVsbG8", "aGVsb", "aGVs!bG8=", "=aGVsbG8=", "aGVsbG8=aGVsbG8=", "aGVsbG8==", "====",
        "", "a", "ab", "abc", "a===", "ab==cd==", "aGVsbG8=\r\n\r\nplain text after", "-_-_", "aGVsbG8=\0", "aGVs=bG8=",
    ]):
        yield body("base64 %d" % index, "base64", content)
    for index, content in enumerate([
        "hello", "caf=C3=A9", "caf=c3=a9", "soft=\r\nbreak", "soft=\nbreak", "soft=  \r\nbreak", "end=", "end=4", "=ZZ", "==", "=\r", "a=3D=3Db",
        "trailing  \r\nblank", "=C3=A", "tab\t\r\nx", "_under_", "=\r\n=\r\n=\r\nx", "long" * 400, "\0", "=00",
    ]):
        yield body("quoted %d" % index, "quoted-printable", content)
    for value in ["7bit", "8bit", "binary", "uuencode", "nonsense", "Base64", "base64 (x)", '"base64"', "", "base64; x"]:
        yield body("encoding " + value, value, "aGVsbG8=")
    for charset, raw in [
        ("utf-8", "Grüße €".encode()), ("utf-8", b"caf\xe9"), ("utf-8", b"\xff\xfe"), ("utf-8", b"\xed\xa0\x80"), ("utf-8", b"\xc0\x80"),
        ("iso-8859-1", b"caf\xe9"), ("iso-8859-15", b"\xa4"), ("windows-1252", b"\x80"), ("windows-1252", b"\x81"), ("windows-1251", b"\xcf\xf0"),
        ("cp1250", b"\x9a"), ("koi8-r", b"\xf0\xd2"), ("iso-2022-jp", b"\x1b$BF|K\\\x1b(B"), ("iso-2022-jp", b"\x1b$BF"), ("euc-jp", b"\xc6\xfc"),
        ("shift_jis", b"\x93\xfa"), ("gb18030", b"\xd6\xd0"), ("gbk", b"\xd6\xd0"), ("big5", b"\xa4\xa4"), ("euc-kr", b"\xc7\xd1"), ("euc-kr", b"\xff"),
        ("us-ascii", b"caf\xe9"), ("us-ascii", "café".encode()), ("no-such-set", b"abc"), ("no-such-set", b"\xe9"), ("utf-16", "ab".encode("utf-16")),
        ("utf-16le", "ab".encode("utf-16le")), ("utf-7", b"+AGE-b"), ("UTF8", "é".encode()), ("latin1", b"\xe9"), ("iso-8859-7", b"\xe1"),
        ("ibm866", b"\x80"), ("'utf-8'", "é".encode()), ("UTF-8//TRANSLIT", b"abc"), ("../../etc/passwd", b"abc"), ("x" * 500, b"abc"),
    ]:
        yield body("charset %s %s" % (charset[:20], raw.hex()[:20]), "8bit", raw, charset)
    # Multiparts
    yield multipart("two parts", "b", "--b", "", "one", "--b", "", "two", "--b--")
    yield multipart("not closed", "b", "--b", "", "one", "--b", "", "two")
    yield multipart("no boundary at all", "b", "one", "two")
    yield multipart("only closed", "b", "--b--")
    yield multipart("closed first", "b", "--b--", "--b", "", "one", "--b--")
    yield multipart("prefix boundary", "b", "--bb", "", "no part", "--b", "", "one", "--b-x", "--b--")
    yield multipart("prefix of inner", "b", "--b", 'Content-Type: multipart/mixed; boundary="bb"', "", "--bb", "", "one", "--bb--", "--b--")
    yield multipart("inner is prefix", "bb", "--bb", 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "", "one", "--b--", "--bb--")
    yield multipart("same boundary inside", "b", "--b", 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "", "one", "--b--", "", "--b--")
    yield multipart("inner not closed", "a", "--a", 'Content-Type: multipart/mixed; boundary="i"', "", "--i", "", "one", "--a", "", "two", "--a--")
    yield multipart("blanks after boundary", "b", "--b  ", "", "one", "--b\t", "", "two", "--b-- ")
    yield multipart("blank before boundary", "b", " --b", "", "--b", "", "one", "--b--")
    yield multipart("preamble and epilogue", "b", "before", "--b", "", "one", "--b--", "after", "--b", "", "no part")
    yield multipart("two boundaries running", "b", "--b", "--b", "", "one", "--b--")
    yield multipart("no blank line in part", "b", "--b", "Content-Type: text/html", "--b", "", "two", "--b--")
    yield multipart("text without header in part", "b", "--b", "text at once", "", "more", "--b--")
    yield multipart("empty parts", "b", "--b", "", "", "--b", "", "--b--")
    yield multipart("boundary with dashes", "b--", "--b--", "", "one", "--b----")
    yield multipart("boundary with blank end", "b ", "--b", "", "one", "--b--")
    yield text("unquoted odd boundary", "Content-Type: multipart/mixed; boundary=a=b/c:d", "", "--a=b/c:d", "", "one", "--a=b/c:d--")
    yield text("split boundary", "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b", "", "--ab", "", "one", "--ab--")
    yield text("two boundary parameters", "Content-Type: multipart/mixed; boundary=a; boundary=b", "", "--b", "", "no", "--a", "", "one", "--a--")
    yield text("boundary in capitals", "Content-Type: multipart/mixed; BOUNDARY=a", "", "--A", "", "no", "--a", "", "one", "--a--")
    yield text("encoded multipart", "Content-Type: multipart/mixed; boundary=a", "Content-Transfer-Encoding: base64", "", "--a", "", "one", "--a--")
    yield text("digest", "Content-Type: multipart/digest; boundary=a", "", "--a", "", "Subject: inner", "", "one", "--a", "Content-Type: text/plain", "", "two", "--a--")
    yield text("message in message", "Content-Type: message/rfc822", "", "Content-Type: message/rfc822", "", "Subject: deep", "", "text")
    yield text("message in part", "Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: message/rfc822", "", 'Content-Type: multipart/mixed; boundary="i"', "", "--i", "", "one", "--a", "", "two", "--a--")
    yield text("encoded message", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogeA0KDQp5")
    yield text("delivery status", "Content-Type: multipart/report; boundary=a", "", "--a", "", "sorry", "--a", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; a", "", "Final-Recipient: rfc822; b", "--a--")
    yield "bare feeds in multipart", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n"
    yield "bare return before boundary", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r--b\r\n\r\ntwo\r\n--b--\r\n"
    depth = 20
    nested = b"text"
    for level in range(depth):
        nested = b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n%s\r\n--n%d--\r\n" % (level, level, nested, level)
    yield "nested twenty deep", nested
