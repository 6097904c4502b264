"""The official clients of the forges against the forge that our targets are tested with.

PyGithub and python-gitlab (PyPI) deploy by the same calls as Sources/Deployments/Forges do: each call must be one that the
targets make and the other way round, as Tests/DeploymentsTests/Forge/calls.json lists them (a Swift test checks the targets
against the same file), and what the clients parse of the answers must be what happened. What the fake leaves out or gives
another type, a client stumbles over. Ends with 1, and a list, if anything is not so.
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks/gateway"))
FORGE = ROOT / "Tests/DeploymentsTests/Forge"
PACKAGES = ["PyGithub==2.10.0", "python-gitlab==8.6.0"]
TOKEN = "sesame-opens-the-forge"
EFFECT = "0123456789abcdef0123456789abcdef"

problems, passed = [], 0


def check(what, found, wanted=True):
    global passed
    if found == wanted:
        passed += 1
    else:
        problems.append(f"{what}: {found!r} in place of {wanted!r}")


class Forge:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-B", FORGE / "fake_forge.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def control(self, path, **body):
        request = urllib.request.Request(f"{self.base}/_/{path}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def github_part(forge):
    import github

    first = forge.control("commit", message="First")["sha"]
    last = forge.control("commit", message="Next", count=320)["sha"]
    for number in range(120):
        forge.control("check", sha=last, name=f"check {number}", conclusion="success", by="ci")
    client = github.Github(auth=github.Auth.Token(TOKEN), base_url=f"{forge.base}/github", per_page=100, retry=None)
    repository = client.get_repo("example/shop")

    # What is planned.
    check("a branch is resolved", repository.get_commit("main").sha, last)
    try:
        repository.get_commit("nowhere")
        check("a branch that is not there", "found", "GithubException 422")
    except github.GithubException as problem:
        check("a branch that is not there", problem.status, 422)
    between = repository.compare(first, last, comparison_commits_per_page=100)
    check("how two commits stand", (between.status, between.ahead_by, between.behind_by, between.total_commits), ("ahead", 320, 0, 320))
    commits = list(between.commits)
    check("all that lie between, the oldest first", (len(commits), commits[0].commit.message, commits[-1].sha), (320, "Next", last))
    check("when it was committed", commits[0].commit.committer.date.tzinfo is not None)
    commit = repository.get_commit(last)
    runs = list(commit.get_check_runs())
    check("check runs, over pages", (len(runs), {run.status for run in runs}, {run.conclusion for run in runs}, runs[0].app.slug),
          (120, {"completed"}, {"success"}, "ci"))
    combined = commit.get_combined_status()
    check("commit statuses", [(s.context, s.state, s.creator.login) for s in combined.statuses], [("legacy/build", "success", "ada")])

    # What is done.
    check("nothing was deployed", list(repository.get_deployments(environment="production")), [])
    made = repository.create_deployment(
        last, task="deploy", auto_merge=False, required_contexts=[], payload={"assay_effect": EFFECT}, environment="production",
        description=f"Assay {EFFECT}", production_environment=True)
    check("the deployment", (made.sha, made.task, made.environment, made.payload, made.production_environment, made.transient_environment),
          (last, "deploy", "production", {"assay_effect": EFFECT}, True, False))
    check("its time", made.created_at.tzinfo is not None)
    workflow = repository.get_workflow("deploy.yml")
    inputs = {"assay_effect": EFFECT, "sha": last, "environment": "production", "deployment": str(made.id), "task": "deploy"}
    check("the workflow is dispatched", workflow.create_dispatch("main", inputs, throw=True))
    try:
        workflow.create_dispatch("main", {**inputs, "more": "x"}, throw=True)
        check("an input that there is not", "taken", "GithubException 422")
    except github.GithubException as problem:
        check("an input that there is not", problem.status, 422)
    since = made.created_at.strftime(">=%Y-%m-%dT%H:%M:%SZ")
    run = next(iter(workflow.get_runs(event="workflow_dispatch", created=since)))
    check("its run", (run.event, run.status, run.conclusion, EFFECT in run.display_title), ("workflow_dispatch", "queued", None, True))
    forge.control("status", state="success", by="github-actions")
    forge.control("run", status="completed", conclusion="success")
    run = next(iter(workflow.get_runs(event="workflow_dispatch", created=since)))
    check("its end", (run.status, run.conclusion), ("completed", "success"))
    statuses = list(made.get_statuses())
    check("its status", [(s.state, s.environment, s.creator.login) for s in statuses], [("success", "production", "github-actions")])

    # The next one, by anybody, takes its place; an error closes one.
    other = repository.create_deployment(first, task="rollback", auto_merge=False, required_contexts=[], payload={},
                                         environment="production", description="", production_environment=True)
    forge.control("status", state="success")
    check("superseded in production", [s.state for s in made.get_statuses()], ["success"])
    for number in range(2):
        staged = repository.create_deployment(last, task="deploy", auto_merge=False, required_contexts=[], payload={},
                                              environment="staging", description="", production_environment=False)
        forge.control("status", state="success")
        before = staged if number == 0 else before
    check("superseded elsewhere", [s.state for s in before.get_statuses()], ["inactive", "success"])
    failed = repository.create_deployment(last, task="deploy", auto_merge=False, required_contexts=[], payload={},
                                          environment="production", description="", production_environment=True)
    failed.create_status("error", description="Assay could not dispatch the workflow.")
    found = list(repository.get_deployments(environment="production"))
    check("the newest first", [one.id for one in found], [failed.id, other.id, made.id])
    check("by its payload", [one.id for one in found if one.payload.get("assay_effect") == EFFECT], [made.id])

    # What the forge says no to.
    bad = github.Github(auth=github.Auth.Token("wrong"), base_url=f"{forge.base}/github", retry=None)
    for what, name, status in (("a wrong credential", "example/shop", 401), ("a repository that is not there", "example/none", 404)):
        try:
            (bad if status == 401 else client).get_repo(name)
            check(what, "taken", status)
        except github.GithubException as problem:
            check(what, problem.status, status)


def gitlab_part(forge):
    import gitlab

    first = forge.control("commit", message="First")["sha"]
    last = forge.control("commit", message="Next", count=320)["sha"]
    for number in range(120):
        forge.control("check", sha=last, name=f"check {number}", conclusion="success", by="ci")
    client = gitlab.Gitlab(f"{forge.base}/gitlab", private_token=TOKEN, per_page=100)
    project = client.projects.get("example/shop", lazy=True)

    # What is planned.
    commit = project.commits.get("main")
    check("a branch is resolved", commit.id, last)
    check("a commit is itself", project.commits.get(last).id, last)
    commits = list(project.commits.list(ref_name=f"{first}..{last}", iterator=True))
    check("all that lie between, the newest first", (len(commits), commits[0].id, commits[-1].title), (320, last, "Next"))
    check("nothing the other way", list(project.commits.list(ref_name=f"{last}..{first}", iterator=True)), [])
    statuses = list(commit.statuses.list(iterator=True))
    check("statuses, over pages", (len(statuses), {s.status for s in statuses}, statuses[0].author["username"], statuses[0].allow_failure),
          (120, {"success"}, "ci", False))

    # What is done.
    live = dict(environment="production", order_by="id", sort="desc")
    check("nothing was deployed", list(project.deployments.list(**live, status="success", iterator=True)), [])
    name = f"assay-deploy-{EFFECT}"
    try:
        project.tags.get(name)
        check("a tag that is not there", "found", 404)
    except gitlab.GitlabGetError as problem:
        check("a tag that is not there", problem.response_code, 404)
    tag = project.tags.create({"tag_name": name, "ref": last, "message": "Assay deploys this to production."})
    check("the tag", (tag.name, tag.commit["id"]), (name, last))
    try:
        project.tags.create({"tag_name": name, "ref": first, "message": ""})
        check("a tag that there is", "taken", 400)
    except gitlab.GitlabCreateError as problem:
        check("a tag that there is", problem.response_code, 400)
    variables = [{"key": key, "value": value} for key, value in
                 (("ASSAY_EFFECT", EFFECT), ("ASSAY_ENVIRONMENT", "production"), ("ASSAY_TASK", "deploy"))]
    made = project.pipelines.create({"ref": name, "variables": variables})
    check("the pipeline", (made.ref, made.sha, made.status, made.source), (name, last, "created", "api"))
    listed = dict(ref=name, source="api", order_by="id", sort="desc")
    check("it is listed", [one.id for one in project.pipelines.list(**listed, iterator=True)], [made.id])
    forge.control("pipeline", status="running", deployment="running")
    check("it runs", [(one.status, one.ref, one.sha) for one in project.deployments.list(**live, iterator=True)], [("running", name, last)])
    forge.control("pipeline", status="success", deployment="success")
    check("its end", project.pipelines.get(made.id).status, "success")
    one = next(iter(project.deployments.list(**live, status="success", iterator=True)))
    check("its deployment", (one.ref, one.sha, one.environment["name"], bool(one.deployable["finished_at"])), (name, last, "production", True))
    second = project.pipelines.create({"ref": "main", "variables": []})
    forge.control("pipeline", status="success", deployment="success")
    found = list(project.deployments.list(**live, status="success", iterator=True))
    check("the newest first", [each.ref for each in found], [second.ref, name])

    bad = gitlab.Gitlab(f"{forge.base}/gitlab", private_token="wrong")
    for what, number, status in (("a wrong credential", "example/shop", 401), ("a project that is not there", "example/none", 404)):
        try:
            (bad if status == 401 else client).projects.get(number)
            check(what, "taken", status)
        except gitlab.exceptions.GitlabError as problem:
            check(what, problem.response_code, status)


def calls(forge, name):
    """What the clients asked of one API, but for what only they ask: of one thing by its number."""
    alone = {f"{name} GET ", "github GET /actions/workflows/deploy.yml", "gitlab GET /pipelines/ID", "github GET /commits/nowhere"}
    return {call for call in forge.control("seen")["calls"] if call.startswith(name)} - alone


def main():
    if "--inside" not in sys.argv:
        from stage import virtual_environment

        place = virtual_environment("forge-clients", PACKAGES)
        sys.exit(subprocess.run([place / "bin" / "python", __file__, "--inside"]).returncode)
    wanted = json.loads((FORGE / "calls.json").read_text())
    for name, part in (("github", github_part), ("gitlab", gitlab_part)):
        forge = Forge()
        try:
            part(forge)
            made = calls(forge, name)
            check(f"calls of {name} that the client makes and our target does not", sorted(made - set(wanted[name])), [])
            check(f"calls of {name} that our target makes and the client does not", sorted(set(wanted[name]) - made), [])
        finally:
            forge.end()
    print(f"{passed} checks of the forge by its official clients hold, {len(problems)} do not")
    for problem in problems:
        print(f"WRONG: {problem}")
    sys.exit(1 if problems else 0)


main()
