"""Slack's official Python packages in both directions.

slack_sdk signs what our endpoint takes in, and checks what the scripted workspace signs; slack_sdk's WebClient and
SocketModeClient and a Bolt app work against the scripted workspace, so that what our client was tested with is what they
take for Slack; slack_sdk's models take our blocks. Ends with 1, and a list, if anything is not so.

    swift build --product slack-child
    python3 Benchmarks/slack/qualify.py
"""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks/gateway"))
PACKAGES = ["slack_sdk==3.47.0", "slack_bolt==1.30.0"]
CHILD = pathlib.Path(os.environ.get("ASSAY_BUILD") or ROOT / ".build/debug") / "slack-child"
SECRET = "signing-secret-of-the-scripted-workspace"
BOT, APP = "xoxb-of-the-scripted-workspace", "xapp-of-the-scripted-workspace"

problems, passed = [], 0


def check(what, found, wanted=True):
    global passed
    if found == wanted:
        passed += 1
    else:
        problems.append(f"{what}: {found!r} in place of {wanted!r}")


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Child:
    """A scripted workspace, or an endpoint of ours."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([CHILD, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.port}"

    def control(self, path, **body):
        request = urllib.request.Request(f"{self.base}/_/{path}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(10)


def signatures():
    from slack_sdk.signature import SignatureVerifier

    verifier = SignatureVerifier(SECRET)
    # What the scripted workspace signs, the SDK believes.
    with Child("play", "requests") as slack:
        slack.control("say", text="<@U0ASSAY> Grüße & <b>", channel="C0GENERAL", user="U0ADA")
        slack.control("command", command="/assay", text="digest & more", channel="C0GENERAL", user="U0ADA")
        requests = slack.control("state")["requests"]
        check("a mention and a command are three requests", len(requests), 3)
        for one in requests:
            check("the SDK believes the signature", verifier.is_valid_request(one["body"], one["headers"]))
            check("and no other", verifier.is_valid_request(one["body"] + " ", one["headers"]), False)
    # What the SDK signs, our endpoint believes; and what Slack's packages send as a form, too.
    with tempfile.TemporaryDirectory() as place, Child("receive", f"{place}/control.sqlite", place, SECRET) as ours:

        def post(body, timestamp=None, signature=None, kind="application/json"):
            timestamp = timestamp or str(int(time.time()))
            headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp,
                       "X-Slack-Signature": signature or verifier.generate_signature(timestamp=timestamp, body=body)}
            connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=10)
            connection.request("POST", "/", body.encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

        event = json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {
            "type": "message", "user": "U1", "text": "ä <b>", "channel": "C1", "ts": "1700000000.000100"}}, ensure_ascii=False)
        check("an event that the SDK signed", post(event)[0], 200)
        check("the same again", post(event)[0], 200)
        check("a challenge", post('{"type":"url_verification","challenge":"abc"}'), (200, "abc"))
        check("an old one", post(event, timestamp=str(int(time.time()) - 301))[0], 401)
        check("a forged one", post(event, signature="v0=" + "0" * 64)[0], 401)
        for one in requests:
            kind = one["headers"]["content-type"]
            check("what Slack would send", post(one["body"], kind=kind)[0], 200)
        log = pathlib.Path(place) / "log"
        # The mention is two requests and one delivery.
        check("each is handled once", until(lambda: log.exists() and log.read_text().count("finished") == 3))


def web_client():
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
    from slack_sdk.models.metadata import Metadata

    with Child("play") as slack:
        client = WebClient(token=BOT, base_url=f"{slack.base}/api/")
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
        check("who we are", client.auth_test()["user_id"], "U0ASSAY")
        check("a person by mail", client.users_lookupByEmail(email="ada@example.com")["user"]["id"], "U0ADA")
        check("a person", client.users_info(user="U0BEN")["user"]["profile"]["email"], "ben@example.com")
        direct = client.conversations_open(users="U0ADA")["channel"]["id"]
        check("a direct message", client.chat_postMessage(channel=direct, text="Hi")["channel"], direct)
        posted = client.chat_postMessage(channel="C0STANDUP", text="One", metadata=Metadata("assay_effect", {"effect": "e1", "part": 0}))
        ts = posted["ts"]
        client.chat_postMessage(channel="C0STANDUP", text="Two", thread_ts=ts)
        client.chat_update(channel="C0STANDUP", ts=ts, text="Changed")
        client.chat_postEphemeral(channel="C0STANDUP", user="U0ADA", text="Only you")
        client.reactions_add(channel="C0STANDUP", timestamp=ts, name="eyes")
        history = client.conversations_history(channel="C0STANDUP", include_all_metadata=True)["messages"]
        check("history without replies", [m["text"] for m in history], ["Changed"])
        check("metadata when asked for", history[0]["metadata"]["event_payload"]["effect"], "e1")
        bare = client.conversations_history(channel="C0STANDUP")["messages"]
        check("and not otherwise", "metadata" in bare[0], False)
        replies = client.conversations_replies(channel="C0STANDUP", ts=ts)["messages"]
        check("a thread", [m["text"] for m in replies], ["Changed", "Two"])
        for number in range(7):
            client.chat_postMessage(channel="C0GENERAL", text=f"{number}")
        pages = [m["text"] for page in client.conversations_history(channel="C0GENERAL", limit=3) for m in page["messages"]]
        check("pages", pages, [str(number) for number in reversed(range(7))])
        for what, code, call in [
            ("no such channel", "channel_not_found", lambda: client.chat_postMessage(channel="C1", text="x")),
            ("nothing to say", "no_text", lambda: client.chat_postMessage(channel="C0GENERAL", text="")),
            ("twice", "already_reacted", lambda: client.reactions_add(channel="C0STANDUP", timestamp=ts, name="eyes")),
            ("blocks out of bounds", "invalid_blocks", lambda: client.chat_postMessage(channel="C0GENERAL", blocks=[{"type": "divider"}] * 51)),
            ("another's token", "invalid_auth", lambda: WebClient(token="xoxb-no", base_url=f"{slack.base}/api/").auth_test()),
        ]:
            try:
                call()
                check(what, "taken", code)
            except SlackApiError as problem:
                check(what, problem.response["error"], code)
        slack.control("limit", method="auth.test")
        begun = time.monotonic()
        check("a limit is waited for", client.auth_test()["ok"] and time.monotonic() - begun >= 1)
        client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": [{"type": "divider"}]})
        check("a view", list(slack.control("state")["homes"]), ["U0ADA"])


def socket_mode():
    from slack_sdk import WebClient
    from slack_sdk.socket_mode import SocketModeClient
    from slack_sdk.socket_mode.response import SocketModeResponse

    with Child("play") as slack:
        seen, lazy = [], [True]
        client = SocketModeClient(app_token=APP, web_client=WebClient(token=BOT, base_url=f"{slack.base}/api/"))

        def listener(client, request):
            seen.append((request.type, request.envelope_id, request.retry_attempt))
            # The first time it forgets to acknowledge.
            if lazy and lazy.pop():
                return
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        client.socket_mode_request_listeners.append(listener)
        client.connect()
        check("connected", until(lambda: slack.control("state")["sockets"] == 1))
        slack.control("say", text="hello", channel="C0GENERAL", user="U0ADA")
        check("what was not acknowledged comes again", until(lambda: len(seen) == 2))
        check("as a retry of the same", seen[0][:2] == seen[1][:2] and (seen[0][2] or 0, seen[1][2]) == (0, 1))
        slack.control("command", command="/assay", text="x", channel="C0GENERAL", user="U0ADA")
        slack.control("home", user="U0ADA")
        check("all acknowledged", until(lambda: slack.control("state")["unacknowledged"] == 0 and len(seen) == 4))
        slack.control("refresh")
        slack.control("say", text="after", channel="C0GENERAL", user="U0ADA")
        check("a new connection", until(lambda: slack.control("state")["unacknowledged"] == 0 and len(seen) >= 5))
        client.close()


def bolt():
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    with Child("play") as slack:
        app = App(client=WebClient(token=BOT, base_url=f"{slack.base}/api/"), signing_secret=SECRET)
        done = threading.Event()

        @app.event("app_mention")
        def mentioned(event, say):
            say(blocks=[{"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "Deploy?"}, "accessory": {
                "type": "button", "action_id": "go", "value": "4711", "text": {"type": "plain_text", "text": "Go"}}}],
                text="Deploy?", thread_ts=event["ts"])

        @app.event("message")
        def written(event):
            pass

        @app.action("go")
        def clicked(ack, body, action, respond):
            ack()
            respond(replace_original=True, text=f"Decided by {body['user']['id']}: {action['value']}")
            done.set()

        @app.command("/assay")
        def asked(ack, command, respond):
            ack()
            respond(f"You asked: {command['text']}")

        @app.event("app_home_opened")
        def opened(event, client):
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

        handler = SocketModeHandler(app, APP)
        handler.connect()
        posts = lambda: [post for post in slack.control("state")["posts"] if post["ours"]]
        check("connected", until(lambda: slack.control("state")["sockets"] == 1))
        slack.control("say", text="<@U0ASSAY> release", channel="C0GENERAL", user="U0ADA")
        check("Bolt answers a mention in its thread", until(lambda: len(posts()) == 1) and posts()[0]["thread"] is not None)
        post = posts()[0]
        check("a click", slack.control("click", channel=post["channel"], ts=post["ts"], action="go", user="U0BEN"), {"ok": True})
        check("reaches Bolt", done.wait(15))
        check("and changes the message", until(lambda: posts()[0]["text"] == "Decided by U0BEN: 4711"))
        slack.control("command", command="/assay", text="digest", channel="C0GENERAL", user="U0ADA")
        check("a command is answered in private", until(lambda: any(
            post["text"] == "You asked: digest" and post["only_for"] == "U0ADA" for post in posts())))
        slack.control("home", user="U0ADA")
        check("a view is published", until(lambda: "U0ADA" in slack.control("state")["homes"]))
        handler.close()


def blocks():
    from slack_sdk.models.blocks import Block
    from slack_sdk.models.views import View

    ours = json.loads(subprocess.run([CHILD, "blocks"], capture_output=True, text=True, check=True).stdout)
    for name, found in ours.items():
        if isinstance(found, dict):
            view = View(**found)
            view.validate_json()
            check(f"the view {name}", view.to_dict(), found)
            continue
        for one, parsed in zip(found, Block.parse_all(found), strict=True):
            parsed.validate_json()
            check(f"a block of {name} is what the SDK makes of it", parsed.to_dict(), one)


def main():
    if "--inside" not in sys.argv:
        from stage import virtual_environment

        place = virtual_environment("slack", PACKAGES)
        sys.exit(subprocess.run([place / "bin" / "python", __file__, "--inside"]).returncode)
    for part in (signatures, web_client, socket_mode, bolt, blocks):
        part()
    print(f"{passed} checks with Slack's official packages hold, {len(problems)} do not")
    for problem in problems:
        print(f"WRONG: {problem}")
    sys.exit(1 if problems else 0)


main()
