"""What a test does to the forge from behind: commits and checks that come, workflows that go on, faults, and the webhooks
that the forge would send."""
import hashlib
import hmac
import json

from github_api import PERSON, create, post_status, shown
from repository import Refused


def control(forge, path, body):
    if path == "/commit":
        sha = forge.refs.get("main") if "parent" not in body else body["parent"]
        for number in range(body.get("count", 1)):
            sha = forge.commit(f"{body['message']} {number}" if number else body["message"], sha)
        if not body.get("aside"):
            forge.refs["main"] = sha
        return 200, {"sha": sha}
    if path == "/check":
        forge.checks.setdefault(body.pop("sha"), []).append(body)
        return 200, {}
    if path == "/deployments":
        # By others, of which nothing is said.
        for _ in range(body.pop("count")):
            create(forge, {"auto_merge": False, **body}, "")
        return 200, {}
    if path == "/status":
        # Somebody says something of a deployment: the newest, or that of a commit.
        of = [one for one in forge.deployments if body.get("sha") in (None, one["sha"])]
        post_status(forge, of[-1], body, "", by=body.get("by", "eve"))
        return 200, {}
    if path == "/run":
        run = forge.runs[-1]
        run["status"], run["conclusion"] = body["status"], body.get("conclusion")
        return 200, {}
    if path == "/pipeline":
        # The newest pipeline goes on, and with `deployment` a job of it that names the environment.
        one = [one for one in forge.pipelines if one["source"] == "api"][-1]
        one["status"], one["updated_at"] = body["status"], forge.now()
        if "deployment" in body:
            made = one.setdefault("deployment", [{"id": forge.next()}])[-1]
            made["status"], made["at"] = body["deployment"], one["updated_at"]
        return 200, {}
    if path == "/fault":
        forge.faults.append({"times": 1, "does": "answer", **body})
        return 200, {}
    if path == "/set":
        for name, value in body.items():
            setattr(forge, name, value)
        return 200, {}
    if path == "/seen":
        return 200, {"calls": forge.calls, "strangers": forge.strangers, "deployments": forge.deployments, "runs": forge.runs,
                     "pipelines": forge.pipelines, "tags": sorted(forge.tags)}
    if path == "/webhooks":
        return 200, {"sent": [hook(payload, name, body["secret"]) for name, payload in webhooks(forge)]}
    raise Refused(404, "")


def webhooks(forge):
    """What was said of deployments, as the forges send it: docs.github.com/webhooks, docs.gitlab.com/user/project/integrations."""
    repository = {"id": 1, "full_name": "example/shop", "clone_url": "https://github.com/example/shop.git",
                  "html_url": "https://github.com/example/shop", "default_branch": "main"}
    for one in forge.deployments:
        for status in one["statuses"]:
            yield "deployment_status", {"action": "created", "deployment": shown(one, ""), "deployment_status": status,
                                        "repository": repository, "sender": PERSON}
    project = {"id": 1, "path_with_namespace": "example/shop", "git_http_url": "https://gitlab.com/example/shop.git",
               "web_url": "https://gitlab.com/example/shop", "default_branch": "main"}
    for one in forge.pipelines:
        for made in one.get("deployment", []):
            yield "Deployment Hook", {
                "object_kind": "deployment", "status": made["status"], "status_changed_at": made["at"].replace("T", " ").replace("Z", " UTC"),
                "deployment_id": made["id"], "environment": "production", "environment_tier": "production", "project": project,
                "ref": one["ref"], "commit_url": f"https://gitlab.com/example/shop/-/commit/{one['sha']}", "user": {"username": "ada"}}


def hook(payload, name, secret):
    body = json.dumps(payload)
    headers = {"Content-Type": "application/json"}
    if name == "Deployment Hook":
        headers |= {"X-Gitlab-Event": name, "X-Gitlab-Token": secret}
    else:
        signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers |= {"X-GitHub-Event": name, "X-Hub-Signature-256": f"sha256={signature}"}
    return {"headers": headers, "body": body}
