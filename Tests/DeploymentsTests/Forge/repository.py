"""What both forges know: commits, refs, checks; and what tests know beside it: what was asked, and which faults are due."""
import datetime
import hashlib
import re
import threading
import urllib.parse


class Refused(Exception):
    def __init__(self, status, message, headers=None):
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


class Forge:
    def __init__(self):
        self.lock = threading.Lock()
        # A clock of its own that goes by a second each time it is looked at, from now: age counts in some answers.
        self.time = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(minutes=10)
        self.commits, self.refs, self.tags, self.checks = {}, {}, {}, {}
        self.deployments, self.runs, self.pipelines = [], [], []
        self.calls, self.strangers, self.faults = [], [], []
        # Whether runs that were dispatched are listed, say their effect, and whether a tag that is pushed makes a pipeline.
        self.listed, self.named, self.tag_pipelines = True, True, False
        self.number = 100
        # Seconds before a late answer comes.
        self.silence = 0

    def now(self):
        self.time += datetime.timedelta(seconds=1)
        return self.time.strftime("%Y-%m-%dT%H:%M:%SZ")

    def next(self):
        self.number += 1
        return self.number

    def commit(self, message, parent):
        sha = hashlib.sha1(f"{message}\n{parent}".encode()).hexdigest()
        self.commits[sha] = {"message": message, "parent": parent, "at": self.now()}
        return sha

    def resolve(self, ref):
        sha = self.refs.get(ref) or self.tags.get(ref) or ref
        return sha if sha in self.commits else None

    def line(self, sha):
        """A commit and those before it, the newest first."""
        found = []
        while sha:
            found.append(sha)
            sha = self.commits[sha]["parent"]
        return found

    def only(self, base, head):
        """What `head` has and `base` has not, the oldest first."""
        known = set(self.line(base))
        return [sha for sha in reversed(self.line(head)) if sha not in known]

    def page(self, found, query, usual, most=100):
        """One page of a list; whether there is another is told in headers."""
        length, number = min(int(query.get("per_page", usual)), most), int(query.get("page", 1))
        self.more = number * length < len(found)
        return found[(number - 1) * length:number * length]

    more = False

    def links(self, port, path, query):
        if not self.more:
            return {}
        self.more = False
        number = int(query.get("page", 1)) + 1
        address = f"http://127.0.0.1:{port}{path}?" + urllib.parse.urlencode({**query, "page": number})
        return {"Link": f'<{address}>; rel="next"', "X-Next-Page": str(number)}

    def fault(self, name):
        for fault in self.faults:
            if fault["on"] == name and fault["times"] > 0:
                fault["times"] -= 1
                return fault
        return None

    def remember(self, api, method, path, query, body):
        """A call by its form: without names and numbers, with the names of what is asked for and given."""
        path = urllib.parse.unquote(path)
        for pattern, name in ((r"[0-9a-f]{40}", "SHA"), (r"(?<=assay-deploy-)[0-9a-f]{32}", "EFFECT"), (r"(?<=/)\d+", "ID")):
            path = re.sub(pattern, name, path)
        text = f"{api} {method} {path}"
        asked = sorted(set(query) - {"page", "per_page"})
        if asked:
            text += " ?" + ",".join(asked)
        if body is not None:
            text += " " + ",".join(sorted(body))
        self.calls.append(text)
