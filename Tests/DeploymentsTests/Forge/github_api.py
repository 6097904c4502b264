"""GitHub's part. docs.github.com/rest: deployments, commits, checks, actions/workflows, actions/workflow-runs."""
import re

from repository import Refused

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
INPUTS = {"assay_effect", "sha", "environment", "deployment", "task"}
FIELDS = {"ref", "task", "auto_merge", "required_contexts", "payload", "environment", "description",
          "transient_environment", "production_environment"}
PERSON = {"login": "ada", "id": 1, "type": "User"}


def shown(one, base):
    return {**{k: v for k, v in one.items() if k != "statuses"}, "creator": PERSON, "url": f"{base}/deployments/{one['id']}",
            "statuses_url": f"{base}/deployments/{one['id']}/statuses"}


def commit(forge, sha, base):
    one = forge.commits[sha]
    who = {"name": "Ada", "email": "ada@example.com", "date": one["at"]}
    return {"sha": sha, "url": f"{base}/commits/{sha}", "author": PERSON, "committer": PERSON, "parents": [],
            "commit": {"message": one["message"], "author": who, "committer": who}}


def github(forge, method, path, query, body, base):
    if path == "" and method == "GET":
        return 200, {"id": 1, "name": "shop", "full_name": "example/shop", "url": base, "default_branch": "main",
                     "clone_url": "https://github.com/example/shop.git"}
    if path == "/deployments" and method == "GET":
        found = [one for one in reversed(forge.deployments) if query.get("environment") in (None, one["environment"])]
        return 200, forge.page([shown(one, base) for one in found], query, 30)
    if path == "/deployments" and method == "POST":
        return create(forge, body, base)
    match = re.fullmatch(r"/deployments/(\d+)(/statuses)?", path)
    if match:
        one = next((one for one in forge.deployments if one["id"] == int(match[1])), None)
        if one is None:
            raise Refused(404, "Not Found")
        if not match[2]:
            return 200, shown(one, base)
        if method == "GET":
            return 200, forge.page(list(reversed(one["statuses"])), query, 30)
        return 201, post_status(forge, one, body, base)
    match = re.fullmatch(r"/commits/(.+?)(/check-runs|/status)?", path)
    if match:
        return commits(forge, match[1], match[2], query, base)
    match = re.fullmatch(r"/compare/([^/.]+)\.\.\.([^/.]+)", path)
    if match:
        return compare(forge, match[1], match[2], query, base)
    match = re.fullmatch(r"/actions/workflows/([^/]+)(/dispatches|/runs)?", path)
    if match and match[1] == "deploy.yml":
        if match[2] is None:
            return 200, {"id": 7, "name": "Deploy", "path": ".github/workflows/deploy.yml", "state": "active",
                         "url": f"{base}/actions/workflows/deploy.yml"}
        if match[2] == "/runs":
            since = query.get("created", "").removeprefix(">=")
            runs = [run for run in reversed(forge.runs) if query.get("event") in (None, run["event"])
                    and run["created_at"] >= since] if forge.listed else []
            return 200, {"total_count": len(runs), "workflow_runs": forge.page(runs, query, 30)}
        return dispatch(forge, body, base)
    raise Refused(404, "Not Found")


def create(forge, body, base):
    if not set(body) <= FIELDS:
        raise Refused(422, "Invalid request: no permitted key")
    sha = forge.resolve(body["ref"])
    if sha is None:
        raise Refused(422, f"No ref found for: {body['ref']}")
    if body.get("auto_merge", True):
        return 202, {"message": "Auto-merged main into it."}
    required = body.get("required_contexts")
    for check in forge.checks.get(sha, []):
        if (required is None or check["name"] in required) and check["conclusion"] != "success":
            raise Refused(409, "Conflict: Commit status checks failed")
    at = forge.now()
    environment = body.get("environment", "production")
    one = {"id": forge.next(), "sha": sha, "ref": body["ref"], "task": body.get("task", "deploy"), "payload": body.get("payload", {}),
           "environment": environment, "original_environment": environment, "description": body.get("description"),
           "production_environment": body.get("production_environment", environment == "production"),
           "transient_environment": False, "created_at": at, "updated_at": at, "statuses": []}
    forge.deployments.append(one)
    return 201, shown(one, base)


def post_status(forge, one, body, base, by="ada"):
    if body["state"] not in STATES:
        raise Refused(422, "Validation Failed")
    if len(body.get("description") or "") > 140:
        raise Refused(422, "description is too long (maximum is 140 characters)")

    def add(to, state, description):
        at = forge.now()
        status = {"id": forge.next(), "state": state, "description": description, "environment": to["environment"],
                  "created_at": at, "updated_at": at, "creator": {"login": by, "id": 1}}
        status["url"] = f"{base}/deployments/{to['id']}/statuses/{status['id']}"
        to["statuses"].append(status)
        return status

    if body["state"] == "success" and body.get("auto_inactive", True):
        # "All prior non-transient, non-production environment deployments": in production a success stays one.
        for other in forge.deployments:
            is_live = other["statuses"] and other["statuses"][-1]["state"] == "success" and not other["production_environment"]
            if other is not one and other["environment"] == one["environment"] and is_live:
                add(other, "inactive", "")
    return add(one, body["state"], body.get("description", ""))


def commits(forge, name, part, query, base):
    sha = forge.resolve(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    checks = forge.checks.get(sha, [])
    if part == "/check-runs":
        runs = [{"id": at + 1, "name": check["name"], "head_sha": sha, "url": f"{base}/check-runs/{at + 1}",
                 "status": "completed" if check["conclusion"] else "in_progress", "conclusion": check["conclusion"],
                 "app": {"id": 1, "slug": check["by"], "name": check["by"]}} for at, check in enumerate(checks)]
        return 200, {"total_count": len(runs), "check_runs": forge.page(runs, query, 30)}
    if part == "/status":
        said = [{"id": 1, "context": "legacy/build", "state": "success", "url": f"{base}/statuses/{sha}", "creator": PERSON}]
        return 200, {"state": "success", "sha": sha, "total_count": 1, "statuses": forge.page(said, query, 30)}
    return 200, commit(forge, sha, base)


def compare(forge, base_name, head_name, query, base):
    a, b = forge.resolve(base_name), forge.resolve(head_name)
    if a is None or b is None:
        raise Refused(404, "Not Found")
    ahead, behind = forge.only(a, b), forge.only(b, a)
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}.get((bool(ahead), bool(behind)), "diverged")
    listed = forge.page(ahead, query, 250, most=1000)
    return 200, {"url": f"{base}/compare/{a}...{b}", "status": status, "ahead_by": len(ahead), "behind_by": len(behind),
                 "total_commits": len(ahead), "base_commit": commit(forge, a, base), "merge_base_commit": commit(forge, a, base),
                 "commits": [commit(forge, sha, base) for sha in listed], "files": []}


def dispatch(forge, body, base):
    if body["ref"] not in forge.refs:
        raise Refused(422, "No ref found for: " + body["ref"])
    inputs = body.get("inputs", {})
    if set(inputs) - INPUTS:
        raise Refused(422, f"Unexpected inputs provided: {sorted(set(inputs) - INPUTS)}")
    run = {"id": forge.next(), "name": "Deploy", "display_title": f"Deploy {inputs.get('assay_effect')}" if forge.named else "Deploy",
           "event": "workflow_dispatch", "status": "queued", "conclusion": None, "head_branch": body["ref"],
           "head_sha": forge.refs[body["ref"]], "created_at": forge.now(), "inputs": inputs}
    run["url"] = f"{base}/actions/runs/{run['id']}"
    forge.runs.append(run)
    if body.get("return_run_details"):
        return 200, {"workflow_run_id": run["id"], "run_url": run["url"], "html_url": run["url"]}
    return 204, None
