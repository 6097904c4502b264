"""`assay serve`, started and asked as a browser or a program would: its settings, its commands, its log."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "gateway"))
from stage import ROOT, answers, fail, wait_until  # noqa: E402

RELEASE = Path(os.environ.get("ASSAY_BUILD") or ROOT / ".build" / "release")
SERVER = RELEASE / "assay-server"


class Serving:
    """One server with its own data, all below `place`."""

    def __init__(self, processes, place, port, **settings):
        if not SERVER.exists():
            fail(f"there is no {SERVER}; build it with: swift build -c release --product assay-server")
        self.processes, self.place, self.port = processes, place, port
        self.log, self.config = place / "log", place / "assay.yaml"
        # JSON is YAML too.
        self.config.write_text(json.dumps({"listen": f"127.0.0.1:{port}", **settings}, indent=1))
        self.storage = ["--ledger", place / "ledger.sqlite", "--control", place / "control.sqlite"]
        self.base = f"http://127.0.0.1:{port}"

    def start(self, **environment):
        self.process = self.processes.start(
            [SERVER, "serve", "--config", self.config, "--without-gateway", *self.storage], self.log, env=environment)
        wait_until("assay serve", lambda: answers(self.port, "/health"), process=self.process, log=self.log)
        return self

    def command(self, *words):
        """What a control command prints."""
        done = subprocess.run(
            [SERVER, *words, "--control", self.place / "control.sqlite"], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"assay {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def token(self, name, *scopes, person=None):
        words = ["token", "create", name, *(["--person", person] if person else [])]
        for scope in scopes:
            words += ["--scope", scope]
        return self.command(*words).split()[0]


class Answer:
    def __init__(self, answer, address):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read().decode(errors="replace")
        self.address = address
        self.cookies = answer.headers.get_all("Set-Cookie") or []

    @property
    def leads_to(self):
        target = self.headers.get("Location")
        return target and urllib.parse.urljoin(self.address, target)


class Browser:
    """Keeps cookies, follows no redirect by itself, and names itself and the page it comes from as browsers do."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), Stay)

    def ask(self, address, form=None, headers=None, method=None):
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(
            address, data=data, headers={"Accept": "text/html", **(headers or {})}, method=method)
        try:
            return Answer(self.opener.open(request, timeout=20), address)
        except urllib.error.HTTPError as error:
            return Answer(error, address)

    def follow(self, address, most=10, until=None):
        """The answer at the end of the redirects, or the first that leads to where `until` matches."""
        for _ in range(most):
            answer = self.ask(address)
            if not answer.leads_to or (until and re.search(until, answer.leads_to)):
                return answer
            address = answer.leads_to
        raise RuntimeError(f"too many redirects, last to {address}")
