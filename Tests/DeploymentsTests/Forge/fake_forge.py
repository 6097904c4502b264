"""A forge with one repository, in memory: as much of GitHub's and GitLab's REST APIs as deploying takes.

GitHub answers under /github, GitLab under /gitlab/api/v4; /_/ is for tests (control.py): commits, workflows that go on,
faults. That what it answers is what the forges answer is checked with their clients for Python, PyGithub and
python-gitlab: Benchmarks/agents/forge_clients.py. Prints its port, and serves until its standard input ends.
"""
import http.server
import json
import re
import socket
import sys
import threading
import time
import urllib.parse

from control import control
from github_api import github
from gitlab_api import gitlab
from repository import Forge, Refused

SECRET = "sesame-opens-the-forge"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Heads and bodies go in one segment: a client does not wait for an acknowledgement between them.
    wbufsize = -1

    def serve(self):
        forge = self.server.forge
        address = urllib.parse.urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        query = dict(urllib.parse.parse_qsl(address.query))
        status, answer, headers = 500, None, {}
        self.is_late = False
        with forge.lock:
            try:
                if address.path.startswith("/_/"):
                    status, answer = control(forge, address.path[2:], body)
                elif address.path.startswith("/elsewhere"):
                    # Whither a fault redirects: who comes here is remembered with what it brings.
                    forge.strangers.append({name.lower(): value for name, value in self.headers.items()})
                    status, answer = 200, {}
                else:
                    said = self.asked(forge, address.path, query, body)
                    status, answer, headers = said or (None, None, {})
            except Refused as refused:
                status, answer, headers = refused.status, {"message": refused.message}, refused.headers
        if status is None:
            # Whoever asked hears nothing, done or not.
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if self.is_late:
            time.sleep(forge.silence)
        if isinstance(answer, bytes):
            text = answer
        else:
            text = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def asked(self, forge, path, query, body):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ").removeprefix("token ")
        for prefix, api, secret in (
            (r"/github/repos/example/shop", github, token),
            (r"/gitlab/api/v4/projects/(?:1|example%2Fshop)", gitlab, self.headers.get("PRIVATE-TOKEN")),
        ):
            match = re.match(prefix + r"(?=/|$)", path)
            if not match:
                continue
            if secret != SECRET:
                # An answer may repeat what it was asked with.
                raise Refused(401, f"Bad credentials: {secret}")
            rest = path[match.end():]
            forge.remember(api.__name__, self.command, rest, query, body)
            fault = forge.fault(f"{self.command} {rest}")
            base = f"http://127.0.0.1:{self.server.server_port}{match[0]}"
            if fault and fault["does"] == "cut":
                return None
            if fault and fault["does"] == "answer":
                headers = fault.get("headers", {})
                text = fault["text"].encode() if "text" in fault else b"[" + b" " * fault["bytes"] + b"]" if "bytes" in fault else None
                if text is None:
                    raise Refused(fault["status"], f"A fault, for {secret}", headers)
                return fault["status"], text, headers
            status, answer = api(forge, self.command, urllib.parse.unquote(rest), query, body, base)
            self.is_late = bool(fault) and fault["does"] == "late"
            return None if fault and fault["does"] == "lose" else (status, answer, forge.links(self.server.server_port, path, query))
        raise Refused(404, "Not Found")

    do_GET = do_POST = do_PUT = serve

    def log_message(self, *arguments):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.forge = Forge()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


main()
