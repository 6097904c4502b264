"""What Python's email package makes of a corpus of hostile messages: one JSON object a line.

Usage: peer.py SEED COUNT. Hand-written cases come first (cases.py), then COUNT generated ones.
`default` is what policy.default says, `old` what compat32 and email.utils say where they differ.
"""
import base64, email, email.policy, email.utils, json, sys, warnings
from email.header import decode_header, make_header
from email.message import Message

import cases, generator

warnings.simplefilter("ignore")


def quietly(work, otherwise=None):
    try:
        return work()
    except Exception as error:  # The oracle has bugs too; a case where it fails is compared in what is left.
        return otherwise


def structure(part):
    kind = part.get_content_type()
    if part.is_multipart():
        return [kind, [structure(child) for child in part.get_payload()]]
    return [kind, []]


def leaves(part):
    if part.is_multipart() and part.get_content_maintype() in ("multipart", "message"):
        for child in part.get_payload():
            yield from leaves(child)
    elif part.get_content_maintype() != "multipart":
        yield part


def leaf(part, modern):
    content = quietly(lambda: part.get_payload(decode=True))
    text = None
    if part.get_content_maintype() == "text" and modern is not None:
        text = quietly(lambda: modern.get_content(errors="replace"))
    return {
        "content": None if content is None else base64.b64encode(content).decode(),
        "text": text if isinstance(text, str) else None,
        "filename": clean(quietly(lambda: part.get_filename())),
        "filename2": clean(quietly(lambda: modern.get_filename())) if modern is not None else None,
    }


def clean(text):
    """Bytes that Python carries along as lone surrogates, made what a reader would see."""
    return None if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def printable(value):
    if isinstance(value, str):
        try:
            return clean(value)
        except UnicodeError:
            return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return value


def addresses(message, field):
    value = message[field]
    return [[a.display_name, a.username, a.domain] for a in value.addresses]


def old_addresses(message, field):
    pairs = email.utils.getaddresses([str(message[field])])
    found = []
    for name, address in pairs:
        name = clean(str(make_header(decode_header(name)))) if name else ""
        local, _, domain = address.rpartition("@") if "@" in address else (address, "", "")
        found.append([name, clean(local), clean(domain)])
    return found


def view(raw):
    new = email.message_from_bytes(raw, policy=email.policy.default)
    old = email.message_from_bytes(raw, policy=email.policy.compat32)
    result = {"fields": [clean(name) for name in old.keys()], "default": {}, "old": {}}
    for field in ("From", "To", "Cc", "Reply-To"):
        if field in old:
            result["default"][field] = quietly(lambda: addresses(new, field))
            result["old"][field] = quietly(lambda: old_addresses(old, field))
    if "Subject" in old:
        result["default"]["Subject"] = clean(quietly(lambda: str(new["Subject"])))
        result["old"]["Subject"] = clean(quietly(lambda: str(make_header(decode_header(old["Subject"])))))
    if "Date" in old:
        date = quietly(lambda: email.utils.parsedate_to_datetime(str(old["Date"])))
        if date is not None:
            zone = date.utcoffset()
            result["date"] = [
                int(quietly(lambda: (date if zone is not None else date.replace(tzinfo=email.utils.datetime.timezone.utc)).timestamp(), 0)),
                None if zone is None else int(zone.total_seconds()) // 60,
            ]
        else:
            result["date"] = []
    if "Message-ID" in old:
        result["id"] = clean(quietly(lambda: str(old["Message-ID"]).strip()))
    result["structure"] = quietly(lambda: structure(old))
    old_leaves, new_leaves = list(leaves(old)), quietly(lambda: list(leaves(new)), [])
    same = len(old_leaves) == len(new_leaves)
    result["leaves"] = [leaf(part, new_leaves[i] if same else None) for i, part in enumerate(old_leaves)]
    return result


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for name, raw in list(cases.all()) + list(generator.messages(seed, count)):
        seen = printable(view(raw))
        print(json.dumps({"name": name, "message": base64.b64encode(raw).decode(), "view": seen}))


main()
