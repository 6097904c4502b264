"""GitLab's part. docs.gitlab.com/api: commits, tags, pipelines, deployments."""
import hashlib
import re

from repository import Refused


def commit(forge, sha):
    one = forge.commits[sha]
    return {"id": sha, "short_id": sha[:8], "title": one["message"].split("\n")[0], "message": one["message"],
            "created_at": one["at"], "committed_date": one["at"], "author_name": "Ada", "parent_ids": []}


def shown(pipeline):
    return {k: v for k, v in pipeline.items() if k not in ("variables", "deployment")}


def gitlab(forge, method, path, query, body, base):
    if path == "" and method == "GET":
        return 200, {"id": 1, "path_with_namespace": "example/shop", "default_branch": "main"}
    if path == "/repository/tags" and method == "POST":
        return tag(forge, body)
    match = re.fullmatch(r"/repository/tags/([^/]+)", path)
    if match:
        if match[1] not in forge.tags:
            raise Refused(404, "404 Tag Not Found")
        return 200, shown_tag(forge, match[1])
    if path == "/repository/commits":
        name = query.get("ref_name", "main")
        ends = [forge.resolve(end) for end in name.split("..")]
        if None in ends:
            raise Refused(404, "404 Commit Not Found")
        found = forge.only(*ends) if len(ends) == 2 else list(reversed(forge.line(ends[0])))
        return 200, forge.page([commit(forge, sha) for sha in reversed(found)], query, 20)
    match = re.fullmatch(r"/repository/commits/(.+?)(/statuses)?", path)
    if match:
        sha = forge.resolve(match[1])
        if sha is None:
            raise Refused(404, "404 Commit Not Found")
        if not match[2]:
            return 200, commit(forge, sha)
        states = {"success": "success", "failure": "failed", None: "running"}
        return 200, forge.page(
            [{"id": at + 1, "sha": sha, "ref": check.get("ref", "main"), "name": check["name"], "allow_failure": False,
              "status": states[check["conclusion"]], "author": {"username": check["by"]}}
             for at, check in enumerate(forge.checks.get(sha, []))], query, 20)
    if path == "/pipeline" and method == "POST":
        if body["ref"] not in forge.tags and body["ref"] not in forge.refs:
            raise Refused(400, "Reference not found")
        return 201, shown(pipeline(forge, body["ref"], "api", body.get("variables", [])))
    if path == "/pipelines":
        found = [shown(one) for one in reversed(forge.pipelines)
                 if query.get("ref") in (None, one["ref"]) and query.get("source") in (None, one["source"])]
        return 200, forge.page(found, query, 20)
    match = re.fullmatch(r"/pipelines/(\d+)", path)
    if match:
        one = next((one for one in forge.pipelines if one["id"] == int(match[1])), None)
        if one is None:
            raise Refused(404, "404 Not found")
        return 200, shown(one)
    if path == "/deployments" and method == "GET":
        return 200, forge.page(deployments(forge, query), query, 20)
    raise Refused(404, "404 Not Found")


def tag(forge, body):
    sha = forge.resolve(body["ref"])
    if sha is None:
        raise Refused(400, f"Target {body['ref']} is invalid")
    if body["tag_name"] in forge.tags:
        raise Refused(400, f"Tag {body['tag_name']} already exists")
    forge.tags[body["tag_name"]] = sha
    if forge.tag_pipelines:
        pipeline(forge, body["tag_name"], "push", [])["status"] = "failed"
    return 201, shown_tag(forge, body["tag_name"])


def shown_tag(forge, name):
    # A tag with a message is an object of its own, and its target is not the commit.
    return {"name": name, "target": hashlib.sha1(name.encode()).hexdigest(), "message": "", "release": None,
            "commit": commit(forge, forge.tags[name])}


def pipeline(forge, ref, source, variables):
    at = forge.now()
    number = forge.next()
    one = {"id": number, "iid": number, "project_id": 1, "sha": forge.resolve(ref), "ref": ref, "status": "created",
           "source": source, "created_at": at, "updated_at": at, "variables": variables}
    forge.pipelines.append(one)
    return one


def deployments(forge, query):
    """Those that jobs made, the newest first."""
    found = []
    for one in forge.pipelines:
        for made in one.get("deployment", []):
            if query.get("status") in (None, made["status"]) and query.get("environment") in (None, "production"):
                ended = made["at"] if made["status"] in ("success", "failed") else None
                found.append({"id": made["id"], "iid": made["id"], "ref": one["ref"], "sha": one["sha"], "status": made["status"],
                              "created_at": one["created_at"], "updated_at": made["at"], "environment": {"id": 1, "name": "production"},
                              "deployable": {"finished_at": ended, "status": made["status"], "pipeline": {"id": one["id"]}}})
    return sorted(found, key=lambda one: one["id"], reverse=query.get("sort", "asc") == "desc")
